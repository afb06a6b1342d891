"""What the roster says now of a fact that can be asked to be corrected.

Not here: asking and answering (`services/corrections.py`).
"""

from __future__ import annotations

from privacy.choices import Fact
from units.models import Member


def current_value(member: Member, fact: str) -> str:
    """What the roster says now of a simple fact; "" for the others."""
    said = {
        Fact.FULL_NAME: member.full_name,
        Fact.BIRTH_YEAR: str(member.birth_year or ""),
        Fact.EMAIL: member.email,
        Fact.PHONE: member.phone,
    }
    return said.get(Fact(fact), "")
