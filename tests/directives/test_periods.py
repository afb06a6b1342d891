"""A series gives out one obligation a party and period: the first at issue, later ones as they open, none twice."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState, RequirementKind, WaiverReason
from directives.models import Obligation
from directives.services.issuing import issue_directive
from directives.services.periods import make_periods, series_to_open
from directives.services.sync_plan import plan_sync
from directives.services.syncing import sync_obligations
from directives.settling import settle_requirement
from directives.tasks import open_periods
from directives.work import work_cards
from submissions.desk_access import place_of
from tests.factories.directives import ISSUED_AT, at, make_directive, make_requirement
from tests.factories.units import exempt, make_member, make_unit, make_ward
from units.choices import Block
from units.models import Unit

pytestmark = pytest.mark.django_db
MAY = at(1, 5)


class Scene:
    """Two cells send a report before the 25th of every month; issued on 21/4."""

    def __init__(self, phrase: str = "trước ngày 25 hằng tháng", kind: str = RequirementKind.REPORT) -> None:
        self.ward = make_ward()
        self.one, self.two = make_unit(self.ward), make_unit(self.ward)
        self.directive = make_directive(self.ward, state=DirectiveState.DRAFT)
        self.report = make_requirement(
            self.directive, kind=kind, title="Báo cáo công tác đảng", audience=Audience(blocks=(Block.RESIDENTIAL,))
        )
        self.report.deadline_phrase = phrase
        settle_requirement(self.report, self.directive, ISSUED_AT)
        self.report.save()

    def issue(self) -> Scene:
        issue_directive(directive=self.directive, by=None, at=ISSUED_AT)
        self.directive.refresh_from_db()
        return self

    def make(self, moment):
        return [one.period for one in make_periods(requirement=self.report, at=moment, by="beat")]

    def rows(self) -> set:
        found = Obligation.objects.filter(requirement=self.report).values_list("unit", "period", "due_at")
        return set(found)


@pytest.fixture
def scene() -> Scene:
    return Scene().issue()


def test_the_first_period_at_issue_and_the_next_on_its_day(scene):
    april = {(scene.one.pk, "2026-04", at(25)), (scene.two.pk, "2026-04", at(25))}
    assert scene.rows() == april
    assert scene.make(at(30, hour=23, minute=59)) == []
    assert series_to_open(at(30, hour=23, minute=59)) == []
    assert series_to_open(MAY) == [scene.report]
    assert scene.make(MAY) == ["2026-05"]
    may = {(scene.one.pk, "2026-05", at(25, 5)), (scene.two.pk, "2026-05", at(25, 5))}
    assert scene.rows() == april | may
    assert scene.make(MAY) == []
    entry = AuditEntry.objects.get(action="obligation.open_period")
    assert entry.data == {"period": "2026-05", "obligations": 2, "waived": 0}


def test_two_months_missed_are_made_up_in_order_and_completing_shifts_nothing(scene):
    Obligation.objects.update(state=ObligationState.ACCEPTED, decided_at=at(22))
    assert scene.make(at(2, 7)) == ["2026-05", "2026-06", "2026-07"]
    assert {(period, due) for _, period, due in scene.rows()} == {
        ("2026-04", at(25)),
        ("2026-05", at(25, 5)),
        ("2026-06", at(25, 6)),
        ("2026-07", at(25, 7)),
    }


def test_the_roster_of_the_opening_day_decides(scene):
    new = make_unit(scene.ward, opened_on=date(2026, 5, 1))
    late = make_unit(scene.ward, opened_on=date(2026, 5, 2))
    Unit.objects.filter(pk=scene.two.pk).update(closed_on=date(2026, 5, 1))
    scene.make(at(3, 5))  # two days late: still the roster of the first
    may = {unit for unit, period, _ in scene.rows() if period == "2026-05"}
    assert may == {scene.one.pk, new.pk}
    assert late.pk not in may


def test_whoever_is_exempt_on_that_day_gets_a_waived_one():
    scene = Scene(kind=RequirementKind.ESSAY)
    an, binh = make_member(scene.one), make_member(scene.one)
    scene.issue()
    exempt(an, since=date(2026, 5, 1))
    scene.make(MAY)
    found = Obligation.objects.filter(period="2026-05").values_list("member", "state", "waiver_reason")
    assert set(found) == {
        (an.pk, ObligationState.WAIVED, WaiverReason.EXEMPT),
        (binh.pk, ObligationState.PENDING, ""),
    }


@pytest.mark.parametrize("state", [DirectiveState.CLOSED, DirectiveState.REVOKED])
def test_a_directive_that_does_not_run_makes_none(scene, state):
    scene.directive.state = state
    scene.directive.save()
    assert series_to_open(MAY) == []
    assert scene.make(MAY) == []


def test_a_period_past_at_issue_is_skipped():
    scene = Scene("trước ngày 15 hằng tháng").issue()
    assert {period for _, period, _ in scene.rows()} == {"2026-05"}
    assert scene.make(MAY) == []


def test_days_ahead_are_a_setting(scene, settings):
    settings.PERIODS_AHEAD_DAYS = 3
    assert scene.make(at(27)) == []
    assert scene.make(at(28)) == ["2026-05"]


def test_the_tick_does_every_series(scene, time_machine):
    other = Scene("ngày 20 tháng cuối quý").issue()
    time_machine.move_to(at(1, 7, hour=1), tick=False)
    open_periods()
    open_periods()
    assert {period for _, period, _ in scene.rows()} == {"2026-04", "2026-05", "2026-06", "2026-07"}
    assert {period for _, period, _ in other.rows()} == {"2026-Q2", "2026-Q3"}


def test_the_difference_is_asked_for_periods_not_over(scene):
    scene.make(MAY)
    new = make_unit(scene.ward)
    plan = plan_sync(directive=scene.directive, at=at(10, 5))
    assert [(line.unit_id, line.period, line.due_at) for line in plan.lines] == [(new.pk, "2026-05", at(25, 5))]
    sync_obligations(directive=scene.directive, by=None, at=at(10, 5))
    assert {(period, due) for unit, period, due in scene.rows() if unit == new.pk} == {("2026-05", at(25, 5))}


def test_each_period_is_a_card_with_its_name(scene):
    scene.make(MAY)
    cards = work_cards(Obligation.objects.of_unit(scene.one), now=at(2, 5))
    assert [(card.title, card.query, card.due_at, card.old_due_at) for card in cards] == [
        ("Báo cáo công tác đảng, tháng 4/2026", "?ky=2026-04", at(25), None),
        ("Báo cáo công tác đảng, tháng 5/2026", "?ky=2026-05", at(25, 5), None),
    ]
    assert Obligation.objects.get(unit=scene.one, period="2026-05").title == "Báo cáo công tác đảng, tháng 5/2026"


def test_the_desk_takes_for_the_oldest_period_still_owed(scene):
    scene.make(MAY)
    assert [one.period for one in place_of(scene.report, scene.one).obligations] == ["2026-04"]
    Obligation.objects.filter(unit=scene.one, period="2026-04").update(state=ObligationState.SUBMITTED)
    place = place_of(scene.report, scene.one)
    assert [one.period for one in place.obligations] == ["2026-05"]
    assert place.heading == "Nộp báo cáo công tác đảng, tháng 5/2026"
    Obligation.objects.filter(unit=scene.one).update(state=ObligationState.SUBMITTED)
    assert [one.period for one in place_of(scene.report, scene.one).obligations] == ["2026-05"]


def test_a_series_with_an_end_gives_out_its_last_period_and_no_more():
    scene = Scene("trước ngày 25 hằng tháng, từ tháng 5 đến tháng 6/2026").issue()
    assert {period for _, period, _ in scene.rows()} == {"2026-05"}
    assert scene.make(at(1, 9)) == ["2026-06"]
    assert scene.make(at(1, 12)) == []
    assert series_to_open(at(1, 12)) == []
    assert {(period, due_at) for _, period, due_at in scene.rows()} == {("2026-05", at(25, 5)), ("2026-06", at(25, 6))}


def test_two_weekdays_are_two_periods_of_each_week():
    scene = Scene("16h00 thứ Ba và thứ Sáu hằng tuần").issue()
    assert scene.make(at(27)) == ["2026-W17/5", "2026-W18/2", "2026-W18/5"]
    ends = {(period, due_at.astimezone(ISSUED_AT.tzinfo).isoformat()) for _, period, due_at in scene.rows()}
    assert ends == {
        ("2026-W17/2", "2026-04-21T16:00:01+07:00"),
        ("2026-W17/5", "2026-04-24T16:00:01+07:00"),
        ("2026-W18/2", "2026-04-28T16:00:01+07:00"),
        ("2026-W18/5", "2026-05-01T16:00:01+07:00"),
    }
    assert plan_sync(directive=scene.directive, at=at(27)).lines == ()
