"""Receipts: the unit's list, the sheet, one's own paper, and what a stranger who holds a code is told."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from directives.choices import ObligationState, RequirementKind
from directives.services.amendments import write_amendments
from directives.services.issuing import issue_directive
from submissions.models import Inspection, Receipt
from submissions.receipt_paper import compose, short_hash, timeliness_in_words
from submissions.report_words import ReportWords
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from tests.corner import empty_the_cache
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from vault.models import Blob
from vault.services import PDF, put, read_verified
from vault.store import current_store

pytestmark = pytest.mark.django_db


class Handed:
    """A unit that handed in two essays in one deposit."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.secretary = make_user(Role.SECRETARY, self.unit, member=make_member(self.unit, title="Bí thư"))
        self.requirement = make_requirement(make_directive(self.ward, number=128))
        self.members = [make_member(self.unit, name=name) for name in ("Vũ Thị Hoà", "Nguyễn Văn An")]
        for member in self.members:
            make_obligation(self.requirement, member)
        self.deposit = self.hand_in("một")

    def hand_in(self, text, members=None, by=None):
        answers = []
        for member in members or self.members:
            made = document(2)
            made.docinfo["/Subject"] = f"{text} {member}"
            blob = put(stream=io.BytesIO(saved(made)), media_type=PDF, limit=10**7, now=at(24))
            Inspection.objects.update_or_create(
                blob=blob, defaults={"state": "CLEAN", "pages": 2, "created_at": at(24)}
            )
            file = FileToSubmit(blob, "a.pdf", f"{member.full_name} - đảng viên, {self.unit.name}.pdf")
            answers.append(Answer(member.obligations.get(), (file,)))
        return hand_in(
            answers=answers, unit=self.unit, requirement=self.requirement, submitted_by=by or self.secretary,
            door="BROWSER", received_at=at(24, hour=16, minute=5, second=12), idempotency_key=f"{text}" * 8,
        )  # fmt: skip

    def receipt_of(self, member) -> Receipt:
        return Receipt.objects.get(file__version__submission__obligation__member=member)


@pytest.fixture
def handed():
    empty_the_cache()
    return Handed()


def sheet(client, code):
    return client.get(reverse("submissions:receipt", args=[code]))


