"""Văn bản: the register, one paper with what it asks, its files.

Not here: entering and changing (`drafting.py`), issuing (`issuing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from directives.access import (
    access_acknowledgements,
    access_attachment,
    access_directive,
    access_register,
    access_terms,
    latest_proposal,
)
from directives.acknowledgement_list import MEDIA_TYPE, own_receipt
from directives.choices import DirectiveState
from directives.forms_register import SIZES, RegisterFilter
from directives.lasting_changes import lasting_changes
from directives.numbers_shown import numbers_of
from directives.onward import lines_of_directive
from directives.paper import paper_of
from directives.reading_page import without_marks
from directives.register_book import BookLine, book_lines, book_span, book_title
from directives.registry import issuers_of, register_rows, unregistered_citations
from directives.services.acknowledging import note_viewed
from directives.services.numbering import take_number as give_number
from directives.services.register_export import export_register
from directives.serving import file_answer
from directives.views.answers import done_or_told
from units.scopes import scope_of
from vault.errors import VaultError
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest

    from directives.querysets import DirectiveQuerySet

_CITED = 100
_BOOK = 2000
"""Papers of one book: more are narrowed by term, year or kind."""


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Sổ văn bản: what this account may open, drafts first, then the latest, narrowed by the filters."""
    now, visible = timezone.now(), access_register(request.user)
    wanted = _filter(request, visible)
    said = wanted.said()
    found = register_rows(visible, said, user=request.user, at=now)
    page = Paginator(found, said.get("so_dong") or SIZES[0]).get_page(request.GET.get("trang"))
    scope = scope_of(request.user)
    context = {
        "page_obj": page,
        "wanted": wanted,
        "is_narrowed": wanted.is_narrowed,
        "scope": scope,
        "numbers": numbers_of(request.user, said["nhiem_ky"], local_day(now)) if scope.is_staff else None,
        "cited": unregistered_citations(visible)[:_CITED] if said.get("phia") == "den" and scope.reads_all else (),
        "layout": "layouts/staff.html" if scope.reads_all else "layouts/member.html",
        "now": now,
    }
    return render(request, "directives/register.html", context)


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Sổ theo dõi văn bản: one line a requirement, to print on A4 across."""
    context = {
        "lines": _book(request),
        "title": book_span(_narrowed(request), local_day(timezone.now())),
        "layout": "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html",
        "now": timezone.now(),
    }
    return render(request, "directives/register_book.html", context)


@require_safe
def export_book(request: HttpRequest) -> HttpResponse:
    """The same lines as a workbook; recorded."""
    now = timezone.now()
    content = export_register(
        lines=_book(request), title=book_title(_narrowed(request), local_day(now)), by=request.user, at=now
    )
    headers = {"Content-Disposition": 'attachment; filename="so-theo-doi-van-ban.xlsx"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


@require_POST
def take_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Lấy số: the next free number of its kind in the term for a draft; back to where it was asked."""
    found = access_directive(request.user, pk, "directives.change_directive")
    done_or_told(request, give_number, directive=found, by=request.user, at=timezone.now())
    return redirect("directives:preview" if request.POST.get("tu") == "xem-truoc" else "directives:directive", pk)


def _filter(request: HttpRequest, visible: DirectiveQuerySet) -> RegisterFilter:
    return RegisterFilter(request.GET, terms=access_terms(request.user), issuers=issuers_of(visible))


def _book(request: HttpRequest) -> list[BookLine]:
    visible = access_register(request.user)
    rows = register_rows(visible, _filter(request, visible).said(), user=request.user, at=timezone.now())
    return book_lines(rows[:_BOOK], user=request.user, now=timezone.now())


def _narrowed(request: HttpRequest) -> list[str]:
    """What the filters leave, in words."""
    wanted = _filter(request, access_register(request.user))
    said = wanted.said()
    words = [
        str(dict(wanted.fields[name].choices)[said[name]]) for name in ("phia", "loai", "co_quan") if said.get(name)
    ]
    words += [f"nhiệm kỳ {said['nhiem_ky'].term}"] if said["nhiem_ky"] else []
    words += [f"năm {said['nam']}"] if said.get("nam") else []
    return words


@require_safe
def directive(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: head, requirements with their last day, what my units owe from it, text, files."""
    found = access_directive(request.user, pk)
    note_viewed(directive=found, by=request.user, at=timezone.now())
    scope = scope_of(request.user)
    may_change = request.user.has_perm("directives.change_directive", found)
    context = {
        "directive": found,
        "paper": paper_of(found, user=request.user, at=timezone.now()),
        "full_text": without_marks(found.full_text),
        "receipt": own_receipt(found, request.user),
        "may_change": may_change,
        "may_issue": request.user.has_perm("directives.issue_directive", found),
        "may_hold": found.state != DirectiveState.DRAFT and scope.administers(found.ward),
        "may_follow": request.user.has_perm("directives.view_progress", found),
        "proposal": latest_proposal(found) if found.state == DirectiveState.DRAFT else None,
        "lasting": lasting_changes(found) if found.state == DirectiveState.REVOKED and may_change else [],
        "onward": lines_of_directive(found, user=request.user),
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
