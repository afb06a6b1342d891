"""The hash chain as pure functions: canonical text of an entry, its hash, and the search for the first bad row.

Content is hashed as canonical JSON (UTF-8, keys sorted, no spaces, non-ASCII kept), so that the chain does not
depend on a database's way of storing JSON, dates or numbers.

Not here: reading and writing rows (`services.py`), the triggers that refuse changes (`triggers.py`).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from vietnamese.text import fold

GENESIS = "0" * 64
"""The "previous hash" of the first entry."""


@dataclass(frozen=True)
class Content:
    """Everything of an entry that its hash covers, as plain values; nothing in it refers to another table."""

    seq: int
    at: datetime
    recorded_at: datetime
    action: str
    result: str
    actor_id: str
    actor_label: str
    obj_type: str
    obj_id: str
    obj_label: str
    ward_id: int | None
    detail: str
    request_id: str
    ip: str


@dataclass(frozen=True)
class Link:
    """An entry as found in the store."""

    content: Content
    previous_hash: str
    entry_hash: str


@dataclass(frozen=True)
class Fault:
    """One row (or the head) that does not fit the chain."""

    seq: int
    fault: str
    message: str


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into text, always the same text; TypeError for what has no stable text."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical form in an audit entry")


def instant(at: datetime) -> str:
    """An aware instant as UTC with microseconds; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an audit instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """Canonical JSON of a value; NaN and infinities are refused (ValueError)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def storable(text: str, limit: int) -> str:
    """Text that every engine stores unchanged: no NUL, no lone surrogates, at most `limit` characters."""
    clean = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    clean = clean.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return clean[:limit]


def storable_detail(detail: Any) -> str:
    """Canonical JSON of a detail, with lone surrogates replaced (NUL is already escaped by JSON)."""
    return canonical(detail).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def entry_hash(content: Content, previous_hash: str) -> str:
    """SHA-256 (hex) over the previous hash, a line feed and the canonical content."""
    body = canonical(vars(content))
    return hashlib.sha256(f"{previous_hash}\n{body}".encode()).hexdigest()


def search_text(*labels: str) -> str:
    """What an entry is found by: its labels without accents and capitals, at most 600 characters."""
    return fold(" ".join(labels))[:600]


def faults(links: Iterable[Link], head: tuple[int, str]) -> Iterator[Fault]:
    """Yield what is wrong, in chain order; nothing when the chain is whole.

    `links` come in ascending `seq`; `head` is (last seq, last hash), (0, GENESIS) for an empty log. After a bad row
    the walk goes on from what that row *says*, so that one altered row is named once and not with all its successors.
    """
    expected, previous = 1, GENESIS
    for link in links:
        seq = link.content.seq
        if seq < expected:
            yield Fault(seq, "inserted", f"Dòng {seq} bị chèn thêm vào sổ.")
            continue
        if seq != expected:
            yield Fault(expected, "missing", f"Thiếu các dòng nhật ký từ {expected} đến {seq - 1}.")
        elif link.previous_hash != previous:
            yield Fault(seq, "broken_link", f"Dòng {seq} không nối với dòng trước nó.")
        if entry_hash(link.content, link.previous_hash) != link.entry_hash:
            yield Fault(seq, "altered", f"Nội dung dòng {seq} đã bị sửa sau khi ghi.")
        expected, previous = seq + 1, link.entry_hash
    last = expected - 1
    if head != (last, previous):
        yield Fault(
            max(head[0], last), "head", f"Sổ dừng ở dòng {last} nhưng đầu chuỗi ghi dòng {head[0]}: có dòng bị cắt."
        )
