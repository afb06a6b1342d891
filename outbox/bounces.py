"""Reading a returned mail: which of our mails came back, from which address, for good or for now. Pure.

RFC 3464: a `multipart/report` holds a part of fields a recipient (Final-Recipient, Action, Status, Diagnostic-Code) and
the mail itself or its head. Servers that send back prose only are read by `X-Failed-Recipients` and the quoted head.

Not here: what follows for the mail and the address (`services.record_bounce`), fetching mail (the mailbox's app).
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient a mail did not reach. `status` is the code of RFC 3463 ("5.1.1"), "" when none is given."""

    address: str
    status: str
    reason: str
    message_id: str

    @property
    def is_permanent(self) -> bool:
        """No use in trying again (class 5, or no code at all in a report that says "failed")."""
        return not self.status.startswith("4.")

    @property
    def blames_address(self) -> bool:
        """The address itself is wrong or closed (5.1.x, 5.2.1), so that nothing more should go there."""
        return self.is_permanent and (self.status.startswith("5.1.") or self.status == "5.2.1")


_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^Message-ID:[ \t\r\n]*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>\"';,:()]{1,64}@[^\s<>\"';,:()]{1,190}")
_SENDERS = ("mailer-daemon", "postmaster", "mail-daemon", "mdaemon")


def status_of(text: str) -> str:
    """The first code of RFC 3463 in a server's words; that of a bare "550" is "", whoever answers may mean anything."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def read_bounces(raw: bytes) -> list[Bounce]:
    """Every failed recipient a returned mail tells of; empty when it is no such mail, or only says "delayed"."""
    message = email.message_from_bytes(raw)
    original = _original_id(message)
    if message.get_content_type() == "multipart/report" or _report_parts(message):
        return [bounce for part in _report_parts(message) for bounce in _of_report(part, original)]
    if not _is_from_a_postmaster(message):
        return []
    return list(_of_prose(message, original))


def _report_parts(message: Message) -> list[Message]:
    return [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]


def _of_report(part: Message, original: str) -> Iterator[Bounce]:
    """A delivery-status part is parsed as blocks of fields: the mail's, then one a recipient."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else [email.message_from_string(str(blocks))]:
        address = _typed(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
        if not address or _flat(block.get("Action")).casefold() not in ("failed", ""):
            continue
        words = _flat(block.get("Diagnostic-Code")).partition(";")[2].strip()
        yield Bounce(address, status_of(_flat(block.get("Status"))), words, original)


def _typed(field: str) -> str:
    """The address of "rfc822; a@x.vn", in lower case; "" when there is none."""
    found = _ADDRESS.search(_flat(field).partition(";")[2] or _flat(field))
    return found[0].lower() if found else ""


def _is_from_a_postmaster(message: Message) -> bool:
    sender = parseaddr(_flat(message.get("From")))[1].partition("@")[0].casefold()
    empty_return = _flat(message.get("Return-Path")).strip() == "<>"
    return sender in _SENDERS or empty_return or message.get("X-Failed-Recipients") is not None


def _of_prose(message: Message, original: str) -> Iterator[Bounce]:
    words = "\n".join(_texts(message))
    failed = _ADDRESS.findall(_flat(message.get("X-Failed-Recipients")))
    if not failed and not original:
        return
    for address in dict.fromkeys(one.lower() for one in failed or [""]):
        line = next((one.strip() for one in words.splitlines() if _STATUS.search(one)), "")
        yield Bounce(address, status_of(words), line[:300], original)


def _original_id(message: Message) -> str:
    """The Message-ID of the mail that came back: of the part that holds it or its head, else quoted in the prose."""
    for part in message.walk():
        if part is message:
            continue
        if part.get_content_type() == "text/rfc822-headers":
            found = _MESSAGE_ID.search(_text(part))
        else:
            found = _MESSAGE_ID.search(f"Message-ID: {part.get('Message-ID')}") if part.get("Message-ID") else None
        if found:
            return found[1]
    found = _MESSAGE_ID.search("\n".join(_texts(message)))
    return found[1] if found else ""


def _texts(message: Message) -> list[str]:
    return [_text(part) for part in message.walk() if part.get_content_type() == "text/plain"]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _flat(value: object) -> str:
    return " ".join(str(value or "").split())
