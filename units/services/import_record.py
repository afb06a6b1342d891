"""What is kept of a roster import: the lines of its difference, the way back, the entry in the log.

The browser and the terminal keep the same, so that what came in by the one can be undone by the other.
Not here: reading and comparing (`roster`), taking back (`roster_reverse`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from audit import services as audit
from units.choices import Block, ImportState, ImportWork, MemberStatus, UnitKind
from units.models import ImportLine, RosterImport, Unit
from units.roster.comparison import Difference, UnitState
from units.roster.lines import UNCHANGED, Line, LineMaker
from units.roster.records import ClosedList, Problem, Roster, Vocabulary
from units.services.bulk_rows import insert_rows
from units.services.roster_reverse import Journal
from vault import services as vault
from vietnamese.text import fold

if TYPE_CHECKING:
    from units.models import User

VOCABULARY = Vocabulary(
    kinds=ClosedList({label: value for value, label in UnitKind.choices}),
    blocks=ClosedList({label: value for value, label in Block.choices}),
    statuses=ClosedList({label: value for value, label in MemberStatus.choices}),
    ward_kind=UnitKind.WARD,
    default_status=MemberStatus.FULL,
)
BATCH = 2000
_MOST_REVERSE = 500 * 2**20


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do or has done. `in_the_way` are problems neither settled nor passed over; `units` are
    those the file was compared with.
    """

    roster: Roster
    in_the_way: tuple[Problem, ...]
    difference: Difference
    ward: Unit | None
    units: tuple[UnitState, ...] = ()


def storable(text: str) -> str:
    """Without what a database cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


class _Digest:
    """Tells whether two readings would change the same things; what stays as it is does not count."""

    def __init__(self) -> None:
        self._seen = sha256()

    def take(self, line: Line) -> None:
        if line.change != UNCHANGED:
            self._seen.update(repr(line).encode("utf-8", "replace"))

    def __str__(self) -> str:
        return self._seen.hexdigest()


def _lines(plan: ImportPlan, on: date) -> Iterator[Line]:
    return LineMaker(VOCABULARY, plan.roster, plan.units, on).lines(plan.difference, plan.roster)


def write_lines(imported: RosterImport, plan: ImportPlan, *, changed_only: bool = False) -> str:
    """Store the lines (`changed_only`: without what stays as it is); returns their digest."""
    digest = _Digest()
    fields = ("roster_import", "part", "change", "row", "name", "unit", "folded", "stored_id", "changes")
    rows: list[tuple] = []
    for line in _lines(plan, imported.on):
        digest.take(line)
        if changed_only and line.change == UNCHANGED:
            continue
        name, unit = storable(line.name)[:255], line.unit[:255]
        changes = json.dumps(line.changes, ensure_ascii=False) if line.changes else "[]"
        rows.append(
            (
                imported.pk,
                line.part,
                line.change,
                line.row,
                name,
                unit,
                fold(f"{name} {unit}")[:600],
                line.pk,
                storable(changes),
            )
        )
        if len(rows) >= BATCH:
            insert_rows(ImportLine, fields, rows)
            rows.clear()
    insert_rows(ImportLine, fields, rows)
    return str(digest)


def digest_of(plan: ImportPlan, on: date) -> str:
    digest = _Digest()
    for line in _lines(plan, on):
        digest.take(line)
    return str(digest)


def keep_applied(
    imported: RosterImport, plan: ImportPlan, journal: Journal, *, by: User | str | None, at: datetime
) -> None:
    """Seal the way back, set the row to applied and record `roster.import` with the counts."""
    staged = vault.receive(stream=BytesIO(journal.seal()), limit=_MOST_REVERSE)
    try:
        imported.reverse = vault.place(staged=staged, media_type="application/octet-stream", now=at)
    finally:
        staged.discard()
    imported.state, imported.work, imported.lease_until, imported.remark = (
        ImportState.APPLIED,
        ImportWork.NONE,
        None,
        "",
    )
    imported.applied_at, imported.done, imported.step, imported.attempts = at, 100, "", 0
    imported.counts = plan.difference.counts()
    imported.save()
    audit.record(
        action="roster.import",
        actor=by,
        obj=imported,
        ward_id=imported.ward_id,
        detail={
            "file": imported.file_name,
            "on": imported.on,
            "left_out": len(plan.roster.left_out),
            **imported.counts,
        },
        at=at,
    )
