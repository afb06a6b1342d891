"""Reports written on the portal: saving, sums, slots, the paper to sign, nil return, last period as a start.

Not here: what a line of the entry form means (`tests/directives/test_report_fields.py`), rights (`tests/architecture/`).
"""

from __future__ import annotations

import io
import re
import uuid

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.choices import ObligationState, RequirementKind, Timeliness
from directives.models import Obligation
from directives.services.deadlines import waive
from reports.figures import collect
from reports.tallies import By
from submissions.choices import InspectionState
from submissions.errors import DraftChanged, FileRefused, NilTooLate, ReportIncomplete, SlotsMissing
from submissions.models import (
    Deposit,
    Inspection,
    ReportDraft,
    ReportText,
    StagedFile,
    StagedPhoto,
    SubmissionVersion,
    SubmittedFile,
)
from submissions.report_words import short_code
from submissions.services import writing as verbs
from submissions.services.reviewing import accept, return_for_revision
from submissions.services.staging import Incoming
from submissions.services.submitting import FileToSubmit
from submissions.writing import read_writing, slots_asked
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from tests.submissions.photo_samples import PLACE, photograph
from units.choices import Role
from units.models import User
from vault.services import read_verified

pytestmark = pytest.mark.django_db
OUTLINE = ["Nội dung đã triển khai", "Đề xuất, kiến nghị"]
NUMBERS = ["Tổng số = Có mặt + Vắng"]
NOW = at(24, hour=9)


@pytest.fixture
def report() -> Obligation:
    cell = make_unit(make_ward(), name="Chi bộ Tổ dân phố số 5")
    directive = make_directive(cell.ward, number=128)
    kind = {"kind": RequirementKind.REPORT, "title": "Báo cáo kết quả sinh hoạt"}
    return make_obligation(make_requirement(directive, **kind, outline=OUTLINE, numbers=NUMBERS), cell)


@pytest.fixture
def secretary(report: Obligation) -> User:
    return make_user(Role.SECRETARY, report.unit, member=make_member(report.unit, title="Bí thư"), name="Trần Thị Bình")


def pdf(text: str = "bản ký") -> bytes:
    made = document(1)
    made.docinfo["/Subject"] = text
    return saved(made)


def put_file(report: Obligation, by: User, *, slot: int = 0, content: bytes | None = None, name: str = "scan.pdf"):
    incoming = Incoming(name, io.BytesIO(content if content is not None else pdf()))
    return verbs.attach(obligation=report, slot=slots_asked(report)[slot], incoming=incoming, by=by, at=NOW)


def save(report: Obligation, by: User, *, texts=("Đã quán triệt", "Không có"), numbers=(36, 35, 1), revision=0):
    given = {"texts": list(texts), "numbers": list(numbers), "revision": revision}
    return verbs.save_draft(obligation=report, **given, by=by, at=NOW)


def hand_in(report: Obligation, by: User, *, revision: int = 1, when=NOW, key: str = "") -> Deposit:
    return verbs.hand_in_written(
        obligation=report, revision=revision, by=by, at=when, idempotency_key=key or str(uuid.uuid4())
    )


def fresh(one: Obligation) -> Obligation:
    return Obligation.objects.get(pk=one.pk)


def test_words_numbers_and_scan_become_one_version(report: Obligation, secretary: User) -> None:
    draft = save(report, secretary)
    words = read_writing(report, NOW).words
    verbs.note_printed(obligation=report, words=words, at=NOW)
    put_file(report, secretary)
    deposit = hand_in(report, secretary)
    kept = ReportText.objects.get(version__deposit=deposit)
    assert [(part["heading"], part["text"]) for part in kept.parts] == list(
        zip(OUTLINE, ["Đã quán triệt", "Không có"], strict=True)
    )
    assert [(one["label"], one["value"], one["is_sum"]) for one in kept.numbers] == [
        ("Tổng số", 36, True), ("Có mặt", 35, False), ("Vắng", 1, False),
    ]  # fmt: skip
    assert (kept.is_as_printed, kept.digest, draft.revision) == (True, words.digest, 1)
    file = SubmittedFile.objects.get()
    assert (file.slot, file.canonical_name) == (
        "Bản ký", "Chi bộ Tổ dân phố số 5 - Báo cáo kết quả sinh hoạt.pdf",
    )  # fmt: skip
    assert (fresh(report).state, StagedFile.objects.count()) == ("SUBMITTED", 0)


