"""Files of a request: staged on the way, taken over without a copy, gone when nobody takes them.

Not here: the staging writer (`test_staging.py`), the pages that receive files.
"""

import errno
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from vault.errors import StoreFull, TooLarge
from vault.models import Blob
from vault.services import put, read_verified
from vault.store import current_store
from vault.uploads import StagedUpload

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 24, 9, 5, tzinfo=UTC)
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 3000


def posted(*contents: bytes) -> Any:
    """A request with files as a browser sends them; their fields are read."""
    files = [SimpleUploadedFile(f"Bài số {n}.pdf", content) for n, content in enumerate(contents)]
    request = RequestFactory().post("/", {"tep": files, "ghi_chu": "Nộp thay"})
    assert request.POST["ghi_chu"] == "Nộp thay"
    return request


def staged_files() -> list[Path]:
    """What lies in the staging folder."""
    return sorted(current_store().staging_folder().iterdir())


def test_a_file_arrives_hashed_and_is_placed_without_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = posted(CONTENT).FILES["tep"]
    assert isinstance(upload, StagedUpload)
    assert (upload.name, upload.size, upload.read()) == ("Bài số 0.pdf", len(CONTENT), CONTENT)
    (path,) = staged_files()
    inode = path.stat().st_ino
    blob = put(stream=upload, media_type="application/pdf", limit=10**8, now=NOW)
    stored = next(entry for entry in current_store().objects.rglob(blob.sha256))
    assert (stored.stat().st_ino, blob.sha256) == (inode, hashlib.sha256(CONTENT).hexdigest())
    upload.close()
    assert read_verified(blob=blob, now=NOW) == CONTENT


def test_what_nobody_takes_is_gone_with_the_request() -> None:
    request = posted(CONTENT, b"two")
    assert len(staged_files()) == 2 or request.FILES  # reading FILES stages them
    assert [upload.name for upload in request.FILES.getlist("tep")] == ["Bài số 0.pdf", "Bài số 1.pdf"]
    request.close()
    assert staged_files() == []


def test_one_file_too_long_does_not_hurt_its_neighbours(settings: Any) -> None:
    settings.UPLOAD_FILE_LIMIT = 1000
    first, second = posted(CONTENT, b"%PDF-1.4 small").FILES.getlist("tep")
    assert (first.size, second.staged.size, len(staged_files())) == (len(CONTENT), 14, 1)
    with pytest.raises(TooLarge):
        put(stream=first, media_type="application/pdf", limit=1000, now=NOW)
    assert put(stream=second, media_type="application/pdf", limit=1000, now=NOW).size == 14
    first.close()
    second.close()
    assert (Blob.objects.count(), staged_files()) == (1, [])


def test_the_verbs_limit_and_first_look_hold_for_staged_files_too() -> None:
    class NotAPdf(Exception):
        pass

    def refuse(head: bytes) -> None:
        assert head == CONTENT[:1024]
        raise NotAPdf

    upload = posted(CONTENT).FILES["tep"]
    with pytest.raises(NotAPdf):
        put(stream=upload, media_type="application/pdf", limit=10**8, now=NOW, check_head=refuse)
    with pytest.raises(TooLarge):
        put(stream=upload, media_type="application/pdf", limit=len(CONTENT) - 1, now=NOW)
    upload.close()
    assert (Blob.objects.count(), staged_files()) == (0, [])


def test_a_full_disk_reaches_the_person_as_a_sentence_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full(fd: int, data: bytes) -> int:
        if len(data) > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    upload = posted(CONTENT).FILES["tep"]
    with pytest.raises(StoreFull, match="đã đầy"):
        put(stream=upload, media_type="application/pdf", limit=10**8, now=NOW)
    upload.close()
    assert (Blob.objects.count(), staged_files()) == (0, [])
