"""A directive ends: closed (kết thúc), revoked (thu hồi), reopened; the instant at which a requirement takes nothing more.

Not here: withdrawing single requirements (`amending.py`), the door that refuses what comes too late (app submissions).
"""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from audit import services as audit
from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove
from directives.lifecycle import DIRECTIVE_MOVES, OBLIGATION_MOVES, assert_can_move
from directives.models import ClosedSpan, Directive, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.services.notices import note_released
from directives.services.restoring import put_back_changes
from directives.services.secret_papers import refuse_stamped
from units.models import User
from vietnamese.dates import format_date, format_time, local_day


@transaction.atomic
def close_directive(*, directive: Directive, reason: str, by: User | None, at: datetime) -> Directive:
    """Kết thúc: nothing is taken or reminded any more; what is still open stays as it is and can be found.

    Recorded as `directive.close`. Raises DeadlineRefused without a reason while work is open, IllegalMove.
    """
    directive = _locked(directive)
    assert_can_move(DIRECTIVE_MOVES, directive.state, DirectiveState.CLOSED)
    left = _open(directive).count()
    if left and not reason.strip():
        raise DeadlineRefused(f"Còn {left} việc chưa xong. Ghi lý do kết thúc, lý do được lưu trong lịch sử.")
    _end(directive, DirectiveState.CLOSED, reason, at)
    audit.record(
        action="directive.close",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"reason": directive.end_reason, "left": left},
        at=at,
    )
    return directive


@transaction.atomic
def reopen_directive(*, directive: Directive, reason: str, by: User | None, at: datetime) -> Directive:
    """A closed directive runs again: what was open is owed again under its old deadline.

    Recorded as `directive.reopen`. Raises DeadlineRefused without a reason, IllegalMove unless it is closed.
    """
    directive = _locked(directive)
    if directive.state != DirectiveState.CLOSED:
        raise IllegalMove(f"Văn bản đang ở trạng thái “{directive.get_state_display()}” nên không mở lại được.")
    assert_can_move(DIRECTIVE_MOVES, directive.state, DirectiveState.ISSUED)
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do mở lại, lý do được lưu trong lịch sử.")
    ClosedSpan.objects.create(directive=directive, since=directive.ended_at or at, until=at)
    directive.state, directive.ended_at, directive.end_reason = DirectiveState.ISSUED, None, ""
    directive.full_clean(exclude={"created_by"})
    directive.save()
    audit.record(
        action="directive.reopen",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"reason": reason.strip()},
        at=at,
    )
    return directive


@transaction.atomic
def revoke_directive(
    *,
    directive: Directive,
    revoked_by: Directive | None,
    revoking_paper: str,
    reason: str,
    puts_back: bool = False,
    late_until: datetime | None = None,
    by: User | None,
    at: datetime,
) -> tuple[Directive, int]:
    """Thu hồi: open work is waived as withdrawn, what was handed in stays to be read; nothing is reminded any more.

    The revoking paper is one of the register (`revoked_by`: issued, of the same ward) or cited (`revoking_paper`).
    What the directive changed in earlier ones stays, unless `puts_back` (`restoring.py`, with `late_until`). Returns the
    directive and how many obligations of earlier ones were put back. Recorded as `directive.revoke`. Raises
    DeadlineRefused without reason or paper, IllegalMove, SecretMarked.
    """
    directive = _locked(directive)
    assert_can_move(DIRECTIVE_MOVES, directive.state, DirectiveState.REVOKED)
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do thu hồi, lý do được lưu trong lịch sử.")
    if revoked_by is None and not revoking_paper.strip():
        raise DeadlineRefused("Chọn văn bản thu hồi trong sổ, hoặc ghi số, ký hiệu và ngày của văn bản ấy.")
    _refuse_paper(directive, revoked_by)
    refuse_stamped(revoking_paper, reason)
    directive.revoked_by, directive.revoking_paper = revoked_by, "" if revoked_by else revoking_paper.strip()
    _end(directive, DirectiveState.REVOKED, reason, at)
    waived = _waive_open(directive, note=f"Thu hồi theo {revoking_words(directive)}"[:255], at=at)
    back = 0
    if puts_back:
        words = f"{directive.reference} đã thu hồi theo {revoking_words(directive)}"
        back = put_back_changes(directive=directive, late_until=late_until, words=words, by=by, at=at)
    audit.record(
        action="directive.revoke",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"reason": directive.end_reason, "decision": revoking_words(directive), "waived": waived, "back": back},
        at=at,
    )
    return directive, back


