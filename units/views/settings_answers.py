"""The one way a page of settings is asked for, answered and shown, with the history of its area.

Not here: the doors themselves; rooms above use it for their own areas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from units.errors import UnitsError
from units.settings_areas import AREAS
from units.settings_history import history_of

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from units.models import CommitteeProfile, User

CHANGE = "units.change_committeeprofile"
VIEW = "units.view_committeeprofile"


def asked(request: HttpRequest, access: Callable[[User, int, str], CommitteeProfile], ward: int) -> CommitteeProfile:
    """The committee for a page that shows on GET and changes on POST: reading is enough for the first only."""
    return access(request.user, ward, CHANGE if request.method == "POST" else VIEW)


def carried_out(request: HttpRequest, form: forms.Form, verb: Callable[..., Any], done: str, **arguments: Any) -> bool:
    """The verb ran and `done` is said on the next page; else its refusal stands in the form."""
    try:
        verb(by=request.user, at=timezone.now(), **arguments)
    except UnitsError as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    else:
        messages.success(request, done)
        return True
    return False


def done_or_told(request: HttpRequest, verb: Callable[..., Any], done: str, **arguments: Any) -> None:
    """The same for a button without a form."""
    try:
        verb(by=request.user, at=timezone.now(), **arguments)
        messages.success(request, done)
    except UnitsError as refusal:
        messages.error(request, str(refusal))


def area_page(
    request: HttpRequest, template: str, profile: CommitteeProfile, area: str, form: forms.Form | None, **context: Any
) -> HttpResponse:
    """The page of one area with its history: 422 when what was sent has faults."""
    shown = {
        "profile": profile,
        "ward": profile.unit,
        "area_title": AREAS[area],
        "form": form,
        "history": history_of(profile.unit, area),
        "may_change": request.user.has_perm(CHANGE, profile),
        "back_url": reverse("settings_of", args=[profile.unit_id]),
        "back_label": "Thiết lập",
        **context,
    }
    return render(request, template, shown, status=422 if form is not None and form.is_bound and form.errors else 200)
