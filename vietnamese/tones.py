"""Comparison keys that know Vietnamese tones: one syllable has one tone, wherever it is written.

"Hoà" and "Hòa", "Thuý" and "Thúy", "khoẻ" and "khỏe" differ even in NFC. The keys here take the
tone out of the syllable and put it behind, so that both spellings meet; the person's own spelling
is never rewritten. Nothing depends on qu-/gi-: the letters stay where they are.

Not here: keys without any diacritic (`vietnamese.text.fold`).
"""

import re
import unicodedata
from functools import lru_cache

from vietnamese.text import LONGEST_WORD, clean

# Combining mark → (sign used in keys, rank in the alphabet). The signs are modifier letters that
# nobody types, so a key cannot be forged by a text.
_TONES = {
    "\u0300": ("\u02cb", 1),  # huyền
    "\u0309": ("\u02c0", 2),  # hỏi
    "\u0303": ("\u02dc", 3),  # ngã
    "\u0301": ("\u02ca", 4),  # sắc
    "\u0323": ("\u02f3", 5),  # nặng
}
_TONE_NAMES = ("ngang", "huyền", "hỏi", "ngã", "sắc", "nặng")
_ABOVE = 230  # canonical combining class of the marks that stack above a letter
_WORDS = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
# Lý/Lí, Mỹ/Mĩ, Sỹ/Sĩ, Vy/Vi, Quý/Quí: a lone final y or i after a consonant (or q+u) sounds the same.
_FINAL_IY = re.compile(r"^((?:[bcdđghklmnprstvx]|ch|gh|kh|ng|ngh|nh|ph|qu|th|tr)?)[iy]$")
# What is left of Vietnamese letters when their marks are off; Greek and Cyrillic keep their accents.
_BASE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzđABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
_LONGEST_SYLLABLE = 24  # "nghiêng" decomposed is 8; a longer run of letters is no syllable


def split_tone(syllable: str) -> tuple[str, int]:
    """One syllable without its tone, and the tone's rank 0–5 (ngang huyền hỏi ngã sắc nặng).

    The rest is NFC with ă â ê ô ơ ư đ intact. A syllable with two tones, or with its marks in an
    order that Unicode holds for another letter (e + acute + circumflex), is returned whole, rank 0:
    it is not silently merged with the well-formed one. So is a word of another script.
    """
    if syllable.isascii() or len(syllable) > _LONGEST_SYLLABLE:
        return syllable, 0
    return _split(syllable)


@lru_cache(maxsize=16_384)  # Vietnamese has some 7,000 syllables; a name is three of them
def _split(syllable: str) -> tuple[str, int]:
    rank = 0
    kept: list[str] = []
    tone_above_on_this_letter = False
    for char in unicodedata.normalize("NFD", syllable):
        tone = _TONES.get(char)
        combining = unicodedata.combining(char)
        if not combining:
            if char not in _BASE_LETTERS:
                return syllable, 0
            tone_above_on_this_letter = False
        elif combining == _ABOVE and tone_above_on_this_letter:
            return syllable, 0
        if tone is None:
            kept.append(char)
            continue
        if rank:
            return syllable, 0
        rank = tone[1]
        tone_above_on_this_letter = combining == _ABOVE
    return unicodedata.normalize("NFC", "".join(kept)), rank


_SIGN_OF_RANK = ("", *(sign for sign, _ in sorted(_TONES.values(), key=lambda pair: pair[1])))


def _lowered(text: str) -> str:
    lowered = clean(text).casefold()
    return lowered if lowered.isascii() else clean(lowered)  # folding case may leave letters decomposed (İ)


def tone_key(text: str) -> str:
    """The key under which two spellings of one name are equal: clean, case-folded, tone behind.

    tone_key("Vũ Thị Hoà") == tone_key("VŨ THỊ HÒA"), but never equal to that of "Vũ Thị Hoa".
    Idempotent. For look-ups in memory or in an indexed column, not for show.
    """
    return " ".join(
        _toned_part(part) if len(part) <= LONGEST_WORD else _WORDS.sub(_toned_word, part)
        for part in _lowered(text).split(" ")
    )


@lru_cache(maxsize=16_384)
def _toned_part(part: str) -> str:
    """What stands between two spaces: no syllable reaches over a space, so the parts may be remembered."""
    return _WORDS.sub(_toned_word, part)


def _toned_word(match: re.Match[str]) -> str:
    bare, rank = split_tone(match[0])
    return bare + _SIGN_OF_RANK[rank]


def iy_key(text: str) -> str:
    """`tone_key` in which i and y are one at the end of an open syllable (Lý = Lí, Quý = Quí).

    Equal keys make *candidates*, never an identity: Lý and Lí may be two persons. Thúy and Thúi,
    Tay and Tai stay apart.
    """
    return _WORDS.sub(_iy_word, _lowered(text))


def _iy_word(match: re.Match[str]) -> str:
    bare, rank = split_tone(match[0])
    return _FINAL_IY.sub(r"\1i", bare) + _SIGN_OF_RANK[rank]


def tone_of(syllable: str) -> str:
    """The Vietnamese name of a syllable's tone: "hoà" → "huyền", "An" → "ngang"."""
    return _TONE_NAMES[split_tone(clean(syllable).casefold())[1]]
