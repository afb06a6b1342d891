"""The derived columns of names: how a member, a unit and a position are compared, searched and sorted.

Whoever writes a name writes its keys with it (`Member(**member_keys(name), …)`).
Not here: the rules of Vietnamese text themselves (`vietnamese`).
"""

from __future__ import annotations

from functools import lru_cache

from vietnamese.collation import collation_key
from vietnamese.text import fold
from vietnamese.tones import tone_key

# Widths of the columns in `models.py`. A key cut off still finds and sorts by its beginning.
_MEMBER_TONE, _MEMBER_FOLDED, _MEMBER_SORT, _UNIT_TEXT, _POSITION_TONE = 200, 200, 400, 600, 200


# The keys of a name are the keys of its words joined, and a ward has some thousand different words in its names:
# each is worked out once, so that a roster of 100,000 rows costs what its dictionary costs.
_WORDS = 50_000
_tone_of_word = lru_cache(maxsize=_WORDS)(tone_key)
_folded_word = lru_cache(maxsize=_WORDS)(fold)


@lru_cache(maxsize=_WORDS)
def _keys_of_word(word: str) -> tuple[str, str, str]:
    return _tone_of_word(word), _folded_word(word), collation_key(word)


def name_key(full_name: str) -> str:
    """`tone_key` of a name that is already clean (single spaces, NFC)."""
    return " ".join(map(_tone_of_word, full_name.split(" ")))


def search_key(text: str) -> str:
    """`fold` of any text, word by word; for texts whose words come again and again."""
    return " ".join(filter(None, map(_folded_word, text.split(" "))))


def member_key_values(full_name: str) -> tuple[str, str, str]:
    """(tone key, search key, sort key) of a name that is already clean, each cut to its column."""
    tones, folded, order = zip(*map(_keys_of_word, full_name.split(" ")), strict=True)
    # As `person_collation_key`: given name, then họ, then đệm.
    in_order = f"{order[-1]}9{order[0]}9{''.join(order[1:-1])}" if len(order) > 1 else f"{order[0]}9"
    return " ".join(tones)[:_MEMBER_TONE], " ".join(folded)[:_MEMBER_FOLDED], in_order[:_MEMBER_SORT]


def member_keys(full_name: str) -> dict[str, str]:
    """Columns of a member that follow from the name: `full_name` itself and its three keys."""
    tone, folded, order = member_key_values(full_name)
    return {"full_name": full_name, "tone_key": tone, "folded": folded, "sort_key": order}


def unit_keys(code: str, name: str) -> dict[str, str]:
    """Columns of a unit that follow from its code and name: both of them, search key and sort key."""
    return {
        "code": code,
        "name": name,
        "folded": fold(f"{name} {code}")[:_UNIT_TEXT],
        "sort_key": collation_key(name)[:_UNIT_TEXT],
    }


def position_keys(title: str) -> dict[str, str]:
    """Columns of a position that follow from its title."""
    return {"title": title, "tone_key": tone_key(title)[:_POSITION_TONE]}
