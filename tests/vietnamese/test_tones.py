"""One syllable, one tone: spellings that are one name and spellings that are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.tones import iy_key, split_tone, tone_key, tone_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vũ Thị Hoà", "Vũ Thị Hòa"),
        ("Nguyễn Thuý Quỳnh", "Nguyễn Thúy Quỳnh"),
        ("khoẻ", "khỏe"),
        ("Uỷ ban", "Ủy ban"),
        ("loè", "lòe"),
        ("ĐOÀN THỊ HOÀ", "đoàn thị hòa"),
        ("H'Hen Niê", "h'hen niê"),
    ],
)
def test_one_name_in_two_spellings(one, other):
    assert tone_key(one) == tone_key(other)
    assert tone_key(unicodedata.normalize("NFD", one)) == tone_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hoa"),
        ("Thúy", "Thùy"),
        ("An", "Ân"),
        ("Đức", "Dức"),
        ("Lý", "Lí"),
        ("Quý", "Qui"),
        ("Tiến", "Tié\u0302n"),  # marks in the other order: never merged silently
        ("Nguyễn", "Nguуễn"),  # Cyrillic у
        ("Tú 1", "Tú1"),
    ],
)
def test_two_names_stay_two(one, other):
    assert tone_key(one) != tone_key(other)


@pytest.mark.parametrize(
    ("one", "other", "candidates"),
    [
        ("Lý", "Lí", True),
        ("Mỹ", "Mĩ", True),
        ("Sỹ", "Sĩ", True),
        ("Vy", "Vi", True),
        ("Quý", "Quí", True),
        ("Thuý", "Thúy", True),
        ("Thúy", "Thúi", False),
        ("Tay", "Tai", False),
        ("Huy", "Hui", False),
        ("Lý", "Lì", False),
    ],
)
def test_i_and_y_make_candidates(one, other, candidates):
    assert (iy_key(one) == iy_key(other)) is candidates


@pytest.mark.parametrize(
    ("syllable", "tone"),
    [("An", "ngang"), ("hoà", "huyền"), ("thủy", "hỏi"), ("Nguyễn", "ngã"), ("quý", "sắc"), ("Lợi", "nặng")],
)
def test_names_of_tones(syllable, tone):
    assert tone_of(syllable) == tone


def test_split_keeps_the_quality_of_the_letter():
    assert split_tone("nguyễn") == ("nguyên", 3)
    assert split_tone("đặng") == ("đăng", 5)
    assert split_tone("á́") == ("á́", 0)  # two tones: no syllable


@given(st.text())
def test_keys_are_idempotent(text):
    assert tone_key(tone_key(text)) == tone_key(text)
    assert iy_key(iy_key(text)) == iy_key(text)
