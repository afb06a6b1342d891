"""Photographs for tests, made with Pillow: a page with a mark in a known corner, and what telephones add to it.

Not here: what is asserted about them.
"""

import io

from PIL import Image, ImageDraw

PLACE = "21.0376,105.8930"
RED, PAPER = (200, 20, 20), (236, 233, 226)
RIGHT_SIDE_UP, LIES_ON_ITS_LEFT, UPSIDE_DOWN, LIES_ON_ITS_RIGHT = 1, 6, 3, 8
_TURNS_OF = {RIGHT_SIDE_UP: 0, LIES_ON_ITS_LEFT: 90, UPSIDE_DOWN: 180, LIES_ON_ITS_RIGHT: 270}


def page(size: tuple[int, int] = (900, 1200), paper: tuple[int, int, int] = PAPER) -> Image.Image:
    """An upright page with a red mark in its upper left corner."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 6), fill=RED)
    for row in range(size[1] // 4, size[1] - 100, 60):
        draw.line((80, row, size[0] - 80, row), fill=(40, 50, 120), width=6)
    return image


def photograph(
    orientation: int = RIGHT_SIDE_UP, *, size: tuple[int, int] = (900, 1200), kind: str = "JPEG", number: int = 0
) -> bytes:
    """A page as a telephone stores it: lying as the sensor lay, with EXIF that tells the way up, and the place.

    `number` shades the paper, so that pages differ.
    """
    shade = tuple(value - 2 * number for value in PAPER)
    image = page(size, shade).rotate(_TURNS_OF[orientation], expand=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "Samsung", "SM-A055F"
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (21.0, 2.0, 15.36)
    out = io.BytesIO()
    options = {"comment": PLACE.encode()} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, quality=90, **options)
    return out.getvalue()


def has_mark_upper_left(image: Image.Image) -> bool:
    """The red mark lies in the upper left corner, and in no other."""
    width, height = image.size
    corners = [(x, y) for y in (height // 20, height - height // 20) for x in (width // 20, width - width // 20)]
    return [_is_red(image.convert("RGB").getpixel(corner)) for corner in corners] == [True, False, False, False]


def _is_red(pixel: tuple[int, int, int]) -> bool:
    return pixel[0] > 150 and pixel[1] < 90
