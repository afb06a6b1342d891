"""What a report is made from, against the same random campaigns as the figures."""

from datetime import timedelta

import pytest

from directives.choices import RequirementKind
from directives.models import Directive, LegalBasis, Obligation, Requirement
from reports.errors import NoCommitteeProfile
from reports.facts_json import facts_from_json, facts_to_json
from reports.figures import collect
from reports.gathering import gather
from reports.tallies import By, total_of
from tests.factories.campaigns import COUNTED, DUE, END, START, make_campaign
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, exempt, make_member, make_unit, make_user, make_ward
from units.choices import MemberStatus, PositionGroup, Role, UnitKind
from units.models import CommitteeProfile, Unit
from vietnamese.dates import local_day

pytestmark = pytest.mark.django_db


def by_hand(campaign, at, *kinds):
    """The recount's total over requirements of these kinds (all when none is given)."""
    groups = campaign.recount(at, lambda debt, unit: debt.requirement.kind)
    chosen = [counts for kind, counts in groups.items() if not kinds or kind in kinds]
    return {name: sum(counts[name] for counts in chosen) for name in COUNTED}


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_totals_units_blocks_and_lists_are_the_recount(seed):
    campaign = make_campaign(seed)
    for at in (*campaign.instants()[::40], DUE, END):
        facts = gather(directive=campaign.directive, at=at)
        essays, everything = by_hand(campaign, at, RequirementKind.ESSAY), by_hand(campaign, at)
        named = {"essays": essays, "everything": everything}
        assert {name: getattr(facts.counted, name) for name in COUNTED} == essays
        assert {name: getattr(facts.total, name) for name in COUNTED} == everything
        assert total_of(unit.tally for unit in facts.units) == facts.counted
        assert total_of(block.tally for block in facts.blocks) == facts.counted
        assert total_of(one.tally for one in facts.requirements) == facts.total
        assert len([one for one in facts.essays if one.remark != "Tự nguyện"]) == essays["submitted"]
        assert sum(one.is_late for one in facts.essays) == essays["late"]
        missing = {name: totals["required"] - totals["submitted"] for name, totals in named.items()}
        members = [one for one in facts.missing if not one.is_unit]
        assert len(members) == missing["essays"]
        assert len(facts.missing) - len(members) == missing["everything"] - missing["essays"], "and the units' own"
        assert {one.kind for one in members} <= {"ESSAY"}
        assert {one.kind for one in facts.essays} <= {"ESSAY"}


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_what_is_drawn_is_what_the_screen_draws(seed):
    campaign = make_campaign(seed)
    essays = Obligation.objects.filter(
        requirement__directive=campaign.directive, requirement__kind=RequirementKind.ESSAY
    )
    for at in (*campaign.instants()[10::60], DUE, END):
        facts = gather(directive=campaign.directive, at=at)
        by_cluster = collect(at=at, by=By.CLUSTER, obligations=essays).rows
        assert [(one.name, one.tally) for one in facts.clusters] == [(row.name, row.tally) for row in by_cluster]
        last = facts.progress[-1]
        assert (last.day, last.accepted, last.required) == (
            local_day(at), facts.counted.accepted, facts.counted.required,
        )  # fmt: skip
        assert [point.day for point in facts.progress] == sorted(point.day for point in facts.progress)
    assert gather(directive=campaign.directive, at=END, with_names=False).progress == ()


def test_roster_counts_stand_beside_what_is_owed():
    campaign = make_campaign(1, units=3, members=4)
    facts = gather(directive=campaign.directive, at=END)
    open_units = [unit for unit in campaign.units if unit.closed_on is None]
    assert facts.members == facts.full == 4 * len(open_units)
    assert facts.party_units == len(open_units)
    assert {unit.code: unit.members for unit in facts.units} == {unit.code: 4 for unit in open_units}


def test_a_committee_s_row_counts_its_cells_that_have_no_row_of_their_own(db):
    ward = make_ward()
    committee = make_unit(ward, kind=UnitKind.GRASSROOTS_COMMITTEE, name="Đảng bộ 18")
    quiet, named = (make_unit(ward, kind=UnitKind.SUB_CELL, parent=committee, name=name) for name in ("1", "2"))
    plain = make_unit(ward, name="Chi bộ 3")
    unseen = make_unit(ward, kind=UnitKind.SUB_CELL, parent=plain, name="Tổ không giao việc")
    for unit, count in ((committee, 1), (quiet, 3), (named, 2), (plain, 4), (unseen, 5)):
        for _ in range(count):
            make_member(unit)
    make_member(quiet, status=MemberStatus.PROBATIONARY)
    requirement = make_requirement(make_directive(ward), kind=RequirementKind.REPORT)
    for unit in (committee, named, plain):
        make_obligation(requirement, unit)
    facts = gather(directive=requirement.directive, at=END)
    counts = {unit.name: (unit.members, unit.full, unit.probationary) for unit in facts.units}
    assert counts == {"Đảng bộ 18": (5, 4, 1), "2": (2, 2, 0), "Chi bộ 3": (4, 4, 0)}
    assert facts.members == 16


