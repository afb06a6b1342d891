"""The verbs of a roster import that a person decides: upload, match columns, settle problems, apply, discard, undo.

Each writes the row and, where the file must be read or the roster written, sets `work`; nobody waits here for it.
Not here: doing that work (`import_work`), reading files (`units.roster`), the roster's other changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit import services as audit
from units.choices import ImportState, ImportWork, ProblemDecision
from units.errors import ImportRefused
from units.models import ColumnName, ImportProblem, RosterImport, Unit
from units.roster.columns import KEY_LENGTH, MEMBER_LABELS, header_key, labels_of, required_of
from units.roster.layout import SheetGuess
from units.roster.lines import DOUBTFUL, MEMBER
from units.roster.records import ABOUT_MEMBER, ERROR, QUESTIONS, SAME, WARNING
from units.spreadsheets import MAX_FILE_BYTES
from vault import services as vault

if TYPE_CHECKING:
    from units.import_querysets import ImportProblemQuerySet
    from units.models import User

MEDIA_TYPE = "application/octet-stream"
_FIELD_OF = {label: field for field, label in MEMBER_LABELS.items()}
_LONGEST_CORRECTION = 2000


def upload_roster(*, ward: Unit, stream: BinaryIO, file_name: str, on: date, by: User, at: datetime) -> RosterImport:
    """Take a roster file in: the bytes first, then the row, then its reading waits. Recorded as `roster.upload`.

    The same bytes while their import is still open lead to that import. Raises VaultError (too large, no room).
    """
    blob = vault.put(stream=stream, media_type=MEDIA_TYPE, limit=MAX_FILE_BYTES, now=at)
    try:
        with transaction.atomic():
            imported = RosterImport(
                ward=ward,
                blob=blob,
                file_name=_file_name(file_name),
                on=on,
                asked_by=by,
                worked_by=by,
                asked_at=at,
                waits_since=at,
            )
            imported.full_clean(validate_constraints=False)
            imported.save()
            detail = {"file": imported.file_name, "bytes": blob.size, "sha256": blob.sha256}
            audit.record(action="roster.upload", actor=by, obj=imported, ward_id=ward.pk, detail=detail, at=at)
            return imported
    except IntegrityError:
        return RosterImport.objects.undecided().get(ward=ward, blob=blob)


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """What a person said about one sheet: `columns` is column from 0 → field; others are not read."""

    guess: SheetGuess
    is_units: bool
    columns: Mapping[int, str]


@transaction.atomic
def map_columns(*, imported: RosterImport, sheets: list[SheetColumns], by: User, at: datetime) -> RosterImport:
    """Say what the columns of the sheets are.

    The words of the headers are remembered for the ward's next file; the file is read again. Recorded as
    `roster.map_columns`. Raises ImportRefused when a required column is missing or a field is named twice.
    """
    imported = _locked_open(imported)
    if not sheets:
        raise ImportRefused("Chưa chọn cột nào; chọn ít nhất cột họ và tên và cột đơn vị sinh hoạt.")
    for one in sheets:
        _refuse_incomplete(one)
        fields = {field: index for index, field in one.columns.items()}
        imported.layouts[one.guess.sheet] = [one.is_units, one.guess.header_row, fields]
        _remember_words(imported.ward, one)
    _ask(imported, ImportWork.READ, by, at)
    detail = {"sheet": [one.guess.sheet for one in sheets], "columns": [sorted(one.columns.values()) for one in sheets]}
    audit.record(action="roster.map_columns", actor=by, obj=imported, detail=detail, at=at)
    return imported


def _refuse_incomplete(one: SheetColumns) -> None:
    chosen, labels = list(one.columns.values()), labels_of(one.is_units)
    twice = sorted({labels[field] for field in chosen if chosen.count(field) > 1})
    missing = [labels[field] for field in required_of(one.is_units) if field not in chosen]
    where = f"Sheet “{one.guess.sheet}”: "
    if twice:
        raise ImportRefused(f"{where}chọn hai cột cho “{twice[0]}”; mỗi nội dung một cột.")
    if missing:
        names = ", ".join(f"“{label}”" for label in missing)
        raise ImportRefused(f"{where}còn thiếu cột {names}; chọn cột tương ứng trong tệp.")


def _remember_words(ward: Unit, one: SheetColumns) -> None:
    keys: dict[str, str] = {}
    for index, header in enumerate(one.guess.headers):
        if key := header_key(header)[:KEY_LENGTH]:
            keys.setdefault(key, one.columns.get(index, ""))
    ColumnName.objects.bulk_create(
        [ColumnName(ward=ward, is_units=one.is_units, key=key, field=field) for key, field in keys.items()],
        update_conflicts=True,
        unique_fields=["ward", "is_units", "key"],
        update_fields=["field"],
    )


@transaction.atomic
def set_extent(*, imported: RosterImport, is_part: bool, by: User, at: datetime) -> RosterImport:
    """Say whether the file is the whole roster or a part of it (then nobody leaves and no unit closes).

    It changes which problems there are: a typed correction whose row has none any more falls when the file is read.
    """
    imported = _locked_open(imported)
    if imported.is_part != is_part:
        must_compare = bool(is_part) or bool(imported.is_part)
        imported.is_part = is_part
        if must_compare:
            imported.digest = ""  # what was shown holds no longer
            _ask(imported, ImportWork.READ, by, at)
        else:
            imported.save(update_fields=["is_part"])
        audit.record(action="roster.decide", actor=by, obj=imported, detail={"is_part": is_part}, at=at)
    return imported


@transaction.atomic
def keep_spelling(*, imported: RosterImport, keep: bool, by: User, at: datetime) -> RosterImport:
    """Keep the stored spelling of names that differ by the place of a tone mark alone (Hoà, Hòa), or take the file's."""
    imported = _locked_open(imported)
    if imported.keeps_spelling != keep:
        imported.keeps_spelling = keep
        _ask(imported, ImportWork.READ, by, at)
        audit.record(action="roster.decide", actor=by, obj=imported, detail={"keeps_spelling": keep}, at=at)
    return imported


