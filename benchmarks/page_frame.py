"""A page with session and account, against the same page drawn bare.

Bare: the view is called with a request that holds its account and session already, and its answer is rendered. The
product is the whole application: middlewares, the session, the account with what the gates ask, compression, closing.
The page is what a secretary sees first, with three duties on it.
Not here: how long pages take beside each other (`tests/e2e`, `load_radar`).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from benchmarks.serving import Visitor

TITLE = "a page with session and account"
TARGET = 2.2
PAGES = 10
"""Drawn a round: one alone is too short to time."""


def run() -> Comparison:
    """Ten pages a round by both."""
    start_django()
    from django.conf import settings  # noqa: PLC0415 (after start_django)
    from django.contrib.messages.storage.cookie import CookieStorage  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import resolve, reverse  # noqa: PLC0415
    from django_htmx.middleware import HtmxDetails  # noqa: PLC0415

    from directives.choices import RequirementKind  # noqa: PLC0415
    from tests.factories.directives import make_directive, make_obligation, make_requirement  # noqa: PLC0415
    from tests.factories.units import make_unit, make_user, make_ward  # noqa: PLC0415
    from units.backends import AccountBackend  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", verbosity=0, interactive=False)
    with fresh_database():
        ward = make_ward()
        cell = make_unit(ward, name="Chi bộ Trường THCS Phúc Lợi")
        for _ in range(3):
            make_obligation(make_requirement(make_directive(ward), kind=RequirementKind.REPORT), cell)
        secretary = make_user(Role.SECRETARY, cell)
        visitor = Visitor(secretary)
        address = reverse("directives:my_work")
        match, account = resolve(address), AccountBackend().get_user(secretary.pk)

        def bare() -> None:
            request: Any = RequestFactory().get(address)
            request.user = copy(account)  # what it may do, the page asks
            request.session = SessionStore()
            request.resolver_match, request.csp_nonce, request.htmx = match, "", HtmxDetails(request)
            request._messages = CookieStorage(request)
            answer = match.func(request, *match.args, **match.kwargs)
            assert answer.status_code == 200, answer

        def served() -> None:
            assert visitor.get(address).startswith("200")

        def many(draw: Callable[[], None]) -> None:
            for _ in range(PAGES):
                draw()

        counted = []
        for draw in (bare, served):
            draw()
            with CaptureQueriesContext(connection) as asked:
                draw()
            counted.append(len(asked))
        note = f"{counted[1]} statements, bare {counted[0]}"
        return compare(floor=lambda: many(bare), product=lambda: many(served), rounds=15, note=note)
