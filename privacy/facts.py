"""Simple facts of the roster that can be asked to be corrected: what it says now, what it would say then.

Not here: asking and answering (`services/corrections.py`), whether a value may stand (`units.services.members`).
"""

from __future__ import annotations

from typing import Any, Final

from privacy.choices import Fact
from privacy.errors import CorrectionRefused
from units.models import Member

_FIELDS: Final[dict[str, str]] = {
    Fact.FULL_NAME: "full_name",
    Fact.BIRTH_YEAR: "birth_year",
    Fact.EMAIL: "email",
    Fact.PHONE: "phone",
}


def current_value(member: Member, fact: str) -> str:
    """What the roster says now of a simple fact; "" for the others."""
    return str(getattr(member, _FIELDS[fact]) or "") if fact in _FIELDS else ""


def values_with(member: Member, fact: str, value: str) -> dict[str, Any]:
    """All simple facts with `value` in the place of one, as `units.services.members.change_member` takes them.

    Raises CorrectionRefused for a year that is no number.
    """
    if fact == Fact.BIRTH_YEAR and not value.isdecimal():
        raise CorrectionRefused("Năm sinh ghi bốn chữ số, ví dụ 1970.")
    said = {field: getattr(member, field) for field in _FIELDS.values()}
    return {**said, _FIELDS[fact]: int(value) if fact == Fact.BIRTH_YEAR else value}
