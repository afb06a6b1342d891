"""The verbs of a written report: save, begin with the last period, attach a file to a slot, hand in, nil return.

Savings are not recorded one by one: nothing is handed in by them. Not here: what a confirm writes (`submitting.py`),
what the page shows (`writing.py`), the paper to sign (app reports).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import services as audit
from directives.choices import HANDED_IN_STATES, ObligationState
from directives.models import Obligation
from directives.report_fields import Slot
from submissions.antivirus import ScannerAway, virus_in
from submissions.choices import Door, InspectionState, MatchState
from submissions.errors import (
    DraftChanged,
    FileRefused,
    FilesChanged,
    NilTooLate,
    ReportIncomplete,
    SecretPaper,
    SecretPapers,
    SubmissionError,
)
from submissions.inspection.runner import DocumentRefused, InspectionFailed, session
from submissions.inspection.verdicts import sentence_of
from submissions.models import Deposit, Inspection, ReportDraft, StagedFile, SubmissionVersion
from submissions.photos import PhotographUnusable, is_photograph, made_upright, must_be_photograph
from submissions.report_words import Fault, ReportWords
from submissions.secret_papers import find_secret
from submissions.services.desk_photos import TakenPhoto, lay_in_slot
from submissions.services.inspecting import await_inspection, inspect, must_begin_as_pdf
from submissions.services.staging import Incoming, log_secret_papers, settle
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from submissions.slot_names import slot_file_name
from submissions.writing import WritingDesk, last_report, read_writing
from units.models import User
from vault.errors import VaultError
from vault.services import PDF, place, receive
from vault.staging import HEAD_BYTES, HeadCheck, Staged
from vault.uploads import StagedUpload
from vietnamese.dates import format_date, format_time, local_day
from vietnamese.paths import last_path_part
from vietnamese.text import clean

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORD_HEAD = b"PK\x03\x04"
_WORD_SENTENCES = {
    "macros": "Tệp Word có macro nên cổng không nhận. Hãy lưu lại thành .docx thường.",
    "damaged": "Tệp Word hỏng hoặc có mật khẩu, cổng không mở được. Hãy lưu lại không mật khẩu rồi tải lên.",
}


@transaction.atomic
def save_draft(
    *,
    obligation: Obligation,
    texts: Sequence[str],
    numbers: Sequence[int | None],
    attended_on: date | None = None,
    revision: int,
    by: User,
    at: datetime,
) -> ReportDraft:
    """Keep what was written. `revision` is the one the writer began from; equal words are not saved again.

    Raises DraftChanged, naming who saved meanwhile, and changes nothing then.
    """
    draft = _locked_draft(obligation, by=by, at=at)
    said = [list(texts), list(numbers), attended_on]
    if [draft.texts, draft.numbers, draft.attended_on] == said:
        return draft
    if draft.revision != revision:
        raise DraftChanged(draft.edited_by.full_name, draft.edited_at, draft.revision)
    draft.texts, draft.numbers, draft.attended_on = list(texts), list(numbers), attended_on
    return _saved(draft, by=by, at=at)


@transaction.atomic
def begin_with_last(*, obligation: Obligation, by: User, at: datetime) -> ReportDraft:
    """Fill the empty sections with what the last period said; what is written already stays. Numbers are not taken."""
    draft = _locked_draft(obligation, by=by, at=at)
    last = last_report(obligation)
    if last is None:
        return draft
    before = [part["text"] for part in last.parts]
    mine = [*draft.texts, *[""] * (len(before) - len(draft.texts))]
    draft.texts = [text if text.strip() else old for text, old in zip(mine, before, strict=False)]
    draft.begun_with = before
    return _saved(draft, by=by, at=at)


@transaction.atomic
def note_printed(*, obligation: Obligation, words: ReportWords, at: datetime) -> None:
    """Remember which words the paper says that goes to be signed; the scan is held against them later."""
    ReportDraft.objects.filter(obligation=obligation).update(printed_digest=words.digest, printed_at=at)


def attach(*, obligation: Obligation, slot: Slot, incoming: Incoming, by: User, at: datetime) -> StagedFile:
    """Keep a file for one slot, CHƯA NỘP until the confirm, and check it at once. Recorded as `submission.stage`.

    Raises FileRefused with the sentence for the sender, SecretPapers for a stamped one (nothing of it is kept).
    """
    name = (clean(last_path_part(incoming.name)) or "tệp không tên")[:600]
    if incoming.stream is None:
        raise FileRefused(name, incoming.refusal)
    is_word = _is_word(slot, name)
    held = _received(incoming, name, _must_begin_as_word if is_word else must_begin_as_pdf)
    try:
        _refuse_secret(obligation, name, held, by=by, at=at)
        if is_word:
            _refuse_bad_word(held, name)
            _refuse_virus(held, name)
        staged = _lay_down(obligation, slot, held, name, is_word=is_word, by=by, at=at)
    finally:
        held.discard()
    _refuse_bad(staged, at)
    return staged


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of the files of one request."""

    staged: tuple[StagedFile, ...]
    refused: tuple[SubmissionError, ...]
    """Why each of the others was not taken, in sentences for the sender."""