def test_two_tabs_cannot_overwrite_each_other_unseen(report: Obligation, secretary: User) -> None:
    save(report, secretary, texts=("Bản một", ""))
    with pytest.raises(DraftChanged, match="Trần Thị Bình lưu lúc 09:00"):
        save(report, secretary, texts=("Bản hai", ""))
    assert ReportDraft.objects.get().texts == ["Bản một", ""]
    assert save(report, secretary, texts=("Bản hai", ""), revision=1).revision == 2
    with pytest.raises(DraftChanged):
        hand_in(report, secretary, revision=1)


def test_everything_missing_is_told_at_once_and_a_sum_that_fails_names_both_sides(
    report: Obligation, secretary: User
) -> None:
    save(report, secretary, texts=("Đã làm", " "), numbers=(36, 30, None))
    with pytest.raises(ReportIncomplete) as refused:
        hand_in(report, secretary)
    assert [(one.field, one.sentence.partition(":")[0]) for one in refused.value.faults] == [
        ("muc-1", "Đề xuất, kiến nghị"), ("so-2", "Vắng"), ("tep", "Bản ký"),
    ]  # fmt: skip
    save(report, secretary, numbers=(36, 30, 5), revision=1)
    (wrong,) = read_writing(report, NOW).sum_faults
    assert wrong == "Tổng số: Ghi 36, nhưng Có mặt + Vắng = 35. Sửa cho khớp."


def test_what_was_changed_after_printing_is_told(report: Obligation, secretary: User) -> None:
    save(report, secretary)
    verbs.note_printed(obligation=report, words=read_writing(report, NOW).words, at=NOW)
    assert not read_writing(report, NOW).is_changed_since_printing
    save(report, secretary, texts=("Đã sửa", "Không có"), revision=1)
    assert read_writing(report, NOW).is_changed_since_printing
    put_file(report, secretary)
    hand_in(report, secretary, revision=2)
    assert ReportText.objects.get().is_as_printed is False


def test_the_sender_is_warned_of_the_paper_before_he_hands_in(report: Obligation, secretary: User, client) -> None:
    client.force_login(secretary)
    page = reverse("submissions:write", args=[report.pk])
    save(report, secretary)
    assert read_writing(report, NOW).paper_warning == ""  # no scan lies here yet
    put_file(report, secretary)
    assert read_writing(report, NOW).paper_warning.startswith("Chưa in từ cổng")
    verbs.note_printed(obligation=report, words=read_writing(report, NOW).words, at=NOW)
    assert read_writing(report, NOW).paper_warning == ""
    assert "bản giấy đã ký" not in client.get(page).content.decode()
    save(report, secretary, texts=("Đã sửa", "Không có"), revision=1)
    assert read_writing(report, NOW).paper_warning.startswith("Nội dung đã sửa sau lần in gần nhất")
    bar = client.get(page).content.decode().partition('id="hand-in-bar"')[2]
    assert "Nội dung đã sửa sau lần in gần nhất nên có thể khác bản giấy đã ký" in bar


def test_a_nil_return_is_one_tap_on_time_and_not_missing(report: Obligation, secretary: User) -> None:
    deposit = verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="nil-1")
    again = verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="nil-1")
    assert (deposit, Deposit.objects.count()) == (again, 1)
    version = deposit.versions.get()
    assert (version.report.is_nil, version.timeliness, version.files.count()) == (True, Timeliness.ON_TIME, 0)
    told = collect(at=NOW, by=By.UNIT, ward=report.ward).total
    assert (told.on_time, told.missing, told.submitted) == (1, 0, 1)
    officer = make_user(Role.OFFICE, report.ward)
    accept(version=version, decided_by=officer, at=NOW)
    assert fresh(report).state == "ACCEPTED"


