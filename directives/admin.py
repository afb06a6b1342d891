"""Repair pages of directives, for the superuser: days of the working calendar that hold for every ward.

Not here: the office's own pages (`views`).
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from directives.models import DayOff
from directives.services.calendar import repair_away, repair_day


@admin.register(DayOff)
class DayOffAdmin(admin.ModelAdmin):
    """Days off in lieu, swap days, proposed holidays that do not hold (entered as worked); wards have their own page."""

    list_display = ("day", "kind", "name", "ward")
    list_filter = ("kind",)
    list_select_related = ("ward",)
    date_hierarchy = "day"
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: DayOff, form: Any, change: bool) -> None:
        """By the verb that records it."""
        repair_day(row=obj, by=request.user, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: DayOff) -> None:
        """By the verb that records it."""
        repair_away(row=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """One by one: each is an entry."""
        for row in queryset:
            self.delete_model(request, row)
