"""Writing down who asks for pages and files out of reach: repeated probing of essays should be seen.

A refusal looks the same whether the object is foreign or does not exist, and so does its entry: nothing is looked up,
only the name of the address and its numbers are kept (codes and keys in an address may be secrets).
Not here: the refusing itself (`access.py` of each app, `rules.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit import services as audit
from audit.choices import AuditResult
from audit.services import Subject

if TYPE_CHECKING:
    from django.urls import ResolverMatch

ONE_ATTEMPT: Final = 10 * 60
"""Seconds; the same address asked again by the same account in one stretch of the clock is one attempt."""
HOUR: Final = 60 * 60
MOST_AN_HOUR: Final = 20
"""Entries an account can cause in an hour: a flood tells no more than its beginning and must not fill the log."""

_PART = re.compile(r"<(?:\w+:)?(\w+)>")


class RefusedAccessMiddleware:
    """Put this last: it sees the answer of the view, 404 and 403 included, and the address that was matched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refused = response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
        if refused and request.resolver_match is not None and request.user.is_authenticated:
            note_refused(request, request.resolver_match, response.status_code)
        return response


def note_refused(request: HttpRequest, match: ResolverMatch, status: int) -> bool:
    """Record `access.refused`, once per account, address and ten minutes, and so often an hour; True when written."""
    numbers = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, int)}
    now = timezone.now()
    clock = int(now.timestamp())
    asked = f"{request.user.pk}:{match.view_name}:{','.join(numbers.values())}:{clock // ONE_ATTEMPT}"
    if not cache.add(f"refused:{asked}", 1, ONE_ATTEMPT):
        return False
    counter = f"refused-count:{request.user.pk}:{clock // HOUR}"
    cache.add(counter, 0, HOUR)
    try:
        count = cache.incr(counter)
    except ValueError:  # thrown out of a full cache between the two calls
        count = 1
    if count > MOST_AN_HOUR:
        return False
    more = {"more": True} if count == MOST_AN_HOUR else {}
    audit.record(
        action="access.refused",
        actor=request.user,
        obj=Subject("address", ",".join(numbers.values()), _address(match, numbers)),
        detail={"page": match.view_name, "method": request.method or "", "status": status, **more},
        at=now,
        result=AuditResult.REFUSED,
    )
    return True


def _address(match: ResolverMatch, numbers: dict[str, str]) -> str:
    """The address with its numbers filled in and "…" for every other part."""
    return "/" + _PART.sub(lambda part: numbers.get(part[1], "…"), match.route)
