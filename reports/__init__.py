"""Compliance figures, dashboards, summary reports and the jobs that make them.

Not here: what the other rooms of ARCHITECTURE.md own.
"""