@transaction.atomic
def accept_repairs(
    *, imported: RosterImport, by: User, at: datetime, keys: list[int] | None = None, kind: str = ""
) -> int:
    """Accept proposed repairs: the problems of these keys, or all open ones of a kind ("*" = every kind).

    Where the proposal is a guess (nearest unit), accepting it corrects the cell and the file is read again; guesses
    are taken by their keys alone, never with a kind: "số 99" comes near "số 9" and means another unit. Returns how
    many. Recorded as `roster.decide`.
    """
    imported = _locked_open(imported)
    found = _chosen(imported, keys, kind)
    guesses = found.filter(severity=ERROR, about=ABOUT_MEMBER).exclude(proposal="") if keys else found.none()
    corrections = [(one.row, one.column, one.proposal) for one in guesses]
    accepted = found.filter(severity=WARNING).update(decision=ProblemDecision.ACCEPTED)
    _correct(imported, corrections, by, at)
    if accepted or corrections:
        detail = {"accepted": accepted + len(corrections), "kind": kind}
        audit.record(action="roster.decide", actor=by, obj=imported, detail=detail, at=at)
    return accepted + len(corrections)


@transaction.atomic
def answer_questions(
    *, imported: RosterImport, answer: str, by: User, at: datetime, keys: list[int] | None = None, kind: str = ""
) -> int:
    """Answer open questions of these keys or of a kind: the person or unit is the `SAME`, or `ANOTHER`.

    Those that do not take the answer stay open. The file is compared again. Recorded as `roster.decide`; returns how many.
    """
    imported = _locked_open(imported)
    kinds = [kind for kind, question in QUESTIONS.items() if answer in question.answers]
    decision = ProblemDecision.ACCEPTED if answer == SAME else ProblemDecision.ANOTHER
    answered = _chosen(imported, keys, kind).filter(kind__in=kinds).update(decision=decision)
    if answered:
        _ask(imported, ImportWork.READ, by, at)
        audit.record(action="roster.decide", actor=by, obj=imported, detail={answer: answered}, at=at)
    return answered


