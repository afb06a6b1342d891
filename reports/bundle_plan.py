"""How the papers of a forwarding bundle are laid out: unit folders, names that no system trips over, parts of a size.

Pure. Not here: which papers (`services/bundling.py`), writing archives (`bundle_files.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vietnamese.paths import safe_file_name
from vietnamese.text import fold, nfc

# Windows Explorer opens a path of 259 letters in all: the folder a ZIP is unpacked to needs room, too.
LONGEST_FOLDER: Final = 60
LONGEST_PATH: Final = 180
MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Paper:
    """One file to forward; `size` in bytes, `birth_year` tells homonyms apart, `party` is the person (or unit)."""

    file_id: int
    unit: str
    party: str
    posts: str
    name: str
    sha256: str
    size: int
    pages: int | None
    received_at: datetime
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper in its folder under its name."""

    paper: Paper
    folder: str
    name: str

    @property
    def path(self) -> str:
        """The place in the archive."""
        return f"{self.folder}/{self.name}"


def placed(papers: Sequence[Paper]) -> list[Placed]:
    """Folders "01 Chi bộ …" in the order of the papers; equal names in a folder (case and marks aside) get a year or
    a number behind. Names keep their extension and are in NFC."""
    folders: dict[str, str] = {}
    for paper in papers:
        if paper.unit not in folders:
            stem = safe_file_name(f"{len(folders) + 1:02d} {nfc(paper.unit)}")
            folders[paper.unit] = stem[:LONGEST_FOLDER].rstrip(" .")
    taken: set[str] = set()
    found = []
    for paper in papers:
        folder = folders[paper.unit]
        name = _free_name(paper, folder, taken)
        taken.add(fold(f"{folder}/{name}"))
        found.append(Placed(paper, folder, name))
    return found


def _free_name(paper: Paper, folder: str, taken: set[str]) -> str:
    stem, dot, last = nfc(paper.name).rpartition(".")
    stem, extension = (stem, f".{last}") if dot and stem else (last, "")
    room = LONGEST_PATH - len(folder) - len(extension) - 12
    stem = stem[:room].rstrip(" .")
    tails = ["", f" (sinh {paper.birth_year})" if paper.birth_year else " (2)", *(f" ({n})" for n in range(2, 10_000))]
    return next(
        name for tail in tails if fold(f"{folder}/{(name := safe_file_name(stem + tail, extension))}") not in taken
    )


def split_by_size(sizes: Iterable[int], limit: int) -> list[tuple[int, int]]:
    """Ranges (first, end) of neighbours whose sizes add up to at most `limit` bytes; 0 = one range.

    A file that is larger alone has a range of its own. Nothing gives no range.
    """
    ranges: list[tuple[int, int]] = []
    start, total, index = 0, 0, -1
    for index, size in enumerate(sizes):
        if limit and index > start and total + size > limit:
            ranges.append((start, index))
            start, total = index, 0
        total += size
    return [*ranges, (start, index + 1)] if index >= 0 else []


def manifest(files: Iterable[tuple[str, str]]) -> str:
    """`sha256sum -c` reads it: one line a file, hash, two spaces, path."""
    return "".join(f"{sha256}  {path}\n" for path, sha256 in files)
