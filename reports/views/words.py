"""The office's own words in a summary report: by heading, and in place of the portal's sentences.

Not here: paragraphs out of units' reports (`narratives.py`), the report itself (`summaries.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import tasks
from reports.access import access_report
from reports.errors import ReportError
from reports.forms import WordsForm
from reports.services.asking import request_again, save_words
from reports.services.sentences import Typed, confirm_sentence, restore_sentence, word_sentences
from reports.words_page import words_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from reports.models import SummaryReport

_CHANGE = "reports.change_summaryreport"
_BOX, _SHOWN = "cau-", "goc-"


@require_http_methods(["GET", "HEAD", "POST"])
def summary_words(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's own text, section by section, and its own sentences; saving makes the documents anew."""
    report = access_report(request.user, pk, _CHANGE)
    posted = request.POST if request.method == "POST" else None
    typed = _typed(posted) if posted is not None else {}
    form = WordsForm(posted, outline=report.outline, initial={**report.texts, "number": report.number})
    if posted is not None and form.is_valid():
        number, deed = form.cleaned_data["number"], {"report": report, "by": request.user}
        try:
            save_words(texts=form.texts, number=number, now=timezone.now(), **deed)
            word_sentences(typed=typed, at=timezone.now(), **deed)
            if _settled(report, request):
                return redirect(f"{reverse('reports:summary_words', args=[pk])}#cau-{_named(posted)}")
            job = request_again(freeze=False, now=timezone.now(), **deed)
        except ReportError as refusal:
            form.add_error(None, str(refusal))
        else:
            tasks.run.delay_on_commit(job.pk)
            return redirect("reports:job", pk=job.pk)
    try:
        page = words_page(report, form, typed, request.GET.get("cau", ""))
    except ReportError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:summaries")
    status = 200 if posted is None else 422
    return render(request, "reports/summary_words.html", {"report": report, "form": form, "page": page}, status=status)


@require_POST
def summary_sentence(request: HttpRequest, pk: int) -> HttpResponse:
    """One replaced sentence from the report's own page: the portal's again, or kept for the figures of now."""
    report = access_report(request.user, pk, _CHANGE)
    try:
        _settled(report, request)
    except ReportError as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:summary", pk=pk)


def _settled(report: SummaryReport, request: HttpRequest) -> bool:
    """Whether a button of a single sentence was pressed; it is done then."""
    deed = {"report": report, "by": request.user, "at": timezone.now()}
    if "tra" in request.POST:
        restore_sentence(sentence=request.POST["tra"], **deed)
        messages.success(request, "Đã dùng lại câu của cổng. Lập lại các tệp để PDF và Word theo câu ấy.")
    elif "giu" in request.POST:
        confirm_sentence(sentence=request.POST["giu"], **deed)
        messages.success(request, "Đã giữ câu của cơ quan theo số liệu hiện nay.")
    return bool(_named(request.POST))


def _named(posted: QueryDict) -> str:
    return posted.get("tra") or posted.get("giu") or ""


def _typed(posted: QueryDict) -> dict[str, Typed]:
    """Sentence's key → its box."""
    named = ((name.removeprefix(_BOX), text) for name, text in posted.items() if name.startswith(_BOX))
    return {key: Typed(text, posted.get(f"{_SHOWN}{key}", text)) for key, text in named}
