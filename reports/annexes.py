"""The annex tables of a summary report (`document-format.md` §6.4): columns, rows, subtotals.

Not here: gathering the rows (`gathering.py`), setting them (`rendering.py`, `word.py`, `workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from reports.report_content import Annex, AnnexRow, Cell, CellKind, Column, RowKind
from reports.report_facts import EssayFacts, MissingFacts, ReportFacts, UnitFacts
from reports.tallies import Tally, rate_of, total_of
from vietnamese.dates import format_date, format_moment
from vietnamese.numbers import format_number

# A longer list of names is not printed but goes with the workbook alone: nobody reads fifteen sheets of names, and
# laying them out would cost more than the rest of the report.
PRINTED_NAMES: Final = 300

ESSAYS: Final = (
    Column("STT", 5, CellKind.ORDINAL),
    Column("Họ và tên", 19),
    Column("Chức vụ", 22),
    Column("Đơn vị", 22),
    Column("Ngày nộp", 9, CellKind.DAY),
    Column("Tình trạng", 9),
    Column("Ghi chú", 14),
)
MISSING: Final = (
    Column("STT", 7, CellKind.ORDINAL),
    Column("Họ và tên", 22),
    Column("Chức vụ", 24),
    Column("Đơn vị", 23),
    Column("Người theo dõi cụm", 16),
    Column("Số lần nhắc", 8, CellKind.NUMBER),
)


def unit_columns(counted_kind: str) -> tuple[Column, ...]:
    """Columns of annex 2; a directive without essays has things to hand in instead of to write."""
    owed = "Phải viết" if counted_kind else "Phải nộp"
    return (
        Column("STT", 5, CellKind.ORDINAL),
        Column("Tổ chức đảng", 23),
        Column("Khối", 11),
        Column("Tổng số ĐV", 6, CellKind.NUMBER),
        Column("Chính thức", 6, CellKind.NUMBER),
        Column("Dự bị", 4, CellKind.NUMBER),
        Column("Được miễn", 6, CellKind.NUMBER),
        Column(owed, 6, CellKind.NUMBER),
        Column("Đã nộp", 6, CellKind.NUMBER),
        Column("Đúng hạn", 6, CellKind.NUMBER),
        Column("Tỷ lệ %", 6, CellKind.RATE),
        Column("Chưa nộp", 6, CellKind.NUMBER),
        Column("Ghi chú", 9),
    )


def annexes_of(facts: ReportFacts) -> tuple[Annex, ...]:
    """Annexes 1 to 3 in full; what is too long for paper is dropped later, by `printed_annexes`."""
    as_of = f"Số liệu tính đến {format_moment(facts.at)}"
    return (
        Annex(
            number=1,
            title="Danh sách nộp bài thu hoạch",
            sheet_name="1 Danh sách nộp",
            columns=ESSAYS,
            rows=tuple(_essay_row(n, essay) for n, essay in enumerate(facts.essays, start=1)),
            remark=as_of,
            most_printed=PRINTED_NAMES,
        ),
        Annex(
            number=2,
            title="Tổng hợp kết quả theo chi bộ",
            sheet_name="2 Tổng hợp theo chi bộ",
            columns=unit_columns(facts.counted_kind),
            rows=tuple(_unit_rows(facts.units)),
            remark=f"{as_of}. Tỷ lệ: số bài đạt yêu cầu trên số {'phải viết' if facts.counted_kind else 'phải nộp'}",
        ),
        Annex(
            number=3,
            title="Danh sách chưa nộp",
            sheet_name="3 Danh sách chưa nộp",
            columns=MISSING,
            rows=tuple(missing_row(n, missing) for n, missing in enumerate(facts.missing, start=1)),
            landscape=False,
            remark=as_of,
            most_printed=PRINTED_NAMES,
        ),
    )


def printed_annexes(annexes: Iterable[Annex]) -> tuple[Annex, ...]:
    """Those that go on paper; their numbers stay."""
    return tuple(annex for annex in annexes if annex.is_printed)


def _essay_row(number: int, essay: EssayFacts) -> AnnexRow:
    timeliness = "Muộn" if essay.is_late else "Đúng hạn"
    return AnnexRow((number, essay.name, essay.posts, essay.unit, essay.received_at, timeliness, essay.remark))


def missing_row(number: int, missing: MissingFacts) -> AnnexRow:
    """A line of annex 3, and of the list that goes with a chasing letter."""
    return AnnexRow((number, missing.name, missing.posts, missing.unit, missing.cluster_lead, missing.reminders))


def _unit_rows(units: tuple[UnitFacts, ...]) -> Iterable[AnnexRow]:
    """Units khối by khối, each khối closed by its subtotal, the whole by TỔNG CỘNG."""
    number = 0
    for block, group in groupby(units, key=lambda unit: unit.block):
        of_block = list(group)
        for unit in of_block:
            number += 1
            yield AnnexRow((number, unit.name, unit.block, *_unit_counts([unit]), _unit_remark(unit.tally)))
        yield AnnexRow(
            (None, f"Cộng khối {block}" if block else "Cộng ngoài các khối", None, *_unit_counts(of_block), None),
            RowKind.SUBTOTAL,
        )
    if units:
        yield AnnexRow((None, "TỔNG CỘNG", None, *_unit_counts(list(units)), None), RowKind.TOTAL)


def _unit_counts(units: list[UnitFacts]) -> tuple[Cell, ...]:
    tally = total_of(unit.tally for unit in units)
    return (
        sum(unit.members for unit in units),
        sum(unit.full for unit in units),
        sum(unit.probationary for unit in units),
        tally.waived,
        tally.required,
        tally.submitted,
        tally.on_time,
        (tally.accepted, tally.required),
        tally.missing,
    )


def _unit_remark(tally: Tally) -> str:
    remarks = []
    if tally.waiting:
        remarks.append(f"{tally.waiting} bài chờ duyệt")
    if tally.returned:
        remarks.append(f"{tally.returned} bài trả lại")
    return "; ".join(remarks)


def printed(cell: Cell, kind: CellKind) -> str:
    """A cell as the office writes it: 3.979, 97,8 (under a head that says %), 27/4/2026; "" for None."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        rate = rate_of(*cell)
        return "–" if rate is None else format_number(rate, 1)
    if isinstance(cell, int):
        return str(cell) if kind is CellKind.ORDINAL else format_number(cell)
    return cell if isinstance(cell, str) else format_date(cell)
