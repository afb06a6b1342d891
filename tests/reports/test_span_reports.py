"""Reports about a month, quarter, half-year or year of a ward, and about its oversight: which duties, which words."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from directives.choices import DirectiveState, ObligationState, RequirementKind
from directives.deadlines.periods import calendar_span
from directives.models import Obligation
from privacy.retention_classes import CLASSES
from reports.choices import ReportKind
from reports.errors import ReportRefused
from reports.facts_json import facts_from_json, facts_to_json
from reports.figures import collect
from reports.gathering import gather_span
from reports.models import Job, SummaryReport
from reports.narrative import compose
from reports.report_scope import span_q, spans_to_report, work_of
from reports.services.asking import new_report, new_span_report, request_span_report, save_words
from reports.services.compiling import facts_of
from reports.services.narratives import gather_under, to_gather
from reports.services.working import run_job
from reports.tallies import By, Tally
from submissions.models import ReportText
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Block, Role
from vietnamese.dates import VIETNAM

NOW = at(2, month=7, hour=9)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-04", date(2026, 4, 1), date(2026, 4, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_span_has_its_first_and_last_day(period, first, last):
    assert calendar_span(period) == (first, last)


@pytest.mark.parametrize(
    "period", ["", "2026-13", "2026-Q5", "2026-H3", "2026-W19", "2026-05-03", "2026-05/15", "quý II"]
)
def test_other_periods_are_no_span(period):
    with pytest.raises(ValueError):
        calendar_span(period)


def test_the_periods_offered_have_begun():
    assert spans_to_report(at(2, month=7)) == [
        ("Tháng", ["2026-07", "2026-06", "2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2025-12", "2025-11",
                   "2025-10", "2025-09", "2025-08", "2025-07"]),
        ("Quý", ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3"]),
        ("6 tháng", ["2026-H2", "2026-H1", "2025-H2"]),
        ("Năm", ["2026", "2025", "2024"]),
    ]  # fmt: skip


class Scene:
    """A ward with two papers due in the second quarter, one in the third; forms of cluster leads beside them."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.clusters = [make_cluster(self.ward) for _ in range(2)]
        self.cells = [
            make_unit(self.ward, name=f"Chi bộ {n}", cluster=self.clusters[n > 2], block=block)
            for n, block in enumerate((Block.RESIDENTIAL, Block.RESIDENTIAL, Block.SCHOOL, Block.SCHOOL), start=1)
        ]
        self.members = [
            make_member(cell, name=f"Nguyễn Văn {name}") for cell, name in zip(self.cells, "ABCD", strict=True)
        ]
        self.office = make_user(Role.OFFICE, self.ward)
        self.essays_paper = make_directive(self.ward, number=5)
        self.essays = make_requirement(self.essays_paper, title="Bài thu hoạch")
        self.plans_paper = make_directive(
            self.ward,
            number=9,
            issued_on=date(2026, 5, 4),
            issued_at=at(4, month=5),
            subject="Về việc xây dựng chương trình",
        )
        self.plans = make_requirement(
            self.plans_paper, kind=RequirementKind.ACTION_PLAN, title="Chương trình hành động", due_at=at(1, month=7),
            outline=["Đề xuất, kiến nghị"],
        )  # fmt: skip
        self.forms = make_requirement(
            self.plans_paper, kind=RequirementKind.OVERSIGHT, title="Dự sinh hoạt", due_at=at(1, month=6),
            outline=["Không khí thảo luận"],
        )  # fmt: skip
        self.later = make_requirement(
            self.plans_paper, kind=RequirementKind.REPORT, title="Báo cáo quý III", due_at=at(1, month=10)
        )
        accepted, pending = ObligationState.ACCEPTED, ObligationState.PENDING
        for member, state in zip(self.members, (accepted, accepted, pending, ObligationState.WAIVED), strict=True):
            make_obligation(self.essays, member, state=state)
        for cell, state in zip(self.cells, (accepted, pending, ObligationState.SUBMITTED, pending), strict=True):
            handed = (
                {"first_submitted_at": at(2, month=7, hour=8), "submitted_at": at(2, month=7, hour=8)}
                if state == ObligationState.SUBMITTED
                else {}
            )
            make_obligation(self.plans, cell, state=state, **handed)
        self.form_debts = [make_obligation(self.forms, cell) for cell in self.cells]
        for cell in self.cells:
            make_obligation(self.later, cell)

    def attend(self, place: int, day: date, words: str) -> ReportText:
        """The lead of the cluster hands in his form about the cell at `place`."""
        version = hand_in_one(self.form_debts[place], received_at=at(20, month=5))
        parts = [{"heading": "Không khí thảo luận", "text": words, "unchanged": False}]
        return ReportText.objects.create(version=version, parts=parts, digest="0" * 64, attended_on=day)

    def facts(self, kind: str = ReportKind.PERIODIC, period: str = "2026-Q2", *, at: datetime = NOW, **options):
        """What the report says."""
        return gather_span(ward=self.ward, kind=kind, period=period, at=at, **options)


