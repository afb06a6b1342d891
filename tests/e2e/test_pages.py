"""Every page in a real browser, on a desk and on a phone: nothing refused by the content policy, nothing wider than
the window, nothing that axe finds against WCAG 2.2 AA; menus and explanations without JavaScript; weight of a visit.

The pages are those of `tests/architecture/url_matrix.py` that answer 200, each seen by the first role that may.
Not here: the story of a campaign (`test_story.py`), what the pages say.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import brotli
import pikepdf
import pytest
from allauth.usersessions.models import UserSession
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from playwright.sync_api import Error as PlaywrightError

from directives.models import Directive
from tests.architecture.url_matrix import MATRIX, Row
from tests.architecture.world import World, build

SEEN_BY = ("secretary", "member", "leader", "cluster", "office", "admin", "anonymous")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
# Documents shown as they are sent, not pages of the portal: their own look, no bar.
OWN_LOOK = {"reminders:letter_html", "reminders:letter_sample", "reminders:tomorrow_letter_html"}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
FIRST_VISIT = 350_000  # bytes on the wire, compressed (quality.md §1)
LATER_VISIT = 40_000

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@dataclass
class Visit:
    """One address as one role."""

    name: str
    role: str
    path: str


class Desk:
    """A browser and the world its pages show."""

    def __init__(self, browser: Browser, server: str, world: World) -> None:
        self.browser, self.server, self.world = browser, server, world
        self.complaints: list[str] = []

    def context(self, role: str, viewport: dict[str, int], **options: object) -> BrowserContext:
        """A window logged in as `role`."""
        context = self.browser.new_context(
            viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce", **options
        )
        user = self.world.users[role]
        if user is not None:
            client = Client()
            client.force_login(user, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
            session = client.cookies[portal_settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": portal_settings.SESSION_COOKIE_NAME, "value": session, "url": self.server}])
        return context

    def open(self, context: BrowserContext) -> Page:
        """A page that writes down what the browser complains about."""
        page = context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def visits(self) -> Iterator[Visit]:
        """Every address of the table that answers somebody; whether it is a page, the browser tells (`shown`)."""
        for row in MATRIX:
            role = next((role for role in SEEN_BY if row.answers[role] == "200"), None)
            if role is not None and not row.post and row.name not in OWN_LOOK:
                yield Visit(row.name, role, self._path(row))

    def _path(self, row: Row) -> str:
        parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
        return reverse(row.name, kwargs={name: self.world.value(path) for name, path in parameters.items()})

    def shown(self, page: Page, visit: Visit) -> bool:
        """Open the address; False when it is no page of the portal but a file, a picture or a part of a page."""
        try:
            page.goto(self.server + visit.path, wait_until="load")
        except PlaywrightError as error:
            if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
                return False
            raise
        expect(page.locator(".htmx-request")).to_have_count(0)
        return page.evaluate("document.contentType === 'text/html' && document.documentElement.lang !== ''")


@pytest.fixture
def desk(browser: Browser, live_server, settings) -> Iterator[Desk]:
    settings.ZEAL_ALLOWLIST = [
        {"model": "*"}
    ]  # the login library asks twice; our own pages have tests of their queries
    desk = Desk(browser, live_server.url, build(timezone.now()))
    yield desk
    for context in browser.contexts:
        context.close()


def test_every_page_keeps_to_the_policy_the_window_and_the_guidelines(desk: Desk) -> None:
    faults: list[str] = []
    axe, axe_again, seen = Axe(), Axe(axe_script="0"), 0  # the page has it already
    by_role: dict[str, list[Visit]] = {}
    for visit in desk.visits():
        by_role.setdefault(visit.role, []).append(visit)
    for role, visits in by_role.items():
        page = desk.open(desk.context(role, DESK))
        for visit in visits:
            desk.complaints.clear()
            page.set_viewport_size(DESK)
            if not desk.shown(page, visit):
                continue
            seen += 1
            for viewport, look in ((DESK, axe), (PHONE, axe_again)):  # one visit for both: the window is made smaller
                page.set_viewport_size(viewport)
                where = f"{visit.name} ({role}, {viewport['width']} px)"
                beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if beyond > 0:
                    faults.append(f"{where}: {beyond} px wider than the window")
                faults += [f"{where}: {fault}" for fault in violations(look, page)]
            faults += [f"{visit.name} ({role}): {complaint}" for complaint in desk.complaints]
        page.context.close()
    assert seen > 150
    assert faults == [], "\n".join(faults)


def violations(axe: Axe, page: Page) -> list[str]:
    """What axe finds, one line an element."""
    found = axe.run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_the_components_keep_to_the_guidelines(desk: Desk) -> None:
    builder = desk.world.users["admin"]
    builder.is_staff = True
    builder.save()
    for viewport in (DESK, PHONE):
        page = desk.open(desk.context("admin", viewport))
        page.goto(desk.server + reverse("interface:gallery"))
        assert violations(Axe(), page) == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert desk.complaints == []


def test_the_policy_would_be_noticed(desk: Desk) -> None:
    page = desk.open(desk.context("office", DESK))
    page.goto(desk.server + reverse("reports:matrix"))
    page.evaluate(
        "document.body.appendChild(Object.assign(document.createElement('script'), {textContent: 'window.x = 1'}))"
    )
    assert any("Content Security Policy" in complaint for complaint in desk.complaints)


def test_the_menu_of_a_phone_opens_without_javascript(desk: Desk) -> None:
    page = desk.context("office", PHONE, java_script_enabled=False).new_page()
    page.goto(desk.server + reverse("reports:office_home"))
    link = page.locator(".topmenu-burger").get_by_role("link", name="Bảng theo dõi")
    expect(link).to_be_hidden()
    page.get_by_label("Mở danh mục").click()
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(desk.server + reverse("reports:matrix"))


def test_the_exact_deadline_shows_on_hover_and_on_focus(desk: Desk) -> None:
    page = desk.context("secretary", DESK).new_page()
    page.goto(desk.server + reverse("directives:my_work"))
    day = page.locator(".deadline-day").first
    tip = day.locator(".tip")
    expect(tip).to_be_hidden()
    day.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    day.focus()
    expect(tip).to_be_visible()


def test_the_focus_is_always_visible(desk: Desk) -> None:
    page = desk.context("office", DESK).new_page()
    page.goto(desk.server + reverse("reports:matrix"))
    seen = 0
    for _ in range(25):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
            " return one === document.body ? null : [one.outerHTML.slice(0, 90), style.boxShadow] })()"
        )
        if ring is None:
            break
        seen += 1
        assert ring[1] != "none", ring[0]
    assert seen >= 15


def test_the_matrix_is_walked_with_the_arrow_keys(desk: Desk) -> None:
    page = desk.context("office", DESK).new_page()
    page.goto(desk.server + reverse("reports:matrix"))
    first = page.locator(".mx-rows tr").first.locator("th a")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".mx-rows tr").first.locator("td a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".mx-rows tr").nth(1).locator("td a").first).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".mx-rows tr").nth(1).locator("a").last).to_be_focused()
    fold = page.locator(".mx-band button").first
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".mx-rows").first).to_be_hidden()


def test_the_leader_reads_everything_on_one_screen_of_a_phone(desk: Desk) -> None:
    page = desk.context("leader", PHONE).new_page()
    page.goto(desk.server + reverse("reports:leader"))
    for part in (".leader-figures", ".trend-narrow svg", ".slow li:last-child"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["y"] + box["height"] <= PHONE["height"], part


def test_the_leaders_page_prints_on_one_sheet_without_controls(desk: Desk) -> None:
    page = desk.context("leader", DESK).new_page()
    page.goto(desk.server + reverse("reports:leader"))
    with pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    page.emulate_media(media="print")
    for control in (".topbar", "select", "button", ".btn"):
        assert not [one for one in page.locator(control).all() if one.is_visible()], control


@pytest.mark.parametrize("width", [320, 768, 1024, 1200])
def test_the_bar_and_the_main_pages_fit_any_window(desk: Desk, width: int) -> None:
    for role, names in (
        (
            "office",
            (
                "reports:office_home",
                "reports:matrix",
                "submissions:review_queue",
                "directives:list",
                "privacy:mine",
                "usersessions_list",
            ),
        ),
        ("secretary", ("directives:my_work", "submissions:receipts")),
        ("leader", ("reports:leader",)),
    ):
        page = desk.context(role, {"width": width, "height": 800}).new_page()
        for name in names:
            page.goto(desk.server + reverse(name))
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{name} at {width} px"


def test_the_search_box_gives_way_before_a_persons_name_is_cut(desk: Desk) -> None:
    officer = desk.world.users["office"]
    officer.full_name = "Nguyễn Thị Phương Thảo"
    officer.save()
    page = desk.context("office", DESK).new_page()
    for where in ("reports:office_home", "privacy:mine"):  # in the look of members, too
        page.goto(desk.server + reverse(where))
        box = page.locator(".topsearch").bounding_box()
        assert box is not None
        assert box["width"] < 250  # the bar is full
        for words in (".topmenu-account > summary > span", ".wordmark-office"):
            assert page.locator(words).first.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_the_committees_name_is_whole_on_a_phone_on_pages_of_the_offices_own_account(desk: Desk) -> None:
    page = desk.context("office", PHONE).new_page()
    page.goto(desk.server + reverse("usersessions_list"))
    assert page.locator(".topbar-office .wordmark").evaluate("one => one.scrollWidth - one.clientWidth") == 0


CUT_WORDS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const cut = [];
  for (const one of document.querySelectorAll("main select")) {
    const look = getComputedStyle(one);
    pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
    const words = one.selectedOptions[0]?.text ?? "";
    const room = one.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    if (pen.measureText(words).width > room) cut.push(words);
  }
  for (const one of document.querySelectorAll("main .confirm-line *"))
    if (one.scrollWidth > one.clientWidth && getComputedStyle(one).textOverflow === "ellipsis") cut.push(one.innerText);
  return cut;
}"""


