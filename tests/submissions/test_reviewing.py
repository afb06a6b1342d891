"""Deciding: accept, return, stale and doubled decisions, claims, marks.

Not here: pages (`test_review_pages.py`), rights (`tests/architecture/`).
"""

from datetime import datetime, timedelta

import pytest

from audit.models import AuditEntry
from directives.errors import IllegalMove
from directives.models import Obligation
from submissions.choices import InspectionState, Verdict
from submissions.errors import AlreadyDecided, Claimed, NotViewable, ReturnIncomplete, StaleVersion
from submissions.models import Decision, Submission, SubmissionVersion
from submissions.services.reviewing import (
    CLAIM,
    accept,
    claim,
    proposed_fix_by,
    return_for_revision,
    set_flag,
    take_over,
)
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import CommitteeProfile, User

pytestmark = pytest.mark.django_db
DECIDED_AT, FIX_BY = at(25, hour=10), at(30)


@pytest.fixture
def version() -> SubmissionVersion:
    """An essay handed in on 24/4/2026, checked."""
    cell = make_unit(make_ward())
    return hand_in_one(make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell)))


@pytest.fixture
def officer(version: SubmissionVersion) -> User:
    """Staff of the ward."""
    return make_user(Role.OFFICE, version.deposit.ward, name="Phạm Thu Hằng")


def state() -> tuple[str, datetime | None, datetime | None]:
    """State, last decision, fix-by of the only obligation."""
    obligation = Obligation.objects.get()
    return obligation.state, obligation.decided_at, obligation.fix_by


def send_back(version: SubmissionVersion, officer: User, **change: object) -> Decision:
    """Return with the usual words."""
    values = {"reason": " Thiếu chữ ký ", "fix_by": FIX_BY, "at": DECIDED_AT}
    return return_for_revision(version=version, decided_by=officer, **(values | change))


def test_accept(version: SubmissionVersion, officer: User) -> None:
    decision = accept(version=version, decided_by=officer, at=DECIDED_AT)
    assert (decision.version, decision.verdict, decision.decided_by) == (version, Verdict.ACCEPT, officer)
    assert state() == ("ACCEPTED", DECIDED_AT, None)
    entry = AuditEntry.objects.get(action="submission.accept")
    assert (entry.actor_id, entry.data["version"]) == (str(officer.pk), 1)


def test_return_then_correct_then_accept(version: SubmissionVersion, officer: User) -> None:
    decision = send_back(version, officer)
    assert (decision.reason, decision.fix_by) == ("Thiếu chữ ký", FIX_BY)
    assert state() == ("RETURNED", DECIDED_AT, FIX_BY)
    assert AuditEntry.objects.get(action="submission.return").data["reason"] == "Thiếu chữ ký"
    second = hand_in_one(Obligation.objects.get(), received_at=at(29))
    assert (second.number, second.timeliness) == (2, "ON_TIME"), "fairness: the first came in time"
    accept(version=second, decided_by=officer, at=at(29, hour=8))
    assert state() == ("ACCEPTED", at(29, hour=8), None)
    assert list(Decision.objects.order_by("pk").values_list("version__number", "verdict")) == [
        (1, "RETURN"),
        (2, "ACCEPT"),
    ]


@pytest.mark.parametrize(
    "change", [{"reason": "  "}, {"fix_by": DECIDED_AT}, {"fix_by": DECIDED_AT - timedelta(days=1)}]
)
def test_a_return_needs_a_reason_and_time_to_correct(
    version: SubmissionVersion, officer: User, change: dict[str, object]
) -> None:
    with pytest.raises(ReturnIncomplete):
        send_back(version, officer, **change)
    assert (state()[0], Decision.objects.count()) == ("SUBMITTED", 0)


def test_a_decision_on_an_older_version_is_refused(version: SubmissionVersion, officer: User) -> None:
    hand_in_one(Obligation.objects.get(), received_at=at(25, hour=9))
    with pytest.raises(StaleVersion, match="vừa gửi lần 2"):
        accept(version=version, decided_by=officer, at=DECIDED_AT)
    assert (state()[0], Decision.objects.count()) == ("SUBMITTED", 0)


def test_a_second_decision_is_refused_and_names_the_first(version: SubmissionVersion, officer: User) -> None:
    accept(version=version, decided_by=officer, at=DECIDED_AT)
    with pytest.raises(AlreadyDecided, match="Phạm Thu Hằng đã quyết định trước: duyệt"):
        send_back(version, officer)
    assert state()[0] == "ACCEPTED"


@pytest.mark.parametrize(
    "inspection", [InspectionState.RECEIVED, InspectionState.INSPECTING, InspectionState.DEAD, None]
)
def test_what_was_not_checked_cannot_be_decided(
    version: SubmissionVersion, officer: User, inspection: str | None
) -> None:
    unseen = make_blob() if inspection is None else make_inspected(state=InspectionState.CLEAN)
    second = hand_in_one(Obligation.objects.get(), make_file(), make_file(unseen), received_at=at(25))
    if inspection is not None:
        unseen.inspection.state = inspection
        unseen.inspection.save()
    with pytest.raises(NotViewable):
        accept(version=second, decided_by=officer, at=DECIDED_AT)


