"""One campaign from an empty machine to the report, in a real browser, with real processes, on both profiles.

Not here: single pages (`test_pages.py`), faults (`tests/faults`).
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import ready_made, services
from tests.e2e.story import (
    MEMBERS,
    PASSWORD,
    SCHOOL,
    Story,
    essays,
    faulty_roster,
    now_in_vietnam,
    story_roster,
)
from tests.faults.running import RunningPortal, environment, manage
from vietnamese.dates import VIETNAM, format_date

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.pango, pytest.mark.xdist_group("story")]
PROFILES = ["embedded", pytest.param("production", marks=pytest.mark.production)]
SUBJECT = "Tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW"


@pytest.fixture(params=PROFILES)
def story(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser, free_port: int) -> Iterator[Story]:
    """A portal just set up, with nothing in it: SQLite, files and local store, or PostgreSQL and Redis."""
    data = tmp_path / "var"
    if request.param == "embedded":
        ready_made.copy_to(data)
        yield from _running(environment(data), tmp_path, browser, free_port)
        return
    name = f"portal_story_{os.getpid()}"
    template = ready_made.postgres_template(services.POSTGRES)
    with services.fresh_database(name, template) as database:
        prefix = f"{name}:{secrets.token_hex(4)}:"
        env = environment(data, DATABASE_URL=database, REDIS_URL=services.REDIS, REDIS_PREFIX=prefix)
        yield from _running(env, tmp_path, browser, free_port)


def _running(env: dict[str, str], folder: Path, browser: Browser, port: int) -> Iterator[Story]:
    prepared = manage("prepare", env=env)
    assert prepared.returncode == 0, prepared.stderr
    with RunningPortal(env, port, folder / "console.log") as portal:
        portal.wait_ready()
        yield Story(env=env, folder=folder, portal=portal, browser=browser)
        portal.interrupt()
        assert portal.process.wait(timeout=25) == 0, portal.output


def test_a_campaign_from_the_roster_to_the_report(story: Story) -> None:
    now = now_in_vietnam()
    names = _import_roster(story, now)
    _open_accounts(story)
    files = essays(story.folder, names, names[-1])
    _issue(story, now)
    receipt = _deposit(story, names, files)
    _review(story, names, files)
    _remind(story, now, names)
    _watch(story)
    _compile(story)
    _verify(story, receipt)
    assert story.complaints == []


def _import_roster(story: Story, now: datetime) -> list[str]:
    roster, names, _ = story_roster(story.folder, now)
    dry = story.ask("import_roster", str(roster))
    assert (dry["units"]["new"], dry["members"]["new"], dry["problems"]) == (31, MEMBERS, [])
    faults = story.ask("import_roster", str(faulty_roster(story.folder, now)), "--apply", code=1)
    assert len(faults["problems"]) == 2
    assert all(re.search("[àáảãạăâđêôơư]", problem["message"]) for problem in faults["problems"])
    assert story.ask("import_roster", str(roster), "--apply") == dry
    again = story.ask("import_roster", str(roster), "--apply")
    assert (again["units"]["unchanged"], again["members"]["unchanged"]) == (31, MEMBERS)
    assert (again["units"]["new"], again["members"]["new"], again["members"]["changed"]) == (0, 0, 0)
    return names


def _open_accounts(story: Story) -> None:
    for email, name, role, unit in (
        ("quantri@phuong.example", "Hoàng Minh Tuấn", "ADMIN", "DB"),
        ("canbo@phuong.example", "Phạm Thu Hằng", "OFFICE", "DB"),
        ("lanhdao@phuong.example", "Nguyễn Xuân Hiền", "LEADER", "DB"),
        ("bithu@phuong.example", "Trần Thị Bích Ngọc", "SECRETARY", "TR01"),
        ("bithu.khac@phuong.example", "Nguyễn Văn An", "SECRETARY", "TDP05"),
    ):
        who = ("open_account", email, "--name", name, "--role", role, "--unit", unit, "--password-stdin")
        story.manage(*who, answer=f"{PASSWORD}\n")


def _issue(story: Story, now: datetime) -> None:
    """The administrator enters the directive: essays by position, a meeting, its report; sees whom it misses; issues."""
    due = format_date(now.date() + timedelta(days=4))
    page = story.log_in("quantri@phuong.example")
    page.goto(f"{story.address}/van-ban/moi/")
    page.get_by_label("Loại văn bản").select_option("CV")
    page.get_by_label("Số", exact=True).fill("128")
    page.get_by_label("Ngày ban hành").fill(format_date(now.date()))
    page.get_by_label("Trích yếu").fill(SUBJECT)
    page.get_by_label("Căn cứ").fill(
        "Công văn số 698-CV/BTGDVTU ngày 21/4/2026\nCông văn số 701-CV/BTGDVTU ngày 21/4/2026"
    )
    page.get_by_label("Kính gửi").fill("Các chi, Đảng bộ trực thuộc phường")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()

    def ask(title: str, kind: str, phrase: str, ticks: list[str], reading: str, anchor: str = "") -> None:
        page.get_by_role("link", name="Thêm yêu cầu").first.click()
        page.get_by_label("Loại việc").select_option(label=kind)
        page.get_by_label("Tên việc").fill(title)
        if anchor:
            page.get_by_label("Tính từ ngày tổ chức của").select_option(label=anchor)
        page.get_by_label("Hạn, đúng như văn bản ghi").press_sequentially(phrase, delay=5)
        expect(page.locator("#reading")).to_contain_text(reading)
        for tick in ticks:
            page.get_by_label(tick, exact=True).check()
        page.get_by_role("button", name="Thêm yêu cầu này").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()

    secretaries = "Bí thư, phó bí thư chi bộ, đảng bộ cơ sở"
    last_day = format_date(now.date() + timedelta(days=3))
    ask("Bài thu hoạch của cán bộ", "Bài thu hoạch", f"trước ngày {due}", [secretaries], last_day)
    ask("Bài thu hoạch khối trường học", "Bài thu hoạch", f"trước ngày {due}", ["Trường học"], last_day)
    held_by = format_date(now.date() + timedelta(days=20))
    cells = ["Chi bộ cơ sở", "Chi bộ trực thuộc"]
    meeting = "Sinh hoạt chuyên đề, hội nghị"
    ask("Sinh hoạt chuyên đề", meeting, f"đến hết ngày {held_by}", cells, held_by)
    ask(
        "Báo cáo sinh hoạt chuyên đề", "Báo cáo kết quả", "chậm nhất sau 03 ngày tổ chức", cells,
        "ngày tổ chức", anchor="Sinh hoạt chuyên đề",
    )  # fmt: skip

    page.get_by_role("link", name="Xem trước việc giao").click()
    expect(page.get_by_text("khối Dân cư không được giao bài nào")).to_be_visible()
    story.picture(page, "xem-truoc")
    dry = story.ask("issue_directive", "128-CV/ĐU")
    page.get_by_role("link", name="Sang bước ban hành").click()
    page.get_by_role("button", name=re.compile("^Ban hành, giao")).click()
    expect(page.get_by_text("Đã ban hành").first).to_be_visible()
    figures = story.ask("figures", "--directive", "128-CV/ĐU")
    assert figures["total"]["assigned"] == dry["obligations"]
    assert figures["total"]["waived"] == 2  # one at the primary school, one at ours
    page.context.close()


def _deposit(story: Story, names: list[str], files: dict[str, Path]) -> str:
    """The secretary sees the tasks, drops the files, is told what becomes of each, confirms once, gets a receipt."""
    page = story.log_in("bithu@phuong.example")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Còn 4 việc")
    story.picture(page, "viec-cua-chi-bo")
    card = page.locator("article.duty", has_text="Bài thu hoạch của cán bộ")
    expect(card).to_contain_text("Còn\u00a03\u00a0ngày")
    card.get_by_role("link", name="Nộp bài").click()
    drop(page, [files["right"], files["nfd"]])
    expect(page.locator(".filerow")).to_have_count(2)
    for name in names[:2]:
        expect(page.locator(".filerow", has_text=name)).to_contain_text("Khớp")
    page.get_by_role("button", name="Nộp 2 bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã tiếp nhận 2 bài")
    story.picture(page, "phieu-tiep-nhan")
    receipt = page.url.rstrip("/").rpartition("/")[2]

    page.goto(f"{story.address}/viec/")
    page.locator("article.duty", has_text="Bài thu hoạch khối trường học").get_by_role("link", name="Nộp bài").click()
    drop(page, [files[which] for which in ("plain", "nameless", "exempt", "locked", "word", "large")], refused=1)
    row = lambda file: page.locator(".filerow", has_text=files[file].name)  # noqa: E731
    expect(page.locator(".filerow", has_text="Có mật khẩu")).to_contain_text("mật khẩu")
    expect(row("nameless")).to_contain_text("Lạ")
    expect(row("exempt")).to_contain_text("tự nguyện")
    expect(page.locator(".filerow", has_text="Không nhận")).not_to_have_count(0)
    expect(page.locator("body")).to_contain_text("25 MB")
    story.picture(page, "nop-bai")
    expect(page.get_by_text("CHƯA NỘP").first).to_be_visible()
    page.get_by_role("button", name="Nộp 2 bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã tiếp nhận 2 bài")
    page.context.close()

    stranger = story.log_in("bithu.khac@phuong.example", phone=True)
    assert stranger.request.get(f"{story.address}/phieu/{receipt}/").status == 404
    stranger.context.close()
    return receipt


def _review(story: Story, names: list[str], files: dict[str, Path]) -> None:
    """The office looks at page images, accepts one and returns one; the secretary sends a corrected version."""
    office = story.log_in("canbo@phuong.example")
    office.goto(f"{story.address}/duyet/")
    expect(office.locator("body")).to_contain_text(names[0])
    story.picture(office, "danh-sach-duyet")
    open_paper(office, names[0])
    sheet = office.locator("img.deck-page").first
    expect(sheet).to_be_visible()
    assert sheet.evaluate("image => image.complete && image.naturalWidth > 600 || image.decode().then(() => true)")
    story.picture(office, "duyet-bai")
    office.keyboard.press("a")
    expect(office.locator("body")).to_contain_text("Đạt")

    office.goto(f"{story.address}/duyet/")
    open_paper(office, names[1])
    office.keyboard.press("r")
    office.locator("input[name=reasons]").first.check()
    office.get_by_role("button", name=re.compile("^Trả lại 1 bài")).click()
    office.wait_for_load_state()
    office.context.close()

    page = story.log_in("bithu@phuong.example")
    card = page.locator("article.duty", has_text="Bài thu hoạch của cán bộ")
    expect(card).to_contain_text("Trả lại")
    card.get_by_role("link", name="Nộp lại").click()
    drop(page, [files["corrected"]])
    page.get_by_role("button", name="Nộp 1 bài").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã tiếp nhận 1 bài")
    page.goto(f"{story.address}/viec/")
    page.locator("article.duty", has_text="Bài thu hoạch của cán bộ").get_by_role("link").first.click()
    page.get_by_role("row", name=re.compile(names[1])).get_by_role("link", name="Xem bài đã nộp").click()
    expect(page.locator("body")).to_contain_text("Lần 2")
    expect(page.locator("body")).to_contain_text("Lần 1")
    page.context.close()


def _remind(story: Story, now: datetime, names: list[str]) -> None:
    """The day before the last day whoever owes is in the plan, once; whoever handed in or is exempt is not."""
    morning = datetime.combine(now.date() + timedelta(days=2), time(7, 30), tzinfo=VIETNAM)
    plan = story.ask("plan_reminders", "--at", morning.isoformat())
    addresses = [letter["to"] for letter in plan["planned"]]
    assert len(addresses) == len(set(addresses))
    assert {letter["stage"] for letter in plan["planned"]} == {"T-1"}
    told = [o for letter in plan["planned"] for o in letter["obligations"]]
    ours = {(o["requirement"], o["member"]) for o in told if o["unit_code"] == "TR01"}
    handed_in, exempt = {names[0], names[1], names[3]}, names[-1]
    still_owing = {name for name in names[2:] if name not in handed_in | {exempt}}
    assert ours == {("128-CV/ĐU#2", name) for name in still_owing}
    others = story.ask("send_mail")["waiting"]  # at a week-end the answer to a review waits for Monday
    story.manage("plan_reminders", "--at", morning.isoformat(), "--apply")
    assert story.ask("plan_reminders", "--at", morning.isoformat())["planned"] == []
    sent = story.ask("send_mail")
    assert (sent["failed"], sent["sent"] + sent["waiting"]) == (0, others + len(addresses))
    office = story.log_in("canbo@phuong.example")
    office.goto(f"{story.address}/don-doc/")
    expect(office.get_by_role("heading", level=1)).to_contain_text("Đôn đốc")
    story.picture(office, "don-doc")
    office.context.close()


def _watch(story: Story) -> None:
    """Figures, matrix and names on the screens of the office; the leader reads and changes nothing."""
    office = story.log_in("canbo@phuong.example")
    expect(office.get_by_role("heading", level=1)).to_have_text("Việc hôm nay")
    story.picture(office, "viec-hom-nay")
    office.get_by_role("link", name="Bảng theo dõi").first.click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("Bảng theo dõi")
    expect(office.get_by_role("table")).to_contain_text(SCHOOL.removeprefix("Chi bộ "))
    story.picture(office, "bang-theo-doi")
    office.context.close()
    leader = story.log_in("lanhdao@phuong.example", phone=True)
    story.picture(leader, "lanh-dao")
    assert "/tinh-hinh/" in leader.url
    assert leader.request.get(f"{story.address}/van-ban/moi/").status == 404
    assert leader.request.get(f"{story.address}/duyet/").status == 404
    leader.context.close()


def _compile(story: Story) -> None:
    """ "Tổng hợp": a job whose page may be left; the three files come out and say what the screen says."""
    office = story.log_in("canbo@phuong.example")
    office.goto(f"{story.address}/tong-hop/")
    office.get_by_role("button", name="Tổng hợp", exact=True).click()
    job = office.url
    office.goto(f"{story.address}/viec-hom-nay/")
    office.goto(job)
    expect(office.get_by_role("link", name=re.compile("PDF")).first).to_be_visible(timeout=90_000)
    story.picture(office, "tong-hop")
    for label, magic in (("PDF", b"%PDF-"), ("Word", b"PK"), ("Excel", b"PK")):
        with office.expect_download() as download:
            office.get_by_role("link", name=re.compile(label)).first.click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(magic)
        kept = story.folder / download.value.suggested_filename
        kept.write_bytes(content)
    office.context.close()


def _verify(story: Story, receipt: str) -> None:
    """The store and the log are whole; anybody may hold a receipt's code against the portal."""
    assert story.ask("verify_store")["faults"] == []
    assert story.ask("verify_audit")["faults"] == []
    status, body = story.portal.get(f"/p/{receipt}/")
    assert status == 200
    assert receipt in body


def drop(page: Page, files: list[Path], *, refused: int = 0) -> None:
    """Choose files on the desk; the script sends them, and what the door refused stays said."""
    page.locator("#desk-files").set_input_files([str(file) for file in files])
    expect(page.locator("#desk-drop[data-live]")).to_be_visible()
    strip = page.locator("#desk-progress")
    expect(strip.locator("[data-running]")).to_have_count(0, timeout=30_000)
    expect(strip.get_by_role("alert")).to_have_count(refused)


def open_paper(page: Page, name: str) -> None:
    """Open the paper of `name` from the queue and wait until the deck listens to keys."""
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.wait_for_url(re.compile(r"/duyet/\d+/"))
    page.wait_for_load_state("load")
