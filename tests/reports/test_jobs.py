"""Jobs: asked once, done once, stopped, taken over, given up; a report never holds half its files."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from unittest.mock import patch

import pikepdf
import pytest
from django.utils import timezone

from audit.models import AuditEntry
from directives.models import Directive, Obligation
from reports import tasks
from reports.choices import JobState, ReportState
from reports.errors import PdfEngineMissing, ReportRefused
from reports.figures import collect
from reports.jobs import LEASE, MAX_ATTEMPTS, Holder, JobLost, claim
from reports.models import FiguresSnapshot, Job, SummaryReport
from reports.narrative import Section
from reports.services.asking import cancel_job, request_again, request_report, retry_job, save_words
from reports.services.compiling import compile_report, facts_of
from reports.services.working import run_job
from tests.factories.campaigns import END, START, make_campaign
from tests.factories.units import make_user
from units.choices import Role
from units.models import CommitteeProfile
from vault.models import Blob
from vault.services import read_verified
from vietnamese.dates import VIETNAM

pytestmark = [pytest.mark.django_db, pytest.mark.pango]
NOW = END + timedelta(days=1)


@pytest.fixture
def campaign(settings, font_dir):
    settings.FONT_DIR = font_dir
    return make_campaign(1, units=3, members=2)


@pytest.fixture
def directive(campaign) -> Directive:
    return Directive.objects.select_related("ward").get(pk=campaign.directive.pk)


@pytest.fixture
def office(campaign):
    return make_user(Role.OFFICE, campaign.ward)


def clock(at: datetime = NOW):
    return lambda: at


def ask(directive, office, at=None, now=NOW) -> Job:
    return request_report(directive=directive, at=at, by=office, now=now)


def test_a_job_makes_three_documents_of_the_asked_instant(directive, office):
    at = START + timedelta(days=8)
    job = ask(directive, office, at)
    assert run_job(job_id=job.pk, clock=clock()) is True
    job.refresh_from_db()
    report = job.report
    report.refresh_from_db()
    assert (job.state, job.done, job.total, job.lease_until, job.error) == (JobState.DONE, 100, 100, None, "")
    assert (report.at, report.state, report.compiled_at) == (at, ReportState.DRAFT, NOW)
    with pikepdf.open(io.BytesIO(read_verified(blob=report.pdf, now=NOW))) as pdf:
        assert len(pdf.pages) >= 2
    for blob, part in ((report.docx, "word/document.xml"), (report.xlsx, "xl/workbook.xml")):
        with zipfile.ZipFile(io.BytesIO(read_verified(blob=blob, now=NOW))) as package:
            assert part in package.namelist()
    actions = list(AuditEntry.objects.order_by("seq").values_list("action", "actor_label"))
    assert actions == [("report.request", str(office)), ("report.compile", str(office))]


def test_two_people_who_ask_for_the_same_get_one_job(directive, office):
    first, second = ask(directive, office), ask(directive, make_user(Role.ADMIN, directive.ward))
    assert first.pk == second.pk
    assert SummaryReport.objects.count() == 1
    assert ask(directive, office, START + timedelta(days=1)).pk != first.pk
    run_job(job_id=first.pk, clock=clock())
    assert ask(directive, office).pk != first.pk


def test_a_lost_race_for_the_same_job_leaves_one_report(directive, office):
    with patch("reports.services.asking._open_job", return_value=None):
        first, second = ask(directive, office), ask(directive, office)
    assert first.pk == second.pk
    assert SummaryReport.objects.count() == 1


def test_only_one_worker_does_a_job_and_a_second_message_does_nothing(directive, office):
    job = ask(directive, office)
    assert claim(job_id=job.pk, at=NOW).attempts == 1
    assert claim(job_id=job.pk, at=NOW + LEASE - timedelta(seconds=1)) is None
    assert run_job(job_id=job.pk, clock=clock()) is False
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, lease_until=None)
    assert run_job(job_id=job.pk, clock=clock(NOW + timedelta(days=1))) is False
    assert SummaryReport.objects.get().pdf is None


def test_a_worker_that_lost_its_lease_can_store_nothing(directive, office):
    job = ask(directive, office)
    slow = claim(job_id=job.pk, at=NOW)
    assert run_job(job_id=job.pk, clock=clock(NOW + LEASE)) is True
    stored = SummaryReport.objects.values().get()
    late = Holder(slow.pk, slow.attempts, clock(NOW + LEASE))
    for act in (
        lambda: late.advance("x", 5),
        late.renew,
        late.finish,
        lambda: late.fail("x"),
        lambda: late.put_back("x"),
    ):
        with pytest.raises(JobLost):
            act()
    assert late.keeps() is False
    assert SummaryReport.objects.values().get() == stored
    assert Job.objects.get().state == JobState.DONE


def test_the_lease_is_kept_to_a_minute_from_the_renewal(directive, office):
    job = claim(job_id=ask(directive, office).pk, at=NOW)
    assert Holder(job.pk, job.attempts, clock(NOW + LEASE / 4)).keeps() is True
    assert Job.objects.get().lease_until == NOW + LEASE / 4 + LEASE


@pytest.mark.parametrize("step", ["Đang lấy số liệu", "Đang lập phụ lục Excel", "Đang trình bày bản PDF", "Đang lưu"])
def test_a_job_stopped_in_the_middle_stores_nothing(directive, office, step):
    job = ask(directive, office)
    advance = Holder.advance

    def stop_then_advance(self, now_doing, done):
        if now_doing == step:
            cancel_job(job=job, by=office, now=NOW)
        advance(self, now_doing, done)

    with patch.object(Holder, "advance", stop_then_advance):
        assert run_job(job_id=job.pk, clock=clock()) is False
    report = SummaryReport.objects.get()
    assert (report.pdf, report.docx, report.xlsx, report.compiled_at) == (None, None, None, None)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (JobState.CANCELLED, NOW)
    assert AuditEntry.objects.filter(action="report.cancel").count() == 1
    with pytest.raises(ReportRefused, match="đã xong"):
        cancel_job(job=job, by=office, now=NOW)


def test_stopped_job_runs_again_when_asked(directive, office):
    job = ask(directive, office)
    cancel_job(job=job, by=office, now=NOW)
    retried = retry_job(job=job, by=office, now=NOW)
    assert (retried.pk, retried.state, retried.attempts) == (job.pk, JobState.WAITING, 0)
    assert run_job(job_id=job.pk, clock=clock()) is True
    with pytest.raises(ReportRefused, match="không cần làm lại"):
        retry_job(job=job, by=office, now=NOW)


def test_abandoned_job_is_given_up_after_three_attempts(directive, office):
    job = ask(directive, office)
    for attempt in range(MAX_ATTEMPTS):
        assert claim(job_id=job.pk, at=NOW + attempt * LEASE).attempts == attempt + 1
    assert run_job(job_id=job.pk, clock=clock(NOW + 9 * LEASE)) is False
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "bị ngắt nhiều lần" in job.error
    assert retry_job(job=job, by=office, now=NOW).state == JobState.WAITING


def test_unforeseen_errors_put_the_job_back_and_then_end_it(directive, office):
    job = ask(directive, office)
    with patch("reports.services.compiling.gather", side_effect=RuntimeError("boom")):
        for expected in (JobState.WAITING, JobState.WAITING, JobState.FAILED):
            assert run_job(job_id=job.pk, clock=clock()) is True
            job.refresh_from_db()
            assert job.state == expected
    assert job.error == "Có lỗi ngoài dự kiến khi lập văn bản."


def test_refusals_end_the_job_with_their_sentence(directive, office):
    job = ask(directive, office)
    CommitteeProfile.objects.filter(unit=directive.ward).delete()
    run_job(job_id=job.pk, clock=clock())
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Chưa khai thông tin đảng ủy" in job.error


def test_drafts_and_times_to_come_are_refused(directive, office):
    with pytest.raises(ReportRefused, match="chưa tới"):
        ask(directive, office, NOW + timedelta(minutes=1))
    with pytest.raises(ReportRefused, match="chưa giao việc"):
        ask(directive, office, START - timedelta(minutes=1))
    Directive.objects.filter(pk=directive.pk).update(state="DRAFT")
    directive.refresh_from_db()
    with pytest.raises(ReportRefused, match="chưa ban hành"):
        ask(directive, office)
    assert Job.objects.count() == SummaryReport.objects.count() == 0


def test_frozen_figures_never_change(directive, office):
    at = START + timedelta(days=8)
    job = ask(directive, office, at)
    run_job(job_id=job.pk, clock=clock())
    frozen = request_again(report=job.report, freeze=True, by=office, now=NOW)
    assert run_job(job_id=frozen.pk, clock=clock()) is True
    report = SummaryReport.objects.get()
    figures = collect(at=at, directive=directive).total
    assert (report.state, report.frozen_at) == (ReportState.FROZEN, NOW)
    assert FiguresSnapshot.objects.get().figures["total"] == figures.as_json()
    Obligation.objects.filter(requirement__directive=directive).update(first_submitted_at=None, state="PENDING")
    CommitteeProfile.objects.update(name="Đảng ủy phường Khác")
    assert facts_of(report).total == figures
    assert facts_of(report).committee.name == "Đảng ủy phường Phúc Lợi"
    with pytest.raises(ReportRefused, match="đã chốt"):
        request_again(report=report, freeze=True, by=office, now=NOW)
    again = request_again(report=report, freeze=False, by=office, now=NOW)
    assert run_job(job_id=again.pk, clock=clock()) is True
    (entry,) = AuditEntry.objects.filter(action="report.freeze")
    assert datetime.fromisoformat(json.loads(entry.detail)["at"]) == at


def test_office_words_are_kept_cleaned_and_handed_on(directive, office):
    job = ask(directive, office)
    report = save_words(
        report=job.report,
        texts={"opinion": "  Đồng  tình \n\n- Phấn khởi\t", "nonsense": "x"},
        number=7,
        by=office,
        now=NOW,
    )
    assert (report.texts, report.number) == ({Section.OPINION: "Đồng tình\n\n- Phấn khởi"}, 7)
    run_job(job_id=job.pk, clock=clock())
    following = ask(directive, office).report
    assert (following.texts, following.number) == (report.texts, None)
    with pytest.raises(ReportRefused, match="dài hơn"):
        save_words(report=report, texts={"opinion": "a" * 20_001}, number=None, by=office, now=NOW)


def test_without_pango_the_other_documents_are_still_made(directive, office):
    job = ask(directive, office)
    with patch("reports.pdf._engine", side_effect=PdfEngineMissing):
        assert run_job(job_id=job.pk, clock=clock()) is True
    job.refresh_from_db()
    report = SummaryReport.objects.get()
    assert (report.pdf, report.docx is None, report.xlsx is None) == (None, False, False)
    assert "apt-get install libpango-1.0-0" in job.error


def test_compiling_at_once_gives_the_same_files(directive, office):
    job = ask(directive, office, END)
    steps: list[int] = []
    documents = compile_report(
        report=job.report, freeze=False, by=office, clock=clock(), advance=lambda step, done: steps.append(done)
    )
    report = SummaryReport.objects.get()
    assert (report.pdf, report.docx, report.xlsx) == (documents.pdf, documents.docx, documents.xlsx)
    assert steps == sorted(steps)
    assert Blob.objects.count() == 3


def test_sweeper_rings_only_for_what_waits(directive, office):
    waiting, running, abandoned = (ask(directive, office, START + timedelta(days=days)) for days in (1, 2, 3))
    far = timezone.now() + timedelta(days=1)
    Job.objects.filter(pk=running.pk).update(state=JobState.RUNNING, lease_until=far)
    Job.objects.filter(pk=abandoned.pk).update(state=JobState.RUNNING, lease_until=datetime(2026, 1, 1, tzinfo=VIETNAM))
    with patch.object(tasks.run, "delay") as rung:
        tasks.ring_waiting_jobs()
    assert [call.args for call in rung.call_args_list] == [(waiting.pk,), (abandoned.pk,)]
