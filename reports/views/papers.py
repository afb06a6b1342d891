"""Papers about one directive beside its report: chasing letters, forwarding bundles. Asking for them, taking them away.

Not here: making them (`reports.services`), the job that makes one (`summaries.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.errors import DirectivesError
from directives.how_told import HOW_TOLD
from reports import tasks
from reports.access import (
    access_bundle_part,
    access_letter,
    access_letter_to_extend,
    access_papers,
    access_papers_to_make,
)
from reports.errors import DocumentMissing, ReportError
from reports.forms_papers import BundleForm, LetterForm, NumberForm
from reports.letter_extension import extension_of
from reports.papers_page import papers_page
from reports.services.bundling import request_bundle
from reports.services.chasing import request_letter
from reports.services.extending import extend_by_letter
from reports.services.handing_papers import hand_out_letter, hand_out_part
from reports.services.numbers import write_number
from reports.views.downloads import file_download
from vault.errors import VaultError
from vietnamese.dates import format_date, format_time, local_day
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Directive

_SHOWN = 200
"""Rows of an extension on a page; carried out, it reaches all of them."""


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters and bundles of a directive, with the forms for new ones."""
    return _page(request, access_papers(request.user, pk))


@require_POST
def letter_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a chasing letter on the figures of now."""
    directive = access_papers_to_make(request.user, pk)
    form = LetterForm(request.POST, requirements=directive.requirements.order_by("order"))
    if form.is_valid():
        try:
            job = request_letter(directive=directive, at=None, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ReportError as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.run.delay_on_commit(job.pk)
            return redirect("reports:job", pk=job.pk)
    return _page(request, directive, letter_form=form)


@require_POST
def letter_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Enters or puts right the number that was written by hand on a printed letter; a clash is told by name."""
    letter = access_letter(request.user, pk)
    directive = access_papers_to_make(request.user, letter.directive_id)
    form = NumberForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["number"]))
        return redirect("reports:papers", pk=directive.pk)
    number = form.cleaned_data["number"]
    try:
        write_number(letter=letter, number=number, by=request.user, at=timezone.now())
        messages.success(request, f"Đã ghi số {number:02d} cho công văn vào sổ văn bản đi.")
    except ReportError as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:papers", pk=directive.pk)


@require_http_methods(["GET", "POST"])
def letter_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Gia hạn trên cổng to the new day of a letter, after every row it would touch was shown."""
    letter, now = access_letter_to_extend(request.user, pk), timezone.now()
    refusal = ""
    if request.method == "POST":
        try:
            count = extend_by_letter(letter=letter, by=request.user, now=now)
        except (ReportError, DirectivesError) as refused:
            refusal = str(refused)
        else:
            day = format_date(letter.new_last_day)
            messages.success(request, f"Đã gia hạn {format_number(count)} việc đến hết ngày {day}. {HOW_TOLD}")
            return redirect("reports:papers", pk=letter.directive_id)
    wanted = extension_of(letter, now=now)
    if refusal:
        letter.refresh_from_db(fields=["extended_at"])  # a colleague's click may have come first
    if letter.extended_at is not None and not wanted.rows.exists():  # a second click, or a page left open
        day = format_date(letter.new_last_day)
        when = f"lúc {format_time(letter.extended_at)} ngày {format_date(local_day(letter.extended_at))}"
        messages.info(request, f"Đã gia hạn theo công văn này {when}, đến hết ngày {day}. Không còn việc nào phải đổi.")
        return redirect("reports:papers", pk=letter.directive_id)
    page = Paginator(wanted.rows, _SHOWN).get_page(request.GET.get("trang"))
    context = {"letter": letter, "wanted": wanted, "page": page, "now": now, "refusal": refusal}
    return render(request, "reports/letter_extend.html", context, status=422 if refusal else 200)


@require_POST
def bundle_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the next forwarding bundle."""
    directive = access_papers_to_make(request.user, pk)
    form = BundleForm(request.POST, requirements=directive.requirements.order_by("order"))
    if form.is_valid():
        wanted = form.cleaned_data | {"limit_mb": form.cleaned_data["limit_mb"] or 0}
        try:
            job = request_bundle(directive=directive, by=request.user, now=timezone.now(), **wanted)
        except ReportError as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.run.delay_on_commit(job.pk)
            return redirect("reports:job", pk=job.pk)
    return _page(request, directive, bundle_form=form)


@require_safe
def letter_file(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """A chasing letter as PDF or Word."""
    letter = access_letter(request.user, pk)
    try:
        return file_download(hand_out_letter(letter=letter, extension=extension, by=request.user, now=timezone.now()))
    except DocumentMissing as missing:
        raise Http404 from missing
    except VaultError as gone:
        return _told(request, letter.directive_id, gone)


@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a forwarding bundle."""
    part = access_bundle_part(request.user, pk)
    try:
        return file_download(hand_out_part(part=part, by=request.user, now=timezone.now()))
    except VaultError as gone:
        return _told(request, part.bundle.directive_id, gone)


def _told(request: HttpRequest, directive: int, refusal: VaultError) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("reports:papers", pk=directive)


def _page(
    request: HttpRequest,
    directive: Directive,
    letter_form: LetterForm | None = None,
    bundle_form: BundleForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    may_make = request.user.has_perm("reports.compile_directive", directive)
    page = papers_page(directive, request.user, now)
    context = {
        "page": page,
        "now": now,
        "today": local_day(now),
        "may_extend": request.user.has_perm("directives.change_directive", directive),
        "letter_form": letter_form or _empty(LetterForm, directive, page.next_number) if may_make else None,
        "bundle_form": bundle_form or _empty(BundleForm, directive, page.next_number) if may_make else None,
    }
    refused = any(form is not None and form.is_bound for form in (letter_form, bundle_form))
    return render(request, "reports/papers.html", context, status=422 if refused else 200)


def _empty(form: type[LetterForm | BundleForm], directive: Directive, number: int | None) -> LetterForm | BundleForm:
    made = form(requirements=directive.requirements.order_by("order"), prefix=None)
    if number is not None:
        made.fields["number"].help_text = f"Để trống: chừa chỗ ghi tay. Số tiếp theo của nhiệm kỳ: {number:02d}."
    return made
