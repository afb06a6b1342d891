"""Where an act came from: the request's id and address, carried beside the call stack in a context variable.

Verbs know no request; the middleware (`audit.middleware`) or a task sets the origin, `services.record` reads it.

Not here: what is recorded (`services.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The id of the request (or task) and the client's address; empty when unknown, as in a terminal command."""

    request_id: str = ""
    ip: str = ""


_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)


def current() -> Origin:
    """The origin of what runs now; an empty one outside any request."""
    return _current.get()


@contextmanager
def acting_from(*, request_id: str = "", ip: str = "") -> Iterator[Origin]:
    """Set the origin for the block and restore the former one afterwards, also after an error."""
    origin = Origin(request_id=request_id, ip=ip)
    token = _current.set(origin)
    try:
        yield origin
    finally:
        _current.reset(token)
