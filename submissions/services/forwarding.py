"""The first step of the two-step route: the unit's secretary passes members' papers on to the office, one or many.

What he does not pass on he returns with a reason (`reviewing.return_for_revision`). Where nobody passes on (no secretary,
a long absence), the office does it in the unit's place, with a reason that the unit reads. The deadline counts from the
member's own receipt; when the unit passed it on is kept beside it. Not here: who may (`rules.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from audit import services as audit
from directives.choices import ObligationState
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Obligation, Requirement
from outbox.services import NoticeDraft, notify
from submissions.choices import VIEWABLE_STATES
from submissions.errors import NothingToForward, NotViewable
from submissions.models import Submission, SubmissionVersion, SubmittedFile
from units.choices import Role
from units.models import RoleGrant, Unit, User
from vietnamese.dates import format_date, format_time, local_day


@transaction.atomic
def forward(
    *,
    submissions: Sequence[Submission],
    versions: Sequence[int],
    unit: Unit,
    requirement: Requirement,
    by: User,
    at: datetime,
    instead: str = "",
) -> int:
    """Chuyển: the `versions` (ids, as they were on the page) of these submissions go to the office; returns how many.

    `instead`: why the office does it in the unit's place; the unit's secretaries get a notice then.
    All or nothing. Recorded once as `submission.forward`. Raises NothingToForward when one of them was replaced,
    returned or passed on meanwhile, NotViewable when a file has not passed its check.
    """
    found = _locked(submissions)
    waiting = {one.current_id: one for one in found if one.obligation.state == ObligationState.SUBMITTED}
    gone = [pk for pk in versions if pk not in waiting]
    if gone or not versions:
        raise _nothing(gone, unit, requirement, others_wait=len(gone) < len(versions))
    files = SubmittedFile.objects.filter(version__in=versions)
    if files.exclude(blob__inspection__state__in=VIEWABLE_STATES).exists():
        raise NotViewable
    obligations = [waiting[pk].obligation for pk in versions]
    for obligation in obligations:
        assert_can_move(OBLIGATION_MOVES, obligation.state, ObligationState.FORWARDED)
    Obligation.objects.filter(pk__in=[one.pk for one in obligations]).update(state=ObligationState.FORWARDED)
    SubmissionVersion.objects.filter(pk__in=versions).update(
        forwarded_at=at, forwarded_by=by, forwarded_instead=instead
    )
    told = {"instead_of_unit": True, "reason": instead} if instead else {}
    audit.record(
        action="submission.forward",
        actor=by,
        obj=requirement,
        ward_id=unit.ward_id,
        detail={"unit": unit.pk, "versions": list(versions), "obligations": [one.pk for one in obligations]} | told,
        at=at,
    )
    if instead:
        _tell_secretaries(obligations, versions, requirement, instead, at)
    return len(obligations)


def _nothing(gone: Sequence[int], unit: Unit, requirement: Requirement, *, others_wait: bool) -> NothingToForward:
    """Why nothing was passed on; that all of it was passed on before (a second click) is said as such."""
    passed = SubmissionVersion.objects.filter(
        pk__in=gone, forwarded_at__isnull=False, submission__obligation__requirement=requirement,
        submission__obligation__unit__path__startswith=unit.path,
    )  # fmt: skip
    instants = list(passed.order_by("forwarded_at").values_list("forwarded_at", flat=True))
    if not instants or others_wait:
        return NothingToForward(len(gone))
    last = instants[-1]
    when = f"lúc {format_time(last)} ngày {format_date(local_day(last))}"
    return NothingToForward(len(gone), passed=len(instants), when=when)


def _tell_secretaries(
    obligations: Sequence[Obligation], versions: Sequence[int], requirement: Requirement, reason: str, at: datetime
) -> None:
    """One notice a unit and secretary: what was passed on without him, and why."""
    held = Counter(one.unit_id for one in obligations)
    grants = RoleGrant.objects.active(local_day(at)).of_role(Role.SECRETARY).filter(unit__in=held)
    drafts = [
        NoticeDraft(
            grant.user_id,
            "submission.forwarded_instead",
            f"Ban Xây dựng Đảng chuyển thay chi bộ {held[grant.unit_id]} bài {requirement.title}",
            f"forwarded-instead:{min(versions)}:{grant.unit_id}",
            f"Lý do: {reason}",
            reverse("directives:unit_part", args=[requirement.pk, grant.unit_id]),
        )
        for grant in grants
    ]
    notify(drafts=drafts, at=at)


def _locked(submissions: Sequence[Submission]) -> list[Submission]:
    """The submissions as they stand under the lock of their obligations, taken in one order."""
    ids = [one.obligation_id for one in submissions]
    list(Obligation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    return list(Submission.objects.filter(obligation__in=ids).select_related("obligation", "current__decision"))
