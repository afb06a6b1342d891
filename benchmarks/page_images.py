"""Drawing what a reviewer looks at: pages large and small and the strip of the last, in the helper's child, against
PDFium in this process writing the same JPEGs. The note: how long a sender waits for the pre-flight of a heavy scan.

Not here: keeping the images, which is the vault's work (`accept_upload.py`).
"""

import io
import time
from pathlib import Path
from random import Random

import pypdfium2
from PIL import Image, ImageDraw

from benchmarks.harness import Comparison, compare, start_django

TITLE = "page images of a 3-page scan at 300 dpi, in a child process"
TARGET = 1.5
_A4_AT_300 = (2480, 3508)


def run() -> Comparison:
    """Three pages, seven images; medians of five rounds."""
    folder = start_django()
    from submissions.choices import PAGE_WIDTH, STRIP_WIDTH, THUMB_WIDTH  # noqa: PLC0415 (after start_django)
    from submissions.inspection.rendering import JPEG_QUALITY  # noqa: PLC0415
    from submissions.inspection.runner import session, stop_helper  # noqa: PLC0415

    paper, heavy = _scan(folder / "three.pdf", 3), _scan(folder / "ten.pdf", 10)
    wanted = [(page, width) for page in (1, 2, 3) for width in (PAGE_WIDTH, THUMB_WIDTH)] + [(3, STRIP_WIDTH)]

    def floor() -> None:
        for page, width in wanted:
            with pypdfium2.PdfDocument(paper) as document:
                sheet = document[page - 1]
                image = sheet.render(scale=(width - 0.5) / sheet.get_width(), rev_byteorder=True).to_pil()
            image.convert("RGB").save(io.BytesIO(), "JPEG", quality=JPEG_QUALITY, optimize=True)

    def product() -> None:
        with session() as talking, paper.open("rb") as content:
            for page, width in wanted:
                assert talking.render(content, page=page, width=width, strip=width == STRIP_WIDTH).jpeg

    def preflight() -> float:
        started = time.perf_counter()
        with session() as talking, heavy.open("rb") as content:
            talking.inspect(content, heavy.stat().st_size)
            talking.look_over(content)
        return time.perf_counter() - started

    product()
    slow = sorted(preflight() for _ in range(5))
    found = compare(floor=floor, product=product, rounds=5, warm_up=1)
    stop_helper()
    size = heavy.stat().st_size / 1_000_000
    note = f"pre-flight of 10 pages at 300 dpi, {size:.1f} MB: median {slow[2]:.2f} s, longest of five {slow[-1]:.2f} s"
    return Comparison(**{**vars(found), "note": note})


def _scan(path: Path, pages: int) -> Path:
    dice = Random(2026)
    noise = Image.effect_noise((_A4_AT_300[0] // 2, _A4_AT_300[1] // 2), 16).resize(_A4_AT_300)
    made = []
    for _ in range(pages):
        page = noise.point([min(255, 112 + value) for value in range(256)])
        pen = ImageDraw.Draw(page)
        for row in range(300, 3100, 110):
            left = 250
            while left < 2200:
                width = dice.randint(40, 190)
                pen.line([(left, row), (left + width, row + dice.randint(-14, 14))], fill=40, width=9)
                left += width + dice.randint(25, 60)
        made.append(page)
    made[0].save(path, "PDF", save_all=True, append_images=made[1:], resolution=300, quality=75)
    return path
