"""The words of a report: its outline, paragraphs taken from units' reports, their order and text; the signed copy.

Figures are not touched, so a frozen report may be worded until the signed copy is attached.
Not here: what the units wrote (`reports.unit_words`), the office's own text by heading (`asking.save_words`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO, Final

from django.db import transaction

from audit import services as audit
from reports.choices import ReportState
from reports.errors import ReportRefused
from reports.models import GatheredParagraph, SummaryReport
from reports.outlines import headings, lines_of, place_for, rehomed
from reports.unit_words import UnitReport, unit_reports, written_work
from units.models import User
from vault import services as vault
from vietnamese.text import clean

PARAGRAPH_LIMIT: Final = 4000
SIGNED_LIMIT: Final = 25 * 1024 * 1024
_PDF: Final = b"%PDF-"
_CUT: Final = "… (còn tiếp trong báo cáo của đơn vị)"


@transaction.atomic
def set_outline(*, report: SummaryReport, outline: Sequence[str], by: User | None, at: datetime) -> SummaryReport:
    """Another outline ([] = the standard one); texts and paragraphs follow the headings they are about.

    Recorded as `report.outline`. Raises ReportRefused once it is signed.
    """
    report = locked(report)
    lines = list(lines_of("\n".join(outline)))
    report.texts = rehomed(report.texts, report.outline, lines)
    for order, paragraph in enumerate(report.gathered.all(), start=1):
        paragraph.key, paragraph.order = place_for(paragraph.heading, lines), order
        paragraph.save(update_fields=["key", "order"])
    report.outline, report.edited_at = lines, at
    report.save(update_fields=["texts", "outline", "edited_at"])
    detail = {"count": len(lines)}
    audit.record(action="report.outline", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    return report


@transaction.atomic
def gather_under(
    *, report: SummaryReport, key: str, texts: Mapping[int, str] = MappingProxyType({}), by: User | None, at: datetime
) -> int:
    """Takes what units wrote about the heading `key` and is not in the report yet; how many paragraphs.

    `texts`, as in `edit_gathered`, are words typed meanwhile. Recorded as `report.gather`. Raises
    ReportRefused once it is signed, or when there is nothing to take.
    """
    report = locked(report)
    if texts:
        _edit(report, texts)
    have = {(one.source_id, one.heading) for one in report.gathered.all()}
    last = report.gathered.count()
    found = [
        GatheredParagraph(
            report=report, key=key, order=last + number, text=_worded(one, text), source_id=one.text, heading=heading[:255]
        )
        for number, (one, heading, text) in enumerate(_about(report, key), start=1)
        if (one.text, heading[:255]) not in have
    ]  # fmt: skip
    if not found:
        raise ReportRefused("Chưa có báo cáo nào của đơn vị viết về mục này mà chưa lấy.")
    GatheredParagraph.objects.bulk_create(found)
    report.edited_at = at
    report.save(update_fields=["edited_at"])
    detail = {"section": headings(report.outline)[key], "count": len(found)}
    audit.record(action="report.gather", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    return len(found)


def to_gather(report: SummaryReport) -> dict[str, int]:
    """Key of a heading → how many units wrote about it and are not in the report yet."""
    have = set(report.gathered.values_list("source", "heading"))
    counts: dict[str, set[int]] = {}
    for one in unit_reports(written_work(report), report.at):
        for heading, _ in one.parts:
            if (one.text, heading[:255]) not in have:
                counts.setdefault(place_for(heading, report.outline), set()).add(one.obligation)
    return {key: len(units) for key, units in counts.items()}


@transaction.atomic
def edit_gathered(
    *, report: SummaryReport, texts: Mapping[int, str], by: User | None, at: datetime, up: int = 0, down: int = 0,
    drop: int = 0,
) -> None:  # fmt: skip
    """Other words of paragraphs (by id), and one of them moved among its heading's or taken out (its source stays).

    An emptied paragraph is taken out. Recorded as `report.edit`. Raises ReportRefused once it is signed.
    """
    report = locked(report)
    changed, left = _edit(report, texts, up=up, down=down, drop=drop)
    report.edited_at = at
    report.save(update_fields=["edited_at"])
    detail = {"count": changed, "left": left}
    audit.record(action="report.edit", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)


def _edit(
    report: SummaryReport, texts: Mapping[int, str], *, up: int = 0, down: int = 0, drop: int = 0
) -> tuple[int, int]:
    """How many texts are others now, and how many paragraphs there are."""
    paragraphs = list(report.gathered.all())
    changed = 0
    for one in paragraphs:
        text = "\n".join(clean(line) for line in texts.get(one.pk, one.text).splitlines()).strip()
        if len(text) > PARAGRAPH_LIMIT:
            raise ReportRefused(f"Một đoạn dài hơn {PARAGRAPH_LIMIT} ký tự. Rút ngắn hoặc chuyển thành phụ lục.")
        changed += text != one.text
        one.text = text
    paragraphs = [one for one in paragraphs if one.text and one.pk != drop]
    report.gathered.exclude(pk__in=[one.pk for one in paragraphs]).delete()
    _move(paragraphs, up or down, -1 if up else 1)
    for order, one in enumerate(paragraphs, start=1):
        one.order = order
    GatheredParagraph.objects.bulk_update(paragraphs, ["text", "order"])
    return changed, len(paragraphs)


@transaction.atomic
def attach_signed(*, report: SummaryReport, stream: BinaryIO, by: User | None, at: datetime) -> SummaryReport:
    """The signed paper as PDF, beside the words that were signed; from then on neither changes.

    Recorded as `report.sign`. Raises ReportRefused for a draft, for what is no PDF, when the files are older than the
    words, or when there is one already; vault errors.
    """
    report = locked(report)
    if report.state != ReportState.FROZEN:
        raise ReportRefused("Chốt số liệu trước, rồi mới gắn bản đã ký.")
    if report.edited_at and (report.compiled_at is None or report.compiled_at < report.edited_at):
        raise ReportRefused("Lời văn đã sửa sau lần lập tệp. Lập lại các tệp để bản ký đúng với lời văn.")
    head = stream.read(len(_PDF))
    stream.seek(0)
    if head != _PDF:
        raise ReportRefused("Bản đã ký phải là tệp PDF. Quét lại thành PDF rồi gắn.")
    report.signed = vault.put(stream=stream, media_type="application/pdf", limit=SIGNED_LIMIT, now=at)
    report.signed_at = at
    report.save(update_fields=["signed", "signed_at"])
    detail = {"sha256": report.signed.sha256}
    audit.record(action="report.sign", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    return report


def locked(report: SummaryReport) -> SummaryReport:
    """The report under its lock. Raises ReportRefused once it is signed."""
    report = SummaryReport.objects.select_for_update(of=("self",)).select_related("directive").get(pk=report.pk)
    if report.signed_id is not None:
        raise ReportRefused("Báo cáo này đã gắn bản ký nên không sửa nữa. Cần sửa thì lập báo cáo mới.")
    return report


def _about(report: SummaryReport, key: str) -> list[tuple[UnitReport, str, str]]:
    return [
        (one, heading, text)
        for one in unit_reports(written_work(report), report.at)
        for heading, text in one.parts
        if place_for(heading, report.outline) == key
    ]


def _worded(report: UnitReport, text: str) -> str:
    """The unit's words as one paragraph that begins with its name; its own items stay items. What is cut off is said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = "\n".join([f"{report.unit}: {lines[0].lstrip('-+ ')}", *lines[1:]])
    if len(words) <= PARAGRAPH_LIMIT:
        return words
    kept = words[: PARAGRAPH_LIMIT - len(_CUT)]
    return (kept.rpartition(" ")[0] or kept) + _CUT


def _move(paragraphs: list[GatheredParagraph], pk: int, step: int) -> None:
    """Changes places with the neighbour under the same heading, if there is one."""
    at = next((place for place, one in enumerate(paragraphs) if one.pk == pk), None)
    if at is None:
        return
    others = range(at + step, -1 if step < 0 else len(paragraphs), step)
    other = next((place for place in others if paragraphs[place].key == paragraphs[at].key), None)
    if other is not None:
        paragraphs[at], paragraphs[other] = paragraphs[other], paragraphs[at]
