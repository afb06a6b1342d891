"""Writing down whom a change of running work touches, so that they are told; part of the verb that changes it.

Who listens (`change_listeners`) is told in the same transaction. Not here: the bell and the letters of the day (app
reminders).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from directives import change_listeners
from directives.choices import NoticeKind
from directives.models import ChangeNotice, Obligation


def note_moved(moves: Iterable[tuple[Obligation, datetime | None]], *, words: str, at: datetime) -> None:
    """Deadlines that became `new` (exclusive); each obligation still holds the old one. One statement."""
    _write(
        [
            ChangeNotice(
                obligation=one, kind=NoticeKind.MOVED, old_due_at=one.due_at, new_due_at=new, words=words[:255], at=at
            )
            for one, new in moves
        ],
        at,
    )


def note_released(obligations: Iterable[int], *, words: str, at: datetime) -> None:
    """Work (ids) that need not be done any more. One statement."""
    _write(
        [ChangeNotice(obligation_id=pk, kind=NoticeKind.RELEASED, words=words[:255], at=at) for pk in obligations], at
    )


def note_owed_again(moves: Iterable[tuple[Obligation, datetime | None]], *, words: str, at: datetime) -> None:
    """Work that was released and must be done after all, by `due_at` (exclusive). One statement."""
    _write(
        [
            ChangeNotice(
                obligation=one, kind=NoticeKind.OWED, old_due_at=one.due_at, new_due_at=due_at, words=words[:255], at=at
            )
            for one, due_at in moves
        ],
        at,
    )


def note_refused(obligation: Obligation, *, words: str, at: datetime) -> None:
    """A request about the obligation was refused, for the reason in `words`."""
    _write([ChangeNotice(obligation=obligation, kind=NoticeKind.REFUSED, words=words[:255], at=at)], at)


def _write(notices: list[ChangeNotice], at: datetime) -> None:
    change_listeners.tell(ChangeNotice.objects.bulk_create(notices, batch_size=1000), at)
