"""Taking bytes in: one pass that writes, counts and hashes, and leaves nothing behind when it fails.

Responsible for: the size limit, the look at the first bytes before any is written, the flush to the disk; and hashing
and flushing in threads beside whoever receives the bytes (`BesideWriter`).
Not here: the address the bytes end under (`store.py`), rows (`services.py`).
"""

import contextlib
import errno
import hashlib
import os
import threading
import uuid
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from vault.errors import StoreFull, StoreUnavailable, TooLarge, VaultError

HEAD_BYTES = 1024
"""How many of the first bytes `check_head` is shown (fewer when the content is shorter)."""
CHUNK_BYTES = 1024 * 1024
STAGING_SUFFIX = ".part"
PIECE_BYTES = 256 * 1024
"""What is received at once: copies of so much stay in the processor's cache."""
HASH_BYTES = 1024 * 1024
"""In such steps a content is hashed while it comes."""
_NO_MORE = -1

Piece = bytes | bytearray | memoryview
HeadCheck = Callable[[bytes], None]
"""Looks at the first bytes and raises to refuse; nothing has been written then."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes written, not yet under their address; flushed and hashed, or on the way there (`settle`)."""

    path: Path
    hashed: str
    """The digest; "" while `under_way`."""
    size: int
    head: bytes
    under_way: "_UnderWay | None" = field(default=None, compare=False, repr=False)

    @property
    def sha256(self) -> str:
        """The digest of the bytes, once they are settled. Raises as `settle`."""
        return self.hashed if self.under_way is None else self.under_way.wait()

    def settle(self) -> None:
        """Return when the bytes are flushed and hashed. Raises StoreFull, StoreUnavailable."""
        if self.under_way is not None:
            self.under_way.wait()

    def discard(self) -> None:
        """Delete the bytes; nothing happens when they were placed already."""
        self.path.unlink(missing_ok=True)

    def wipe(self) -> None:
        """Write zeros over the bytes, flush, delete: for what must not be kept. A disk may still hold old copies of
        its own blocks; what a program can undo is undone."""
        with contextlib.suppress(VaultError):
            self.settle()
        with contextlib.suppress(FileNotFoundError):
            self.path.chmod(0o600)
            with self.path.open("r+b") as held:
                for start in range(0, self.size, CHUNK_BYTES):
                    held.write(bytes(min(CHUNK_BYTES, self.size - start)))
                held.flush()
                os.fsync(held.fileno())
        self.discard()


def vault_error_of(error: OSError) -> VaultError:
    """A full disk or quota is the user's business as such; any other failure is "unavailable"."""
    return StoreFull() if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreUnavailable()


def staging_path(folder: Path) -> Path:
    """A name nobody else has, for bytes on their way."""
    return folder / f"{uuid.uuid4().hex}{STAGING_SUFFIX}"