@pytest.mark.parametrize("is_nil", [True, False])
def test_a_second_click_that_waited_for_the_first_gets_its_receipt(
    report: Obligation, secretary: User, monkeypatch: pytest.MonkeyPatch, is_nil: bool
) -> None:
    """Two processes at once: what the second asks before it holds the lock is from before the first was carried out."""
    lock = "_locked" if is_nil else "_locked_draft"
    locked, first = getattr(verbs, lock), []
    if not is_nil:
        save(report, secretary)
        put_file(report, secretary)

    def press() -> Deposit:
        if not is_nil:
            return hand_in(report, secretary, key="press-1")
        return verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="press-1")

    def waiting(*args: object, **kwargs: object) -> object:
        monkeypatch.setattr(verbs, lock, locked)
        first.append(press())
        return locked(*args, **kwargs)

    monkeypatch.setattr(verbs, lock, waiting)
    assert [press()] == first
    assert (Deposit.objects.count(), SubmissionVersion.objects.count()) == (1, 1)


def test_a_nil_return_from_an_old_page_replaces_nothing(report: Obligation, secretary: User, client: Client) -> None:
    save(report, secretary, texts=("Quán triệt Nghị quyết", "Đề nghị hỗ trợ"))
    put_file(report, secretary)
    hand_in(report, secretary)
    with pytest.raises(NilTooLate, match="đã nộp báo cáo lúc 09:00 ngày 24/4/2026, đang chờ duyệt: không nộp gì thêm"):
        verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="nil-1")
    assert SubmittedFile.objects.get().version.submission.versions.count() == 1
    client.force_login(secretary)
    tap = {"key": f"{uuid.uuid4()}0", "revision": 1}
    answer = client.post(reverse("submissions:write_nil", args=[report.pk]), tap, follow=True)
    assert answer.redirect_chain == [(reverse("submissions:obligation_versions", args=[report.pk]), 302)]
    assert "rút báo cáo ấy trước" in answer.content.decode()


def test_a_nil_return_from_an_old_page_does_not_replace_a_voluntary_report_that_waits(
    report: Obligation, secretary: User
) -> None:
    """The duty was waived after the page was opened, and the unit reported all the same; a decided one is over."""
    officer = make_user(Role.OFFICE, report.ward, name="Phạm Thu Hằng")
    waive(obligation=report, note="Sáp nhập", by=officer, at=NOW)
    save(report, secretary, texts=("Quán triệt Nghị quyết", "Đề nghị hỗ trợ"))
    put_file(report, secretary)
    hand_in(report, secretary)
    report.refresh_from_db()
    assert report.state == ObligationState.WAIVED
    with pytest.raises(NilTooLate, match="đã nộp báo cáo lúc 09:00 ngày 24/4/2026, đang chờ duyệt: không nộp gì thêm"):
        verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="nil-1")
    waiting = SubmissionVersion.objects.get()
    return_for_revision(version=waiting, reason="Thiếu chữ ký", fix_by=at(29), decided_by=officer, at=NOW)
    verbs.return_nil(obligation=report, by=secretary, at=NOW, idempotency_key="nil-2")
    assert list(SubmissionVersion.objects.order_by("number").values_list("report__is_nil", flat=True)) == [False, True]


