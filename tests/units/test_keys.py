"""The keys worked out word by word are those of the whole name."""

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from units.keys import member_keys, name_key, position_keys, unit_keys
from units.models import Member
from vietnamese.collation import person_collation_key
from vietnamese.text import clean, fold
from vietnamese.tones import tone_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵHÂĐÝ'’-."
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=6).map(
    lambda words: clean(" ".join(words))
)


@given(NAMES)
@example("Nguyễn Văn An")
@example("Vũ Thị Hoà")
@example("H'Hen Niê")
@example("Nguyễn Thị Minh Khai-Anh")
@example("An")
def test_word_by_word(name):
    keys = member_keys(name)
    assert keys == {
        "full_name": name,
        "tone_key": tone_key(name),
        "folded": fold(name),
        "sort_key": person_collation_key(name),
    }
    assert name_key(name) == tone_key(name)


def test_order_of_persons():
    names = ["Nguyễn Văn Chính", "Lê Bình", "Trần Văn An", "Nguyễn Thị Bình", "Lê An Bình"]
    assert sorted(names, key=lambda name: member_keys(name)["sort_key"]) == [
        "Trần Văn An",
        "Lê Bình",
        "Lê An Bình",
        "Nguyễn Thị Bình",
        "Nguyễn Văn Chính",
    ]


def test_units_and_positions():
    assert unit_keys("TDP05", "Chi bộ Tổ dân phố số 5")["folded"] == "chi bo to dan pho so 5 tdp05"
    nine, ten = (unit_keys("", f"Chi bộ {n}")["sort_key"] for n in (9, 10))
    assert nine < ten
    assert position_keys("Phó Bí thư") == {"title": "Phó Bí thư", "tone_key": tone_key("Phó Bí thư")}


@pytest.mark.only_on("postgresql")  # SQLite compares bytes anyway
@pytest.mark.django_db
def test_the_key_of_persons_is_compared_byte_by_byte():
    """Migration 0021 says so to the database and not to the model: a later change of the field must say it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [Member._meta.db_table, "sort_key"],
        )
        assert cursor.fetchall() == [("C",)]
