"""One process to start and to stop: the promises of `manage.py portal`, with real processes and signals.

Not here: what is on the pages.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.running import REPOSITORY, RunningPortal, alive, descendants_of, environment, manage, wait_for

pytestmark = [pytest.mark.faults]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a prepared portal without accounts."""
    env = environment(tmp_path_factory.mktemp("portal"))
    done = manage("prepare", env=env)
    assert done.returncode == 0, done.stderr
    return env


def start(env: dict[str, str], port: int) -> RunningPortal:
    return RunningPortal(env, port, Path(env["PORTAL_DATA_DIR"]) / "console.log")


def test_starts_everything_and_ctrl_c_stops_everything(prepared: dict[str, str], free_port: int) -> None:
    with start(prepared, free_port) as portal:
        portal.wait_ready()
        assert f"Cổng đã sẵn sàng: http://127.0.0.1:{free_port}" in portal.output
        assert portal.get("/suc-khoe/") == (200, json.dumps({"status": "ok"}))
        assert set(portal.children()) == {"gunicorn", "worker", "beat"}
        everyone = descendants_of(portal.process.pid)
        asked = time.monotonic()
        portal.interrupt()
        assert portal.process.wait(timeout=20) == 0
        assert time.monotonic() - asked < 12
        assert alive(everyone) == []
        assert "Traceback" not in portal.output
        last = portal.output.strip().rsplit("\n", 1)[-1]
        assert (last, "hutdown" in portal.output) == ("Đang dừng…", False)  # no English word of the worker's
    with socket.socket() as probe:  # the port is free again
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", free_port))


def test_second_start_refuses_with_a_sentence(prepared: dict[str, str], free_port: int, tmp_path: Path) -> None:
    with start(prepared, free_port) as portal:
        portal.wait_ready()
        again = manage("portal", "--port", str(free_port + 1), env=prepared)
        assert again.returncode == 1
        assert f"Cổng đang chạy rồi ở http://127.0.0.1:{free_port} (tiến trình {portal.process.pid})" in again.stderr
        assert "Traceback" not in again.stderr

        elsewhere = environment(tmp_path / "other")
        assert manage("prepare", env=elsewhere).returncode == 0
        same_port = manage("portal", "--port", str(free_port), env=elsewhere)
        assert same_port.returncode == 1
        assert f"Cổng mạng 127.0.0.1:{free_port} đang được chương trình khác dùng" in same_port.stderr
        assert portal.get("/suc-khoe/")[0] == 200
        portal.interrupt()
        assert portal.process.wait(timeout=20) == 0


@pytest.mark.parametrize("victim", ["gunicorn", "worker", "beat"])
def test_killed_child_stops_the_rest_with_exit_1(prepared: dict[str, str], free_port: int, victim: str) -> None:
    with start(prepared, free_port) as portal:
        portal.wait_ready()
        everyone = descendants_of(portal.process.pid)
        os.kill(portal.children()[victim], signal.SIGKILL)
        assert portal.process.wait(timeout=25) == 1
        name = {"gunicorn": "web"}.get(victim, victim)
        assert f"Tiến trình {name} (pid" in portal.output
        assert alive(everyone) == []


def test_killed_supervisor_leaves_no_orphan(prepared: dict[str, str], free_port: int) -> None:
    with start(prepared, free_port) as portal:
        portal.wait_ready()
        everyone = descendants_of(portal.process.pid)
        assert len(everyone) >= 4
        portal.process.kill()
        portal.process.wait()
        wait_for(lambda: alive(everyone) == [], 10)
    with start(prepared, free_port) as portal:  # and nothing left behind hinders the next start
        portal.wait_ready()
        portal.process.terminate()
        assert portal.process.wait(timeout=20) == 0


def test_worker_answers_a_ring_through_the_file_broker(prepared: dict[str, str], free_port: int) -> None:
    with start(prepared, free_port) as portal:
        portal.wait_ready()
        ring = "from phucloi_portal.tasks import heartbeat; heartbeat.delay()"
        assert manage("shell", "-v0", "-c", ring, env=prepared).returncode == 0
        mark = "from django.core.cache import cache; print(cache.get('portal-last-beat') or '')"
        wait_for(lambda: manage("shell", "-v0", "-c", mark, env=prepared).stdout.strip(), 30)
        portal.interrupt()
        assert portal.process.wait(timeout=20) == 0


def test_unprepared_database_is_said(tmp_path: Path, free_port: int) -> None:
    refused = manage("portal", "--port", str(free_port), env=environment(tmp_path))
    assert refused.returncode == 1
    assert "Chạy: python manage.py prepare" in refused.stderr


STUBBORN = """
import sys, subprocess, time
from phucloi_portal.supervisor import Program, Supervisor
deaf = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " \\
    "runaway = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True); " \\
    "print(runaway.pid, flush=True); time.sleep(600)"
supervisor = Supervisor([Program("deaf", [sys.executable, "-c", deaf])], say=lambda s: print(s, flush=True), grace=1.0)
sys.exit(supervisor.run(ready=lambda: False, on_ready=lambda: None))
"""


def test_what_ignores_sigterm_is_killed_with_its_runaway_children() -> None:
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    runaway = int(process.stdout.readline())
    everyone = [*descendants_of(process.pid), runaway]
    assert len(set(everyone)) == 2
    process.terminate()
    said, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Quá thời gian chờ, buộc dừng" in said
    assert alive(everyone) == []
