"""The text of a paper that came as a file: text layer, Word document, or the letters of its page images (tesseract).

Called through `settings.DOCUMENT_READER` by the room below, which stands under the inspection. Files are opened only
in the inspection's children; tesseract sees only page images drawn there, in a process with limits of its own.
Not here: what the text says (`directives.reader`), state-secret stamps (`directives.services.secret_papers`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

from directives.errors import FileRefused
from submissions.inspection.runner import (
    DocumentRefused,
    InspectionFailed,
    PageUndrawable,
    PhotographRefused,
    Session,
    session,
)

MOST_SCANNED_PAGES = 20
PAGE_WIDTH = 1800
OCR_SECONDS = 60
_FEWEST_LETTERS = 40  # of a page: fewer, and the PDF is a scan with a stamp of the signing program
# 1.5 GB of memory and a minute of CPU; no argument comes from outside.
_TESSERACT = "ulimit -v 1572864; ulimit -t 60; exec tesseract stdin stdout -l vie --psm 4"
_SENTENCES = {
    "macros": "Tệp Word có macro nên cổng không mở. Hãy lưu lại thành .docx thường, hoặc dán nội dung.",
    "damaged": "Tệp hỏng hoặc có mật khẩu, cổng không mở được. Hãy lưu lại không mật khẩu, hoặc dán nội dung.",
    "pages": "Tệp dài quá 200 trang. Hãy tách phần văn bản chỉ đạo ra, hoặc dán nội dung.",
}
_NO_TESSERACT = "Đây là bản scan hoặc ảnh, máy chủ chưa cài bộ nhận dạng chữ (tesseract tiếng Việt). Hãy dán nội dung, hoặc nộp tệp Word."


def read_document(path: Path, size: int) -> str:
    """The text of a .docx, .pdf or image on disk. Raises FileRefused with the next step."""
    with session() as talking, path.open("rb") as content:
        beginning = os.pread(content.fileno(), 8, 0)
        try:
            if beginning.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")):
                return _letters_of([talking.photograph(content).jpeg])
            text, pages = talking.read_text(content)
            if pages == 0 or len("".join(text.split())) >= _FEWEST_LETTERS * pages:
                return text
            return _letters_of(_images(talking, content, pages))
        except DocumentRefused as refusal:
            raise FileRefused(_SENTENCES[refusal.reason]) from refusal
        except (InspectionFailed, PageUndrawable, PhotographRefused) as failure:
            raise FileRefused(_SENTENCES["damaged"]) from failure


def can_recognise() -> bool:
    """Tesseract with the Vietnamese letters is installed here."""
    if shutil.which("tesseract") is None:
        return False
    listed = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, check=False, timeout=10, stdin=subprocess.DEVNULL
    )  # fmt: skip
    return b"vie" in listed.stdout.split()


def _images(talking: Session, content: BinaryIO, pages: int) -> list[bytes]:
    if pages > MOST_SCANNED_PAGES:
        raise FileRefused(
            f"Bản scan dài {pages} trang; cổng nhận dạng tối đa {MOST_SCANNED_PAGES} trang. Hãy tách bớt."
        )
    if not can_recognise():
        raise FileRefused(_NO_TESSERACT)
    return [talking.render(content, page=number, width=PAGE_WIDTH).jpeg for number in range(1, pages + 1)]


def _letters_of(images: list[bytes]) -> str:
    if not can_recognise():
        raise FileRefused(_NO_TESSERACT)
    return "\n\n".join(map(_recognised, images))


def _recognised(jpeg: bytes) -> str:
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", _TESSERACT], input=jpeg, capture_output=True, check=True, timeout=OCR_SECONDS,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as failure:
        raise FileRefused(
            "Không nhận dạng được chữ trên bản scan. Hãy chụp lại rõ hơn, hoặc dán nội dung."
        ) from failure
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")