class StagingWriter:
    """Collects one content chunk by chunk. Use it as a context manager: leaving without `finish()` discards.

    A piece of a content (`is_piece`) is not hashed: the whole will be. `hash_with`: somebody else hashes what is written,
    to the file of this `path` in the folder.
    """

    def __init__(
        self,
        *,
        folder: Path,
        limit: int,
        check_head: HeadCheck | None = None,
        is_piece: bool = False,
        hash_with: Callable[[Piece], None] | None = None,
        path: Path | None = None,
    ) -> None:
        self._path = path or staging_path(folder)
        self._limit = limit
        self._check_head = check_head
        self._hash = None if is_piece or hash_with else hashlib.sha256()
        self._hash_with = self._hash.update if self._hash else hash_with
        self._head = b""
        self._held = bytearray()  # nothing is written before the head check has seen the beginning
        self._looked = False
        self._fd = -1
        self._finished = False
        self.size = 0

    def __enter__(self) -> "StagingWriter":
        return self

    def __exit__(self, *_: object) -> None:
        if not self._finished:
            self.discard()

    def write(self, chunk: Piece) -> None:
        """Add bytes. Raises TooLarge past the limit, StoreFull, StoreUnavailable, or what the head check raises."""
        if self.size + len(chunk) > self._limit:
            self.discard()
            raise TooLarge(self._limit)
        self.size += len(chunk)
        if self._looked:
            self._write(chunk)
        elif not self._held and len(chunk) >= HEAD_BYTES:
            self._look(chunk)
        else:
            self._held += chunk
            if len(self._held) >= HEAD_BYTES:
                self._look(self._held)

    def written(self) -> Staged:
        """All bytes written, not flushed. Raises as `write` does; the head check of a short content happens here."""
        if not self._looked:
            self._look(self._held)
        try:
            self._open()
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error
        return Staged(self._path, self._hash.hexdigest() if self._hash else "", self.size, self._head)

    def finish(self) -> Staged:
        """All bytes written and flushed. Raises as `written` does."""
        staged = self.written()
        self.flush()
        return staged

    def flush(self) -> None:
        """Flush what is `written` to the disk, and close. Raises StoreFull, StoreUnavailable."""
        try:
            os.fsync(self._fd)
            self._close()
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error
        self._finished = True

    def discard(self) -> None:
        """Close and delete whatever was written."""
        with contextlib.suppress(OSError):
            self._close()
        self._path.unlink(missing_ok=True)

    def _look(self, beginning: Piece) -> None:
        """Show the beginning to the head check, then let it and what follows reach the disk."""
        self._head = bytes(beginning[:HEAD_BYTES])
        if self._check_head is not None:
            try:
                self._check_head(self._head)
            except Exception:
                self.discard()
                raise
        self._looked = True
        self._write(beginning)
        self._held = bytearray()

    def _write(self, chunk: Piece) -> None:
        try:
            self._write_all(chunk)
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error
        if self._hash_with:
            self._hash_with(chunk)

    def _open(self) -> None:
        if self._fd < 0:
            # Read-only for everybody from birth: nothing may write to these bytes but this descriptor.
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)

    def _write_all(self, chunk: Piece) -> None:
        self._open()
        view = memoryview(chunk)
        while view:
            view = view[os.write(self._fd, view) :]

    def _close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


def chunks_of(stream: BinaryIO, at_most: int = CHUNK_BYTES) -> Iterable[bytes]:
    """The rest of a binary stream in large pieces, of `at_most` bytes each."""
    while chunk := stream.read(at_most):
        yield chunk


def stage(*, stream: BinaryIO, folder: Path, limit: int, check_head: HeadCheck | None = None) -> Staged:
    """Copy a stream to a flushed temporary file in `folder`. Raises TooLarge (> `limit` bytes), StoreFull, and others."""
    with StagingWriter(folder=folder, limit=limit, check_head=check_head) as writer:
        for chunk in chunks_of(stream):
            writer.write(chunk)
        return writer.finish()


