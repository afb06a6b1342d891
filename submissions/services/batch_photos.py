"""Photographs among the files of a batch: those of one paper become one PDF, as on the deposit desk.

Nobody looks at a batch before it is handed in, so a paper is bound whole or not at all: one page that cannot be read, or
is turned away, holds back its fellows.
Not here: which belong together (`photo_groups.py`), decoding and binding (`photos.py`), handing in (`batch.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from submissions.photo_groups import Group, group_of, in_order
from submissions.photos import (
    MOST_PAGES,
    TOO_BIG_TOGETHER,
    PhotographUnusable,
    bound_as_pdf,
    made_upright,
    must_be_photograph,
)
from vault.staging import Staged
from vietnamese.paths import last_path_part
from vietnamese.text import fold


@dataclass(slots=True)
class _Page:
    """One photograph made upright, its JPEG in a file of its own."""

    path: str
    original_name: str
    taken_at: str
    jpeg: Path


@dataclass(frozen=True, slots=True)
class PhotographedPaper:
    """One paper bound of photographs, or the sentence why it was not."""

    path: str
    """Of its first page."""
    name: str
    """What its name says, without page numbers: the name of the photographs or of their folder."""
    content: bytes | None
    refusal: str
    note: str
    """Which photographs it is made of."""


@dataclass(slots=True)
class _Paper:
    group: Group
    paths: list[str] = field(default_factory=list)
    pages: dict[str, _Page] = field(default_factory=dict)
    """By content: a photograph that comes twice is one page."""
    refusal: str = ""


class Album:
    """The photographs of one batch until all have come; nothing of them outlives `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._papers: dict[tuple[str, str], _Paper] = {}

    def name_at(self, path: str) -> str:
        """The name of the paper that a photograph at this path belongs to."""
        return _group_at(path)[1].name

    def add(self, path: str, held: Staged) -> None:
        """Take one photograph in; the bytes that came are dropped."""
        paper = self._paper_at(path)
        try:
            must_be_photograph(held.head)
            with held.path.open("rb") as content:
                made = made_upright(content)
        except PhotographUnusable as refusal:
            paper.refusal = paper.refusal or f"Ảnh “{last_path_part(path)}”: {refusal}"
            return
        finally:
            held.discard()
        known = hashlib.sha256(made.jpeg).hexdigest()
        if known not in paper.pages:
            jpeg = self._folder / f"{known}.jpg"
            jpeg.write_bytes(made.jpeg)
            paper.pages[known] = _Page(path, last_path_part(path), made.taken_at, jpeg)

    def turn_away(self, path: str, refusal: str) -> None:
        """Hold back the paper of a photograph that is not taken for a reason of its own."""
        paper = self._paper_at(path)
        paper.refusal = paper.refusal or refusal

    def papers(self) -> Iterator[PhotographedPaper]:
        """Each paper, bound when it is asked for, in the order in which their first photographs came."""
        for paper in self._papers.values():
            pages = in_order(paper.pages.values())
            content, refusal = (None, paper.refusal) if paper.refusal else _bound(pages)
            path = pages[0].path if pages and content else paper.paths[0]
            names = [one.original_name for one in pages] if content else [last_path_part(one) for one in paper.paths]
            yield PhotographedPaper(path, paper.group.name, content, refusal, _note(names, is_bound=bool(content)))

    def _paper_at(self, path: str) -> _Paper:
        folder, group = _group_at(path)
        paper = self._papers.setdefault((folder, group.key), _Paper(group))
        paper.paths.append(path)
        return paper


def _group_at(path: str) -> tuple[str, Group]:
    """The folder of a photograph and its group there: homonyms in two folders are two people. A ZIP is a folder."""
    folder, _, file = path.replace("\\", "/").replace(".zip/", "/").replace(".ZIP/", "/").rpartition("/")
    return fold(folder), group_of(f"{folder}/{file}" if folder else file, batch="")


def _bound(pages: list[_Page]) -> tuple[bytes | None, str]:
    """The PDF, or why there is none."""
    if len(pages) > MOST_PAGES:
        return None, f"Có {len(pages)} ảnh, quá {MOST_PAGES} ảnh cho một bài. Hãy bỏ bớt ảnh thừa, hoặc quét thành PDF."
    content = bound_as_pdf([one.jpeg.read_bytes() for one in pages])
    if len(content) > settings.UPLOAD_FILE_LIMIT:
        return None, TOO_BIG_TOGETHER
    return content, ""


def _note(names: list[str], *, is_bound: bool) -> str:
    if is_bound:
        return f"Ghép từ {len(names)} ảnh: {', '.join(names)}."
    return f"Chưa ghép {len(names)} ảnh của bài này: {', '.join(names)}." if len(names) > 1 else ""
