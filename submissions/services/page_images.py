"""Page images: drawn by workers ahead of the reviewer, kept in the vault, drawn on demand when one is missing.

The only view of a handed-in file that ever reaches a browser, apart from a download.
Not here: who may look (`access.py`), drawing itself (`submissions.inspection.rendering`).
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from submissions.choices import PAGE_WIDTH, STRIP_WIDTH, THUMB_WIDTH
from submissions.inspection import hints
from submissions.inspection.hints import PageLook
from submissions.inspection.likeness import bands_of
from submissions.inspection.runner import InspectionFailed, PageUndrawable, Session, session
from submissions.models import Inspection, PageImage, PageTrace
from vault.errors import VaultError
from vault.models import Blob
from vault.services import open_verified, put

JPEG = "image/jpeg"
MAX_IMAGE_BYTES = 32 * 1024 * 1024
WIDTHS = (THUMB_WIDTH, STRIP_WIDTH, PAGE_WIDTH)
AHEAD = 12
"""Pages drawn before anybody asks; further ones are drawn when they are opened."""


class PageMissing(Exception):
    """There is no such page, or it cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One image: a page (from 1) at a width of `WIDTHS`; the strip width means the lowest written part only."""

    page: int
    width: int


def page_image(*, blob: Blob, page: int, width: int, at: datetime) -> PageImage:
    """The image of one page, drawn now if it is not kept yet. Raises PageMissing, ValueError (a width not of WIDTHS)."""
    if width not in WIDTHS:
        raise ValueError(width)
    kept = PageImage.objects.select_related("image").filter(source=blob, page=page, width=width).first()
    if kept is not None and not kept.image.is_quarantined:
        return kept
    drawn = _draw(blob, [Wanted(page, width)], at)
    if not drawn:
        raise PageMissing
    return drawn[0][0]


def draw_ahead(*, inspection: Inspection, at: datetime) -> int:
    """Draw what a reviewer will look at, and note how the pages look as hints; returns how many images were made.

    Idempotent: what is kept already is not drawn again. A page that cannot be drawn is left out.
    """
    wanted = _wanted_ahead(inspection.pages or 0)
    kept = {
        Wanted(page, width)
        for page, width in PageImage.objects.filter(source=inspection.blob_id).values_list("page", "width")
    }
    drawn = _draw(inspection.blob, [one for one in wanted if one not in kept], at)
    looks = {image.page: look for image, look in drawn if image.width == PAGE_WIDTH}
    if looks:
        _note_hints(inspection.pk, looks)
    return len(drawn)


def _wanted_ahead(pages: int) -> list[Wanted]:
    """The first pages and the last one, large and small, and the signature strip of the last."""
    numbers = sorted({*range(1, min(pages, AHEAD) + 1), pages} - {0})
    wanted = [Wanted(page, width) for page in numbers for width in (PAGE_WIDTH, THUMB_WIDTH)]
    return [*wanted, Wanted(pages, STRIP_WIDTH)] if pages else []


def _draw(blob: Blob, wanted: list[Wanted], at: datetime) -> list[tuple[PageImage, PageLook]]:
    if not wanted:
        return []
    drawn = []
    try:
        with open_verified(blob=blob, now=at) as content, session() as talking:
            for one in wanted:
                made = _draw_one(talking, content, blob, one, at)
                if made is not None:
                    drawn.append(made)
    except VaultError:
        return drawn  # the scrub names it; nothing of it is shown
    return drawn


def _draw_one(
    talking: Session, content: BinaryIO, blob: Blob, one: Wanted, at: datetime
) -> tuple[PageImage, PageLook] | None:
    try:
        data = talking.render(content, page=one.page, width=one.width, strip=one.width == STRIP_WIDTH)
    except (InspectionFailed, PageUndrawable):
        return None
    image = put(stream=BytesIO(data.jpeg), media_type=JPEG, limit=MAX_IMAGE_BYTES, now=at)
    page_row, _ = PageImage.objects.update_or_create(
        source=blob, page=one.page, width=one.width,
        defaults={"image": image, "height": data.height, "trace": data.trace if one.width == PAGE_WIDTH else ""},
    )  # fmt: skip
    _keep_trace(page_row)
    return page_row, data.look


@transaction.atomic
def _keep_trace(drawn: PageImage) -> None:
    """The quarters by which the page is found again, in place of those of an earlier drawing."""
    drawn.traces.all().delete()
    PageTrace.objects.bulk_create(
        PageTrace(image=drawn, band=band, digits=digits) for band, digits in bands_of(drawn.trace)
    )


@transaction.atomic
def _note_hints(inspection_pk: int, looks: dict[int, PageLook]) -> None:
    """What the drawn pages look like replaces what was guessed of them without drawing."""
    inspection = Inspection.objects.select_for_update().get(pk=inspection_pk)
    rest = [hint for hint in inspection.hints if hint["page"] not in looks or hint["code"] not in hints.LOOKS]
    seen = [{"page": page, "code": code} for page, look in sorted(looks.items()) if (code := hints.hint_of(look))]
    inspection.hints = [*rest, *seen]
    inspection.save(update_fields=["hints"])
