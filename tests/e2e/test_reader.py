"""A paper pasted, corrected in two places and issued, in a real browser: the three real papers one after another.

Not here: what is read of each (`tests/directives/reader/`), faults of the form (`tests/directives/test_reading_page.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from directives.models import Directive, Obligation
from tests.directives.reader.evaluation import TEXTS
from tests.e2e.test_pages import violations
from tests.factories.units import appoint, make_member, make_unit, make_user, make_ward
from units.choices import Block, PositionGroup, Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def page(live_server, browser: Browser, settings) -> Iterator[Page]:
    """An administrator of a ward with a school, a residential cell and a member of the Standing Committee."""
    settings.ZEAL_ALLOWLIST = [{"model": "audit.AuditHead", "field": "get()"}]  # one entry of the journal a requirement
    ward = make_ward()
    school = make_unit(ward, name="Chi bộ Trường THCS Phúc Lợi", block=Block.SCHOOL)
    residents = make_unit(ward, name="Chi bộ Tổ dân phố số 5")
    for unit, name in ((school, "Nguyễn Thu Hà"), (school, "Trần Văn Bình"), (residents, "Lê Thị Lan")):
        make_member(unit, name=name)
    leader = make_member(school, name="Phạm Quang Minh")
    appoint(leader, "Phó Bí thư Thường trực", unit=ward, group=PositionGroup.STANDING_COMMITTEE)
    client = Client()
    client.force_login(make_user(Role.ADMIN, ward), backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    session = client.cookies[portal_settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": portal_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    opened = context.new_page()
    opened.goto(live_server.url + reverse("directives:read"))
    yield opened
    context.close()


def _read(page: Page, name: str) -> None:
    page.get_by_label("Dán toàn văn").fill((TEXTS / "examples" / f"{name}.txt").read_text(encoding="utf-8"))
    page.get_by_role("button", name="Đọc văn bản").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đối chiếu văn bản")


def _issue(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Lưu \d+ việc, xem trước$")).first.click()
    page.get_by_role("link", name="Sang bước ban hành").click()
    expect(page.get_by_role("heading", name=re.compile("^Ban hành .* và giao"))).to_be_visible()
    known = page.get_by_label("Tôi biết hạn đã qua và vẫn ban hành")  # papers of spring 2026
    if known.count():
        known.check()
    page.get_by_role("button", name=re.compile("^Ban hành, giao")).click()
    expect(page.get_by_text("Đã ban hành").first).to_be_visible()


def _stamp(page: Page, number: str, day: str) -> None:
    """The two corrections every paper needs: its number and its date, reached from their warnings."""
    page.get_by_role("link", name="Điền số").click()
    page.get_by_label("Số", exact=True).fill(number)
    page.get_by_label("Ngày ban hành").fill(day)


def test_paste_000_correct_two_things_issue(page: Page) -> None:
    _read(page, "cong_van_000")
    assert violations(Axe(), page) == []
    page.locator("#cau-3").click()
    expect(page.locator("#viec-3")).to_have_class(re.compile("is-current"))
    page.locator("#viec-1 h3").click()
    expect(page.locator("#cau-1")).to_have_class(re.compile("is-current"))
    _stamp(page, "71", "21/4/2026")
    _issue(page)
    directive = Directive.objects.get()
    assert (directive.reference, directive.state) == ("71-CV/ĐU", "ISSUED")
    kept = [(r.kind, r.deadline_phrase) for r in directive.requirements.order_by("order")]
    assert kept == [
        ("ESSAY", "trước ngày 28/4/2026"),
        ("ESSAY", "trước ngày 28/4/2026"),
        ("ESSAY", "trước ngày 28/4/2026"),
        ("ACTIVITY", "Trong tháng 5/2026"),
        ("REPORT", "chậm nhất sau 03 ngày tổ chức đợt sinh hoạt chuyên đề"),
    ]
    essays = Obligation.objects.filter(requirement__kind="ESSAY").values_list("member__full_name", "requirement__order")
    assert sorted(essays) == [("Nguyễn Thu Hà", 3), ("Phạm Quang Minh", 1), ("Trần Văn Bình", 3)]


@pytest.mark.parametrize(
    ("name", "number", "day", "off"),
    [("ke_hoach_001", "53", "20/4/2026", (2, 3, 6, 10)), ("cong_van_004", "31", "31/01/2026", ())],
)
def test_the_other_papers_are_corrected_and_issued(
    page: Page, name: str, number: str, day: str, off: tuple[int, ...]
) -> None:
    _read(page, name)
    _stamp(page, number, day)
    for duty in off:  # waits for another body, or is the office's own: no duty of the units
        page.locator(f"#viec-{duty}").get_by_label("Giao việc này").uncheck()
    for card in page.locator("article.read-duty").all():
        if card.get_by_label("Giao việc này").is_checked() and card.get_by_text("Chưa rõ giao cho ai").count():
            card.get_by_text(re.compile("^Sửa việc")).click()
            card.get_by_label("Chi bộ cơ sở", exact=True).check()
    _issue(page)
    directive = Directive.objects.get()
    assert directive.state == "ISSUED"
    last_days = {r.deadline_phrase for r in directive.requirements.all()}
    expected = (
        {"trước ngày 25/4/2026", "trong quý II/2026"}
        if number == "53"
        else {"Trước ngày 10/02/2026", "trước ngày 10/02/2026"}
    )
    assert expected <= last_days
    assert Obligation.objects.count() > 0
