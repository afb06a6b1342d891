"""Dashboards: today's work of the office, the compliance matrix, the names behind a number, the leader's page.

All of them only read. Not here: the figures (`reports.figures`), what the pages show of them (`reports.overview`).
"""

from __future__ import annotations

