"""Which unit a written name means, and which names come nearest to one that means none.

Not here: file names of submissions (app `submissions`), names of persons (`values`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from vietnamese.text import clean, fold

_NO_WORD = re.compile(r"\W+")
_NEAR_ENOUGH = 60  # of 100; below it a proposal would only confuse


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """`code` is "" when no unit or more than one is meant; `exact` when written as the roster writes it."""

    code: str
    exact: bool


_NO_MATCH = UnitMatch("", exact=False)


def loose_key(text: str) -> str:
    """A unit's name without marks, case, dashes and other punctuation."""
    return _NO_WORD.sub(" ", fold(text)).strip()


class UnitIndex:
    """Look-up of units by code, name and other names. Built once per roster."""

    def __init__(self, units: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        """`units`: (code, name, other names)."""
        self._names: dict[str, str] = {}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        self._found: dict[str, UnitMatch] = {}
        for code, name, aliases in units:
            self._names[code] = name
            for text in (code, name, *aliases):
                self._exact[text].add(code)
                self._loose[loose_key(text)].add(code)
        # A full name wins over somebody else's nickname.
        for code, name in self._names.items():
            self._exact[name] = {code}
        self._keys = {code: loose_key(name) for code, name in self._names.items()}

    def name_of(self, code: str) -> str:
        """The unit's own name."""
        return self._names[code]

    def find(self, text: str) -> UnitMatch:
        """The unit meant by `text`; memoised, because a roster repeats its units thousands of times."""
        match = self._found.get(text)
        if match is None:
            match = self._found[text] = self._find(text)
        return match

    def _find(self, text: str) -> UnitMatch:
        codes = self._exact.get(text, set())
        if len(codes) == 1:
            return UnitMatch(next(iter(codes)), exact=True)
        codes = codes or self._exact.get(clean(text), set()) or self._loose.get(loose_key(text), set())
        return UnitMatch(next(iter(codes)), exact=False) if len(codes) == 1 else _NO_MATCH

    def nearest(self, text: str, limit: int = 2) -> list[str]:
        """Names of at most `limit` units written most like `text`, best first."""
        found = process.extract(loose_key(text), self._keys, scorer=fuzz.ratio, limit=limit, score_cutoff=_NEAR_ENOUGH)
        return [self._names[code] for _, _, code in found]
