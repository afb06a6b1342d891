"""Photographs: upright by EXIF, EXIF and place gone, too big and broken ones refused with a sentence, one PDF a person.

Not here: the pages that take them (`test_personal_pages.py`).
"""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from typing import BinaryIO

import pikepdf
import pytest
from PIL import Image

from submissions.inspection.photographs import LONGEST_SIDE, THUMB_SIDE
from submissions.photo_looks import look_in_words
from submissions.photos import PhotographUnusable, bound_as_pdf, made_upright, must_be_photograph
from tests.submissions.photo_samples import (
    LIES_ON_ITS_LEFT,
    LIES_ON_ITS_RIGHT,
    PLACE,
    RIGHT_SIDE_UP,
    UPSIDE_DOWN,
    has_mark_upper_left,
    page,
    photograph,
)


def held(content: bytes) -> BinaryIO:
    """The content behind a descriptor, as an upload lies on the disk."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(content)
    file.seek(0)
    return file


def upright(content: bytes, **options: int) -> Image.Image:
    with held(content) as file:
        return Image.open(io.BytesIO(made_upright(file, **options).jpeg))


@pytest.mark.parametrize("orientation", [RIGHT_SIDE_UP, LIES_ON_ITS_LEFT, UPSIDE_DOWN, LIES_ON_ITS_RIGHT])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_page_stands_upright_whatever_way_the_telephone_was_held(orientation: int, kind: str) -> None:
    content = photograph(orientation, kind=kind)
    raw = Image.open(io.BytesIO(content))
    assert has_mark_upper_left(raw) is (orientation == RIGHT_SIDE_UP)
    made = upright(content)
    assert (made.size, has_mark_upper_left(made)) == ((900, 1200), True)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_goes_on(kind: str) -> None:
    content = photograph(LIES_ON_ITS_LEFT, kind=kind)
    assert PLACE.encode() in content
    with held(content) as file:
        made = made_upright(file)
    for data in (made.jpeg, made.thumb):
        image = Image.open(io.BytesIO(data))
        assert dict(image.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
        assert b"Exif" not in data
        assert PLACE.encode() not in data
        assert b"SM-A055F" not in data


def test_a_turn_by_hand_is_to_the_right() -> None:
    turned = upright(photograph(), turns=1)
    assert turned.size == (1200, 900)
    assert has_mark_upper_left(turned.rotate(90, expand=True))
    assert has_mark_upper_left(upright(photograph(), turns=4))


def test_big_photographs_are_kept_at_a_readable_size() -> None:
    with held(photograph(size=(3000, 4000))) as file:
        made = made_upright(file)
    assert (made.width, made.height) == (1800, LONGEST_SIDE)
    assert Image.open(io.BytesIO(made.jpeg)).size == (1800, LONGEST_SIDE)
    assert max(Image.open(io.BytesIO(made.thumb)).size) == THUMB_SIDE


def test_transparent_paper_is_white() -> None:
    image = page().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert upright(out.getvalue()).getpixel((450, 600)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(40_000, 40_000), "Ảnh quá lớn"),
        (bomb(8_000, 6_000), "Ảnh quá lớn"),
        (photograph()[:4000], "hỏng hoặc tải lên chưa hết"),
        (b"\xff\xd8\xff" + b"x" * 2000, "hỏng hoặc tải lên chưa hết"),
    ],
    ids=["bomb", "more pixels than are decoded", "cut off", "no image"],
)
def test_what_cannot_be_read_has_its_sentence(content: bytes, sentence: str) -> None:
    must_be_photograph(content[:1024])
    with held(content) as file, pytest.raises(PhotographUnusable, match=sentence):
        made_upright(file)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "đổi sang JPG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "đổi sang JPG"),
        (b"GIF89a", "không phải ảnh JPG"),
        (b"PK\x03\x04", "không phải ảnh JPG"),
        (b"", "không phải ảnh JPG"),
    ],
)
def test_other_bytes_are_refused_by_their_beginning(head: bytes, sentence: str) -> None:
    with pytest.raises(PhotographUnusable, match=sentence):
        must_be_photograph(head)


def test_pages_are_bound_in_their_order_each_on_a_sheet_of_its_own() -> None:
    with held(photograph(number=1)) as first, held(photograph(number=2)) as second:
        images = [made_upright(first).jpeg, made_upright(second, turns=1).jpeg]
    content = bound_as_pdf(images)
    assert content == bound_as_pdf(images)
    assert content != bound_as_pdf(images[::-1])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        sizes = [[round(float(value)) for value in sheet.mediabox[2:]] for sheet in pdf.pages]
        kept = [bytes(next(iter(sheet.get_images().values())).read_raw_bytes()) for sheet in pdf.pages]
    assert sizes == [[595, 842], [842, 595]]
    assert kept == images


@pytest.mark.parametrize(
    ("size", "light", "said"),
    [((1800, 2400), 70, ""), ((1800, 2400), 69, "Hơi tối"), ((750, 1000), 200, ""), ((750, 999), 200, "Hơi nhỏ")],
)
def test_dark_and_small_pages_are_hinted_at(size: tuple[int, int], light: int, said: str) -> None:
    words = look_in_words(width=size[0], height=size[1], light=light)
    assert words.startswith(said)
    assert bool(words) is bool(said)
