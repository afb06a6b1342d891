"""Where a desk is found, with the period it stands for.

Not here: the pages (`desk.py`).
"""

from __future__ import annotations

from django.urls import reverse

from directives.deadlines.periods import desk_query, period_query


def desk_address(requirement_pk: int, unit_pk: int, period: str, whose: int | None = None) -> str:
    """The address of the desk of a requirement, a unit and a period ("" for a duty asked once), for one party or all."""
    return f"{reverse('submissions:desk', args=[requirement_pk, unit_pk])}{desk_query(period, whose)}"


def scan_address(requirement_pk: int, unit_pk: int, period: str) -> str:
    """The address where long scans for that desk are sent."""
    return f"{reverse('submissions:scan_begin', args=[requirement_pk, unit_pk])}{period_query(period)}"


def slots_address(obligation_pk: int | None) -> str:
    """The slots of a written report, on the page where it is written."""
    return f"{reverse('submissions:write', args=[obligation_pk])}#tep"
