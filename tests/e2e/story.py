"""What the browser story needs: a portal of its own in one profile, its roster, its files, people who log in.

Not here: the story (`test_story.py`).
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import struct
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
from playwright.sync_api import Browser, BrowserContext, Page, expect

from phucloi_portal.demo.people import DemoRoster, demo_roster
from phucloi_portal.demo.scans import essay_scan
from phucloi_portal.demo.workbook import write_roster
from tests.faults.running import REPOSITORY, RunningPortal
from vietnamese.dates import VIETNAM

PASSWORD = "mat khau cua cau chuyen 2026"
SCHOOL = "Chi bộ Trường THCS Phúc Lợi"
MEMBERS = 150
_NAME, _UNIT, _DECISION, _FROM = 1, 3, 7, 8


@dataclass
class Story:
    """One portal and the answers its commands gave."""

    env: dict[str, str]
    folder: Path
    portal: RunningPortal
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    spare_codes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.portal.port}"

    def manage(self, *arguments: str, answer: str = "", code: int = 0) -> str:
        """Run a command to its end; it must exit with `code`. Returns stdout."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY, env=self.env, input=answer, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def ask(self, *arguments: str, code: int = 0) -> dict | list:
        """The JSON a command prints: one document and nothing else."""
        return json.loads(self.manage(*arguments, "--json", code=code))

    def log_in(self, email: str, *, phone: bool = False) -> Page:
        """A window of its own, logged in; whatever its console complains about fails the story."""
        size = {"width": 360, "height": 740} if phone else {"width": 1440, "height": 900}
        context: BrowserContext = self.browser.new_context(
            viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(page.locator("input[name=password]")).to_have_count(0)  # the next page has come
        page.wait_for_load_state()
        if email in self.spare_codes:
            page.locator("input[name=code]").fill(self.spare_codes[email].pop())
            page.get_by_role("button", name="Đăng nhập", exact=True).click()
            expect(page.locator("input[name=code]")).to_have_count(0)
            page.wait_for_load_state()
        elif page.get_by_text("Còn một bước trước khi vào việc").count():
            self._set_up_second_factor(page, email)
        notice = page.get_by_role("button", name="Tôi đã đọc thông báo này")
        if notice.count():
            notice.click()
            page.wait_for_load_state()
        return page

    def _set_up_second_factor(self, page: Page, email: str) -> None:
        """The gate of staff: an app that reads the shown secret; the recovery codes serve at later logins."""
        page.get_by_role("link", name="Bật ứng dụng xác thực").click()
        secret = page.locator("#authenticator_secret").input_value().replace(" ", "")
        page.get_by_label("Mã 6 số trên ứng dụng").fill(code_of_app(secret, datetime.now(VIETNAM)))
        page.get_by_role("button", name="Bật", exact=True).click()
        expect(page.locator(".codelist code")).not_to_have_count(0)
        self.spare_codes[email] = page.locator(".codelist code").all_inner_texts()
        page.get_by_role("link", name="Đã cất mã, vào việc").click()
        page.wait_for_load_state()

    def picture(self, page: Page, name: str) -> None:
        """Keep a picture of the page for the documents, when `PORTAL_PICTURES` names a folder."""
        folder = os.environ.get("PORTAL_PICTURES")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png")


def code_of_app(secret: str, at: datetime) -> str:
    """The six digits an authenticator app shows at `at` (RFC 6238: HMAC-SHA1, steps of 30 s)."""
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def story_roster(folder: Path, now: datetime) -> tuple[Path, list[str], str]:
    """A roster file, the names of the school's cell in its order, and the one of them who is exempt."""
    roster = demo_roster(members=MEMBERS, seed=7, day=now.date())
    school = [place for place, row in enumerate(roster.members) if row[_UNIT] == SCHOOL]
    row = list(roster.members[school[-1]])
    row[_DECISION], row[_FROM] = "12-QĐ/ĐU", now.date() - timedelta(days=200)
    roster.members[school[-1]] = tuple(row)
    path = folder / "danh-ba.xlsx"
    write_roster(roster, path)
    names = [str(roster.members[place][_NAME]) for place in school]
    return path, names, names[-1]


def faulty_roster(folder: Path, now: datetime) -> Path:
    """The same shape with a person in a unit nobody knows and a name left blank."""
    roster: DemoRoster = demo_roster(members=MEMBERS, seed=7, day=now.date())
    stranger, nameless = list(roster.members[0]), list(roster.members[1])
    stranger[_UNIT], nameless[_NAME] = "Chi bộ Không Có Trong Danh Sách", ""
    roster.members[:2] = [tuple(stranger), tuple(nameless)]
    path = folder / "danh-ba-loi.xlsx"
    write_roster(roster, path)
    return path


def essays(folder: Path, names: list[str], exempt: str) -> dict[str, Path]:
    """Files as they come in: right, NFD, unaccented, nameless, locked, no PDF at all, too large, of an exempt member."""

    def scan(file_name: str, person: str, seed: int) -> Path:
        path = folder / file_name
        path.write_bytes(essay_scan(name=person, post="Giáo viên", unit=SCHOOL, seed=seed, pages=2))
        return path

    first, second, third = names[0], names[1], names[3]
    files = {
        "right": scan(f"{first} - Bí thư, {SCHOOL}.pdf", first, 1),
        "nfd": scan(unicodedata.normalize("NFD", f"{second} - Phó Bí thư, {SCHOOL}.pdf"), second, 2),
        "plain": scan(f"{_without_marks(third)} - Giao vien.pdf", third, 3),
        "nameless": scan("scan0001.pdf", "Không tên", 4),
        "exempt": scan(f"{exempt} - Giáo viên, {SCHOOL}.pdf", exempt, 5),
        "corrected": scan(f"{second} - Phó Bí thư, {SCHOOL} (1).pdf", second, 6),
    }
    locked = folder / f"{names[2]} - Giáo viên, {SCHOOL}.pdf"
    with pikepdf.open(files["right"]) as content:
        content.save(locked, encryption=pikepdf.Encryption(user="bi mat", owner="bi mat"))
    word = folder / f"{names[2]} - Chi ủy viên, {SCHOOL}.pdf"
    word.write_bytes(b"PK\x03\x04" + b"word/document.xml" * 40)
    large = folder / "qua-lon.pdf"
    large.write_bytes(files["right"].read_bytes().ljust(30 * 1024 * 1024, b"\n"))
    return {**files, "locked": locked, "word": word, "large": large}


def _without_marks(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def now_in_vietnam() -> datetime:
    """The real clock: the story is told in the present."""
    return datetime.now(VIETNAM)
