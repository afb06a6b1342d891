"""How many papers an hour the deck lets one person decide: keys in a real browser, scans as an office makes them.

Each paper is opened, its first page seen, its last page jumped to and seen, then accepted; what is measured is the
portal's share of the time. Not here: what the keys do (`test_review.py`).
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from submissions.choices import Verdict
from submissions.models import Decision
from submissions.services.inspecting import inspect_now
from submissions.services.page_images import draw_ahead
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
A4_AT_300 = (2480, 3508)
PAPERS = 10
LEAST_AN_HOUR = 200


def scanned_page(dice: Random) -> Image.Image:
    """A written page in grey at 300 dpi, with the noise of a scanner: its JPEG weighs what a real one does."""
    noise = Image.effect_noise((A4_AT_300[0] // 4, A4_AT_300[1] // 4), 12).resize(A4_AT_300)
    page = noise.point([min(255, 118 + value) for value in range(256)])
    pen = ImageDraw.Draw(page)
    for row in range(300, 3100, 110):
        left = 250
        while left < 2200:
            width = dice.randint(40, 190)
            pen.line([(left, row), (left + width, row + dice.randint(-14, 14))], fill=40, width=9)
            left += width + dice.randint(25, 60)
    pen.line([(1500 + 60 * n, 3250 + dice.randint(-90, 90)) for n in range(12)], fill=35, width=10, joint="curve")
    return page


def scan_of(number: int) -> bytes:
    """A PDF of two to four such pages."""
    dice = Random(number)
    pages = [scanned_page(dice) for _ in range(2 + number % 3)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=300, quality=70)
    return out.getvalue()


@pytest.fixture
def officer() -> User:
    now = timezone.now()
    cell = make_unit(make_ward(), name="Chi bộ Trường THCS Phúc Lợi")
    requirement = make_requirement(make_directive(cell.ward), due_at=now + timedelta(days=3))
    for number in range(PAPERS):
        blob = make_blob(scan_of(number), now=now)
        draw_ahead(inspection=inspect_now(blob=blob, at=now), at=now)
        hand_in_one(
            make_obligation(requirement, make_member(cell)),
            make_file(blob),
            received_at=now - timedelta(hours=PAPERS - number),
        )
    return make_user(Role.OFFICE, cell.ward)


@pytest.fixture
def page(browser: Browser, live_server, settings, officer: User) -> Iterator[Page]:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # queries are counted elsewhere
    client = Client()
    client.force_login(officer, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    name = portal_settings.SESSION_COOKIE_NAME
    context = browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


SEEN = "n => { const i = document.querySelector(`#trang-${n}`); return !!i && i.complete && i.naturalWidth > 600; }"


def test_the_portal_lets_one_person_decide_two_hundred_an_hour(page: Page, live_server, record_property) -> None:
    page.goto(f"{live_server.url}/duyet/")
    page.get_by_role("link", name=f"Duyệt {PAPERS} bài, từ bài cũ nhất").click()
    started = time.monotonic()
    for number in range(PAPERS):
        expect(page.locator(".deck-left")).to_contain_text(f"còn {PAPERS - number} bài")
        last = 2 + number % 3
        page.wait_for_function(SEEN, arg=1)
        page.keyboard.press("c")
        page.wait_for_function(SEEN, arg=last)
        page.keyboard.press("a")
    expect(page.get_by_text("Đã duyệt hết").first).to_be_visible()
    seconds = time.monotonic() - started
    an_hour = 3600 * PAPERS / seconds
    record_property("papers an hour", round(an_hour))
    print(f"\n{PAPERS} papers in {seconds:.1f} s: {an_hour:.0f} an hour, {seconds / PAPERS:.2f} s each")
    assert Decision.objects.filter(verdict=Verdict.ACCEPT).count() == PAPERS
    assert an_hour >= LEAST_AN_HOUR
