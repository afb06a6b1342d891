"""Every address × every role, by real requests against the table in `url_matrix.py`.

Not here: the table itself, the content of the pages.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from zeal import zeal_ignore

from tests.architecture.url_matrix import MATRIX, PUBLIC, Row
from tests.architecture.world import ROLES, World, build
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)


def addresses(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All addresses by their name with namespace. The repair pages stand for one another: only their index."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif not namespace.startswith("admin:") or pattern.name == "index":
            assert pattern.name, f"an address without a name: {pattern}"
            yield namespace + pattern.name, pattern


def test_every_address_stands_in_the_table() -> None:
    every = {name for name, _ in addresses(get_resolver().url_patterns)}
    listed = [row.name for row in MATRIX]
    assert every - set(listed) == set(), "addresses without a row in tests/architecture/url_matrix.py"
    assert set(listed) - every == set(), "rows without an address"


def test_public_addresses_are_these_and_no_others() -> None:
    """Login is demanded by the middleware of every view that does not say otherwise; these say so."""
    saying = {
        name
        for name, pattern in addresses(get_resolver().url_patterns)
        if getattr(pattern.callback, "login_required", True) is False
    }
    assert saying == PUBLIC


@pytest.fixture
def world(db: None, time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


@pytest.mark.parametrize("row", MATRIX, ids=[f"{row.name}{'-post' if row.post else ''}" for row in MATRIX])
def test_address_answers_each_role_as_the_table_says(world: World, row: Row) -> None:
    parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
    address = reverse(row.name, kwargs={name: world.value(path) for name, path in parameters.items()})
    assert {role: ask(world, role, address, row) for role in ROLES} == row.answers


def ask(world: World, role: str, address: str, row: Row) -> str:
    """The answer in the table's words; whatever the request changed is rolled back."""
    client = Client(raise_request_exception=True)
    user = world.users[role]
    not_our_queries = zeal_ignore() if row.name.startswith(("account_", "mfa_", "usersessions_")) else nullcontext()
    with transaction.atomic(), not_our_queries:
        if user is not None:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            user.__dict__.pop("_scope", None)
        response = client.post(address) if row.post else client.get(address)
        if response.streaming:
            b"".join(response)  # a file that goes out is closed by its last byte
        transaction.set_rollback(True)
    return word_of(response)


def word_of(response: HttpResponse) -> str:
    """`login` for a redirect to the login page, else the status."""
    to_login = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    return "login" if to_login else str(response.status_code)
