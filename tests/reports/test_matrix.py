"""What a cell says, how rows are grouped, ordered and filtered; the HTML and the workbook of the same."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports.matrix import CellDates, CellState, Grouping, MatrixFilter, Order, build_matrix, cell_of
from reports.matrix_html import draw_matrix
from reports.matrix_workbook import matrix_workbook
from reports.tallies import MatrixRequirement, MatrixSheet, MatrixUnit, Tally
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)
SOON = datetime(2026, 4, 28, tzinfo=VIETNAM)
PAST = datetime(2026, 4, 23, tzinfo=VIETNAM)
TOMORROW = datetime(2026, 4, 25, tzinfo=VIETNAM)
FAR = datetime(2026, 7, 1, tzinfo=VIETNAM)


def requirement(pk: int, kind: str = "REPORT", due_at: datetime | None = SOON, paper: int = 1) -> MatrixRequirement:
    return MatrixRequirement(pk, paper, f"{paper}-CV/ĐU", pk, f"Việc <{pk}>", kind, due_at)


def unit(pk: int, name: str, block: str = "SCHOOL", cluster: int | None = None) -> MatrixUnit:
    return MatrixUnit(pk, f"CB{pk}", name, "GRASSROOTS_CELL", block, cluster)


ONE = Tally(assigned=1)
DONE = Tally(assigned=1, submitted=1, accepted=1, on_time=1)
LATE = Tally(assigned=1, submitted=1, accepted=1, late=1)
WAITING = Tally(assigned=1, submitted=1, on_time=1)
BACK = Tally(assigned=1, submitted=1, returned=1, on_time=1)
OVERDUE = Tally(assigned=1, overdue=1)
DUE = Tally(assigned=1, soon=1)
WAIVED = Tally(assigned=1, waived=1)


@pytest.mark.parametrize(
    ("tally", "kind", "dates", "state", "words"),
    [
        (ONE, "REPORT", CellDates(FAR), CellState.OPEN, "Chưa nộp"),
        (ONE, "REPORT", CellDates(None, True), CellState.AWAITING_EVENT, "Chờ ngày"),
        (DUE, "REPORT", CellDates(SOON), CellState.SOON, "Còn 3 ngày"),
        (OVERDUE, "REPORT", CellDates(PAST), CellState.OVERDUE, "Quá 2 ngày"),
        (WAITING, "REPORT", CellDates(), CellState.WAITING, "Chờ duyệt"),
        (BACK, "REPORT", CellDates(), CellState.RETURNED, "Trả lại"),
        (DONE, "REPORT", CellDates(), CellState.ACCEPTED, "Đạt"),
        (LATE, "REPORT", CellDates(), CellState.ACCEPTED_LATE, "Đạt, muộn"),
        (WAIVED, "REPORT", CellDates(), CellState.WAIVED, "Miễn"),
        (WAIVED, "ESSAY", CellDates(), CellState.WAIVED, "Miễn"),
        (ONE, "ESSAY", CellDates(FAR), CellState.OPEN, "0/1"),
        (Tally(assigned=41, submitted=31, accepted=28, returned=1, on_time=31, soon=10), "ESSAY", CellDates(SOON), CellState.SOON, "31/41"),
        (Tally(assigned=42, waived=1, submitted=31, overdue=10, returned=1), "ESSAY", CellDates(PAST), CellState.OVERDUE, "31/41"),
        (Tally(assigned=2, submitted=2, accepted=1, returned=1), "ESSAY", CellDates(), CellState.RETURNED, "2/2"),
        (Tally(assigned=3, submitted=3, accepted=2), "ESSAY", CellDates(), CellState.WAITING, "3/3"),
        (Tally(assigned=3, submitted=3, accepted=3, on_time=3), "ESSAY", CellDates(), CellState.ACCEPTED, "3/3"),
        (Tally(assigned=3, submitted=3, accepted=3, on_time=2, late=1), "ESSAY", CellDates(), CellState.ACCEPTED_LATE, "3/3"),
    ],
)  # fmt: skip
def test_a_cell_says_the_worst_that_holds(tally, kind, dates, state, words):
    cell = cell_of(tally, requirement(1, kind), dates, NOW)
    assert (cell.state, cell.words.replace("\u00a0", " ")) == (state, words)


def test_a_party_of_one_that_was_extended_counts_its_own_days():
    extended = datetime(2026, 4, 30, tzinfo=VIETNAM)
    cell = cell_of(DUE, requirement(1, due_at=PAST), CellDates(extended), NOW)
    assert cell.words.replace("\u00a0", " ") == "Còn 5 ngày"


SHEET = MatrixSheet(
    at=NOW,
    units=(
        unit(1, "Trường THCS Phúc Lợi"),
        unit(2, "Trường Tiểu học Giang Biên", cluster=7),
        unit(3, "Chi bộ Tổ dân phố số 7", "RESIDENTIAL", cluster=7),
        unit(4, "=Công ty <An Phát>", ""),
    ),
    requirements=(requirement(1), requirement(2, paper=2), requirement(3, due_at=None, paper=2)),
    cells={
        (1, 1): DONE, (1, 2): WAITING,
        (2, 1): OVERDUE, (2, 2): OVERDUE, (2, 3): ONE,
        (3, 1): DUE, (3, 2): BACK,
        (4, 2): WAIVED,
    },
)  # fmt: skip
NAMES = {"RESIDENTIAL": "Khối dân cư", "SCHOOL": "Khối trường học"}


def shape(wanted: MatrixFilter, names=NAMES):
    return [
        (group.name, [row.unit.pk for row in group.rows]) for group in build_matrix(SHEET, {}, names, wanted).groups
    ]


def test_groups_stand_in_the_known_order_and_the_worst_unit_first():
    assert shape(MatrixFilter()) == [("Khối dân cư", [3]), ("Khối trường học", [2, 1]), ("Không thuộc khối nào", [4])]
    assert shape(MatrixFilter(order=Order.ROSTER))[1] == ("Khối trường học", [1, 2])
    assert shape(MatrixFilter(grouping=Grouping.CLUSTER), {"7": "Cụm 3"}) == [
        ("Cụm 3", [2, 3]),
        ("Không thuộc cụm nào", [1, 4]),
    ]


@pytest.mark.parametrize(
    ("params", "units"),
    [
        ({"trang_thai": "qua-han"}, {2}),
        ({"trang_thai": "sap-han"}, {3}),
        ({"trang_thai": "cho-duyet"}, {1}),
        ({"trang_thai": "tra-lai"}, {3}),
        ({"trang_thai": "la"}, {1, 2, 3, 4}),
        ({"q": "truong thcs"}, {1}),
        ({"q": "GIANG BIÊN"}, {2}),
        ({"q": "cb3"}, {3}),
        ({"nhom": "SCHOOL"}, {1, 2}),
        ({"gop": "cum", "nhom": "7"}, {2, 3}),
        ({"gop": "cum", "nhom": "7", "q": "khong co"}, set()),
    ],
)
def test_filters(params, units):
    matrix = build_matrix(SHEET, {}, NAMES, MatrixFilter.read(params))
    assert {row.unit.pk for group in matrix.groups for row in group.rows} == units
    assert matrix.shown == len(units)


def test_chips_count_before_the_state_filter_and_columns_after_it():
    matrix = build_matrix(SHEET, {}, NAMES, MatrixFilter(state="qua-han"))
    assert matrix.counts == {"": 4, "qua-han": 1, "sap-han": 1, "cho-duyet": 1, "tra-lai": 1}
    assert [(c.accepted, c.required, c.missing) for c in matrix.columns] == [(0, 1, 1)] * 3
    everything = build_matrix(SHEET, {}, NAMES, MatrixFilter())
    assert [(c.accepted, c.required, c.missing) for c in everything.columns] == [(1, 3, 2), (0, 3, 1), (0, 1, 1)]


def test_the_table_links_every_cell_and_escapes_what_people_wrote():
    html = draw_matrix(build_matrix(SHEET, {(2, 1): CellDates(PAST)}, NAMES, MatrixFilter()), list_url="/x/")
    assert '<td class="m-late mx-first"><a href="/x/?don_vi=2&amp;yeu_cau=1">Quá\u00a02\u00a0ngày</a></td>' in html
    assert '<td class="m-none mx-first">·</td>' in html
    assert "=Công ty &lt;An Phát&gt;" in html
    assert "<An" not in html
    assert "Việc &lt;1&gt;" in html
    assert "2 đơn vị: 1 quá hạn, 1 không quá hạn" in html
    assert "1 đơn vị, không đơn vị nào quá hạn" in html
    assert html.count("<tr") == html.count("</tr>") == 2 + 3 + 4
    assert html.count("<td") == html.count("</td>") == 3 + 4 * 3
    assert "style=" not in html


def test_the_paper_with_the_nearest_deadline_still_owed_stands_first():
    columns = tuple(
        requirement(pk, paper=paper) for pk, paper in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4), (7, 5))
    )
    sheet = MatrixSheet(NOW, (unit(1, "A"), unit(2, "B")), columns, {(1, one.pk): ONE for one in columns})
    dates = {
        (1, 1): CellDates(FAR), (1, 2): CellDates(SOON),
        (1, 4): CellDates(SOON), (2, 4): CellDates(PAST),
        (1, 5): CellDates(None, True),
        (1, 7): CellDates(SOON),
        (1, 6): CellDates(again_by=TOMORROW),
        (1, 99): CellDates(PAST),
    }  # fmt: skip

    def order(params: dict[str, str]) -> list[int]:
        return [one.requirement.pk for one in build_matrix(sheet, dates, {}, MatrixFilter.read(params)).columns]

    assert order({}) == [3, 4, 6, 1, 2, 7, 5], "what is only to be sent again is owed too"
    assert order({"q": "A"}) == [3, 4, 6, 1, 2, 7, 5], "a filter moves no column"


def test_the_workbook_says_the_same_and_calculates_nothing():
    matrix = build_matrix(SHEET, {(2, 1): CellDates(PAST)}, NAMES, MatrixFilter())
    page = load_workbook(BytesIO(matrix_workbook(matrix, committee="Đảng ủy phường Phúc Lợi"))).active
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    assert rows == [
        ["Khối dân cư (1 đơn vị)", None, None, None, None],
        ["Chi bộ Tổ dân phố số 7", None, "Còn 3 ngày", "Trả lại", "·"],
        ["Khối trường học (2 đơn vị)", None, None, None, None],
        ["Trường Tiểu học Giang Biên", 2, "Quá 2 ngày", "Quá hạn", "Chưa nộp"],
        ["Trường THCS Phúc Lợi", None, "Đạt", "Chờ duyệt", "·"],
        ["Không thuộc khối nào (1 đơn vị)", None, None, None, None],
        ["=Công ty <An Phát>", None, "·", "Miễn", "·"],
    ]
    assert page["A12"].data_type == "s"
    assert page["A1"].value == "BẢNG THEO DÕI, Đảng ủy phường Phúc Lợi"
    assert page["C5"].value == "Việc <1>\nđến hết 27/4/2026\n33,3%"
    assert page.freeze_panes == "C6"
    assert page.page_setup.orientation == "landscape"


def test_a_withdrawn_requirement_stays_only_for_what_was_handed_in_and_says_so():
    kept, folded, running = (replace(requirement(pk), withdrawn=pk != 3) for pk in (1, 2, 3))
    cells = {(1, 1): DONE, (2, 1): WAIVED, (1, 2): WAIVED, (2, 2): WAIVED, (1, 3): WAIVED}
    sheet = MatrixSheet(NOW, (unit(1, "A"), unit(2, "B")), (kept, folded, running), cells)
    matrix = build_matrix(sheet, {}, {}, MatrixFilter())
    assert [one.requirement.pk for one in matrix.columns] == [1, 3]
    html = draw_matrix(matrix, list_url="/x/")
    assert html.count('<span class="mx-left">đã rút</span>') == 1
    head = next(load_workbook(BytesIO(matrix_workbook(matrix, committee="A"))).active.iter_rows(min_row=5, max_row=5))
    assert [cell.value for cell in head[2:]] == ["Việc <1>\nđã rút\n100%", "Việc <3>\nđến hết 27/4/2026\n–"]


@pytest.mark.parametrize(
    ("second", "day", "left"), [(FAR, "30/6", "đã lùi, còn 67 ngày"), (SOON, "27/4", "còn 3 ngày")]
)
def test_a_column_whose_debtors_all_have_a_later_day_shows_the_nearest_of_theirs(second, day, left):
    sheet = MatrixSheet(NOW, (unit(1, "A"), unit(2, "B")), (requirement(1),), {(1, 1): ONE, (2, 1): ONE})
    dates = {(1, 1): CellDates(FAR), (2, 1): CellDates(second)}
    html = draw_matrix(build_matrix(sheet, dates, {}, MatrixFilter()), list_url="/x/")
    assert f">{day}</b>" in html
    assert f'<span class="mx-left">{left}</span>' in html.replace("\u00a0", " ")
