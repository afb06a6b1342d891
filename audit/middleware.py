"""Gives every request an id and tells the log where it came from.

The id is taken from `X-Request-ID` when a proxy in front has set a harmless one, else made here; it goes back in the
answer, on error pages and into every audit entry of the request. The address is the socket's, or, with
`TRUSTED_PROXY_COUNT = n` in the settings, the n-th from the right of `X-Forwarded-For` (what stands further left
was written by the client and is not believed).

Not here: the order of middlewares (`phucloi_portal.settings`).
"""

import ipaddress
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import acting_from

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def client_address(request: HttpRequest) -> str:
    """The client's address as text, or "" when there is none that can be believed."""
    proxies: int = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    candidate = request.META.get("REMOTE_ADDR", "")
    if proxies > 0:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            candidate = hops[-proxies]
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return ""


def request_id_of(request: HttpRequest) -> str:
    """The proxy's id if it has the permitted form, else a new random one (32 hexadecimal digits)."""
    given = request.headers.get("X-Request-ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


class AuditOriginMiddleware:
    """Put this first among the project's middlewares, so that everything below runs with an origin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = request_id_of(request)  # type: ignore[attr-defined]
        with acting_from(request_id=request.request_id, ip=client_address(request)):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response
