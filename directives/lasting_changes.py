"""What an issued directive changed elsewhere and revoking it alone leaves as it is: deadlines moved, requirements withdrawn.

Revoking by itself ends the paper's own requirements only: whoever worked by a changed deadline was told so, and what was
withdrawn counts as withdrawn from that instant on. Whoever revokes may have it put back in the same act. Reads only.
Not here: revoking (`services.ending`), what would be put back (`putting_back.py`), what a draft would change (`services.amend_preview`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from directives.choices import AmendAction, ObligationState, WaiverReason
from directives.models import Amendment, Directive, Extension, Obligation


@dataclass(frozen=True, slots=True)
class LastingChange:
    """One requirement of an earlier directive as the paper left it."""

    amendment: Amendment
    count: int
    """Obligations whose deadline it moved, those carried along among them; of a withdrawal: waived as withdrawn by now."""
    later: Directive | None = None
    """A later paper that changed the requirement again: its word holds."""

    @property
    def withdraws(self) -> bool:
        """The requirement was withdrawn."""
        return self.amendment.action == AmendAction.WITHDRAW


def lasting_changes(directive: Directive) -> list[LastingChange]:
    """What the directive changed in earlier ones and was not put back, by paper and requirement; empty for a draft. Four
    queries at most."""
    applied = directive.amendments.filter(undone_at=None).exclude(applied_at=None)
    applied = applied.select_related("directive", "requirement__directive__ward", "requirement__anchor", "old_anchor")
    amendments = list(applied.order_by("requirement__directive", "requirement__order"))
    if not amendments:
        return []
    keys = {one.requirement_id for one in amendments}
    moved = Extension.objects.filter(amendment__in=amendments).order_by().values("amendment")
    counts = dict(moved.annotate(n=Count("obligation", distinct=True)).values_list("amendment", "n"))
    withdrawn = Obligation.objects.filter(
        requirement__in=keys, state=ObligationState.WAIVED, waiver_reason=WaiverReason.WITHDRAWN
    )
    waived = dict(withdrawn.order_by().values("requirement").annotate(n=Count("pk")).values_list("requirement", "n"))
    history = Amendment.objects.filter(requirement__in=keys, undone_at=None).exclude(applied_at=None)
    history = history.select_related("directive")
    last = {one.requirement_id: one for one in history.order_by("applied_at", "pk")}
    return [
        LastingChange(
            one,
            waived.get(one.requirement_id, 0) if one.action == AmendAction.WITHDRAW else counts.get(one.pk, 0),
            last[one.requirement_id].directive if last[one.requirement_id].pk != one.pk else None,
        )
        for one in amendments
    ]
