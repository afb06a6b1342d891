"""Apps above take back what the portal's own clock did because of an import, before the import itself is taken back.

What a person did is not theirs to undo: it stays, and stops the undo. `units` does not know what they hang on its rows.
Not here: taking the import back (`services.roster_reverse`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from units.models import Unit, User

Withdrawal = Callable[["Unit", Collection[int], datetime, "User | None"], None]
"""Given the ward, the keys of the units that the import added, the instant and who undoes: withdraw what only the clock
did on these units. Called inside the transaction of the undo; a refusal of the undo takes it back as well."""

_registry: dict[str, Withdrawal] = {}


def register(name: str, withdrawal: Withdrawal) -> None:
    """Make a withdrawal known; registering the same name again replaces it."""
    _registry[name] = withdrawal


def withdraw(ward: Unit, units: Collection[int], *, at: datetime, by: User | None) -> None:
    """Let every app withdraw its own."""
    for withdrawal in _registry.values() if units else ():
        withdrawal(ward, units, at, by)
