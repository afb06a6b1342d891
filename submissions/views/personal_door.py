"""The door of personal links: a code instead of a login, on pages that leave no trace of it.

The code is in the address, and nothing a browser sends by itself opens anything here: so these pages need no token
against forged forms, and could not have one, because `no-referrer` (which keeps the code out of every log that writes
referrers) makes browsers hide the origin of a form too.
Not here: the pages (`personal.py`), how often codes may be tried (`link_throttle`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from submissions.link_throttle import count_wrong, may_go_on, may_try
from submissions.personal_place import PersonalPlace, whom_to_call
from submissions.public_check import TOO_MANY_REQUESTS
from units.errors import LinkClosed
from units.link_access import open_link
from units.link_codes import read_code
from units.services.links import note_refusal

View = Callable[..., HttpResponse]


def discreet(view: View) -> View:
    """No login, no copy kept, no referrer sent, no search engine."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def by_link(view: View) -> View:
    """A view that is given the `PersonalPlace` its code opens; every other code gets one and the same page.

    What is not there behind a good code (another's, withdrawn, waived) leads back to the own page: the portal's
    own 404 page leads to a login, which this member has not.
    """

    @discreet
    @wraps(view)
    def answer(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        if not may_try(code, now):
            return _too_often(request, code)
        try:
            link = open_link(code, at=now)
        except LinkClosed as closed:
            count_wrong(code, now)
            note_refusal(closed=closed, at=now)
            return closed_page(request, closed)
        if not may_go_on(link.pk, now):
            return _too_often(request, code)
        profile = getattr(link.member.ward, "profile", None)
        place = PersonalPlace(link, read_code(code) or "", link.member, profile, now)
        try:
            return view(request, place, **kwargs)
        except Http404:
            context = {"place": place, "profile": profile}
            return render(request, "submissions/personal_missing.html", context, status=404)

    return answer


def closed_page(request: HttpRequest, closed: LinkClosed) -> HttpResponse:
    """Why nothing opens, and whom to call: of a slip that ran out or was revoked it says so, for typing again is in vain."""
    profile = getattr(closed.link.member.ward, "profile", None) if closed.link else None
    context = {"head": whom_to_call(closed.link, timezone.now()), "profile": profile, "sentence": str(closed)}
    context["ran_out"] = closed.link if closed.is_known else None
    return render(request, "submissions/personal_closed.html", context, status=404)


def _too_often(request: HttpRequest, code: str) -> HttpResponse:
    """Wait, and open the same code again: nobody needs a new slip for it."""
    context = {"sentence": "Mở quá nhiều lần trong một phút. Chờ một phút rồi mở lại.", "again": code}
    return render(request, "submissions/personal_closed.html", context, status=TOO_MANY_REQUESTS)
