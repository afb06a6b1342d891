"""An entry in plain words: every key of its detail with its Vietnamese word, every code with its label.

Not here: the words of keys (`audit.detail_words`), the pages (`templates/audit_log`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import TextChoices

from audit.choices import AuditResult
from audit.detail_words import word_of
from directives.choices import WaiverReason
from phucloi_portal.audit_log.objects import word_of_type
from submissions.choices import Door
from units.choices import Block, ExemptionReason, Role
from vietnamese.dates import format_date, format_moment
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from audit.models import AuditEntry

SAME_MOMENT: Final = timedelta(minutes=1)
MOST_SHOWN: Final = 20
_CHIPS = {AuditResult.REFUSED: "refused", AuditResult.FAILED: "failed"}
_LABELS: dict[str, tuple[type[TextChoices], ...]] = {
    "role": (Role,),
    "door": (Door,),
    "block": (Block,),
    "reason": (ExemptionReason, WaiverReason),
}
_PARTS = {
    "new": "mới", "changed": "thay đổi", "closed": "đóng", "unchanged": "giữ nguyên", "moved": "chuyển",
    "left": "ra khỏi danh sách", "ended": "kết thúc",
}  # fmt: skip
_PROGRAMS = {
    "beat": "Hệ thống, theo giờ hẹn", "inspection": "Hệ thống, kiểm tra tệp", "load_demo": "Lệnh nạp dữ liệu mẫu",
}  # fmt: skip
_FACTORS = {"totp": "Ứng dụng tạo mã", "recovery_codes": "Mã dự phòng", "webauthn": "Khóa bảo mật"}


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
    is_part: bool = False
    """In the history of an object: about something that belongs to it, so its name is said."""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The detail in words."""
        return facts_of(self.entry)


def line_of(entry: AuditEntry, *, of: str = "") -> Line:
    """The entry as a line, in the history of the object of type `of`."""
    result = AuditResult(entry.result)
    return Line(
        entry=entry,
        who=_who(entry),
        obj_word=word_of_type(entry.obj_type) if entry.obj_type else "",
        chip=_CHIPS.get(result, ""),
        result=str(result.label),
        acted_at=entry.at if abs(entry.recorded_at - entry.at) > SAME_MOMENT else None,
        is_part=bool(of) and entry.obj_type != of,
    )


def _who(entry: AuditEntry) -> str:
    """The account by name, a program by what it is, nobody as such."""
    if entry.actor_id:
        return entry.actor_label
    return _PROGRAMS.get(entry.actor_label, entry.actor_label or "Chưa đăng nhập")


def facts_of(entry: AuditEntry) -> list[tuple[str, str]]:
    """(word, value) of every part of the detail; `old` and `new` become one line "old → new"."""
    data = entry.data if isinstance(entry.data, dict) else {"note": entry.data}
    told = [(word_of(key), _value(key, value, entry)) for key, value in data.items() if key not in ("old", "new")]
    if "old" in data or "new" in data:
        told.insert(0, ("Thay đổi", f"{_value('old', data.get('old'), entry)} → {_new(data, entry)}"))
    return told


def _new(data: dict[str, Any], entry: AuditEntry) -> str:
    """What it became: `new`, or for a declared day `held_on`."""
    key = "new" if "new" in data else "held_on"
    return _value(key, data.get(key), entry)


def _value(key: str, value: Any, entry: AuditEntry) -> str:
    """A value in words: dates, labels of codes, yes and no, lists and tables on one line."""
    if value is None or value == "":
        return "không có"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int):
        return str(value) if key in ("status", "seq") else format_number(value)
    if isinstance(value, dict):
        return "; ".join(
            f"{_PARTS.get(name, word_of(name))}: {_value(name, one, entry)}" for name, one in value.items()
        )
    if isinstance(value, list):
        return _listed(key, value, entry)
    return _text(key, str(value), entry)


def _listed(key: str, values: list[Any], entry: AuditEntry) -> str:
    if key != "changed" and len(values) == 2 and entry.action.endswith(".change"):
        return f"{_value(key, values[0], entry)} → {_value(key, values[1], entry)}"
    shown = ", ".join(_value(key, one, entry) for one in values[:MOST_SHOWN])
    left = len(values) - MOST_SHOWN
    return f"{shown} và {left} mục nữa" if left > 0 else shown or "không có"


def _text(key: str, text: str, entry: AuditEntry) -> str:
    for choices in _LABELS.get(key, ()):
        if text in choices.values:
            return str(choices(text).label)
    if key == "type":
        return _FACTORS.get(text, text)
    if key == "changed":
        return _field_word(entry.obj_type, text)
    try:
        return format_date(date.fromisoformat(text)) if len(text) == 10 else format_moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _field_word(obj_type: str, name: str) -> str:
    """The Vietnamese name of a model's field; the name itself when there is no such field any more."""
    try:
        return str(apps.get_model(obj_type)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name
