"""How pages look: the same page upright, upside down and across; with and without a signature; dark and blank.

Not here: the hints' way to the reviewer (`test_page_images.py`).
"""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from phucloi_portal.demo.scans import essay_scan
from submissions.inspection.preflight import codes_of
from submissions.inspection.runner import session
from submissions.services.inspecting import inspect_now
from tests.factories.directives import at
from vault.services import PDF, put

TEXT = (
    "Qua nghiên cứu, học tập Nghị quyết của Bộ Chính trị về xây dựng và phát triển Thủ đô trong kỷ nguyên mới, "
    "tôi nhận thức rõ ý nghĩa, tầm quan trọng của Nghị quyết và trách nhiệm của mỗi cán bộ, đảng viên."
)
WORDS = TEXT.split()


def typed(*, signed: bool, lines: int = 26) -> Image.Image:
    """A printed page in black; the signature a scrawl between post and name."""
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    path = Path(settings.FONT_DIR) / "Tinos-Italic.ttf"
    font = ImageFont.truetype(str(path), 26) if path.exists() else ImageFont.load_default(26)
    dice, top = Random(1), 120
    pen.text((450, 60), "BÀI THU HOẠCH", font=font, fill=(20, 20, 20))
    for _ in range(lines):
        start, count = dice.randrange(20), dice.randint(8, 12)
        pen.text((150, top), " ".join((WORDS * 2)[start : start + count]), font=font, fill=(25, 25, 25))
        top += 42
    pen.text((800, top + 20), "Người viết", font=font, fill=(20, 20, 20))
    if signed:
        curve = [(800 + 12 * n, top + 110 + dice.randint(-40, 40)) for n in range(14)]
        pen.line(curve, fill=(30, 30, 30), width=4)
    pen.text((800, top + 190), "Nguyễn Văn An", font=font, fill=(20, 20, 20))
    return page.resize((620, 877))


def turned(page: Image.Image, degrees: int) -> Image.Image:
    """Turned by quarter turns, as wide as before."""
    out = page.rotate(degrees, expand=True)
    return out if out.width == page.width else out.resize((page.width, page.width * out.height // out.width))


@pytest.mark.parametrize(
    ("degrees", "signed", "codes"),
    [
        (0, True, []),
        (0, False, ["unsigned"]),
        (180, True, ["upside"]),
        (180, False, ["upside"]),
        (90, True, ["across"]),
        (270, False, ["across"]),
    ],
)
def test_a_printed_page(degrees, signed, codes):
    assert codes_of(turned(typed(signed=signed), degrees), is_last=True) == codes


def test_only_the_last_page_is_looked_at_for_a_signature():
    assert codes_of(typed(signed=False), is_last=False) == []


def test_a_page_in_blue_ink_counts_as_signed():
    page = typed(signed=False)
    ImageDraw.Draw(page).line([(400, 700), (470, 690), (520, 720)], fill=(30, 50, 160), width=3)
    assert codes_of(page, is_last=True) == []


def test_blank_and_dark():
    assert codes_of(Image.new("RGB", (620, 877), "white"), is_last=True) == ["blank"]
    assert "dark" in codes_of(typed(signed=True).point([value // 3 for value in range(256)] * 3), is_last=False)


def as_pdf(*pages: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=75)
    out.seek(0)
    return out


def test_the_child_looks_at_every_page(tmp_path):
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(as_pdf(turned(typed(signed=True), 180), typed(signed=True), typed(signed=False)).getvalue())
    with session() as talking, pdf.open("rb") as content:
        assert talking.look_over(content) == [(1, "upside"), (3, "unsigned")]


@pytest.mark.django_db
def test_hints_are_noted_and_never_refuse():
    now = at(24)
    signed = essay_scan(name="Nguyễn Văn An", post="Bí thư", unit="Chi bộ 5", seed=3)
    good = inspect_now(blob=put(stream=io.BytesIO(signed), media_type=PDF, limit=10**8, now=now), at=now)
    assert [hint["code"] for hint in good.hints if hint["code"] != "coarse"] == []
    upside = as_pdf(turned(typed(signed=True), 180))
    bad = inspect_now(blob=put(stream=upside, media_type=PDF, limit=10**8, now=now), at=now)
    assert (bad.is_viewable, [hint for hint in bad.hints if hint["page"]]) == (True, [{"page": 1, "code": "upside"}])
    blank = as_pdf(Image.new("RGB", (620, 877), "white"))
    empty = inspect_now(blob=put(stream=blank, media_type=PDF, limit=10**8, now=now), at=now)
    assert (empty.is_viewable, [hint for hint in empty.hints if hint["page"]]) == (
        True,
        [{"page": 1, "code": "blank"}],
    )
