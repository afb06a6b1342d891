"""The work of a summary report: gather, compose, set three ways, store; as a job or at once.

Everything is made before anything is written: bytes go to the vault one by one, and a single transaction then gives
the report its three files, so that a killed worker leaves no report with half its files.
Not here: asking for it (`asking.py`), claims and leases (`reports.jobs`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.db import transaction

from audit import services as audit
from reports.choices import ReportState
from reports.errors import PdfEngineMissing, ReportRefused
from reports.facts_json import facts_from_json, facts_to_json
from reports.format_profiles import DEFAULT_PROFILE, PROFILES, FormatProfile
from reports.gathering import gather
from reports.jobs import Clock, Holder
from reports.models import FiguresSnapshot, Job, SummaryReport
from reports.narrative import compose
from reports.pdf import html_to_pdf
from reports.rendering import render_html
from reports.report_content import ReportContent
from reports.report_facts import ReportFacts
from reports.ward_format import ward_profile
from reports.word import find_template, to_docx
from reports.word_template import AnnexColumns, build_letter_template, build_word_template
from reports.workbook import to_xlsx
from units.models import User
from vault import services as vault
from vault.models import Blob

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BIGGEST: Final = 200 * 1024 * 1024  # bytes of one document; far above what a ward makes

Advance = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Documents:
    """What was made, in the vault; `note` says why there is no PDF, if there is none."""

    pdf: Blob | None
    docx: Blob
    xlsx: Blob
    note: str = ""


def facts_of(report: SummaryReport, *, with_names: bool = True) -> ReportFacts:
    """What the report says: its snapshot when frozen, else what was true at its instant. Raises ReportError."""
    if report.state == ReportState.FROZEN:
        return facts_from_json(report.figures.figures["facts"])
    return gather(directive=report.directive, at=report.at, with_names=with_names)


def content_of(report: SummaryReport, facts: ReportFacts) -> ReportContent:
    """The report's words and tables, in its own layout and with the office's text."""
    return compose(facts, texts=report.texts, profile=profile_of(report), number=report.number)


def profile_of(report: SummaryReport) -> FormatProfile:
    """The report's format profile, with the corrections of the installation and of the ward."""
    return ward_profile(report.ward_id, report.format_profile or DEFAULT_PROFILE)


def compile_report(
    *, report: SummaryReport, freeze: bool, by: User | None, clock: Clock, advance: Advance
) -> Documents:
    """Makes and stores the documents at once, without a job (terminal). Recorded as `report.compile`.

    `advance(step, per cent)` is called before each step. Raises ReportError.
    """
    facts = facts_of(report)
    documents = make_documents(report, facts, at=clock(), advance=advance)
    store_documents(report=report, documents=documents, facts=facts, freeze=freeze, by=by, at=clock())
    return documents


def make_documents(report: SummaryReport, facts: ReportFacts, *, at: datetime, advance: Advance) -> Documents:
    """Sets the report three ways and puts the bytes into the vault; no row of the report is touched."""
    profile = profile_of(report)
    content = content_of(report, facts)
    advance("Đang lập phụ lục Excel", 8)
    with tempfile.TemporaryFile() as annexes:
        to_xlsx(content, annexes)
        annexes.seek(0)
        xlsx = put_document(annexes, XLSX, at)
    advance("Đang lập bản Word", 14)
    docx = put_document(BytesIO(to_docx(content, word_template_for(profile))), DOCX, at)
    advance("Đang trình bày bản PDF", 22)
    try:
        pdf = put_document(BytesIO(html_to_pdf(render_html(content, profile), font_dir=settings.FONT_DIR)), PDF, at)
    except PdfEngineMissing as missing:
        return Documents(None, docx, xlsx, str(missing))
    advance("Đang lưu", 96)
    return Documents(pdf, docx, xlsx)


@transaction.atomic
def store_documents(
    *,
    report: SummaryReport,
    documents: Documents,
    facts: ReportFacts,
    freeze: bool,
    by: User | None,
    at: datetime,
    holder: Holder | None = None,
) -> SummaryReport:
    """Gives the report its files, all three at once; with `freeze` also its snapshot. Ends the holder's job.

    Recorded as `report.compile`, and `report.freeze`. Raises JobLost when the job was stopped or taken over, and
    ReportRefused when somebody else froze the report meanwhile: in both cases nothing is stored.
    """
    if holder is not None:
        holder.finish(note=documents.note)
    asked_as = report.state
    report = SummaryReport.objects.select_for_update().get(pk=report.pk)
    if report.state == ReportState.FROZEN and (freeze or asked_as != ReportState.FROZEN):
        raise ReportRefused("Số liệu của báo cáo này đã chốt.")
    report.pdf, report.docx, report.xlsx, report.compiled_at = documents.pdf, documents.docx, documents.xlsx, at
    if freeze:
        FiguresSnapshot.objects.create(
            report=report, figures={"total": facts.total.as_json(), "facts": facts_to_json(facts)}
        )
        report.state, report.frozen_at = ReportState.FROZEN, at
    report.full_clean(exclude=["created_by"])
    report.save()
    detail = {"at": report.at, "total": facts.total.as_json()}
    audit.record(action="report.compile", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    if freeze:
        audit.record(action="report.freeze", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    return report


def word_template_folders() -> tuple[Path, ...]:
    """Where Word templates lie: the office's own folder first, then the ones shipped."""
    return (settings.DATA_DIR / "word-templates", settings.BASE_DIR / "templates" / "documents")


def word_template_for(profile: FormatProfile) -> Path | BinaryIO:
    """The office's own template, else the shipped one; for a corrected profile one that is made on the spot."""
    template = find_template(profile.key, word_template_folders())
    is_own = template.parent == word_template_folders()[0]
    return template if is_own or profile == PROFILES[profile.key] else BytesIO(build_word_template(profile))


def letter_template_for(profile: FormatProfile, annexes: AnnexColumns) -> Path | BinaryIO:
    """The office's own template of a công văn (`letter.<profile>.docx`), else one made on the spot."""
    own = word_template_folders()[0] / f"letter.{profile.key}.docx"
    return own if own.is_file() else BytesIO(build_letter_template(profile, annexes))


def compile_for(job: Job, holder: Holder) -> None:
    """The work of a job of kind SUMMARY_REPORT."""
    if job.report_id is None:
        raise ReportRefused("Việc này không có báo cáo nào để lập.")
    report = SummaryReport.objects.select_related("directive__ward", "figures").get(pk=job.report_id)
    holder.advance("Đang lấy số liệu", 0)
    facts = facts_of(report)
    documents = make_documents(report, facts, at=holder.clock(), advance=holder.advance)
    store_documents(
        report=report,
        documents=documents,
        facts=facts,
        freeze=bool(job.params.get("freeze")),
        by=job.asked_by,
        at=holder.clock(),
        holder=holder,
    )


def put_document(stream: BinaryIO, media_type: str, at: datetime) -> Blob:
    """The bytes in the vault, at most BIGGEST."""
    return vault.put(stream=stream, media_type=media_type, limit=BIGGEST, now=at)
