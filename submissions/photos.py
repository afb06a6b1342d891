"""Photographs of pages: let in, made upright and bare, judged at a glance, bound into one PDF a person.

For every door that takes photographs (personal links, the deposit desk). Foreign bytes are decoded in the inspection's child only;
here stand the first look at them, the words people read, and the binding of images that came back from there.
Not here: the decoding (`inspection.photographs`), where pages lie until they are handed in (`services.paging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

import img2pdf

from submissions.inspection.runner import InspectionFailed, PhotographData, PhotographRefused, session
from vault.errors import VaultError

JPEG = "image/jpeg"
MOST_PAGES = 30
TOO_BIG_TOGETHER = "Các ảnh gộp lại quá 25 MB. Hãy bỏ bớt ảnh thừa."
_A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_HEIC = "Ảnh HEIC của iPhone chưa đọc được: đổi sang JPG. Vào Cài đặt, Camera, Định dạng, chọn “Tương thích nhất” rồi chụp lại."
_NOT_A_PHOTOGRAPH = "Tệp này không phải ảnh JPG, PNG hoặc tệp PDF. Hãy chụp lại trang giấy bằng điện thoại."
_SENTENCES = {
    "pixels": "Ảnh quá lớn, máy không mở. Hãy chụp ở cỡ thường của điện thoại rồi gửi lại.",
    "unreadable": "Ảnh hỏng hoặc tải lên chưa hết. Hãy chụp lại trang này.",
    "memory": "Ảnh quá lớn, máy không mở. Hãy chụp ở cỡ thường của điện thoại rồi gửi lại.",
}
_OTHERWISE = "Máy chưa đọc được ảnh này. Hãy chụp lại trang này."


class PhotographUnusable(VaultError):
    """An image that is not taken; the sentence says what to do."""


def is_photograph(head: bytes) -> bool:
    """An image that is read here (or an iPhone's HEIC, to be told off), by its first bytes."""
    is_heic = head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS
    return is_heic or _is_read(head)


def _is_read(head: bytes) -> bool:
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or is_webp


def must_be_photograph(head: bytes) -> None:
    """The head check for `vault.services.receive`: raises PhotographUnusable before a byte is kept."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        raise PhotographUnusable(_HEIC)
    if not _is_read(head):
        raise PhotographUnusable(_NOT_A_PHOTOGRAPH)


def made_upright(content: BinaryIO, *, turns: int = 0) -> PhotographData:
    """The photograph as it is kept; `turns` more quarter turns to the right. Raises PhotographUnusable."""
    try:
        with session() as talking:
            return talking.photograph(content, turns=turns)
    except (PhotographRefused, InspectionFailed) as failed:
        raise PhotographUnusable(_SENTENCES.get(failed.reason, _OTHERWISE)) from failed


def bound_as_pdf(images: Sequence[bytes]) -> bytes:
    """One PDF, a sheet of A4 an image, upright or across as the image is; the JPEGs go in as they are.

    `images` are what `made_upright` gave. The same images give the same bytes.
    """
    pages: list[BinaryIO] = [BytesIO(image) for image in images]
    layout = img2pdf.get_layout_fun(pagesize=_A4, fit=img2pdf.FitMode.into, auto_orient=True)
    return img2pdf.convert(pages, layout_fun=layout, nodate=True, engine=img2pdf.Engine.internal)
