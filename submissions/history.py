"""The rounds of one submission: each version with its files, receipt, check and decision, newest first.

Not here: the obligation's own history (`directives.history`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from directives.choices import ObligationState, Timeliness
from submissions.choices import InspectionState, Verdict
from submissions.models import Decision, ReportText, Submission, SubmissionVersion, SubmittedFile, TakenBackAcceptance
from submissions.rules import opens_words

if TYPE_CHECKING:
    from datetime import datetime

    from units.models import User

_STATES = {
    Verdict.ACCEPT: "accepted",
    Verdict.RETURN: "returned",
    Verdict.REJECTED_BY_CHECK: "refused",
    Verdict.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class RoundFile:
    """A file of a round: whether its check has passed, so that pages and bytes may be opened."""

    file: SubmittedFile
    sentence: str
    is_viewable: bool
    pages: range
    """Page numbers from 1."""


@dataclass(frozen=True, slots=True)
class Round:
    """One version and what became of it. `state` is a key of `interface.states`."""

    version: SubmissionVersion
    state: str
    words: str
    decision: Decision | None
    files: list[RoundFile]
    """Those the reader may open; empty for whoever sees only that something was handed in."""
    file_count: int
    is_late: bool
    report: ReportText | None
    """The words of a unit's report; None where there are none, or the reader may not read them."""
    may_read: bool
    """Whether the reader may open the files, and so read the reason of a return, which speaks of their content."""
    taken_back: list[TakenBackAcceptance] = field(default_factory=list)
    """Acceptances of it that do not stand any more, oldest first."""
    fix_until: datetime | None = None
    """Of a returned one, the exclusive instant until which the correction is in time; while it stands returned, as the
    duty says it."""
    before: int | None = None
    """The version before this one, when the reader may open both."""


def rounds_of(submission: Submission, user: User) -> list[Round]:
    """Every version, in at most five queries."""
    versions = list(
        submission.versions.newest_first()
        .select_related(
            "decision__decided_by",
            "deposit__unit",
            "deposit__submitted_by",
            "deposit__submitted_by_member",
            "report",
            "forwarded_by",
        )
        .prefetch_related(
            "files", Prefetch("taken_back", TakenBackAcceptance.objects.select_related("accepted_by", "taken_back_by"))
        )
    )
    readable = SubmittedFile.objects.visible_to(user).filter(version__in=versions)
    opened: dict[int, list[RoundFile]] = {}
    for file in readable.select_related("blob__inspection", "receipt").order_by("order"):
        opened.setdefault(file.version_id, []).append(_round_file(file))
    reads_words = opens_words(user, submission.obligation)
    rounds = [_round(version, submission, opened.get(version.pk, []), reads_words=reads_words) for version in versions]
    return [replace(one, before=_comparable(one, before)) for one, before in zip_longest(rounds, rounds[1:])]


def _comparable(one: Round, before: Round | None) -> int | None:
    """The id of the version before, when every file of both can be opened."""
    both = [one, before] if before else []
    opens = all(len(side.files) == side.file_count and all(f.is_viewable for f in side.files) for side in both)
    return before.version.pk if before and opens else None


def _round_file(file: SubmittedFile) -> RoundFile:
    inspection = file.blob.inspection
    destroyed = file.blob.destruction_sentence
    is_viewable = inspection.is_viewable and not file.blob.is_quarantined and not destroyed
    return RoundFile(
        file=file,
        sentence=destroyed or inspection.sentence,
        is_viewable=is_viewable,
        pages=range(1, (inspection.pages or 0) + 1) if is_viewable else range(0),
    )


def _round(version: SubmissionVersion, submission: Submission, files: list[RoundFile], *, reads_words: bool) -> Round:
    decision = getattr(version, "decision", None)
    state, words = _state_of(version, submission, decision, files)
    return Round(
        version=version,
        state=state,
        words=words,
        decision=decision,
        files=files,
        file_count=len(version.files.all()),
        is_late=version.timeliness == Timeliness.LATE,
        report=getattr(version, "report", None) if reads_words else None,
        may_read=bool(files) or (reads_words and hasattr(version, "report")),
        taken_back=list(version.taken_back.all()),
        fix_until=_fix_until(version, submission, decision),
    )


def _fix_until(version: SubmissionVersion, submission: Submission, decision: Decision | None) -> datetime | None:
    if decision is None or decision.fix_by is None:
        return None
    obligation = submission.obligation
    if version.pk == submission.current_id and obligation.state == ObligationState.RETURNED:
        return obligation.owed_until
    return max(filter(None, (decision.fix_by, version.due_at)))


def _state_of(
    version: SubmissionVersion, submission: Submission, decision: Decision | None, files: list[RoundFile]
) -> tuple[str, str]:
    if decision is not None:
        return _STATES[Verdict(decision.verdict)], ""
    if version.pk != submission.current_id:
        return "closed", "Đã thay bằng lần sau"
    states = {one.file.blob.inspection.state for one in files}
    if InspectionState.DEAD in states:
        return "flagged", "Không kiểm tra được"
    if states & {InspectionState.RECEIVED, InspectionState.INSPECTING}:
        return "inspecting", ""
    if submission.obligation.goes_by_unit and version.forwarded_at is None:
        return "submitted", "Chờ chi bộ kiểm tra"
    return "submitted", ""
