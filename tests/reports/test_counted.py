"""Counts kept ahead: the same figures as the obligations, after whatever wrote them; and the nightly recount.

What the database keeps, it keeps on PostgreSQL alone, so most of this needs a run on it.
"""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from audit.models import AuditEntry
from directives.choices import ObligationState, RequirementKind
from directives.models import Extension, Obligation
from reports.access import access_board, access_running
from reports.figures import collect, collect_matrix
from reports.models import CountedWork
from reports.overview import cell_dates, open_deadlines
from reports.services.counting import fold_counts, recount, recount_nightly
from reports.tallies import By
from tests.factories.campaigns import DUE, END, make_campaign
from tests.factories.units import grant, make_city, make_unit, make_user, make_ward
from units.choices import Role
from units.models import CommitteeProfile
from units.scopes import scope_of
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
kept_ahead = pytest.mark.only_on("postgresql")
AFTER = END + timedelta(days=1)
COLUMNS = (By.UNIT, By.BLOCK, By.CLUSTER, By.REQUIREMENT, By.DIRECTIVE, By.PERIOD, By.KIND)


def plain(**lookups):
    return Obligation.objects.get_queryset().plainly(**lookups)


def row_by_row(found):
    """The same obligations in a query that counts kept ahead do not answer."""
    assert found.plain is not None
    return Obligation.objects.filter(pk__in=found.values("pk"))


def check(ward, at):
    """Every figure of the ward, out of the counts, is what the obligations say."""
    asked = plain(ward=ward)
    for by in COLUMNS:
        assert collect(at=at, by=by, obligations=asked) == collect(at=at, by=by, obligations=row_by_row(asked)), by
    assert collect_matrix(at=at, obligations=asked) == collect_matrix(at=at, obligations=row_by_row(asked))
    assert cell_dates(asked) == cell_dates(row_by_row(asked))
    assert open_deadlines(asked, at) == open_deadlines(row_by_row(asked), at)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OFFICE, Role.LEADER, Role.SECRETARY, Role.CLUSTER_LEAD])
def test_a_plain_question_means_the_obligations_of_its_query(role):
    campaign, other = make_campaign(1), make_campaign(2)
    cluster = next(one.cluster for one in campaign.units if one.cluster) if role == Role.CLUSTER_LEAD else None
    unit = campaign.units[0] if role == Role.SECRETARY else campaign.ward
    user = make_user(role, unit, cluster=cluster)
    everything = access_running(user)
    seen = Obligation.objects.visible_to(user).filter(scope_of(user).unit_q("unit__")).running_only()
    assert set(everything) == set(seen.exclude(requirement__kind=RequirementKind.STANDING))
    running = everything.of_those_below()
    if role == Role.SECRETARY:  # what he owes himself is seen too: more than unit and requirement decide
        assert running.plain is None
        return
    assert set(Obligation.objects.filter(running.plain)) == set(running)
    assert running.exists()
    assert not running.filter(ward=other.ward).exists()


def test_any_other_step_is_no_plain_question():
    found = plain(period="")
    assert found.plain is not None
    assert found.plainly(unit=1).plain is not None
    for step in (found.filter(state="PENDING"), found.order_by("pk"), found.all(), found[:3], found.exclude(unit=1)):
        assert step.plain is None
        assert step.plain is None
        if not step.query.is_sliced:
            assert step.plainly(unit=1).plain is None


def test_the_board_asks_plainly():
    campaign = make_campaign(3)
    CommitteeProfile.objects.filter(unit=campaign.ward).update(shows_board=True)
    user = make_user(Role.OFFICE, campaign.ward)
    _, running = access_board(user)
    assert set(Obligation.objects.filter(running.plain)) == set(running)


def test_a_reader_of_the_city_and_one_of_a_ward_and_a_cell_are_asked_by_their_units():
    city = make_city()
    wards = [make_ward(name=name, code=name, city=city) for name in ("Một", "Hai")]
    cell = make_unit(wards[1])
    assert scope_of(make_user(Role.OFFICE, city)).whole_wards == ()
    assert scope_of(make_user(Role.OFFICE, wards[0])).whole_wards == (wards[0].pk,)
    both = make_user(Role.LEADER, wards[0])
    grant(both, Role.LEADER, cell)
    assert scope_of(both).whole_wards == ()


@kept_ahead
@pytest.mark.parametrize("seed", range(6))
def test_counts_equal_the_obligations_of_random_campaigns(seed):
    campaign, _ = make_campaign(seed, taking_back=seed > 3), make_campaign(seed + 100)
    assert CountedWork.objects.filter(ward=campaign.ward).exists()
    for at in (AFTER, AFTER + timedelta(days=400)):
        check(campaign.ward, at)