def attach_files(
    *, obligation: Obligation, slot: Slot, incoming: Sequence[Incoming], by: User, at: datetime
) -> Attached:
    """Keep the files of one request for a slot: documents one by one as `attach` does, photographs of pages as one PDF.

    Each stands for itself; one that is not taken holds back no other. Recorded as `submission.stage`.
    """
    staged: list[StagedFile] = []
    photos: list[TakenPhoto] = []
    refused: list[SubmissionError] = []
    for one in incoming:
        try:
            photo = _photograph(obligation, slot, one, by=by, at=at)
            if photo is None:
                staged.append(attach(obligation=obligation, slot=slot, incoming=one, by=by, at=at))
            else:
                photos.append(photo)
        except SubmissionError as refusal:
            refused.append(refusal)
    name = slot_file_name(obligation, slot.name, ".pdf")
    bound = lay_in_slot(obligation=obligation, slot=slot.name, name=name, photos=photos, by=by, at=at)
    for row in bound:
        try:
            _refuse_bad(row, at)
            staged.append(row)
        except FileRefused as refusal:
            refused.append(refusal)
    return Attached(tuple(staged), tuple(refused))


def _photograph(obligation: Obligation, slot: Slot, incoming: Incoming, *, by: User, at: datetime) -> TakenPhoto | None:
    """The file made upright and bare when it is a photograph; None for one that is none, which is left as it came."""
    name = (clean(last_path_part(incoming.name)) or "ảnh không tên")[:600]
    if incoming.stream is None or _is_word(slot, name) or not is_photograph(_head_of(incoming.stream)):
        return None
    held = _received(incoming, name, must_be_photograph)
    try:
        _refuse_secret(obligation, name, held, by=by, at=at)
        with held.path.open("rb") as content:
            return TakenPhoto(name, made_upright(content))
    except PhotographUnusable as refusal:
        raise FileRefused(name, str(refusal)) from refusal
    finally:
        held.discard()


def _head_of(stream: BinaryIO) -> bytes:
    """The first bytes, and back to the beginning."""
    if isinstance(stream, StagedUpload):
        return stream.staged.head if stream.staged else b""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return head


def _is_word(slot: Slot, name: str) -> bool:
    return slot.takes_word and name.lower().endswith(".docx")


def _received(incoming: Incoming, name: str, check_head: HeadCheck) -> Staged:
    try:
        return receive(stream=cast(BinaryIO, incoming.stream), limit=settings.UPLOAD_FILE_LIMIT, check_head=check_head)
    except VaultError as refusal:
        raise FileRefused(name, str(refusal)) from refusal


@transaction.atomic
def detach(*, staged: StagedFile, by: User, at: datetime) -> None:
    """Take a file out of its slot. Recorded as `submission.unstage`."""
    requirement, unit, name = staged.requirement, staged.unit, staged.original_name
    staged.delete()
    audit.record(
        action="submission.unstage", actor=by, obj=requirement, ward_id=unit.ward_id, detail={"files": [name]}, at=at
    )


def settle_slots(*, obligation: Obligation, at: datetime) -> None:
    """Check now what lies in the slots unchecked (photographs put in order a moment ago), so that the receipt says the
    pages. Never inside a transaction."""
    settle(
        lying=StagedFile.objects.filter(obligation=obligation).exclude(slot="").select_related("blob__inspection"),
        at=at,
    )


