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
from reminders.ladders import calendars_of, mail_opens
from reminders.letters import LetterWriter, WrittenLetter
from reminders.listing import writer_of
from reminders.models import PlanningRun, Ruling
from reminders.planning import Plan, plan
from reminders.services import PLANNING_TIME, is_round_late, made_up_after
from reminders.stages import worked_day
from reminders.tokens import token_of
from reminders.why_none import Unwritten, why_none
from units.models import Unit
from units.short_names import holds
from vietnamese.dates import VIETNAM, local_day
from vietnamese.text import fold

FARTHEST_PREVIEW = timedelta(days=31)


@dataclass(frozen=True)
class Round:
    """One planning to come: as of when, after which day (exclusive) it makes up missed ones, and whether it is today's
    whose hour has passed, so that its letters are written with the next tick and go then or, out of hours, from `opens`."""

    instant: datetime
    after: date | None = None
    is_late: bool = False
    opens: datetime | None = None


def coming_round(ward: Unit, wanted_day: str, at: datetime) -> Round:
    """Today's round while it is late and has letters (or is asked for), else that of `preview_instant`.

    A late round is planned as things stand at `at`, as its tick will do; asked for without a day it costs a plan of its
    own, in the minutes before that tick alone.
    """
    today = local_day(at)
    if is_round_late(ward, at):
        late = Round(at, made_up_after(ward, today), is_late=True, opens=mail_opens(ward, at))
        asked = _read_day(wanted_day)
        if asked == today or (asked is None and plan(ward=ward, at=at, after=late.after).letters):
            return late
    instant = preview_instant(ward, wanted_day, at)
    return Round(instant, made_up_after(ward, today) if local_day(instant) == today else None)


def preview_instant(ward: Unit, wanted_day: str, at: datetime) -> datetime:
    """The next planning hour of the ward on a working day, or that of the day asked for: 27/4/2026 or ISO, at most a month ahead."""
    today = local_day(at)
    has_come = at.astimezone(VIETNAM).time() >= PLANNING_TIME
    is_over = has_come or PlanningRun.objects.filter(ward=ward, day=today, finished_at__isnull=False).exists()
    day = today + timedelta(days=1) if is_over else today
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
    unwritten: list[Unwritten]
    """Of those searched by name: who gets none, and why."""


def preview(ward: Unit, coming: Round, text: str = "") -> Preview:
    """The letters of a round as things stand now; `text` narrows by name, address or unit, accent-insensitively."""
    planned = plan(ward=ward, at=coming.instant, after=coming.after)
    is_searched = bool(fold(text))
    letters = [letter for letter in planned.letters if _has(letter, text)] if is_searched else planned.letters
    skipped = [(SKIP_WORDS[key], count) for key, count in sorted(planned.skipped.items())]
    unwritten = []
    if is_searched:
        unwritten = why_none(
            ward,
            text,
            coming.instant,
            after=coming.after,
            told_members={one.person.member_id for one in letters if one.person.member_id},
            told_units={unit_id for one in letters for unit_id in one.of_units},
        )
    return Preview(planned, PreviewRows(planned, letters), skipped, unwritten)


def _has(letter: Letter, text: str) -> bool:
    return holds(text, fold(f"{letter.person.name} {letter.person.address} {letter.person.post}"))


@dataclass(frozen=True)
class Summary:
    """How many letters are coming, when, and how many people have no address."""

    instant: datetime
    letters: int
    without_address: int
    is_late: bool = False
    opens: datetime | None = None


def summary(ward: Unit, coming: Round) -> Summary:
    """The next letters in numbers."""
    planned = plan(ward=ward, at=coming.instant, after=coming.after)
    return Summary(coming.instant, len(planned.letters), planned.number_without_address, coming.is_late, coming.opens)


@dataclass(frozen=True)
class ComingLetter:
    """One letter of a day to come in full, with the instant at which it goes."""

    letter: Letter
    written: WrittenLetter
    instant: datetime


def coming_letter(ward: Unit, day: str, token: str, at: datetime) -> ComingLetter | None:
    """The letter of this token on this day (ISO); None when there is none (any more) or the day cannot be previewed."""
    coming = coming_round(ward, day, at)
    instant = coming.instant
    if local_day(instant).isoformat() != day:
        return None
    planned = plan(ward=ward, at=instant, after=coming.after)
    meant = [address for address in planned.letters.addresses() if token_of(address) == token]
    for letter in planned.letters.of(meant):
        return ComingLetter(letter, writer_of(planned).write(letter, instant), instant)
    return None


def rulings(ward: Unit, day: date) -> list[Ruling]:
    """Strikes and holds of the letters of `day`, with who decided. One query."""
    return list(Ruling.objects.in_force(ward, day).select_related("by"))
