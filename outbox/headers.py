"""Texts that go into mail headers, made harmless: one line, no control characters, a stable Message-ID.

Not here: the encoding of non-ASCII headers (Django's mail classes do it).
"""

import base64
import hashlib
import re
import unicodedata
from email.headerregistry import Address
from email.utils import parseaddr

# Bytes of text in one encoded word: 12 characters of frame, 4 characters for 3 bytes, 75 in all, 66 beside "Subject: ".
_FIRST_WORD, _NEXT_WORD = 39, 45
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


def mailbox(name: str, address: str) -> str:
    """`name <address>`, quoted where needed, for a From or To header; the bare address when there is no name."""
    clean = one_line(name, 100)
    return str(Address(display_name=clean, addr_spec=address)) if clean else address


def encoded_subject(subject: str) -> str:
    """The subject as RFC 2047 words in one line, each at most 75 characters, the first short enough to stand beside
    "Subject:"; no letter is torn between two words.

    Left to itself the library begins such a header with an empty line, which some readers show as a blank subject.
    """
    if subject.isascii():
        return subject
    words, chunk, room = [], b"", _FIRST_WORD
    for letter in subject:
        encoded = letter.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > room:
            words.append(chunk)
            chunk, room = b"", _NEXT_WORD
        chunk += encoded
    return " ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in [*words, chunk])


def address_of(sender: str) -> tuple[str, str]:
    """Split "Name <address>" into (name, address)."""
    return parseaddr(sender)


def domain_of(sender: str) -> str:
    """The domain of "Name <user@domain>"; "localhost" when there is none."""
    return address_of(sender)[1].rpartition("@")[2] or "localhost"
