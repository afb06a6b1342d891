"""What transports do to file names, undone: percent signs, mail headers (RFC 2047, RFC 2231), paths.

Each decoding is applied once: "%252e" is never decoded twice.

Not here: garbled letters (`vietnamese.legacy`), the meaning of the name (`filenames.py`), reading mails (mailbox).
"""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_ENCODED_WORDS = re.compile(r"=\?([\w\-]{1,40})(?:\*[\w\-]*)?\?([BbQq])\?([^?\s]*)\?=(?:\s+(?==\?))?")
_EXTENDED_VALUE = re.compile(r"^(?:filename|name)?\*?(?:\d+\*)?=?\s*([\w\-]{1,40})'[\w\-]*'(.*)$", re.DOTALL)
_PERCENT = re.compile("%[0-9A-Fa-f]{2}")
_FALLBACKS = {"unknown-8bit": "utf-8", "x-unknown": "utf-8"}


def undo_percent(name: str) -> str:
    """ "Nguy%E1%BB%85n" → "Nguyễn", also RFC 2231 values (UTF-8''Nguy%E1…). Unchanged unless it decodes as a whole."""
    match = _EXTENDED_VALUE.match(name)
    charset, value = (match[1], match[2]) if match else ("utf-8", name)
    if not _PERCENT.search(value):
        return name
    return _decoded(unquote_to_bytes(value), charset, default=name)


def undo_encoded_words(name: str) -> str:
    """RFC 2047 =?UTF-8?B?…?= words decoded; chunks of one charset are joined as bytes, since they may split a letter."""
    chunks: list[tuple[int, int, str, bytes]] = []
    for match in _ENCODED_WORDS.finditer(name):
        data = _bytes_of(match[2], match[3])
        if data is None:
            return name
        if chunks and chunks[-1][1] == match.start() and chunks[-1][2] == match[1].lower():
            start, _, charset, before = chunks.pop()
            chunks.append((start, match.end(), charset, before + data))
        else:
            chunks.append((match.start(), match.end(), match[1].lower(), data))
    pieces, position = [], 0
    for start, end, charset, data in chunks:
        pieces += [name[position:start], _decoded(data, charset, default=name[start:end])]
        position = end
    return "".join([*pieces, name[position:]])


def _bytes_of(encoding: str, text: str) -> bytes | None:
    if encoding in "Qq":
        return unquote_to_bytes(re.sub("=([0-9A-Fa-f]{2})", r"%\1", text.replace("%", "%25").replace("_", " ")))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _decoded(data: bytes, charset: str, default: str) -> str:
    try:
        return data.decode(_FALLBACKS.get(charset.lower(), charset))
    except (UnicodeDecodeError, LookupError):
        return default
