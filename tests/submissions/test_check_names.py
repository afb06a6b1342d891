"""`check_names`: the JSON of the contract over a small roster in the database."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories.directives import make_directive, make_requirement
from tests.factories.units import make_member, make_unit, make_ward

KEYS = [
    "input", "verdict", "full_name", "positions", "unit", "unit_code", "member", "candidates", "canonical", "reasons",
]  # fmt: skip
CANONICAL = "Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    ward = make_ward()
    cell = make_unit(ward, code="TDP05", name="Chi bộ Tổ dân phố số 5", aliases=("Chi bộ TDP 5",))
    make_member(cell, name="Nguyễn Văn An", title="Bí thư")
    school = make_unit(ward, code="TR12", name="Chi bộ Trường THCS Việt Hưng")
    make_member(school, name="Nguyễn Văn An", birth_year=1988)
    make_member(school, name="Nguyễn Văn An", birth_year=1998)
    return ward


def run(*arguments, code=0):
    out = StringIO()
    if code:
        with pytest.raises(SystemExit) as end:
            call_command("check_names", *arguments, "--json", stdout=out, stderr=StringIO())
        assert end.value.code == code
    else:
        call_command("check_names", *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_one_object_a_name_with_the_keys_of_the_contract(ward):
    (found,) = run("nguyễn văn an - bí thư, chi bộ TDP 5.pdf")
    assert list(found) == KEYS
    assert found == {
        "input": "nguyễn văn an - bí thư, chi bộ TDP 5.pdf",
        "verdict": "fix",
        "full_name": "Nguyễn Văn An",
        "positions": ["bí thư"],
        "unit": "Chi bộ Tổ dân phố số 5",
        "unit_code": "TDP05",
        "member": "Nguyễn Văn An",
        "candidates": [],
        "canonical": "Nguyễn Văn An - bí thư, Chi bộ Tổ dân phố số 5.pdf",
        "reasons": [
            "Đã sửa chữ hoa, chữ thường.",
            "Đã thay tên gọi tắt bằng tên đầy đủ của đơn vị.",
        ],
    }


def test_verdicts_and_exit_code(ward):
    names = [CANONICAL, "Nguyễn Văn An.pdf", "scan0001.pdf"]
    assert [found["verdict"] for found in run(*names, code=1)] == ["ok", "ask", "no"]
    assert [found["verdict"] for found in run(*names, "--unit", "TDP05")] == ["ok", "fix", "ask"]


def test_homonyms_are_told_apart_by_year_of_birth(ward):
    (found,) = run("NGUYEN VAN AN.pdf", "--unit", "TR12")
    assert found["verdict"] == "ask"
    assert found["member"] is None
    assert {(one["birth_year"], one["unit_code"]) for one in found["candidates"]} == {(1988, "TR12"), (1998, "TR12")}


def test_names_from_standard_input_may_be_any_bytes(ward, monkeypatch):
    stdin = type(
        "Stdin", (), {"buffer": BytesIO(f"{CANONICAL}\n\nNguy\udcffn.pdf\n".encode("utf-8", "surrogateescape"))}
    )
    monkeypatch.setattr("sys.stdin", stdin)
    found = run("--stdin")
    assert [one["verdict"] for one in found] == ["ok", "ask"]
    assert found[1]["input"] == "Nguy\ufffdn.pdf"


def test_without_a_roster_the_name_alone_is_read(db):
    (found,) = run("Nguyễn Văn An - Bí thư, Chi bộ 5.pdf")
    assert (found["full_name"], found["member"], found["verdict"]) == ("Nguyễn Văn An", None, "ask")


@pytest.mark.parametrize("arguments", [(), ("a.pdf", "--unit", "KHÔNG CÓ"), ("a.pdf", "--requirement", "99-KH/ĐU#1")])
def test_wrong_usage(ward, arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("check_names", *arguments, stdout=StringIO())
    assert refusal.value.returncode == 2


def test_a_requirement_of_units_takes_their_papers(ward):
    requirement = make_requirement(make_directive(ward), kind="REPORT")
    (found,) = run("Chi bộ Tổ dân phố số 5 - Báo cáo kết quả.pdf", "--requirement", requirement.key)
    assert (found["verdict"], found["unit_code"], found["member"]) == ("ok", "TDP05", None)
    (found,) = run("Báo cáo.pdf", "--requirement", requirement.key)
    assert (found["verdict"], found["reasons"]) == ("ask", ["Không rõ tệp này của đơn vị nào: hãy chọn đơn vị."])
    (found,) = run("Báo cáo.pdf", "--requirement", requirement.key, "--unit", "TDP05")
    assert found["unit_code"] == "TDP05"


def test_a_file_on_disk_is_judged_with_its_first_bytes(ward, tmp_path):
    path = tmp_path / CANONICAL
    path.write_bytes(b"PK\x03\x04")
    (found,) = run(str(path), code=1)
    assert (found["verdict"], found["member"]) == ("no", "Nguyễn Văn An")
    assert found["reasons"] == ["Tên là .pdf nhưng bên trong không phải PDF: hãy xuất hoặc scan lại thành PDF."]
    path.write_bytes(b"%PDF-1.7")
    assert run(str(path))[0]["verdict"] == "ok"
