"""A voluntary paper whose member owes again: what was handed in and decided stands, nobody writes it twice.

Not here: taking a voluntary paper (`test_submitting.py`), exemptions themselves (`tests/directives/test_exempting.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from directives.choices import ObligationState
from directives.models import Obligation
from directives.services.deadlines import waive
from directives.services.following import follow_roster
from directives.services.releasing import unwaive
from reports.figures import collect
from submissions.models import Submission, SubmissionVersion
from submissions.services.reviewing import accept, return_for_revision
from submissions.services.taking_back import take_back_acceptance
from submissions.services.withdrawing import withdraw
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import exempt, make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User

pytestmark = pytest.mark.django_db
FROM, UNTIL = date(2026, 4, 24), date(2026, 4, 26)
SENT, DECIDED, AGAIN = at(24, hour=9), at(24, hour=10), at(26)


@pytest.fixture
def debt() -> Obligation:
    """An essay of a member who is exempt for two days, waived on the first."""
    cell = make_unit(make_ward(), name="Chi bộ Tổ dân phố số 5")
    member = make_member(cell, name="Nguyễn Văn An")
    made = make_obligation(make_requirement(make_directive(cell.ward)), member)
    exempt(member, since=FROM, until=UNTIL)
    follow_roster(ward=cell.ward, at=at(24), by="beat")
    return fresh(made)


@pytest.fixture
def officer(debt: Obligation) -> User:
    return make_user(Role.OFFICE, debt.ward, name="Phạm Thu Hằng")


def fresh(one: Obligation) -> Obligation:
    return Obligation.objects.get(pk=one.pk)


def owed_again(debt: Obligation, moment: datetime = AGAIN) -> Obligation:
    assert fresh(debt).state == ObligationState.WAIVED
    assert follow_roster(ward=debt.ward, at=moment, by="beat").taken_back == (debt.pk,)
    return fresh(debt)


def test_an_accepted_one_answers_the_duty_and_its_acceptance_can_be_taken_back(debt: Obligation, officer: User) -> None:
    version = hand_in_one(debt, received_at=SENT)
    decision = accept(version=version, decided_by=officer, at=DECIDED)
    assert owed_again(debt).state == ObligationState.ACCEPTED
    told = collect(at=AGAIN + timedelta(hours=1), ward=debt.ward).total
    assert (told.accepted, told.on_time, told.returned, told.waived) == (1, 1, 0, 0)
    assert collect(at=DECIDED, ward=debt.ward).total.waived == 1  # while exempt it was nobody's debt
    submission = Submission.objects.get()
    later = AGAIN + timedelta(hours=2)
    take_back_acceptance(submission=submission, decision=decision.pk, reason="Thiếu chữ ký", by=officer, at=later)
    assert fresh(debt).state == ObligationState.SUBMITTED
    assert collect(at=AGAIN + timedelta(hours=1), ward=debt.ward).total == told


def test_one_that_waits_is_reviewed_as_the_duty_and_no_longer_called_voluntary(debt: Obligation, officer: User) -> None:
    version = hand_in_one(debt, received_at=SENT)
    client = Client()
    client.force_login(officer)
    page = f"/duyet/{version.submission_id}/"
    assert "Tự nguyện" in client.get(page).content.decode()
    assert owed_again(debt).state == ObligationState.SUBMITTED
    assert "Tự nguyện" not in client.get(page).content.decode()
    accept(version=SubmissionVersion.objects.get(), decided_by=officer, at=AGAIN + timedelta(hours=1))
    assert fresh(debt).state == ObligationState.ACCEPTED


def test_one_that_was_returned_is_to_be_corrected(debt: Obligation, officer: User) -> None:
    version = hand_in_one(debt, received_at=SENT)
    return_for_revision(version=version, reason="Thiếu chữ ký", fix_by=at(29), decided_by=officer, at=DECIDED)
    assert owed_again(debt).state == ObligationState.RETURNED
    assert fresh(debt).fix_by == at(29)


def test_one_that_was_withdrawn_is_owed(debt: Obligation, officer: User) -> None:
    withdraw(version=hand_in_one(debt, received_at=SENT), reason="", by=officer, at=DECIDED)
    assert owed_again(debt).state == ObligationState.PENDING


def test_a_release_that_the_office_takes_back_leaves_the_acceptance(debt: Obligation, officer: User) -> None:
    cell = make_unit(debt.ward, name="Chi bộ Tổ dân phố số 6")
    other = make_obligation(make_requirement(make_directive(cell.ward, number=54)), make_member(cell))
    waive(obligation=other, note="Ốm nặng", by=officer, at=at(23))
    accept(version=hand_in_one(other, received_at=SENT), decided_by=officer, at=DECIDED)
    unwaive(obligation=other, reason="Đã khỏe", by=officer, at=AGAIN)
    assert fresh(other).state == ObligationState.ACCEPTED


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (None, "Việc này lại phải thực hiện theo hạn cũ"),
        ("send", "đang chờ duyệt; không phải nộp lần nữa."),
        ("accept", "đã đạt và là bài của việc này; không phải nộp lần nữa."),
        ("return", "Bài đã nộp đang bị trả lại"),
    ],
)
def test_the_office_is_told_what_lifting_the_waiver_means(
    debt: Obligation, officer: User, deed: str | None, said: str
) -> None:
    Obligation.objects.filter(pk=debt.pk).update(waiver_reason="DECIDED")
    version = hand_in_one(fresh(debt), received_at=SENT) if deed else None
    if version and deed == "accept":
        accept(version=version, decided_by=officer, at=DECIDED)
    if version and deed == "return":
        return_for_revision(version=version, reason="Thiếu chữ ký", fix_by=at(29), decided_by=officer, at=DECIDED)
    client = Client()
    client.force_login(officer)
    page = reverse("directives:unwaive", args=[debt.pk])
    assert said in client.get(page).content.decode()
    assert said in client.post(page, {"note": "Đã khỏe"}, follow=True).content.decode()
