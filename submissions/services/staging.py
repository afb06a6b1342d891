"""The verbs of the deposit desk: upload, say whose a file is, take it away, confirm.

An uploaded file is kept at once (bytes flushed, row written, inspection queued) and is handed in only by the confirm:
until then it is CHƯA NỘP. Not here: what a confirm writes (`submitting.py`), how the desk looks (`desk.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit import services as audit
from directives.models import Obligation
from directives.services.secret_papers import record_secret_refusal
from statements.inserting import insert
from submissions.archives import ArchiveFault, NotAnArchive, files_of
from submissions.choices import Door, MatchState
from submissions.desk import Desk
from submissions.desk_access import DeskPlace
from submissions.desk_rows import read_desk
from submissions.errors import DeskChanged, DeskShut, NotOwed, SecretPaper, SecretPapers, SeveralKinds
from submissions.inspection.runner import PhotographData, session
from submissions.inspection.verdicts import HEADER
from submissions.models import Deposit, StagedFile
from submissions.photos import PhotographUnusable, is_photograph, made_upright, must_be_photograph
from submissions.placing import Placer, is_spelled_now
from submissions.secret_papers import find_secret, stamp_in_name
from submissions.services.desk_photos import TakenPhoto, lay_photos
from submissions.services.inspecting import await_inspection, inspect_now, must_begin_as_pdf
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from units.models import Unit, User
from vault.errors import VaultError
from vault.models import Blob
from vault.services import PDF, put, receive
from vault.services import place_beside as place_bytes
from vault.staging import Staged
from vault.uploads import FLUSHING_AT_ONCE, StagedUpload
from vietnamese.paths import last_path_part
from vietnamese.text import clean

_LONGEST_NAME = 600  # the column; names beyond it are cut, the bytes are what counts
_LONGEST_MESSAGE = 400
PATIENCE = timedelta(seconds=5)
"""How long a confirm waits for the checks of its files (quality: told within five seconds)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file as a door received it: its name, and its stream or why there is none."""

    name: str
    stream: BinaryIO | None
    refusal: str = ""


def stage_files(
    *, place_of: Callable[[], DeskPlace], incoming: Sequence[Incoming], uploaded_by: User, at: datetime, batch: str = ""
) -> list[StagedFile]:
    """Keep files on the desk, ZIP archives opened; each gets a row, refused ones with their sentence.

    `place_of` gives the place, or raises whatever says that there is none for this account; it is called while the child
    looks for a stamp in the first file, and always before anything is stored or logged.

    Photographs that belong together (by name, folder, or dropped at once: the same `batch`) become one PDF, one row.

    The same bytes under the same name already lying there are not laid down twice. Each file stands for itself: one
    that fails takes no other with it. Recorded once as `submission.stage`.
    Raises SeveralKinds where one file would be no answer; SecretPapers, after the others are laid down, when files bear a state-secret stamp: their bytes are wiped, no
    row, name or hash of them is kept; recorded as `directive.refuse_secret`.
    """

    @cache
    def placer_of() -> Placer:
        placer = Placer(_of_one_file(place_of()), at)
        for one in incoming:
            placer.put(one.name)
        return placer

    received: list[_Received] = []
    try:
        secret = _take_without_secrets(incoming, received, meanwhile=placer_of)
        placer = placer_of()
        place = placer.place
        for one in received:
            _settle_bytes(one)
        photos = [one for one in received if one.photo]
        files = [one for one in received if not one.photo]
        try:
            staged = _laid_down(place, placer, files, uploaded_by, at)
        except VaultError as refusal:  # no room at the last step, and nothing of it is written: they are told off
            for one in files:
                _drop_bytes(one, refusal)
            staged = _laid_down(place, placer, files, uploaded_by, at)
    finally:
        for one in received:
            if one.bytes is not None:
                one.bytes.discard()
    taken = [TakenPhoto(one.name, one.photo) for one in photos if one.photo]
    staged += lay_photos(place=place, placer=placer, photos=taken, batch=batch or uuid4().hex, by=uploaded_by, at=at)
    if secret:
        log_secret_papers(secret, ward=place.requirement.directive.ward, by=uploaded_by, at=at)
        raise SecretPapers(secret, kept=len(staged))
    return staged


def _of_one_file(place: DeskPlace) -> DeskPlace:
    """The place, if one file is an answer there. Raises SeveralKinds."""
    if place.asks_several:
        raise SeveralKinds
    return place


def log_secret_papers(found: Sequence[SecretPaper], *, ward: Unit, by: User | str | None, at: datetime) -> None:
    """Log that stamped files were turned away: who, when and why, nothing of them. One entry an upload."""
    reason = " và ".join(sorted({f"thấy dấu mật trong {one.where}" for one in found}))
    record_secret_refusal(reason=reason, by=by, ward=ward, at=at)


def _take_without_secrets(
    incoming: Iterable[Incoming], received: list[_Received], *, meanwhile: Callable[[], object]
) -> list[SecretPaper]:
    """Puts the files, archives opened, beside the vault and into `received`; returns what had a stamp: those bytes, and
    the archive around them, are overwritten and deleted at once. `meanwhile` is called while the child reads a file."""
    secret: list[SecretPaper] = []
    number = 0
    with session() as talking:
        for given in incoming:
            before = len(secret)
            stamp = stamp_in_name(given.name)
            for one in [given] if stamp else opened_archives(given):
                number += 1
                held = _Received(given.name, 0) if stamp else _received(one)
                received.append(held)  # first: whatever is raised from here on, its bytes are discarded
                found = find_secret(talking, one.name, held.bytes, meanwhile=meanwhile)
                if found:
                    received.pop()
                    secret.append(SecretPaper(number, *found))
                else:
                    _straighten(held)
                for earlier in received[-FLUSHING_AT_ONCE:][:1]:
                    _settle_bytes(earlier)
            if len(secret) > before and isinstance(given.stream, StagedUpload):
                given.stream.wipe()
    return secret


def opened_archives(given: Incoming) -> Iterator[Incoming]:
    """The file itself, or the files of a ZIP."""
    if not given.name.lower().rstrip(" .").endswith(".zip") or given.stream is None:
        yield given
        return
    stream: object = given.stream
    if isinstance(stream, StagedUpload):
        if stream.file is None:
            yield Incoming(given.name, None, str(stream.refusal or ""))
            return
        stream = stream.file
    try:
        for packed in files_of(cast(BinaryIO, stream)):
            yield Incoming(packed.name, packed.stream, packed.refusal)
    except NotAnArchive as fault:
        yield Incoming(given.name, None, str(fault))


def keep(*, incoming: Incoming, at: datetime) -> tuple[Blob | None, str]:
    """The content in the vault, or None with the sentence why it was not taken."""
    if incoming.stream is None:
        return None, incoming.refusal
    try:
        return put(
            stream=incoming.stream,
            media_type=PDF,
            limit=settings.UPLOAD_FILE_LIMIT,
            now=at,
            check_head=must_begin_as_pdf,
        ), ""
    except (VaultError, ArchiveFault) as refusal:
        return None, str(refusal)


@dataclass(slots=True)
class _Received:
    """One file flushed beside the vault, or the sentence why it was not taken; its content's row once it is placed."""

    name: str
    size: int
    bytes: Staged | None = None
    refusal: str = ""
    blob: Blob | None = None
    photo: PhotographData | None = None


