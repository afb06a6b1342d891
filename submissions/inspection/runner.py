"""Asking the helper: one session per sender's batch, a clock beside it, a new helper when the old one is gone.

A session is one child process; a file that kills its child costs that child only, and the session goes on in the
next. Each Python process has its own helper, started at first use and ended with it.

Not here: what the child does (`helper.py`), what follows from a failure (attempts, DEAD: `submissions.services`).
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from directives.secrecy import STAMPS
from submissions.inspection.hints import CODES, PageLook
from submissions.inspection.likeness import TRACE_DIGITS
from submissions.inspection.sandbox import CPU_SECONDS
from submissions.inspection.verdicts import Facts

WALL_SECONDS = 20
"""Longer than the child's CPU limit: a child that computes is stopped by the kernel, one that sleeps by us."""
START_SECONDS = 30
MESSAGE_BYTES = 64 * 1024
_PROJECT = Path(__file__).resolve().parent.parent.parent
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""What the children keep ready (`sandbox.keep_memory`) is taken from the machine in half the time, where it has such pages."""


class InspectionFailed(Exception):
    """The child did not answer: `reason` is `timeout`, `memory` or `crash`. Says nothing about the file's content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class PageUndrawable(Exception):
    """There is no such page, or it cannot be drawn."""


class PhotographRefused(Exception):
    """The child would not or could not read an image: `reason` is `pixels` or `unreadable`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class DocumentRefused(Exception):
    """The child would not or could not read a document's text: `reason` is `macros`, `damaged` or `pages`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Inspected:
    """Facts about one content and the seconds the child took (wall clock)."""

    facts: Facts
    seconds: float


@dataclass(frozen=True, slots=True)
class PageImageData:
    """A JPEG and how the page looks."""

    jpeg: bytes
    width: int
    height: int
    look: PageLook
    trace: str = ""


@dataclass(frozen=True, slots=True)
class CodesRead:
    """Pages of a whole scan, codes found as (page, text), blank ones among the pages looked at."""

    pages: int
    codes: list[tuple[int, str]]
    blank: list[int]


@dataclass(frozen=True, slots=True)
class PhotographData:
    """An upright JPEG without anything but pixels, its thumbnail, size in pixels, mean grey (0 to 255), time taken."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    light: int
    taken_at: str = ""


class _Helper:
    """The running helper process and the socket its children wait on."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests = ours
        self.owner = os.getpid()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "submissions.inspection.helper", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Nothing of the portal's environment: no secret, no database address.
                env={"PYTHONPATH": str(_PROJECT), "LANG": "C.UTF-8", "PATH": os.defpath, **_LARGE_PAGES},
                start_new_session=True,  # a Ctrl-C is for the portal; the helper ends when our socket closes
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Close the socket: waiting children and the helper end by themselves."""
        self.requests.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


_lock = threading.Lock()
_current: _Helper | None = None


def _helper() -> _Helper:
    """This process's helper; after a fork or its death, a new one."""
    global _current  # noqa: PLW0603 (one helper per process is the point)
    with _lock:
        if _current is None or _current.owner != os.getpid() or not _current.is_alive:
            _current = _Helper()
        return _current


def stop_helper() -> None:
    """End this process's helper; the next session starts a new one."""
    global _current  # noqa: PLW0603
    with _lock:
        if _current is not None and _current.owner == os.getpid():
            _current.stop()
        _current = None


atexit.register(stop_helper)


