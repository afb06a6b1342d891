"""What a door hands in: files under their two names, the words of a report, for one obligation each.

Not here: handing in (`services.submitting`), what was received (`models.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from directives.models import Obligation
from submissions.report_words import ReportWords
from vault.models import Blob


@dataclass(frozen=True, slots=True)
class FileToSubmit:
    """One stored content under its two names."""

    blob: Blob
    original_name: str
    canonical_name: str
    slot: str = ""
    """The named slot it fills; "" where the requirement names none, or the door knows none (then the first one)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers one obligation: files, the words of a report, or both; a nil return has words alone."""

    obligation: Obligation
    files: tuple[FileToSubmit, ...]
    report: ReportWords | None = None
