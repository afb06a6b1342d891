"""Unicode hygiene and folding: `nfc` and `clean` for what is stored, `fold` for what is searched.

Not here: comparison of persons' names, which must keep tones (`vietnamese.tones`);
alphabetical order (`vietnamese.collation`).
"""

import re
import unicodedata
from functools import lru_cache

# The Stream-Safe Text Format (Unicode UAX #15 §13) allows 30 marks on one letter. Canonical
# ordering is quadratic in the marks of one letter, so an attacker's million marks are cut first.
_MARKS_PER_LETTER = 30
_SHORT = 255  # characters; so few marks do no harm however they stand
LONGEST_WORD = 24  # characters; a longer one is no word, and must not fill what remembers words

# Invisible though not of category Cf: combining grapheme joiner, Hangul fillers, Mongolian and
# emoji variation selectors.
_INVISIBLE_LETTERS = (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x180B, 0x180C, 0x180D, 0x180F)
# What `str.isprintable` does not know to be invisible.
_HAS_INVISIBLE_LETTER = re.compile("[\u034f\u115f\u1160\u3164\uffa0\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Not characters at all, and no XML may hold them: a workbook or a PDF made of such a text would not open.
_NO_CHARACTERS = (0xFFFE, 0xFFFF)
_CONTROLS_THAT_ARE_SPACE = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"


# Everything of category Cf, Cc or Z* lies in these ranges; scanning all of Unicode costs 0.1 s at import.
_RANGES_WITH_CONTROLS = (
    range(0x3001),
    range(0xFEFF, 0xFFFC),
    range(0x110BD, 0x110CE),
    range(0x13430, 0x13440),
    range(0x1BCA0, 0x1BCA4),
    range(0x1D173, 0x1D17B),
    range(0xE0000, 0xE0080),
)
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def _hygiene_table() -> dict[int, str | None]:
    """Translation for `clean`: format and control characters out, odd spaces to U+0020."""
    table: dict[int, str | None] = {}
    for codes in _RANGES_WITH_CONTROLS:
        for code in codes:
            category = unicodedata.category(chr(code))
            if category in ("Cf", "Cc"):
                table[code] = None
            elif category in ("Zs", "Zl", "Zp"):
                table[code] = " "
    table.update(dict.fromkeys((*_INVISIBLE_LETTERS, *_NO_CHARACTERS)))
    for selectors in _VARIATION_SELECTORS:
        table.update(dict.fromkeys(selectors))
    table.update({ord(char): " " for char in _CONTROLS_THAT_ARE_SPACE})
    return table


_HYGIENE = _hygiene_table()
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(" {2,}")
# đ does not decompose; eth and the African D only look like it and are typed for it.
_NO_MARKS = dict.fromkeys(code for code in range(0x10000) if unicodedata.category(chr(code)) == "Mn")
_D_BY_HAND = str.maketrans("đðɖĐÐƉ", "dddDDD")


def _limit_marks(text: str) -> str:
    """Keep at most 30 combining marks in a row of a long text; linear."""
    if len(text) <= _SHORT or text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_PER_LETTER:
            kept.append(char)
    return "".join(kept)


def nfc(text: str) -> str:
    """The composed form (Unicode NFC), in linear time. Nothing but the encoding of letters changes."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _limit_marks(text))


def clean(text: str) -> str:
    """What the portal stores of a typed name or title.

    NFC; zero-width, bidi and control characters dropped (soft hyphen too); every kind of white
    space folded to single spaces, none at the ends; a lone surrogate becomes U+FFFD so that the
    text can always be written as UTF-8. Idempotent.
    """
    if not text.isprintable() or (not text.isascii() and _HAS_INVISIBLE_LETTER.search(text)):
        text = _LONE_SURROGATES.sub("\ufffd", text.translate(_HYGIENE))
    text = nfc(text)
    return (_SPACES.sub(" ", text) if "  " in text else text).strip(" ")


def strip_marks(text: str) -> str:
    """Without any diacritic, case kept; đ/Đ become d/D ("Đỗ Đức" → "Do Duc")."""
    return unicodedata.normalize("NFKD", clean(text).translate(_D_BY_HAND)).translate(_NO_MARKS)


def fold(text: str) -> str:
    """The search key: no diacritics, no case, đ→d, single spaces ("Nguyễn Văn Ân" → "nguyen van an").

    Compatibility forms fold too (full-width letters). Letters of other scripts stay: a Cyrillic а
    never equals a Latin a. Idempotent. Two texts with one key are candidates, not the same.
    """
    words = clean(text).split(" ")
    keys = [_fold_word(word) if len(word) <= LONGEST_WORD else _fold(word) for word in words]
    if all(keys) and not any(map(_has_space, keys)):
        return " ".join(keys)
    return _fold(text)  # a compatibility form brought a space, or a word was nothing but marks


def _has_space(word: str) -> bool:
    return " " in word


def _fold(text: str) -> str:
    folded = strip_marks(text).casefold()
    if folded.isascii():
        return _SPACES.sub(" ", folded).strip(" ")
    # Folding case may bring new marks (İ → i + dot) and compatibility forms new spaces: once more.
    return clean(strip_marks(folded).casefold())


# The same words come again and again: a key is remembered word by word.
_fold_word = lru_cache(maxsize=16_384)(_fold)
