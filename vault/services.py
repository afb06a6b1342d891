"""The vault's verbs: put bytes, read them verified, prove the whole store, sweep what nobody needs.

Two promises carry everything else:

* **Row first, bytes second, both before commit.** `place` writes (and so locks) the row, then puts the bytes under
  their address; the sweep deletes the row, then the bytes, inside one transaction. The row's lock makes them take
  turns, so a sweep never takes away bytes that an upload just put back. What is destroyed as part of a longer
  transaction loses its bytes only after that is committed (`erase`), and again under the row's lock.
* **No byte is handed out before the whole content was hashed.** `open_verified` reads everything once before its
  caller sees the first byte (25 MB: about 20 ms); altered bytes are set aside and never served.

Not here: which files are taken and who may read them (`submissions`); the audit of reads (their doors).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction

from statements.inserting import insert
from vault.errors import BlobAltered, BlobDestroyed, BlobMissing, TooLarge
from vault.models import Blob
from vault.staging import HeadCheck, Staged, chunks_of, stage, stage_beside
from vault.store import current_store
from vault.uploads import StagedUpload

ORPHAN_AGE = timedelta(hours=24)
SCRUB_BATCH = 500
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Fault:
    """One content whose bytes are not what their name says."""

    sha256: str
    fault: str
    """`altered` or `missing`."""
    size: int
    """Bytes that should be there."""

    def sentence(self) -> str:
        """The fault in one Vietnamese line."""
        said = {"altered": "đã bị thay đổi", "missing": "không còn trong kho"}[self.fault]
        return f"Tệp {self.sha256} {said}."


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What a scrub saw: how many contents, and which are at fault."""

    checked: int
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep took away: rows nobody points to (with their bytes), bytes without a row
    (or whose row says destroyed), staged leftovers."""

    rows: int
    bytes_without_row: int
    leftovers: int


def put(*, stream: BinaryIO, media_type: str, limit: int, now: datetime, check_head: HeadCheck | None = None) -> Blob:
    """Take a stream in and return its row: flushed bytes under their SHA-256, and the row in its own transaction.

    The first bytes go to `check_head` before anything is written; more than `limit` bytes raise TooLarge. An upload
    that the request handler has already staged is taken over without a second copy. Raises StoreFull,
    StoreUnavailable; whatever is raised, nothing is left behind. Recorded by the caller's verb, which knows whose
    file it is. Never call it inside a transaction that puts several files: two such calls in different order would
    wait for each other.
    """
    staged = receive(stream=stream, limit=limit, check_head=check_head)
    try:
        blob = place(staged=staged, media_type=media_type, now=now)
        blob.is_new = False  # committed: anybody may point to it by now
        return blob
    finally:
        staged.discard()


def receive(
    *, stream: BinaryIO, limit: int, check_head: HeadCheck | None = None, is_settled_later: bool = False
) -> Staged:
    """The first half of `put`: flushed bytes in the staging folder, no row and no lock yet. The caller places them
    (in one transaction with rows of its own) and discards them in any case. Raises as `put`.

    `is_settled_later`: the flush may still be under way, and the caller settles it before its transaction.
    """
    if isinstance(stream, StagedUpload):
        staged = stream.take(limit=limit, check_head=check_head)
    else:
        folder = current_store().staging_folder()
        staged = stage_beside(stream=stream, folder=folder, limit=limit, check_head=check_head)
    if not is_settled_later:
        staged.settle()
    return staged


@transaction.atomic
def place(*, staged: Staged, media_type: str, now: datetime) -> Blob:
    """Give staged bytes their row and their address. Bytes known already keep their row and are written anew.

    The row's `is_new` says whether it was made here: until the caller commits nothing else can point to it.
    """
    staged.settle()  # before the row, whose lock others may wait for
    blob = _row_of(staged, media_type, now)
    current_store().place(staged)
    return blob


def place_beside(*, staged: Staged, media_type: str, now: datetime) -> tuple[Blob, Callable[[], None]]:
    """As `place`, within a transaction of the caller's that ends with any exception raised here; with the row comes what
    the caller calls before the commit: it returns when the bytes are durable under their address, and raises as `place`.
    """
    staged.settle()
    blob = _row_of(staged, media_type, now)
    return blob, current_store().place_beside(staged)


def _row_of(staged: Staged, media_type: str, now: datetime) -> Blob:
    """The locked row of a content: a new one, or the one there as it is after this put."""
    blob = Blob(sha256=staged.sha256, size=staged.size, media_type=media_type, created_at=now, last_put_at=now)
    while not insert(blob, unless_there=True):
        known = Blob.objects.filter(sha256=staged.sha256)
        if known.update(last_put_at=now, quarantined_at=None, missing_since=None, destroyed_at=None):
            return known.get()
        # A sweep deleted the row between our insert and our update.
    blob.is_new = True
    return blob


def open_verified(*, blob: Blob, now: datetime) -> BinaryIO:
    """The content from its first byte, after all of it was hashed. The caller closes it.

    Raises BlobDestroyed, BlobMissing, or BlobAltered after setting the bytes aside and marking the row.
    """
    if blob.destroyed_at is not None:
        raise BlobDestroyed(blob.destroyed_at)
    if blob.is_quarantined:
        raise BlobAltered(blob.sha256)
    stream = current_store().open(blob.sha256)
    if not _is_intact(stream, blob):
        stream.close()
        quarantine(blob=blob, now=now)
        raise BlobAltered(blob.sha256)
    stream.seek(0)
    return stream


def read_verified(*, blob: Blob, now: datetime) -> bytes:
    """The whole content, verified. For contents known to be small."""
    with open_verified(blob=blob, now=now) as stream:
        return stream.read()


def quarantine(*, blob: Blob, now: datetime) -> None:
    """Set altered bytes aside and mark the row. Putting the right bytes again heals both."""
    # In its own transaction, row first: a put of the right bytes at this moment waits, then overwrites.
    with transaction.atomic():
        Blob.objects.filter(pk=blob.pk).update(quarantined_at=now)
        blob.quarantined_at = now
        try:
            current_store().set_aside(blob.sha256)
        except BlobMissing:
            return


def verify(*, blob: Blob) -> Fault | None:
    """Hash one stored content; None when it is intact. Changes nothing."""
    try:
        with current_store().open(blob.sha256) as stream:
            intact = not blob.is_quarantined and _is_intact(stream, blob)
    except BlobMissing:
        return Fault(blob.sha256, "altered" if blob.is_quarantined else "missing", blob.size)
    return None if intact else Fault(blob.sha256, "altered", blob.size)


def scrub() -> Iterator[tuple[int, int, Fault | None]]:
    """Verify every row's bytes: yields (number checked, number of rows at the start, fault or None). Changes nothing."""
    kept = Blob.objects.filter(destroyed_at=None)
    total = kept.count()
    for number, blob in enumerate(kept.order_by("pk").iterator(chunk_size=SCRUB_BATCH), start=1):
        fault = verify(blob=blob)
        if fault and not Blob.objects.filter(pk=blob.pk).exists():
            fault = None  # swept while we walked
        yield number, total, fault


