"""Papers that were handed in: their history, page images, downloads. Each look and download is logged.

Not here: decisions (`review.py`), the deposit desk and receipts (their own modules).
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directives.access import access_obligation
from directives.choices import ObligationState
from interface.answers import as_data
from submissions.access import access_answer, access_file, access_versions
from submissions.choices import PAGE_WIDTH, STRIP_WIDTH, THUMB_WIDTH
from submissions.comparison import differing_lines, files_of, shown_pairs, side_words
from submissions.history import rounds_of
from submissions.services.opening import note_download, note_view
from submissions.services.page_images import JPEG, PageMissing, page_image
from submissions.services.text_layer import text_of
from submissions.serving import file_answer
from vault.errors import BlobDestroyed, VaultError
from vault.services import open_verified

if TYPE_CHECKING:
    from django.http import HttpRequest

    from directives.models import Obligation

SIZES = {"lon": PAGE_WIDTH, "nho": THUMB_WIDTH, "chu-ky": STRIP_WIDTH}
# Long enough that the next paper, fetched ahead, is still there; logging out clears the browser's copies.
_IMAGE_CACHE = "private, max-age=900"


@require_safe
def obligation_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions and decisions of what one obligation was answered with, newest first; htmx asks for the list alone."""
    obligation, now = access_obligation(request.user, pk), timezone.now()
    found = access_answer(request.user, obligation)
    rounds = rounds_of(found, request.user) if found else []
    if found and any(one.files for one in rounds):
        note_view(submission=found, by=request.user, at=now)
    context = {
        "now": now,
        "submission": found,
        "obligation": obligation,
        "rounds": rounds,
        "can_hand_in": request.user.has_perm("submissions.hand_in", obligation),
        "can_withdraw": bool(rounds) and rounds[0].decision is None and _may_withdraw(request, obligation),
        "can_review": found is not None and request.user.has_perm("submissions.review_submission", found),
    }
    is_part = bool(request.htmx and not request.htmx.boosted)
    part = "#rounds" if is_part else ""
    return render(request, f"submissions/submission.html{part}", context | {"is_part": is_part})


def _may_withdraw(request: HttpRequest, obligation: Obligation) -> bool:
    """What waits for its first review may be taken back by whoever may hand in."""
    waits = obligation.state in (ObligationState.SUBMITTED, ObligationState.WAIVED)
    return waits and request.user.has_perm("submissions.hand_in", obligation)


@require_safe
def compare(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Two versions of one paper, or papers of two people that look alike, page beside page."""
    now = timezone.now()
    versions = access_versions(request.user, old, new)
    for version in versions:
        note_view(submission=version.submission, by=request.user, at=now)
    files, (left, right) = files_of(*versions), side_words(*versions)
    texts = [text_of(one, at=now) for one in files]
    context = {
        "old": versions[0],
        "new": versions[1],
        "versions": versions,
        "left": left,
        "right": right,
        "is_one_paper": versions[0].submission_id == versions[1].submission_id,
        "pairs": shown_pairs(*files),
        "has_text": all(texts),
        "lines": differing_lines(*texts) if all(texts) else [],
    }
    return render(request, "submissions/compare.html", context)


@require_safe
def page(request: HttpRequest, pk: int, number: int, size: str) -> HttpResponse:
    """One page of a file as an image; 404 for a page that is not there or cannot be drawn."""
    file, now = access_file(request.user, pk), timezone.now()
    try:
        drawn = page_image(blob=file.blob, page=number, width=SIZES[size], at=now)
        note_view(submission=file.version.submission, by=request.user, at=now)
        content = open_verified(blob=drawn.image, now=now)
    except (PageMissing, VaultError) as missing:
        raise Http404 from missing
    answer = FileResponse(content, content_type=JPEG, filename=f"trang-{number}.jpg")
    answer["Cache-Control"] = _IMAGE_CACHE
    return as_data(answer)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself under its canonical name, byte for byte as it came; 410 when it was destroyed by term."""
    file, now = access_file(request.user, pk), timezone.now()
    note = partial(note_download, file=file, by=request.user, at=now)
    try:
        return file_answer(blob=file.blob, name=file.canonical_name, note=note, now=now)
    except BlobDestroyed as destroyed:
        context = {"file": file, "sentence": str(destroyed), "receipt": file.version.deposit.code}
        return render(request, "submissions/destroyed.html", context, status=HTTPStatus.GONE)
    except VaultError as missing:
        raise Http404 from missing
