"""sync_obligations: whom the rule addresses today against the rows there are; shown first, written as one."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import Certainty, DirectiveState, ObligationState, RequirementKind, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Extension, Obligation, ObligationMove
from directives.services.issuing import issue_directive
from directives.services.sync_plan import Change, plan_sync
from directives.services.syncing import sync_obligations
from tests.factories.directives import ISSUED_AT, at, make_directive, make_requirement
from tests.factories.units import appoint, exempt, make_member, make_unit, make_ward
from units.choices import Block, MemberStatus, PositionGroup
from units.models import Appointment, Exemption, Member, Membership, Unit

pytestmark = pytest.mark.django_db
NOON = at(25, hour=12)
DAY = date(2026, 4, 25)


class Scene:
    """Two residential cells and a school; cell secretaries write an essay, residential cells send a report."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.one = make_unit(self.ward, name="Chi bộ Tổ dân phố số 1")
        self.two = make_unit(self.ward, name="Chi bộ Tổ dân phố số 2")
        self.school = make_unit(self.ward, name="Chi bộ Trường THCS Phúc Lợi", block=Block.SCHOOL)
        self.an = make_member(self.one, name="Nguyễn Văn An", title="Bí thư")
        self.binh = make_member(self.two, name="Lê Thị Bình", title="Bí thư")
        self.chi = make_member(self.one, name="Trần Thị Chi")
        self.directive = make_directive(self.ward, state=DirectiveState.DRAFT)
        secretaries = Audience(groups=(PositionGroup.CELL_SECRETARY,))
        self.essay = make_requirement(self.directive, audience=secretaries)
        self.report = make_requirement(
            self.directive, kind=RequirementKind.REPORT, audience=Audience(blocks=(Block.RESIDENTIAL,))
        )
        issue_directive(directive=self.directive, by=None, at=ISSUED_AT)
        self.directive.refresh_from_db()

    def plan(self, moment=NOON):
        return plan_sync(directive=self.directive, at=moment)

    def sync(self, moment=NOON, **more):
        return sync_obligations(directive=self.directive, by=None, at=moment, **more)

    def row(self, party) -> Obligation:
        by = {"member": party} if isinstance(party, Member) else {"unit": party, "member": None}
        return Obligation.objects.get(requirement__directive=self.directive, **by)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def figures(added=0, waived=0, moved=0, unchanged=0) -> dict:
    return {"added": added, "waived": waived, "moved": moved, "unchanged": unchanged}


def told(plan) -> set:
    return {(line.change, line.member_id or line.unit_id, line.reason) for line in plan.lines}


def test_nothing_changed_means_nothing_written(scene):
    assert scene.plan().figures() == figures(unchanged=4)
    scene.sync()
    assert not AuditEntry.objects.filter(action="obligation.sync").exists()


def test_every_kind_of_change_at_once(scene):
    dung = make_member(scene.school, name="Phạm Văn Dũng", title="Phó Bí thư")  # newly addressed
    three = make_unit(scene.ward, name="Chi bộ Tổ dân phố số 3")  # newly opened
    Appointment.objects.filter(member=scene.an).update(valid_to=DAY)  # not a secretary any more
    Membership.objects.filter(member=scene.binh).update(valid_to=DAY)  # moved
    Membership.objects.create(member=scene.binh, unit=scene.school, valid_from=DAY)
    Unit.objects.filter(pk=scene.two.pk).update(closed_on=DAY)
    plan = scene.plan()
    assert told(plan) == {
        (Change.ADDED, dung.pk, ""),
        (Change.ADDED, three.pk, ""),
        (Change.WAIVED, scene.an.pk, WaiverReason.OUTSIDE),
        (Change.WAIVED, scene.two.pk, WaiverReason.CLOSED),
        (Change.MOVED, scene.binh.pk, ""),
    }
    assert plan.figures() == figures(added=2, waived=2, moved=1, unchanged=1)
    assert Obligation.objects.count() == 4  # looking writes nothing
    assert scene.sync().figures() == figures(added=2, waived=2, moved=1, unchanged=1)
    assert (scene.row(dung).due_at, scene.row(dung).created_at, scene.row(dung).unit) == (
        scene.essay.due_at,
        NOON,
        scene.school,
    )
    assert (scene.row(scene.an).state, scene.row(scene.an).waiver_reason) == ("WAIVED", WaiverReason.OUTSIDE)
    assert (scene.row(scene.two).waiver_reason, scene.row(scene.two).waiver_note) == ("CLOSED", "Từ ngày 25/4/2026")
    assert scene.row(scene.binh).unit == scene.school
    assert ObligationMove.objects.get().obligation == scene.row(scene.binh)
    entry = AuditEntry.objects.get(action="obligation.sync")
    assert entry.data == {"added": 2, "again": 0, "waived": 2, "moved": 1}
    assert scene.plan().figures() == figures(unchanged=6)
    scene.sync()
    assert AuditEntry.objects.filter(action="obligation.sync").count() == 1