def _straighten(one: _Received) -> None:
    """A photograph is made upright and bare; what came is dropped."""
    if one.bytes is None or one.bytes.head.startswith(HEADER):
        return
    _settle_bytes(one)
    if one.bytes is None:
        return
    try:
        with one.bytes.path.open("rb") as content:
            one.photo = made_upright(content)
    except PhotographUnusable as refusal:
        one.refusal = str(refusal)
    one.bytes.discard()
    one.bytes = None


def _settle_bytes(one: _Received) -> None:
    """Its bytes are flushed, or it is told off; before the transaction, so that nobody's rows wait for a disk."""
    if one.bytes is None:
        return
    try:
        one.bytes.settle()
    except VaultError as refusal:
        one.refusal, one.bytes = str(refusal), None


def _must_be_paper(head: bytes) -> None:
    """The head check of the desk: a PDF, or a photograph of a page."""
    if is_photograph(head):
        must_be_photograph(head)
    else:
        must_begin_as_pdf(head)


def _received(incoming: Incoming) -> _Received:
    found = _Received(incoming.name, getattr(incoming.stream, "size", None) or 0, refusal=incoming.refusal)
    if incoming.stream is None:
        return found
    try:
        limit = settings.UPLOAD_FILE_LIMIT
        found.bytes = receive(stream=incoming.stream, limit=limit, check_head=_must_be_paper, is_settled_later=True)
        found.size = found.bytes.size
    except (VaultError, ArchiveFault) as refusal:
        found.refusal = str(refusal)
    return found