def test_both_codes_of_a_receipt_are_looked_up(handed, client):
    def found(code):
        rows = client.get(reverse("reports:lookup"), {"q": code}).context["hits"].submissions.rows
        return sorted(one.obligation.member.full_name for one, *_ in rows)

    client.force_login(make_user(Role.OFFICE, handed.ward))
    of_one = handed.receipt_of(handed.members[0]).code
    assert found(handed.deposit.code) == ["Nguyễn Văn An", "Vũ Thị Hoà"]
    assert found(handed.deposit.code.lower().replace("-", " ")) == ["Nguyễn Văn An", "Vũ Thị Hoà"]
    assert found(of_one) == ["Vũ Thị Hoà"]
    client.force_login(make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH")))
    assert found(handed.deposit.code) == found(of_one) == []


def test_the_list_of_the_unit(handed, client):
    client.force_login(handed.secretary)
    page = client.get(reverse("submissions:receipts"))
    (listed,) = page.context["page_obj"].object_list
    assert (listed, listed.file_count) == (handed.deposit, 2)
    found = client.get(reverse("submissions:receipts"), {"ma": handed.deposit.code.lower().replace("-", " ")})
    assert found.url == reverse("submissions:receipt", args=[handed.deposit.code])
    assert "Không có phiếu nào" in client.get(reverse("submissions:receipts"), {"ma": "0000-0000"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(handed, client, count, django_assert_num_queries):
    for number in range(1, count):
        handed.hand_in(f"lần {number}")
    client.force_login(handed.secretary)
    client.get(reverse("submissions:receipts"))
    with django_assert_num_queries(6):
        assert len(client.get(reverse("submissions:receipts")).context["page_obj"].object_list) == count


def test_the_sheet_of_a_deposit_lists_its_files_by_name(handed, client):
    client.force_login(handed.secretary)
    paper = sheet(client, handed.deposit.code).context["paper"]
    assert [row.name for row in paper.rows] == [
        "Nguyễn Văn An - đảng viên, Chi bộ Tổ dân phố số 5",
        "Vũ Thị Hoà - đảng viên, Chi bộ Tổ dân phố số 5",
    ]
    assert (paper.pages, paper.timeliness) == (4, "đúng hạn")
    assert paper.submitter == f"{handed.secretary.full_name}, Bí thư, nộp thay 2 đảng viên"
    assert paper.deadline == "nộp đến hết thứ\xa0Hai ngày\xa027/4/2026"
    assert paper.check_url.endswith(f"/p/{handed.deposit.code}/")


def test_the_sheet_says_its_order_and_what_its_codes_are(handed, client):
    client.force_login(handed.secretary)
    of_all = sheet(client, handed.deposit.code).content.decode()
    assert (
        "Tên tệp lưu ghi “Họ và tên - chức vụ, đơn vị”, ai không giữ chức vụ thì ghi “đảng viên”, xếp theo tên"
        in of_all
    )
    assert "Mã SHA-256 tính từ nội dung tệp, ở đây ghi tám ký tự đầu" in of_all
    of_one = sheet(client, handed.receipt_of(handed.members[0]).code).content.decode()
    assert (
        "Tên tệp lưu ghi “Họ và tên - chức vụ, đơn vị”, ai không giữ chức vụ thì ghi “đảng viên”. Mã SHA-256" in of_one
    )


def test_the_sheet_names_the_one_for_whom_it_was_handed_in_beside_an_own_paper(handed, client):
    own = handed.secretary.member
    make_obligation(handed.requirement, own)
    deposit = handed.hand_in("hai", members=[own, handed.members[0]])
    client.force_login(handed.secretary)
    paper = sheet(client, deposit.code).context["paper"]
    assert paper.submitter == f"{own.full_name}, Bí thư, nộp thay đ/c Vũ Thị Hoà"
    assert {row.name.partition(" - ")[0]: row.note for row in paper.rows} == {
        own.full_name: "",
        "Vũ Thị Hoà": "lần 2, nộp thay",
    }


def test_the_office_is_told_beside_the_name_of_its_officer(handed, client):
    officer = make_user(Role.OFFICE, handed.ward)
    deposit = handed.hand_in("ba", members=handed.members[:1], by=officer)
    client.force_login(officer)
    paper = sheet(client, deposit.code).context["paper"]
    assert paper.submitter == f"{officer.full_name}, Ban Xây dựng Đảng, nộp thay đ/c Vũ Thị Hoà"
    # An account of another ward that had a role there only says its name here.
    stranger = make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))
    deposit = handed.hand_in("bốn", members=handed.members[:1], by=stranger)
    paper = sheet(client, deposit.code).context["paper"]
    assert paper.submitter == f"{stranger.full_name}, nộp thay đ/c Vũ Thị Hoà"


def test_a_deadline_put_off_afterwards_changes_no_receipt(handed, client):
    later = make_directive(handed.ward, number=61, state="DRAFT")
    change = {handed.requirement.pk: ("RESCHEDULE", "trước ngày 10/5/2026")}
    write_amendments(directive=later, target=handed.requirement.directive, changes=change, by=None, at=at(25))
    issue_directive(directive=later, by=None, at=at(25))
    client.force_login(handed.secretary)
    page = sheet(client, handed.deposit.code).content.decode()
    assert "“trước ngày 28/4/2026”, nộp đến hết" in page
    assert "10/5/2026" not in page


def test_a_member_sees_the_own_paper_and_no_neighbours(handed, client):
    hoa, an = handed.members
    client.force_login(make_user(member=hoa))
    for code in (handed.receipt_of(hoa).code, handed.deposit.code):
        html = sheet(client, code).content.decode()
        assert "Vũ Thị Hoà" in html
        assert "Nguyễn Văn An" not in html
    assert sheet(client, handed.receipt_of(an).code).status_code == 404


def test_a_file_refused_after_the_receipt_is_told_and_the_receipt_stands(handed, client):
    receipt = handed.receipt_of(handed.members[0])
    Inspection.objects.filter(blob=receipt.file.blob).update(
        state="REJECTED", verdict_class="malformed", reason="damaged"
    )
    client.force_login(handed.secretary)
    html = sheet(client, handed.deposit.code).content.decode()
    assert "1 tệp sau khi nhận không mở được, cần nộp lại" in html
    assert "Tệp hỏng, không mở được. Hãy quét hoặc xuất lại PDF." in html
    assert short_hash(receipt.sha256) in html


def test_how_far_the_unit_is_by_now(handed, client):
    make_obligation(handed.requirement, make_member(handed.unit))
    make_obligation(handed.requirement, make_member(handed.unit), state=ObligationState.WAIVED)
    client.force_login(handed.secretary)
    page = sheet(client, handed.deposit.code)
    standing = page.context["standing"]
    assert (standing.sent, standing.required, standing.owing) == (2, 3, 1)
    assert "<dt>Chi bộ Tổ dân phố số 5 đã nộp</dt><dd>2/3 bài, " in page.content.decode()


def test_a_stranger_with_the_code_is_told_what_proves_a_file_and_no_name(handed, client):
    digests = set(Receipt.objects.values_list("sha256", flat=True))
    html = client.get(reverse("submissions:check_code", args=[handed.deposit.code])).content.decode()
    assert "là phiếu thật" in html
    assert "16:05:12, ngày 24/4/2026" in html
    assert all(digest[8:] in html for digest in digests)
    assert "Vũ Thị Hoà" not in html
    assert handed.secretary.full_name not in html
    one = handed.receipt_of(handed.members[0])
    html = client.get(reverse("submissions:check_code", args=[one.code])).content.decode()
    assert one.sha256[8:] in html
    assert sum(digest[8:] in html for digest in digests) == 1


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [("", 200, "Mã phiếu"), ("abc", 422, "không phải mã phiếu"), ("0000-0000", 404, "Không có phiếu nào")],
)
def test_codes_that_lead_nowhere(handed, client, typed, status, said):
    answer = client.get(reverse("submissions:check"), {"ma": typed} if typed else {}, follow=True)
    assert answer.status_code == status
    assert said in answer.content.decode()