def test_the_last_period_is_a_start_and_what_stayed_unchanged_is_flagged(report: Obligation, secretary: User) -> None:
    save(report, secretary, texts=("Quán triệt Nghị quyết", "Đề nghị hỗ trợ"))
    put_file(report, secretary)
    hand_in(report, secretary)
    later = make_obligation(report.requirement, report.unit, period="2026-05", due_at=at(28, 5))
    assert read_writing(later, NOW).offers_last
    save(later, secretary, texts=("", "Việc mới"))
    verbs.begin_with_last(obligation=later, by=secretary, at=NOW)
    draft = ReportDraft.objects.get(obligation=later)
    assert (draft.texts, draft.begun_with) == (
        ["Quán triệt Nghị quyết", "Việc mới"], ["Quán triệt Nghị quyết", "Đề nghị hỗ trợ"],
    )  # fmt: skip
    assert [part.unchanged for part in read_writing(later, NOW).words.parts] == [True, False]
    assert not read_writing(make_obligation(report.requirement, make_unit(report.ward)), NOW).offers_last


@pytest.fixture
def plan(report: Obligation) -> Obligation:
    slots = ["Bản ký", "Biên bản", "Bản Word (không bắt buộc)"]
    asked = make_requirement(
        report.requirement.directive, kind=RequirementKind.ACTION_PLAN, title="Chương trình hành động", slots=slots
    )
    return make_obligation(asked, report.unit)


def test_it_is_answered_when_every_required_slot_is_filled(plan: Obligation, secretary: User) -> None:
    put_file(plan, secretary, slot=0)
    with pytest.raises(ReportIncomplete, match="Biên bản: chưa có tệp"):
        hand_in(plan, secretary, revision=0)
    put_file(plan, secretary, slot=1, content=pdf("biên bản"))
    deposit = hand_in(plan, secretary, revision=0)
    assert list(SubmittedFile.objects.order_by("order").values_list("slot", "canonical_name")) == [
        ("Bản ký", "Chi bộ Tổ dân phố số 5 - Chương trình hành động - Bản ký.pdf"),
        ("Biên bản", "Chi bộ Tổ dân phố số 5 - Chương trình hành động - Biên bản.pdf"),
    ]
    assert deposit.receipts.count() == 2


def test_a_slot_with_a_file_that_cannot_be_taken_says_so(plan: Obligation, secretary: User, client: Client) -> None:
    client.force_login(secretary)
    page = reverse("submissions:write", args=[plan.pk])
    put_file(plan, secretary, slot=0)
    assert "Có 1 tệp" in client.get(page).content.decode()
    bad = put_file(plan, secretary, slot=0, content=pdf("trang hai"))
    Inspection.objects.filter(blob=bad.blob).update(state=InspectionState.REJECTED, reason="password")
    put_file(plan, secretary, slot=1, content=pdf("biên bản"))
    desk = read_writing(plan, NOW)
    assert [(row.usable, row.refused, row.said) for row in desk.slots[:2]] == [
        (1, 1, "1 trong 2 tệp dùng được"),
        (1, 0, "Có 1 tệp"),
    ]
    assert [one.sentence for one in desk.faults] == [
        "Bản ký: 1 trong 2 tệp không dùng được. Bỏ tệp ấy, tải tệp khác lên."
    ]
    assert "1 trong 2 tệp dùng được" in client.get(page).content.decode()
    verbs.detach(staged=bad, by=secretary, at=NOW)
    assert read_writing(plan, NOW).faults == []


def test_every_door_asks_for_the_slots(plan: Obligation) -> None:
    with pytest.raises(SlotsMissing, match="Biên bản"):
        hand_in_one(plan)
    files = [FileToSubmit(make_inspected(), "a.pdf", "A.pdf", slot) for slot in ("Bản ký", "Biên bản")]
    assert hand_in_one(plan, *files).number == 1


def test_a_correction_of_one_slot_keeps_the_other_file(plan: Obligation, secretary: User) -> None:
    files = [FileToSubmit(make_inspected(), f"{slot}.pdf", f"{slot}.pdf", slot) for slot in ("Bản ký", "Biên bản")]
    first = hand_in_one(plan, *files)
    officer = make_user(Role.OFFICE, plan.ward)
    return_for_revision(version=first, reason="Biên bản mờ", fix_by=at(30), decided_by=officer, at=at(25))
    put_file(plan, secretary, slot=1, content=pdf("biên bản rõ"))
    hand_in(plan, secretary, revision=0, when=at(26))
    second = fresh(plan).submission.current
    assert [(one.slot, one.blob_id == files[0].blob.pk) for one in second.files.order_by("order")] == [
        ("Bản ký", True), ("Biên bản", False),
    ]  # fmt: skip


