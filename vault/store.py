"""What a store must be able to do, and the one the settings chose.

A store maps a SHA-256 to bytes and knows nothing of rows. It is named by `STORAGES["vault"]`, so that Django builds
it from the environment like any other storage.

Not here: the two stores (`local.py`, `s3.py`), rows and verification (`services.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files.storage import storages

from vault.staging import Staged


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One stored content as the store lists it: its name, size in bytes and time of last writing (aware)."""

    sha256: str
    size: int
    modified_at: datetime


class Store(Protocol):
    """A content-addressed store. Every method may raise StoreUnavailable."""

    def staging_folder(self) -> Path:
        """The folder for incoming bytes, on the store's own volume where there is one."""

    def place(self, staged: Staged) -> None:
        """Put staged bytes under their address, durably, replacing what lies there. Raises StoreFull."""

    def place_beside(self, staged: Staged) -> Callable[[], None]:
        """As `place`, but the bytes are durable under their address only when what it returns, called, has returned: in
        any case, and before the commit of whatever row says that they are there. It raises as `place`."""

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes, unverified, from the start. Raises BlobMissing."""

    def set_aside(self, sha256: str) -> None:
        """Move bytes where no reader looks, keeping them for inquiry. Raises BlobMissing."""

    def remove(self, sha256: str) -> None:
        """Delete bytes; nothing happens when they are gone already."""

    def entries(self) -> Iterator[StoredEntry]:
        """Everything stored under an address, in no order."""

    def keep_part(self, upload: str, name: str, staged: Staged) -> None:
        """Put a piece of an unfinished upload where every node finds it, durably. Raises StoreFull."""

    def open_part(self, upload: str, name: str) -> BinaryIO:
        """The piece, from its start. Raises BlobMissing."""

    def drop_parts(self, upload: str, names: Sequence[str], *, wipe: bool) -> None:
        """Delete pieces; nothing happens for those that are gone already."""

    def clear_staging(self, before: datetime) -> int:
        """Delete staged leftovers and pieces last written strictly before `before`; return how many."""


def current_store() -> Store:
    """The store of `STORAGES["vault"]`."""
    return cast(Store, storages["vault"])
