"""Celery doors of the submissions: check and draw one content, drain the queue, forget what was abandoned.

A message carries an id and may be lost or doubled; the rows say what is to do.
Not here: the work (`services`), the hours (`phucloi_portal.queues`).
"""

import time

from celery import shared_task
from django.utils import timezone

from submissions.models import Inspection
from submissions.services.inspecting import due_inspections, forget_abandoned, inspect
from submissions.services.page_images import draw_ahead
from vault.services import ORPHAN_AGE

DRAIN_SECONDS = 12.0
"""Less than the time between two ticks: the next tick finds a free worker."""
DRAIN_ROWS = 200


@shared_task
def inspect_one(inspection_pk: int) -> None:
    """Check one content and draw its pages."""
    inspection = inspect(inspection_pk=inspection_pk, at=timezone.now())
    if inspection.is_viewable:
        draw_ahead(inspection=inspection, at=timezone.now())


@shared_task
def drain_inspections() -> None:
    """Check what waits, oldest first, for as long as a tick allows."""
    started = time.monotonic()
    for pk in due_inspections(at=timezone.now(), limit=DRAIN_ROWS):
        if time.monotonic() - started > DRAIN_SECONDS:
            return
        inspect_one(pk)


@shared_task
def draw_pages(inspection_pk: int) -> None:
    """Draw the pages of a content that was checked in a request."""
    inspection = Inspection.objects.select_related("blob").filter(pk=inspection_pk).first()
    if inspection is not None and inspection.is_viewable:
        draw_ahead(inspection=inspection, at=timezone.now())


@shared_task
def forget() -> None:
    """Let go of contents that were uploaded and never handed in."""
    forget_abandoned(before=timezone.now() - ORPHAN_AGE)
