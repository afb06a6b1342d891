"""Uploads in pieces through their door: begun, broken off, continued, whole on the desk, given up, swept.

Not here: the browser's side (`tests/e2e/test_uploads.py`), the pieces themselves (`tests/vault/test_parts.py`).
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.models import Requirement
from submissions.models import PendingUpload, StagedFile
from submissions.services.resuming import LIFE
from submissions.tasks import settle_uploads
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from tests.submissions.text_samples import text_pdf
from units.choices import Role
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

    def begin(self, content: bytes, name: str = NAME, **headers: str):
        said = f"filename {base64.b64encode(name.encode()).decode()}, batch YQ=="
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
