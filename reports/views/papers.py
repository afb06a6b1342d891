"""Papers about one directive beside its report: chasing letters, forwarding bundles. Asking for them, taking them away.

Not here: making them (`reports.services`), the job that makes one (`summaries.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports import tasks
from reports.access import access_bundle_part, access_letter, access_papers, access_papers_to_make
from reports.errors import DocumentMissing, ReportError
from reports.forms_papers import BundleForm, LetterForm
from reports.papers_page import papers_page
from reports.services.bundling import request_bundle
from reports.services.chasing import request_letter
from reports.services.handing_papers import hand_out_letter, hand_out_part

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Directive
    from reports.services.handing_out import HandedOut


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
        return _file(hand_out_letter(letter=letter, extension=extension, by=request.user, now=timezone.now()))
    except DocumentMissing as missing:
        raise Http404 from missing


@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a forwarding bundle."""
    part = access_bundle_part(request.user, pk)
    return _file(hand_out_part(part=part, by=request.user, now=timezone.now()))


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


def _file(handed: HandedOut) -> FileResponse:
    answer = FileResponse(handed.stream, as_attachment=True, filename=handed.name, content_type=handed.media_type)
    answer["Content-Length"] = str(handed.size)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
