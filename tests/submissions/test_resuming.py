"""Uploads in pieces through their door: begun, broken off, continued, whole on the desk, given up, swept.

Not here: the browser's side (`tests/e2e/test_uploads.py`), the pieces themselves (`tests/vault/test_parts.py`).
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import Requirement
from submissions.models import LongScan, PendingUpload, StagedFile
from submissions.services.resuming import LIFE
from submissions.services.scans import due_scans, read_scan
from submissions.tasks import settle_uploads
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from tests.submissions.photo_samples import photograph
from tests.submissions.text_samples import text_pdf
from units.choices import Role
from vault.errors import StoreFull, StoreUnavailable
from vault.store import current_store

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
NAME = "Trịnh Quốc Việt.pdf"


class Sender:
    """A secretary at a desk, sending in pieces."""

    def __init__(self, client: Client) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Một")
        self.secretary = make_user(Role.SECRETARY, self.unit)
        self.requirement: Requirement = make_requirement(make_directive(self.ward))
        self.member = make_member(self.unit, name="Trịnh Quốc Việt")
        make_obligation(self.requirement, self.member)
        self.client = client
        client.force_login(self.secretary)

    def begin(self, content: bytes, name: str = NAME, purpose: str = "", **headers: str):
        said = f"filename {base64.b64encode(name.encode()).decode()}, batch YQ=="
        said += f", purpose {base64.b64encode(purpose.encode()).decode()}" if purpose else ""
        known = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": said, **headers}
        url = reverse("submissions:desk_begin", args=[self.requirement.pk, self.unit.pk])
        return self.client.post(url, content_type="application/octet-stream", headers=known)

    def send(self, url: str, piece: bytes, offset: int, **headers: str):
        known = {**TUS, "Upload-Offset": str(offset), **headers}
        return self.client.patch(url, piece, content_type=PIECE, headers=known)

    def ask(self, url: str):
        return self.client.head(url, headers=TUS)


@pytest.fixture
def sender(client):
    with time_machine.travel(NOW, tick=False):
        yield Sender(client)


def content_of(pages: int = 3) -> bytes:
    return saved(document(pages))


def test_a_file_sent_in_pieces_for_one_person_is_that_persons(sender):
    other = make_obligation(sender.requirement, make_member(sender.unit, name="Đỗ Văn Hai"))
    content = photograph()
    desk = reverse("submissions:desk_begin", args=[sender.requirement.pk, sender.unit.pk])
    said = f"filename {base64.b64encode(b'IMG_1.jpg').decode()}, batch YQ=="
    known = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": said}
    begun = sender.client.post(f"{desk}?cua={other.pk}", content_type="application/octet-stream", headers=known)
    desk = reverse("submissions:desk", args=[sender.requirement.pk, sender.unit.pk])
    names = [
        [one.last_name for one in sender.client.get(f"{desk}{query}").context["unfinished"]]
        for query in ("", f"?cua={other.pk}")
    ]
    assert names == [[], ["IMG_1.jpg"]]  # chosen again at another's desk, it would go on for the first
    with zeal_ignore():  # each photograph is kept by itself
        sender.send(begun["Location"], content, 0)
    assert StagedFile.objects.get().obligation == other


def pieces_on_disk() -> list[str]:
    return [path.name for path in current_store().uploads.glob("*/*")]


def test_a_file_in_three_pieces_lies_on_the_desk_once(sender):
    content = content_of()
    begun = sender.begin(content)
    url = begun["Location"]
    assert (begun.status_code, begun["Upload-Offset"], begun["Tus-Resumable"]) == (201, "0", "1.0.0")
    assert begun["Upload-Expires"] == "Sat, 25 Apr 2026 02:00:00 GMT"
    third = len(content) // 3
    assert sender.send(url, content[:third], 0)["Upload-Offset"] == str(third)
    asked = sender.ask(url)
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, str(third), str(len(content)))
    assert asked["Cache-Control"] == "no-store"
    sender.send(url, content[third : 2 * third], third)
    assert not StagedFile.objects.exists()
    last = sender.send(url, content[2 * third :], 2 * third)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(content)))
    staged = StagedFile.objects.get()
    assert (staged.original_name, staged.blob.sha256) == (NAME, hashlib.sha256(content).hexdigest())
    assert staged.obligation.member == sender.member
    assert pieces_on_disk() == []
    # The answer to the last piece was lost: the browser asks, and nothing is laid down twice.
    assert sender.ask(url)["Upload-Offset"] == str(len(content))
    settle_uploads()
    assert StagedFile.objects.count() == 1


def test_a_piece_that_does_not_begin_at_the_end_is_refused(sender):
    content = content_of()
    url = sender.begin(content)["Location"]
    sender.send(url, content[:100], 0)
    again = sender.send(url, content[:100], 0)
    assert (again.status_code, again["Upload-Offset"]) == (409, "100")
    assert len(pieces_on_disk()) == 1


def test_what_came_before_the_line_broke_is_kept(sender, monkeypatch):
    """The body ends short of its length: what came counts, the rest is sent later."""
    content = content_of()
    url = sender.begin(content)["Location"]

    class Broken(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            data = super().read(50)
            if not data or self.tell() > 150:
                raise OSError("gone")
            return data

    monkeypatch.setattr("submissions.views.resuming.cast", lambda _, request: Broken(content[:400]))
    assert sender.send(url, content[:400], 0)["Upload-Offset"] == "150"
    monkeypatch.undo()
    assert sender.send(url, content[150:], 150)["Upload-Offset"] == str(len(content))
    assert StagedFile.objects.get().blob.size == len(content)


@pytest.mark.parametrize(("algorithm", "status"), [("sha1", 204), ("sha256", 204), ("md5", 400)])
def test_checksums(sender, algorithm, status):
    content = content_of()
    url = sender.begin(content)["Location"]
    digest = base64.b64encode(hashlib.new(algorithm, content[:64]).digest()).decode()
    wrong = base64.b64encode(hashlib.new(algorithm, b"other").digest()).decode()
    if status == 204:
        refused = sender.send(url, content[:64], 0, **{"Upload-Checksum": f"{algorithm} {wrong}"})
        assert (refused.status_code, sender.ask(url)["Upload-Offset"], pieces_on_disk()) == (460, "0", [])
    answer = sender.send(url, content[:64], 0, **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert answer.status_code == status


def test_more_than_was_said_is_refused_and_leaves_nothing(sender):
    url = sender.begin(b"%PDF-12345")["Location"]
    assert sender.send(url, b"%PDF-1234567890", 0).status_code == 413
    assert (sender.ask(url)["Upload-Offset"], pieces_on_disk()) == ("0", [])


@pytest.mark.parametrize(
    ("name", "length", "status"),
    [
        ("a.pdf", settings.UPLOAD_FILE_LIMIT, 201),
        ("a.pdf", settings.UPLOAD_FILE_LIMIT + 1, 413),
        ("a.zip", settings.UPLOAD_ARCHIVE_LIMIT, 201),
        ("a.zip", settings.UPLOAD_ARCHIVE_LIMIT + 1, 413),
    ],
)
def test_limits_are_told_before_a_byte_is_sent(sender, name, length, status):
    answer = sender.begin(b"", name, **{"Upload-Length": str(length)})
    assert answer.status_code == status
    if status == 413:
        assert f"lớn hơn {length // 1024 // 1024} MB" in answer.content.decode()


@pytest.mark.parametrize(
    "headers", [{"Upload-Length": "-1"}, {"Upload-Length": "x"}, {"Upload-Metadata": "filename ???"}]
)
def test_headers_that_say_nothing(sender, headers):
    assert sender.begin(b"x", **headers).status_code == 400


def test_another_version_of_the_protocol(sender):
    answer = sender.begin(b"x", **{"Tus-Resumable": "0.2.0"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    able = sender.client.options(reverse("submissions:desk_begin", args=[sender.requirement.pk, sender.unit.pk]))
    assert (able["Tus-Extension"], able["Tus-Checksum-Algorithm"]) == (
        "creation,termination,expiration,checksum",
        "sha1,sha256",
    )


def test_only_the_sender_finds_it(sender):
    content = content_of()
    url = sender.begin(content)["Location"]
    other = make_user(Role.SECRETARY, sender.unit)
    sender.client.force_login(other)
    assert sender.ask(url).status_code == 404
    assert sender.send(url, content, 0).status_code == 404
    assert sender.client.delete(url, headers=TUS).status_code == 404
    assert PendingUpload.objects.get().offset == 0


def test_given_up_by_the_browser_and_by_the_form(sender):
    content = content_of()
    for way in ("delete", "post"):
        url = sender.begin(content)["Location"]
        sender.send(url, content[:100], 0)
        answer = getattr(sender.client, way)(url, headers=TUS)
        assert answer.status_code == {"delete": 204, "post": 302}[way]
        assert (PendingUpload.objects.count(), pieces_on_disk()) == (0, [])
        assert sender.ask(url).status_code == 404


def test_the_page_tells_what_is_unfinished_and_how_far(sender):
    content = content_of()
    url = sender.begin(content, "tổ 1/Trịnh Quốc Việt.pdf")["Location"]
    sender.send(url, content[: len(content) // 2], 0)
    page = sender.client.get(reverse("submissions:desk", args=[sender.requirement.pk, sender.unit.pk]))
    html = page.content.decode()
    assert f'data-url="{url}" data-name="{NAME}" data-length="{len(content)}"' in html
    assert f"{NAME}, đã nhận 49%" in html or f"{NAME}, đã nhận 50%" in html


def test_the_last_instant_and_the_sweep(sender):
    content = content_of()
    url = sender.begin(content)["Location"]
    sender.send(url, content[:100], 0)
    sender.client.session.save()
    upload = PendingUpload.objects.get()
    assert upload.expires_at == NOW + LIFE
    with time_machine.travel(NOW + LIFE - timedelta(microseconds=1), tick=False):
        settle_uploads()
        assert PendingUpload.objects.count() == 1
    with time_machine.travel(NOW + LIFE, tick=False):
        sender.client.force_login(sender.secretary)
        assert sender.send(url, content[100:], 100).status_code == 410
        settle_uploads()
    assert (PendingUpload.objects.count(), pieces_on_disk()) == (0, [])


def test_a_whole_file_whose_request_was_killed_is_laid_down_by_the_tick(sender, monkeypatch):
    content = content_of()
    url = sender.begin(content)["Location"]
    with monkeypatch.context() as patched:
        patched.setattr("submissions.views.resuming._laid_down", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sender.send(url, content, 0)
    assert (PendingUpload.objects.get().is_whole, StagedFile.objects.count()) == (True, 0)
    settle_uploads()
    assert StagedFile.objects.get().blob.sha256 == hashlib.sha256(content).hexdigest()


def test_a_zip_in_pieces_is_opened(sender):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tổ 1/Trịnh Quốc Việt.pdf", content_of())
        archive.writestr("tổ 1/scan0001.pdf", content_of(2))
    content = packed.getvalue()
    url = sender.begin(content, "cả chi bộ.zip")["Location"]
    half = len(content) // 2
    sender.send(url, content[:half], 0)
    with zeal_ignore():  # every file of an archive is kept by itself
        sender.send(url, content[half:], half)
    assert {one.original_name for one in StagedFile.objects.all()} == {NAME, "scan0001.pdf"}


def test_a_stamped_paper_leaves_nothing_of_it(sender):
    content = text_pdf("TỐI MẬT")
    url = sender.begin(content)["Location"]
    sender.send(url, content[:100], 0)
    answer = sender.send(url, content[100:], 100)
    assert answer.status_code == 422
    assert "dấu TỐI MẬT trong nội dung tệp" in answer.content.decode()
    assert (PendingUpload.objects.count(), StagedFile.objects.count(), pieces_on_disk()) == (0, 0, [])
    assert AuditEntry.objects.filter(action="directive.refuse_secret").count() == 1
    assert sender.begin(content, "Công văn MẬT.pdf").status_code == 422
    assert PendingUpload.objects.count() == 0


def test_a_long_scan_in_pieces_waits_to_be_cut_and_is_on_no_desk(sender):
    content = content_of()
    url = sender.begin(content, "cả tập.pdf", purpose="scan")["Location"]
    begin = reverse("submissions:scan_begin", args=[sender.requirement.pk, sender.unit.pk])
    desk = reverse("submissions:desk", args=[sender.requirement.pk, sender.unit.pk])
    sender.send(url, content[:100], 0)
    assert f'data-url="{url}"' in sender.client.get(begin).content.decode()
    assert url not in sender.client.get(desk).content.decode()
    assert sender.send(url, content[100:], 100).status_code == 204
    scan = LongScan.objects.get()
    assert (scan.original_name, scan.blob.sha256, scan.uploaded_by) == (
        "cả tập.pdf", hashlib.sha256(content).hexdigest(), sender.secretary,
    )  # fmt: skip
    assert (StagedFile.objects.count(), pieces_on_disk()) == (0, [])
    assert sender.client.get(f"{begin}?xong").url == reverse("submissions:scan", args=[scan.pk])
    sender.ask(url)  # the answer to the last piece was lost
    settle_uploads()
    again = sender.begin(content, "cả tập.pdf", purpose="scan")["Location"]
    sender.send(again, content, 0)  # and the whole was sent once more
    assert LongScan.objects.count() == 1


@pytest.mark.parametrize(
    ("length", "status"), [(settings.UPLOAD_SCAN_LIMIT, 201), (settings.UPLOAD_SCAN_LIMIT + 1, 413)]
)
def test_a_long_scan_may_be_longer_than_a_file(sender, length, status):
    assert settings.UPLOAD_SCAN_LIMIT > settings.UPLOAD_FILE_LIMIT
    assert sender.begin(b"", "a.pdf", purpose="scan", **{"Upload-Length": str(length)}).status_code == status


@pytest.mark.parametrize("away", [StoreFull, StoreUnavailable])
def test_a_whole_long_scan_waits_for_a_store_that_is_full_or_away(sender, away):
    content = content_of()
    url = sender.begin(content, "cả tập.pdf", purpose="scan")["Location"]
    with patch("submissions.services.scans.receive", side_effect=away):
        assert sender.send(url, content, 0).status_code == 422
        settle_uploads()
    assert (PendingUpload.objects.count(), LongScan.objects.count()) == (1, 0)
    settle_uploads()
    assert LongScan.objects.get().blob.sha256 == hashlib.sha256(content).hexdigest()
    with patch("submissions.services.scans.open_verified", side_effect=StoreUnavailable):
        read_scan(scan_pk=LongScan.objects.get().pk, at=NOW)
    assert (LongScan.objects.get().failure, due_scans(at=NOW)) == ("", [LongScan.objects.get().pk])


def test_what_is_no_pdf_leaves_nothing_of_a_long_scan(sender):
    content = b"PK\x03\x04" + b"0" * 200
    url = sender.begin(content, "cả tập.pdf", purpose="scan")["Location"]
    answer = sender.send(url, content, 0)
    assert (answer.status_code, "không phải PDF" in answer.content.decode()) == (422, True)
    assert (PendingUpload.objects.count(), LongScan.objects.count(), pieces_on_disk()) == (0, 0, [])


def test_a_member_alone_sends_no_long_scan(sender):
    sender.client.force_login(make_user(member=sender.member))
    answer = sender.begin(b"x", purpose="scan")
    assert (answer.status_code, "không tách bản quét dài" in answer.content.decode()) == (422, True)
    assert sender.begin(b"x").status_code == 201


def test_a_long_scan_given_up_by_the_form_leads_back_to_its_page(sender):
    url = sender.begin(content_of(), purpose="scan")["Location"]
    answer = sender.client.post(url)
    assert answer["Location"] == reverse("submissions:scan_begin", args=[sender.requirement.pk, sender.unit.pk])


class SlotSender(Sender):
    """The same secretary at the page of a report with two kinds of files."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        kind = {"kind": RequirementKind.REPORT, "title": "Báo cáo quý", "slots": SLOTS}
        self.report = make_obligation(make_requirement(self.requirement.directive, **kind), self.unit)

    def begin_slot(self, content: bytes, name: str = "bao-cao.pdf", slot: str = "1", **headers: str):
        words = {"filename": name, "batch": "a", "slot": slot}
        said = ", ".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())
        known = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": said, **headers}
        url = reverse("submissions:write_begin_file", args=[self.report.pk])
        return self.client.post(url, content_type="application/octet-stream", headers=known)

    def page(self) -> str:
        return self.client.get(reverse("submissions:write", args=[self.report.pk])).content.decode()


