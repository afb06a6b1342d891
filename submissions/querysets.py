"""Selections over submissions, versions and files.

Not here: permission predicates (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from django.db import models


class SubmissionQuerySet(models.QuerySet):
    """Submissions."""


class SubmissionVersionQuerySet(models.QuerySet):
    """Versions."""


class StagedFileQuerySet(models.QuerySet):
    """Files uploaded and not yet confirmed."""
