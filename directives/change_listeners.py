"""Apps above are told of changes of running work in the transaction that writes them; `directives` does not know who.

Not here: writing the changes (`services.notices`), what is done about them (`reminders.change_bell`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directives.models import ChangeNotice

Listener = Callable[[Sequence["ChangeNotice"], datetime], None]
"""Given changes just written, and when. The obligations may still be as they were before."""

_registry: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Make a listener known; registering the same name again replaces it."""
    _registry[name] = listener


def tell(notices: Sequence[ChangeNotice], at: datetime) -> None:
    """Let every listener know, part of the verb's transaction; nobody is told of nothing."""
    for listener in _registry.values() if notices else ():
        listener(notices, at)
