"""ZIP archives of PDFs, read without trusting them: names recovered, sizes counted while reading, nothing nested.

Not here: what the files are (`inspection`), keeping them (app vault), matching their names (`matching.py`).
"""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

MOST_FILES = 300
MOST_BYTES = 600 * 1024 * 1024
"""Of all files together, unpacked: 300 essays of 2 MB. What lies beyond is refused unread."""
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_ARCHIVES = (".zip", ".rar", ".7z")
_DAMAGED = "Tệp trong gói ZIP bị hỏng. Hãy gửi riêng tệp này."
_TOO_MUCH = "Gói ZIP quá lớn khi giải nén. Hãy chia thành nhiều gói."
_UTF8_FLAG = 0x800
_UNICODE_PATH, _BEFORE_NAME = 0x7075, 5
_HIGH, _LAST_DOS_LETTER = 0x80, 0xA5
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LETTERS = frozenset(
    letter
    for vowel in (*_VOWELS, *_VOWELS.upper())
    for tone in _TONES
    if ord(letter := unicodedata.normalize("NFC", vowel + tone)) >= _HIGH
) | {"đ", "Đ"}
_ENCRYPTED_FLAG = 0x1


class ArchiveFault(Exception):
    """Something of an archive cannot be read; `str(error)` is the sentence to show."""


class NotAnArchive(ArchiveFault):
    """The content is no ZIP that can be opened."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of an archive: either its stream, or why it is not taken. The stream is open until the next is asked for."""

    name: str
    stream: BinaryIO | None
    refusal: str = ""


class _Counted(io.RawIOBase):
    """A stream that counts what it gives out against what the whole archive may give."""

    def __init__(self, stream: IO[bytes], budget: list[int]) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises ArchiveFault for damaged bytes, and before more than the budget was unpacked."""
        room = self._budget[0] + 1
        try:
            data = self._stream.read(room if size < 0 else min(size, room))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise ArchiveFault(_DAMAGED) from error
        self._budget[0] -= len(data)
        if self._budget[0] < 0:
            raise ArchiveFault(_TOO_MUCH)
        return data


def files_of(archive: BinaryIO) -> Iterator[Packed]:
    """The files of a ZIP in its own order; folders and what systems leave behind are skipped.

    Raises NotAnArchive. A refused file (encrypted, too many, a bomb, damaged) comes with its sentence.
    """
    try:
        opened = zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise NotAnArchive("Tệp ZIP hỏng, không mở được. Hãy nén lại, hoặc gửi từng tệp PDF.") from error
    budget = [MOST_BYTES]
    with opened:
        entries = [entry for entry in opened.infolist() if not _is_litter(entry)]
        for number, entry in enumerate(entries):
            name = _name_of(entry)
            if number >= MOST_FILES:
                yield Packed(name, None, f"Gói ZIP có quá {MOST_FILES} tệp. Hãy chia thành nhiều gói.")
            elif name.lower().endswith(_ARCHIVES):
                yield Packed(name, None, "Gói nén nằm trong gói ZIP. Hãy giải nén gói này rồi gửi các tệp bên trong.")
            elif entry.flag_bits & _ENCRYPTED_FLAG:
                yield Packed(name, None, "Tệp ZIP có mật khẩu. Hãy nén lại không đặt mật khẩu.")
            elif budget[0] <= 0:
                yield Packed(name, None, _TOO_MUCH)
            else:
                yield from _unpacked(opened, entry, name, budget)


def _unpacked(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: list[int]) -> Iterator[Packed]:
    try:
        stream = opened.open(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        yield Packed(name, None, _DAMAGED)
        return
    with stream:
        yield Packed(name, cast(BinaryIO, _Counted(stream, budget)))


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or entry.filename.startswith(_LITTER[0]) or entry.filename.endswith(_LITTER[1:])


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: old ZIP programs write UTF-8 or a code page without saying so."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    return _unicode_path(entry.extra) or _decoded(raw)


def _unicode_path(extra: bytes) -> str:
    """The field 0x7075 that careful programs (7-Zip, WinRAR) write beside an old name; "" without one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == _UNICODE_PATH and size > _BEFORE_NAME:
            return extra[at + 4 + _BEFORE_NAME : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""


def _decoded(raw: bytes) -> str:
    """A name without a sign: UTF-8, else the code page that its bytes look like.

    cp437 (DOS) has its letters below 0xA6, Windows above; cp1258 (Vietnamese Windows) writes tones as marks that join
    the vowel before them; what is left comes as Windows 1252, in which the name cleaning knows TCVN3 and VNI again.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        high = [byte for byte in raw if byte >= _HIGH]
    if all(byte <= _LAST_DOS_LETTER for byte in high):
        return raw.decode("cp437")
    vietnamese = unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))
    if _reads_as_vietnamese(vietnamese):
        return vietnamese
    return raw.decode("cp1252", "replace") if b"\x81" not in raw else raw.decode("latin-1")


def _reads_as_vietnamese(text: str) -> bool:
    """Letters only, every tone mark joined to its vowel, and at least one letter that only Vietnamese has."""
    foreign = [char for char in text if ord(char) >= _HIGH and char not in _LETTERS]
    return not foreign and any(char in _LETTERS for char in text)
