"""Taking bytes in: hash, limit, first look, and nothing left after a failure.

Not here: rows and addresses (`test_services.py`).
"""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from vault.errors import StoreFull, StoreUnavailable, TooLarge
from vault.staging import StagingWriter, stage

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 9000


class NotAPdf(Exception):
    """What the head check of these tests raises."""


def only_pdf(head: bytes) -> None:
    """Refuse what does not begin as a PDF."""
    if not head.startswith(b"%PDF-"):
        raise NotAPdf


def left_in(folder: Path) -> list[str]:
    """Names left in the staging folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", [b"%PDF-", b"%PDF-1.4 short", CONTENT])
def test_the_staged_bytes_are_the_stream_and_carry_its_hash(tmp_path: Path, content: bytes) -> None:
    staged = stage(stream=io.BytesIO(content), folder=tmp_path, limit=len(content), check_head=only_pdf)
    assert (staged.sha256, staged.size, staged.head, staged.path.read_bytes()) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
        content[:1024],
        content,
    )
    assert left_in(tmp_path) == [staged.path.name]
    assert staged.path.stat().st_mode & 0o222 == 0


def test_the_limit_is_inclusive(tmp_path: Path) -> None:
    stage(stream=io.BytesIO(CONTENT), folder=tmp_path, limit=len(CONTENT)).discard()
    with pytest.raises(TooLarge) as refused:
        stage(stream=io.BytesIO(CONTENT), folder=tmp_path, limit=len(CONTENT) - 1)
    assert (refused.value.limit, left_in(tmp_path)) == (len(CONTENT) - 1, [])


def test_an_empty_content_is_a_content(tmp_path: Path) -> None:
    staged = stage(stream=io.BytesIO(b""), folder=tmp_path, limit=10)
    assert (staged.sha256, staged.size, staged.path.read_bytes()) == (hashlib.sha256(b"").hexdigest(), 0, b"")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00%PDF-1.7" + CONTENT])
def test_a_refused_beginning_writes_nothing(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    monkeypatch.setattr(os, "write", lambda fd, data: written.append(len(data)) or len(data))
    with pytest.raises(NotAPdf):
        stage(stream=io.BytesIO(content), folder=tmp_path, limit=10**8, check_head=only_pdf)
    assert (written, left_in(tmp_path)) == ([], [])


@pytest.mark.parametrize("function", ["write", "fsync", "open"])
@pytest.mark.parametrize(
    ("number", "raised"), [(errno.ENOSPC, StoreFull), (errno.EDQUOT, StoreFull), (errno.EIO, StoreUnavailable)]
)
def test_a_failing_disk_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, raised: type[Exception]
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function, fails)
    with pytest.raises(raised):
        stage(stream=io.BytesIO(CONTENT), folder=tmp_path, limit=10**8)
    monkeypatch.undo()
    assert left_in(tmp_path) == []


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:70_000])))
    staged = stage(stream=io.BytesIO(CONTENT), folder=tmp_path, limit=10**8)
    assert staged.path.read_bytes() == CONTENT


def test_leaving_without_finish_discards(tmp_path: Path) -> None:
    with StagingWriter(folder=tmp_path, limit=10_000) as writer:
        writer.write(b"begun" * 1000)
        assert len(left_in(tmp_path)) == 1
    assert left_in(tmp_path) == []
