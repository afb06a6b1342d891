"""Everything a summary report is made from, as values: gathered once, then only read.

Not here: gathering them (`gathering.py`), the words and tables made of them (`narrative.py`, `annexes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.tallies import Tally


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
    """One duty with its figures; `last_day` is the last allowed day, None without a fixed date."""

    key: str
    pk: int
    kind: str
    title: str
    last_day: date | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """One khối: its essays, and how many of its units are complete."""

    key: str
    name: str
    tally: Tally
    complete_units: int
    units: int


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
    """One line of annex 1: who handed in, when, how it stands."""

    name: str
    posts: str
    unit: str
    received_at: datetime
    is_late: bool
    remark: str


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """One line of annex 3: who still owes, who follows the unit, how often it was reminded."""

    name: str
    posts: str
    unit: str
    cluster_lead: str
    reminders: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The whole campaign at the instant `at`.

    `counted_kind` is what annex 2 and `units` count: "ESSAY" when the directive asks for essays, else ""
    (everything it asks for). Units, essays and missing ones are in the order in which they are printed.
    """

    at: datetime
    committee: CommitteeFacts
    directive: DirectiveFacts
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
