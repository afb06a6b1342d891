"""The origin of a request: its id, and an address that a client cannot forge.

Not here: what is recorded with it (`test_services.py`).
"""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from audit import context
from audit.middleware import AuditOriginMiddleware, client_address


def run(**meta: str) -> tuple[context.Origin, HttpResponse]:
    seen: list[context.Origin] = []

    def page(request):
        seen.append(context.current())
        return HttpResponse()

    response = AuditOriginMiddleware(page)(RequestFactory().get("/", **meta))
    return seen[0], response


def test_the_page_runs_with_an_origin_and_the_answer_carries_the_id():
    origin, response = run(REMOTE_ADDR="203.0.113.7")
    assert origin.ip == "203.0.113.7"
    assert len(origin.request_id) == 32
    assert response["X-Request-ID"] == origin.request_id
    assert context.current() == context.Origin()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abcdef-123456", True), ("short", False), ("a" * 65, False), ("abcdefgh\r\nX: y", False), ("tiếng-việt", False)],
)
def test_only_a_harmless_id_is_taken_over(given, kept):
    origin, _ = run(HTTP_X_REQUEST_ID=given)
    assert (origin.request_id == given) is kept


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (1, "not an address", ""),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_the_one_the_nearest_proxies_saw(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
