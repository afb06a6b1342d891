"""Many processes write to the log at once: one unbroken chain, nothing lost.

Not here: tampering (`tests/audit`).
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage

APPEND = """
from django.db import transaction
from audit.services import record
for number in range(40):
    with transaction.atomic():
        record(action="submission.submit", actor="test", detail={"n": number})
        if number % 10 == 9:
            transaction.set_rollback(True)
"""


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_processes_append_one_after_the_other(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        command = [sys.executable, "manage.py", "shell", "-c", APPEND]
        writers = [subprocess.Popen(command, cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL) for _ in range(4)]
        assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
        verified = manage("verify_audit", "--json", env=env)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout) == {"checked": 4 * 36, "faults": []}