@transaction.atomic
def correct_cell(*, imported: RosterImport, problem: ImportProblem, text: str, by: User, at: datetime) -> RosterImport:
    """Say what a faulty cell of a member should read; the file itself stays as it is and is read again so.

    Recorded as `roster.decide` (not the text: it may be personal). Raises ImportRefused for a cell that is none.
    """
    imported = _locked_open(imported)
    if problem.about != ABOUT_MEMBER or problem.column not in _FIELD_OF:
        raise ImportRefused("Chỗ này chỉ sửa được trong tệp; hãy sửa rồi tải tệp lên lại.")
    if len(text) > _LONGEST_CORRECTION:
        raise ImportRefused(f"Nội dung sửa dài quá {_LONGEST_CORRECTION} ký tự.")
    _correct(imported, [(problem.row, problem.column, text)], by, at)
    detail = {"row": problem.row, "column": problem.column}
    audit.record(action="roster.decide", actor=by, obj=imported, detail=detail, at=at)
    return imported


@transaction.atomic
def pass_over_rows(
    *, imported: RosterImport, by: User, at: datetime, keys: list[int] | None = None, kind: str = ""
) -> int:
    """Leave out the rows of members with these problems ("*": every row whose fault nobody settled).

    Whoever such a row may mean is not struck off. A row is left out as long as the problem is there it was left out
    for: when another reading (a part instead of the whole) does not find it, the row is in again. Recorded as `roster.decide`; returns the number of rows.
    """
    imported = _locked_open(imported)
    found = _chosen(imported, keys, kind).filter(about=ABOUT_MEMBER)
    if kind == "*":
        found = found.filter(severity=ERROR)
    rows = sorted(set(found.values_list("row", flat=True)))
    in_difference = imported.lines.filter(part=MEMBER).exclude(change=DOUBTFUL)
    were_read = found.filter(Q(row__in=in_difference.values("row")) | Q(kind__in=QUESTIONS)).exists()
    found.update(decision=ProblemDecision.PASSED)
    for start in range(0, len(rows), 1000):  # the rows' other problems wait for nobody while these leave the rows out
        others = imported.problems.filter(about=ABOUT_MEMBER, row__in=rows[start : start + 1000])
        others.filter(decision=ProblemDecision.OPEN).update(decision=ProblemDecision.ALONG)
    if rows:
        imported.passed = sorted({*imported.passed, *rows})
        imported.save(update_fields=["passed"])
        if were_read:  # a row that cannot be read was never in the difference
            _ask(imported, ImportWork.READ, by, at)
        audit.record(action="roster.decide", actor=by, obj=imported, detail={"passed": len(rows)}, at=at)
    return len(rows)


@transaction.atomic
def forget_decisions(*, imported: RosterImport, by: User, at: datetime) -> RosterImport:
    """Take back every decision about problems; the file is read again as it is. Recorded as `roster.decide`."""
    imported = _locked_open(imported)
    imported.problems.update(decision=ProblemDecision.OPEN)
    imported.corrections, imported.passed = {}, []
    _ask(imported, ImportWork.READ, by, at)
    audit.record(action="roster.decide", actor=by, obj=imported, detail={"forgotten": True}, at=at)
    return imported


