"""The production profile for real: the same processes as in the containers, on PostgreSQL and Redis.

Not here: what the pages do (the browser story runs on both profiles), the files of the profile (`test_compose.py`).
"""

import http.client
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.shortcuts import resolve_url

from tests import services
from tests.faults.running import RunningPortal, descendants_of, environment, manage, wait_for

pytestmark = [pytest.mark.production, pytest.mark.faults]

HOST = "dangbo.phucloi.example"
LOGIN = resolve_url(settings.LOGIN_URL)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a prepared production portal on its own database and its own corner of Redis."""
    name = f"portal_production_{os.getpid()}"
    with services.fresh_database(name) as database:
        env = environment(
            tmp_path_factory.mktemp("production"),
            PORTAL_PROFILE="production",
            PUBLIC_URL=f"https://{HOST}",
            TRUSTED_PROXY_COUNT="1",
            DATABASE_URL=database,
            REDIS_URL=services.REDIS,
            REDIS_PREFIX=f"{name}:{secrets.token_hex(4)}:",
        )
        prepared = manage("prepare", env=env)
        assert prepared.returncode == 0, prepared.stderr
        yield env


@pytest.fixture(scope="module")
def portal(production: dict[str, str]) -> Iterator[RunningPortal]:
    """The portal, running for all tests of this module."""
    port = 20000 + os.getpid() % 10000
    with RunningPortal(production, port, Path(production["PORTAL_DATA_DIR"]) / "console.log") as running:
        running.wait_ready()
        yield running
        running.interrupt()
        assert running.process.wait(timeout=25) == 0


def ask(portal: RunningPortal, path: str, *, https: bool = True, host: str = HOST) -> http.client.HTTPResponse:
    """One request as the proxy in front would pass it on."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    headers = {"Host": host, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" if https else "http"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def mark_of_beat(env: dict[str, str]) -> str:
    asked = "from phucloi_portal.health import last_beat; print(last_beat() or '')"
    return manage("shell", "-v0", "-c", asked, env=env).stdout.strip()


def test_worker_is_processes_and_answers_a_ring_through_redis(
    portal: RunningPortal, production: dict[str, str]
) -> None:
    wait_for(lambda: len(descendants_of(portal.children()["worker"])) == 2, 20)  # the pool
    before = mark_of_beat(production)
    ring = "from phucloi_portal.tasks import heartbeat; heartbeat.delay()"
    assert manage("shell", "-v0", "-c", ring, env=production).returncode == 0
    wait_for(lambda: mark_of_beat(production) != before, 30)
    assert manage("check_beat", env=production).returncode == 0


def test_plain_http_is_sent_to_https_and_strange_hosts_nowhere(portal: RunningPortal) -> None:
    redirected = ask(portal, LOGIN, https=False)
    assert (redirected.status, redirected.headers["Location"]) == (301, f"https://{HOST}{LOGIN}")
    assert ask(portal, LOGIN, host="evil.example").status == 400


def test_cookies_and_headers_bind_the_browser(portal: RunningPortal) -> None:
    answer = ask(portal, LOGIN)
    assert answer.status == 200
    cookie = next(value for name, value in answer.headers.items() if name == "Set-Cookie")
    assert cookie.startswith("__Host-csrf=")
    assert {part.strip() for part in cookie.split(";")} >= {"Secure", "Path=/", "SameSite=Lax"}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_static_files_are_hashed_compressed_and_kept_for_ever(
    portal: RunningPortal, production: dict[str, str]
) -> None:
    url = manage(
        "shell", "-v0", "-c", "from django.templatetags.static import static; print(static('css/portal.css'))",
        env=production,
    ).stdout.strip()  # fmt: skip
    assert url != "/static/css/portal.css"
    answer = ask(portal, url)
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_demo_accounts_are_refused(production: dict[str, str], free_port: int) -> None:
    make = "from units.models import User; User.objects.create_user('demo@x.example', 'x' * 16, full_name='x', is_demo=True)"
    drop = "from units.models import User; User.objects.filter(is_demo=True).delete()"
    assert manage("shell", "-v0", "-c", make, env=production).returncode == 0
    try:
        checked = manage("check", "--database", "default", env=production)
        assert checked.returncode == 1
        assert "1 tài khoản minh họa; không chạy thật với chúng" in checked.stderr
        started = manage("portal", "--port", str(free_port), env=production)
        assert started.returncode == 1
        assert "tài khoản minh họa" in started.stderr
    finally:
        assert manage("shell", "-v0", "-c", drop, env=production).returncode == 0


def test_pages_answer_while_redis_is_away(production: dict[str, str], tmp_path: Path) -> None:
    """A ring into the void and a cache that is away cost nothing but a line in the log."""
    away = {**production, "REDIS_URL": "redis://127.0.0.1:1/0", "PORTAL_DATA_DIR": str(tmp_path)}
    script = f"""
host = {HOST!r}
from django.test import Client
from django.db import transaction
from phucloi_portal.tasks import heartbeat
with transaction.atomic():
    heartbeat.delay_on_commit()
answer = Client().get({LOGIN!r}, HTTP_HOST=host, HTTP_X_FORWARDED_PROTO='https')
print(answer.status_code)
form = dict(login='nobody@x.example', password='wrong')
answer = Client().post({LOGIN!r}, form, HTTP_HOST=host, HTTP_X_FORWARDED_PROTO='https')
print(answer.status_code)
"""
    static = str(Path(production["PORTAL_DATA_DIR"]) / "static")
    ran = manage("shell", "-v0", "-c", script, env={**away, "PORTAL_STATIC_DIR": static}, timeout=60)
    assert (ran.returncode, ran.stdout.split()) == (0, ["200", "200"]), ran.stderr
    assert "broker.away" in ran.stderr
    assert "cache.away" in ran.stderr
