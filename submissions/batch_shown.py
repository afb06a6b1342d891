"""A batch and its sample as its page shows them.

Not here: the draw (`sampling.py`), accepting (`services.batch_review`).
"""

from __future__ import annotations

from dataclasses import dataclass

from submissions.models import ReviewBatch, SubmissionVersion, SubmittedFile
from submissions.review_deck import DeckPage, pages_of


@dataclass(frozen=True, slots=True)
class Sampled:
    """One paper of the sample: its pages, and whether somebody decided on it since it was drawn."""

    version: SubmissionVersion
    pages: list[DeckPage]
    is_decided: bool


def papers_of(batch: ReviewBatch) -> list[SubmissionVersion]:
    """Every paper of the batch, in the order of the queue, with whose it is; one query."""
    party = (
        "version__submission__obligation__member",
        "version__submission__obligation__unit",
        "version__submission__obligation__requirement",
    )
    return [item.version for item in batch.items.select_related(*party).order_by("order")]


def shown_sample(batch: ReviewBatch) -> list[Sampled]:
    """In the order of the queue; in four queries whatever its size."""
    items = batch.items.filter(is_sample=True).select_related(
        "version__decision",
        "version__submission__obligation__member",
        "version__submission__obligation__unit",
        "version__submission__obligation__ward",
        "version__submission__obligation__requirement",
    )
    versions = [item.version for item in items.order_by("order")]
    files = list(
        SubmittedFile.objects.filter(version__in=versions)
        .viewable()
        .select_related("blob__inspection")
        .order_by("order")
    )
    pages: dict[int, list[DeckPage]] = {}
    for page in pages_of(files):
        own = pages.setdefault(page.file.version_id, [])
        own.append(DeckPage(page.file, page.page, len(own) + 1, page.height))
    return [Sampled(one, pages.get(one.pk, []), hasattr(one, "decision")) for one in versions]
