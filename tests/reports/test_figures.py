"""`collect` against a recount by hand, on random campaigns and at every instant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directives.models import Obligation
from reports.figures import collect, collect_matrix, obligations_behind
from reports.tallies import By, Figure, Tally, total_of
from tests.factories.campaigns import COUNTED, DUE, END, START, make_campaign

pytestmark = pytest.mark.django_db

GROUPS = {
    By.UNIT: lambda debt, unit: unit.code,
    By.BLOCK: lambda debt, unit: unit.block,
    By.CLUSTER: lambda debt, unit: str(unit.cluster_id or ""),
    By.REQUIREMENT: lambda debt, unit: debt.requirement.key,
    By.DIRECTIVE: lambda debt, unit: str(debt.requirement.directive_id),
}


def as_counts(tally: Tally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in COUNTED}


def instants(campaign):
    """Before, at and just before every ninth event, at the deadline, and after everything."""
    some = campaign.instants()[::9]
    steps = [moment + step for moment in (*some, DUE) for step in (timedelta(0), timedelta(microseconds=-1))]
    return [START - timedelta(days=1), *steps, END + timedelta(days=30)]


@pytest.mark.parametrize("seed", range(4))
def test_figures_equal_a_recount_at_every_instant_and_by_every_group(seed):
    campaign = make_campaign(seed)
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
    for campaign in (small, large):
        with django_assert_num_queries(4):
            collect(at=END + timedelta(days=1), directive=campaign.directive)
        with django_assert_num_queries(6):
            collect_matrix(at=END + timedelta(days=1), directive=campaign.directive)


def test_a_tally_of_nothing_has_no_rate():
    assert Tally().rate is None
    assert Tally(assigned=3, waived=3).rate is None
    almost = Tally(assigned=4000, submitted=4000, accepted=3999, on_time=4000)
    assert str(almost.rate) == "99.9"
    assert replace(almost, accepted=4000).rate == 100
    assert str(replace(almost, accepted=1).rate) == "0.1"
