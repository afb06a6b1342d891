"""The process that inspects: it loads the PDF libraries once, then forks one child per session.

Started by `runner.py` with one socket. A waiting child takes a channel from that socket and answers the jobs that
come over it, one file each, until the other side closes; then it ends. Another child waits already and has read a
sample, so that a session costs neither an interpreter start nor the first touch of memory.
This process never opens a file that came from outside, and has nothing of the portal's environment.

    job     {"job": "inspect", "size": bytes} + the file's descriptor
            {"job": "render", "page": from 1, "width": pixels, "strip": truth} + the file's and the image's descriptor
            {"job": "look"} + the file's descriptor
            {"job": "codes", "first", "last": pages} + the file's descriptor
            {"job": "take", "first", "last": pages} + the file's and the new PDF's descriptor
            {"job": "stamp", "size": bytes} + the file's descriptor
            {"job": "text"} + the file's and the text's descriptor
            {"job": "photograph", "turns": quarters} + the photograph's, the image's and the thumbnail's descriptor
    answer  {"pid", "restricted"} once a session, then one JSON object a job

Not here: what is read (`reader.py`, `rendering.py`, `photographs.py`), limits (`sandbox.py`), timeouts and restarts (`runner.py`).
"""

import gc
import io
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import asdict
from math import ceil
from typing import Any

from submissions.inspection import photographs, preflight, rendering, sandbox, scans, texts
from submissions.inspection.reader import read_facts, set_reader_limits
from submissions.inspection.stamps import stamp_in_file
from submissions.inspection.verdicts import HEADER

SPARE_CHILDREN = 2
PAUSE = 0.015
"""Seconds that work nobody waits for is put off, for whoever needs the processors now: after a child was taken, before
the second spare one is forked (the first is there at any time); and before a child that is done gives its memory back."""
KEPT_BYTES = 4 * 1024 * 1024
"""Memory a waiting child holds ready: what a scanned page needs."""
MESSAGE_BYTES = 64 * 1024
MOST_DESCRIPTORS = 3
SAMPLE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n"
    b"4 0 obj<</Length 7>>stream\n0 0 m S\nendstream endobj\nxref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n"
    b"0000000054 00000 n \n0000000105 00000 n \n0000000176 00000 n \ntrailer<</Root 1 0 R/Size 5>>\nstartxref\n226\n%%EOF\n"
)


def main(requests: socket.socket) -> None:
    """Keep spare children waiting until the other side closes the socket."""
    set_reader_limits()
    photographs.Image.init()  # a child may not open what it has not got yet
    _warm_up()
    gc.collect()
    gc.freeze()  # children share these pages as long as nobody touches them
    taken_out, taken_in = os.pipe()
    woken_out, woken_in = os.pipe()
    for fd in (woken_out, woken_in):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(woken_in, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    poll.register(requests, 0)  # hang-up only: the messages are the children's
    poll.register(taken_out, select.POLLIN)
    poll.register(woken_out, select.POLLIN)
    waiting: set[int] = set()
    quiet_from = time.monotonic()
    while True:
        pause = max(0.0, quiet_from - time.monotonic())
        while len(waiting) < (1 if pause else SPARE_CHILDREN):
            waiting.add(_fork_child(requests, taken_in))
        for fd, _ in poll.poll(ceil(pause * 1000) if pause else None):
            if fd == requests.fileno():
                return
            if fd == taken_out:
                waiting -= set(_pids(os.read(taken_out, 4096)))
                quiet_from = time.monotonic() + PAUSE
            else:
                os.read(woken_out, 4096)
                waiting -= _reaped()


def _pids(packed: bytes) -> list[int]:
    return [int.from_bytes(packed[at : at + 4], "little") for at in range(0, len(packed), 4)]


def _reaped() -> set[int]:
    ended: set[int] = set()
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        ended.add(pid)


def _fork_child(requests: socket.socket, taken_in: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _serve(requests, taken_in)
        code = 0
    finally:
        os._exit(code)


def _serve(requests: socket.socket, taken_in: int) -> None:
    """One child's life: warm up, give up its rights, take a channel, answer its jobs."""
    _warm_up()
    sandbox.keep_memory(KEPT_BYTES)
    restricted = sandbox.restrict()
    _, fds, _, _ = socket.recv_fds(requests, 1, 1)
    os.write(taken_in, os.getpid().to_bytes(4, "little"))
    if not fds:
        return  # the other side is gone
    channel = socket.socket(fileno=fds[0])
    _answer(channel, {"pid": os.getpid(), "restricted": restricted})
    while True:
        message, fds, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, MOST_DESCRIPTORS)
        if not message:
            time.sleep(PAUSE)
            return
        sandbox.grant_cpu()
        _answer(channel, _do(json.loads(message), fds))
        for fd in fds:
            os.close(fd)


def _answer(channel: socket.socket, answer: dict[str, Any]) -> None:
    os.write(channel.fileno(), json.dumps(answer).encode())  # send() is among the refused calls


def _do(job: dict[str, Any], fds: list[int]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        if job["job"] == "inspect":
            beginning = os.pread(fds[0], len(HEADER), 0)
            facts = asdict(read_facts(f"/proc/self/fd/{fds[0]}", job["size"], beginning))
            done = {"facts": {**facts, "active": sorted(facts["active"])}}
        elif job["job"] == "look":
            done = {"look": preflight.look_over(fds[0])}
        elif job["job"] == "codes":
            done = {"codes": asdict(scans.read_codes(fds[0], job["first"], job["last"]))}
        elif job["job"] == "take":
            done = {"size": scans.take_out(fds[0], job["first"], job["last"], fds[1])}
        elif job["job"] == "stamp":
            done = {"stamp": stamp_in_file(fds[0], job["size"])}
        elif job["job"] == "text":
            done = {"text": asdict(texts.write_text(*fds))}
        elif job["job"] == "photograph":
            done = {"photograph": asdict(photographs.straighten(*fds, turns=job["turns"]))}
        else:
            image = rendering.render_page(fds[0], job["page"], job["width"], fds[1], strip=job["strip"])
            done = {"image": asdict(image)}
    except texts.NotReadable as refusal:
        return {"failed": refusal.reason}
    except photographs.TooManyPixels:
        return {"failed": "pixels"}
    except photographs.NotAPhotograph:
        return {"failed": "unreadable"}
    except (scans.NotASlice, rendering.PdfiumError, IndexError, OSError):
        return {"failed": "undrawable"}
    except MemoryError:
        gc.collect()
        return {"failed": "memory"}
    return {**done, "seconds": time.perf_counter() - started}


def _warm_up() -> None:
    """Touch what reading touches, in both libraries, so that no request waits for that."""
    read_facts(io.BytesIO(SAMPLE), len(SAMPLE), SAMPLE)
    held = os.memfd_create("sample", os.MFD_CLOEXEC)
    try:
        os.pwrite(held, SAMPLE, 0)
        stamp_in_file(held, len(SAMPLE))
    finally:
        os.close(held)


if __name__ == "__main__":
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)  # the libraries complain there about damaged files
    main(socket.socket(fileno=int(sys.argv[1])))
