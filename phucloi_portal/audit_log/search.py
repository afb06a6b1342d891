"""The search of the log: filters from the address, and pages by key, which cost the same at any depth.

Days are those of writing: rows stand in the order in which they were written, so a day is a stretch of numbers found
by two look-ups, and everything else is asked within it.
Not here: who may read (`reach.py`), how a row is drawn (`words.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from audit.actions import ACTIONS, GROUPS, actions_of
from audit.choices import AuditResult
from audit.models import AuditEntry
from vietnamese.dates import VIETNAM
from vietnamese.text import fold

if TYPE_CHECKING:
    from audit.querysets import AuditEntryQuerySet

PAGE: Final = 50
WINDOW: Final = 500_000
"""Rows a name is looked for in, when no days are chosen: a name no row has must not cost the whole log."""
_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


@dataclass(frozen=True)
class Search:
    """What is asked for; empty parts narrow nothing. `first_day` and `last_day` are both included."""

    text: str = ""
    group: str = ""
    action: str = ""
    result: str = ""
    actor: str = ""
    obj_type: str = ""
    obj_id: str = ""
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Search:
        """From the parameters of an address; what is not understood narrows nothing."""
        group, action, result = asked.get("nhom", ""), asked.get("viec", ""), asked.get("ket_qua", "")
        return cls(
            text=asked.get("q", "").strip()[:100],
            group=group if group in GROUPS else "",
            action=action if action in ACTIONS else "",
            result=result if result in AuditResult.values else "",
            actor=asked.get("nguoi", "")[:64],
            obj_type=asked.get("loai", "")[:100],
            obj_id=asked.get("ma", "")[:64],
            first_day=_day(asked.get("tu", "")),
            last_day=_day(asked.get("den", "")),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """As parameters of an address, the empty ones left out."""
        every = {
            "q": self.text,
            "nhom": self.group,
            "viec": self.action,
            "ket_qua": self.result,
            "nguoi": self.actor,
            "loai": self.obj_type,
            "ma": self.obj_id,
            "tu": self.first_day.isoformat() if self.first_day else "",
            "den": self.last_day.isoformat() if self.last_day else "",
        }
        return {name: value for name, value in every.items() if value}

    @property
    def query(self) -> str:
        """`?…` of this search, or "" for everything."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""

    @property
    def is_windowed(self) -> bool:
        """Only the newest rows are searched: a name without days, in a log longer than that."""
        return bool(fold(self.text).split()) and not (self.first_day or self.last_day) and _last_written() > WINDOW

    def narrow(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Those of `entries` that are asked for, in no order yet."""
        if self.is_windowed:
            entries = entries.filter(seq__gt=_last_written() - WINDOW)
        for word in fold(self.text).split():
            entries = entries.filter(search__contains=word)
        if self.action:
            entries = entries.filter(action=self.action)
        elif self.group:
            entries = entries.filter(action__in=actions_of(self.group))
        exact = {"result": self.result, "actor_id": self.actor, "obj_type": self.obj_type, "obj_id": self.obj_id}
        entries = entries.filter(**{name: value for name, value in exact.items() if value})
        if self.first_day:
            entries = entries.filter(seq__gte=_first_written(_midnight(self.first_day)))
        if self.last_day:
            entries = entries.filter(seq__lt=_first_written(_midnight(self.last_day + timedelta(days=1))))
        return entries


@dataclass(frozen=True)
class Page:
    """A page of entries, newest first; `newer` and `older` are the numbers the neighbouring pages start beyond."""

    entries: list[AuditEntry]
    newer: int | None
    older: int | None


def page_of(entries: AuditEntryQuerySet, asked: Mapping[str, str]) -> Page:
    """The page before the number `truoc` (older), after `sau` (newer), or the newest."""
    before, after = _number(asked.get("truoc", "")), _number(asked.get("sau", ""))
    if after is not None:
        found = list(entries.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        has_newer, rows = len(found) > PAGE, found[:PAGE][::-1]
        has_older = True
    else:
        older_than = entries if before is None else entries.filter(seq__lt=before)
        found = list(older_than.order_by("-seq")[: PAGE + 1])
        has_newer, rows = before is not None, found[:PAGE]
        has_older = len(found) > PAGE
    if not rows:
        return Page([], None, None)
    return Page(rows, rows[0].seq if has_newer else None, rows[-1].seq if has_older else None)


def _last_written() -> int:
    """The number of the newest row; 0 in an empty log."""
    return AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _first_written(moment: datetime) -> int:
    """The number of the first row written at `moment` or later; beyond the last one when there is none."""
    rows = AuditEntry.objects.filter(recorded_at__gte=moment).order_by("recorded_at", "seq")
    found = rows.values_list("seq", flat=True).first()
    return found if found is not None else 2**62


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _day(text: str) -> date | None:
    """`27/4/2026` as people write it, or `2026-04-27` as addresses keep it; None for anything else."""
    if written := _WRITTEN.fullmatch(text.strip()):
        text = f"{written[3]}-{written[2]:0>2}-{written[1]:0>2}"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None
