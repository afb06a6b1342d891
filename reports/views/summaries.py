"""Tổng hợp: asking for a summary report, watching its job, reading it, freezing it, taking it away.

Not here: its words (`words.py`), the figures and documents (`reports.services`), the dashboards (`dashboards.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from directives.access import access_directive
from reports import tasks
from reports.access import (
    access_compilable,
    access_job,
    access_open_jobs,
    access_periods,
    access_report,
    access_report_obligations,
    access_summaries,
    access_wards_to_report,
)
from reports.choices import JobState, ReportKind
from reports.drill import FIGURE_WORDS, DrillFilter, names_behind
from reports.errors import DocumentMissing, ReportError
from reports.forms import CompileForm, SpanForm
from reports.report_page import report_page, running_directives
from reports.services.asking import (
    cancel_job,
    request_again,
    request_report,
    request_span_report,
    retry_job,
)
from reports.services.handing_out import hand_out
from reports.shown_job import shown_job
from reports.views.downloads import file_download
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from reports.models import Job

_PAGE = 20
_NAMES_PAGE = 100


@require_safe
def summaries(request: HttpRequest) -> HttpResponse:
    """Running directives with their figures, jobs under way, and the reports made so far."""
    return _summaries(request, None)


@require_POST
def compile_now(request: HttpRequest) -> HttpResponse:
    """Asks for a report; whoever asks for what is being made already is led to that job."""
    form = CompileForm(request.POST, directives=access_compilable(request.user), periods=access_periods(request.user))
    if form.is_valid():
        directive = access_directive(request.user, form.cleaned_data["directive"].pk, "reports.compile_directive")
        try:
            asked = {"at": form.cleaned_data["at"], "period": form.cleaned_data["period"]}
            job = request_report(directive=directive, by=request.user, now=timezone.now(), **asked)
        except ReportError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _watch(job)
    return _summaries(request, form)


@require_POST
def compile_span(request: HttpRequest) -> HttpResponse:
    """Asks for a periodic or an oversight report of a ward."""
    now = timezone.now()
    form = SpanForm(request.POST, wards=access_wards_to_report(request.user), now=now)
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("ward", "kind", "at")}
        try:
            return _watch(request_span_report(**asked, period=form.cleaned_data["span"], by=request.user, now=now))
        except ReportError as refusal:
            form.add_error(None, str(refusal))
    return _summaries(request, None, form)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """A job's progress; polled as a fragment, reloaded without scripts."""
    found = access_job(request.user, pk)
    if request.htmx and found.state == JobState.DONE and "xem" not in request.GET:
        done = shown_job(found, timezone.now())
        return HttpResponseClientRedirect(reverse(done.page, args=[done.page_pk]))
    listed = "xem" in request.GET
    fragment = "reports/job_strip.html" if listed else "reports/job.html#strip"
    context = {
        "shown": shown_job(found, timezone.now()),
        "job": found,
        "listed": listed,
        "may_change": request.user.has_perm("reports.change_job", found),
    }
    return render(request, fragment if request.htmx else "reports/job.html", context)


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops a job."""
    found = access_job(request.user, pk, "reports.change_job")
    try:
        cancel_job(job=found, by=request.user, now=timezone.now())
    except ReportError as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:job", pk=pk)


@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Does a failed or stopped job again."""
    found = access_job(request.user, pk, "reports.change_job")
    try:
        return _watch(retry_job(job=found, by=request.user, now=timezone.now()))
    except ReportError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:job", pk=pk)


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a sheet, its figures linked to the names behind them."""
    report, now = access_report(request.user, pk), timezone.now()
    try:
        page = report_page(report, now)
    except ReportError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:summaries")
    context = {
        "report": report,
        "page": page,
        "open_jobs": [shown_job(one, now) for one in report.jobs.unfinished().select_related("directive", "report")],
        "last_job": report.jobs.order_by("-pk").first(),
        "may_change": request.user.has_perm("reports.change_summaryreport", report),
    }
    return render(request, "reports/summary.html", context)


@require_POST
def summary_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes the documents anew; with `chot` the figures are frozen first."""
    report = access_report(request.user, pk, "reports.change_summaryreport")
    try:
        return _watch(request_again(report=report, freeze="chot" in request.POST, by=request.user, now=timezone.now()))
    except ReportError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:summary", pk=pk)


@require_safe
def summary_names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names behind a figure of the report, at the report's instant."""
    report, obligations = access_report_obligations(request.user, pk)
    wanted = DrillFilter.read(request.GET.dict())
    if kind := request.GET.get("loai"):
        obligations = obligations.filter(requirement__kind=kind)
    elif wanted.requirement is None and report.kind != ReportKind.OVERSIGHT:
        obligations = obligations.of_those_below()  # as the figures count; the form of a cluster's lead opens by itself
    page = Paginator(names_behind(obligations, wanted, at=report.at), _NAMES_PAGE).get_page(request.GET.get("trang"))
    context = {"report": report, "title": FIGURE_WORDS[wanted.figure], "wanted": wanted, "page_obj": page}
    return render(request, "reports/summary_names.html", context)


@require_safe
def summary_file(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """One of the three documents; each download is recorded."""
    report = access_report(request.user, pk)
    try:
        handed = hand_out(report=report, extension=extension, by=request.user, now=timezone.now())
    except DocumentMissing as missing:
        raise Http404 from missing
    return file_download(handed)


def _summaries(request: HttpRequest, form: CompileForm | None, span_form: SpanForm | None = None) -> HttpResponse:
    reports, directives = access_summaries(request.user)
    now = timezone.now()
    if form is None and scope_of(request.user).is_staff:
        periods = access_periods(request.user)
        form = CompileForm(directives=directives, periods=periods, initial={"directive": request.GET.get("van_ban")})
    if span_form is None and scope_of(request.user).is_staff:
        span_form = SpanForm(wards=access_wards_to_report(request.user), now=now)
    context = {
        "now": now,
        "span_form": span_form,
        "directives": running_directives(directives, now),
        "form": form,
        "jobs": [shown_job(one, now) for one in access_open_jobs(request.user)],
        "page_obj": Paginator(reports, _PAGE).get_page(request.GET.get("trang")),
    }
    status = 422 if any(one is not None and one.is_bound for one in (form, span_form)) else 200
    return render(request, "reports/summaries.html", context, status=status)


def _watch(job: Job) -> HttpResponse:
    tasks.run.delay_on_commit(job.pk)
    return redirect("reports:job", pk=job.pk)
