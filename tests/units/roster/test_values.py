"""Cells of any kind: every reader answers, never raises; a value it gives back needs nothing the second time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from units.roster.values import (
    as_text,
    is_plain_name,
    read_day,
    read_email,
    read_name,
    read_phone,
    read_text,
    read_year,
)
from vietnamese.text import clean

CELLS = st.one_of(
    st.text(max_size=200),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.text("nguyễnvăANÐ ()[]-/'\u0300\u0301\u200b\u3164\ud800 ", max_size=40),
)


@given(CELLS, st.booleans())
@example("31/02/2024", True)
@example("00/00/0000", True)
@example("9" * 4000, True)
@example(float("nan"), True)
@example("(((((", False)
@example("²²²²", True)
def test_no_cell_breaks_a_reader(cell, typed):
    for reading in (
        read_name(cell),
        read_year(cell, 2008, typed=typed),
        read_day(cell, typed=typed),
        read_email(cell),
        read_phone(cell),
        read_text(cell, 100),
    ):
        assert not (reading.fault and reading.repair)
    name = read_name(cell)
    if not name.fault:
        again = read_name(name.value)
        assert (again.value, again.repair, again.fault) == (name.value, "", "")
    assert isinstance(as_text(cell), str)


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạÂĐÊÔƠƯNTVH ", min_size=2, max_size=40))
@example("Nguyễn Văn An")
def test_the_short_way_agrees_with_the_long_one(text):
    """A name taken as it stands is one that cleaning would not change."""
    if is_plain_name(text):
        assert clean(text) == text
        assert text == text.title()


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2024, 3, 5), date(2024, 3, 5)),
        (datetime(2024, 3, 5, 7, 30, tzinfo=UTC), date(2024, 3, 5)),
        (45356.0, date(2024, 3, 5)),
        ("05/03/2024", date(2024, 3, 5)),
        ("5.3.2024", date(2024, 3, 5)),
        ("05-03-2024", date(2024, 3, 5)),
        ("05 / 03 / 2024", date(2024, 3, 5)),
        ("2024-03-05", date(2024, 3, 5)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2023", None),
        ("13/13/2024", None),
        ("05/03/24", None),
        (3.0, None),
        (time(7, 30), None),
        (timedelta(days=3), None),
        (True, None),
        ("", None),
    ],
)
def test_days_are_read_day_first(cell, day):
    assert read_day(cell, typed=True).value == day


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("0084 912345678", "0912345678"),
        (912345678.0, "0912345678"),
        ("02438752468", "02438752468"),
        ("12", ""),
        ("0912345678; 0987654321", ""),
    ],
)
def test_phone_numbers(cell, number):
    assert read_phone(cell).value == number
