"""The cold copy: names that Windows takes, an index of every duty, only what is new, only what passed its check.

Not here: backups (`test_backup.py`).
"""

import csv
import json
import subprocess
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from phucloi_portal.keeping.cold_copy import cold_copy
from phucloi_portal.keeping.cold_tree import LONGEST_NAME, LONGEST_PART, Tree, file_part, part
from phucloi_portal.keeping.hours import keep_copies
from submissions.choices import InspectionState
from submissions.models import Submission
from submissions.services.submitting import FileToSubmit
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_inspected
from tests.factories.units import make_member, make_unit, make_ward
from units.models import Unit
from vault.store import current_store

NOW = at(26)


def test_parts_are_names_of_windows_and_short() -> None:
    assert part("53-KH/ĐU 2026-04-21") == "53-KH-ĐU 2026-04-21"
    assert part("CON") == "_CON"
    assert part("Chi bộ 5. ") == "Chi bộ 5"
    assert len(part("x" * 300)) == LONGEST_PART
    assert len(file_part("x" * 300 + ".pdf")) == LONGEST_NAME + len(".pdf")
    assert file_part("..") == "Không tên"


def test_names_that_differ_only_by_case_are_kept_apart() -> None:
    tree = Tree()
    assert [tree.place("a", "An.pdf"), tree.place("a", "AN.pdf"), tree.place("A", "an.pdf"), tree.place("b", "An.pdf")] == [
        "a/An.pdf", "a/AN (2).pdf", "A/an (3).pdf", "b/An.pdf",
    ]  # fmt: skip


@pytest.fixture
def cell(db: None) -> Unit:
    return make_unit(make_ward(), name="Chi bộ 5")


def essays(cell: Unit, *states: str) -> list[FileToSubmit]:
    requirement = make_requirement(make_directive(cell.ward), title="Bài thu hoạch")
    files = []
    for number, state in enumerate(states):
        member = make_member(cell, name="=Nguyễn Văn An")
        obligation = make_obligation(requirement, member)
        files.append(FileToSubmit(make_inspected(state=InspectionState.CLEAN), "a.pdf", "Nguyễn Văn An - Bí thư.pdf"))
        hand_in_one(obligation, files[-1], received_at=at(24, hour=8 + number))
        if state != InspectionState.CLEAN:
            files[-1].blob.inspection.state = state
            files[-1].blob.inspection.save()
    make_obligation(requirement, make_member(cell, name="Trần Thị Bích"))
    return files


def tree_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.pdf")}


def test_the_tree_the_index_and_the_sums(cell: Unit, tmp_path: Path) -> None:
    files = essays(cell, InspectionState.CLEAN, InspectionState.FLAGGED, InspectionState.RECEIVED)
    report = cold_copy(tmp_path, at=NOW, by="test")
    assert (report.files, report.written, report.removed, report.faults) == (2, 2, 0, [])
    found = tree_of(tmp_path)
    folders = {Path(name).parent for name in found}
    assert len(folders) == 1
    assert folders.pop().parts[2:] == ("Bài thu hoạch", "Chi bộ 5")
    assert {Path(name).name for name in found} == {"Nguyễn Văn An - Bí thư.pdf", "Nguyễn Văn An - Bí thư (2).pdf"}
    assert {file.blob.sha256 for file in files[:2]} == {
        line.split("  ")[0] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()
    }
    proof = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert (proof.returncode, proof.stdout) == (0, "")
    with (tmp_path / "muc-luc.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["Trạng thái"] for row in rows] == ["Chờ duyệt"] * 3 + ["Chưa nộp"]
    assert rows[0]["Họ tên"] == "'=Nguyễn Văn An"
    assert (tmp_path / "muc-luc.xlsx").stat().st_size > 0


def test_a_second_run_writes_only_what_is_new_and_takes_away_what_was_replaced(cell: Unit, tmp_path: Path) -> None:
    essays(cell, InspectionState.CLEAN)
    (tmp_path / "cua-toi.pdf").write_bytes(b"%PDF-")
    cold_copy(tmp_path, at=NOW, by="test")
    again = cold_copy(tmp_path, at=NOW, by="test")
    assert (again.files, again.written, again.removed) == (1, 0, 0)
    (tmp_path / "SHA256SUMS").unlink()
    assert cold_copy(tmp_path, at=NOW, by="test").written == 0, "a run that was cut off goes on where it stopped"
    obligation = Submission.objects.get().obligation
    hand_in_one(
        obligation, FileToSubmit(make_inspected(), "b.pdf", "Nguyễn Văn An - Phó Bí thư.pdf"), received_at=at(25)
    )
    third = cold_copy(tmp_path, at=NOW, by="test")
    assert (third.files, third.written, third.removed) == (1, 1, 1)
    assert sorted(Path(name).name for name in tree_of(tmp_path)) == ["Nguyễn Văn An - Phó Bí thư.pdf", "cua-toi.pdf"]
    assert AuditEntry.objects.latest("store.cold_copy").data["count"] == 1


def test_a_list_that_points_outside_takes_nothing_away(cell: Unit, tmp_path: Path) -> None:
    outside = tmp_path / "ngoai.txt"
    outside.write_text("giữ")
    folder = tmp_path / "ban-lanh"
    folder.mkdir()
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  ../ngoai.txt\n")
    assert cold_copy(folder, at=NOW, by="test").removed == 0
    assert outside.read_text() == "giữ"


def test_unreadable_bytes_are_named(cell: Unit, tmp_path: Path) -> None:
    (file,) = essays(cell, InspectionState.CLEAN)
    current_store().remove(file.blob.sha256)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("cold_copy", str(tmp_path), "--json", stdout=out)
    assert ended.value.code == 1
    said = json.loads(out.getvalue())
    assert (said["files"], [Path(path).name for path in said["faults"]]) == (0, ["Nguyễn Văn An - Bí thư.pdf"])


def test_copies_are_made_when_they_are_due(cell: Unit, tmp_path: Path, settings) -> None:
    now = timezone.now()
    assert keep_copies(at=now) == []
    settings.BACKUP_DIR, settings.COLD_COPY_DIR = str(tmp_path / "a"), str(tmp_path / "b")
    assert keep_copies(at=now) == ["backup", "cold_copy"]
    assert keep_copies(at=now + timedelta(minutes=59)) == []
    assert keep_copies(at=now + timedelta(minutes=60)) == ["backup"]
    assert keep_copies(at=now + timedelta(hours=30)) == ["backup", "cold_copy"]
