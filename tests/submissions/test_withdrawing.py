"""Taking back before the review, corrections after their fix-by instant, and two people at one moment.

Not here: decisions one after the other (`test_reviewing.py`), rights (`tests/architecture/`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import Timeliness
from directives.models import Obligation
from directives.shown_state import shown_state
from reports.figures import collect
from reports.tallies import By
from submissions.errors import AlreadyDecided, NotWithdrawable, StaleVersion
from submissions.models import Decision, Receipt, SubmissionVersion
from submissions.services.reviewing import accept, return_for_revision
from submissions.services.withdrawing import withdraw
from submissions.timeliness import counts_anew
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User

pytestmark = pytest.mark.django_db
DUE, FIX_BY = at(28), at(2, month=5)
SECOND = timedelta(seconds=1)


@pytest.fixture
def essay() -> Obligation:
    cell = make_unit(make_ward())
    return make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell))


@pytest.fixture
def officer(essay: Obligation) -> User:
    return make_user(Role.OFFICE, essay.ward, name="Phạm Thu Hằng")


@pytest.fixture
def author(essay: Obligation) -> User:
    return make_user(member=essay.member)


def fresh(essay: Obligation) -> Obligation:
    return Obligation.objects.get(pk=essay.pk)


def returned(version: SubmissionVersion, officer: User) -> None:
    return_for_revision(version=version, reason="Thiếu chữ ký", fix_by=FIX_BY, decided_by=officer, at=at(27))


def test_a_withdrawn_answer_was_never_handed_in_and_the_next_one_is_dated_by_itself(
    essay: Obligation, author: User
) -> None:
    version = hand_in_one(essay, by=author, received_at=at(24))
    withdraw(version=version, reason="Nộp nhầm tệp", by=author, at=at(25))
    found = fresh(essay)
    assert (found.state, found.first_submitted_at, found.submitted_at) == ("PENDING", None, None)
    assert shown_state(found, at(29))[0] == "overdue"
    entry = AuditEntry.objects.get(action="submission.withdraw")
    assert (entry.actor_id, entry.data["reason"], entry.data["version"]) == (str(author.pk), "Nộp nhầm tệp", 1)
    second = hand_in_one(essay, by=author, received_at=DUE)
    assert (second.number, second.timeliness) == (2, Timeliness.LATE)
    assert Receipt.objects.filter(deposit=version.deposit).count() == 1


def test_after_a_return_it_stands_returned_again_with_its_clock(essay: Obligation, author: User, officer: User) -> None:
    returned(hand_in_one(essay, received_at=at(24)), officer)
    withdraw(version=hand_in_one(essay, received_at=at(28)), reason="Nhầm", by=author, at=at(28, hour=1))
    found = fresh(essay)
    assert (found.state, found.fix_by, found.first_submitted_at, found.submitted_at) == (
        "RETURNED", FIX_BY, at(24), at(24),
    )  # fmt: skip
    assert hand_in_one(essay, received_at=at(29)).timeliness == Timeliness.ON_TIME


def test_all_versions_of_the_round_go_together(essay: Obligation, author: User) -> None:
    hand_in_one(essay, received_at=at(24))
    withdraw(version=hand_in_one(essay, received_at=at(25)), reason="Nhầm", by=author, at=at(26))
    assert list(Decision.objects.order_by("version__number").values_list("version__number", "verdict")) == [
        (1, "WITHDRAWN"), (2, "WITHDRAWN"),
    ]  # fmt: skip
    assert fresh(essay).first_submitted_at is None


def test_what_was_decided_or_replaced_cannot_be_taken_back(essay: Obligation, author: User, officer: User) -> None:
    first = hand_in_one(essay, received_at=at(24))
    second = hand_in_one(essay, received_at=at(25))
    with pytest.raises(StaleVersion):
        withdraw(version=first, reason="Nhầm", by=author, at=at(26))
    accept(version=second, decided_by=officer, at=at(26))
    with pytest.raises(NotWithdrawable, match="Duyệt"):
        withdraw(version=second, reason="Nhầm", by=author, at=at(26))
    assert fresh(essay).state == "ACCEPTED"


def test_a_reviewer_of_a_withdrawn_version_is_told(essay: Obligation, author: User, officer: User) -> None:
    version = hand_in_one(essay, by=author)
    withdraw(version=version, reason="Nhầm", by=author, at=at(25))
    with pytest.raises(AlreadyDecided, match="rút"):
        accept(version=version, decided_by=officer, at=at(25))


def test_figures_of_before_the_withdrawal_stay(essay: Obligation, author: User) -> None:
    withdraw(version=hand_in_one(essay, received_at=at(24)), reason="Nhầm", by=author, at=at(26))
    told = [collect(at=moment, by=By.UNIT, ward=essay.ward).total for moment in (at(25), at(26))]
    assert [(one.submitted, one.missing) for one in told] == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("received_at", "due_at", "fix_by", "first", "anew"),
    [
        (FIX_BY - SECOND, DUE, FIX_BY, at(24), False),
        (FIX_BY, DUE, FIX_BY, at(24), True),
        (FIX_BY, DUE, FIX_BY, DUE, False),  # late already: stays late by its first receipt
        (FIX_BY, DUE, None, at(24), False),  # not returned
        (at(26), DUE, at(25), at(24), False),  # the fix-by passed before the deadline did
        (FIX_BY, None, FIX_BY, at(24), False),
    ],
)
def test_the_fairness_clock(
    received_at: datetime, due_at: datetime | None, fix_by: datetime | None, first: datetime, anew: bool
) -> None:
    assert counts_anew(received_at=received_at, due_at=due_at, fix_by=fix_by, first_received_at=first) is anew


@pytest.mark.parametrize(
    ("corrected_at", "timeliness", "late", "shown"),
    [(FIX_BY - SECOND, "ON_TIME", 0, "submitted"), (FIX_BY, "LATE", 1, "submitted_late")],
)
def test_a_correction_after_its_fix_by_is_late_in_lists_and_figures(
    essay: Obligation, officer: User, corrected_at: datetime, timeliness: str, late: int, shown: str
) -> None:
    returned(hand_in_one(essay, received_at=at(24)), officer)
    assert hand_in_one(essay, received_at=corrected_at).timeliness == timeliness
    assert shown_state(fresh(essay), corrected_at)[0] == shown
    now = collect(at=corrected_at, by=By.UNIT, ward=essay.ward).total
    assert (now.late, now.on_time) == (late, 1 - late)
    third = hand_in_one(essay, received_at=corrected_at + timedelta(hours=1))
    assert third.timeliness == timeliness
    rebuilt = collect(at=corrected_at, by=By.UNIT, ward=essay.ward).total
    assert (rebuilt.late, rebuilt.on_time) == (late, 1 - late)
    before = collect(at=at(29), by=By.UNIT, ward=essay.ward).total
    assert (before.returned, before.on_time) == (1, 1)


def test_the_page_asks_for_a_reason_and_the_receipt_says_so(essay: Obligation, author: User, client: Client) -> None:
    version = hand_in_one(essay, by=author)
    client.force_login(author)
    address = reverse("submissions:withdraw", args=[essay.pk])
    answer = client.post(address, {"version": version.pk, "reason": " "})
    assert (answer.status_code, "Ghi lý do rút" in answer.content.decode()) == (422, True)
    answer = client.post(address, {"version": version.pk, "reason": "Nộp nhầm tệp"})
    assert answer.url == reverse("directives:obligation", args=[essay.pk])
    for page in (
        reverse("submissions:receipt", args=[version.deposit.code]),
        reverse("submissions:check_code", args=[version.deposit.code]),
    ):
        assert "đã rút lúc" in client.get(page).content.decode().lower()
    assert "Đã rút" in client.get(reverse("submissions:obligation_versions", args=[essay.pk])).content.decode()
    assert client.post(address, {"version": version.pk, "reason": "Lần nữa"}).status_code == 422


def test_the_page_of_the_duty_leads_to_another_file_and_to_taking_back_until_it_is_judged(
    essay: Obligation, author: User, officer: User, client: Client
) -> None:
    version = hand_in_one(essay, by=author)
    client.force_login(author)
    rounds = reverse("submissions:obligation_versions", args=[essay.pk])
    ways = (
        f'href="{reverse("submissions:desk", args=[essay.requirement_id, essay.unit_id])}?cua={essay.pk}">Nộp bản khác',
        f'href="{reverse("submissions:withdraw", args=[essay.pk])}">Rút bài',
    )

    def counted() -> list[list[int]]:
        """Of the part inside the duty's page and of the page of its own: how often each way is shown."""
        pages = (client.get(rounds, headers={"HX-Request": "true"}), client.get(rounds))
        return [[page.content.decode().count(way) for way in ways] for page in pages]

    assert counted() == [[1, 1], [1, 1]]
    accept(version=version, decided_by=officer, at=at(26))
    assert counted() == [[0, 0], [0, 0]]


