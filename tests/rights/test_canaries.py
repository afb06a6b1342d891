"""Nothing of another ward reaches ours: its words stand in all its texts, and no page, part, file, search, log, count or
letter of ours holds one of them or becomes another because of it.

Each account opens one page of each kind; two of them walk the portal before the other ward has anything, too.
Not here: single addresses by number (`test_relations.py`), sending forms (`test_forms.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.mail import EmailMessage

from audit.services import record
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.models import Digest, Reminder
from reminders.services import plan_ward
from tests.architecture.standing import keep_data_folder, log_in, standing_world
from tests.architecture.world import build, build_theirs
from tests.factories.directives import at
from tests.reminders.scene import make_scene
from tests.rights.canaries import FOUND, PHONE, SEARCHED, flat, highest, plant, rows_after
from tests.rights.crawl import Visit, settled, starts, walk

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder

WALKERS = ("admin", "office", "leader", "cluster", "secretary", "member")
WALKED_BEFORE = ("office", "secretary")
WITHOUT_CONTACTS = ("leader", "cluster")
ADDRESS_OF_OUR_WRITER = "an@phuong.example"


@dataclass
class Walks:
    """What each account read before the other ward had anything, and after; how many of its texts hold the words."""

    before: dict[str, list[Visit]] = field(default_factory=dict)
    after: dict[str, list[Visit]] = field(default_factory=dict)
    texts: int = 0


def _read_all(session: str) -> list[Visit]:
    return walk(session, starts(), searched=SEARCHED, of_a_kind=1, to_the_end=True)[0]


@pytest.fixture(scope="module")
def walks(django_db_setup: None, django_db_blocker) -> Iterator[Walks]:
    with standing_world(django_db_blocker, _walk) as built:
        yield built


def _walk(now: datetime) -> Walks:
    ours = build(now)
    sessions = {role: log_in(ours.users[role]) for role in WALKERS}
    before = {role: _read_all(sessions[role]) for role in WALKED_BEFORE}
    marks = highest()
    theirs = build_theirs(ours)
    texts = sum(plant(row) for row in rows_after(marks)) + plant(theirs.ward) + plant(theirs.ward.profile)
    for thing in ("directive", "handed_in", "submission", "own", "writer", "report"):
        theirs.things[thing].refresh_from_db()
        record(
            action="directive.issue",
            actor=ours.users["foreign"],
            obj=theirs.things[thing],
            at=now,
            detail={"reason": FOUND},
        )
    after = {role: _read_all(sessions[role]) for role in WALKERS}
    after["foreign"] = _read_all(log_in(theirs.users["admin"]))
    return Walks(before, after, texts)


def _holds_a_word(text: str) -> bool:
    return flat(FOUND) in flat(text) or PHONE in text


def test_the_words_would_be_seen(walks: Walks) -> None:
    """The other ward's own administrator reads most of the texts, by pages, by files and by search."""
    seen = [visit for visit in walks.after["foreign"] if _holds_a_word(visit.text)]
    read = {text for visit in seen for text in re.findall(rf"{flat(FOUND)} \d+ \w+", flat(visit.text))}
    assert walks.texts > 100
    assert len(read) > 30, sorted(read)
    assert len(seen) > 100
    for part in (".xlsx", "q=", "/pdf/", "/lich/", "/nhat-ky/", "/da-gui/"):
        assert [visit.path for visit in seen if part in visit.path] != [], part


@pytest.mark.parametrize("role", WALKERS)
def test_no_word_of_theirs_is_read(walks: Walks, role: str) -> None:
    assert [visit.path for visit in walks.after[role] if _holds_a_word(visit.text)] == []
    assert len(walks.after[role]) > 30


@pytest.mark.parametrize("role", WALKED_BEFORE)
def test_their_people_papers_and_debts_change_no_count_list_or_choice_of_ours(walks: Walks, role: str) -> None:
    before, after = (
        {visit.path: settled(visit.text) for visit in visits} for visits in (walks.before[role], walks.after[role])
    )
    assert len(before) > 60
    assert {path for path in before.keys() | after.keys() if after.get(path) != before.get(path)} == set()


@pytest.mark.parametrize("role", WITHOUT_CONTACTS)
def test_addresses_of_people_stay_with_their_office_and_secretary(walks: Walks, role: str) -> None:
    assert [visit.path for visit in walks.after[role] if ADDRESS_OF_OUR_WRITER in visit.text] == []
    for near in ("office", "secretary"):
        assert [visit.path for visit in walks.after[near] if ADDRESS_OF_OUR_WRITER in visit.text] != []


def _everything_in(message: EmailMessage) -> str:
    """Addresses, subject and both bodies of a sent mail."""
    html = [str(content) for content, _ in getattr(message, "alternatives", [])]
    return "\n".join([*message.to, message.from_email, *message.reply_to, message.subject, message.body, *html])


def test_letters_of_one_ward_hold_nothing_of_the_other(settings: Any) -> None:
    """Two wards with the same names and debts plan and send on the same day."""
    settings.OUTBOX_PER_MINUTE = 0
    debts = ("an essay", "binh essay", "chi essay", "cell report")
    ours = make_scene()
    ours.owe(*debts)
    marks = highest()
    theirs = make_scene(code="VH", domain="ngoai.vn")
    theirs.owe(*debts)
    for row in rows_after(marks):
        plant(row)
    theirs.ward.refresh_from_db()
    for ward in (ours.ward, theirs.ward):
        plan_ward(ward=ward, at=at(24, hour=7))
    drain(limit=100, at=at(24, hour=8))
    written = {
        ward.pk: [
            *(f"{digest.address} {digest.name} {digest.post}" for digest in Digest.objects.filter(ward=ward)),
            *(f"{mail.to_address} {mail.to_name} {mail.from_name} {mail.reply_to} {mail.subject}\n{mail.text}\n{mail.html}"
              for mail in OutgoingMail.objects.filter(ward_id=ward.pk)),
        ]
        for ward in (ours.ward, theirs.ward)
    }  # fmt: skip
    told = Reminder.objects.filter(digest__ward=ours.ward).values_list("obligation__ward", "unit__ward", "address")
    sent = [_everything_in(message) for message in sent_mail.outbox]
    assert len(written[ours.ward.pk]) == 10
    assert [text for text in written[ours.ward.pk] if _holds_a_word(text)] == []
    assert len([text for text in written[theirs.ward.pk] if _holds_a_word(text)]) == len(written[theirs.ward.pk]) > 0
    assert {ward for ward, _, _ in told} == {ours.ward.pk}
    assert {unit_ward for _, unit_ward, _ in told} == {ours.ward.pk, None}
    assert len(sent) == len(written[ours.ward.pk]) // 2 + len(written[theirs.ward.pk]) // 2
    assert len([text for text in sent if not _holds_a_word(text)]) == 5
