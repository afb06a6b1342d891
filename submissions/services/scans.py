"""The verbs of long scans: take one, read its separator sheets page by page, cut it into papers on the desk, drop it.

Reading is work of a row: pages read are noted as they come, a killed worker's lease runs out and another goes on.
Whoever has read the last page draws the pages that the confirm grid shows while the scan is open: from a bucket it
comes whole each time, and it may be as long as `UPLOAD_SCAN_LIMIT`.
Not here: where a scan is cut (`scan_slips.py`), the desk (`staging.py`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from audit import services as audit
from directives.models import Obligation
from submissions.choices import MatchState
from submissions.desk_access import DeskPlace
from submissions.errors import ScanRefused, SecretPaper, SecretPapers
from submissions.inspection.runner import InspectionFailed, PageUndrawable, Session, session
from submissions.models import LongScan, ScanPage, StagedFile
from submissions.placing import Placer
from submissions.scan_slips import MOST_PAGES, Cut, cuts_of, sheet_of
from submissions.secret_papers import find_secret
from submissions.services.inspecting import await_inspection, must_begin_as_pdf
from submissions.services.staging import Incoming, log_secret_papers
from submissions.slot_names import slot_file_name
from units.models import User
from vault.errors import StoreUnavailable, VaultError
from vault.models import Blob
from vault.services import PDF, open_verified, place, put, receive
from vietnamese.paths import last_path_part
from vietnamese.text import clean

A_LOOK = 20
"""Pages one call of the child looks at."""
THUMB_WIDTH, LARGE_WIDTH = 240, 1000
"""Pixels of a page in the grid, and of one that is read."""
MOST_IMAGE_BYTES = 32 * 1024 * 1024
_LEASE = timedelta(seconds=60)
_UNREADABLE = "Không mở được bản quét này. Hãy quét lại, không đặt mật khẩu, rồi gửi lại."


@dataclass(frozen=True, slots=True)
class Slice:
    """Pages of a scan (from 1, inclusive) that become one paper, and whose; `slot` names which of its files, if several."""

    first: int
    last: int
    obligation: Obligation
    slot: str = ""


def take_scan(*, place_of_desk: DeskPlace, incoming: Incoming, by: User, at: datetime) -> LongScan:
    """Keep a long scan, to be read; the same bytes that wait here already are the same scan. Recorded as
    `submission.stage`.

    Raises ScanRefused, SecretPapers (its bytes are wiped; recorded as `directive.refuse_secret`).
    """
    if incoming.stream is None:
        raise ScanRefused(incoming.refusal)
    try:
        staged = receive(stream=incoming.stream, limit=settings.UPLOAD_SCAN_LIMIT, check_head=must_begin_as_pdf)
    except VaultError as refusal:
        raise ScanRefused(str(refusal)) from refusal
    try:
        with session() as talking:
            found = find_secret(talking, incoming.name, staged)
        if found:
            secret = [SecretPaper(1, *found)]
            log_secret_papers(secret, ward=place_of_desk.requirement.directive.ward, by=by, at=at)
            raise SecretPapers(secret, kept=0)
        with transaction.atomic():
            here = {"requirement": place_of_desk.requirement, "unit": place_of_desk.unit}
            blob = place(staged=staged, media_type=PDF, now=at)
            lying = LongScan.objects.visible_to(by).at_desk(**here, period=place_of_desk.period).filter(blob=blob)
            if known := lying.first():
                return known
            scan = LongScan.objects.create(
                uploaded_by=by,
                **here,
                period=place_of_desk.period,
                blob=blob,
                original_name=(clean(last_path_part(incoming.name)) or "bản quét.pdf")[:600],
                uploaded_at=at,
            )
            detail = {"unit": scan.unit_id, "files": [scan.original_name]}
            audit.record(action="submission.stage", detail=detail, **_subject(scan, by, at))
    finally:
        staged.discard()
    return scan


def _subject(scan: LongScan, by: User, at: datetime) -> dict[str, Any]:
    return {"actor": by, "obj": scan.requirement, "ward_id": scan.unit.ward_id, "at": at}


def due_scans(*, at: datetime) -> list[int]:
    """Scans nobody reads at the moment."""
    waiting = LongScan.objects.filter(failure="").filter(Q(pages=None) | Q(pages_read__lt=F("pages")))
    return list(waiting.filter(Q(lease_until=None) | Q(lease_until__lte=at)).values_list("pk", flat=True)[:50])


def read_scan(*, scan_pk: int, at: datetime) -> None:
    """Look at the pages not looked at yet, `A_LOOK` a step, each step noted. Nothing happens in other hands."""
    free = LongScan.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), pk=scan_pk, failure="")
    if not free.update(lease_until=at + _LEASE):
        return
    scan = LongScan.objects.select_related("blob").get(pk=scan_pk)
    failure, started = "", time.monotonic()
    try:
        with open_verified(blob=scan.blob, now=at) as content, session() as talking:
            while not scan.is_read and not failure:
                seen = talking.read_codes(content, scan.pages_read + 1, scan.pages_read + A_LOOK)
                if seen.pages > MOST_PAGES:
                    failure = f"Bản quét có {seen.pages} trang, quá {MOST_PAGES} trang. Hãy chia thành nhiều tệp."
                scan.pages = seen.pages
                scan.codes = [*scan.codes, *([page, text] for page, text in seen.codes)]
                scan.blank = [*scan.blank, *seen.blank]
                scan.pages_read = min(seen.pages, scan.pages_read + A_LOOK)
                scan.lease_until = at + timedelta(seconds=time.monotonic() - started) + _LEASE
                scan.save(update_fields=["pages", "codes", "blank", "pages_read", "lease_until"])
            if not failure:
                _draw_ends(talking, content, scan, at, started)
    except StoreUnavailable:
        pass  # nothing is wrong with the scan: it is due again
    except (VaultError, InspectionFailed, PageUndrawable):
        failure = _UNREADABLE
    LongScan.objects.filter(pk=scan_pk).update(lease_until=None, failure=failure)


def _draw_ends(talking: Session, content: BinaryIO, scan: LongScan, at: datetime, started: float) -> None:
    """The first and the last page of each cut, small. One that cannot be drawn is left out."""
    shown = sorted({page for cut in proposed_cuts(scan) for page in (cut.first, cut.last)})
    for number, page in enumerate(shown):
        if number % A_LOOK == 0:
            lease = at + timedelta(seconds=time.monotonic() - started) + _LEASE
            LongScan.objects.filter(pk=scan.pk).update(lease_until=lease)
        with suppress(InspectionFailed, PageUndrawable, VaultError):
            _drawn(talking, content, scan, page, THUMB_WIDTH, at)


def page_of_scan(*, scan: LongScan, page: int, width: int, at: datetime) -> Blob | None:
    """The image of one page (from 1), drawn now and kept if it is not there yet; None when it cannot be drawn."""
    known = ScanPage.objects.filter(scan=scan, page=page, width=width).select_related("image").first()
    if known is not None and not known.image.is_quarantined:
        return known.image
    try:
        with open_verified(blob=scan.blob, now=at) as content, session() as talking:
            return _drawn(talking, content, scan, page, width, at)
    except (VaultError, InspectionFailed, PageUndrawable):
        return None


def _drawn(talking: Session, content: BinaryIO, scan: LongScan, page: int, width: int, at: datetime) -> Blob:
    data = talking.render(content, page=page, width=width)
    image = put(stream=BytesIO(data.jpeg), media_type="image/jpeg", limit=MOST_IMAGE_BYTES, now=at)
    with suppress(IntegrityError), transaction.atomic():  # the scan may be cut, and so gone, by now
        ScanPage.objects.update_or_create(scan=scan, page=page, width=width, defaults={"image": image})
    return image


def proposed_cuts(scan: LongScan) -> list[Cut]:
    """Where the sheets say the scan is to be cut."""
    sheets = {page: sheet for page, text in scan.codes if (sheet := sheet_of(text))}
    return cuts_of(pages=scan.pages or 0, sheets=sheets, blank=set(scan.blank), requirement=scan.requirement_id)


def cut_scan(
    *, scan: LongScan, slices: Sequence[Slice], place_of_desk: DeskPlace, by: User, at: datetime
) -> list[StagedFile]:
    """Each slice becomes a file on the desk, or in its slot, that says which pages it is of; the scan goes. Recorded as
    `submission.stage`.

    Raises ScanRefused when a slice cannot be taken out or is too big; then nothing was laid down.
    """
    placer = Placer(place_of_desk, at)
    made: list[tuple[Slice, Blob]] = []
    try:
        with open_verified(blob=scan.blob, now=at) as content, session() as talking:
            for one in slices:
                taken = talking.take_out(content, one.first, one.last)
                made.append((one, put(stream=BytesIO(taken), media_type=PDF, limit=settings.UPLOAD_FILE_LIMIT, now=at)))
    except (InspectionFailed, PageUndrawable) as failed:
        raise ScanRefused("Không cắt được bản quét này. Hãy quét lại, hoặc quét riêng từng bài.") from failed
    except VaultError as refusal:
        raise ScanRefused(str(refusal)) from refusal
    with transaction.atomic():
        if not LongScan.objects.select_for_update().filter(pk=scan.pk).exists():
            return []  # cut a moment ago
        staged = [_laid_down(scan, one, blob, _name_of(one, placer), by, at) for one, blob in made]
        detail = {"unit": scan.unit_id, "files": [one.pk for one in staged]}
        audit.record(action="submission.stage", detail=detail, **_subject(scan, by, at))
        LongScan.objects.filter(pk=scan.pk).delete()
    return staged


def _name_of(one: Slice, placer: Placer) -> str:
    return slot_file_name(one.obligation, one.slot, ".pdf") if one.slot else placer.name_of(one.obligation)


def _laid_down(scan: LongScan, one: Slice, blob: Blob, name: str, by: User, at: datetime) -> StagedFile:
    await_inspection(blob=blob, at=at)
    return StagedFile.objects.create(
        uploaded_by=by,
        requirement=scan.requirement,
        unit=scan.unit,
        period=scan.period,
        blob=blob,
        original_name=f"{scan.original_name[:500]} (trang {one.first}–{one.last})",
        size=blob.size,
        match_state=MatchState.MATCHED,
        obligation=one.obligation,
        canonical_name=name,
        slot=one.slot,
        origin={"scan": scan.original_name, "first": one.first, "last": one.last},
        uploaded_at=at,
    )


@transaction.atomic
def drop_scan(*, scan: LongScan, by: User, at: datetime) -> None:
    """Take it away; its bytes are swept. Recorded as `submission.unstage`."""
    audit.record(action="submission.unstage", detail={"files": [scan.original_name]}, **_subject(scan, by, at))
    LongScan.objects.filter(pk=scan.pk).delete()
