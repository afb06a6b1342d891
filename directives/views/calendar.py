"""The ward's working calendar: a year to look at, days to enter, the proposal to take over.

Not here: the other areas of the settings (app units).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directives.calendar_year import FIRST_YEAR, LAST_YEAR, named_days, not_entered, own_days, year_of
from directives.forms_calendar import DayOffForm
from directives.models import DayOff
from directives.recomputing import moved_deadlines
from directives.services import calendar as verbs
from directives.views.answers import carried_out, done_or_told
from units.access import access_committee, access_committee_row
from units.settings_areas import Area
from units.views.settings_answers import CHANGE, area_page, asked
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, ward: int, year: int | None = None) -> HttpResponse:
    """The year as the ward keeps it, what it entered, deadlines that would be counted otherwise; a day to enter."""
    profile, now = asked(request, access_committee, ward), timezone.now()
    shown = _known(year or timezone.localdate().year)
    form = DayOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, verbs.enter_day, **deed) is not None:
            messages.success(request, f"Đã ghi ngày {format_date(deed['day'])} vào lịch.")
            return redirect("directives:calendar_year", ward, deed["day"].year)
    months = year_of(profile.unit, shown)
    context = {
        "year": shown,
        "months": months,
        "named": named_days(months),
        "rows": own_days(profile.unit, shown),
        "missing": not_entered(profile.unit, shown),
        "moved": moved_deadlines(profile.unit, now),
        "now": now,
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
    }
    return area_page(request, "directives/calendar.html", profile, Area.CALENDAR, form, **context)


@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, ward: int, year: int) -> HttpResponse:
    """What is proposed for the year and not entered yet, and taking it over."""
    profile = access_committee(request.user, ward, CHANGE)
    shown = _known(year)
    if request.method == "POST":
        deed = {"ward": profile.unit, "year": shown, "by": request.user, "at": timezone.now()}
        if done_or_told(request, verbs.enter_proposal, **deed):
            messages.success(request, f"Đã ghi các ngày đề xuất của năm {shown} vào lịch của phường.")
        return redirect("directives:calendar_year", ward, shown)
    back = {
        "back_url": reverse("directives:calendar_year", args=[ward, shown]),
        "back_label": f"Lịch làm việc năm {shown}",
    }
    missing = not_entered(profile.unit, shown)
    return area_page(
        request, "directives/calendar_proposal.html", profile, Area.CALENDAR, None, missing=missing, year=shown, **back
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The ward's own row of a day goes."""
    found, profile = access_committee_row(request.user, DayOff, pk, CHANGE)
    day = found.day
    if done_or_told(request, verbs.remove_day, row=found, by=request.user, at=timezone.now()):
        messages.success(request, f"Đã bỏ ngày {format_date(day)} khỏi lịch của phường.")
    return redirect("directives:calendar_year", profile.unit_id, day.year)


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year
