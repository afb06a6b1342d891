"""Middlewares of the whole portal: what the browser may do and keep, login for htmx calls, the gates.

Not here: what stands at a gate (`units.gates`), the id and origin of a request (`audit.middleware`), the CSP itself (settings), error pages (`error_pages.py`).
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from phucloi_portal.error_pages import error_page
from units.gates import first_standing

GetResponse = Callable[[HttpRequest], HttpResponse]
_LARGEST_KEY = 2**63 - 1

_PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
)


class BrowserPolicyMiddleware:
    """Switches off browser features the portal never asks for, and lets no shared cache or disk keep a page.

    After logout (the answer to a POST to it) the browser throws away what it kept of the site.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.method == "POST" and request.path == resolve_url("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


class HtmlGZipMiddleware(GZipMiddleware):
    """Compresses pages, and nothing else: static files are compressed when collected, PDFs and images already are.

    Django pads each answer by a random length and masks the form token, so that its size tells nothing (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class CleanTextMiddleware:
    """Answers 400 to a request whose address, words or file names hold a NUL, 404 to an address with a number no row has.

    Nobody types one, no text of ours holds one, and PostgreSQL cannot store or compare it: every field and every search
    would have to refuse it, and the one forgotten would be an error of the server. So is a number longer than the database
    knows. Stands behind the check of forms, which has read the body by then.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """None lets the request go on to its view."""
        if any(isinstance(value, int) and value > _LARGEST_KEY for value in kwargs.values()):
            return error_page(request, 404)
        words = [request.path_info, *_words(request.GET)]
        if request.method == "POST":
            words += _words(request.POST)
            words += [file.name or "" for _, files in request.FILES.lists() for file in files]
        return error_page(request, 400) if any("\x00" in word for word in words) else None


def _words(said: QueryDict) -> list[str]:
    return [word for name, values in said.lists() for word in (name, *map(str, values))]


class FormAddressMiddleware:
    """An address that only takes forms, opened as a page (typed, out of the history, after a form was refused), says so:
    the bare answer of 405 is a blank page, or the browser's own error.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = error_page(request, 405)
        page["Allow"] = response["Allow"]
        return page


class HtmxLoginMiddleware:
    """An expired session answers an htmx call with `HX-Redirect`, so a login page never lands in a table cell.

    After login the reader is back on the page he was on, not on the fragment.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or response.status_code != 302:
            return response
        if urlsplit(response["Location"]).path != resolve_url(settings.LOGIN_URL):
            return response
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        back = redirect_to_login(f"{page.path or '/'}{'?' + page.query if page.query else ''}")
        return HttpResponseClientRedirect(back["Location"])


class GateMiddleware:
    """Sends an account to what it must do first: the first standing gate; an htmx call by `HX-Redirect`.

    The page asked for is remembered in the session (`AFTER_GATE`), so that the gate's page can lead back to it.
    """

    AFTER_GATE = "after_gate"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """None lets the request go on to its view."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        gate = first_standing(request.user, request)
        if gate is None or gate.lets_through(request.resolver_match.view_name):
            return None
        if request.headers.get("HX-Request") == "true":
            there = resolve_url(gate.url_name)
            asked_by_itself = request.headers.get("X-Background") == "1"
            if asked_by_itself or urlsplit(request.headers.get("HX-Current-URL", "")).path == there:
                return HttpResponse(status=204)  # a part of the gate's own page must not load that page for ever
            return HttpResponseClientRedirect(there)
        if request.method == "GET":
            request.session[self.AFTER_GATE] = request.get_full_path()
        return redirect(gate.url_name)
