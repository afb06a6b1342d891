"""What the page of a directive's letters and bundles shows: what there is, what would come now.

Not here: the page (`views/papers.py`), making papers (`services`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from directives.choices import ObligationState
from directives.models import Directive, Obligation
from directives.numbering import next_number
from reports.figures import collect
from reports.models import BundleItem, ChasingLetter, ForwardingBundle, Job
from reports.shown_job import ShownJob, shown_job
from reports.tallies import By, Tally
from submissions.choices import Verdict
from submissions.models import SubmittedFile
from units.models import CommitteeProfile
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True, slots=True)
class BundleShare:
    """What becomes of the accepted duties of a paper that bundles take: each stands in one of these counts."""

    bundled: int
    """Some file of it lies in a made bundle."""
    to_come: int
    """Its files lie in none yet."""
    bare: int
    """It has no file: a session whose day was declared, a nil return, words alone."""
    destroyed: int
    """Its files were destroyed by term before a bundle took them."""

    @property
    def whole(self) -> int:
        """All accepted duties."""
        return self.bundled + self.to_come + self.bare + self.destroyed


@dataclass(frozen=True, slots=True)
class PapersPage:
    """`units` owe something, `late_units` of them have not handed in everything at the instant of the page.

    `bundles` and `share` are None for whoever may not open essays. A bundle's `works` counts the duties its files answer.
    """

    directive: Directive
    tally: Tally
    units: int
    late_units: int
    letters: list[ChasingLetter]
    bundles: list[ForwardingBundle] | None
    share: BundleShare | None
    jobs: list[ShownJob]
    next_number: int | None


def papers_page(directive: Directive, user: User, now: datetime) -> PapersPage:
    """The page of `directive` at `now`."""
    work = Obligation.objects.filter(requirement__directive=directive)
    sheet = collect(at=now, by=By.UNIT, obligations=work.of_those_below())
    letters = ChasingLetter.objects.visible_to(user).made().filter(directive=directive)
    bundles = share = None
    if scope_of(user).works_for(directive.ward):
        own = ForwardingBundle.objects.visible_to(user).made().filter(directive=directive)
        own = own.annotate(works=Count("items__file__version__submission", distinct=True))
        bundles = list(
            own.select_related("requirement", "created_by", "outgoing").prefetch_related("parts__blob", "items")
        )
        share = bundle_share(directive, now)
    jobs = Job.objects.visible_to(user).unfinished().filter(directive=directive, report=None)
    profile = CommitteeProfile.objects.select_related("unit").filter(unit=directive.ward_id).first()
    return PapersPage(
        directive=directive,
        tally=sheet.total,
        units=sum(1 for row in sheet.rows if row.tally.required),
        late_units=sum(1 for row in sheet.rows if row.tally.missing),
        letters=list(letters.select_related("requirement", "created_by", "previous", "outgoing", "docx")),
        bundles=bundles,
        share=share,
        jobs=[shown_job(job, now) for job in jobs.select_related("directive")],
        next_number=next_number(profile, kind="CV", day=local_day(now)) if profile else None,
    )


def bundle_share(directive: Directive, now: datetime) -> BundleShare:
    """Where the accepted duties of `directive` stand at `now`; those of closed units are out, as in the figures. One query."""
    work = Obligation.objects.filter(requirement__directive=directive).of_those_below()
    open_units = Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(now))
    accepted = work.filter(open_units, state=ObligationState.ACCEPTED)
    files = SubmittedFile.objects.filter(
        version__submission__obligation=OuterRef("pk"), version__decision__verdict=Verdict.ACCEPT
    )
    made = BundleItem.objects.filter(
        bundle__made_at__isnull=False, file__version__submission__obligation=OuterRef("pk")
    )
    told = accepted.alias(
        is_bundled=Exists(made), has_files=Exists(files), is_kept=Exists(files.filter(blob__destroyed_at=None))
    ).aggregate(
        bundled=Count("pk", filter=Q(is_bundled=True)),
        to_come=Count("pk", filter=Q(is_bundled=False, is_kept=True)),
        bare=Count("pk", filter=Q(is_bundled=False, has_files=False)),
        destroyed=Count("pk", filter=Q(is_bundled=False, has_files=True, is_kept=False)),
    )
    return BundleShare(**told)
