"""The two-step route: members hand in to their unit, its secretary passes on or returns, then the office decides.

Not here: the one-step review (`test_reviewing.py`), rights by role (`tests/architecture/`).
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import Route
from directives.models import Obligation, Requirement
from directives.shown_state import shown_state
from directives.work import work_cards
from outbox.models import Notice
from reports.figures import collect
from reports.tallies import By
from submissions.errors import NotForwarded, NothingToForward
from submissions.models import Submission, SubmissionVersion, SubmittedFile
from submissions.services.forwarding import forward
from submissions.services.reviewing import accept, return_for_revision
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Unit:
    return make_unit(make_ward(), name="Chi bộ 5")


@pytest.fixture
def essays(cell: Unit) -> Requirement:
    return make_requirement(make_directive(cell.ward), route=Route.UNIT)


@pytest.fixture
def secretary(cell: Unit) -> User:
    return make_user(Role.SECRETARY, cell, name="Trần Thị Bình")


@pytest.fixture
def officer(cell: Unit) -> User:
    return make_user(Role.OFFICE, cell.ward)


@pytest.fixture
def versions(essays: Requirement, cell: Unit) -> list[SubmissionVersion]:
    owed = [make_obligation(essays, make_member(cell)) for _ in range(3)]
    return [hand_in_one(one, received_at=at(24)) for one in owed]


def pass_on(versions: list[SubmissionVersion], by: User, *, day: int = 26) -> int:
    one = versions[0].submission.obligation
    return forward(
        submissions=[version.submission for version in versions],
        versions=[version.pk for version in versions],
        unit=one.unit,
        requirement=one.requirement,
        by=by,
        at=at(day),
    )


def states() -> list[str]:
    return list(Obligation.objects.order_by("pk").values_list("state", flat=True))


def test_the_office_sees_counts_first_and_files_once_they_are_passed_on(
    versions: list[SubmissionVersion], secretary: User, officer: User, cell: Unit
) -> None:
    assert collect(at=at(25), by=By.UNIT, ward=cell.ward).total.submitted == 3
    assert not SubmittedFile.objects.visible_to(officer).exists()
    assert not Submission.objects.reviewable_by(officer).exists()
    assert Submission.objects.to_check_by(secretary).waiting().count() == 3
    assert pass_on(versions[:2], secretary) == 2
    assert states() == ["FORWARDED", "FORWARDED", "SUBMITTED"]
    assert SubmittedFile.objects.visible_to(officer).count() == 2
    assert Submission.objects.reviewable_by(officer).waiting().count() == 2
    first = versions[0].submission
    assert officer.has_perm("submissions.review_submission", Submission.objects.get(pk=first.pk))
    assert not officer.has_perm("submissions.review_submission", versions[2].submission)
    entry = AuditEntry.objects.get(action="submission.forward")
    assert (entry.actor_id, len(entry.data["versions"])) == (str(secretary.pk), 2)


def test_the_office_decides_only_on_what_was_passed_on(
    versions: list[SubmissionVersion], secretary: User, officer: User
) -> None:
    with pytest.raises(NotForwarded):
        accept(version=versions[0], decided_by=officer, at=at(25))
    pass_on(versions, secretary)
    accept(version=versions[0], decided_by=officer, at=at(27))
    return_for_revision(version=versions[1], reason="Mờ", fix_by=at(30), decided_by=officer, at=at(27))
    assert states() == ["ACCEPTED", "RETURNED", "FORWARDED"]


def test_the_deadline_counts_from_the_members_hand_in(
    versions: list[SubmissionVersion], secretary: User, cell: Unit
) -> None:
    pass_on(versions, secretary, day=29)  # a day after the deadline
    found = Obligation.objects.select_related("requirement").first()
    assert (found.first_submitted_at, shown_state(found, at(29))) == (at(24), ("forwarded", ""))
    told = collect(at=at(29), by=By.UNIT, ward=cell.ward).total
    assert (told.on_time, told.late, told.waiting) == (3, 0, 3)
    assert SubmissionVersion.objects.filter(forwarded_at=at(29), forwarded_by=secretary).count() == 3


def test_all_or_nothing_when_one_was_replaced_meanwhile(versions: list[SubmissionVersion], secretary: User) -> None:
    again = hand_in_one(versions[0].submission.obligation, received_at=at(25))
    with pytest.raises(NothingToForward, match="1 bài vừa được nộp lại"):
        pass_on(versions, secretary)
    assert states() == ["SUBMITTED"] * 3
    assert pass_on([again, *versions[1:]], secretary) == 3


def test_a_second_click_is_told_that_it_was_done(
    versions: list[SubmissionVersion], secretary: User, client: Client, essays: Requirement, cell: Unit
) -> None:
    pass_on(versions[:2], secretary)
    with pytest.raises(NothingToForward, match="2 bài ấy đã được chuyển lúc 00:00 ngày 26/4/2026, không phải chuyển"):
        pass_on(versions[:2], secretary)
    with pytest.raises(NothingToForward, match="2 bài vừa được nộp lại, trả lại hoặc chuyển ở nơi khác"):
        pass_on(versions, secretary)  # the third waits still: nothing goes before the list was looked at again
    client.force_login(secretary)
    address = reverse("submissions:forward", args=[essays.pk, cell.pk])
    answer = client.post(address, {"version": [one.pk for one in versions[:2]]}, follow=True)
    assert [one.level_tag for one in answer.context["messages"]] == ["info"]


def test_the_office_reads_that_the_unit_has_not_passed_it_on(
    versions: list[SubmissionVersion], officer: User, client: Client
) -> None:
    client.force_login(officer)
    page = reverse("submissions:obligation_versions", args=[versions[0].submission.obligation_id])
    text = client.get(page).content.decode()
    assert "Chờ chi bộ kiểm tra" in text
    assert "Chi bộ chưa chuyển: đến khi chuyển, chỉ người viết và bí thư chi bộ được mở." in text


def test_a_newer_version_is_looked_at_again(versions: list[SubmissionVersion], secretary: User, officer: User) -> None:
    pass_on(versions, secretary)
    again = hand_in_one(versions[0].submission.obligation, received_at=at(27))
    assert states()[0] == "SUBMITTED"
    with pytest.raises(NotForwarded):
        accept(version=again, decided_by=officer, at=at(27))


def test_the_secretary_returns_with_a_reason_on_the_page(
    versions: list[SubmissionVersion], secretary: User, client: Client, essays: Requirement, cell: Unit
) -> None:
    client.force_login(secretary)
    listed = client.get(reverse("submissions:check_unit", args=[essays.pk, cell.pk])).content.decode()
    assert "3 bài chờ kiểm tra" in listed
    address = reverse("submissions:unit_return", args=[versions[0].submission_id])
    said = {"version": versions[0].pk, "note": "Thiếu liên hệ bản thân", "last_day": "31/12/2030"}
    assert client.post(address, said | {"note": ""}).status_code == 422
    assert client.post(address, said).status_code == 302
    assert states() == ["RETURNED", "SUBMITTED", "SUBMITTED"]
    passed = {"version": [one.pk for one in versions[1:]]}
    client.post(reverse("submissions:forward", args=[essays.pk, cell.pk]), passed)
    assert states() == ["RETURNED", "FORWARDED", "FORWARDED"]
    answer = client.post(reverse("submissions:forward", args=[essays.pk, cell.pk]), passed, follow=True)
    assert "không phải chuyển lần nữa" in answer.content.decode()


def test_a_file_still_with_the_check_is_not_passed_on(essays: Requirement, cell: Unit, secretary: User) -> None:
    version = hand_in_one(make_obligation(essays, make_member(cell)), make_file(make_blob()))
    assert Submission.objects.to_check_by(secretary).waiting().count() == 0
    assert Submission.objects.to_check_by(secretary).unchecked().get() == version.submission


def test_the_card_says_what_the_unit_has_to_check(versions: list[SubmissionVersion], secretary: User) -> None:
    pass_on(versions[:1], secretary)
    (card,) = work_cards(Obligation.objects.all(), now=at(26))
    assert (card.to_check, card.forwarded, card.submitted, card.open) == (2, 1, 3, 0)


WHY = "Bí thư nghỉ ốm dài ngày"


def send_instead(client: Client, versions: list[SubmissionVersion], reason: str = WHY):
    one = versions[0].submission.obligation
    said = {"version": [version.pk for version in versions], "reason": reason}
    return client.post(reverse("submissions:forward", args=[one.requirement_id, one.unit_id]), said)


def test_the_office_passes_on_in_place_of_a_secretary_who_does_not(
    versions: list[SubmissionVersion], secretary: User, officer: User, client: Client, essays: Requirement, cell: Unit
) -> None:
    client.force_login(officer)
    part = client.get(reverse("directives:unit_part", args=[essays.pk, cell.pk])).content.decode()
    assert "Chuyển bài thay chi bộ" in part
    page = client.get(reverse("submissions:check_unit", args=[essays.pk, cell.pk])).content.decode()
    assert "3 bài chờ chi bộ kiểm tra" in page
    assert reverse("submissions:unit_return", args=[versions[0].submission_id]) not in page
    assert send_instead(client, versions[:2]).status_code == 302
    assert states() == ["FORWARDED", "FORWARDED", "SUBMITTED"]
    kept = SubmissionVersion.objects.get(pk=versions[0].pk)
    assert (kept.forwarded_by, kept.forwarded_instead) == (officer, WHY)
    assert Submission.objects.reviewable_by(officer).waiting().count() == 2
    entry = AuditEntry.objects.get(action="submission.forward")
    assert (entry.actor_id, entry.data["instead_of_unit"], entry.data["reason"]) == (str(officer.pk), True, WHY)
    notice = Notice.objects.get()
    assert (notice.user, notice.title, notice.text) == (
        secretary, f"Ban Xây dựng Đảng chuyển thay chi bộ 2 bài {essays.title}", f"Lý do: {WHY}",
    )  # fmt: skip
    client.force_login(secretary)
    shown = client.get(reverse("submissions:obligation_versions", args=[versions[0].submission.obligation_id]))
    assert f"{officer.full_name}. Lý do: {WHY}" in shown.content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "a" * 301])
def test_the_office_says_why(versions: list[SubmissionVersion], officer: User, client: Client, reason: str) -> None:
    client.force_login(officer)
    answer = send_instead(client, versions[1:], reason)
    html = answer.content.decode()
    assert (answer.status_code, "Vì sao chuyển thay chi bộ: " in html, html.count(" checked>")) == (422, True, 2)
    assert states() == ["SUBMITTED"] * 3
    assert not Notice.objects.exists()


def test_the_secretarys_own_passing_on_needs_no_reason_and_tells_nobody(
    versions: list[SubmissionVersion], secretary: User, client: Client
) -> None:
    client.force_login(secretary)
    assert send_instead(client, versions, "").status_code == 302
    assert states() == ["FORWARDED"] * 3
    assert SubmissionVersion.objects.filter(forwarded_instead="").count() == 3
    assert "reason" not in AuditEntry.objects.get(action="submission.forward").data
    assert not Notice.objects.exists()


def test_nobody_else_passes_on_in_the_units_place(
    versions: list[SubmissionVersion], cell: Unit, client: Client
) -> None:
    elsewhere = make_ward()
    others = {
        make_user(Role.LEADER, cell.ward): 403,
        make_user(Role.SECRETARY, make_unit(cell.ward)): 404,
        make_user(member=versions[0].submission.obligation.member): 403,
        make_user(Role.OFFICE, elsewhere): 404,
        make_user(Role.ADMIN, elsewhere): 404,
    }
    for user, status in others.items():
        client.force_login(user)
        assert send_instead(client, versions).status_code == status, user
        one = versions[0].submission.obligation
        assert (
            client.get(reverse("submissions:check_unit", args=[one.requirement_id, one.unit_id])).status_code == status
        )
    assert states() == ["SUBMITTED"] * 3


def test_a_version_replaced_meanwhile_is_not_passed_on_in_the_units_place_either(
    versions: list[SubmissionVersion], officer: User, client: Client
) -> None:
    hand_in_one(versions[0].submission.obligation, received_at=at(25))
    client.force_login(officer)
    answer = send_instead(client, versions)
    assert (answer.status_code, states()) == (302, ["SUBMITTED"] * 3)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("instead", [False, True])
def test_the_button_says_how_many_and_another_number_is_asked_about(
    versions: list[SubmissionVersion], secretary: User, officer: User, client: Client, essays: Requirement,
    cell: Unit, instead: bool,
) -> None:  # fmt: skip
    client.force_login(officer if instead else secretary)
    words = "Chuyển thay chi bộ {} bài" if instead else "Chuyển {} bài đã chọn"
    address = reverse("submissions:check_unit", args=[essays.pk, cell.pk])
    shown = client.get(address).content.decode()
    assert f">{words.format(3)}</button>" in shown
    assert '<input type="hidden" name="so" value="3">' in shown
    passing = reverse("submissions:forward", args=[essays.pk, cell.pk])
    said = {"version": [one.pk for one in versions[:2]], "so": "3", "reason": "Bí thư nghỉ ốm"}
    asked = client.post(passing, said)  # no script counted the tick that was taken off
    html = asked.content.decode()
    assert (asked.status_code, states()) == (200, ["SUBMITTED"] * 3)
    assert "Đang chọn 2 bài. Xem lại rồi bấm chuyển." in html
    assert f">{words.format(2)}</button>" in html
    assert '<input type="hidden" name="so" value="2">' in html
    assert html.count(" checked>") == 2
    assert not instead or "Bí thư nghỉ ốm" in html
    client.post(passing, said | {"so": "2"})
    assert states() == ["FORWARDED", "FORWARDED", "SUBMITTED"]
