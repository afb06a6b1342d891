"""Which sheet of a file is a roster and which column is what, proposed where the header does not say it. Pure.

The office accepts or corrects the proposal; its words are remembered for the next file.
Not here: the header that says it (`columns`), what the cells mean (`values`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from rapidfuzz import fuzz, process

from units.roster.columns import (
    LAST_HEADER_ROW,
    NO_WORDS,
    field_words,
    find_header,
    header_key,
    is_forbidden,
    is_unknown,
    labels_of,
    required_of,
)
from units.roster.values import as_text, is_plain_name

_LOOKED_AT = LAST_HEADER_ROW + 5
_NEAR_ENOUGH = 70  # of 100: "hoten dang vien" ~ "ho ten dang vien"; below it a proposal would only confuse
_SAMPLES = 3
_MOST_COLUMNS = 40
_YEAR = re.compile(r"(?:19[0-9]|20[01])\d")
_UNIT = re.compile(r"(?:chi|đảng) bộ\b|tổ đảng\b", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")
_PHONE = re.compile(r"(?:\+?84|0)\d{9,10}")


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """One sheet as the mapping page shows it. `columns` is column from 0 → field; `header_row` 0 = there is none.

    `is_certain`: every column was recognised or deliberately left aside, nothing needs to be asked. `unknown`: columns
    with something in them under a header that says nothing to anybody, until the office said what they are.
    """

    sheet: str
    is_units: bool
    header_row: int
    headers: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    columns: Mapping[int, str]
    is_certain: bool
    unknown: tuple[int, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of required columns that no column was found for."""
        found = set(self.columns.values())
        return tuple(labels_of(self.is_units)[field] for field in required_of(self.is_units) if field not in found)

    @property
    def unknown_headers(self) -> tuple[str, ...]:
        """What stands above the unknown columns."""
        return tuple(self.headers[index] for index in self.unknown)


def guess_sheet(
    name: str, rows: Iterable[tuple[int, Sequence]], own_words: Mapping[tuple[bool, str], str] = NO_WORDS
) -> SheetGuess | None:
    """What the first rows of a sheet suggest; None for a sheet without cells."""
    every = ((row, cells[:_MOST_COLUMNS]) for row, cells in rows)
    first = list(islice(every, _LOOKED_AT))
    filled = [(row, cells) for row, cells in first if sum(as_text(cell).strip() != "" for cell in cells) >= 2]
    if not filled:
        return None
    for row, cells in filled:
        header = find_header(row, cells, own_words)
        if header is not None:
            columns = {index: field for field, index in header.columns.items()}
            near = _near_columns(cells, header.is_units, columns, own_words)
            guess = _guess(
                name, header.is_units, row, cells, first, {**columns, **near}, not near and not header.missing
            )
            unknown = _unknown_columns(guess, chain(first, every), own_words)
            return replace(guess, unknown=unknown, is_certain=guess.is_certain and not unknown)
    candidates = [
        (len(found), is_units, row, cells, found)
        for row, cells in filled[:LAST_HEADER_ROW]
        for is_units in (False, True)
        if (found := _near_columns(cells, is_units, {}, own_words))
    ]
    best = max(candidates, key=lambda one: one[0], default=None)
    if best is not None and best[0] >= 2:
        _, is_units, row, cells, found = best
        return _guess(name, is_units, row, cells, first, found, False)
    return _guess(name, False, 0, (), first, _by_content(filled), False)


def _guess(
    name: str,
    is_units: bool,
    header_row: int,
    cells: Sequence,
    first: Sequence[tuple[int, Sequence]],
    columns: Mapping[int, str],
    is_certain: bool,
) -> SheetGuess:
    below = [cells for row, cells in first if row > header_row and any(as_text(cell).strip() for cell in cells)]
    width = max([len(cells), *(len(row) for row in below[:_SAMPLES])], default=0)
    samples = tuple(
        tuple(as_text(row[index])[:60] if index < len(row) else "" for index in range(width))
        for row in below[:_SAMPLES]
    )
    headers = tuple(as_text(cells[index]).strip()[:120] if index < len(cells) else "" for index in range(width))
    return SheetGuess(name, is_units, header_row, headers, samples, columns, is_certain)


def _unknown_columns(
    guess: SheetGuess, rows: Iterable[tuple[int, Sequence]], own_words: Mapping[tuple[bool, str], str]
) -> tuple[int, ...]:
    """Those with something in them; the whole sheet is read only while it has a column to look for."""
    waiting = {
        index
        for index, header in enumerate(guess.headers)
        if index not in guess.columns and is_unknown(header, is_units=guess.is_units, own_words=own_words)
    }
    found: set[int] = set()
    for row, cells in rows if waiting else ():
        if row > guess.header_row:
            filled = {index for index in waiting if index < len(cells) and as_text(cells[index]).strip()}
            found, waiting = found | filled, waiting - filled
            if not waiting:
                break
    return tuple(sorted(found))


def _near_columns(
    cells: Sequence, is_units: bool, taken: Mapping[int, str], own_words: Mapping[tuple[bool, str], str]
) -> dict[int, str]:
    """Columns not recognised whose header is written much like a field's that no column has."""
    words = field_words(is_units, own_words)
    free = {word: field for word, field in words.items() if field and field not in taken.values()}
    scored = []
    for index, cell in enumerate(cells):
        key = header_key(cell)
        if index in taken or len(key) < 2 or is_forbidden(cell) or (is_units, key) in own_words:
            continue
        match = process.extractOne(key, free.keys(), scorer=_likeness, score_cutoff=_NEAR_ENOUGH)
        if match:
            scored.append((match[1], -index, index, free[match[0]]))
    found: dict[int, str] = {}
    for _, _, index, field in sorted(scored, reverse=True):
        if field not in found.values():
            found[index] = field
    return found


def _likeness(one: str, other: str, **options: object) -> float:
    """Written alike, or the same words among others ("Thư điện tử cá nhân")."""
    plain = fuzz.ratio(one, other)
    return max(plain, 0.9 * fuzz.token_set_ratio(one, other) if min(len(one), len(other)) >= 6 else 0.0)


def _by_content(rows: Sequence[tuple[int, Sequence]]) -> dict[int, str]:
    """Columns of members by what stands in them, where no header helps."""
    width = max(len(cells) for _, cells in rows)
    found: dict[int, str] = {}
    for index in range(width):
        texts = [as_text(cells[index]).strip() for _, cells in rows if index < len(cells)]
        texts = [text for text in texts if text]
        for field, test in _TESTS:
            if texts and field not in found.values() and sum(map(test, texts)) * 2 > len(texts):
                found[index] = field
                break
    return found


_TESTS = (
    ("birth_year", lambda text: bool(_YEAR.fullmatch(text))),
    ("unit", lambda text: bool(_UNIT.match(text))),
    ("email", lambda text: "@" in text),
    ("phone", lambda text: bool(_PHONE.fullmatch(re.sub(r"[ .-]", "", text)))),
    ("since", lambda text: bool(_DAY.fullmatch(text))),
    ("name", lambda text: is_plain_name(text) and 2 <= len(text.split()) <= 6),
)
