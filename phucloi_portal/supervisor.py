"""Run several programs as one: start together, stop together, leave nothing behind.

Each program runs in its own session and is killed by the kernel if the supervisor dies. A program that
ends by itself stops the others. Stopping sends SIGTERM to all, and SIGKILL to whatever is left after the
grace period, grandchildren included. Linux only. Knows no Django.
Not here: which programs the portal consists of (`management/commands/portal.py`).
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 15.0
POLL_SECONDS = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


class StartRefused(Exception):
    """The programs cannot be started now; the message is the Vietnamese sentence to print."""


@dataclass(frozen=True)
class Program:
    """One program to keep running: a name for the messages and the command line."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps `programs` running until a stop signal comes or one of them ends.

    `say` receives Vietnamese sentences for the terminal. `grace` is in seconds.
    """

    def __init__(self, programs: Sequence[Program], *, say: Callable[[str], None], grace: float = GRACE_SECONDS):
        self._programs = programs
        self._say = say
        self._grace = grace
        self._signals: list[int] = []
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *, ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Start all, wait, stop all. Returns 0 after a stop signal, 1 when a program ended by itself.

        `ready` is asked every tenth of a second; at its first yes `on_ready` is called once.
        """
        previous = {number: signal.signal(number, self._remember) for number in STOP_SIGNALS}
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        announced = False
        try:
            for program in self._programs:
                self._children[program.name] = _start(program)
            while not self._signals:
                if ended := self._first_ended():
                    self._say(f"Tiến trình {ended} đã dừng bất thường; dừng các tiến trình còn lại.")
                    return 1
                if not announced and ready():
                    announced = True
                    on_ready()
                time.sleep(POLL_SECONDS)
            self._say("Đang dừng…")
            return 0
        finally:
            self._stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _remember(self, number: int, _frame: object) -> None:
        self._signals.append(number)

    def _first_ended(self) -> str | None:
        for name, child in self._children.items():
            if _has_ended(child):
                return f"{name} (pid {child.pid})"
        return None

    def _stop(self) -> None:
        """SIGTERM to every program, SIGKILL to every process left after the grace period or a second signal."""
        already = len(self._signals)
        running = [child for child in self._children.values() if not _has_ended(child)]
        for child in running:
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while running and time.monotonic() < deadline and len(self._signals) <= max(already, 1):
            time.sleep(POLL_SECONDS)
            running = [child for child in running if not _has_ended(child)]
        if running:
            self._say("Quá thời gian chờ, buộc dừng: " + ", ".join(str(child.pid) for child in running) + ".")
        for child in self._children.values():
            _kill_group(child.pid)
            child.wait()
        _kill_adopted()


@contextmanager
def single_instance(lock_file: Path, address: str) -> Iterator[None]:
    """Hold `lock_file` while the block runs, with our pid and `address` in it.

    Raises StartRefused when another process holds it. The lock goes with the process, however it ends.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, where = file.read().strip().partition(" ")
            raise StartRefused(
                f"Cổng đang chạy rồi ở {where or 'địa chỉ khác'} (tiến trình {pid or '?'}), cùng thư mục dữ liệu "
                f"{lock_file.parent}. Mở địa chỉ đó, hoặc dừng nó (Ctrl-C ở cửa sổ của nó) rồi chạy lại."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {address}")
        file.flush()
        yield


def refuse_busy_port(host: str, port: int) -> None:
    """Raise StartRefused when nothing new can listen on `host`:`port`."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise StartRefused(f"Không có địa chỉ {host} trên máy này.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise StartRefused(f"Không được phép mở cổng {port}; chọn cổng từ 1024 trở lên: --port 8000.") from None
        except OSError:
            raise StartRefused(
                f"Cổng mạng {host}:{port} đang được chương trình khác dùng. "
                f"Dừng chương trình đó hoặc chọn cổng khác: make run PORT={port + 1} (hay portal --port {port + 1})."
            ) from None


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections on `host`:`port`."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _start(program: Program) -> subprocess.Popen[bytes]:
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # the supervisor died between fork and prctl
            os._exit(1)

    return subprocess.Popen(
        program.command,
        env={**os.environ, **program.environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 (this process has one thread)
    )


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether the process has ended; it stays a zombie, so that its group number cannot be reused yet."""
    if child.returncode is not None:
        return True
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _kill_adopted() -> None:
    """Kill descendants that left their group: as the nearest subreaper we inherit them when their parent ends."""
    listing = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    while pids := [int(pid) for pid in listing.read_text().split()]:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
