"""The secretary of a chi bộ changes in mid-campaign, and a member is transferred: in a real browser, on both profiles.

Not here: the campaign itself (`test_story.py`), single rules (`tests/units`, `tests/directives`).
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as dt_time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import ready_made, services
from tests.e2e.story import PASSWORD, SCHOOL, Story, essays, now_in_vietnam, story_roster
from tests.e2e.test_story import PROFILES, _issue, _running, drop
from tests.faults.running import environment
from vietnamese.dates import VIETNAM

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.xdist_group("secretary")]
OLD = "bithu@phuong.example"
SITTING = "tr01.bt@phucloi.example"  # the address the roster has of the secretary in office
NEIGHBOUR = "Chi bộ Trường Tiểu học Phúc Lợi"
CAMPAIGN = "Bài thu hoạch khối trường học"


@pytest.fixture(params=PROFILES)
def story(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser, free_port: int) -> Iterator[Story]:
    """A portal just set up, with nothing in it: SQLite and files, or PostgreSQL and Redis."""
    data = tmp_path / "var"
    if request.param == "embedded":
        ready_made.copy_to(data)
        yield from _running(environment(data), tmp_path, browser, free_port)
        return
    name = f"portal_secretary_{os.getpid()}"
    template = ready_made.postgres_template(services.POSTGRES)
    with services.fresh_database(name, template) as database:
        prefix = f"{name}:{secrets.token_hex(4)}:"
        env = environment(data, DATABASE_URL=database, REDIS_URL=services.REDIS, REDIS_PREFIX=prefix)
        yield from _running(env, tmp_path, browser, free_port)


def test_the_secretary_changes_and_a_member_moves(story: Story) -> None:
    now = now_in_vietnam()
    roster, names, exempt = story_roster(story.folder, now)
    story.ask("import_roster", str(roster), "--apply")
    for address, name, role, unit in (
        ("quantri@phuong.example", "Hoàng Minh Tuấn", "ADMIN", "DB"),
        (OLD, "Trần Thị Bích Ngọc", "SECRETARY", "TR01"),
    ):
        who = ("open_account", address, "--name", name, "--role", role, "--unit", unit, "--password-stdin")
        story.manage(*who, answer=f"{PASSWORD}\n")
    files = essays(story.folder, names, exempt)
    _issue(story, now)

    old = story.log_in(OLD)
    hand_in(old, story, files["plain"])
    admin = story.log_in("quantri@phuong.example")
    new_address = change_secretary(admin, story)
    old.goto(f"{story.address}/viec/")  # the very next request
    expect(old.locator("article.duty")).to_have_count(0)
    expect(old.get_by_text("Không còn việc nào phải làm")).to_be_visible()

    new = take_up(story, new_address)
    expect(new.get_by_role("heading", level=1)).to_contain_text("việc")
    card = new.locator("article.duty", has_text=CAMPAIGN)
    sent, owed = how_far(card)
    assert sent == 1  # what the old one handed in stays handed in
    moved = transfer(admin, story, names[4])
    new.goto(f"{story.address}/viec/")
    card = new.locator("article.duty", has_text=CAMPAIGN)
    assert how_far(card) == (sent, owed - 1)
    expect(new.locator("details.fold", has_text="đi theo đảng viên")).to_contain_text(moved)
    _reminds_the_right_ones(story, now, moved, old=(names[0], {OLD, SITTING}), new=new_address)
    hand_in(new, story, files["right"], campaign="Bài thu hoạch của cán bộ")
    figures = story.ask("figures", "--directive", "128-CV/ĐU")
    assert figures["total"]["submitted"] == 2  # one by each secretary, nothing lost
    assert story.complaints == []


def _reminds_the_right_ones(story: Story, now: datetime, moved: str, *, old: tuple[str, set[str]], new: str) -> None:
    """His debt is told to those in office where he came to; the school's to its new secretary, the old one hears of his own."""
    morning = datetime.combine(now.date() + timedelta(days=2), dt_time(7, 30), tzinfo=VIETNAM)
    planned = story.ask("plan_reminders", "--at", morning.isoformat())["planned"]
    told = {letter["to"]: {(o["member"], o["unit_code"]) for o in letter["obligations"]} for letter in planned}
    assert {to for to, debts in told.items() if (moved, "TR02") in debts} == {
        "tr02.bt@phucloi.example",
        "tr02.pbt@phucloi.example",
    }
    assert not any((moved, "TR01") in debts for debts in told.values())
    assert {code for _, code in told[new]} == {"TR01"}
    assert len({member for member, _ in told[new]}) > 1  # not only his own
    name, addresses = old
    assert {debt for address in addresses for debt in told.get(address, ())} <= {(name, "TR01")}


