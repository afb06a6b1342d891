"""From a phrase as people type it to words, numbers and marks.

Drops what carries no meaning: emphasis marks, quotes, invisible characters, kinds of spaces and dashes.
Total and linear in the length of the text.
Not here: what the words mean (`vocabulary.py`, `points.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from vietnamese.text import nfc, strip_marks

LONGEST_KEYWORD = 12
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_SLASHES = dict.fromkeys(map(ord, "／⁄∕"), "/")
_NOTHING = dict.fromkeys([*map(ord, "*_`~#\"“”„«»'‘’´<>"), *range(0x200B, 0x2010), 0x00AD, 0x2060, 0xFEFF])
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("，"): ",", ord("；"): ";"}
_SAME_MARKS = {**_DASHES, **_SLASHES, **_NOTHING, **_FULL_WIDTH, ord("："): ":", ord("（"): "(", ord("）"): ")"}
# Letters a scan puts for digits inside a whole date: "l5/5/2026", "28/4/2O26".
_DATE_WITH_LETTERS = re.compile(r"(?<![\w/])[\dOolI]{1,2}[/.-][\dOolI]{1,2}[/.-][\dOolI]{4}(?![\w/])")
_LETTERS_AS_DIGITS = str.maketrans("OolI", "0011")
# Words a scan ran together; without the split "trướcngày 28/4" would lose its "trước" and mean a day more.
_GLUED = re.compile(r"(trước|trong|hết|đến|tới|từ|nhất|quá|sau|vào)(hết|ngày|tháng|quý)", re.IGNORECASE)
# What scans make of "trước" whatever stands behind it: no Vietnamese word is spelt like one of these.
_MISREAD_BEFORE = frozenset(["truoc", "iruoc", "lruoc", "fruoc", "tnroc", "tnioc", "tmoc", "truoe", "trucc", "trudc"])
_SHORTEST_MISREAD = 4
# What they make of the words of dates, told by the number that follows.
_MISREAD_OF_DATES = {
    "ngay": frozenset(["ngàv", "ngầy", "ngảy", "ngáy", "ngãy", "ngạy", "ngây", "ngàỵ", "ngằy", "ngàý"]),
    "thang": frozenset(["thàng", "thảng", "thãng", "thạng", "thâng", "thấng"]),
    "quy": frozenset(["quỷ", "quỳ", "quỹ"]),
}
_SPELT = {"ngay": "ngày", "thang": "tháng", "quy": "quý"}
_ROMAN_MARKS = frozenset(["i", "ii", "iii", "iv", "l", "ll", "lll"])
_MISREAD_ROMAN = {"l": "i", "ll": "ii", "lll": "iii", "il": "ii", "li": "ii", "iil": "iii", "ill": "iii", "lv": "iv"}
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
    """NFC, one kind of dash, plain digits, no emphasis marks, no invisible characters."""
    plain = nfc(text).translate(_SAME_MARKS)
    return _DATE_WITH_LETTERS.sub(lambda match: match[0].translate(_LETTERS_AS_DIGITS), plain)


def lex(text: str) -> list[Token]:
    """The tokens of a prepared text, the plain faults of scanning in the words of deadlines set right."""
    found: list[Token] = []
    for match in _TOKENS.finditer(text):
        glued = _GLUED.fullmatch(match[0]) if match.lastgroup == "w" else None
        if glued is None:
            found.append(_token(match))
            continue
        found += [_word(glued[part], match.start() + glued.start(part)) for part in (1, 2)]
    return _set_right(found)


def _word(raw: str, start: int) -> Token:
    lowered = raw.lower()
    return Token("w", lowered, _key(lowered), start, start + len(raw))


def _set_right(tokens: list[Token]) -> list[Token]:
    for at, token in enumerate(tokens):
        if token.kind != "w" or token.raw == token.key:
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else END
        if len(token.raw) >= _SHORTEST_MISREAD and token.key in _MISREAD_BEFORE:
            tokens[at] = replace(token, raw="trước", key="truoc")
        elif following.kind == "n" or (following.raw in _ROMAN_MARKS and token.key == "quy"):
            word = next((key for key, misread in _MISREAD_OF_DATES.items() if token.raw in misread), "")
            if word:
                tokens[at] = replace(token, raw=_SPELT[word], key=word)
        if tokens[at].raw == "quý" and following.raw in _MISREAD_ROMAN:
            roman = _MISREAD_ROMAN[following.raw]
            tokens[at + 1] = replace(following, raw=roman, key=roman)
    return tokens


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
