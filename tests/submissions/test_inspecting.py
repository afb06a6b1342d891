"""The inspection queue: leases, attempts, verdicts that reach what was received meanwhile.

Not here: verdicts file by file (`test_inspection.py`), killed workers (`tests/faults/`).
"""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from directives.choices import ObligationState
from directives.models import Extension, Obligation
from submissions.choices import InspectionState, Verdict
from submissions.inspection.runner import InspectionFailed, Session
from submissions.models import Decision, Inspection, Receipt
from submissions.services.inspecting import (
    BACK_OFF,
    LEASE,
    NotAPdf,
    await_inspection,
    due_inspections,
    inspect,
    inspect_again,
    inspect_now,
    must_begin_as_pdf,
)
from submissions.services.reviewing import return_for_revision
from tests.factories.directives import DUE_AT, at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import SAMPLES, scan
from tests.vault.test_services import alter
from units.choices import Role
from vault.models import Blob

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LATE_CHECK = DUE_AT + timedelta(hours=2)


@pytest.fixture
def essay() -> Obligation:
    """An essay owed before 28/4/2026 00:00."""
    cell = make_unit(make_ward())
    return make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell))


def sample(name: str) -> Blob:
    """A stored sample of a class."""
    return make_blob(SAMPLES[name][0])


@pytest.mark.parametrize(
    ("name", "state", "verdict_class", "reason", "pages", "fields"),
    [
        ("signed", "CLEAN", "clean", "", 1, 1),
        ("wrong startxref", "FLAGGED", "repaired", "repaired", 2, 0),
        ("user password", "REJECTED", "encPW", "password", None, 0),
        ("script on opening", "REJECTED", "active", "code", 1, 0),
    ],
)
def test_a_check_settles_the_row(
    name: str, state: str, verdict_class: str, reason: str, pages: int | None, fields: int
) -> None:
    found = inspect_now(blob=sample(name), at=RECEIVED_AT)
    stored = Inspection.objects.get()
    assert found == stored
    assert (stored.state, stored.verdict_class, stored.reason, stored.pages, stored.signature_fields) == (
        state,
        verdict_class,
        reason,
        pages,
        fields,
    )
    assert (stored.attempts, stored.lease_until, stored.inspected_at) == (1, None, RECEIVED_AT)
    assert stored.seconds is not None


def test_equal_bytes_are_checked_once() -> None:
    blob = sample("clean")
    inspect_now(blob=blob, at=RECEIVED_AT)
    assert inspect_now(blob=blob, at=at(25)).inspected_at == RECEIVED_AT
    assert Inspection.objects.get().attempts == 1


def test_a_coarse_scan_and_an_empty_page_are_hints() -> None:
    assert inspect_now(blob=make_blob(scan(size=(620, 877), dpi=75)), at=RECEIVED_AT).hints == [
        {"page": 2, "code": "unsigned"},
        {"page": None, "code": "coarse"},
    ]


def test_the_queue_gives_new_rows_first_then_those_whose_time_has_come() -> None:
    rows = [await_inspection(blob=make_blob(), at=RECEIVED_AT) for _ in range(5)]
    Inspection.objects.filter(pk=rows[0].pk).update(lease_until=RECEIVED_AT, state=InspectionState.INSPECTING)
    Inspection.objects.filter(pk=rows[1].pk).update(lease_until=RECEIVED_AT + SECOND, state=InspectionState.INSPECTING)
    Inspection.objects.filter(pk=rows[2].pk).update(state=InspectionState.CLEAN)
    assert due_inspections(at=RECEIVED_AT, limit=10) == [rows[3].pk, rows[4].pk, rows[0].pk]
    assert due_inspections(at=RECEIVED_AT, limit=1) == [rows[3].pk]


def test_a_leased_row_is_left_alone() -> None:
    inspection = await_inspection(blob=sample("clean"), at=RECEIVED_AT)
    Inspection.objects.update(state=InspectionState.INSPECTING, lease_until=RECEIVED_AT + SECOND, attempts=1)
    assert inspect(inspection_pk=inspection.pk, at=RECEIVED_AT).state == InspectionState.INSPECTING
    assert inspect(inspection_pk=inspection.pk, at=RECEIVED_AT + SECOND).state == InspectionState.CLEAN
    assert Inspection.objects.get().attempts == 2


