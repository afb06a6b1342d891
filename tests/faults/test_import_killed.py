"""A worker killed while it writes 20,000 people into the roster: nothing half stands, and it is done again, once.

Not here: claims and leases without processes (`tests/units/test_imports.py`).
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage

ROWS, BEFORE = 20_000, 84
PREPARE = f"""
import tempfile
from datetime import date
from pathlib import Path
from django.utils import timezone
from benchmarks.roster_data import write_roster
from tests.factories.units import make_user
from units.choices import Role
from units.models import Unit
from units.services.import_work import run_import
from units.services.imports import request_apply, upload_roster
from units.services.roster import import_roster
with tempfile.TemporaryDirectory() as folder:
    import_roster(path=write_roster(Path(folder) / "cu.xlsx", {BEFORE}), on=date(2026, 4, 1), by=None)
    ward, now = Unit.objects.get(code="DB"), timezone.now()
    admin = make_user(Role.ADMIN, ward)
    with write_roster(Path(folder) / "moi.xlsx", {ROWS}).open("rb") as file:
        said = dict(ward=ward, stream=file, file_name="moi.xlsx", on=date(2026, 4, 24), by=admin, at=now)
        imported = upload_roster(**said)
run_import(import_id=imported.pk, clock=timezone.now)
request_apply(imported=imported, by=admin, at=now)
"""
WORK = """
import os, signal
from django.utils import timezone
from units.models import RosterImport
from django.db import connection
from units.services import side_writer
from units.services.import_work import run_import
from units.services.roster_journal import Journal
writer = side_writer.SideWriter if connection.vendor == "sqlite" else side_writer._Beside
kill_at, insert, seal, calls = os.environ["KILL_AT"], writer.insert, Journal.seal, []
def insert_and_die(self, *arguments):
    insert(self, *arguments)
    calls.append(1)
    if kill_at == str(len(calls)):
        os.kill(os.getpid(), signal.SIGKILL)
def seal_and_die(self):
    sealed = seal(self)
    if kill_at == "sealed":
        os.kill(os.getpid(), signal.SIGKILL)
    return sealed
writer.insert, Journal.seal = insert_and_die, seal_and_die
key = RosterImport.objects.get(file_name="moi.xlsx").pk
print("DONE", run_import(import_id=key, clock=timezone.now))
"""
# The lease is let run out by hand: nobody wants to wait two minutes in a test.
EXPIRE = """
from datetime import timedelta
from django.utils import timezone
from units.models import RosterImport
RosterImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
"""
LOOK = """
import json
from audit.models import AuditEntry
from units.models import Membership, Member, RosterImport, Unit
from vault.models import Blob
from vault.services import verify
imported = RosterImport.objects.get(file_name="moi.xlsx")
print(json.dumps({
    "row": [imported.state, imported.work, imported.attempts, imported.reverse_id is not None],
    "roster": [Unit.objects.count(), Member.objects.count(), Membership.objects.count()],
    "recorded": AuditEntry.objects.filter(action="roster.import", obj_id=str(imported.pk)).count(),
    "faults": [str(fault) for blob in Blob.objects.all() if (fault := verify(blob=blob))],
}))
"""


def shell(code: str, env: dict[str, str]) -> str:
    done = manage("shell", "-v", "0", "-c", code, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def look(env: dict[str, str]) -> dict:
    return json.loads(shell(LOOK, env).strip().splitlines()[-1])


def work(env: dict[str, str], kill_at: str = "never") -> subprocess.CompletedProcess[bytes]:
    """A worker of its own that does the work, or is killed after so many inserts, or with everything written."""
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WORK],
        cwd=REPOSITORY, env={**env, "KILL_AT": kill_at}, capture_output=True, timeout=240,
    )  # fmt: skip


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_killed_while_applying(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        env = {**env, "PYTHONPATH": str(REPOSITORY)}
        shell(PREPARE, env)
        before = look(env)
        assert before["roster"] == [3, BEFORE, BEFORE]
        # Between where the people belong and what they hold; then with all written, not committed.
        for number, moment in enumerate(("2", "sealed"), start=1):
            assert work(env, moment).returncode == -signal.SIGKILL
            seen = look(env)
            assert seen == {**before, "row": ["SHOWN", "APPLY", number, False]}
            # The dead worker's lease still stands: nobody else may begin.
            assert work(env).stdout.strip() == b"DONE False"
            shell(EXPIRE, env)
        assert work(env).stdout.strip() == b"DONE True"
        seen = look(env)
        cells = -(-ROWS // 42)
        assert seen["row"] == ["APPLIED", "", 0, True]
        assert seen["roster"] == [cells + 1, ROWS, ROWS]
        assert (seen["recorded"], seen["faults"]) == (1, [])
        assert work(env).stdout.strip() == b"DONE False"
        assert look(env) == seen
