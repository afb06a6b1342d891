"""Repair pages of directives, for the superuser: days of the working calendar that hold for every ward.

Not here: the office's own pages (`views`).
"""

from django.contrib import admin

from directives.models import DayOff


@admin.register(DayOff)
class DayOffAdmin(admin.ModelAdmin):
    """Days off in lieu, swap days, proposed holidays that do not hold (entered as worked); wards have their own page."""

    list_display = ("day", "kind", "name", "ward")
    list_filter = ("kind",)
    list_select_related = ("ward",)
    date_hierarchy = "day"
    search_fields = ("name",)
