"""Selections over acknowledgements: who has opened a paper, who confirmed, who has not.

Not here: permission predicates (`rules.py`), changes (`services.acknowledging`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q

from directives.choices import DirectiveState
from units.querysets import found_by, under_any
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import User


class AcknowledgementQuerySet(models.QuerySet):
    """Acknowledgements."""

    def visible_to(self, user: User) -> Self:
        """Of the units this account may see; twin of `directives.view_acknowledgement`."""
        return self.filter(scope_of(user).unit_q("unit__"))

    def answered_by(self, user: User) -> Self:
        """Of the units this account is secretary of, and those below them."""
        return self.filter(under_any(scope_of(user).secretary_paths, "unit__"))

    def in_force(self, at: datetime) -> Self:
        """Asked by `at`, of a paper that runs, of a unit that exists on that day."""
        day = local_day(at)
        return self.filter(
            Q(unit__closed_on=None) | Q(unit__closed_on__gt=day),
            asked_at__lte=at,
            directive__state=DirectiveState.ISSUED,
        )

    def not_acknowledged(self, at: datetime) -> Self:
        """Who has not confirmed, as of now: the one definition of "chưa xác nhận". Opening alone is not confirming."""
        return self.in_force(at).filter(received_at=None)

    def narrowed(self, wanted: dict[str, Any]) -> Self:
        """By `van_ban` (id of the paper), `khoi` (block), `q` (the unit or the paper, blind to accents); empty ones
        do not narrow.
        """
        found = self
        if wanted.get("van_ban"):
            found = found.filter(directive=wanted["van_ban"])
        if wanted.get("khoi"):
            found = found.filter(unit__block=wanted["khoi"])
        if wanted.get("q"):
            found = found.filter(found_by(wanted["q"], "unit__folded", "directive__folded"))
        return found

    def in_stage(self, stage: str) -> Self:
        """`chua`: not confirmed; `chua-xem`: not even opened; `da-xem`: opened, not confirmed; `da-nhan`; else all."""
        conditions = {
            "chua": Q(received_at=None),
            "chua-xem": Q(seen_at=None),
            "da-xem": Q(seen_at__isnull=False, received_at=None),
            "da-nhan": Q(received_at__isnull=False),
        }
        return self.filter(conditions.get(stage, Q()))

    def counted(self) -> dict[str, int]:
        """How many in all, opened, confirmed; and those not opened, opened without confirming. One query."""
        found = self.order_by().aggregate(
            total=Count("pk"),
            received=Count("pk", filter=Q(received_at__isnull=False)),
            only_seen=Count("pk", filter=Q(seen_at__isnull=False, received_at=None)),
        )
        return found | {
            "waiting": found["total"] - found["received"],
            "unopened": found["total"] - found["received"] - found["only_seen"],
        }
