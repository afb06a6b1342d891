"""A file in a slot of a written report, not handed in yet: its pages as images, and the file itself.

Whoever answers for the unit hands it in, and so may look at it, whoever put it there. Each download is logged.
Not here: putting files in and taking them out (`writing.py`), files of a desk (`desk_files.py`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from submissions.access import access_slot_pages
from submissions.services.opening import note_unsent_download
from submissions.serving import file_answer
from submissions.views.desk_files import image_of
from vault.errors import VaultError
from vault.services import PDF

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def show(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """All pages; of a Word document, which has none to draw, the way to the file."""
    staged = access_slot_pages(request.user, pk, file)
    pages = staged.blob.inspection.pages or 0 if staged.blob.media_type == PDF else 0
    return render(request, "submissions/write_file.html", {"staged": staged, "pages": range(1, pages + 1)})


@require_safe
def image(request: HttpRequest, pk: int, file: int, number: int) -> HttpResponse:
    """One page as an image; 404 for a page that is not there or cannot be drawn."""
    return image_of(access_slot_pages(request.user, pk, file), number)


@require_safe
def download(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The file itself under the name it would be kept by."""
    staged, now = access_slot_pages(request.user, pk, file), timezone.now()
    note = partial(note_unsent_download, staged=staged, by=request.user, at=now)
    try:
        return file_answer(blob=staged.blob, name=staged.canonical_name, note=note, now=now)
    except VaultError as missing:
        raise Http404 from missing
