"""From the dashboard to the signed report, in a real browser: asked for, worded out of units' reports, frozen, signed.

The worker's part is done by the test between two clicks. Not here: the verbs (`tests/reports/test_narratives.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from directives.models import Directive
from reports.choices import ReportState
from reports.font_building import build_fonts
from reports.models import Job, SummaryReport
from reports.services.working import run_job
from tests.architecture.world import one_page_pdf
from tests.reports.scene import Paper
from vault.services import read_verified

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.pango]


@pytest.fixture
def paper(settings, tmp_path: Path) -> Paper:
    settings.FONT_DIR = tmp_path / "fonts"
    build_fonts(source=settings.NODE_MODULES_DIR / "@fontsource" / "tinos" / "files", target=settings.FONT_DIR)
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # queries are counted elsewhere
    made = Paper().with_words()
    Directive.objects.update(issued_at=made.owed[0].created_at)
    return made


@pytest.fixture
def page(browser: Browser, live_server, paper: Paper) -> Iterator[Page]:
    """The office's window; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    client = Client()
    client.force_login(paper.office, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    name = portal_settings.SESSION_COOKIE_NAME
    context = browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def _worker(page: Page) -> None:
    """The work behind is done while the person is elsewhere: the waiting page would go on by itself, at its own moment."""
    page.goto("about:blank")
    job = Job.objects.unfinished().get()
    assert run_job(job_id=job.pk, clock=timezone.now)


def test_from_the_dashboard_to_the_signed_report(page: Page, live_server, paper: Paper, tmp_path: Path) -> None:
    page.goto(f"{live_server.url}/tong-hop/")
    page.locator("#id_directive").select_option(str(paper.directive.pk))
    page.get_by_role("button", name="Tổng hợp", exact=True).click()
    expect(page.get_by_text("chờ đến lượt")).to_be_visible()
    _worker(page)
    report = SummaryReport.objects.get()
    page.goto(f"{live_server.url}/tong-hop/{report.pk}/")
    page.get_by_role("link", name="Nội dung từ đơn vị").click()
    section = page.locator("#muc-opinion")
    section.get_by_role("button", name="Lấy nội dung từ báo cáo của 2 đơn vị").click()
    expect(section.get_by_role("textbox")).to_have_count(2)
    section.get_by_role("textbox").first.fill("Đa số cán bộ, đảng viên đồng tình, phấn khởi.")
    section.get_by_role("button", name="Xuống").click()
    expect(section.get_by_role("textbox").nth(1)).to_have_value("Đa số cán bộ, đảng viên đồng tình, phấn khởi.")
    expect(section.get_by_role("link", name="Chi bộ 1, mục", exact=False)).to_be_visible()
    page.get_by_role("link", name="Về báo cáo").click()
    expect(page.get_by_text("Lời văn đã sửa sau lần lập tệp")).to_be_visible()
    page.locator("summary", has_text="Chốt số liệu").click()
    page.get_by_role("button", name="Chốt số liệu này").click()
    expect(page.get_by_text("chờ đến lượt")).to_be_visible()
    _worker(page)
    page.goto(f"{live_server.url}/tong-hop/{report.pk}/")
    expect(page.get_by_text("Đã chốt số liệu")).to_be_visible()
    expect(page.get_by_text("Đa số cán bộ, đảng viên đồng tình, phấn khởi.")).to_be_visible()
    signed = tmp_path / "da-ky.pdf"
    signed.write_bytes(one_page_pdf("bản đã ký"))
    page.get_by_label("Bản đã ký (PDF)").set_input_files(signed)
    page.get_by_role("button", name="Gắn bản đã ký").click()
    expect(page.get_by_text("Đã gắn bản ký")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản đã ký").click()
    assert Path(download.value.path()).read_bytes() == signed.read_bytes()
    report.refresh_from_db()
    assert report.state == ReportState.FROZEN
    assert read_verified(blob=report.signed, now=timezone.now()) == signed.read_bytes()
    expect(page.get_by_role("link", name="Sửa lời văn")).to_have_count(0)
