"""The plan of a day over real rows: exact sets of who is told what, and who is left in peace.

Not here: the ladder (`test_stages.py`), writing it down (`test_services.py`).
"""

from collections import Counter
from datetime import date

import pytest

from directives.models import Directive, Obligation
from outbox.services import note_bad_address
from reminders import planning
from reminders.models import Promise
from reminders.planning import Plan, plan, plan_wards
from tests.factories.directives import at, make_extension
from tests.factories.units import exempt, make_user, make_ward
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import Appointment, CommitteeProfile, Member, Membership

pytestmark = pytest.mark.django_db
T_MINUS_3 = at(24, hour=7)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def told(planned: Plan) -> dict[str, set[int]]:
    return {letter.person.address: {duty.obligation_id for duty, _ in letter.told()} for letter in planned.letters}


def test_everybody_who_owes_and_those_who_answer_for_them(scene):
    scene.owe(
        "an essay", "binh essay", "chi essay", "secretary essay", "cell report", "sub_cell report", "office report"
    )
    ids = {name: row.pk for name, row in scene.debts.items()}
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    of_cell = {ids["an essay"], ids["binh essay"], ids["cell report"], ids["secretary essay"]}
    assert told(planned) == {
        "an@x.vn": {ids["an essay"]},
        "chi@x.vn": {ids["chi essay"]},
        "bithu@x.vn": of_cell,
        "phobithu@x.vn": of_cell,
        "tuan@x.vn": {ids["chi essay"], ids["sub_cell report"]},
        "viet@x.vn": {ids["office report"]},
    }
    assert planned.skipped == Counter(no_address=1)
    assert [duty.obligation_id for duty in planned.without_address()] == [ids["binh essay"]]
    assert planned.number_without_address == 1
    assert {letter.stage for letter in planned.letters} == {"T-3"}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(20, hour=7), 0),
        (at(23, hour=23), 0),
        (at(24), 3),
        (at(24, hour=23), 3),
        (at(25), 0),
        (at(28), 3),
        (at(29), 0),
    ],
)
def test_only_on_the_days_of_the_ladder(scene, moment, expected):
    scene.owe("an essay")
    assert len(plan(ward=scene.ward, at=moment).letters) == expected


@pytest.mark.parametrize("state", ["SUBMITTED", "ACCEPTED", "WAIVED"])
def test_who_does_not_owe_is_in_nothing(scene, state):
    scene.owe("an essay")
    row = scene.debts["an essay"]
    row.state, row.waiver_reason = state, "EXEMPT"
    row.save()
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert (list(planned.letters), planned.skipped) == ([], Counter())


def test_the_extended_are_told_by_their_new_deadline(scene):
    scene.owe("an essay", "chi essay")
    make_extension(scene.debts["an essay"], at(8, 5), granted_at=at(22))
    assert set(told(plan(ward=scene.ward, at=T_MINUS_3))) == {"chi@x.vn", "tuan@x.vn"}
    assert set(told(plan(ward=scene.ward, at=at(6, 5)))) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}


def test_returned_work_is_told_by_its_fix_by(scene):
    scene.owe("an essay")
    row = scene.debts["an essay"]
    row.state, row.fix_by, row.first_submitted_at, row.submitted_at = "RETURNED", at(8, 5), at(22), at(22)
    row.save()
    assert not plan(ward=scene.ward, at=T_MINUS_3).letters
    [letter] = [one for one in plan(ward=scene.ward, at=at(6, 5)).letters if one.person.address == "an@x.vn"]
    assert (letter.stage, letter.lead.is_returned) == ("T-1", True)


def test_exempt_and_gone_by_the_roster_are_left_in_peace(scene):
    scene.owe("an essay", "chi essay", "binh essay")
    exempt(scene.an, since=date(2026, 4, 24))
    Member.objects.filter(pk=scene.chi.pk).update(status="DECEASED")
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert {pk for pks in told(planned).values() for pk in pks} == {scene.debts["binh essay"].pk}
    assert planned.skipped == Counter(exempt=1, left=1, no_address=1)


def test_who_has_left_is_in_no_plan_though_the_roster_was_not_followed_yet(scene):
    scene.owe("an essay", "chi essay", "binh essay")
    gone = Membership.objects.filter(member=scene.an)
    gone.update(valid_to=date(2026, 4, 24))
    Membership.objects.filter(member=scene.chi).update(valid_to=date(2026, 4, 20))
    Membership.objects.create(member=scene.chi, unit=scene.cell, kind="REGULAR", valid_from=date(2026, 4, 20))
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert {pk for pks in told(planned).values() for pk in pks} == {
        scene.debts["binh essay"].pk, scene.debts["chi essay"].pk,
    }  # fmt: skip
    assert planned.skipped == Counter(left=1, no_address=1)
    gone.update(valid_to=date(2026, 4, 25))  # written ahead: that day he still belongs
    assert "an@x.vn" in told(plan(ward=scene.ward, at=T_MINUS_3))


def test_a_past_day_leaves_out_who_had_left_by_then_whatever_became_of_his_debt(scene):
    scene.owe("an essay", "binh essay")
    Membership.objects.filter(member=scene.an).update(valid_to=date(2026, 4, 24))
    Obligation.objects.filter(pk=scene.debts["an essay"].pk).update(
        state="WAIVED", waiver_reason="LEFT", waived_at=at(24, hour=8)
    )
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert {pk for pks in told(planned).values() for pk in pks} == {scene.debts["binh essay"].pk}
    assert planned.skipped["left"] == 1


