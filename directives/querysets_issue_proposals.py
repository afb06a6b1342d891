"""Selections over proposals that a draft be issued.

Not here: permission predicates (`rules.py`), changes (`services.issue_proposals`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from directives.choices import IssueProposalState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


class IssueProposalQuerySet(models.QuerySet):
    """Proposals to issue."""

    def visible_to(self, user: User) -> Self:
        """Of the wards this account works for (ADMIN, OFFICE); twin of `directives.view_issueproposal`."""
        return self.filter(under_any(scope_of(user).staff_paths, "directive__ward__"))

    def answerable_by(self, user: User) -> Self:
        """Of the wards this account issues for (ADMIN)."""
        return self.filter(under_any(scope_of(user).admin_paths, "directive__ward__"))

    def waiting(self) -> Self:
        """Not answered yet; whoever proposed first comes first."""
        return self.filter(state=IssueProposalState.WAITING)

    def answered(self) -> Self:
        """Issued, sent back or taken back, the latest first."""
        return self.exclude(state=IssueProposalState.WAITING).order_by("-answered_at", "-pk")

    def with_story(self) -> Self:
        """With what a line says of each."""
        return self.select_related("directive", "proposed_by", "answered_by")
