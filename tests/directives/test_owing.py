"""Who owes: the one question, as exact sets, now and at past instants.

Not here: what the answers are used for (`tests/reminders`, `tests/reports`).
"""

from datetime import date, timedelta

import pytest

from directives.choices import Certainty, DirectiveState, ObligationState, RequirementKind
from directives.models import Obligation, ObligationSpan
from directives.services.amendments import write_amendments
from directives.services.ending import close_directive, reopen_directive, revoke_directive
from directives.services.issuing import issue_directive
from tests.factories.directives import DUE_AT, at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_ward
from units.models import Unit

pytestmark = pytest.mark.django_db
NOW = at(25, hour=7)


@pytest.fixture
def essay():
    return make_requirement(make_directive(make_ward()))


def owing(moment=NOW) -> set[int]:
    """Asked of all rows, and of each ward for most of its rows at once: the two forms of one rule agree."""
    found = Obligation.objects.owing(moment).owed_deadlines()
    of_wards = [Obligation.objects.owing(moment, of_ward=ward) for ward in Unit.objects.wards()]
    assert sorted(pair for rows in of_wards for pair in rows.values_list("pk", "owed_due_at")) == sorted(found.items())
    return set(found)


def party(requirement):
    return make_member(make_unit(requirement.directive.ward))


def test_pending_and_returned_owe_all_others_do_not(essay):
    rows = {state: make_obligation(essay, party(essay), state=state) for state in ObligationState}
    assert owing() == {rows[ObligationState.PENDING].pk, rows[ObligationState.RETURNED].pk}


def test_each_ward_has_its_own_debts(essay):
    other = make_requirement(make_directive(make_ward(name="Việt Hưng", code="VH")))
    ours, theirs = make_obligation(essay, party(essay)), make_obligation(other, party(other))
    assert owing() == {ours.pk, theirs.pk}
    of_ward = Obligation.objects.owing(NOW, of_ward=essay.directive.ward)
    assert [one.pk for one in of_ward] == [ours.pk]


def test_only_issued_directives_oblige():
    ward = make_ward()
    rows = {}
    for state in DirectiveState:
        requirement = make_requirement(make_directive(ward, state=state))
        rows[state] = make_obligation(requirement, party(requirement))
    assert owing() == {rows[DirectiveState.ISSUED].pk}


def test_standing_duties_closed_units_and_later_rows_are_out():
    ward = make_ward()
    directive = make_directive(ward)
    standing = make_requirement(directive, kind=RequirementKind.STANDING, due_at=None)
    report = make_requirement(directive, kind=RequirementKind.REPORT)
    make_obligation(standing, make_unit(ward))
    make_obligation(report, make_unit(ward, closed_on=date(2026, 4, 25)))
    make_obligation(report, make_unit(ward), created_at=NOW + timedelta(seconds=1))
    stands = make_obligation(report, make_unit(ward, closed_on=date(2026, 4, 26)), created_at=NOW)
    assert owing() == {stands.pk}


@pytest.mark.parametrize(
    ("moment", "overdue", "soon"),
    [(DUE_AT - timedelta(seconds=1), False, True), (DUE_AT, True, False), (DUE_AT - timedelta(days=6), False, True)],
)
def test_the_first_late_instant_is_overdue(essay, moment, overdue, soon):
    make_obligation(essay, party(essay))
    assert Obligation.objects.overdue(moment).exists() is overdue
    assert Obligation.objects.due_before(moment, moment + timedelta(days=7)).exists() is soon


def test_a_returned_one_is_owed_until_its_fix_by(essay):
    row = make_obligation(essay, party(essay), state=ObligationState.RETURNED, fix_by=at(30))
    assert Obligation.objects.owing(NOW).get(pk=row.pk).owed_due_at == at(30)
    assert not Obligation.objects.overdue(at(29)).exists()
    assert Obligation.objects.overdue(at(30)).exists()


