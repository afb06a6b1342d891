"""Tomorrow's list in a real browser: a letter is struck, one held, two sent now; each time the number is restated,
and it is another when somebody hands in between.

Not here: the verbs and what goes (`tests/reminders/test_deciding.py`), the story of a campaign (`test_story.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.models import Ruling
from reminders.services import plan_ward
from tests.e2e.test_pages import violations
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
EVENING, MORNING = at(23, hour=17), at(24, hour=7)
PATIENCE = 60_000
"""Milliseconds a step may take on a busy machine."""


@pytest.fixture
def scene(live_server, settings, time_machine) -> Scene:
    """On the evening of 23/4 five people are to be written to tomorrow: An, Chi, the secretary, the deputy, the committee's."""
    settings.OUTBOX_PER_MINUTE = 0
    time_machine.move_to(EVENING)
    scene = make_scene()
    scene.owe("an essay", "chi essay", "cell report")
    return scene


@pytest.fixture(params=[1440, 360])
def page(request, browser: Browser, scene: Scene, live_server) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, locale="vi-VN", reduced_motion="reduce"
    )
    client = Client()
    client.force_login(
        make_user(Role.OFFICE, scene.ward, email="canbo@x.vn"), backend=portal_settings.AUTHENTICATION_BACKENDS[-1]
    )
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(live_server.url + reverse("reminders:tomorrow"))
    yield page
    expect.set_options()
    context.close()


def choose(page: Page, *names: str) -> None:
    """Leave only these people's letters ticked."""
    for box in page.get_by_role("checkbox").all():
        label = box.evaluate("box => box.closest('label').textContent")
        box.set_checked(any(name in label for name in names))


def see(page: Page, *names: str) -> None:
    """The list holds exactly these people's letters, and the heading says how many."""
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"{len(names)} thư sẽ gửi lúc 07:00, thứ Sáu ngày 24/4/2026"
    )
    letters = page.get_by_role("region", name="Thư sẽ gửi").locator("td[data-label='Người nhận'] strong")
    assert sorted(letters.all_inner_texts()) == sorted(names)


def test_strike_hold_and_send_now(page: Page, scene: Scene) -> None:
    see(page, "Nguyễn Văn An", "Ngô Lan Chi", "Trần Thị Bích Ngọc", "Lê Nam", "Đỗ Minh Tuấn")

    ticked = page.get_by_role("status").filter(has_text="Đã chọn")
    expect(ticked).to_have_text("Đã chọn 0/5 thư")
    page.get_by_role("button", name="Chọn hết", exact=True).click()
    expect(ticked).to_have_text("Đã chọn 5/5 thư")
    page.get_by_role("button", name="Bỏ chọn hết").click()
    page.get_by_role("checkbox", name="Thư gửi Lê Nam").check()
    expect(ticked).to_have_text("Đã chọn 1/5 thư")
    page.get_by_role("button", name="Bỏ thư gửi Ngô Lan Chi").click()
    expect(page.get_by_role("heading", name="Bỏ 1 thư này?")).to_be_visible()
    expect(page.locator(".askbox li")).to_have_text("Ngô Lan Chi chi@x.vn")
    assert violations(Axe(), page) == []
    page.get_by_role("button", name="Bỏ 1 thư").click()
    expect(page.get_by_text("Đã bỏ 1 thư của ngày này.")).to_be_visible()
    see(page, "Nguyễn Văn An", "Trần Thị Bích Ngọc", "Lê Nam", "Đỗ Minh Tuấn")

    choose(page, "Lê Nam")
    page.get_by_label("Giữ đến hết ngày").fill("28/4/2026")
    page.get_by_role("button", name="Giữ", exact=True).click()
    expect(page.get_by_role("heading", name="Giữ mọi thư nhắc của 1 người đến hết ngày 28/4/2026?")).to_be_visible()
    page.get_by_role("button", name="Giữ mọi thư nhắc của 1 người").click()
    expect(page.get_by_text("Đã giữ mọi thư nhắc của 1 người đến hết ngày 28/4/2026.")).to_be_visible()
    see(page, "Nguyễn Văn An", "Trần Thị Bích Ngọc", "Đỗ Minh Tuấn")

    choose(page, "Nguyễn Văn An", "Trần Thị Bích Ngọc")
    page.get_by_role("button", name="Gửi ngay các thư đã chọn").click()
    expect(page.get_by_role("heading", name="Gửi ngay 2 thư?")).to_be_visible()
    page.get_by_role("button", name="Gửi ngay 2 thư").click()
    expect(page.get_by_text("2 thư đã vào hàng đợi, đi trong vài phút tới")).to_be_visible()
    see(page, "Đỗ Minh Tuấn")

    assert drain(limit=99, at=EVENING + timedelta(minutes=10)).sent == 2  # the clock of the portal went on
    plan_ward(ward=scene.ward, at=MORNING)
    assert drain(limit=99, at=MORNING).sent == 1
    sent = OutgoingMail.objects.filter(state="SENT").order_by("to_address").values_list("to_address", flat=True)
    assert list(sent) == ["an@x.vn", "bithu@x.vn", "tuan@x.vn"]
    assert set(Ruling.objects.values_list("address", "kind")) == {("chi@x.vn", "STRIKE"), ("phobithu@x.vn", "HOLD")}
    assert page.complaints == []


def test_who_hands_in_between_question_and_answer_is_not_written_to(page: Page, scene: Scene) -> None:
    choose(page, "Nguyễn Văn An", "Ngô Lan Chi")
    page.get_by_role("button", name="Gửi ngay các thư đã chọn").click()
    expect(page.get_by_role("heading", name="Gửi ngay 2 thư?")).to_be_visible()
    row = scene.debts["an essay"]
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", EVENING, EVENING
    row.save()
    page.get_by_role("button", name="Gửi ngay 2 thư").click()
    expect(page.get_by_role("heading", name="Gửi ngay 1 thư?")).to_be_visible()
    expect(page.locator(".askbox li")).to_have_text("Ngô Lan Chi chi@x.vn")
    assert not OutgoingMail.objects.exists()


def test_on_paper_the_columns_stand_under_their_heads_and_the_number_to_ring_is_there(page: Page, live_server) -> None:
    page.set_viewport_size({"width": 680, "height": 960})  # A4 within its margins
    page.emulate_media(media="print")
    letters = page.get_by_role("region", name="Thư sẽ gửi")
    heads = [one.bounding_box() for one in letters.locator("thead th").all() if one.is_visible()]
    cells = [one.bounding_box() for one in letters.locator("tbody tr").first.locator("td").all() if one.is_visible()]
    assert [round(box["x"]) for box in heads] == [round(box["x"]) for box in cells]
    assert len(heads) == 5
    page.goto(live_server.url + reverse("reminders:calls") + "?loai=tat-ca")
    unit = page.get_by_role("region", name="Chi bộ Tổ dân phố số 5")
    expect(unit.locator(".callunit-whom")).to_contain_text("Trần Thị Bích Ngọc, Bí thư")
    expect(unit.locator(".callunit-whom").get_by_text("0912345678", exact=True).last).to_be_visible()


def test_a_tick_in_the_list_of_those_owing_means_those_ticked(page: Page, scene: Scene, live_server) -> None:
    page.goto(live_server.url + reverse("directives:extend_all", args=[scene.essay.pk]))
    expect(page.get_by_label("Tất cả 2 việc còn nợ trong danh sách")).to_be_checked()
    page.get_by_label("Ngô Lan Chi").check()
    expect(page.get_by_label("Chỉ những việc đã đánh dấu")).to_be_checked()
