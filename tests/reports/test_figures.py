"""`collect` against a recount by hand, on random campaigns and at every instant."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from directives.models import Obligation, ObligationSpan
from reports.drill import DrillFilter, names_behind
from reports.figures import collect, collect_matrix, obligations_behind
from reports.tallies import By, Figure, Tally, total_of
from tests.factories.campaigns import COUNTED, DUE, END, START, make_campaign
from tests.factories.units import appoint
from units.choices import PositionGroup
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db

GROUPS = {
    By.UNIT: lambda debt, unit: unit.code,
    By.BLOCK: lambda debt, unit: unit.block,
    By.CLUSTER: lambda debt, unit: str(unit.cluster_id or ""),
    By.REQUIREMENT: lambda debt, unit: debt.requirement.key,
    By.DIRECTIVE: lambda debt, unit: str(debt.requirement.directive_id),
    By.POSITION: lambda debt, unit: "UNIT" if debt.member is None else "MEMBER",
    By.PERIOD: lambda debt, unit: "",
}


def as_counts(tally: Tally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in COUNTED}


def instants(campaign):
    """Before, at and just before every ninth event, at the deadline, and after everything."""
    some = campaign.instants()[::9]
    steps = [moment + step for moment in (*some, DUE) for step in (timedelta(0), timedelta(microseconds=-1))]
    return [START - timedelta(days=1), *steps, END + timedelta(days=30)]


@pytest.mark.parametrize(
    ("seed", "taking_back"), [(0, False), (1, False), (2, False), (3, False), (0, True), (1, True)]
)
def test_figures_equal_a_recount_at_every_instant_and_by_every_group(seed, taking_back):
    campaign = make_campaign(seed, taking_back=taking_back)
    assert ObligationSpan.objects.filter(kind="ACCEPTED").exists() is taking_back
    for at in instants(campaign):
        for by, group in GROUPS.items():
            sheet = collect(at=at, by=by, directive=campaign.directive)
            assert {row.key: as_counts(row.tally) for row in sheet.rows} == campaign.recount(at, group), (by, at)
            assert sheet.total == total_of(row.tally for row in sheet.rows)


@pytest.mark.parametrize("seed", [1, 4])
def test_stored_state_and_rebuilt_state_agree_when_nothing_happened_later(seed):
    campaign = make_campaign(seed)
    at = END + timedelta(days=1)
    by_stored_state = collect(at=at, ward=campaign.ward)
    victim = Obligation.objects.filter(requirement__directive=campaign.directive).first()
    Obligation.objects.filter(pk=victim.pk).update(decided_at=at + timedelta(days=1))  # forces the rebuilt path
    assert collect(at=at, ward=campaign.ward) == by_stored_state


def test_parts_add_up_and_rates_stay_within_bounds():
    campaign = make_campaign(7)
    for at in instants(campaign):
        for row in collect(at=at, directive=campaign.directive).rows:
            tally = row.tally
            assert tally.required + tally.waived == tally.assigned
            assert tally.on_time + tally.late == tally.submitted
            assert tally.accepted + tally.returned + tally.waiting == tally.submitted
            assert tally.submitted + tally.missing == tally.required
            assert tally.overdue <= tally.missing
            assert tally.rate is None if tally.required == 0 else 0 <= tally.rate <= 100


@pytest.mark.parametrize("seed", [2, 3])
def test_every_figure_opens_to_exactly_the_obligations_it_counts(seed):
    campaign = make_campaign(seed)
    for at in instants(campaign)[::3]:
        total = collect(at=at, directive=campaign.directive).total
        for figure in Figure:
            behind = obligations_behind(figure, at=at, directive=campaign.directive)
            assert len(set(behind.values_list("pk", flat=True))) == getattr(total, figure.value), (figure, at)


def test_another_directive_and_another_ward_stay_out():
    campaign, other = make_campaign(1), make_campaign(2)
    at = END
    mine = collect(at=at, directive=campaign.directive)
    assert {row.key for row in mine.rows} <= {unit.code for unit in campaign.units}
    assert collect(at=at, ward=campaign.ward).total == mine.total
    both = collect(at=at, obligations=Obligation.objects.all(), by=By.DIRECTIVE)
    assert {row.key for row in both.rows} == {str(campaign.directive.pk), str(other.directive.pk)}
    with pytest.raises(ValueError, match="figures of what"):
        collect(at=at)


def test_matrix_cells_rows_and_columns_are_the_same_figures():
    campaign = make_campaign(5)
    for at in (END, DUE):
        matrix = collect_matrix(at=at, directive=campaign.directive)
        by_unit = {row.key: row.tally for row in collect(at=at, directive=campaign.directive).rows}
        for unit in matrix.units:
            cells = [matrix.cells[key] for key in matrix.cells if key[0] == unit.pk]
            assert total_of(cells) == by_unit[unit.code]
        assert [unit.code for unit in matrix.units] == list(by_unit)
        assert [one.number for one in matrix.requirements] == [1, 2, 3]
        assert total_of(matrix.cells.values()) == collect(at=at, ward=campaign.ward).total


def test_queries_do_not_grow_with_the_ward(django_assert_num_queries):
    small, large = make_campaign(1, units=1, members=1), make_campaign(1, units=8, members=3)
    counting = 2 if connection.vendor == "postgresql" else 3  # there counts are kept ahead
    for campaign in (small, large):
        with django_assert_num_queries(counting):
            collect(at=END + timedelta(days=1), directive=campaign.directive)
        with django_assert_num_queries(counting + 2):
            collect_matrix(at=END + timedelta(days=1), directive=campaign.directive)


def test_a_tally_of_nothing_has_no_rate():
    assert Tally().rate is None
    assert Tally(assigned=3, waived=3).rate is None
    almost = Tally(assigned=4000, submitted=4000, accepted=3999, on_time=4000)
    assert str(almost.rate) == "99.9"
    assert replace(almost, accepted=4000).rate == 100
    assert str(replace(almost, accepted=1).rate) == "0.1"


STANDING_SQL = """
SELECT {key},
       COUNT(*), SUM(CASE WHEN o.state = 'WAIVED' THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state <> 'WAIVED' AND o.first_submitted_at IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state = 'ACCEPTED' AND o.first_submitted_at IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state = 'RETURNED' AND o.first_submitted_at IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state <> 'WAIVED' AND o.first_submitted_at IS NOT NULL
                 AND (o.due_at IS NULL OR o.first_submitted_at < o.due_at) THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state <> 'WAIVED' AND o.first_submitted_at >= o.due_at THEN 1 ELSE 0 END),
       SUM(CASE WHEN o.state <> 'WAIVED' AND o.first_submitted_at IS NULL AND o.due_at <= %s
                 AND o.certainty NOT IN ('TENTATIVE', 'NONE') THEN 1 ELSE 0 END)
