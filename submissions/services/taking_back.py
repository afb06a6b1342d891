"""Thu hồi tiếp nhận: an acceptance is taken back, and the same version waits for a decision again.

By the key of the deck right after it, silently; later with a reason, which its sender reads.
Not here: accepting (`reviewing.py`), the sender's own taking back (`withdrawing.py`), who may (`rules.py`).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from audit import services as audit
from directives.choices import DirectiveState, ObligationState
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Directive, Obligation, SpanKind
from directives.spans import keep_span
from outbox.services import NoticeDraft, notify
from submissions.acceptance_ties import what_holds
from submissions.choices import Verdict
from submissions.errors import AcceptanceGone, AcceptanceHeld, NoReason, StaleVersion, UndoOver
from submissions.models import Decision, Submission, SubmissionVersion, TakenBackAcceptance
from units.models import User
from vietnamese.dates import format_date, format_time, local_day

UNDO_FOR = timedelta(minutes=10)
"""How long whoever accepted may undo it by one key; exclusive."""
UNDONE = "Hoàn tác ngay sau khi duyệt"


@transaction.atomic
def undo_acceptance(*, submission: Submission, decision: int, by: User, at: datetime) -> SubmissionVersion:
    """Hoàn tác: one's own acceptance of the last minutes never was; nobody is told.

    Raises UndoOver (somebody else's, or too long ago), and what `take_back_acceptance` raises.
    """
    own = _acceptances(submission).filter(pk=decision).first()
    if own is None:
        raise AcceptanceGone
    if own.decided_by_id != by.pk or at - own.decided_at >= UNDO_FOR:
        raise UndoOver
    version, _ = _take_back(submission, decision, reason=UNDONE, by=by, at=at)
    return version


@transaction.atomic
def take_back_acceptance(
    *, submission: Submission, decision: int, reason: str, by: User, at: datetime
) -> SubmissionVersion:
    """Thu hồi: the accepted version waits again, as it did before; what was true meanwhile stays true of the past.

    `decision`: id of the acceptance that was on the page. The obligation goes back to SUBMITTED, on the two-step route to
    FORWARDED; a voluntary answer stays waived. The sender and the member read the reason in a notice. Recorded as
    `submission.take_back`. Raises NoReason, AcceptanceGone when it was taken back meanwhile, StaleVersion when a newer
    version came, AcceptanceHeld when something stands on it.
    """
    if not reason.strip():
        raise NoReason
    version, accepted = _take_back(submission, decision, reason=reason.strip(), by=by, at=at)
    _tell(version, accepted, by=by, at=at)
    return version


def hold_of(version: SubmissionVersion) -> str:
    """Why the acceptance of this version may not be taken back; "" while it may. Asked again under the locks."""
    if version.submission.obligation.requirement.directive.state == DirectiveState.REVOKED:
        return "Văn bản đã thu hồi, không còn gì để duyệt lại."
    if version.files.filter(blob__destroyed_at__isnull=False).exists():
        return "Tệp của bài đã hủy theo thời hạn lưu trữ nên không xem lại được; quyết định tiếp nhận giữ nguyên."
    return what_holds(version)


def what_became(submission: Submission, reader: User) -> str:
    """For whoever comes too late to take an acceptance back: who took it back, when and why, and how the paper stands now.

    "" when none was taken back and no newer version followed an accepted one: there is nothing to tell.
    """
    taken = TakenBackAcceptance.objects.filter(version__submission=submission).select_related("version")
    last = taken.select_related("taken_back_by").order_by("-taken_back_at", "-pk").first()
    current = submission.current
    said = []
    if last is not None:
        who = "Đồng chí" if last.taken_back_by_id == reader.pk else last.taken_back_by.full_name
        reason = last.reason.rstrip(" .")
        said.append(f"{who} đã thu hồi tiếp nhận bài này {_when(last.taken_back_at)}. Lý do: {reason}.")
    elif current is None or not _acceptances(submission).exclude(version=current).exists():
        return ""
    decision = getattr(current, "decision", None)
    if current is not None and current.number > (last.version.number if last else 1):
        said.append(f"Người nộp đã gửi lần {current.number} {_when(current.received_at)}.")
    if decision is None:
        said.append("Bài đang chờ duyệt.")
    else:
        said.append(f"Nay bài ở trạng thái “{decision.get_verdict_display()}”, từ {_when(decision.decided_at)}.")
    return " ".join(said)


def _when(instant: datetime) -> str:
    return f"lúc {format_time(instant)} ngày {format_date(local_day(instant))}"


def _take_back(
    submission: Submission, decision: int, *, reason: str, by: User, at: datetime
) -> tuple[SubmissionVersion, TakenBackAcceptance]:
    accepted, version = _locked(submission, decision)
    if said := hold_of(version):
        raise AcceptanceHeld(said)
    obligation = version.submission.obligation
    kept = TakenBackAcceptance.objects.create(
        version=version,
        accepted_by=accepted.decided_by,
        accepted_at=accepted.decided_at,
        reason=reason,
        taken_back_by=by,
        taken_back_at=at,
    )
    accepted.delete()
    _stand_as_before(obligation, version, since=kept.accepted_at, at=at)
    audit.record(
        action="submission.take_back",
        actor=by,
        obj=version.submission,
        ward_id=obligation.ward_id,
        detail={
            "version": version.number,
            "obligation": obligation.pk,
            "reason": reason,
            "from": str(kept.accepted_by or ""),
        },
        at=at,
    )
    return version, kept


def _acceptances(submission: Submission) -> QuerySet[Decision]:
    return Decision.objects.filter(version__submission=submission, verdict=Verdict.ACCEPT)


def _locked(submission: Submission, decision: int) -> tuple[Decision, SubmissionVersion]:
    """The acceptance as it stands under the locks of its directive (bundles take that too) and its obligation."""
    directives = Directive.objects.filter(requirements__obligations=submission.obligation_id)
    directives.select_for_update(of=("self",), no_key=True).get()
    obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=submission.obligation_id)
    found = _acceptances(submission).filter(pk=decision, version=F("version__submission__current"))
    accepted = found.select_related("decided_by", "version__submission", "version__deposit").first()
    if accepted is None:
        if _acceptances(submission).filter(pk=decision).exists():  # a voluntary answer is followed by a newer one
            raise StaleVersion(submission.versions.count())
        raise AcceptanceGone
    version = accepted.version
    version.submission.obligation = obligation
    return accepted, version


def _stand_as_before(obligation: Obligation, version: SubmissionVersion, *, since: datetime, at: datetime) -> None:
    """Waiting again, with the fix-by instant of the round before; that it was accepted from `since` until `at` is kept."""
    if obligation.state != ObligationState.WAIVED:
        before = ObligationState.FORWARDED if version.forwarded_at is not None else ObligationState.SUBMITTED
        assert_can_move(OBLIGATION_MOVES, obligation.state, before)
        keep_span(obligation, SpanKind.ACCEPTED, since=since, until=at)
        obligation.state = before
    obligation.decided_at = at  # figures of an earlier instant are rebuilt from the versions and that span
    obligation.fix_by = _fix_by_before(obligation, version)
    obligation.full_clean(validate_unique=False, validate_constraints=False)
    obligation.save()
    Submission.objects.filter(pk=version.submission_id).update(claimed_by=None, claimed_until=None)


def _fix_by_before(obligation: Obligation, version: SubmissionVersion) -> datetime | None:
    """The fix-by instant (exclusive) of the round before, as it stood when that was corrected: an extension or a refusal
    by the check may have moved it after the return; None when nothing was returned.
    """
    returned = Decision.objects.filter(version__submission=version.submission_id, verdict=Verdict.RETURN)
    last = returned.order_by("version__number").last()
    if last is None:
        return None
    spans = obligation.spans.filter(kind=SpanKind.RETURNED, since__gte=last.decided_at).order_by("until", "pk")
    return spans.values_list("fix_by", flat=True).last() or last.fix_by


def _tell(version: SubmissionVersion, kept: TakenBackAcceptance, *, by: User, at: datetime) -> None:
    """One notice to each account that saw it accepted: who handed it in, and whose it is."""
    obligation = version.submission.obligation
    accounts = set(User.objects.filter(member__isnull=False, member=obligation.member_id).values_list("pk", flat=True))
    accounts |= {version.deposit.submitted_by_id} - {None}
    notify(
        drafts=[
            NoticeDraft(
                user,
                "submission.taken_back",
                f"Ban Xây dựng Đảng xem lại bài đã tiếp nhận: {obligation.title}",
                f"taken-back:{kept.pk}",
                f"Của {obligation.member or obligation.unit}. Lý do: {kept.reason}. Chưa cần nộp lại gì.",
                reverse("directives:obligation", args=[obligation.pk]),
            )
            for user in sorted(accounts - {by.pk})
        ],
        at=at,
    )