def test_a_voluntary_one_is_accepted_and_stays_waived(version: SubmissionVersion, officer: User) -> None:
    Obligation.objects.update(state="WAIVED", waiver_reason="EXEMPT")
    accept(version=version, decided_by=officer, at=DECIDED_AT)
    assert state() == ("WAIVED", DECIDED_AT, None)


def test_a_state_that_allows_no_decision_is_refused(version: SubmissionVersion, officer: User) -> None:
    Obligation.objects.update(state="PENDING")
    with pytest.raises(IllegalMove):
        send_back(version, officer)
    assert Decision.objects.count() == 0


def test_a_claim_keeps_others_out_for_its_time(version: SubmissionVersion, officer: User) -> None:
    other = make_user(Role.OFFICE, version.deposit.ward)
    submission = version.submission
    assert claim(submission=submission, by=officer, at=DECIDED_AT).claimed_until == DECIDED_AT + CLAIM
    later = DECIDED_AT + timedelta(minutes=1)
    assert claim(submission=submission, by=officer, at=later).claimed_until == later + CLAIM
    with pytest.raises(Claimed, match="Phạm Thu Hằng đang xem bài này"):
        claim(submission=submission, by=other, at=later + CLAIM - timedelta(seconds=1))
    assert claim(submission=submission, by=other, at=later + CLAIM).claimed_by == other
    mine = Submission.objects.unclaimed_by_others
    assert (mine(other, later + CLAIM).count(), mine(officer, later + CLAIM).count()) == (1, 0)


def test_a_decision_frees_claim_and_mark(version: SubmissionVersion, officer: User) -> None:
    claim(submission=version.submission, by=officer, at=DECIDED_AT)
    set_flag(submission=version.submission, by=officer, at=DECIDED_AT, is_on=True)
    assert Submission.objects.flagged().count() == 1
    accept(version=version, decided_by=officer, at=DECIDED_AT)
    submission = Submission.objects.get()
    assert (submission.claimed_by, submission.flagged_by, submission.flagged_at) == (None, None, None)


def test_the_proposed_fix_by_counts_working_days(version: SubmissionVersion) -> None:
    ward = version.deposit.ward
    # Friday 24/4/2026; Monday 27/4 is a day in lieu of Giỗ Tổ in the office's table only, so not here.
    assert proposed_fix_by(ward=ward, at=at(13, hour=16)) == at(17)
    CommitteeProfile.objects.update(grace_working_days=5)
    assert proposed_fix_by(ward=ward, at=at(13, hour=16)) == at(21)


def test_lists_of_the_queue(version: SubmissionVersion, officer: User) -> None:
    obligation = Obligation.objects.get()
    unchecked = hand_in_one(
        make_obligation(obligation.requirement, make_member(obligation.unit)),
        make_file(make_blob()),
        received_at=at(23),
    )
    late = hand_in_one(make_obligation(obligation.requirement, make_member(obligation.unit)), received_at=at(29))
    submissions = Submission.objects
    assert list(submissions.waiting().oldest_first()) == [version.submission, late.submission]
    assert list(submissions.unchecked()) == [unchecked.submission]
    assert list(submissions.late()) == [late.submission]
    accept(version=version, decided_by=officer, at=DECIDED_AT)
    assert list(submissions.waiting()) == [late.submission]


def test_what_another_has_open_is_not_decided(version: SubmissionVersion, officer: User) -> None:
    other = make_user(Role.OFFICE, version.deposit.ward, name="Lê Minh Quân")
    claim(submission=version.submission, by=other, at=DECIDED_AT)
    with pytest.raises(Claimed, match="Lê Minh Quân đang xem"):
        accept(version=version, decided_by=officer, at=DECIDED_AT + CLAIM - timedelta(seconds=1))
    with pytest.raises(Claimed):
        send_back(version, officer)
    assert (state()[0], Decision.objects.count()) == ("SUBMITTED", 0)
    accept(version=version, decided_by=officer, at=DECIDED_AT + CLAIM)


def test_taking_over_is_seen_by_both(version: SubmissionVersion, officer: User) -> None:
    other = make_user(Role.OFFICE, version.deposit.ward, name="Lê Minh Quân")
    claim(submission=version.submission, by=other, at=DECIDED_AT)
    take_over(submission=version.submission, by=officer, at=DECIDED_AT)
    entry = AuditEntry.objects.get(action="submission.take_over")
    assert (entry.actor_id, entry.data) == (str(officer.pk), {"from": "Lê Minh Quân"})
    with pytest.raises(Claimed, match="Phạm Thu Hằng đang xem"):
        accept(version=version, decided_by=other, at=DECIDED_AT)
    accept(version=version, decided_by=officer, at=DECIDED_AT)


def test_taking_what_nobody_holds_is_a_plain_claim(version: SubmissionVersion, officer: User) -> None:
    take_over(submission=version.submission, by=officer, at=DECIDED_AT)
    take_over(submission=version.submission, by=officer, at=DECIDED_AT)
    claimed = Submission.objects.get()
    assert (claimed.claimed_by, claimed.claimed_until) == (officer, DECIDED_AT + CLAIM)
    assert not AuditEntry.objects.filter(action="submission.take_over").exists()
