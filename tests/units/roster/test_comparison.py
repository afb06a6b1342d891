"""The day a moved member's new membership begins, boundary by boundary."""

from datetime import date

import pytest

from units.roster.comparison import MemberState, first_day_there
from units.roster.records import MemberRow

IMPORT = date(2026, 4, 24)
JOINED = date(2020, 5, 4)


def state(**changes) -> MemberState:
    fields = {
        "pk": 1, "name": "Lê Bình", "key": "", "birth_year": 1970, "unit": "A", "posts": (), "status": "FULL",
        "exemptions": (), "email": "", "phone": "", "since": JOINED, "not_before": None,
    }  # fmt: skip
    return MemberState(**{**fields, **changes})


def row(since: date | None) -> MemberRow:
    return MemberRow(4, "Lê Bình", 1970, "B", (), "FULL", None, "", "", since)


@pytest.mark.parametrize(
    ("stored", "stated", "first_day"),
    [
        (state(), date(2026, 4, 1), date(2026, 4, 1)),  # the file says when
        (state(), date(2020, 5, 5), date(2020, 5, 5)),  # the day after he joined the old unit
        (state(), JOINED, IMPORT),  # still the old unit's day: the transfer is news of today
        (state(), date(2019, 1, 1), IMPORT),
        (state(), None, IMPORT),
        (state(since=None), date(2026, 4, 1), date(2026, 4, 1)),
        (state(since=None), None, IMPORT),
        (state(since=date(2026, 12, 1)), None, date(2026, 12, 1)),  # never before the old one began
        (state(unit="", since=None, not_before=date(2026, 2, 1)), JOINED, IMPORT),  # came back
        (state(unit="", since=None, not_before=date(2026, 2, 1)), date(2026, 3, 1), date(2026, 3, 1)),
        (state(unit="", since=None, not_before=date(2026, 9, 1)), None, date(2026, 9, 1)),
    ],
)
def test_first_day_there(stored, stated, first_day):
    assert first_day_there(stored, row(stated), IMPORT) == first_day
