"""Debts follow their members: on which day, which ones, what is released, what is taken back, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from audit.models import AuditEntry
from directives.choices import DirectiveState, MoveReason, ObligationState, RequirementKind, WaiverReason
from directives.history import history_of
from directives.models import Obligation, ObligationMove
from directives.services.following import debts_of, follow_roster, wards_to_follow
from directives.tasks import follow_rosters
from reports.figures import collect
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_ward
from units.choices import MembershipKind, MemberStatus
from units.models import Member, Membership

pytestmark = pytest.mark.django_db
MOVED_ON = date(2026, 4, 25)
NOON = at(25, hour=12)


class Scene:
    """Two cells; An of the first owes an essay; the first cell owes a report of its own."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.old = make_unit(self.ward, name="Chi bộ Tổ dân phố số 1")
        self.new = make_unit(self.ward, name="Chi bộ Tổ dân phố số 2")
        self.an = make_member(self.old, name="Nguyễn Văn An")
        directive = make_directive(self.ward)
        self.essay = make_requirement(directive)
        self.debt = make_obligation(self.essay, self.an)
        self.report = make_obligation(make_requirement(directive, kind=RequirementKind.REPORT), self.old)
        self.stays = make_obligation(self.essay, make_member(self.old, name="Lê Thị Bình"))

    def follow(self, moment=NOON):
        return follow_roster(ward=self.ward, at=moment, by="beat")

    def transfer(self, member: Member, on: date = MOVED_ON) -> None:
        Membership.objects.filter(member=member, valid_to=None).update(valid_to=on)
        Membership.objects.create(member=member, unit=self.new, valid_from=on)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def where(obligation: Obligation) -> tuple:
    obligation.refresh_from_db()
    return obligation.unit, obligation.state


def test_a_transfer_takes_the_debt_along_on_its_day_and_not_before(scene, django_assert_num_queries):
    scene.transfer(scene.an)
    eve = at(24, hour=23, minute=59)
    assert scene.follow(eve).is_empty
    assert where(scene.debt) == (scene.old, ObligationState.PENDING)
    # each kind by itself: in one condition PostgreSQL needs minutes where tables were never analysed
    with django_assert_num_queries(4):
        assert wards_to_follow(eve) == []
    with django_assert_num_queries(5):
        assert wards_to_follow(at(25)) == [scene.ward]
    followed = scene.follow(at(25))  # the first instant of the day
    assert [(m.obligation_id, m.from_unit, m.to_unit, m.on, m.reason, m.moved_at) for m in followed.moved] == [
        (scene.debt.pk, scene.old, scene.new, MOVED_ON, MoveReason.TRANSFER, at(25))
    ]
    assert where(scene.debt) == (scene.new, ObligationState.PENDING)
    assert where(scene.stays)[0] == where(scene.report)[0] == scene.old
    assert wards_to_follow(NOON) == []


def test_a_second_run_and_a_late_run_do_no_harm(scene):
    scene.transfer(scene.an)
    late = at(29, hour=3)
    assert len(scene.follow(late).moved) == 1  # four days missed: the day of the transfer is kept
    assert ObligationMove.objects.get().on == MOVED_ON
    assert scene.follow(late).is_empty
    assert ObligationMove.objects.count() == 1
    assert AuditEntry.objects.filter(action="obligation.follow").count() == 1


def test_the_log_and_the_history_tell_it(scene):
    scene.transfer(scene.an)
    scene.follow()
    entry = AuditEntry.objects.get(action="obligation.follow")
    assert entry.data == {
        "moved": [[scene.debt.pk, scene.old.code, scene.new.code]],
        "released": [],
        "taken_back": [],
        "exempted": [],
    }
    assert (entry.actor_label, entry.ward_id) == ("beat", scene.ward.pk)
    scene.debt.refresh_from_db()
    told = [event for event in history_of(scene.debt, with_log=False) if event.at == NOON]
    assert [(event.what, event.note) for event in told] == [
        (
            "Chuyển theo đảng viên: chuyển sinh hoạt",
            "Từ Chi bộ Tổ dân phố số 1 sang Chi bộ Tổ dân phố số 2, từ ngày 25/4/2026",
        )
    ]


