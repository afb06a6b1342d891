"""Page scans for the demo: an essay in blue ink on ruled paper, signed on the last page; a short unit report.

Small JPEG pages as an office scanner makes them at 120 dpi, every sixth paper at a coarse 75 dpi so that the hint is
seen too; the same bytes for the same person.
Not here: who hands what in (`campaign.py`).
"""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from random import Random

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

_SIZE = (620, 877)  # A4 at 75 dpi: the grid on which everything is placed
_DPI, _COARSE_DPI, _COARSE_EACH = 120, 75, 6
_PAPER, _RULE, _INK = (252, 251, 246), (205, 216, 232), (38, 52, 120)
_LEFT, _TOP, _STEP = 70, 70, 27
_THOUGHTS = (
    (
        "Qua nghiên cứu, học tập Nghị quyết số 02-NQ/TW ngày 17/3/2026 của Bộ Chính trị về xây dựng và phát triển Thủ đô "
        "Hà Nội trong kỷ nguyên mới, tôi nhận thức rõ ý nghĩa, tầm quan trọng của Nghị quyết đối với sự phát triển của Thủ đô "
        "và trách nhiệm của mỗi cán bộ, đảng viên."
    ),
    (
        "Nghị quyết nêu 05 quan điểm, hệ thống mục tiêu theo ba mốc và 09 nhiệm vụ, giải pháp chủ yếu. Tôi tâm đắc nhất nội "
        "dung đổi mới tư duy từ học tập sang hiểu sâu, hành động đúng, làm đến cùng."
    ),
    (
        "Liên hệ bản thân, tôi đăng ký làm tốt một việc cụ thể tại nơi công tác và nơi cư trú, gương mẫu chấp hành chủ trương "
        "của Đảng, vận động gia đình và nhân dân cùng thực hiện."
    ),
    (
        "Tôi kiến nghị chi bộ tiếp tục đổi mới hình thức sinh hoạt chuyên đề, phân công đảng viên phụ trách hộ gia đình, kịp "
        "thời nắm bắt dư luận và phản ánh với cấp ủy."
    ),
)


def essay_scan(*, name: str, post: str, unit: str, seed: int, pages: int = 2) -> bytes:
    """A PDF of `pages` scanned pages, the last one signed by `name`."""
    dice = Random(seed)  # noqa: S311
    head = [unit, "", "BÀI THU HOẠCH", "Học tập Nghị quyết số 02-NQ/TW", "", f"Họ và tên: {name}", f"Chức vụ: {post}"]
    body = [line for thought in dice.sample(_THOUGHTS, len(_THOUGHTS)) for line in [*textwrap.wrap(thought, 58), ""]]
    lines = [*head, "", *body]
    per_page = -(-len(lines) // pages)
    dpi = _COARSE_DPI if seed % _COARSE_EACH == 0 else _DPI
    drawn = [_page(lines[n * per_page : (n + 1) * per_page], dice, dpi) for n in range(pages)]
    _sign(drawn[-1], name, "Người viết thu hoạch", dice, dpi)
    return _pdf(drawn, dpi)


def report_scan(*, unit: str, signer: str, title: str, lines: tuple[str, ...], seed: int) -> bytes:
    """A PDF of one scanned page: a unit's report, signed by its secretary."""
    dice = Random(seed)  # noqa: S311
    wrapped = [part for line in lines for part in [*textwrap.wrap(line, 58), ""]]
    page = _page([unit, "", "BÁO CÁO", *textwrap.wrap(title, 50), "", *wrapped], dice, _DPI)
    _sign(page, signer, "T/M CHI BỘ, BÍ THƯ", dice, _DPI)
    return _pdf([page], _DPI)


def _page(lines: list[str], dice: Random, dpi: int) -> Image.Image:
    width, height = _at(dpi, *_SIZE)
    page = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(page)
    for row in range(_TOP, _SIZE[1] - 40, _STEP):
        pen.line([_at(dpi, 30, row + 21), _at(dpi, _SIZE[0] - 30, row + 21)], fill=_RULE)
    for number, line in enumerate(lines):
        is_title = line.isupper()
        left = _LEFT + dice.randint(-2, 3) + (150 if is_title else 0)
        face = _font(20 if is_title else 18, dpi)
        pen.text(_at(dpi, left, _TOP + number * _STEP), line, font=face, fill=_INK)
    return page


def _sign(page: Image.Image, name: str, role: str, dice: Random, dpi: int) -> None:
    pen = ImageDraw.Draw(page)
    pen.text(_at(dpi, 370, 690), role, font=_font(16, dpi), fill=_INK)
    curve = [_at(dpi, 380 + 9 * n, 745 + dice.randint(-22, 22)) for n in range(14)]
    pen.line(curve, fill=_INK, width=max(2, dpi // 40), joint="curve")
    pen.text(_at(dpi, 385, 790), name, font=_font(17, dpi), fill=_INK)


def _at(dpi: int, across: float, down: float) -> tuple[int, int]:
    """A place of the grid in pixels."""
    return round(across * dpi / _COARSE_DPI), round(down * dpi / _COARSE_DPI)


def _font(size: float, dpi: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The italic of the document font; a demo without it still has pages, in the library's own letters."""
    path = Path(settings.FONT_DIR) / "Tinos-Italic.ttf"
    size = size * dpi / _COARSE_DPI
    return ImageFont.truetype(str(path), size) if path.exists() else ImageFont.load_default(size)


def _pdf(pages: list[Image.Image], dpi: int) -> bytes:
    out = io.BytesIO()
    fixed = {"creationDate": None, "modDate": None}  # the same bytes each time
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=55, **fixed)
    return out.getvalue()