@kept_ahead
def test_time_alone_makes_overdue_without_a_write():
    campaign = make_campaign(4)
    Obligation.objects.filter(ward=campaign.ward).update(
        state=ObligationState.PENDING, first_submitted_at=None, submitted_at=None, decided_at=None, waived_at=None,
        waiver_reason="", due_at=AFTER + timedelta(days=3), certainty="CERTAIN",
    )  # fmt: skip
    asked = plain(ward=campaign.ward)
    written = CountedWork.objects.count()
    soon, late = (
        collect(at=at, obligations=asked).total for at in (AFTER + timedelta(days=2), AFTER + timedelta(days=3))
    )
    assert (soon.soon, soon.overdue) == (soon.missing, 0)
    assert (late.soon, late.overdue) == (0, soon.missing)
    assert soon.missing > 0
    assert CountedWork.objects.count() == written


@kept_ahead
def test_every_kind_of_statement_keeps_the_counts():
    campaign = make_campaign(5)
    owed = Obligation.objects.filter(ward=campaign.ward).exclude(requirement__kind=RequirementKind.STANDING)
    first = owed.order_by("pk").first()
    first.due_at = None
    first.save()
    check(campaign.ward, AFTER)
    owed.filter(state=ObligationState.PENDING).update(due_at=DUE + timedelta(days=90))
    check(campaign.ward, AFTER)
    owed.filter(pk=first.pk).update(unit=campaign.units[-1])
    check(campaign.ward, AFTER)
    copies = [
        Obligation(
            ward=one.ward, requirement=one.requirement, unit=one.unit, member=one.member, period="2026-05",
            due_at=one.due_at, created_at=one.created_at,
        )
        for one in owed
    ]  # fmt: skip
    Obligation.objects.bulk_create(copies)
    check(campaign.ward, AFTER)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM directives_obligation WHERE period = '2026-05'")
    check(campaign.ward, AFTER)
    Extension.objects.filter(obligation__ward=campaign.ward).delete()
    check(campaign.ward, AFTER)


@kept_ahead
def test_a_write_that_changes_no_figure_appends_nothing():
    campaign = make_campaign(1)
    before = CountedWork.objects.count()
    Obligation.objects.filter(ward=campaign.ward).update(fix_by=AFTER)
    assert CountedWork.objects.count() == before


@kept_ahead
def test_folding_leaves_one_row_a_count_and_every_sum():
    campaign = make_campaign(2)
    Obligation.objects.filter(ward=campaign.ward, state=ObligationState.PENDING).update(due_at=DUE)
    before = collect(at=AFTER, obligations=plain(ward=campaign.ward))
    assert fold_counts() > 0
    keys = list(
        CountedWork.objects.values_list("ward", "unit", "requirement", "period", "due_at", "certainty", "folded")
    )
    assert len(keys) == len(set(keys))
    assert all(folded for *_, folded in keys)
    assert collect(at=AFTER, obligations=plain(ward=campaign.ward)) == before
    check(campaign.ward, AFTER)
    assert fold_counts() == 0


@kept_ahead
def test_an_instant_of_the_past_is_rebuilt_from_the_obligations():
    campaign = make_campaign(3)
    asked = plain(ward=campaign.ward)
    for at in campaign.instants()[::7]:
        assert collect(at=at, obligations=asked) == collect(at=at, obligations=row_by_row(asked))


@kept_ahead
def test_the_recount_names_sets_right_and_tells_what_differed():
    campaign, other = make_campaign(1), make_campaign(2)
    assert recount(actor="test", at=AFTER) == 0
    wrong = CountedWork.objects.filter(ward=campaign.ward).first()
    CountedWork.objects.filter(pk=wrong.pk).update(accepted=wrong.accepted + 5)
    CountedWork.objects.filter(pk=CountedWork.objects.filter(ward=other.ward).first().pk).delete()
    assert recount(actor="test", at=AFTER) == 2
    entry = AuditEntry.objects.latest("report.recount")
    assert (entry.result, entry.data) == (
        "failed", {"wards": 2, "differences": 2, "first_ward": min(campaign.ward, other.ward, key=lambda one: one.path).code}
    )  # fmt: skip
    check(campaign.ward, AFTER)
    check(other.ward, AFTER)
    assert recount(actor="test", at=AFTER) == 0


@kept_ahead
def test_the_recount_is_done_once_a_night():
    night = datetime(2026, 6, 1, 3, 0, tzinfo=VIETNAM)
    assert not recount_nightly(at=night - timedelta(minutes=1))
    assert recount_nightly(at=night)
    assert not recount_nightly(at=night + timedelta(hours=5))
    assert recount_nightly(at=night + timedelta(days=1))
