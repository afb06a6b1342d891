"""Taking bytes in: one pass that writes, counts and hashes, and leaves nothing behind when it fails.

Responsible for: the size limit, the look at the first bytes before any is written, the flush to the disk; and doing
that in a thread beside whoever receives the bytes (`BesideWriter`).
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
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from queue import Full, Queue
from typing import BinaryIO

from vault.errors import StoreFull, StoreUnavailable, TooLarge, VaultError

HEAD_BYTES = 1024
"""How many of the first bytes `check_head` is shown (fewer when the content is shorter)."""
CHUNK_BYTES = 1024 * 1024
STAGING_SUFFIX = ".part"
PIECES_WAITING = 4
"""How many pieces whoever receives may be ahead of the disk; then it waits for it."""

HeadCheck = Callable[[bytes], None]
"""Looks at the first bytes and raises to refuse; nothing has been written then."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes written, not yet under their address; flushed, or on the way there (`settle`)."""

    path: Path
    sha256: str
    size: int
    head: bytes
    flush: "_Carrier | None" = field(default=None, compare=False, repr=False)

    def settle(self) -> None:
        """Return when the bytes are flushed. Raises StoreFull, StoreUnavailable."""
        if self.flush is not None:
            self.flush.wait_until_flushed()

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


class StagingWriter:
    """Collects one content chunk by chunk. Use it as a context manager: leaving without `finish()` discards.

    A piece of a content (`is_piece`) is not hashed: the whole will be.
    """

    def __init__(
        self, *, folder: Path, limit: int, check_head: HeadCheck | None = None, is_piece: bool = False
    ) -> None:
        self._path = folder / f"{uuid.uuid4().hex}{STAGING_SUFFIX}"
        self._limit = limit
        self._check_head = check_head
        self._hash = None if is_piece else hashlib.sha256()
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

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add bytes. Raises TooLarge past the limit, StoreFull, StoreUnavailable, or what the head check raises."""
        if self.size + len(chunk) > self._limit:
            self.discard()
            raise TooLarge(self._limit)
        self.size += len(chunk)
        if self._looked:
            self._write(chunk)
            return
        self._held += chunk
        if len(self._held) >= HEAD_BYTES:
            self._look()

    def written(self, flush: "_Carrier | None" = None) -> Staged:
        """All bytes written, not flushed. Raises as `write` does; the head check of a short content happens here."""
        if not self._looked:
            self._look()
        try:
            self._open()
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error
        return Staged(self._path, self._hash.hexdigest() if self._hash else "", self.size, self._head, flush)

    def finish(self) -> Staged:
        """Flush to the disk and close. Raises as `written` does."""
        staged = self.written()
        try:
            os.fsync(self._fd)
            self._close()
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error
        self._finished = True
        return staged

    def discard(self) -> None:
        """Close and delete whatever was written."""
        with contextlib.suppress(OSError):
            self._close()
        self._path.unlink(missing_ok=True)

    def _look(self) -> None:
        """Show the beginning to the head check, then let it and what follows reach the disk."""
        self._head = bytes(self._held[:HEAD_BYTES])
        if self._check_head is not None:
            try:
                self._check_head(self._head)
            except Exception:
                self.discard()
                raise
        self._looked = True
        self._write(self._held)
        self._held = bytearray()

    def _write(self, chunk: bytes | bytearray | memoryview) -> None:
        if self._hash:
            self._hash.update(chunk)
        try:
            self._write_all(chunk)
        except OSError as error:
            self.discard()
            raise vault_error_of(error) from error

    def _open(self) -> None:
        if self._fd < 0:
            # Read-only for everybody from birth: nothing may write to these bytes but this descriptor.
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)

    def _write_all(self, chunk: bytes | bytearray | memoryview) -> None:
        self._open()
        view = memoryview(chunk)
        while view:
            view = view[os.write(self._fd, view) :]

    def _close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


def chunks_of(stream: BinaryIO) -> Iterable[bytes]:
    """The rest of a binary stream in large pieces."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def stage(*, stream: BinaryIO, folder: Path, limit: int, check_head: HeadCheck | None = None) -> Staged:
    """Copy a stream to a flushed temporary file in `folder`. Raises TooLarge (> `limit` bytes), StoreFull, and others."""
    with StagingWriter(folder=folder, limit=limit, check_head=check_head) as writer:
        for chunk in chunks_of(stream):
            writer.write(chunk)
        return writer.finish()


