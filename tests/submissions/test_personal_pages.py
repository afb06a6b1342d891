"""Behind a personal link: own duties, photographs to a PDF, the receipt; closed and foreign doors; no trace of the code.

Not here: the links themselves (`tests/units/test_links.py`), the photographs (`test_photos.py`), a real browser
(`tests/e2e/test_personal.py`).
"""

from __future__ import annotations

import io
import logging
import unicodedata
import uuid
from datetime import datetime, timedelta

import pikepdf
import pytest
from django.conf import settings as portal_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.models import AuditEntry
from directives.choices import ObligationState
from directives.models import Directive, Obligation
from interface.wording import last_day_in_words
from phucloi_portal.logs import DropRequestObject
from submissions.choices import Door, InspectionState
from submissions.errors import PagesChanged
from submissions.link_throttle import WRONG_A_MINUTE
from submissions.models import Deposit, PhotoPage, Receipt, SubmissionVersion
from submissions.services import paging
from submissions.services.reviewing import return_for_revision
from submissions.services.submitting import Answer
from tests.corner import empty_the_cache
from tests.factories.directives import DUE_AT, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_file, make_inspected
from tests.factories.units import appoint, make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from tests.submissions.photo_samples import LIES_ON_ITS_LEFT, PLACE, has_mark_upper_left, photograph
from tests.submissions.text_samples import text_pdf
from tests.vault.test_services import alter
from units.choices import MemberStatus, Role
from units.services.links import make_link, revoke_links
from vault.models import Blob
from vault.services import read_verified
from vault.store import current_store
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 9, 5, tzinfo=VIETNAM)