@transaction.atomic
def hand_in_written(
    *, obligation: Obligation, revision: int, by: User, at: datetime, idempotency_key: str, files: str | None = None
) -> Deposit:
    """Nộp: the words as saved and the files of the slots become a version; the draft stays for a correction.

    `files` as the page showed them (`WritingDesk.files_shown`). Raises DraftChanged when somebody saved meanwhile,
    FilesChanged when other files lie there, ReportIncomplete naming the first fault, and what `hand_in` does.
    """
    if _was_handed_in(idempotency_key):
        return _hand_in(obligation, (), None, by=by, at=at, key=idempotency_key)
    draft = _locked_draft(obligation, by=by, at=at)
    if _was_handed_in(idempotency_key):  # a second click, which waited for the draft until the first was carried out
        return _hand_in(obligation, (), None, by=by, at=at, key=idempotency_key)
    if draft.revision != revision:
        raise DraftChanged(draft.edited_by.full_name, draft.edited_at, draft.revision)
    desk = read_writing(obligation, at)
    if files is not None and files != desk.files_shown:
        raise FilesChanged
    if desk.faults:
        raise ReportIncomplete(desk.faults)
    deposit = _hand_in(
        obligation, _files_of(desk), desk.words if desk.has_form else None, by=by, at=at, key=idempotency_key
    )
    handed = [one.pk for row in desk.slots for one in row.staged]
    in_slots = StagedFile.objects.filter(obligation=obligation).exclude(slot="")
    # What somebody put in a moment ago was not handed in, and stays; what lies in a slot that is gone, nobody can send.
    in_slots.filter(Q(pk__in=handed) | ~Q(slot__in=[row.slot.name for row in desk.slots])).delete()
    return deposit


@transaction.atomic
def return_nil(*, obligation: Obligation, by: User, at: datetime, idempotency_key: str) -> Deposit:
    """Không phát sinh: the answer is that there is nothing to report. No file, no words; a draft stays as it is.

    Raises ReportIncomplete for an observer's form: there was a session or the form is still owed. Raises NilTooLate
    while an answer waits for its decision: the page does not offer it then, so the tap comes from an old page.
    """
    if obligation.requirement.is_of_leads:
        raise ReportIncomplete([Fault("ngay", "Phiếu dự sinh hoạt không có “Không phát sinh”. Chưa dự thì để sau.")])
    locked = _locked(obligation)
    # Asked under the lock: a second click waited there until the first was carried out, and has the same receipt.
    waiting = None if _was_handed_in(idempotency_key) else _waiting(locked)
    if waiting is not None:
        report = getattr(waiting, "report", None)
        said = f"lúc {format_time(waiting.received_at)} ngày {format_date(local_day(waiting.received_at))}"
        raise NilTooLate(said, is_nil=report is not None and report.is_nil)
    return _hand_in(obligation, (), ReportWords(is_nil=True), by=by, at=at, key=idempotency_key)


def _waiting(locked: Obligation) -> SubmissionVersion | None:
    """The newest answer, while it waits for its decision; of a waived duty a voluntary one."""
    if locked.state not in (*HANDED_IN_STATES, ObligationState.WAIVED):
        return None
    standing = SubmissionVersion.objects.standing().filter(submission__obligation=locked, decision=None)
    return standing.select_related("report").order_by("number").last()


def _was_handed_in(key: str) -> bool:
    return Deposit.objects.filter(idempotency_key=key).exists()


def _locked(obligation: Obligation) -> Obligation:
    return Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)


def _hand_in(
    obligation: Obligation,
    files: Sequence[FileToSubmit],
    words: ReportWords | None,
    *,
    by: User,
    at: datetime,
    key: str,
) -> Deposit:
    return hand_in(
        answers=[Answer(obligation, tuple(files), words)],
        unit=obligation.unit,
        requirement=obligation.requirement,
        submitted_by=by,
        door=Door.BROWSER,
        received_at=at,
        idempotency_key=key,
    )


