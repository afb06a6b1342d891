"""Numbers of reports, letters and bundles: taken when the paper is asked for, given back when it is never made.

Not here: the register itself (`directives.services.numbering`), the making (`chasing.py`, `bundling.py`, `compiling.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.errors import NumberTaken
from directives.models import OutgoingNumber
from directives.services.numbering import assign_number, give_back_number
from reports.choices import JobState
from reports.errors import ReportRefused
from reports.models import ChasingLetter, ForwardingBundle, Job, SummaryReport
from units.models import User
from vietnamese.casing import lower_first
from vietnamese.dates import local_day

Paper = SummaryReport | ChasingLetter | ForwardingBundle
_ENDED = (JobState.FAILED, JobState.CANCELLED)


def take(paper: Paper, *, number: int, by: User | None, at: datetime, may_be_outside: bool = False) -> OutgoingNumber:
    """The number of the register for the paper, in the term its figures lie in. Raises ReportRefused when it is used.

    `may_be_outside`: a number that was explained as used outside the portal may be this paper's.
    """
    if isinstance(paper, SummaryReport):
        kind, about = "BC", _report_words(paper)
    else:
        kind, about = "CV", f"{_letter_words(paper)} về {paper.directive.reference}"
    try:
        return assign_number(
            ward=paper.ward, kind=kind, number=number, day=local_day(paper.at), directive=paper.directive,
            about=about, by=by, at=at, may_be_outside=may_be_outside,
        )  # fmt: skip
    except NumberTaken as taken:
        raise ReportRefused(str(taken)) from taken


@transaction.atomic
def write_number(*, letter: ChasingLetter, number: int, by: User | None, at: datetime) -> ChasingLetter:
    """The number that was written by hand on the printed letter, so that the register knows it; the files stay.

    One that was entered wrongly is put right: the wrong number is free again and says why. A number explained as used
    outside the portal may be this letter's. Recorded as `letter.number`, with the number before. Raises ReportRefused
    for a letter that is not made, has this number, bears a printed one or is cited by a later letter, and when the
    number is used, naming by what.
    """
    letter = (
        ChasingLetter.objects.select_for_update(of=("self",))
        .select_related("ward", "directive", "outgoing")
        .get(pk=letter.pk)
    )
    before = letter.number
    if letter.made_at is None:
        raise ReportRefused("Công văn này chưa lập xong. Chờ xong rồi ghi số.")
    if before is not None:
        _refuse_fixed_number(letter, before, number)
        give_back(letter, why="đã ghi nhầm số", at=at)
    letter.outgoing = take(letter, number=number, by=by, at=at, may_be_outside=True)
    letter.save(update_fields=["outgoing"])
    detail = {"number": number, "old": before}
    audit.record(action="letter.number", actor=by, obj=letter, ward_id=letter.ward_id, detail=detail, at=at)
    return letter


def _refuse_fixed_number(letter: ChasingLetter, before: int, number: int) -> None:
    if number == before:
        raise ReportRefused(f"Công văn này đã có số {before:02d}.")
    if not letter.number_by_hand:
        raise ReportRefused(
            f"Số {before:02d} đã in trên công văn nên không sửa được. Cần số khác thì lập công văn mới."
        )
    if letter.followed_by.filter(made_at__isnull=False).exists():
        raise ReportRefused(f"Công văn sau đã dẫn công văn số {before:02d} này nên không sửa số được nữa.")


def give_back(paper: Paper, *, why: str, at: datetime) -> None:
    """The paper's number is free again."""
    row = paper.outgoing
    if row is None:
        return
    paper.outgoing = None
    paper.save(update_fields=["outgoing"])
    give_back_number(row=row, why=why, at=at)


@transaction.atomic
def give_back_of_ended(*, job_id: int, at: datetime) -> None:
    """A letter or bundle whose job failed or was stopped was never made: its number is free again."""
    job = Job.objects.select_for_update().filter(pk=job_id, state__in=_ENDED).first()
    model, pk = (ChasingLetter, job.letter_id) if job and job.letter_id else (ForwardingBundle, job and job.bundle_id)
    paper = model.objects.select_for_update(of=("self",)).filter(pk=pk, made_at=None).first() if pk else None
    if paper is not None and paper.outgoing_id:
        give_back(paper, why="chưa lập được" if job.state == JobState.FAILED else "đã dừng lập", at=at)


@contextmanager
def given_back_on_failure(paper: Paper, *, at: datetime) -> Iterator[None]:
    """Work without a job (terminal): whatever breaks it off gives the number back."""
    try:
        yield
    except BaseException:
        give_back(paper, why="chưa lập được", at=at)
        raise


def _report_words(report: SummaryReport) -> str:
    if report.directive is None:
        return lower_first(report.title)
    return f"báo cáo tổng hợp về {report.directive.reference}"


def _letter_words(paper: ChasingLetter | ForwardingBundle) -> str:
    return "công văn đôn đốc" if isinstance(paper, ChasingLetter) else f"công văn chuyển bài đợt {paper.round}"
