"""Nộp thay of a list of duties: whose papers another handed in, in the order of the names.

Not here: when it counts as on behalf (`services.submitting`), the words (`who.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from submissions.models import Submission
from submissions.querysets import SubmissionQuerySet

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet


def handed_in_for_others(obligations: ObligationQuerySet) -> SubmissionQuerySet:
    """Submissions of these duties whose newest version another handed in for the member."""
    found = Submission.objects.filter(obligation__in=obligations.order_by().values("pk"), current__on_behalf=True)
    return found.with_party().order_by("obligation__member__sort_key", "pk")
