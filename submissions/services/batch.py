"""Deposits from the terminal: files, folders and ZIP archives handed in together, or only looked at.

Looking and doing read one desk: a dry run puts the files on a desk that exists only in memory, in the states they
would have. Not here: the arguments (`management/commands/deposit.py`), the states (`desk_rows.py`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from directives.choices import ObligationState
from directives.errors import SECRET_NEXT_STEP
from directives.models import Obligation
from submissions.archives import ArchiveFault
from submissions.choices import Door, InspectionState, MatchState
from submissions.desk import DeskRow
from submissions.desk_access import DeskPlace
from submissions.desk_rows import read_desk
from submissions.errors import SecretPaper
from submissions.inspection.examination import examine_patiently
from submissions.inspection.runner import InspectionFailed, Session, session
from submissions.inspection.verdicts import ACCEPT, FLAG, REJECT
from submissions.models import Inspection, Receipt, StagedFile
from submissions.photos import is_photograph
from submissions.placing import Placement, Placer
from submissions.secret_papers import find_secret
from submissions.services.batch_photos import Album
from submissions.services.inspecting import inspect_now, must_begin_as_pdf
from submissions.services.staging import Incoming, keep, log_secret_papers, opened_archives
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from submissions.timeliness import counts_anew, timeliness_of
from units.models import Member, User
from vault.errors import VaultError
from vault.models import Blob
from vault.staging import Staged, stage

_ATTEMPTS = 2
_STATE_OF = {ACCEPT: InspectionState.CLEAN, FLAG: InspectionState.FLAGGED, REJECT: InspectionState.REJECTED}
_VERDICT_OF = {InspectionState.CLEAN: ACCEPT, InspectionState.FLAGGED: FLAG}
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class HandedInBy:
    """Who hands a batch in and through which door; the terminal unless said otherwise."""

    door: str = Door.COMMAND
    user: User | None = None
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one file, or would."""

    path: str
    sha256: str | None
    verdict: str
    """accept, flag or reject: the content."""
    member: str | None
    unit_code: str | None
    canonical: str | None
    state: str
    """matched, choose, unknown, duplicate, exempt, accepted, refused; submitted once handed in."""
    timeliness: str | None
    receipt: str | None
    reasons: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Nothing is left for a person to do about it."""
        return self.state not in ("choose", "unknown", "refused")


@dataclass(slots=True)
class _Lying:
    """A file on the desk in memory."""

    path: str
    staged: StagedFile
    placed: Placement
    sha256: str | None
    note: str = ""
    """Of a paper bound of photographs: which."""


def files_in(paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Every file of the paths, folders opened, in order of their names; hidden ones are passed over."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in found:
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield str(file), file


def deposit_batch(
    *,
    place: DeskPlace,
    files: Iterable[tuple[str, Path]],
    at: datetime,
    apply: bool,
    progress: Callable[[int], None] = lambda done: None,
    by: HandedInBy | None = None,
    kept_at: datetime | None = None,
) -> list[BatchItem]:
    """Match and check the files, and with `apply` hand in all that are ready in one deposit (`by`: who, through which
    door; the terminal when not given).

    A file is known by the last part of its path; photographs of one paper (by name, else by folder) are one PDF and one
    item, at the path of the first. `at` is when it reached the server, `kept_at` when its bytes are kept
    (default: the same).
    A dry run stores nothing; a file with a state-secret stamp is never kept, only that it was turned away is logged. The same files a second time are found to be handed in and change nothing. Recorded by
    `hand_in`. Raises what `hand_in` raises; then nothing was handed in.
    """
    placer = Placer(place, at)
    lying: list[_Lying] = []
    secret: list[SecretPaper] = []
    with session() as talking, tempfile.TemporaryDirectory(prefix="nop-bai-") as folder:
        album = Album(Path(folder))

        def lay(path: str, incoming: Incoming, held: Staged | str) -> _Lying:
            as_asked: dict[str, Any] = {"apply": apply, "number": len(lying), "secret": secret}
            return _lay(place, placer, talking, path, incoming, held, kept_at or at, **as_asked)

        for done, (path, incoming) in enumerate(_opened(files), start=1):
            held = _held(incoming, Path(folder))
            if isinstance(held, Staged) and is_photograph(held.head):
                _add_photograph(album, talking, path, held, done, secret)
            else:
                lying.append(lay(path, incoming, held))
            progress(done)
        for paper in album.papers():
            bound = Incoming(f"{paper.name}.pdf", BytesIO(paper.content) if paper.content else None, paper.refusal)
            lying.append(lay(paper.path, bound, _held(bound, Path(folder))))
            lying[-1].note = paper.note
    desk = read_desk(place, [one.staged for one in lying], at)
    rows = {row.staged.pk: row for row in desk.rows}
    if secret and apply:
        log_secret_papers(secret, ward=place.requirement.directive.ward, by=None, at=kept_at or at)
    receipts = _handed_in(place, [rows[one.staged.pk] for one in lying], at, by or HandedInBy()) if apply else {}
    return [_item(one, rows[one.staged.pk], place, at, receipts) for one in lying]


def _opened(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Incoming]]:
    """Files with archives opened; a file of an archive is told as "pack.zip/name"."""
    for path, file in files:
        with file.open("rb") as stream:
            name = path.rpartition("/")[2]
            for incoming in opened_archives(Incoming(name, stream)):
                inside = "" if incoming.name == name else f"/{incoming.name}"
                yield f"{path}{inside}", incoming


def _lay(
    place: DeskPlace,
    placer: Placer,
    talking: Session,
    path: str,
    incoming: Incoming,
    held: Staged | str,
    at: datetime,
    *,
    apply: bool,
    number: int,
    secret: list[SecretPaper],
) -> _Lying:
    """Put one file on the desk in memory; with `apply` its bytes go into the vault."""
    placed = placer.put(incoming.name)
    blob, sha256, refusal = None, None, incoming.refusal
    found = find_secret(talking, incoming.name, held if isinstance(held, Staged) else None)
    if found:
        secret.append(SecretPaper(number + 1, *found))
        refusal = _secret_sentence(found)
    elif isinstance(held, Staged):
        try:
            sha256 = held.sha256
            must_begin_as_pdf(held.head)
            blob, refusal = (_kept if apply else _looked_at)(talking, incoming.name, held, at, number)
        except VaultError as fault:
            refusal = str(fault)
        finally:
            held.discard()
    else:
        refusal = held or refusal
    staged = StagedFile(
        pk=-1 - number,
        requirement=place.requirement,
        unit=place.unit,
        period=place.period,
        blob=blob,
        original_name=incoming.name,
        size=blob.size if blob else 0,
        match_state=placed.state if blob else MatchState.REFUSED,
        obligation=placed.obligation,
        candidates=[one.pk for one in placed.candidates],
        canonical_name=placed.canonical,
        message=refusal or placed.message,
        uploaded_at=at,
    )
    return _Lying(path, staged, placed, sha256)


def _add_photograph(
    album: Album, talking: Session, path: str, held: Staged, number: int, secret: list[SecretPaper]
) -> None:
    """Put a photograph beside its fellows; one with a state-secret stamp in its name is wiped and holds them back."""
    found = find_secret(talking, f"{album.name_at(path)}/{path.rpartition('/')[2]}", held)
    if found:
        secret.append(SecretPaper(number, *found))
        album.turn_away(path, _secret_sentence(found))
    else:
        album.add(path, held)


def _secret_sentence(found: tuple[str, str]) -> str:
    return f"Tệp có dấu {found[0]} trong {found[1]} nên không nhận và không lưu gì. {SECRET_NEXT_STEP}"


def _held(incoming: Incoming, folder: Path) -> Staged | str:
    """The bytes in a temporary file, counted and hashed, or the sentence why they are not taken."""
    if incoming.stream is None:
        return incoming.refusal
    try:
        return stage(stream=incoming.stream, folder=folder, limit=settings.UPLOAD_FILE_LIMIT)
    except (VaultError, ArchiveFault) as refusal:
        return str(refusal)


def _kept(talking: Session, name: str, held: Staged, at: datetime, number: int) -> tuple[Blob | None, str]:
    """The content in the vault, checked at once."""
    with held.path.open("rb") as stream:
        blob, refusal = keep(incoming=Incoming(name, stream), at=at)
    if blob:
        inspect_now(blob=blob, at=at)
        blob = Blob.objects.select_related("inspection").get(pk=blob.pk)
    return blob, refusal


def _looked_at(talking: Session, name: str, held: Staged, at: datetime, number: int) -> tuple[Blob | None, str]:
    """The content as the vault would describe it, without keeping it; what is known already is not checked again."""
    known = Blob.objects.select_related("inspection").filter(sha256=held.sha256, inspection__isnull=False).first()
    if known and known.inspection.is_settled:
        return known, ""
    blob = known or Blob(pk=-1 - number, sha256=held.sha256, size=held.size, created_at=at)
    with held.path.open("rb") as stream:
        found = examine_patiently(talking, stream, held.size, _ATTEMPTS)
    if isinstance(found, InspectionFailed):
        blob.inspection = Inspection(blob=blob, state=InspectionState.DEAD, reason=found.reason, created_at=at)
    else:
        blob.inspection = Inspection(
            blob=blob,
            state=_STATE_OF[found.judgement.verdict],
            verdict_class=found.judgement.verdict_class,
            reason=found.judgement.reason,
            pages=found.facts.pages,
            created_at=at,
        )
    return blob, ""


def _handed_in(place: DeskPlace, rows: list[DeskRow], at: datetime, by: HandedInBy) -> dict[int, Receipt]:
    """Hand in what is ready; staged file → receipt."""
    ready = [row.staged for row in rows if row.outcome]
    if not ready:
        return {}
    answers = []
    for staged in ready:
        obligation = place.obligation(staged.obligation_id)
        if obligation and staged.blob:
            answers.append(
                Answer(obligation, (FileToSubmit(staged.blob, staged.original_name, staged.canonical_name),))
            )
    with transaction.atomic():
        deposit = hand_in(
            answers=answers,
            unit=place.unit,
            requirement=place.requirement,
            submitted_by=by.user,
            submitted_by_member=by.member,
            door=by.door,
            received_at=at,
            idempotency_key=_key(place, ready, by),
        )
    receipts = deposit.receipts.select_related("file__version__submission")
    by_obligation = {one.file.version.submission.obligation_id: one for one in receipts}
    return {staged.pk: by_obligation[staged.obligation_id] for staged in ready if staged.obligation_id in by_obligation}


def _key(place: DeskPlace, ready: list[StagedFile], by: HandedInBy) -> str:
    """The same files for the same people are the same deposit, however often the command runs."""
    what = sorted(f"{one.obligation_id}:{one.blob.sha256}" for one in ready if one.blob)
    text = f"{place.requirement.pk}/{place.unit.pk}/{'/'.join(what)}"
    if by.door != Door.COMMAND:
        text = f"{by.door}/{by.user and by.user.pk}/{by.member and by.member.pk}/{text}"
    return hashlib.sha256(text.encode()).hexdigest()


def _item(one: _Lying, row: DeskRow, place: DeskPlace, at: datetime, receipts: dict[int, Receipt]) -> BatchItem:
    obligation = place.obligation(one.staged.obligation_id)
    receipt = receipts.get(one.staged.pk)
    inspection: Inspection | None = getattr(one.staged.blob, "inspection", None) if one.staged.blob else None
    person = one.placed.match.person
    state = {"already": "accepted", "locked": "refused"}.get(row.state, row.state)
    return BatchItem(
        path=one.path,
        sha256=one.sha256,
        verdict=_VERDICT_OF.get(InspectionState(inspection.state), REJECT) if inspection else REJECT,
        member=obligation.member.full_name
        if obligation and obligation.member
        else person.full_name
        if person
        else None,
        unit_code=obligation.unit.code if obligation else None,
        canonical=one.staged.canonical_name or None,
        state=SUBMITTED if receipt else state,
        timeliness=receipt.timeliness if receipt else _timeliness(row, obligation, at),
        receipt=receipt.code if receipt else _known_receipt(one, row),
        reasons=tuple(dict.fromkeys(filter(None, (*_said(row), *one.placed.match.sentences, *row.hints, one.note)))),
    )


def _said(row: DeskRow) -> list[str]:
    """Why a row is not simply taken: its question, or its answer."""
    if row.state in ("choose", "unknown"):
        return [row.head]
    return [row.answer] if row.state not in ("matched",) else []


def _timeliness(row: DeskRow, obligation: Obligation | None, at: datetime) -> str | None:
    """What it would be if handed in now; None for what is not."""
    if not row.outcome or obligation is None:
        return None
    anew = counts_anew(
        received_at=at,
        due_at=obligation.due_at,
        fix_by=obligation.fix_by if obligation.state == ObligationState.RETURNED else None,
        first_received_at=obligation.first_submitted_at,
    )
    return timeliness_of(
        received_at=at,
        due_at=obligation.due_at,
        first_received_at=None if anew else obligation.first_submitted_at,
        is_waived=obligation.state == ObligationState.WAIVED,
    )


def _known_receipt(one: _Lying, row: DeskRow) -> str | None:
    """The receipt these bytes got before for the same party."""
    if row.state != "duplicate" or one.staged.blob is None or one.staged.obligation_id is None:
        return None
    known = Receipt.objects.filter(
        sha256=one.staged.blob.sha256, file__version__submission__obligation=one.staged.obligation_id
    )
    return known.order_by("pk").values_list("code", flat=True).first()
