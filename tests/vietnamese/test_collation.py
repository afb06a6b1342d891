"""The order of lists, checked against lists written out by hand."""

import random

from hypothesis import given
from hypothesis import strategies as st

from vietnamese.collation import collation_key, person_collation_key

LETTERS = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z".split()  # noqa: SIM905 - the alphabet
TONES = ["ma", "mà", "mả", "mã", "má", "mạ", "mác"]
PERSONS = [
    "Trần Văn An",
    "Nguyễn Thị Ân",
    "Lê Bình",
    "Lê An Bình",
    "Lê Văn Bình",
    "Nguyễn An Bình",
    "Bùi Văn Dũng",
    "Vũ Thị Dung Đan",
    "Đỗ Đức",
    "Cao Minh Đức",
    "Phạm Thị Hoa",
    "Vũ Thị Hoà",
    "Tôn Nữ Thị Ngọc Hà",
]


def shuffled(items):
    return random.Random(7).sample(items, len(items))


def test_letters_in_the_order_of_the_alphabet():
    assert sorted(shuffled(LETTERS), key=collation_key) == LETTERS


def test_tones_decide_only_between_equal_letters():
    assert sorted(shuffled(TONES), key=collation_key) == TONES


def test_numbers_by_value():
    units = ["Chi bộ 1", "Chi bộ 2", "Chi bộ 9", "Chi bộ 10", "Chi bộ 18", "Chi bộ Quân sự"]
    assert sorted(shuffled(units), key=collation_key) == units


def test_persons_by_given_name_then_family_then_middle():
    expected = [
        "Trần Văn An",
        "Nguyễn Thị Ân",
        "Lê Bình",
        "Lê An Bình",
        "Lê Văn Bình",
        "Nguyễn An Bình",
        "Bùi Văn Dũng",
        "Vũ Thị Dung Đan",
        "Cao Minh Đức",
        "Đỗ Đức",
        "Tôn Nữ Thị Ngọc Hà",
        "Phạm Thị Hoa",
        "Vũ Thị Hoà",
    ]
    assert sorted(PERSONS, key=person_collation_key) == expected


def test_spelling_and_case_do_not_move_a_name():
    assert person_collation_key("VŨ THỊ HOÀ") == person_collation_key("Vũ Thị Hòa")


@given(st.text())
def test_keys_are_small_ascii(text):
    # Only digits and small letters: byte order and every locale's order agree on them.
    for key in (collation_key(text), person_collation_key(text)):
        assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())