def fail_with(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """The child gives no answer."""

    def fails(*_: object) -> None:
        raise InspectionFailed(reason)

    monkeypatch.setattr(Session, "inspect", fails)


def test_three_attempts_with_growing_pauses_then_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, "timeout")
    inspection = await_inspection(blob=sample("clean"), at=RECEIVED_AT)
    first = inspect(inspection_pk=inspection.pk, at=RECEIVED_AT)
    assert (first.state, first.attempts, first.lease_until) == ("RECEIVED", 1, RECEIVED_AT + BACK_OFF)
    assert inspect(inspection_pk=inspection.pk, at=RECEIVED_AT + SECOND).attempts == 1
    second = inspect(inspection_pk=inspection.pk, at=RECEIVED_AT + BACK_OFF)
    assert (second.attempts, second.lease_until) == (2, RECEIVED_AT + 3 * BACK_OFF)
    third = inspect(inspection_pk=inspection.pk, at=RECEIVED_AT + 3 * BACK_OFF)
    assert (third.state, third.attempts, third.reason) == ("DEAD", 3, "timeout")
    assert third.sentence == "Kiểm tra tệp quá lâu nên đã dừng. Hãy in ra PDF rồi gửi lại."
    assert due_inspections(at=at(30), limit=10) == []


def test_an_administrator_gives_a_dead_row_new_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    inspection = await_inspection(blob=sample("clean"), at=RECEIVED_AT)
    Inspection.objects.update(state=InspectionState.DEAD, attempts=3, reason="crash")
    assert inspect_again(inspections=[inspection.pk], by="Quản trị", at=RECEIVED_AT) == 1
    assert inspect_again(inspections=[inspection.pk], by="Quản trị", at=RECEIVED_AT) == 0, "it waits already"
    assert inspect(inspection_pk=inspection.pk, at=RECEIVED_AT).state == InspectionState.CLEAN
    assert AuditEntry.objects.filter(action="file.inspect").count() == 1


def test_a_row_whose_workers_all_died_is_buried() -> None:
    inspection = await_inspection(blob=sample("clean"), at=RECEIVED_AT)
    Inspection.objects.update(state=InspectionState.INSPECTING, attempts=3, lease_until=RECEIVED_AT)
    found = inspect(inspection_pk=inspection.pk, at=RECEIVED_AT + LEASE)
    assert (found.state, found.reason, found.attempts) == ("DEAD", "crash", 3)


def test_altered_bytes_are_no_verdict_on_the_file() -> None:
    blob = sample("clean")
    alter(blob, b"%PDF-1.7 other")
    assert (inspect_now(blob=blob, at=RECEIVED_AT).state, Inspection.objects.get().reason) == ("RECEIVED", "store")


def refuse(obligation: Obligation, *, received_at=RECEIVED_AT, checked_at=LATE_CHECK) -> None:
    """Hand in a file with a password before it was checked; then the check comes."""
    blob = make_blob(SAMPLES["user password"][0])
    hand_in_one(obligation, make_file(blob), received_at=received_at)
    inspect_now(blob=blob, at=checked_at)


def test_a_refusal_after_the_receipt_reopens_the_slot_for_24_hours(essay: Obligation) -> None:
    refuse(essay)
    stored = Obligation.objects.get()
    assert (stored.state, stored.first_submitted_at, stored.submitted_at, stored.decided_at) == (
        ObligationState.PENDING,
        None,
        None,
        LATE_CHECK,
    )
    assert stored.due_at == LATE_CHECK + timedelta(hours=24)
    extension = Extension.objects.get()
    assert (extension.old_due_at, extension.new_due_at, extension.granted_by) == (DUE_AT, stored.due_at, None)
    decision = Decision.objects.get()
    assert (decision.verdict, decision.reason) == (
        Verdict.REJECTED_BY_CHECK,
        "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
    )
    assert Receipt.objects.count() == 1, "the receipt stands"
    entry = AuditEntry.objects.get(action="file.refuse")
    assert entry.data == {"reason": "password", "versions": [decision.version_id]}
    assert hand_in_one(essay, received_at=stored.due_at - SECOND).timeliness == "ON_TIME"


