"""A real portal under slow lines and too many questions: who sends by drops, who opens and says nothing, a crowd.

Not here: figures of load (`python -m benchmarks.peak`), the gate by itself (`tests/phucloi_portal/test_overload.py`).
"""

import contextlib
import http.client
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from phucloi_portal.overload import BODIES_AT_ONCE, THREADS
from phucloi_portal.web_worker import HEAD_SECONDS
from tests.faults.running import RunningPortal, children_of, environment, manage, wait_for

pytestmark = [pytest.mark.faults]
MOST_PROCESSES = 4
LARGE_HEAD = (
    b"POST /tai-khoan/dang-nhap/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=%b\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000000\r\n\r\n" % (b"a" * 32)
)
"""Of a form too large for a slow line."""
UNREAD_HEAD = LARGE_HEAD.replace(b"csrftoken=", b"other=")
"""The same without the cookie of the form: it is answered before the body is read."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A running portal without accounts, one for all that is tried here."""
    env = environment(tmp_path_factory.mktemp("portal"))
    done = manage("prepare", env=env)
    assert done.returncode == 0, done.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with RunningPortal(env, port, Path(env["PORTAL_DATA_DIR"]) / "console.log") as running:
        running.wait_ready()
        for _ in range(12):  # each process has begun
            running.get("/suc-khoe/")
        yield running
        running.interrupt()
        assert running.process.wait(timeout=20) == 0


@contextlib.contextmanager
def lines(port: int, number: int, first: bytes) -> Iterator[list[socket.socket]]:
    """So many open lines that said `first` and then nothing."""
    with contextlib.ExitStack() as closing:
        opened = [
            closing.enter_context(socket.create_connection(("127.0.0.1", port), timeout=40)) for _ in range(number)
        ]
        for line in opened:
            line.sendall(first)
        yield opened


def answers_on(opened: list[socket.socket]) -> list[tuple[int, str | None, str]]:
    """(status, Retry-After, page) of each line that was answered, until nothing more came for three seconds."""
    answers, waiting = [], set(opened)
    while ready := select.select(list(waiting), [], [], 3)[0]:
        for line in ready:
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answers.append((answer.status, answer.headers["Retry-After"], answer.read().decode()))
            answer.close()
            waiting.discard(line)
            line.close()
    return answers


def status_of(line: socket.socket) -> tuple[int, str | None]:
    """Status and Connection of the answer on the line."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, answer.headers["Connection"]


def wait_until_free(portal: RunningPortal) -> None:
    """Return when no process holds the places of large bodies any more: lines closed just now are noticed a little later."""

    def is_free() -> bool:
        with lines(portal.port, 1, UNREAD_HEAD) as [line]:
            return status_of(line)[0] == 403

    wait_for(lambda: all(is_free() for _ in range(3 * MOST_PROCESSES)), 60)


def assert_answered(portal: RunningPortal) -> None:
    """A page came with 200; it may take ten seconds on a busy machine, lines that hold a thread hold it longer."""
    assert portal.get("/suc-khoe/")[0] == 200


def processes_of(portal: RunningPortal) -> list[int]:
    """Pids of the processes that answer."""
    return children_of(portal.children()["gunicorn"])


def threads_of(portal: RunningPortal) -> int:
    """Threads of all that answer; one more is made whenever a line wants one and none is free."""
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in processes_of(portal))


def test_lines_that_say_nothing_take_no_thread(portal: RunningPortal) -> None:
    before = threads_of(portal)
    assert before < len(processes_of(portal)) * THREADS  # so there is room to make more
    with lines(portal.port, MOST_PROCESSES * THREADS + 8, b""):
        time.sleep(1)
        assert threads_of(portal) == before
        assert_answered(portal)


def test_heads_that_come_by_drops_are_cut_off(portal: RunningPortal) -> None:
    began = time.monotonic()
    with lines(portal.port, MOST_PROCESSES * THREADS + 8, b"GET /suc-khoe/ HTTP/1.1\r\nHost: x\r\nX: ") as dripping:
        assert dripping[0].recv(100) == b""  # the line is ended from the other side
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + 10
    assert_answered(portal)


def test_bodies_on_slow_lines_leave_threads_for_pages_and_the_next_is_told_when_to_come(portal: RunningPortal) -> None:
    wait_until_free(portal)
    held, most = 0, len(processes_of(portal)) * BODIES_AT_ONCE
    with contextlib.ExitStack() as staying:
        for _ in range(12):  # the kernel gives lines to processes as it likes: more until each has what it may
            slow = staying.enter_context(lines(portal.port, most, LARGE_HEAD))
            answers = answers_on(slow)
            assert {(status, retry) for status, retry, _ in answers} <= {(503, "60")}
            assert all("Máy chủ đang bận" in page for _, _, page in answers)
            held += len(slow) - len(answers)
            if not held < most:
                break
        assert held == most
        assert len(answers_on(staying.enter_context(lines(portal.port, 8, LARGE_HEAD)))) == 8
        assert_answered(portal)
    assert_answered(portal)


def test_who_is_refused_and_does_not_hang_up_keeps_no_page_waiting(portal: RunningPortal) -> None:
    with lines(portal.port, MOST_PROCESSES * (BODIES_AT_ONCE + 24), LARGE_HEAD):
        assert_answered(portal)


def test_a_large_body_that_nobody_reads_ends_its_line_and_holds_no_thread(portal: RunningPortal) -> None:
    """The bodies never end."""
    wait_until_free(portal)
    with contextlib.ExitStack() as staying:
        for _ in range(2 * len(processes_of(portal)) * THREADS):
            [line] = staying.enter_context(lines(portal.port, 1, UNREAD_HEAD))
            assert status_of(line) == (403, "close")
        assert_answered(portal)


def test_a_crowd_is_answered_or_told_to_wait_and_afterwards_all_is_as_before(portal: RunningPortal) -> None:
    """More at once than two seconds of work: every line gets a whole answer, pages or 503, none is dropped."""
    statuses: Counter[str] = Counter()
    retry = set()

    def ask() -> None:
        for _ in range(2):
            line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
            try:
                line.request("GET", "/tai-khoan/dang-nhap/")
                answer = line.getresponse()
                answer.read()
                statuses[str(answer.status)] += 1
                if answer.status == 503:
                    retry.add(answer.headers["Retry-After"])
            except (OSError, http.client.HTTPException) as error:
                statuses[repr(error)] += 1
            finally:
                line.close()

    crowd = [threading.Thread(target=ask) for _ in range(300)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert set(statuses) <= {"200", "503"}, statuses
    assert statuses["200"] > 50, statuses
    assert retry <= {"60"}
    assert_answered(portal)
