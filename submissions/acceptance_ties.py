"""Apps above say what already stands on an acceptance, so that it must not be taken back; `submissions` does not know what.

Not here: taking back (`services.taking_back`), what is asked (`reports.bundle_ties`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from submissions.models import SubmissionVersion

Tie = Callable[["SubmissionVersion"], str]
"""Given an accepted version: the sentence that keeps its acceptance where it is, with the next step; "" when nothing does."""

_registry: dict[str, Tie] = {}


def register(name: str, tie: Tie) -> None:
    """Make a tie known; registering the same name again replaces it."""
    _registry[name] = tie


def what_holds(version: SubmissionVersion) -> str:
    """The first sentence that keeps the acceptance; "" while it may be taken back."""
    return next(filter(None, (tie(version) for tie in _registry.values())), "")
