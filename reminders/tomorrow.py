"""Tomorrow's letters shown tonight: who, why, to which address, and each letter in full.

Reads only; it is the plan itself, asked for the next planning hour. Not here: the plan (`planning.py`), HTTP
(`views.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import overload

from reminders.digests import SKIP_WORDS, Letter
from reminders.ladders import calendars_of
from reminders.letters import LetterWriter, WrittenLetter
from reminders.listing import writer_of
from reminders.models import PlanningRun, Ruling
from reminders.planning import Plan, plan
from reminders.services import PLANNING_TIME
from reminders.stages import worked_day
from reminders.tokens import token_of
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day
from vietnamese.text import fold

FARTHEST_PREVIEW = timedelta(days=31)


def preview_instant(ward: Unit, wanted_day: str, at: datetime) -> datetime:
    """The next planning hour of the ward on a working day, or that of the day asked for: 27/4/2026 or ISO, at most a month ahead."""
    today = local_day(at)
    planned = PlanningRun.objects.filter(ward=ward, day=today, finished_at__isnull=False).exists()
    day = today + timedelta(days=1) if planned or at.astimezone(VIETNAM).time() >= PLANNING_TIME else today
    day = worked_day(day, back=False, calendar=calendars_of([ward], day)[ward.pk])
    asked = _read_day(wanted_day) or day
    if day <= asked <= today + FARTHEST_PREVIEW:
        day = asked
    return datetime.combine(day, PLANNING_TIME, VIETNAM)


def _read_day(text: str) -> date | None:
    """A day as the office writes it, or ISO as addresses carry it; None for anything else."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class PreviewRow:
    """One of tomorrow's letters, as far as the list shows it."""

    letter: Letter
    subject: str
    reason: str
    token: str


class PreviewRows(Sequence[PreviewRow]):
    """The rows of the list: those of a page are made when it is shown."""

    def __init__(self, plan: Plan, letters: Sequence[Letter]) -> None:
        self._plan, self._letters = plan, letters

    def __len__(self) -> int:
        return len(self._letters)

    @overload
    def __getitem__(self, index: int) -> PreviewRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[PreviewRow]: ...
    def __getitem__(self, index: int | slice) -> PreviewRow | list[PreviewRow]:
        if isinstance(index, slice):
            return [self._row(letter) for letter in self._letters[index]]
        return self._row(self._letters[index])

    def _row(self, letter: Letter) -> PreviewRow:
        return PreviewRow(letter, *self._writer.heading(letter, self._plan.at), token_of(letter.person.address))

    @cached_property
    def _writer(self) -> LetterWriter:
        return writer_of(self._plan)


@dataclass(frozen=True)
class Preview:
    """Tomorrow's letters and who is left out."""

    plan: Plan
    rows: PreviewRows
    skipped: list[tuple[str, int]]


def preview(ward: Unit, instant: datetime, text: str = "") -> Preview:
    """Tomorrow's letters as things stand now; `text` narrows by name, address or unit, accent-insensitively."""
    planned = plan(ward=ward, at=instant)
    words = fold(text).split()
    letters = [letter for letter in planned.letters if _has(letter, words)] if words else planned.letters
    skipped = [(SKIP_WORDS[key], count) for key, count in sorted(planned.skipped.items())]
    return Preview(planned, PreviewRows(planned, letters), skipped)


def _has(letter: Letter, words: list[str]) -> bool:
    haystack = fold(f"{letter.person.name} {letter.person.address} {letter.person.post}")
    return all(word in haystack for word in words)


@dataclass(frozen=True)
class Summary:
    """How many letters are coming, when, and how many people have no address."""

    instant: datetime
    letters: int
    without_address: int


def summary(ward: Unit, instant: datetime) -> Summary:
    """The next letters in numbers."""
    planned = plan(ward=ward, at=instant)
    return Summary(instant, len(planned.letters), planned.number_without_address)


@dataclass(frozen=True)
class ComingLetter:
    """One letter of a day to come in full, with the instant at which it goes."""

    letter: Letter
    written: WrittenLetter
    instant: datetime


def coming_letter(ward: Unit, day: str, token: str, at: datetime) -> ComingLetter | None:
    """The letter of this token on this day (ISO); None when there is none (any more) or the day cannot be previewed."""
    instant = preview_instant(ward, day, at)
    if local_day(instant).isoformat() != day:
        return None
    planned = plan(ward=ward, at=instant)
    meant = [address for address in planned.letters.addresses() if token_of(address) == token]
    for letter in planned.letters.of(meant):
        return ComingLetter(letter, writer_of(planned).write(letter, instant), instant)
    return None


def rulings(ward: Unit, at: datetime) -> list[Ruling]:
    """Strikes and holds that have not run out, with who decided. One query."""
    return list(Ruling.objects.in_force(ward, local_day(at)).select_related("by"))
