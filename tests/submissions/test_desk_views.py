"""The deposit desk through its addresses: drop, choose, confirm once, read the receipt. Real bytes, no mocks."""

import errno
import io
import re
import threading
import unicodedata
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from audit import services as audit
from audit.models import AuditEntry
from directives.choices import ObligationState, RequirementKind, Timeliness
from directives.models import Obligation
from directives.services.following import follow_roster
from submissions.choices import MatchState
from submissions.desk_access import access_desk, access_unsent
from submissions.desk_rows import unsent_desks
from submissions.models import Deposit, Inspection, Receipt, StagedFile, SubmissionVersion, SubmittedFile
from submissions.services.inspecting import inspect_now
from tests.factories.directives import DUE_AT, at, make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, exempt, grant, make_cluster, make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import MembershipKind, Role
from units.keys import member_keys
from units.models import Member, UnitAlias
from units.services.places import start_stay, transfer_member
from units.services.unit_changes import change_unit
from vault import local
from vault.errors import StoreFull, StoreUnavailable
from vault.models import Blob
from vault.store import current_store

pytestmark = pytest.mark.django_db
NOW = at(24, hour=16, minute=5, second=12)
KEY = re.compile(r'name="key" value="([0-9a-f-]+)"')
ROWS = re.compile(r'name="rows" value="([0-9,]+)"')
_made = iter(range(10_000))


def pdf(pages: int = 1, **options) -> bytes:
    """A PDF unlike every other one."""
    made = document(pages)
    made.docinfo["/Subject"] = str(next(_made))
    return saved(made, **options)


