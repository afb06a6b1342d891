"""Case of names: capitals and small letters made into a proper name, syllable by syllable.

Not here: whether a name needs it (`submissions.filenames` decides; the person's own spelling wins).
"""

import re

from vietnamese.text import clean

# A syllable begins after anything that is not a letter: space, hyphen, apostrophe (H'Hen Niê).
_SYLLABLES = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def title_case(name: str) -> str:
    """Every syllable with one capital: "NGUYỄN VĂN AN" and "nguyễn văn an" → "Nguyễn Văn An".

    "H'HEN NIÊ" → "H'Hen Niê"; "minh khai-anh" → "Minh Khai-Anh". Idempotent.
    """
    return clean(_SYLLABLES.sub(_capitalised, clean(name)))


def _capitalised(match: re.Match[str]) -> str:
    first, rest = match[0][0], match[0][1:]
    # Letters that grow in another case (ß → SS, İ → i̇) stay as they are: names are not stretched.
    capital = first.upper() if len(first.upper()) == 1 else first
    return capital + "".join(char.lower() if len(char.lower()) == 1 else char for char in rest)


def is_one_case(text: str) -> bool:
    """All capitals or all small letters (of at least two): the case carries no information."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 1 and (all(c.isupper() for c in letters) or all(c.islower() for c in letters))


def lower_first(phrase: str) -> str:
    """The first letter small, for a phrase moved inside a sentence; the rest untouched."""
    return phrase[:1].lower() + phrase[1:]
