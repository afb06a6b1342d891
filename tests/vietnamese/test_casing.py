"""Capitals and small letters made into names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.casing import is_one_case, lower_first, title_case


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("ĐỖ ĐỨC MẠNH", "Đỗ Đức Mạnh"),
        ("h'hen niê", "H'Hen Niê"),
        ("NGUYỄN THỊ MINH KHAI-ANH", "Nguyễn Thị Minh Khai-Anh"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
    ],
)
def test_title_case_by_syllable(typed, name):
    assert title_case(typed) == name


def test_one_case():
    assert is_one_case("NGUYỄN VĂN AN - 5")
    assert is_one_case("chi bộ 5")
    assert not is_one_case("Chi bộ 5")
    assert not is_one_case("5")


def test_lower_first():
    assert lower_first("Đúng hạn") == "đúng hạn"
    assert lower_first("") == ""


@given(st.text())
def test_title_case_is_idempotent(text):
    assert title_case(title_case(text)) == title_case(text)
