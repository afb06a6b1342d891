"""The annex workbook, read back with a reader that is not ours."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from reports.format_profiles import profile_named
from reports.narrative import compose
from reports.workbook import lines_of, to_xlsx
from tests.reports.sample_report import AT, TEXTS, sample_facts, with_drawings

ESSAY_COLUMNS = ["STT", "Họ và tên", "Chức vụ", "Đơn vị", "Ngày nộp", "Tình trạng", "Ghi chú"]
UNIT_COLUMNS = [
    "STT", "Tổ chức đảng", "Khối", "Tổng số ĐV", "Chính thức", "Dự bị", "Được miễn", "Phải viết", "Đã nộp",
    "Đúng hạn", "Tỷ lệ %", "Chưa nộp", "Ghi chú",
]  # fmt: skip
MISSING_COLUMNS = ["STT", "Họ và tên", "Chức vụ", "Đơn vị", "Người theo dõi cụm", "Số lần nhắc"]


def written(content) -> io.BytesIO:
    target = io.BytesIO()
    to_xlsx(content, target)
    target.seek(0)
    return target


@pytest.fixture(scope="module")
def sheets(content):
    book = CalamineWorkbook.from_filelike(written(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_columns_are_exactly_those_of_the_annexes(sheets):
    heads = {name: rows[2] for name, rows in sheets.items()}
    assert heads == {
        "1 Danh sách nộp": ESSAY_COLUMNS,
        "2 Tổng hợp theo chi bộ": UNIT_COLUMNS,
        "3 Danh sách chưa nộp": MISSING_COLUMNS,
    }


def test_subtotals_and_total_add_up(sheets):
    rows = sheets["2 Tổng hợp theo chi bộ"][3:]
    units = [row for row in rows if row[0] != ""]
    subtotals = [row for row in rows if str(row[1]).startswith("Cộng khối")]
    (total,) = [row for row in rows if row[1] == "TỔNG CỘNG"]
    assert len(units) == 12
    assert [row[1] for row in subtotals] == [
        "Cộng khối Dân cư", "Cộng khối Hành chính sự nghiệp", "Cộng khối Trường học", "Cộng khối Doanh nghiệp",
    ]  # fmt: skip
    for column in (3, 4, 5, 6, 7, 8, 9, 11):
        assert sum(row[column] for row in units) == sum(row[column] for row in subtotals) == total[column]
    for row in (*units, *subtotals, total):
        assert row[7] - row[8] == row[11]
    facts = sample_facts(12).counted
    assert (total[6], total[7], total[8], total[9]) == (facts.waived, facts.required, facts.submitted, facts.on_time)
    assert total[10] == float(facts.rate)


def test_lists_hold_every_name_and_real_days(sheets, content):
    facts = sample_facts(12)
    essays = sheets["1 Danh sách nộp"][3:]
    assert [row[1] for row in essays] == [essay.name for essay in facts.essays]
    assert essays[0][4].date() == facts.essays[0].received_at.date()
    assert {row[5] for row in essays} == {"Đúng hạn", "Muộn"}
    assert [(row[1], row[5]) for row in sheets["3 Danh sách chưa nộp"][3:]] == [
        (missing.name, missing.reminders) for missing in facts.missing
    ]
    assert all("16:05, thứ Hai ngày 27/4/2026" in rows[1][0] for rows in sheets.values())


@pytest.mark.parametrize("name", ["=1+1", "+84 912", "-2", "@SUM(A1)", "\t=cmd", '=HYPERLINK("http://x")', "{=1}"])
def test_a_name_is_never_calculated(profile, name):
    facts = sample_facts(3)
    facts = replace(facts, essays=(replace(facts.essays[0], name=name, remark="\x01\x0bhết"),))
    target = written(compose(facts, texts=TEXTS, profile=profile))
    cell = openpyxl.load_workbook(target)["1 Danh sách nộp"]["B4"]
    assert (cell.data_type, cell.value) == ("s", name)
    assert cell.quotePrefix is (name[0] != "{")
    assert openpyxl.load_workbook(target)["1 Danh sách nộp"]["G4"].value == "  hết"
    with zipfile.ZipFile(target) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_sheets_print_on_a4_with_a_repeated_head(content):
    book = openpyxl.load_workbook(written(content))
    for sheet, orientation in zip(book.worksheets, ("landscape", "landscape", "portrait"), strict=True):
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.orientation or "portrait") == orientation
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes == "C4"
        assert sheet.page_margins.left * 25.4 == pytest.approx(30)


def test_the_same_content_gives_the_same_bytes(content):
    assert written(content).getvalue() == written(content).getvalue()
    assert datetime.fromisoformat(AT.isoformat()) == content.at


def test_the_annex_of_groups_carries_native_charts_that_point_at_its_cells():
    """Bars of khối and of cụm without their totals, and the progress with a small table of its own."""
    book = openpyxl.load_workbook(
        written(compose(with_drawings(sample_facts(12)), texts=TEXTS, profile=profile_named("")))
    )
    sheet = book["4 Theo khối, cụm"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names = [row[0] for row in rows]
    blocks, clusters = names.index("Cộng theo khối"), names.index("Cộng theo cụm")
    days = names.index("Ngày")
    assert rows[days][:4] == ["Ngày", "Đạt", "Phải nộp", "Tỷ lệ %"]
    assert [row[:4] for row in rows[days + 1 :]] == [
        ["21/4/2026", 0, 141, 0], ["23/4/2026", 40, 141, 28.4], ["25/4/2026", 90, 141, 63.8], ["27/4/2026", 126, 141, 89.4],
    ]  # fmt: skip
    assert [type(chart).__name__ for chart in sheet._charts] == ["BarChart", "BarChart", "LineChart"]
    spans = [(chart.series[0].cat.strRef or chart.series[0].cat.numRef).f for chart in sheet._charts]
    place = "'4 Theo khối, cụm'!$A${}:$A${}"
    assert spans == [
        place.format(4, blocks), place.format(blocks + 2, clusters), place.format(days + 2, len(rows)),
    ]  # fmt: skip
    heads = [rows[2][int(one.tx.strRef.f.split("$")[1], 36) - 10] for one in sheet._charts[0].series]
    assert heads == ["Đạt", "Chờ duyệt", "Trả lại", "Quá hạn", "Sắp hạn", "Chưa nộp, còn hạn"]
    assert all(not book[name]._charts for name in book.sheetnames[:3])


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("Chi bộ", 10, 1), ("Chi bộ Tổ", 10, 1), ("Chi bộ Tổ dân phố số 18", 10, 3), ("một\nhai", 40, 2), ("x" * 30, 10, 3)],
)  # fmt: skip
def test_a_cell_of_many_words_is_given_its_lines(text, width, lines):
    assert lines_of(text, width) == lines


def test_a_row_is_as_high_as_its_longest_cell():
    content = compose(with_drawings(sample_facts(12)), texts=TEXTS, profile=profile_named(""))
    sheet = openpyxl.load_workbook(written(content))["2 Tổng hợp theo chi bộ"]
    heights = {row: sheet.row_dimensions[row].height for row in range(3, sheet.max_row + 1)}
    tall = {row for row, height in heights.items() if height}
    assert 3 in tall  # "Tổng số ĐV", "Chính thức" stand over narrow columns
    assert all(heights[row] == 16.5 * round(heights[row] / 16.5) >= 33 for row in tall)
