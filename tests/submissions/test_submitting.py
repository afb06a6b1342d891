"""Handing in: versions, receipts, timeliness, idempotency, closed doors.

Not here: the desk (its own tests), kills (`tests/faults/`), the check after the receipt (`test_inspecting.py`).
"""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from audit.models import AuditEntry
from directives.choices import DirectiveState, ObligationState, RequirementKind, Timeliness, WaiverReason
from directives.models import Obligation
from submissions.choices import Door, InspectionState
from submissions.codes import ALPHABET, new_code, read_code
from submissions.errors import AlreadyAccepted, Closed, FileRefused, ForeignKeyReused, NothingToSubmit, NotOwed
from submissions.models import Deposit, Inspection, Receipt, Submission, SubmissionVersion
from submissions.services.submitting import Answer, hand_in
from submissions.timeliness import cured_due_at, timeliness_of
from tests.factories.directives import DUE_AT, at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def cell() -> Unit:
    """A cell of a ward."""
    return make_unit(make_ward())


@pytest.fixture
def essay(cell: Unit) -> Obligation:
    """An essay a member of the cell owes before 28/4/2026 00:00."""
    return make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell, name="Nguyễn Thị Thúy"))


def fresh(obligation: Obligation) -> Obligation:
    """The row as it is now."""
    return Obligation.objects.get(pk=obligation.pk)


def test_a_receipt_says_what_came_in_and_stands_with_its_version(essay: Obligation, cell: Unit) -> None:
    secretary = make_user(Role.SECRETARY, cell)
    blob = make_inspected(pages=4)
    version = hand_in_one(essay, make_file(blob, "ban scan.pdf"), by=secretary)
    receipt, deposit = Receipt.objects.get(), Deposit.objects.get()
    assert (receipt.sha256, receipt.size, receipt.pages, receipt.received_at, receipt.timeliness) == (
        blob.sha256,
        blob.size,
        4,
        RECEIVED_AT,
        Timeliness.ON_TIME,
    )
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", receipt.code)
    assert receipt.code != deposit.code
    assert (receipt.file.original_name, receipt.file.canonical_name) == ("ban scan.pdf", "Chuẩn - ban scan.pdf")
    assert (version.number, version.on_behalf, version.due_at) == (1, True, DUE_AT)
    assert (deposit.ward, deposit.unit, deposit.door) == (cell.ward, cell, Door.BROWSER)
    stored = fresh(essay)
    assert (stored.state, stored.first_submitted_at, stored.submitted_at) == ("SUBMITTED", RECEIVED_AT, RECEIVED_AT)
    assert Submission.objects.get().current == version
    entry = AuditEntry.objects.get(action="submission.submit")
    assert (entry.actor_id, entry.ward_id, entry.obj_id) == (str(secretary.pk), cell.ward.pk, str(deposit.pk))
    assert entry.data["versions"] == [{"number": 1, "obligation": essay.pk, "on_behalf": True}]


def test_who_hands_in_for_himself_is_not_on_behalf(essay: Obligation) -> None:
    assert hand_in_one(essay, by=make_user(member=essay.member)).on_behalf is False


def test_a_units_paper_is_nobodys_on_behalf(cell: Unit) -> None:
    report = make_requirement(make_directive(cell.ward), kind=RequirementKind.REPORT)
    assert hand_in_one(make_obligation(report, cell)).on_behalf is False


def test_the_same_key_gives_the_same_receipt_and_writes_nothing(essay: Obligation) -> None:
    first = hand_in_one(essay, key="one")
    codes = list(Receipt.objects.values_list("code", flat=True))
    entries = AuditEntry.objects.count()
    again = hand_in_one(essay, key="one", received_at=RECEIVED_AT + SECOND)
    assert (again.pk, again.received_at) == (first.pk, RECEIVED_AT)
    assert list(Receipt.objects.values_list("code", flat=True)) == codes
    assert (SubmissionVersion.objects.count(), AuditEntry.objects.count()) == (1, entries)


def test_another_persons_key_is_refused(essay: Obligation, cell: Unit) -> None:
    hand_in_one(essay, key="one", by=make_user(Role.SECRETARY, cell))
    with pytest.raises(ForeignKeyReused):
        hand_in_one(essay, key="one", by=make_user(Role.OFFICE, cell.ward))


