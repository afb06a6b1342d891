"""Accepting clean papers together, after a random sample of them was looked at.

What goes into a batch: first versions in time whose check found nothing to remark, unmarked, not open before another
reviewer, with no page that looks like another person's; of them, exactly those that were shown to whoever drew. Each is accepted by the ordinary verb, with its own entry in the log.
Not here: the size and the draw (`sampling.py`), pages (`views.batch`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from directives.errors import DirectivesError
from submissions.choices import BatchState, Verdict
from submissions.errors import BatchOver, BatchSpoiled, NothingToBatch, SampleUnseen, SubmissionError
from submissions.models import BatchedVersion, Decision, ReviewBatch, Submission, SubmissionVersion, SubmittedFile
from submissions.querysets import SubmissionQuerySet
from submissions.sampling import MOST_PAPERS, draw, sample_size
from submissions.services.reviewing import accept
from submissions.twins import shared_contents
from units.models import User


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch: how many were accepted, how many stayed in the queue because something had changed."""

    accepted: int
    left: int


def clean_papers(listed: SubmissionQuerySet, *, user: User, at: datetime) -> list[Submission]:
    """Those of a list that may be accepted together now, oldest first, at most MOST_PAPERS."""
    plain = (
        listed.unremarkable()
        .unclaimed_by_others(user, at)
        .select_related("current", "obligation__ward", "obligation__member", "obligation__unit")
    )
    found = list(plain[:MOST_PAPERS])
    blobs: dict[int, set[int]] = {one.pk: set() for one in found}
    files = SubmittedFile.objects.filter(version__in=[one.current_id for one in found])
    for submission, blob in files.values_list("version__submission", "blob"):
        blobs[submission].add(blob)
    shared = shared_contents(set().union(*blobs.values()))
    return [one for one in found if not blobs[one.pk] & shared]


@transaction.atomic
def draw_batch(
    *, papers: Sequence[Submission], by: User, at: datetime, filters: str = "", seed: str = ""
) -> ReviewBatch:
    """Put papers into a batch, those of the first one's ward, and draw its sample. Recorded as `submission.draw_sample` with the seed.

    `papers` come from `clean_papers`. Raises NothingToBatch.
    """
    if not papers:
        raise NothingToBatch
    ward = papers[0].obligation.ward
    of_ward = [one for one in papers if one.obligation.ward_id == ward.pk]
    ids = [one.current_id for one in of_ward if one.current_id is not None]
    seed = seed or secrets.token_hex(8)
    sample = set(draw(ids, seed=seed, size=sample_size(len(ids))))
    batch = ReviewBatch.objects.create(ward=ward, seed=seed, filters=filters[:400], drawn_by=by, drawn_at=at)
    BatchedVersion.objects.bulk_create(
        BatchedVersion(batch=batch, version_id=pk, order=order, is_sample=pk in sample) for order, pk in enumerate(ids)
    )
    detail = {"versions": ids, "sample": sorted(sample), "seed": seed}
    audit.record(action="submission.draw_sample", actor=by, obj=batch, ward_id=ward.pk, detail=detail, at=at)
    return batch


def accept_batch(*, batch: ReviewBatch, seen: set[int], by: User, at: datetime) -> BatchResult:
    """Duyệt cả lô: every paper of it that still is as it was. `seen`: ids of the sampled versions that were looked at.

    Recorded as `submission.accept_batch`, and each paper as `submission.accept`. What changed meanwhile stays in the
    queue. Raises BatchOver, SampleUnseen, and BatchSpoiled (the batch is stopped) when a sampled paper was returned,
    marked or replaced.
    """
    versions = _ready(batch, seen, by, at)
    accepted = []
    for version in versions:
        try:
            accept(version=version, decided_by=by, at=at)
            accepted.append(version.pk)
        except (SubmissionError, DirectivesError):
            continue  # decided, replaced or opened by somebody meanwhile: it stays where it is
    with transaction.atomic():
        batch.items.filter(version__in=accepted).update(is_accepted=True)
        detail = {"count": len(accepted), "left": batch.items.count() - len(accepted), "sample": sorted(seen)}
        audit.record(action="submission.accept_batch", actor=by, obj=batch, ward_id=batch.ward_id, detail=detail, at=at)
    return BatchResult(len(accepted), int(detail["left"]))


@transaction.atomic
def stop_batch(*, batch: ReviewBatch, by: User, at: datetime) -> ReviewBatch:
    """Let go of a batch: every paper stays in the queue to be reviewed one by one. Recorded as `submission.stop_batch`."""
    held = ReviewBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != BatchState.DRAWN:
        raise BatchOver
    _end(held, BatchState.STOPPED, by, at)
    audit.record(action="submission.stop_batch", actor=by, obj=held, ward_id=held.ward_id, at=at)
    return held


def _ready(batch: ReviewBatch, seen: set[int], by: User, at: datetime) -> list[SubmissionVersion]:
    """Take the batch for accepting, once; the versions that are still as they were when it was drawn."""
    if _is_spoiled(batch):
        stop_batch(batch=batch, by=by, at=at)
        raise BatchSpoiled
    decided = set(Decision.objects.filter(version__in=batch.items.values("version")).values_list("version", flat=True))
    unseen = set(batch.items.filter(is_sample=True).values_list("version", flat=True)) - seen - decided
    if unseen:
        raise SampleUnseen(len(unseen))
    with transaction.atomic():
        held = ReviewBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != BatchState.DRAWN:
            raise BatchOver
        _end(held, BatchState.ACCEPTED, by, at)
    still = _still(batch)
    ready = SubmissionVersion.objects.filter(pk__in=still.values("current")).select_related("submission")
    return list(ready.order_by("received_at", "pk"))


def still_clean(batch: ReviewBatch, *, user: User, at: datetime) -> int:
    """How many of its papers the account would accept now: as they were when it was drawn, open before nobody else."""
    return _still(batch).exclude(Q(claimed_until__gt=at), ~Q(claimed_by=user)).count()


def _still(batch: ReviewBatch) -> SubmissionQuerySet:
    return Submission.objects.filter(current__in=batch.items.values("version")).waiting().unremarkable()


def _is_spoiled(batch: ReviewBatch) -> bool:
    """A sampled paper was sent back, marked, refused or replaced: the sample does not speak for the rest."""
    for item in batch.items.filter(is_sample=True).select_related("version__submission", "version__decision"):
        decision = getattr(item.version, "decision", None)
        if decision is not None and decision.verdict != Verdict.ACCEPT:
            return True
        submission = item.version.submission
        if submission.current_id != item.version_id or submission.flagged_at is not None:
            return True
    return False


def _end(batch: ReviewBatch, state: str, by: User, at: datetime) -> None:
    batch.state, batch.ended_by, batch.ended_at = state, by, at
    batch.save(update_fields=["state", "ended_by", "ended_at"])
