"""Repair views of reports and jobs for superusers: read-only.

Not here: any document; those are behind the doors of `views/summaries.py`.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Job, SummaryReport


class _ReadOnly(admin.ModelAdmin):
    """Nothing can be added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(SummaryReport)
class SummaryReportAdmin(_ReadOnly):
    """Reports with their instants and states."""

    list_display = ["kind", "directive", "period", "at", "state", "compiled_at", "frozen_at", "created_by"]
    list_filter = ["kind", "state", "ward"]
    list_select_related = ["directive", "created_by"]


@admin.register(Job)
class JobAdmin(_ReadOnly):
    """The queue of documents: what waits, runs, failed and why."""

    list_display = ["kind", "directive", "state", "step", "done", "attempts", "lease_until", "error", "asked_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["directive"]
