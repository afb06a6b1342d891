"""Writing a plan down: digests, their reminders and mails, the bells. Letters go through this process some hundred at a
time, debts not at all.

Part of the verbs that plan; records nothing by itself. Not here: what is planned (`planning.py`), the verbs (`services`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db import connection, transaction

from outbox.models import OutgoingMail
from outbox.services import MAIL_FIELDS, MailDraft, is_address, mail_values
from reminders.digests import Person
from reminders.letters import LetterWriter
from reminders.models import Digest
from reminders.noticing import OF_DEBTS, Told, tell_accounts
from reminders.plan_letters import Letters
from reminders.plan_rows import LEAD, OWN
from reminders.plan_rows import Told as ToldDebt
from reminders.planning import Plan
from reminders.sending import CHECK
from reminders.stages import ACKNOWLEDGE
from units.services.bulk_rows import insert_rows, take_ids
from vietnamese.dates import VIETNAM

_DIGEST_FIELDS = ("id", "ward", "member", "address", "name", "post", "day", "mail", "planned_at")


@transaction.atomic
def write_down(*, planned: Plan, at: datetime) -> Plan:
    """Digests, their reminders and their mails, and the bells of those who have an account; the mails wait for the hour
    their readers chose. Returns the plan as it was written: `planned` cannot be read any more.
    """
    planned = planned.fixed()
    if planned.letters or planned.quiet:
        headings = _Headings(planned)
        for headed in headings.of(planned.letters):
            _queue(planned, headed, headings.writer, at)
            _tell(planned, headed, at)
        for headed in headings.of(planned.quiet):
            _tell(planned, headed, at)
        planned.letters.rows.remind(planned.ward.pk)
    return planned


class _Headed(NamedTuple):
    """A letter as far as it is written down: to whom, its subject and reason, the ids of the debts it speaks of."""

    person: Person
    subject: str
    reason: str
    debts: tuple[int, ...]


class _Headings:
    """Subjects and reasons. Letters that say the same of as many debts have the same, so they are worded once."""

    def __init__(self, planned: Plan) -> None:
        self.writer = LetterWriter(ward=planned.ward, requirements=planned.requirements.values(), units=planned.units)
        self._at = planned.at
        self._known: dict[tuple[Any, ...], tuple[str, str]] = {}

    def of(self, letters: Letters) -> Iterator[list[_Headed]]:
        """All letters, some hundred at a time."""
        for some in letters.batches():
            yield [self._headed(letters, told) for told in some]

    def _headed(self, letters: Letters, told: list[ToldDebt]) -> _Headed:
        alike = _alike(told)
        found = self._known.get(alike) if alike else None
        if found is None:
            found = self.writer.heading(letters.made(told), self._at)
            if alike:
                self._known[alike] = found
        debts = tuple(dict.fromkeys(one.duty.obligation_id for one in told))
        return _Headed(letters.reader(told), *found, debts)


def _alike(told: Sequence[ToldDebt]) -> tuple[Any, ...] | None:
    """What the heading of a letter with one paragraph depends on; None of a letter with several."""
    said = {
        (
            one.duty.requirement_id,
            one.duty.period,
            one.duty.due_at,
            one.duty.is_returned,
            None if one.role == OWN else one.duty.unit_id,
            one.duty.stage == ACKNOWLEDGE,
            one.role == LEAD and not one.duty.is_of_leads,
            one.duty.member_id is None,
        )
        for one in told
    }
    if len(said) > 1:
        return None
    [(requirement, period, due_at, is_returned, unit, confirms, watched, of_unit)] = said
    return requirement, period, due_at, is_returned, unit is None, confirms, watched, of_unit, len(told)


def _queue(planned: Plan, headed: Sequence[_Headed], writer: LetterWriter, at: datetime) -> None:
    """Mails and digests with numbers taken beforehand, so that neither has to be read back."""
    profile, ward_id = writer.profile, planned.ward.pk
    sender = f"{profile.office_name}, {profile.name}"
    reply_to = profile.mailbox if is_address(profile.mailbox) else ""
    mail_ids, digest_ids = take_ids(OutgoingMail, len(headed)), take_ids(Digest, len(headed))
    mails, digests = [], []
    day = connection.ops.adapt_datefield_value(planned.day)
    planned_at = connection.ops.adapt_datetimefield_value(planned.at)
    for (person, subject, _, _), mail_id, digest_id in zip(headed, mail_ids, digest_ids, strict=True):
        name = person.name[:160]
        draft = MailDraft(
            to=person.address,
            to_name=name,
            from_name=sender,
            reply_to=reply_to,
            subject=subject,
            text="",
            dedupe_key=f"digest:{digest_id}",
            kind=CHECK,
            ward_id=ward_id,
            check_name=CHECK,
            is_bulk=True,
        )
        hour = planned.choices.hour(person) if planned.choices and at >= planned.at else 0
        not_before = datetime.combine(planned.day, time(hour), VIETNAM) if hour else None
        mails.append((mail_id, *mail_values(draft, at, not_before)))
        digests.append(
            (digest_id, ward_id, person.member_id, person.address, name, person.post[:300], day, mail_id, planned_at)
        )
    insert_rows(OutgoingMail, ("id", *MAIL_FIELDS), mails)
    insert_rows(Digest, _DIGEST_FIELDS, digests)


def _tell(planned: Plan, headed: Sequence[_Headed], at: datetime) -> None:
    """The day's letters on the bells, also of those who want no mail."""
    told = [Told(person, subject, reason, debts) for person, subject, reason, debts in headed]
    tell_accounts(told, kind=OF_DEBTS, key=f"digest:{planned.ward.pk}:{planned.day}", at=at)
