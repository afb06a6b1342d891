"""Celery doors of the submissions: check and draw one content, drain the queue, forget what was abandoned.

A message carries an id and may be lost or doubled; the rows say what is to do.
Not here: the work (`services`), the hours (`phucloi_portal.queues`).
"""

import time
from contextlib import suppress

from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from submissions.access import access_upload_place
from submissions.errors import SubmissionError
from submissions.models import Inspection
from submissions.services.inspecting import due_inspections, forget_abandoned, inspect
from submissions.services.page_images import draw_ahead
from submissions.services.resuming import lay_on_desk, sweep_uploads, waiting_whole
from submissions.services.scans import due_scans, read_scan
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
def read_one_scan(scan_pk: int) -> None:
    """Look for separator sheets in one long scan."""
    read_scan(scan_pk=scan_pk, at=timezone.now())


@shared_task
def read_scans() -> None:
    """Read what waits: new scans whose bell was lost, and those a killed worker left."""
    for pk in due_scans(at=timezone.now()):
        read_one_scan(pk)


@shared_task
def settle_uploads() -> None:
    """Lay whole files on their desks whose browser went away, drop those whose time is over."""
    now = timezone.now()
    sweep_uploads(at=now)
    for upload in waiting_whole(at=now):
        with suppress(Http404, PermissionDenied, SubmissionError):
            lay_on_desk(upload=upload, place=access_upload_place(upload), at=now)


@shared_task
def forget() -> None:
    """Let go of contents that were uploaded and never handed in."""
    forget_abandoned(before=timezone.now() - ORPHAN_AGE)
