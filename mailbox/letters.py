"""The answer to a mail, and what is told later, as text and HTML, in the name of the ward's office.

Not here: what it says (`answering.py`), whether there is one and sending it (`services/telling.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from mailbox.answering import ToldFile, groups_of, notes_of, opening_of, owed_of, text_of
from mailbox.choices import CaseState, FileState
from mailbox.matching import only_place
from mailbox.models import MailCase
from mailbox.senders import Sender
from units.models import CommitteeProfile
from vietnamese.dates import format_date, format_time


@dataclass(frozen=True, slots=True)
class Written:
    """An answer ready to be sent."""

    text: str
    html: str


def write_answer(
    *,
    case: MailCase,
    subject: str,
    sender: Sender,
    files: Sequence[ToldFile],
    owed: Sequence[str],
    later_on: Sequence[MailCase] = (),
) -> Written:
    """The answer to `case`: file by file, what the sender still owes, a button for who has an account.

    `later_on`: the mails a later letter tells of, `case` among them; empty in a first answer.
    """
    ward = case.ward
    received = [f"{format_time(one.received_at)}, {format_date(one.received_at)}" for one in later_on]
    profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)
    shown, left_over = owed_of(owed)
    button, button_url = _door(case, sender, files)
    said: dict[str, Any] = {
        "greeting": f"Kính gửi {_whom(sender)},",
        "opening": opening_of(profile.office_name, received, is_later=bool(later_on)),
        "groups": groups_of(files),
        "notes": notes_of(
            files,
            is_known=sender.is_known,
            has_account=bool(sender.user),
            owes=bool(owed),
            is_read=case.state == CaseState.QUESTION,
        ),
        "button": button,
        "button_url": button_url,
    }
    signed = [f"{profile.office_name}, {profile.name}", *([f"Điện thoại: {profile.phone}"] if profile.phone else [])]
    left = [f"và {left_over} việc khác"] if left_over else []
    context = {**said, "subject": subject, "owed": shown, "left_over": left_over, "profile": profile}
    return Written(
        text_of(**said, owed=[*shown, *left], signed=signed),
        render_to_string("emails/answer.html", context),
    )


def _whom(sender: Sender) -> str:
    person = sender.user or sender.member
    if person:
        return f"đồng chí {person.full_name}"
    return sender.unit.name if sender.unit else "đồng chí"


def _door(case: MailCase, sender: Sender, files: Sequence[ToldFile]) -> tuple[str, str]:
    """The button: the desk when only one duty takes files and something is left to choose, else the sender's work."""
    if sender.user is None:
        return "", ""
    base = settings.PUBLIC_URL.rstrip("/")
    if any(one.state in (FileState.UNCLEAR, FileState.REFUSED) for one in files):
        place = only_place(sender, case.received_at)
        if place:
            return "Mở bàn nộp bài", base + reverse("submissions:desk", args=[place.requirement.pk, place.unit.pk])
    return "Mở việc của tôi", base + reverse("directives:my_work")
