"""The lists of names among the annexes (1 and 3 of `document-format.md` §6.4): who handed in, who has not.

What members owe and what units owe themselves are two lists with heads of their own: a unit has no post, a member no
duty to be told apart by. Pure. Not here: gathering the names (`gathering.py`), the other annexes (`annexes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from reports.report_content import Annex, AnnexRow, CellKind, Column
from reports.report_facts import EssayFacts, MissingFacts, ReportFacts
from vietnamese.dates import VIETNAM, format_moment

# A longer list of names is not printed but goes with the workbook alone: nobody reads fifteen sheets of names, and
# laying them out would cost more than the rest of the report.
PRINTED_NAMES: Final = 300

ESSAYS: Final = (
    Column("STT", 5, CellKind.ORDINAL),
    Column("Họ và tên", 19),
    Column("Chức vụ", 22),
    Column("Đơn vị", 22),
    Column("Ngày nộp", 10, CellKind.DAY),
    Column("Tình trạng", 9),
    Column("Ghi chú", 13),
)
MISSING: Final = (
    Column("STT", 7, CellKind.ORDINAL),
    Column("Họ và tên", 22),
    Column("Chức vụ", 24),
    Column("Đơn vị", 23),
    Column("Người theo dõi cụm", 16),
    Column("Số lần nhắc", 8, CellKind.NUMBER),
)
DONE_DUTIES: Final = (
    Column("STT", 5, CellKind.ORDINAL),
    Column("Đơn vị", 25),
    Column("Nhiệm vụ", 28),
    Column("Hạn", 10, CellKind.DAY),
    Column("Ngày nộp", 10, CellKind.DAY),
    Column("Tình trạng", 9),
    Column("Ghi chú", 13),
)
DUTIES: Final = (
    Column("STT", 7, CellKind.ORDINAL),
    Column("Đơn vị", 29),
    Column("Nhiệm vụ", 24),
    Column("Hạn", 15, CellKind.DAY),
    Column("Người theo dõi cụm", 16),
    Column("Số lần nhắc", 9, CellKind.NUMBER),
)
_UNIT_COLUMN: Final = 1
_DAY_COLUMN: Final = 4
# What units of one kind are called together, from the narrowest word; a list of several kinds takes the first that fits all.
_NOUNS: Final = (
    ("chi bộ", frozenset({"GRASSROOTS_CELL", "SUB_CELL"})),
    ("tổ chức đảng", frozenset({"GRASSROOTS_COMMITTEE", "DEPARTMENT_COMMITTEE", "GRASSROOTS_CELL", "SUB_CELL"})),
)
# What a duty of a kind is called when it is done: "đã nộp báo cáo", "chưa tổ chức sinh hoạt".
_DEEDS: Final = {
    "REPORT": "nộp báo cáo",
    "ACTION_PLAN": "nộp chương trình, kế hoạch hành động",
    "ACTIVITY": "tổ chức sinh hoạt",
}


def lists_of_those_who_handed_in(facts: ReportFacts, as_of: str) -> Iterator[Annex]:
    """Slot 1: members (always, though it may be empty); slot 8: units, with the duty and its last day."""
    members = [one for one in facts.essays if not one.is_unit]
    units = [one for one in facts.essays if one.is_unit]
    yield Annex(
        number=1,
        title=_members_title(facts, members, done=True, beside_units=bool(units)),
        sheet_name="Danh sách nộp",
        columns=ESSAYS,
        rows=tuple(_essay_row(n, one) for n, one in enumerate(members, start=1)),
        remark=as_of,
        most_printed=PRINTED_NAMES,
    )
    if units:
        columns = _headed(DONE_DUTIES, units)
        if {one.kind for one in units} == {"ACTIVITY"}:  # a session is held; what comes in is word of it
            columns = (
                *columns[:_DAY_COLUMN], replace(columns[_DAY_COLUMN], title="Ngày báo"), *columns[_DAY_COLUMN + 1 :],
            )  # fmt: skip
        yield Annex(
            number=8,
            title=f"Danh sách {_noun(units)} đã {_deed(units)}",
            sheet_name="Đơn vị đã thực hiện",
            columns=columns,
            rows=tuple(_done_row(n, one) for n, one in enumerate(units, start=1)),
            remark=as_of,
            most_printed=PRINTED_NAMES,
        )


def lists_of_those_who_owe(facts: ReportFacts, as_of: str) -> Iterator[Annex]:
    """Slot 3: members (always, though it may be empty); slot 9: units, with the duty and its last day."""
    members = [one for one in facts.missing if not one.is_unit]
    units = [one for one in facts.missing if one.is_unit]
    yield Annex(
        number=3,
        title=_members_title(facts, members, done=False, beside_units=bool(units)),
        sheet_name="Danh sách chưa nộp",
        columns=MISSING,
        rows=tuple(missing_row(n, one) for n, one in enumerate(members, start=1)),
        landscape=False,
        remark=as_of,
        most_printed=PRINTED_NAMES,
    )
    if units:
        yield Annex(
            number=9,
            title=f"Danh sách {_noun(units)} chưa {_deed(units)}",
            sheet_name="Đơn vị chưa thực hiện",
            columns=duty_columns(units),
            rows=tuple(duty_row(n, one) for n, one in enumerate(units, start=1)),
            landscape=False,
            remark=as_of,
            most_printed=PRINTED_NAMES,
        )


def missing_row(number: int, missing: MissingFacts) -> AnnexRow:
    """A line of annex 3, and of the list that goes with a chasing letter."""
    return AnnexRow((number, missing.name, missing.posts, missing.unit, missing.cluster_lead, missing.reminders))


def duty_columns(units: Iterable[MissingFacts]) -> tuple[Column, ...]:
    """Heads of a list of what these units owe: "Chi bộ", or the wider word that fits them all."""
    return _headed(DUTIES, list(units))


def duty_row(number: int, missing: MissingFacts) -> AnnexRow:
    """A line of a list of what units owe themselves: the unit, its duty, the last day."""
    return AnnexRow(
        (number, missing.unit, missing.duty, _day(missing.last_day), missing.cluster_lead, missing.reminders)
    )


def remark_of(at: datetime) -> str:
    """Under the title of an annex: the minute at which its figures stand."""
    return f"Số liệu tính đến {format_moment(at)}"


def _essay_row(number: int, essay: EssayFacts) -> AnnexRow:
    return AnnexRow((number, essay.name, essay.posts, essay.unit, essay.received_at, _timeliness(essay), essay.remark))


def _done_row(number: int, done: EssayFacts) -> AnnexRow:
    return AnnexRow(
        (number, done.unit, done.duty, _day(done.last_day), done.received_at, _timeliness(done), done.remark)
    )


def _timeliness(essay: EssayFacts) -> str:
    return "Muộn" if essay.is_late else "Đúng hạn"


def _day(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, VIETNAM) if day else None


def _members_title(
    facts: ReportFacts, members: list[EssayFacts] | list[MissingFacts], *, done: bool, beside_units: bool
) -> str:
    """Names the essays where all of them are; "đảng viên" tells the list from the one of units beside it."""
    if facts.kind == "OVERSIGHT":
        return f"Danh sách phiếu dự sinh hoạt {'đã nộp' if done else 'chưa nộp'}"
    of_essays = bool(facts.counted_kind) or {one.kind for one in members} == {"ESSAY"}
    who = " đảng viên" if beside_units else ""
    if done:
        deed = " đã nộp" if beside_units or not of_essays else " nộp"
        return f"Danh sách{who}{deed}{' bài thu hoạch' if of_essays else ''}"
    return f"Danh sách{who} chưa nộp bài thu hoạch" if of_essays and beside_units else f"Danh sách{who} chưa nộp"


def _noun(units: list[EssayFacts] | list[MissingFacts]) -> str:
    kinds = {one.unit_kind for one in units}
    return next((noun for noun, fits in _NOUNS if kinds <= fits), "đơn vị")


def _deed(units: list[EssayFacts] | list[MissingFacts]) -> str:
    kinds = {one.kind for one in units}
    return _DEEDS.get(next(iter(kinds)), "thực hiện nhiệm vụ") if len(kinds) == 1 else "thực hiện nhiệm vụ"


def _headed(columns: tuple[Column, ...], units: list[EssayFacts] | list[MissingFacts]) -> tuple[Column, ...]:
    noun = _noun(units)
    title = noun[:1].upper() + noun[1:]
    return (
        *columns[:_UNIT_COLUMN],
        replace(columns[_UNIT_COLUMN], title=title),
        *columns[_UNIT_COLUMN + 1 :],
    )
