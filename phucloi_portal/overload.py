"""What the portal does when more is asked than it can do: it says so at once, and does what it has begun.

A request that waited longer than `MOST_WAIT` for a thread is answered 503 without a look at the database: whoever asked
has most likely pressed again, and answering late would only make the next ones late. Bodies that are still on their way
may hold `BODIES_AT_ONCE` threads of a process, so that slow lines can never keep every page away (quality.md §5).
Not here: how long a request waited (`web_worker.py`), the words (`error_pages.py`).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import structlog

from phucloi_portal.error_pages import RETRY_AFTER_SECONDS, page_of

MOST_WAIT: Final = 2.0
"""Seconds a request may wait for a thread."""

LARGE_BODY: Final = 64 * 1024
"""Bytes: a form is smaller, a file or a piece of one is larger."""

THREADS: Final = 16
BODIES_AT_ONCE: Final = 10
"""Of the threads of a process, those that may take in large bodies at one time."""

log = structlog.get_logger(__name__)
handling = threading.local()
"""From the web worker to this thread's request. `waited`: seconds it waited for the thread."""

_StartResponse = Callable[..., Any]
_Application = Callable[[dict[str, Any], _StartResponse], Iterable[bytes]]


class Overload:
    """Stands before the whole application; one an application, shared by its threads."""

    def __init__(
        self, application: _Application, *, most_wait: float = MOST_WAIT, bodies_at_once: int = BODIES_AT_ONCE
    ):
        self._application = application
        self._most_wait = most_wait
        self._bodies = threading.BoundedSemaphore(bodies_at_once)

    def __call__(self, environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        """The application's answer, or 503 with Retry-After."""
        if getattr(handling, "waited", 0.0) > self._most_wait:
            return _refuse("waited", environ, start_response)
        if not is_large(environ.get("CONTENT_LENGTH"), chunked="HTTP_TRANSFER_ENCODING" in environ):
            return self._application(environ, start_response)
        if not self._bodies.acquire(blocking=False):
            return _refuse("bodies", environ, start_response)
        try:
            return self._application(environ, start_response)
        finally:
            self._bodies.release()


def is_large(length: str | None, *, chunked: bool) -> bool:
    """Whether a large body comes, or one of unknown length. `length`: the header Content-Length, None without."""
    said = length or "0"
    return chunked or not said.isdecimal() or int(said) > LARGE_BODY


def _refuse(reason: str, environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
    _count.told(reason)
    body = _page()
    start_response("503 Service Unavailable", [*_HEADERS, ("Content-Length", str(len(body)))])
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]


class _Count:
    """Refused requests of this process; a line of the log at most every `QUIET` seconds says how many came."""

    QUIET = 10.0

    def __init__(self) -> None:
        self._lock, self._refused, self._next = threading.Lock(), Counter(), 0.0

    def told(self, reason: str) -> None:
        """One more."""
        with self._lock:
            self._refused[reason] += 1
            if (now := time.monotonic()) < self._next:
                return
            refused, self._refused, self._next = self._refused, Counter(), now + self.QUIET
        log.warning("overload", **refused)


_count = _Count()


@cache
def _page() -> bytes:
    return page_of(503).encode()


_HEADERS: Final = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Retry-After", str(RETRY_AFTER_SECONDS)),
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'"),
)