SLOTS = ["Bản ký", "Biên bản (không bắt buộc)"]


@pytest.fixture
def slot_sender(client):
    with time_machine.travel(NOW, tick=False):
        yield SlotSender(client)


def test_a_file_in_pieces_lies_in_its_slot_once(slot_sender):
    content = content_of()
    begun = slot_sender.begin_slot(content)
    url, half = begun["Location"], len(content) // 2
    assert begun.status_code == 201
    slot_sender.send(url, content[:half], 0)
    assert "Biên bản: bao-cao.pdf, đã nhận 49%" in slot_sender.page() or "đã nhận 50%" in slot_sender.page()
    assert (
        slot_sender.client.get(
            reverse("submissions:desk", args=[slot_sender.requirement.pk, slot_sender.unit.pk])
        ).context["unfinished"]
        == []
    )
    assert slot_sender.send(url, content[half:], half).status_code == 204
    staged = StagedFile.objects.get()
    assert (staged.slot, staged.obligation, staged.original_name) == ("Biên bản", slot_sender.report, "bao-cao.pdf")
    assert staged.blob.sha256 == hashlib.sha256(content).hexdigest()
    assert "tải lên dở dang" not in slot_sender.page()
    assert pieces_on_disk() == []
    settle_uploads()
    assert StagedFile.objects.count() == 1


