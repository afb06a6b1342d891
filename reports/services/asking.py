"""Asking for work: a new report, the same report again, freezing it; stopping and repeating a job; the office's words.

Each verb only writes rows; the worker finds them (`reports.tasks`). Not here: the work (`compiling.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from audit import services as audit
from directives.deadlines import day_start
from directives.deadlines.periods import calendar_span
from directives.models import Directive, Obligation
from reports.choices import REPORTABLE, JobKind, JobState, ReportState
from reports.errors import ReportRefused
from reports.models import Job, SummaryReport
from reports.outlines import Section, headings
from reports.services.numbers import give_back, give_back_of_ended, take
from units.models import CommitteeProfile, Unit, User
from vietnamese.text import clean

TEXT_LIMIT = 20_000  # characters of one section


@transaction.atomic
def request_report(
    *, directive: Directive, at: datetime | None, by: User | None, now: datetime, period: str = ""
) -> Job:
    """A job that compiles a new report of the directive with the figures of `at` (None = `now`).

    `period` narrows it to one period of a duty that comes again. The office's words of the last report are taken over. Somebody who asks for what is already being made gets that
    job. Recorded as `report.request`. Raises ReportRefused for a draft or a future instant.
    """
    _assert_reportable(directive, at, now)
    key = f"summary:{directive.pk}:{period}:{at.isoformat() if at else 'now'}"
    if job := _open_job(key):
        return job
    report = new_report(directive=directive, at=at or now, by=by, now=now, period=period)
    return _ask(report, key, {}, by, now)


@transaction.atomic
def new_report(
    *, directive: Directive, at: datetime, by: User | None, now: datetime, period: str = ""
) -> SummaryReport:
    """An empty report row at `at`, with outline and words of the directive's last report. Raises ReportRefused.

    Recorded by what follows it (`report.request` or `report.compile`).
    """
    _assert_reportable(directive, at, now)
    if period and not Obligation.objects.filter(requirement__directive=directive, period=period).exists():
        raise ReportRefused("Văn bản này không có việc nào của kỳ đã chọn. Chọn kỳ khác, hoặc để trống.")
    profile = CommitteeProfile.objects.filter(unit=directive.ward_id).first()
    last = directive.summary_reports.order_by("-created_at", "-pk").first()
    return SummaryReport.objects.create(
        ward_id=directive.ward_id,
        directive=directive,
        at=at,
        period=period,
        outline=last.outline if last else [],
        texts=last.texts if last else {},
        format_profile=profile.format_profile if profile else "",
        created_by=by,
        created_at=now,
    )


@transaction.atomic
def request_span_report(
    *, ward: Unit, kind: str, period: str, at: datetime | None, by: User | None, now: datetime
) -> Job:
    """A job that compiles a report about all that the ward was asked in a span of the calendar; see `new_span_report`.

    Somebody who asks for what is already being made gets that job. Recorded as `report.request`. Raises ReportRefused.
    """
    _assert_begun(period, at, now)
    key = f"{kind.lower()}:{ward.pk}:{period}:{at.isoformat() if at else 'now'}"
    if job := _open_job(key):
        return job
    return _ask(new_span_report(ward=ward, kind=kind, period=period, at=at or now, by=by, now=now), key, {}, by, now)


@transaction.atomic
def new_span_report(
    *, ward: Unit, kind: str, period: str, at: datetime, by: User | None, now: datetime
) -> SummaryReport:
    """An empty row of a PERIODIC or OVERSIGHT report (`ReportKind`) at `at`; `period` is a month, quarter, half or year.

    Outline, recipients and the words on the situation are those of the ward's last report of the kind; the rest is of
    another time. Recorded by what follows it. Raises ReportRefused for a period that has not begun, or is none.
    """
    _assert_begun(period, at, now)
    profile = CommitteeProfile.objects.filter(unit=ward).first()
    last = SummaryReport.objects.filter(ward=ward, kind=kind).order_by("-created_at", "-pk").first()
    outline = last.outline if last else []
    kept = (Section.RECIPIENTS, *(() if outline else (Section.SITUATION,)))
    return SummaryReport.objects.create(
        ward=ward,
        kind=kind,
        at=at,
        period=period,
        outline=outline,
        texts={key: text for key, text in (last.texts if last else {}).items() if key in kept},
        format_profile=profile.format_profile if profile else "",
        created_by=by,
        created_at=now,
    )


@transaction.atomic
def request_again(*, report: SummaryReport, freeze: bool, by: User | None, now: datetime) -> Job:
    """A job that makes the documents of a report anew at its own instant; with `freeze` its figures are kept for good.

    Recorded as `report.request`. Raises ReportRefused when it shall be frozen twice.
    """
    report = SummaryReport.objects.select_for_update().get(pk=report.pk)
    if report.signed_id is not None:
        raise ReportRefused("Báo cáo này đã gắn bản ký nên không lập lại nữa.")
    if freeze and report.state == ReportState.FROZEN:
        raise ReportRefused("Số liệu của báo cáo này đã chốt.")
    key = f"report:{report.pk}{':freeze' if freeze else ''}"
    return _open_job(key) or _ask(report, key, {"freeze": True} if freeze else {}, by, now)


@transaction.atomic
def save_words(
    *, report: SummaryReport, texts: Mapping[str, str], number: int | None, by: User | None, now: datetime
) -> SummaryReport:
    """The office's own text by section, and the report's number; unknown sections are left out.

    Figures are not touched, so a frozen report may be reworded. Recorded as `report.compile` only when the documents
    are made anew. Raises ReportRefused for a section longer than TEXT_LIMIT, or a number of the term that is used.
    """
    report = (
        SummaryReport.objects.select_for_update(of=("self",))
        .select_related("ward", "outgoing", "directive")
        .get(pk=report.pk)
    )
    if report.signed_id is not None:
        raise ReportRefused("Báo cáo này đã gắn bản ký nên không sửa nữa. Cần sửa thì lập báo cáo mới.")
    kept: dict[str, str] = {}
    for section in (Section.SUBJECT.value, *headings(report.outline), Section.RECIPIENTS.value):
        text = "\n".join(clean(line) for line in texts.get(section, "").splitlines()).strip()
        if len(text) > TEXT_LIMIT:
            raise ReportRefused(f"Một mục dài hơn {TEXT_LIMIT} ký tự. Rút ngắn hoặc chuyển thành phụ lục.")
        if text:
            kept[section] = text
    report.texts, report.edited_at = kept, now
    report.full_clean(exclude=["created_by"])
    report.save(update_fields=["texts", "edited_at"])
    if number != report.number:
        give_back(report, why="đã đổi số", at=now)
        if number is not None:
            report.outgoing = take(report, number=number, by=by, at=now)
            report.save(update_fields=["outgoing"])
    return report


@transaction.atomic
def cancel_job(*, job: Job, by: User | None, now: datetime) -> Job:
    """Stops a waiting or running job: its worker learns so at its next step and stores nothing.

    Recorded as `report.cancel`. Raises ReportRefused when it is over already.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not job.is_open:
        raise ReportRefused("Việc này đã xong, không còn gì để dừng.")
    job.state, job.lease_until, job.finished_at = JobState.CANCELLED, None, now
    job.save(update_fields=["state", "lease_until", "finished_at"])
    give_back_of_ended(job_id=job.pk, at=now)
    audit.record(action="report.cancel", actor=by, obj=job, ward_id=job.ward_id, at=now)
    return job