def test_a_word_slot_takes_word_and_others_do_not(plan: Obligation, secretary: User) -> None:
    out = io.BytesIO()
    made = Document()
    made.add_paragraph("Chương trình hành động")
    made.save(out)
    staged = put_file(plan, secretary, slot=2, content=out.getvalue(), name="ctr.docx")
    assert staged.canonical_name.endswith("- Bản Word.docx")
    assert (staged.blob.inspection.state, staged.blob.inspection.sentence) == ("CLEAN", "Tệp Word mở được.")
    with pytest.raises(FileRefused, match="không phải PDF"):
        put_file(plan, secretary, slot=0, content=out.getvalue(), name="ctr.docx")
    with pytest.raises(FileRefused, match="hỏng"):
        put_file(plan, secretary, slot=2, content=b"PK\x03\x04 khong phai word", name="ctr.docx")
    assert StagedFile.objects.count() == 1


def upload(client: Client, one: Obligation, slot: int, *files: tuple[str, bytes]):
    given = [SimpleUploadedFile(name, content) for name, content in files]
    with zeal_ignore():  # each photograph is kept by itself
        return client.post(reverse("submissions:write_attach", args=[one.pk]), {"slot": slot, "file": given})


def test_photographs_of_one_paper_fill_a_slot_as_one_pdf(plan: Obligation, secretary: User, client: Client) -> None:
    client.force_login(secretary)
    first = upload(client, plan, 1, ("IMG_2.jpg", photograph(number=2)), ("IMG_1.jpg", photograph(number=1)))
    assert first.url == f"{reverse('submissions:write', args=[plan.pk])}#tep"
    assert upload(client, plan, 1, ("IMG_3.png", photograph(kind="PNG", number=3))).status_code == 302
    (row,) = StagedFile.objects.all()
    assert (row.slot, row.canonical_name, row.provenance, row.blob.inspection.state) == (
        "Biên bản", "Chi bộ Tổ dân phố số 5 - Chương trình hành động - Biên bản.pdf", "3 ảnh chụp ghép lại", "CLEAN",
    )  # fmt: skip
    assert [one.original_name for one in row.photos.all()] == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.png"]
    page = client.get(reverse("submissions:write", args=[plan.pk])).content.decode()
    pages = reverse("submissions:desk_photos", args=[row.pk])
    assert ("3 ảnh chụp ghép lại" in page, pages in page) == (True, True)
    assert "Bài khác bắt đầu từ ảnh này" not in client.get(pages).content.decode()
    last = row.photos.last()
    change = reverse("submissions:desk_photo_change", args=[row.pk, last.pk])
    with zeal_ignore():
        client.post(change, {"viec": "len"})
        client.post(change, {"viec": "tach"})
    assert [one.original_name for one in row.photos.all()] == ["IMG_1.jpg", "IMG_3.png", "IMG_2.jpg"]
    upload(client, plan, 0, ("ký.pdf", pdf()))
    client.post(reverse("submissions:write_hand_in", args=[plan.pk]), {"key": uuid.uuid4(), "revision": 0})
    kept = SubmittedFile.objects.get(slot="Biên bản")
    assert (kept.receipt.pages, StagedFile.objects.count(), StagedPhoto.objects.count()) == (3, 0, 0)
    with pikepdf.open(io.BytesIO(read_verified(blob=kept.blob, now=NOW))) as bound:
        assert len(bound.pages) == 3
    assert PLACE.encode() not in read_verified(blob=kept.blob, now=NOW)


