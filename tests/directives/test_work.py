"""Own work as cards: exactly what the unit owes, by last day, with the words and the one button."""

import re
from datetime import date, datetime, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from directives.audiences import Audience
from directives.choices import Certainty, ObligationState, RequirementKind
from directives.models import Obligation
from directives.services.deadlines import declare_event
from directives.services.issuing import issue_directive
from directives.work import work_cards
from tests.directives.test_issuing import AT, DUE, ask, draft
from tests.factories.units import exempt, make_member, make_unit, make_user, make_ward
from units.choices import PositionGroup, Role, UnitKind
from units.models import Cluster
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
CELLS = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
EVERYBODY = Audience(groups=(PositionGroup.MEMBER,))


@pytest.fixture
def ward():
    ward = make_ward()
    five, seven = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ 7")
    for unit in (five, seven):
        make_member(unit, name=f"Nguyễn Văn An {unit.code}")
        make_member(unit, name=f"Trần Thị Bình {unit.code}")
    exempt(make_member(five, name="Được miễn"))
    directive = draft(ward)
    ward.essay = ask(directive, EVERYBODY)
    ward.meeting = ask(
        directive,
        CELLS,
        kind=RequirementKind.ACTIVITY,
        due_at=datetime(2026, 6, 1, tzinfo=VIETNAM),
        deadline_phrase="trong tháng 5/2026",
    )
    ward.report = ask(
        directive,
        CELLS,
        kind=RequirementKind.REPORT,
        anchor=ward.meeting,
        event_days=3,
        due_at=datetime(2026, 6, 4, tzinfo=VIETNAM),
        certainty=Certainty.EVENT,
        deadline_phrase="chậm nhất sau 03 ngày tổ chức",
    )
    issue_directive(directive=directive, by=None, at=AT)
    ward.five, ward.seven = five, seven
    return ward


def cards(user, now=AT):
    return work_cards(Obligation.objects.answered_by(user), now=now)


def test_a_secretary_sees_own_unit_only_by_last_day(ward):
    found = cards(make_user(Role.SECRETARY, ward.five))
    assert [(c.requirement, c.unit, c.required, c.waived, c.open) for c in found] == [
        (ward.essay, ward.five, 2, 1, 2),
        (ward.meeting, ward.five, 1, 0, 1),
        (ward.report, ward.five, 1, 0, 1),
    ]
    assert [c.chip for c in found] == [
        ("soon", "Còn\u00a05\u00a0ngày"),
        ("pending", "Còn\u00a039\u00a0ngày"),
        ("awaiting_event", ""),
    ]
    assert [c.button for c in found] == ["Nộp bài", "Báo ngày tổ chức", "Nộp tệp"]


@pytest.mark.parametrize(
    ("now", "near"),
    [(DUE - timedelta(seconds=1), "soon"), (DUE, "overdue"), (DUE - timedelta(days=9), "pending")],
)
def test_the_last_second_is_in_time_and_the_next_is_not(ward, now, near):
    essay = cards(make_user(Role.SECRETARY, ward.five), now=max(now, AT))[0]
    expected = near if now >= AT else "soon"
    assert (essay.nearness, essay.overdue) == (expected, 2 if expected == "overdue" else 0)


def test_a_card_counts_states_and_is_done_when_all_are_accepted(ward):
    first, second = Obligation.objects.filter(
        requirement=ward.essay, unit=ward.five, state=ObligationState.PENDING
    ).order_by("pk")
    Obligation.objects.filter(pk=first.pk).update(state=ObligationState.ACCEPTED)
    Obligation.objects.filter(pk=second.pk).update(state=ObligationState.RETURNED)
    user = make_user(Role.SECRETARY, ward.five)
    card = cards(user)[0]
    assert (card.accepted, card.returned, card.open, card.sent, card.chip[0]) == (1, 1, 1, 1, "returned")
    Obligation.objects.filter(pk=second.pk).update(state=ObligationState.ACCEPTED)
    assert cards(user)[0].is_done


def test_a_member_sees_only_the_own_obligation(ward):
    member = Obligation.objects.filter(requirement=ward.essay, unit=ward.five).order_by("pk").first().member
    found = cards(make_user(Role.MEMBER, ward.five, member=member))
    assert [(c.requirement, c.required) for c in found] == [(ward.essay, 1)]


def test_the_office_answers_for_nothing_of_a_cell(ward):
    assert cards(make_user(Role.OFFICE, ward)) == []


def test_who_leads_a_cluster_and_owes_nothing_finds_the_way_to_its_page(client, ward):
    cluster = Cluster.objects.create(ward=ward, name="Cụm 1")
    to_cluster = '<a class="btn" href="/theo-doi/cum/">Xem cụm phụ trách</a>'
    client.force_login(make_user(Role.CLUSTER_LEAD, cluster=cluster))
    assertContains(client.get("/viec/"), to_cluster, count=1, html=True)
    assert client.get("/theo-doi/cum/").status_code == 200
    # Who leads none is told what comes next, without a way to a page that he may not see.
    client.force_login(make_user(Role.SECRETARY, make_unit(ward, name="Chi bộ 9")))
    page = client.get("/viec/")
    assertContains(page, "Không còn việc nào phải làm", count=1)
    assertNotContains(page, "/theo-doi/cum/")


