"""The canonical name of a unit's file in a slot: "Chi bộ 5 - Báo cáo kết quả - Biên bản.pdf".

Not here: names of essays (`filenames.py`), where files lie (app vault).
"""

from __future__ import annotations

from directives.models import Obligation
from submissions.filenames import canonical_name


def slot_file_name(obligation: Obligation, slot: str, ending: str) -> str:
    """The name by the roster, the work and the slot; of a requirement without named slots without the latter."""
    named = bool(obligation.requirement.slots)
    title = f"{obligation.title} - {slot}" if named else obligation.title
    made = canonical_name(full_name=obligation.unit.name, positions=(), unit=title)
    return made.removesuffix(".pdf") + ending