def test_a_secretary_reads_whole_words_at_the_head_of_a_page_on_a_phone(desk: Desk) -> None:
    Directive.objects.update(
        subject="Nghiên cứu, học tập, quán triệt, tuyên truyền Nghị quyết số 02-NQ/TW của Bộ Chính trị"
    )
    page = desk.context("secretary", PHONE).new_page()
    for name in ("directives:my_work", "directives:list"):
        page.goto(desk.server + reverse(name))
        page.evaluate("document.fonts.ready")
        assert page.evaluate(CUT_WORDS) == [], name
    page.goto(desk.server + reverse("directives:my_work"))
    assert page.locator(".confirm-line").count() > 0  # otherwise this looked at nothing


def test_what_is_wrong_with_a_tick_stands_under_it_across_the_form_on_a_phone(desk: Desk) -> None:
    """Two secretaries in one unit: the sentence has four lines, not fourteen in a column beside its tick."""
    other = desk.world.value("exempted")  # of the cell whose secretary the writer is
    page = desk.open(desk.context("admin", PHONE))
    page.goto(desk.server + reverse("units:add_post", args=[other.pk]))
    page.fill("main [name=title]", "Bí thư")
    page.get_by_role("button", name="Ghi chức vụ").click()
    tick, fault = (
        page.locator(".form-check").bounding_box(),
        page.locator(".form-check .invalid-feedback").bounding_box(),
    )
    label = page.locator(".form-check .form-check-label").bounding_box()
    assert fault["y"] >= label["y"] + label["height"]
    assert fault["width"] > 0.8 * tick["width"]


