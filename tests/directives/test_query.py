"""The line of the query bar: a row is what is typed and what it means; what is not understood is named."""

import unicodedata
from datetime import date

import pytest

from directives.query.lexing import LONGEST
from directives.query.parsing import read_query
from directives.query.terms import Asks
from directives.query.vocabulary import DATED, KEYS, STATES

TODAY = date(2026, 4, 24)  # a Friday


def read(text):
    return read_query(text, today=TODAY)


def labels(text):
    query = read(text)
    assert query.faults == (), query.faults
    return [term.label for term in query.terms], query.names


@pytest.mark.parametrize(
    ("text", "terms", "names"),
    [
        ("chưa nộp cụm:3 hạn<7ngày -miễn", ["chưa nộp", "cụm 3", "hạn còn dưới 7 ngày", "trừ miễn"], ""),
        ("chua nop cum:3 han < 7 ngay -mien", ["chưa nộp", "cụm 3", "hạn còn dưới 7 ngày", "trừ miễn"], ""),
        ("CHƯA NỘP Cụm: 3", ["chưa nộp", "cụm 3"], ""),
        ("quá hạn sắp hạn", ["quá hạn", "sắp hạn"], ""),
        ("trừ miễn", ["trừ miễn"], ""),
        ("- miễn", ["miễn"], ""),
        ("cụm 3 quá hạn", ["cụm 3", "quá hạn"], ""),
        ('cụm:"Cụm 3"', ["cụm 3"], ""),
        ("cụm:3,4", ["cụm 3 hoặc 4"], ""),
        ("khối trường học", ["khối trường học"], ""),
        ("khối:trường học quá hạn", ["khối trường học", "quá hạn"], ""),
        ("khối:dân cư,y tế", ["khối dân cư hoặc y tế"], ""),
        ("loại:bài thu hoạch chưa nộp", ["loại bài thu hoạch", "chưa nộp"], ""),
        ("chức vụ:bí thư", ["chức vụ bí thư"], ""),
        ('đơn vị:thcs -đơn vị:"tổ dân phố 5"', ["đơn vị thcs", "trừ đơn vị tổ dân phố 5"], ""),
        ("văn bản:128 việc:thu", ["văn bản 128", "việc thu"], ""),
        ("quá hạn>10ngày", ["quá hạn trên 10 ngày"], ""),
        ("qua han >= 2 tuần", ["quá hạn ít nhất 14 ngày"], ""),
        ("hạn:hôm nay", ["hạn ngày 24/4/2026"], ""),
        ("hạn:tuần này", ["hạn tuần này"], ""),
        ("nộp>=20/4", ["nộp từ ngày 20/4/2026"], ""),
        ("hạn<=28/4/2027", ["hạn đến hết ngày 28/4/2027"], ""),
        ("sửa:28/4", ["sửa ngày 28/4/2026"], ""),
        ("hạn sửa<=2/5", ["sửa đến hết ngày 02/5/2026"], ""),
        ("nộp<=7ngày", ["nộp cách đây nhiều nhất 7 ngày"], ""),
        ("nguyễn văn an", [], "nguyễn văn an"),
        ("nguyễn văn đạt", [], "nguyễn văn đạt"),
        ("nguyen van dat", [], "nguyen van dat"),
        ("đạt", ["đạt"], ""),
        ('"Đạt"', [], '"Đạt"'),
        ("chờ duyệt nguyễn văn đạt", ["chờ duyệt"], "nguyễn văn đạt"),
        ("tên:đạt -tên:miễn", ["tên có đạt", "trừ tên có miễn"], ""),
        ("-an", ["trừ tên có “an”"], ""),
        ("kỳ:5/2026 chưa nộp", ["kỳ tháng 5/2026", "chưa nộp"], ""),
        ("kỳ:quý II/2026 chua nop", ["kỳ quý II/2026", "chưa nộp"], ""),
        ("ky:6 tháng đầu năm 2026 cụm:3", ["kỳ 6 tháng đầu năm 2026", "cụm 3"], ""),
        ("kỳ:2026-Q2 -kỳ:2026", ["kỳ quý II/2026", "trừ kỳ năm 2026"], ""),
        ("kỳ:tháng 5 nguyễn văn an", ["kỳ tháng 5"], "nguyễn văn an"),
        ("vb:128 đã đóng chưa nộp", ["văn bản 128", "văn bản đã đóng", "chưa nộp"], ""),
        ("da ket thuc", ["văn bản đã đóng"], ""),
        ("", [], ""),
        ('"', [], ""),
        ("-", [], ""),
    ],
)
def test_a_line_means(text, terms, names):
    assert labels(text) == (terms, names)
    assert labels(unicodedata.normalize("NFD", text)) == (terms, names)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("hạn<7ngày", date(2026, 4, 24), date(2026, 4, 30)),
        ("hạn<=7ngày", date(2026, 4, 24), date(2026, 5, 1)),
        ("hạn>7ngày", date(2026, 5, 2), None),
        ("hạn>=7ngày", date(2026, 5, 1), None),
        ("hạn:7ngày", date(2026, 5, 1), date(2026, 5, 1)),
        ("hạn<1tuần", date(2026, 4, 24), date(2026, 4, 30)),
        ("hạn<28/4", None, date(2026, 4, 27)),
        ("hạn<=28/4", None, date(2026, 4, 28)),
        ("hạn>28/4", date(2026, 4, 29), None),
        ("hạn>=28/4", date(2026, 4, 28), None),
        ("hạn:28/4", date(2026, 4, 28), date(2026, 4, 28)),
        ("hạn:mai", date(2026, 4, 25), date(2026, 4, 25)),
        ("hạn:tuần này", date(2026, 4, 20), date(2026, 4, 26)),
        ("hạn:tuần sau", date(2026, 4, 27), date(2026, 5, 3)),
        ("hạn:tháng này", date(2026, 4, 1), date(2026, 4, 30)),
        ("quá hạn>10ngày", None, date(2026, 4, 13)),
        ("quá hạn<10ngày", date(2026, 4, 15), date(2026, 4, 24)),
        ("nộp<3ngày", date(2026, 4, 22), date(2026, 4, 24)),
        ("nộp:hôm qua", date(2026, 4, 23), date(2026, 4, 23)),
    ],
)
def test_days_are_windows_with_both_ends(text, first, last):
    [term] = read(text).terms
    assert (term.first, term.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "said", "better"),
    [
        ("cumm:3", "Không hiểu “cumm:3”", "cụm:3"),
        ("chưa nộp cumm:3", "Không hiểu “cumm:3”", "chưa nộp cụm:3"),
        ("a:b", "Không hiểu “a:b”", ""),
        ("khối:dân", "Không có khối “dân”. Có thể chọn: dân cư, cơ quan đảng,", 'khối:"dân cư"'),
        ("loại:xyzw", "Không có loại “xyzw”", ""),
        ("hạn<=31/4", "Không hiểu ngày trong “hạn<=31/4”", ""),
        ("hạn:thứ bảy nào đó", "Không hiểu ngày trong “hạn:thứ”", ""),
        ("cụm:", "Sau “cụm:” còn thiếu giá trị, ví dụ “cụm:3”", ""),
        ("quá hạn>lâu", "Không hiểu ngày trong “quá hạn>lâu”. Hãy viết như “quá hạn>10ngày”", ""),
    ],
)
def test_what_is_not_understood_is_named_with_what_was_probably_meant(text, said, better):
    query = read(text)
    assert not query.is_understood
    assert query.faults[0].words.startswith(said)
    assert query.faults[0].better == better


