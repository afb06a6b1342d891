"""The trend equals `collect` at the end of every day; the drawing shows it and the pace needed."""

from datetime import date, datetime, time, timedelta

import pytest

from directives.choices import RequirementKind
from directives.models import Obligation
from reports.figures import collect
from reports.tallies import TrendPoint
from reports.trend import daily_trend
from reports.trend_chart import NARROW, WIDE, draw_trend, needed_a_day
from tests.factories.campaigns import END, START, make_campaign
from vietnamese.dates import VIETNAM, local_day

POINTS = [TrendPoint(date(2026, 4, 20 + n), done, 100) for n, done in enumerate((1, 12, 37, 64, 71))]


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "taking_back"), [(1, False), (2, False), (5, False), (1, True), (2, True)])
def test_every_day_equals_the_figures_at_its_end(seed, taking_back):
    campaign = make_campaign(seed, taking_back=taking_back)
    open_units = Obligation.objects.filter(ward=campaign.ward, unit__closed_on=None).exclude(
        requirement__kind=RequirementKind.STANDING
    )
    first, last = local_day(START), local_day(END)
    points = daily_trend(open_units, first=first, last=last)
    assert [point.day for point in points] == [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for point in points:
        end = datetime.combine(point.day, time.max, VIETNAM)
        total = collect(at=end, obligations=open_units).total
        assert (point.accepted, point.required) == (total.accepted, total.required), point.day
    assert points[-1].accepted > points[0].accepted


@pytest.mark.django_db
def test_the_trend_costs_one_query(django_assert_num_queries):
    campaign = make_campaign(3)
    with django_assert_num_queries(1):
        daily_trend(Obligation.objects.filter(ward=campaign.ward), first=local_day(START), last=local_day(END))


@pytest.mark.parametrize(
    ("accepted", "today", "needed"),
    [(956, 24, 128), (1338, 24, 1), (1339, 24, None), (956, 26, 383), (956, 27, None), (956, 28, None)],
)
def test_the_pace_needed_is_rounded_up_and_said_only_while_it_can_be_kept(accepted, today, needed):
    assert needed_a_day(accepted, 1339, date(2026, 4, today), date(2026, 4, 27)) == needed


def test_the_drawing_says_the_share_the_last_day_and_the_pace():
    svg = draw_trend(POINTS, today=date(2026, 4, 24), last_day=date(2026, 4, 27), canvas=WIDE, noun="bài")
    for words in (
        "Đến 24/4 đạt 71%, 71 trong 100",
        ">71%<",
        ">hết 27/4<",
        ">Nét chấm: cần 10 bài/ngày để kịp hạn<",
        "tc-need",
        ">20/4<",
        ">27/4<",
    ):
        assert words in svg
    assert "style=" not in svg
    narrow = draw_trend(POINTS, today=date(2026, 4, 24), last_day=date(2026, 4, 27), canvas=NARROW)
    assert ">24/4<" in narrow
    assert ">21/4<" not in narrow
    assert ">Nét chấm: cần 10 việc/ngày<" in narrow


def test_all_done_needs_no_pace():
    done = [TrendPoint(date(2026, 4, 20), 100, 100)]
    svg = draw_trend(done, today=date(2026, 4, 20), last_day=date(2026, 4, 27), canvas=WIDE)
    assert "tc-need" not in svg


def test_after_the_last_day_nothing_is_needed_any_more():
    svg = draw_trend(POINTS, today=date(2026, 4, 24), last_day=date(2026, 4, 22), canvas=WIDE)
    assert "tc-due" in svg
    assert "tc-need" not in svg


def test_nothing_known_draws_nothing():
    assert draw_trend([], today=date(2026, 4, 24), last_day=None, canvas=WIDE) == ""
    assert draw_trend(POINTS, today=date(2026, 4, 1), last_day=None, canvas=WIDE) == ""
    one = draw_trend(POINTS[:1], today=date(2026, 4, 20), last_day=None, canvas=WIDE)
    assert ">1%<" in one
