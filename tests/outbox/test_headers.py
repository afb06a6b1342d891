"""Header texts: nothing a user types can start a header of its own; Message-IDs are stable.

Not here: the message as sent (`test_draining.py`).
"""

import re
from email.header import decode_header, make_header

from hypothesis import example, given, settings
from hypothesis import strategies as st

from outbox.headers import address_of, domain_of, encoded_words, mailbox, message_id, one_line, thread_of


@settings(deadline=None)  # a busy machine is no fault of a mail
@given(st.text(st.characters(codec=None), max_size=300))
def test_one_line_is_one_line(text):
    line = one_line(text)
    assert len(line) <= 250
    assert len(line.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)
    assert one_line(line) == line


def test_a_long_subject_is_cut_with_an_ellipsis():
    assert one_line("a" * 251) == "a" * 249 + "…"
    assert one_line("a" * 250) == "a" * 250


def test_message_id_depends_on_the_key_alone():
    assert message_id("reminder:1:2026-04-24", "x.vn") == message_id("reminder:1:2026-04-24", "x.vn")
    assert message_id("reminder:1:2026-04-24", "x.vn") != message_id("reminder:1:2026-04-25", "x.vn")
    assert re.fullmatch(r"<[0-9a-f]{40}@x\.vn>", message_id("k", "x.vn"))


def test_mailbox_and_back():
    assert mailbox("Ban To chuc, phuong", "a@x.vn") == '"Ban To chuc, phuong" <a@x.vn>'
    assert mailbox("Trần Thị", "a@x.vn") == "=?utf-8?b?VHLhuqduIFRo4buL?= <a@x.vn>"
    assert mailbox("", "a@x.vn") == "a@x.vn"
    assert address_of("Tên <a@x.vn>") == ("Tên", "a@x.vn")
    assert domain_of("Tên <a@x.vn>") == "x.vn"
    assert domain_of("") == "localhost"


@settings(deadline=None)
@example("0 000" + 21 * "¡" + " 0000" + 20 * "¡" + "Ę")
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=240).map(one_line))
def test_an_encoded_subject_is_one_line_of_short_words_and_reads_back(subject):
    encoded = " ".join(encoded_words(subject))
    assert encoded.isascii()
    assert "\n" not in encoded
    assert all(len(word) <= 75 for word in encoded.split(" ")) or subject.isascii()
    assert str(make_header(decode_header(encoded))) == subject


def test_a_thread_ends_with_the_mail_that_is_answered():
    assert thread_of("<c@x>", "<a@x>\r\n <b@x> <a@x>") == "<a@x> <b@x> <c@x>"
    assert thread_of("<c@x>", "") == "<c@x>"
    assert thread_of("<c@x>", "<c@x> <b@x>") == "<b@x> <c@x>"
    assert thread_of("", "<a@x>") == ""
    assert thread_of("no brackets", "<a@x>") == ""


def test_a_long_thread_keeps_its_first_and_its_last_ones():
    ids = [f"<{number}@x>" for number in range(30)]
    assert thread_of("<last@x>", " ".join(ids)).split() == ["<0@x>", *ids[-8:], "<last@x>"]


def test_nothing_in_a_message_id_can_start_a_header():
    assert thread_of("<a@x>\r\nBcc: la@x", "<b\r\n@x> <ô@x>") == "<a@x>"
