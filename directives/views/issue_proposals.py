"""Đề nghị ban hành: an officer proposes a draft; who issues sees the list, issues or sends back.

Not here: the preview and issuing itself (`issuing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_directive, access_issue_proposals
from directives.choices import DirectiveState
from directives.forms_issue_proposals import ProposeForm, SendBackForm
from directives.services import issue_proposals
from directives.services.preview import preview_issue
from directives.views.answers import carried_out, done_or_told, form_page
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 50


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Drafts that wait to be issued, whoever waits longest first, or the answered ones."""
    found = access_issue_proposals(request.user)
    is_answered = request.GET.get("xem") == "da-tra-loi"
    shown = found.answered() if is_answered else found.waiting()
    page = Paginator(shown.with_story(), _PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_obj": page,
        "waiting": found.waiting().count(),
        "is_answered": is_answered,
        "may_issue": bool(scope_of(request.user).admin_paths),
    }
    return render(request, "directives/issue_proposals.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The question that restates the count, and the proposal."""
    directive, now = access_directive(request.user, pk, "directives.propose_issue"), timezone.now()
    if directive.state != DirectiveState.DRAFT:
        return redirect("directives:directive", pk)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, issue_proposals.propose_issue, **deed) is not None:
            messages.success(request, "Đã gửi đề nghị ban hành. Quản trị trả lời thì chuông báo.")
            return redirect("directives:directive", pk)
    found = preview_issue(directive=directive, at=now)
    return form_page(request, "directives/propose_issue.html", form, directive=directive, preview=found)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Rút đề nghị."""
    directive = access_directive(request.user, pk, "directives.change_directive")
    deed = {"directive": directive, "by": request.user, "at": timezone.now()}
    if done_or_told(request, issue_proposals.take_back_proposal, **deed):
        messages.success(request, "Đã rút đề nghị. Bản nháp vẫn còn, sửa xong thì đề nghị lại.")
    return redirect("directives:directive", pk)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Gửi lại để sửa, with what is to be corrected."""
    directive, now = access_directive(request.user, pk, "directives.issue_directive"), timezone.now()
    proposal = directive.issue_proposals.waiting().select_related("proposed_by").first()
    if proposal is None:
        return redirect("directives:directive", pk)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, issue_proposals.send_back_draft, **deed) is not None:
            messages.success(request, f"Đã gửi lại {directive} cho {proposal.proposed_by}.")
            return redirect("directives:issue_proposals")
    return form_page(request, "directives/send_back.html", form, directive=directive, proposal=proposal)