def test_a_fix_by_before_the_deadline_makes_nobody_late(essay):
    row = make_obligation(essay, party(essay), state=ObligationState.RETURNED, fix_by=at(26))
    assert Obligation.objects.owing(NOW).get(pk=row.pk).owed_due_at == DUE_AT
    assert Obligation.objects.owing_then(NOW).get(pk=row.pk).owed_due_at == DUE_AT
    assert not Obligation.objects.overdue(at(27)).exists()


def test_an_extension_moves_the_deadline(essay):
    row = make_obligation(essay, party(essay))
    make_extension(row, at(5, 5))
    assert not Obligation.objects.overdue(at(28)).exists()
    assert Obligation.objects.overdue(at(5, 5)).exists()


@pytest.mark.parametrize(
    ("certainty", "binds"),
    [
        (Certainty.CERTAIN, True),
        (Certainty.CHECK, True),
        (Certainty.EVENT, True),
        (Certainty.TENTATIVE, False),
        (Certainty.NONE, False),
    ],
)
def test_only_sure_deadlines_bind(essay, certainty, binds):
    make_obligation(essay, party(essay), certainty=certainty)
    assert Obligation.objects.owing(NOW).count() == 1
    assert Obligation.objects.owing(NOW).with_binding_deadline().exists() is binds


def test_the_past_is_rebuilt(essay):
    never = make_obligation(essay, party(essay))
    sent = make_obligation(essay, party(essay), state="SUBMITTED")  # 24/4 09:00
    back = make_obligation(essay, party(essay), state="RETURNED", fix_by=at(30))  # sent 09:00, returned 15:00
    again = make_obligation(
        essay, party(essay), state="SUBMITTED", first_submitted_at=at(22), submitted_at=at(24), decided_at=at(23)
    )
    ObligationSpan.objects.create(obligation=again, kind="RETURNED", since=at(23), until=at(24))
    waived = make_obligation(essay, party(essay), state="WAIVED", waived_at=at(24))
    longer = make_obligation(essay, party(essay))
    make_extension(longer, at(5, 5), granted_at=at(24))
    everyone = {never.pk, sent.pk, back.pk, again.pk, waived.pk, longer.pk}

    def then(moment):
        return dict(Obligation.objects.owing_then(moment).values_list("pk", "owed_due_at"))

    assert set(then(at(21, hour=12))) == everyone
    assert set(then(at(22, hour=12))) == everyone - {again.pk}
    assert set(then(at(23, hour=12))) == everyone
    assert then(at(23, hour=12))[longer.pk] == DUE_AT
    assert set(then(at(24, hour=10))) == {never.pk, longer.pk}
    assert then(at(24, hour=10))[longer.pk] == at(5, 5)
    assert then(at(24, hour=16)) == {never.pk: DUE_AT, longer.pk: at(5, 5), back.pk: at(30)}


def test_then_and_now_agree_when_nothing_happened_since(essay):
    for state in ObligationState:
        make_obligation(essay, party(essay), state=state, fix_by=at(29) if state == "RETURNED" else None)
    assert not Obligation.objects.changed_after(NOW).exists()
    now = set(Obligation.objects.owing(NOW).values_list("pk", "owed_due_at"))
    assert set(Obligation.objects.owing_then(NOW).values_list("pk", "owed_due_at")) == now


def test_what_happened_later_elsewhere_is_asked_for_here_before_it_counts(essay, django_assert_num_queries):
    row = make_obligation(essay, party(essay))
    here, elsewhere = Obligation.objects.filter(ward=row.ward), Obligation.objects.exclude(ward=row.ward)
    with django_assert_num_queries(1):
        assert not here.any_changed_after(NOW)
    make_extension(row, at(5, 5), granted_at=NOW + timedelta(seconds=1))
    with django_assert_num_queries(2):
        assert here.any_changed_after(NOW)
    assert not elsewhere.any_changed_after(NOW)
    assert not here.any_changed_after(NOW + timedelta(seconds=1))


