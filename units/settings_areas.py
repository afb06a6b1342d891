"""The areas of a ward's settings, and what a change says in words: "Hộp thư: để trống → bxdd@phucloi.vn".

Not here: storing (`services`), reading the history (`settings_history.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from vietnamese.dates import format_date


class Area:
    """Machine names of the areas; each is one page. They stand in stored history, so they are never renamed."""

    COMMITTEE: Final = "committee"
    TERMS: Final = "terms"
    SIGNERS: Final = "signers"
    CALENDAR: Final = "calendar"
    DEADLINES: Final = "deadlines"
    REASONS: Final = "reasons"
    ALIASES: Final = "aliases"
    FORMAT: Final = "format"
    REMINDERS: Final = "reminders"


AREAS: Final[Mapping[str, str]] = {
    Area.COMMITTEE: "Thông tin đảng ủy",
    Area.TERMS: "Nhiệm kỳ",
    Area.SIGNERS: "Người ký văn bản",
    Area.CALENDAR: "Lịch làm việc",
    Area.DEADLINES: "Cách tính hạn nộp",
    Area.REASONS: "Lý do có sẵn",
    Area.ALIASES: "Tên gọi khác của đơn vị",
    Area.FORMAT: "Thể thức báo cáo",
    Area.REMINDERS: "Nhắc việc",
}

Change = dict[str, str]
"""What was changed: `what`, `old`, `new`, all in words."""

NOTHING: Final = "để trống"


def said(value: object) -> str:
    """A value in words: a date day first, có or không, `để trống` for nothing."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return format_date(value)
    return str(value) if value not in (None, "") else NOTHING


def change(what: str, old: object, new: object) -> Change:
    """One change."""
    return {"what": what, "old": said(old), "new": said(new)}


def changes(old: Mapping[str, object], new: Mapping[str, object], labels: Mapping[str, str]) -> list[Change]:
    """The values that differ, in the order of `labels` (name → word); empty when nothing was changed."""
    return [change(label, old[name], new[name]) for name, label in labels.items() if old[name] != new[name]]


def added(what: str, new: object) -> list[Change]:
    """Something that was not there before."""
    return [{"what": what, "old": "chưa có", "new": said(new)}]


def removed(what: str, old: object) -> list[Change]:
    """Something that is not there any more."""
    return [{"what": what, "old": said(old), "new": "đã bỏ"}]
