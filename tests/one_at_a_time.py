"""Requests to the live server one after another, where its threads share one SQLite connection in memory.

The product's threads have a connection each; only the live server of the tests lends them the test's own, and there
the savepoints of two requests would undo each other.
Not here: how many threads the product serves with (`phucloi_portal/supervisor.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from django.http import HttpRequest
from django.http.response import HttpResponseBase

turn = RLock()


class OneAtATimeMiddleware:
    """Holds the turn while a request is answered; the body of a streamed answer is read after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with turn:
            return self.get_response(request)
