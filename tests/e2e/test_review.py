"""The review deck in a real browser: a paper decided with three keys, and everything by mouse without scripts.

Not here: the deck's parts and refusals (`tests/submissions/test_review_pages.py`), its look against WCAG
(`test_pages.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from submissions.choices import Verdict
from submissions.models import Decision, Submission
from submissions.services.inspecting import inspect_now
from submissions.services.page_images import draw_ahead
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import scan
from units.choices import ReasonKind, Role
from units.models import User
from units.reasons import PROPOSED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NAMES = ("Lê Thị Bích", "Phan Văn Khải", "Ngô Thị Vân", "Nguyễn Thị Thúy", "Đỗ Minh Tuấn")
Opener = Callable[..., Page]


@pytest.fixture
def officer() -> User:
    """Staff of a ward in which five people handed in scans of three pages."""
    now = timezone.now()
    cell = make_unit(make_ward(), name="Chi bộ Trường THCS Phúc Lợi")
    requirement = make_requirement(make_directive(cell.ward), due_at=now + timedelta(days=3))
    for number, name in enumerate(NAMES):
        blob = make_blob(scan(pages=3, grey=225 + 4 * number), now=now)
        draw_ahead(inspection=inspect_now(blob=blob, at=now), at=now)
        obligation = make_obligation(requirement, make_member(cell, name=name))
        hand_in_one(obligation, make_file(blob), received_at=now - timedelta(hours=9 - number))
    return make_user(Role.OFFICE, cell.ward)


@pytest.fixture
def opened(browser: Browser, live_server, settings, officer: User) -> Iterator[Opener]:
    """Opens an address as the officer; whatever the browser complains about fails the test."""
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # queries are counted elsewhere
    complaints: list[str] = []

    def complain(words: str) -> None:
        if "422" not in words:  # an incomplete form is answered so, and shown
            complaints.append(words)

    def open_page(path: str, **options: object) -> Page:
        client = Client()
        client.force_login(officer, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
        name = portal_settings.SESSION_COOKIE_NAME
        context = browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900}, **options)
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda m: complain(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert complaints == []


def on_paper_of(page: Page, name: str) -> None:
    """The deck shows this person's paper, ready for keys."""
    expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()
    expect(page.locator("[data-page-word]")).to_have_text("Trang 1/3")


def test_an_acceptance_by_mistake_is_undone_by_one_key(opened: Opener) -> None:
    page = opened("/duyet/")
    page.get_by_role("link", name="Duyệt 5 bài, từ bài cũ nhất").click()
    on_paper_of(page, NAMES[0])
    page.keyboard.press("z")  # nothing to undo yet
    page.keyboard.press("a")
    on_paper_of(page, NAMES[1])
    expect(page.locator(".deck-undo")).to_contain_text(f"Đã tiếp nhận {NAMES[0]}")
    assert Decision.objects.count() == 1
    page.keyboard.press("z")
    on_paper_of(page, NAMES[0])
    expect(page.get_by_text("Đã hoàn tác. Bài này trở lại chờ duyệt.")).to_be_visible()
    expect(page.locator(".deck-undo")).to_have_count(0)
    assert not Decision.objects.exists()
    for following in NAMES[1:]:
        page.keyboard.press("a")
        on_paper_of(page, following)
    page.keyboard.press("a")  # the last one: the empty list offers the key, too
    expect(page.get_by_role("heading", name="Đã duyệt hết")).to_be_visible()
    page.keyboard.press("z")
    on_paper_of(page, NAMES[4])
    assert Decision.objects.count() == 4


