"""Widths of the parts of a bar: order, 1 % at least, never beyond the bar."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from interface.bars import PARTS, bar_parts

KEYS = [key for key, *_ in PARTS]


def test_parts_come_in_the_fixed_order_and_fill_the_bar():
    parts = bar_parts({"soon": 50, "accepted": 30, "returned": 0, "submitted": 20})
    assert [(p.key, p.tone, p.count, p.start, p.width) for p in parts] == [
        ("accepted", "ok", 30, 0, 30.0),
        ("submitted", "review", 20, 30.0, 20.0),
        ("soon", "soon", 50, 50.0, 50.0),
    ]


def test_what_is_missing_stays_empty():
    parts = bar_parts({"accepted": 28, "submitted": 2}, whole=40)
    assert [(p.start, p.width) for p in parts] == [(0, 70.0), (70.0, 5.0)]


def test_nothing_is_no_bar():
    assert bar_parts({}) == []
    assert bar_parts({"accepted": 0}, whole=12) == []


@given(st.dictionaries(st.sampled_from(KEYS), st.integers(0, 10**6)), st.integers(0, 10**6))
def test_no_part_is_thinner_than_one_percent_nor_the_bar_longer_than_full(counts, whole):
    parts = bar_parts(counts, whole=whole)
    assert [p.key for p in parts] == [key for key in KEYS if counts.get(key)]
    assert all(p.width >= 0.999 for p in parts)
    assert sum(p.width for p in parts) <= 100.01
    for before, after in pairwise(parts):
        assert abs(before.start + before.width - after.start) < 0.01
