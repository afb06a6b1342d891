"""Texts garbled by old character codes or by a wrong decoding: recognise, propose, never apply silently.

TCVN3 (TCVN 5712:1993 with its one-case fonts), VNI-Windows and VIQR (RFC 1456) as they look when a
program takes their bytes for Windows-1252; Windows-1258 taken for 1252; UTF-8 taken for 1252, Latin-1
or, by old ZIP tools, for code page 437.

Work on the text *before* `vietnamese.text.clean`: TCVN3 writes ư as a soft hyphen and UTF-8 has
control bytes, both of which cleaning drops.

Not here: percent-encoding and mail headers (`submissions.transport_names`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from vietnamese.syllables import is_syllable
from vietnamese.text import nfc

_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "á": _HAT + _ACUTE, "à": _HAT + _GRAVE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile("([aeouyôö])([ùøûõïâáàåãäêéèúüë])|([ôöñæóòî])", re.IGNORECASE)
_VIQR_MARKS = {"^": _HAT, "(": _BREVE, "+": _HORN, "'": _ACUTE, "`": _GRAVE, "?": _HOOK, "~": _TILDE, ".": _DOT}
_VIQR_LETTER = re.compile(r"([aeiouy])([\^(+]?)(['`?~.]?)|(dd)", re.IGNORECASE)
_VIQR_SURE_SIGN = re.compile(r"[aeo]\^|a\(|[ou]\+|[aeiouy][`~']", re.IGNORECASE)
# Undefined in Windows-1252; programs show these bytes as C1 controls.
_CP1252_HOLES = {chr(code): bytes([code]) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}

_WORDS = re.compile(r"[^\s,;:/\\()\[\]&\"_0-9]+")
_EDGES = "-–—.!"
_LETTERS_LOST = re.compile("\ufffd|(?<=[A-Za-z])\\?(?=[A-Za-z])")
_LATIN_1_END = "\u0100"
_TOLERATED_SHARE = 4  # one word in four may stay odd (a Highland name, an abbreviation)


@dataclass(frozen=True, slots=True)
class LegacyRepair:
    """A proposed reading of a garbled text and the code it was written in."""

    text: str
    code: str  # "UTF-8", "TCVN3", "VNI", "VIQR", "Windows-1258"


def propose_repair(text: str) -> LegacyRepair | None:
    """The likely original of a garbled Vietnamese text, or None when it reads well or cannot be saved.

    A proposal always has fewer impossible words than the text. Where letters were lost (U+FFFD, "?"
    inside words) there is no guess. Linear in the text.
    """
    if not text or _LETTERS_LOST.search(text):
        return None
    utf8 = _misread_utf8(text)
    if utf8 is not None:
        return LegacyRepair(utf8, "UTF-8")
    if text.isascii():
        return _best(text, (("VIQR", _from_viqr),)) if _VIQR_SURE_SIGN.search(text) else None
    if max(text) >= _LATIN_1_END:
        return None
    return _best(text, (("TCVN3", _from_tcvn3), ("VNI", _from_vni), ("Windows-1258", _from_cp1258)))


def _best(text: str, decoders: tuple[tuple[str, Callable[[str], str]], ...]) -> LegacyRepair | None:
    odd_before, _ = _odd_words(text)
    best: tuple[int, LegacyRepair] | None = None
    for code, decode in decoders:
        decoded = decode(text)
        odd, marked = _odd_words(decoded)
        good_enough = marked and odd < max(odd_before, 1) and odd * _TOLERATED_SHARE <= marked
        if decoded != text and good_enough and (best is None or odd < best[0]):
            best = odd, LegacyRepair(decoded, code)
    # A text that was all right before is left alone, whatever another code would make of it.
    return best[1] if best and (odd_before or decoders[0][0] == "VIQR") else None


def _odd_words(text: str) -> tuple[int, int]:
    """(words that no Vietnamese writes, words with any letter beyond ASCII)."""
    marked = [word for raw in _WORDS.findall(text) if not (word := raw.strip(_EDGES)).isascii()]
    return sum(not all(map(is_syllable, word.split("-"))) for word in marked), len(marked)


def _misread_utf8(text: str) -> str | None:
    """UTF-8 bytes shown in a one-byte code, undone; strict decoding of such bytes is proof enough."""
    for encode in (_cp1252_bytes, _latin1_bytes, _cp437_bytes):
        data = encode(text)
        if data is None or data.isascii():
            continue
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _cp1252_bytes(text: str) -> bytes | None:
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError as stopped:
        if text[stopped.start] not in _CP1252_HOLES:
            return None  # the usual case: a text with letters of its own
    try:
        return b"".join(_CP1252_HOLES.get(char) or char.encode("cp1252") for char in text)
    except UnicodeEncodeError:
        return None


def _latin1_bytes(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _cp437_bytes(text: str) -> bytes | None:
    try:
        return text.encode("cp437")
    except UnicodeEncodeError:
        return None


def _from_tcvn3(text: str) -> str:
    return _WORDS.sub(_tcvn3_word, text)


def _tcvn3_word(match: re.Match[str]) -> str:
    word = "".join(_TCVN3.get(char, char) for char in match[0])
    ascii_letters = [char for char in match[0] if char.isascii() and char.isalpha()]
    # The capital fonts (.VnTimeH) hold capitals in the places of small letters.
    is_capitals = len(ascii_letters) > 1 and all(char.isupper() for char in ascii_letters)
    return word.upper() if is_capitals else word


def _from_vni(text: str) -> str:
    return nfc(_VNI_PAIR.sub(_vni_letter, text))


def _vni_letter(match: re.Match[str]) -> str:
    base, mark, single = match.groups()
    if single:
        letter = _VNI_LETTERS[single.lower()]
        return letter.upper() if single.isupper() else letter
    letter = _VNI_LETTERS.get(base.lower(), base.lower()) + _VNI_MARKS[mark.lower()]
    return nfc(letter.upper() if base.isupper() else letter)


def _from_viqr(text: str) -> str:
    return _VIQR_LETTER.sub(_viqr_letter, text)


def _viqr_letter(match: re.Match[str]) -> str:
    letter, quality, tone, d = match.groups()
    if d:
        return "Đ" if d[0] == "D" else "đ"
    return nfc(letter + "".join(_VIQR_MARKS[sign] for sign in (quality, tone) if sign))


def _from_cp1258(text: str) -> str:
    data = _cp1252_bytes(text)
    return nfc(data.decode("cp1258", errors="replace")) if data else text
