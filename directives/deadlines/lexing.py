"""From a phrase as people type it to words, numbers and marks.

Drops what carries no meaning: emphasis marks, quotes, invisible characters, kinds of spaces and dashes.
Total and linear in the length of the text.
Not here: what the words mean (`vocabulary.py`, `points.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from vietnamese.text import nfc, strip_marks

LONGEST_KEYWORD = 12
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_SLASHES = dict.fromkeys(map(ord, "／⁄∕"), "/")
_NOTHING = dict.fromkeys([*map(ord, "*_`~#\"“”„«»'‘’´<>"), *range(0x200B, 0x2010), 0x00AD, 0x2060, 0xFEFF])
_SAME_MARKS = {**_DASHES, **_SLASHES, **_NOTHING, ord("："): ":"}
# A blank line ends a sentence; a single line break is only the page's edge.
_TOKENS = re.compile(r"(?P<n>[0-9]+)|(?P<w>[^\W\d_]+)|(?P<stop>\n[ \t\r]*\n\s*)|(?P<p>[^\w\s])")


@dataclass(frozen=True, slots=True)
class Token:
    """One word ("w"), number ("n") or mark ("p"); `raw` is lower case with accents, `key` without."""

    kind: str
    raw: str
    key: str
    start: int
    end: int

    @property
    def number(self) -> int:
        """The value of a number of at most four digits, else -1."""
        return int(self.raw) if self.kind == "n" and len(self.raw) <= 4 else -1


END = Token("p", "", "", 0, 0)


def prepare(text: str) -> str:
    """NFC, one kind of dash, no emphasis marks, no invisible characters."""
    return nfc(text).translate(_SAME_MARKS)


def lex(text: str) -> list[Token]:
    """The tokens of a prepared text."""
    return [_token(match) for match in _TOKENS.finditer(text)]


def _token(match: re.Match[str]) -> Token:
    raw = match[0]
    if match.lastgroup == "stop":
        return Token("p", ".", "\n", match.start(), match.end())
    if match.lastgroup == "n":
        return Token("n", raw, raw, match.start(), match.end())
    if match.lastgroup == "p" or len(raw) > LONGEST_KEYWORD:
        return Token(match.lastgroup or "p", raw, raw, match.start(), match.end())
    lowered = raw.lower()
    return Token("w", lowered, _key(lowered), match.start(), match.end())


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    return strip_marks(word)


def is_accented(tokens: list[Token]) -> bool:
    """The writer uses accents, so "ngay" is not "ngày" and "sáu" is not "sau"."""
    return any(token.raw != token.key for token in tokens if token.kind == "w")