def test_an_addressed_member_who_is_exempt_gets_a_waived_row(scene):
    appoint(scene.chi, "Chi ủy viên", unit=scene.one)
    exempt(scene.chi, since=DAY)
    assert scene.plan().figures() == figures(added=1, unchanged=4)
    scene.sync()
    assert (scene.row(scene.chi).state, scene.row(scene.chi).waiver_reason) == ("WAIVED", WaiverReason.EXEMPT)


def test_exempt_in_mid_campaign_and_owing_again_after(scene):
    exempt(scene.an, since=DAY)
    assert told(scene.plan()) == {(Change.WAIVED, scene.an.pk, WaiverReason.EXEMPT)}
    scene.sync()
    assert scene.row(scene.an).waiver_reason == WaiverReason.EXEMPT
    Exemption.objects.update(valid_to=date(2026, 4, 26))
    assert told(scene.plan(at(26))) == {(Change.AGAIN, scene.an.pk, "")}
    assert scene.sync(at(26)).figures() == figures(added=1, unchanged=3)
    assert scene.row(scene.an).state == ObligationState.PENDING


@pytest.mark.parametrize("reason", [WaiverReason.DECIDED, WaiverReason.WITHDRAWN])
def test_what_the_office_waived_stays_waived(scene, reason):
    Obligation.objects.filter(member=scene.an).update(state="WAIVED", waiver_reason=reason, waived_at=at(22))
    assert scene.sync().figures() == figures(unchanged=4)
    assert scene.row(scene.an).waiver_reason == reason


@pytest.mark.parametrize("state", [ObligationState.SUBMITTED, ObligationState.ACCEPTED])
def test_handed_in_is_never_waived_away(scene, state):
    Obligation.objects.filter(member=scene.an).update(state=state, first_submitted_at=at(22), submitted_at=at(22))
    Appointment.objects.filter(member=scene.an).update(valid_to=DAY)
    plan = scene.sync()
    assert told(plan) == {(Change.KEPT, scene.an.pk, "")}
    assert plan.figures() == figures(unchanged=4)
    assert scene.row(scene.an).state == state


def test_whoever_left_and_came_back_is_asked_again_where_he_is_now(scene):
    Membership.objects.filter(member=scene.an).update(valid_to=DAY)
    scene.sync()
    assert scene.row(scene.an).waiver_reason == WaiverReason.LEFT
    Membership.objects.create(member=scene.an, unit=scene.school, valid_from=date(2026, 4, 26))
    assert told(scene.plan(at(26))) == {(Change.AGAIN, scene.an.pk, "")}
    scene.sync(at(26))
    assert (scene.row(scene.an).state, scene.row(scene.an).unit) == (ObligationState.PENDING, scene.school)
    assert scene.plan(at(26)).figures() == figures(unchanged=4)


def test_late_parties_get_a_day_of_their_own_or_are_left_out(scene):
    appoint(scene.chi, "Chi ủy viên", unit=scene.one)
    after = at(28)  # the first late instant
    plan = scene.plan(after)
    assert [line.member_id for line in plan.late] == [scene.chi.pk]
    assert plan.proposed_due_at() == at(5, 5)  # issued 21/4, last day 27/4: six days from 28/4, to the end of 4/5
    assert plan.differences == 0
    assert scene.sync(after).figures(with_late=False) == figures(unchanged=4)
    assert not Obligation.objects.filter(member=scene.chi).exists()
    with pytest.raises(DeadlineRefused, match="đã qua"):
        scene.sync(after, late_due_at=after)
    scene.sync(after, late_due_at=at(5, 5))
    assert scene.row(scene.chi).due_at == at(5, 5)
    kept = Extension.objects.get()
    assert (kept.obligation, kept.old_due_at, kept.granted_at) == (scene.row(scene.chi), at(28), after)
    assert scene.row(scene.an).due_at == at(28)


def test_one_minute_before_the_deadline_nobody_is_late(scene):
    appoint(scene.chi, "Chi ủy viên", unit=scene.one)
    plan = scene.plan(at(27, hour=23, minute=59))
    assert (plan.late, plan.differences, plan.proposed_due_at()) == ([], 1, None)