def _drop_bytes(one: _Received, refusal: VaultError) -> None:
    if one.bytes is not None:
        one.bytes.discard()
        one.refusal, one.bytes, one.blob = str(refusal), None, None


@transaction.atomic
def _laid_down(
    place: DeskPlace, placer: Placer, received: Sequence[_Received], uploaded_by: User, at: datetime
) -> list[StagedFile]:
    """Addresses, rows, queued checks and the log in one transaction, after the slow part: one commit a request, when the
    bytes, whose folders are flushed meanwhile, are durable. Raises StoreFull, StoreUnavailable when they are not."""
    # In the order of their contents: two uploads of the same files wait for each other, never in a circle.
    with_bytes = sorted((one for one in received if one.bytes), key=lambda one: one.bytes.sha256 if one.bytes else "")
    durable: list[Callable[[], None]] = []
    for one in with_bytes:
        try:
            with transaction.atomic() if len(with_bytes) > 1 else nullcontext():
                one.blob, flushed = place_bytes(staged=cast(Staged, one.bytes), media_type=PDF, now=at)
        except VaultError as refusal:  # no room at the last step: this file is told off, the others stand
            if len(with_bytes) == 1:
                raise
            _drop_bytes(one, refusal)
        else:
            durable.append(flushed)
    staged = [_lay_down(place, placer, one, uploaded_by, at) for one in received]
    if staged:
        audit.record(
            action="submission.stage",
            actor=uploaded_by,
            obj=place.requirement,
            ward_id=place.requirement.directive.ward_id,
            detail={"unit": place.unit.pk, "files": [one.pk for one in staged]},
            at=at,
        )
    for flushed in durable:
        flushed()
    return staged


def _lay_down(place: DeskPlace, placer: Placer, one: _Received, uploaded_by: User, at: datetime) -> StagedFile:
    placed, blob = placer.put(one.name), one.blob
    name = (clean(last_path_part(one.name)) or "tệp không tên")[:_LONGEST_NAME]
    if blob and not blob.is_new:
        there = StagedFile.objects.visible_to(uploaded_by).at_desk(place.requirement, place.unit, place.period)
        again = there.filter(blob=blob, original_name=name).first()
        if again:
            return again
    if blob:
        await_inspection(blob=blob, at=at)
    lying = StagedFile(
        uploaded_by=uploaded_by,
        requirement=place.requirement,
        unit=place.unit,
        period=place.period,
        blob=blob,
        original_name=name,
        size=one.size,
        match_state=placed.state if blob else MatchState.REFUSED,
        obligation=placed.obligation,
        candidates=[obligation.pk for obligation in placed.candidates],
        canonical_name=placed.canonical,
        message=(one.refusal or placed.message)[:_LONGEST_MESSAGE],
        uploaded_at=at,
    )
    insert(lying)
    return lying


@transaction.atomic
def choose_party(
    *, staged: StagedFile, place: DeskPlace, obligation: Obligation, chosen_by: User, at: datetime
) -> StagedFile:
    """Say whose the file is; its canonical name follows the roster. Recorded as `submission.stage`."""
    if place.obligation(obligation.pk) is None:
        raise NotOwed(str(obligation.member or obligation.unit), "không thuộc đơn vị đang nộp")
    locked = StagedFile.objects.select_for_update().get(pk=staged.pk)
    locked.obligation = obligation
    locked.match_state = MatchState.MATCHED
    locked.canonical_name = Placer(place, at).name_of(obligation)
    locked.message = ""
    locked.save()
    audit.record(
        action="submission.stage",
        actor=chosen_by,
        obj=locked.requirement,
        ward_id=place.requirement.directive.ward_id,
        detail={"file": locked.pk, "obligation": obligation.pk},
        at=at,
    )
    return locked


