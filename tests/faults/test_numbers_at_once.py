"""Many processes take numbers of one register at once: no number twice, no gap without its reason.

Not here: the register one act after the other (`tests/directives/test_register.py`, `tests/reports/test_papers.py`).
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage

PREPARE = """
from datetime import date
from directives.models import Directive
from tests.factories.directives import make_directive
from tests.factories.units import make_ward
from units.models import Term
ward = make_ward()
Term.objects.get_or_create(ward=ward, defaults={"name": "2025-2030", "starts_on": date(2025, 8, 22)})
for number in range(30):
    paper = make_directive(ward, number=900 + number, state="DRAFT", subject=f"Dự thảo {number}")
    Directive.objects.filter(pk=paper.pk).update(number=None)
"""
# Of five papers one is never made (its number is given back) and one act fails as a whole; WHO 0 numbers drafts.
TAKE = """
import os, time
from datetime import date
from django.db import transaction
from django.utils import timezone
from directives.models import Directive
from directives.services.numbering import assign_number, give_back_number, take_number
from units.models import Unit
who, ward = int(os.environ["WHO"]), Unit.objects.wards().get()
while time.time() < float(os.environ["START"]):
    time.sleep(0.001)
for turn in range(30):
    if who == 0:
        draft = Directive.objects.filter(number=None).order_by("pk").first()
        take_number(directive=draft, by=None, at=timezone.now())
        continue
    with transaction.atomic():
        row = assign_number(
            ward=ward, kind="CV", number=None, day=date(2026, 4, 21), about=f"công văn {who}.{turn}", directive=None,
            by=None, at=timezone.now(),
        )
        if turn % 5 == 4:
            transaction.set_rollback(True)
    if turn % 5 == 2:
        with transaction.atomic():
            Unit.objects.select_for_update(of=("self",)).get(pk=ward.pk)
            row.refresh_from_db()
            if row.about == f"công văn {who}.{turn}":
                give_back_number(row=row, why="đã dừng lập", at=timezone.now())
"""
LOOK = """
import json
from directives.models import Directive, OutgoingNumber
from directives.numbering import number_runs
from units.models import CommitteeProfile, Term
(run,) = number_runs(CommitteeProfile.objects.get(), first=Term.objects.get().starts_on)
print(json.dumps({
    "drafts": sorted(Directive.objects.values_list("number", flat=True)),
    "taken": sorted(OutgoingNumber.objects.filter(state="TAKEN").values_list("number", flat=True)),
    "doubles": run.doubles, "highest": run.highest,
    "unexplained": [number for number in run.gaps if not run.explained.get(number)],
}))
"""


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_takers_at_once_share_no_number_and_leave_no_gap_unexplained(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        prepared = manage("shell", "-v", "0", "-c", PREPARE, env=env)
        assert prepared.returncode == 0, prepared.stderr
        now = manage("shell", "-v", "0", "-c", "import time; print(time.time())", env=env).stdout
        start = str(float(now) + 6)
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", TAKE]
        takers = [
            subprocess.Popen(command, cwd=REPOSITORY, env={**env, "WHO": str(who), "START": start}) for who in range(3)
        ]
        assert [taker.wait(200) for taker in takers] == [0, 0, 0]
        looked = manage("shell", "-v", "0", "-c", LOOK, env=env)
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout.strip().splitlines()[-1])
    assert len(found["drafts"]) == 30
    assert len(found["taken"]) == 2 * 30 * 3 // 5  # of five papers three keep their number
    everything = found["drafts"] + found["taken"]
    assert len(set(everything)) == len(everything), "a number twice"
    assert found["doubles"] == []
    assert max(everything) <= found["highest"] <= 30 + 2 * 30
    assert found["unexplained"] == []