def test_only_this_directive_is_touched(scene):
    other = make_directive(scene.ward, state=DirectiveState.DRAFT)
    make_requirement(other, audience=Audience(groups=(PositionGroup.CELL_SECRETARY,)))
    issue_directive(directive=other, by=None, at=ISSUED_AT)
    Membership.objects.filter(member=scene.binh).update(valid_to=DAY)
    Membership.objects.create(member=scene.binh, unit=scene.school, valid_from=DAY)
    exempt(scene.an, since=DAY)
    scene.sync()
    rest = Obligation.objects.filter(requirement__directive=other)
    assert set(rest.values_list("member", "unit", "state")) == {
        (scene.an.pk, scene.one.pk, "PENDING"),
        (scene.binh.pk, scene.two.pk, "PENDING"),
    }


@pytest.mark.parametrize("state", [DirectiveState.DRAFT, DirectiveState.CLOSED, DirectiveState.REVOKED])
def test_only_a_running_directive(scene, state):
    other = make_directive(scene.ward, state=state)
    with pytest.raises(IllegalMove, match="không cập nhật"):
        sync_obligations(directive=other, by=None, at=NOON)


def test_a_standing_or_undated_duty_is_never_late(scene):
    requirement = make_requirement(
        scene.directive, kind=RequirementKind.STANDING, due_at=None, audience=Audience(blocks=(Block.SCHOOL,))
    )
    plan = scene.plan(at(1, 7))
    assert told(plan) == {(Change.ADDED, scene.school.pk, "")}
    scene.sync(at(1, 7))
    row = Obligation.objects.get(requirement=requirement)
    assert (row.due_at, row.certainty) == (None, Certainty.NONE)


def test_a_member_who_died_is_released_with_his_status(scene):
    Member.objects.filter(pk=scene.an.pk).update(status=MemberStatus.DECEASED, status_since=DAY)
    assert told(scene.plan()) == {(Change.WAIVED, scene.an.pk, WaiverReason.LEFT)}
    scene.sync()
    assert scene.row(scene.an).waiver_note == "Từ trần từ ngày 25/4/2026"


def test_many_cost_what_one_costs(scene, django_assert_max_num_queries):
    for _ in range(5):
        make_member(scene.school, title="Phó Bí thư")
    with django_assert_max_num_queries(20):
        assert scene.plan().figures()["added"] == 5


def run(*args: str) -> str:
    out = StringIO()
    call_command("sync_obligations", *args, stdout=out)
    return out.getvalue()


def test_the_command_looks_and_then_writes(scene):
    make_member(scene.school, name="Phạm Văn Dũng", title="Phó Bí thư")
    key, when = scene.directive.reference, NOON.isoformat()
    assert json.loads(run(key, "--at", when, "--json")) == figures(added=1, unchanged=4)
    assert Obligation.objects.count() == 4
    assert "Chưa ghi gì" in run(key, "--at", when)
    assert json.loads(run(key, "--at", when, "--apply", "--json")) == figures(added=1, unchanged=4)
    assert Obligation.objects.count() == 5
    assert json.loads(run(key, "--at", when, "--json")) == figures(unchanged=5)


def test_the_command_after_the_deadline(scene):
    make_member(scene.school, name="Phạm Văn Dũng", title="Phó Bí thư")
    key, when = scene.directive.reference, at(30).isoformat()
    assert json.loads(run(key, "--at", when, "--json", "--skip-late")) == figures(unchanged=4)
    said = run(key, "--at", when, "--late-until", "2026-05-10", "--apply")
    assert "Hạn chung đã qua" in said
    assert Extension.objects.get().new_due_at == at(11, 5)


@pytest.mark.parametrize(("args", "code"), [(("99-KH/ĐU",), 1), (("1-KH/ĐU", "--at", "hôm qua"), 2)])
def test_the_command_refuses(scene, args, code):
    with pytest.raises(CommandError) as refusal:
        run(*args)
    assert refusal.value.returncode == code


def test_a_unit_that_is_given_work_later_is_asked_to_confirm_from_then_on(scene) -> None:
    asked = {one.unit_id: one.asked_at for one in scene.directive.acknowledgements.all()}
    assert asked == {scene.one.pk: ISSUED_AT, scene.two.pk: ISSUED_AT}
    third = make_unit(scene.ward, name="Chi bộ Tổ dân phố số 3")
    scene.sync()
    asked = {one.unit_id: one.asked_at for one in scene.directive.acknowledgements.all()}
    assert asked == {scene.one.pk: ISSUED_AT, scene.two.pk: ISSUED_AT, third.pk: NOON}