@transaction.atomic
def set_closing(*, requirement: Requirement, closes_at: datetime | None, by: User | None, at: datetime) -> Requirement:
    """The instant (exclusive) from which the requirement takes nothing without an extension; None: it stays open.

    Recorded as `requirement.set_closing`. Raises DeadlineRefused when it lies before the deadline or is over,
    IllegalMove when the directive does not run.
    """
    requirement = Requirement.objects.select_for_update(of=("self",)).select_related("directive").get(pk=requirement.pk)
    if requirement.directive.state != DirectiveState.ISSUED or requirement.withdrawn_at is not None:
        raise IllegalMove("Yêu cầu này không còn hiệu lực nên không đặt giờ đóng nhận bài được.")
    refuse_closing(closes_at, requirement.due_at)
    if closes_at is not None and closes_at <= at:
        raise DeadlineRefused("Giờ đóng nhận bài đã qua. Muốn thôi nhận ngay thì kết thúc văn bản.")
    old, requirement.closes_at = requirement.closes_at, closes_at
    requirement.save(update_fields=["closes_at"])
    audit.record(
        action="requirement.set_closing",
        actor=by,
        obj=requirement,
        ward_id=requirement.directive.ward_id,
        detail={"old": old, "new": closes_at},
        at=at,
    )
    return requirement


def refuse_closing(closes_at: datetime | None, due_at: datetime | None) -> None:
    """Raises DeadlineRefused when the door would shut before the deadline (both exclusive)."""
    if closes_at is not None and due_at is not None and closes_at < due_at:
        due = f"{format_time(due_at)} ngày {format_date(local_day(due_at))}"
        raise DeadlineRefused(f"Không đóng nhận bài trước khi hết hạn ({due}). Chọn lúc ấy hoặc muộn hơn.")


def revoking_words(directive: Directive) -> str:
    """The revoking paper as people cite it."""
    paper = directive.revoked_by
    if paper is None:
        return directive.revoking_paper
    return f"{paper.reference} ngày {format_date(paper.issued_on)}" if paper.issued_on else paper.reference


def _locked(directive: Directive) -> Directive:
    return Directive.objects.select_for_update(of=("self",)).select_related("ward").get(pk=directive.pk)


def _open(directive: Directive) -> models.QuerySet[Obligation]:
    return Obligation.objects.filter(requirement__directive=directive, state__in=OPEN_STATES)


def _end(directive: Directive, state: str, reason: str, at: datetime) -> None:
    directive.state, directive.ended_at, directive.end_reason = state, at, reason.strip()
    directive.full_clean(exclude={"created_by"})
    directive.save()


def _refuse_paper(directive: Directive, paper: Directive | None) -> None:
    if paper is None:
        return
    if paper.pk == directive.pk or paper.ward_id != directive.ward_id or paper.state == DirectiveState.DRAFT:
        raise IllegalMove("Văn bản thu hồi phải là một văn bản khác đã ban hành của chính đảng ủy này.")


def _waive_open(directive: Directive, *, note: str, at: datetime) -> int:
    """Set-based; the states are locked first, so that a file handed in at this moment comes before or after."""
    states = list(_open(directive).select_for_update(of=("self",)).order_by("pk").values_list("pk", "state"))
    for state in {state for _, state in states}:
        assert_can_move(OBLIGATION_MOVES, state, ObligationState.WAIVED)
    pks = [pk for pk, _ in states]
    for start in range(0, len(pks), 1000):
        Obligation.objects.filter(pk__in=pks[start : start + 1000]).update(
            state=ObligationState.WAIVED, waiver_reason=WaiverReason.WITHDRAWN, waiver_note=note, waived_at=at
        )
    note_released(pks, words=note, at=at)
    return len(pks)
