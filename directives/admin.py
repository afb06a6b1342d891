"""Repair pages of directives, for the superuser: the working calendar is kept here.

Not here: the office's own pages (`views`).
"""

from django.contrib import admin

from directives.models import DayOff


@admin.register(DayOff)
class DayOffAdmin(admin.ModelAdmin):
    """Days off in lieu, swap days, and proposed holidays that do not hold (entered as worked)."""

    list_display = ("day", "kind", "name")
    list_filter = ("kind",)
    date_hierarchy = "day"
    search_fields = ("name",)
