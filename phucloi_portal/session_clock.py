"""The clock of a login: ends it after a pause or after its longest time, and demands a login before the work.

Work is every request but those a page sends by itself (header `X-Background: 1`: polling of a job or of an inspection).
When a login ended by itself, the reader logs in and is back on the page he was on, also when what he sent was a form.
Not here: the rule (`units.session_rules`), what is kept of a half-written form (`static/js/session.js`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from audit import services as audit
from units.choices import SECOND_FACTOR_ROLES
from units.models import User
from units.scopes import scope_of
from units.session_rules import Limits, is_over, is_worth_writing, seconds_left

STARTED, WORKED = "login_started", "login_worked"


def limits_of(user: User) -> Limits:
    """Shorter for whoever sees the papers of many."""
    is_staff = user.is_superuser or not scope_of(user).roles.isdisjoint(SECOND_FACTOR_ROLES)
    idle = settings.SESSION_IDLE_STAFF_SECONDS if is_staff else settings.SESSION_IDLE_SECONDS
    return Limits(idle=idle, absolute=settings.SESSION_COOKIE_AGE)


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: until this login ends if nothing more is done, of the longest pause, until it ends whatever is done."""

    left: int
    idle: int
    whole: int


def clock_of(request: HttpRequest) -> Clock:
    """Counted from this request, which is work."""
    now = time.time()
    started, limits = request.session.get(STARTED, now), limits_of(request.user)
    left = seconds_left(started=started, worked=now, now=now, limits=limits)
    return Clock(left=left, idle=limits.idle, whole=int(started + limits.absolute - now))


class SessionClockMiddleware:
    """Stands behind the account of the request and before everything that asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self._wind(request, time.time())
        return self.get_response(request)

    def _wind(self, request: HttpRequest, now: float) -> None:
        started = request.session.get(STARTED)
        worked = request.session.get(WORKED, started)
        if started is None:
            request.session[STARTED] = request.session[WORKED] = now
        elif self._has_ended(request.user, started, worked, now):
            self._end(request)
        elif is_worth_writing(worked=worked, now=now) and request.headers.get("X-Background") != "1":
            request.session[WORKED] = now
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())

    @staticmethod
    def _end(request: HttpRequest) -> None:
        user = request.user
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        request.session.flush()
        request.user = AnonymousUser()
        request.session_has_ended = True  # type: ignore[attr-defined]
        audit.record(action="account.session_expire", actor=user, obj=user)

    @staticmethod
    def _has_ended(user: User, started: float, worked: float, now: float) -> bool:
        shortest = Limits(
            idle=min(settings.SESSION_IDLE_STAFF_SECONDS, settings.SESSION_IDLE_SECONDS),
            absolute=settings.SESSION_COOKIE_AGE,
        )
        if not is_over(started=started, worked=worked, now=now, limits=shortest):
            return False  # the usual case: roles need not be read
        return is_over(started=started, worked=worked, now=now, limits=limits_of(user))


class LoginFirstMiddleware(LoginRequiredMiddleware):
    """Django's, but a form sent without a login leads back to its page, not to an address that only takes forms."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponseRedirect:
        """To the login page; it says so when the login ended by itself, or was ended from elsewhere."""
        if request.method in ("GET", "HEAD"):
            answer = super().handle_no_permission(request, view_func)
        else:
            answer = redirect_to_login(page_of_form(request))
        if getattr(request, "session_has_ended", False):
            answer["Location"] += "&het-phien=1"
        elif _was_ended_elsewhere(request):
            answer["Location"] += "&bi-ket-thuc=1"
        return answer


def _was_ended_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser still holds the key of a session that is no more: ended in the list of sessions, by a changed
    password or by locking the account. A logout and a pause take the key away themselves.
    """
    request.session.get(STARTED)  # reads the session, so that a key without one is dropped
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.session_key is None


def page_of_form(request: HttpRequest) -> str:
    """Path and query of the page a form was sent from, if it is ours; else the first page."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host() or not page.path:
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path