def test_tentative_and_standing_duties_are_not_reminded(scene):
    scene.owe("an essay", "cell report")
    scene.debts["an essay"].certainty = "TENTATIVE"
    scene.debts["an essay"].save()
    scene.report.kind = "STANDING"
    scene.report.save()
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert (list(planned.letters), planned.skipped) == ([], Counter(tentative=1))


def test_an_account_is_an_address_too(scene):
    scene.owe("binh essay")
    make_user(Role.MEMBER, scene.cell, member=scene.binh, email="Binh@Account.vn")
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    [letter] = [one for one in planned.letters if one.own]
    assert (letter.person.address, letter.person.has_account) == ("binh@account.vn", True)


def test_who_holds_the_secretarys_role_is_told_even_without_a_post(scene):
    scene.owe("cell report")
    Appointment.objects.filter(unit=scene.cell).delete()
    make_user(Role.SECRETARY, scene.cell, email="moi@x.vn")
    make_user(Role.SECRETARY, scene.cell, email="cu@x.vn", until=date(2026, 4, 24))
    assert set(told(plan(ward=scene.ward, at=T_MINUS_3))) == {"moi@x.vn"}


def test_one_person_with_an_account_and_another_address_gets_one_letter(scene):
    scene.owe("cell report", "secretary essay")
    make_user(Role.SECRETARY, scene.cell, member=scene.secretary, email="ngoc.congvu@x.vn")
    assert set(told(plan(ward=scene.ward, at=T_MINUS_3))) == {"bithu@x.vn", "phobithu@x.vn"}


def test_a_unit_nobody_answers_for_is_reported(scene):
    scene.owe("cell report", "office report")
    Appointment.objects.filter(unit=scene.cell).delete()
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert set(told(planned)) == {"viet@x.vn"}
    assert planned.skipped == Counter(unit_no_address=1)


def test_an_office_without_a_head_is_told_by_the_committees_mailbox(scene):
    scene.owe("office report")
    Appointment.objects.filter(unit=scene.office).delete()
    CommitteeProfile.objects.filter(unit=scene.ward).update(mailbox="BXDD@x.vn")
    assert set(told(plan(ward=scene.ward, at=T_MINUS_3))) == {"bxdd@x.vn"}
    note_bad_address(address="bxdd@x.vn", reason="5.1.1", mail=None, at=T_MINUS_3)
    assert plan(ward=scene.ward, at=T_MINUS_3).skipped == Counter(unit_no_address=1)


@pytest.mark.parametrize("address", ["không phải địa chỉ", "a@", "a@x.vn, b@x.vn", "a@x.vn\nBcc: b@x.vn"])
def test_an_impossible_address_of_the_roster_spoils_nothing(scene, address):
    scene.owe("an essay")
    Member.objects.filter(pk=scene.an.pk).update(email=address)
    planned = plan(ward=scene.ward, at=T_MINUS_3)
    assert set(told(planned)) == {"bithu@x.vn", "phobithu@x.vn"}
    assert planned.skipped == Counter(no_address=1)


def test_another_wards_people_are_in_no_plan(scene):
    other = make_scene("DB2", "khac.vn")
    scene.owe("an essay")
    other.owe("an essay", "cell report", "chi essay")
    assert {letter.person.address.partition("@")[2] for letter in plan(ward=scene.ward, at=T_MINUS_3).letters} == {
        "x.vn"
    }
    assert {letter.person.address.partition("@")[2] for letter in plan(ward=other.ward, at=T_MINUS_3).letters} == {
        "khac.vn"
    }


def test_drafts_and_closed_directives_oblige_nobody(scene):
    scene.owe("an essay")
    for state in ("DRAFT", "CLOSED", "REVOKED"):
        Directive.objects.update(state=state)
        assert not plan(ward=scene.ward, at=T_MINUS_3).letters


def test_a_past_day_is_planned_as_things_stood_then(scene):
    scene.owe("an essay", "chi essay")
    row = scene.debts["an essay"]
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", at(25), at(25)
    row.save()
    assert "an@x.vn" in told(plan(ward=scene.ward, at=T_MINUS_3))
    assert "an@x.vn" not in told(plan(ward=scene.ward, at=at(26, hour=7)))


@pytest.mark.parametrize(
    "names", [("an essay",), ("an essay", "binh essay", "chi essay", "cell report", "office report")]
)
def test_the_number_of_queries_is_fixed(scene, names, django_assert_num_queries):
    scene.owe(*names)
    with django_assert_num_queries(19):
        plan(ward=scene.ward, at=T_MINUS_3)


def test_wards_planned_one_after_the_other_get_what_they_get_together(scene, monkeypatch):
    scene.owe("an essay", "cell report")
    other = make_ward(name="Long Biên", code="LB")
    together = [(one.ward.pk, told(one), one.skipped) for one in plan_wards(wards=[scene.ward, other], at=T_MINUS_3)]
    monkeypatch.setattr(planning, "WARDS_AT_ONCE", 1)
    apart = [(one.ward.pk, told(one), one.skipped) for one in plan_wards(wards=[scene.ward, other], at=T_MINUS_3)]
    assert apart == together
    assert [(pk, set(letters)) for pk, letters, _ in apart] == [
        (scene.ward.pk, {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}),
        (other.pk, set()),
    ]


def test_a_promise_for_work_that_lost_its_date_is_not_followed_up(scene):
    scene.owe("an essay", "chi essay")
    for name in ("an essay", "chi essay"):
        Promise.objects.create(obligation=scene.debts[name], day=date(2026, 4, 22), at=at(21))
    Obligation.objects.filter(pk=scene.debts["an essay"].pk).update(due_at=None)
    planned = plan(ward=scene.ward, at=at(23, hour=7))
    assert told(planned) == {name: {scene.debts["chi essay"].pk} for name in ("chi@x.vn", "tuan@x.vn")}
