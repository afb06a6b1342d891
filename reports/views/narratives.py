"""The words of a summary report beside its figures: outline, paragraphs out of units' reports, the signed copy.

Not here: the office's own text (`summaries.summary_words`), the report itself (`summaries.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.access import access_outlines, access_report
from reports.errors import DocumentMissing, ReportError
from reports.forms import OWN, STANDARD, OutlineForm, SignedForm
from reports.narrative_page import narrative_page
from reports.outlines import headings
from reports.services.handing_out import hand_out_signed
from reports.services.narratives import attach_signed, edit_gathered, gather_under, set_outline
from reports.views.downloads import file_download
from vault.errors import VaultError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from reports.models import SummaryReport

_CHANGE = "reports.change_summaryreport"
_MOST_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
def summary_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Paragraphs by heading; every button saves the words typed so far, then does its own deed."""
    report = access_report(request.user, pk, _CHANGE)
    if request.method == "POST":
        try:
            _carry_out(report, request)
        except ReportError as refusal:
            messages.error(request, str(refusal))
        return redirect("reports:summary_parts", pk=pk)
    return _page(request, report, None)


@require_POST
def summary_outline(request: HttpRequest, pk: int) -> HttpResponse:
    """Another outline; the words follow the headings they are about."""
    report = access_report(request.user, pk, _CHANGE)
    form = OutlineForm(request.POST, outlines=access_outlines(report))
    if not form.is_valid():
        return _page(request, report, form)
    try:
        set_outline(report=report, outline=form.cleaned_data["outline"], by=request.user, at=timezone.now())
    except ReportError as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:summary_parts", pk=pk)


@require_POST
def summary_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Attaches the scan of the signed paper."""
    report = access_report(request.user, pk, _CHANGE)
    form = SignedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            attach_signed(report=report, stream=form.cleaned_data["file"], by=request.user, at=timezone.now())
            messages.success(request, "Đã gắn bản ký. Từ nay lời văn và các tệp của báo cáo không đổi nữa.")
        except (ReportError, VaultError) as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("reports:summary", pk=pk)


@require_safe
def summary_signed(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the signed paper, byte for byte; each download is recorded."""
    report = access_report(request.user, pk)
    try:
        return file_download(hand_out_signed(report=report, by=request.user, now=timezone.now()))
    except DocumentMissing as missing:
        raise Http404 from missing


def _carry_out(report: SummaryReport, request: HttpRequest) -> None:
    posted, deed = request.POST, {"report": report, "by": request.user, "at": timezone.now()}
    texts = _texts(posted)
    if (key := posted.get("lay")) in headings(report.outline):
        count = gather_under(key=key, texts=texts, **deed)
        messages.success(request, f"Đã lấy {count} đoạn từ báo cáo của các đơn vị.")
        return
    moved = {"up": _number(posted, "len"), "down": _number(posted, "xuong"), "drop": _number(posted, "bo")}
    edit_gathered(texts=texts, **moved, **deed)
    if "luu" in posted:
        messages.success(request, "Đã lưu các đoạn. Lập lại các tệp để lời văn mới vào báo cáo.")


def _texts(posted: QueryDict) -> dict[int, str]:
    named = ((name.removeprefix("doan-"), text) for name, text in posted.items() if name.startswith("doan-"))
    return {int(pk): text for pk, text in named if pk.isdecimal() and len(pk) < _MOST_DIGITS}


def _number(posted: QueryDict, name: str) -> int:
    value = posted.get(name, "")
    return int(value) if value.isdecimal() and len(value) < _MOST_DIGITS else 0


def _page(request: HttpRequest, report: SummaryReport, form: OutlineForm | None) -> HttpResponse:
    which = OWN if report.outline else STANDARD
    initial = {"which": which, "lines": "\n".join(report.outline)}
    context = {
        "report": report,
        "page": narrative_page(report),
        "form": form or OutlineForm(outlines=access_outlines(report), initial=initial),
    }
    return render(request, "reports/summary_parts.html", context, status=422 if form is not None else 200)