@pytest.mark.parametrize("field", ["submitted_at", "decided_at", "waived_at"])
def test_what_happened_later_is_noticed(essay, field):
    row = make_obligation(essay, party(essay))
    assert not Obligation.objects.changed_after(NOW).exists()
    Obligation.objects.filter(pk=row.pk).update(**{field: NOW + timedelta(seconds=1)})
    assert Obligation.objects.changed_after(NOW).exists()


def close(essay, moment):
    close_directive(directive=essay.directive, reason="Xong đợt", by=None, at=moment)


def revoke(essay, moment):
    paper = {"revoked_by": None, "revoking_paper": "Công văn số 75-CV/ĐU", "reason": "Ban hành nhầm"}
    revoke_directive(directive=essay.directive, by=None, at=moment, **paper)


def withdraw(essay, moment):
    later = make_directive(essay.directive.ward, number=900, state=DirectiveState.DRAFT, issued_on=moment.date())
    changes = {essay.pk: ("WITHDRAW", "")}
    write_amendments(directive=later, target=essay.directive, changes=changes, by=None, at=moment)
    issue_directive(directive=later, by=None, at=moment)


@pytest.mark.parametrize("end", [close, revoke, withdraw])
def test_who_owed_before_a_paper_ended_is_known_after_it_to_the_instant(essay, end):
    make_obligation(essay, party(essay), state=ObligationState.SUBMITTED)
    make_extension(make_obligation(essay, party(essay)), at(5, 5))
    make_obligation(essay, party(essay))
    moment, before = at(26, hour=9), at(26, hour=9) - timedelta(seconds=1)
    owed = set(Obligation.objects.owing(before).values_list("pk", "owed_due_at"))
    assert len(owed) == 2
    end(essay, moment)
    assert set(Obligation.objects.owing_then(before).values_list("pk", "owed_due_at")) == owed
    assert not Obligation.objects.owing_then(moment).exists()
    assert not Obligation.objects.owing(moment).exists()
    assert Obligation.objects.changed_after(before).exists()


def test_a_paper_closed_and_opened_again_owed_nothing_in_between_to_the_second(essay):
    row = make_obligation(essay, party(essay))
    second = timedelta(seconds=1)
    live = {}

    def ask(moment):
        live[moment] = dict(Obligation.objects.owing(moment).values_list("pk", "owed_due_at"))

    deeds = {
        at(22, hour=9): lambda moment: close(essay, moment),
        at(23, hour=9): lambda moment: reopen_directive(
            directive=essay.directive, reason="Làm tiếp", by=None, at=moment
        ),
        at(24, hour=9): lambda moment: close(essay, moment),
        at(26, hour=9): lambda moment: reopen_directive(
            directive=essay.directive, reason="Làm tiếp", by=None, at=moment
        ),
        at(27, hour=9): lambda moment: close(essay, moment),
    }
    for moment, deed in deeds.items():
        ask(moment - second)
        deed(moment)
        ask(moment)
    assert [bool(owed) for owed in live.values()] == [True, False, False, True, True, False, False, True, True, False]
    assert {m: dict(Obligation.objects.owing_then(m).values_list("pk", "owed_due_at")) for m in live} == live
    spans = essay.directive.closed_spans.values_list("since", "until")
    assert list(spans) == [(at(22, hour=9), at(23, hour=9)), (at(24, hour=9), at(26, hour=9))]
    assert set(Obligation.objects.changed_after(at(26, hour=9) - second).values_list("pk", flat=True)) == {row.pk}


def test_opening_again_is_noticed_as_a_change(essay):
    row = make_obligation(essay, party(essay))
    close(essay, at(22, hour=9))
    reopen_directive(directive=essay.directive, reason="Làm tiếp", by=None, at=at(26, hour=9))
    assert set(
        Obligation.objects.changed_after(at(26, hour=9) - timedelta(seconds=1)).values_list("pk", flat=True)
    ) == {row.pk}
    assert not Obligation.objects.changed_after(at(26, hour=9)).exists()