@pytest.fixture
def scene(db) -> Scene:
    return Scene()


def said(facts, profile) -> list[str]:
    return [paragraph.text for paragraph in compose(facts, texts={}, profile=profile).paragraphs]


def test_the_whole_periodic_report(scene, profile):
    assert said(scene.facts(), profile) == [
        "Thực hiện chế độ báo cáo định kỳ, Đảng ủy phường Phúc Lợi báo cáo kết quả quý II/2026 như sau:",
        "I. ĐẶC ĐIỂM, TÌNH HÌNH",
        "Đảng bộ có 4 tổ chức đảng với 4 đảng viên (chính thức 4, dự bị 0).",
        "II. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO",
        "Trong quý II/2026 có 02 văn bản giao việc được ban hành:",
        (
            "- Công văn số 05-CV/ĐU, ngày 21/4/2026 của Đảng ủy phường Phúc Lợi về tiếp tục học tập, quán triệt "
            "Nghị quyết số 02-NQ/TW."
        ),
        "- Công văn số 09-CV/ĐU, ngày 04/5/2026 của Đảng ủy phường Phúc Lợi về xây dựng chương trình.",
        "Đến hạn trong quý II/2026 có 02 nhiệm vụ của 02 văn bản.",
        "III. KẾT QUẢ THỰC HIỆN",
        "1. Kết quả chung",
        (
            "Đến 09:00, thứ Năm ngày 02/7/2026, phải thực hiện 7 việc; đã nộp 4 (3 đúng hạn, 1 muộn); "
            "đạt yêu cầu 3 (42,9%); 1 đang chờ duyệt; 3 chưa nộp, trong đó quá hạn 3."
        ),
        "- Khối dân cư: đạt 3/4 (75%).",
        "- Khối trường học: đạt 0/3 (0%).",
        "2. Viết bài thu hoạch",
        (
            "Đến 09:00, thứ Năm ngày 02/7/2026, toàn Đảng bộ có 3 bài thu hoạch phải viết (không tính 1 trường hợp được "
            "miễn hoặc không còn thuộc diện); đã tiếp nhận 2 bài (2 bài đúng hạn), trong đó 2 bài đạt yêu cầu, "
            "đạt tỷ lệ 66,7%; 1 bài chưa nộp."
        ),
        "3. Chương trình, kế hoạch hành động và báo cáo",
        (
            "- Chương trình hành động (09-CV/ĐU): phải thực hiện 4 đơn vị; đã nộp 2; đạt yêu cầu 1 (25%); chưa nộp 2, "
            "trong đó quá hạn 2."
        ),
        "IV. ĐÁNH GIÁ",
        "1. Ưu điểm",
        "Có 1/4 đơn vị hoàn thành 100%: Chi bộ 1.",
        "2. Hạn chế, nguyên nhân",
        "Còn 3 đơn vị chưa nộp đủ: Chi bộ 2 (1 việc), Chi bộ 3 (1 việc), Chi bộ 4 (1 việc).",
        (
            "Kèm theo báo cáo: Phụ lục 1. Danh sách đảng viên đã nộp bài thu hoạch; Phụ lục 2. Danh sách chi bộ đã nộp "
            "chương trình, kế hoạch hành động; Phụ lục 3. Tổng hợp kết quả theo chi bộ; Phụ lục 4. Danh sách đảng viên "
            "chưa nộp bài thu hoạch; Phụ lục 5. Danh sách chi bộ chưa nộp chương trình, kế hoạch hành động; "
            "Phụ lục 6. Sổ theo dõi văn bản; Phụ lục 7. Kết quả theo khối, theo cụm."
        ),
        "Trên đây là báo cáo kết quả thực hiện nhiệm vụ quý II/2026 của Đảng ủy phường Phúc Lợi.",
    ]


