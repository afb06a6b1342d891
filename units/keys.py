"""The derived columns of names: how a member, a unit and a position are compared, searched and sorted.

Whoever writes a name writes its keys with it (`Member(**member_keys(name), …)`).
Not here: the rules of Vietnamese text themselves (`vietnamese`).
"""

from __future__ import annotations

from vietnamese.collation import collation_key, person_collation_key
from vietnamese.text import fold
from vietnamese.tones import tone_key

# Widths of the columns in `models.py`. A key cut off still finds and sorts by its beginning.
_MEMBER_TONE, _MEMBER_FOLDED, _MEMBER_SORT, _UNIT_TEXT, _POSITION_TONE = 200, 200, 400, 600, 200


def member_keys(full_name: str) -> dict[str, str]:
    """Columns of a member that follow from the name: `full_name` itself and its three keys."""
    return {
        "full_name": full_name,
        "tone_key": tone_key(full_name)[:_MEMBER_TONE],
        "folded": fold(full_name)[:_MEMBER_FOLDED],
        "sort_key": person_collation_key(full_name)[:_MEMBER_SORT],
    }


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
