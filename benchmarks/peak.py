"""`python -m benchmarks.peak [--seconds N] [--times 5]`: the evening of a deadline on a portal that really runs.

quality.md §5: 3 uploads of 3 MB a second beside 25 pages a second on 2 cores: receipts p95 ≤ 2 s, pages p95 ≤ 500 ms,
verdicts p95 ≤ 60 s; then `--times` as much: every answer whole or 503 with Retry-After, no receipt lost, and normal again
within 60 s. Requests are sent when their time has come, whether the last ones were answered or not, and a wait counts
from that time. An upload is the whole way: file, page of the desk, confirm, receipt read. At the end every receipt a
client has seen is looked for by plain SQL, and the store is verified. The clients run on the same two cores.
Talks to 127.0.0.1 only and stops by itself. `DATABASE_URL` (a database of your own, emptied before) chooses PostgreSQL.
Not here: jobs beside their floors (the other modules).
"""

import argparse
import contextlib
import http.client
import queue
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness import start_django
from benchmarks.scan_data import HEIGHT, WIDTH, scanned_page

UNITS, SENDERS_A_UNIT = 120, 8
UPLOADS_A_SECOND, PAGES_A_SECOND = 3, 25
SENDING_AT_ONCE = 400
TOKEN = "a" * 32
KEY = re.compile(r'name="key" value="([0-9a-f-]+)"')
ROWS = re.compile(r'name="rows" value="([0-9,]+)"')
BOUNDARY = "----portal-peak"


@dataclass
class Sender:
    """A secretary with one file to hand in."""

    cookie: str
    desk: str
    upload: str
    confirm: str
    file_name: str


@dataclass
class Seen:
    """What the clients saw: seconds by kind, statuses, and a ledger of receipts (code → SHA-256 of the bytes sent)."""

    waits: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "receipt": []})
    answers: Counter[str] = field(default_factory=Counter)
    ledger: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, name: str) -> None:
        """p50, p95 and the longest of each kind, and what was answered."""
        for kind, waits in self.waits.items():
            if len(waits) > 1:
                p95 = statistics.quantiles(waits, n=20)[-1]
                print(
                    f"{name}: {len(waits)} × {kind}: p50 {statistics.median(waits):.2f} s, p95 {p95:.2f} s, "
                    f"longest {max(waits):.2f} s"
                )
        print(f"{name}: answers {dict(self.answers)}", flush=True)


