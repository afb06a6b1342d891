"""A file → the text of a paper. The file waits beside the vault while it is read; then it is gone, or kept on demand.

Not here: what the text says (`reader`), keeping a file with a directive (`services.drafts.attach_file`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.utils.module_loading import import_string

from directives.encodings import text_of_bytes
from directives.errors import FileRefused, FileUnread
from directives.services.drafts import media_type_of
from directives.services.secret_papers import refuse_stamped, refuse_stamped_file
from vault import services as vault
from vault.models import Blob

MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT_BYTES = 4 * 1024 * 1024
_PLAIN = (".txt", ".md")
_DRAWN = (b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a paper; `blob` when its file was kept for the draft to come."""

    text: str
    blob: Blob | None = None


def read_paper(*, stream: BinaryIO, name: str, keep_at: datetime | None = None) -> Paper:
    """The text of a .txt, .md, .docx, .pdf, a scan or a photograph.

    With `keep_at` the file goes to the vault once it is known to bear no stamp, if its kind is kept with directives.

    Raises SecretMarked (the bytes are wiped), FileRefused with the next step, VaultError (too large, store full).
    """
    staged = vault.receive(stream=stream, limit=MOST_BYTES)
    try:
        looked_through = False
        with suppress(FileUnread):  # the reader below says better why
            refuse_stamped_file(name, staged)
            looked_through = True
        if name.lower().endswith(_PLAIN):
            text = _plain(staged.path.read_bytes(), name)
        elif staged.head.startswith(_OLD_OFFICE):
            raise FileRefused(
                f"Tệp “{name}” là Word đời cũ hoặc có mật khẩu. Hãy lưu lại thành .docx không mật khẩu, hoặc dán nội dung."
            )
        elif staged.head.startswith(_DRAWN):
            # The reader of documents stands in a room above (the inspection's child process); settings name it.
            text = import_string(settings.DOCUMENT_READER)(staged.path, staged.size)
        else:
            raise FileRefused(
                f"Không đọc được tệp “{name}”. Cổng đọc .txt, .md, .docx, .pdf và ảnh; hoặc dán nội dung."
            )
        try:
            refuse_stamped(text)
        except Exception:
            staged.wipe()
            raise
        blob = None
        if keep_at is not None and looked_through:
            with suppress(FileRefused):  # plain text is read, not kept: the draft holds all of it
                blob = vault.place(staged=staged, media_type=media_type_of(staged.head[:16], name), now=keep_at)
    finally:
        staged.discard()
    return Paper(text, blob)


def _plain(data: bytes, name: str) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise FileRefused(f"Tệp “{name}” quá lớn. Mỗi tệp văn bản tối đa 4 MB.")
    return text_of_bytes(data)
