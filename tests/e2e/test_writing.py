"""A unit's report in a real browser: written on a telephone, saved by itself, handed in with its signed scan; and the
form of a cluster's lead without a scan.

Not here: sums, slots, refusals (`tests/submissions/test_writing.py`), who may see what (`test_oversight.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from directives.choices import RequirementKind
from directives.models import Obligation
from directives.report_fields import OVERSIGHT_NUMBERS, OVERSIGHT_OUTLINE
from submissions.models import ReportDraft, ReportText, SubmittedFile
from tests.e2e.test_pages import violations
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import scan
from tests.submissions.photo_samples import photograph
from units.choices import Role
from units.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Opener = Callable[[User, str], Page]


@pytest.fixture
def opened(browser: Browser, live_server, settings) -> Iterator[Opener]:
    """Opens a page as somebody on a telephone; whatever the browser complains about fails the test."""
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # queries are counted elsewhere
    complaints: list[str] = []

    def open_page(user: User, path: str) -> Page:
        client = Client()
        client.force_login(user, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
        name = portal_settings.SESSION_COOKIE_NAME
        context = browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 780})
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert complaints == []


def asked(kind: str, **more: object) -> Obligation:
    """One written duty of a unit in a cluster, due in three days."""
    ward = make_ward()
    unit = make_unit(ward, name="Chi bộ Tổ dân phố số 5", cluster=make_cluster(ward))
    due = timezone.now() + timedelta(days=3)
    return make_obligation(make_requirement(make_directive(ward), kind=kind, due_at=due, **more), unit)


def fits(page: Page) -> bool:
    """Nothing stands outside the width of the telephone, once the page has come with its style."""
    page.wait_for_load_state("load")
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_report_is_saved_while_one_writes_and_survives_a_reload(opened: Opener) -> None:
    report = asked(RequirementKind.REPORT, outline=["Kết quả", "Kiến nghị"], numbers=["Tổng số = Có mặt + Vắng"])
    member = make_member(report.unit, title="Bí thư", name="Trần Thị Bình")
    page = opened(make_user(Role.SECRETARY, report.unit, member=member), f"/viec/{report.pk}/viet/")
    assert fits(page)
    state = page.locator("#save-state")
    expect(page.get_by_role("button", name="Nộp “Không phát sinh”")).to_be_hidden()  # not filed by one slip of a thumb
    page.get_by_label("Tổng số", exact=True).fill("36")
    page.get_by_label("Có mặt").fill("35")
    page.get_by_label("Vắng").fill("2")
    page.get_by_label("1. Kết quả").press_sequentially("Đã quán triệt đầy đủ.")
    expect(state).to_contain_text("2/3 mục, lưu lúc")
    expect(state).to_contain_text("Ghi 36, nhưng Có mặt + Vắng = 37. Sửa cho khớp.")
    page.get_by_label("Vắng").fill("1")
    expect(state).not_to_contain_text("Sửa cho khớp")
    page.reload()
    expect(page.get_by_label("1. Kết quả")).to_have_value("Đã quán triệt đầy đủ.")
    expect(page.get_by_label("Vắng")).to_have_value("1")
    page.get_by_label("2. Kiến nghị").fill("Không có")
    expect(state).to_contain_text("3/3 mục")
    expect(page.locator("#hand-in-ready")).to_have_text("Còn 1 chỗ trước khi nộp")  # the signed scan
    page.get_by_label("Bản ký").set_input_files(
        {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scan(pages=1)}
    )
    expect(page.get_by_role("button", name="Tải lên")).to_have_count(0)  # choosing sends
    expect(page.get_by_text("Đủ để nộp")).to_be_visible()
    expect(page.locator("#hand-in-bar")).to_contain_text("Chưa in từ cổng")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 1 tệp")).to_be_visible()
    kept = ReportText.objects.get()
    assert [one["text"] for one in kept.parts] == ["Đã quán triệt đầy đủ.", "Không có"]
    assert [one["value"] for one in kept.numbers] == [36, 35, 1]
    assert SubmittedFile.objects.get().slot == "Bản ký"


def test_the_bar_of_a_wide_window_stands_under_its_page(opened: Opener) -> None:
    plan = asked(RequirementKind.ACTION_PLAN, title="Chương trình hành động", slots=["Bản ký", "Biên bản"])
    page = opened(make_user(Role.SECRETARY, plan.unit), f"/viec/{plan.pk}/viet/")
    page.set_viewport_size({"width": 1440, "height": 900})
    panel, words = page.locator("#tep").bounding_box(), page.locator("#hand-in-ready").bounding_box()
    button = page.get_by_role("button", name="Nộp hồ sơ").bounding_box()
    assert panel
    assert words
    assert button
    assert (words["x"], button["x"] + button["width"]) == (panel["x"], panel["x"] + panel["width"])
    page.set_viewport_size({"width": 360, "height": 780})
    button, bar = page.get_by_role("button", name="Nộp hồ sơ").bounding_box(), page.locator("main").bounding_box()
    assert button
    assert bar
    assert button["x"] + button["width"] == bar["width"] - 16  # the gutter of a phone


def test_signed_pages_are_photographed_for_two_slots_on_a_telephone(opened: Opener) -> None:
    plan = asked(RequirementKind.ACTION_PLAN, title="Chương trình hành động", slots=["Bản ký", "Biên bản"])
    page = opened(make_user(Role.SECRETARY, plan.unit), f"/viec/{plan.pk}/viet/")
    pages = [
        {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": photograph(number=number)}
        for number in (1, 2)
    ]
    page.locator("#tep-0").set_input_files(pages)
    expect(page.get_by_text("2 ảnh chụp ghép lại")).to_be_visible()
    expect(page.get_by_text("Còn 1 chỗ trước khi nộp")).to_be_visible()
    page.get_by_role("link", name="Xem, xếp ảnh").click()
    expect(page.get_by_role("heading", name="Xếp thứ tự 2 ảnh")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Đưa ảnh này xuống sau").first.click()
    expect(page.locator(".photogrid li").first).to_contain_text("IMG_2.jpg")
    page.get_by_role("link", name="Xong, về trang của việc này").click()
    page.locator("#tep-1").set_input_files(pages[:1])
    expect(page.get_by_text("Đủ để nộp")).to_be_visible()
    assert fits(page)
    assert violations(Axe(), page) == []
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận 2 tệp")).to_be_visible()
    assert {one.slot: one.receipt.pages for one in SubmittedFile.objects.select_related("receipt")} == {
        "Bản ký": 2, "Biên bản": 1,
    }  # fmt: skip


def test_the_lead_of_a_cluster_writes_his_form_on_a_telephone(opened: Opener) -> None:
    form = asked(RequirementKind.OVERSIGHT, outline=list(OVERSIGHT_OUTLINE), numbers=list(OVERSIGHT_NUMBERS))
    lead = make_user(Role.CLUSTER_LEAD, cluster=form.unit.cluster)
    page = opened(lead, "/viec/")
    assert fits(page)
    page.get_by_role("link", name="Viết phiếu dự").click()
    page.wait_for_url("**/viet/")
    assert fits(page)
    today = timezone.localdate()
    page.get_by_label("Ngày dự sinh hoạt").fill(f"{today.day}/{today.month}/{today.year}")
    for label, value in (
        ("Tổng số đảng viên", "36"),
        ("Có mặt", "35"),
        ("Vắng có lý do", "1"),
        ("Vắng không lý do", "0"),
        ("Số ý kiến phát biểu", "7"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    for number, heading in enumerate(OVERSIGHT_OUTLINE, start=1):
        page.get_by_label(f"{number}. {heading}").fill("Đúng nội dung, đủ thời gian.")
    expect(page.locator("#save-state")).to_contain_text("5/5 mục, lưu lúc")
    assert ReportDraft.objects.get().attended_on == today
    page.get_by_role("button", name="Nộp phiếu").click()
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    assert (ReportText.objects.get().attended_on, SubmittedFile.objects.count()) == (today, 0)
