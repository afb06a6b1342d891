"""Texts of mail headers made readable: RFC 2047 words, RFC 2231 parameters, raw 8-bit letters, percent signs. Pure.

Not here: the parts of a message (`reading.py`), what a file name means (app submissions).
"""

import base64
import binascii
import quopri
import re
from email.message import Message
from urllib.parse import unquote_to_bytes

from vietnamese.text import clean

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LONGEST = 4000


def plain(value: object) -> str:
    """The text in NFC, decoded, without controls and invisible characters, white space folded."""
    text = str(value or "")[: _LONGEST * 4]
    text = _words(raw_letters(text))
    return clean(text)[:_LONGEST].strip()


def file_name(part: Message) -> str:
    """The name of a part: last path part, percent signs undone; "" when it has none."""
    found = _parameter(part, "content-disposition", "filename") or _parameter(part, "content-type", "name")
    name = plain(found)
    if _PERCENT.search(name):
        name = plain(_letters(unquote_to_bytes(name), "utf-8"))
    return re.split(r"[/\\]", name)[-1].strip()


def _parameter(part: Message, header: str, name: str) -> str:
    try:
        value = part.get_param(name, None, header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        return (
            _letters(str(text).encode("latin-1", "surrogateescape"), charset or "utf-8")
            if _fits(str(text))
            else str(text)
        )
    return str(value or "")


def _fits(text: str) -> bool:
    try:
        text.encode("latin-1", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def raw_letters(text: str) -> str:
    """Bytes that stood unencoded in a header: the parser keeps them as surrogates."""
    if not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text.encode("utf-8", "replace").decode("utf-8")
    return _letters(text.encode("utf-8", "surrogateescape"), "utf-8")


def _letters(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "cp1258"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _words(text: str) -> str:
    """RFC 2047: neighbours of one charset are joined as bytes, so that a letter torn between two words is whole."""
    text = _GAP.sub(r"\1\2", text)
    out: list[str] = []
    pending, charset, end = b"", "", 0

    def flush() -> None:
        nonlocal pending
        if pending:
            out.append(_letters(pending, charset))
        pending = b""

    for found in _WORD.finditer(text):
        own = found[1].partition("*")[0].lower()
        if found.start() != end or own != charset:
            flush()
        out.append(text[end : found.start()])
        charset, end = own, found.end()
        pending += _bytes_of(found[2], found[3])
    flush()
    out.append(text[end:])
    return "".join(out)


def _bytes_of(coding: str, body: str) -> bytes:
    raw = body.encode("utf-8", "replace")
    if coding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "))
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw
