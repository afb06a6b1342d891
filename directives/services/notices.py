"""Writing down whom a change of running work touches, so that they are told; part of the verb that changes it.

Not here: the letters (app reminders sweeps these rows once a day).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from directives.choices import NoticeKind
from directives.models import ChangeNotice, Obligation


def note_moved(moves: Iterable[tuple[Obligation, datetime | None]], *, words: str, at: datetime) -> None:
    """Deadlines that became `new` (exclusive); each obligation still holds the old one. One statement."""
    ChangeNotice.objects.bulk_create(
        [
            ChangeNotice(
                obligation=one, kind=NoticeKind.MOVED, old_due_at=one.due_at, new_due_at=new, words=words[:255], at=at
            )
            for one, new in moves
        ],
        batch_size=1000,
    )


def note_released(obligations: Iterable[int], *, words: str, at: datetime) -> None:
    """Work (ids) that need not be done any more. One statement."""
    ChangeNotice.objects.bulk_create(
        [ChangeNotice(obligation_id=pk, kind=NoticeKind.RELEASED, words=words[:255], at=at) for pk in obligations],
        batch_size=1000,
    )


def note_refused(obligation: Obligation, *, words: str, at: datetime) -> None:
    """A request about the obligation was refused, for the reason in `words`."""
    ChangeNotice.objects.create(obligation=obligation, kind=NoticeKind.REFUSED, words=words[:255], at=at)
