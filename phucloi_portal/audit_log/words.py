"""An entry as a line of the log's pages: who, what, with which result; its details with every code and number named.

Not here: telling a detail (`audit.telling`), looking names up (`naming.py`), the pages (`templates/audit_log`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from audit.choices import AuditResult
from audit.telling import MOST_SHOWN, facts_of
from directives.choices import WaiverReason
from phucloi_portal.audit_log.naming import DUTIES, MEMBERS, REQUIREMENTS, Names, names_of
from phucloi_portal.audit_log.objects import word_of_type
from privacy.choices import DataClass, Fact
from reminders.digests import SKIP_WORDS
from submissions.choices import Door
from units.log_words import UnitsMeaning
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from django.db.models import TextChoices

    from audit.models import AuditEntry

SAME_MOMENT: Final = timedelta(minutes=1)
_CHIPS = {AuditResult.REFUSED: "refused", AuditResult.FAILED: "failed"}
_LABELS: dict[str, type[TextChoices]] = {"door": Door, "reason": WaiverReason, "class": DataClass, "fact": Fact}
_PROGRAMS = {
    "beat": "Hệ thống, theo giờ hẹn", "inspection": "Hệ thống, kiểm tra tệp", "mailbox": "Hệ thống, đọc hộp thư", "load_demo": "Lệnh nạp dữ liệu mẫu",
    "apply_retention": "Lệnh hủy dữ liệu hết hạn", "open_secretary_accounts": "Lệnh mở tài khoản bí thư",
}  # fmt: skip
_FACTORS = {"totp": "Ứng dụng tạo mã", "recovery_codes": "Mã dự phòng", "webauthn": "Khóa bảo mật"}
_SAY_THEIR_KIND = ("submissions.submission",)
"""Types whose labels begin with the word of the type."""
_COUNTED = {"links": "liên kết", "files": "tệp", "inspections": "lượt", "versions": "lần nộp"}
"""Lists of numbers that nobody knows anything by: their length is said."""


@dataclass(frozen=True)
class PortalMeaning(UnitsMeaning):
    """Codes of every room, and numbers by the names looked up for the page."""

    names: Names = field(default_factory=Names)

    def of_text(self, entry: AuditEntry, key: str, text: str) -> str | None:
        """The label of a code, the name of a unit by its code."""
        choices = _LABELS.get(key)
        if choices and text in choices.values:
            return str(choices(text).label)
        if key == "type":
            return _FACTORS.get(text)
        if key == "skipped":
            return SKIP_WORDS.get(text)
        if key in ("unit", "units"):
            return self.names.units.get((entry.ward_id or 0, text))
        return super().of_text(entry, key, text)

    def of_number(self, entry: AuditEntry, key: str, number: int) -> str | None:
        """The duty, requirement or unit of that number."""
        at = (entry.ward_id or 0, number)
        if key in REQUIREMENTS:
            return self.names.requirements.get(at, f"yêu cầu số {number} (không còn)")
        if key == "obligation":
            return self._duty(entry, number)
        if key == "unit":
            return self.names.units.get(at, f"đơn vị số {number} (không còn)")
        return f"số {number}" if key in ("file", "job", "request") else None

    def of_list(self, entry: AuditEntry, key: str, values: list[Any]) -> str | None:
        """Duties by name, each moved one with where from and where to; lists nobody can read by their length."""
        if key in _COUNTED and values and all(isinstance(one, int) for one in values):
            return f"{format_number(len(values))} {_COUNTED[key]}"
        if key == "versions" and values and all(isinstance(one, dict) and "obligation" in one for one in values):
            return self._joined([self._handed_in(entry, one) for one in values[:MOST_SHOWN]], len(values))
        if key in MEMBERS and values and all(isinstance(one, int) for one in values):
            return self._joined([self._member(entry, one) for one in values[:MOST_SHOWN]], len(values), "người")
        if key not in DUTIES or not values:
            return None
        return self._joined([self._line(entry, one) for one in values[:MOST_SHOWN]], len(values))

    def _joined(self, shown: list[str], number: int, noun: str = "việc") -> str:
        left = number - len(shown)
        return f"{'; '.join(shown)} và {left} {noun} nữa" if left > 0 else "; ".join(shown)

    def _member(self, entry: AuditEntry, number: int) -> str:
        return self.names.members.get((entry.ward_id or 0, number), f"đảng viên số {number} (không còn)")

    def _handed_in(self, entry: AuditEntry, told: dict[str, Any]) -> str:
        """ "Bài thu hoạch của Lê Thị Hòa (lần 2, nộp thay)": one version of a deposit."""
        notes = [f"lần {told['number']}"] if "number" in told else []
        notes += ["nộp thay"] if told.get("on_behalf") else []
        duty = self._duty(entry, told["obligation"])
        return f"{duty} ({', '.join(notes)})" if notes else duty

    def _line(self, entry: AuditEntry, told: Any) -> str:
        if not isinstance(told, list):
            return self._duty(entry, told)
        duty, old, new = told
        return f"{self._duty(entry, duty)}: {self._unit(entry, old)} → {self._unit(entry, new)}"

    def _duty(self, entry: AuditEntry, number: int) -> str:
        return self.names.duties.get((entry.ward_id or 0, number), f"việc số {number} (không còn)")

    def _unit(self, entry: AuditEntry, code: str) -> str:
        return self.names.units.get((entry.ward_id or 0, code), code)


@dataclass(frozen=True)
class Line:
    """What a list shows of one entry. `chip` is a key of `interface.states`, "" for what went well."""

    entry: AuditEntry
    who: str
    obj_word: str
    chip: str
    result: str
    acted_at: datetime | None
    """The instant of the act where it is not that of writing: a replayed day, a long work."""
    facts: list[tuple[str, str]]
    """The detail in words."""
    is_part: bool = False
    """In the history of an object: about something that belongs to it, so its name is said."""

    @property
    def name(self) -> str:
        """What the entry is about, beside its kind: a paper's label begins with it ("Bài nộp Bài thu hoạch …")."""
        label = self.entry.obj_label
        return label.removeprefix(f"{self.obj_word} ") if self.entry.obj_type in _SAY_THEIR_KIND else label

    @property
    def thing(self) -> str:
        """Kind and name in one: "Lần nộp F7QJ-SZ66"."""
        return f"{self.obj_word} {self.name}".strip()


def lines_of(entries: Iterable[AuditEntry], *, of: str = "") -> list[Line]:
    """The entries as lines, in the history of an object of type `of`; a query for each sort of name, whatever their number."""
    rows = list(entries)
    meaning = PortalMeaning(names_of(rows))
    return [_line(entry, meaning, of) for entry in rows]


def _line(entry: AuditEntry, meaning: PortalMeaning, of: str) -> Line:
    result = AuditResult(entry.result)
    return Line(
        entry=entry,
        who=_who(entry),
        obj_word=word_of_type(entry.obj_type) if entry.obj_type else "",
        chip=_CHIPS.get(result, ""),
        result=str(result.label),
        acted_at=entry.at if abs(entry.recorded_at - entry.at) > SAME_MOMENT else None,
        facts=facts_of(entry, meaning),
        is_part=bool(of) and entry.obj_type != of,
    )


def _who(entry: AuditEntry) -> str:
    """The account by name, a program by what it is, nobody as such."""
    if entry.actor_id:
        return entry.actor_label
    return _PROGRAMS.get(entry.actor_label, entry.actor_label or "Chưa đăng nhập")
