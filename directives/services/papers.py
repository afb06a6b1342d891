"""A file → the text of a paper. Nothing is kept: the file waits beside the vault while it is read, then it is gone.

Not here: what the text says (`reader`), keeping a file with a directive (`services.drafts.attach_file`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.module_loading import import_string

from directives.encodings import text_of_bytes
from directives.errors import FileRefused, FileUnread
from directives.services.secret_papers import refuse_stamped, refuse_stamped_file
from vault import services as vault

MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT_BYTES = 4 * 1024 * 1024
_PLAIN = (".txt", ".md")
_DRAWN = (b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a paper."""

    text: str


def read_paper(*, stream: BinaryIO, name: str) -> Paper:
    """The text of a .txt, .md, .docx, .pdf, a scan or a photograph.

    Raises SecretMarked (the bytes are wiped), FileRefused with the next step, VaultError (too large, store full).
    """
    staged = vault.receive(stream=stream, limit=MOST_BYTES)
    try:
        with suppress(FileUnread):  # the reader below says better why
            refuse_stamped_file(name, staged)
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
    finally:
        staged.discard()
    return Paper(text)


def _plain(data: bytes, name: str) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise FileRefused(f"Tệp “{name}” quá lớn. Mỗi tệp văn bản tối đa 4 MB.")
    return text_of_bytes(data)