def test_what_came_late_gets_no_more_time(essay: Obligation) -> None:
    refuse(essay, received_at=DUE_AT, checked_at=LATE_CHECK)
    assert (Obligation.objects.get().due_at, Extension.objects.count()) == (DUE_AT, 0)


def test_a_check_well_before_the_deadline_changes_no_deadline(essay: Obligation) -> None:
    refuse(essay, checked_at=RECEIVED_AT + SECOND)
    assert (Obligation.objects.get().due_at, Extension.objects.count()) == (DUE_AT, 0)


def test_an_earlier_good_version_stands_when_the_newer_is_refused(essay: Obligation) -> None:
    hand_in_one(essay)
    refuse(essay, received_at=at(25))
    stored = Obligation.objects.get()
    assert (stored.state, stored.first_submitted_at, stored.submitted_at) == ("SUBMITTED", RECEIVED_AT, RECEIVED_AT)
    assert stored.submission.current.number == 1  # and the office can decide it


@pytest.mark.parametrize(
    ("first_at", "second_at", "extensions"), [(at(25), at(26), 0), (at(27, hour=23), DUE_AT + SECOND, 1), (DUE_AT, DUE_AT + SECOND, 0)]
)  # fmt: skip
def test_a_replaced_version_that_is_refused_later_no_longer_dates_the_obligation(
    essay: Obligation, first_at, second_at, extensions
) -> None:
    bad = make_blob(SAMPLES["user password"][0])
    hand_in_one(essay, make_file(bad), received_at=first_at)
    hand_in_one(essay, received_at=second_at)
    inspect_now(blob=bad, at=LATE_CHECK)
    stored = Obligation.objects.get()
    assert (stored.state, stored.first_submitted_at, stored.submitted_at) == ("SUBMITTED", second_at, second_at)
    assert Extension.objects.count() == extensions
    assert (stored.first_submitted_at < stored.due_at) == (first_at < DUE_AT)


def test_a_refused_correction_leaves_the_return_open(essay: Obligation) -> None:
    office = make_user(Role.OFFICE, essay.ward)
    version = hand_in_one(essay)
    return_for_revision(version=version, reason="Thiếu chữ ký", fix_by=at(29), decided_by=office, at=at(25))
    refuse(essay, received_at=at(28, hour=23), checked_at=at(28, hour=23, minute=30))
    stored = Obligation.objects.get()
    assert (stored.state, stored.fix_by, stored.due_at) == ("RETURNED", at(29, hour=23, minute=30), DUE_AT)
    assert (stored.first_submitted_at, stored.submitted_at) == (RECEIVED_AT, RECEIVED_AT)


def test_the_same_bytes_of_two_people_are_refused_for_both(essay: Obligation) -> None:
    other = make_obligation(essay.requirement, make_member(essay.unit))
    blob = make_blob(SAMPLES["user password"][0])
    for obligation in (essay, other):
        hand_in_one(obligation, make_file(blob))
    inspect_now(blob=blob, at=RECEIVED_AT)
    assert set(Obligation.objects.values_list("state", flat=True)) == {"PENDING"}
    assert Decision.objects.count() == 2


def test_a_decided_version_is_not_refused_afterwards(essay: Obligation) -> None:
    blob = make_inspected()
    version = hand_in_one(essay, make_file(blob))
    Decision.objects.create(version=version, verdict=Verdict.ACCEPT, decided_at=at(25))
    Obligation.objects.update(state="ACCEPTED")
    Inspection.objects.update(state=InspectionState.RECEIVED)
    inspect_now(blob=blob, at=at(26))
    assert (Inspection.objects.get().state, Obligation.objects.get().state) == ("REJECTED", "ACCEPTED")
    assert Decision.objects.get().verdict == Verdict.ACCEPT


def test_the_head_check_says_what_a_file_is() -> None:
    must_begin_as_pdf(b"%PDF-1.4")
    with pytest.raises(NotAPdf, match="Word, Excel hoặc ZIP đổi đuôi"):
        must_begin_as_pdf(b"PK\x03\x04")
