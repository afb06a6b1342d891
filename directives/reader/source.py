"""The text as given and the text as read, with the way back: every character read knows where it stood.

Reading text: NFC, `\n` line ends, one kind of dash, no emphasis marks, no invisible characters, the plain faults of
scanning in the words of deadlines set right. Offsets of the draft are always into the text as given.
Not here: lines and paragraphs (`layout.py`), bytes to text (`services.papers`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

from vietnamese.text import nfc

_LINE_ENDS = frozenset("\n\v\f\x85\u2028\u2029")
_DASHES = frozenset("‐‑‒–—―−－")
_BULLETS = frozenset("•●▪■◦○➢‣·")
_MARKUP = re.compile(r"</?(?:b|i|u|p|em|strong|sup|sub|span|div|center)\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*+|`+|__+|~~+")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_HEADING = re.compile(r"^[ \t]*(?:#+|>+)[ \t]+", re.MULTILINE)
_DROPPED = (_MARKUP, _EMPHASIS, _ESCAPE, _HEADING)
# Faults of scanning, each put right by a word of the same length; only where the neighbour leaves no doubt.
_FAULTS = (
    (re.compile(r"\b(chậm|muộn|trễ) nh[âaáà]t\b", re.IGNORECASE), r"\1 nhất"),
    (re.compile(r"\bng(?:àý|ầy|áy|ãy|ây|ảy|ạy|àv|àỵ)(?=\s*\d)", re.IGNORECASE), "ngày"),
    (re.compile(r"\bngay(?=\s*\d{1,2}\s*(?:/|tháng|\.\d))", re.IGNORECASE), "ngày"),
    (re.compile(r"\btr(?:ưóc|ươc|uớc|ứơc|ưởc|ưỏc|ướe)(?=\s+(?:ngày|\d))", re.IGNORECASE), "trước"),
    (re.compile(r"\bth(?:àng|ảng|ãng)(?=\s+\d)", re.IGNORECASE), "tháng"),
    (re.compile(r"\bvê(?=\s+(?:Ban|Đảng|Văn phòng|Ủy ban|Uỷ ban|Thường trực|UBKT|BXDĐ|chi bộ|cấp ủy))"), "về"),
    (re.compile(r"\bn(?:ãm|ảm|âm|ằm)(?=\s+(?:19|20)\d\d)", re.IGNORECASE), "năm"),
    (re.compile(r"\bS[ôóỗồổõỏòơớo](?=\s*:?\s*\d{1,5}\s*[-/])"), "Số"),
    (re.compile(r"\bs[ôóỗồổõỏòơớo](?=\s*:?\s*\d{1,5}\s*[-/])"), "số"),
    (re.compile(r"\bDẢNG\b"), "ĐẢNG"),
    (re.compile(r"\bĐ[ÀÁÃA]NG(?=\s+(?:BỘ|ỦY|UỶ|CỘNG))"), "ĐẢNG"),
    (re.compile(r"\bCỘNG S[ÀÁÃA]N\b"), "CỘNG SẢN"),
    (re.compile(r"\bK[iíìỉĩ]nh g[ửừứữựưủùúu][iìí]\b(?=\s*[:;.-]|\s*$)", re.MULTILINE), "Kính gửi"),
    (re.compile(r"\bKI[ÊỀỂẾ]M TRA\b"), "KIỂM TRA"),
    (re.compile(r"\bki[êềế]m tra\b", re.IGNORECASE), "kiểm tra"),
    (re.compile(r"\bđ[êềể]n(?=\s+(?:hết|ngày|\d{1,2}[/.]))", re.IGNORECASE), "đến"),
    (re.compile(r"\bvăn b[àảáã]n\b", re.IGNORECASE), "văn bản"),
    (re.compile(r"\bbiên b[àảáã]n\b", re.IGNORECASE), "biên bản"),
    (re.compile(r"\bqu[àáã]n lý\b", re.IGNORECASE), "quản lý"),
    (re.compile(r"\bcùa\b", re.IGNORECASE), "của"),
    (re.compile(r"\bđông chí(?=\s+(?:Bí thư|Phó|Chủ tịch|Trưởng|Ủy viên|Uỷ viên))", re.IGNORECASE), "đồng chí"),
    (re.compile(r"\b(chưa|đã|nộp|không|đầy) đù\b", re.IGNORECASE), r"\1 đủ"),
    (re.compile(r"\bNoi nhận\b"), "Nơi nhận"),
    (re.compile(r"\byêu câu\b"), "yêu cầu"),
)
_DATE_WITH_LETTERS = re.compile(r"(?<![\w/])[\dOolI]{1,2}[/.][\dOolI]{1,2}[/.][\dOolI]{4}(?![\w/])")
_DIGITS = str.maketrans("OolI", "0011")


@dataclass(frozen=True, slots=True)
class Source:
    """`given` is what the person typed or uploaded; `text` is what is read; `origin[i]` is the place of `text[i]`."""

    given: str
    text: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, given: str) -> Source:
        """Linear in the text; never raises."""
        chars, origin = _characters(given)
        text = _set_right("".join(chars))
        kept = [True] * len(text)
        for pattern in _DROPPED:
            for match in pattern.finditer(text):
                kept[match.start() : match.end()] = [False] * (match.end() - match.start())
        places = [place for place, keep in zip(origin, kept, strict=True) if keep]
        return cls(given, "".join(c for c, keep in zip(text, kept, strict=True) if keep), (*places, len(given)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text as given of `text[start:end]`."""
        if start >= end:
            place = self.origin[min(start, len(self.origin) - 1)]
            return place, place
        return self.origin[start], self._after(end)

    def _after(self, end: int) -> int:
        """Just after the last letter, its loose marks included, but not what was dropped behind it."""
        last = self.origin[end - 1] + 1
        limit = self.origin[end]
        while last < limit and unicodedata.combining(self.given[last]):
            last += 1
        return last


def _characters(given: str) -> tuple[list[str], list[int]]:
    """The characters to read and their places: composed letters, plain spaces, nothing invisible."""
    chars: list[str] = []
    origin: list[int] = []
    at = 0
    while at < len(given):
        end = at + 1
        while end < len(given) and unicodedata.combining(given[end]):
            end += 1
        for char in nfc(given[at:end]) if end > at + 1 or not given[at].isascii() else given[at]:
            plain = _plain(char, given, at)
            if plain:
                chars.append(plain)
                origin.append(at)
        at = end
    return chars, origin


def _plain(char: str, given: str, at: int) -> str:
    if char in _LINE_ENDS:
        return "\n"
    if char == "\r":
        return "" if given[at + 1 : at + 2] == "\n" else "\n"
    if char == "\t" or " " <= char <= "~":
        return char
    if char in _DASHES or char in _BULLETS:
        return "-"
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") else char


def _set_right(text: str) -> str:
    """Plain faults of scanning mended, the length kept."""
    for pattern, right in _FAULTS:
        text = pattern.sub(partial(_same_case, right), text)
    return _DATE_WITH_LETTERS.sub(lambda match: match[0].translate(_DIGITS), text)


def _same_case(right: str, match: re.Match[str]) -> str:
    mended = match.expand(right)
    if len(mended) != len(match[0]):
        return match[0]
    return mended[0].upper() + mended[1:] if match[0][0].isupper() else mended
