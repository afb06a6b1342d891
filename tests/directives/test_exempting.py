"""An exemption waives what was given out before it, and gives it back when it ends in time."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import AuditEntry
from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.history import history_of
from directives.models import Obligation
from directives.services.following import follow_roster, wards_to_follow
from directives.tasks import follow_rosters
from reports.figures import collect
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import exempt, make_member, make_unit, make_ward
from units.models import Exemption, Member

pytestmark = pytest.mark.django_db
FROM = date(2026, 4, 24)


class Scene:
    """An and Bình of one cell owe the same essay before 28/4."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward)
        self.an, self.binh = make_member(self.cell, name="Nguyễn Văn An"), make_member(self.cell, name="Lê Thị Bình")
        self.directive = make_directive(self.ward)
        self.essay = make_requirement(self.directive)
        self.debt = make_obligation(self.essay, self.an)
        self.other = make_obligation(self.essay, self.binh)

    def follow(self, moment):
        return follow_roster(ward=self.ward, at=moment, by="beat")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def state(obligation: Obligation) -> tuple:
    obligation.refresh_from_db()
    return obligation.state, obligation.waiver_reason, obligation.waived_at


OWED = (ObligationState.PENDING, "", None)


def test_a_debt_given_before_is_waived_on_the_first_day_and_not_before(scene):
    exempt(scene.an, since=FROM)
    assert scene.follow(at(23, hour=23, minute=59)).is_empty
    assert wards_to_follow(at(24)) == [scene.ward]
    assert scene.follow(at(24)).exempted == (scene.debt.pk,)
    assert state(scene.debt) == (ObligationState.WAIVED, WaiverReason.EXEMPT, at(24))
    assert state(scene.other) == OWED
    assert scene.follow(at(24)).is_empty
    assert wards_to_follow(at(24)) == []
    assert AuditEntry.objects.get(action="obligation.follow").data["exempted"] == [scene.debt.pk]


def test_it_is_owed_again_when_the_exemption_ends_before_the_deadline(scene):
    exempt(scene.an, since=FROM, until=date(2026, 4, 27))
    scene.follow(at(24))
    assert scene.follow(at(26, hour=23)).is_empty
    assert wards_to_follow(at(27)) == [scene.ward]
    within = at(25)
    before = collect(at=within, ward=scene.ward)
    assert before.total.waived == 1
    assert scene.follow(at(27)).taken_back == (scene.debt.pk,)
    assert state(scene.debt) == OWED
    assert collect(at=within, ward=scene.ward) == before  # a day inside the exemption is told as it was
    assert collect(at=at(27), ward=scene.ward).total.waived == 0
    told = [(event.at, event.what, event.note) for event in history_of(scene.debt, with_log=False)]
    assert told[-2:] == [
        (at(24), "Miễn", "Được miễn công tác và sinh hoạt đảng"),
        (at(27), "Bỏ cho miễn", "Không còn được miễn công tác"),
    ]


@pytest.mark.parametrize(("moment", "again"), [(at(27, hour=23, minute=59), True), (at(28), False)])
def test_whoever_was_exempt_over_the_deadline_owes_nothing_for_it(scene, moment, again):
    exempt(scene.an, since=FROM, until=date(2026, 4, 27))
    scene.follow(at(24))
    assert scene.follow(moment).taken_back == ((scene.debt.pk,) if again else ())


def test_a_wrong_exemption_is_taken_back_also_after_the_deadline(scene):
    exempt(scene.an, since=FROM)
    scene.follow(at(24))
    Exemption.objects.all().delete()  # an import undone
    assert scene.follow(at(30)).taken_back == (scene.debt.pk,)
    assert state(scene.debt) == OWED


@pytest.mark.parametrize(
    ("before", "after"),
    [("PENDING", "WAIVED"), ("RETURNED", "WAIVED"), ("SUBMITTED", "SUBMITTED"), ("ACCEPTED", "ACCEPTED")],
)
def test_what_was_handed_in_stays(scene, before, after):
    one = make_obligation(make_requirement(scene.directive), scene.an, state=before)
    exempt(scene.an, since=FROM)
    scene.follow(at(25))
    assert state(one)[0] == after
    Exemption.objects.update(valid_to=date(2026, 4, 26))
    scene.follow(at(26))
    assert state(one)[0] == before  # as it stood


def test_a_waiver_the_office_decided_is_not_given_back(scene):
    one = make_obligation(
        make_requirement(scene.directive), scene.an, state="WAIVED", waiver_reason=WaiverReason.DECIDED
    )
    exempt(scene.an, since=date(2026, 4, 1), until=FROM)
    assert scene.follow(at(25)).is_empty
    assert state(one)[1] == WaiverReason.DECIDED


def test_directives_that_do_not_run_are_left(scene):
    over = make_obligation(make_requirement(make_directive(scene.ward, state=DirectiveState.CLOSED)), scene.an)
    exempt(scene.an, since=FROM)
    assert scene.follow(at(25)).exempted == (scene.debt.pk,)
    assert state(over) == OWED


def test_whoever_left_while_exempt_is_not_asked_again(scene):
    exempt(scene.an, since=FROM, until=date(2026, 4, 26))
    scene.follow(at(24))
    Member.objects.filter(pk=scene.an.pk).update(status="DECEASED", status_since=date(2026, 4, 25))
    assert scene.follow(at(26)).is_empty


def test_the_tick_does_every_ward(scene, time_machine):
    other = Scene()
    for one in (scene, other):
        exempt(one.an, since=FROM)
    time_machine.move_to(at(24, hour=12), tick=False)
    follow_rosters()
    assert [state(one.debt)[0] for one in (scene, other)] == [ObligationState.WAIVED] * 2
    assert [state(one.other)[0] for one in (scene, other)] == [ObligationState.PENDING] * 2
