"""`deposit`: a dry run that stores nothing, one deposit for all that is ready, the same again without effect."""

import hashlib
import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from zeal import zeal_ignore

from submissions.models import Deposit, Receipt, StagedFile, SubmissionVersion
from tests.factories.directives import DUE_AT, at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_ward
from tests.submissions.pdf_samples import document, saved
from vault.models import Blob

KEYS = ["path", "sha256", "verdict", "member", "unit_code", "canonical", "state", "timeliness", "receipt", "reasons"]
pytestmark = pytest.mark.django_db


def pdf(text: str, **options) -> bytes:
    made = document()
    made.docinfo["/Subject"] = text
    return saved(made, **options)


@pytest.fixture
def cell():
    ward = make_ward()
    cell = make_unit(ward, code="TDP05", name="Chi bộ Tổ dân phố số 5")
    requirement = make_requirement(make_directive(ward, number=53, symbol="KH/ĐU"))
    for name in ("Nguyễn Văn An", "Trần Thị Bình"):
        make_obligation(requirement, make_member(cell, name=name))
    return cell


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bài").mkdir()
    (tmp_path / "bài" / "NGUYEN VAN AN.pdf").write_bytes(pdf("an"))
    (tmp_path / "bài" / ".DS_Store").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "bài" / "z.zip", "w") as packed:
        packed.writestr("Trần Thị Bình - đảng viên.pdf", pdf("binh"))
        packed.writestr("Khóa.pdf", pdf("khoa", encryption={"owner": "a", "user": "b", "R": 6}))
        packed.writestr("thư.docx", b"PK\x03\x04")
    return tmp_path / "bài"


def run(*arguments, code=0):
    out = StringIO()
    with zeal_ignore():  # every file is looked at and kept by itself
        try:
            call_command(
                "deposit", *map(str, arguments), "--requirement", "53-KH/ĐU#1", "--json", stdout=out, stderr=StringIO()
            )
            ended = 0
        except SystemExit as end:
            ended = end.code
    assert ended == code
    return json.loads(out.getvalue())


def told(items):
    return {item["path"].rsplit("/", 1)[-1]: (item["verdict"], item["state"], item["member"]) for item in items}


def test_a_dry_run_says_what_would_be_and_stores_nothing(cell, folder):
    items = run(folder, "--unit", "TDP05", "--at", at(24, hour=16).isoformat(), code=1)
    assert list(items[0]) == KEYS
    assert told(items) == {
        "NGUYEN VAN AN.pdf": ("accept", "matched", "Nguyễn Văn An"),
        "Trần Thị Bình - đảng viên.pdf": ("accept", "matched", "Trần Thị Bình"),
        "Khóa.pdf": ("reject", "refused", None),
        "thư.docx": ("reject", "refused", None),
    }
    an = items[0]
    assert an["canonical"] == "Nguyễn Văn An - đảng viên, Chi bộ Tổ dân phố số 5.pdf"
    assert (an["unit_code"], an["timeliness"], an["receipt"]) == ("TDP05", "ON_TIME", None)
    assert items[2]["reasons"][0] == "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."
    assert an["sha256"] == hashlib.sha256((folder / "NGUYEN VAN AN.pdf").read_bytes()).hexdigest()
    assert items[3]["sha256"] == hashlib.sha256(b"PK\x03\x04").hexdigest()
    assert not Blob.objects.exists()
    assert not Deposit.objects.exists()


def test_apply_hands_in_what_is_ready_in_one_deposit(cell, folder):
    items = run(folder, "--unit", "TDP05", "--at", at(24, hour=16).isoformat(), "--apply", code=1)
    deposit = Deposit.objects.get()
    assert (deposit.door, deposit.submitted_by, deposit.received_at, deposit.unit) == (
        "COMMAND", None, at(24, hour=16), cell,
    )  # fmt: skip
    receipts = {item["path"].rsplit("/", 1)[-1]: item["receipt"] for item in items if item["state"] == "submitted"}
    assert receipts == {
        "NGUYEN VAN AN.pdf": Receipt.objects.get(file__original_name="NGUYEN VAN AN.pdf").code,
        "Trần Thị Bình - đảng viên.pdf": Receipt.objects.get(file__original_name__startswith="Trần").code,
    }
    assert not StagedFile.objects.exists()

    again = run(folder, "--unit", "TDP05", "--at", at(25).isoformat(), "--apply", code=1)
    assert {item["state"] for item in again if item["verdict"] == "accept"} == {"duplicate"}
    assert [item["receipt"] for item in again[:2]] == [item["receipt"] for item in items[:2]]
    assert SubmissionVersion.objects.count() == 2


@pytest.mark.parametrize(("moment", "timeliness"), [(at(27, hour=23, minute=59), "ON_TIME"), (DUE_AT, "LATE")])
def test_the_clock_of_the_question_decides(cell, folder, moment, timeliness):
    (item,) = run(folder / "NGUYEN VAN AN.pdf", "--unit", "TDP05", "--at", moment.isoformat(), "--apply")
    assert (item["timeliness"], Receipt.objects.get().timeliness) == (timeliness, timeliness)


def test_without_a_unit_an_unaccented_name_is_asked_about(cell, folder, tmp_path):
    (tmp_path / "Nguyễn Văn An.pdf").write_bytes(pdf("x"))
    (item,) = run(folder / "NGUYEN VAN AN.pdf", code=1)
    assert (item["state"], item["member"]) == ("choose", None)
    (item,) = run(tmp_path / "Nguyễn Văn An.pdf")
    assert (item["state"], item["member"]) == ("matched", "Nguyễn Văn An")


@pytest.mark.parametrize(
    "arguments",
    [("--requirement", "53-KH/ĐU#9", "."), ("--requirement", "53-KH/ĐU#1", "/không/có"), ("--requirement", "x", ".")],
)
def test_wrong_usage(cell, arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("deposit", *arguments, stdout=StringIO())
    assert refusal.value.returncode == 2