@transaction.atomic
def retry_job(*, job: Job, by: User | None, now: datetime) -> Job:
    """Lets a failed or stopped job wait again, with all its attempts. Recorded as `report.request`.

    Somebody else may have asked for the same meanwhile: then that job is returned.
    A letter or bundle takes its number again. Raises ReportRefused for one that is done, or when that number is used.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.is_open:
        return job
    if job.state == JobState.DONE:
        raise ReportRefused("Việc này đã xong, không cần làm lại.")
    if other := _open_job(job.dedupe_key):
        return other
    paper = job.letter or job.bundle
    if paper is not None and paper.outgoing_id is None and job.params.get("number"):
        paper.outgoing = take(paper, number=job.params["number"], by=by, at=now)
        paper.save(update_fields=["outgoing"])
    job.state, job.attempts, job.error, job.step, job.done = JobState.WAITING, 0, "", "", 0
    job.finished_at = None
    job.save()
    _record_request(job, by, now)
    return job


def _assert_begun(period: str, at: datetime | None, now: datetime) -> None:
    try:
        begins = day_start(calendar_span(period)[0])
    except ValueError as error:
        raise ReportRefused(
            "Kỳ báo cáo phải là tháng, quý, 6 tháng hoặc năm, như 2026-04, 2026-Q2, 2026-H1, 2026."
        ) from error
    if at is not None and at > now:
        raise ReportRefused("Thời điểm lấy số liệu chưa tới. Chọn lúc này hoặc trước đó.")
    if begins > (at or now):
        raise ReportRefused("Lúc đó kỳ báo cáo chưa bắt đầu. Chọn kỳ khác, hoặc thời điểm sau đó.")


def _assert_reportable(directive: Directive, at: datetime | None, now: datetime) -> None:
    if directive.state not in REPORTABLE:
        raise ReportRefused("Văn bản chưa ban hành hoặc đã thu hồi, chưa có gì để tổng hợp.")
    if at is not None and at > now:
        raise ReportRefused("Thời điểm lấy số liệu chưa tới. Chọn lúc này hoặc trước đó.")
    if at is not None and directive.issued_at is not None and at < directive.issued_at:
        raise ReportRefused("Lúc đó văn bản chưa giao việc trên cổng. Chọn thời điểm sau khi ban hành.")


def _open_job(key: str) -> Job | None:
    return Job.objects.unfinished().filter(dedupe_key=key).first()


def _ask(report: SummaryReport, key: str, params: dict[str, Any], by: User | None, now: datetime) -> Job:
    """The new job, or the one that somebody else wrote at the same instant (the constraint decides)."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=JobKind.SUMMARY_REPORT,
                ward_id=report.ward_id,
                directive_id=report.directive_id,
                report=report,
                params=params,
                dedupe_key=key,
                asked_by=by,
                asked_at=now,
            )
    except IntegrityError:
        job = Job.objects.unfinished().get(dedupe_key=key)
        if job.report_id != report.pk:
            report.delete()  # nobody has seen it yet
        return job
    _record_request(job, by, now)
    return job


def _record_request(job: Job, by: User | None, now: datetime) -> None:
    audit.record(
        action="report.request",
        actor=by,
        obj=job.report,
        ward_id=job.ward_id,
        detail={"job": job.pk, **job.params},
        at=now,
    )
