"""Requests for a correction: asking, the office's pile, the answer.

Not here: what an answer changes (`services.corrections`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.access import access_correction, access_queue
from privacy.choices import SIMPLE_FACTS, RequestState
from privacy.errors import PrivacyError
from privacy.facts import current_value
from privacy.forms import CorrectionForm, DecisionForm
from privacy.services.corrections import ask_correction, decide_correction
from units.access import access_member

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from privacy.models import CorrectionRequest

_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which fact of a member is wrong."""
    member = access_member(request.user, pk, "privacy.ask_correction")
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            asked = ask_correction(member=member, by=request.user, at=timezone.now(), **read)
        except PrivacyError as refusal:
            form.add_error("proposed", str(refusal))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "Đã gửi đề nghị tới Ban Xây dựng Đảng. Câu trả lời sẽ có ở đây và gửi qua thư.")
            return redirect("privacy:correction", asked.pk)
    facts = [(fact.label, current_value(member, fact)) for fact in SIMPLE_FACTS]
    context = {"form": form, "member": member, "facts": facts}
    return render(request, "privacy/ask.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The office's pile: what waits, and what was answered."""
    rows = access_queue(request.user, day=timezone.localdate())
    answered = request.GET.get("xem") == "da-tra-loi"
    shown = rows.exclude(state=RequestState.OPEN) if answered else rows.waiting()
    context = {
        "page_obj": Paginator(shown, _A_PAGE).get_page(request.GET.get("trang")),
        "answered": answered,
        "waiting": rows.filter(state=RequestState.OPEN).count(),
    }
    return render(request, "privacy/corrections.html", context)


@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One request and its answer."""
    return _page(request, access_correction(request.user, pk, day=timezone.localdate()), DecisionForm())


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The office agrees or does not."""
    today = timezone.localdate()
    asked = access_correction(request.user, pk, "privacy.decide_correction", day=today)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form)
    try:
        decided = decide_correction(
            asked=asked, agree=form.agrees, answer=form.cleaned_data["answer"], by=request.user, at=timezone.now()
        )
    except PrivacyError as refusal:
        form.add_error("answer", str(refusal))
        return _page(request, asked, form)
    done = f"Đã sửa danh bạ thành “{decided.proposed}” và trả lời" if decided.is_applied else "Đã trả lời"
    messages.success(request, f"{done}; người đề nghị được báo trên cổng và qua thư.")
    return redirect("privacy:corrections")


def _page(request: HttpRequest, asked: CorrectionRequest, form: DecisionForm) -> HttpResponse:
    may_decide = asked.state == RequestState.OPEN and request.user.has_perm("privacy.decide_correction", asked)
    context = {"asked": asked, "form": form, "may_decide": may_decide, "is_simple": asked.fact in SIMPLE_FACTS}
    return render(request, "privacy/correction.html", context, status=422 if form.is_bound else 200)