def test_declaring_the_day_moves_the_report_of_that_unit(ward):
    user = make_user(Role.SECRETARY, ward.five)
    activity = Obligation.objects.get(requirement=ward.meeting, unit=ward.five)
    now = datetime(2026, 5, 28, 9, tzinfo=VIETNAM)
    declare_event(obligation=activity, held_on=date(2026, 5, 27), by=user, at=now)
    report = next(c for c in cards(user, now=now) if c.requirement == ward.report)
    assert (report.due_at, report.waiting_event) == (datetime(2026, 6, 2, tzinfo=VIETNAM), False)


@pytest.mark.parametrize("units", [1, 3])
def test_cards_cost_the_same_queries_however_many(units, django_assert_num_queries):
    ward = make_ward()
    for _ in range(units):
        make_member(make_unit(ward))
    for number in range(units):
        directive = draft(ward, number=number + 1)
        ask(directive, EVERYBODY)
        issue_directive(directive=directive, by=None, at=AT)
    user = make_user(Role.SECRETARY, ward)
    obligations = Obligation.objects.answered_by(user)
    with django_assert_num_queries(4):
        assert len(work_cards(obligations, now=AT)) == units * units


def test_a_foreign_unit_part_and_event_answer_404(client, ward):
    client.force_login(make_user(Role.SECRETARY, ward.seven))
    activity = Obligation.objects.get(requirement=ward.meeting, unit=ward.five)
    assert client.get(f"/viec/{ward.essay.pk}/{ward.five.pk}/").status_code == 404
    assert client.get(f"/viec/{activity.pk}/ngay-to-chuc/").status_code == 404
    assert client.post(f"/viec/{activity.pk}/ngay-to-chuc/", {"held_on": "27/5/2026"}).status_code == 404
    activity.refresh_from_db()
    assert activity.state == ObligationState.PENDING


def test_a_day_to_come_is_refused_with_the_next_step_and_what_was_typed_stays(client, ward):
    client.force_login(make_user(Role.SECRETARY, ward.five))
    activity = Obligation.objects.get(requirement=ward.meeting, unit=ward.five)
    answer = client.post(f"/viec/{activity.pk}/ngay-to-chuc/", {"held_on": "27/5/2099"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ngày 27/5/2099 chưa tới. Báo ngày sau khi đã tổ chức." in page
    assert 'value="27/5/2099"' in page


def test_the_names_of_a_duty_lead_on_to_handing_in_and_back(client, ward):
    client.force_login(make_user(Role.SECRETARY, ward.five))
    page = client.get(f"/viec/{ward.essay.pk}/{ward.five.pk}/").content.decode()
    assert f'href="/nop-bai/{ward.essay.pk}/{ward.five.pk}/"' in page
    assert 'href="/viec/"' in page
    meeting = client.get(f"/viec/{ward.meeting.pk}/{ward.five.pk}/").content.decode()
    assert "/nop-bai/" not in meeting
    client.force_login(make_user(Role.LEADER, ward))
    assert "/nop-bai/" not in client.get(f"/viec/{ward.essay.pk}/{ward.five.pk}/").content.decode()


def test_relief_is_asked_from_the_card_and_from_the_list(client, ward):
    """A unit's own duties have the way on their card, its members' each in its row; whoever may not ask sees neither."""
    client.force_login(make_user(Role.SECRETARY, ward.five))
    asked = set(re.findall(r'href="/viec/(\d+)/de-nghi/"', client.get("/viec/").content.decode()))
    own = Obligation.objects.filter(unit=ward.five, member=None)
    assert asked == {str(one.pk) for one in own}
    assert len(asked) == 2
    listed = client.get(f"/viec/{ward.essay.pk}/{ward.five.pk}/").content.decode()
    owed = Obligation.objects.filter(requirement=ward.essay, unit=ward.five, state=ObligationState.PENDING)
    assert set(re.findall(r'href="/viec/(\d+)/de-nghi/"', listed)) == {str(one.pk) for one in owed}
    assert len(owed) == 2
    client.force_login(make_user(member=owed[0].member))
    for address in ("/viec/", f"/viec/{ward.essay.pk}/{ward.five.pk}/"):
        assert "de-nghi" not in client.get(address).content.decode()
    client.force_login(make_user(Role.OFFICE, ward))
    assert "/de-nghi/" not in re.sub(
        r'href="/de-nghi/"', "", client.get(f"/viec/{ward.essay.pk}/{ward.five.pk}/").content.decode()
    )


def test_a_card_says_that_returned_ones_are_not_among_those_handed_in(ward, client):
    first, *_ = Obligation.objects.filter(requirement=ward.essay, unit=ward.five).exclude(state="WAIVED").order_by("pk")
    client.force_login(make_user(Role.SECRETARY, ward.five))
    assertNotContains(client.get("/viec/"), "bị trả lại")
    Obligation.objects.filter(pk=first.pk).update(
        state=ObligationState.RETURNED, first_submitted_at=AT, submitted_at=AT
    )
    page = client.get("/viec/")
    assertContains(page, "<b>0</b>/2 bài đã nộp", html=False)
    assertContains(page, "Không tính 1 bài bị trả lại, phải nộp lại.")
