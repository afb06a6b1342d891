"""A mail from a real mail program: over SMTP into a real mail server, read, decided in the browser, answered over SMTP.

Not here: lines that break and full disks (`tests/mailbox/test_dovecot.py`), refusals of the pages
(`tests/mailbox/test_pages.py`).
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from zeal import zeal_ignore

from directives.choices import ObligationState
from mailbox.services.polling import poll_all
from outbox.draining import drain
from submissions.models import Receipt
from tests.e2e.test_pages import violations
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.mailbox.dovecot import PROCESSED, UNCLEAR, Dovecot, running
from tests.mailbox.scene import AN, SECRETARY, pdf
from tests.outbox.smtp_server import Script, serving
from units.choices import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.dovecot]
SCHOOL = "vanthu@truonghoc.example"
EARLIER = "<nhac-viec@phucloi.example>"


class _Arriving:
    """The mail server's front door: what comes by SMTP goes to the delivery agent of the IMAP server."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot

    async def handle_DATA(self, server, session, envelope) -> str:
        self.dovecot.deliver(envelope.content)
        return "250 OK"


@contextmanager
def front_door(dovecot: Dovecot) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(_Arriving(dovecot), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop(no_assert=True)


@pytest.fixture
def dovecot(monkeypatch) -> Iterator[Dovecot]:
    with running() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


@pytest.fixture
def sink(settings) -> Iterator[Script]:
    """Where the portal's own mails arrive."""
    script = Script()
    with serving(script) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.OUTBOX_PER_MINUTE = 0
        yield script


def send(port: int, sender: str, number: int, *files: tuple[str, bytes]) -> None:
    """What Outlook or a telephone does."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "bxdd@phucloi.example", "Re: Nộp bài thu hoạch"
    message["Message-ID"], message["References"] = f"<{number}@mail.example>", EARLIER
    message.set_content("Kính gửi Ban Xây dựng Đảng, chi bộ gửi bài.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.send_message(message)


def poll() -> None:
    with zeal_ignore():
        polled = poll_all(now=timezone.now())
    assert polled.errors == []


def looks_right(page: Page, width: int) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(Axe(), page) == []


def test_from_the_mail_sent_to_the_answer_received(browser: Browser, live_server, settings, dovecot, sink) -> None:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]
    settings.PUBLIC_URL = live_server.url
    settings.MAILBOXES = dovecot.address()
    ward, now = make_ward(), timezone.now()
    cell = make_unit(ward, code="TDP05", name="Chi bộ Tổ dân phố số 5")
    due_at = now + timedelta(days=3)
    essay = make_requirement(make_directive(ward), title="Bài thu hoạch Nghị quyết 02", due_at=due_at)
    an, binh = (make_obligation(essay, make_member(cell, name=name)) for name in ("Nguyễn Văn An", "Trần Thị Bình"))
    school = make_unit(ward, code="TH01", name="Chi bộ Trường Mầm non")
    lan = make_obligation(essay, make_member(school, name="Lê Thị Lan"))
    make_user(Role.SECRETARY, cell, email=SECRETARY)

    with front_door(dovecot) as port:
        send(port, SECRETARY, 1, (AN, pdf("an")), ("scan0001.pdf", pdf("binh")))
        send(port, SCHOOL, 2, ("Lê Thị Lan - Giáo viên, Chi bộ Trường Mầm non.pdf", pdf("lan")))
    assert dovecot.holds() == 2
    poll()
    assert (dovecot.holds(), dovecot.holds(PROCESSED), dovecot.holds(UNCLEAR)) == (0, 0, 2)

    client = Client()
    client.force_login(make_user(Role.OFFICE, ward), backend=portal_settings.AUTHENTICATION_BACKENDS[-1])
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", reduced_motion="reduce")
    cookie = portal_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}])
    page, complaints = context.new_page(), []
    page.set_default_timeout(90_000)  # the first page of a run may find a busy machine
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{live_server.url}/hop-thu/?trang_thai=can-xu-ly")
    expect(page.get_by_role("link", name="Re: Nộp bài thu hoạch")).to_have_count(2)
    looks_right(page, 360)
    page.get_by_role("row").filter(has_text="Chi bộ Tổ dân phố số 5").get_by_role("link").first.click()
    expect(page.get_by_role("row").filter(has_text=AN)).to_contain_text(Receipt.objects.get().code)
    looks_right(page, 360)
    page.get_by_role("link", name="Chọn việc").click()
    page.get_by_role("searchbox").fill("bình")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("row").filter(has_text="Trần Thị Bình").get_by_role("button", name="Nhận cho việc này").click()
    expect(page.get_by_text("Đã nhận scan0001.pdf cho Trần Thị Bình.")).to_be_visible()

    page.goto(f"{live_server.url}/hop-thu/?trang_thai=can-xu-ly")
    page.get_by_role("link", name="Re: Nộp bài thu hoạch").click()
    page.get_by_label("Đơn vị", exact=True).select_option(label="Chi bộ Trường Mầm non")
    page.get_by_role("button", name="Ghi nhớ và xử lý lại").click()
    expect(page.get_by_text("Đã ghi nhớ địa chỉ và xử lý lại: đã nhận.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải thư gốc").click()
    assert b"Message-ID: <2@mail.example>" in download.value.path().read_bytes()
    page.goto(f"{live_server.url}/hop-thu/cai-dat/")
    expect(page.get_by_role("row").filter(has_text=SCHOOL)).to_contain_text("Chi bộ Trường Mầm non")
    looks_right(page, 360)
    context.close()
    assert complaints == []
    for debt in (an, binh, lan):
        debt.refresh_from_db()
        assert debt.state == ObligationState.SUBMITTED
    poll()
    assert dovecot.holds() == 0

    drain(limit=10, at=timezone.now())
    assert sink.addresses() == [SECRETARY, SCHOOL]
    answer = sink.taken[0][1]
    assert (answer["In-Reply-To"], answer["References"]) == ("<1@mail.example>", f"{EARLIER} <1@mail.example>")
    assert (answer["Auto-Submitted"], answer["Subject"]) == ("auto-replied", "Trả lời: Nộp bài thu hoạch")
    assert answer["Reply-To"] == "bxdd@phucloi.example"
    text = answer.get_body(("plain",)).get_content().replace("\r\n", "\n")
    receipt = Receipt.objects.get(file__version__submission__obligation=an)
    assert f"Đã nhận:\n- {AN}: mã phiếu tiếp nhận {receipt.code}" in text
    assert "Chưa rõ, cán bộ sẽ xem:\n- scan0001.pdf: " in text
    assert f"{live_server.url}/nop-bai/{essay.pk}/{cell.pk}/" in text
    html = answer.get_body(("html",)).get_content()
    assert receipt.code in re.sub(r"\s+", " ", html)
