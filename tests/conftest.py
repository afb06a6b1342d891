"""Fixtures and rules of the whole test run: the browser, what a skip means, strictness.

A test that needs something the machine lacks (Chromium, PostgreSQL, Redis, Pango) is skipped with the
reason; with `PORTAL_TEST_EVERYTHING=1` a skip fails the run, so that nothing is missed unseen.
Not here: objects of the domain (`factories/`).
"""

import ctypes
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as trying
from time_machine import TimeMachineFixture

from audit import triggers
from audit.models import AuditHead
from submissions.paper_text import can_recognise
from tests import ready_made, services
from tests.corner import empty_the_cache
from tests.mailbox import dovecot
from tests.one_at_a_time import turn

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
REPOSITORY = Path(__file__).resolve().parent.parent
_skipped: list[str] = []

# a busy machine is no fault of what is tried
trying.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests by their fixtures, leave out what says nothing here, skip what this machine cannot run."""
    _leave_out(config, items)
    lacking = {
        "browser": "" if CHROMIUM else "no Chromium (apt-get install chromium)",
        "production": services.lacking(),
        "pango": _lacking_pango(),
        "dovecot": dovecot.lacking(),
        "tesseract": ""
        if can_recognise()
        else "no tesseract with Vietnamese (apt-get install tesseract-ocr tesseract-ocr-vie)",
    }
    for item in items:
        if {"page", "browser", "context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        for marker, reason in lacking.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite what needs two writers at once; on PostgreSQL what asks no database: the run on SQLite has said it.

    On either what is about the other alone.
    """
    if connection.vendor == "sqlite":
        left_out = {item for item in items if item.get_closest_marker("row_locks")}
    else:
        left_out = {item for item in items if not _asks_a_database(item)}
    left_out |= {
        item for item in items if (only := item.get_closest_marker("only_on")) and only.args != (connection.vendor,)
    }
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _asks_a_database(item: pytest.Item) -> bool:
    """Whether the test is given the run's database, by its mark or by a fixture."""
    given = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(given or item.get_closest_marker("django_db"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the skipped tests."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With PORTAL_TEST_EVERYTHING=1 a skipped test fails the run."""
    if os.environ.get("PORTAL_TEST_EVERYTHING") == "1" and _skipped and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which skipped tests failed the run."""
    if os.environ.get("PORTAL_TEST_EVERYTHING") == "1" and _skipped:
        terminalreporter.section("skipped, but everything was asked for")
        for line in _skipped:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drive the system's Chromium, without calls to the outside."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """Vietnamese browser, Hà Nội clock, laptop window; override per test with `browser_context_args` marker."""
    return {
        **browser_context_args,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",
    }


@pytest.fixture
def its_own_day(request: pytest.FixtureRequest, time_machine: TimeMachineFixture) -> None:
    """Let the clock start at noon of the day its module calls TODAY: a run may go over midnight in Hà Nội."""
    time_machine.move_to(datetime.combine(request.module.TODAY, time(12), tzinfo=ZoneInfo(settings.TIME_ZONE)))


@pytest.fixture
def repository() -> Path:
    """Root folder of the checkout."""
    return REPOSITORY


@pytest.fixture
def free_port() -> int:
    """A TCP port on 127.0.0.1 on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Begin the test database as a copy of a migrated one, which is much quicker than to migrate."""
    with ready_made.as_start_of_the_test_database():
        yield


@pytest.fixture(autouse=True, scope="session")
def _empty_the_log_too() -> Iterator[None]:
    """Let the flush after a transactional test empty the audit log, whose triggers refuse every deletion."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(case: TransactionTestCase) -> None:
        with turn, triggers.suspended(connection):  # a request still being answered would hold the tables
            flush(case)
        # the head that the migration made: without it the next test's first entry would cost three queries more
        AuditHead.objects.get_or_create(pk=AuditHead.THE_ROW)

    TransactionTestCase._fixture_teardown = flush_without_triggers  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_corner_of_the_cache() -> None:
    """Start each test with an empty cache, also where the cache is a Redis that others use."""
    empty_the_cache()


@pytest.fixture(autouse=True)
def _clean_data_folder() -> Iterator[None]:
    """Leave no stored file or mail of one test to the next."""
    yield
    for name in ("vault", "mail", "media", "staging"):
        shutil.rmtree(Path(settings.DATA_DIR) / name, ignore_errors=True)


def _lacking_pango() -> str:
    try:
        ctypes.CDLL("libpango-1.0.so.0")
        ctypes.CDLL("libpangoft2-1.0.so.0")
        ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError as missing:
        return f"no Pango ({missing})"
    return ""
