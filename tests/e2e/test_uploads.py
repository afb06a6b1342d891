"""Uploads in a real browser: forty files in one drop, a signal lost in mid-file, a reload, photographs at the width of a
telephone, a long scan, two secretaries at once.

Not here: the protocol (`tests/submissions/test_resuming.py`), one desk's states (`test_desk.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from directives.choices import RequirementKind
from submissions.choices import WAITING_STATES
from submissions.models import Deposit, Inspection, LongScan, PendingUpload, StagedFile, SubmissionVersion
from submissions.scan_slips import Sheet
from submissions.tasks import drain_inspections, read_scans
from tests.e2e.test_desk import Campaign
from tests.e2e.test_pages import violations
from tests.factories.directives import make_obligation, make_requirement
from tests.factories.units import make_member, make_user
from tests.submissions.pdf_samples import document, saved
from tests.submissions.photo_samples import photograph
from tests.submissions.test_scans import A4, inked_page, scan_of, separator
from units.choices import Role
from units.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PIECE = 4 * 1024 * 1024


@pytest.fixture
def campaign(live_server, tmp_path, settings) -> Campaign:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # each file is its own row and lock; pages have tests of their queries
    return Campaign(live_server.url, tmp_path)


@pytest.fixture
def opened(browser: Browser, campaign: Campaign, live_server) -> Iterator[Callable[..., Page]]:
    """Opens the desk for an account, at a width."""
    contexts: list[BrowserContext] = []

    def open_desk(user: User | None = None, width: int = 1440) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN", reduced_motion="reduce")
        contexts.append(context)
        client = Client()
        client.force_login(user or campaign.secretary, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
        cookie = portal_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(campaign.url)
        return page

    yield open_desk
    for context in contexts:
        context.close()


def big_pdf(folder: Path, name: str) -> Path:
    """Nine megabytes: three pieces."""
    pdf = document(2)
    pdf.Root.Weight = pdf.make_stream(os.urandom(9 * 1024 * 1024))
    path = folder / name
    path.write_bytes(saved(pdf))
    return path


def check_all(*pages: Page) -> None:
    """Let every check end while no page asks: the database of the tests has one connection, and it may say "locked"."""
    addresses = [page.url for page in pages]
    for page in pages:
        page.wait_for_load_state("networkidle")
        page.goto("about:blank")
    for _ in range(10):  # one tick lasts twelve seconds at most
        if not Inspection.objects.filter(state__in=WAITING_STATES).exists():
            break
        drain_inspections()
    for page, address in zip(pages, addresses, strict=True):
        page.goto(address)


def after_the_first(page: Page) -> None:
    """The first piece arrives, then the signal is gone."""
    seen = []

    def answer(route: Route) -> None:
        if route.request.method == "PATCH" and not seen:
            seen.append(1)
            route.continue_()
        elif route.request.method in ("PATCH", "HEAD"):
            route.abort()
        else:
            route.continue_()

    page.route("**/nop-bai/tai-dan/**", answer)


def test_forty_files_in_one_drop_one_confirm_one_receipt(opened, campaign: Campaign) -> None:
    names = [
        f"Lê Văn {word} {number}"
        for number in range(1, 5)
        for word in ("An", "Bình", "Cường", "Dũng", "Em", "Giang", "Hà", "Inh", "Khoa", "Lâm")
    ]
    names = [re.sub(r" (\d)$", lambda m: " " + ["Một", "Hai", "Ba", "Bốn"][int(m[1]) - 1], name) for name in names]
    for name in names:
        make_obligation(campaign.requirement, make_member(campaign.unit, name=name))
    page = opened()
    page.set_input_files("#desk-files", campaign.files(*[f"{name}.pdf" for name in names]))
    expect(page.locator(".filerow")).to_have_count(40, timeout=120_000)
    check_all(page)
    page.get_by_role("button", name="Nộp 40 bài").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 40 bài")).to_be_visible(timeout=90_000)
    assert (Deposit.objects.count(), SubmissionVersion.objects.count(), StagedFile.objects.count()) == (1, 40, 0)


def test_a_signal_lost_in_mid_file_goes_on_where_it_broke_off(opened, campaign: Campaign) -> None:
    page = opened()
    after_the_first(page)
    page.set_input_files("#desk-files", big_pdf(campaign.folder, "Trịnh Quốc Việt.pdf"))
    strip = page.locator("#desk-progress")
    expect(strip).to_contain_text("Mất kết nối: còn 1 tệp chưa tải xong", timeout=40_000)
    assert PendingUpload.objects.get().offset == PIECE
    page.unroute("**/nop-bai/tai-dan/**")
    with page.expect_request(lambda r: r.method == "PATCH") as sent:
        page.get_by_role("button", name="Tải tiếp 1 tệp").click()
    assert sent.value.headers["upload-offset"] == str(PIECE)
    expect(page.locator(".filerow")).to_have_count(1, timeout=30_000)
    expect(strip).to_be_hidden()


def test_a_reload_in_mid_file_goes_on_by_itself(opened, campaign: Campaign) -> None:
    page = opened()
    after_the_first(page)
    with page.expect_response(lambda r: r.request.method == "PATCH"):
        page.set_input_files("#desk-files", big_pdf(campaign.folder, "Trịnh Quốc Việt.pdf"))
    page.wait_for_timeout(500)
    page.unroute("**/nop-bai/tai-dan/**")
    with page.expect_request(lambda r: r.method == "PATCH", timeout=30_000) as sent:
        page.reload()
    assert sent.value.headers["upload-offset"] == str(PIECE)
    expect(page.locator(".filerow")).to_have_count(1, timeout=30_000)
    expect(page.locator(".filerow-name b")).to_have_text("Trịnh Quốc Việt")
    expect(page.locator("#desk-unfinished")).to_be_hidden()


def test_photographs_at_the_width_of_a_telephone(opened, campaign: Campaign) -> None:
    page = opened(width=360)
    photos = []
    for number in (2, 1, 3):
        path = campaign.folder / f"Trịnh Quốc Việt {number}.jpg"
        path.write_bytes(photograph(number=number))
        photos.append(path)
    page.set_input_files("#desk-files", photos)
    expect(page.locator(".filerow-from")).to_contain_text("3 ảnh chụp ghép lại", timeout=30_000)
    check_all(page)
    page.get_by_role("link", name="Xem và xếp ảnh").click()
    expect(page.get_by_role("heading", name="Xếp thứ tự 3 ảnh")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(Axe(), page) == []
    page.get_by_role("button", name="Đưa ảnh này xuống sau").first.click()
    expect(page.locator(".photogrid li").first).to_contain_text("Trịnh Quốc Việt 2.jpg")
    page.get_by_role("link", name="Xong, về bàn nộp").click()
    page.get_by_role("button", name="Nộp 1 bài").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 1 bài")).to_be_visible()


def test_a_long_scan_is_cut_by_its_sheets(opened, campaign: Campaign) -> None:
    page = opened()
    owed = {one.member.full_name: one for one in campaign.requirement.obligations.select_related("member")}
    sheets = [separator(Sheet(campaign.requirement.pk, owed[name].pk)) for name in ("Nguyễn Thị Thuý", "Bùi Văn Thịnh")]
    path = campaign.folder / "cả tập.pdf"
    path.write_bytes(scan_of(sheets[0], inked_page(A4), sheets[1], inked_page(A4), inked_page(A4, (230, 230, 226))))
    page.get_by_role("link", name="Có một bản quét dài nhiều bài?").click()
    page.set_input_files("#ban-quet", path)
    expect(page.get_by_role("heading", name="Tách bản quét cả tập.pdf")).to_be_visible()
    read_scans()
    expect(page.get_by_text("2 bài trong 5 trang")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Bài của ai").nth(1)).to_have_value(str(owed["Bùi Văn Thịnh"].pk))
    assert violations(Axe(), page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(Axe(), page) == []
    ends = [page.get_by_label(words).first.bounding_box() for words in ("Từ trang", "đến trang")]
    assert ends[0]["y"] == ends[1]["y"], "both ends of a paper stand in one line of a phone"
    page.get_by_label("Đưa lên bàn nộp").nth(1).uncheck()
    expect(page.get_by_role("button", name="Đưa 1 bài đã chọn lên bàn nộp")).to_be_visible()
    page.get_by_label("Đưa lên bàn nộp").nth(1).check()
    page.get_by_role("button", name="Đưa 2 bài đã chọn lên bàn nộp").click()
    expect(page.locator(".filerow-from").first).to_contain_text("của cả tập.pdf")
    page.get_by_role("button", name="Nộp 2 bài").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 2 bài")).to_be_visible()


def test_a_long_scan_goes_on_after_a_lost_signal_and_a_reload(opened, campaign: Campaign) -> None:
    page = opened(width=360)
    page.get_by_role("link", name="Có một bản quét dài nhiều bài?").click()
    expect(page.locator("#ban-quet")).to_be_attached()
    page.wait_for_load_state()  # requests of a page that was still on its way would not be stopped
    after_the_first(page)
    page.set_input_files("#ban-quet", big_pdf(campaign.folder, "cả tập.pdf"))
    expect(page.locator("#desk-progress")).to_contain_text("Mất kết nối: còn 1 tệp", timeout=40_000)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    pending = PendingUpload.objects.get()
    assert (pending.offset, pending.is_scan) == (PIECE, True)
    page.unroute("**/nop-bai/tai-dan/**")
    with page.expect_request(lambda r: r.method == "PATCH", timeout=30_000) as sent:
        page.reload()
    assert sent.value.headers["upload-offset"] == str(PIECE)
    expect(page.get_by_role("heading", name="Tách bản quét cả tập.pdf")).to_be_visible(timeout=30_000)
    assert (LongScan.objects.get().original_name, StagedFile.objects.count()) == ("cả tập.pdf", 0)


def test_two_secretaries_at_once_do_not_hand_in_the_same_twice(opened, campaign: Campaign) -> None:
    deputy = make_user(Role.SECRETARY, campaign.unit, name="Lê Văn Phó")
    files = campaign.files("Nguyễn Thị Thuý.pdf", "Trịnh Quốc Việt.pdf")
    first, second = opened(), opened(deputy)
    for page in (first, second):
        page.set_input_files("#desk-files", files)
        expect(page.locator(".filerow")).to_have_count(2, timeout=30_000)
    check_all(first, second)
    for page in (first, second):
        expect(page.get_by_role("button", name="Nộp 2 bài")).to_be_visible()
    first.get_by_role("button", name="Nộp 2 bài").click()
    expect(first.get_by_role("heading", name="Đã tiếp nhận 2 bài")).to_be_visible()
    second.get_by_role("button", name="Nộp 2 bài").click()
    expect(second.locator("main")).to_contain_text("Bàn nộp vừa thay đổi nên chưa nộp gì")
    expect(second.locator(".filerow-out")).to_have_count(2)
    expect(second.locator(".filerow").first).to_contain_text("Giống hệt bài đã nộp")
    assert (Deposit.objects.count(), SubmissionVersion.objects.count()) == (1, 2)


def test_a_file_for_a_slot_goes_on_after_a_lost_signal_and_a_reload(opened, campaign: Campaign, tmp_path: Path) -> None:
    kind = {"kind": RequirementKind.REPORT, "title": "Báo cáo quý", "outline": ["Kết quả"]}
    report = make_obligation(make_requirement(campaign.requirement.directive, **kind), campaign.unit)
    page = opened(width=360)
    page.goto(f"{campaign.url.split('/nop-bai/')[0]}/viec/{report.pk}/viet/")
    row = page.locator(".slotrow").first
    after_the_first(page)
    row.locator("input[type=file]").set_input_files(big_pdf(tmp_path, "ban-ky.pdf"))
    expect(page.get_by_text("Mất kết nối: còn 1 tệp chưa tải xong.")).to_be_visible(timeout=60_000)
    page.get_by_label("Kết quả").fill("Đã quán triệt đủ")  # what is typed stays while files go up
    expect(page.locator("#save-state")).to_contain_text("lưu lúc", timeout=30_000)
    assert (PendingUpload.objects.get().offset, StagedFile.objects.count()) == (PIECE, 0)
    page.unroute_all()
    page.reload()
    expect(row.get_by_text("CHƯA NỘP")).to_be_visible(timeout=60_000)
    expect(page.locator("#desk-progress")).to_be_hidden()
    expect(page.get_by_label("Kết quả")).to_have_value("Đã quán triệt đủ")
    staged = StagedFile.objects.get()
    assert (staged.obligation, staged.slot != "", staged.original_name) == (report, True, "ban-ky.pdf")
    assert staged.size == (tmp_path / "ban-ky.pdf").stat().st_size
    assert violations(Axe(), page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Nộp báo cáo").click()  # the bar was drawn anew and still sends its revision
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible(timeout=30_000)