def test_papers_are_decided_with_keys_alone(opened: Opener) -> None:
    page = opened("/duyet/")
    page.get_by_role("link", name="Duyệt 5 bài, từ bài cũ nhất").click()
    on_paper_of(page, NAMES[0])

    page.keyboard.press("c")
    expect(page.locator("[data-page-word]")).to_have_text("Trang 3/3")
    page.keyboard.press("a")
    on_paper_of(page, NAMES[1])
    expect(page.locator(".deck-strip li").first).to_contain_text(f"{NAMES[0]}")

    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Trả lại vì sao?")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_label(PROPOSED[ReasonKind.RETURN][0])).to_be_checked()
    page.keyboard.press("Enter")
    on_paper_of(page, NAMES[2])

    page.keyboard.press("j")
    on_paper_of(page, NAMES[3])
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Bỏ dấu")).to_be_visible()
    on_paper_of(page, NAMES[3])
    page.keyboard.press("k")
    on_paper_of(page, NAMES[2])

    decided = Decision.objects.order_by("decided_at").values_list(
        "version__submission__obligation__member__full_name", "verdict", "reason"
    )
    assert list(decided) == [(NAMES[0], Verdict.ACCEPT, ""), (NAMES[1], Verdict.RETURN, PROPOSED[ReasonKind.RETURN][0])]
    flagged = Submission.objects.flagged().values_list("obligation__member__full_name", flat=True)
    assert list(flagged) == [NAMES[3]]


def test_keys_are_letters_while_one_writes(opened: Opener) -> None:
    page = opened(f"/duyet/{Submission.objects.oldest_first()[0].pk}/tra-lai/")
    page.get_by_label("Viết thêm cho người nộp").press_sequentially("ajrf1 cần ký")
    expect(page.get_by_label("Viết thêm cho người nộp")).to_have_value("ajrf1 cần ký")
    expect(page.get_by_label(PROPOSED[ReasonKind.RETURN][0])).not_to_be_checked()
    page.keyboard.press("Escape")
    on_paper_of(page, NAMES[0])
    assert Decision.objects.count() == 0


def test_the_next_papers_first_and_last_page_are_fetched_ahead(opened: Opener) -> None:
    first, second = Submission.objects.oldest_first()[:2]
    file = second.current.files.get()
    page = opened("/duyet/")
    with page.expect_response(lambda answer: answer.url.endswith(f"/tep/{file.pk}/trang/3/lon/")) as fetched:
        page.goto(page.url + f"{first.pk}/")
    assert fetched.value.status == 200
    second.refresh_from_db()
    assert second.claimed_by is None, "fetching ahead keeps nothing from other reviewers"


def test_zoom_and_turning_change_the_page_and_nothing_else(opened: Opener) -> None:
    page = opened(f"/duyet/{Submission.objects.oldest_first()[0].pk}/")
    sheet = page.locator("#trang-1")
    before = sheet.bounding_box()
    page.get_by_role("button", name="Phóng to").click()
    expect(page.locator("[data-zoom-word]")).to_have_text("125%")
    assert sheet.bounding_box()["width"] > 1.2 * before["width"]
    page.get_by_role("button", name="Thu nhỏ").click()
    page.get_by_role("button", name="Xoay trang").click()
    turned = sheet.bounding_box()
    assert turned["width"] > turned["height"]


def test_everything_works_without_scripts(opened: Opener) -> None:
    page = opened("/duyet/", java_script_enabled=False)
    page.get_by_role("link", name="Duyệt 5 bài, từ bài cũ nhất").click()
    page.get_by_role("link", name="Trang cuối").click()
    page.get_by_role("button", name="Duyệt").click()
    expect(page.get_by_role("heading", name=NAMES[1], level=2)).to_be_visible()
    page.get_by_role("link", name="Trả lại, chọn lý do").click()
    page.get_by_role("button", name="Trả lại 1 bài").click()
    expect(page.get_by_text("Chọn ít nhất một lý do").first).to_be_visible()
    page.get_by_label(PROPOSED[ReasonKind.RETURN][1]).check()
    page.get_by_role("button", name="Trả lại 1 bài").click()
    expect(page.get_by_role("heading", name=NAMES[2], level=2)).to_be_visible()
    assert list(Decision.objects.order_by("decided_at").values_list("verdict", flat=True)) == ["ACCEPT", "RETURN"]