def test_figures_of_a_span_are_those_of_collect_and_its_book_names_each_paper(scene):
    facts = scene.facts()
    work = Obligation.objects.filter(span_q(scene.ward.pk, ReportKind.PERIODIC, "2026-Q2"))
    assert facts.counted == facts.total == collect(at=NOW, obligations=work).total
    assert facts.counted == Tally(
        assigned=8, waived=1, submitted=4, accepted=3, returned=0, on_time=3, late=1, overdue=3
    )
    assert [(unit.name, unit.tally.required, unit.tally.missing) for unit in facts.units] == [
        ("Chi bộ 1", 2, 0), ("Chi bộ 2", 2, 1), ("Chi bộ 3", 2, 1), ("Chi bộ 4", 1, 1),
    ]  # fmt: skip
    assert [(line.paper.reference, line.title, line.last_day, line.result) for line in facts.book] == [
        ("05-CV/ĐU", "Bài thu hoạch", date(2026, 4, 27), "2/3 đạt"),
        ("09-CV/ĐU", "Chương trình hành động", date(2026, 6, 30), "1/4 đạt"),
    ]
    assert facts_from_json(facts_to_json(facts)) == facts
    early = scene.facts(at=at(30, hour=12))  # the second paper had not been issued then
    assert (early.counted.required, early.counted.accepted) == (3, 2)
    assert scene.facts(period="2026-05").counted == Tally()


def test_two_bodies_with_the_same_number_keep_their_figures_apart(scene):
    other = make_directive(scene.ward, number=5, issuer="Ủy ban Mặt trận Tổ quốc phường")
    asked = make_requirement(other, kind=RequirementKind.REPORT, title="Báo cáo")
    make_obligation(asked, scene.cells[0], state=ObligationState.ACCEPTED)
    facts = scene.facts(period="2026-04")
    assert {one.key for one in facts.requirements} == {"05-CV/ĐU#1"}
    assert [(one.title, one.tally.required, one.tally.accepted) for one in facts.requirements] == [
        ("Bài thu hoạch", 3, 2), ("Báo cáo", 1, 1),
    ]  # fmt: skip


def test_revoked_papers_and_other_wards_stay_out(scene):
    gone = make_directive(scene.ward, number=30, state=DirectiveState.REVOKED)
    make_obligation(make_requirement(gone, kind=RequirementKind.REPORT), scene.cells[0])
    foreign = make_ward(name="Việt Hưng", code="VH")
    paper = make_directive(foreign, number=31)
    make_obligation(make_requirement(paper, kind=RequirementKind.REPORT), make_unit(foreign))
    facts = scene.facts()
    assert facts.counted.assigned == 8
    assert [one.reference for one in facts.papers] == ["05-CV/ĐU", "09-CV/ĐU"]


def test_the_oversight_report_is_about_the_forms_of_the_leads_alone(scene, profile):
    scene.attend(0, date(2026, 5, 12), "Sôi nổi, cởi mở")
    scene.attend(3, date(2026, 5, 14), "Còn hình thức")
    facts = scene.facts(ReportKind.OVERSIGHT)
    assert facts.counted == Tally(assigned=4, submitted=2, on_time=2, overdue=2)
    assert [(one.unit, one.held_on) for one in facts.sessions] == [
        ("Chi bộ 1", date(2026, 5, 12)), ("Chi bộ 4", date(2026, 5, 14)),
    ]  # fmt: skip
    words = said(facts, profile)
    assert (
        words[0]
        == "Thực hiện nhiệm vụ kiểm tra, giám sát, Đảng ủy phường Phúc Lợi báo cáo kết quả quý II/2026 như sau:"
    )
    assert "Trong quý II/2026 có 01 văn bản giao việc được ban hành:" in words
    assert words[words.index("1. Kết quả chung") + 1 :][:3] == [
        (
            "Đến 09:00, thứ Năm ngày 02/7/2026, phải thực hiện 4 phiếu dự sinh hoạt; đã nộp 2 (2 đúng hạn); "
            "đạt yêu cầu 0 (0%); 2 đang chờ duyệt; 2 chưa nộp, trong đó quá hạn 2."
        ),
        "- Cụm 1: đạt 0/2 (0%).",
        "- Cụm 2: đạt 0/2 (0%).",
    ]
    assert "Còn 2 đơn vị chưa được dự sinh hoạt đủ: Chi bộ 2 (1 phiếu), Chi bộ 3 (1 phiếu)." in words
    assert scene.facts().counted.assigned == 8, "no unit owes what a lead writes about it"
    report = new_span_report(
        ward=scene.ward, kind=ReportKind.OVERSIGHT, period="2026-Q2", at=NOW, by=scene.office, now=NOW
    )
    assert to_gather(report) == {"activities": 2}
    gather_under(report=report, key="activities", by=scene.office, at=NOW)
    assert [one.text for one in report.gathered.all()] == ["Chi bộ 1: Sôi nổi, cởi mở", "Chi bộ 4: Còn hình thức"]


