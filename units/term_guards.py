"""Apps above say why a term has to stay; `units` does not know what they hang on its days.

Not here: removing it (`services.committee`).
"""

from __future__ import annotations

from collections.abc import Callable

from units.models import Term

Guard = Callable[[Term], str]
"""Given a term: the sentence that keeps it, or "" when it may go."""

_registry: dict[str, Guard] = {}


def register(name: str, guard: Guard) -> None:
    """Make a guard known; registering the same name again replaces it."""
    _registry[name] = guard


def why_it_stays(term: Term) -> str:
    """What the first guard that keeps the term says; "" when it may go."""
    return next(filter(None, (guard(term) for guard in _registry.values())), "")
