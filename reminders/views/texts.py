"""Lời thư: the passages the office says in its own words, a sample letter, a test to oneself.

Not here: what a passage may fill (`letter_texts.py`), the verbs (`services.texts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reminders.forms import LetterTextForm
from reminders.letter_texts import texts_of
from reminders.letters import sample_letter
from reminders.services import texts as verbs
from units.access import access_committee
from units.settings_areas import Area
from units.views.settings_answers import area_page, asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def letter_texts(request: HttpRequest, ward: int) -> HttpResponse:
    """Save, look at the sample ("xem") or send it to oneself ("thu")."""
    profile, now = asked(request, access_committee, ward), timezone.now()
    kept = texts_of(profile.unit)
    form = LetterTextForm(request.POST if request.method == "POST" else None, initial=kept)
    good = form.is_bound and form.is_valid()
    words = form.words if good else kept
    if good and "thu" in request.POST:
        verbs.send_test_letter(ward=profile.unit, words=words, by=request.user, at=now)
        messages.success(request, f"Thư thử đã vào hàng đợi, gửi đến {request.user.email}. Lời thư chưa lưu.")
    elif good and "xem" not in request.POST:
        verbs.set_texts(ward=profile.unit, words=words, by=request.user, at=now)
        messages.success(request, "Đã lưu lời thư.")
        return redirect("reminders:letter_texts", ward)
    context = {"sample": sample_letter(profile.unit, words, now), "is_trial": good}
    return area_page(request, "reminders/letter_texts.html", profile, Area.REMINDERS, form, **context)