def test_every_duty_stands_in_one_month_one_quarter_one_half_and_one_year(db):
    ward = make_ward()
    cell = make_unit(ward)
    directive = make_directive(ward, issued_at=at(1, month=3))
    due = {
        "last instant of March": (at(1, month=4), "2026-03"),
        "first instant of April": (at(1, month=4) + timedelta(minutes=1), "2026-04"),
        "16:00 on 30 April": (at(30, hour=16), "2026-04"),
        "whole of 30 June": (at(1, month=7), "2026-06"),
        "31 December": (datetime(2027, 1, 1, tzinfo=VIETNAM), "2026-12"),
    }
    expected = {}
    for words, (due_at, month) in due.items():
        asked = make_requirement(directive, kind=RequirementKind.REPORT, title=words, due_at=due_at)
        expected[make_obligation(asked, cell).pk] = month
    for words, given, month in (
        ("given on 30 June", at(1, month=7) - timedelta(seconds=1), "2026-06"),
        ("given on 1 July", at(1, month=7), "2026-07"),
    ):
        asked = make_requirement(directive, kind=RequirementKind.REPORT, title=words, due_at=None)
        expected[make_obligation(asked, cell, created_at=given).pk] = month

    def found(period: str) -> set[int]:
        return set(Obligation.objects.filter(span_q(ward.pk, ReportKind.PERIODIC, period)).values_list("pk", flat=True))

    months = {f"2026-{month:02d}": found(f"2026-{month:02d}") for month in range(1, 13)}
    assert {pk: month for month, pks in months.items() for pk in pks} == expected
    assert sum(map(len, months.values())) == len(expected), "none stands in two months"
    for longer, parts in (
        ("2026-Q1", (1, 2, 3)), ("2026-Q2", (4, 5, 6)), ("2026-Q3", (7, 8, 9)), ("2026-Q4", (10, 11, 12)),
        ("2026-H1", range(1, 7)), ("2026-H2", range(7, 13)), ("2026", range(1, 13)),
    ):  # fmt: skip
        assert found(longer) == set().union(*(months[f"2026-{month:02d}"] for month in parts)), longer
    assert found("2027") == found("2025") == set()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


@pytest.mark.pango
def test_the_office_asks_for_a_quarter_and_each_number_opens_its_names(scene, settings, font_dir):
    settings.FONT_DIR = font_dir
    office = client_of(scene.office)
    with time_machine.travel(NOW, tick=False):
        page = office.get(reverse("reports:summaries")).content.decode()
        assert '<option value="2026-Q2">Quý II/2026</option>' in page
        asked = {"ward": scene.ward.pk, "kind": "PERIODIC", "span": "2026-Q2"}
        answer = office.post(reverse("reports:compile_span"), asked)
        assert office.post(reverse("reports:compile_span"), asked).url == answer.url, "asked twice, made once"
        job = Job.objects.get()
        assert "<h1>Báo cáo định kỳ quý II/2026</h1>" in office.get(answer.url).content.decode()
        run_job(job_id=job.pk, clock=lambda: NOW)
        report = SummaryReport.objects.get()
        page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
        assert "<h1>Báo cáo định kỳ quý II/2026</h1>" in page
        names = office.get(reverse("reports:summary_names", args=[report.pk]), {"so": "missing"}).content.decode()
        assert "chưa nộp: 3" in names.lower()
        of_school = {"so": "missing", "khoi": "SCHOOL"}
        names = office.get(reverse("reports:summary_names", args=[report.pk]), of_school).content.decode()
        assert "chưa nộp: 2" in names.lower()
        download = office.get(reverse("reports:summary_file", args=[report.pk, "pdf"]))
        assert download.getvalue().startswith(b"%PDF")
        assert "2026-Q2%202-7-2026.pdf" in download.headers["Content-Disposition"]


def test_the_names_behind_a_number_are_as_many_as_the_report_counts(scene):
    report = new_report(directive=scene.plans_paper, at=NOW, by=scene.office, now=NOW)
    door, office = reverse("reports:summary_names", args=[report.pk]), client_of(scene.office)
    assert facts_of(report).counted.required == 8  # what units owe
    assert "phải nộp: 8" in office.get(door, {"so": "required"}).content.decode().lower()
    of_leads = office.get(door, {"so": "required", "yeu_cau": scene.forms.pk}).content.decode().lower()
    assert "phải nộp: 4" in of_leads


