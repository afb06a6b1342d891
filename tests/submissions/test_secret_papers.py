"""A state-secret stamp at every door of files: nothing of the paper stays, in the vault, the rows or on the disk."""

import io
import json
import select
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from zeal import zeal_ignore

from audit.choices import AuditResult
from audit.models import AuditEntry
from directives.errors import FileUnread, SecretMarked
from directives.models import Directive, DirectiveAttachment
from directives.services.drafts import attach_file
from directives.services.issuing import issue_directive
from submissions.inspection.runner import Session, session
from submissions.models import Deposit, StagedFile
from submissions.secret_papers import find_secret, scan_document, stamp_in_name
from tests.directives.test_pages import HEAD
from tests.factories.directives import at, make_directive, make_requirement
from tests.factories.units import make_user, make_ward
from tests.submissions.test_desk_views import NOW, Desk
from tests.submissions.test_desk_views import pdf as plain_pdf
from tests.submissions.text_samples import text_pdf, word_file
from units.choices import Role
from vault.models import Blob
from vault.staging import stage
from vault.store import current_store

pytestmark = pytest.mark.django_db
CANARY = "Chim Hoàng Yến"
LOCKED_WORD = b"\xd0\xcf\x11\xe0" + bytes(508) + "EncryptedPackage".encode("utf-16-le") + bytes(64)
SECRET = ("ĐẢNG BỘ PHƯỜNG PHÚC LỢI", "MẬT", f"Nội dung {CANARY}")
ORDINARY = ("Giữ bí mật nhà nước", "Mặt trận Tổ quốc", "mật độ dân số")


@pytest.fixture
def desk(client) -> Desk:
    made = Desk()
    client.force_login(made.secretary)
    made.client = client
    return made


def upload(desk: Desk, *files: tuple[str, bytes]):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    with zeal_ignore():  # every file is kept by itself: one that fails takes no other with it
        return desk.client.post(desk.url("desk_upload"), {"tep": sent}, headers={"HX-Request": "true"})


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def assert_nothing_left(*, blobs: int = 0, rows: int = 0, refusals: int = 1) -> None:
    """No content, no row, no waiting bytes, and a log entry for each that says only when, who and why."""
    assert (Blob.objects.count(), StagedFile.objects.count()) == (blobs, rows)
    assert list(current_store().staging_folder().iterdir()) == []
    entries = AuditEntry.objects.filter(action="directive.refuse_secret")
    assert len(entries) == refusals
    for entry in entries:
        assert entry.result == AuditResult.REFUSED
        assert set(entry.data) == {"reason"}
        assert CANARY not in json.dumps([entry.detail, entry.obj_label], ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "stamp"),
    [
        (text_pdf(*SECRET), "MẬT"),
        (text_pdf("T Ố I  M Ậ T"), "TỐI MẬT"),
        (text_pdf(*ORDINARY), ""),
        (word_file("Độ mật: Tuyệt mật"), "TUYỆT MẬT"),
        (word_file(*ORDINARY), ""),
        (b"\xd0\xcf\x11\xe0" + bytes(508) + "Công văn\rTỐI MẬT\rKính gửi".encode("utf-16-le"), "TỐI MẬT"),
        (b"\xd0\xcf\x11\xe0" + bytes(508) + "Công văn\rBí mật\rKính gửi".encode("utf-16-le"), ""),
        (b"%PDF-1.4 damaged", None),
        (b"PK\x03\x04 damaged", None),
        (LOCKED_WORD, None),
        (b"\xff\xd8\xff picture", ""),
        (b"", ""),
    ],
)
def test_text_is_read_out_of_files(tmp_path: Path, content: bytes, stamp: str | None) -> None:
    path = tmp_path / "f"
    path.write_bytes(content)
    assert scan_document(path, len(content)) == stamp


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("Công văn 12 (MẬT).pdf", "MẬT"), ("TỐI MẬT/bài 1.pdf", "TỐI MẬT"), ("BC_TUYET MAT.pdf", "TUYỆT MẬT"),
        ("mật độ.pdf", ""), ("Trần Văn Mật.pdf", ""), ("Mặt trận.pdf", ""),
    ],
)  # fmt: skip
def test_names_are_read_with_their_folders(name: str, stamp: str) -> None:
    assert stamp_in_name(name) == stamp


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        (f"{CANARY}.pdf", text_pdf(*SECRET), "nội dung tệp"),
        (f"{CANARY} (MẬT).pdf", text_pdf("Bài thu hoạch"), "tên tệp"),
        (f"{CANARY} TỐI MẬT.zip", b"PK\x03\x04", "tên tệp"),
        (f"{CANARY} TỐI MẬT.docx", b"PK\x03\x04", "tên tệp"),
    ],
)
def test_the_desk_keeps_nothing(desk: Desk, name: str, content: bytes, where: str) -> None:
    answer = upload(desk, (name, content))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert f"trong {where}" in said
    assert "đường văn thư mật" in said
    assert CANARY not in said
    assert_nothing_left()


