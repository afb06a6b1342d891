"""Which photographs on the deposit desk are pages of one paper, by their names; and in which order. Pure.

Not here: whose the paper is (`placing.py`), the pages themselves (`services.desk_photos`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vietnamese.text import fold

_PAGE_NUMBER = re.compile(
    r"[\s_\-.,;]*(?:\(?\b(?:trang|tr|t|page|p|ảnh|anh|hình|mặt)\b)?[\s_.\-]*\(?\d{1,3}\)?\s*$", re.IGNORECASE
)
_BY_A_CAMERA = re.compile(
    r"(?:img|dsc|dscn|pxl|mvimg|photo|image|scan|camscanner|screenshot|picture|anh|hinh|trang|page|z)?[\W_\d]*"
    r"(?:[0-9a-f]{16,})?[\W_\d]*(?:copy|edited)?[\W_\d]*"
)


@dataclass(frozen=True, slots=True)
class Group:
    """What photographs of one paper have in common: a key, and the name the paper is read by."""

    key: str
    name: str


class Page(Protocol):
    """What the order is made of."""

    original_name: str
    taken_at: str


def group_of(path: str, batch: str) -> Group:
    """The group of a photograph by its path: its name without the page number; else its folder; else its drop.

    "An/IMG_1.jpg" → "An"; "Lê Văn An (2).jpg" → "Lê Văn An"; "IMG_1.jpg" → all such of the same `batch`.
    """
    folder, _, file = path.replace("\\", "/").rpartition("/")
    stem = file.rpartition(".")[0] if "." in file else file
    base = _PAGE_NUMBER.sub("", stem).strip(" _-.,;(")
    if base and not _BY_A_CAMERA.fullmatch(fold(base)):
        return Group(f"name:{fold(base)}"[:120], base)
    inner = folder.rpartition("/")[2]
    if inner:
        return Group(f"folder:{fold(folder)}"[:120], inner)
    return Group(f"batch:{batch}"[:120], "ảnh chụp")


P = TypeVar("P", bound=Page)


def in_order(pages: Iterable[P]) -> list[P]:
    """By the time they were taken when every one tells it, else by name, numbers as numbers."""
    found = list(pages)
    if all(page.taken_at for page in found):
        return sorted(found, key=lambda page: (page.taken_at, _natural(page.original_name)))
    return sorted(found, key=lambda page: _natural(page.original_name))


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", fold(name)) if part]