@pytest.mark.parametrize(
    ("state", "goes"),
    [("PENDING", True), ("SUBMITTED", True), ("RETURNED", True), ("ACCEPTED", False), ("WAIVED", False)],
)
def test_what_is_not_decided_goes_with_the_person(scene, state, goes):
    reason = {"waiver_reason": WaiverReason.DECIDED} if state == "WAIVED" else {}
    other = make_obligation(make_requirement(scene.essay.directive), scene.an, state=state, **reason)
    assert set(debts_of(scene.an)) == ({scene.debt, other} if goes else {scene.debt})
    scene.transfer(scene.an)
    scene.follow()
    assert where(other) == (scene.new if goes else scene.old, state)


@pytest.mark.parametrize("state", [DirectiveState.CLOSED, DirectiveState.REVOKED])
def test_directives_that_do_not_run_are_left_as_they_are(scene, state):
    over = make_obligation(make_requirement(make_directive(scene.ward, state=state)), scene.an)
    scene.transfer(scene.an)
    assert [move.obligation_id for move in scene.follow().moved] == [scene.debt.pk]
    assert where(over)[0] == scene.old


def test_a_temporary_stay_takes_it_and_its_end_brings_it_back(scene):
    Membership.objects.create(
        member=scene.an, unit=scene.new, kind=MembershipKind.TEMPORARY, valid_from=MOVED_ON, valid_to=date(2026, 5, 4)
    )
    assert [move.reason for move in scene.follow().moved] == [MoveReason.TEMPORARY]
    assert scene.follow(at(3, 5, hour=23)).is_empty
    back = scene.follow(at(4, 5)).moved
    assert [(move.to_unit, move.on, move.reason) for move in back] == [(scene.old, date(2026, 5, 4), MoveReason.BACK)]
    assert where(scene.debt)[0] == scene.old


def test_a_213_membership_moves_nothing(scene):
    Membership.objects.create(
        member=scene.an, unit=scene.new, kind=MembershipKind.RESIDENCE_213, valid_from=date(2026, 1, 1)
    )
    assert scene.follow().is_empty


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MemberStatus.SUSPENDED, "Đình chỉ từ ngày 25/4/2026"),
        (MemberStatus.REMOVED, "Xóa tên từ ngày 25/4/2026"),
        (MemberStatus.EXPELLED, "Khai trừ từ ngày 25/4/2026"),
        (MemberStatus.DECEASED, "Từ trần từ ngày 25/4/2026"),
    ],
)
def test_whoever_left_the_party_owes_nothing_more(scene, status, words):
    handed_in = make_obligation(make_requirement(scene.essay.directive), scene.an, state=ObligationState.SUBMITTED)
    Member.objects.filter(pk=scene.an.pk).update(status=status, status_since=MOVED_ON)
    assert scene.follow().released == (scene.debt.pk,)
    assert where(scene.debt) == (scene.old, ObligationState.WAIVED)
    assert (scene.debt.waiver_reason, scene.debt.waiver_note, scene.debt.waived_at) == (WaiverReason.LEFT, words, NOON)
    assert where(handed_in) == (scene.old, ObligationState.SUBMITTED)  # it waits for its decision
    assert scene.follow().is_empty
    assert wards_to_follow(NOON) == []


def test_whoever_left_the_ward_owes_nothing_from_that_day(scene):
    Membership.objects.filter(member=scene.an).update(valid_to=MOVED_ON)
    assert scene.follow(at(24, hour=12)).is_empty
    assert scene.follow().released == (scene.debt.pk,)
    scene.debt.refresh_from_db()
    assert scene.debt.waiver_note == "Thôi sinh hoạt tại Chi bộ Tổ dân phố số 1 từ ngày 25/4/2026"


