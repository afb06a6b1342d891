"""Sending over a real SMTP dialogue: every mishap of a server ends in the right state, and nobody else suffers.

Not here: killed workers (`tests/faults/test_outbox_killed.py`).
"""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from outbox import checks
from outbox.delivery import Postman
from outbox.draining import DrainReport, drain
from outbox.models import OutgoingMail
from outbox.retry import BACK_OFF, LEASE, MAX_ATTEMPTS
from outbox.services import cancel
from tests.outbox.conftest import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=30)


def states() -> dict[str, str]:
    return dict(OutgoingMail.objects.order_by("pk").values_list("to_address", "state"))


def test_mails_go_in_order_over_one_connection(smtp, queue):
    for name in "abc":
        queue(f"{name}@x.vn")
    assert drain(limit=10, at=AT) == DrainReport(sent=3, failed=0, cancelled=0, waiting=0)
    assert smtp.addresses() == ["a@x.vn", "b@x.vn", "c@x.vn"]
    assert smtp.connections == 1
    assert set(states().values()) == {"SENT"}


def test_what_arrives(smtp, queue, settings):
    settings.DEFAULT_FROM_EMAIL = "Mặc định <bxdd@phucloi.example>"
    mail = queue(
        "a@x.vn",
        to_name="Trần Thị Bích Ngọc",
        from_name="Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi",
        reply_to="hoidap@x.vn",
    )
    drain(limit=1, at=AT)
    message = smtp.taken[0][1]
    assert message["Subject"] == "[Cần nộp trước 28/4] Bài thu hoạch"
    assert message["To"] == "Trần Thị Bích Ngọc <a@x.vn>"
    sender = " ".join(str(message["From"]).split())  # the parser leaves two spaces between two encoded words
    assert sender == '"Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi" <bxdd@phucloi.example>'
    assert message["Reply-To"] == "hoidap@x.vn"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.replace(microsecond=0) == AT
    assert message.get_body(("plain",)).get_content().strip() == "Kính gửi đồng chí"
    assert message.get_body(("html",)).get_content().strip() == "<p>Kính gửi đồng chí</p>"
    mail.refresh_from_db()
    assert AT <= mail.sent_at <= AT + SOON


def test_a_secret_body_is_wiped_when_it_has_gone_or_is_given_up_and_not_before(smtp, queue, settings):
    queue("a@x.vn", secret_body=True)
    queue("dead@x.vn", secret_body=True)
    queue("open@x.vn")
    OutgoingMail.objects.filter(to_address="dead@x.vn").update(attempts=MAX_ATTEMPTS)
    waits = queue("later@x.vn", secret_body=True, not_before=AT + MINUTE)
    drain(limit=9, at=AT)
    assert smtp.taken[0][1].get_body(("plain",)).get_content().strip() == "Kính gửi đồng chí"
    words = {mail.to_address: (mail.state, mail.text, mail.html) for mail in OutgoingMail.objects.all()}
    full = ("Kính gửi đồng chí", "<p>Kính gửi đồng chí</p>")
    assert words == {
        "a@x.vn": ("SENT", "", ""),
        "dead@x.vn": ("DEAD", "", ""),
        "open@x.vn": ("SENT", *full),
        "later@x.vn": ("QUEUED", *full),
    }
    assert OutgoingMail.objects.get(to_address="a@x.vn").subject == waits.subject


def test_nothing_goes_before_its_time(smtp, queue):
    queue("a@x.vn", not_before=AT + MINUTE)
    assert drain(limit=10, at=AT).sent == 0
    assert drain(limit=10, at=AT + MINUTE).sent == 1


def test_bulk_mail_lets_others_pass(smtp, queue):
    queue("a@x.vn", is_bulk=True)
    queue("b@x.vn", is_bulk=True)
    queue("password@x.vn")
    drain(limit=2, at=AT)
    assert smtp.addresses() == ["password@x.vn", "a@x.vn"]


def test_the_limit_is_kept(smtp, queue):
    for number in range(5):
        queue(f"{number}@x.vn")
    assert drain(limit=2, at=AT) == DrainReport(2, 0, 0, 3)
    assert drain(limit=9, at=AT) == DrainReport(3, 0, 0, 0)