class _Hasher(threading.Thread):
    """Hashes one content beside whoever receives it, out of the file it is written to; begun with its second piece.

    It is told in steps of `HASH_BYTES`: for each, this thread and the busy request wait for each other once or twice.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(name="vault-hashing", daemon=True)
        self._path = path
        # Of all queues the one whose `put` may be called by the collector of garbage, in whatever thread, in its midst.
        self._told: SimpleQueue[int] = SimpleQueue()
        self._hash = hashlib.sha256()
        self._is_abandoned = False
        self._first: Piece | None = None
        self._size = 0
        self._announced = 0
        self._failure: Exception | None = None

    def add(self, piece: Piece) -> None:
        """These bytes, after those before them, are in the file."""
        self._size += len(piece)
        if self.ident is None:
            if self._first is None:
                self._first = piece
                return
            self._first = None
            self.start()
        if self._size - self._announced >= HASH_BYTES:
            self._announced = self._size
            self._told.put(self._size)

    def end(self) -> None:
        """No more pieces come."""
        if self.ident is None:
            self._hash.update(self._first or b"")
            self._first = None
        else:
            self._told.put(self._size)
            self._told.put(_NO_MORE)

    def abandon(self) -> None:
        """Nobody asks for the digest. Never waits: it may be called by the collector of garbage."""
        self._is_abandoned = True
        self._told.put(_NO_MORE)

    def wait(self) -> str:
        """The digest, after `end`. Raises StoreUnavailable when not all bytes could be hashed."""
        if self.ident is not None:
            self.join()
        if self._failure is not None:
            raise StoreUnavailable from self._failure
        return self._hash.hexdigest()

    def run(self) -> None:
        try:
            with self._path.open("rb", buffering=0) as written:
                buffer = memoryview(bytearray(HASH_BYTES))
                done = 0
                while (size := self._told.get()) != _NO_MORE and not self._is_abandoned:
                    while done < size:
                        taken = written.readinto(buffer[: min(HASH_BYTES, size - done)])
                        if not taken:
                            raise EOFError(f"{done} of {size} bytes")
                        self._hash.update(buffer[:taken])
                        done += taken
        except Exception as failure:  # told to whoever waits
            self._failure = failure


class Flush(threading.Thread):
    """A flush to the disk that goes on beside whoever asked for it, from now on, until it is waited for."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="vault-flushing", daemon=True)
        self._work = work
        self._failure: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except Exception as failure:  # told to whoever waits
            self._failure = failure

    def wait(self) -> None:
        """Return when it is done. Raises what it raised."""
        self.join()
        if self._failure is not None:
            raise self._failure


class _UnderWay:
    """Flushes what a writer has written, from now on, while its hasher ends."""

    def __init__(self, writer: StagingWriter, hasher: _Hasher) -> None:
        self._writer, self._hasher = writer, hasher
        self._flush = Flush(writer.flush)

    def wait(self) -> str:
        """The digest, once the bytes are flushed and hashed. Raises StoreFull, StoreUnavailable."""
        self._flush.wait()
        try:
            return self._hasher.wait()
        except VaultError:
            self._writer.discard()
            raise


class BesideWriter:
    """Collects one content like StagingWriter, while a thread hashes it; after the last byte another one flushes it, and
    whatever needs neither goes on. A writer that is dropped unfinished leaves nothing."""

    def __init__(self, *, folder: Path, limit: int) -> None:
        path = staging_path(folder)
        self._hasher = hasher = _Hasher(path)
        self._writer = StagingWriter(folder=folder, limit=limit, hash_with=hasher.add, path=path)
        self._unfinished = weakref.finalize(self, _leave_nothing, self._writer, hasher)

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises TooLarge past the limit, StoreFull, StoreUnavailable; nothing is left then."""
        try:
            self._writer.write(piece)
        except VaultError:
            self.discard()
            raise

    def finish(self) -> Staged:
        """No more bytes come: all of them, their flush and digest under way. Raises as `write` does."""
        try:
            staged = self._writer.written()
        except VaultError:
            self.discard()
            raise
        under_way = _UnderWay(self._writer, self._hasher)
        self._unfinished.detach()
        self._hasher.end()
        return replace(staged, under_way=under_way)

    def discard(self) -> None:
        """Delete whatever was written."""
        self._unfinished()


def _leave_nothing(writer: StagingWriter, hasher: _Hasher) -> None:
    hasher.abandon()
    writer.discard()


def stage_beside(*, stream: BinaryIO, folder: Path, limit: int, check_head: HeadCheck | None = None) -> Staged:
    """As `stage`, flush and digest under way (`Staged.settle`); reading goes on while what was read is hashed."""
    first = stream.read(PIECE_BYTES)
    while len(first) < HEAD_BYTES and (chunk := stream.read(PIECE_BYTES)):
        first += chunk
    if check_head is not None:
        check_head(first[:HEAD_BYTES])
    writer = BesideWriter(folder=folder, limit=limit)
    try:
        for chunk in chain([first], chunks_of(stream, PIECE_BYTES)):
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()
