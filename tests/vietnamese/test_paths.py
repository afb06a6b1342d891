"""File names that survive every system."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.paths import last_path_part, safe_file_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("../../../../cơ sở dữ liệu/db.sqlite3", "db.sqlite3"),
        ("..\\..\\Đảng ủy\\x.pdf", "x.pdf"),
        ("C:\\Users\\An\\Desktop\\Nguyễn Văn An.pdf", "Nguyễn Văn An.pdf"),
        ("/dev/null/a.pdf", "a.pdf"),
        ("bài／thu／hoạch.pdf", "bài／thu／hoạch.pdf"),
        ("Đ/c Nguyễn Văn An.pdf", "Đ_c Nguyễn Văn An.pdf"),
        ("gửi/đ/c An.pdf", "đ_c An.pdf"),
        ("Chi bộ 1/2.pdf", "Chi bộ 1-2.pdf"),
        ("Báo cáo quý I/2026.pdf", "Báo cáo quý I-2026.pdf"),
        ("thư mục/", ""),
        ("", ""),
    ],
)
def test_only_the_last_part_counts(path, name):
    assert last_path_part(path) == name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Nguyễn Văn An - Bí thư, Chi bộ 5", "Nguyễn Văn An - Bí thư, Chi bộ 5.pdf"),
        ("CON", "_CON.pdf"),
        ("aux ", "_aux.pdf"),
        ("com1.2026", "_com1.2026.pdf"),
        ('Báo cáo quý I/2026: "sơ kết" <bản 2>?', "Báo cáo quý I-2026- 'sơ kết' (bản 2).pdf"),
        ("Chi bộ 5. ", "Chi bộ 5.pdf"),
        ("", "Không tên.pdf"),
        ("...", "Không tên.pdf"),
        ("-rf bài", "rf bài.pdf"),
        ("bài\r\nSet-Cookie: sessionid=1\r\n\r\n", "bài Set-Cookie- sessionid=1.pdf"),
        ('bài"; filename="khac.html', "bài'; filename='khac.html.pdf"),
        (unicodedata.normalize("NFD", "Đỗ Đức Mạnh"), "Đỗ Đức Mạnh.pdf"),
    ],
)
def test_outgoing_names(stem, name):
    assert safe_file_name(stem, ".pdf") == name


def test_a_long_name_is_cut_between_letters():
    assert safe_file_name("ễ" * 83, ".pdf") == "ễ" * 83 + ".pdf"  # 253 bytes: kept whole
    assert safe_file_name("ễ" * 84, ".pdf") == "ễ" * 83 + ".pdf"
    uncomposable = "n\u0303\u0300"  # ñ with a grave: no single code point
    assert safe_file_name("a" * 248 + uncomposable * 2, ".pdf") == "a" * 248 + ".pdf"


@given(st.text())
def test_any_text_becomes_a_safe_name(text):
    name = safe_file_name(text, ".pdf")
    stem = name.removesuffix(".pdf")
    assert 4 < len(name.encode()) <= 255
    assert not set(stem) & set('/\\:*?"<>|\r\n\x00')
    assert stem == stem.strip(" .")
    assert not stem.startswith("-")
    assert safe_file_name(stem, ".pdf") == name
