"""The next number of each kind of paper: they run from 01 again with every term.

Not here: terms (app units), refusing a number (`services`): a văn thư may leave gaps and go back.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from directives.choices import DirectiveKind
from directives.models import Directive
from units.models import CommitteeProfile
from units.signing import term_on


def next_numbers_words(profile: CommitteeProfile, day: date) -> str:
    """ "Nhiệm kỳ 2025-2030, số tiếp theo: Công văn 54, Kế hoạch 3": kinds the committee numbered in the term of `day`.

    Empty without a term, or when nothing was numbered in it yet. Two queries.
    """
    term = term_on(profile.unit, day)
    if term is None:
        return ""
    highest = (
        Directive.objects.filter(
            ward=profile.unit, issuer=profile.name, issued_on__gte=term.starts_on, issued_on__lte=day
        )
        .exclude(number=None)
        .order_by("kind")
        .values_list("kind")
        .annotate(Max("number"))
    )
    numbers = ", ".join(f"{DirectiveKind(kind).label} {number + 1:02d}" for kind, number in highest)
    return f"Nhiệm kỳ {term.name}, số tiếp theo: {numbers}." if numbers else ""
