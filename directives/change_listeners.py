"""Apps above are told of changes of running work in the transaction that writes them; `directives` does not know who.

Not here: writing the changes (`services.notices`) and the moves (`services.following`), what is done about them
(`reminders.change_bell`, `reminders.move_bell`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directives.models import ChangeNotice, ObligationMove
    from units.models import Unit

Listener = Callable[[Sequence["ChangeNotice"], datetime], None]
"""Given changes just written, and when. The obligations may still be as they were before."""

MoveListener = Callable[["Unit", Sequence["ObligationMove"], datetime], None]
"""Given a ward, its debts that just followed their members (the objects the verb wrote; unwritten ones where it
sends debts back whose moves it deletes), and when."""

Forgetter = Callable[[Sequence[int]], None]
"""Given keys of obligations that are about to be deleted, untouched by anybody: let go of them."""

_registry: dict[str, Listener] = {}
_of_moves: dict[str, MoveListener] = {}
_of_traces: dict[str, Forgetter] = {}


def register(name: str, listener: Listener) -> None:
    """Make a listener known; registering the same name again replaces it."""
    _registry[name] = listener


def tell(notices: Sequence[ChangeNotice], at: datetime) -> None:
    """Let every listener know, part of the verb's transaction; nobody is told of nothing."""
    for listener in _registry.values() if notices else ():
        listener(notices, at)


def register_moves(name: str, listener: MoveListener) -> None:
    """Make a listener of moves known; registering the same name again replaces it."""
    _of_moves[name] = listener


def tell_moves(ward: Unit, moves: Sequence[ObligationMove], at: datetime) -> None:
    """Let every listener know which debts went along, part of the verb's transaction; nobody is told of nothing."""
    for listener in _of_moves.values() if moves else ():
        listener(ward, moves, at)


def register_trace(label: str, forget: Forgetter) -> None:
    """Rows of the model `label` that hang on an obligation are the portal's own traces (a letter that spoke of it), nobody's
    work: they do not hold it, and `forget` is told before it goes."""
    _of_traces[label] = forget


def is_trace(label: str) -> bool:
    """Whether rows of the model `label` hold no obligation."""
    return label in _of_traces


def tell_gone(obligations: Sequence[int]) -> None:
    """Let everybody with traces forget these obligations, part of the verb's transaction."""
    for forget in _of_traces.values() if obligations else ():
        forget(obligations)
