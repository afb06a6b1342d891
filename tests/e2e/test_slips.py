"""Slips of personal links on paper, in a real browser: large enough for old eyes, and nothing cut off by the dashes.

Not here: who gets one and what it opens (`tests/submissions/test_unit_links.py`).
"""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SMALLEST = 10.5 * 96 / 72  # pixels of 10.5 points
LONG_UNIT = "Chi bộ Công ty Trách nhiệm hữu hạn Một thành viên Đầu tư và Phát triển Hạ tầng Đô thị Long Biên"


def test_a_printed_slip_is_large_and_whole(browser: Browser, live_server, settings):
    settings.PUBLIC_URL = "https://cong.dangbo-phuong-phucloi.example"
    ward = make_ward()
    unit = make_unit(ward, name=LONG_UNIT)
    requirement = make_requirement(make_directive(ward), due_at=timezone.now() + timedelta(days=9))
    for name in ("Nguyễn Thị Hoàng Phương Thảo", "Lê Hòa"):
        make_obligation(requirement, make_member(unit, name=name))
    head = make_member(unit, name="Trần Thị Bích Ngọc", title="Bí thư Chi bộ", phone="0912 345 678")
    make_user(member=head)  # he has an account, and gets no slip
    client = Client()
    client.force_login(make_user(Role.SECRETARY, unit), backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("submissions:links_make", args=[unit.pk]), wait_until="load")
    fold, deed = page.locator(".askbox .fold").bounding_box(), page.locator(".askbox-actions").bounding_box()
    page.locator("main button.btn-primary").click()
    page.wait_for_selector(".slip")
    page.emulate_media(media="print")
    slips = page.locator(".slip")
    sizes = slips.locator("p").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    cut = slips.evaluate_all("all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length")
    code_lines = slips.locator(".slip-code").evaluate_all(
        "all => all.map(one => Math.round(one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)))"
    )
    printed = slips.count()
    paper = page.pdf(prefer_css_page_size=True)
    context.close()
    read = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
    read = " ".join(read.split())
    assert [read.count(words) for words in ("Chi bộ Công ty Trách nhiệm", "Hạn gần nhất:", "0912 345 678")] == [2, 2, 2]
    assert printed == 2
    assert deed["y"] >= fold["y"] + fold["height"] + 12  # the button stands clear of the names it is about
    assert min(sizes) >= SMALLEST - 0.1
    assert cut == 0
    assert code_lines == [1, 1]