def test_a_new_file_is_a_new_version_and_a_new_round(essay: Obligation) -> None:
    hand_in_one(essay)
    Submission.objects.update(flagged_at=RECEIVED_AT, claimed_until=RECEIVED_AT)
    second = hand_in_one(essay, received_at=at(27, hour=20))
    submission = Submission.objects.get()
    assert (second.number, submission.current, submission.flagged_at, submission.claimed_until) == (
        2,
        second,
        None,
        None,
    )
    stored = fresh(essay)
    assert (stored.first_submitted_at, stored.submitted_at) == (RECEIVED_AT, at(27, hour=20))
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(
    ("received_at", "timeliness"),
    [(DUE_AT - timedelta(microseconds=1), Timeliness.ON_TIME), (DUE_AT, Timeliness.LATE)],
)
def test_the_deadline_is_exclusive(essay: Obligation, received_at: datetime, timeliness: str) -> None:
    assert hand_in_one(essay, received_at=received_at).timeliness == timeliness


@pytest.mark.parametrize(
    ("due_at", "first", "waived", "timeliness"),
    [
        (None, None, False, Timeliness.NO_DEADLINE),
        (DUE_AT, None, False, Timeliness.LATE),
        (DUE_AT, DUE_AT, False, Timeliness.LATE),
        (DUE_AT, DUE_AT - SECOND, False, Timeliness.ON_TIME),
        (DUE_AT, None, True, Timeliness.WAIVED),
    ],
)
def test_timeliness_goes_by_the_first_receipt(
    due_at: datetime | None, first: datetime | None, waived: bool, timeliness: str
) -> None:
    received_at = DUE_AT + timedelta(days=2)
    assert (
        timeliness_of(received_at=received_at, due_at=due_at, first_received_at=first, is_waived=waived) == timeliness
    )


@pytest.mark.parametrize(
    ("received_at", "refused_at", "cured"),
    [
        (DUE_AT - SECOND, DUE_AT + SECOND, DUE_AT + SECOND + timedelta(hours=24)),
        (DUE_AT - SECOND, DUE_AT - timedelta(hours=24), None),
        (DUE_AT, DUE_AT + SECOND, None),
    ],
)
def test_the_cure_window(received_at: datetime, refused_at: datetime, cured: datetime | None) -> None:
    assert cured_due_at(received_at=received_at, due_at=DUE_AT, refused_at=refused_at) == cured
    assert cured_due_at(received_at=received_at, due_at=None, refused_at=refused_at) is None


def test_closing_is_enforced_to_the_instant(essay: Obligation) -> None:
    essay.requirement.closes_at = at(1, 5)
    essay.requirement.save()
    with pytest.raises(Closed, match="00:00 ngày 01/5/2026"):
        hand_in_one(essay, received_at=at(1, 5))
    assert (Deposit.objects.count(), fresh(essay).state) == (0, "PENDING")
    assert hand_in_one(essay, received_at=at(1, 5) - SECOND).timeliness == Timeliness.LATE


@pytest.mark.parametrize("field", ["due_at", "fix_by"])
def test_an_extension_or_a_return_opens_the_closed_door(essay: Obligation, field: str) -> None:
    essay.requirement.closes_at = at(1, 5)
    essay.requirement.save()
    setattr(essay, field, at(5, 5))
    essay.save()
    with pytest.raises(Closed):
        hand_in_one(essay, received_at=at(5, 5))
    assert hand_in_one(essay, received_at=at(5, 5) - SECOND).number == 1


@pytest.mark.parametrize("state", [DirectiveState.CLOSED, DirectiveState.REVOKED, DirectiveState.DRAFT])
def test_a_directive_not_in_force_takes_nothing(essay: Obligation, state: str) -> None:
    essay.requirement.directive.state = state
    essay.requirement.directive.save()
    with pytest.raises(Closed, match="đã kết thúc"):
        hand_in_one(essay)


def test_an_accepted_one_takes_nothing_more(essay: Obligation) -> None:
    Obligation.objects.update(state=ObligationState.ACCEPTED)
    with pytest.raises(AlreadyAccepted, match="Nguyễn Thị Thúy đã được duyệt"):
        hand_in_one(essay)


