"""A member without account, on a telephone: from the address in the QR to the receipt, in at most five touches.

Not here: refusals and rights (`tests/submissions/test_personal_pages.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from submissions.link_slips import Slip, slips_of
from submissions.models import Receipt, SubmissionVersion
from tests.e2e.test_pages import violations
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.photo_samples import LIES_ON_ITS_LEFT, photograph
from units.choices import Role
from units.services.links import make_link

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MOST_TOUCHES = 5
SMALLEST_TARGET = 44  # pixels
WIDER = """width => [...document.querySelectorAll("main *, header *")]
  .filter(one => one.getBoundingClientRect().right > width).map(one => one.className || one.tagName)"""


@pytest.fixture
def slip(live_server, settings) -> Slip:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # each photograph is two contents of its own
    settings.PUBLIC_URL = live_server.url
    ward, now = make_ward(), timezone.now()
    unit = make_unit(ward, name="Chi bộ Tổ dân phố số 12")
    member = make_member(unit, name="Lê Thị Hòa", title="Phó Bí thư")
    due_at = now + timezone.timedelta(days=3)
    make_obligation(make_requirement(make_directive(ward), due_at=due_at), member)
    issued = make_link(member=member, unit=unit, by=make_user(Role.SECRETARY, unit), at=now, sheet="")
    return slips_of([issued], None, now)[0]


@pytest.fixture
def photographs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "IMG_0001.jpg", tmp_path / "IMG_0002.jpg"]
    for number, path in enumerate(paths):
        path.write_bytes(photograph(LIES_ON_ITS_LEFT, number=number))
    return paths


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def telephone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", has_touch=True, java_script_enabled=request.param,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.scripted = request.param
    yield page
    context.close()


def looks_right(page: Page) -> None:
    """Nothing wider than the telephone; everything to touch is large; with scripts also nothing axe finds."""
    if not page.scripted:
        return
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    small = page.evaluate(
        """least => [...document.querySelectorAll("a.btn, button, .personal-button, summary, .personal-call")]
          .filter(one => one.offsetParent && one.getBoundingClientRect().height < least)
          .map(one => one.textContent.trim())""",
        SMALLEST_TARGET,
    )
    assert small == []
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 17
    assert violations(Axe(), page) == []


def test_from_the_qr_to_the_receipt(telephone: Page, slip: Slip, photographs: list[Path]) -> None:
    page, touches = telephone, 1  # the QR
    page.goto(slip.url)
    expect(page.get_by_role("heading", name="Mời đồng chí chụp từng trang")).to_be_visible()
    looks_right(page)
    page.set_input_files("#trang", photographs)
    touches += 1
    if not page.scripted:
        page.get_by_role("button", name="Tải lên", exact=True).click()
        touches += 1
    expect(page.locator(".personal-pages li")).to_have_count(2)
    expect(page.get_by_text("CHƯA NỘP")).to_be_visible()
    looks_right(page)
    page.set_viewport_size({"width": 180, "height": 370})  # 360 px at 200 %
    if page.scripted:
        assert page.evaluate(WIDER, 180) == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Đã đủ 2 trang, nộp bài").click()
    touches += 1
    expect(page.get_by_role("heading", name="Đã nhận bài của đồng chí")).to_be_visible()
    looks_right(page)
    assert touches <= MOST_TOUCHES
    assert (SubmissionVersion.objects.get().on_behalf, Receipt.objects.get().pages) == (False, 2)
    assert page.complaints == []
