"""Taking back what was handed in, before anybody reviewed it: the receipt stays readable and says so.

Not here: who may (`rules.py`), decisions of reviewers (`reviewing.py`), handing in again (`submitting.py`).
"""

from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import ObligationState
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Obligation, SpanKind
from directives.spans import keep_span
from submissions.choices import Verdict
from submissions.errors import NotWithdrawable, StaleVersion
from submissions.models import Decision, Submission, SubmissionVersion
from units.models import User


@transaction.atomic
def withdraw(*, version: SubmissionVersion, reason: str, by: User, at: datetime) -> Decision:
    """Rút: this round's versions count as never handed in, and the obligation stands as it stood before the round.

    Before the first review that is PENDING; after a return it is RETURNED with the same fix-by instant. Lateness then
    goes by what is handed in next. A voluntary answer stays waived. Recorded as `submission.withdraw`. Raises
    StaleVersion when a newer one came in, NotWithdrawable when it was decided on, or nothing waits.
    """
    obligation_pk = Submission.objects.values_list("obligation_id", flat=True).get(pk=version.submission_id)
    obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation_pk)
    submission = Submission.objects.select_related("current").get(pk=version.submission_id)
    newest = submission.current
    if newest is None or newest.pk != version.pk:
        raise StaleVersion(newest.number if newest else 0)
    _assert_waits(obligation, newest)
    decision = _close_round(submission, reason=reason.strip(), by=by, at=at)
    _stand_as_before(obligation, submission, at)
    Submission.objects.filter(pk=submission.pk).update(
        claimed_by=None, claimed_until=None, flagged_by=None, flagged_at=None
    )
    audit.record(
        action="submission.withdraw",
        actor=by,
        obj=submission,
        ward_id=obligation.ward_id,
        detail={"version": newest.number, "obligation": obligation.pk, "reason": reason.strip()},
        at=at,
    )
    return decision


def _assert_waits(obligation: Obligation, newest: SubmissionVersion) -> None:
    """The newest version waits for a first look: undecided, not yet forwarded."""
    decision = Decision.objects.filter(version=newest).first()
    if decision is not None:
        raise NotWithdrawable(decision.get_verdict_display())
    if obligation.state not in (ObligationState.SUBMITTED, ObligationState.WAIVED):
        raise NotWithdrawable(obligation.get_state_display())


def _close_round(submission: Submission, *, reason: str, by: User, at: datetime) -> Decision:
    """Every undecided version since the last return gets its decision; that of the newest is answered."""
    versions = submission.versions.order_by("number")
    returned = versions.filter(decision__verdict=Verdict.RETURN).values_list("number", flat=True).last() or 0
    made = [
        Decision.objects.create(version=one, verdict=Verdict.WITHDRAWN, reason=reason, decided_by=by, decided_at=at)
        for one in versions.filter(decision=None, number__gt=returned)
    ]
    return made[-1]


def _stand_as_before(obligation: Obligation, submission: Submission, at: datetime) -> None:
    """State and instants by the versions that still stand."""
    standing = submission.versions.standing()
    counted, last = standing.by_what_counts().first(), standing.order_by("-number").first()
    if obligation.state != ObligationState.WAIVED:
        before = ObligationState.RETURNED if last is not None else ObligationState.PENDING
        assert_can_move(OBLIGATION_MOVES, obligation.state, before)
        if before == ObligationState.PENDING:
            keep_span(obligation, SpanKind.HANDED_IN, since=obligation.first_submitted_at, until=at)
        obligation.state = before
    obligation.first_submitted_at = counted.received_at if counted else None
    obligation.submitted_at = last.received_at if last else None
    obligation.decided_at = at  # figures of an earlier instant are rebuilt from the versions
    obligation.full_clean(validate_unique=False, validate_constraints=False)
    obligation.save()
