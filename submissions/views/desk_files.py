"""The pages of one file that lies on a desk, for whoever put it there to look at before handing it in.

Not here: photographs, which are also put in order (`desk_photos.py`), papers handed in (`papers.py`).
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interface.answers import as_data
from submissions.choices import PAGE_WIDTH
from submissions.desk_access import access_desk, access_staged_pages
from submissions.desk_rows import options_of
from submissions.models import StagedFile
from submissions.services.page_images import JPEG, PageMissing, page_image
from vault.errors import VaultError
from vault.services import read_verified


@require_safe
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """All pages, and whose the file is to be said below them while nobody knows; 404 for what does not open."""
    staged = access_staged_pages(request.user, pk)
    where = staged.requirement_id, staged.unit_id, staged.period
    place = access_desk(request.user, *where, whose=request.GET.get("cua"))
    context = {
        "staged": staged,
        "place": place,
        "pages": range(1, (staged.blob.inspection.pages or 0) + 1),
        "options": options_of(place) if staged.obligation_id is None else [],
    }
    return render(request, "submissions/desk_file.html", context)


@require_safe
def image(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as an image, wide enough to read; 404 for a page that is not there or cannot be drawn."""
    return image_of(access_staged_pages(request.user, pk), number)


def image_of(staged: StagedFile, number: int) -> HttpResponse:
    """One page of a file whose pages may be looked at."""
    now = timezone.now()
    try:
        drawn = page_image(blob=staged.blob, page=number, width=PAGE_WIDTH, at=now)
        answer = HttpResponse(read_verified(blob=drawn.image, now=now), content_type=JPEG)
    except (PageMissing, VaultError) as missing:
        raise Http404 from missing
    answer["Cache-Control"] = "private, max-age=900"
    return as_data(answer)
