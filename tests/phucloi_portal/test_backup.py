"""Backup and restore: everything comes back on an empty machine, row by row and byte by byte; what is damaged is named.

Not here: the store's own proof (`tests/vault`).
"""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import AuditEntry
from phucloi_portal.keeping.backup import KEPT_RUNS, MANIFEST, ROWS, RowsRefused, back_up, newest_run, restore
from tests.architecture import world
from tests.architecture.source import ROOT
from tests.factories.directives import at
from tests.factories.submissions import make_blob
from vault.models import Blob
from vault.store import current_store

pytestmark = pytest.mark.django_db


def lines_of(folder: Path) -> list[Any]:
    """The rows of the newest run but for its head, times of writing and the count."""
    run = newest_run(folder)
    assert run is not None
    with gzip.open(run / ROWS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][1:-1]


def command(data: Path, *line: object, database: str = "") -> subprocess.CompletedProcess[str]:
    """A command of the portal on a machine of its own."""
    environment = {**os.environ, "PORTAL_DATA_DIR": str(data), "PORTAL_ENV_FILE": os.devnull, "DATABASE_URL": database,
                   "SECRET_KEY": "x" * 20 + "restore-on-an-empty-machine-0123456789", "REDIS_URL": ""}  # fmt: skip
    if not database:
        environment.pop("DATABASE_URL")
    environment["DJANGO_SETTINGS_MODULE"] = "phucloi_portal.settings"
    full = [sys.executable, str(ROOT / "manage.py"), *map(str, line)]
    return subprocess.run(full, env=environment, capture_output=True, text=True, timeout=300)


def other_rows(lines: list[Any]) -> list[Any]:
    """Without the log, which grows by the entry of the restore itself."""
    kept, in_log = [], False
    for line in lines:
        if isinstance(line, dict):
            in_log = line["model"].startswith(("audit.", "contenttypes.", "auth.Permission"))
        if not in_log:
            kept.append(line)
    return kept


def test_everything_comes_back_on_an_empty_machine(tmp_path: Path) -> None:
    built = world.build(timezone.now())
    folder = tmp_path / "backup"
    report = back_up(folder, at=timezone.now(), by="backup")
    assert (report.faults, report.blobs) == ([], Blob.objects.count())
    done = command(tmp_path / "new", "restore", folder, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {"rows": report.rows, "blobs": report.blobs, "bytes": report.bytes, "faults": []}
    assert command(tmp_path / "new", "verify_store").returncode == 0
    assert command(tmp_path / "new", "verify_audit").returncode == 0
    again = tmp_path / "again"
    assert command(tmp_path / "new", "backup", again).returncode == 0
    assert other_rows(lines_of(again)) == other_rows(lines_of(folder))
    stored = {path.name: path.read_bytes() for path in (folder / "objects").glob("*/*")}
    assert {path.name: path.read_bytes() for path in (again / "objects").glob("*/*")} == stored
    assert built.things["blob"].sha256 in stored
    refused = command(tmp_path / "new", "restore", folder)
    assert (refused.returncode, "đã có dữ liệu" in refused.stderr) == (1, True)


@pytest.mark.row_locks  # a second database of a server: PostgreSQL only
def test_what_came_from_one_database_goes_into_the_other(tmp_path: Path) -> None:
    world.build(timezone.now())
    report = back_up(tmp_path / "backup", at=timezone.now(), by="backup")
    given = settings.DATABASES["default"]
    name = f"{given['NAME']}_restored"[:60]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    secret = f":{given['PASSWORD']}" if given.get("PASSWORD") else ""
    url = f"postgres://{given['USER']}{secret}@{given['HOST']}:{given['PORT']}/{name}"
    try:
        done = command(tmp_path / "new", "restore", tmp_path / "backup", "--json", database=url)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["rows"] == report.rows
        again = command(tmp_path / "new", "backup", tmp_path / "again", database=url)
        assert again.returncode == 0, again.stderr
        assert other_rows(lines_of(tmp_path / "again")) == other_rows(lines_of(tmp_path / "backup"))
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_second_run_copies_only_what_is_new(tmp_path: Path) -> None:
    first = make_blob()
    back_up(tmp_path, at=at(25), by="backup")
    kept = next((tmp_path / "objects").glob(f"*/{first.sha256}"))
    before = kept.stat().st_mtime_ns
    second = make_blob()
    back_up(tmp_path, at=at(26), by="backup")
    assert kept.stat().st_mtime_ns == before
    assert {path.name for path in (tmp_path / "objects").glob("*/*")} == {first.sha256, second.sha256}
    entry = AuditEntry.objects.latest("store.backup")
    assert entry.data["files"] == 2


def test_old_runs_go_with_what_only_they_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT_RUNS == 14
    monkeypatch.setattr("phucloi_portal.keeping.backup.KEPT_RUNS", 1)
    gone, stays = make_blob(), make_blob()
    back_up(tmp_path, at=at(25), by="backup")
    gone.delete()
    back_up(tmp_path, at=at(26), by="backup")
    assert {path.name for path in (tmp_path / "objects").glob("*/*")} == {stays.sha256}
    assert len(list(tmp_path.glob(f"*/{MANIFEST}"))) == 1


def test_a_missing_file_is_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    lost, whole = make_blob(), make_blob()
    current_store().remove(lost.sha256)
    report = back_up(tmp_path, at=at(25), by="backup")
    assert (report.faults, report.blobs) == ([lost.sha256], 1)
    assert {path.name for path in (tmp_path / "objects").glob("*/*")} == {whole.sha256}


@pytest.mark.parametrize("how", ["empty", "changed", "unfinished"])
def test_a_backup_that_is_not_whole_is_refused(tmp_path: Path, how: str) -> None:
    if how != "empty":
        back_up(tmp_path, at=at(25), by="backup")
        run = newest_run(tmp_path)
        assert run is not None
        if how == "changed":
            (run / ROWS).write_bytes(b"x" + (run / ROWS).read_bytes())
        else:
            (run / MANIFEST).unlink()
    with pytest.raises(RowsRefused, match="thay đổi" if how == "changed" else "hoàn chỉnh"):
        restore(tmp_path, at=at(26), by="restore")
    assert not AuditEntry.objects.filter(action="store.restore").exists()
