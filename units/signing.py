"""Who signs new papers on a day, and in which term the day lies.

Not here: changing either (`services.committee`).
"""

from __future__ import annotations

from datetime import date

from units.models import Signer, Term, Unit


def signer_on(ward: Unit, day: date) -> Signer:
    """The first of the signers in force on `day`; without any, a row without a name under the usual authority."""
    return Signer.objects.active(day).filter(ward=ward).first() or Signer(ward=ward)


def term_on(ward: Unit, day: date) -> Term | None:
    """The term `day` lies in: the last that has begun."""
    return Term.objects.filter(ward=ward, starts_on__lte=day).order_by("-starts_on").first()