def test_a_leader_reads_and_does_not_ask_and_nobody_asks_for_the_future(scene):
    leader, office = client_of(make_user(Role.LEADER, scene.ward)), client_of(scene.office)
    asked = {"ward": scene.ward.pk, "kind": "PERIODIC", "span": "2026-Q3"}
    with time_machine.travel(NOW, tick=False):
        assert leader.post(reverse("reports:compile_span"), asked).status_code == 403
        refused = office.post(reverse("reports:compile_span"), asked | {"day": "30/6/2026"})
        assert refused.status_code == 422
        assert "kỳ báo cáo chưa bắt đầu" in refused.content.decode()
        foreign = office.post(reverse("reports:compile_span"), asked | {"ward": make_ward(name="B", code="B").pk})
        assert foreign.status_code == 422
        unknown = office.post(reverse("reports:compile_span"), asked | {"span": "2026-Q4"})
        assert "Không có kỳ này trong danh sách" in unknown.content.decode()
    assert not SummaryReport.objects.exists()
    with pytest.raises(ReportRefused, match="tháng, quý, 6 tháng hoặc năm"):
        request_span_report(ward=scene.ward, kind="PERIODIC", period="2026-W19", at=None, by=None, now=NOW)


def test_the_next_report_of_the_kind_keeps_recipients_and_situation_alone(scene):
    options = {"ward": scene.ward, "at": NOW, "by": scene.office, "now": NOW}
    first = new_span_report(kind=ReportKind.PERIODIC, period="2026-Q1", **options)
    texts = {"situation": "Địa bàn rộng", "tasks": "Tiếp tục quý II", "recipients": "Thành ủy (để báo cáo),"}
    save_words(report=first, texts=texts, number=None, by=scene.office, now=NOW)
    assert new_span_report(kind=ReportKind.PERIODIC, period="2026-Q2", **options).texts == {
        "situation": "Địa bàn rộng", "recipients": "Thành ủy (để báo cáo),",
    }  # fmt: skip
    assert new_span_report(kind=ReportKind.OVERSIGHT, period="2026-Q2", **options).texts == {}


def test_a_report_is_about_a_paper_or_about_a_span(scene):
    fields = {"ward": scene.ward, "at": NOW, "created_at": NOW, "format_profile": ""}
    for wrong in (
        {"kind": "RESULT"},
        {"kind": "PERIODIC"},
        {"kind": "PERIODIC", "period": "2026", "directive": scene.essays_paper},
    ):
        with pytest.raises(IntegrityError, match="report_of_paper_or_span"), transaction.atomic():
            SummaryReport.objects.create(**fields, **wrong)
    report = SummaryReport.objects.create(**fields, kind="OVERSIGHT", period="2026-H1")
    assert report.title == "Báo cáo kiểm tra, giám sát 6 tháng đầu năm 2026"
    assert work_of(report).count() == 4


def test_a_draft_about_a_span_comes_of_age_like_any_other(scene):
    old = new_span_report(ward=scene.ward, kind="PERIODIC", period="2026-Q1", at=NOW, by=None, now=NOW)
    (drafts,) = [one for one in CLASSES.values() if old in one.due(scene.ward, NOW + timedelta(days=1))]
    assert list(drafts.due(scene.ward, NOW)) == []


@pytest.mark.pango
def test_the_terminal_compiles_the_report_of_a_ward(scene, settings, font_dir, tmp_path):
    settings.FONT_DIR = font_dir
    out = StringIO()
    options = [
        "--ward",
        scene.ward.code,
        "--period",
        "2026-Q2",
        "--at",
        NOW.isoformat(),
        "--out",
        str(tmp_path),
        "--json",
    ]
    call_command("compile_report", *options, stdout=out, stderr=StringIO())
    paths = json.loads(out.getvalue())
    assert Path(paths["pdf"]).name == "Báo cáo định kỳ 2026-Q2 2-7-2026.pdf"
    figures = json.loads(Path(paths["figures"]).read_text())
    work = Obligation.objects.filter(span_q(scene.ward.pk, ReportKind.PERIODIC, "2026-Q2"))
    assert figures == collect(at=NOW, by=By.UNIT, obligations=work).as_json()
    with pytest.raises(CommandError, match="Không có đảng bộ phường nào mang mã"):
        call_command("compile_report", "--ward", "KHONG", "--period", "2026", "--out", str(tmp_path), stdout=StringIO())