def test_a_code_as_people_type_it(handed, client):
    typed = handed.deposit.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = client.get(reverse("submissions:check"), {"ma": typed})
    assert answer.url == reverse("submissions:check_code", args=[handed.deposit.code])


def test_whoever_asks_too_often_waits_a_minute(handed, client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # all within the one minute that is counted
    url = reverse("submissions:check_code", args=[handed.deposit.code])
    answers = [client.get(url).status_code for _ in range(40)]
    assert set(answers) == {200, 429}
    assert answers == sorted(answers)


def test_words_for_mixed_timeliness():
    assert timeliness_in_words(["ON_TIME", "ON_TIME"]) == "đúng hạn"
    assert timeliness_in_words(["LATE", "ON_TIME", "ON_TIME", "WAIVED"]) == "2 đúng hạn, 1 nộp muộn, 1 tự nguyện"


def test_the_code_of_the_whole_sheet_depends_on_every_file(handed):
    receipts = list(Receipt.objects.with_file().in_order())
    whole = compose(handed.deposit.code, receipts[0].deposit, receipts).whole_hash
    assert whole != compose(handed.deposit.code, receipts[0].deposit, receipts[:1]).whole_hash
    assert len(whole) == 9


def test_a_file_is_compared_without_scripts_and_not_kept(handed, client):
    one = handed.receipt_of(handed.members[0])
    url = reverse("submissions:check_file", args=[handed.deposit.code])
    content = read_verified(blob=one.file.blob, now=at(24))
    before = Blob.objects.count()
    answers = [
        client.post(url, {"tep": SimpleUploadedFile("a.pdf", data)}).context["compared"].number
        for data in (content, content + b" ")
    ]
    assert answers[0] in (1, 2)
    assert answers[1] is None
    assert "Chưa chọn tệp nào" in client.post(url).content.decode()
    assert (Blob.objects.count(), list(current_store().staging_folder().iterdir())) == (before, [])
    unknown = reverse("submissions:check_file", args=["0000-0000"])
    assert client.post(unknown, {"tep": SimpleUploadedFile("a.pdf", content)}).status_code == 404


def test_a_receipt_says_what_was_replaced_since(handed, client):
    first = handed.members[0]
    whole, of_one = handed.deposit.code, handed.receipt_of(first).code
    before = sheet_rows(client, handed, whole)
    blob = handed.receipt_of(first).file.blob
    again = hand_in_later(handed, first, blob, "giữ", at(24, hour=17))
    assert sheet_rows(client, handed, whole) == before, "the later hand-in holds the same file"
    handed.hand_in("hai", members=[first])
    said = "đã thay bằng bản nộp lúc 16:05 ngày 24/4/2026"
    assert sheet_rows(client, handed, whole) == [("Nguyễn Văn An", ""), ("Vũ Thị Hoà", said)]
    assert sheet_rows(client, handed, again.code) == [("Vũ Thị Hoà", said)]
    text = sheet(client, whole).content.decode()
    assert text.count(said) == 2  # beside the sheet, and on its line
    assert "bản được tính là bản nộp sau" in text
    client.logout()
    for code, count in ((whole, 1), (of_one, 1)):
        public = client.get(reverse("submissions:check_code", args=[code])).content.decode()
        assert public.count(f"<strong>Đ{said[1:]}.</strong>") == count
        assert not any(member.full_name in public for member in handed.members)


def test_a_nil_return_replaced_by_another_answer_says_so(handed, client):
    report = make_requirement(make_directive(handed.ward, number=9), kind=RequirementKind.REPORT, outline=["Kết quả"])
    duty = make_obligation(report, handed.unit)
    common = {"unit": handed.unit, "requirement": report, "submitted_by": handed.secretary, "door": "BROWSER"}
    nil = Answer(duty, (), ReportWords(is_nil=True))
    deposit = hand_in(answers=[nil], received_at=at(24, hour=8), idempotency_key="k" * 16, **common)
    client.force_login(handed.secretary)
    assert sheet(client, deposit.code).context["paper"].bare_replaced == ""
    hand_in(answers=[nil], received_at=at(24, hour=9, minute=30), idempotency_key="l" * 16, **common)
    said = "đã thay bằng bản nộp lúc 09:30 ngày 24/4/2026"
    assert sheet(client, deposit.code).context["paper"].bare_replaced == said
    public = client.get(reverse("submissions:check_code", args=[deposit.code])).content.decode()
    assert f"<strong>Đ{said[1:]}.</strong>" in public


def sheet_rows(client, handed, code):
    client.force_login(handed.secretary)
    return [(row.name.split(" - ")[0], row.replaced) for row in sheet(client, code).context["paper"].rows]


def hand_in_later(handed, member, blob, key, moment):
    file = FileToSubmit(blob, "a.pdf", f"{member.full_name} - đảng viên, {handed.unit.name}.pdf")
    return hand_in(
        answers=[Answer(member.obligations.get(), (file,))], unit=handed.unit, requirement=handed.requirement,
        submitted_by=handed.secretary, door="BROWSER", received_at=moment, idempotency_key=key * 8,
    )  # fmt: skip