def test_innocent_neighbours_stay_on_the_desk(desk: Desk) -> None:
    answer = upload(desk, ("bai 1.pdf", plain_pdf()), (f"{CANARY}.pdf", text_pdf(*SECRET)), ("bai 3.pdf", plain_pdf()))
    said = answer.content.decode()
    assert "tệp thứ 2 (dấu MẬT" in said
    assert "2 tệp còn lại" in said
    assert_nothing_left(blobs=2, rows=2)


def test_a_stamped_member_takes_its_archive_with_it_and_leaves_the_others(desk: Desk) -> None:
    upload(desk, ("goi.zip", packed(**{"a.pdf": plain_pdf(), f"{CANARY}.pdf": text_pdf(*SECRET)})))
    assert_nothing_left(blobs=1, rows=1)


def test_staged_bytes_are_overwritten_before_they_go(tmp_path: Path) -> None:
    staged = stage(stream=io.BytesIO(b"secret" * 1000), folder=tmp_path, limit=10_000)
    with staged.path.open("rb") as held:  # the inode lives as long as somebody holds it
        staged.wipe()
        assert held.read() == bytes(6000)
    assert list(tmp_path.iterdir()) == []


def test_other_work_goes_on_while_the_child_reads(tmp_path: Path) -> None:
    held = stage(stream=io.BytesIO(text_pdf(*SECRET)), folder=tmp_path, limit=1_000_000)
    answered: list[bool] = []
    with session() as talking:

        def work() -> None:
            readable, _, _ = select.select([talking._channel], [], [], 10)
            answered.append(bool(readable))

        found = find_secret(talking, "bai.pdf", held, meanwhile=work)
    assert (found, answered) == (("MẬT", "nội dung tệp"), [True])  # it was asked before the work began


def test_the_terminal_keeps_nothing(desk: Desk, tmp_path: Path, capsys) -> None:
    (tmp_path / "Nguyễn Thị Thuý.pdf").write_bytes(text_pdf(*SECRET))
    key = f"{desk.requirement.directive.reference}#1"
    with pytest.raises(SystemExit):
        call_command("deposit", str(tmp_path), "--requirement", key, "--apply", "--json", "--at", NOW.isoformat())
    item = json.loads(capsys.readouterr().out)[0]
    assert (item["state"], item["sha256"], item["receipt"]) == ("refused", None, None)
    assert "dấu MẬT" in item["reasons"][0]
    assert Deposit.objects.count() == 0
    assert_nothing_left()


