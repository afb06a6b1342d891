"""The work behind a roster import: reading the file, applying the difference, taking it back. One worker, once.

A worker claims the row for a time and renews it while it reads (while it writes, the row is locked, so nobody can
claim it); killed, its claim runs out and another does the work again. Whoever was overtaken
(or whose work was asked anew) writes nothing: the last transaction checks the claim under the row's lock.
Not here: what a person decides (`imports`), what is kept of it (`import_record`), what the roster's rows become (`roster_writing`, `roster_reverse`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db import transaction

from audit import services as audit
from units.choices import ImportState, ImportWork, ProblemDecision
from units.cycles import without_cycle_search
from units.errors import ImportRefused, RosterUnreadable, UndoRefused, UnitsError
from units.import_mails import tell_end
from units.keys import name_key
from units.models import ColumnName, ImportProblem, RosterImport, Unit
from units.roster.comparison import Difference
from units.roster.layout import SheetGuess, guess_sheet
from units.roster.lines import UNCHANGED
from units.roster.records import ABOUT_MEMBER, NOTICE, FaultKey, Guidance, Problem, storable
from units.services.bulk_rows import many_rows_to_come
from units.services.heartbeat import beating
from units.services.import_record import Applied, ImportPlan, LineDigest, digest_of, keep_applied, write_lines
from units.services.import_rights import end_rights
from units.services.roster import plan_guided
from units.services.roster_journal import Journal
from units.services.roster_reverse import take_back
from units.services.roster_writing import apply_difference, refresh_statistics
from units.services.side_writer import writing_beside
from units.services.turns import hold_roster
from units.spreadsheets import open_grids
from vault import services as vault
from vault.errors import VaultError

Clock = Callable[[], datetime]
LEASE = timedelta(seconds=120)
BEAT = 30.0  # seconds between two renewals of a lease; several may fail before it runs out
MAX_ATTEMPTS = 3
BATCH = 2000
log = structlog.get_logger(__name__)


class WorkLost(Exception):
    """The work was asked anew or taken over: whoever sees this leaves without a trace."""


@dataclass(frozen=True)
class Holder:
    """A worker's hold on a claimed import."""

    pk: int
    turn: int
    work: str
    clock: Clock

    def advance(self, step: str, done: int, **values: object) -> None:
        """Say what is being done and how many per cent are behind. Raises WorkLost."""
        mine = RosterImport.objects.filter(pk=self.pk, turn=self.turn, work=self.work)
        if not mine.update(**{"step": step, "done": done, "lease_until": self.clock() + LEASE, **values}):
            raise WorkLost

    def beat(self) -> bool:
        """Keep the hold for another LEASE; False when it is somebody else's by now."""
        mine = RosterImport.objects.filter(pk=self.pk, turn=self.turn, work=self.work).exclude(work=ImportWork.NONE)
        return bool(mine.update(lease_until=self.clock() + LEASE))

    def locked(self) -> RosterImport:
        """The row, locked for the transaction that ends the work. Raises WorkLost."""
        found = RosterImport.objects.select_for_update().select_related("ward").get(pk=self.pk)
        if (found.turn, found.work) != (self.turn, self.work):
            raise WorkLost
        return found


def run_import(*, import_id: int, clock: Clock) -> bool:
    """Do what the import waits for; False when there was nothing to do or it was taken away. May be called twice."""
    imported = claim(import_id=import_id, at=clock())
    if imported is None:
        return False
    holder = Holder(imported.pk, imported.turn, imported.work, clock)
    work = {ImportWork.READ: _read, ImportWork.APPLY: _apply, ImportWork.UNDO: _undo}[ImportWork(imported.work)]
    try:
        work(imported, holder)
    except WorkLost:
        log.info("import_lost", roster_import=imported.pk, attempt=imported.attempts)
        return False
    except (UnitsError, VaultError) as refusal:
        _end_refused(holder, refusal)
    except Exception:
        log.exception("import_failed", roster_import=imported.pk, attempt=imported.attempts)
        _put_back(holder)
    return True


@transaction.atomic
def claim(*, import_id: int, at: datetime) -> RosterImport | None:
    """Take the work for this worker until `at` + LEASE; None when there is nothing to take."""
    waiting = RosterImport.objects.select_for_update(of=("self",)).claimable(at).filter(pk=import_id)
    found = waiting.select_related("ward", "blob").first()
    if found is None:
        return None
    found.attempts, found.turn = found.attempts + 1, found.turn + 1
    found.lease_until = at + LEASE
    found.save(update_fields=["attempts", "turn", "lease_until"])
    return found


def guesses_of(imported: RosterImport, *, at: datetime) -> list[SheetGuess]:
    """What the sheets of the file seem to be; for the page that matches columns. Raises RosterUnreadable, VaultError."""
    words = _words(imported.ward)
    with file_of(imported, at=at) as path:
        found = [guess_sheet(grid.name, grid.rows, words) for grid in open_grids(path, name=imported.file_name)]
    return [guess for guess in found if guess is not None]