def scrub_and_mark(*, now: datetime) -> Iterator[tuple[int, int, Fault | None]]:
    """`scrub` that keeps what it found on the rows: altered bytes set aside, missing ones marked, healed ones unmarked."""
    missing = set()
    for number, total, fault in scrub():
        if fault is not None and fault.fault == "altered":
            quarantine(blob=Blob.objects.get(sha256=fault.sha256), now=now)
        elif fault is not None:
            missing.add(fault.sha256)
            Blob.objects.filter(sha256=fault.sha256, missing_since=None).update(missing_since=now)
        yield number, total, fault
    marked = Blob.objects.exclude(missing_since=None).filter(missing_since__lt=now).values_list("sha256", flat=True)
    for sha256 in set(marked) - missing:
        Blob.objects.filter(sha256=sha256).update(missing_since=None)


def sweep_orphans(*, now: datetime, age: timedelta = ORPHAN_AGE) -> SweepReport:
    """Delete what nobody points to and nobody put during the last `age`; safe beside uploads and other sweeps."""
    before = now - age
    store = current_store()
    orphans = Blob.objects.last_put_before(before).unreferenced().values_list("sha256", flat=True)
    rows = sum(_sweep_row(sha256, before) for sha256 in list(orphans))
    known = set(Blob.objects.filter(destroyed_at=None).values_list("sha256", flat=True))
    strays = [entry.sha256 for entry in store.entries() if entry.modified_at < before and entry.sha256 not in known]
    return SweepReport(rows, sum(_sweep_stray(sha256, now) for sha256 in strays), store.clear_staging(before))


