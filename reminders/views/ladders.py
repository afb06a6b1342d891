"""Các nấc nhắc: of the ward, among its settings, and of one requirement; each with the days it gives, in words.

Not here: what a ladder means (`stages.py`), the verbs (`services.ladders`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directives.access import access_requirement
from reminders.forms import LadderForm
from reminders.ladder_words import Rung, rungs_for
from reminders.ladders import calendars_of, has_own_ladder, ladder_of
from reminders.services import ladders as verbs
from reminders.stages import last_day_of
from units.access import access_committee
from units.settings_areas import Area
from units.views.settings_answers import area_page, asked
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from reminders.stages import Ladder
    from units.models import Unit

_CHANGE = "directives.change_directive"
_SAMPLE = timedelta(days=14)


def _preview(ward: Unit, last_day: date, ladder: Ladder) -> dict[str, Any]:
    rungs: list[Rung] = rungs_for(last_day, ladder, calendars_of([ward], last_day)[ward.pk])
    return {"rungs": rungs, "last_day": last_day}


def _form(request: HttpRequest, ladder: Ladder) -> LadderForm:
    return LadderForm(request.POST if request.method == "POST" else None, initial=LadderForm.start(ladder))


def _is_saving(request: HttpRequest, form: LadderForm) -> bool:
    return request.method == "POST" and form.is_valid() and "xem" not in request.POST


@require_http_methods(["GET", "POST"])
def of_ward(request: HttpRequest, ward: int) -> HttpResponse:
    """The ladder of the ward; "Xem thử" shows the days before anything is saved."""
    profile, now = asked(request, access_committee, ward), timezone.now()
    kept = ladder_of(profile.unit)
    form = _form(request, kept)
    if _is_saving(request, form):
        verbs.set_ladder(ward=profile.unit, ladder=form.ladder, by=request.user, at=now)
        messages.success(request, "Đã lưu các nấc nhắc của phường.")
        return redirect("reminders:ladder", ward)
    shown = form.ladder if form.is_bound and form.is_valid() else kept
    context = _preview(profile.unit, local_day(now) + _SAMPLE, shown) | {"is_trial": form.is_bound and form.is_valid()}
    return area_page(request, "reminders/ladder.html", profile, Area.REMINDERS, form, **context)


@require_http_methods(["GET", "POST"])
def of_requirement(request: HttpRequest, pk: int) -> HttpResponse:
    """The ladder of one requirement."""
    requirement, now = access_requirement(request.user, pk, _CHANGE), timezone.now()
    ward = requirement.directive.ward
    kept = ladder_of(ward, pk)
    form = _form(request, kept)
    if _is_saving(request, form):
        verbs.set_requirement_ladder(requirement=requirement, ladder=form.ladder, by=request.user, at=now)
        messages.success(request, "Đã lưu các nấc nhắc của việc này.")
        return redirect("reminders:requirement_ladder", pk)
    good = form.is_bound and form.is_valid()
    last_day = last_day_of(requirement.due_at) if requirement.due_at else local_day(now) + _SAMPLE
    context = {
        "requirement": requirement,
        "form": form,
        "is_own": has_own_ladder(requirement),
        "is_trial": good,
        "back_url": reverse("directives:directive", args=[requirement.directive_id]),
        "back_label": requirement.directive.reference,
        **_preview(ward, last_day, form.ladder if good else kept),
    }
    return render(request, "reminders/requirement_ladder.html", context, status=422 if form.errors else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Theo phường: the requirement's own ladder goes."""
    requirement = access_requirement(request.user, pk, _CHANGE)
    verbs.drop_requirement_ladder(requirement=requirement, by=request.user, at=timezone.now())
    messages.success(request, "Việc này lại nhắc theo các nấc của phường.")
    return redirect("reminders:requirement_ladder", pk)