def test_the_table_of_sessions_is_not_cut_on_a_desk(desk: Desk) -> None:
    other, officer = Client(), desk.world.users["office"]
    other.force_login(officer, backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    key, browser = other.session.session_key, "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36"
    UserSession.objects.create(user=officer, session_key=key, ip="203.0.113.254", user_agent=browser)
    page = desk.context("office", DESK).new_page()
    page.goto(desk.server + reverse("usersessions_list"))
    assert page.get_by_role("button", name="Kết thúc phiên", exact=True).first.is_visible()
    assert page.locator(".tablescroll").evaluate("one => one.scrollWidth - one.clientWidth") == 0


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("secretary", "directives:my_work"),
        ("office", "reports:office_home"),
        ("office", "reports:matrix"),
        ("leader", "reports:leader"),
    ],
)
def test_a_first_visit_and_a_later_one_are_light(desk: Desk, role: str, name: str) -> None:
    context = desk.context(role, DESK)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # the driver takes no built-in
    page.goto(desk.server + reverse(name), wait_until="networkidle")
    kinds = {answer.url: weight(answer) for answer in answers}
    assert any(url.endswith("tabler.min.css") for url in kinds)
    assert any(url.endswith(".woff2") for url in kinds)
    assert sum(kinds.values()) <= FIRST_VISIT, kinds
    assert sum(size for url, size in kinds.items() if "/static/" not in url) <= LATER_VISIT, kinds


def weight(answer: Response) -> int:
    """Bytes on the wire: pages as they came, static text as it is compressed when collected, the rest as it is."""
    body = answer.body()
    if "/static/" in answer.url and not answer.url.endswith(".woff2"):
        return len(brotli.compress(body))
    if answer.headers.get("content-encoding") == "gzip":
        return len(gzip.compress(body, 6))
    return len(body)


def test_pages_are_compressed_and_files_are_left_alone(desk: Desk) -> None:
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(desk.world.users["office"], backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    assert client.get(reverse("reports:matrix"))["Content-Encoding"] == "gzip"
    assert not client.get(reverse("reports:matrix_xlsx")).has_header("Content-Encoding")
