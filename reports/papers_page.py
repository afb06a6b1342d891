"""What the page of a directive's letters and bundles shows: what there is, what would come now.

Not here: the page (`views/papers.py`), making papers (`services`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from directives.models import Directive, Obligation
from directives.numbering import next_number
from reports.figures import collect
from reports.models import ChasingLetter, ForwardingBundle, Job
from reports.shown_job import ShownJob, shown_job
from reports.tallies import By, Tally
from units.models import CommitteeProfile
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True, slots=True)
class PapersPage:
    """`units` owe something, `late_units` of them have not handed in everything at the instant of the page.

    `bundles` is None for whoever may not open essays.
    """

    directive: Directive
    tally: Tally
    units: int
    late_units: int
    letters: list[ChasingLetter]
    bundles: list[ForwardingBundle] | None
    jobs: list[ShownJob]
    next_number: int | None


def papers_page(directive: Directive, user: User, now: datetime) -> PapersPage:
    """The page of `directive` at `now`."""
    work = Obligation.objects.filter(requirement__directive=directive)
    sheet = collect(at=now, by=By.UNIT, obligations=work.of_those_below())
    letters = ChasingLetter.objects.visible_to(user).made().filter(directive=directive)
    bundles = None
    if scope_of(user).works_for(directive.ward):
        own = ForwardingBundle.objects.visible_to(user).made().filter(directive=directive)
        bundles = list(
            own.select_related("requirement", "created_by", "outgoing").prefetch_related("parts__blob", "items")
        )
    jobs = Job.objects.visible_to(user).unfinished().filter(directive=directive, report=None)
    profile = CommitteeProfile.objects.select_related("unit").filter(unit=directive.ward_id).first()
    return PapersPage(
        directive=directive,
        tally=sheet.total,
        units=sum(1 for row in sheet.rows if row.tally.required),
        late_units=sum(1 for row in sheet.rows if row.tally.missing),
        letters=list(letters.select_related("requirement", "created_by", "previous", "outgoing", "docx")),
        bundles=bundles,
        jobs=[shown_job(job, now) for job in jobs.select_related("directive")],
        next_number=next_number(profile, kind="CV", day=local_day(now)) if profile else None,
    )
