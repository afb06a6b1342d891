"""Reading one message: who wrote it, whether a machine did, which files it carries. Reads any bytes, never raises.

Attachments are known by content and place, not by name: messages within messages and winmail.dat are opened; pictures
that the text itself shows (cid:) are no submissions. Archives stay whole: the door opens them.
Not here: header texts (`decoding.py`), what the files answer (`services/`).
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from tnefparse import TNEF

from mailbox.decoding import file_name, plain, raw_letters

_DEEPEST = 5
_MOST_PARTS = 400
_LONGEST_TEXT = 20_000
_CID = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)
_MARK = re.compile(r"/?[a-z]*", re.IGNORECASE)
_TNEF_HEAD = b"\x78\x9f\x3e\x22"
_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "no-reply", "noreply", "do-not-reply", "donotreply")


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a mail. `where`: attachment, inline (a picture of the text), nested (in a forwarded message) or
    inside (of winmail.dat). `name` is "" when the part has none."""

    name: str
    content: bytes
    where: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a message says of itself; nothing of it is proved."""

    message_id: str
    subject: str
    sender: str
    """Address in lower case, "" when none can be read."""
    sender_name: str
    text: str
    automatic: str
    """Why no machine should answer it ("" = a person's mail): RFC 3834."""
    is_forged: bool
    """The receiving server says the sender's domain disowns it (DMARC, or SPF without DKIM)."""
    files: tuple[Attached, ...]
    faults: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    """Addresses of To and Cc in lower case."""
    earlier: str = ""
    """References and In-Reply-To as they stand."""


def read_mail(raw: bytes) -> ReadMail:
    """Read a message as received."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in message.walk():
        _make_letters(part)
    faults: list[str] = []
    shown = {found.strip().lower() for found in _CID.findall(_html(message))}
    sender_name, sender = _sender(message)
    return ReadMail(
        message_id=plain(message.get("Message-ID"))[:320],
        subject=plain(message.get("Subject"))[:400],
        sender=sender,
        sender_name=sender_name[:200],
        text=_text(message),
        automatic=_automatic(message, sender),
        is_forged=_is_forged(message),
        files=tuple(_files(message, shown, 0, faults))[:_MOST_PARTS],
        faults=tuple(faults),
        to=_recipients(message),
        earlier=f"{plain(message.get('References'))} {plain(message.get('In-Reply-To'))}".strip(),
    )


def is_forged(raw: bytes) -> bool:
    """`ReadMail.is_forged` of a message as received, from its header alone."""
    return _is_forged(BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw))


def _make_letters(part: Message) -> None:
    """Raw 8-bit headers as text: left alone, the parser answers them with a question mark a byte."""
    for header, value in list(part.raw_items()):
        if isinstance(value, str) and raw_letters(value) != value:
            part.replace_header(header, raw_letters(value))


def _sender(message: Message) -> tuple[str, str]:
    """Name and address; a name is decoded after it was taken apart, so that no comma in it makes a second sender."""
    try:
        pairs = getaddresses([str(message.get("From") or "")])
    except (ValueError, IndexError, TypeError):
        pairs = []
    for name, address in pairs:
        cleaned = plain(address).lower()
        if cleaned.count("@") == 1 and len(cleaned) <= 254 and " " not in cleaned:
            return plain(name), cleaned
    return "", ""


def _recipients(message: Message) -> tuple[str, ...]:
    try:
        headers = [str(one) for name in ("To", "Cc") for one in message.get_all(name, [])]
        return tuple(plain(address).lower() for _, address in getaddresses(headers[:20]) if "@" in address)
    except (ValueError, IndexError, TypeError):
        return ()


def _automatic(message: Message, sender: str) -> str:
    said = plain(message.get("Auto-Submitted")).lower().partition(";")[0].strip()
    if said and said != "no":
        return "thư tự động"
    if plain(message.get("Return-Path")) == "<>" or message.get_content_type() == "multipart/report":
        return "thư báo của máy chủ thư"
    if any(message.get(header) is not None for header in ("List-Id", "List-Unsubscribe", "List-Post")):
        return "thư của danh sách gửi chung"
    if plain(message.get("Precedence")).lower() in ("bulk", "junk", "list", "auto_reply"):
        return "thư hàng loạt"
    if message.get("X-Autoreply") is not None or message.get("X-Autorespond") is not None:
        return "thư tự động"
    if sender.partition("@")[0] in _ROBOTS:
        return "thư của máy"
    return ""


def _is_forged(message: Message) -> bool:
    """Only the topmost verdict counts: those below it came with the mail and may be invented."""
    verdict = plain(message.get("Authentication-Results")).lower()
    return "dmarc=fail" in verdict or ("spf=fail" in verdict and "dkim=pass" not in verdict)


def _files(message: Message, shown: set[str], depth: int, faults: list[str]) -> Iterator[Attached]:
    kind = message.get_content_type()
    if depth > _DEEPEST:
        faults.append("Thư lồng trong thư quá nhiều lớp.")
        return
    if kind == "message/rfc822":
        for inner in _parts(message):
            for found in _files(inner, shown, depth + 1, faults):
                yield Attached(found.name, found.content, "nested" if found.where == "attachment" else found.where)
        return
    if message.is_multipart():
        for part in _parts(message):
            yield from _files(part, shown, depth + (kind == "multipart/mixed"), faults)
        return
    name, content = file_name(message), _payload(message)
    if not _is_file(message, name, content):
        return
    if content.startswith(_TNEF_HEAD):
        yield from _unpacked(name, content, faults)
    elif _is_shown(message, kind, shown):
        yield Attached(name, content, "inline")
    else:
        yield Attached(name, content, "attachment")


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _payload(message: Message) -> bytes:
    try:
        found = message.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        return b""
    return found if isinstance(found, bytes) else b""


def _is_file(message: Message, name: str, content: bytes) -> bool:
    disposition = str(message.get_content_disposition() or "")
    if message.get_content_maintype() == "text" and not name and disposition != "attachment":
        return False
    return bool(name) or disposition == "attachment" or content.startswith(b"%PDF-") or (
        bool(content) and message.get_content_maintype() in ("application", "image", "audio", "video")
    )  # fmt: skip


def _is_shown(message: Message, kind: str, shown: set[str]) -> bool:
    """A picture that the text shows by its Content-ID; a PDF never, whatever its headers say."""
    content_id = plain(message.get("Content-ID")).strip("<> ").lower()
    return kind.startswith("image/") and bool(content_id) and content_id in shown


def _unpacked(name: str, content: bytes, faults: list[str]) -> Iterator[Attached]:
    try:
        found = [(plain(one.long_filename() or one.name), bytes(one.data or b"")) for one in TNEF(content).attachments]
    except Exception:
        found = []
    if not found:
        faults.append("Không mở được gói winmail.dat.")
        yield Attached(name or "winmail.dat", content, "attachment")
    for inner, inside in found:
        yield Attached(re.split(r"[/\\]", inner)[-1].strip("\x00 "), inside, "inside")


def _html(message: Message) -> str:
    return "\n".join(_decoded(part) for part in message.walk() if part.get_content_type() == "text/html")


def _text(message: Message) -> str:
    """The plain words; of a mail without any, the HTML without its marks."""
    plain_parts = [
        _decoded(part) for part in message.walk()
        if part.get_content_type() == "text/plain" and not file_name(part)
    ]  # fmt: skip
    words = "\n".join(plain_parts) or _bare(_html(message))
    return "".join(letter for letter in words[:_LONGEST_TEXT] if letter in "\n\t" or letter.isprintable()).strip()


def _bare(html: str) -> str:
    """The words of HTML, without marks, styles and scripts; in one pass, however it is written."""
    words, *pieces = html.split("<")
    said, hidden = [words], ""
    for piece in pieces:
        mark, closed, text = piece.partition(">")
        name = _MARK.match(mark)[0].lower()  # type: ignore[index]
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in ("style", "script"):
            hidden = name
        if closed and not hidden:
            said.append(text)
        elif not hidden and not piece.startswith("!"):
            said.append(f"<{piece}")
    return " ".join(said)


def _decoded(part: Message) -> str:
    raw = _payload(part)[: 4 * _LONGEST_TEXT]
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")
