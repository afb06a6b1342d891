"""Đề nghị: a secretary asks for a later day or an exemption; the office reads the queue and answers.

Not here: an extension the office gives by itself (`obligations.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_obligation, access_petition, access_petitions
from directives.choices import PetitionKind
from directives.forms_petitions import AnswerForm, PetitionForm
from directives.services import petitions
from directives.views.answers import carried_out, form_page
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 50
_KINDS = {"gia-han": PetitionKind.EXTEND, "mien": PetitionKind.WAIVE}


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Xin gia hạn, xin miễn one piece of work."""
    found, now = access_obligation(request.user, pk, "directives.ask_relief"), timezone.now()
    form = PetitionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = {"kind": form.cleaned_data["kind"], "reason": form.cleaned_data["reason"]}
        deed = {"obligation": found, "proposed_due_at": form.proposed_due_at(), "by": request.user, "at": now}
        if carried_out(form, petitions.ask, **said, **deed) is not None:
            messages.success(request, "Đã gửi đề nghị. Trong khi chờ trả lời, hạn hiện nay vẫn được tính.")
            return redirect("directives:obligation", pk)
    return form_page(request, "directives/petition.html", form, obligation=found, now=now)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What secretaries ask for: those waiting first come first, or those answered; by kind, by name or unit."""
    found, text, now = access_petitions(request.user), request.GET.get("q", "").strip(), timezone.now()
    waiting = found.waiting(now)
    is_answered = request.GET.get("xem") == "da-tra-loi"
    shown = found.exclude(state="OPEN").order_by("-decided_at", "-pk") if is_answered else waiting
    shown = shown.search(text)
    counts = shown.counted_by_kind()
    wanted = _KINDS.get(request.GET.get("loai", ""))
    page = Paginator((shown.filter(kind=wanted) if wanted else shown).with_story(), _PAGE)
    context = {
        "page_obj": page.get_page(request.GET.get("trang")),
        "waiting": waiting.count(),
        "is_answered": is_answered,
        "text": text,
        "wanted": wanted,
        "chips": [("", "Tất cả", sum(counts.values()))]
        + [(key, kind.label, counts.get(kind.value, 0)) for key, kind in _KINDS.items()],
        "now": now,
    }
    return render(request, "directives/petitions.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant (maybe another day) or refuse with a reason."""
    found, now = access_petition(request.user, pk), timezone.now()
    proposed = local_day(found.proposed_due_at - timedelta(microseconds=1)) if found.proposed_due_at else None
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"last_day": proposed})
    if found.kind == PetitionKind.WAIVE:
        del form.fields["last_day"]
    if request.method == "POST" and form.is_valid():
        deed = {"petition": found, "answer": form.cleaned_data["answer"], "by": request.user, "at": now}
        if "dong_y" in request.POST:
            done = carried_out(form, petitions.grant, new_due_at=form.new_due_at(), **deed)
        else:
            done = carried_out(form, petitions.refuse, **deed)
        if done is not None:
            messages.success(request, f"Đã trả lời: {done.get_state_display().lower()}.")
            return redirect("directives:petitions")
    return form_page(request, "directives/petition_answer.html", form, petition=found, now=now)
