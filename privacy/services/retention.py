"""Setting terms of keeping, destroying what is due with a record, and holding a directive's papers.

Not here: what a class holds (`retention_classes.py`), the terms in force (`terms.py`), the pages (`views/retention.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit import services as audit
from directives.models import Directive
from privacy.errors import NothingDue, NumbersChanged
from privacy.models import DeletionRecord, Hold, RetentionProposal, RetentionTerm
from privacy.retention_classes import cut_off
from privacy.terms import term_of
from units.models import Unit, User
from vault.services import erase

BATCH = 500


@transaction.atomic
def set_term(*, ward: Unit, key: str, days: int | None, decided_on: str, by: User, at: datetime) -> RetentionTerm:
    """Another term for a class (None = never destroyed). Recorded as `privacy.set_term` with old and new; setting what
    is set already changes and records nothing."""
    same = RetentionTerm.objects.filter(ward=ward, data_class=key, days=days, decided_on=decided_on).first()
    if same is not None:
        return same
    before = term_of(ward, key)
    row, _ = RetentionTerm.objects.update_or_create(
        ward=ward, data_class=key, defaults={"days": days, "decided_on": decided_on, "changed_by": by, "changed_at": at}
    )
    detail = {"class": key, "old": before.days, "new": days, "decided_on": decided_on}
    audit.record(action="privacy.set_term", actor=by, obj=row, ward_id=ward.pk, detail=detail, at=at)
    return row


def destroy_due(*, ward: Unit, key: str, promised: int | None, by: User | None, at: datetime) -> DeletionRecord:
    """Destroy all of a class that is past its term, and write the record of it. Recorded as `privacy.destroy`.

    `promised` is the number the page showed (None: whatever is due, for the command). What somebody needs again since
    the list was drawn is left out of the record. Rows, record and log are one transaction; the bytes go after it, so
    that no failure leaves a row without bytes it should have. Raises NothingDue, NumbersChanged (nothing is destroyed
    then).
    """
    record, contents = _destroy_rows(ward=ward, key=key, promised=promised, by=by, at=at)
    erase(contents=contents, now=at)
    return record


@transaction.atomic
def _destroy_rows(
    *, ward: Unit, key: str, promised: int | None, by: User | None, at: datetime
) -> tuple[DeletionRecord, list[str]]:
    """The record, and the contents whose bytes may go."""
    Unit.objects.select_for_update().get(pk=ward.pk)  # two at once would number alike and destroy twice
    term = term_of(ward, key)
    listed = term.due(ward, at).count()
    if promised is not None and 0 < listed != promised:
        raise NumbersChanged(promised, listed)
    rows = term.kind.hold(term.due(ward, at), at)
    if term.days is None or not rows:
        raise NothingDue
    items = [term.kind.label(row) for row in rows]
    for start in range(0, len(rows), BATCH):
        items += [line for line in term.kind.with_them(rows[start : start + BATCH]) if line not in items[len(rows) :]]
    contents: list[str] = []
    for start in range(0, len(rows), BATCH):
        contents += term.kind.destroy(rows[start : start + BATCH], at)
    last = DeletionRecord.objects.filter(ward=ward).aggregate(last=Max("number"))["last"] or 0
    record = DeletionRecord.objects.create(
        ward=ward, number=last + 1, data_class=key, term_days=term.days, decided_on=term.decided_on,
        due_before=cut_off(term.days, at), count=len(rows), items=items, destroyed_by=by, destroyed_at=at,
    )  # fmt: skip
    for proposal in RetentionProposal.objects.filter(ward=ward):
        proposal.counts.pop(key, None)
        proposal.save(update_fields=["counts"])
    detail = {"class": key, "count": len(rows), "number": record.number, "term_days": term.days}
    audit.record(
        action="privacy.destroy", actor=by or "apply_retention", obj=record, ward_id=ward.pk, detail=detail, at=at
    )
    return record, contents


@transaction.atomic
def set_hold(*, directive: Directive, reason: str, by: User, at: datetime) -> Hold | None:
    """Hold the papers of a directive, or with an empty reason let go of them. Recorded as `privacy.hold`."""
    Hold.objects.filter(directive=directive).delete()
    hold = Hold.objects.create(directive=directive, reason=reason, placed_by=by, placed_at=at) if reason else None
    audit.record(action="privacy.hold", actor=by, obj=directive, detail={"held": bool(reason), "reason": reason}, at=at)
    return hold
