"""Papers of other people that look like this one: the same bytes, or pages that are alike to the eye.

A hint for a person who then looks at both; it accuses nobody, decides nothing and reads no text (`product.md`).
Compared is what came in for the same directive. Not here: what a trace is (`inspection.likeness`), the page that shows
two papers side by side (`comparison.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from submissions.choices import PAGE_WIDTH
from submissions.inspection.likeness import bands_of, is_alike
from submissions.models import PageImage, PageTrace, Submission, SubmissionVersion, SubmittedFile

if TYPE_CHECKING:
    from directives.models import Obligation
    from units.models import User

MOST_TWINS = 3
_MOST_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Twin:
    """A paper of somebody else: its version, whose it is, and how many pages of ours look like one of its.

    `pages` 0: equal byte for byte.
    """

    version: SubmissionVersion
    party: str
    pages: int = 0

    @property
    def words(self) -> str:
        """What is said of it."""
        if not self.pages:
            return f"Trùng từng byte với tệp của {self.party}"
        return f"{self.pages} trang nhìn giống bài của {self.party}"


def twins_of(submission: Submission, files: Sequence[SubmittedFile], user: User) -> list[Twin]:
    """Papers like these, equal ones first, at most MOST_TWINS; only such as `user` may open too."""
    blobs = {file.blob_id for file in files}
    equal = {file.version_id: Twin(file.version, _party(file)) for file in _others(submission, user, blobs)}
    alike = {one.version.pk: one for one in _alike(submission, user, blobs) if one.version.pk not in equal}
    return [*equal.values(), *sorted(alike.values(), key=lambda twin: -twin.pages)][:MOST_TWINS]


def _others(submission: Submission, user: User, blobs: set[int]) -> list[SubmittedFile]:
    """Files with one of these contents that other parties handed in for the same directive."""
    obligation = submission.obligation
    found = (
        SubmittedFile.objects.visible_to(user)
        .viewable()
        .filter(
            blob__in=blobs,
            version__submission__obligation__requirement__directive=obligation.requirement.directive_id,
        )
        .exclude(version__submission=submission)
    )
    if obligation.member_id is not None:
        found = found.exclude(version__submission__obligation__member=obligation.member_id)
    named = found.select_related("version__submission__obligation__member", "version__submission__obligation__unit")
    return list(named.order_by("-version__received_at", "pk")[:_MOST_CANDIDATES])


def _party(file: SubmittedFile) -> str:
    obligation: Obligation = file.version.submission.obligation
    return str(obligation.member or obligation.unit)


def _alike(submission: Submission, user: User, blobs: set[int]) -> list[Twin]:
    ours = list(PageImage.objects.filter(source__in=blobs, width=PAGE_WIDTH).exclude(trace=""))
    quarters = {digits for image in ours for _, digits in bands_of(image.trace)}
    if not quarters:
        return []
    near = PageTrace.objects.filter(digits__in=quarters).exclude(image__source__in=blobs)
    theirs: dict[int, list[str]] = {}
    for source, trace in near.values_list("image__source", "image__trace").distinct():
        theirs.setdefault(source, []).append(trace)
    matching = {
        source: sum(any(is_alike(image.trace, trace) for trace in traces) for image in ours)
        for source, traces in theirs.items()
    }
    like = {source for source, pages in matching.items() if pages}
    return [Twin(file.version, _party(file), matching[file.blob_id]) for file in _others(submission, user, like)]


def shared_contents(blobs: set[int]) -> set[int]:
    """Those of the contents that were handed in more than once, or have a page like one of another content."""
    handed_in = SubmittedFile.objects.filter(blob__in=blobs).order_by()
    twice = handed_in.values("blob").annotate(papers=Count("version__submission", distinct=True)).filter(papers__gt=1)
    shared = set(twice.values_list("blob", flat=True))
    ours = PageTrace.objects.filter(image__source__in=blobs)
    near = PageTrace.objects.filter(digits__in=ours.values("digits"))
    by_quarter: dict[str, set[tuple[int, str]]] = {}
    for digits, source, trace in near.values_list("digits", "image__source", "image__trace"):
        by_quarter.setdefault(digits, set()).add((source, trace))
    for pages in by_quarter.values():
        for source, trace in pages:
            if source in blobs and any(other != source and is_alike(trace, seen) for other, seen in pages):
                shared.add(source)
    return shared