def test_no_more_than_so_many_a_minute(smtp, queue, settings):
    settings.OUTBOX_PER_MINUTE = 3
    for number in range(8):
        queue(f"{number}@x.vn")
    assert [drain(limit=99, at=AT + minute * MINUTE).sent for minute in (0, 0, 1, 2, 3)] == [3, 0, 3, 2, 0]


def test_a_server_that_is_not_there_is_nobodys_fault(settings, queue, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    queue("a@x.vn")
    queue("b@x.vn")
    for tick in range(20):
        drain(limit=10, at=AT + tick * 2 * MINUTE)
    assert states() == {"a@x.vn": "QUEUED", "b@x.vn": "QUEUED"}
    assert list(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0]
    assert "Không nối được máy chủ thư" in OutgoingMail.objects.order_by("pk").first().error


def test_refused_for_good_is_dead_and_the_others_go(smtp, queue):
    for name in "abc":
        queue(f"{name}@x.vn")
    smtp.at_rcpt["b@x.vn"] = "550 5.1.1 no such user"
    assert drain(limit=10, at=AT) == DrainReport(2, 1, 0, 0)
    assert states() == {"a@x.vn": "SENT", "b@x.vn": "DEAD", "c@x.vn": "SENT"}
    assert OutgoingMail.objects.get(state="DEAD").error == "550 5.1.1 no such user"
    assert smtp.connections == 1


def test_content_refused_for_good_is_dead(smtp, queue):
    queue("a@x.vn")
    smtp.at_data["*"] = "554 5.7.1 looks like spam"
    drain(limit=10, at=AT)
    assert states() == {"a@x.vn": "DEAD"}


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_deferred_is_tried_again_with_back_off_and_given_up_at_last(smtp, queue, place):
    queue("a@x.vn")
    queue("b@x.vn")
    getattr(smtp, place)["a@x.vn"] = "451 4.3.2 try later"
    now, waits = AT, []
    for _ in range(MAX_ATTEMPTS):
        drain(limit=10, at=now)
        mail = OutgoingMail.objects.get(to_address="a@x.vn")
        waits.append(round((mail.next_try_at - now) / MINUTE))
        assert drain(limit=10, at=mail.next_try_at - timedelta(seconds=1)).failed == 0
        now = mail.next_try_at
    assert waits[:-1] == [round(wait / MINUTE) for wait in BACK_OFF]
    assert states() == {"a@x.vn": "DEAD", "b@x.vn": "SENT"}
    assert mail.attempts == MAX_ATTEMPTS
    assert mail.error == "451 4.3.2 try later"


def test_deferred_then_taken(smtp, queue):
    queue("a@x.vn")
    smtp.at_rcpt["a@x.vn"] = "450 4.2.1 greylisted"
    assert drain(limit=10, at=AT) == DrainReport(0, 1, 0, 1)
    del smtp.at_rcpt["a@x.vn"]
    assert drain(limit=10, at=AT + 2 * MINUTE) == DrainReport(1, 0, 0, 0)


def test_a_silent_server_costs_two_time_outs_not_one_a_mail(smtp, queue):
    for number in range(5):
        queue(f"{number}@x.vn")
    smtp.at_data["*"] = "hang"
    assert drain(limit=10, at=AT) == DrainReport(0, 2, 0, 5)
    assert sorted(states().values()) == ["FAILED", "FAILED", "QUEUED", "QUEUED", "QUEUED"]


def test_one_silent_mail_does_not_stop_the_others(smtp, queue):
    for name in "abc":
        queue(f"{name}@x.vn")
    smtp.at_data["b@x.vn"] = "hang"
    assert drain(limit=10, at=AT) == DrainReport(2, 1, 0, 1)
    assert states() == {"a@x.vn": "SENT", "b@x.vn": "FAILED", "c@x.vn": "SENT"}
    assert smtp.connections == 2


def test_a_line_dropped_half_way_is_tried_again_with_the_same_message_id(smtp, queue):
    queue("a@x.vn")
    queue("b@x.vn")
    smtp.at_data["a@x.vn"] = "take and drop"
    assert drain(limit=10, at=AT) == DrainReport(1, 1, 0, 1)
    del smtp.at_data["a@x.vn"]
    assert drain(limit=10, at=AT + 2 * MINUTE) == DrainReport(1, 0, 0, 0)
    assert smtp.addresses() == ["a@x.vn", "b@x.vn", "a@x.vn"]
    assert smtp.message_ids()[0] == smtp.message_ids()[2]


def test_a_server_that_ends_the_line_after_some_mails_gets_a_new_one(smtp, queue):
    smtp.per_connection = 2
    for number in range(5):
        queue(f"{number}@x.vn")
    assert drain(limit=10, at=AT) == DrainReport(5, 0, 0, 0)
    assert smtp.connections == 3


def test_a_refused_sender_stops_the_batch_and_blames_no_mail(smtp, queue):
    queue("a@x.vn")
    queue("b@x.vn")
    smtp.at_mail = "550 5.7.1 sender not allowed"
    assert drain(limit=10, at=AT) == DrainReport(0, 1, 0, 2)
    assert list(OutgoingMail.objects.values_list("state", "attempts")) == [("QUEUED", 0), ("QUEUED", 0)]


@pytest.fixture
def check():
    answers: dict[str, object] = {}

    def answer(mail, at):
        found = answers[mail.to_address]
        if isinstance(found, Exception):
            raise found
        return found

    checks.register("test.check", answer)
    yield answers
    checks._registry.pop("test.check")


def test_the_check_decides_at_the_last_moment(smtp, queue, check):
    for name in "abc":
        queue(f"{name}@x.vn", check_name="test.check")
    check["a@x.vn"] = checks.Drop("Không còn việc nào phải nộp.")
    check["b@x.vn"] = checks.Letter("[Cần nộp trước 28/4] Còn một việc", "văn bản", "<p>một</p>")
    check["c@x.vn"] = RuntimeError("hỏng")
    assert drain(limit=10, at=AT) == DrainReport(sent=1, failed=1, cancelled=1, waiting=1)
    assert states() == {"a@x.vn": "CANCELLED", "b@x.vn": "SENT", "c@x.vn": "FAILED"}
    assert smtp.taken[0][1]["Subject"] == "[Cần nộp trước 28/4] Còn một việc"
    assert [mail.error for mail in OutgoingMail.objects.order_by("pk")] == [
        "Không còn việc nào phải nộp.",
        "",
        "Phép kiểm tra trước khi gửi gặp lỗi: hỏng",
    ]
    assert OutgoingMail.objects.get(to_address="b@x.vn").text == "văn bản"


def test_a_mail_whose_check_is_unknown_does_not_go(smtp, queue):
    queue("a@x.vn", check_name="nobody.knows")
    assert drain(limit=10, at=AT).sent == 0
    assert smtp.taken == []
    assert states() == {"a@x.vn": "FAILED"}


def test_an_abandoned_mail_goes_again_when_its_lease_has_run_out(smtp, queue):
    mail = queue("a@x.vn")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="SENDING", attempts=1, lease_until=AT + LEASE)
    assert drain(limit=10, at=AT) == DrainReport(0, 0, 0, 1)
    assert drain(limit=10, at=AT + LEASE) == DrainReport(1, 0, 0, 0)


