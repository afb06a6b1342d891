"""Returned mails: what the report says is read, the mail says so, a wrong address is written to no more.

Not here: refusals in the dialogue (`test_draining.py`), fetching mail.
"""

from pathlib import Path

import pytest

from outbox.bounces import Bounce, read_bounces
from outbox.draining import drain
from outbox.errors import MailNotFound
from outbox.models import BadAddress
from outbox.services import bad_addresses, record_bounce, trust_again, try_again
from tests.outbox.conftest import AT

OURS = "<abc@phucloi.example>"
REPORT = """From: MAILER-DAEMON@mx.x.vn
To: bxdd@phucloi.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

Thư không tới được người nhận.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.vn
X-Postfix-Queue-ID: 4F

Final-Recipient: rfc822; An@X.vn
Original-Recipient: rfc822;an@x.vn
Action: {action}
Status: {status}
Remote-MTA: dns; mail.x.vn
Diagnostic-Code: smtp; 550 5.1.1 <an@x.vn>: Recipient address rejected:
    User unknown

--B
Content-Type: {kind}

Message-ID: {ours}
Subject: =?utf-8?b?xJA=?=
To: an@x.vn

--B--
"""


def report(action: str = "failed", status: str = "5.1.1", kind: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(action=action, status=status, kind=kind, ours=OURS).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_mail_address_status_and_words(kind):
    words = "550 5.1.1 <an@x.vn>: Recipient address rejected: User unknown"
    assert read_bounces(report(kind=kind)) == [Bounce("an@x.vn", "5.1.1", words, OURS)]


def test_a_delay_is_no_bounce_and_neither_is_an_answer():
    assert read_bounces(report(action="delayed", status="4.4.1")) == []
    assert read_bounces(b"From: an@x.vn\nSubject: Re: nop bai\nMessage-ID: <1@x.vn>\n\nem gui bai 5.1.1\n") == []
    assert read_bounces(b"") == []


def test_prose_of_a_postmaster_is_read_by_its_head_and_the_quoted_mail():
    raw = (
        f"From: Mail Delivery System <Mailer-Daemon@x.vn>\nX-Failed-Recipients: an@x.vn\n\n"
        f"550 5.2.1 account disabled\n\n--- copy ---\nMessage-ID: {OURS}\nTo: an@x.vn\n"
    )
    assert read_bounces(raw.encode()) == [Bounce("an@x.vn", "5.2.1", "550 5.2.1 account disabled", OURS)]


@pytest.mark.parametrize(
    ("status", "permanent", "blames"),
    [("5.1.1", True, True), ("5.2.1", True, True), ("5.2.2", True, False), ("5.7.1", True, False), ("4.2.2", False, False), ("", True, False)],
)  # fmt: skip
def test_which_codes_blame_the_address(status, permanent, blames):
    bounce = Bounce("an@x.vn", status, "", OURS)
    assert (bounce.is_permanent, bounce.blames_address) == (permanent, blames)


CORPUS = next(
    (found for up in Path(__file__).resolve().parents if (found := up / "shared" / "corpora" / "mail").is_dir()),
    Path("?"),
)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of foreign mails is not here")
def test_no_foreign_mail_breaks_the_reading():
    found = {path.name: read_bounces(path.read_bytes()) for path in CORPUS.glob("*.eml")}
    told = {one.address for one in found["mikel-multipart_report_multiple_status.eml"]}
    assert told == {"u@ci.com"}
    assert found["mikel-basic_email.eml"] == []


@pytest.mark.django_db
def test_the_mail_says_it_came_back_and_the_address_is_left_alone(smtp, queue):
    mail = queue("an@x.vn")
    drain(limit=1, at=AT)
    record_bounce(message_id=mail.message_id, address="An@x.vn", status="5.1.1", reason="User unknown", at=AT)
    record_bounce(message_id=mail.message_id, address="an@x.vn", status="5.1.1", reason="again", at=AT)
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.bounced_at) == ("BOUNCED", "5.1.1 User unknown", AT)
    assert bad_addresses() == {"an@x.vn"}
    assert (trust_again(address="AN@x.vn"), trust_again(address="an@x.vn")) == (True, False)
    assert try_again(mail=mail, at=AT).state == "QUEUED"


@pytest.mark.django_db
def test_a_full_box_is_no_wrong_address_and_a_delay_changes_nothing(smtp, queue):
    full, slow = queue("full@x.vn"), queue("slow@x.vn")
    drain(limit=2, at=AT)
    record_bounce(address="full@x.vn", status="5.2.2", reason="Mailbox full", at=AT)
    record_bounce(message_id=slow.message_id, status="4.4.1", at=AT)
    full.refresh_from_db()
    slow.refresh_from_db()
    assert (full.state, slow.state, bad_addresses()) == ("BOUNCED", "SENT", frozenset())


@pytest.mark.django_db
def test_a_foreign_mail_is_not_ours(queue):
    queue("an@x.vn")  # has not gone: nothing can have come back
    for named in ({"message_id": "<foreign@x.vn>"}, {"address": "an@x.vn"}, {}):
        with pytest.raises(MailNotFound):
            record_bounce(**named, at=AT)


@pytest.mark.django_db
def test_a_refusal_of_the_address_in_the_dialogue_counts_too(smtp, queue):
    for name in ("gone", "policy"):
        queue(f"{name}@x.vn")
    smtp.at_rcpt = {"gone@x.vn": "550 5.1.1 User unknown", "policy@x.vn": "550 5.7.1 not allowed"}
    drain(limit=2, at=AT)
    assert list(BadAddress.objects.values_list("address", "reason")) == [("gone@x.vn", "550 5.1.1 User unknown")]
