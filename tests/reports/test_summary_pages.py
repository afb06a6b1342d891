"""Tổng hợp in a browser's eyes: asking, watching, reading, wording, freezing, taking away; who may what."""

import io
import re
from datetime import timedelta

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from reports.choices import JobState, ReportState
from reports.figures import collect, obligations_behind
from reports.models import Job, SummaryReport
from reports.services.compiling import facts_of
from reports.services.sentences import sentences_of
from reports.services.working import run_job
from reports.tallies import Figure
from tests.factories.campaigns import END, make_campaign
from tests.factories.units import make_user
from units.choices import Role

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def campaign(settings, font_dir):
    settings.FONT_DIR = font_dir
    return make_campaign(5, units=5, members=3)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


@pytest.fixture
def office(campaign):
    return client_of(make_user(Role.OFFICE, campaign.ward))


def compiled(office, campaign, **fields) -> SummaryReport:
    answer = office.post(reverse("reports:compile"), {"directive": campaign.directive.pk, **fields})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("pk")
    run_job(job_id=job.pk, clock=lambda: END + timedelta(days=400))
    return SummaryReport.objects.get(pk=job.report_id)


@pytest.mark.pango
def test_asking_leads_to_the_job_and_the_job_to_the_report(office, campaign):
    answer = office.post(reverse("reports:compile"), {"directive": campaign.directive.pk})
    job = Job.objects.get()
    assert answer.url == reverse("reports:job", args=[job.pk])
    page = office.get(answer.url).content.decode()
    assert "chờ đến lượt" in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    fragment = office.get(answer.url, headers=HTMX).content.decode()
    assert fragment.strip().startswith('<div id="strip">')
    assert "<html" not in fragment
    run_job(job_id=job.pk, clock=lambda: END + timedelta(days=400))
    done = office.get(answer.url, headers=HTMX)
    assert done.headers["HX-Redirect"] == reverse("reports:summary", args=[job.report_id])
    without_scripts = office.get(answer.url).content.decode()
    assert "đã lập xong" in without_scripts
    assert reverse("reports:summary", args=[job.report_id]) in without_scripts
    assert "noscript" not in without_scripts


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "31/2/2026"}, "Không có ngày này"),
        ({"day": "27/4/2026", "hour": "25:00"}, "Không có giờ này"),
        ({"hour": "16:00"}, "Ghi ngày, hoặc bỏ trống cả giờ"),
        ({"day": "1/1/2020"}, "chưa giao việc"),
        ({"day": "1/1/2099"}, "chưa tới"),
        ({"directive": "0"}, "Không có văn bản này"),
    ],
)
def test_wrong_input_is_said_and_kept(office, campaign, fields, words):
    answer = office.post(reverse("reports:compile"), {"directive": campaign.directive.pk, **fields})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    if "day" in fields:
        assert f'value="{fields["day"]}"' in page
    assert Job.objects.count() == 0


@pytest.mark.pango
@pytest.mark.parametrize(
    ("fields", "at"), [({"day": "29/4/2026", "hour": "16:00"}, "16:00"), ({"day": "29/4/2026"}, "23:59")]
)
def test_a_day_and_hour_choose_the_instant(office, campaign, fields, at):
    report = compiled(office, campaign, **fields)
    page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert f"Số liệu lúc {at} ngày 29/4/2026" in page


@pytest.mark.pango
def test_every_figure_of_the_page_opens_to_as_many_names(office, campaign):
    report = compiled(office, campaign, day="29/4/2026")
    page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
    links = set(re.findall(r'href="([^"]*danh-sach[^"]*)"[^>]*>([\d.]+)<', page))
    assert len(links) >= 10
    for url, count in links:
        names = office.get(url.replace("&amp;", "&")).content.decode()
        assert re.search(rf"<h1>[^<]*: {re.escape(count)}</h1>", names), url
    total = collect(at=report.at, directive=campaign.directive).total
    shown = obligations_behind(Figure.SUBMITTED, at=report.at, directive=campaign.directive).count()
    assert shown == total.submitted


@pytest.mark.pango
def test_three_documents_are_handed_out_and_recorded(office, campaign):
    report = compiled(office, campaign)
    for extension, start in (("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")):
        answer = office.get(reverse("reports:summary_file", args=[report.pk, extension]))
        content = answer.getvalue()
        assert content.startswith(start)
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        if extension == "pdf":
            assert len(pikepdf.open(io.BytesIO(content)).pages) >= 2
    assert AuditEntry.objects.filter(action="report.download").count() == 3
    assert office.get(reverse("reports:summary_file", args=[report.pk, "exe"])).status_code == 404


@pytest.mark.pango
def test_words_are_saved_and_printed_and_figures_frozen(office, campaign):
    report = compiled(office, campaign)
    form = office.get(reverse("reports:summary_words", args=[report.pk])).content.decode()
    machine = sentences_of(report, facts_of(report, with_names=False))
    assert {"situation", "leadership", "essays"} <= machine.keys()
    assert [one.text for block in machine.values() for one in block if f"<p>{one.text}</p>" not in form] == []
    assert "để trống thì không in" not in form
    assert "Dư luận xã hội" in form
    answer = office.post(
        reverse("reports:summary_words", args=[report.pk]), {"opinion": "Nhân dân đồng tình <b>", "number": "12"}
    )
    run_job(job_id=Job.objects.latest("pk").pk, clock=lambda: END + timedelta(days=400))
    assert answer.status_code == 302
    page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert "Nhân dân đồng tình &lt;b&gt;" in page
    assert "Số 12-BC/ĐU" in page
    assert "Không mở chốt lại được" in page, "what cannot be undone is said before it is done"
    office.post(reverse("reports:summary_again", args=[report.pk]), {"chot": "1"})
    run_job(job_id=Job.objects.latest("pk").pk, clock=lambda: END + timedelta(days=400))
    report.refresh_from_db()
    assert report.state == ReportState.FROZEN
    page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert "Đã chốt số liệu" in page
    assert "Không mở chốt lại được" not in page
    again = office.post(reverse("reports:summary_again", args=[report.pk]), {"chot": "1"}, follow=True)
    assert "đã chốt" in again.content.decode()


