"""The terms in force in a ward: the product's own, or what the ward has set, and what is past them.

Not here: what a class holds (`retention_classes.py`), setting terms and destroying (`services/retention.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from privacy.choices import DataClass
from privacy.models import Hold, RetentionTerm
from privacy.retention_classes import CLASSES, RetentionClass, cut_off
from units.models import Unit
from vietnamese.numbers import format_number

_YEAR = 365  # days


@dataclass(frozen=True)
class Term:
    """The term of one class in a ward: days (None = never), the decision it follows, whether the ward set it."""

    kind: RetentionClass
    days: int | None
    decided_on: str
    is_set: bool

    @property
    def length(self) -> str:
        """The term in words; "" = never."""
        return length_of(self.days)

    def due(self, ward: Unit, at: datetime) -> QuerySet[Any]:
        """Rows past the term at `at`; none when the class is never destroyed."""
        found = self.kind.due(ward, cut_off(self.days or 0, at))
        return found if self.days is not None else found.none()


def length_of(days: int | None) -> str:
    """A term in words: "5 năm (1.825 ngày)", years of 365 days only when they come out whole; "" = never."""
    if not days:
        return ""
    words = f"{format_number(days)} ngày"
    return words if days % _YEAR else f"{format_number(days // _YEAR)} năm ({words})"


def terms_of(ward: Unit) -> list[Term]:
    """Every class with its term, in the order of the catalogue."""
    rows = {row.data_class: row for row in RetentionTerm.objects.filter(ward=ward)}
    terms = []
    for key, kind in CLASSES.items():
        row = rows.get(key)
        days = row.days if row else kind.default_days
        terms.append(Term(kind, days, row.decided_on if row else "", row is not None))
    return terms


def term_of(ward: Unit, key: str) -> Term:
    """The term of one class. Raises KeyError for an unknown class."""
    kind = CLASSES[DataClass(key)]
    return next(term for term in terms_of(ward) if term.kind is kind)


def holds_of(ward: Unit) -> QuerySet[Hold]:
    """Directives of the ward whose papers are held."""
    return Hold.objects.filter(directive__ward=ward).select_related("directive", "placed_by")
