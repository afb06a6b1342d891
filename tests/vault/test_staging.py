"""Taking bytes in: hash, limit, first look, and nothing left after a failure.

Not here: rows and addresses (`test_services.py`).
"""

import errno
import gc
import hashlib
import io
import os
import threading
from pathlib import Path
from queue import Queue
from types import FrameType

import pytest

from vault.errors import StoreFull, StoreUnavailable, TooLarge
from vault.staging import BesideWriter, StagingWriter, stage, stage_beside

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


def test_beside_whoever_receives_the_bytes_are_the_same(tmp_path: Path) -> None:
    writer = BesideWriter(folder=tmp_path, limit=len(CONTENT))
    for start in range(0, len(CONTENT), 100_000):
        writer.write(CONTENT[start : start + 100_000])
    staged = writer.finish()
    staged.settle()
    assert (staged.sha256, staged.size, staged.head) == (
        hashlib.sha256(CONTENT).hexdigest(),
        len(CONTENT),
        CONTENT[:1024],
    )
    assert (staged.path.read_bytes(), left_in(tmp_path)) == (CONTENT, [staged.path.name])
    staged.discard()
    assert left_in(tmp_path) == []


def test_written_bytes_wait_for_their_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They can be read at once; whoever promises to keep them waits until they are flushed."""
    may_flush, flush, settled = threading.Event(), os.fsync, []
    monkeypatch.setattr(os, "fsync", lambda fd: (may_flush.wait(10), flush(fd)))
    writer = BesideWriter(folder=tmp_path, limit=10)
    writer.write(b"0123456789")
    staged = writer.finish()
    assert staged.path.read_bytes() == b"0123456789"
    waiting = threading.Thread(target=lambda: (staged.settle(), settled.append(True)))
    waiting.start()
    waiting.join(0.1)
    assert (waiting.is_alive(), settled) == (True, [])
    may_flush.set()
    waiting.join(10)
    assert settled == [True]


@pytest.mark.parametrize("pieces", [1, 4])
def test_a_digest_that_is_late_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    """The bytes are on their way to the disk before they are hashed; their digest is that of all of them."""
    may_hash, flushed, flush, sha256 = threading.Event(), threading.Event(), os.fsync, hashlib.sha256

    class Late:
        def __init__(self) -> None:
            self._plain = sha256()

        def update(self, data: bytes) -> None:
            if pieces > 1:
                assert may_hash.wait(10)
            self._plain.update(data)

        def hexdigest(self) -> str:
            return self._plain.hexdigest()

    monkeypatch.setattr(hashlib, "sha256", Late)
    monkeypatch.setattr(os, "fsync", lambda fd: (flush(fd), flushed.set()))
    writer = BesideWriter(folder=tmp_path, limit=len(CONTENT) * pieces)
    for _ in range(pieces):
        writer.write(CONTENT)
    staged = writer.finish()
    assert flushed.wait(10)
    waiting = threading.Thread(target=staged.settle)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive() is (pieces > 1)
    may_hash.set()
    assert (staged.sha256, staged.size) == (sha256(CONTENT * pieces).hexdigest(), len(CONTENT) * pieces)
    waiting.join(10)
    assert staging_threads() == []


@pytest.mark.parametrize("pieces", [3, 40])
def test_bytes_that_could_not_be_hashed_get_no_digest_and_keep_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    """No memory for a moment: the digest of what was hashed before is that of other bytes."""

    class Failing:
        def __init__(self) -> None:
            self._plain = sha256()

        def update(self, data: bytes) -> None:
            raise MemoryError

        def hexdigest(self) -> str:
            return self._plain.hexdigest()

    sha256, told = hashlib.sha256, []

    def send() -> None:
        writer = BesideWriter(folder=tmp_path, limit=10**9)
        for _ in range(pieces):
            writer.write(CONTENT)
        staged = writer.finish()
        for _ in range(2):
            try:
                told.append(staged.sha256)
            except StoreUnavailable as refusal:
                told.append(type(refusal))

    monkeypatch.setattr(hashlib, "sha256", Failing)
    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    sending.join(10)
    assert told == [StoreUnavailable, StoreUnavailable]
    assert (left_in(tmp_path), staging_threads()) == ([], [])


def test_a_flush_that_cannot_begin_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system gives no thread: the writer is dropped like any other."""
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "vault-flushing":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    writer = BesideWriter(folder=tmp_path, limit=10**9)
    for _ in range(3):
        writer.write(CONTENT)
    with pytest.raises(RuntimeError):
        writer.finish()
    threads = staging_threads()
    del writer
    gc.collect()
    ended(threads)
    assert (left_in(tmp_path), staging_threads()) == ([], [])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_flush_that_fails_is_told_to_whoever_settles_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    may_fail = threading.Event()

    def broken(fd: int) -> None:
        may_fail.wait(10)
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", broken)
    writer = BesideWriter(folder=tmp_path, limit=10)
    writer.write(b"0123456789")
    staged = writer.finish()
    may_fail.set()
    for _ in range(2):
        with pytest.raises(StoreFull if number == errno.ENOSPC else StoreUnavailable):
            staged.settle()
    assert left_in(tmp_path) == []


