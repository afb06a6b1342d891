"""Which display state an obligation has: the chip beside a name (`interface.states`).

Pure. Not here: the states' words and colours, the counting (`reports.figures` says the same of many).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from directives.choices import Certainty, ObligationState
from interface.wording import left_in_words, nearness

if TYPE_CHECKING:
    from directives.models import Obligation


def shown_state(obligation: Obligation, at: datetime) -> tuple[str, str]:
    """(key of the display state, words for the chip or "" for the usual ones) of `obligation` at `at`."""
    state, due_at = obligation.state, obligation.due_at
    late = bool(
        due_at is not None and obligation.first_submitted_at is not None and obligation.first_submitted_at >= due_at
    )
    if state == ObligationState.WAIVED:
        return "waived", ""
    if state == ObligationState.ACCEPTED:
        return ("accepted_late" if late else "accepted"), ""
    if obligation.is_open and obligation.unit_gone_on(at) is not None:
        return "waived", "Đơn vị đã giải thể"  # nobody owes it any more (`ObligationQuerySet.owing`)
    if state == ObligationState.RETURNED:
        return "returned", ""
    if state == ObligationState.FORWARDED:
        return "forwarded", "Đã chuyển, nộp muộn" if late else ""
    if state == ObligationState.SUBMITTED and obligation.goes_by_unit:
        return "submitted", "Chờ chi bộ kiểm tra" + (", nộp muộn" if late else "")
    if state == ObligationState.SUBMITTED:
        return ("submitted_late" if late else "submitted"), ""
    if obligation.certainty == Certainty.EVENT and obligation.held_on is None and (due_at is None or at < due_at):
        return "awaiting_event", ""
    if due_at is None or obligation.certainty in (Certainty.NONE, Certainty.TENTATIVE):
        return "pending", "Chưa nộp"
    return nearness(due_at, at), left_in_words(due_at, at)
