"""The work of a summary report: gather, compose, set three ways, store; as a job or at once.

Everything is made before anything is written: bytes go to the vault one by one, and a single transaction then gives
the report its three files, so that a killed worker leaves no report with half its files.
Not here: asking for it (`asking.py`), claims and leases (`reports.jobs`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.db import transaction

from audit import services as audit
from reports.annex_names import DUTIES, MISSING
from reports.annexes import unit_columns
from reports.choices import ReportState
from reports.errors import PdfEngineMissing, ReportRefused
from reports.facts_json import facts_from_json, facts_to_json
from reports.format_profiles import DEFAULT_PROFILE, PROFILES, FormatProfile
from reports.gathering import gather, gather_span
from reports.jobs import Clock, Holder
from reports.models import FiguresSnapshot, Job, SummaryReport
from reports.narrative import Gathered, compose
from reports.own_template import LATER_ANNEXES, LATER_LISTS, brought_up
from reports.pdf import html_to_pdf
from reports.pictures import pictures_of
from reports.rendering import render_html
from reports.report_content import ReportContent
from reports.report_facts import ReportFacts
from reports.ward_format import ward_profile
from reports.word import find_template, to_docx
from reports.word_template import ANNEX_COLUMNS, AnnexColumns, build_letter_template, build_word_template
from reports.workbook import to_xlsx
from units.models import User
from vault import services as vault
from vault.models import Blob

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Heads that the lists of a letter have had in the portal's template, by slot.
_LISTS: Final = {2: (MISSING,), 3: (DUTIES,)}
_INSTANT: Final = timedelta(microseconds=1)
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
    if report.directive is None:
        return gather_span(
            ward=report.ward, kind=report.kind, period=report.period, at=report.at, with_names=with_names
        )
    return gather(directive=report.directive, at=report.at, with_names=with_names, period=report.period)


def content_of(report: SummaryReport, facts: ReportFacts) -> ReportContent:
    """The report's words and tables, in its own layout, with the office's text and what was taken from units."""
    gathered: dict[str, list[Gathered]] = {}
    for one in report.gathered.all():
        gathered.setdefault(one.key, []).append(Gathered(one.text, origin_of(one.pk)))
    return compose(
        facts, texts=report.texts, profile=profile_of(report), number=report.number, outline=report.outline,
        gathered=gathered, replaced=dict(report.replaced.values_list("sentence", "text")),
    )  # fmt: skip


def origin_of(paragraph: int) -> str:
    """How a paragraph taken from a unit is named in the content."""
    return f"g{paragraph}"


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
    drawings = [one for annex in content.annexes for one in annex.drawings]
    try:
        pictures = pictures_of(drawings, width=profile.sheet.text_width, font_dir=settings.FONT_DIR)
    except PdfEngineMissing:  # the PDF is missing, too, and says why
        pictures = ()
    docx = put_document(BytesIO(to_docx(content, word_template_for(profile), pictures)), DOCX, at)
    advance("Đang trình bày bản PDF", 22)
    try:
        pdf = put_document(BytesIO(html_to_pdf(render_html(content, profile), font_dir=settings.FONT_DIR)), PDF, at)
    except PdfEngineMissing as missing:
        without = " Bản Word vì thế cũng chưa có hình." if drawings else ""
        return Documents(None, docx, xlsx, f"{missing}{without}")
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

    `report` is the row the files were made from: when its words are others by now, the files stay older than them.

    Recorded as `report.compile`, and `report.freeze`. Raises JobLost when the job was stopped or taken over, and
    ReportRefused when somebody else froze the report meanwhile: in both cases nothing is stored.
    """
    if holder is not None:
        holder.finish(note=documents.note)
    asked_as, worded_at = report.state, report.edited_at
    report = SummaryReport.objects.select_for_update().get(pk=report.pk)
    if report.signed_id is not None:
        raise ReportRefused("Báo cáo này đã gắn bản ký nên không lập lại nữa.")
    if report.state == ReportState.FROZEN and (freeze or asked_as != ReportState.FROZEN):
        raise ReportRefused("Số liệu của báo cáo này đã chốt.")
    report.pdf, report.docx, report.xlsx, report.compiled_at = documents.pdf, documents.docx, documents.xlsx, at
    if report.edited_at is not None and report.edited_at != worded_at:  # somebody wrote while the files were made
        report.compiled_at = report.edited_at - _INSTANT
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
    """The office's own template brought up to date, else the shipped one; for a corrected profile one made on the spot."""
    template = find_template(profile.key, word_template_folders())
    if template.parent == word_template_folders()[0]:
        heads = {slot: (columns,) for slot, columns, _ in ANNEX_COLUMNS}
        heads[2] = (unit_columns("ESSAY"), unit_columns(""))
        machine = build_word_template(profile)
        return BytesIO(brought_up(template.read_bytes(), machine, heads, LATER_ANNEXES))
    return template if profile == PROFILES[profile.key] else BytesIO(build_word_template(profile))


def letter_template_for(profile: FormatProfile, annexes: AnnexColumns) -> Path | BinaryIO:
    """The office's own template of a công văn (`letter.<profile>.docx`), brought up to date, else one made on the spot."""
    machine = build_letter_template(profile, annexes)
    own = word_template_folders()[0] / f"letter.{profile.key}.docx"
    if not own.is_file():
        return BytesIO(machine)
    heads = {slot: (columns, *_LISTS.get(slot, ())) for slot, columns, _ in annexes}
    return BytesIO(brought_up(own.read_bytes(), machine, heads, LATER_LISTS))


def compile_for(job: Job, holder: Holder) -> None:
    """The work of a job of kind SUMMARY_REPORT."""
    if job.report_id is None:
        raise ReportRefused("Việc này không có báo cáo nào để lập.")
    report = SummaryReport.objects.select_related("directive__ward", "ward", "figures").get(pk=job.report_id)
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
