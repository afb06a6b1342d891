"""The words of a unit's report as values: what is filled in, what is missing, the code printed on the paper. Pure.

Not here: rows (`written_models.py`), the fields asked for (`directives.report_fields`), the paper (app reports).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from directives.report_fields import NumberField, sum_faults


@dataclass(frozen=True, slots=True)
class Part:
    """One section; `unchanged` says that it is word for word what the last period said."""

    heading: str
    text: str
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """One number as it was filled in."""

    label: str
    value: int | None
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class ReportWords:
    """Everything one version says; a nil return says nothing else."""

    parts: tuple[Part, ...] = ()
    numbers: tuple[Number, ...] = ()
    is_nil: bool = False
    attended_on: date | None = None
    """The day on which the writer attended the unit's session, of an observer's form."""
    asks_day: bool = False
    """It is an observer's form: without its day it is not whole."""
    printed_digest: str = field(default="", compare=False)
    """The code on the paper that was printed last; "" when none was."""

    @property
    def digest(self) -> str:
        """SHA-256 over headings, texts, numbers and the day attended, in their order: equal words give the equal code."""
        said: list[Any] = [
            [[one.heading, one.text] for one in self.parts],
            [[one.label, one.value] for one in self.numbers],
        ]
        if self.attended_on is not None:
            said.append(self.attended_on.isoformat())
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def code(self) -> str:
        """The short form that stands on the paper: "7F3A-91C2"."""
        return short_code(self.digest)

    def parts_json(self) -> list[dict[str, Any]]:
        """As stored."""
        return [{"heading": one.heading, "text": one.text, "unchanged": one.unchanged} for one in self.parts]

    def numbers_json(self) -> list[dict[str, Any]]:
        """As stored."""
        return [{"label": one.label, "value": one.value, "is_sum": one.is_sum} for one in self.numbers]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is still missing or does not add up: the id of its field and the sentence."""

    field: str
    sentence: str


def short_code(digest: str) -> str:
    """The first eight digits of a digest, in two groups; "" without one."""
    return f"{digest[:4]}-{digest[4:8]}".upper() if digest else ""


def words_of(
    *,
    outline: Sequence[str],
    fields: Sequence[NumberField],
    texts: Sequence[str],
    numbers: Sequence[int | None],
    begun_with: Sequence[str],
    attended_on: date | None = None,
    asks_day: bool = False,
    printed_digest: str = "",
) -> ReportWords:
    """The words of a draft; sections without a text are empty, numbers not filled in None."""
    parts = tuple(
        Part(heading, text := _at(texts, place, "").strip(), bool(text) and text == _at(begun_with, place, "").strip())
        for place, heading in enumerate(outline)
    )
    told = tuple(Number(one.label, _at(numbers, place, None), bool(one.parts)) for place, one in enumerate(fields))
    return ReportWords(parts, told, attended_on=attended_on, asks_day=asks_day, printed_digest=printed_digest)


def filled(words: ReportWords) -> tuple[int, int]:
    """(how many sections and numbers are filled in, how many there are); all numbers count as one, the day as one."""
    done = sum(bool(one.text) for one in words.parts)
    has_numbers = bool(words.numbers)
    all_told = has_numbers and all(one.value is not None for one in words.numbers)
    has_day = words.asks_day and words.attended_on is not None
    return done + all_told + has_day, len(words.parts) + has_numbers + words.asks_day


def faults_of(words: ReportWords, fields: Sequence[NumberField], today: date) -> list[Fault]:
    """Everything that keeps the report from being handed in, in the order of the page."""
    values = [one.value for one in words.numbers]
    wrong = {one.place: one.sentence for one in sum_faults(fields, values)}
    faults = [*_day_faults(words, today)]
    faults += [
        Fault(f"muc-{place}", f"{one.heading}: chưa viết. Không có gì thì ghi “Không có”.")
        for place, one in enumerate(words.parts)
        if not one.text
    ]
    for place, one in enumerate(words.numbers):
        if one.value is None:
            faults.append(Fault(f"so-{place}", f"{one.label}: chưa ghi số. Không có thì ghi 0."))
        elif place in wrong:
            faults.append(Fault(f"so-{place}", f"{one.label}: {wrong[place]}"))
    return faults


def _day_faults(words: ReportWords, today: date) -> list[Fault]:
    if not words.asks_day:
        return []
    if words.attended_on is None:
        return [Fault("ngay", "Ngày dự: chưa ghi. Ghi ngày đồng chí dự sinh hoạt, ví dụ 15/5/2026.")]
    if words.attended_on > today:
        return [Fault("ngay", "Ngày dự chưa tới. Dự xong rồi mới nộp phiếu.")]
    return []


def _at(values: Sequence[Any], place: int, otherwise: Any) -> Any:
    return values[place] if place < len(values) else otherwise
