"""Cutting a line of the query bar into words: quotation marks hold together, a hyphen in front takes away, and
comparisons cling to what they compare. Pure.

Not here: what the words mean (`parsing.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vietnamese.text import clean

LONGEST: Final = 200  # characters; what is longer is no question
_QUOTES = str.maketrans("“”„«»", '"""""')
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "–": "-", "−": "-", "＜": "<", "＞": ">", "：": ":"})
_AROUND_COMPARISON = re.compile(r"\s*(<=|>=|[<>=])\s*")
_AFTER_COLON = re.compile(r"\s*:\s*")
_WORD = re.compile(r'(-?)((?:[^\s"]*[:<>=])?)"([^"]*)"?|(\S+)')
_NUMBER_AND_UNIT = re.compile(r"((?:<=|>=|[<>=:])\d{1,3}) +(?=(?:ng[aà]y|tu[aầ]n)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the line: `less` when a hyphen stands before it, `quoted` when its value stood in quotation marks."""

    text: str
    less: bool = False
    quoted: bool = False

    @property
    def source(self) -> str:
        """As it is typed again."""
        mark = "-" if self.less else ""
        if not self.quoted:
            return mark + self.text
        key, sign, value = split_comparison(self.text)
        return f'{mark}{key}{sign}"{value}"' if sign else f'{mark}"{self.text}"'


_COMPARISON = re.compile(r"^([^:<>=]+?)(<=|>=|[:<>=])(.*)$", re.DOTALL)


def split_comparison(text: str) -> tuple[str, str, str]:
    """("hạn", "<", "7ngày"); ("", "", text) without a sign."""
    found = _COMPARISON.match(text)
    return (found[1], found[2], found[3]) if found else ("", "", text)


def tidy(text: str) -> str:
    """The line in one form: NFC, single spaces, plain quotation marks and signs, at most `LONGEST` characters."""
    line = clean(text[: 4 * LONGEST]).translate(_QUOTES).translate(_SIGNS)[:LONGEST]
    parts = line.split('"')
    parts[::2] = [_glued(part) for part in parts[::2]]
    return '"'.join(parts).strip()


def _glued(part: str) -> str:
    part = _AFTER_COLON.sub(":", _AROUND_COMPARISON.sub(r"\1", part))
    return _NUMBER_AND_UNIT.sub(r"\1", part)


def words_of(line: str) -> list[Word]:
    """The words of a tidy line, in order."""
    words = []
    for found in _WORD.finditer(line):
        if found[4] is None:
            if found[3].strip():
                words.append(Word(found[2] + found[3].strip(), less=bool(found[1]), quoted=True))
            continue
        text = found[4].strip('"')
        less = text.startswith("-") and len(text) > 1
        if text not in ("", "-"):
            words.append(Word(text[1:] if less else text, less=less))
    return words
