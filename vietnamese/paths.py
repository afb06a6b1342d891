"""File names that survive Windows, macOS, ZIP archives, mail and HTTP headers.

Not here: which name a file should get (`submissions.filenames.canonical_name`).
"""

import re
import unicodedata

from vietnamese.text import clean

LONGEST_NAME = 255  # bytes in UTF-8: the limit of Linux file systems; Windows counts 255 UTF-16 units, which is looser
NAMELESS = "Không tên"
# Windows forbids these; a slash becomes a dash ("1/2" → "1-2"), quotation marks become single ones.
_FORBIDDEN = str.maketrans(
    {"/": "-", "\\": "-", ":": "-", "|": "-", '"': "'", "*": None, "?": None, "<": "(", ">": ")"}
)
_HAS_FORBIDDEN = re.compile(r'[/\\:|"*?<>]')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [port + digit for port in ("com", "lpt") for digit in "0123456789¹²³"]
)
# "Đ/c", "02-NQ/TW", "1/2", "quý I/2026": a slash that belongs to the words, not to a path.
_SLASH_OF_WORDS = re.compile(
    r"(?<![^\W\d_])([ĐđDd])/([Cc])(?![^\W\d_])|(?<=\d-[A-ZĐ]{2})/(?=[A-ZĐ])|(?<=[\dIVX])/(?=\d)"
)


def last_path_part(path: str) -> str:
    r"""What stands after the last / or \ ("C:\Users\An\x.pdf" → "x.pdf"); a full-width slash is a letter.

    "Đ/c Nguyễn Văn An" and "Chi bộ 1/2" keep their words: the slash becomes "_" or "-".
    """
    path = _SLASH_OF_WORDS.sub(lambda match: f"{match[1]}_{match[2]}" if match[1] else "-", path)
    return path[max(path.rfind("/"), path.rfind("\\")) + 1 :]


def safe_file_name(stem: str, extension: str = "") -> str:
    """A name of at most 255 bytes that every system accepts, as near to `stem` as may be.

    `extension` with its dot, kept whole. Forbidden signs are replaced, controls and leading or trailing
    dots, spaces and dashes dropped, reserved device names prefixed with "_", an empty stem named
    "Không tên"; a long stem is cut between letters. Idempotent on its own stems.
    """
    stem = clean(stem)
    stem = _trim(clean(stem.translate(_FORBIDDEN)) if _HAS_FORBIDDEN.search(stem) else stem)
    room = LONGEST_NAME - len(extension.encode())
    stem = _trim(_cut(stem, room)) or NAMELESS
    if stem.split(".")[0].strip().lower() in _RESERVED:
        stem = _trim(_cut("_" + stem, room))
    return stem + extension


def _trim(stem: str) -> str:
    return stem.strip(" .").lstrip("-~ .").rstrip(" .")


def _cut(text: str, room: int) -> str:
    """At most `room` bytes of UTF-8, cut before a letter together with its marks."""
    if len(text.encode()) <= room:
        return text
    cut = text.encode()[:room].decode(errors="ignore")
    end = len(cut)
    while end and end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]