def test_posts_reminders_and_cluster_leads_are_named():
    campaign = make_campaign(1, units=8, members=5)
    owed = Obligation.objects.filter(
        requirement__kind=RequirementKind.ESSAY, state="PENDING", unit__cluster__isnull=False, unit__closed_on=None
    ).first()
    appoint(owed.member, "Chủ tịch UBND", unit=owed.unit, group=PositionGroup.OFFICE_HEAD)
    lead = make_user(Role.CLUSTER_LEAD, cluster=owed.unit.cluster)
    facts = gather(directive=campaign.directive, at=END)
    (line,) = [line for line in facts.missing if line.name == owed.member.full_name]
    assert (line.posts, line.unit, line.cluster_lead, line.reminders) == (
        "Chủ tịch UBND", owed.unit.name, lead.full_name, 0,
    )  # fmt: skip


def test_an_exempt_member_who_wrote_is_listed_as_voluntary_and_counted_nowhere():
    campaign = make_campaign(1, units=8, members=5)
    accepted = Obligation.objects.filter(
        requirement__kind=RequirementKind.ESSAY, state="ACCEPTED", unit__closed_on=None
    ).first()
    before = gather(directive=campaign.directive, at=END)
    exempt(accepted.member)
    Obligation.objects.filter(pk=accepted.pk).update(
        state="WAIVED", waiver_reason="EXEMPT", waived_at=END - timedelta(1)
    )
    facts = gather(directive=campaign.directive, at=END)
    assert facts.counted.required == before.counted.required - 1
    assert facts.counted.submitted == before.counted.submitted - 1
    assert [line.remark for line in facts.essays if line.name == accepted.member.full_name] == ["Tự nguyện"]
    Obligation.objects.filter(pk=accepted.pk).update(waiver_reason="DECIDED")
    names = [line.name for line in gather(directive=campaign.directive, at=END).essays]
    assert accepted.member.full_name not in names


def test_whoever_wrote_for_two_duties_is_told_apart_by_the_duty():
    campaign = make_campaign(2, units=4, members=3)
    first = Obligation.objects.filter(
        requirement__kind=RequirementKind.ESSAY, state="ACCEPTED", unit__closed_on=None
    ).first()
    second = Requirement.objects.create(
        directive=campaign.directive, order=9, kind=RequirementKind.ESSAY, title="Bài thu hoạch của cấp ủy"
    )
    Obligation.objects.create(
        ward=campaign.ward, requirement=second, unit=first.unit, member=first.member, created_at=START,
        state="ACCEPTED", first_submitted_at=END, submitted_at=END, decided_at=END,
    )  # fmt: skip
    facts = gather(directive=campaign.directive, at=END)
    remarks = {one.remark for one in facts.essays if one.name == first.member.full_name}
    assert remarks == {"Bài thu hoạch", "Bài thu hoạch của cấp ủy"}
    others = {one.remark for one in facts.essays if one.name != first.member.full_name}
    assert others <= {"", "Chờ duyệt", "Trả lại để sửa"}


def test_names_come_unit_by_unit_and_by_given_name():
    campaign = make_campaign(3, units=4, members=6)
    facts = gather(directive=campaign.directive, at=END)
    units = [unit.name for unit in facts.units]
    for lines in (facts.essays, facts.missing):
        order = [units.index(line.unit) for line in lines]
        assert order == sorted(order)
    keys = dict(Obligation.objects.values_list("member__full_name", "member__sort_key"))
    for unit in units:
        mine = [keys[line.name] for line in facts.missing if line.unit == unit and not line.is_unit]
        assert mine == sorted(mine)


def test_another_ward_stays_out():
    campaign, other = make_campaign(1), make_campaign(2)
    facts = gather(directive=campaign.directive, at=END)
    foreign = {unit.code for unit in other.units}
    assert not foreign & {unit.code for unit in facts.units}
    assert facts.members == sum(unit.members for unit in facts.units)


def test_a_directive_without_essays_counts_all_its_duties():
    campaign = make_campaign(4)
    Requirement.objects.filter(pk=campaign.requirements[0].pk).update(kind=RequirementKind.ACTION_PLAN)
    facts = gather(directive=campaign.directive, at=END)
    assert facts.counted_kind == ""
    assert facts.counted == facts.total


def test_facts_survive_json():
    campaign = make_campaign(2)
    LegalBasis.objects.create(directive=campaign.directive, citation="Công văn số 701-CV/BTGDVTU")
    facts = gather(directive=campaign.directive, at=END)
    assert facts.directive.bases == ("Công văn số 701-CV/BTGDVTU",)
    assert facts_from_json(facts_to_json(facts)) == facts


def test_names_can_be_left_out_for_a_screen():
    campaign = make_campaign(2)
    full, light = (gather(directive=campaign.directive, at=END, with_names=names) for names in (True, False))
    assert (light.essays, light.missing) == ((), ())
    assert (light.counted, light.units, light.blocks) == (full.counted, full.units, full.blocks)


def test_a_ward_without_identity_is_refused():
    campaign = make_campaign(1, units=1, members=1)
    CommitteeProfile.objects.filter(unit=campaign.ward).delete()
    directive = Directive.objects.get(pk=campaign.directive.pk)
    with pytest.raises(NoCommitteeProfile, match="thông tin đảng ủy"):
        gather(directive=directive, at=END)
    assert Unit.objects.filter(pk=campaign.ward.pk).exists()


def test_queries_do_not_grow_with_the_ward(django_assert_num_queries):
    for units, members in ((3, 2), (8, 4)):
        directive = make_campaign(1, units=units, members=members).directive
        directive = Directive.objects.select_related("ward").get(pk=directive.pk)
        with django_assert_num_queries(21):
            gather(directive=directive, at=END)