@contextmanager
def file_of(imported: RosterImport, *, at: datetime) -> Iterator[Path]:
    """The verified bytes as a file on disk for the time of the block. Raises VaultError."""
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / "roster"
        with vault.open_verified(blob=imported.blob, now=at) as stored, path.open("wb") as out:
            shutil.copyfileobj(stored, out)
        yield path


# ---- reading ---------------------------------------------------------------------------------------


def _read(imported: RosterImport, holder: Holder) -> None:
    """Read, compare, keep the lines to look at; or ask which column is what."""
    holder.advance("Đang đọc tệp", 5)
    with beating(holder.beat, every=BEAT):
        guesses = guesses_of(imported, at=holder.clock())
    if not guesses:
        raise RosterUnreadable(
            f"Tệp “{imported.file_name}” không có dòng nào để đọc; mở tệp xem có đúng sheet không, rồi tải lên lại."
        )
    if not imported.layouts and needs_columns(guesses):
        with transaction.atomic():
            holder.advance("", 100, state=ImportState.COLUMNS, work=ImportWork.NONE, lease_until=None)
            tell_end(RosterImport.objects.get(pk=holder.pk), at=holder.clock())
        return
    holder.advance("Đang đối chiếu với danh bạ", 20, state=ImportState.READ)
    with beating(holder.beat, every=BEAT):
        if imported.corrections and not imported.digest:  # as `set_extent` leaves it
            imported.corrections = _still_needed(imported, at=holder.clock())
            holder.advance("Đang đối chiếu với danh bạ", 40, corrections=imported.corrections)
        plan = _plan(imported, at=holder.clock())
    holder.advance("Đang ghi lại các thay đổi để xem", 60)
    with many_rows_to_come(), transaction.atomic():
        imported = holder.locked()
        _show(imported, plan, remark="")
        tell_end(imported, at=holder.clock())


def needs_columns(guesses: list[SheetGuess]) -> bool:
    """Whether a person must say what the columns are: no sheet is recognised whole, or a near one is in doubt."""
    in_doubt = [guess for guess in guesses if not guess.is_certain and guess.header_row and len(guess.columns) >= 2]
    return bool(in_doubt) or not any(guess.is_certain for guess in guesses)


def _plan(imported: RosterImport, *, at: datetime) -> ImportPlan:
    decided = _decided(imported)

    def decided_so(decision: ProblemDecision) -> frozenset[FaultKey]:
        return frozenset(key for key, found in decided.items() if found == decision)

    guidance = Guidance(
        words=_words(imported.ward),
        layouts={sheet: (units, row, columns) for sheet, (units, row, columns) in imported.layouts.items()},
        corrections={int(row): fields for row, fields in imported.corrections.items()},
        passed=decided_so(ProblemDecision.PASSED),
        same=decided_so(ProblemDecision.ACCEPTED),
        another=decided_so(ProblemDecision.ANOTHER),
        is_part=bool(imported.is_part),
        keeps_spelling=imported.keeps_spelling,
    )
    with file_of(imported, at=at) as path:
        return plan_guided(path=path, name=imported.file_name, ward=imported.ward, on=imported.on, guidance=guidance)


def _still_needed(imported: RosterImport, *, at: datetime) -> dict[str, dict[str, str]]:
    """The typed corrections of rows that have a problem as the file stands; the others answer one that is there no longer.

    Row by row, not cell by cell: what was typed into one cell may have called for the other.
    """
    typed, imported.corrections = imported.corrections, {}
    plan = _plan(imported, at=at)
    faulty = {one.row for one in plan.roster.problems if one.about == ABOUT_MEMBER and one.severity != NOTICE}
    return {row: fields for row, fields in typed.items() if int(row) in faulty}


def _words(ward: Unit) -> dict[tuple[bool, str], str]:
    names = ColumnName.objects.filter(ward=ward).values_list("is_units", "key", "field")
    return {(is_units, key): field for is_units, key, field in names}


def _show(imported: RosterImport, plan: ImportPlan, *, remark: str) -> None:
    """Replace the picture of the last reading; decisions about problems that are still there stay, others fall."""
    decided = _decided(imported)
    imported.problems.all().delete()
    imported.lines.all().delete()
    digest = LineDigest()
    write_lines(imported, plan, digest=digest)
    imported.passed = sorted(plan.passed)
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                roster_import=imported,
                sheet=one.sheet[:255],
                row=one.row,
                column=one.column[:255],
                value=storable(one.value)[:255],
                message=storable(one.message),
                severity=one.severity,
                about=one.about,
                kind=one.kind,
                proposal=storable(one.proposal)[:255],
                whose=one.whose,
                decision=decided.get(one.key)
                or (ProblemDecision.ALONG if _is_left_out(one, plan) else ProblemDecision.OPEN),
            )
            for one in plan.roster.problems
        ],
        batch_size=BATCH,
    )
    imported.state, imported.work, imported.lease_until, imported.remark = (
        ImportState.SHOWN,
        ImportWork.NONE,
        None,
        remark,
    )
    imported.digest, imported.done, imported.step, imported.attempts = str(digest), 100, "", 0
    imported.counts = {"spelling": _only_tones(plan.difference)}
    imported.save()


