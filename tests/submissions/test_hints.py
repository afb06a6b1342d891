"""Hints from grey histograms and from drawn pages.

Not here: drawing itself (`test_inspection.py`).
"""

import random

import pytest
from PIL import Image, ImageDraw

from submissions.inspection.hints import hint_of, look_of


def page(*, paper: int = 240, ink: int | None = 30, lines: int = 20, noise: int = 0) -> Image.Image:
    """A grey page with written lines of 4 px, and a scanner's noise."""
    image = Image.new("L", (620, 877), paper)
    draw = ImageDraw.Draw(image)
    if ink is not None:
        for line in range(lines):
            draw.line((80, 90 + 30 * line, 540, 90 + 30 * line), fill=ink, width=4)
    if noise:
        dice = random.Random(1)
        image = image.point(lambda value: value)
        pixels = image.load()
        for _ in range(40_000):
            x, y = dice.randrange(620), dice.randrange(877)
            pixels[x, y] = max(0, min(255, pixels[x, y] + dice.randint(-noise, noise)))
    return image


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        (page(), None),
        (page(noise=12), None),
        (page(lines=1), None),
        (page(ink=None), "blank"),
        (page(ink=None, noise=12), "blank"),
        (page(ink=None, paper=255), "blank"),
        (page(ink=215, noise=4), "pale"),
        (page(ink=170), "pale"),
        (page(paper=100, ink=10), "dark"),
        (page(paper=20, ink=None), "dark"),
    ],
)
def test_hint(image: Image.Image, hint: str | None) -> None:
    assert hint_of(look_of(image.histogram())) == hint
