"""What was handed in for an obligation and what became of it, as lines of the obligation's own history.

Who may see the rounds sees these lines; no reason is among them, which speaks of the content.
Not here: the rounds with their files (`history.py`), the other lines (`directives.history`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from directives.history import Event
from submissions.access import access_answer
from submissions.choices import Verdict

if TYPE_CHECKING:
    from directives.models import Obligation
    from submissions.models import SubmissionVersion
    from units.models import User


def events_of(obligation: Obligation, user: User) -> list[Event]:
    """Every hand-in, what the cell passed on, and every decision, also those taken back; three queries."""
    submission = access_answer(user, obligation)
    if submission is None:
        return []
    versions = submission.versions.order_by("number").select_related(
        "decision__decided_by",
        "deposit__unit",
        "deposit__submitted_by",
        "deposit__submitted_by_member",
        "forwarded_by",
    )
    events: list[Event] = []
    before: SubmissionVersion | None = None
    for version in versions.prefetch_related("taken_back__accepted_by", "taken_back__taken_back_by"):
        events.append(Event(version.received_at, _handed_in(version, before), version.handed_in_by, _receipt(version)))
        events += _decided(version)
        before = version
    return events


def _handed_in(version: SubmissionVersion, before: SubmissionVersion | None) -> str:
    if before is None:
        return "Nộp"
    if not hasattr(before, "decision"):
        return f"Nộp bản khác, thay lần {before.number}"
    return f"Nộp lại, lần {version.number}"


def _receipt(version: SubmissionVersion) -> str:
    return f"Phiếu tiếp nhận {version.deposit.code}"


def _decided(version: SubmissionVersion) -> Iterator[Event]:
    nth = f"lần {version.number}"
    if version.forwarded_at is not None:
        what = "Chuyển thay chi bộ" if version.forwarded_instead else "Chi bộ chuyển"
        yield Event(version.forwarded_at, f"{what} {nth}", str(version.forwarded_by or ""))
    for one in version.taken_back.all():
        if one.accepted_at is not None:
            yield Event(one.accepted_at, f"Duyệt {nth}", str(one.accepted_by or ""))
        yield Event(one.taken_back_at, f"Thu hồi tiếp nhận {nth}", str(one.taken_back_by or ""))
    decision = getattr(version, "decision", None)
    if decision is not None:
        what = Verdict(decision.verdict).label
        yield Event(decision.decided_at, f"{what} {nth}", str(decision.decided_by or ""))
