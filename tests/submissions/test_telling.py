"""What a sender hears when the check says no after the receipt. Not here: the refusal itself (`test_inspecting.py`)."""

from datetime import timedelta

import pytest

from directives.models import Obligation
from outbox.checks import Drop, Letter
from outbox.models import Notice, OutgoingMail
from submissions.inspection.runner import InspectionFailed, Session
from submissions.models import Inspection, SubmissionVersion
from submissions.services.inspecting import LEASE, await_inspection, inspect
from submissions.telling import GATHERED_FOR, letter_of_refused
from tests.factories.directives import DUE_AT, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import SAMPLES
from units.choices import Role
from units.models import User

pytestmark = pytest.mark.django_db
CHECKED_AT = RECEIVED_AT + timedelta(minutes=3)


@pytest.fixture
def essays() -> list[Obligation]:
    """Two essays of one unit, owed before 28/4/2026 00:00."""
    cell = make_unit(make_ward(), name="Chi bộ Tổ dân phố số 5")
    requirement = make_requirement(make_directive(cell.ward))
    names = ("Nguyễn Văn An", "Trần Thị Bình")
    return [make_obligation(requirement, make_member(cell, name=name)) for name in names]


@pytest.fixture
def secretary(essays: list[Obligation]) -> User:
    return make_user(Role.SECRETARY, essays[0].unit, name="Lê Thị Dung", email="dung@x.vn")


def hand_in(essay: Obligation, by: User | None, sample: str, name: str = "bài An.pdf") -> int:
    """Handed in with bytes that wait for their check; the inspection's id."""
    blob = make_blob(SAMPLES[sample][0])
    queued = await_inspection(blob=blob, at=RECEIVED_AT)
    hand_in_one(essay, make_file(blob, name), by=by)
    return queued.pk


def letter(when=CHECKED_AT + GATHERED_FOR) -> str:
    said = letter_of_refused(OutgoingMail.objects.get(), when)
    assert isinstance(said, Letter)
    return said.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_refusal_is_told_at_once_and_by_one_letter_with_what_to_do(essays: list[Obligation], secretary: User) -> None:
    inspect(inspection_pk=hand_in(essays[0], secretary, "script on opening"), at=CHECKED_AT)
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (secretary, f"/viec/{essays[0].pk}/")
    assert notice.title == "Tệp đã nộp không qua kiểm tra: Bài thu hoạch Nghị quyết số 02-NQ/TW của Nguyễn Văn An"
    assert notice.text.startswith("“bài An.pdf”: ")
    assert notice.text.endswith("Việc này còn phải nộp: hãy nộp tệp khác.")
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.next_try_at) == ("dung@x.vn", CHECKED_AT + GATHERED_FOR)
    assert mail.ward_id == essays[0].ward_id
    said = letter()
    assert "Kính gửi đồng chí Lê Thị Dung," in said
    assert "tệp “bài An.pdf”, nhận lúc 09:05 ngày 24/4/2026, không qua kiểm tra." in said
    assert "Bài này còn phải nộp, hạn hết thứ Hai ngày 27/4/2026." in said
    assert "Mở việc của đồng chí để nộp lại:\nhttp" in said
    assert set(Obligation.objects.owing(CHECKED_AT)) == set(essays)


def test_two_refusals_are_one_letter_and_what_was_handed_in_anew_is_not_in_it(
    essays: list[Obligation], secretary: User
) -> None:
    for essay, sample in zip(essays, ("script on opening", "user password"), strict=True):
        inspect(inspection_pk=hand_in(essay, secretary, sample), at=CHECKED_AT)
    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (2, 2)  # two deposits
    hand_in_one(essays[0], make_file(make_inspected()), by=secretary, received_at=CHECKED_AT)
    first, second = OutgoingMail.objects.order_by("pk")
    assert letter_of_refused(first, CHECKED_AT) == Drop(
        "Mọi tệp của lần nộp này đã nộp lại, đã duyệt hoặc không còn phải nộp."
    )
    assert "Trần Thị Bình" in letter_of_refused(second, CHECKED_AT).text


def test_a_file_that_fails_after_the_letter_went_is_told_by_another(essays: list[Obligation], secretary: User) -> None:
    first, second = [
        hand_in(essay, secretary, sample)
        for essay, sample in zip(essays, ("script on opening", "user password"), strict=True)
    ]
    one, other = SubmissionVersion.objects.order_by("pk")
    SubmissionVersion.objects.filter(pk=other.pk).update(deposit=one.deposit)
    inspect(inspection_pk=first, at=CHECKED_AT)
    OutgoingMail.objects.update(state="SENT", sent_at=CHECKED_AT + GATHERED_FOR)
    inspect(inspection_pk=second, at=CHECKED_AT + 2 * GATHERED_FOR)
    assert [mail.state for mail in OutgoingMail.objects.order_by("pk")] == ["SENT", "QUEUED"]
    said = letter_of_refused(OutgoingMail.objects.last(), CHECKED_AT + 3 * GATHERED_FOR).text
    assert "Trần Thị Bình" in said


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=57)])
def test_files_that_fail_before_the_letter_goes_are_one_letter(essays, secretary, apart) -> None:
    queued = [
        hand_in(essay, secretary, sample)
        for essay, sample in zip(essays, ("script on opening", "user password"), strict=True)
    ]
    one, other = SubmissionVersion.objects.order_by("pk")
    SubmissionVersion.objects.filter(pk=other.pk).update(deposit=one.deposit)
    for number, pk in enumerate(queued):
        inspect(inspection_pk=pk, at=CHECKED_AT + number * apart)
    assert OutgoingMail.objects.count() == 1
    assert all(name in letter() for name in ("Nguyễn Văn An", "Trần Thị Bình"))


def test_a_version_that_was_replaced_before_its_check_is_not_told(essays: list[Obligation], secretary: User) -> None:
    queued = hand_in(essays[0], secretary, "script on opening")
    hand_in_one(essays[0], make_file(make_inspected()), by=secretary, received_at=CHECKED_AT)
    inspect(inspection_pk=queued, at=CHECKED_AT)
    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_a_file_nobody_could_check_is_told_once_and_stays_handed_in(
    essays: list[Obligation], secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise InspectionFailed("timeout")

    queued = hand_in(essays[0], secretary, "clean")
    monkeypatch.setattr(Session, "inspect", fail)
    for turn in range(4):
        inspect(inspection_pk=queued, at=CHECKED_AT + turn * LEASE)
    assert [one.title for one in Notice.objects.all()] == [
        "Cổng chưa kiểm tra được tệp đã nộp: Bài thu hoạch Nghị quyết số 02-NQ/TW của Nguyễn Văn An"
    ]
    assert "Phiếu tiếp nhận vẫn có giá trị" in letter()
    assert Obligation.objects.get(pk=essays[0].pk).state == "SUBMITTED"


def test_a_worker_that_dies_each_time_is_told_too(essays: list[Obligation], secretary: User) -> None:
    queued = hand_in(essays[0], secretary, "clean")
    Inspection.objects.filter(pk=queued).update(state="INSPECTING", attempts=3, lease_until=CHECKED_AT)
    inspect(inspection_pk=queued, at=CHECKED_AT)
    assert (Inspection.objects.get(pk=queued).state, Notice.objects.count()) == ("DEAD", 1)


def test_nobody_to_write_to_is_no_fault(essays: list[Obligation]) -> None:
    inspect(inspection_pk=hand_in(essays[0], None, "script on opening"), at=DUE_AT + timedelta(hours=2))
    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    assert Obligation.objects.get(pk=essays[0].pk).state == "PENDING"
