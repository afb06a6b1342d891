"""Where a duty stands by what was handed in for it, when it is owed again after a waiver.

While it was waived papers came in voluntarily and were decided on; from then on they are its answer.
Not here: taking them (`services.submitting`), lifting a waiver (app directives, which asks through
`settings.STANDING_ANSWERS`).
"""

from __future__ import annotations

from collections.abc import Sequence

from directives.choices import ObligationState
from submissions.choices import Verdict
from submissions.models import SubmissionVersion

_AFTER = {Verdict.ACCEPT: ObligationState.ACCEPTED, Verdict.RETURN: ObligationState.RETURNED}


def states_of(obligations: Sequence[int]) -> dict[int, str]:
    """Obligation id → the state its newest standing version gives it; those without such a version are left out. One query."""
    versions = SubmissionVersion.objects.standing().filter(submission__obligation__in=obligations)
    rows = versions.order_by("number").values_list("submission__obligation", "decision__verdict", "forwarded_at")
    found: dict[int, str] = {}
    for obligation, verdict, forwarded_at in rows:  # a later version replaces an earlier one
        waits = ObligationState.FORWARDED if forwarded_at is not None else ObligationState.SUBMITTED
        found[obligation] = _AFTER.get(verdict, waits)
    return found