@pytest.mark.parametrize(
    ("slot", "name", "length", "status"),
    [
        ("2", "a.pdf", 10, 400),
        ("", "a.pdf", 10, 400),
        ("-1", "a.pdf", 10, 400),
        ("0", "a.pdf", 25 * 1024 * 1024, 201),
        ("0", "a.pdf", 25 * 1024 * 1024 + 1, 413),
        ("0", "TỐI MẬT.pdf", 10, 422),
    ],
)
def test_what_a_slot_takes_is_told_before_a_byte_is_sent(slot_sender, slot, name, length, status):
    answer = slot_sender.begin_slot(b"", name, slot, **{"Upload-Length": str(length)})
    assert (answer.status_code, PendingUpload.objects.count()) == (status, int(status == 201))


def test_photographs_one_after_another_are_one_paper_in_their_slot(slot_sender):
    with zeal_ignore():  # each photograph is its own row and lock
        for number in (0, 1):
            image = photograph(number=number)
            slot_sender.send(slot_sender.begin_slot(image, f"{number}.jpg")["Location"], image, 0)
    assert [(one.slot, one.photos.count()) for one in StagedFile.objects.all()] == [("Biên bản", 2)]


def test_what_a_slot_refuses_leaves_nothing(slot_sender):
    for content, sentence in ((b"no pdf at all", "bao-cao.pdf: "), (text_pdf("TUYỆT MẬT"), "có dấu mật")):
        answer = slot_sender.send(slot_sender.begin_slot(content)["Location"], content, 0)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert (PendingUpload.objects.count(), StagedFile.objects.count(), pieces_on_disk()) == (0, 0, [])