class Session:
    """A conversation with one child at a time. Use it as a context manager, from one thread."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._channel: socket.socket | None = None
        self._pid: int | None = None
        self.restricted = False
        """Whether the child of the last job had the system-call filter too."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def inspect(self, content: BinaryIO, size: int) -> Inspected:
        """Facts about an open file. Raises InspectionFailed."""
        answer = self._ask({"job": "inspect", "size": size}, [content.fileno()])
        try:
            facts = {**answer["facts"], "active": frozenset(answer["facts"]["active"])}
            facts["blank_pages"] = tuple(facts["blank_pages"])
            return Inspected(Facts(**facts), float(answer["seconds"]))
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense

    def render(self, content: BinaryIO, *, page: int, width: int, strip: bool = False) -> PageImageData:
        """One page (from 1) as a JPEG. Raises InspectionFailed, PageUndrawable."""
        target = os.memfd_create("page", os.MFD_CLOEXEC)
        try:
            answer = self._ask(
                {"job": "render", "page": page, "width": width, "strip": strip}, [content.fileno(), target]
            )
            image = answer["image"]
            jpeg = os.pread(target, int(image["size"]), 0)
            trace = str(image["trace"])
            if trace and (len(trace) != TRACE_DIGITS or int(trace, 16) < 0):
                raise ValueError(trace)
            return PageImageData(jpeg, int(image["width"]), int(image["height"]), PageLook(**image["look"]), trace)
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense
        finally:
            os.close(target)

    def look_over(self, content: BinaryIO) -> list[tuple[int, str]]:
        """(page from 1, code of `hints`) of what a person should look at. Raises InspectionFailed, PageUndrawable."""
        try:
            seen = [(int(page), str(code)) for page, code in self._ask({"job": "look"}, [content.fileno()])["look"]]
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense
        return [(page, code) for page, code in seen if code in CODES]

    def read_codes(self, content: BinaryIO, first: int, last: int) -> CodesRead:
        """What stands on pages `first` to `last` (from 1) of a long scan. Raises InspectionFailed, PageUndrawable."""
        try:
            found = self._ask({"job": "codes", "first": first, "last": last}, [content.fileno()])["codes"]
            codes = [(int(page), str(text)) for page, text in found["codes"]]
            return CodesRead(int(found["pages"]), codes, [int(page) for page in found["blank"]])
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense

    def take_out(self, content: BinaryIO, first: int, last: int) -> bytes:
        """Pages `first` to `last` as a PDF of their own. Raises InspectionFailed, PageUndrawable."""
        target = os.memfd_create("slice", os.MFD_CLOEXEC)
        try:
            size = int(self._ask({"job": "take", "first": first, "last": last}, [content.fileno(), target])["size"])
            return os.pread(target, size, 0)
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense
        finally:
            os.close(target)

    def find_stamp(self, content: BinaryIO, size: int, *, meanwhile: Callable[[], object] = lambda: None) -> str | None:
        """The state-secret stamp in the text of an open file of `size` bytes, "" when none, None when it cannot be
        opened. `meanwhile` is called once while the child reads. Raises InspectionFailed."""
        stamp = self._ask({"job": "stamp", "size": size}, [content.fileno()], meanwhile).get("stamp", "?")
        if stamp not in (None, "", *STAMPS):
            self._kill()
            raise InspectionFailed("crash")
        return None if stamp is None else str(stamp)

    def photograph(self, content: BinaryIO, *, turns: int = 0) -> PhotographData:
        """A photograph made upright and bare. Raises InspectionFailed, PhotographRefused."""
        image, thumb = (os.memfd_create(name, os.MFD_CLOEXEC) for name in ("image", "thumb"))
        try:
            answer = self._ask({"job": "photograph", "turns": turns}, [content.fileno(), image, thumb])
            found = answer["photograph"]
            return PhotographData(
                jpeg=os.pread(image, int(found["size"]), 0),
                thumb=os.pread(thumb, int(found["thumb_size"]), 0),
                width=int(found["width"]),
                height=int(found["height"]),
                light=int(found["light"]),
                taken_at=str(found["taken_at"])[:19],
            )
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense
        finally:
            os.close(image)
            os.close(thumb)

    def read_text(self, content: BinaryIO) -> tuple[str, int]:
        """(text, pages) of a Word document (pages 0) or PDF. Raises InspectionFailed, DocumentRefused, PageUndrawable."""
        target = os.memfd_create("text", os.MFD_CLOEXEC)
        try:
            found = self._ask({"job": "text"}, [content.fileno(), target])["text"]
            return os.pread(target, int(found["size"]), 0).decode("utf-8", "replace"), int(found["pages"])
        except (KeyError, TypeError, ValueError) as nonsense:
            self._kill()
            raise InspectionFailed("crash") from nonsense
        finally:
            os.close(target)

    def _ask(
        self, job: dict[str, Any], fds: list[int], meanwhile: Callable[[], object] = lambda: None
    ) -> dict[str, Any]:
        channel = self._channel or self._begin()
        try:
            socket.send_fds(channel, [json.dumps(job).encode()], fds)
        except OSError as gone:
            self._end()
            raise InspectionFailed("crash") from gone
        meanwhile()
        if self._pid is None:
            hello = self._receive(START_SECONDS)
            self._pid, self.restricted = int(hello["pid"]), bool(hello["restricted"])
        answer = self._receive(self._wall_seconds)
        failed = answer.get("failed")
        if failed == "undrawable":
            raise PageUndrawable
        if failed in ("pixels", "unreadable"):
            raise PhotographRefused(failed)
        if failed in ("macros", "damaged", "pages"):
            raise DocumentRefused(failed)
        if failed:
            self._end()  # what ran out of memory is not asked again
            raise InspectionFailed("memory")
        return answer

    def _begin(self) -> socket.socket:
        """Hand a new channel to a waiting child; who it is, it says before its first answer."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        with theirs:
            try:
                socket.send_fds(_helper().requests, [b"c"], [theirs.fileno()])
            except OSError:
                # The helper died between the look and the word; its successor is asked once.
                socket.send_fds(_helper().requests, [b"c"], [theirs.fileno()])
        return ours

    def _receive(self, seconds: float) -> dict[str, Any]:
        channel = self._channel
        if channel is None:
            raise InspectionFailed("crash")
        poll = select.poll()
        poll.register(channel, select.POLLIN)
        started = time.monotonic()
        if not poll.poll(seconds * 1000):
            self._kill()
            raise InspectionFailed("timeout")
        try:
            message = channel.recv(MESSAGE_BYTES)
            answer = json.loads(message) if message else None
        except (OSError, ValueError):
            answer = None
        if not isinstance(answer, dict):
            self._kill()
            # The kernel ends a child at its CPU limit without a word; one that broke ends sooner.
            raise InspectionFailed("timeout" if time.monotonic() - started >= CPU_SECONDS else "crash")
        return answer

    def _kill(self) -> None:
        """Stop the child for sure; it holds the other end of the channel, so its pid cannot be another's yet."""
        if self._pid:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._pid, signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel, self._pid = None, None


@contextmanager
def session() -> Iterator[Session]:
    """One session; its child ends with it."""
    with Session() as talking:
        yield talking