def _files_of(desk: WritingDesk) -> list[FileToSubmit]:
    """New files of the slots, under their canonical names; kept ones are carried on by `hand_in`."""
    return [
        FileToSubmit(one.blob, one.original_name, one.canonical_name, one.slot)
        for row in desk.slots
        for one in row.staged
        if one.blob is not None
    ]


def _locked_draft(obligation: Obligation, *, by: User, at: datetime) -> ReportDraft:
    """The draft, made when there is none; the obligation's lock makes two writers wait for each other."""
    Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    fresh = {"edited_by": by, "edited_at": at}
    return ReportDraft.objects.select_related("edited_by").get_or_create(obligation=obligation, defaults=fresh)[0]


def _saved(draft: ReportDraft, *, by: User, at: datetime) -> ReportDraft:
    draft.revision += 1
    draft.edited_by, draft.edited_at = by, at
    draft.save()
    return draft


def _must_begin_as_word(head: bytes) -> None:
    if not head.startswith(_WORD_HEAD):
        raise VaultError("Tệp không phải Word (.docx). Hãy lưu lại dạng .docx rồi tải lên.")


def _refuse_secret(obligation: Obligation, name: str, held: Staged, *, by: User, at: datetime) -> None:
    with session() as talking:
        found = find_secret(talking, name, held)
    if found:
        secret = [SecretPaper(1, *found)]
        log_secret_papers(secret, ward=obligation.ward, by=by, at=at)
        raise SecretPapers(secret, kept=0)


@transaction.atomic
def _lay_down(
    obligation: Obligation, slot: Slot, held: Staged, name: str, *, is_word: bool, by: User, at: datetime
) -> StagedFile:
    blob = place(staged=held, media_type=DOCX if is_word else PDF, now=at)
    if is_word:
        settled = {"state": InspectionState.CLEAN, "verdict_class": "word", "created_at": at, "inspected_at": at}
        Inspection.objects.get_or_create(blob=blob, defaults=settled)
    else:
        await_inspection(blob=blob, at=at)
    staged = StagedFile.objects.create(
        uploaded_by=by,
        requirement=obligation.requirement,
        unit=obligation.unit,
        period=obligation.period,
        blob=blob,
        original_name=name,
        size=held.size,
        match_state=MatchState.MATCHED,
        obligation=obligation,
        slot=slot.name,
        canonical_name=slot_file_name(obligation, slot.name, ".docx" if is_word else ".pdf"),
        uploaded_at=at,
    )
    audit.record(
        action="submission.stage",
        actor=by,
        obj=obligation.requirement,
        ward_id=obligation.ward_id,
        detail={"file": staged.pk, "obligation": obligation.pk},
        at=at,
    )
    return staged


def _refuse_bad(staged: StagedFile, at: datetime) -> None:
    """Look at it now: a PDF that cannot be opened is told of at once and does not stay."""
    if staged.blob is None:
        return
    queued = Inspection.objects.filter(blob=staged.blob).values_list("pk", flat=True)[0]
    found = inspect(inspection_pk=queued, at=at)
    if found.state in (InspectionState.REJECTED, InspectionState.DEAD):
        name, sentence = staged.original_name, found.sentence
        staged.delete()
        raise FileRefused(name, sentence)


def _refuse_virus(held: Staged, name: str) -> None:
    """A Word document gets no inspection row to wait in: it comes in once the scanner has seen it."""
    try:
        with held.path.open("rb") as content:
            virus = virus_in(content)
    except ScannerAway as away:
        sentence = "Cổng chưa quét được vi-rút cho tệp Word này. Hãy thử lại sau ít phút."
        raise FileRefused(name, sentence) from away
    if virus:
        raise FileRefused(name, sentence_of("virus", "virus"))


def _refuse_bad_word(held: Staged, name: str) -> None:
    """A Word document is opened in the child before it gets a row: it has no pages to draw, so it is clean or refused."""
    try:
        with session() as talking, held.path.open("rb") as content:
            talking.read_text(content)
    except DocumentRefused as refusal:
        raise FileRefused(name, _WORD_SENTENCES.get(refusal.reason, _WORD_SENTENCES["damaged"])) from refusal
    except InspectionFailed as failure:
        raise FileRefused(name, _WORD_SENTENCES["damaged"]) from failure