def refusal_of(verb: object, **arguments: object) -> str:
    """Run in a connection of its own; the name of what it raised, "" when it went through."""
    try:
        verb(**arguments)
    except Exception as refusal:
        return type(refusal).__name__
    finally:
        connection.close()
    return ""


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["accept", "return", "withdraw"])
def test_nobody_judges_or_takes_back_a_version_that_is_being_replaced(
    essay: Obligation, officer: User, author: User, act: str
) -> None:
    first = hand_in_one(essay, by=author, received_at=at(24))
    verbs = {
        "accept": (accept, {"version": first, "decided_by": officer, "at": at(25)}),
        "return": (
            return_for_revision,
            {"version": first, "reason": "Mờ", "fix_by": FIX_BY, "decided_by": officer, "at": at(25)},
        ),
        "withdraw": (withdraw, {"version": first, "reason": "Nhầm", "by": author, "at": at(25)}),
    }
    verb, arguments = verbs[act]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            second = hand_in_one(essay, by=author, received_at=at(25))
            meanwhile = pool.submit(refusal_of, verb, **arguments)
            assert not wait([meanwhile], timeout=1).done
        assert meanwhile.result(timeout=20) == "StaleVersion"
    found = fresh(essay)
    assert (found.state, found.submission.current, Decision.objects.count()) == ("SUBMITTED", second, 0)


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_a_reviewer_and_an_author_who_takes_back_cannot_both_win(
    essay: Obligation, officer: User, author: User
) -> None:
    version = hand_in_one(essay, by=author, received_at=at(24))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            withdraw(version=version, reason="Nhầm", by=author, at=at(25))
            meanwhile = pool.submit(refusal_of, accept, version=version, decided_by=officer, at=at(25))
            assert not wait([meanwhile], timeout=1).done
        assert meanwhile.result(timeout=20) == "AlreadyDecided"
    assert (fresh(essay).state, Decision.objects.get().verdict) == ("PENDING", "WITHDRAWN")
