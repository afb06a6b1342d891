"""A photographed page made upright, small enough and bare: no EXIF, no place, no comment, no colour profile.

Runs only in the helper's children. Size and shape are read from the header first; more pixels than a telephone takes
are refused before one is decoded, and a JPEG is decoded at the size that is kept.
Not here: which bytes are let in and what people are told (`submissions.photos`), limits of the child (`sandbox.py`).
"""

import io
import os
from dataclasses import dataclass

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from submissions.inspection.verdicts import MAX_IMAGE_PIXELS

KINDS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = {"JPEG": MAX_IMAGE_PIXELS, "MPO": MAX_IMAGE_PIXELS, "PNG": 40_000_000, "WEBP": 40_000_000}
"""A JPEG is decoded smaller than it is; the others whole, so they have to fit into the child's memory."""
LONGEST_SIDE, THUMB_SIDE = 2400, 480
"""A sheet of A4 at 205 dots an inch; the picture on the member's page."""
JPEG_QUALITY, THUMB_QUALITY = 82, 70
_EXIF_PART, _TAKEN, _WRITTEN = 0x8769, 0x9003, 0x0132


class TooManyPixels(Exception):
    """More pixels than are decoded here."""


class NotAPhotograph(Exception):
    """No image of the kinds that are read, or a broken one."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """Size of the upright image in pixels, bytes of image and thumbnail, `light`: its mean grey, 0 to 255 (white), and
    when it was taken by its own clock ("2026:04:24 09:05:00", "" unknown): read before it is left behind.

    Blur is not judged: measured on pages with little ink, with shadows and with noise, no simple number tells it.
    """

    width: int
    height: int
    size: int
    thumb_size: int
    light: int
    taken_at: str = ""


def straighten(source: int, image_fd: int, thumb_fd: int, *, turns: int) -> Photograph:
    """Write the upright image and its thumbnail as JPEG; `turns` more quarter turns to the right.

    Raises TooManyPixels, NotAPhotograph, MemoryError.
    """
    try:
        with Image.open(f"/proc/self/fd/{source}", formats=KINDS) as opened:
            if opened.width * opened.height > MOST_PIXELS[str(opened.format)]:
                raise TooManyPixels
            upright = _upright(opened, turns)
            taken_at = _taken_at(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as broken:
        raise NotAPhotograph from broken
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    size = _write(upright, image_fd, JPEG_QUALITY)
    upright.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BICUBIC)
    return Photograph(
        width=size[0],
        height=size[1],
        size=size[2],
        thumb_size=_write(upright, thumb_fd, THUMB_QUALITY)[2],
        light=round(ImageStat.Stat(upright.convert("L")).mean[0]),
        taken_at=taken_at,
    )


def _taken_at(opened: Image.Image) -> str:
    exif = opened.getexif()
    told = exif.get_ifd(_EXIF_PART).get(_TAKEN) or exif.get(_WRITTEN) or ""
    return told if isinstance(told, str) and len(told) == len("2026:04:24 09:05:00") else ""


def _upright(opened: Image.Image, turns: int) -> Image.Image:
    """A new image of the pixels alone, so that nothing that came with them can go on."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    found = ImageOps.exif_transpose(opened)
    found.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    if found.has_transparency_data:
        on_paper = Image.new("RGBA", found.size, "white")
        on_paper.alpha_composite(found.convert("RGBA"))
        found = on_paper
    bare = Image.new("RGB", found.size)
    bare.paste(found.convert("RGB"))
    return bare.rotate(-90 * (turns % 4), expand=True) if turns % 4 else bare


def _write(image: Image.Image, fd: int, quality: int) -> tuple[int, int, int]:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    data = buffer.getbuffer()
    while data:
        data = data[os.write(fd, data) :]
    return image.width, image.height, buffer.getbuffer().nbytes
