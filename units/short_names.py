"""Short names of kinds of units in a search: who types "TDP 18" or "tdp18" means "Tổ dân phố số 18", and the other way round.

Pure. Every search that may mean a unit asks here what its words stand for; short names never narrow a search, they only
let it find more. Not here: other names of one unit (`UnitAlias`), units named in files (app submissions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from vietnamese.text import fold

_NAMES: Final = """
tdp: tổ dân phố; cb: chi bộ; đb: đảng bộ; kdc: khu dân cư; mn: mầm non; th: tiểu học; thcs: trung học cơ sở;
thpt: trung học phổ thông; gdtx: giáo dục thường xuyên; bxdđ: ban xây dựng đảng; ubkt: ủy ban kiểm tra;
vpđu: văn phòng đảng ủy; ttct: trung tâm chính trị; ubnd: ủy ban nhân dân; hđnd: hội đồng nhân dân;
mttq: mặt trận tổ quốc; bchqs: ban chỉ huy quân sự; ca: công an; tyt: trạm y tế; ccb: cựu chiến binh;
hpn: hội phụ nữ; lhpn: liên hiệp phụ nữ; htx: hợp tác xã; cty: công ty; đvhc: đơn vị hành chính
"""
_FULL: Final = {
    fold(short): fold(full) for short, full in (pair.split(":") for pair in _NAMES.replace("\n", " ").split(";"))
}
_SHORT: Final = {tuple(full.split()): short for short, full in _FULL.items() if len(short) > 2}
"""The other way round, but for two letters, which stand in nearly every name."""

_LONGEST_NAME: Final = max(map(len, _SHORT))
_WITH_NUMBER = re.compile(r"([a-z]+)[.-]?(\d+)")
_NUMBER_WORD: Final = "so"

Reading = tuple[str, ...]
"""Pieces that all stand in what is found; a piece may hold spaces."""


@lru_cache(maxsize=256)  # one search asks several tables
def readings(text: str) -> tuple[tuple[Reading, ...], ...]:
    """What a search asks for: of each element one of its readings must hold, the first is the word as it was typed.

    "tdp 18" → (("tdp",), ("to dan pho",)), (("18",),). A number that hangs on a short name ("tdp18") may stand apart from it,
    without its leading zeros then as a number of its own. "Số" between a short name and a number need not be there.
    """
    return tuple(_read(fold(text).split()))


def holds(text: str, searched: str) -> bool:
    """Whether `searched`, which is folded, answers to the words of `text`."""
    padded = f"{searched} "
    return all(any(all(piece in padded for piece in one) for one in ways) for ways in readings(text))


def _read(words: Sequence[str]) -> Iterator[tuple[Reading, ...]]:
    at, is_after_name = 0, False
    while at < len(words):
        word, following = words[at], words[at + 1 : at + 2]
        length = next((n for n in range(min(_LONGEST_NAME, len(words) - at), 1, -1) if _is_name(words, at, n)), 0)
        short, hanging = word.rstrip("."), _WITH_NUMBER.fullmatch(word)
        if length:
            phrase = tuple(words[at : at + length])
            yield phrase, (_SHORT[phrase],)
        elif short in _FULL:
            yield (short,), (_FULL[short],)
        elif hanging and hanging[1] in _FULL:
            yield (word,), *_numbered(hanging[1], hanging[2])
        elif not (is_after_name and word == _NUMBER_WORD and following and following[0].isdecimal()):
            yield ((word,),)
        is_after_name = bool(length) or short in _FULL
        at += length or 1


def _is_name(words: Sequence[str], at: int, length: int) -> bool:
    return tuple(words[at : at + length]) in _SHORT


def _numbered(short: str, number: str) -> Iterator[Reading]:
    full, bare = _FULL[short], number.lstrip("0")
    yield full, number
    yield short, number
    if bare and bare != number:
        yield from ((f"{name}{word}{bare} ",) for name in (full, short) for word in (" ", f" {_NUMBER_WORD} "))
