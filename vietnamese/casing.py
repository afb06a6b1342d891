"""Case of names: capitals and small letters made into a proper name, syllable by syllable.

Not here: whether a name needs it (`submissions.filenames` decides; the person's own spelling wins).
"""

import re
from functools import lru_cache

from vietnamese.text import LONGEST_WORD, clean

# A syllable begins after anything that is not a letter: space, hyphen, apostrophe (H'Hen Niê).
_SYLLABLES = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def title_case(name: str) -> str:
    """Every syllable with one capital: "NGUYỄN VĂN AN" and "nguyễn văn an" → "Nguyễn Văn An".

    "H'HEN NIÊ" → "H'Hen Niê"; "minh khai-anh" → "Minh Khai-Anh". Idempotent.
    """
    return clean(" ".join(map(_title_part, clean(name).split(" "))))


def _title_part(part: str) -> str:
    return _short_title_part(part) if len(part) <= LONGEST_WORD else _SYLLABLES.sub(_capitalised, part)


@lru_cache(maxsize=8192)
def _short_title_part(part: str) -> str:
    """What stands between two spaces; no syllable reaches over one."""
    return _SYLLABLES.sub(_capitalised, part)


def _capitalised(match: re.Match[str]) -> str:
    first, rest = match[0][0], match[0][1:]
    # Letters that grow in another case (ß → SS, İ → i̇) stay as they are: names are not stretched.
    capital = first.upper() if len(first.upper()) == 1 else first
    return capital + "".join(char.lower() if len(char.lower()) == 1 else char for char in rest)


def is_one_case(text: str) -> bool:
    """All capitals or all small letters (of at least two): the case carries no information."""
    seen, is_upper = 0, False
    for char in text:
        if not char.isalpha():
            continue
        if not (char.isupper() or char.islower()) or (seen and char.isupper() != is_upper):
            return False  # usually the second letter
        seen, is_upper = seen + 1, char.isupper()
    return seen > 1


def lower_first(phrase: str) -> str:
    """The first letter small, for a phrase moved inside a sentence; the rest untouched."""
    return phrase[:1].lower() + phrase[1:]
