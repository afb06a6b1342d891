"""A file → the text of a paper.

Not here: what the text says (`reader`), keeping the file (`services.drafts.attach_file`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from directives.encodings import text_of_bytes
from directives.errors import FileRefused
from directives.services.secret_papers import refuse_stamped

MOST_TEXT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a paper."""

    text: str


def read_paper(*, stream: BinaryIO, name: str) -> Paper:
    """The text of a .txt or .md file. Raises FileRefused, SecretMarked."""
    refuse_stamped(name, name.rpartition(".")[0])
    data = stream.read(MOST_TEXT_BYTES + 1)
    if not name.lower().endswith((".txt", ".md")):
        raise FileRefused(f"Không đọc được tệp “{name}”. Cổng đọc tệp .txt và .md.")
    if len(data) > MOST_TEXT_BYTES:
        raise FileRefused(f"Tệp “{name}” quá lớn. Mỗi tệp văn bản tối đa 4 MB.")
    text = text_of_bytes(data)
    refuse_stamped(text)
    return Paper(text)
