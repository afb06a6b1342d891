"""The order of Vietnamese lists, as ASCII keys that sort rightly under every database collation.

Letters a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z; tones ngang huyền hỏi ngã
sắc nặng decide only between syllables of the same letters; syllable by syllable, as in dictionaries
and as the Ministry's word lists are printed. Persons are ordered by given name, then họ, then đệm.

Not here: equality of names (`vietnamese.tones`), search keys (`vietnamese.text.fold`).
"""

import re
import unicodedata

from vietnamese.text import clean
from vietnamese.tones import split_tone

# Keys use digits and small Latin letters only, in units that are never a prefix of one another:
# a byte order (C) and a locale order (en_US, vi_VN, ICU) then agree, so a plain column can be sorted
# and indexed on SQLite and PostgreSQL alike.
#   "0" + tone        end of a syllable            (below everything)
#   "1" + len + digits  a number, by its value     ("Chi bộ 9" before "Chi bộ 10")
#   letter + 0..3     a letter of the alphabet
#   "z9" + 6 hex      any other letter
_SYLLABLES = re.compile(r"\d+|[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_MARKED_LETTERS = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
_LONGEST_NUMBER = 9


def _letter_unit(letter: str) -> str:
    if letter in _MARKED_LETTERS:
        return _MARKED_LETTERS[letter]
    if "a" <= letter <= "z":
        return letter + "0"
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter and "a" <= base <= "z":
        return base + "3"
    return f"z9{ord(letter):06x}"


def _syllable_key(syllable: str) -> str:
    if syllable.isdecimal():
        digits = str(int(syllable[:_LONGEST_NUMBER]))
        return f"1{len(digits)}{digits}00"
    bare, rank = split_tone(syllable)
    units = "".join(_letter_unit(letter) for letter in bare if not unicodedata.combining(letter))
    return f"{units}0{rank}"


def collation_key(text: str) -> str:
    """The key by which titles and names of units are sorted; case and punctuation do not count.

    sorted(["Đức", "Dũng", "An", "Ân", "Ba", "Bà"], key=collation_key) → An, Ân, Ba, Bà, Dũng, Đức.
    """
    return "".join(_syllable_key(s) for s in _SYLLABLES.findall(clean(text).casefold()))


def person_collation_key(full_name: str) -> str:
    """The key by which persons are sorted: given name (the last word), then họ (the first), then đệm.

    Trần Văn An, Lê Bình, Lê An Bình, Nguyễn Thị Bình, Nguyễn Văn Chính.
    """
    words = clean(full_name).split(" ")
    given, rest = words[-1], words[:-1]
    return "9".join(collation_key(part) for part in (given, *rest[:1], " ".join(rest[1:])))
