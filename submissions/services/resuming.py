"""Uploads in pieces: begun, continued where they broke off, laid on the desk once they are whole, swept when given up.
A long scan comes the same way and then waits to be cut (`scans.py`); a file for a slot of a written report lies there.

The row says how many bytes count; a piece counts only when the row still ended where the piece began, so that two
senders of one file never mix. A whole file is laid on the desk by whoever finds it so: the request that brought its
last piece, the browser that asks how far it came, or the tick.
Not here: the protocol (`views.resuming`), what lies on a desk (`staging.py`), the bytes (`vault.parts`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from directives.models import Obligation
from directives.report_fields import Slot
from submissions.desk_access import DeskPlace
from submissions.errors import (
    FileRefused,
    OffsetMoved,
    ScanRefused,
    SecretPaper,
    SecretPapers,
    SeveralKinds,
    UploadGone,
    UploadRefused,
)
from submissions.models import PendingUpload, StagedFile
from submissions.secret_papers import stamp_in_name
from submissions.services.scans import take_scan
from submissions.services.staging import Incoming, log_secret_papers, stage_files
from submissions.services.writing import attach_files
from submissions.writing import slots_asked
from units.models import Unit, User
from vault.errors import StoreFull, StoreUnavailable, TooLarge
from vault.parts import Checksum, JoinedParts, Part, drop_part, drop_parts, keep_part
from vault.uploads import limit_of
from vietnamese.text import clean

LIFE = timedelta(hours=24)
"""How long an upload may be continued; the vault's sweep takes pieces of the same age."""
MOST_AT_ONCE = 400
_LEASE = timedelta(seconds=120)
_LONGEST_NAME = 600


def begin_upload(
    *, place: DeskPlace, name: str, length: int, batch: str, by: User, at: datetime, is_scan: bool = False
) -> PendingUpload:
    """A row for a file of `length` bytes; nothing of it is here yet. `is_scan`: a long scan, to be cut by its sheets.

    Raises SeveralKinds, UploadRefused, TooLarge, SecretPapers (logged as `directive.refuse_secret`; nothing is kept).
    """
    if place.asks_several and not is_scan:
        raise SeveralKinds
    _refuse_name(name, ward=place.requirement.directive.ward, by=by, at=at)
    if is_scan and not place.takes_scans:
        raise UploadRefused("Ở đây không tách bản quét dài. Hãy tải từng tệp ở bàn nộp.")
    limit = int(settings.UPLOAD_SCAN_LIMIT) if is_scan else limit_of(name)
    where = {"requirement": place.requirement, "unit": place.unit, "period": place.period}
    whose = None if is_scan else place.whose
    return _begun(name, length, limit, by, at, **where, batch=batch, is_scan=is_scan, obligation=whose)


def begin_slot_upload(
    *, obligation: Obligation, slot: Slot, name: str, length: int, batch: str, by: User, at: datetime
) -> PendingUpload:
    """A row for a file that will lie in one slot of a written report; nothing of it is here yet.

    Raises UploadRefused, TooLarge, SecretPapers (logged as `directive.refuse_secret`; nothing is kept).
    """
    _refuse_name(name, ward=obligation.ward, by=by, at=at)
    where = {"requirement": obligation.requirement, "unit": obligation.unit, "period": obligation.period}
    limit = int(settings.UPLOAD_FILE_LIMIT)
    return _begun(name, length, limit, by, at, **where, batch=batch, obligation=obligation, slot=slot.name)


def _refuse_name(name: str, *, ward: Unit, by: User, at: datetime) -> None:
    """A stamp in the name is enough: no byte of the file is asked for. Raises SecretPapers."""
    stamp = stamp_in_name(name)
    if stamp:
        found = [SecretPaper(1, stamp, "tên tệp")]
        log_secret_papers(found, ward=ward, by=by, at=at)
        raise SecretPapers(found, kept=0)


def _begun(name: str, length: int, limit: int, by: User, at: datetime, **more: Any) -> PendingUpload:
    """The row. Raises TooLarge past `limit` bytes, UploadRefused when too many are begun."""
    if length > limit:
        raise TooLarge(limit)
    mine = PendingUpload.objects.visible_to(by).on_the_way(at)
    if mine.count() >= MOST_AT_ONCE:
        raise UploadRefused(f"Đang có {MOST_AT_ONCE} tệp tải dở. Hãy tải nốt hoặc bỏ bớt rồi gửi tiếp.")
    return PendingUpload.objects.create(
        uploaded_by=by,
        original_name=(clean(name) or "tệp không tên")[-_LONGEST_NAME:],
        length=length,
        created_at=at,
        expires_at=at + LIFE,
        **more,
    )


