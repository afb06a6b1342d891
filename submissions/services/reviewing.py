"""Deciding on what was handed in: accept, return with a reason and a fix-by instant, claim, mark.

A decision names the version it judged and is refused when a newer one came in. Accepting is for good.
Not here: who may decide (`rules.py`), pages and keys (views).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from directives.choices import ObligationState
from directives.granted import grace_end
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Obligation
from submissions.choices import VIEWABLE_STATES, Verdict
from submissions.errors import AlreadyDecided, Claimed, NotForwarded, NotViewable, ReturnIncomplete, StaleVersion
from submissions.models import Decision, Submission, SubmissionVersion
from units.models import Unit, User

CLAIM = timedelta(minutes=5)
"""How long an opened file is kept from other reviewers; renewed whenever it is opened again."""


@transaction.atomic
def accept(*, version: SubmissionVersion, decided_by: User, at: datetime) -> Decision:
    """Duyệt: the obligation becomes ACCEPTED (a voluntary one stays waived). Recorded as `submission.accept`.

    Raises StaleVersion, AlreadyDecided, Claimed (somebody else has it open), NotViewable, and NotForwarded while the
    unit has not passed it on.
    """
    version, obligation = _locked_for_decision(version, decided_by, at)
    if obligation.goes_by_unit and version.forwarded_at is None:
        raise NotForwarded
    decision = Decision.objects.create(version=version, verdict=Verdict.ACCEPT, decided_by=decided_by, decided_at=at)
    _close_round(version, obligation, ObligationState.ACCEPTED, at=at, fix_by=None)
    audit.record(
        action="submission.accept",
        actor=decided_by,
        obj=version.submission,
        ward_id=obligation.ward_id,
        detail={"version": version.number, "obligation": obligation.pk},
        at=at,
    )
    return decision


@transaction.atomic
def return_for_revision(
    *, version: SubmissionVersion, reason: str, fix_by: datetime, decided_by: User, at: datetime
) -> Decision:
    """Trả lại with a reason in the office's words and an exclusive fix-by instant. Recorded as `submission.return`.

    What came in time and is corrected before `fix_by` stays in time. Raises ReturnIncomplete (no reason, `fix_by` not
    after `at`), StaleVersion, AlreadyDecided, Claimed, NotViewable.
    """
    if not reason.strip():
        raise ReturnIncomplete("Hãy chọn hoặc viết lý do trả lại để người nộp biết cần sửa gì.")
    if fix_by <= at:
        raise ReturnIncomplete("Hạn sửa đã qua. Hãy chọn một ngày từ hôm nay trở đi.")
    version, obligation = _locked_for_decision(version, decided_by, at)
    decision = Decision.objects.create(
        version=version,
        verdict=Verdict.RETURN,
        reason=reason.strip(),
        fix_by=fix_by,
        decided_by=decided_by,
        decided_at=at,
    )
    _close_round(version, obligation, ObligationState.RETURNED, at=at, fix_by=fix_by)
    audit.record(
        action="submission.return",
        actor=decided_by,
        obj=version.submission,
        ward_id=obligation.ward_id,
        detail={"version": version.number, "obligation": obligation.pk, "reason": decision.reason, "fix_by": fix_by},
        at=at,
    )
    return decision


@transaction.atomic
def claim(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Keep a submission for one reviewer for five minutes from `at`; one's own claim is renewed.

    Not recorded: it changes nothing. Raises Claimed with the name of whoever holds it.
    """
    free = Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_until=None) | Q(claimed_until__lte=at)
    taken = Submission.objects.filter(free, pk=submission.pk).update(claimed_by=by, claimed_until=at + CLAIM)
    current = Submission.objects.select_related("claimed_by").get(pk=submission.pk)
    if not taken and current.claimed_by is not None and current.claimed_until is not None:
        raise Claimed(str(current.claimed_by), current.claimed_until)
    return current


@transaction.atomic
def take_over(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Nhận xem thay: the paper changes hands, and whoever had it open can no longer decide on it unseen.

    Recorded as `submission.take_over` with the name of the one it was taken from; nothing is recorded, and it is a
    plain claim, when nobody else holds it.
    """
    held = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("claimed_by", "obligation")
        .get(pk=submission.pk)
    )
    before = held.claimed_by if held.claimed_until is not None and held.claimed_until > at else None
    held.claimed_by, held.claimed_until = by, at + CLAIM
    held.save(update_fields=["claimed_by", "claimed_until"])
    if before not in (None, by):
        audit.record(
            action="submission.take_over",
            actor=by,
            obj=held,
            ward_id=held.obligation.ward_id,
            detail={"from": str(before)},
            at=at,
        )
    return held


@transaction.atomic
def set_flag(*, submission: Submission, by: User, at: datetime, is_on: bool) -> Submission:
    """Mark to look at again, or unmark. No decision, not recorded: a slip of paper between colleagues."""
    submission.flagged_by, submission.flagged_at = (by, at) if is_on else (None, None)
    submission.save(update_fields=["flagged_by", "flagged_at"])
    return submission


def proposed_fix_by(*, ward: Unit, at: datetime, due_at: datetime | None = None) -> datetime:
    """The fix-by instant the office grants by default: its grace in working days, counted from the day after `at`.

    Never before `due_at`, the deadline itself: until then a correction is in time anyway.
    """
    return max(filter(None, (grace_end(ward=ward, at=at), due_at)))


def _locked_for_decision(version: SubmissionVersion, by: User, at: datetime) -> tuple[SubmissionVersion, Obligation]:
    """The version and its obligation, locked: newest, undecided, not open before another, every file seen by the check."""
    obligation_pk = Submission.objects.values_list("obligation_id", flat=True).get(pk=version.submission_id)
    locking = Obligation.objects.select_for_update(of=("self",)).select_related("requirement")
    obligation = locking.get(pk=obligation_pk)
    current = SubmissionVersion.objects.select_related(
        "submission__current", "submission__claimed_by", "decision__decided_by"
    ).get(pk=version.pk)
    newest = current.submission.current
    if newest is None or newest.pk != current.pk:
        raise StaleVersion(newest.number if newest else 0)
    decision = getattr(current, "decision", None)
    if decision is not None:
        raise AlreadyDecided(str(decision.decided_by or "Máy kiểm tra"), decision.get_verdict_display().lower())
    held = current.submission
    if held.claimed_by not in (None, by) and held.claimed_until is not None and held.claimed_until > at:
        raise Claimed(str(held.claimed_by), held.claimed_until)
    if current.files.exclude(blob__inspection__state__in=VIEWABLE_STATES).exists():
        raise NotViewable
    return current, obligation


def _close_round(
    version: SubmissionVersion, obligation: Obligation, state: str, *, at: datetime, fix_by: datetime | None
) -> None:
    if obligation.state != ObligationState.WAIVED:
        assert_can_move(OBLIGATION_MOVES, obligation.state, state)
        obligation.state = state
    obligation.decided_at = at
    obligation.fix_by = fix_by
    obligation.full_clean(validate_unique=False, validate_constraints=False)
    obligation.save()
    Submission.objects.filter(pk=version.submission_id).update(
        claimed_by=None, claimed_until=None, flagged_by=None, flagged_at=None
    )
