"""The door for uploads in pieces: the tus protocol 1.0, spoken by `static/js/desk.js`.

The plain form of the desk takes whole files without any of this. Sentences for people come in the body.
Not here: the headers (`tus.py`), the verbs (`services.resuming`).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from submissions import tus
from submissions.desk_access import DeskPlace, access_desk, access_pending
from submissions.errors import OffsetMoved, SubmissionError, UploadGone
from submissions.models import PendingUpload
from submissions.services import resuming
from submissions.tasks import inspect_one
from vault.errors import StoreFull, StoreUnavailable, TooLarge
from vault.parts import Checksum, ChecksumWrong

_CREATED, _NO_CONTENT, _BAD, _CONFLICT, _GONE, _FAILED, _TOO_LARGE = 201, 204, 400, 409, 410, 412, 413
_WRONG_TYPE, _REFUSED, _CHECKSUM_WRONG, _BUSY = 415, 422, 460, 503


@require_http_methods(["POST", "OPTIONS"])
def begin(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Begin an upload on this desk; the answer's `Location` is where its pieces go."""
    place = access_desk(request.user, requirement_pk, unit_pk)
    if request.method == "OPTIONS":
        return _said(_NO_CONTENT, **_abilities())
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        return _said(_FAILED, **{"Tus-Version": tus.VERSION})
    try:
        length = tus.number_of(request.headers.get("Upload-Length"))
        told = tus.metadata_of(request.headers.get("Upload-Metadata", ""))
        upload = resuming.begin_upload(
            place=place,
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
    place = access_desk(request.user, upload.requirement_id, upload.unit_id)
    if request.method in ("DELETE", "POST"):
        return _given_up(request, upload)
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        return _said(_FAILED, **{"Tus-Version": tus.VERSION})
    if request.method == "PATCH":
        return _taken(request, upload, place)
    return _laid_down(upload, place, 200)


def _taken(request: HttpRequest, upload: PendingUpload, place: DeskPlace) -> HttpResponse:
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


def _laid_down(upload: PendingUpload, place: DeskPlace, status: int) -> HttpResponse:
    """How far the upload is; a whole one is on the desk by then."""
    try:
        staged = resuming.lay_on_desk(upload=upload, place=place, at=timezone.now())
    except SubmissionError as refusal:
        return _said(_REFUSED, str(refusal))
    for one in staged:
        if one.blob is not None and not one.blob.inspection.is_settled:
            inspect_one.delay_on_commit(one.blob.inspection.pk)
    return _said(status, **_state(upload))


def _given_up(request: HttpRequest, upload: PendingUpload) -> HttpResponse:
    resuming.give_up(upload=upload)
    if request.method == "DELETE":
        return _said(_NO_CONTENT)
    answer = HttpResponse(status=302)
    answer["Location"] = reverse("submissions:desk", args=[upload.requirement_id, upload.unit_id])
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
