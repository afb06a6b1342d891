"""Every address × every role, by real requests against the table in `url_matrix.py`.

The world is built once for the module (`standing.py`); what a request changed is rolled back.
Not here: the table itself, the other relations (`tests/rights`), the content of the pages.
"""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from zeal import zeal_ignore

from tests.architecture.standing import browser_of, keep_data_folder, log_in, standing_world
from tests.architecture.url_matrix import MATRIX, PUBLIC, Row
from tests.architecture.world import ROLES, World, build

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with standing_world(django_db_blocker, build) as built:
        yield built


@pytest.fixture(scope="module")
def sessions(world: World) -> dict[str, str]:
    return {role: log_in(user) for role, user in world.users.items()}


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


@pytest.mark.parametrize("row", MATRIX, ids=[f"{row.name}{'-post' if row.post else ''}" for row in MATRIX])
def test_address_answers_each_role_as_the_table_says(world: World, sessions: dict[str, str], row: Row) -> None:
    parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
    address = reverse(row.name, kwargs={name: world.value(path) for name, path in parameters.items()})
    assert {role: ask(sessions[role], address, row) for role in ROLES} == row.answers


def ask(session: str, address: str, row: Row) -> str:
    """The answer in the table's words; whatever the request changed is rolled back."""
    client = browser_of(session)
    not_our_queries = zeal_ignore() if row.name.startswith(("account_", "mfa_", "usersessions_")) else nullcontext()
    with transaction.atomic(), not_our_queries:
        response = client.post(address) if row.post else client.get(address)
        if response.streaming:
            b"".join(response)  # a file that goes out is closed by its last byte
        transaction.set_rollback(True)
    return word_of(response)


def word_of(response: HttpResponse) -> str:
    """`login` for a redirect to the login page, else the status."""
    to_login = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    return "login" if to_login else str(response.status_code)


@pytest.mark.parametrize("row", MATRIX, ids=[f"{row.name}{'-post' if row.post else ''}" for row in MATRIX])
def test_a_nul_in_what_is_sent_is_refused_and_never_a_fault(world: World, sessions: dict[str, str], row: Row) -> None:
    """PostgreSQL takes no NUL: one that came as far as a query would be an error of the server."""
    parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
    address = reverse(row.name, kwargs={name: world.value(path) for name, path in parameters.items()})
    for role in ("admin", "anonymous"):
        client = browser_of(sessions[role])
        with transaction.atomic():
            told = {client.get(address, {"q": "a\x00b"}).status_code, client.get(address, {"\x00": ""}).status_code}
            told |= {client.post(address, {field: "a\x00b"}).status_code for field in ("q", "login")}
            transaction.set_rollback(True)
        assert told == {400}, role
