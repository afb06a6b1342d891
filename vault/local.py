"""The store on a local disk: `objects/ab/<sha256>`, with `staging/`, `quarantine/` and
`uploads/` (pieces of unfinished uploads) on the same volume; several nodes share that volume.

An address appears by an atomic rename of flushed bytes, then the folder is flushed: after a power cut an address
holds its whole content or nothing.

Not here: rows and verification (`services.py`).
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vault.errors import BlobMissing
from vault.staging import STAGING_SUFFIX, Flush, Staged, vault_error_of
from vault.store import StoredEntry

SHA256_HEX = 64


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _make_durable(folder: Path) -> None:
    """As `_flush_folder`. Raises StoreFull, StoreUnavailable."""
    try:
        _flush_folder(folder)
    except OSError as error:
        raise vault_error_of(error) from error


class LocalStore:
    """A folder of content-addressed files."""

    def __init__(self, *, root: Path | str) -> None:
        self.root = Path(root)
        self.objects = self.root / "objects"
        self.staging = self.root / "staging"
        self.quarantine = self.root / "quarantine"
        self.uploads = self.root / "uploads"

    def path_of(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.objects / sha256[:2] / sha256

    def staging_folder(self) -> Path:
        """On the same volume, so that placing is a rename."""
        self.staging.mkdir(parents=True, exist_ok=True)
        return self.staging

    def place(self, staged: Staged) -> None:
        """Rename into place and flush the folder; equal bytes that lie there already are replaced by equal bytes."""
        _make_durable(self._placed(staged))

    def place_beside(self, staged: Staged) -> Callable[[], None]:
        """As `place`; the folder is flushed while the caller goes on."""
        return Flush(partial(_make_durable, self._placed(staged))).wait

    def _placed(self, staged: Staged) -> Path:
        """The folder of the address, in which the bytes lie now."""
        target = self.path_of(staged.sha256)
        try:
            try:
                staged.path.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                _flush_folder(self.objects)
                staged.path.replace(target)
        except OSError as error:
            staged.discard()
            raise vault_error_of(error) from error
        return target.parent

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, unverified."""
        try:
            return self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error
        except OSError as error:
            raise vault_error_of(error) from error

    def set_aside(self, sha256: str) -> None:
        """Move to `quarantine/<sha256>`; a later find under the same name replaces it."""
        self.quarantine.mkdir(parents=True, exist_ok=True)
        try:
            self.path_of(sha256).replace(self.quarantine / sha256)
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error

    def remove(self, sha256: str) -> None:
        """Delete the file if it is there."""
        self.path_of(sha256).unlink(missing_ok=True)

    def entries(self) -> Iterator[StoredEntry]:
        """Every file whose name is an address; foreign files are left alone and not listed."""
        if not self.objects.exists():
            return
        for folder in os.scandir(self.objects):
            if not folder.is_dir():
                continue
            for entry in os.scandir(folder.path):
                if len(entry.name) == SHA256_HEX:
                    stat = entry.stat()
                    yield StoredEntry(entry.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def keep_part(self, upload: str, name: str, staged: Staged) -> None:
        """Rename into the upload's own folder and flush it."""
        folder = self.uploads / upload
        try:
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _flush_folder(self.uploads)
            staged.path.replace(folder / name)
            _flush_folder(folder)
        except OSError as error:
            staged.discard()
            raise vault_error_of(error) from error

    def open_part(self, upload: str, name: str) -> BinaryIO:
        """The piece as it lies."""
        try:
            return (self.uploads / upload / name).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(name) from error
        except OSError as error:
            raise vault_error_of(error) from error

    def drop_parts(self, upload: str, names: Sequence[str], *, wipe: bool) -> None:
        """Delete them, and the folder when it is empty then."""
        folder = self.uploads / upload
        for path in (folder / name for name in names):
            if wipe and path.exists():
                Staged(path, "", path.stat().st_size, b"").wipe()
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()

    def clear_staging(self, before: datetime) -> int:
        """Delete leftovers of killed uploads."""
        cleared = 0
        for path in [*self.staging.glob(f"*{STAGING_SUFFIX}"), *self.uploads.glob("*/*")]:
            try:
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    cleared += 1
            except FileNotFoundError:
                continue  # another sweeper, or its upload finished in between
        for folder in self.uploads.glob("*"):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only empty ones go
        return cleared
