"""Selections over directives and obligations; "who owes, as of now" is said here once.

Not here: permission predicates (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from django.db import models


class DirectiveQuerySet(models.QuerySet):
    """Directives."""


class RequirementQuerySet(models.QuerySet):
    """Requirements."""


class ObligationQuerySet(models.QuerySet):
    """Obligations."""
