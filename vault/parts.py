"""Content that arrives in pieces: each piece flushed by itself, so that a lost line costs what was on the way, no more.

A piece that breaks off is kept as far as it came. Which pieces count, and in which order, their caller writes down; what
nobody wrote down is swept. The pieces lie in the store, so that every node of a production finds them.
Not here: the protocol and the rows (`submissions.services.resuming`), whole contents (`services.py`).
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from vault.staging import CHUNK_BYTES, StagingWriter
from vault.store import current_store


class ChecksumWrong(Exception):
    """The piece is not what its sender says it is; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """One flushed piece: its name in the store and its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says of a piece: an algorithm of hashlib, and the digest."""

    algorithm: str
    digest: bytes


def keep_part(*, upload: str, stream: BinaryIO, limit: int, checksum: Checksum | None = None) -> Part | None:
    """Flush what comes out of `stream`, also when it breaks off; None when nothing came.

    Raises TooLarge past `limit` bytes, ChecksumWrong (a broken piece too), StoreFull, StoreUnavailable; then nothing is kept.
    """
    counted = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    store = current_store()
    with StagingWriter(folder=store.staging_folder(), limit=limit, is_piece=True) as writer:
        while chunk := _next(stream):
            writer.write(chunk)
            if counted:
                counted.update(chunk)
        if checksum and counted and counted.digest() != checksum.digest:
            raise ChecksumWrong
        if not writer.size:
            return None
        staged = writer.finish()
    part = Part(uuid.uuid4().hex, staged.size)
    store.keep_part(upload, part.name, staged)
    return part


def _next(stream: BinaryIO) -> bytes:
    """The next bytes; b"" at the end, and when the sender is gone."""
    try:
        return stream.read(CHUNK_BYTES)
    except OSError:
        return b""


def drop_part(*, upload: str, part: Part) -> None:
    """Delete one piece that does not count after all."""
    current_store().drop_parts(upload, [part.name], wipe=False)


def drop_parts(*, upload: str, parts: Sequence[Part], wipe: bool = False) -> None:
    """Delete all pieces; `wipe` writes zeros over them first where there is a disk of ours."""
    current_store().drop_parts(upload, [part.name for part in parts], wipe=wipe)


class JoinedParts(io.RawIOBase):
    """The pieces read as one content, from any place; one piece is open at a time."""

    def __init__(self, upload: str, parts: Sequence[Part]) -> None:
        super().__init__()
        self._upload, self._parts = upload, list(parts)
        self._at = 0
        self._open: BinaryIO | None = None
        self._open_number = -1
        self.size = sum(part.size for part in parts)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes: an archive is read from its end."""
        return True

    def tell(self) -> int:
        """Bytes from the beginning."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; never before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill what the piece at this place can give."""
        start = 0
        for number, part in enumerate(self._parts):
            if self._at < start + part.size:
                stream = self._piece(number)
                stream.seek(self._at - start)
                data = stream.read(min(len(buffer), start + part.size - self._at))
                buffer[: len(data)] = data
                self._at += len(data)
                return len(data)
            start += part.size
        return 0

    def _piece(self, number: int) -> BinaryIO:
        if self._open is None or self._open_number != number:
            if self._open is not None:
                self._open.close()
            self._open, self._open_number = current_store().open_part(self._upload, self._parts[number].name), number
        return self._open

    def close(self) -> None:
        """Close the piece that is open."""
        if self._open is not None:
            self._open.close()
            self._open = None
        super().close()
