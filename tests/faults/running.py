"""A real portal in its own process and data folder, for tests that send real signals.

Not here: assertions.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "only-for-the-test-run-and-long-enough-to-pass-every-check-0123456789"


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """What a portal process of a test sees: its own data folder, nothing of this test run or of `.env`."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {
        **kept,
        "SECRET_KEY": SECRET,
        "PORTAL_ENV_FILE": os.devnull,
        "PORTAL_DATA_DIR": str(data_dir),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def manage(*arguments: str, env: Mapping[str, str], timeout: float = 240) -> subprocess.CompletedProcess[str]:
    """Run one management command to its end."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=timeout, check=False
    )


def own_mounts() -> list[str]:
    """The command that gives a process mounts of its own; skips where the machine allows none."""
    command = ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no mounts of one's own")
    return command


class RunningPortal:
    """`manage.py portal` on `port`; use as a context manager, which ends it whatever happens."""

    def __init__(self, env: Mapping[str, str], port: int, log: Path):
        self.port = port
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "portal", "--port", str(port)],
                cwd=REPOSITORY,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> "RunningPortal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return self._log.read_text(encoding="utf-8")

    def wait_ready(self, seconds: float = 60) -> None:
        """Return when the address is printed and the health page answers 200."""
        wait_for(lambda: "Cổng đã sẵn sàng" in self.output or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.output
        wait_for(lambda: self.get("/suc-khoe/")[0] == 200, seconds)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a GET; status 0 when nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def children(self) -> dict[str, int]:
        """Pids of web, worker and beat."""
        found = {}
        for pid in children_of(self.process.pid):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            found[next(name for name in ("gunicorn", "worker", "beat") if name in line)] = pid
        return found

    def interrupt(self) -> None:
        """What Ctrl-C in the terminal does: SIGINT to the foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)


def children_of(pid: int) -> list[int]:
    """Pids of the direct children of `pid`."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def descendants_of(pid: int) -> list[int]:
    """Pids of all children of `pid` and theirs."""
    direct = children_of(pid)
    return direct + [below for child in direct for below in descendants_of(child)]


def alive(pids: list[int]) -> list[int]:
    """Those of `pids` that still run (zombies do not)."""
    return [pid for pid in pids if _state(pid) not in ("", "Z")]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    """Return when `condition` holds; fail the test when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.05)