class Portal:
    """Requests to one running portal."""

    def __init__(self, port: int, senders: list[Sender], pages: list[tuple[str, str]]) -> None:
        self.port, self.pages = port, pages
        self.senders: queue.SimpleQueue[Sender] = queue.SimpleQueue()
        for sender in senders:
            self.senders.put(sender)
        self.numbers = iter(range(10**9))
        self.body = random.Random(2026).randbytes(WIDTH * HEIGHT)

    def ask(
        self, method: str, path: str, cookie: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """(status, headers, page)"""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        if kind:
            headers["Content-Type"] = kind
        try:
            line.request(method, path, body=body, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            line.close()

    def page(self, since: float, seen: Seen) -> None:
        """One page of the mix."""
        cookie, path = self.pages[next(self.numbers) % len(self.pages)]
        status, headers, _ = self.ask("GET", path, cookie)
        _note(seen, "page", status, headers, since)

    def deposit(self, since: float, seen: Seen) -> None:
        """The whole way of one file; ends at the first refusal."""
        sender = self.senders.get_nowait()
        number = next(self.numbers)
        form = b"".join(
            [
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="tep"; filename="{sender.file_name}"\r\n'.encode(),
                b"Content-Type: application/pdf\r\n\r\n",
                scanned_page(number, self.body),
                f"\r\n--{BOUNDARY}--\r\n".encode(),
            ]
        )
        status, headers, _ = self.ask(
            "POST", sender.upload, sender.cookie, form, f"multipart/form-data; boundary={BOUNDARY}"
        )
        if status != 302:
            return _note(seen, "upload", status, headers, since)
        status, headers, page = self.ask("GET", sender.desk, sender.cookie)
        key, rows = KEY.search(page), ROWS.search(page)
        if status != 200 or not key or not rows:
            return _note(seen, "desk", status, headers, since)
        said = f"key={key[1]}&rows={rows[1].replace(',', '%2C')}".encode()
        status, headers, _ = self.ask("POST", sender.confirm, sender.cookie, said, "application/x-www-form-urlencoded")
        if status != 302:
            return _note(seen, "confirm", status, headers, since)
        status, headers, page = self.ask("GET", headers["Location"], sender.cookie)
        if status == 200:
            seen.ledger[_code(page)] = number
        return _note(seen, "receipt", status, headers, since)


def _code(page: str) -> str:
    """The code of the receipt, out of its title."""
    return re.search(r"Phiếu tiếp nhận ([0-9A-Z-]+)", page)[1]


def _note(seen: Seen, kind: str, status: int, headers: http.client.HTTPMessage, since: float) -> None:
    with seen.lock:
        told = f"{kind} {status}" + (" Retry-After" if headers.get("Retry-After") else "")
        seen.answers[told] += 1
        if status == 200:
            seen.waits.setdefault(kind, []).append(time.monotonic() - since)


def bear(portal: Portal, *, seconds: float, times: int) -> Seen:
    """`seconds` of uploads and pages, `times` as many as on the evening of the design."""
    seen, jobs = Seen(), []
    for work, a_second in ((portal.deposit, UPLOADS_A_SECOND), (portal.page, PAGES_A_SECOND)):
        dice, at = random.Random(a_second), 0.0
        while (at := at + dice.expovariate(a_second * times)) < seconds:
            jobs.append((at, work))
    jobs.sort(key=lambda job: job[0])
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    began = time.monotonic()

    def client() -> None:
        while (job := waiting.get()) is not None:
            at, work = job
            try:
                work(began + at, seen)
            except queue.Empty:
                seen.answers["no sender left"] += 1
            except (OSError, http.client.HTTPException) as error:
                with seen.lock:
                    seen.answers[f"broken: {type(error).__name__}"] += 1

    clients = [threading.Thread(target=client, daemon=True) for _ in range(SENDING_AT_ONCE)]
    for one in clients:
        one.start()
    for at, work in jobs:
        time.sleep(max(0.0, began + at - time.monotonic()))
        waiting.put((at, work))
    for _ in clients:
        waiting.put(None)
    for one in clients:
        one.join()
    return seen


def normal_again(portal: Portal) -> float:
    """Seconds until ten pages in a row came with 200 within half a second each."""
    began, good = time.monotonic(), 0
    while good < 10 and time.monotonic() - began < 120:
        since = time.monotonic()
        cookie, path = portal.pages[good % len(portal.pages)]
        status, _, _ = portal.ask("GET", path, cookie)
        good = good + 1 if status == 200 and time.monotonic() - since < 0.5 else 0
    return time.monotonic() - began


def main() -> int:
    """Prepare, start, bear, verify. Exit 1 when a receipt is lost or the portal does not come back."""
    parser = argparse.ArgumentParser(prog="benchmarks.peak")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    start_django()
    from django.core.management import call_command  # noqa: PLC0415 (after start_django)
    from django.db import connection  # noqa: PLC0415

    call_command("prepare", verbosity=0)
    senders, pages = _people()
    connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    portal = Portal(port, senders, pages)
    command = [sys.executable, "manage.py", "portal", "--port", str(port)]
    running = subprocess.Popen(
        command, cwd=Path(__file__).resolve().parent.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(portal)
        design = bear(portal, seconds=options.seconds, times=1)
        design.say("the evening")
        verdicts = _verdicts()
        print(f"verdicts: {len(verdicts)}, p95 {statistics.quantiles(verdicts, n=20)[-1]:.1f} s", flush=True)
        crowd = bear(portal, seconds=options.seconds / 2, times=options.times)
        crowd.say(f"{options.times} times that")
        back = normal_again(portal)
        print(f"normal again after {back:.1f} s", flush=True)
    finally:
        running.terminate()
        running.wait(timeout=60)
    ledger = {**design.ledger, **crowd.ledger}
    lost = _lost(set(ledger))
    call_command("verify_store", verbosity=0)
    print(f"{len(ledger)} receipts seen by clients, {len(lost)} lost; the store is whole")
    return 1 if lost or back > 60 else 0


def _wait_for(portal: Portal) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            if portal.ask("GET", "/suc-khoe/", "")[0] == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the portal did not start")


def _verdicts() -> list[float]:
    """Seconds from a content's arrival to its verdict; waits until none is open, three minutes at most."""
    from django.db import connection  # noqa: PLC0415

    from submissions.models import Inspection  # noqa: PLC0415

    for _ in range(180):
        if not Inspection.objects.filter(inspected_at=None).exists():
            break
        time.sleep(1)
    rows = Inspection.objects.values_list("created_at", "inspected_at")
    found = [(done - came).total_seconds() if done else 999.0 for came, done in rows]
    connection.close()
    return found


def _lost(codes: set[str]) -> set[str]:
    """Codes a client saw that no row has."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM submissions_receipt UNION SELECT code FROM submissions_deposit")
        return {code.replace("-", "") for code in codes} - {code.replace("-", "") for (code,) in cursor.fetchall()}


def _people() -> tuple[list[Sender], list[tuple[str, str]]]:
    """A ward of 120 units in mid-campaign: senders with a file each, and the pages that people open beside them."""
    from django.conf import settings  # noqa: PLC0415 (after start_django)
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from tests.factories.directives import make_directive, make_obligation, make_requirement  # noqa: PLC0415
    from tests.factories.units import make_member, make_unit, make_user, make_ward  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody types one here

    def cookie_of(user) -> str:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    ward = make_ward()
    asked = make_requirement(make_directive(ward))
    senders, cookies = [], []
    for number in range(UNITS):
        unit = make_unit(ward, name=f"Chi bộ Tổ dân phố số {number + 1}")
        at = [asked.pk, unit.pk]
        for _ in range(SENDERS_A_UNIT):
            member = make_member(unit)
            make_obligation(asked, member)
            cookie = cookie_of(make_user(Role.SECRETARY, unit))
            cookies.append(cookie)
            senders.append(
                Sender(
                    cookie,
                    reverse("submissions:desk", args=at),
                    reverse("submissions:desk_upload", args=at),
                    reverse("submissions:desk_confirm", args=at),
                    f"{member.full_name} - đảng viên, {unit.name}.pdf",
                )
            )
    random.Random(1).shuffle(senders)
    office, leader = cookie_of(make_user(Role.OFFICE, ward)), cookie_of(make_user(Role.LEADER, ward))
    names = ("reports:office_home", "reports:matrix", "submissions:review_queue", "directives:list", "reminders:chase")
    pages = [(office, reverse(name)) for name in names] + [(leader, reverse("reports:leader"))] * 2
    for cookie in cookies[:6]:
        pages += [(cookie, reverse("directives:my_work")), (cookie, reverse("reminders:bell"))]
        pages.append((cookie, reverse("submissions:receipts")))
    return senders, pages


if __name__ == "__main__":
    sys.exit(main())
