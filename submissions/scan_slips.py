"""One long scan of many papers: what a separator sheet says, and where the scan is cut. Pure.

A separator sheet lies before a person's paper, or before one of the files a unit's duty asks for; its QR names the duty
that the pages behind it answer, and which of its files they are. The sheet itself
belongs to no paper, nor does its blank back.
Not here: finding the codes on pages (`inspection.scans`), the sheets as printed (`templates/submissions/scan_slips.html`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

MOST_PAGES = 1000
_TEXT = re.compile(r"PLNGAN/([0-9]{1,12})/([0-9]{1,12})(?:/([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a separator sheet's code says."""

    requirement: int
    obligation: int
    slot: int | None = None
    """Which of the duty's kinds of files, from 0; None for a paper that is the whole answer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Pages `first` to `last` (inclusive, from 1) of a scan; `obligation` None where no sheet says whose they are."""

    obligation: int | None
    first: int
    last: int
    slot: int | None = None
    """As on the sheet."""


def text_of(sheet: Sheet) -> str:
    """What is printed as QR; capitals and digits alone, so that the code stays coarse and easily read."""
    said = f"PLNGAN/{sheet.requirement}/{sheet.obligation}"
    return said if sheet.slot is None else f"{said}/{sheet.slot}"


def sheet_of(text: str) -> Sheet | None:
    """The sheet a QR names; None for any other QR."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    return Sheet(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)


def cuts_of(*, pages: int, sheets: Mapping[int, Sheet], blank: Collection[int], requirement: int) -> list[Cut]:
    """Where a scan of `pages` pages is cut; `sheets` by page. A sheet of another requirement names nobody here.

    A sheet without a page behind it gives no cut; pages before the first sheet are nobody's.
    """
    cuts = []
    starts = sorted({0, *sheets})
    for start, following in zip(starts, [*starts[1:], pages + 1], strict=True):
        first, last = start + 1, following - 1
        if start and first in blank:
            first += 1  # the back of the sheet
        while last >= first and last in blank:
            last -= 1  # the back of a last leaf
        if first > last:
            continue
        sheet = sheets.get(start)
        named = sheet if sheet and sheet.requirement == requirement else None
        cuts.append(Cut(named.obligation, first, last, named.slot) if named else Cut(None, first, last))
    return cuts