def test_dropping_the_last_photograph_empties_the_slot(plan: Obligation, secretary: User, client: Client) -> None:
    client.force_login(secretary)
    upload(client, plan, 1, ("IMG_1.jpg", photograph()))
    photo = StagedPhoto.objects.get()
    answer = client.post(reverse("submissions:desk_photo_change", args=[photo.staged_id, photo.pk]), {"viec": "bo"})
    assert answer.url == f"{reverse('submissions:write', args=[plan.pk])}#tep"
    assert not StagedFile.objects.exists()
    assert not read_writing(plan, NOW).slots[1].is_filled


def test_a_bad_file_of_several_is_told_off_and_the_others_are_kept(
    plan: Obligation, secretary: User, client: Client
) -> None:
    client.force_login(secretary)
    bad = (("hỏng.jpg", b"\xff\xd8\xff broken"), ("b.heic", b"\0\0\0\x18ftypheic" + b"\0" * 30), ("a.txt", b"chu"))
    answer = upload(
        client, plan, 1, ("IMG_1.jpg", photograph()), *bad, ("ký.pdf", pdf()), ("TUYỆT MẬT.jpg", photograph(number=4))
    )
    said = [str(one) for one in answer.context["messages"]]
    assert (answer.status_code, len(said)) == (422, 4)
    assert said[0] == "hỏng.jpg: Ảnh hỏng hoặc tải lên chưa hết. Hãy chụp lại trang này."
    assert "HEIC" in said[1]
    assert "không phải PDF" in said[2]
    assert "dấu mật" in said[3]
    assert sorted(StagedFile.objects.values_list("original_name", flat=True)) == ["ký.pdf", "ảnh chụp"]
    assert StagedPhoto.objects.count() == 1


def test_too_many_photographs_for_one_file_leave_the_slot_open(
    plan: Obligation, secretary: User, client: Client, settings
) -> None:
    client.force_login(secretary)
    upload(client, plan, 0, ("IMG_1.jpg", photograph()))
    settings.UPLOAD_FILE_LIMIT = 40_000
    upload(client, plan, 0, *((f"IMG_{n}.jpg", photograph(size=(300, 400), number=n)) for n in range(2, 30)))
    slot = read_writing(plan, NOW).slots[0]
    assert (slot.is_filled, slot.staged[0].message) == (False, "Các ảnh gộp lại quá 25 MB. Hãy bỏ bớt ảnh thừa.")
    page = client.get(reverse("submissions:write", args=[plan.pk])).content.decode()
    assert ("Các ảnh gộp lại quá 25 MB" in page, "Còn 2 chỗ trước khi nộp" in page) == (True, True)


def test_the_whole_way_by_plain_forms(report: Obligation, secretary: User, client: Client) -> None:
    client.force_login(secretary)
    page = reverse("submissions:write", args=[report.pk])
    assert client.get(reverse("submissions:desk", args=[report.requirement_id, report.unit_id])).url == page
    said = {"revision": 0, "muc-0": "Đã quán triệt", "muc-1": "Không có", "so-0": 36, "so-1": 35, "so-2": 1}
    assert client.post(page, said).status_code == 302
    clash = client.post(page, said | {"muc-0": "Từ cửa sổ khác"})
    assert (clash.status_code, "Từ cửa sổ khác" in clash.content.decode()) == (422, True)
    saved_state = client.post(page, said | {"revision": 1, "muc-1": "Có"}, headers={"HX-Request": "true"})
    assert 'value="2"' in saved_state.content.decode()
    paper = client.get(reverse("reports:unit_report", args=[report.pk, "pdf"]))
    assert b"".join(paper.streaming_content if paper.streaming else [paper.content])[:5] == b"%PDF-"
    assert short_code(ReportDraft.objects.get().printed_digest) == read_writing(report, NOW).words.code
    refused = client.post(reverse("submissions:write_hand_in", args=[report.pk]), {"key": uuid.uuid4(), "revision": 2})
    assert (refused.status_code, "Bản ký: chưa có tệp" in refused.content.decode()) == (422, True)
    upload = SimpleUploadedFile("ký.pdf", pdf(), "application/pdf")
    assert (
        client.post(reverse("submissions:write_attach", args=[report.pk]), {"slot": 0, "file": upload}).status_code
        == 302
    )
    done = client.post(reverse("submissions:write_hand_in", args=[report.pk]), {"key": uuid.uuid4(), "revision": 2})
    assert client.get(done.url).status_code == 200
    shown = client.get(reverse("submissions:obligation_versions", args=[report.pk])).content.decode()
    assert ("Đã quán triệt" in shown, "Nội dung nộp trùng với bản đơn vị đã in từ cổng để ký" in shown) == (True, True)