@transaction.atomic
def request_apply(*, imported: RosterImport, by: User, at: datetime) -> RosterImport:
    """Ask for the shown difference to be applied; asked twice it is done once. Raises ImportRefused when something
    is still open: a problem, or whether those who are missing leave.
    """
    imported = RosterImport.objects.select_for_update().get(pk=imported.pk)
    if imported.state == ImportState.APPLIED or imported.work == ImportWork.APPLY:
        return imported
    if imported.state != ImportState.SHOWN or imported.work:
        raise ImportRefused(f"Tệp “{imported.file_name}” đang ở bước “{imported.get_state_display()}”, chưa nhập được.")
    if imported.is_part is None and imported.lines.filter(change__in=("left", "closed")).exists():
        raise ImportRefused("Hãy trả lời trước: tệp này là toàn bộ danh sách hay chỉ một phần.")
    if open_problems := imported.problems.in_the_way().count():
        raise ImportRefused(f"Còn {open_problems} lỗi chưa quyết định; nhận cách sửa, sửa ô hoặc bỏ qua dòng rồi nhập.")
    _ask(imported, ImportWork.APPLY, by, at)
    return imported


@transaction.atomic
def discard_import(*, imported: RosterImport, by: User, at: datetime) -> RosterImport:
    """Drop a file that was not applied, with its lines and problems. Recorded as `roster.discard`."""
    imported = _locked_open(imported)
    imported.state, imported.closed_at = ImportState.DISCARDED, at
    imported.work, imported.lease_until, imported.turn = ImportWork.NONE, None, imported.turn + 1
    imported.lines.all().delete()
    imported.problems.all().delete()
    imported.save(update_fields=["state", "work", "lease_until", "closed_at", "turn"])
    audit.record(action="roster.discard", actor=by, obj=imported, at=at)
    return imported


@transaction.atomic
def request_undo(*, imported: RosterImport, by: User, at: datetime) -> RosterImport:
    """Ask for an applied import to be taken back; asked twice it is done once. Raises ImportRefused."""
    imported = RosterImport.objects.select_for_update().get(pk=imported.pk)
    if imported.state == ImportState.UNDONE or imported.work == ImportWork.UNDO:
        return imported
    if imported.state != ImportState.APPLIED or imported.reverse_id is None:
        raise ImportRefused("Chỉ hoàn tác được lần nhập đã ghi vào danh bạ.")
    imported.remark, imported.conflicts = "", []
    imported.save(update_fields=["remark", "conflicts"])
    _ask(imported, ImportWork.UNDO, by, at)
    return imported


def _locked_open(imported: RosterImport) -> RosterImport:
    locked = RosterImport.objects.select_for_update().select_related("ward").get(pk=imported.pk)
    if not locked.is_open or locked.work == ImportWork.APPLY:
        raise ImportRefused(f"Tệp “{locked.file_name}” không còn chờ quyết định; tải lại trang để xem kết quả.")
    return locked


def _ask(imported: RosterImport, work: ImportWork, by: User, at: datetime) -> None:
    """Let work wait; whoever is at an older work of this row loses it (`turn` tells them)."""
    imported.work, imported.worked_by, imported.lease_until, imported.done, imported.step = work, by, None, 0, ""
    imported.turn, imported.attempts, imported.waits_since = imported.turn + 1, 0, at
    imported.save()


def _chosen(imported: RosterImport, keys: list[int] | None, kind: str) -> ImportProblemQuerySet:
    open_ones = imported.problems.in_the_way()
    if keys is not None:
        return open_ones.filter(pk__in=keys)
    return open_ones if kind == "*" else open_ones.filter(kind=kind)


def _correct(imported: RosterImport, corrections: list[tuple[int, str, str]], by: User, at: datetime) -> None:
    fields = [(str(row), _FIELD_OF[column], text) for row, column, text in corrections if column in _FIELD_OF]
    if not fields:
        return
    for row, field, text in fields:
        imported.corrections.setdefault(row, {})[field] = text
    _ask(imported, ImportWork.READ, by, at)


def _file_name(name: str) -> str:
    return (name.replace("\\", "/").rpartition("/")[2] or "danh-sach")[-200:]
