"""The door for uploads in pieces: the tus protocol 1.0, spoken by `static/js/desk.js`.

The plain form of the desk takes whole files without any of this. Sentences for people come in the body.
Not here: the headers (`tus.py`), the verbs (`services.resuming`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from submissions import tus
from submissions.access import access_upload_place, access_written
from submissions.desk_access import DeskPlace, access_desk, access_pending
from submissions.errors import OffsetMoved, SubmissionError, UploadGone
from submissions.models import PendingUpload
from submissions.services import resuming
from submissions.tasks import inspect_one, read_one_scan
from submissions.views.addresses import desk_address, scan_address, slots_address
from submissions.writing import slots_asked
from vault.errors import StoreFull, StoreUnavailable, TooLarge
from vault.parts import Checksum, ChecksumWrong

_CREATED, _NO_CONTENT, _BAD, _CONFLICT, _GONE, _FAILED, _TOO_LARGE = 201, 204, 400, 409, 410, 412, 413
_WRONG_TYPE, _REFUSED, _CHECKSUM_WRONG, _BUSY = 415, 422, 460, 503


@require_http_methods(["POST", "OPTIONS"])
def begin(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Begin an upload on this desk; the answer's `Location` is where its pieces go."""
    asked = request.GET
    place = access_desk(request.user, requirement_pk, unit_pk, asked.get("ky"), whose=asked.get("cua"), answers=False)

    def begun(told: Mapping[str, str], **upload: Any) -> PendingUpload:
        return resuming.begin_upload(place=place, **upload, is_scan=told.get("purpose") == "scan")

    return _begun(request, begun)


@require_http_methods(["POST", "OPTIONS"])
def begin_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an upload into a slot of a written report: `slot` in the metadata is its place, from 0."""
    obligation = access_written(request.user, pk)
    slots = slots_asked(obligation)

    def begun(told: Mapping[str, str], **upload: Any) -> PendingUpload:
        number = tus.number_of(told.get("slot"))
        if number >= len(slots):
            raise tus.MalformedHeader
        return resuming.begin_slot_upload(obligation=obligation, slot=slots[number], **upload)

    return _begun(request, begun)


def _begun(request: HttpRequest, begun: Callable[..., PendingUpload]) -> HttpResponse:
    """What becomes of a wish to send a file; `begun` makes its row."""
    if request.method == "OPTIONS":
        return _said(_NO_CONTENT, **_abilities())
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        return _said(_FAILED, **{"Tus-Version": tus.VERSION})
    try:
        length = tus.number_of(request.headers.get("Upload-Length"))
        told = tus.metadata_of(request.headers.get("Upload-Metadata", ""))
        upload = begun(
            told,
            name=told.get("filename", ""),
            length=length,
            batch=told.get("batch", "")[:40],
            by=request.user,
            at=timezone.now(),
        )
    except tus.MalformedHeader:
        return _said(_BAD)
    except TooLarge as refusal:
        return _said(_TOO_LARGE, str(refusal))
    except SubmissionError as refusal:
        return _said(_REFUSED, str(refusal))
    return _said(_CREATED, **{"Location": reverse("submissions:desk_piece", args=[upload.pk]), **_state(upload)})


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE", "POST"])
def piece(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how far the upload is (HEAD), take its next piece (PATCH), give it up (DELETE, and POST of a form)."""
    upload = access_pending(request.user, pk)
    place = access_upload_place(upload)
    if request.method in ("DELETE", "POST"):
        return _given_up(request, upload)
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        return _said(_FAILED, **{"Tus-Version": tus.VERSION})
    if request.method == "PATCH":
        return _taken(request, upload, place)
    return _laid_down(upload, place, 200)


def _taken(request: HttpRequest, upload: PendingUpload, place: DeskPlace | None) -> HttpResponse:
    """What became of one piece."""
    if request.content_type != tus.PIECE:
        return _said(_WRONG_TYPE)
    try:
        told = tus.checksum_of(request.headers.get("Upload-Checksum"))
        resuming.take_piece(
            upload=upload,
            offset=tus.number_of(request.headers.get("Upload-Offset")),
            stream=cast(BinaryIO, request),
            checksum=Checksum(*told) if told else None,
            at=timezone.now(),
        )
    except tus.MalformedHeader:
        return _said(_BAD)
    except ChecksumWrong:
        return _said(_CHECKSUM_WRONG)
    except OffsetMoved as moved:
        return _said(_CONFLICT, str(moved), **{"Upload-Offset": str(moved.offset)})
    except UploadGone as gone:
        return _said(_GONE, str(gone))
    except TooLarge as refusal:
        return _said(_TOO_LARGE, str(refusal))
    except (StoreFull, StoreUnavailable) as refusal:
        return _said(_BUSY, str(refusal))
    return _laid_down(upload, place, _NO_CONTENT)


def _laid_down(upload: PendingUpload, place: DeskPlace | None, status: int) -> HttpResponse:
    """How far the upload is; a whole one is on the desk, or in its slot, by then."""
    try:
        staged = resuming.lay_on_desk(upload=upload, place=place, at=timezone.now())
    except SubmissionError as refusal:
        return _said(_REFUSED, str(refusal))
    if place is not None and upload.is_scan and upload.finished_at:
        for waiting in place.scans_of(upload.uploaded_by):
            if not waiting.is_read:
                read_one_scan.delay_on_commit(waiting.pk)
    for one in staged:
        if one.blob is not None and not one.blob.inspection.is_settled:
            inspect_one.delay_on_commit(one.blob.inspection.pk)
    return _said(status, **_state(upload))


def _given_up(request: HttpRequest, upload: PendingUpload) -> HttpResponse:
    resuming.give_up(upload=upload)
    if request.method == "DELETE":
        return _said(_NO_CONTENT)
    answer = HttpResponse(status=302)
    if upload.slot:
        answer["Location"] = slots_address(upload.obligation_id)
        return answer
    where = upload.requirement_id, upload.unit_id, upload.period
    answer["Location"] = scan_address(*where) if upload.is_scan else desk_address(*where, upload.obligation_id)
    return answer


def _state(upload: PendingUpload) -> dict[str, str]:
    expires_at: datetime | None = None if upload.is_whole else upload.expires_at.astimezone(UTC)
    return dict(tus.state_headers(offset=upload.offset, length=upload.length, expires_at=expires_at))


def _abilities() -> dict[str, str]:
    return {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_ARCHIVE_LIMIT),
        "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
    }


def _said(status: int, sentence: str = "", **headers: str) -> HttpResponse:
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer["Tus-Resumable"] = tus.VERSION
    answer["Cache-Control"] = "no-store"
    for name, value in headers.items():
        answer[name] = value
    return answer
