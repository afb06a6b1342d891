"""An entry's detail in plain words: keys by their Vietnamese word, dates as people write them, lists on one line.

The one teller of details; what codes and numbers mean is handed in (`Meaning`), because the log knows no other app.
Not here: the words of keys (`detail_words.py`), the meanings (`units.log_words`, the portal's pages of the log).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from audit.detail_words import PARTS, word_of
from vietnamese.dates import format_date, format_moment
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from audit.models import AuditEntry

MOST_SHOWN: Final = 20
_AS_THEY_STAND = ("status", "seq")


@dataclass(frozen=True)
class Meaning:
    """What the codes and numbers of a detail are called; this one knows none."""

    def of_text(self, entry: AuditEntry, key: str, text: str) -> str | None:
        """The words for a code under `key`; None to say it as it stands."""
        return None

    def of_number(self, entry: AuditEntry, key: str, number: int) -> str | None:
        """What a number under `key` names; None when it is a count."""
        return None

    def of_list(self, entry: AuditEntry, key: str, values: list[Any]) -> str | None:
        """The words for a whole list or row of one; None to tell its parts."""
        return None


def facts_of(entry: AuditEntry, meaning: Meaning) -> list[tuple[str, str]]:
    """(word, value) of every part of the detail; `old` and `new` become one line "old → new"."""
    data = entry.data if isinstance(entry.data, dict) else {"note": entry.data}
    teller = _Teller(entry, meaning)
    told = [(word_of(key), teller.value(key, value)) for key, value in data.items() if key not in ("old", "new")]
    if "old" in data or "new" in data:
        new = "new" if "new" in data else "held_on"
        told.insert(0, ("Thay đổi", f"{teller.value('old', data.get('old'))} → {teller.value(new, data.get(new))}"))
    return told


@dataclass(frozen=True)
class _Teller:
    entry: AuditEntry
    meaning: Meaning

    def value(self, key: str, value: Any) -> str:
        """A value in words."""
        if value is None or value == "":
            return "không có"
        if isinstance(value, bool):
            return "có" if value else "không"
        if isinstance(value, int):
            meant = self.meaning.of_number(self.entry, key, value)
            return meant or (str(value) if key in _AS_THEY_STAND else format_number(value))
        if isinstance(value, dict):
            return "; ".join(f"{self._part(key, name)}: {self._inner(key, name, one)}" for name, one in value.items())
        if isinstance(value, list):
            return self._list(key, value)
        return self.meaning.of_text(self.entry, key, str(value)) or _day_or_text(str(value))

    def _part(self, key: str, name: str) -> str:
        return self.meaning.of_text(self.entry, key, name) or PARTS.get(name) or word_of(name)

    def _inner(self, key: str, name: str, value: Any) -> str:
        """A part of a table; what changed is [old, new], or [] where the values are not kept."""
        if key != "changed" or not isinstance(value, list):
            return self.value(name, value)
        return _arrow(*(self.value(name, one) for one in value)) if len(value) == 2 else "đã sửa"

    def _list(self, key: str, values: list[Any]) -> str:
        meant = self.meaning.of_list(self.entry, key, values)
        if meant is not None:
            return meant
        if key != "changed" and len(values) == 2 and self.entry.action.endswith(".change"):
            return _arrow(self.value(key, values[0]), self.value(key, values[1]))
        shown = ", ".join(self.value(key, one) for one in values[:MOST_SHOWN])
        left = len(values) - MOST_SHOWN
        return f"{shown} và {left} mục nữa" if left > 0 else shown or "không có"


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}"


def _day_or_text(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text)) if len(text) == 10 else format_moment(datetime.fromisoformat(text))
    except ValueError:
        return text
