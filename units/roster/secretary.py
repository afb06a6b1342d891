"""Which titles are the secretary's own ("Bí thư", "Bí thư Đảng ủy"): a unit has one at a time.

Deputies are no secretaries, and neither are those of the youth union.
Not here: who holds a post (`units.models.Appointment`), groups of posts (`posts.py`).
"""

from __future__ import annotations

import re

from vietnamese.text import fold

TITLE = "Bí thư"
_OF_A_PARTY_UNIT = re.compile(r"bi thu\b(?! doan| chi doan| thanh doan)")


def is_secretary(title: str) -> bool:
    """The title, or a part of a joined one ("Bí thư, Tổ trưởng dân phố"), is the secretary's."""
    return any(_OF_A_PARTY_UNIT.match(fold(part).strip()) for part in title.split(","))
