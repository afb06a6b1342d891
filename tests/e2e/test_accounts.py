"""Accounts in a real browser: from the invitation to the work page, keys of a virtual authenticator, a lost login.

Not here: the rules behind the pages (`tests/units`), the story of a campaign (`test_story.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from outbox.models import OutgoingMail
from tests.e2e.story import code_of_app
from tests.factories.units import PASSWORD, make_unit, make_user, make_ward
from units.choices import Role
from units.services.accounts import create_account
from units.services.invitations import invite
from units.services.roles import grant_role
from vietnamese.dates import VIETNAM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FRESH = "con suối chảy qua làng"


class Visitor:
    """A window at one portal; what its console complains about is kept."""

    def __init__(self, browser: Browser, server: str, width: int) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        self.page: Page = context.new_page()
        self.server, self.complaints = server, []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.server + path)
        return self.page

    def log_in(self, email: str, password: str = PASSWORD) -> Page:
        page = self.go(reverse("account_login"))
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        page.wait_for_load_state()
        return page

    def log_out(self) -> None:
        self.go(reverse("account_logout")).locator("main").get_by_role("button").first.click()
        self.page.wait_for_url(re.compile("dang-nhap"))

    def plug_in_a_key(self) -> None:
        """An authenticator of the machine that always finds the right finger."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture(params=[1440, 360])
def visitor(request: pytest.FixtureRequest, browser: Browser, live_server, settings) -> Iterator[Visitor]:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # the login library asks twice
    visitor = Visitor(browser, live_server.url, request.param)
    yield visitor
    assert visitor.complaints == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    visitor.page.context.close()


def test_a_new_officer_from_the_mail_to_the_work_page(visitor: Visitor) -> None:
    ward = make_ward()
    user = create_account(email="canbo@phuong.example", full_name="Phạm Thu Hằng", by=None)
    grant_role(user=user, role=Role.OFFICE, unit=ward, since=timezone.localdate(), by=None)
    invite(user=user, by=None, now=timezone.now())
    link = re.search(r"/tai-khoan/moi/\S+/", OutgoingMail.objects.get().text)[0]

    page = visitor.go(link)
    for field in ("password1", "password2"):
        page.locator(f"input[name={field}]").fill(FRESH)
    page.get_by_role("button", name="Đặt mật khẩu và vào cổng").click()
    expect(page.get_by_text("Còn một bước trước khi vào việc")).to_be_visible()
    visitor.go(reverse("reports:office_home"))
    expect(page.get_by_text("Còn một bước trước khi vào việc")).to_be_visible()  # no way round

    page.get_by_role("link", name="Bật ứng dụng xác thực").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Mã 6 số trên ứng dụng").fill(code_of_app(secret, datetime.now(VIETNAM)))
    page.get_by_role("button", name="Bật").click()
    expect(page.locator(".codelist code")).to_have_count(10)
    spare = page.locator(".codelist code").first.inner_text()
    page.get_by_role("link", name="Đã cất mã, vào việc").click()
    page.get_by_role("button", name="Tôi đã đọc thông báo này").click()
    expect(page).to_have_url(visitor.server + reverse("reports:office_home"))

    visitor.log_out()
    visitor.log_in("canbo@phuong.example", FRESH)
    page.locator("input[name=code]").fill(spare)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(visitor.server + reverse("reports:office_home"))


def test_what_went_wrong_stands_clear_of_the_head(visitor: Visitor) -> None:
    page = visitor.go(reverse("accept_invitation", args=["x"]))
    head, box = page.locator("h1").bounding_box(), page.locator("h1 + .errorbox").bounding_box()
    assert box["y"] - (head["y"] + head["height"]) >= 8


def test_a_key_is_added_and_opens_alone_and_as_second_step(visitor: Visitor) -> None:
    user = make_user(Role.SECRETARY, make_unit(make_ward()), email="bithu@phuong.example")
    visitor.plug_in_a_key()
    page = visitor.log_in(user.email)
    visitor.go(reverse("mfa_index"))
    page.get_by_role("link", name="Thêm khóa").click()
    page.get_by_label("Đặt tên cho khóa").fill("Điện thoại của tôi")
    page.get_by_label("Đăng nhập chỉ bằng khóa này").check()
    page.get_by_role("button", name="Thêm khóa").click()
    expect(page.get_by_role("heading", name="Mã khôi phục")).to_be_visible()
    assert Authenticator.objects.get(user=user, type="webauthn").data["name"] == "Điện thoại của tôi"

    visitor.log_out()
    visitor.log_in(user.email)
    expect(page.get_by_role("heading", name="Xác thực lớp thứ hai")).to_be_visible()
    page.get_by_role("button", name="Dùng khóa hoặc vân tay").click()
    expect(page.get_by_role("heading", name="Xác thực lớp thứ hai")).to_have_count(0)
    visitor.go(reverse("mfa_list_webauthn"))
    expect(page.get_by_text("Điện thoại của tôi")).to_be_visible()

    visitor.log_out()
    page.get_by_role("button", name="Đăng nhập bằng khóa hoặc vân tay").click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)
    visitor.go(reverse("mfa_list_webauthn"))
    expect(page.get_by_text("đăng nhập không cần mật khẩu")).to_be_visible()


def test_what_was_half_written_comes_back_after_the_login(visitor: Visitor) -> None:
    user = make_user(Role.SECRETARY, make_unit(make_ward()), email="bithu@phuong.example")
    page = visitor.log_in(user.email)
    visitor.go(reverse("change_email"))
    page.get_by_label("Địa chỉ thư mới").fill("dang.viet.do@phuong.example")
    Session.objects.all().delete()
    page.get_by_role("button", name="Gửi thư xác nhận").click()
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(visitor.server + reverse("change_email"))
    expect(page.get_by_label("Địa chỉ thư mới")).to_have_value("dang.viet.do@phuong.example")
    expect(page.get_by_text("Phần đang viết dở trước khi phiên hết đã được điền lại")).to_be_visible()