def test_too_long_words_are_refused_and_kept(office, campaign):
    office.post(reverse("reports:compile"), {"directive": campaign.directive.pk})
    url = reverse("reports:summary_words", args=[SummaryReport.objects.get().pk])
    answer = office.post(url, {"opinion": "a" * 20_001, "tasks": "Tiếp tục đôn đốc", "number": "0"})
    assert answer.status_code == 422
    assert "Tiếp tục đôn đốc" in answer.content.decode()
    assert SummaryReport.objects.get().texts == {}


@pytest.mark.pango
def test_what_came_in_later_is_told(office, campaign):
    report = compiled(office, campaign, day="25/4/2026")
    page = office.get(reverse("reports:summary", args=[report.pk])).content.decode()
    total = collect(at=END, directive=campaign.directive)
    assert total.total.submitted > collect(at=report.at, directive=campaign.directive).total.submitted
    assert re.search(r"<strong>\d+ bài bổ sung sau thời điểm lấy số liệu</strong>", page)


def test_a_job_can_be_stopped_and_done_again(office, campaign):
    office.post(reverse("reports:compile"), {"directive": campaign.directive.pk})
    job = Job.objects.get()
    stopped = office.post(reverse("reports:job_cancel", args=[job.pk]), follow=True).content.decode()
    assert "đã dừng" in stopped
    assert "Làm lại" in stopped
    again = office.post(reverse("reports:job_cancel", args=[job.pk]), follow=True).content.decode()
    assert "không còn gì để dừng" in again
    office.post(reverse("reports:job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == JobState.WAITING


@pytest.mark.parametrize(("role", "is_led_to_the_button"), [(Role.OFFICE, True), (Role.LEADER, False)])
def test_an_empty_page_leads_only_those_to_the_button_who_have_it(campaign, role, is_led_to_the_button):
    page = client_of(make_user(role, campaign.ward)).get(reverse("reports:summaries")).content.decode()
    assert "Chưa có báo cáo nào" in page
    assert ("bấm “Tổng hợp”" in page) is is_led_to_the_button


@pytest.mark.pango
def test_a_leader_reads_everything_and_changes_nothing(office, campaign):
    report = compiled(office, campaign)
    job = Job.objects.get()
    leader = client_of(make_user(Role.LEADER, campaign.ward))
    page = leader.get(reverse("reports:summaries")).content.decode()
    assert "Lập báo cáo mới" not in page
    sheet = leader.get(reverse("reports:summary", args=[report.pk])).content.decode()
    assert "Chốt số liệu" not in sheet
    assert "Sửa lời văn" not in sheet
    workbook = leader.get(reverse("reports:summary_file", args=[report.pk, "xlsx"]))
    assert workbook.getvalue().startswith(b"PK")
    assert leader.post(reverse("reports:compile"), {"directive": campaign.directive.pk}).status_code == 403
    for name, pk in (("job_cancel", job.pk), ("job_retry", job.pk), ("summary_again", report.pk)):
        assert leader.post(reverse(f"reports:{name}", args=[pk])).status_code == 403
    assert leader.get(reverse("reports:summary_words", args=[report.pk])).status_code == 403
    assert Job.objects.count() == SummaryReport.objects.count() == 1


@pytest.mark.pango
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.OFFICE])
def test_others_find_nothing(office, campaign, role):
    report, job = compiled(office, campaign), Job.objects.get()
    other = make_campaign(6, units=2, members=1)
    place = other.ward if role == Role.OFFICE else campaign.units[0]
    stranger = client_of(make_user(role, place))
    urls = [
        reverse("reports:job", args=[job.pk]),
        reverse("reports:summary", args=[report.pk]),
        reverse("reports:summary_names", args=[report.pk]),
        reverse("reports:summary_words", args=[report.pk]),
        *(reverse("reports:summary_file", args=[report.pk, kind]) for kind in ("pdf", "docx", "xlsx")),
    ]
    assert {url: stranger.get(url).status_code for url in urls} == dict.fromkeys(urls, 404)
    for name, pk in (("job_cancel", job.pk), ("job_retry", job.pk), ("summary_again", report.pk)):
        assert stranger.post(reverse(f"reports:{name}", args=[pk])).status_code == 404
    refused = stranger.post(reverse("reports:compile"), {"directive": campaign.directive.pk})
    assert refused.status_code == (404 if role == Role.SECRETARY else 422)
    page = stranger.get(reverse("reports:summaries"))
    assert page.status_code == (404 if role == Role.SECRETARY else 200)
    assert f'/tong-hop/{report.pk}/"' not in page.content.decode()


@pytest.mark.pango
def test_pages_cost_a_fixed_number_of_queries(office, campaign, django_assert_max_num_queries):
    def cost(url: str) -> int:
        with django_assert_max_num_queries(40) as queries:
            assert office.get(url).status_code == 200
        return len(queries)

    first = compiled(office, campaign, day="29/4/2026")
    urls = [reverse("reports:summaries"), reverse("reports:summary", args=[first.pk])]
    names = reverse("reports:summary_names", args=[first.pk])
    before = [cost(url) for url in (*urls, f"{names}?so=assigned")]
    for day in ("30/4/2026", "1/5/2026"):
        compiled(office, campaign, day=day)
    assert [cost(url) for url in (*urls, f"{names}?so=assigned")] == before
