"""The last question before a digest goes: who of those named in it still owes, and is this still the one to be told?

Registered with the outbox under `CHECK`; runs inside the transaction that claims the mail, with the obligations locked.

Not here: the plan (`planning.py`), the sending (`outbox.draining`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from django.db.models import BigIntegerField, BooleanField, Exists, ExpressionWrapper, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Lower

from directives.choices import ObligationState
from directives.models import Acknowledgement, Obligation
from outbox.checks import Answer, Drop, Postpone
from outbox.checks import Letter as CheckedLetter
from outbox.models import BadAddress, OutgoingMail
from outbox.services import bad_addresses
from reminders.choices import Quiet
from reminders.confirming import waiting_then
from reminders.digests import Duty, Letter, Person, through_whom
from reminders.ladders import calendars_of
from reminders.letters import LetterWriter, WrittenLetter
from reminders.models import Digest, MailChoice, Promise, Reminder, Ruling
from reminders.planning import still_owing_of
from reminders.quiet import LATE_FROM
from reminders.recipients import (
    UnitFacts,
    account_addresses,
    contacts_of,
    leads_of,
    members_by_id,
    those_above,
)
from reminders.stages import ACKNOWLEDGE, next_open, offset_of, start_of
from reminders.waited import NEWER_LETTER, of_other_days, said_later, struck, take_in_older, waits_on
from units.models import Exemption, Membership, Unit
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

CHECK: Final = "reminders.digest"

_Asked = OuterRef | Value | Cast

_STATE_WORDS: Final[dict[str, str]] = {
    ObligationState.SUBMITTED: "Đã nộp, đang chờ duyệt.",
    ObligationState.FORWARDED: "Đã nộp, chi bộ đã chuyển, đang chờ duyệt.",
    ObligationState.ACCEPTED: "Đã nộp và được tiếp nhận.",
    ObligationState.WAIVED: "Đã được miễn.",
}
NOT_OWED = "Không còn phải thực hiện."
DEADLINE_MOVED = "Hạn đã thay đổi."
EXEMPT_NOW = "Đang được miễn công tác và sinh hoạt đảng."
LEFT_NOW = "Không còn sinh hoạt tại đơn vị nào của phường."
MOVED_NOW = "Đảng viên đã chuyển sang đơn vị khác."
NOT_THEIRS = "Người nhận không còn phụ trách việc này."
NOTHING_LEFT = "Không còn việc nào phải nhắc: mọi việc trong thư đã nộp, được gia hạn hoặc được miễn."
PROMISED_LATER = "Đã hẹn ngày nộp."
CONFIRMED = "Đã xác nhận nhận văn bản."
STRUCK_NOW = "Văn phòng đã bỏ thư này."
WANTS_NONE = "Người nhận đã chọn không nhận thư nhắc."
WANTS_LATE = "Người nhận đã chọn chỉ nhận thư từ trước hạn 1 ngày."
BAD_NOW = "Địa chỉ này không nhận được thư; máy chủ thư đã trả lại."


def check_digest(mail: OutgoingMail, at: datetime) -> Answer:
    """The letter as it is true at `at`, without what is no longer owed; that it must not go; or that it is to wait for
    working hours or because the office holds the reader's letters or struck those of today.

    Dropped reminders are marked with the reason. Of letters that waited into a later day see `waited.py`.
    """
    day = local_day(at)
    digest = (
        Digest.objects.select_related("ward")
        .annotate(
            is_struck=struck(),
            **of_other_days(day),
            **_hindrances(OuterRef("ward"), OuterRef("address"), OuterRef("member"), day),
        )
        .get(mail=mail)
    )
    if digest.is_struck:
        return Drop(STRUCK_NOW)
    refused = _kept_from(digest, digest.ward, at) or waits_on(digest, at)
    if refused is not None:
        return refused
    if digest.has_older:
        take_in_older(digest, at)
    owed = still_owing_of(digest.reminders.standing().order_by().values("obligation"), at)
    reminders = _reminders_of(digest, at)  # read once they are locked
    sorted_out = _sort_out(digest, reminders, owed, at)
    for reason, pks in sorted_out.dropped.items():
        Reminder.objects.filter(pk__in=pks).update(dropped_at=at, reason=reason)
    if sorted_out.letter is None:
        only = set(sorted_out.dropped)
        return Drop(only.pop() if only in ({NEWER_LETTER}, {WANTS_LATE}) else NOTHING_LEFT)
    written = _write(digest, sorted_out, reminders, at)
    return CheckedLetter(written.subject, written.text, written.html)


def kept_from(ward: Unit, address: str, member_id: int | None, at: datetime) -> Drop | Postpone | None:
    """Why nothing goes to this reader, or not now: his address is bad, he wants no mail, the office holds his letters or
    struck those of the day, it is out of hours. Two queries."""
    who = _hindrances(Value(ward.pk), Value(address), Value(member_id), local_day(at))
    return _kept_from(Unit.objects.annotate(**who).get(pk=ward.pk), ward, at)


def _hindrances(ward: _Asked, address: _Asked, member: _Asked, day: date) -> dict[str, Combinable]:
    """What `_kept_from` asks of a row, as annotations of it."""
    ruled = Ruling.objects.filter(ward=ward, address=address, first_day__lte=day, last_day__gte=day)
    return {
        "is_bad": Exists(BadAddress.objects.filter(address=address)),
        "wants_none": _wants(Quiet.NONE, address, member),
        "ruled_until": Subquery(ruled.order_by("-last_day").values("last_day")[:1]),
    }


def _wants(quiet: Quiet, address: _Asked, member: _Asked) -> ExpressionWrapper:
    """Whether this is the reader's choice: his own one as a member, else that of the account with the address (as
    `quiet.Choices`)."""
    choices = MailChoice.objects.filter(user__is_active=True)
    own = choices.filter(user__member=Cast(member, BigIntegerField()))
    of_address = choices.annotate(mail=Lower("user__email")).filter(mail=address)
    chosen = {"quiet": quiet}
    return ExpressionWrapper(
        Exists(own.filter(**chosen)) | (~Exists(own) & Exists(of_address.filter(**chosen))), BooleanField()
    )


def _kept_from(row: Any, ward: Unit, at: datetime) -> Drop | Postpone | None:
    """Of a row with `_hindrances`. One query."""
    if row.is_bad:
        return Drop(BAD_NOW)
    if row.wants_none:
        return Drop(WANTS_NONE)
    day = local_day(at)
    free = start_of(row.ruled_until + timedelta(days=1)) if row.ruled_until else at
    opens = next_open(free, calendars_of([ward], day)[ward.pk])
    return Postpone(opens) if opens > at else None


def preview_digest(digest: Digest, at: datetime) -> WrittenLetter | None:
    """The letter of a digest that has not gone yet, as it would go at `at`; None when nothing is left. Only reads."""
    reminders = _reminders_of(digest, at)
    owing = Obligation.objects.filter(pk__in=[reminder.obligation_id for reminder in reminders]).owing(at)
    sorted_out = _sort_out(digest, reminders, owing.with_binding_deadline().owed_deadlines(), at)
    return _write(digest, sorted_out, reminders, at) if sorted_out.letter else None


def _reminders_of(digest: Digest, at: datetime) -> list[Reminder]:
    """What the digest is to speak of, with what was noted since by `at`: whether the member is exempt, the unit that counts
    him (None: he left; the job that moves or releases his debts comes minutes later), the day promised last, whether a later
    letter said the same, and whether the reader wants late steps only."""
    exempt = Exemption.objects.active(local_day(at)).filter(member=OuterRef("obligation__member"))
    counted = Membership.objects.counted(local_day(at)).filter(member=OuterRef("obligation__member")).order_by()
    promised = Promise.objects.filter(obligation=OuterRef("obligation"), at__lte=at).order_by("-at", "-pk")
    chosen = digest.reminders.standing().select_related(
        "obligation__requirement__directive", "obligation__member", "obligation__unit"
    )
    noted = chosen.annotate(
        is_exempt=Exists(exempt),
        counted_in=Subquery(counted.values("unit")[:1]),
        promised_day=Subquery(promised.values("day")[:1]),
        is_said_later=said_later(digest),
        wants_late=_wants(Quiet.LATE, Value(digest.address), Value(digest.member_id)),
    )
    return list(noted.order_by("pk"))


def _write(digest: Digest, found: _SortedOut, reminders: list[Reminder], at: datetime) -> WrittenLetter:
    requirements = {reminder.obligation.requirement_id: reminder.obligation.requirement for reminder in reminders}
    writer = LetterWriter(ward=digest.ward, requirements=requirements.values(), units=found.units)
    return writer.write(cast("Letter", found.letter), at)


@dataclass(frozen=True)
class _SortedOut:
    """The letter of what still holds (None when nothing does), the reminders to be dropped by reason, the units."""

    letter: Letter | None
    dropped: dict[str, list[int]]
    units: dict[int, UnitFacts]


def _sort_out(digest: Digest, reminders: list[Reminder], owed: dict[int, datetime], at: datetime) -> _SortedOut:
    day = local_day(at)
    members = {member.pk: member for r in reminders if (member := r.obligation.member) is not None}
    asked = {*members, digest.member_id} if digest.member_id else {*members}
    wards = [digest.ward]
    bad = bad_addresses()
    units = those_above({reminder.obligation.unit.path for reminder in reminders})
    accounts = account_addresses(wards, asked, appointed_in=units.keys())
    people = members_by_id([(m.pk, m.full_name, m.email) for m in members.values()], accounts, bad)
    contacts = contacts_of(wards, day, units, accounts=accounts, only_these=True, bad=bad)
    has_leads = any(r.unit_id for r in reminders) and any(unit.cluster_id for unit in units.values())
    leads = leads_of(wards, day, units, bad) if has_leads else {}
    waiting = _unconfirmed(reminders, at)
    has_account = digest.address in accounts.values() or digest.member_id in accounts
    person = Person(digest.address, digest.name, digest.post, digest.member_id, has_account=has_account)
    letter = Letter(person)
    dropped: defaultdict[str, list[int]] = defaultdict(list)
    for reminder in reminders:
        obligation = reminder.obligation
        # asking a unit to confirm only hangs on the work: whose it is does not count
        member = obligation.member if reminder.stage != ACKNOWLEDGE else None
        told = (*contacts.get(obligation.unit_id, ()), *leads.get(obligation.unit_id, ()))
        if not reminder.unit_id:
            told = tuple(filter(None, (people.get(obligation.member_id or 0),)))
        if reminder.is_said_later:
            dropped[NEWER_LETTER].append(reminder.pk)
        elif reminder.wants_late and offset_of(reminder.stage) < LATE_FROM:
            dropped[WANTS_LATE].append(reminder.pk)
        elif obligation.pk not in owed:
            dropped[_STATE_WORDS.get(obligation.state, NOT_OWED)].append(reminder.pk)
        elif owed[obligation.pk] != reminder.due_at:
            dropped[DEADLINE_MOVED].append(reminder.pk)
        elif member is not None and reminder.is_exempt:
            dropped[EXEMPT_NOW].append(reminder.pk)
        elif member is not None and reminder.counted_in is None:
            dropped[LEFT_NOW].append(reminder.pk)
        elif member is not None and reminder.unit_id and reminder.counted_in != obligation.unit_id:
            dropped[MOVED_NOW].append(reminder.pk)
        elif reminder.stage == ACKNOWLEDGE and (obligation.requirement.directive_id, obligation.unit_id) not in waiting:
            dropped[CONFIRMED].append(reminder.pk)
        elif reminder.stage != ACKNOWLEDGE and reminder.promised_day is not None and reminder.promised_day >= day:
            dropped[PROMISED_LATER].append(reminder.pk)
        elif digest.address not in {found.address for found in told}:
            dropped[NOT_THEIRS].append(reminder.pk)
        elif reminder.unit_id:
            letter.of_units.setdefault(obligation.unit_id, []).append(_duty(reminder))
            if digest.address not in {contact.address for contact in contacts.get(obligation.unit_id, ())}:
                letter.watched.add(obligation.unit_id)
        else:
            letter.own.append(_duty(reminder))
            letter.through = letter.through or through_whom(person, contacts.get(obligation.unit_id, ()))
    return _SortedOut(letter if letter.own or letter.of_units else None, dropped, units)


def _unconfirmed(reminders: list[Reminder], at: datetime) -> set[tuple[int, int]]:
    """(paper, unit) of those asked to confirm that have not."""
    asked = [reminder.obligation for reminder in reminders if reminder.stage == ACKNOWLEDGE]
    if not asked:
        return set()
    units = {obligation.unit_id for obligation in asked}
    papers = {obligation.requirement.directive_id for obligation in asked}
    rows = Acknowledgement.objects.filter(waiting_then(at), unit__in=units, directive__in=papers)
    return set(rows.values_list("directive_id", "unit_id"))


def _duty(reminder: Reminder) -> Duty:
    obligation = reminder.obligation
    member = obligation.member if reminder.stage != ACKNOWLEDGE else None
    return Duty(
        obligation_id=obligation.pk,
        requirement_id=obligation.requirement_id,
        unit_id=obligation.unit_id,
        member_id=member.pk if member else None,
        due_at=reminder.due_at,
        stage=reminder.stage,
        is_returned=obligation.state == ObligationState.RETURNED,
        member_name=member.full_name if member else "",
        member_sort_key=member.sort_key if member else "",
        member_birth_year=member.birth_year if member else None,
        period=obligation.period if reminder.stage != ACKNOWLEDGE else "",
        is_of_leads=obligation.requirement.is_of_leads,
    )
