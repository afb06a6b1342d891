"""Workers killed in the middle of a batch: every mail arrives, at most one twice per kill, under the same Message-ID.

The ledger is what the mail server took, not what the portal says. Not here: mishaps of the server (`tests/outbox`).
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from outbox.draining import CLAIMED_AT_ONCE
from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage, wait_for
from tests.outbox.smtp_server import Script, serving

MAILS = int(os.environ.get("PORTAL_TEST_BATCH", "300"))
QUEUE = f"""
from django.utils import timezone
from outbox.services import MailDraft, enqueue_mails
enqueue_mails(at=timezone.now(), drafts=[
    MailDraft(to=f"{{n}}@x.vn", subject=f"Thư {{n}}", text="Nộp bài", dedupe_key=f"k{{n}}", kind="test")
    for n in range({MAILS})
])
"""
# What a killed sender had claimed stays its own until its lease ends, so that the third can never reach the last two
# claims: it is killed well before them.
SHARES = (0.1, 0.5, 0.8)
SEND = [sys.executable, "manage.py", "send_mail", "--limit", str(MAILS)]


def start_sending(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(SEND, cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_the_claims_of_two_killed_senders_leave_the_third_enough_to_do() -> None:
    assert (1 - max(SHARES)) * MAILS > 2 * CLAIMED_AT_ONCE


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_killed_senders_lose_nothing_and_double_one_each(engine: str, tmp_path: Path) -> None:
    script = Script()
    with (
        serving(script) as port,
        fresh_database(engine, tmp_path, EMAIL_URL=f"smtp://127.0.0.1:{port}", MAIL_PER_MINUTE="0") as env,
    ):
        done = manage("shell", "-c", QUEUE, env=env)
        assert done.returncode == 0, done.stderr
        kills = 0
        for share in SHARES:
            sender = start_sending(env)
            try:
                wait_for(lambda share=share: len(script.taken) >= MAILS * share, 120 + MAILS / 10)
            finally:  # nobody else may find it still running
                sender.send_signal(signal.SIGKILL)
                sender.wait()
            kills += 1
        rest = manage("send_mail", "--limit", str(MAILS), env=env)
        assert rest.returncode == 0, rest.stderr
        after_the_leases = manage("send_mail", "--at", "2100-01-01T00:00:00", env=env)
        assert after_the_leases.returncode == 0, after_the_leases.stderr
        assert "còn chờ 0" in after_the_leases.stdout
    arrived = Counter(script.addresses())
    assert set(arrived) == {f"{number}@x.vn" for number in range(MAILS)}
    assert sum(arrived.values()) - MAILS <= kills
    assert max(arrived.values()) <= 2
    assert len(set(script.message_ids())) == MAILS


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_two_senders_at_once_send_each_mail_once(engine: str, tmp_path: Path) -> None:
    script = Script()
    with (
        serving(script) as port,
        fresh_database(engine, tmp_path, EMAIL_URL=f"smtp://127.0.0.1:{port}", MAIL_PER_MINUTE="0") as env,
    ):
        assert manage("shell", "-c", QUEUE, env=env).returncode == 0
        for sender in [start_sending(env), start_sending(env)]:
            assert sender.wait(120 + MAILS / 10) == 0
    assert Counter(script.addresses()) == Counter(f"{number}@x.vn" for number in range(MAILS))
