"""Texts that go into mail headers, made harmless: one line, no control characters, a stable Message-ID.

Not here: the encoding of non-ASCII headers (Django's mail classes do it).
"""

import hashlib
import re
import unicodedata
from email.utils import formataddr, parseaddr

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
    """`name <address>` for a From or To header; the bare address when there is no name."""
    clean = one_line(name, 100)
    return formataddr((clean, address)) if clean else address


def address_of(sender: str) -> tuple[str, str]:
    """Split "Name <address>" into (name, address)."""
    return parseaddr(sender)


def domain_of(sender: str) -> str:
    """The domain of "Name <user@domain>"; "localhost" when there is none."""
    return address_of(sender)[1].rpartition("@")[2] or "localhost"
