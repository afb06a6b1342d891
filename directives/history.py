"""The history of one obligation, from the log and its own rows, oldest first.

What was handed in and decided comes from the app above, which makes itself known here (`register`).
Not here: those lines (`submissions.events`), the files and reasons (their own part of the page).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from audit.actions import label_of
from audit.models import AuditEntry
from directives.choices import ChangeCause, NoticeKind, PetitionState, WaiverReason
from directives.models import Obligation
from interface.wording import last_day_in_words
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: when, what, by whom (empty when nobody in particular), a note."""

    at: datetime
    what: str
    who: str = ""
    note: str = ""


# Told from the obligation's own rows already, with the reader's words.
_TOLD = (
    "obligation.extend", "obligation.unextend", "obligation.waive", "obligation.unwaive", "obligation.declare_event",
    "petition.ask", "petition.grant", "petition.refuse",
)  # fmt: skip
_LETTERS = {
    NoticeKind.MOVED: "Gửi thư báo hạn đã đổi",
    NoticeKind.RELEASED: "Gửi thư báo không phải thực hiện nữa",
    NoticeKind.REFUSED: "Gửi thư báo đề nghị không được đồng ý",
    NoticeKind.OWED: "Gửi thư báo lại phải thực hiện",
}


Source = Callable[["Obligation", "User"], Iterable["Event"]]
"""Given an obligation and who reads: the lines that he may see of what an app above keeps about it."""

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source of lines known; registering the same name again replaces it."""
    _sources[name] = source


def first_deadline(obligation: Obligation) -> datetime | None:
    """The deadline before the first extension, struck through beside the present one; None without extensions.

    A clock that its event set going is no extension: the back-stop before it was nobody's deadline. A deadline that was
    put back is the present one again.
    """
    first = obligation.extensions.exclude(cause=ChangeCause.EVENT).first()
    return first.old_due_at if first is not None and first.old_due_at != obligation.due_at else None


def history_of(obligation: Obligation, *, with_log: bool, reader: User | None = None) -> list[Event]:
    """Given out, asked about and answered, extended, told by letter, moved with its member, waived, held, handed in and
    decided on (what `reader` may see of that), and (with_log, for the office) every other entry of the log about it."""
    directive = obligation.requirement.directive
    events = [Event(obligation.created_at, "Giao việc", note=str(directive))]
    for extension in obligation.extensions.select_related("granted_by"):
        old = f"từ {last_day_in_words(extension.old_due_at)} " if extension.old_due_at else ""
        what = f"{extension.get_cause_display()} {old}đến {last_day_in_words(extension.new_due_at)}"
        events.append(Event(extension.granted_at, what, str(extension.granted_by or ""), extension.reason))
    events += _asked_and_answered(obligation)
    for notice in obligation.change_notices.exclude(told_at=None):
        day = last_day_in_words(notice.new_due_at) if notice.new_due_at else ""
        what = _LETTERS[NoticeKind(notice.kind)]
        events.append(Event(notice.told_at, f"{what}, nay đến {day}" if day else what, note=notice.words))
    for move in obligation.moves.select_related("from_unit", "to_unit"):
        where = f"Từ {move.from_unit.name} sang {move.to_unit.name}, từ ngày {format_date(move.on)}"
        events.append(Event(move.moved_at, f"Chuyển theo đảng viên: {move.get_reason_display().lower()}", note=where))
    if (
        obligation.held_on is not None
        and obligation.requirement.anchor_id is None
        and obligation.decided_at is not None
    ):
        events.append(Event(obligation.decided_at, f"Báo ngày tổ chức {format_date(obligation.held_on)}"))
    if obligation.waived_at is not None:
        reason = WaiverReason(obligation.waiver_reason).label if obligation.waiver_reason else ""
        events.append(
            Event(obligation.waived_at, "Miễn", note=". ".join(filter(None, (reason, obligation.waiver_note))))
        )
    for lifted in obligation.lifted_waivers.select_related("lifted_by"):
        events.append(Event(lifted.waived_at, "Miễn", note=lifted.note))
        events.append(Event(lifted.lifted_at, "Bỏ cho miễn", str(lifted.lifted_by or ""), lifted.reason))
    for source in _sources.values() if reader is not None else ():
        events += source(obligation, reader)
    if with_log:
        entries = AuditEntry.objects.of_object(Obligation._meta.label_lower, obligation.pk).exclude(action__in=_TOLD)
        events += [Event(entry.at, label_of(entry.action), entry.actor_label) for entry in entries]
    return sorted(events, key=lambda event: event.at)


def _asked_and_answered(obligation: Obligation) -> Iterator[Event]:
    """What its secretary asked the office for, and how each request ended."""
    for petition in obligation.petitions.select_related("asked_by", "decided_by"):
        kind = petition.get_kind_display()
        asked = f"{kind} đến {last_day_in_words(petition.proposed_due_at)}" if petition.proposed_due_at else kind
        yield Event(petition.asked_at, asked, str(petition.asked_by), petition.reason)
        if petition.decided_at is None:
            continue
        answer = f"{petition.get_state_display()}: {kind.lower()}"
        if petition.state == PetitionState.DROPPED:
            answer = f"{kind}: không cần nữa vì đã nộp"
        elif petition.granted_due_at:
            answer += f", đến {last_day_in_words(petition.granted_due_at)}"
        yield Event(petition.decided_at, answer, str(petition.decided_by or ""), petition.answer)
