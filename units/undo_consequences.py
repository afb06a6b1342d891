"""Apps above take back what the portal's own clock did because of an import, before the import itself is taken back.

What a person did is not theirs to undo: it stays, and stops the undo. `units` does not know what they hang on its rows.
Not here: taking the import back (`services.roster_reverse`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class AddedRows:
    """Keys of what the import added."""

    units: Collection[int]
    members: Collection[int]


@dataclass(frozen=True, slots=True)
class Told:
    """What went with the import, and what stays because it went out already; a phrase each."""

    gone: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


Withdrawal = Callable[["Unit", AddedRows, datetime, "User | None"], Told]
"""Given the ward, what the import added, the instant and who undoes: withdraw what only the clock did on these rows, and
say so. Called inside the transaction of the undo; a refusal of the undo takes it back as well."""

_registry: dict[str, Withdrawal] = {}


def register(name: str, withdrawal: Withdrawal) -> None:
    """Make a withdrawal known; registering the same name again replaces it."""
    _registry[name] = withdrawal


def withdraw(ward: Unit, added: AddedRows, *, at: datetime, by: User | None) -> Told:
    """Let every app withdraw its own, in the order they were registered."""
    told = [withdrawal(ward, added, at, by) for withdrawal in _registry.values()]
    return Told(
        tuple(phrase for one in told for phrase in one.gone), tuple(phrase for one in told for phrase in one.stays)
    )
