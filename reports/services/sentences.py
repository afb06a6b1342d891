"""Sentences of the portal that the office says in its own words: replacing, keeping, going back. Figures are not touched.

The portal's sentence stays with what replaces it, so that a reader sees which figures the words stand for and is warned
when they are others by now. A new report begins with the portal's sentences again: its figures are of another minute.
Not here: the sentences (`reports.narrative`), the office's words beside them (`asking.save_words`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from audit import services as audit
from reports.errors import ReportRefused
from reports.models import ReplacedSentence, SummaryReport
from reports.narrative import machine_sentences
from reports.report_content import Paragraph
from reports.report_facts import ReportFacts
from reports.services.compiling import facts_of, profile_of
from reports.services.narratives import locked
from units.models import User
from vietnamese.text import clean

SENTENCE_LIMIT: Final = 4000


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back of a sentence's box, and what it had shown: unchanged, it says nothing."""

    text: str
    shown: str


def sentences_of(report: SummaryReport, facts: ReportFacts) -> dict[str, tuple[Paragraph, ...]]:
    """The portal's own sentences by the key of their heading."""
    return machine_sentences(facts, texts=report.texts, profile=profile_of(report), outline=report.outline)


@transaction.atomic
def word_sentences(*, report: SummaryReport, typed: Mapping[str, Typed], by: User | None, at: datetime) -> int:
    """The office's words in place of sentences, by the sentence's key; how many are others now.

    An emptied box, or the portal's own words, brings the portal's sentence back. A box that was not touched changes
    nothing, though somebody else may have replaced its sentence meanwhile. Recorded as `report.replace` and
    `report.restore`. Raises ReportRefused once it is signed, or for words longer than SENTENCE_LIMIT.
    """
    wanted = {key: _lines(one.text) for key, one in typed.items() if _lines(one.text) != _lines(one.shown)}
    if not wanted:
        return 0
    report = locked(report)
    machine = {one.sentence: one.text for block in sentences_of(report, _light(report)).values() for one in block}
    rows = {row.sentence: row for row in report.replaced.all()}
    changed = 0
    for key, text in wanted.items():
        if len(text) > SENTENCE_LIMIT:
            raise ReportRefused(f"Câu thay dài hơn {SENTENCE_LIMIT} ký tự. Rút ngắn, hoặc viết vào lời của mục.")
        row = rows.get(key)
        if not text or text == machine.get(key):
            changed += _drop(row, by, at)
        elif key in machine and (row is None or row.text != text):
            _replace(report, row, key, text, machine[key], by, at)
            changed += 1
    if changed:
        report.edited_at = at
        report.save(update_fields=["edited_at"])
    return changed


@transaction.atomic
def restore_sentence(*, report: SummaryReport, sentence: str, by: User | None, at: datetime) -> None:
    """The portal's sentence again. Recorded as `report.restore`. Raises ReportRefused once it is signed."""
    report = locked(report)
    if _drop(report.replaced.filter(sentence=sentence).first(), by, at):
        report.edited_at = at
        report.save(update_fields=["edited_at"])


@transaction.atomic
def confirm_sentence(*, report: SummaryReport, sentence: str, by: User | None, at: datetime) -> None:
    """The office's words stand for the portal's sentence as it reads now. Recorded as `report.replace`.

    Raises ReportRefused once it is signed, or when the portal no longer says anything there.
    """
    report = locked(report)
    row = report.replaced.filter(sentence=sentence).first()
    if row is None:
        return
    machine = {one.sentence: one.text for block in sentences_of(report, _light(report)).values() for one in block}
    if sentence not in machine:
        raise ReportRefused("Cổng không còn câu này nên không có gì để thay. Bỏ câu thay, hoặc viết vào lời của mục.")
    _replace(report, row, sentence, row.text, machine[sentence], by, at)


def _light(report: SummaryReport) -> ReportFacts:
    return facts_of(report, with_names=False)


def _replace(
    report: SummaryReport,
    row: ReplacedSentence | None,
    key: str,
    text: str,
    stood_for: str,
    by: User | None,
    at: datetime,
) -> None:
    old = row.text if row else stood_for
    row = row or ReplacedSentence(report=report, sentence=key)
    row.text, row.stood_for, row.by, row.at = text, stood_for, by, at
    row.full_clean(exclude=["by"])
    row.save()
    detail = {"old": old, "new": text, "stood_for": stood_for}
    audit.record(action="report.replace", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)


def _drop(row: ReplacedSentence | None, by: User | None, at: datetime) -> int:
    if row is None:
        return 0
    report, detail = row.report, {"old": row.text, "stood_for": row.stood_for}
    row.delete()
    audit.record(action="report.restore", actor=by, obj=report, ward_id=report.ward_id, detail=detail, at=at)
    return 1


def _lines(text: str) -> str:
    lines = (clean(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
