"""Receipts and bytes under real mishaps: processes killed at every call around the commit, races, no room left.

Not here: what happens in these processes (`deposit_driver.py`).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, environment, manage, own_mounts

pytestmark = pytest.mark.faults
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)]


def driven(mode: str, env: dict[str, str], *, inside: list[str] | None = None) -> Any:
    """What the driver found."""
    command = [*(inside or []), sys.executable, "-m", "tests.faults.deposit_driver", mode]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_at_every_call_a_receipt_is_whole_or_not_there(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        found = driven("killed", env)
        verified = manage("verify_store", "--json", env=env)
    assert found["faults"] == []
    upload, confirm = found["_killed_uploading"], found["_killed_confirming"]
    assert upload["kept"] > 0, "killed after the commit, before the answer"
    assert upload["not_kept"] > 20, "the hooks reach disk and database"
    assert confirm["kept"] > 1, "killed after the commit, before the answer"
    assert confirm["not_kept"] > 40
    assert json.loads(verified.stdout) == {"checked": found["rounds"], "faults": []}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sweep_never_takes_what_an_upload_just_put(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        assert driven("raced", env) == {"codes": [0] * 5, "faults": []}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_worker_costs_an_attempt_and_leaves_no_process(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        assert driven("inspection-killed", env) == {
            "states": [["INSPECTING", 1], ["INSPECTING", 2], ["INSPECTING", 2], ["CLEAN", 3]],
            "buried": ["DEAD", "crash"],
            "helpers_left": [],
        }


@pytest.mark.parametrize("engine", ENGINES)
def test_accepting_while_the_author_replaces_ends_in_one_of_the_two(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        found = driven("replaced", env)
    assert found["faults"] == []
    assert found["accepted"] + found["replaced"] == 15


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_confirm_three_times_at_once_is_one_receipt(engine: str, tmp_path: Path) -> None:
    with fresh_database(engine, tmp_path) as env:
        assert driven("repeated", env) == {"rounds": 15, "faults": [], "strangers": []}


def test_a_full_store_says_so_and_keeps_nothing_half(tmp_path: Path) -> None:
    mounts = own_mounts()
    with fresh_database("sqlite", tmp_path) as env:
        found = driven("store-full", env, inside=mounts)
    assert found["taken"] in (4, 5)
    assert found == {
        "taken": found["taken"],
        "sentence": "Kho tệp của máy chủ đã đầy nên chưa nhận được tệp. Hãy báo quản trị rồi gửi lại sau.",
        "faults": [],
        "counts": [found["taken"]] * 3,
    }


FULL_DATABASE = """
mount -t tmpfs -o size=24m tmpfs "$PORTAL_DATA_DIR" &&
"$0" manage.py migrate --verbosity 0 &&
"$0" -m tests.faults.deposit_driver database-full
"""


def test_a_full_database_gives_no_receipt_and_no_half_state(tmp_path: Path) -> None:
    mounts, env = own_mounts(), environment(tmp_path)
    command = [*mounts, "sh", "-c", FULL_DATABASE, sys.executable]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["refused"] in ("OperationalError", "StoreFull")
    assert (found["faults"], found["more"]) == ([], 1)
