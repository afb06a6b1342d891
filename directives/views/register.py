"""Văn bản: the register, one paper with what it asks, its files.

Not here: entering and changing (`drafting.py`), issuing (`issuing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directives.access import access_acknowledgements, access_attachment, access_directive, access_register
from directives.acknowledgement_list import own_receipt
from directives.choices import DirectiveState
from directives.forms import RegisterFilter
from directives.paper import paper_of
from directives.registry import register_rows
from directives.services.acknowledging import note_viewed
from directives.serving import file_answer
from units.scopes import scope_of
from vault.errors import VaultError

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest, HttpResponse

_PAGE = 30


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Sổ văn bản: what this account may open, drafts first, then the latest, narrowed by the filters."""
    wanted = RegisterFilter(request.GET)
    wanted.is_valid()
    found = register_rows(access_register(request.user), wanted.cleaned_data, user=request.user, at=timezone.now())
    page = Paginator(found, _PAGE).get_page(request.GET.get("trang"))
    context = {
        "page_obj": page,
        "wanted": wanted,
        "is_narrowed": any(wanted.cleaned_data.values()),
        "scope": scope_of(request.user),
        "layout": "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html",
        "now": timezone.now(),
    }
    return render(request, "directives/register.html", context)


@require_safe
def directive(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: head, requirements with their last day, what my units owe from it, text, files."""
    found = access_directive(request.user, pk)
    note_viewed(directive=found, by=request.user, at=timezone.now())
    scope = scope_of(request.user)
    context = {
        "directive": found,
        "paper": paper_of(found, user=request.user, at=timezone.now()),
        "receipt": own_receipt(found, request.user),
        "may_change": request.user.has_perm("directives.change_directive", found),
        "may_issue": request.user.has_perm("directives.issue_directive", found),
        "may_hold": found.state != DirectiveState.DRAFT and scope.administers(found.ward),
        "may_follow": request.user.has_perm("directives.view_progress", found),
        "receipts": access_acknowledgements(request.user, timezone.now()).filter(directive=found).counted(),
        "layout": "layouts/staff.html" if scope.reads_all else "layouts/member.html",
        "now": timezone.now(),
    }
    return render(request, "directives/directive.html", context)


@require_safe
def attachment(request: HttpRequest, pk: int, file: int) -> FileResponse | HttpResponse:
    """A file of a paper, hashed before its first byte goes out; one that is not whole is never served."""
    found = access_attachment(request.user, pk, file)
    try:
        return file_answer(found, now=timezone.now())
    except VaultError as refusal:
        messages.error(request, str(refusal))
        return redirect("directives:directive", pk)