def take_piece(
    *, upload: PendingUpload, offset: int, stream: BinaryIO, checksum: Checksum | None, at: datetime
) -> PendingUpload:
    """Keep what comes, as far as it comes. No transaction: a slow line must not hold a lock.

    Raises UploadGone, OffsetMoved, TooLarge, ChecksumWrong, StoreFull, StoreUnavailable.
    """
    if upload.expires_at <= at:
        raise UploadGone
    if offset != upload.offset:
        raise OffsetMoved(upload.offset)
    part = keep_part(upload=upload.pk.hex, stream=stream, limit=upload.length - offset, checksum=checksum)
    if part is None:
        return upload
    parts = [*upload.parts, [part.name, part.size]]
    here = PendingUpload.objects.filter(pk=upload.pk, offset=offset, finished_at=None)
    if not here.update(offset=offset + part.size, parts=parts):
        drop_part(upload=upload.pk.hex, part=part)
        now = PendingUpload.objects.filter(pk=upload.pk).first()
        raise OffsetMoved(now.offset) if now else UploadGone
    upload.offset, upload.parts = offset + part.size, parts
    return upload


def lay_on_desk(*, upload: PendingUpload, place: DeskPlace | None, at: datetime) -> list[StagedFile]:
    """A whole file goes on the desk, or into its slot (`place` None), once; its pieces are dropped. Empty when it is not
    whole or in other hands, and for a long scan, which waits to be cut.

    Recorded by `stage_files`, `attach_files`, `take_scan`. Raises SecretPapers: then the pieces are wiped and the row is
    gone; ScanRefused, FileRefused, UploadRefused (the slot is asked for no more): then the pieces and the row are gone,
    unless the store is full or away: then they wait for it.
    """
    if not upload.is_whole or not _claimed(upload, at):
        return []
    try:
        with JoinedParts(upload.pk.hex, upload.pieces) as stream:
            staged = _laid_down(upload, place, Incoming(upload.original_name, cast(BinaryIO, stream)), at)
    except (ScanRefused, FileRefused, UploadRefused) as refusal:
        if isinstance(refusal.__cause__, StoreFull | StoreUnavailable):
            PendingUpload.objects.filter(pk=upload.pk).update(finishing_until=None)
        else:
            give_up(upload=upload)
        raise
    except SecretPapers:
        PendingUpload.objects.filter(pk=upload.pk).delete()
        drop_parts(upload=upload.pk.hex, parts=upload.pieces, wipe=True)
        raise
    except Exception:
        PendingUpload.objects.filter(pk=upload.pk).update(finishing_until=None)
        raise
    PendingUpload.objects.filter(pk=upload.pk).update(finished_at=at, finishing_until=None, parts=[])
    drop_parts(upload=upload.pk.hex, parts=upload.pieces)
    upload.finished_at = at
    return staged


def _laid_down(upload: PendingUpload, place: DeskPlace | None, incoming: Incoming, at: datetime) -> list[StagedFile]:
    by = upload.uploaded_by
    if place is None:
        return _in_slot(upload, incoming, at)
    if upload.is_scan:
        take_scan(place_of_desk=place, incoming=incoming, by=by, at=at)
        return []
    return stage_files(place_of=lambda: place, incoming=[incoming], uploaded_by=by, at=at, batch=upload.batch)


def _in_slot(upload: PendingUpload, incoming: Incoming, at: datetime) -> list[StagedFile]:
    obligation = upload.obligation
    slot = next((one for one in slots_asked(obligation) if one.name == upload.slot), None) if obligation else None
    if obligation is None or slot is None:
        raise UploadRefused(f"Việc này không còn hỏi tệp “{upload.slot}”. Hãy mở lại trang rồi tải lên.")
    done = attach_files(obligation=obligation, slot=slot, incoming=[incoming], by=upload.uploaded_by, at=at)
    for refusal in done.refused:
        raise refusal
    return list(done.staged)


def _claimed(upload: PendingUpload, at: datetime) -> bool:
    """One hand at a time; a hand that was killed loses it after a while, and the desk knows the file again by its bytes."""
    free = PendingUpload.objects.filter(Q(finishing_until=None) | Q(finishing_until__lte=at), pk=upload.pk)
    return bool(free.filter(finished_at=None).update(finishing_until=at + _LEASE))


def give_up(*, upload: PendingUpload) -> None:
    """Drop what came of it. Nothing of it was on the desk, so nothing is recorded."""
    with transaction.atomic():
        current = PendingUpload.objects.select_for_update().filter(pk=upload.pk).first()
        parts: list[Part] = current.pieces if current else []
        PendingUpload.objects.filter(pk=upload.pk).delete()
    drop_parts(upload=upload.pk.hex, parts=parts)


def sweep_uploads(*, at: datetime) -> int:
    """Drop the rows whose time is over, and what lies of them; returns how many."""
    expired = list(PendingUpload.objects.filter(expires_at__lte=at)[:1000])
    for upload in expired:
        give_up(upload=upload)
    return len(expired)


def waiting_whole(*, at: datetime) -> list[PendingUpload]:
    """Whole files nobody has laid on their desk: the browser went away in between."""
    whole = PendingUpload.objects.on_the_way(at).filter(Q(finishing_until=None) | Q(finishing_until__lte=at))
    return [one for one in whole.select_related("uploaded_by", "requirement", "unit")[:200] if one.is_whole]
