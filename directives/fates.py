"""What an amendment does to one obligation. Pure.

Whoever has handed in is judged by the deadline in force when he did: his obligation keeps it, whether the new one is
earlier or later. A new deadline must lie ahead when it is issued, so nobody becomes late by it. A day granted to one
party alone outlives an amendment when it is later.

Not here: reading the obligations (`touching.py`), writing (`services.amending`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from directives.choices import HANDED_IN_STATES, ObligationState


class Fate(StrEnum):
    """What becomes of an obligation; the values stand in addresses."""

    MOVED = "doi"
    RELEASED = "rut"
    KEEPS_LATER = "giu"
    HANDED_IN = "da-nop"
    WAIVED = "mien"
    SAME = "nhu-cu"
    KEEPS_PERIOD = "ky-da-mo"
    # when what a paper changed is put back (`putting_back.py`)
    GIVEN_BACK = "giao-lai"
    CHANGED_SINCE = "doi-sau-do"
    DAY_OVER = "da-qua"

    @property
    def words(self) -> str:
        """Said beside the count."""
        return _WORDS[self]


_WORDS = {
    Fate.MOVED: "đổi hạn",
    Fate.RELEASED: "không phải thực hiện nữa",
    Fate.KEEPS_LATER: "giữ hạn riêng, muộn hơn hạn mới",
    Fate.HANDED_IN: "đã nộp, giữ nguyên kết quả",
    Fate.WAIVED: "đang được miễn, không đổi",
    Fate.SAME: "hạn đang đúng như vậy",
    Fate.KEEPS_PERIOD: "của kỳ đã mở, giữ hạn cũ",
    Fate.GIVEN_BACK: "lại phải thực hiện",
    Fate.CHANGED_SINCE: "đã có thay đổi khác sau đó, giữ như hiện nay",
    Fate.DAY_OVER: "có hạn cũ đã qua, giữ như hiện nay",
}


def fate_of(
    *,
    state: str,
    due_at: datetime | None,
    first_submitted_at: datetime | None,
    has_own_day: bool,
    new_due_at: datetime | None,
    at: datetime,
) -> Fate:
    """The fate under a new deadline (exclusive), or under withdrawal (`new_due_at` None), issued at `at`.

    `has_own_day`: `due_at` was granted to this party alone. Something returned stays judged by its first receipt: one
    that came late keeps its deadline.
    """
    if state == ObligationState.WAIVED:
        return Fate.WAIVED
    if state in (*HANDED_IN_STATES, ObligationState.ACCEPTED):
        return Fate.HANDED_IN
    if new_due_at is None:
        return Fate.RELEASED
    if first_submitted_at is not None and due_at is not None and first_submitted_at >= due_at:
        return Fate.HANDED_IN
    if new_due_at == due_at:
        return Fate.SAME
    if due_at is not None and (new_due_at <= at or (has_own_day and due_at > new_due_at)):
        return Fate.KEEPS_LATER
    return Fate.MOVED
