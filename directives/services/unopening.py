"""Work of a series that the clock gave out to units and members of an import goes when the import is taken back.

Only what the clock did by itself and nobody has touched: work that was handed in, decided, extended, declared, promised by
a call or taken over from another unit stays, and stops the undo. A letter that spoke of it is a trace, and does not.
Not here: giving periods out (`periods.py`), debts that moved (`unfollowing.py`), the undo (`units.services.roster_reverse`).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from audit import services as audit
from directives import change_listeners
from directives.choices import ObligationState, WaiverReason
from directives.deadlines.periods import period_words
from directives.models import Obligation, Requirement
from units.models import Unit, User
from units.services.roster_journal import spans
from units.undo_consequences import AddedRows, Told

_CHUNK = 200  # rows in one DELETE


def withdraw_periods(ward: Unit, added: AddedRows, at: datetime, by: User | None) -> Told:
    """Delete it; a sentence for each duty and period that lost some.

    Recorded as `obligation.withdraw_period` for each. A registered withdrawal of `units.undo_consequences`.
    """
    of_added = [*spans("unit_id", added.units), *spans("member_id", added.members)]
    found: dict[int, tuple[int, str, datetime]] = {}
    for chosen in of_added:
        rows = _untouched(ward).filter(chosen).select_for_update(of=("self",)).order_by("pk")
        for pk, *told in rows.values_list("pk", "requirement_id", "period", "created_at"):
            found[pk] = (told[0], told[1], told[2])
    given = _given_out_at({requirement for requirement, _, _ in found.values()})
    gone = {pk: (one, period) for pk, (one, period, made) in found.items() if given[one, period] == made}
    keys = sorted(gone)
    change_listeners.tell_gone(keys)
    for start in range(0, len(keys), _CHUNK):
        Obligation.objects.filter(pk__in=keys[start : start + _CHUNK]).delete()
    told = []
    requirements = Requirement.objects.select_related("directive").in_bulk({one for one, _ in gone.values()})
    for (one, period), number in sorted(Counter(gone.values()).items()):
        requirement = requirements[one]
        detail = {"period": period, "obligations": number}
        audit.record(
            action="obligation.withdraw_period", actor=by, obj=requirement, ward_id=ward.pk, detail=detail, at=at
        )
        told.append(f"{number} việc {period_words(period)} của “{requirement}” ({requirement.directive.reference})")
    return Told(gone=tuple(told))


def _untouched(ward: Unit) -> QuerySet[Obligation]:
    """Work of periods given out after the directive was issued, as it was given out, on which nothing hangs but traces."""
    as_given = Q(state=ObligationState.PENDING) | Q(
        state=ObligationState.WAIVED, waiver_reason=WaiverReason.EXEMPT, waived_at=F("created_at")
    )
    found = Obligation.objects.filter(
        as_given, ward=ward, submitted_at=None, decided_at=None, held_on=None,
        created_at__gt=F("requirement__directive__issued_at"),
    ).exclude(period="")  # fmt: skip
    for relation in Obligation._meta.related_objects:
        if change_listeners.is_trace(relation.related_model._meta.label):
            continue
        hanging = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        found = found.filter(~Exists(hanging))
    return found


def _given_out_at(requirements: set[int]) -> dict[tuple[int, str], datetime]:
    """(requirement, period) → the instant its first work was made: what the office added later came later."""
    rows = Obligation.objects.filter(requirement__in=requirements).order_by().values_list("requirement_id", "period")
    return {(one, period): first for one, period, first in rows.annotate(first=Min("created_at"))}
