"""The last question before a digest goes: who of those named in it still owes, and is this still the one to be told?

Registered with the outbox under `CHECK`; runs inside the transaction that claims the mail, with the obligations locked.

Not here: the plan (`planning.py`), the sending (`outbox.draining`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from directives.choices import ObligationState
from directives.models import Obligation
from outbox.checks import Drop
from outbox.checks import Letter as CheckedLetter
from outbox.models import OutgoingMail
from reminders.digests import Duty, Letter, Person, through_whom
from reminders.letters import LetterWriter, WrittenLetter
from reminders.models import Digest, Reminder
from reminders.planning import still_owing
from reminders.recipients import account_addresses, contacts_of, exempt_members, members_by_id, with_those_above
from units.choices import LEFT_STATUSES
from vietnamese.dates import local_day

CHECK: Final = "reminders.digest"

_STATE_WORDS: Final[dict[str, str]] = {
    ObligationState.SUBMITTED: "Đã nộp, đang chờ duyệt.",
    ObligationState.ACCEPTED: "Đã nộp và được tiếp nhận.",
    ObligationState.WAIVED: "Đã được miễn.",
}
NOT_OWED = "Không còn phải thực hiện."
DEADLINE_MOVED = "Hạn đã thay đổi."
EXEMPT_NOW = "Đang được miễn công tác và sinh hoạt đảng."
NOT_THEIRS = "Người nhận không còn phụ trách việc này."
NOTHING_LEFT = "Không còn việc nào phải nhắc: mọi việc trong thư đã nộp, được gia hạn hoặc được miễn."
NEWER_LETTER = "Đã có thư nhắc của ngày sau."


def check_digest(mail: OutgoingMail, at: datetime) -> CheckedLetter | Drop:
    """The letter as it is true at `at`, without what is no longer owed; or that it must not go.

    Dropped reminders are marked with the reason. A letter that waited until a newer one was planned for the same
    person does not go.
    """
    digest = Digest.objects.select_related("ward").get(mail=mail)
    newer = Digest.objects.filter(ward=digest.ward_id, address=digest.address, day__gt=digest.day)
    if newer.exists():
        return Drop(NEWER_LETTER)
    reminders = _reminders_of(digest)
    owed = still_owing([reminder.obligation_id for reminder in reminders], at)
    letter, dropped = _sort_out(digest, reminders, owed, at)
    for reason, pks in dropped.items():
        Reminder.objects.filter(pk__in=pks).update(dropped_at=at, reason=reason)
    if letter is None:
        return Drop(NOTHING_LEFT)
    written = _write(digest, letter, reminders, at)
    return CheckedLetter(written.subject, written.text, written.html)


def preview_digest(digest: Digest, at: datetime) -> WrittenLetter | None:
    """The letter of a digest that has not gone yet, as it would go at `at`; None when nothing is left. Only reads."""
    reminders = _reminders_of(digest)
    owing = Obligation.objects.filter(pk__in=[reminder.obligation_id for reminder in reminders]).owing(at)
    letter, _ = _sort_out(digest, reminders, owing.with_binding_deadline().owed_deadlines(), at)
    return _write(digest, letter, reminders, at) if letter else None


def _reminders_of(digest: Digest) -> list[Reminder]:
    chosen = digest.reminders.standing().select_related("obligation__requirement__directive", "obligation__member")
    return list(chosen.order_by("pk"))


def _write(digest: Digest, letter: Letter, reminders: list[Reminder], at: datetime) -> WrittenLetter:
    requirements = {reminder.obligation.requirement_id: reminder.obligation.requirement for reminder in reminders}
    units = with_those_above(letter.of_units.keys()) if letter.of_units else {}
    return LetterWriter(ward=digest.ward, requirements=requirements.values(), units=units).write(letter, at)


def _sort_out(
    digest: Digest, reminders: list[Reminder], owed: dict[int, datetime], at: datetime
) -> tuple[Letter | None, dict[str, list[int]]]:
    """The letter of what still holds (None when nothing does), and the reminders to be dropped by reason."""
    day = local_day(at)
    members = {member.pk: member for r in reminders if (member := r.obligation.member) is not None}
    asked = {*members, digest.member_id} if digest.member_id else {*members}
    wards = [digest.ward]
    accounts = account_addresses(wards, asked)
    exempt = exempt_members(wards, day, members.keys()) if members else set()
    people = members_by_id([(m.pk, m.full_name, m.email) for m in members.values()], accounts)
    units = with_those_above({reminder.obligation.unit_id for reminder in reminders})
    contacts = contacts_of(wards, day, units, only_these=True)
    has_account = digest.address in accounts.values() or digest.member_id in accounts
    person = Person(digest.address, digest.name, digest.post, digest.member_id, has_account=has_account)
    letter = Letter(person)
    dropped: defaultdict[str, list[int]] = defaultdict(list)
    for reminder in reminders:
        obligation, member = reminder.obligation, reminder.obligation.member
        told = contacts.get(obligation.unit_id, ()) if reminder.unit_id else (people.get(obligation.member_id or 0),)
        if obligation.pk not in owed:
            dropped[_STATE_WORDS.get(obligation.state, NOT_OWED)].append(reminder.pk)
        elif owed[obligation.pk] != reminder.due_at:
            dropped[DEADLINE_MOVED].append(reminder.pk)
        elif member is not None and (member.pk in exempt or member.status in LEFT_STATUSES):
            dropped[EXEMPT_NOW].append(reminder.pk)
        elif digest.address not in {found.address for found in told if found}:
            dropped[NOT_THEIRS].append(reminder.pk)
        elif reminder.unit_id:
            letter.of_units.setdefault(obligation.unit_id, []).append(_duty(reminder))
        else:
            letter.own.append(_duty(reminder))
            letter.through = letter.through or through_whom(person, contacts.get(obligation.unit_id, ()))
    return (letter if letter.own or letter.of_units else None), dropped


def _duty(reminder: Reminder) -> Duty:
    obligation, member = reminder.obligation, reminder.obligation.member
    return Duty(
        obligation_id=obligation.pk,
        requirement_id=obligation.requirement_id,
        unit_id=obligation.unit_id,
        member_id=obligation.member_id,
        due_at=reminder.due_at,
        stage=reminder.stage,
        is_returned=obligation.state == ObligationState.RETURNED,
        member_name=member.full_name if member else "",
        member_sort_key=member.sort_key if member else "",
        member_birth_year=member.birth_year if member else None,
    )