def test_the_nil_receipt_can_be_read_and_checked(report: Obligation, secretary: User, client: Client) -> None:
    client.force_login(secretary)
    done = client.post(reverse("submissions:write_nil", args=[report.pk]), {"key": uuid.uuid4(), "revision": 0})
    assert "Không phát sinh" in client.get(done.url).content.decode()
    code = Deposit.objects.get().code
    assert client.get(reverse("submissions:check_code", args=[code])).status_code == 200


def looks(report: Obligation, staged: StagedFile) -> list[str]:
    """The page, its first image, the file itself."""
    of = [report.pk, staged.pk]
    names = (("write_file", of), ("write_file_page", [*of, 1]), ("write_file_download", of))
    return [reverse(f"submissions:{name}", args=args) for name, args in names]


def test_a_file_of_a_report_is_looked_at_before_it_is_handed_in_by_whoever_hands_it_in(
    report: Obligation, secretary: User, client: Client
) -> None:
    staged = put_file(report, secretary)
    deputy = make_user(Role.SECRETARY, report.unit)
    office = make_user(Role.OFFICE, report.ward)
    show, image, file = looks(report, staged)
    for user in (secretary, deputy, office):  # any of them hands in what lies there, whoever put it there
        client.force_login(user)
        page = client.get(reverse("submissions:write", args=[report.pk])).content.decode()
        assert f'href="{show}">xem' in page
        assert [*client.get(show).context["pages"]] == [1]
        assert (client.get(image)["Content-Type"], client.get(image).content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        answer = client.get(file)
        assert answer.getvalue() == read_verified(blob=staged.blob, now=NOW)
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
        assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''Chi%20b%E1%BB%99%20T%E1%BB%95")
        assert client.get(reverse("submissions:write_file_page", args=[report.pk, staged.pk, 2])).status_code == 404
    logged = AuditEntry.objects.filter(action="submission.download_unsent").order_by("pk")
    assert [one.actor_id for one in logged] == [str(user.pk) for user in (secretary, deputy, office)]
    assert {one.data["sha256"] for one in logged} == {staged.blob.sha256}


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.SECRETARY, "neighbour", 404),
        (Role.SECRETARY, "other ward", 404),
        (Role.OFFICE, "other ward", 404),
        (Role.ADMIN, "other ward", 404),
        (Role.LEADER, "ward", 403),
        (Role.MEMBER, "unit", 404),
        (None, "", 302),
    ],
)
def test_nobody_else_looks_into_a_report_that_is_not_handed_in(
    report: Obligation, secretary: User, client: Client, role: str | None, where: str, status: int
) -> None:
    staged = put_file(report, secretary)
    places = {"unit": report.unit, "ward": report.ward}
    places |= {"neighbour": make_unit(report.ward, name="Chi bộ 6"), "other ward": make_ward(code="BC")}
    if role == Role.MEMBER:
        client.force_login(make_user(role, report.unit, member=make_member(report.unit)))
    elif role:
        client.force_login(make_user(role, places[where]))
    assert [client.get(one).status_code for one in looks(report, staged)] == [status] * 3
    assert not AuditEntry.objects.filter(action="submission.download_unsent").exists()


@pytest.mark.parametrize("state", ["RECEIVED", "INSPECTING", "REJECTED", "DEAD"])
def test_no_page_of_a_report_is_shown_before_its_checks_allow_it(
    report: Obligation, secretary: User, client: Client, state: str
) -> None:
    staged = put_file(report, secretary)
    Inspection.objects.update(state=state)
    client.force_login(secretary)
    assert looks(report, staged)[0] not in client.get(reverse("submissions:write", args=[report.pk])).content.decode()
    assert [client.get(one).status_code for one in looks(report, staged)] == [404] * 3