class Desk:
    """A school cell with a secretary, its members, and an essay owed by each of them."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(
            self.ward, name="Chi bộ Trường THCS Phúc Lợi", code="TR01", aliases=("Trường THCS Phúc Lợi",)
        )
        self.secretary = make_user(Role.SECRETARY, self.unit, name="Trần Thị Bích Ngọc")
        self.requirement = make_requirement(make_directive(self.ward, number=128))
        self.thuy = make_member(self.unit, name="Nguyễn Thị Thuý", title="Giáo viên")
        self.lan_1 = make_member(self.unit, name="Nguyễn Thị Lan", birth_year=1985)
        self.lan_2 = make_member(self.unit, name="Nguyễn Thị Lan", birth_year=1990)
        self.viet = make_member(self.unit, name="Trịnh Quốc Việt")
        self.owed = {
            one.pk: make_obligation(self.requirement, one) for one in (self.thuy, self.lan_1, self.lan_2, self.viet)
        }
        self.client = None

    def of(self, member) -> Obligation:
        self.owed[member.pk].refresh_from_db()
        return self.owed[member.pk]

    def url(self, name: str = "desk", unit=None, requirement=None) -> str:
        return reverse(f"submissions:{name}", args=[(requirement or self.requirement).pk, (unit or self.unit).pk])

    def drop(self, *files: tuple[str, bytes], **options):
        """Upload, and let the inspection run as its worker would."""
        uploads = [SimpleUploadedFile(name, content, "application/pdf") for name, content in files]
        with zeal_ignore():  # every file is kept by itself: one that fails takes no other with it
            answer = self.client.post(self.url("desk_upload", **options), {"tep": uploads})
        for staged in StagedFile.objects.exclude(blob=None).select_related("blob"):
            inspect_now(blob=staged.blob, at=NOW)
        return answer

    def rows(self, **options) -> dict[str, tuple[str, str]]:
        """Original name → (state, sentence or head of the row)."""
        seen = self.client.get(self.url(**options)).context["desk"]
        return {row.staged.original_name: (row.state, row.answer or row.head) for row in seen.rows}

    def confirm(self, page=None, **options):
        html = (page or self.client.get(self.url(**options))).content.decode()
        data = {"key": KEY.search(html)[1], "rows": ROWS.search(html)[1]}
        with zeal_ignore():  # every obligation is locked and written by itself
            return self.client.post(self.url("desk_confirm", **options), data)


@pytest.fixture
def place(client):
    with time_machine.travel(NOW, tick=False):
        place = Desk()
        client.force_login(place.secretary)
        place.client = client
        yield place


def test_the_desk_says_what_a_confirm_means_while_files_are_checked(place):
    uploads = [SimpleUploadedFile("NGUYEN THI THUY.pdf", pdf(), "application/pdf")]
    place.client.post(place.url("desk_upload"), {"tep": uploads})
    html = place.client.get(place.url()).content.decode()
    assert "<strong>1 tệp còn đang kiểm tra.</strong> Vẫn nộp được ngay" in html
    assert (
        'href="#dang-kiem-tra">1 tệp còn đang kiểm tra' in html.partition('id="desk-confirm"')[2]
    )  # beside the button
    assert "Nộp 1 bài" in html
    inspect_now(blob=StagedFile.objects.get().blob, at=NOW)
    assert "còn đang kiểm tra" not in place.client.get(place.url()).content.decode()


def test_drop_confirm_receipt(place):
    content = pdf(4)
    answer = place.drop(("NGUYEN THI THUY.pdf", content), ("Trinh Quoc Viet - BTH.pdf", pdf(2)))
    assert (answer.status_code, answer.url) == (302, place.url())

    page = place.client.get(place.url())
    assert {row.staged.canonical_name for row in page.context["desk"].ready} == {
        "Nguyễn Thị Thuý - Giáo viên, Chi bộ Trường THCS Phúc Lợi.pdf",
        "Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf",
    }
    html = page.content.decode()
    assert "CHƯA NỘP" in html
    assert "Nộp 2 bài" in html
    assert "Sẵn sàng nộp 2 bài" in html
    assert "2 bài mới. Trước đây đã nộp 0/4 bài, nộp xong là 2/4." in html
    assert not SubmissionVersion.objects.exists()  # nothing is handed in before the confirm

    answer = place.confirm(page)
    deposit = Deposit.objects.get()
    assert answer.url == reverse("submissions:receipt", args=[deposit.code])
    assert (deposit.unit, deposit.submitted_by, deposit.received_at) == (place.unit, place.secretary, NOW)
    assert {place.of(one).state for one in (place.thuy, place.viet)} == {ObligationState.SUBMITTED}
    assert not StagedFile.objects.exists()
    file = SubmittedFile.objects.get(version__submission__obligation=place.of(place.thuy))
    assert (file.original_name, file.blob.size) == ("NGUYEN THI THUY.pdf", len(content))

    sheet = place.client.get(answer.url).content.decode()
    receipt = Receipt.objects.get(file=file)
    for printed in (
        deposit.code,
        "16:05:12, ngày 24/4/2026",
        "Nguyễn Thị Thuý - Giáo viên, Chi bộ Trường THCS Phúc Lợi",
        f"{receipt.sha256[:4]} {receipt.sha256[4:8]}",
        "Công văn số 128-CV/ĐU ngày 21/4/2026",
        "Trần Thị Bích Ngọc",
        "<b>đúng hạn</b>",
        '<svg viewBox="0 0',
    ):
        assert printed in sheet
    assert (receipt.pages, receipt.timeliness) == (4, Timeliness.ON_TIME)


def test_a_repeated_confirm_gives_the_same_receipt(place):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    page = place.client.get(place.url())
    first, second = place.confirm(page), place.confirm(page)
    assert first.url == second.url
    assert (Deposit.objects.count(), SubmissionVersion.objects.count()) == (1, 1)


def test_somebody_elses_key_is_refused(place, client):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    page = place.client.get(place.url())
    place.confirm(page)
    client.force_login(make_user(Role.SECRETARY, place.unit))
    answer = place.confirm(page)
    assert answer.status_code == 422
    assert "trùng mã với một lần nộp khác" in answer.content.decode()


def test_a_paper_of_somebody_who_left_says_where_his_debt_went(place):
    today, elsewhere = NOW.date(), make_unit(place.ward, name="Chi bộ Tổ dân phố số 9")
    leaving, staying = (make_member(place.unit, name=name) for name in ("Đinh Thị Hà", "Trịnh Hữu Cường"))
    for member in (leaving, staying):
        make_obligation(place.requirement, member)
    transfer_member(member=leaving, to=elsewhere, on=today, by=None)
    start_stay(member=staying, unit=elsewhere, kind=MembershipKind.TEMPORARY, since=today, until=None, by=None)
    follow_roster(ward=place.ward, at=NOW, by=None)
    place.drop(("dinh thi ha.pdf", pdf()), ("Trịnh Hữu Cường.pdf", pdf(3)), ("Hoàng Văn Khác.pdf", pdf(4)))
    assert place.rows() == {
        "dinh thi ha.pdf": ("unknown", "Đinh Thị Hà đã chuyển sang Chi bộ Tổ dân phố số 9, bài nộp ở đó"),
        "Trịnh Hữu Cường.pdf": (
            "unknown",
            "Trịnh Hữu Cường đang sinh hoạt tạm thời tại Chi bộ Tổ dân phố số 9, bài nộp ở đó",
        ),
        "Hoàng Văn Khác.pdf": ("unknown", "Không có ai tên Hoàng Văn Khác trong danh sách của đơn vị"),
    }


@pytest.mark.parametrize(
    ("gone", "counted_here", "file", "said"),
    [
        (("Đinh Thị Hạ",), (), "Đinh Thị Hà.pdf", "Không có ai tên Đinh Thị Hà trong danh sách của đơn vị"),
        (("Đinh Thị Hà",) * 2, (), "Đinh Thị Hà.pdf", "Không có ai tên Đinh Thị Hà trong danh sách của đơn vị"),
        (("Đinh Thị Hà",), ("Đinh Thị Hà",), "Đinh Thị Hà.pdf", "Đinh Thị Hà không có tên trong danh sách phải nộp"),
    ],
)
def test_a_namesake_s_move_is_not_told_of_somebody_else(place, gone, counted_here, file, said):
    """Other marks are another name; of two who left under one name nobody knows which is meant; one who is counted here
    did not leave."""
    for number, name in enumerate(gone):
        member = make_member(place.unit, name=name, birth_year=1980 + number)
        make_obligation(place.requirement, member)
        unit = make_unit(place.ward, name=f"Chi bộ Tổ dân phố số {number}")
        transfer_member(member=member, to=unit, on=NOW.date(), by=None)
    follow_roster(ward=place.ward, at=NOW, by=None)
    for name in counted_here:
        make_member(place.unit, name=name, birth_year=1970)
    place.drop((file, pdf()))
    assert place.rows() == {file: ("unknown", said)}


def test_a_debt_that_went_on_is_not_said_to_lie_where_it_went_first(place):
    today = NOW.date()
    next_one, there = (make_unit(place.ward, name=f"Chi bộ Tổ dân phố số {number}") for number in (9, 10))
    leaving = make_member(place.unit, name="Đinh Thị Hà")
    make_obligation(place.requirement, leaving)
    for unit, on in ((next_one, today - timedelta(days=2)), (there, today)):
        transfer_member(member=leaving, to=unit, on=on, by=None)
        follow_roster(ward=place.ward, at=at(on.day, hour=8), by=None)
    place.drop(("dinh thi ha.pdf", pdf()))
    said = "Đinh Thị Hà đã chuyển sang Chi bộ Tổ dân phố số 9 rồi đi tiếp, bài không nộp ở đây nữa"
    assert place.rows() == {"dinh thi ha.pdf": ("unknown", said)}


def test_each_trouble_has_its_sentence(place):
    exempted = make_member(place.unit, name="Bùi Văn Thịnh")
    exempt(exempted)
    make_obligation(place.requirement, exempted, state=ObligationState.WAIVED)
    locked = pdf(encryption={"owner": "a", "user": "b", "R": 6})
    place.drop(
        ("Trịnh Quốc Việt.pdf", locked),
        ("Nguyễn Thị Thúy - Giáo viên, Trường THCS Phúc Lợi.pdf", b"PK\x03\x04 word"),
        ("to qua.pdf", b"%PDF-1.7" + b"0" * (25 * 1024 * 1024)),
        ("Nguyễn Thị Lan - đảng viên, Trường THCS Phúc Lợi.pdf", pdf()),
        ("scan0001.pdf", pdf()),
        ("Hoàng Văn Khác.pdf", pdf()),
        ("Nguyễn Thị Thuý, Trịnh Quốc Việt - đảng viên.pdf", pdf()),
        ("Bùi Văn Thịnh.pdf", pdf()),
        ("anh.rar", b"Rar!\x1a\x07"),
        ("rong.pdf", b""),
    )
    assert place.rows() == {
        "Nguyễn Thị Lan - đảng viên, Trường THCS Phúc Lợi.pdf": ("choose", "Có 2 người tên Nguyễn Thị Lan"),
        "scan0001.pdf": ("unknown", "Chưa rõ bài của ai"),
        "Hoàng Văn Khác.pdf": ("unknown", "Không có ai tên Hoàng Văn Khác trong danh sách của đơn vị"),
        "Nguyễn Thị Thuý, Trịnh Quốc Việt - đảng viên.pdf": ("unknown", "Một tệp có tên hai người"),
        "Trịnh Quốc Việt.pdf": ("locked", "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."),
        "Nguyễn Thị Thúy - Giáo viên, Trường THCS Phúc Lợi.pdf": (
            "refused",
            "Tệp này không phải PDF mà là tệp Word, Excel hoặc ZIP đổi đuôi. Hãy in ra PDF rồi gửi lại.",
        ),
        "to qua.pdf": ("refused", "Tệp lớn hơn 25 MB. Hãy quét ở 200–300 dpi hoặc chia nhỏ rồi gửi lại."),
        "anh.rar": ("refused", "Tệp này không phải PDF. Hãy quét hoặc in ra PDF rồi gửi lại."),
        "rong.pdf": ("refused", "Tệp rỗng, không có nội dung. Hãy quét lại rồi gửi."),
        "Bùi Văn Thịnh.pdf": ("exempt", "Được miễn sinh hoạt, nhận là bài tự nguyện"),
    }
    seen = place.client.get(place.url()).context["desk"]
    assert [row.state for row in seen.rows] == [
        *["choose"], *["unknown"] * 3, "locked", *["refused"] * 4, "exempt",
    ]  # fmt: skip
    assert seen.button == "Nộp 1 bài"
    assert (
        seen.details
        == "1 bài tự nguyện. 4 tệp chờ chọn vẫn ở lại đây. 5 tệp không nhận được. Trước đây đã nộp 0/4 bài."
    )
    place.confirm()
    assert SubmissionVersion.objects.get().timeliness == Timeliness.WAIVED


def test_homonyms_are_chosen_in_place(place):
    place.drop(("Nguyễn Thị Lan.pdf", pdf()))
    (row,) = place.client.get(place.url()).context["desk"].rows
    assert {choice.label for choice in row.choices} == {"Sinh 1985", "Sinh 1990"}
    wanted = place.of(place.lan_2)
    place.client.post(reverse("submissions:desk_choose", args=[row.staged.pk]), {"obligation": wanted.pk})
    assert place.rows() == {"Nguyễn Thị Lan.pdf": ("matched", "Bài mới")}
    place.confirm()
    assert (place.of(place.lan_2).state, place.of(place.lan_1).state) == ("SUBMITTED", "PENDING")
    assert SubmittedFile.objects.get().canonical_name == ("Nguyễn Thị Lan - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf")


def test_an_unknown_file_is_given_to_a_member_of_the_unit_only(place):
    stranger = make_obligation(place.requirement, make_member(make_unit(place.ward)))
    place.drop(("scan0001.pdf", pdf()))
    (row,) = place.client.get(place.url()).context["desk"].rows
    options = {choice.obligation_id for choice in place.client.get(place.url()).context["options"]}
    assert options == {one.pk for one in place.owed.values()}
    url = reverse("submissions:desk_choose", args=[row.staged.pk])
    assert place.client.post(url, {"obligation": stranger.pk}).status_code == 422
    assert place.client.post(url, {"obligation": place.of(place.viet).pk}).status_code == 302
    assert place.rows() == {"scan0001.pdf": ("matched", "Bài mới")}


def test_a_file_of_somebody_who_moved_away_meanwhile_still_says_whose_it_was(place):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    elsewhere = make_unit(place.ward, name="Chi bộ Tổ dân phố số 9")
    transfer_member(member=place.viet, to=elsewhere, on=NOW.date(), by=None)
    follow_roster(ward=place.ward, at=NOW, by=None)
    assert place.rows() == {"Trịnh Quốc Việt.pdf": ("unknown", "Trịnh Quốc Việt không còn trong danh sách ở đây")}


def test_the_same_bytes_and_the_same_person_twice(place):
    content = pdf()
    place.drop(("Trịnh Quốc Việt.pdf", content), ("Nguyễn Thị Thuý.pdf", content))
    place.drop(("Trịnh Quốc Việt.pdf", content))  # again the same file: not laid down twice
    assert place.rows() == {
        "Trịnh Quốc Việt.pdf": ("matched", "Bài mới"),
        "Nguyễn Thị Thuý.pdf": ("duplicate", "Giống hệt tệp “Trịnh Quốc Việt.pdf”, bỏ qua"),
    }
    place.drop(("Trịnh Quốc Việt (1).pdf", pdf()))
    assert place.rows()["Trịnh Quốc Việt.pdf"] == ("duplicate", "Đã có tệp thả sau cho cùng người này, bỏ qua")
    place.client.post(place.url("desk_clear"))
    assert place.rows() == {"Trịnh Quốc Việt (1).pdf": ("matched", "Bài mới")}


def test_taking_away_what_is_left_out_takes_what_the_page_counted(place):
    content = pdf()
    place.drop(("Trịnh Quốc Việt.pdf", content), ("Nguyễn Thị Thuý.pdf", content))
    shown = place.client.get(place.url()).content.decode()
    assert "Bỏ 1 tệp không nộp" in shown
    (left,) = re.findall(r'name="left" value="([0-9,]+)"', shown)
    place.drop(("Trịnh Quốc Việt (1).pdf", pdf()))  # another tab: the first file is one too many now
    place.client.post(place.url("desk_clear"), {"left": left})
    assert {one.original_name for one in StagedFile.objects.all()} == {"Trịnh Quốc Việt.pdf", "Trịnh Quốc Việt (1).pdf"}


def test_what_was_handed_in_before(place):
    content = pdf()
    place.drop(("Trịnh Quốc Việt.pdf", content), ("Nguyễn Thị Thuý.pdf", pdf()))
    place.confirm()
    Obligation.objects.filter(pk=place.of(place.thuy).pk).update(state="ACCEPTED", decided_at=at(23))
    place.drop(
        ("Trịnh Quốc Việt lần 1.pdf", content),
        ("Nguyễn Thị Thuý.pdf", pdf()),
        ("Nguyễn Thị Lan.pdf", content),
    )
    lan = StagedFile.objects.get(original_name="Nguyễn Thị Lan.pdf")
    place.client.post(reverse("submissions:desk_choose", args=[lan.pk]), {"obligation": place.of(place.lan_1).pk})
    assert place.rows() == {
        "Trịnh Quốc Việt lần 1.pdf": ("duplicate", "Giống hệt bài đã nộp ngày 24/4, bỏ qua"),
        "Nguyễn Thị Thuý.pdf": ("already", "Đã duyệt ngày 23/4, không cần nộp lại"),
        "Nguyễn Thị Lan.pdf": (
            "duplicate",
            "Giống hệt bài của Trịnh Quốc Việt đã nộp: hãy thả đúng tệp",
        ),
    }
    Obligation.objects.filter(pk=place.of(place.viet).pk).update(state="RETURNED")
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    assert place.rows()["Trịnh Quốc Việt.pdf"] == ("matched", "Lần 2, thay bài bị trả lại")
    place.confirm()
    assert [
        version.number for version in SubmissionVersion.objects.filter(submission__obligation=place.of(place.viet))
    ] == [1, 2]


def test_names_in_nfd_and_a_zip(place):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("bài/" + unicodedata.normalize("NFD", "Trịnh Quốc Việt - đảng viên.pdf"), pdf())
        packed.writestr("bài/Nguyễn Thị Thúy.pdf", pdf())
        packed.writestr("bài/ghi chú.txt", "không phải PDF")
    place.drop(("cả chi bộ.ZIP", archive.getvalue()))
    assert place.rows() == {
        "Trịnh Quốc Việt - đảng viên.pdf": ("matched", "Bài mới"),
        "Nguyễn Thị Thúy.pdf": ("matched", "Bài mới"),
        "ghi chú.txt": ("refused", "Tệp này không phải PDF. Hãy quét hoặc in ra PDF rồi gửi lại."),
    }


def test_a_file_that_is_no_pdf_keeps_the_name_it_was_given(place):
    place.drop(
        ("Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.docx", b"PK\x03\x04" + bytes(600)),
        ("NGUYEN THI THUY.PDF", b"PK\x03\x04" + bytes(601)),
    )
    heads = {row.staged.original_name: (row.state, row.head, row.rest) for row in _desk_rows(place)}
    assert heads == {
        "Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.docx": (
            "refused",
            "Trịnh Quốc Việt",
            "đảng viên, Chi bộ Trường THCS Phúc Lợi.docx",
        ),
        "NGUYEN THI THUY.PDF": ("refused", "Nguyễn Thị Thuý", "Giáo viên, Chi bộ Trường THCS Phúc Lợi.pdf"),
    }
    assert (
        "Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf"
        not in place.client.get(place.url()).content.decode()
    )


def _desk_rows(place):
    return place.client.get(place.url()).context["desk"].rows


def rename(place, name: str) -> None:
    unit = place.unit
    change_unit(
        unit=unit,
        parent=place.ward,
        code=unit.code,
        name=name,
        kind=unit.kind,
        block=unit.block,
        cluster=unit.cluster,
        aliases=["Trường THCS Phúc Lợi"],
        on=NOW.date(),
        by=None,
    )


def test_one_receipt_spells_a_unit_as_the_roster_does_when_it_is_given(place):
    """Written by a short name, by an alias, not at all, or laid down before the unit was renamed."""
    place.drop(
        ("Trịnh Quốc Việt - đảng viên, Trường THCS Phúc Lợi.pdf", pdf()),
        ("Nguyễn Thị Thuý - Giáo viên, THCS Phúc Lợi.pdf", pdf()),
        ("Nguyễn Thị Lan - đảng viên.pdf", pdf()),
    )
    lan = StagedFile.objects.get(original_name="Nguyễn Thị Lan - đảng viên.pdf")
    place.client.post(reverse("submissions:desk_choose", args=[lan.pk]), {"obligation": place.of(place.lan_1).pk})
    people = ("Trịnh Quốc Việt - đảng viên", "Nguyễn Thị Thuý - Giáo viên", "Nguyễn Thị Lan - đảng viên")
    old = {f"{one}, Chi bộ Trường THCS Phúc Lợi.pdf" for one in people}
    assert {row.staged.canonical_name for row in _desk_rows(place)} == old
    rename(place, "Chi bộ Trường Trung học cơ sở Phúc Lợi")
    place.drop(("Trịnh Quốc Việt - đảng viên, Trường THCS Phúc Lợi.pdf", pdf()))
    place.client.post(place.url("desk_clear"))
    assert place.confirm().status_code == 302
    kept = {f"{one}, Chi bộ Trường Trung học cơ sở Phúc Lợi.pdf" for one in people}
    assert set(SubmittedFile.objects.values_list("canonical_name", flat=True)) == kept


def test_a_receipt_says_the_unit_as_it_was_called_when_it_was_given(place):
    """The unit is renamed, and the person with his debt goes to another: neither changes what the paper says."""
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    place.confirm()
    deposit, receipt = Deposit.objects.get(), Receipt.objects.get()
    pages = [
        reverse(f"submissions:{name}", args=[one.code])
        for name in ("receipt", "check_code")
        for one in (deposit, receipt)
    ]

    def told() -> list[list[str]]:
        html = [place.client.get(page).content.decode() for page in pages]
        return [re.findall(r"Đơn vị nộp</th><td>([^<]*)<|Đơn vị nộp</dt><dd>([^<]*)<", one) for one in html]

    before = told()
    assert [len(one) for one in before] == [1] * 4
    rename(place, "Chi bộ Trường Trung học cơ sở Phúc Lợi")
    Obligation.objects.filter(pk=place.of(place.viet).pk).update(unit=make_unit(place.ward, name="Chi bộ 9"))
    assert told() == before


HOSTILE = (
    "baocao\u202efdp.exe",
    "../../../db.sqlite3",
    "C:\\Users\\An\\CON.pdf",
    "<script>alert(1)</script> & «Hoa Sữa».pdf",
    "{{ settings.SECRET_KEY }} {% include 'x' %}.pdf",
    '=HYPERLINK("x").pdf',
    "Nguyễn Văn An\x1b[31m\x07.pdf",
    "%s %n {0} %(user)s.pdf",
    "ñ̃̃̃ Văn An.pdf",
    "Nguy?n V\ufffdn.pdf",
    "-rf bài.pdf",
    ".pdf",
    "ễ" * 250 + ".pdf",
)


def test_hostile_names_are_data(place):
    place.drop(*[(name, pdf()) for name in HOSTILE])
    rows = place.client.get(place.url()).context["desk"].rows
    assert len(rows) == len(HOSTILE)
    names = {row.staged.original_name for row in rows}
    assert {"baocaofdp.exe", "db.sqlite3", "CON.pdf", "-rf bài.pdf", "Nguyễn Văn An[31m.pdf"} <= names
    html = place.client.get(place.url()).content.decode()
    assert "<script>alert" not in html
    assert "{{ settings.SECRET_KEY }}" in html  # shown as typed
    assert not {name for name in names if set(name) & set("\u202e\x1b\x07/\\\x00")}


def test_a_file_that_was_refused_meanwhile_stops_the_confirm(place):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()), ("Nguyễn Thị Thuý.pdf", pdf()))
    page = place.client.get(place.url())
    Obligation.objects.filter(pk=place.of(place.viet).pk).update(state="ACCEPTED", decided_at=NOW)
    answer = place.confirm(page)
    assert answer.status_code == 422
    assert "chưa nộp gì" in answer.content.decode()
    assert (Deposit.objects.count(), StagedFile.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    ("moment", "timeliness"),
    [(DUE_AT - timedelta(microseconds=1), Timeliness.ON_TIME), (DUE_AT, Timeliness.LATE)],
)
def test_the_instant_of_the_deadline(place, moment, timeliness):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    with time_machine.travel(moment, tick=False):
        place.client.force_login(place.secretary)
        if timeliness == Timeliness.LATE:
            assert "1 bài đã quá hạn, sẽ ghi nộp muộn." in place.client.get(place.url()).content.decode()
        place.confirm()
    assert Receipt.objects.get().timeliness == timeliness


def test_a_shut_door_says_so_and_takes_nothing(place):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    page = place.client.get(place.url())
    place.requirement.closes_at = DUE_AT
    place.requirement.save()
    with time_machine.travel(DUE_AT, tick=False):
        place.client.force_login(place.secretary)
        html = place.client.get(place.url()).content.decode()
        assert "Đã đóng nhận bài từ 00:00 ngày 28/4/2026." in html
        assert 'name="key"' not in html
        refused = place.confirm(page)  # the page stood open while the door was shut
        assert refused.status_code == 422
        assert "Chưa nộp gì: bàn nộp đã đóng trong lúc trang này đang mở." in refused.content.decode()
        assert "rồi bấm nộp" not in refused.content.decode()
    assert not Deposit.objects.exists()


def test_a_unit_hands_in_one_file_for_itself(place):
    report = make_requirement(place.requirement.directive, kind=RequirementKind.REPORT)
    owed = make_obligation(report, place.unit)
    place.drop(("scan0001.pdf", pdf(3)), requirement=report)
    (row,) = place.client.get(place.url(requirement=report)).context["desk"].rows
    assert (row.state, row.answer) == ("matched", "Tệp mới")
    assert row.staged.canonical_name == ("Chi bộ Trường THCS Phúc Lợi - Báo cáo kết quả sinh hoạt chuyên đề.pdf")
    answer = place.confirm(requirement=report)
    owed.refresh_from_db()
    assert owed.state == ObligationState.SUBMITTED
    assert "Đã tiếp nhận 1 tệp" in place.client.get(answer.url).content.decode()


def test_a_member_hands_in_his_own_essay_under_any_name(place, client):
    client.force_login(make_user(member=place.viet))
    place.drop(("scan0001.pdf", pdf()))
    html = client.get(place.url()).content.decode()
    assert ("Sẵn sàng nộp 1 bài" in html, "Trước đây" in html) == (True, False)
    assert "Nguyễn Thị Thuý" not in html
    place.confirm()
    version = SubmissionVersion.objects.get()
    assert (version.submission.obligation, version.on_behalf) == (place.of(place.viet), False)


def test_a_member_is_asked_about_a_file_that_names_another(place, client):
    client.force_login(make_user(member=place.viet))
    place.drop(("Nguyễn Thị Thuý - Giáo viên.pdf", pdf()))
    assert place.rows() == {
        "Nguyễn Thị Thuý - Giáo viên.pdf": ("choose", "Tên tệp ghi Nguyễn Thị Thuý: có đúng bài của đồng chí?")
    }


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARY, 200), (Role.OFFICE, 200), (Role.ADMIN, 200), (Role.LEADER, 403),
        ("elsewhere", 404), ("other ward", 404), ("nobody", 404),
    ],
)  # fmt: skip
def test_who_may_stand_at_the_desk(place, client, role, status):
    users = {
        Role.SECRETARY: lambda: place.secretary,
        "elsewhere": lambda: make_user(Role.SECRETARY, make_unit(place.ward)),
        "other ward": lambda: make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH")),
        "nobody": lambda: make_user(),
    }
    client.force_login(users.get(role, lambda: make_user(role, place.ward))())
    assert client.get(place.url()).status_code == status
    for name in ("desk_upload", "desk_clear", "desk_confirm"):
        answered = client.post(place.url(name)).status_code
        assert answered in ((302, 422) if status == 200 else (status,))


def test_staged_files_are_nobody_elses(place, client):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    staged = StagedFile.objects.get()
    client.force_login(make_user(Role.SECRETARY, place.unit))  # the deputy, at the same desk
    assert place.rows() == {}
    for name in ("desk_choose", "desk_remove"):
        assert client.post(reverse(f"submissions:{name}", args=[staged.pk])).status_code == 404
    client.force_login(place.secretary)
    assert client.post(reverse("submissions:desk_remove", args=[staged.pk])).status_code == 302
    assert not StagedFile.objects.exists()


def test_what_lies_uploaded_is_told_elsewhere(place, client):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    told = client.get(reverse("submissions:unsent")).content.decode()
    assert "CHƯA NỘP" in told
    assert place.url() in told
    client.force_login(make_user(Role.SECRETARY, place.unit))
    assert "CHƯA NỘP" not in client.get(reverse("submissions:unsent")).content.decode()


def test_only_what_can_be_sent_is_told_as_unsent_and_the_rest_is_taken_away_at_once(place, client):
    twice, sent = pdf(), pdf()
    place.drop(("Nguyễn Thị Thuý.pdf", sent))
    place.confirm()
    place.drop(
        ("Trịnh Quốc Việt.pdf", twice), ("Trịnh Quốc Việt (1).pdf", twice), ("Nguyễn Thị Thuý.pdf", sent),
        ("Nguyễn Thị Lan.pdf", pdf()), ("Trịnh Quốc Việt (2).pdf", pdf(encryption={"owner": "a", "user": "b", "R": 6})),
    )  # fmt: skip
    desk = client.get(place.url()).context["desk"]
    assert sorted(row.state for row in desk.rows) == ["choose", "duplicate", "duplicate", "locked", "matched"]
    (told,) = unsent_desks(access_unsent(place.secretary), NOW)
    assert (told.files, told.left_out) == (2, len(desk.left_out)) == (2, 3)
    html = client.get(reverse("submissions:unsent")).content.decode()
    assert "2 tệp đã tải lên cho" in html
    assert "Bỏ 3 tệp không nộp" in html
    StagedFile.objects.filter(original_name__in=("Nguyễn Thị Lan.pdf", "Trịnh Quốc Việt.pdf")).delete()
    StagedFile.objects.filter(original_name="Trịnh Quốc Việt (1).pdf").delete()
    quiet = client.get(reverse("submissions:unsent")).content.decode()
    assert "CHƯA NỘP" not in quiet
    assert "2 tệp còn trên bàn nộp" in quiet
    client.post(place.url("desk_clear"))
    assert not StagedFile.objects.exists()
    assert client.get(reverse("submissions:unsent")).content.decode().strip() == ""


@pytest.mark.parametrize("count", [1, 3])
def test_what_lies_on_several_desks_is_told_by_two_queries(place, count, django_assert_num_queries):
    for number in range(count):
        requirement = make_requirement(place.requirement.directive, order=10 + number)
        for one in (place.thuy, place.viet):
            make_obligation(requirement, one)
        place.drop(("Nguyễn Thị Thuý.pdf", pdf()), ("Trịnh Quốc Việt.pdf", pdf()), requirement=requirement)
    lying = access_unsent(place.secretary)
    place.secretary.get_all_permissions()
    unsent_desks(list(lying), NOW)
    with django_assert_num_queries(2):
        told = unsent_desks(access_unsent(place.secretary), NOW)
    assert [one.files for one in told] == [2] * count


def test_a_background_request_gets_the_grid_and_the_bar(place):
    place.drop(("Trịnh Quốc Việt.pdf", pdf()))
    html = place.client.get(place.url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert 'id="desk-grid"' in html
    assert 'id="desk-confirm" class="stickybar" hx-swap-oob="true"' in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_number_of_questions_however_many_files(place, count, django_assert_num_queries):
    members = [make_member(place.unit, name=f"Lê Văn {name}") for name in ("Một", "Hai", "Ba")[:count]]
    for member in members:
        make_obligation(place.requirement, member)
    place.drop(*[(f"{member.full_name}.pdf", pdf()) for member in members])
    place.client.get(place.url())
    with django_assert_num_queries(10):
        assert len(place.client.get(place.url()).context["desk"].rows) == count


@pytest.mark.parametrize("more", [0, 12])
def test_laying_a_file_down_asks_thirteen_questions_however_many_owe(place, more):
    """Who asks and what he may (3), the desk (3), the names (1), the content, its check and its row (3), the log (3)."""
    for number in range(more):
        make_obligation(place.requirement, make_member(place.unit, name=f"Lê Văn Số {number}"))
    place.client.get(place.url())
    upload = SimpleUploadedFile("Trịnh Quốc Việt.pdf", pdf(), "application/pdf")
    with CaptureQueriesContext(connection) as asked:
        place.client.post(place.url("desk_upload"), {"tep": [upload]})
    assert StagedFile.objects.get().obligation == place.of(place.viet)
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    questions = [one["sql"] for one in asked if not one["sql"].startswith(frame)]
    assert len(questions) == 13, "\n".join(questions)


@pytest.mark.django_db(transaction=True)
def test_the_row_is_committed_after_its_folder_is_flushed_beside_the_other_rows(place, monkeypatch):
    """The folder is flushed while check, row and log are written; nothing of it is seen outside before that is done."""
    logged, happened, flush, record = threading.Event(), [], local._flush_folder, audit.record

    def slow(folder):
        if folder.parent.name == "objects":
            assert logged.wait(10)
            happened.append("flushed")
        flush(folder)

    def recorded(**said):
        entry = record(**said)
        happened.append("logged")
        transaction.on_commit(lambda: happened.append("committed"))
        logged.set()
        return entry

    monkeypatch.setattr(local, "_flush_folder", slow)
    monkeypatch.setattr(audit, "record", recorded)
    upload = SimpleUploadedFile("Trịnh Quốc Việt.pdf", pdf(), "application/pdf")
    assert place.client.post(place.url("desk_upload"), {"tep": [upload]}).status_code == 302
    assert happened == ["logged", "flushed", "committed"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("files", [1, 2])
def test_a_folder_that_cannot_be_flushed_keeps_no_content_and_tells_each_file(place, monkeypatch, number, files):
    def fails(folder):
        raise OSError(number, "no")

    monkeypatch.setattr(local, "_flush_folder", fails)
    uploads = [SimpleUploadedFile(f"{one} - Trịnh Quốc Việt.pdf", pdf(), "application/pdf") for one in range(files)]
    assert place.client.post(place.url("desk_upload"), {"tep": uploads}).status_code == 302
    told = str(StoreFull() if number == errno.ENOSPC else StoreUnavailable())
    lying = StagedFile.objects.values_list("blob", "match_state", "message")
    assert list(lying) == [(None, MatchState.REFUSED, told)] * files
    assert (Blob.objects.count(), Inspection.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="submission.stage").count() == 1


@pytest.mark.parametrize(("role", "status"), [("elsewhere", 404), (Role.LEADER, 403)])
def test_files_for_a_place_that_is_not_ones_own_leave_nothing_beside_the_vault(place, role, status):
    """The place is asked for while the child reads: what was taken by then, also out of an archive, goes."""
    there = place.ward if role == Role.LEADER else make_unit(place.ward)
    place.client.force_login(make_user(Role.SECRETARY if role == "elsewhere" else role, there))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("Trịnh Quốc Việt.pdf", "Nguyễn Thị Lan.pdf"):
            archive.writestr(name, pdf())
    assert place.drop(("Nguyễn Thị Thuý.pdf", pdf()), ("bài.zip", packed.getvalue())).status_code == status
    place.client.force_login(make_user(Role.SECRETARY if role == "elsewhere" else role, there))
    assert place.drop(("bài.zip", packed.getvalue())).status_code == status
    assert (list(current_store().staging_folder().iterdir()), Blob.objects.count()) == ([], 0)
    assert not AuditEntry.objects.filter(action__startswith="submission.").exists()


def test_a_name_is_known_from_the_moment_the_roster_has_it(place):
    """The words of the questions are kept for a day, the answers never."""
    place.drop(("Trịnh Quốc Việt.pdf", pdf()), ("Trịnh Quốc Khánh - Chi bộ Hoa Sen.pdf", pdf()))
    assert place.rows()["Trịnh Quốc Việt.pdf"][0] == "matched"
    assert place.rows()["Trịnh Quốc Khánh - Chi bộ Hoa Sen.pdf"][0] == "unknown"
    Member.objects.filter(pk=place.viet.pk).update(**member_keys("Trịnh Quốc Khánh"))
    UnitAlias.objects.create(unit=place.unit, name="Chi bộ Hoa Sen")
    place.drop(("Trịnh Quốc Khánh - Chi bộ Hoa Sen (1).pdf", pdf()), ("Trịnh Quốc Việt (1).pdf", pdf()))
    assert place.rows()["Trịnh Quốc Khánh - Chi bộ Hoa Sen (1).pdf"][0] == "matched"
    assert place.rows()["Trịnh Quốc Việt (1).pdf"][0] == "unknown"
    appoint(place.viet, "Hiệu trưởng", unit=place.unit)
    place.drop(("Trịnh Quốc Khánh.pdf", pdf()))
    named = StagedFile.objects.get(original_name="Trịnh Quốc Khánh.pdf").canonical_name
    assert named == "Trịnh Quốc Khánh - Hiệu trưởng, Chi bộ Trường THCS Phúc Lợi.pdf"


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.SECRETARY, Role.CLUSTER_LEAD, "nobody"])
@pytest.mark.parametrize("answers", [True, False])
def test_the_desk_holds_what_the_permission_gives_row_by_row(place, role, answers):
    """Rights are asked once for alike rows; here each row is asked, of an account with a paper of its own elsewhere."""
    cluster = make_cluster(place.ward)
    below = [make_unit(place.ward, parent=place.unit, cluster=cluster) for _ in range(2)]
    for cell in (*below, place.unit):
        for _ in range(2):
            make_obligation(place.requirement, make_member(cell))
    own = make_member(below[1])
    make_obligation(place.requirement, own)
    user = make_user(member=own)
    if role == Role.CLUSTER_LEAD:
        grant(user, role, place.ward, cluster=cluster)
    elif role != "nobody":
        grant(user, role, below[0] if role == Role.SECRETARY else place.ward)
    seen = Obligation.objects.visible_to(user).filter(requirement=place.requirement)
    with zeal_ignore():  # asked row by row on purpose
        expected = {one.pk for one in seen if user.has_perm("submissions.hand_in", one)}
    desk = access_desk(user, place.requirement.pk, place.unit.pk, answers=answers)
    assert {one.pk for one in desk.obligations} == expected
    assert len(expected) == {Role.OFFICE: 11, Role.SECRETARY: 3}.get(role, 1)


def test_a_file_on_the_desk_is_looked_at_and_given_to_its_person_there(place, client):
    place.drop(("scan0001.pdf", pdf(2)))
    staged = StagedFile.objects.get()
    looks = reverse("submissions:desk_file", args=[staged.pk])
    html = client.get(place.url()).content.decode()
    assert f'href="{looks}">xem' in html
    assert "Chọn đảng viên cho 1 tệp ở dòng vàng, rồi nộp" in html
    assert "CHƯA NỘP" in html
    page = client.get(looks)
    assert [*page.context["pages"]] == [1, 2]
    assert [one.label for one in page.context["options"]] == [
        "Nguyễn Thị Lan, sinh 1985", "Nguyễn Thị Lan, sinh 1990", "Nguyễn Thị Thuý", "Trịnh Quốc Việt",
    ]  # fmt: skip
    images = [client.get(reverse("submissions:desk_file_page", args=[staged.pk, number])) for number in (2, 3)]
    assert [one.status_code for one in images] == [200, 404]
    assert (images[0]["Content-Type"], images[0].content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    owed = place.of(place.viet).pk
    assert client.post(reverse("submissions:desk_choose", args=[staged.pk]), {"obligation": owed}).url == place.url()
    assert client.get(looks).context["options"] == []
    assert "Sẵn sàng nộp 1 bài" in client.get(place.url()).content.decode()
    client.force_login(make_user(Role.SECRETARY, place.unit))
    assert client.get(looks).status_code == 404


def test_a_file_that_does_not_open_has_nothing_to_look_at(place, client):
    place.drop(("scan0001.pdf", b"%PDF-1.7 cut off"))
    looks = reverse("submissions:desk_file", args=[StagedFile.objects.get().pk])
    html = client.get(place.url()).content.decode()
    assert (looks in html, "CHƯA NỘP" in html) == (False, False)
    assert client.get(looks).status_code == 404


@pytest.mark.parametrize("state", ["RECEIVED", "INSPECTING", "REJECTED", "DEAD"])
def test_no_page_is_shown_before_the_checks_allow_it(place, client, state):
    place.drop(("scan0001.pdf", pdf(2)))
    staged = StagedFile.objects.get()
    Inspection.objects.update(state=state)
    looks = (
        reverse("submissions:desk_file", args=[staged.pk]),
        reverse("submissions:desk_file_page", args=[staged.pk, 1]),
    )
    assert [client.get(one).status_code for one in looks] == [404, 404]


def test_pages_that_look_alike_are_told_in_one_sentence(place, client):
    place.drop(("Trinh Quoc Viet.pdf", pdf(4)))
    inspection = StagedFile.objects.get().blob.inspection
    inspection.hints = [{"code": "dark", "page": page} for page in (1, 2, 4)] + [{"code": "across", "page": 2}]
    inspection.save()
    (row,) = client.get(place.url()).context["desk"].rows
    assert row.hints == ("Trang 1–2, 4 hơi tối", "Trang 2 có vẻ nằm ngang")