class Elder:
    """A member without account, her link and her duty; a neighbour who must never be seen."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 12")
        self.secretary = make_user(Role.SECRETARY, self.unit, name="Trần Văn Bảy")
        head = make_member(self.unit, name="Trần Văn Bảy", phone="0912 345 678")
        appoint(head, "Bí thư", unit=self.unit)
        name = unicodedata.normalize("NFC", unicodedata.normalize("NFD", "Lê Thị Hòa"))
        self.member = make_member(self.unit, name=name, title="Phó Bí thư")
        self.requirement = make_requirement(make_directive(self.ward))
        self.duty = make_obligation(self.requirement, self.member)
        self.neighbour = make_member(self.unit, name="Nguyễn Bí Mật Khác")
        self.neighbours = make_obligation(self.requirement, self.neighbour)
        issued = make_link(member=self.member, unit=self.unit, by=self.secretary, at=NOW, sheet="")
        self.link, self.code = issued.link, issued.code
        self.client = Client()

    def url(self, name: str, *parts: object) -> str:
        return reverse(f"submissions:{name}", args=[self.code, *parts])

    def get(self, name: str, *parts: object, **options: object):
        return self.client.get(self.url(name, *parts), **options)

    def add(self, *contents: bytes, names: tuple[str, ...] = ()):
        files = [
            SimpleUploadedFile(names[place] if names else f"IMG_{place}.jpg", content)
            for place, content in enumerate(contents)
        ]
        return self.client.post(self.url("personal_add", self.duty.pk), {"trang": files})

    def pages(self) -> list[PhotoPage]:
        return list(PhotoPage.objects.filter(obligation=self.duty))

    def act(self, page: PhotoPage, act: str):
        return self.client.post(self.url("personal_change", self.duty.pk, page.pk), {"viec": act})

    def submit(self, *, key: str = "", pages: list[PhotoPage] | None = None):
        ids = ",".join(str(page.pk) for page in (self.pages() if pages is None else pages))
        data = {"key": key or str(uuid.uuid4()), "pages": ids}
        return self.client.post(self.url("personal_submit", self.duty.pk), data)


@pytest.fixture
def elder(time_machine, settings) -> Elder:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # each photograph is two contents of its own
    time_machine.move_to(NOW, tick=False)
    empty_the_cache()
    return Elder()


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def test_one_duty_opens_at_once_with_one_sentence(elder: Elder) -> None:
    response = elder.get("personal")
    assert response["Location"] == elder.url("personal_pages", elder.duty.pk)
    text = text_of(elder.get("personal_pages", elder.duty.pk))
    assert "Đồng chí Lê Thị Hòa, Phó Bí thư Chi bộ Tổ dân phố số 12" in text
    assert "Mời đồng chí chụp từng trang bài thu hoạch Nghị quyết số 02-NQ/TW đã ký, rồi bấm Nộp bài." in text
    assert "hết thứ Hai ngày 27/4/2026" in text
    assert "Nguyễn Bí Mật Khác" not in text
    elder.link.refresh_from_db()
    assert (elder.link.use_count, elder.link.last_used_at) == (1, NOW)


def test_pages_leave_no_copy_no_referrer_and_no_session(elder: Elder) -> None:
    elder.client.force_login(elder.secretary, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    elder.add(photograph())
    for response in (
        elder.get("personal_pages", elder.duty.pk),
        elder.client.get(elder.url("personal") + "?tat-ca"),
        elder.get("personal_image", elder.duty.pk, elder.pages()[0].pk),
        elder.client.get(reverse("submissions:personal", args=["0000-0000-0000-0000"])),
    ):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert portal_settings.SESSION_COOKIE_NAME not in response.cookies
        if response["Content-Type"].startswith("text/html"):
            assert elder.secretary.email not in text_of(response)
            assert "topmenu-account" not in text_of(response)


def test_an_altered_page_is_not_shown_and_breaks_nothing(elder: Elder) -> None:
    elder.add(photograph())
    page = elder.pages()[0]
    alter(page.thumb, b"other")
    assert elder.get("personal_image", elder.duty.pk, page.pk).status_code == 404
    assert elder.get("personal_pages", elder.duty.pk).status_code == 200


def test_two_photographs_become_one_upright_pdf_with_a_receipt(elder: Elder) -> None:
    assert elder.add(photograph(LIES_ON_ITS_LEFT, number=1), photograph(number=2)).status_code == 302
    assert "CHƯA NỘP" in text_of(elder.get("personal_pages", elder.duty.pk))
    assert not SubmissionVersion.objects.exists()
    response = elder.submit()
    deposit = Deposit.objects.get()
    assert response["Location"] == elder.url("personal_receipt", deposit.code)
    assert (deposit.door, deposit.submitted_by, deposit.submitted_by_member) == (Door.LINK, None, elder.member)
    version = SubmissionVersion.objects.get()
    assert (version.on_behalf, version.timeliness, version.received_at) == (False, "ON_TIME", NOW)
    file = version.files.get()
    assert file.canonical_name == "Lê Thị Hòa - Phó Bí thư, Chi bộ Tổ dân phố số 12.pdf"
    assert Receipt.objects.get().pages == 2
    content = read_verified(blob=file.blob, now=NOW)
    assert PLACE.encode() not in content
    assert b"Exif" not in content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        drawn = [next(iter(sheet.get_images().values())).read_raw_bytes() for sheet in pdf.pages]
    assert [has_mark_upper_left(Image.open(io.BytesIO(bytes(one)))) for one in drawn] == [True, True]
    elder.duty.refresh_from_db()
    assert (elder.duty.state, elder.pages()) == (ObligationState.SUBMITTED, [])
    text = text_of(elder.client.get(response["Location"]))
    assert f"Đã nhận bài của đồng chí. Mã phiếu {deposit.code}." in text
    assert "Lê Thị Hòa, Phó Bí thư (qua liên kết riêng)" in text
    entry = AuditEntry.objects.get(action="submission.submit")
    assert (entry.actor_label, entry.data["door"]) == ("Lê Thị Hòa (liên kết riêng)", "LINK")


def test_order_turning_and_dropping(elder: Elder) -> None:
    elder.add(photograph(number=1), photograph(number=2), photograph(number=3))
    first, second, third = elder.pages()
    elder.act(third, "len")
    assert elder.pages() == [first, third, second]
    elder.act(first, "xuong")
    assert elder.pages() == [third, first, second]
    elder.act(third, "len")
    assert elder.pages() == [third, first, second]
    elder.act(first, "xoay")
    turned = PhotoPage.objects.get(pk=first.pk)
    assert ((turned.width, turned.height), turned.blob_id != first.blob_id) == ((1200, 900), True)
    elder.act(third, "bo")
    assert elder.pages() == [first, second]
    assert elder.submit(pages=[third, first, second]).status_code == 422
    assert not SubmissionVersion.objects.exists()
    elder.submit()
    assert Receipt.objects.get().pages == 2


@pytest.mark.parametrize("change", [{"state": ObligationState.ACCEPTED}, {"directive": "CLOSED"}])
def test_a_duty_that_takes_nothing_more_takes_no_pages(elder: Elder, change: dict[str, str]) -> None:
    elder.add(photograph())
    elder.submit()
    if "state" in change:
        Obligation.objects.filter(pk=elder.duty.pk).update(decided_at=NOW, **change)
    else:
        Directive.objects.update(state="CLOSED")
    response = elder.add(photograph(number=2))
    assert (response.status_code, elder.pages()) == (422, [])
    assert "Việc này không nhận bài nữa nên chưa thêm trang nào." in text_of(response)


@pytest.mark.parametrize("act", ["len", "xoay", "bo"])
def test_a_page_that_another_telephone_took_away_is_said(elder: Elder, act: str) -> None:
    elder.add(photograph(number=1), photograph(number=2))
    first, second = elder.pages()
    found, gone, entries = [], [], AuditEntry.objects.count()

    def taken_away(execute, sql, params, many, context):
        if found and not gone:  # the first step after the page was found
            gone.append(second.pk)
            PhotoPage.objects.filter(pk=second.pk).delete()
        if 'FROM "submissions_photopage"' in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(taken_away):
        response = elder.act(second, act)
    assert gone
    assert (response.status_code, elder.pages()) == (422, [first])
    assert "Trang này vừa được bỏ hoặc nộp từ một máy khác." in text_of(response)
    assert AuditEntry.objects.count() == entries


def test_a_pdf_stands_alone(elder: Elder) -> None:
    assert (
        elder.add(saved(document(3)), names=(unicodedata.normalize("NFD", "Bài của bác Hòa.pdf"),)).status_code == 302
    )
    refused = elder.add(photograph())
    assert (refused.status_code, "Đã có một tệp PDF cho bài này" in text_of(refused)) == (422, True)
    elder.submit()
    assert Receipt.objects.get().pages == 3
    assert SubmissionVersion.objects.get().files.get().original_name == "Bài của bác Hòa.pdf"


def test_refusals_say_what_to_do_and_keep_the_good_ones(elder: Elder) -> None:
    locked = saved(document(), encryption={"owner": "a", "user": "b", "R": 6})
    response = elder.add(
        photograph(), b"\0\0\0\x18ftypheic" + b"x" * 99, photograph()[:3000], locked,
        names=("1.jpg", "2.heic", "3.jpg", "4.pdf"),
    )  # fmt: skip
    text = text_of(response)
    assert response.status_code == 422
    for said in ("2.heic: Ảnh HEIC của iPhone", "3.jpg: Ảnh hỏng", "4.pdf: Một bài là ảnh các trang hoặc một tệp PDF"):
        assert said in text
    assert [page.original_name for page in elder.pages()] == ["1.jpg"]
    elder.act(elder.pages()[0], "bo")
    assert "Tệp có mật khẩu" in text_of(elder.add(locked, names=("4.pdf",)))
    assert text_of(elder.client.post(elder.url("personal_add", elder.duty.pk))).count("Chưa có trang nào") == 1
    assert (elder.pages(), elder.submit().status_code) == ([], 422)


def test_a_secret_stamp_in_the_name_is_kept_nowhere(elder: Elder) -> None:
    response = elder.add(photograph(), photograph(number=2), names=("Công văn TUYỆT MẬT số 5.jpg", "2.jpg"))
    assert (response.status_code, [page.original_name for page in elder.pages()]) == (422, ["2.jpg"])
    assert "tệp thứ 1 (dấu TUYỆT MẬT trong tên tệp)" in text_of(response)
    entry = AuditEntry.objects.get(action="directive.refuse_secret")
    told = (entry.result, entry.ward_id, entry.actor_label, "số 5" in entry.detail)
    assert told == ("refused", elder.ward.pk, "Lê Thị Hòa (liên kết riêng)", False)


def test_a_secret_stamp_in_the_text_is_kept_nowhere(elder: Elder) -> None:
    response = elder.add(text_pdf("Đảng bộ phường Phúc Lợi", "TỐI MẬT", "Chim Hoàng Yến"), names=("bai.pdf",))
    assert (response.status_code, elder.pages(), Blob.objects.count()) == (422, [], 0)
    assert "tệp thứ 1 (dấu TỐI MẬT trong nội dung tệp)" in text_of(response)
    assert list(current_store().staging_folder().iterdir()) == []
    entry = AuditEntry.objects.get(action="directive.refuse_secret")
    assert (entry.actor_label, "Hoàng Yến" in entry.detail) == ("Lê Thị Hòa (liên kết riêng)", False)


def test_the_same_confirm_twice_is_one_deposit_and_the_same_paper_is_not_taken_again(elder: Elder) -> None:
    elder.add(photograph())
    key, pages = str(uuid.uuid4()), elder.pages()
    first = elder.submit(key=key)
    again = elder.submit(key=key, pages=pages)
    assert (first["Location"], Deposit.objects.count()) == (again["Location"], 1)
    elder.add(photograph())
    third = elder.submit()
    assert (third["Location"], Deposit.objects.count()) == (first["Location"], 1)


def test_of_two_telephones_that_confirm_the_same_pages_one_hands_in(elder: Elder) -> None:
    """Both have bound the pages; the slower one finds them handed in, or turned, when it comes to write."""
    elder.add(photograph())
    pages, ids = elder.pages(), [page.pk for page in elder.pages()]
    slower = [Answer(elder.duty, (paging._bound(elder.duty, pages, ids, NOW),))]
    elder.act(pages[0], "xoay")
    with pytest.raises(PagesChanged):
        paging._confirmed(elder.duty, slower, pages, elder.member, NOW, "link:turned")
    turned = elder.pages()
    slower = [Answer(elder.duty, (paging._bound(elder.duty, turned, ids, NOW),))]
    assert elder.submit().status_code == 302
    with pytest.raises(PagesChanged):
        paging._confirmed(elder.duty, slower, turned, elder.member, NOW, "link:slower")
    assert (Deposit.objects.count(), SubmissionVersion.objects.count(), elder.pages()) == (1, 1, [])


def test_anothers_paper_is_refused_without_naming_anybody(elder: Elder) -> None:
    paper = saved(document())
    hand_in_one(elder.neighbours, make_file(make_inspected(paper, pages=1)))
    elder.add(paper, names=("bai.pdf",))
    text = text_of(elder.submit())
    assert "giống hệt một bài đã nộp của người khác" in text
    assert "Nguyễn Bí Mật Khác" not in text
    assert elder.duty.state == ObligationState.PENDING


@pytest.mark.parametrize(
    ("at", "timeliness"), [(DUE_AT - timedelta(microseconds=1), "ON_TIME"), (DUE_AT, "LATE")], ids=["last", "late"]
)
def test_timeliness_is_the_servers_clock(elder: Elder, time_machine, at: datetime, timeliness: str) -> None:
    elder.add(photograph())
    time_machine.move_to(at, tick=False)
    elder.submit()
    assert SubmissionVersion.objects.get().timeliness == timeliness


def test_a_returned_paper_says_why_and_is_handed_in_again(elder: Elder) -> None:
    elder.add(photograph(number=1))
    elder.submit()
    office = make_user(Role.OFFICE, elder.ward)
    version = SubmissionVersion.objects.get()
    version.files.get().blob.inspection.__class__.objects.update(state=InspectionState.CLEAN)
    fix_by = datetime(2026, 5, 2, 0, 0, tzinfo=VIETNAM)
    return_for_revision(version=version, reason="Thiếu chữ ký ở trang cuối", fix_by=fix_by, decided_by=office, at=NOW)
    text = text_of(elder.get("personal_pages", elder.duty.pk))
    assert "Thiếu chữ ký ở trang cuối" in text
    assert "Sửa và nộp lại đến" in text
    assert "01/5/2026" in text
    elder.add(photograph(number=2))
    elder.submit()
    assert [one.number for one in SubmissionVersion.objects.order_by("number")] == [1, 2]


def test_done_ones_are_folded_with_their_receipt_and_who_handed_in(elder: Elder) -> None:
    version = hand_in_one(elder.duty, by=elder.secretary)
    text = text_of(elder.get("personal"))
    assert "Đồng chí không còn bài nào phải nộp." in text
    assert "Do đ/c Trần Văn Bảy nộp thay lúc 09:05 ngày 24/4/2026" in text
    assert f"Xem phiếu {version.deposit.code}" in text
    sheet = text_of(elder.get("personal_receipt", version.deposit.code))
    assert "Trần Văn Bảy, nộp thay đ/c Lê Thị Hòa" in sheet


def test_a_common_deposit_shows_the_own_paper_alone(elder: Elder) -> None:
    mine = hand_in_one(elder.duty, by=elder.secretary)
    others = hand_in_one(elder.neighbours, by=elder.secretary)
    Receipt.objects.filter(deposit=others.deposit).update(deposit=mine.deposit)
    sheet = text_of(elder.get("personal_receipt", mine.deposit.code))
    assert mine.files.get().canonical_name.removesuffix(".pdf") in sheet
    assert "Nguyễn Bí Mật Khác" not in sheet
    assert elder.get("personal_receipt", Receipt.objects.get(file__version=others).code).status_code == 404


def test_what_is_anothers_answers_404(elder: Elder) -> None:
    elder.add(photograph())
    theirs = PhotoPage.objects.create(
        obligation=elder.neighbours, blob=elder.pages()[0].blob, thumb=elder.pages()[0].thumb, original_name="a.jpg",
        uploaded_at=NOW,
    )  # fmt: skip
    for response in (
        elder.get("personal_pages", elder.neighbours.pk),
        elder.get("personal_image", elder.neighbours.pk, theirs.pk),
        elder.get("personal_image", elder.duty.pk, theirs.pk),
        elder.client.post(elder.url("personal_add", elder.neighbours.pk), {"trang": []}),
        elder.client.post(elder.url("personal_change", elder.duty.pk, theirs.pk), {"viec": "bo"}),
        elder.client.post(elder.url("personal_submit", elder.neighbours.pk), {}),
        elder.get("personal_receipt", "AAAA-AAAA"),
    ):
        assert response.status_code == 404
        text = text_of(response)  # the way on is the own page: the portal's first page would ask for a login
        assert "Trang này không còn, hoặc không phải của" in text
        assert f'href="{elder.url("personal")}?tat-ca"' in text
        assert 'href="/"' not in text
        assert response["Referrer-Policy"] == "no-referrer"
    assert PhotoPage.objects.filter(pk=theirs.pk).exists()


def test_closed_links_say_why_and_whom_to_call(elder: Elder, time_machine) -> None:
    unknown = elder.client.get(reverse("submissions:personal", args=["0000-0000-0000-0000"]))
    assert (unknown.status_code, "Trần Văn Bảy" in text_of(unknown)) == (404, False)
    not_known = "Liên kết này không dùng được nữa, hoặc mã gõ chưa đúng."
    again = "Gõ lại mã</a>"
    assert not_known in text_of(unknown)
    assert again in text_of(unknown)
    for close, sentence, is_typed_again in (
        ("revoked", "Phiếu này không dùng nữa: đã có phiếu mới thay, hoặc đã thu hồi.", False),
        ("expired", "Phiếu này đã hết hạn.", False),
        ("left", not_known, True),
    ):
        place = Elder()
        if close == "revoked":
            revoke_links(links=[place.link], unit=place.unit, by=place.secretary, at=NOW)
        elif close == "expired":
            time_machine.move_to(place.link.expires_at, tick=False)
        else:
            place.member.status = MemberStatus.DECEASED
            place.member.save()
        response = place.get("personal")
        text = text_of(response)
        assert response.status_code == 404
        assert sentence in text
        assert (again in text, "Mã gõ đúng, không cần gõ lại." in text) == (is_typed_again, not is_typed_again)
        used_until = f"Phiếu dùng đến {last_day_in_words(place.link.expires_at)}.".replace("\u00a0", " ")
        assert (used_until in text) is (close == "expired")
        assert "0912 345 678" in text
        assert "Lê Thị Hòa" not in text
        assert AuditEntry.objects.filter(action="link.refuse").order_by("-seq")[0].data == {"reason": close}
        assert place.add(photograph()).status_code == 404
        time_machine.move_to(NOW, tick=False)


def test_transferred_member_finds_the_same_duties(elder: Elder) -> None:
    elder.member.memberships.update(unit=make_unit(elder.ward, name="Chi bộ Tổ dân phố số 3"))
    assert "Chi bộ Tổ dân phố số 3" in text_of(elder.get("personal_pages", elder.duty.pk))
    elder.add(photograph())
    assert elder.submit().status_code == 302


def test_trying_codes_is_slowed_down(elder: Elder) -> None:
    def try_one(code: str, ip: str) -> int:
        return elder.client.get(reverse("submissions:personal", args=[code]), REMOTE_ADDR=ip).status_code

    answers = [try_one(f"{place:04d}-0000-0000-0000", "10.0.0.1") for place in range(WRONG_A_MINUTE + 1)]
    assert answers == [404] * WRONG_A_MINUTE + [429]
    assert try_one(elder.code, "10.0.0.1") == 429
    slowed = text_of(elder.client.get(elder.url("personal"), REMOTE_ADDR="10.0.0.1"))
    assert "Chờ một phút rồi mở lại." in slowed
    assert "chưa cần xin phiếu mới" in slowed
    assert f'href="{elder.url("personal")}">Mở lại</a>' in slowed
    assert "nhận phiếu mới" not in slowed
    assert try_one(elder.code, "10.0.0.2") == 302
    start = elder.code[:4]
    tried = [try_one(f"{start}-0000-0000-{place:04d}", f"10.0.1.{place}") for place in range(WRONG_A_MINUTE + 1)]
    assert tried == [404] * WRONG_A_MINUTE + [429]
    assert try_one(elder.code, "10.0.0.3") == 429
    assert AuditEntry.objects.filter(action="link.refuse").count() == 2 * WRONG_A_MINUTE


def test_a_cache_that_is_away_keeps_nobody_out(elder: Elder, settings) -> None:
    away = {"BACKEND": "phucloi_portal.caching.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    assert elder.get("personal_pages", elder.duty.pk).status_code == 200
    assert Client().get(reverse("submissions:personal", args=["0000-0000-0000-0000"])).status_code == 404


def test_typed_code_leads_to_the_page(elder: Elder) -> None:
    door = reverse("submissions:personal_door")
    assert elder.client.post(door, {"code": elder.code.lower().replace("-", " ")})["Location"] == elder.url("personal")
    wrong = elder.client.post(door, {"code": "7K4M"})
    assert (wrong.status_code, "16 chữ và số" in text_of(wrong)) == (422, True)


def test_no_log_line_holds_the_code(elder: Elder, caplog) -> None:
    path = elder.url("personal_pages", elder.duty.pk)
    record = logging.LogRecord("django.request", 40, "", 1, "Internal Server Error: %s", (path,), None)
    record.request = type("Request", (), {"path": path})()
    DropRequestObject().filter(record)
    assert elder.code not in f"{record.getMessage()} {record.__dict__}"
    assert f"/r/…/viec/{elder.duty.pk}/" in record.getMessage()
    elder.add(photograph())
    elder.submit()
    elder.get("personal_pages", elder.neighbours.pk)
    kept = [f"{entry.detail} {entry.actor_label} {entry.obj_label}" for entry in AuditEntry.objects.all()]
    assert {entry.action for entry in AuditEntry.objects.all()} == {
        "link.make",
        "submission.stage",
        "submission.submit",
    }
    assert not [line for line in kept if elder.code in line or elder.code.replace("-", "") in line]


def test_waived_and_withdrawn_duties_are_not_offered(elder: Elder) -> None:
    Obligation.objects.filter(pk=elder.duty.pk).update(state=ObligationState.WAIVED, waiver_reason="LEFT")
    assert "không còn bài nào phải nộp" in text_of(elder.get("personal"))
    assert elder.get("personal_pages", elder.duty.pk).status_code == 404


def test_the_page_says_in_the_last_week_until_when_the_slip_opens_it(elder: Elder, time_machine) -> None:
    said = "Phiếu này dùng đến hết thứ Năm ngày 23/7/2026. Cần lâu hơn thì xin bí thư chi bộ phiếu mới."
    ends = elder.link.expires_at
    for before, is_said in (
        (timedelta(days=7, seconds=1), False),
        (timedelta(days=7), True),
        (timedelta(seconds=1), True),
    ):
        time_machine.move_to(ends - before, tick=False)
        for page in (elder.get("personal_pages", elder.duty.pk), elder.client.get(elder.url("personal") + "?tat-ca")):
            assert (said in text_of(page)) is is_said
