"""Bytes of a text file → text: UTF-8, UTF-16, Windows-1258, and the old codes TCVN3 and VNI.

Not here: documents and scans (`services.papers`), what the text says (`reader`).
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from vietnamese.legacy import propose_repair
from vietnamese.text import nfc

_HOLES = dict.fromkeys((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_SAMPLE = 4000


def text_of_bytes(data: bytes) -> str:
    """The text of a file as a person would see it; never raises, a byte that means nothing becomes U+FFFD."""
    if data.startswith(BOM_UTF8):
        return data.decode("utf-8-sig", "replace")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:_SAMPLE]:
        even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    try:
        return _repaired(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _of_one_byte_code(data)


def _repaired(text: str) -> str:
    """Good UTF-8 may still hold letters of an old font ("§¶ng ñy" for "Đảng ủy")."""
    repair = propose_repair(text)
    return repair.text if repair is not None else text


def _of_one_byte_code(data: bytes) -> str:
    seen = "".join(chr(byte) if byte in _HOLES else bytes((byte,)).decode("cp1252") for byte in data)
    repair = propose_repair(seen)
    return repair.text if repair is not None else nfc(data.decode("cp1258", "replace"))