class _Carrier(threading.Thread):
    """Writes, hashes and flushes the pieces of one content; nothing is left behind when it fails or is abandoned."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="vault-staging", daemon=True)
        self.pieces: Queue[bytes | None] = Queue(PIECES_WAITING)
        self.failure: Exception | None = None
        self._folder = folder
        self._staged: Staged | None = None
        self._is_abandoned = self._is_over = False
        self._written, self._flushed = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            self._carry()
        except Exception as failure:  # told to whoever waits
            self.failure = failure
        finally:
            self._written.set()
            self._flushed.set()
        while self.failure is not None and not self._is_over:
            self._next()  # whoever sends must not wait for a disk that takes nothing

    def abandon(self) -> None:
        """Nobody will send more. Never waits: it may be called by the collector of garbage."""
        self._is_abandoned = True
        try:
            self.pieces.put_nowait(None)
        except Full:
            return

    def wait_until_written(self) -> Staged:
        """The bytes with their digest, the flush under way. Raises what writing raised."""
        self._written.wait()
        if self._staged is None or self.failure is not None:
            raise self.failure or StoreUnavailable()
        return self._staged

    def wait_until_flushed(self) -> None:
        """Raises what writing or flushing raised."""
        self._flushed.wait()
        if self.failure is not None:
            raise self.failure

    def _next(self) -> bytes | None:
        """The next piece; None when there is no more, or nobody who wants it kept."""
        piece = None if self._is_abandoned else self.pieces.get()
        if piece is None or self._is_abandoned:
            self._is_over = True
            return None
        return piece

    def _carry(self) -> None:
        with StagingWriter(folder=self._folder, limit=2**63) as writer:
            while (piece := self._next()) is not None:
                writer.write(piece)
            if self._is_abandoned:
                return
            self._staged = writer.written(flush=self)
            self._written.set()
            writer.finish()


class BesideWriter:
    """Collects one content like StagingWriter, while a thread takes it to the disk: receiving goes on meanwhile, and
    after the last byte whatever does not need them flushed. A writer that is dropped unfinished leaves nothing."""

    def __init__(self, *, folder: Path, limit: int) -> None:
        self._limit = limit
        self._carrier = _Carrier(folder)
        self._carrier.start()
        self._unfinished = weakref.finalize(self, self._carrier.abandon)
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises TooLarge past the limit, and what writing earlier ones raised (StoreFull, StoreUnavailable)."""
        if self._carrier.failure is not None:
            self.discard()
            raise self._carrier.failure
        if self.size + len(piece) > self._limit:
            self.discard()
            raise TooLarge(self._limit)
        self.size += len(piece)
        self._carrier.pieces.put(piece)

    def finish(self) -> Callable[[], Staged]:
        """No more bytes come. Called, the answer waits until they are written and hashed; raises as `write` does."""
        self._unfinished.detach()
        self._carrier.pieces.put(None)
        return self._carrier.wait_until_written

    def rest(self) -> None:
        """Return when nothing is under way any more, after `finish`, `discard` or a failure."""
        self._carrier.join()

    def discard(self) -> None:
        """Delete whatever was written."""
        self._unfinished.detach()
        self._carrier.abandon()
        self._carrier.join()


def stage_beside(*, stream: BinaryIO, folder: Path, limit: int, check_head: HeadCheck | None = None) -> Staged:
    """As `stage`, the flush under way (`Staged.settle`); reading goes on while what was read is written and hashed."""
    first = stream.read(CHUNK_BYTES)
    while len(first) < HEAD_BYTES and (chunk := stream.read(CHUNK_BYTES)):
        first += chunk
    if check_head is not None:
        check_head(first[:HEAD_BYTES])
    writer = BesideWriter(folder=folder, limit=limit)
    try:
        for chunk in chain([first], chunks_of(stream)):
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()()