def _only_tones(difference: Difference) -> int:
    """Members whose name in the file differs from the stored one by the place of a tone mark alone, kept or not."""
    pairs = (*difference.members_changed, *difference.members_moved)
    changing = sum(state.name != row.name and state.key == name_key(row.name) for state, row in pairs)
    return changing + difference.spellings_kept


def _decided(imported: RosterImport) -> dict[FaultKey, str]:
    """What a person decided, problem by problem; what is left out only along with its row was not decided."""
    undecided = (ProblemDecision.OPEN, ProblemDecision.ALONG)
    found = imported.problems.exclude(decision__in=undecided)
    return {
        (about, row, column, kind, value, whose): decision
        for about, row, column, kind, value, whose, decision in found.values_list(
            "about", "row", "column", "kind", "value", "whose", "decision"
        )
    }


def _is_left_out(problem: Problem, plan: ImportPlan) -> bool:
    return problem.about == ABOUT_MEMBER and problem.row in plan.passed


# ---- applying and taking back ----------------------------------------------------------------------


def _apply(imported: RosterImport, holder: Holder) -> None:
    """Apply exactly what was shown, all of it or nothing; what was shown is true no longer → show the new difference."""
    holder.advance("Đang đối chiếu lại và ghi vào danh bạ", 30)
    with many_rows_to_come(), transaction.atomic(), without_cycle_search():
        imported = holder.locked()
        ward = hold_roster(imported.ward)
        plan = _plan(imported, at=holder.clock())
        standing = _standing(imported, plan)
        if digest_of(plan, imported.on) != imported.digest or standing:
            changed = "Danh bạ đã thay đổi từ lúc xem; chưa nhập gì. Dưới đây là thay đổi mới, hãy xem lại rồi nhập."
            _show(imported, plan, remark=changed)
            tell_end(imported, at=holder.clock())
            return
        journal = Journal()
        with writing_beside() as writer:
            apply_difference(plan.difference, ward=ward, on=imported.on, journal=journal, writer=writer)
            end_rights(plan.difference, ward=ward, on=imported.on, by=imported.worked_by, journal=journal)
            journal.read_back()
            refresh_statistics(plan.difference, writer)
            applied = Applied.sealed(plan, journal)
        imported.lines.filter(change=UNCHANGED).delete()  # the record of an import is what it changed
        keep_applied(imported, plan, applied, by=imported.worked_by, at=holder.clock())
        tell_end(imported, at=holder.clock())


def _standing(imported: RosterImport, plan: ImportPlan) -> list[str]:
    """Problems of this reading that nobody settled."""
    settled = _decided(imported)
    return [
        one.message
        for one in plan.roster.problems
        if one.severity != NOTICE and not _is_left_out(one, plan) and one.key not in settled
    ]


def _undo(imported: RosterImport, holder: Holder) -> None:
    """Put the roster back as it was before; refused whole when later work touches it."""
    holder.advance("Đang đưa danh bạ về trước lần nhập", 20)
    with transaction.atomic():
        imported = holder.locked()
        ward = hold_roster(imported.ward)
        at = holder.clock()
        journal = vault.read_verified(blob=imported.reverse, now=at)
        taken = take_back(journal, ward=ward, at=at, by=imported.worked_by)
        imported.state, imported.work, imported.lease_until, imported.remark = (
            ImportState.UNDONE,
            ImportWork.NONE,
            None,
            "",
        )
        imported.conflicts, imported.closed_at, imported.done, imported.step, imported.attempts = [], at, 100, "", 0
        imported.counts = {**imported.counts, "along": taken.told.gone, "stays": taken.told.stays}
        imported.save()
        detail = {"file": imported.file_name, "rows": taken.rows}
        tell_end(imported, at=at)
        audit.record(action="roster.undo", actor=imported.worked_by, obj=imported, detail=detail, at=at)


@transaction.atomic
def _end_refused(holder: Holder, refusal: Exception) -> None:
    """The work cannot be done, and trying again would not help: say why on the row."""
    try:
        imported = holder.locked()
    except WorkLost:
        return
    imported.remark = str(refusal)[:400]
    imported.conflicts = refusal.conflicts if isinstance(refusal, UndoRefused) else []
    if imported.is_open and isinstance(refusal, RosterUnreadable | ImportRefused | VaultError):
        imported.state = ImportState.REFUSED
    imported.work, imported.lease_until, imported.attempts = ImportWork.NONE, None, 0
    imported.save()
    tell_end(imported, at=holder.clock())


@transaction.atomic
def _put_back(holder: Holder) -> None:
    """Something unforeseen: another attempt, or after the last say so and leave the state as it was."""
    try:
        imported = holder.locked()
    except WorkLost:
        return
    imported.lease_until = None
    if imported.attempts >= MAX_ATTEMPTS:
        imported.work, imported.attempts = ImportWork.NONE, 0
        imported.remark = "Có lỗi ngoài dự kiến, chưa ghi gì. Hãy thử lại; nếu vẫn lỗi, báo người quản trị máy chủ."
        if imported.state in (ImportState.UPLOADED, ImportState.READ):
            imported.state = ImportState.REFUSED
        tell_end(imported, at=holder.clock())
    imported.save()