def test_a_mail_that_keeps_killing_its_worker_is_given_up(smtp, queue):
    mail = queue("a@x.vn")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="SENDING", attempts=MAX_ATTEMPTS, lease_until=AT)
    assert drain(limit=10, at=AT) == DrainReport(0, 1, 0, 0)
    assert states() == {"a@x.vn": "DEAD"}
    assert smtp.taken == []


def test_a_mail_that_cannot_be_written_is_given_up_and_the_others_go(smtp, queue):
    bad = queue("a@x.vn")
    queue("b@x.vn")
    OutgoingMail.objects.filter(pk=bad.pk).update(reply_to="x@y.vn\nBcc: z@y.vn")
    assert drain(limit=10, at=AT) == DrainReport(1, 1, 0, 0)
    assert states() == {"a@x.vn": "DEAD", "b@x.vn": "SENT"}
    assert smtp.addresses() == ["b@x.vn"]


def test_the_same_key_is_one_mail(smtp, queue):
    assert queue("a@x.vn").pk == queue("a@x.vn").pk
    drain(limit=10, at=AT)
    queue("a@x.vn")
    drain(limit=10, at=AT)
    assert smtp.addresses() == ["a@x.vn"]


def test_without_a_mail_server_mails_are_files(settings, queue, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    settings.OUTBOX_PER_MINUTE = 0
    queue("a@x.vn")
    queue("b@x.vn")
    assert drain(limit=10, at=AT) == DrainReport(2, 0, 0, 0)
    [folder_of_one_batch] = list(tmp_path.iterdir())
    text = folder_of_one_batch.read_text(encoding="utf-8")
    assert text.count("Message-ID: <") == 2


def test_claiming_and_settling_cost_a_fixed_number_of_queries(smtp, queue, django_assert_num_queries):
    for number in range(3):
        queue(f"{number}@x.vn")
    per_mail, once = (
        1,
        9,
    )  # per mail: begun, with the one before settled; once: two looks with a claim, the last, the count
    with django_assert_num_queries(3 * per_mail + once):
        drain(limit=10, at=AT)


def test_a_mail_cancelled_while_its_batch_goes_is_left_alone(smtp, queue, monkeypatch):
    first, second, third = (queue(f"{name}@x.vn") for name in "abc")
    deliver = Postman.deliver

    def deliver_and_cancel(postman, message):
        if message.to == ["a@x.vn"]:
            cancel(mail=second, reason="Thôi")
        return deliver(postman, message)

    monkeypatch.setattr(Postman, "deliver", deliver_and_cancel)
    assert drain(limit=10, at=AT) == DrainReport(sent=2, failed=0, cancelled=0, waiting=0)
    assert smtp.addresses() == ["a@x.vn", "c@x.vn"]
    assert states() == {"a@x.vn": "SENT", "b@x.vn": "CANCELLED", "c@x.vn": "SENT"}
    rows = OutgoingMail.objects.order_by("pk").values_list("attempts", "lease_until", "error")
    assert list(rows) == [(1, None, ""), (0, None, "Thôi"), (1, None, "")]
    assert (first.pk, third.pk) == tuple(
        OutgoingMail.objects.filter(sent_at__gte=AT).order_by("pk").values_list("pk", flat=True)
    )


def test_each_mail_is_marked_begun_before_the_server_hears_of_it(smtp, queue, monkeypatch):
    for name in "abc":
        queue(f"{name}@x.vn", secret_body=name == "a")
    deliver, seen = Postman.deliver, []

    def look_and_deliver(postman, message):
        seen.append([(mail.state, mail.attempts, bool(mail.text)) for mail in OutgoingMail.objects.order_by("pk")])
        return deliver(postman, message)

    monkeypatch.setattr(Postman, "deliver", look_and_deliver)
    drain(limit=10, at=AT)
    queued, begun, sent = ("QUEUED", 0, True), ("SENDING", 1, True), ("SENT", 1, True)
    wiped = ("SENT", 1, False)
    assert seen == [[begun, queued, queued], [wiped, begun, queued], [wiped, sent, begun]]


def test_the_command_prints_exactly_this(smtp, queue, capsys):
    for name in "abc":
        queue(f"{name}@x.vn")
    smtp.at_rcpt["a@x.vn"] = "550 no"
    with pytest.raises(SystemExit) as stopped:
        call_command("send_mail", "--limit", "2", "--at", "2026-04-24T07:00:00+07:00", "--json")
    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"sent": 1, "failed": 1, "waiting": 1}
    call_command("send_mail", "--at", "2026-04-24T07:00:00", "--json")
    assert json.loads(capsys.readouterr().out) == {"sent": 1, "failed": 0, "waiting": 0}
