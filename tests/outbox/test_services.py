"""Queueing, cancelling, trying again; what is refused and what is cleaned.

Not here: sending (`test_draining.py`).
"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox.choices import MailState
from outbox.errors import BodyWiped, InvalidAddress, WrongState
from outbox.lifecycle import TRANSITIONS
from outbox.models import OutgoingMail
from outbox.services import _USUAL_ADDRESS, MailDraft, cancel, enqueue_mail, enqueue_mails, is_address, try_again
from tests.outbox.conftest import AT

pytestmark = pytest.mark.django_db


def draft(to: str, **changes: object) -> MailDraft:
    return MailDraft(**{"to": to, "subject": "s", "text": "t", "dedupe_key": f"k:{to}", "kind": "test", **changes})


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@x.vn", "a@x.vn\nBcc: b@x.vn", "a@x.vn, b@x.vn", "A <a@x.vn>", "a b@x.vn", "a@x.vn\r\n"],
)
def test_what_is_no_address_is_refused(address):
    assert not is_address(address)
    with pytest.raises(InvalidAddress):
        enqueue_mail(draft=draft(address), at=AT)
    with pytest.raises(InvalidAddress):
        enqueue_mails(drafts=[draft("ok@x.vn"), draft(address)], at=AT)
    assert OutgoingMail.objects.count() == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of an address
@given(st.from_regex(_USUAL_ADDRESS, fullmatch=True))
def test_the_quick_check_accepts_nothing_that_the_full_one_refuses(address):
    validate_email(address[:150] if len(address) <= 150 else "a@x.vn")


@pytest.mark.parametrize(
    "address", ["bí.thư@x.vn", "o'neil@x.vn", "a@xn--phclợi.vn", "a@phúclợi.vn", "a" * 70 + "@x.vn"]
)
def test_unusual_addresses_go_the_long_way(address):
    try:
        validate_email(address)
        full = True
    except ValidationError:
        full = False
    assert is_address(address) is full


def test_header_texts_become_one_line():
    mail = enqueue_mail(
        draft=draft("a@x.vn", subject="Nộp\r\nBcc: x@y.vn\x00\u2028 bài", to_name="A\nTo: b@x.vn", from_name="B\r\n C"),
        at=AT,
    )
    assert mail.subject == "Nộp Bcc: x@y.vn bài"
    assert mail.to_name == "A To: b@x.vn"
    assert mail.from_name == "B C"


def test_many_at_once_are_added_once():
    drafts = [draft(f"{number}@x.vn") for number in range(450)]
    assert enqueue_mails(drafts=drafts[:300], at=AT) == 300
    assert enqueue_mails(drafts=drafts, at=AT, not_before=AT + timedelta(hours=1)) == 150
    assert OutgoingMail.objects.filter(next_try_at=AT).count() == 300


def test_queueing_many_takes_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(15):  # SQLite takes 49 rows of 20 columns in one INSERT, PostgreSQL all
        enqueue_mails(drafts=[draft(f"{number}@x.vn") for number in range(450)], at=AT)


def test_cancelling(queue):
    mail = cancel(mail=queue("a@x.vn"), reason="Bí thư đã gọi điện")
    assert (mail.state, mail.error) == ("CANCELLED", "Bí thư đã gọi điện")
    with pytest.raises(WrongState):
        cancel(mail=mail, reason="lần nữa")
    for state in ("SENT", "DEAD", "SENDING"):
        OutgoingMail.objects.update(state=state, sent_at=AT, lease_until=AT)
        with pytest.raises(WrongState):
            cancel(mail=mail, reason="muộn rồi")


def test_trying_again(queue):
    mail = queue("a@x.vn")
    OutgoingMail.objects.update(state="DEAD", attempts=8)
    mail = try_again(mail=mail, at=AT)
    assert (mail.state, mail.attempts, mail.next_try_at) == ("QUEUED", 0, AT)
    for state in ("SENT", "CANCELLED", "SENDING", "QUEUED"):
        OutgoingMail.objects.update(state=state, sent_at=AT, lease_until=AT)
        with pytest.raises(WrongState):
            try_again(mail=mail, at=AT)


def test_a_secret_body_goes_with_the_cancelling_and_is_not_sent_empty(queue):
    mail = cancel(mail=queue("a@x.vn", secret_body=True), reason="Mời lại")
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("CANCELLED", "", "")
    OutgoingMail.objects.update(state="DEAD")
    with pytest.raises(BodyWiped, match="gửi thư mới"):
        try_again(mail=mail, at=AT)


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS) == set(MailState.values)
    assert set().union(*TRANSITIONS.values()) <= set(MailState.values)
