"""The day asked for on "Thư ngày mai": written the office's way, within reach, otherwise the next planning hour."""

from datetime import date, datetime, timedelta

import pytest

from reminders.tomorrow import FARTHEST_PREVIEW, preview_instant
from tests.factories.units import make_ward
from vietnamese.dates import VIETNAM, local_day

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)
FARTHEST = AT.date() + FARTHEST_PREVIEW


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("", date(2026, 4, 28)),
        ("28/4/2026", date(2026, 4, 28)),
        ("28/04/2026", date(2026, 4, 28)),
        ("2026-04-28", date(2026, 4, 28)),
        ("04/28/2026", date(2026, 4, 28)),
        ("24/4/2026", date(2026, 4, 28)),
        ("mai", date(2026, 4, 28)),
        (f"{FARTHEST:%d/%m/%Y}", FARTHEST),
        (f"{FARTHEST + timedelta(days=1):%d/%m/%Y}", date(2026, 4, 28)),
    ],
)
def test_the_day_asked_for(asked, day):
    assert local_day(preview_instant(make_ward(), asked, AT)) == day
