"""Refusals of the supervisor, without starting anything. Real processes: `tests/faults/test_portal.py`."""

import multiprocessing
import os
import socket
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from phucloi_portal.supervisor import StartRefused, listens, refuse_busy_port, single_instance


def test_free_port_is_taken_and_busy_port_refused(free_port: int) -> None:
    refuse_busy_port("127.0.0.1", free_port)
    assert not listens("127.0.0.1", free_port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        assert listens("127.0.0.1", free_port)
        with pytest.raises(
            StartRefused, match=rf"chọn cổng khác: make run PORT={free_port + 1} \(hay portal --port {free_port + 1}\)"
        ):
            refuse_busy_port("127.0.0.1", free_port)


def test_address_of_no_machine_is_said() -> None:
    with pytest.raises(StartRefused, match=r"Không có địa chỉ no-such-host\.invalid trên máy này"):
        refuse_busy_port("no-such-host.invalid", 8000)


def _hold(lock: Path, held: Event, let_go: Event) -> None:
    with single_instance(lock, "http://127.0.0.1:8123"):
        held.set()
        let_go.wait(30)


def test_one_folder_has_one_portal(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, let_go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "portal.lock", held, let_go))
    other.start()
    try:
        assert held.wait(30)
        sentence = rf"ở http://127\.0\.0\.1:8123 \(tiến trình {other.pid}\)"
        with pytest.raises(StartRefused, match=sentence), single_instance(tmp_path / "portal.lock", "elsewhere"):
            pytest.fail("two at once")
    finally:
        other.kill()  # however the holder ends, the lock goes with it
        other.join()
    with single_instance(tmp_path / "portal.lock", "http://127.0.0.1:8124"):
        assert (tmp_path / "portal.lock").read_text() == f"{os.getpid()} http://127.0.0.1:8124"