def mark_destroyed(*, blobs: Iterable[Blob], at: datetime) -> list[str]:
    """The rows stay and say when their bytes were destroyed; the same bytes put again are kept again.

    Called inside the caller's transaction, with the rows locked. Returns the contents for `erase`, to be called once
    that transaction is committed. Who may and why is the caller's to decide and to record.
    """
    contents = []
    for blob in sorted(blobs, key=lambda one: one.sha256):
        if Blob.objects.filter(pk=blob.pk, destroyed_at=None).update(destroyed_at=at):
            contents.append(blob.sha256)
        blob.destroyed_at = at
    return contents


def forget_unneeded(*, blobs: Iterable[Blob]) -> list[str]:
    """Delete the rows of those blobs that nothing points to any more, without waiting for the sweep.

    Called inside the caller's transaction. Returns the contents for `erase`, to be called once it is committed.
    """
    return [sha256 for sha256 in sorted({blob.sha256 for blob in blobs}) if _forget(sha256, None)]


def erase(*, contents: Iterable[str], now: datetime) -> int:
    """Take away the bytes whose rows, committed by now, are gone or say destroyed; returns how many.

    What was put again meanwhile is left. Whatever a crash leaves behind here goes with the next sweep.
    """
    return sum(_sweep_stray(sha256, now) for sha256 in contents)


@transaction.atomic
def _sweep_row(sha256: str, before: datetime) -> bool:
    """The row and its bytes, when nothing points to it and it was put before that instant."""
    if not _forget(sha256, before):
        return False
    current_store().remove(sha256)
    return True


def _forget(sha256: str, before: datetime | None) -> bool:
    """Delete the row alone. `before`: only when it was put before that instant; None: whenever."""
    still = Blob.objects.select_for_update().filter(sha256=sha256)
    if before is not None:
        still = still.last_put_before(before)
    if still.first() is None:
        return False
    # Asked again under the lock: a reference made since the list was drawn keeps the row.
    orphan = Blob.objects.filter(sha256=sha256).unreferenced().first()
    if orphan is None:
        return False
    orphan.delete()
    return True


@transaction.atomic
def _sweep_stray(sha256: str, now: datetime) -> bool:
    """Delete bytes without a row, or whose row says destroyed.

    A row made for the moment, or the lock of the one there, makes an upload of the same bytes wait its turn.
    """
    row, created = Blob.objects.get_or_create(
        sha256=sha256, defaults={"size": 0, "media_type": "", "created_at": now, "last_put_at": now}
    )
    locked = Blob.objects.select_for_update().filter(pk=row.pk)
    if not created and locked.filter(destroyed_at__isnull=False).first() is None:
        return False
    current_store().remove(sha256)
    if created:
        row.delete()
    return True


def _is_intact(stream: BinaryIO, blob: Blob) -> bool:
    digest = hashlib.sha256()
    for chunk in chunks_of(stream):
        digest.update(chunk)
    return digest.hexdigest() == blob.sha256


def put_back(*, stream: BinaryIO, sha256: str, size: int) -> bool:
    """Place bytes of a backup whose row is there already; False, and nothing is placed, when they are not those bytes."""
    try:
        staged = stage(stream=stream, folder=current_store().staging_folder(), limit=size)
    except TooLarge:
        return False
    try:
        if staged.sha256 != sha256:
            return False
        current_store().place(staged)
        Blob.objects.filter(sha256=sha256).update(missing_since=None, quarantined_at=None)
        return True
    finally:
        staged.discard()
