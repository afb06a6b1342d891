"""Lời thư: the passages the office says in its own words, a sample letter, a test to oneself.

Not here: what a passage may fill (`letter_texts.py`), the verbs (`services.texts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import SELF
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from reminders.forms import LetterTextForm
from reminders.letter_texts import texts_of
from reminders.letters import sample_letter
from reminders.services import texts as verbs
from reminders.views.chasing import LETTER_POLICY
from units.access import access_committee
from units.settings_areas import Area
from units.views.settings_answers import VIEW, area_page, asked

if TYPE_CHECKING:
    from django.http import HttpRequest


_CHANGE = "reminders.change_lettertext"
_TRIAL = "letter_trial_{}"
"""Where a session keeps the words being tried for a ward, until they are saved."""


@csp_update({"frame-src": [SELF]})
@require_http_methods(["GET", "POST"])
def letter_texts(request: HttpRequest, ward: int) -> HttpResponse:
    """Save, look at the sample ("xem") or send it to oneself ("thu")."""
    profile, now = access_committee(request.user, ward, _CHANGE if request.method == "POST" else VIEW), timezone.now()
    kept = texts_of(profile.unit)
    form = LetterTextForm(request.POST if request.method == "POST" else None, initial=kept)
    good = form.is_bound and form.is_valid()
    words = form.words if good else kept
    if good:
        request.session[_TRIAL.format(ward)] = dict(words)
    else:
        request.session.pop(_TRIAL.format(ward), None)
    if good and "thu" in request.POST:
        verbs.send_test_letter(ward=profile.unit, words=words, by=request.user, at=now)
        messages.success(request, f"Thư thử đã vào hàng đợi, gửi đến {request.user.email}. Lời thư chưa lưu.")
    elif good and "xem" not in request.POST:
        verbs.set_texts(ward=profile.unit, words=words, by=request.user, at=now)
        request.session.pop(_TRIAL.format(ward), None)
        messages.success(request, "Đã lưu lời thư.")
        return redirect("reminders:letter_texts", ward)
    may_change = request.user.has_perm(_CHANGE, profile)
    context = {"sample": sample_letter(profile.unit, words, now), "is_trial": good, "may_change": may_change}
    return area_page(request, "reminders/letter_texts.html", profile, Area.REMINDERS, form, **context)


@xframe_options_sameorigin
@csp(LETTER_POLICY)
@require_safe
def sample_html(request: HttpRequest, ward: int) -> HttpResponse:
    """The sample letter as its reader would see it, for the frame: with the words tried last, else those that hold."""
    profile, now = asked(request, access_committee, ward), timezone.now()
    words = texts_of(profile.unit) | request.session.get(_TRIAL.format(ward), {})
    return HttpResponse(sample_letter(profile.unit, words, now).html)