FROM directives_obligation o
JOIN directives_requirement r ON r.id = o.requirement_id
JOIN units_unit u ON u.id = o.unit_id
WHERE r.directive_id = %s AND r.kind <> 'STANDING' AND (u.closed_on IS NULL OR u.closed_on > %s)
GROUP BY {key}
"""
POST_SQL = """
CASE WHEN o.member_id IS NULL THEN 'UNIT' ELSE COALESCE((
  SELECT p."group" FROM units_appointment a JOIN units_position p ON p.id = a.position_id
  WHERE a.member_id = o.member_id AND (a.valid_from IS NULL OR a.valid_from <= '2026-06-10')
    AND (a.valid_to IS NULL OR a.valid_to > '2026-06-10')
  ORDER BY CASE p."group" WHEN 'STANDING_COMMITTEE' THEN 0 WHEN 'EXECUTIVE_COMMITTEE' THEN 1 WHEN 'OFFICE_HEAD' THEN 2
    WHEN 'CELL_SECRETARY' THEN 3 WHEN 'CELL_COMMITTEE' THEN 4 ELSE 5 END LIMIT 1), 'MEMBER') END
"""
KEYS = {
    By.UNIT: "u.code",
    By.BLOCK: "u.block",
    By.CLUSTER: "u.cluster_id",
    By.POSITION: POST_SQL,
    By.PERIOD: "o.period",
    By.DIRECTIVE: "r.directive_id",
}
SQL_COUNTS = ("assigned", "waived", "submitted", "accepted", "returned", "on_time", "late", "overdue")


def give_posts_and_periods(campaign, seed):
    """Random appointments (some ended, some double) and periods."""
    dice = random.Random(seed)
    posts = [(f"{group} {n}", group) for group in PositionGroup for n in range(2)]
    for debt in campaign.debts:
        if debt.member is not None:
            for title, group in dice.sample(posts, dice.randint(0, 3)):
                until = dice.choice([None, date(2026, 5, 1), date(2026, 6, 11)])
                appoint(debt.member, title, unit=debt.unit, group=group, until=until)
    for obligation in Obligation.objects.filter(requirement__directive=campaign.directive):
        Obligation.objects.filter(pk=obligation.pk).update(period=dice.choice(["", "2026-Q2", "2026-05"]))


@pytest.mark.parametrize("seed", range(20, 26))
def test_figures_equal_a_plain_sql_recount(seed):
    campaign = make_campaign(seed, units=7)
    give_posts_and_periods(campaign, seed)
    at = datetime(2026, 6, 10, 12, 0, tzinfo=VIETNAM)
    for by, key in KEYS.items():
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value(at)
            cursor.execute(STANDING_SQL.format(key=key), [moment, campaign.directive.pk, at.date()])
            recounted = {str("" if row[0] is None else row[0]): tuple(row[1:]) for row in cursor.fetchall()}
        sheet = collect(at=at, by=by, directive=campaign.directive)
        counted = {row.key: tuple(getattr(row.tally, name) for name in SQL_COUNTS) for row in sheet.rows}
        assert counted == recounted, by
        assert tuple(map(sum, zip(*recounted.values(), strict=True))) == tuple(
            getattr(sheet.total, name) for name in SQL_COUNTS
        )


@pytest.mark.parametrize("seed", [20, 23])
def test_a_row_of_posts_or_periods_opens_to_its_names_and_the_others_stay_out(seed):
    campaign = make_campaign(seed)
    give_posts_and_periods(campaign, seed)
    at = datetime(2026, 6, 10, 12, 0, tzinfo=VIETNAM)
    everything = Obligation.objects.filter(requirement__directive=campaign.directive)
    opened = {By.POSITION: "nhom", By.PERIOD: "ky", By.BLOCK: "khoi"}
    for by, parameter in opened.items():
        for row in collect(at=at, by=by, directive=campaign.directive).rows:
            wanted = DrillFilter.read({parameter: row.key or "-", "so": "assigned"})
            behind = names_behind(everything, wanted, at=at)
            assert behind.count() == row.tally.assigned, (by, row.key)


def test_a_page_about_now_counts_what_was_written_while_it_asked():
    campaign, at = make_campaign(6), END + timedelta(days=1)
    owed = Obligation.objects.filter(ward=campaign.ward, state="PENDING", requirement__kind="ESSAY").first()
    before = collect(at=at, ward=campaign.ward).total
    for written, live in ((at + timedelta(seconds=30), 1), (at + timedelta(seconds=61), 0)):
        Obligation.objects.filter(pk=owed.pk).update(
            state="SUBMITTED", first_submitted_at=written, submitted_at=written
        )
        asked = {"at": at, "ward": campaign.ward}
        assert collect(**asked).total == before, "the figures of that very instant"
        assert collect(**asked, live=True).total.submitted == before.submitted + live
        behind = obligations_behind(Figure.SUBMITTED, **asked, live=True)
        assert behind.count() == before.submitted + live
        matrix = collect_matrix(**asked, live=True)
        assert total_of(matrix.cells.values()).submitted == before.submitted + live
