"""From units' words to the signed report: outline, paragraphs with their origin, what came later, the annexes 4 to 6."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import LegalBasis, SessionRecord
from reports.choices import ReportState
from reports.errors import ReportRefused
from reports.gathering import gather
from reports.models import SummaryReport
from reports.narrative import compose
from reports.outlines import Section, headings, lines_of, place_for, rehomed, section_of
from reports.report_content import Level
from reports.report_page import report_page
from reports.services.asking import new_report, request_again, request_report, save_words
from reports.services.compiling import compile_report, content_of, facts_of
from reports.services.narratives import attach_signed, edit_gathered, gather_under, set_outline, to_gather
from reports.services.working import run_job
from reports.unit_words import authority_in, says_nothing, unit_reports, units_without_report
from submissions.models import ReportText
from submissions.services.reviewing import return_for_revision
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_user
from tests.reports.sample_report import TEXTS, sample_facts
from tests.reports.scene import NOW, OUTLINE, Paper
from units.choices import Role
from vault.services import read_verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(time_machine) -> Paper:
    time_machine.move_to(NOW, tick=False)
    return Paper().with_words()


def texts_of(report: SummaryReport) -> list[tuple[str, str]]:
    """(text, origin) of every paragraph that came from a unit."""
    content = content_of(report, facts_of(report))
    return [(one.text, one.origin) for one in content.paragraphs if one.origin.startswith("g")]


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Thời gian tổ chức sinh hoạt chính trị", Section.ACTIVITIES),
        ("Các ý kiến trao đổi, thảo luận", Section.ACTIVITIES),
        ("Đánh giá không khí thảo luận", Section.ACTIVITIES),
        ("Nắm bắt thông tin dư luận trước, trong và sau buổi sinh hoạt", Section.OPINION),
        ("Tổng hợp những đề xuất, kiến nghị của Chi bộ và đảng viên", Section.PROPOSALS),
        ("Ưu điểm", Section.STRENGTHS),
        ("Hạn chế, nguyên nhân", Section.LIMITS),
        ("PHƯƠNG HƯỚNG, GIẢI PHÁP", Section.TASKS),
        ("Công tác lãnh đạo, chỉ đạo", Section.LEADERSHIP),
        ("Khác", Section.ACTIVITIES),
    ],
)
def test_a_line_of_an_outline_is_about_one_section(line, section) -> None:
    assert section_of(line) == section
    assert place_for(line, ()) == section.value


def test_an_outline_is_read_as_typed_and_texts_move_to_what_they_are_about() -> None:
    own = lines_of("I. Kết quả\n 2) Dư luận xã hội\n\n- Kiến nghị với cấp trên\nIV- Vận động quần chúng")
    assert own == ("Kết quả", "Dư luận xã hội", "Kiến nghị với cấp trên", "Vận động quần chúng")
    moved = rehomed({"opinion": "A", "proposals": "B", "limits": "C", "subject": "D"}, (), own)
    assert moved == {"o1": "A", "o2": "B", "o0": "C", "subject": "D"}
    assert rehomed(moved, own, ()) == {"opinion": "A", "proposals": "B", "activities": "C", "subject": "D"}
    assert list(headings(own)) == ["o0", "o1", "o2", "o3"]


def test_a_superior_s_outline_takes_every_figure_and_keeps_its_order(profile) -> None:
    own = ("Kết quả đạt được", "Tồn tại, hạn chế", "Kiến nghị")
    content = compose(sample_facts(12), texts={"o2": "Không có", "subject": ""}, profile=profile, outline=own)
    parts = [one.text for one in content.paragraphs if one.level is Level.PART]
    assert parts == ["I. KẾT QUẢ ĐẠT ĐƯỢC", "II. TỒN TẠI, HẠN CHẾ", "III. KIẾN NGHỊ"]
    standard = compose(sample_facts(12), texts=TEXTS, profile=profile)
    figures = {one.text for one in standard.paragraphs if one.origin == "figures"}
    assert figures <= {one.text for one in content.paragraphs}
    assert not [one for one in content.paragraphs if one.level is Level.SECTION]


def test_words_of_units_are_taken_under_the_heading_they_are_about_each_once(paper) -> None:
    report = paper.draft()
    assert to_gather(report) == {"activities": 3, "opinion": 2, "proposals": 2}
    assert gather_under(report=report, key="opinion", by=paper.office, at=NOW) == 2
    assert [text for text, _ in texts_of(report)] == ["Chi bộ 1: Đồng tình, phấn khởi", "Chi bộ 3: Còn băn khoăn"]
    assert to_gather(report) == {"activities": 3, "proposals": 2}
    with pytest.raises(ReportRefused, match="Chưa có báo cáo nào"):
        gather_under(report=report, key="opinion", by=paper.office, at=NOW)
    gather_under(report=report, key="activities", by=paper.office, at=NOW)
    first = report.gathered.get(heading=OUTLINE[0], text__startswith="Chi bộ 1")
    assert first.text == "Chi bộ 1: Quán triệt toàn văn\n- Liên hệ thực tế"
    assert AuditEntry.objects.filter(action="report.gather").count() == 2


def test_paragraphs_are_edited_moved_and_taken_out_and_keep_their_origin(paper) -> None:
    report = paper.draft()
    gather_under(report=report, key="opinion", by=paper.office, at=NOW)
    gather_under(report=report, key="activities", by=paper.office, at=NOW)
    one, two, *rest = report.gathered.all()
    edit_gathered(report=report, texts={one.pk: "Đa số  đồng tình"}, down=one.pk, by=paper.office, at=NOW)
    assert [pk.pk for pk in report.gathered.all()][:2] == [two.pk, one.pk]
    page = report_page(SummaryReport.objects.get(pk=report.pk), NOW)
    shown = {source.unit: (source.number, source.is_edited, source.heading) for source in page.sources[:2]}
    assert shown == {"Chi bộ 3": (1, False, OUTLINE[1]), "Chi bộ 1": (2, True, OUTLINE[1])}
    marked = {line.source: "".join(text for text, _ in line.pieces) for line in page.lines if line.source}
    assert marked[2] == "Đa số đồng tình"
    edit_gathered(report=report, texts={two.pk: "  "}, drop=one.pk, by=paper.office, at=NOW)
    assert set(report.gathered.values_list("pk", flat=True)) == {other.pk for other in rest}
    assert to_gather(report)["opinion"] == 2, "what was taken out can be taken again"
    with pytest.raises(ReportRefused, match="4000"):
        edit_gathered(report=report, texts={rest[0].pk: "a" * 4001}, by=paper.office, at=NOW)


def test_words_longer_than_a_paragraph_end_with_where_the_rest_stands(paper) -> None:
    paper.write(3, "rất tốt " * 800, "Tốt", "Không")
    paper.write(4, "a" * (4000 - len("Chi bộ 5: ")), "Tốt", "Không")
    report = paper.draft()
    gather_under(report=report, key="activities", by=paper.office, at=NOW)
    *_, cut, whole = report.gathered.values_list("text", flat=True)
    assert cut.endswith("tốt… (còn tiếp trong báo cáo của đơn vị)")
    assert 3990 < len(cut) <= 4000
    assert whole == "Chi bộ 5: " + "a" * 3990


def test_what_a_lead_writes_about_a_unit_is_not_the_unit_s(paper) -> None:
    form = make_requirement(paper.directive, kind=RequirementKind.OVERSIGHT, title="Phiếu dự", outline=OUTLINE[1:])
    debt = make_obligation(form, paper.cells[3])
    make_obligation(form, paper.cells[2])
    version = hand_in_one(debt, received_at=NOW - timedelta(days=1))
    parts = [{"heading": head, "text": "Chi bộ còn hình thức", "unchanged": False} for head in OUTLINE[1:]]
    ReportText.objects.create(version=version, parts=parts, digest="1" * 64)
    assert [one.unit for one in unit_reports(paper.work, NOW)] == ["Chi bộ 1", "Chi bộ 2", "Chi bộ 3"]
    assert [what for _, what, _ in units_without_report(paper.work, NOW)] == ["Báo cáo kết quả"] * 2
    facts = gather(directive=paper.directive, at=NOW)
    assert {one.unit for one in facts.opinions} == {"Chi bộ 1", "Chi bộ 3"}
    assert (facts.total.assigned, facts.counted.assigned) == (7, 5)
    assert [(one.name, one.posts) for one in facts.missing] == [
        ("Chi bộ 4", "Báo cáo kết quả"), ("Chi bộ 5", "Báo cáo kết quả"),
    ]  # fmt: skip
    assert [one.unit for one in facts.essays] == ["Chi bộ 1", "Chi bộ 2", "Chi bộ 3"]
    report = paper.draft()
    assert report_page(report, NOW).deltas == (), "nothing changed since"
    client = Client()
    client.force_login(paper.office, backend="units.backends.AccountBackend")
    names = reverse("reports:summary_names", args=[report.pk])
    for query, count in (("so=required", 5), ("so=missing", 2), (f"so=required&yeu_cau={form.pk}", 2)):
        assert client.get(f"{names}?{query}").context["page_obj"].paginator.count == count


@pytest.mark.pango
def test_files_made_while_somebody_writes_stay_older_than_the_words(paper, settings, font_dir) -> None:
    settings.FONT_DIR = font_dir
    report = SummaryReport.objects.get(pk=paper.draft().pk)

    def write(step: str, _: int) -> None:
        if step == "Đang lập bản Word":
            texts = {"proposals": "Đề nghị cấp tài liệu"}
            save_words(report=report, texts=texts, number=None, by=paper.office, now=NOW + timedelta(minutes=1))

    late = NOW + timedelta(minutes=2)
    compile_report(report=report, freeze=True, by=paper.office, clock=lambda: late, advance=write)
    report = SummaryReport.objects.get()
    assert (report.state, report_page(report, late).is_stale) == (ReportState.FROZEN, True)
    with pytest.raises(ReportRefused, match="Lập lại các tệp"):
        attach_signed(report=report, stream=io.BytesIO(b"%PDF-1.7"), by=paper.office, at=late)
    compile_report(report=report, freeze=False, by=paper.office, clock=lambda: late, advance=lambda *_: None)
    attach_signed(report=SummaryReport.objects.get(), stream=io.BytesIO(b"%PDF-1.7"), by=paper.office, at=late)


def test_newer_words_returned_ones_and_units_without_a_report_are_told(paper) -> None:
    report = paper.draft()
    gather_under(report=report, key="opinion", by=paper.office, at=NOW)
    paper.write(0, "Mới", "Rất đồng tình", "Không", when=NOW - timedelta(hours=1))
    page = report_page(report, NOW)
    assert [source.has_newer for source in page.sources] == [True, False]
    assert [unit for unit, *_ in page.without_report] == ["Chi bộ 4", "Chi bộ 5"]
    version = paper.owed[2].submission.versions.get()
    return_for_revision(
        version=version, reason="Thiếu số liệu", fix_by=at(30), decided_by=paper.office, at=NOW - timedelta(minutes=5)
    )
    assert [one.unit for one in unit_reports(paper.work, NOW)] == ["Chi bộ 1", "Chi bộ 2"]
    before = unit_reports(paper.work, NOW - timedelta(hours=2))
    assert [(one.unit, one.version) for one in before] == [("Chi bộ 1", 1), ("Chi bộ 2", 1), ("Chi bộ 3", 1)]
    assert [unit for unit, *_ in units_without_report(paper.work, at(20))] == []
    assert len(units_without_report(paper.work, NOW - timedelta(days=2))) == 5


def test_the_outline_of_a_cited_paper_is_offered_and_words_follow_it(paper) -> None:
    city = make_directive(paper.ward, number=701, symbol="CV/BTGDVTU", issuer="Ban Tuyên giáo và Dân vận Thành ủy")
    asked = ["Kết quả triển khai", "Tư tưởng, dư luận", "Kiến nghị với Thành ủy"]
    prescribed = make_requirement(city, kind=RequirementKind.REPORT, title="Báo cáo Thành ủy", outline=asked)
    LegalBasis.objects.create(directive=paper.directive, citation="Công văn số 701-CV/BTGDVTU", cited=city)
    report = paper.draft()
    gather_under(report=report, key="opinion", by=paper.office, at=NOW)
    save_words(report=report, texts={"proposals": "Đề nghị cấp tài liệu"}, number=None, by=paper.office, now=NOW)
    client = Client()
    client.force_login(paper.office, backend="units.backends.AccountBackend")
    page = client.get(reverse("reports:summary_parts", args=[report.pk]))
    assert "701-CV/BTGDVTU: Báo cáo Thành ủy (3 mục)" in page.content.decode()
    answer = client.post(reverse("reports:summary_outline", args=[report.pk]), {"which": prescribed.pk})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.outline, report.texts) == (asked, {"o2": "Đề nghị cấp tài liệu"})
    assert set(report.gathered.values_list("key", flat=True)) == {"o1"}
    assert AuditEntry.objects.filter(action="report.outline").count() == 1
    parts = [one.text for one in content_of(report, facts_of(report)).paragraphs if one.level is Level.PART]
    assert parts == ["I. KẾT QUẢ TRIỂN KHAI", "II. TƯ TƯỞNG, DƯ LUẬN", "III. KIẾN NGHỊ VỚI THÀNH ỦY"]
    refused = client.post(reverse("reports:summary_outline", args=[report.pk]), {"which": "rieng", "lines": " "})
    assert refused.status_code == 422
    words = client.get(reverse("reports:summary_words", args=[report.pk])).content.decode()
    assert "Tư tưởng, dư luận" in words
    shown = client.get(reverse("reports:summary_words", args=[report.pk])).context["form"]
    typed = {name: shown[name].value() or "" for name in shown.fields} | {"o0": "Đã triển khai"}
    set_outline(report=report, outline=["Kiến nghị với Thành ủy", "Kết quả"], by=paper.office, at=NOW)
    late = client.post(reverse("reports:summary_words", args=[report.pk]), typed)
    assert late.status_code == 422
    assert "Đề cương vừa được đổi ở nơi khác nên chưa lưu gì" in late.content.decode()
    report.refresh_from_db()
    assert report.texts == {"o0": "Đề nghị cấp tài liệu"}, "neither emptied nor under another heading"
    set_outline(report=report, outline=asked, by=paper.office, at=NOW)
    assert client.post(reverse("reports:summary_words", args=[report.pk]), typed).status_code == 302
    report.refresh_from_db()
    assert report.texts == {"o0": "Đã triển khai", "o2": "Đề nghị cấp tài liệu"}
    assert new_report(directive=paper.directive, at=NOW, by=None, now=NOW).outline == asked


def test_buttons_of_the_page_save_what_was_typed_and_do_their_deed(paper) -> None:
    report, client = paper.draft(), Client()
    client.force_login(paper.office, backend="units.backends.AccountBackend")
    page = reverse("reports:summary_parts", args=[report.pk])
    first = client.get(page)
    assert "Lấy nội dung từ báo cáo của 3 đơn vị" in first.content.decode()
    assert "Ưu điểm" in first.context["page"].silent
    assert "Sinh hoạt chuyên đề" not in first.context["page"].silent
    client.post(page, {"lay": "activities"})
    one, two, three = report.gathered.all()
    client.post(page, {f"doan-{one.pk}": "Một", f"doan-{two.pk}": "Hai", f"doan-{three.pk}": "Ba", "len": two.pk})
    assert [row.text for row in report.gathered.all()] == ["Hai", "Một", "Ba"]
    client.post(page, {"bo": two.pk})
    assert [row.text for row in report.gathered.all()] == ["Một", "Ba"]
    assert client.post(page, {"len": "9" * 5000, f"doan-{'9' * 500}": "x"}).status_code == 302
    assert [row.text for row in report.gathered.all()] == ["Một", "Ba"]
    leader = Client()
    leader.force_login(make_user(Role.LEADER, paper.ward), backend="units.backends.AccountBackend")
    assert leader.get(page).status_code == 403
    assert "Nguồn của các đoạn" in leader.get(reverse("reports:summary", args=[report.pk])).content.decode()


@pytest.mark.pango
def test_draft_frozen_supplemented_signed(paper, settings, font_dir, time_machine) -> None:
    settings.FONT_DIR = font_dir
    client = Client()
    client.force_login(paper.office, backend="units.backends.AccountBackend")
    job = request_report(directive=paper.directive, at=None, by=paper.office, now=NOW)
    assert run_job(job_id=job.pk, clock=lambda: NOW)
    report = SummaryReport.objects.get()
    scan = io.BytesIO(b"%PDF-1.7 signed")
    with pytest.raises(ReportRefused, match="Chốt số liệu trước"):
        attach_signed(report=report, stream=scan, by=paper.office, at=NOW)
    gather_under(report=report, key="opinion", by=paper.office, at=NOW + timedelta(minutes=1))
    freezing = request_again(report=report, freeze=True, by=paper.office, now=NOW + timedelta(minutes=2))
    assert run_job(job_id=freezing.pk, clock=lambda: NOW + timedelta(minutes=2))
    report.refresh_from_db()
    assert report.state == ReportState.FROZEN
    kept = facts_of(report)
    paper.write(3, "Muộn", "Tốt", "Không", when=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    page = report_page(report, later)
    assert facts_of(report) == kept
    deltas = {one.words: (one.kept, one.now, one.change) for one in page.deltas}
    assert deltas["Đã nộp"] == (3, 4, "+1")
    assert deltas["Chưa nộp"] == (2, 1, "−1")
    assert page.later == 1
    edit_gathered(report=report, texts={report.gathered.first().pk: "Khác"}, by=paper.office, at=later)
    assert report_page(SummaryReport.objects.get(), later).is_stale
    with pytest.raises(ReportRefused, match="Lập lại các tệp"):
        attach_signed(report=report, stream=scan, by=paper.office, at=later)
    again = request_again(report=report, freeze=False, by=paper.office, now=later)
    assert run_job(job_id=again.pk, clock=lambda: later)
    sign = reverse("reports:summary_sign", args=[report.pk])
    client.post(sign, {"file": SimpleUploadedFile("a.pdf", b"PK no pdf")})
    assert SummaryReport.objects.get().signed is None
    client.post(sign, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 signed")})
    report = SummaryReport.objects.get()
    assert read_verified(blob=report.signed, now=later) == b"%PDF-1.7 signed"
    for deed in (
        lambda: save_words(report=report, texts={}, number=None, by=paper.office, now=later),
        lambda: edit_gathered(report=report, texts={}, by=paper.office, at=later),
        lambda: set_outline(report=report, outline=[], by=paper.office, at=later),
        lambda: request_again(report=report, freeze=False, by=paper.office, now=later),
        lambda: attach_signed(report=report, stream=scan, by=paper.office, at=later),
    ):
        with pytest.raises(ReportRefused, match="bản ký"):
            deed()
    time_machine.move_to(later, tick=False)
    client.force_login(paper.office, backend="units.backends.AccountBackend")  # the session idled meanwhile
    shown = client.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert "Tải bản đã ký" in shown
    assert "bổ sung sau chốt" in shown
    given = client.get(reverse("reports:summary_signed", args=[report.pk]))
    assert "%20%C4%91%C3%A3%20k%C3%BD.pdf" in given["Content-Disposition"]
    assert b"".join(given) == b"%PDF-1.7 signed", "byte for byte as it was signed"
    kinds = ("report.gather", "report.edit", "report.freeze", "report.sign")
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= set(kinds)
    book = openpyxl.load_workbook(io.BytesIO(read_verified(blob=report.xlsx, now=later)))
    assert book.sheetnames[3:] == ["4 Ý kiến, kiến nghị", "5 Sổ theo dõi văn bản", "6 Theo khối, cụm"]


def test_annexes_4_to_6_list_sessions_opinions_and_duties(paper) -> None:
    held = make_obligation(paper.session, paper.cells[0], held_on=date(2026, 4, 24))
    SessionRecord.objects.create(
        obligation=held, total=40, present=38, excused=2, opinions=7, recorded_by=None, recorded_at=NOW
    )
    unsaid = make_obligation(paper.session, paper.cells[2], held_on=date(2026, 4, 25))
    SessionRecord.objects.create(obligation=unsaid, total=5, present=5, recorded_by=None, recorded_at=NOW)
    make_obligation(paper.session, paper.cells[3], held_on=date(2026, 4, 23))
    make_obligation(paper.session, paper.cells[4], held_on=date(2026, 4, 30))
    facts = gather(directive=paper.directive, at=NOW)
    assert [(one.unit, one.held_on.day, one.total, one.present, one.opinions) for one in facts.sessions] == [
        ("Chi bộ 1", 24, 40, 38, 7),
        ("Chi bộ 3", 25, 5, 5, None),
        ("Chi bộ 4", 23, None, None, None),
    ]
    assert [one.reported_at for one in facts.sessions] == [NOW - timedelta(days=1), NOW - timedelta(days=1), None]
    assert [(one.unit, one.text, one.authority) for one in facts.opinions] == [
        ("Chi bộ 1", "Đề nghị Thành ủy cấp tài liệu", "Thành ủy"),
        ("Chi bộ 3", "Phường bố trí phòng họp", "Đảng ủy phường"),
        ("Chi bộ 3", "Trung ương sớm hướng dẫn", "Trung ương"),
    ]
    assert [(one.title, one.result) for one in facts.book] == [
        ("Sinh hoạt chuyên đề", "0/4 đạt"),
        ("Báo cáo kết quả", "0/5 đạt"),
    ]
    earlier = gather(directive=paper.directive, at=NOW - timedelta(days=2))
    assert (earlier.opinions, len(earlier.sessions)) == ((), 2)
    assert earlier.sessions[0].present is None, "written down later"


def test_a_report_on_one_period_counts_that_period_alone(paper) -> None:
    monthly = make_requirement(paper.directive, kind=RequirementKind.REPORT, title="Báo cáo tháng")
    for cell in paper.cells[:2]:
        make_obligation(monthly, cell, period="2026-04", state="ACCEPTED")
    make_obligation(monthly, paper.cells[0], period="2026-03")
    facts = gather(directive=paper.directive, at=NOW, period="2026-04")
    assert ([one.title for one in facts.requirements], facts.total.required) == (["Báo cáo tháng"], 2)
    assert facts.period == "tháng 4/2026"
    with pytest.raises(ReportRefused, match="không có việc nào của kỳ"):
        new_report(directive=paper.directive, at=NOW, by=None, now=NOW, period="2026-Q1")
    client = Client()
    client.force_login(paper.office, backend="units.backends.AccountBackend")
    assert "tháng 3/2026" in client.get(reverse("reports:summaries")).content.decode()
    client.post(reverse("reports:compile"), {"directive": paper.directive.pk, "period": "2026-04"})
    report = SummaryReport.objects.get()
    assert report.period == "2026-04"
    page = client.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert "kết quả tháng 4/2026 thực hiện" in page
    names = client.get(reverse("reports:summary_names", args=[report.pk]), {"so": "required"})
    assert names.context["page_obj"].paginator.count == 2


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("Không có.", True), ("KHÔNG", True), ("", True), ("Không phát sinh", True), ("Không khí sôi nổi", False)],
)
def test_words_that_say_nothing(text, nothing) -> None:
    assert says_nothing(text) is nothing


def test_of_whom_something_is_asked() -> None:
    assert authority_in("Đề nghị Trung ương và Thành ủy") == "Trung ương"
    assert authority_in("Cần thêm thời gian") == ""