@transaction.atomic
def take_away(*, staged: Sequence[StagedFile], taken_by: User, at: datetime) -> int:
    """Remove files from the desk; their bytes are swept when nothing else needs them. Recorded as `submission.unstage`."""
    if not staged:
        return 0
    rows = StagedFile.objects.filter(pk__in=[one.pk for one in staged])
    count, _ = rows.delete()
    audit.record(
        action="submission.unstage",
        actor=taken_by,
        obj=staged[0].requirement,
        ward_id=staged[0].unit.ward_id,
        detail={"files": [one.original_name for one in staged]},
        at=at,
    )
    return count


def settle_before_confirm(*, place: DeskPlace, staged_ids: Sequence[int], uploaded_by: User, at: datetime) -> None:
    """Check now what no worker has checked yet, so that the receipt says the pages and a bad file is told before it.

    A file in a worker's hands is waited for, `PATIENCE` at most; one still open then is handed in unchecked and a
    refusal reopens the slot. Never inside a transaction: checks commit on their own.
    """
    settle(lying=place.staged_by(uploaded_by).filter(pk__in=staged_ids), at=at)


def settle(*, lying: QuerySet[StagedFile], at: datetime) -> None:
    """Check what lies there and is not checked yet, as `settle_before_confirm` says; rows come with `blob__inspection`."""
    give_up = time.monotonic() + PATIENCE.total_seconds()
    while True:
        open_ones = [one for one in lying.all() if one.blob is not None and not one.blob.inspection.is_settled]
        for one in open_ones:
            inspect_now(blob=one.blob, at=at)
        if not open_ones or time.monotonic() > give_up:
            return
        time.sleep(0.1)


@transaction.atomic
def confirm_desk(
    *,
    place: DeskPlace,
    staged_ids: Sequence[int],
    submitted_by: User,
    at: datetime,
    idempotency_key: str,
    door: str = Door.BROWSER,
) -> Deposit:
    """Hand in the files of the desk that the page promised, in one deposit; they leave the desk.

    Raises DeskShut when nothing is taken any more, DeskChanged when one of them is not ready any more (nothing is handed
    in then), and whatever `hand_in` raises. The same key again gives the same deposit.
    """
    answers: list[Answer] = []
    mine = StagedFile.objects.visible_to(submitted_by).at_desk(place.requirement, place.unit, place.period)
    # Locked before the key is looked up: a second click waits here until the first has written its deposit.
    lying = list(mine.select_for_update(of=("self",)).select_related("blob__inspection"))
    if not Deposit.objects.filter(idempotency_key=idempotency_key).exists():
        answers = _answers(read_desk(place, lying, at), staged_ids)
    deposit = hand_in(
        answers=answers,
        unit=place.unit,
        requirement=place.requirement,
        submitted_by=submitted_by,
        door=door,
        received_at=at,
        idempotency_key=idempotency_key,
    )
    if answers:
        mine.filter(pk__in=staged_ids).delete()
    return deposit


def _answers(desk: Desk, staged_ids: Sequence[int]) -> list[Answer]:
    """What was promised, as answers to obligations. Raises DeskShut, DeskChanged."""
    if desk.shut:
        raise DeskShut
    ready = {row.staged.pk: row for row in desk.ready}
    if set(staged_ids) - set(ready):
        raise DeskChanged
    placer_of = cache(lambda: Placer(desk.place, desk.at))
    answers = []
    for pk in staged_ids:
        staged = ready[pk].staged
        obligation = desk.place.obligation(staged.obligation_id)
        if obligation is None or staged.blob is None:
            raise DeskChanged
        name = staged.canonical_name
        if not is_spelled_now(name, obligation):  # laid down before the roster gave the unit another name
            name = placer_of().respelled(name, obligation)
        answers.append(Answer(obligation, (FileToSubmit(staged.blob, staged.original_name, name),)))
    return answers
