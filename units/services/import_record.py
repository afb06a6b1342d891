"""What is kept of a roster import: the lines of its difference, the way back, the entry in the log.

The browser and the terminal keep the same, so that what came in by the one can be undone by the other.
Not here: reading and comparing (`roster`), taking back (`roster_reverse`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from audit import services as audit
from units.choices import Block, ImportState, ImportWork, MemberStatus, UnitKind
from units.import_querysets import ImportLineQuerySet
from units.keys import search_key
from units.line_packs import PackedLines, pack
from units.models import ImportLine, RosterImport, Unit
from units.roster.comparison import Difference, UnitState
from units.roster.lines import UNCHANGED, Line, LineMaker
from units.roster.records import ClosedList, Problem, Roster, Vocabulary, storable
from units.services.bulk_rows import insert_rows
from units.services.roster_journal import Journal
from vault import services as vault
from vault.models import Blob

if TYPE_CHECKING:
    from units.models import User

VOCABULARY = Vocabulary(
    kinds=ClosedList({label: value for value, label in UnitKind.choices}),
    blocks=ClosedList({label: value for value, label in Block.choices}),
    statuses=ClosedList({label: value for value, label in MemberStatus.choices}),
    ward_kind=UnitKind.WARD,
    default_status=MemberStatus.FULL,
)
_LINE_FIELDS = ("roster_import", "part", "change", "row", "name", "unit", "folded", "stored_id", "changes")
_MOST_KEPT = 500 * 2**20


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do or has done. `in_the_way` are problems neither settled nor passed over; `units` are
    those the file was compared with; `passed` the rows of members left out because a person said so.
    """

    roster: Roster
    in_the_way: tuple[Problem, ...]
    difference: Difference
    ward: Unit | None
    units: tuple[UnitState, ...] = ()
    passed: frozenset[int] = frozenset()


class LineDigest:
    """Tells whether two readings would change the same things; what stays as it is does not count."""

    def __init__(self) -> None:
        self._seen = sha256()

    def take(self, line: Line) -> Line:
        """Note the line and hand it on."""
        if line.change != UNCHANGED:
            told = (line.part, line.change, str(line.row), line.name, line.unit, str(line.pk), _as_json(line))
            self._seen.update("\x1f".join(told).encode("utf-8", "replace"))
        return line

    def __str__(self) -> str:
        return self._seen.hexdigest()


def _lines(plan: ImportPlan, on: date) -> Iterator[Line]:
    return LineMaker(VOCABULARY, plan.roster, plan.units, on).lines(plan.difference, plan.roster)


def _as_json(line: Line) -> str:
    return f"[{','.join(line.changes)}]"


def write_lines(imported: RosterImport, plan: ImportPlan, *, digest: LineDigest) -> None:
    """Store the lines as rows to look at, told to `digest` one by one."""
    insert_rows(ImportLine, _LINE_FIELDS, _rows_of(imported, map(digest.take, _lines(plan, imported.on))))


def packed_lines(plan: ImportPlan, on: date) -> bytes:
    """The lines of a difference that nobody looks at before it is applied, as a pack; what stays as it is is left out."""
    return pack(line for line in _lines(plan, on) if line.change != UNCHANGED)


def keep_lines(imported: RosterImport, plan: ImportPlan, packed: bytes, *, at: datetime) -> None:
    """Keep what `packed_lines` gave. The caller saves the import."""
    imported.record = _kept(packed, at)
    imported.passed = sorted(row.row for row in plan.roster.left_out)


def lines_of(imported: RosterImport, *, at: datetime) -> ImportLineQuerySet | PackedLines:
    """The lines to look at, however they are kept. Raises VaultError when a pack cannot be had."""
    if imported.record is None:
        return imported.lines.order_by("part", "id")
    return PackedLines.opened(vault.read_verified(blob=imported.record, now=at))


def _rows_of(imported: RosterImport, lines: Iterable[Line]) -> Iterator[tuple]:
    """Lines as rows of `_LINE_FIELDS`; the name of a unit is folded once for all its people."""
    import_key = imported.pk
    put = cache(lambda unit: (unit, search_key(unit)))
    for part, change, row, line_name, line_unit, pk, changes in lines:
        name = storable(line_name)[:255]
        unit, unit_key = put(storable(line_unit)[:255])
        found_by = f"{search_key(name)} {unit_key}"[:600]
        yield import_key, part, change, row, name, unit, found_by, pk, f"[{','.join(changes)}]"


def digest_of(plan: ImportPlan, on: date) -> str:
    digest = LineDigest()
    for line in _lines(plan, on):
        digest.take(line)
    return str(digest)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, as it is kept: the sealed way back, and the numbers."""

    reverse: bytes
    counts: dict[str, dict[str, int]]

    @classmethod
    def sealed(cls, plan: ImportPlan, journal: Journal) -> Applied:
        """Asks nothing: the server may be busy meanwhile."""
        counts = plan.difference.counts()
        if journal.roles or journal.locked:
            counts["rights"] = {"ended": len(journal.roles), "locked": len(journal.locked)}
        return cls(journal.seal(), counts)


def keep_applied(
    imported: RosterImport, plan: ImportPlan, applied: Applied, *, by: User | str | None, at: datetime
) -> None:
    """Keep the way back, set the row to applied and record `roster.import` with the counts."""
    imported.reverse = _kept(applied.reverse, at)
    imported.state, imported.work, imported.lease_until, imported.remark = (
        ImportState.APPLIED,
        ImportWork.NONE,
        None,
        "",
    )
    imported.applied_at, imported.done, imported.step, imported.attempts = at, 100, "", 0
    imported.counts = applied.counts
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


def _kept(data: bytes, at: datetime) -> Blob:
    """Bytes of our own making put into the vault."""
    staged = vault.receive(stream=BytesIO(data), limit=_MOST_KEPT)
    try:
        return vault.place(staged=staged, media_type="application/octet-stream", now=at)
    finally:
        staged.discard()
