"""The upload handler: a file of a request goes straight into the vault's staging area, hashed on the way.

Named by FILE_UPLOAD_HANDLERS, so every form's file arrives as a StagedUpload: an ordinary uploaded file for whoever
reads it, and bytes already counted and written for `vault.services.put`, hashed and flushed while the request goes on.
A file that is too long, or for which there is no room, does not break its request: it arrives with `refusal` set, and
its neighbours are kept.

Not here: which files are taken (forms and verbs).
"""

from contextlib import suppress
from functools import cached_property
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from vault.errors import TooLarge, VaultError
from vault.staging import PIECE_BYTES, BesideWriter, HeadCheck, Staged
from vault.store import current_store

FLUSHING_AT_ONCE = 4
"""How many files of one request may be on their way to the disk."""


def limit_of(name: str) -> int:
    """Bytes one file may have, inclusive: an archive holds the files of a whole unit."""
    is_archive = name.lower().rstrip(" .").endswith(".zip")
    return int(settings.UPLOAD_ARCHIVE_LIMIT if is_archive else settings.UPLOAD_FILE_LIMIT)


class StagedUpload(UploadedFile):
    """One file of a request. Closing it (Django does, at the request's end) deletes bytes that nobody took."""

    def __init__(self, *, staged: Staged | None, refusal: VaultError | None, **described: Any) -> None:
        super().__init__(**described)
        del self.file  # Django's File sets it; here it is opened for whoever reads
        self.staged = staged
        """The bytes; None when they were refused."""
        self.refusal = refusal
        """Why there are no bytes."""

    @cached_property
    def file(self) -> BinaryIO | None:  # type: ignore[override]
        """The bytes as an open file, once they are flushed; None when they were refused."""
        if self.staged is None:
            return None
        try:
            self.staged.settle()
        except VaultError as refusal:
            self.staged, self.refusal = None, refusal
            return None
        return cast(BinaryIO, self.staged.path.open("rb"))

    def take(self, *, limit: int, check_head: HeadCheck | None) -> Staged:
        """Hand the staged bytes over. Raises the refusal met while receiving, TooLarge, or what `check_head` raises."""
        if self.staged is None:
            raise self.refusal or TooLarge(limit)
        if check_head is not None:
            check_head(self.staged.head)
        if self.staged.size > limit:
            raise TooLarge(limit)
        return self.staged

    def wipe(self) -> None:
        """Write zeros over the bytes and delete them, before the request ends."""
        if self.staged is not None:
            self.staged.wipe()

    def close(self) -> None:
        """Close, and delete what was not placed."""
        if self.__dict__.get("file") is not None:
            super().close()
        if self.staged is not None:
            self.staged.discard()


class VaultUploadHandler(FileUploadHandler):
    """Streams each file of a request through a BesideWriter."""

    chunk_size = PIECE_BYTES

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._flushing: list[Staged] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._refusal: VaultError | None = None
        # A view may take longer files than others: it says so in its attribute `upload_limit` (bytes, inclusive).
        match = getattr(self.request, "resolver_match", None)
        limit = getattr(match.func, "upload_limit", None) if match else None
        limit = limit or limit_of(self.file_name or "")
        self._writer = BesideWriter(folder=current_store().staging_folder(), limit=limit)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece; after a refusal the rest of that file is read past."""
        if self._refusal is None:
            try:
                self._writer.write(raw_data)
            except VaultError as refusal:
                self._refusal = refusal

    def file_complete(self, file_size: int) -> StagedUpload:
        """Describe the file; its bytes may be on their way to the disk."""
        staged = None
        if self._refusal is None:
            try:
                staged = self._writer.finish()
            except VaultError as refusal:
                self._refusal = refusal
        if staged is not None:
            self._flushing.append(staged)
        if len(self._flushing) > FLUSHING_AT_ONCE:
            with suppress(VaultError):  # told to whoever takes that file
                self._flushing.pop(0).settle()
        return StagedUpload(
            staged=staged,
            refusal=self._refusal,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """The client went away: leave nothing."""
        if hasattr(self, "_writer"):
            self._writer.discard()
