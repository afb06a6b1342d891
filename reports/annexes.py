"""The annex tables of a summary report (`document-format.md` §6.4): columns, rows, subtotals.

Not here: the lists of names (`annex_names.py`), gathering the rows (`gathering.py`), setting them (`rendering.py`, `word.py`, `workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Final

from reports.annex_names import lists_of_those_who_handed_in, lists_of_those_who_owe, remark_of
from reports.report_content import Annex, AnnexRow, BarGroups, Cell, CellKind, Column, RowKind
from reports.report_drawings import FEWEST_COMPARED, drawings_of
from reports.report_facts import BookFacts, OpinionFacts, ReportFacts, SessionFacts, UnitFacts
from reports.tallies import Tally, bar_counts, rate_of, total_of
from vietnamese.dates import VIETNAM, format_date
from vietnamese.numbers import format_number

SESSIONS: Final = (
    Column("STT", 6, CellKind.ORDINAL),
    Column("Chi bộ", 30),
    Column("Ngày tổ chức", 12, CellKind.DAY),
    Column("Tổng số", 9, CellKind.NUMBER),
    Column("Có mặt", 9, CellKind.NUMBER),
    Column("%", 9, CellKind.RATE),
    Column("Số ý kiến", 10, CellKind.NUMBER),
    Column("Báo cáo (ngày)", 15, CellKind.DAY),
)
OPINIONS: Final = (
    Column("STT", 7, CellKind.ORDINAL),
    Column("Nội dung", 48),
    Column("Chi bộ", 25),
    Column("Thẩm quyền giải quyết", 20),
)
BOOK: Final = (
    Column("STT", 5, CellKind.ORDINAL),
    Column("Số, ký hiệu", 10),
    Column("Ngày", 10, CellKind.DAY),
    Column("Trích yếu", 17),
    Column("Cơ quan ban hành", 11),
    Column("Yêu cầu", 17),
    Column("Hạn", 10, CellKind.DAY),
    Column("Chủ trì", 12),
    Column("Kết quả", 8),
)
GROUPS: Final = (
    Column("Nhóm", 32),
    Column("Phải nộp", 9, CellKind.NUMBER),
    Column("Đạt", 8, CellKind.NUMBER),
    Column("Chờ duyệt", 8, CellKind.NUMBER),
    Column("Trả lại", 8, CellKind.NUMBER),
    Column("Quá hạn", 8, CellKind.NUMBER),
    Column("Sắp hạn", 8, CellKind.NUMBER),
    Column("Chưa nộp, còn hạn", 10, CellKind.NUMBER),
    Column("Tỷ lệ %", 9, CellKind.RATE),
)


_WITHOUT_ROWS: Final = (1, 2, 3)  # the annexes of a report that has nothing to list


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
    """Those that list something, numbered as they run; the three about units and names when none does.

    What is too long for paper is dropped later, by `printed_annexes`.
    """
    every = _every_annex(facts)
    present = [annex for annex in every if annex.rows] or [annex for annex in every if annex.number in _WITHOUT_ROWS]
    return tuple(
        replace(annex, number=number, slot=annex.number, sheet_name=f"{number} {annex.sheet_name}")
        for number, annex in enumerate(present, start=1)
    )


def _every_annex(facts: ReportFacts) -> tuple[Annex, ...]:
    """Numbered by what they are (`document-format.md` §6.4; 8 and 9 are the units' own lists): the slot in the Word
    template. They stand in the order in which they are printed.
    """
    as_of, noun = remark_of(facts.at), "bài" if facts.counted_kind else "việc"
    return (
        *lists_of_those_who_handed_in(facts, as_of),
        Annex(
            number=2,
            title="Tổng hợp kết quả theo chi bộ",
            sheet_name="Tổng hợp theo chi bộ",
            columns=unit_columns(facts.counted_kind),
            rows=tuple(_unit_rows(facts.units, noun)),
            remark=f"{as_of}. Tỷ lệ: số {noun} đạt yêu cầu trên số {'phải viết' if facts.counted_kind else 'phải nộp'}",
        ),
        *lists_of_those_who_owe(facts, as_of),
        *_further_annexes(facts, as_of),
    )


def _further_annexes(facts: ReportFacts, as_of: str) -> Iterator[Annex]:
    sessions = tuple(_session_row(n, one) for n, one in enumerate(facts.sessions, start=1))
    opinions = tuple(_opinion_row(n, one) for n, one in enumerate(facts.opinions, start=1))
    book = tuple(_book_row(n, one, facts) for n, one in enumerate(facts.book, start=1))
    if sessions:
        title = "Các buổi sinh hoạt đã dự" if facts.kind == "OVERSIGHT" else "Sinh hoạt chuyên đề"
        yield Annex(4, title, title, SESSIONS, sessions, remark=as_of)
    if opinions:
        yield Annex(5, "Ý kiến, kiến nghị", "Ý kiến, kiến nghị", OPINIONS, opinions, landscape=False, remark=as_of)
    if book:
        yield Annex(6, "Sổ theo dõi văn bản", "Sổ theo dõi văn bản", BOOK, book, remark=as_of)
    if facts.progress:
        yield Annex(
            number=7,
            title="Kết quả theo khối, theo cụm",
            sheet_name="Theo khối, cụm",
            columns=GROUPS,
            rows=tuple(_group_rows(facts)),
            landscape=False,
            remark=as_of,
            drawings=drawings_of(facts),
            bars=tuple(_bar_groups(facts)),
            progress=facts.progress,
        )


def printed_annexes(annexes: Iterable[Annex]) -> tuple[Annex, ...]:
    """Those that go on paper, under the numbers they have in the workbook."""
    return tuple(annex for annex in annexes if annex.is_printed)


def _session_row(number: int, session: SessionFacts) -> AnnexRow:
    has_count = session.present is not None and session.total is not None
    rate = (session.present, session.total) if has_count else None
    return AnnexRow(
        (
            number, session.unit, _day(session.held_on), session.total, session.present, rate, session.opinions,
            session.reported_at,
        )
    )  # fmt: skip


def _opinion_row(number: int, opinion: OpinionFacts) -> AnnexRow:
    return AnnexRow((number, opinion.text, opinion.unit, opinion.authority))


def _book_row(number: int, line: BookFacts, facts: ReportFacts) -> AnnexRow:
    paper = line.paper or facts.about_paper
    day = _day(paper.issued_on) if paper.issued_on else None
    return AnnexRow(
        (
            number, paper.reference, day, paper.subject, paper.issuer, line.title,
            _day(line.last_day) if line.last_day else None, line.lead, line.result,
        )
    )  # fmt: skip


def _group_rows(facts: ReportFacts) -> Iterator[AnnexRow]:
    """What the drawings show, as numbers: khối, then cụm, each closed by the same total."""
    for what, groups in (
        ("khối", [(one.name, one.tally) for one in facts.blocks]),
        ("cụm", [(one.name, one.tally) for one in facts.clusters]),
    ):
        yield from (AnnexRow((name, *_group_counts(tally))) for name, tally in groups)
        if groups:
            total = total_of(tally for _, tally in groups)
            yield AnnexRow((f"Cộng theo {what}", *_group_counts(total)), RowKind.SUBTOTAL)


def _bar_groups(facts: ReportFacts) -> Iterator[BarGroups]:
    """Where the rows of khối and of cụm stand, without their totals; one group compares nothing."""
    first = 0
    for title, count in (("Kết quả theo khối", len(facts.blocks)), ("Kết quả theo cụm", len(facts.clusters))):
        if count >= FEWEST_COMPARED:
            yield BarGroups(title, first, first + count - 1)
        first += count + 1 if count else 0


def _group_counts(tally: Tally) -> tuple[Cell, ...]:
    counts = bar_counts(tally)
    return (tally.required, *counts.values(), (tally.accepted, tally.required))


def _day(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)


def _unit_rows(units: tuple[UnitFacts, ...], noun: str) -> Iterable[AnnexRow]:
    """Units khối by khối, each khối closed by its subtotal, the whole by TỔNG CỘNG."""
    number = 0
    for block, group in groupby(units, key=lambda unit: unit.block):
        of_block = list(group)
        for unit in of_block:
            number += 1
            yield AnnexRow((number, unit.name, unit.block, *_unit_counts([unit]), _unit_remark(unit.tally, noun)))
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


def _unit_remark(tally: Tally, noun: str) -> str:
    remarks = []
    if tally.waiting:
        remarks.append(f"{tally.waiting} {noun} chờ duyệt")
    if tally.returned:
        remarks.append(f"{tally.returned} {noun} trả lại")
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
