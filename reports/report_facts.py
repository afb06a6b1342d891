"""Everything a summary report is made from, as values: gathered once, then only read.

Not here: gathering them (`gathering.py`), the words and tables made of them (`narrative.py`, `annexes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.tallies import Tally, TrendPoint


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """The committee that signs; `recipients` one per line, as printed after the hyphen."""

    name: str
    superior: str
    place: str
    office: str
    authority: str
    signer: str
    signer_post: str
    issuer_code: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectiveFacts:
    """The directive reported on; `bases` are its citations (căn cứ), as written there."""

    kind: str
    reference: str
    issued_on: date | None
    subject: str
    issuer: str
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementFacts:
    """One duty with its figures; `last_day` is the last allowed day, None without a fixed date.

    `paper` is the reference of the paper that asks it, where the report is about several; else "".
    """

    key: str
    pk: int
    kind: str
    title: str
    last_day: date | None
    tally: Tally
    paper: str = ""

    @property
    def named(self) -> str:
        """ "Bài thu hoạch", with its paper where there are several: "Bài thu hoạch (05-CV/ĐU)"."""
        return f"{self.title} ({self.paper})" if self.paper else self.title


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """One khối: its essays, and how many of its units are complete."""

    key: str
    name: str
    tally: Tally
    complete_units: int
    units: int


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """One cụm (or, last, the units of none) and what its people and units owed."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One line of annex 2: the roster of the unit and what its people owed."""

    code: str
    name: str
    block: str
    members: int
    full: int
    probationary: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class EssayFacts:
    """One line of annex 1: who handed in, when, how it stands.

    What a unit owed itself (`is_unit`) has the unit's name as `name` and the duty as `posts`. What comes after `remark`
    is empty in figures frozen before it was kept: the kinds are codes of requirement and unit.
    """

    name: str
    posts: str
    unit: str
    received_at: datetime
    is_late: bool
    remark: str
    duty: str = ""
    last_day: date | None = None
    kind: str = ""
    is_unit: bool = False
    unit_kind: str = ""


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """One line of annex 3: who still owes, who follows the unit, how often it was reminded.

    What a unit owes itself (`is_unit`) has the unit's name as `name` and the duty as `posts`. `last_day` is the last
    allowed day of this one, None without a date; `is_planned`: that day is not certain; `is_overdue`: it was over at
    the instant of the facts. What comes after `reminders` is empty in figures frozen before it was kept.
    """

    name: str
    posts: str
    unit: str
    cluster_lead: str
    reminders: int
    duty: str = ""
    last_day: date | None = None
    is_planned: bool = False
    is_overdue: bool = False
    is_unit: bool = False
    kind: str = ""
    unit_kind: str = ""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One line of annex 4: a session that was held, who came, when its report was handed in."""

    unit: str
    title: str
    held_on: date
    total: int | None
    present: int | None
    opinions: int | None
    reported_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpinionFacts:
    """One line of annex 5: what a unit asks for, and of whom as far as its words say ("" = they do not)."""

    text: str
    unit: str
    authority: str


@dataclass(frozen=True, slots=True)
class BookFacts:
    """One line of annex 6: what the paper asks, of whom, until when, and how much of it is done."""

    title: str
    last_day: date | None
    lead: str
    result: str
    paper: DirectiveFacts | None = None
    """The paper that asks it; None: the one the report is about."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The whole campaign at the instant `at`.

    `counted_kind` is what annex 2 and `units` count: "ESSAY" when the directive asks for essays, else ""
    (everything it asks for). Units, essays and missing ones are in the order in which they are printed.
    """

    at: datetime
    committee: CommitteeFacts
    directive: DirectiveFacts | None
    members: int
    full: int
    probationary: int
    party_units: int
    counted_kind: str
    total: Tally
    counted: Tally
    requirements: tuple[RequirementFacts, ...]
    blocks: tuple[BlockFacts, ...]
    units: tuple[UnitFacts, ...]
    essays: tuple[EssayFacts, ...]
    missing: tuple[MissingFacts, ...]
    period: str = ""
    """Of a duty that comes again: the period reported on, in words ("quý II/2026")."""
    sessions: tuple[SessionFacts, ...] = ()
    opinions: tuple[OpinionFacts, ...] = ()
    book: tuple[BookFacts, ...] = ()
    kind: str = "RESULT"
    """`ReportKind`: without a directive the report is about all that the ward was asked in `period`."""
    papers: tuple[DirectiveFacts, ...] = ()
    """Of such a report: the directives issued in the period, oldest first."""
    clusters: tuple[ClusterFacts, ...] = ()
    progress: tuple[TrendPoint, ...] = ()
    """What is counted, day by day up to `at`; empty in a letter, and in figures frozen before there were drawings."""

    @property
    def about_paper(self) -> DirectiveFacts:
        """The one paper it is about. Raises ValueError for a report about a span of the calendar."""
        if self.directive is None:
            raise ValueError("a report about a span has no paper")
        return self.directive