class Office:
    """A ward with its office and a draft."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.user = make_user(Role.OFFICE, self.ward)
        self.admin = make_user(Role.ADMIN, self.ward)
        self.draft = make_directive(self.ward, number=7)


@pytest.mark.parametrize(
    ("name", "content"),
    [("CV.pdf", text_pdf(*SECRET)), ("CV.docx", word_file(*SECRET)), ("CV (MẬT).pdf", text_pdf("Kế hoạch"))],
)
def test_an_attachment_is_not_kept(name: str, content: bytes) -> None:
    office = Office()
    with pytest.raises(SecretMarked, match="MẬT"):
        attach_file(directive=office.draft, stream=io.BytesIO(content), name=name, by=office.user, at=at(24))
    assert (Blob.objects.count(), DirectiveAttachment.objects.count()) == (0, 0)
    assert list(current_store().staging_folder().iterdir()) == []


def test_an_ordinary_attachment_is_kept() -> None:
    office = Office()
    attach_file(
        directive=office.draft, stream=io.BytesIO(word_file(*ORDINARY)), name="KH.docx", by=office.user, at=at(24)
    )
    assert DirectiveAttachment.objects.get().name == "KH.docx"


@pytest.mark.parametrize(
    ("name", "content"),
    [("CV.pdf", b"%PDF-1.4 damaged"), ("CV.docx", b"PK\x03\x04 damaged"), ("CV.doc", LOCKED_WORD)],
)
def test_an_attachment_that_cannot_be_looked_through_is_not_kept(name: str, content: bytes) -> None:
    office = Office()
    with pytest.raises(FileUnread, match="để kiểm tra dấu mật nên chưa nhận"):
        attach_file(directive=office.draft, stream=io.BytesIO(content), name=name, by=office.user, at=at(24))
    assert (Blob.objects.count(), DirectiveAttachment.objects.count()) == (0, 0)
    assert list(current_store().staging_folder().iterdir()) == []


def test_an_attachment_whose_reading_was_cut_short_is_not_kept(monkeypatch) -> None:
    office = Office()
    monkeypatch.setattr(Session.__init__, "__kwdefaults__", {"wall_seconds": 0})
    with pytest.raises(FileUnread, match="Không đọc được"):
        attach_file(
            directive=office.draft, stream=io.BytesIO(text_pdf(*SECRET)), name="CV.pdf", by=office.user, at=at(24)
        )
    assert (Blob.objects.count(), DirectiveAttachment.objects.count()) == (0, 0)


def test_the_page_tells_why_an_attachment_was_not_taken(client) -> None:
    office = Office()
    client.force_login(office.user)
    file = SimpleUploadedFile("CV.pdf", b"%PDF-1.4 damaged")
    answer = client.post(reverse("directives:create"), {**HEAD, "files": file}, follow=True)
    assert "Không đọc được tệp “CV.pdf” để kiểm tra dấu mật" in answer.content.decode()
    assert DirectiveAttachment.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("CV.pdf", text_pdf(*SECRET)), ("CV.docx", word_file(*SECRET)), ("CV.txt", "\n".join(SECRET).encode())],
)
def test_the_reader_keeps_nothing_by_page_or_terminal(client, tmp_path: Path, name: str, content: bytes) -> None:
    office = Office()
    client.force_login(office.user)
    answer = client.post(reverse("directives:read"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert "dấu MẬT" in answer.content.decode()
    assert CANARY not in answer.content.decode()
    before = Directive.objects.count()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match="dấu MẬT") as refused:
        call_command("draft_directive", str(tmp_path / name), "--save")
    assert CANARY not in str(refused.value)
    assert Directive.objects.count() == before
    by_page, by_terminal = AuditEntry.objects.filter(action="directive.refuse_secret").order_by("seq")
    assert (by_page.actor_id, by_terminal.actor_label) == (str(office.user.pk), "draft_directive")
    assert by_page.ward_id == by_terminal.ward_id == office.ward.pk
    assert_nothing_left(refusals=2)


def test_a_requirement_is_not_kept_and_the_refusal_is_logged(client) -> None:
    ward = make_ward()
    user = make_user(Role.OFFICE, ward)
    draft = Directive.objects.create(
        ward=ward, kind="PLAN", symbol="KH/ĐU", issuer=ward.profile.name, subject="Kế hoạch", created_at=at(24)
    )
    client.force_login(user)
    form = {"kind": "REPORT", "title": f"{CANARY} (MẬT)", "route": "OFFICE", "everybody": "on"}
    answer = client.post(reverse("directives:add_requirement", args=[draft.pk]), form)
    assert answer.status_code == 422
    assert draft.requirements.count() == 0
    entry = AuditEntry.objects.filter(action="directive.refuse_secret").first()
    assert entry is not None, answer.content.decode()
    assert entry.data == {"reason": "thấy dấu mật trong nội dung"}


def test_a_stamped_draft_from_another_door_is_not_issued() -> None:
    office = Office()
    draft = office.draft
    make_requirement(draft, title="Báo cáo (TUYỆT MẬT)")
    Directive.objects.filter(pk=draft.pk).update(state="DRAFT", issued_at=None)
    with pytest.raises(SecretMarked, match="TUYỆT MẬT"):
        issue_directive(directive=draft, by=office.admin, at=at(24))
    draft.refresh_from_db()
    assert draft.state == "DRAFT"
