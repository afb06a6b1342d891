"""`figures` and `compile_report`: exactly the JSON of the contract, and the exit codes."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django.core.management import CommandError, call_command

from reports.choices import ReportState
from reports.figures import collect
from reports.models import FiguresSnapshot, SummaryReport
from reports.tallies import By
from tests.factories.campaigns import DUE, END, START, make_campaign
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
KEYS = ["assigned", "waived", "required", "submitted", "accepted", "on_time", "late", "overdue", "rate"]


@pytest.fixture
def campaign(settings, font_dir):
    settings.FONT_DIR = font_dir
    return make_campaign(3, units=4, members=3)


def run(name: str, *arguments: str) -> dict:
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def refused(name: str, *arguments: str) -> CommandError:
    with pytest.raises(CommandError) as error:
        call_command(name, *arguments, stdout=StringIO(), stderr=StringIO())
    return error.value


@pytest.mark.parametrize("by", ["unit", "block", "cluster"])
def test_figures_prints_the_document_of_the_contract(campaign, by):
    printed = run("figures", "--directive", campaign.directive.reference, "--at", DUE.isoformat(), "--by", by)
    sheet = collect(at=DUE, by=By(by), directive=campaign.directive)
    assert list(printed) == ["at", "total", "rows"]
    assert printed["at"] == "2026-04-28T00:00:00+07:00"
    assert list(printed["total"]) == KEYS
    assert printed["total"] == sheet.total.as_json()
    assert [list(row) for row in printed["rows"]] == [["key", "name", *KEYS]] * len(sheet.rows)
    assert [(row["key"], row["accepted"]) for row in printed["rows"]] == [(r.key, r.tally.accepted) for r in sheet.rows]


def test_figures_takes_an_id_and_a_day_and_counts_by_unit_by_default(campaign):
    printed = run("figures", "--directive", str(campaign.directive.pk), "--at", "2026-05-03")
    assert printed["at"] == "2026-05-03T00:00:00+07:00"
    assert {row["key"] for row in printed["rows"]} <= {unit.code for unit in campaign.units}


def test_figures_in_words_for_people(campaign):
    out = StringIO()
    call_command("figures", "--directive", campaign.directive.reference, "--at", END.isoformat(), stdout=out)
    lines = out.getvalue().splitlines()
    total = collect(at=END, directive=campaign.directive).total
    assert lines[0] == "Số liệu lúc 08:00, thứ Hai ngày 11/5/2026"
    assert lines[-1].startswith(
        f"TỔNG CỘNG: phải nộp {total.required}, đã nộp {total.submitted}, đạt {total.accepted} ("
    )


@pytest.mark.pango
def test_compile_report_writes_four_files_and_freezes(campaign, tmp_path):
    at = START + timedelta(days=9)
    arguments = (
        "--directive",
        campaign.directive.reference,
        "--at",
        at.isoformat(),
        "--freeze",
        "--out",
        str(tmp_path),
    )
    printed = run("compile_report", *arguments)
    assert list(printed) == ["pdf", "docx", "xlsx", "figures"]
    assert {Path(path).parent for path in printed.values()} == {tmp_path}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(Path(path).name for path in printed.values())
    sheet = collect(at=at, directive=campaign.directive)
    assert json.loads(Path(printed["figures"]).read_text()) == sheet.as_json()
    with pikepdf.open(printed["pdf"]) as pdf:
        assert len(pdf.pages) >= 2
    book = openpyxl.load_workbook(printed["xlsx"])
    assert book.sheetnames == [
        "1 Danh sách nộp", "2 Tổng hợp theo chi bộ", "3 Danh sách chưa nộp", "4 Đơn vị chưa thực hiện",
        "5 Sinh hoạt chuyên đề", "6 Sổ theo dõi văn bản", "7 Theo khối, cụm",
    ]  # fmt: skip
    report = SummaryReport.objects.get()
    assert (report.state, report.at.astimezone(VIETNAM)) == (ReportState.FROZEN, at)
    assert FiguresSnapshot.objects.get(report=report).figures["total"] == sheet.total.as_json()


@pytest.mark.pango
def test_compile_report_without_freeze_is_a_draft_and_may_look_ahead(campaign, tmp_path):
    run(
        "compile_report",
        "--directive",
        str(campaign.directive.pk),
        "--at",
        "2031-01-01",
        "--out",
        str(tmp_path / "new"),
    )
    report = SummaryReport.objects.get()
    assert (report.state, report.frozen_at) == (ReportState.DRAFT, None)
    assert len(list((tmp_path / "new").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--directive", "999-KH/ĐU"), 1, "Không có văn bản"),
        (("--directive", "x", "--at", "hôm qua"), 2, "không phải thời điểm"),
    ],
)
@pytest.mark.parametrize("name", ["figures", "compile_report"])
def test_refusals_say_one_sentence_and_a_code(db, tmp_path, name, arguments, code, words):
    out = ("--out", str(tmp_path)) if name == "compile_report" else ()
    error = refused(name, *arguments, *out)
    assert error.returncode == code
    assert words in str(error)


def test_a_draft_is_not_reported_on(campaign, tmp_path):
    type(campaign.directive).objects.filter(pk=campaign.directive.pk).update(state="DRAFT")
    error = refused("compile_report", "--directive", str(campaign.directive.pk), "--out", str(tmp_path / "x"))
    assert "chưa ban hành" in str(error)
    assert not (tmp_path / "x").exists()
    assert SummaryReport.objects.count() == 0
