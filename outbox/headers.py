"""Texts that go into mail headers, made harmless: one line, no control characters, a stable Message-ID.

Not here: the message they stand in (`delivery.py`).
"""

import base64
import hashlib
import re
import unicodedata
from email.headerregistry import Address
from email.utils import parseaddr

# Bytes of text in one encoded word: 12 characters of frame, 4 characters for 3 bytes, 75 in all, 66 beside "Subject: ".
_FIRST_WORD, _NEXT_WORD = 39, 45
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_PLAIN_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[0-9A-Za-z.\-]+")
_MOST_IDS = 10
_BREAKS = re.compile(r"[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+")


def one_line(text: str, limit: int = 250) -> str:
    """The text in NFC with every run of white space and control characters as one space, at most `limit` characters.

    No line break survives, so nothing typed by a user can add a header.
    """
    flat = _BREAKS.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def message_id(dedupe_key: str, domain: str) -> str:
    """The Message-ID of a mail, the same for the same key: a second delivery after a crash is known as the same mail."""
    digest = hashlib.sha256(dedupe_key.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"<{digest}@{domain}>"


def thread_of(message_id: str, earlier: str) -> str:
    """What an answer names in References: the mails before (`earlier`, any text) and last the one it answers, in
    brackets, at most ten; "" when that one has no usable Message-ID."""
    answered = _ID.findall(message_id)
    if not answered:
        return ""
    before = [one for one in dict.fromkeys(_ID.findall(earlier)) if one != answered[-1]]
    kept = before if len(before) < _MOST_IDS else [before[0], *before[2 - _MOST_IDS :]]
    return " ".join([*kept, answered[-1]])


def mailbox(name: str, address: str) -> str:
    """`name <address>` in ASCII, quoted or encoded where needed, for an address header; the bare address when there is
    no name. A domain in letters of its own goes in its ASCII form.

    Raises ValueError for what is no single plain address.
    """
    local, _, domain = address.rpartition("@")
    plain = address if address.isascii() else f"{local}@{domain.encode('idna').decode('ascii')}"
    if not _PLAIN_ADDRESS.fullmatch(plain):
        raise ValueError(f"{address!r}"[:300])
    clean = one_line(name, 100)
    if clean.isascii():
        return str(Address(display_name=clean, addr_spec=plain)) if clean else plain
    return " ".join([*encoded_words(clean), f"<{plain}>"])


def encoded_words(text: str) -> list[str]:
    """The text as RFC 2047 words, each at most 75 characters, the first short enough to stand beside "Subject:". Cut
    behind a space where there is one, as some readers show a space between two words; no letter is torn. ASCII stays
    as it is, one word.

    Left to itself the library begins such a header with an empty line, which some readers show as a blank subject.
    """
    if text.isascii():
        return [text]
    words, chunk, room = [], b"", _FIRST_WORD
    for letter in text:
        encoded = letter.encode("utf-8", "replace")
        while len(chunk) + len(encoded) > room:  # what follows the last space may fill a word by itself
            end = chunk.rfind(b" ") + 1 or len(chunk)
            words.append(chunk[:end])
            chunk, room = chunk[end:], _NEXT_WORD
        chunk += encoded
    return [f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in [*words, chunk]]


def address_of(sender: str) -> tuple[str, str]:
    """Split "Name <address>" into (name, address)."""
    return parseaddr(sender)


def domain_of(sender: str) -> str:
    """The domain of "Name <user@domain>"; "localhost" when there is none."""
    return address_of(sender)[1].rpartition("@")[2] or "localhost"