def test_a_full_disk_ends_a_long_content_that_is_still_coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends is told at once, however much is on the way, and is never made to wait for a disk that takes nothing."""
    write, left = os.write, [3 * len(CONTENT)]

    def full(fd: int, data: bytes) -> int:
        if left[0] < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= len(data)
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    writer = BesideWriter(folder=tmp_path, limit=10**9)
    for _ in range(3):
        writer.write(CONTENT)
    with pytest.raises(StoreFull):
        writer.write(CONTENT)
    ended(staging_threads())
    assert (left_in(tmp_path), staging_threads()) == ([], [])
    with pytest.raises(StoreFull):
        BesideWriter(folder=tmp_path, limit=10**9).write(CONTENT)
    assert left_in(tmp_path) == []


def test_a_disk_that_is_full_for_the_last_bytes_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A content shorter than what the head check sees is written when no more comes."""

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    writer = BesideWriter(folder=tmp_path, limit=10)
    writer.write(b"%PDF-")
    with pytest.raises(StoreFull):
        writer.finish()
    assert (left_in(tmp_path), staging_threads()) == ([], [])


def test_too_long_beside_whoever_receives_leaves_nothing(tmp_path: Path) -> None:
    writer = BesideWriter(folder=tmp_path, limit=2 * len(CONTENT) - 1)
    writer.write(CONTENT)
    with pytest.raises(TooLarge):
        writer.write(CONTENT)
    ended(staging_threads())
    assert (left_in(tmp_path), staging_threads()) == ([], [])


@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_a_writer_that_is_dropped_leaves_neither_bytes_nor_a_thread(tmp_path: Path, pieces: int) -> None:
    """The sender is gone in the middle of a file and nobody said so."""
    writer = BesideWriter(folder=tmp_path, limit=10**9)
    for _ in range(pieces):
        writer.write(CONTENT)
    threads = staging_threads()
    assert (len(left_in(tmp_path)), len(threads)) == (min(pieces, 1), pieces // 2)
    del writer
    gc.collect()
    ended(threads)
    assert (left_in(tmp_path), staging_threads()) == ([], [])


def test_a_writer_collected_by_its_own_hasher_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The collector of garbage runs in whatever thread makes an object, also in the hasher's, in the midst of its queue."""
    may_hash, sha256 = threading.Event(), hashlib.sha256

    class Late:
        def __init__(self) -> None:
            self._plain = sha256()

        def update(self, data: bytes) -> None:
            assert may_hash.wait(10)
            self._plain.update(data)

    def collecting(frame: FrameType, *_: object) -> object:
        """At each line that the hasher runs with the lock of a queue in its hand."""
        if frame.f_code in (Queue._get.__code__, Queue._qsize.__code__):
            gc.collect()
        return collecting

    monkeypatch.setattr(hashlib, "sha256", Late)
    gc.disable()
    gc.freeze()  # what was there before need not be looked through each time
    threading.settrace(collecting)
    try:
        held = {"writer": BesideWriter(folder=tmp_path, limit=10**9)}
        held["itself"] = held  # type: ignore[assignment]
        for _ in range(3):
            held["writer"].write(CONTENT)
        (hasher,) = staging_threads()
        del held
        may_hash.set()
        hasher.join(0.5)
        gc.collect()
        hasher.join(10)
        assert (left_in(tmp_path), staging_threads()) == ([], [])
    finally:
        threading.settrace(None)  # type: ignore[arg-type]
        gc.unfreeze()
        gc.enable()


def staging_threads() -> list[threading.Thread]:
    """Threads that hash bytes or flush them to the disk."""
    return [one for one in threading.enumerate() if one.name in ("vault-hashing", "vault-flushing")]


def ended(threads: list[threading.Thread]) -> None:
    """Return when they have ended."""
    for one in threads:
        one.join(10)


@pytest.mark.parametrize("content", [b"", b"%PDF-", b"%PDF-1.4 short", CONTENT])
@pytest.mark.parametrize("at_most", [7, 10**7])
def test_a_stream_staged_beside_gives_what_stage_gives(tmp_path: Path, content: bytes, at_most: int) -> None:
    """Also from a stream that gives a few bytes at a time: the head is looked at whole."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, at_most if self.tell() < 2000 else 10**7))

    heads: list[bytes] = []
    staged = stage_beside(stream=Slow(content), folder=tmp_path, limit=len(content), check_head=heads.append)
    staged.settle()
    plain = stage(stream=io.BytesIO(content), folder=tmp_path, limit=len(content))
    assert (staged.sha256, staged.size, staged.head, heads) == (plain.sha256, plain.size, plain.head, [content[:1024]])
    assert staged.path.read_bytes() == plain.path.read_bytes() == content


def test_a_stream_that_is_refused_or_breaks_leaves_nothing_beside(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise EOFError
            return super().read(size)

    with pytest.raises(NotAPdf):
        stage_beside(stream=io.BytesIO(b"GIF89a" + CONTENT), folder=tmp_path, limit=10**9, check_head=only_pdf)
    with pytest.raises(EOFError):
        stage_beside(stream=Breaking(CONTENT), folder=tmp_path, limit=10**9)
    with pytest.raises(TooLarge):
        stage_beside(stream=io.BytesIO(CONTENT), folder=tmp_path, limit=len(CONTENT) - 1)
    ended(staging_threads())
    assert (left_in(tmp_path), staging_threads()) == ([], [])
