"""A worker killed while it compiles a report: the job is done again, once, and no report holds half its files.

Not here: claims and leases without processes (`tests/reports/test_jobs.py`).
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from reports.font_building import build_fonts
from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage

PREPARE = """
from django.utils import timezone
from reports.services.asking import request_report
from tests.factories.campaigns import make_campaign
campaign = make_campaign(1, units=25, members=6)
print(request_report(directive=campaign.directive, at=None, by=None, now=timezone.now()).pk)
"""
WORK = """
import os, signal, threading
from django.utils import timezone
from reports.jobs import Holder
from reports.services.working import run_job
kill_at, advance = float(os.environ.get("KILL_AT", "inf")), Holder.advance
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def advance_and_die(self, step, done):
    advance(self, step, done)
    if done >= kill_at:  # after the step was said; 22 is the layout of the PDF, which takes a while
        threading.Timer(0.3, die).start() if done == 22 else die()
Holder.advance = advance_and_die
print("DONE", run_job(job_id=1, clock=timezone.now))
"""
# The lease is let run out by hand: nobody wants to wait a minute in a test.
EXPIRE = """
from datetime import timedelta
from django.utils import timezone
from reports.models import Job
Job.objects.filter(state="RUNNING").update(lease_until=timezone.now() - timedelta(seconds=1))
"""
LOOK = """
import json
from reports.models import Job, SummaryReport
from audit.models import AuditEntry
from vault.models import Blob
from vault.services import verify
report, job = SummaryReport.objects.get(), Job.objects.get()
files = [report.pdf, report.docx, report.xlsx]
print(json.dumps({
    "state": job.state, "done": job.done, "attempts": job.attempts,
    "files": [file is not None for file in files],
    "faults": [str(fault) for blob in Blob.objects.all() if (fault := verify(blob=blob))],
    "compiled": AuditEntry.objects.filter(action="report.compile").count(),
}))
"""


def shell(code: str, env: dict[str, str]) -> str:
    done = manage("shell", "-v", "0", "-c", code, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def look(env: dict[str, str]) -> dict:
    return json.loads(shell(LOOK, env).strip().splitlines()[-1])


def work(env: dict[str, str], kill_at: str = "inf") -> subprocess.CompletedProcess[bytes]:
    """A worker of its own that does the job, or is killed when it has said so many per cent."""
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WORK],
        cwd=REPOSITORY, env={**env, "KILL_AT": kill_at}, capture_output=True, timeout=240,
    )  # fmt: skip


@pytest.mark.faults
@pytest.mark.pango
@pytest.mark.parametrize(
    ("engine", "kills"),
    [
        ("sqlite", ("8", "96")),  # while the annexes are made; when all but the last transaction is done
        pytest.param("postgresql", ("22",), marks=pytest.mark.production),  # in the middle of the layout
    ],
)
def test_killed_while_compiling(engine: str, kills: tuple[str, ...], tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    build_fonts(source=settings.NODE_MODULES_DIR / "@fontsource" / "tinos" / "files", target=fonts)
    with fresh_database(engine, tmp_path, PORTAL_FONT_DIR=str(fonts)) as env:
        env = {**env, "PYTHONPATH": str(REPOSITORY)}
        shell(PREPARE, env)
        for number, percent in enumerate(kills, start=1):
            assert work(env, percent).returncode == -signal.SIGKILL
            seen = look(env)
            assert (seen["state"], seen["attempts"], seen["done"]) == ("RUNNING", number, int(percent))
            assert (seen["files"], seen["compiled"], seen["faults"]) == ([False] * 3, 0, [])
            # The dead worker's lease still stands: nobody else may begin.
            assert work(env).stdout.strip() == b"DONE False"
            shell(EXPIRE, env)
        assert work(env).stdout.strip() == b"DONE True"
        seen = look(env)
        assert (seen["state"], seen["done"], seen["attempts"]) == ("DONE", 100, len(kills) + 1)
        assert (seen["files"], seen["faults"], seen["compiled"]) == ([True] * 3, [], 1)
        assert work(env).stdout.strip() == b"DONE False"
        assert look(env)["compiled"] == 1