@pytest.mark.parametrize(
    ("reason", "is_taken"),
    [
        (WaiverReason.EXEMPT, True),
        (WaiverReason.DECIDED, True),
        (WaiverReason.LEFT, False),
        (WaiverReason.WITHDRAWN, False),
    ],
)
def test_an_exempt_member_may_hand_in_of_his_own_will(essay: Obligation, reason: str, is_taken: bool) -> None:
    Obligation.objects.update(state=ObligationState.WAIVED, waiver_reason=reason)
    if not is_taken:
        with pytest.raises(NotOwed, match="không phải nộp việc này"):
            hand_in_one(essay)
        return
    version = hand_in_one(essay)
    assert (version.timeliness, Submission.objects.get().is_voluntary) == (Timeliness.WAIVED, True)
    assert fresh(essay).state == ObligationState.WAIVED


def test_a_file_known_to_be_bad_is_refused_and_nothing_is_written(essay: Obligation) -> None:
    bad = make_file(make_inspected(state=InspectionState.REJECTED), "khoa.pdf")
    with pytest.raises(FileRefused, match=r"khoa\.pdf: Tệp có mật khẩu\. Hãy bỏ mật khẩu rồi gửi lại\."):
        hand_in_one(essay, make_file(), bad)
    assert (Deposit.objects.count(), Submission.objects.count(), fresh(essay).state) == (0, 0, "PENDING")


def test_a_file_nobody_has_checked_yet_is_taken_and_queued(essay: Obligation) -> None:
    blob = make_blob()
    version = hand_in_one(essay, make_file(blob))
    assert Inspection.objects.get(blob=blob).state == InspectionState.RECEIVED
    assert version.files.get().receipt.pages is None


def test_altered_bytes_are_not_taken(essay: Obligation) -> None:
    blob = make_inspected()
    blob.quarantined_at = RECEIVED_AT
    with pytest.raises(FileRefused, match="bị hỏng trong kho"):
        hand_in_one(essay, make_file(blob))


def test_nothing_is_no_answer(essay: Obligation) -> None:
    for answers in ([], [Answer(essay, ())]):
        with pytest.raises(NothingToSubmit):
            hand_in(
                answers=answers,
                unit=essay.unit,
                requirement=essay.requirement,
                submitted_by=None,
                door=Door.COMMAND,
                received_at=RECEIVED_AT,
                idempotency_key="k",
            )
    assert Deposit.objects.count() == 0


def test_one_confirm_of_many_is_all_or_nothing(cell: Unit) -> None:
    requirement = make_requirement(make_directive(cell.ward))
    owed = [make_obligation(requirement, make_member(cell)) for _ in range(3)]
    confirm = {
        "unit": cell,
        "requirement": requirement,
        "submitted_by": None,
        "door": Door.COMMAND,
        "received_at": RECEIVED_AT,
        "idempotency_key": "k",
    }
    bad = make_file(make_inspected(state=InspectionState.DEAD))
    with pytest.raises(FileRefused):
        hand_in(answers=[Answer(owed[0], (make_file(),)), Answer(owed[1], (bad,))], **confirm)
    assert (Deposit.objects.count(), SubmissionVersion.objects.count()) == (0, 0)
    two_pages = (make_file(name="a.pdf"), make_file(name="b.pdf"))
    deposit = hand_in(answers=[Answer(owed[2], two_pages), Answer(owed[0], (make_file(),))], **confirm)
    assert list(deposit.versions.order_by("pk").values_list("submission__obligation", flat=True)) == [
        owed[0].pk,
        owed[2].pk,
    ]
    assert [receipt.file.order for receipt in deposit.receipts.order_by("pk")] == [0, 0, 1]
    assert len({receipt.code for receipt in deposit.receipts.all()} | {deposit.code}) == 4
    assert AuditEntry.objects.filter(action="submission.submit").count() == 1


def test_a_version_number_exists_once(essay: Obligation) -> None:
    version = hand_in_one(essay)
    version.pk = None
    with pytest.raises(IntegrityError):
        version.save()


def test_codes_are_random_readable_and_read_back() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert set("".join(codes)) == set(ALPHABET) | {"-"}
    assert all(read_code(code) == code for code in codes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7k4m-92qd", "7K4M-92QD"),
        (" 7K4M 92QD ", "7K4M-92QD"),
        ("7K4M92QD", "7K4M-92QD"),
        ("7K4M–92QD", "7K4M-92QD"),
        ("oi1l-0000", "0111-0000"),
        ("7K4M-92Q", None),
        ("7K4M-92QU", None),
        ("", None),
        ("Phiếu số 7", None),
    ],
)
def test_a_code_is_read_as_a_person_types_it(text: str, code: str | None) -> None:
    assert read_code(text) == code