def how_far(card: Locator) -> tuple[int, int]:
    """Papers handed in and required, as the card tells."""
    sent, required = re.search(r"(\d+)/(\d+) bài", card.locator(".duty-count").inner_text()).groups()
    return int(sent), int(required)


def hand_in(page: Page, story: Story, file: Path, campaign: str = CAMPAIGN) -> None:
    """The secretary deposits one essay and gets the receipt."""
    page.goto(f"{story.address}/viec/")
    page.locator("article.duty", has_text=campaign).get_by_role("link", name="Nộp bài").click()
    drop(page, [file])
    page.get_by_role("button", name="Nộp 1 bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã tiếp nhận 1 bài")


def change_secretary(page: Page, story: Story) -> str:
    """Three clicks from the page of the unit; returns the address of the new one."""
    page.goto(f"{story.address}/danh-ba/?q=thcs+phuc+loi")
    page.get_by_role("link", name=SCHOOL).first.click()
    page.get_by_role("link", name="Đổi bí thư").click()  # one
    expect(page.locator("#what-follows")).to_contain_text("Bàn giao")
    row = page.locator("tbody tr", has_text="gửi thư mời tới").first
    address = re.search(r"\S+@\S+", row.inner_text()).group(0)
    row.get_by_role("button", name="Chọn làm bí thư").click()  # two
    expect(page.locator(".askbox")).to_contain_text("thôi chức")
    page.get_by_role("button", name="Đổi bí thư").click()  # three, after reading what will happen
    expect(page.get_by_text(f"Thư mời đang gửi tới {address}")).to_be_visible()
    expect(page.get_by_text("thôi chức")).to_be_visible()
    return address


def take_up(story: Story, address: str) -> Page:
    """The new secretary opens the link of the invitation, sets a password and stands before the unit's work."""
    story.ask("send_mail")
    link = invitation(story, address)
    page = story.browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN").new_page()
    page.on("pageerror", lambda error: story.complaints.append(str(error)))
    page.goto(f"{story.address}{link}")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Đặt mật khẩu và vào cổng").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Tôi đã đọc thông báo này").click()  # what stands before every new account
    page.wait_for_load_state()
    page.goto(f"{story.address}/viec/")
    return page


def invitation(story: Story, address: str) -> str:
    """The path of the invitation mailed to this address, as soon as the mail has gone out (by the worker or by us)."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for path in (story.folder / "var" / "mail").glob("*"):
            for content in path.read_bytes().split(b"-" * 79):
                mail = email.message_from_bytes(content.strip(), policy=email.policy.default)
                body = mail.get_body(("plain",))
                found = re.search(r"/tai-khoan/moi/[\w-]+/", body.get_content()) if body else None
                if found and address.lower() in str(mail["To"]).lower():
                    return found.group(0)
        time.sleep(1)
    raise AssertionError(f"no invitation for {address}")


def transfer(page: Page, story: Story, name: str) -> str:
    """The office transfers a member; the page says what went along."""
    page.goto(f"{story.address}/danh-ba/dang-vien/?q={name}")
    page.locator("tbody tr", has_text=SCHOOL).get_by_role("link", name=name).first.click()
    page.get_by_role("link", name="Chuyển sinh hoạt").click()
    expect(page.get_by_text(f"{name} đang có 1 việc chưa xong")).to_be_visible()
    page.get_by_label("Chuyển đến").select_option(label=NEIGHBOUR)
    page.get_by_role("button", name="Chuyển 1 đảng viên").click()
    expect(page.get_by_text(f"1 việc đang mở của {name} đã chuyển sang {NEIGHBOUR}.")).to_be_visible()
    return name
