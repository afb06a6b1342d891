"""The child that inspects is killed, stopped, overworked; the helper dies; each costs one answer and nothing more.

Not here: attempts over time (`tests/submissions/test_inspecting.py`), killed workers (`test_deposits.py`).
"""

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from submissions.inspection import runner
from submissions.inspection.runner import InspectionFailed, Session, session, stop_helper
from tests.faults.running import REPOSITORY, wait_for
from tests.submissions.pdf_samples import SAMPLES, one_page, raw, stream

pytestmark = pytest.mark.faults
GOOD = SAMPLES["clean"][0]


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A page whose one stream of 30 MB is named 2,000 times: minutes of honest work."""
    content = zlib.compress(b"0 " * (15 << 20))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>/Contents[%s]>>" % (b"4 0 R " * 2000)
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    path = tmp_path / "slow.pdf"
    path.write_bytes(raw([catalogue, pages, page, stream(content, b"/Filter/FlateDecode")]))
    return path


@pytest.fixture(autouse=True)
def _own_helper() -> Iterator[None]:
    """Nothing of one test reaches the next."""
    yield
    stop_helper()


def inspect(talking: Session, path: Path) -> str:
    """The reason of the failure; "" for an answer."""
    with path.open("rb") as content:
        try:
            talking.inspect(content, path.stat().st_size)
        except InspectionFailed as failed:
            return failed.reason
    return ""


def good(tmp_path: Path) -> Path:
    """A file that passes."""
    path = tmp_path / "good.pdf"
    path.write_bytes(GOOD)
    return path


def while_inspecting(talking: Session, path: Path, act: Callable[[int], None]) -> str:
    """Let `act` meet the child in the midst of its work; the reason of the failure."""

    def meet() -> None:
        wait_for(lambda: talking._pid is not None, 20)
        time.sleep(0.3)
        act(talking._pid)

    actor = threading.Thread(target=meet)
    actor.start()
    reason = inspect(talking, path)
    actor.join()
    return reason


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_killed_child_is_a_crash_and_the_session_goes_on(number: int, slow: Path, tmp_path: Path) -> None:
    with session() as talking:
        assert while_inspecting(talking, slow, lambda pid: os.kill(pid, number)) == "crash"
        assert inspect(talking, good(tmp_path)) == ""


def test_a_child_that_sleeps_is_ended_by_the_clock(slow: Path, tmp_path: Path) -> None:
    stopped: list[int] = []

    def stop(pid: int) -> None:
        stopped.append(pid)
        os.kill(pid, signal.SIGSTOP)

    with Session(wall_seconds=2) as talking:
        assert while_inspecting(talking, slow, stop) == "timeout"
        wait_for(lambda: not Path(f"/proc/{stopped[0]}").exists(), 20)
        assert inspect(talking, good(tmp_path)) == ""


def test_ten_seconds_of_cpu_and_no_more(slow: Path, tmp_path: Path) -> None:
    with Session(wall_seconds=300) as talking:
        assert inspect(talking, slow) == "timeout"
        assert inspect(talking, good(tmp_path)) == ""


def test_a_dead_helper_is_replaced(tmp_path: Path) -> None:
    path = good(tmp_path)
    with session() as talking:
        assert inspect(talking, path) == ""
    first = runner._current
    assert first is not None
    first.process.kill()
    first.process.wait()
    with session() as talking:
        assert inspect(talking, path) == ""
    assert runner._current is not None
    assert runner._current.process.pid != first.process.pid
    first.stop()


def test_many_threads_share_one_helper(tmp_path: Path) -> None:
    path, answers = good(tmp_path), []

    def work() -> None:
        for _ in range(5):
            with session() as talking:
                answers.append(inspect(talking, path))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [""] * 30


def test_a_forked_process_starts_a_helper_of_its_own(tmp_path: Path) -> None:
    path = good(tmp_path)
    with session() as talking:
        assert inspect(talking, path) == ""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with session() as talking:
                code = 0 if inspect(talking, path) == "" and runner._current.owner == os.getpid() else 2
            stop_helper()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with session() as talking:
        assert inspect(talking, path) == "", "the parent's helper still serves"


def test_the_helper_sees_nothing_of_the_portals_environment_and_ends_with_it(tmp_path: Path) -> None:
    path = good(tmp_path)
    program = (
        "import sys\nfrom submissions.inspection import runner\n"
        f"with runner.session() as talking, open({str(path)!r}, 'rb') as content:\n"
        f"    talking.inspect(content, {len(GOOD)})\n"
        "    print(runner._current.process.pid, talking._pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    portal = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "SECRET_KEY": "nobody-may-read-this"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert portal.stdout is not None
    pids = [int(pid) for pid in portal.stdout.readline().split()]
    for pid in pids:
        assert b"nobody-may-read-this" not in Path(f"/proc/{pid}/environ").read_bytes()
    portal.kill()
    portal.communicate()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 20)


def test_a_file_that_changes_under_the_child_hurts_nobody(tmp_path: Path) -> None:
    path = tmp_path / "changing.pdf"
    path.write_bytes(one_page(stream(zlib.compress(b"0 " * (8 << 20)), b"/Filter/FlateDecode")))
    with session() as talking:
        reason = while_inspecting(talking, path, lambda _: path.write_bytes(b"%PDF-1.7"))
        assert reason in ("", "crash")
        assert inspect(talking, good(tmp_path)) == ""