def test_a_leaving_that_was_undone_is_taken_back_as_it_stood(scene):
    returned = make_obligation(make_requirement(scene.essay.directive), scene.an, state=ObligationState.RETURNED)
    Membership.objects.filter(member=scene.an).update(valid_to=MOVED_ON)
    scene.follow()
    assert [where(one)[1] for one in (scene.debt, returned)] == [ObligationState.WAIVED] * 2
    Membership.objects.filter(member=scene.an).update(valid_to=None)
    assert wards_to_follow(NOON) == [scene.ward]
    before = collect(at=NOON, ward=scene.ward)
    assert before.total.waived == 2
    assert scene.follow(at(26)).taken_back == (scene.debt.pk, returned.pk)
    assert collect(at=NOON, ward=scene.ward) == before
    assert where(scene.debt) == (scene.old, ObligationState.PENDING)
    assert (scene.debt.waiver_reason, scene.debt.waiver_note, scene.debt.waived_at) == ("", "", None)
    assert where(returned) == (scene.old, ObligationState.RETURNED)
    assert scene.follow(at(26)).is_empty


def test_whoever_really_left_and_came_back_owes_only_what_the_office_decides(scene):
    Membership.objects.filter(member=scene.an).update(valid_to=MOVED_ON)
    scene.follow()
    Membership.objects.create(member=scene.an, unit=scene.old, valid_from=date(2026, 5, 2))
    assert scene.follow(at(3, 5)).is_empty
    suspended = scene.stays.member
    Member.objects.filter(pk=suspended.pk).update(status=MemberStatus.SUSPENDED, status_since=date(2026, 5, 3))
    assert scene.follow(at(3, 5)).released == (scene.stays.pk,)
    Member.objects.filter(pk=suspended.pk).update(status=MemberStatus.FULL, status_since=date(2026, 5, 9))
    assert scene.follow(at(9, 5)).is_empty
    assert where(scene.stays)[1] == ObligationState.WAIVED


def test_only_these_members_and_only_this_ward(scene):
    other = Scene()
    for one in (scene, other):
        one.transfer(one.an)
        one.transfer(one.stays.member)
    followed = follow_roster(ward=scene.ward, at=NOON, by="beat", members=[scene.an.pk])
    assert [move.obligation_id for move in followed.moved] == [scene.debt.pk]
    assert where(scene.stays)[0] == scene.old
    assert where(other.debt)[0] == other.old
    assert set(wards_to_follow(NOON)) == {scene.ward, other.ward}


def test_the_tick_does_every_ward(scene, time_machine):
    time_machine.move_to(NOON, tick=False)
    other = Scene()
    for one in (scene, other):
        one.transfer(one.an)
    follow_rosters()
    assert (where(scene.debt)[0], where(other.debt)[0]) == (scene.new, other.new)
    follow_rosters()
    assert ObligationMove.objects.count() == 2
    assert timezone.now() == NOON


def test_a_ward_that_fails_stops_no_other(scene, time_machine):
    time_machine.move_to(NOON, tick=False)
    other = Scene()
    for one in (scene, other):
        one.transfer(one.an)

    def broken(execute, sql, params, many, context):
        # the first is the debt that is moved; a unit's key further on may be the key of another ward's debt
        if sql.startswith('UPDATE "directives_obligation"') and params[0] == scene.debt.pk:
            raise DatabaseError("hỏng")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken):
        follow_rosters()
    assert (where(scene.debt)[0], where(other.debt)[0]) == (scene.old, other.new)
    assert [entry.ward_id for entry in AuditEntry.objects.filter(action="obligation.follow")] == [other.ward.pk]


def test_many_cost_what_one_costs(scene, django_assert_max_num_queries):
    for n in range(12):
        unit = make_unit(scene.ward)
        member = make_member(unit)
        make_obligation(scene.essay, member)
        if n % 2:
            scene.transfer(member, MOVED_ON + timedelta(days=n % 3 - 2))
            Membership.objects.filter(member=member, valid_to=None).update(unit=make_unit(scene.ward))
        else:
            Membership.objects.filter(member=member).update(valid_to=MOVED_ON)
    with django_assert_max_num_queries(21):  # two of them ask the new units to confirm their papers
        followed = scene.follow()
    assert (len(followed.moved), len(followed.released)) == (6, 6)


def test_the_new_unit_is_asked_to_confirm_the_paper_of_the_debt_it_got(scene):
    scene.transfer(scene.an)
    scene.follow()
    papers = scene.essay.directive.acknowledgements.filter(unit=scene.new)
    assert [one.asked_at for one in papers] == [NOON]