def test_a_slot_that_is_asked_for_no_more_takes_nothing(slot_sender):
    content = content_of()
    url = slot_sender.begin_slot(content)["Location"]
    Requirement.objects.filter(pk=slot_sender.report.requirement_id).update(slots=SLOTS[:1])
    answer = slot_sender.send(url, content, 0)
    assert (answer.status_code, "không còn hỏi tệp “Biên bản”" in answer.content.decode()) == (422, True)
    assert (PendingUpload.objects.count(), pieces_on_disk()) == (0, [])


def test_a_whole_slot_file_whose_request_was_killed_is_laid_down_by_the_tick(slot_sender, monkeypatch):
    content = content_of()
    url = slot_sender.begin_slot(content)["Location"]
    with monkeypatch.context() as killed:
        killed.setattr("submissions.views.resuming._laid_down", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            slot_sender.send(url, content, 0)
    assert not StagedFile.objects.exists()
    settle_uploads()
    assert StagedFile.objects.get().slot == "Biên bản"


def test_given_up_by_the_form_leads_back_to_the_slots(slot_sender):
    url = slot_sender.begin_slot(content_of())["Location"]
    assert slot_sender.client.post(url)["Location"] == f"/viec/{slot_sender.report.pk}/viet/#tep"
    assert not PendingUpload.objects.exists()


def test_who_may_not_write_any_more_sends_no_further_piece(slot_sender):
    content = content_of()
    url = slot_sender.begin_slot(content)["Location"]
    slot_sender.secretary.role_grants.all().delete()
    assert slot_sender.send(url, content, 0).status_code == 404
    settle_uploads()
    assert not StagedFile.objects.exists()