@pytest.mark.parametrize("day", ["31/12/9999", "1/1/0001", "1/1/1899", "1/1/2201"])
def test_a_day_no_clock_knows_is_told(day):
    for line in (f"hạn<={day}", f"hạn>{day}", f"-nộp:{day}", f"hạn<{day}"):
        query = read(line)
        assert query.terms == (), line
        [fault] = query.faults
        assert fault.words.startswith("Không hiểu ngày trong"), line


@pytest.mark.parametrize("typed", ["linh", "13/2026", "2026-Q5", '"quý"'])
def test_a_period_that_is_none_is_told_with_examples(typed):
    (fault,) = read(f"kỳ:{typed}").faults
    assert "Hãy viết như “kỳ:5/2026”, “kỳ:quý II/2026” hoặc “kỳ:2026”." in fault.words


def test_only_a_line_that_asks_for_ended_papers_looks_among_them():
    asked = {line: read(line).asks_for_ended for line in ("đã đóng", "vb:128 đã kết thúc", "-đã đóng", "chưa nộp", "")}
    assert asked == {"đã đóng": True, "vb:128 đã kết thúc": True, "-đã đóng": False, "chưa nộp": False, "": False}


def test_a_misspelt_state_is_looked_for_as_a_name_and_said_so():
    query = read("chua nopp cụm:3")
    assert query.is_understood
    assert query.names == "chua nopp"
    assert [(fault.better, fault.is_hint) for fault in query.faults] == [("chưa nộp cụm:3", True)]


def test_the_name_of_a_unit_is_no_misspelt_state():
    for name in ("Đảng bộ TDP 18", "dang bo 18", "Chi bộ 3", "Đảng bộ cơ sở"):
        assert read(name).faults == (), name


def test_a_term_is_taken_out_and_put_in():
    query = read('chưa nộp  cụm:3 "Đạt" -miễn')
    assert query.without(query.terms[1]) == 'chưa nộp -miễn "Đạt"'
    assert query.with_term("hạn:mai") == 'chưa nộp cụm:3 "Đạt" -miễn hạn:mai'
    [same] = read('cum:"Cụm 3"').terms
    assert query.has(same) == query.terms[1]
    assert query.has(read("cụm:4").terms[0]) is None


@pytest.mark.parametrize(
    "text", ["khối trường học an", "khối:dân cư,y tế", "hạn:hôm nay", 'đơn vị:"tdp 5" đạt', "cụm 3"]
)
def test_what_was_typed_reads_the_same_again(text):
    query = read(text)
    again = read(" ".join([*(term.source for term in query.terms), query.names]))
    assert [term.meaning for term in again.terms] == [term.meaning for term in query.terms]
    assert again.names == query.names


def test_every_word_of_the_vocabulary_is_read():
    for state, phrases in STATES.items():
        for phrase in phrases:
            [term] = read(phrase).terms
            assert (term.asks, term.values) == (Asks.STATE, (state,)), phrase
    for asks, phrases in KEYS.items():
        value = "28/4" if asks in DATED else "trường" if asks is Asks.BLOCK else "x"
        value = {"kind": "báo cáo", "position": "bí thư", "period": "2026-05"}.get(asks.value, value)
        for phrase in phrases:
            [term] = read(f"{phrase}:{value}").terms
            assert term.asks is asks, phrase


@pytest.mark.parametrize(
    "text", ["x" * 5000, "cụm:3 " * 500, '"' * 300, "a:" * 200, "\u0301" * 400, "<>=:" * 80, "-" * 300]
)
def test_a_line_of_any_length_is_answered(text):
    query = read(text)
    assert len(query.text) <= LONGEST
    assert len(query.terms) <= 20
