"""One duty with its history; a later last day or a release from it.

Not here: the list of one's work (`work.py`), handing in (app submissions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_obligation
from directives.forms import ExtensionForm, WaiverForm
from directives.granted import day_without, grace_end, is_one_of_several, standing_extension
from directives.history import first_deadline, history_of
from directives.how_told import HOW_TOLD
from directives.requirement_words import told_attendance, waiting_words
from directives.services import deadlines
from directives.services.taking_back_extensions import take_back_extension
from directives.shown_state import shown_state
from directives.views.answers import carried_out, form_page
from interface.wording import last_day_in_words
from units.choices import ReasonKind
from units.reasons import reasons_of
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Obligation


@require_safe
def obligation(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty with its whole history: deadline, extensions, what was handed in, who did what."""
    found, now, user = access_obligation(request.user, pk), timezone.now(), request.user
    state, chip = shown_state(found, now)
    is_office, gone_on = user.has_perm("directives.extend_obligation", found), found.unit_gone_on(now)
    may_act = gone_on is None  # a unit that no longer exists answers nothing and is granted nothing
    context = {
        "obligation": found,
        "state": state,
        "chip_words": chip,
        "verb": found.requirement.deadline_verb,
        "waiting": waiting_words(found.requirement) if state == "awaiting_event" else "",
        "attendance": told_attendance(found),
        "old_due_at": first_deadline(found),
        "history": history_of(found, with_log=is_office, reader=user),
        "gone_on": gone_on,
        "is_settled": found.first_submitted_at is not None or gone_on is not None,
        "is_office": is_office,
        **_decisions(found, may_decide=is_office and may_act),
        "may_ask": may_act and user.has_perm("directives.ask_relief", found),
        "petitions": found.petitions.all(),
        "may_declare": may_act and user.has_perm("directives.declare_event", found),
        "may_hand_in": may_act and user.has_perm("directives.answer_obligation", found),
        "layout": "layouts/staff.html" if scope_of(user).reads_all else "layouts/member.html",
        "now": now,
    }
    return render(request, "directives/obligation.html", context)


def _decisions(found: Obligation, *, may_decide: bool) -> dict[str, bool]:
    """Whether the reader may extend or waive the duty, and take an extension of it back."""
    is_extended = may_decide and found.is_open and standing_extension(found) is not None
    return {"may_decide": may_decide, "may_take_back": is_extended}


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """A later last day for one party."""
    found, now = access_obligation(request.user, pk, "directives.extend_obligation"), timezone.now()
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"new_due_at": form.new_due_at(), "reason": form.cleaned_data["reason"]}
        if carried_out(form, deadlines.extend_deadline, obligation=found, by=request.user, at=now, **deed) is not None:
            messages.success(request, "Đã gia hạn. Hạn cũ vẫn được giữ trong lịch sử.")
            return redirect("directives:obligation", pk)
    return form_page(
        request,
        "directives/extend.html",
        form,
        obligation=found,
        now=now,
        reasons=reasons_of(found.ward, ReasonKind.EXTEND),
    )


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Thu hồi gia hạn: which day it will be, then the reason."""
    found, now = access_obligation(request.user, pk, "directives.extend_obligation"), timezone.now()
    form = WaiverForm(request.POST if request.method == "POST" else None)
    form.fields["note"].label = "Lý do thu hồi gia hạn"
    form.fields["note"].help_text = "Được lưu trong lịch sử và ghi trong thư báo; không đưa lý do sức khỏe."
    if request.method == "POST" and form.is_valid():
        deed = {"obligation": found, "reason": form.cleaned_data["note"], "by": request.user, "at": now}
        row = carried_out(form, take_back_extension, **deed)
        if row is not None:
            day = last_day_in_words(row.new_due_at)
            messages.success(request, f"Đã thu hồi gia hạn, hạn nay là {day}. {HOW_TOLD}")
            return redirect("directives:obligation", pk)
    extension = standing_extension(found)
    then = day_without(extension, grace_end(ward=found.ward, at=now)) if extension else None
    context = {"obligation": found, "extension": extension, "then": then, "now": now, "reasons": [], "told": HOW_TOLD}
    context["is_one_of_several"] = is_one_of_several(found)
    return form_page(request, "directives/take_back_extension.html", form, **context)


@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Release one party, with a note."""
    found, now = access_obligation(request.user, pk, "directives.waive_obligation"), timezone.now()
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        if carried_out(form, deadlines.waive, obligation=found, note=note, by=request.user, at=now) is not None:
            messages.success(request, "Đã cho miễn.")
            return redirect("directives:obligation", pk)
    return form_page(
        request,
        "directives/waive.html",
        form,
        obligation=found,
        now=now,
        reasons=reasons_of(found.ward, ReasonKind.WAIVE),
    )