def test_a_word_file_has_no_pages_and_is_downloaded(plan: Obligation, secretary: User, client: Client) -> None:
    out = io.BytesIO()
    Document().save(out)
    staged = put_file(plan, secretary, slot=2, content=out.getvalue(), name="ctr.docx")
    client.force_login(secretary)
    show, image, file = looks(plan, staged)
    page = client.get(show)
    assert ([*page.context["pages"]], "Tệp Word không có ảnh trang." in page.content.decode()) == ([], True)
    assert client.get(image).status_code == 404
    answer = client.get(file)
    assert (answer.getvalue(), answer["Content-Type"]) == (out.getvalue(), verbs.DOCX)


def test_a_file_is_found_at_its_own_report_alone(report: Obligation, secretary: User, client: Client) -> None:
    staged = put_file(report, secretary)
    other = make_obligation(
        make_requirement(report.requirement.directive, kind=RequirementKind.REPORT, outline=OUTLINE), report.unit
    )
    client.force_login(secretary)
    assert [client.get(one).status_code for one in looks(other, staged)] == [404] * 3
    desk = (("desk_file", [staged.pk]), ("desk_file_page", [staged.pk, 1]))
    assert [client.get(reverse(f"submissions:{name}", args=args)).status_code for name, args in desk] == [404, 404]


def test_a_hand_in_takes_the_files_its_page_showed(report: Obligation, secretary: User, client: Client) -> None:
    """The deputy puts another scan in while the secretary reads the page."""
    save(report, secretary)
    first = put_file(report, secretary)
    client.force_login(secretary)
    page = client.get(reverse("submissions:write", args=[report.pk])).content.decode()
    form = page.partition('id="hand-in-bar"')[2]
    sent = dict(re.findall(r'name="(key|revision|files)"[^>]* value="([^"]*)"', form))
    assert sent["files"] == f"{first.pk}.{first.blob_id}"
    second = put_file(report, make_user(Role.SECRETARY, report.unit), content=pdf("bản khác"), name="khác.pdf")
    address = reverse("submissions:write_hand_in", args=[report.pk])
    refused = client.post(address, sent)
    assert (refused.status_code, Deposit.objects.count()) == (422, 0)
    assert "Tệp trong các ô đã đổi từ khi mở trang này" in refused.content.decode()
    assert (
        client.post(address, sent | {"files": f"{first.pk}.{first.blob_id} {second.pk}.{second.blob_id}"}).status_code
        == 302
    )
    assert SubmittedFile.objects.count() == 2


def test_a_file_put_in_while_the_report_is_handed_in_is_not_lost(
    report: Obligation, secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(report, secretary)
    put_file(report, secretary)
    carried_out = verbs.hand_in

    def meanwhile(**said):
        made = carried_out(**said)
        put_file(report, make_user(Role.SECRETARY, report.unit), content=pdf("đến sau"), name="đến sau.pdf")
        return made

    monkeypatch.setattr(verbs, "hand_in", meanwhile)
    hand_in(report, secretary)
    assert list(SubmittedFile.objects.values_list("original_name", flat=True)) == ["scan.pdf"]
    assert list(StagedFile.objects.values_list("original_name", flat=True)) == ["đến sau.pdf"]


def test_a_file_in_a_slot_is_given_to_nobody_else(report: Obligation, secretary: User, client: Client) -> None:
    staged, below = put_file(report, secretary), make_unit(report.unit, name="Tổ Đảng 1")
    other = make_obligation(report.requirement, below)
    client.force_login(secretary)
    answer = client.post(reverse("submissions:desk_choose", args=[staged.pk]), {"obligation": other.pk})
    assert (answer.status_code, StagedFile.objects.get().obligation_id) == (404, report.pk)
