"""Two papers side by side: pages paired and marked, lines of text that differ where both have a text layer.

Not here: pairing (`comparing.py`), who may look (`access.py`), reading the text (`services.text_layer`).
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from submissions.choices import PAGE_WIDTH
from submissions.comparing import Change, PageSeen, pair_pages
from submissions.models import PageImage, SubmissionVersion, SubmittedFile
from submissions.review_deck import DeckPage, pages_of

MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class ShownPair:
    """One row of the comparison; a side is None where that paper has no such page."""

    old: DeckPage | None
    new: DeckPage | None
    change: Change


@dataclass(frozen=True, slots=True)
class Line:
    """A line that only one of the texts has: `side` is `old` or `new`."""

    side: str
    words: str


def files_of(old: SubmissionVersion, new: SubmissionVersion) -> tuple[list[SubmittedFile], list[SubmittedFile]]:
    """The files of both, each in order."""
    found = SubmittedFile.objects.filter(version__in=[old, new]).select_related("blob__inspection").order_by("order")
    files = list(found)
    return [one for one in files if one.version_id == old.pk], [one for one in files if one.version_id == new.pk]


def shown_pairs(old: list[SubmittedFile], new: list[SubmittedFile]) -> list[ShownPair]:
    """Pages of both papers as they stand for each other."""
    pages = pages_of([*old, *new])
    left, right = _numbered(pages, old), _numbered(pages, new)
    traces = _traces([*left, *right])
    pairs = pair_pages(_seen(left, traces), _seen(right, traces))
    return [
        ShownPair(
            None if pair.old is None else left[pair.old], None if pair.new is None else right[pair.new], pair.change
        )
        for pair in pairs
    ]


def _numbered(pages: list[DeckPage], files: list[SubmittedFile]) -> list[DeckPage]:
    """The pages of one paper, counted from 1."""
    own = {file.pk for file in files}
    kept = [page for page in pages if page.file.pk in own]
    return [replace(page, number=number) for number, page in enumerate(kept, start=1)]


def _traces(pages: Sequence[DeckPage]) -> dict[tuple[int, int], str]:
    drawn = PageImage.objects.filter(source__in={page.file.blob_id for page in pages}, width=PAGE_WIDTH)
    return {(source, page): trace for source, page, trace in drawn.values_list("source", "page", "trace")}


def _seen(pages: Sequence[DeckPage], traces: dict[tuple[int, int], str]) -> list[PageSeen]:
    keys = [(page.file.blob_id, page.page) for page in pages]
    return [PageSeen(content, page, traces.get((content, page), "")) for content, page in keys]


def differing_lines(old: str, new: str) -> list[Line]:
    """Lines that are not in both texts, in reading order, at most MOST_LINES; white space does not count."""
    left, right = ([" ".join(line.split()) for line in text.splitlines() if line.strip()] for text in (old, new))
    found: list[Line] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [*(Line("old", words) for words in left[a:b]), *(Line("new", words) for words in right[c:d])]
    return found[:MOST_LINES]


def side_words(old: SubmissionVersion, new: SubmissionVersion) -> tuple[str, str]:
    """What each side is called inside a sentence: "lần 1", "lần 2" of one paper, else whose paper it is.

    "Left" and "right" say nothing on a phone, where one stands under the other.
    """
    if old.submission_id == new.submission_id:
        return f"lần {old.number}", f"lần {new.number}"
    parties = [one.submission.obligation.member or one.submission.obligation.unit for one in (old, new)]
    return f"bài của {parties[0]}", f"bài của {parties[1]}"
