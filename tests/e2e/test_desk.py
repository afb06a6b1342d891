"""The deposit desk in a real browser: files go up one by one, the grid follows, one confirm ends in a receipt.

Not here: the states and sentences (`tests/submissions/test_desk_views.py`), the story of a campaign (`test_story.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from submissions.models import Deposit, SubmissionVersion
from submissions.tasks import drain_inspections
from tests.e2e.test_pages import violations
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.one_at_a_time import turn
from tests.submissions.pdf_samples import document, saved
from units.choices import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NAMES = ("Nguyễn Thị Thuý", "Trịnh Quốc Việt", "Bùi Văn Thịnh")


class Campaign:
    """A cell whose secretary stands at the desk."""

    def __init__(self, server: str, folder: Path) -> None:
        ward = make_ward()
        self.unit = make_unit(ward, name="Chi bộ Trường THCS Phúc Lợi")
        self.requirement = make_requirement(make_directive(ward), due_at=timezone.now() + timezone.timedelta(days=3))
        for name in NAMES:
            make_obligation(self.requirement, make_member(self.unit, name=name))
        for born in (1985, 1990):
            make_obligation(self.requirement, make_member(self.unit, name="Nguyễn Thị Lan", birth_year=born))
        self.secretary = make_user(Role.SECRETARY, self.unit)
        self.url = server + reverse("submissions:desk", args=[self.requirement.pk, self.unit.pk])
        self.folder = folder

    def files(self, *names: str, **options: object) -> list[Path]:
        """PDFs on disk, each unlike the others."""
        made = []
        for name in names:
            pdf = document(2)
            pdf.docinfo["/Subject"] = name
            path = self.folder / name
            path.write_bytes(saved(pdf, **options))
            made.append(path)
        return made


@pytest.fixture
def campaign(live_server, tmp_path, settings) -> Campaign:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # each file is its own row and lock; pages have tests of their queries
    return Campaign(live_server.url, tmp_path)


@pytest.fixture
def window(browser: Browser, campaign: Campaign, live_server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN", reduced_motion="reduce")
    client = Client()
    client.force_login(campaign.secretary, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(campaign.url)
    yield page
    context.close()


def test_drop_choose_confirm_receipt(window: Page, campaign: Campaign) -> None:
    locked = campaign.files("Bùi Văn Thịnh.pdf", encryption={"owner": "a", "user": "b", "R": 6})
    files = campaign.files("NGUYEN THI THUY.pdf", "Trịnh Quốc Việt (1).pdf", "Nguyễn Thị Lan.pdf", "scan0001.pdf")
    window.set_input_files("#desk-files", [*files, *locked])
    expect(window.locator(".filerow")).to_have_count(5)
    with turn:  # the page asks every second, and the test's one connection cannot answer it in the middle of this
        drain_inspections()
    expect(window.locator(".filerow").last).not_to_contain_text("Đang kiểm tra")
    expect(window.locator(".filerow-refused")).to_contain_text("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")
    expect(window.locator("#desk-confirm")).to_contain_text("Sẵn sàng nộp 2 bài")

    axe = Axe()
    assert violations(axe, window) == []
    window.set_viewport_size({"width": 360, "height": 740})
    assert window.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(axe, window) == []
    window.set_viewport_size({"width": 1440, "height": 900})

    window.get_by_role("button", name="Sinh 1990").click()
    expect(window.locator("#desk-confirm")).to_contain_text("Sẵn sàng nộp 3 bài")
    window.get_by_label("scan0001.pdf: bài của ai").select_option(label="Bùi Văn Thịnh")
    expect(window.get_by_role("button", name="Nộp 4 bài")).to_be_visible()
    assert not SubmissionVersion.objects.exists()

    window.get_by_role("button", name="Nộp 4 bài").dblclick()
    expect(window.get_by_role("heading", name="Đã tiếp nhận 4 bài")).to_be_visible()
    assert re.search(r"/phieu/[0-9A-Z]{4}-[0-9A-Z]{4}/$", window.url)
    assert (Deposit.objects.count(), SubmissionVersion.objects.count()) == (1, 4)
    assert violations(axe, window) == []
    assert window.complaints == []


def test_without_scripts_the_same_work_is_done(browser: Browser, window: Page, campaign: Campaign) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=window.context.storage_state())
    page = context.new_page()
    page.goto(campaign.url)
    page.set_input_files("#desk-files", campaign.files("Trịnh Quốc Việt.pdf", "scan0001.pdf"))
    page.get_by_role("button", name="Tải lên").click()
    page.get_by_label("scan0001.pdf: bài của ai").select_option(label="Nguyễn Thị Thuý")
    page.get_by_role("button", name="Chọn", exact=True).click()
    page.get_by_role("button", name="Nộp 2 bài").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 2 bài")).to_be_visible()
    context.close()
