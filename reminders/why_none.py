""" "Vì sao không có thư?": for somebody searched among the letters to come who gets none, each duty with the reason.

Reads only, and only of those searched. Not here: the rule itself (`planning.py`), the list of letters (`tomorrow.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Case, Count, Exists, OuterRef, Q, When

from directives.choices import LEAD_KINDS
from directives.models import Obligation
from directives.querysets import OPEN_STATES, SURE
from outbox.choices import MailState
from outbox.services import bad_addresses
from reminders.choices import RulingKind
from reminders.digests import Person
from reminders.ladders import DayRungs, day_rungs
from reminders.models import Digest, Promise, Reminder, Ruling
from reminders.quiet import Choices, choices_of
from reminders.recipients import account_addresses, contacts_of, members_by_id, with_those_above
from reminders.stages import last_day_of, promised_key, schedule, stage_words, worked_day
from units.models import Exemption, Member, Membership, Unit
from units.querysets import found_by
from vietnamese.dates import format_date, local_day
from vietnamese.text import fold

_BECAME: Final = {
    MailState.CANCELLED: "đã bỏ, không gửi",
    MailState.FAILED: "gửi lỗi, sẽ gửi lại",
    MailState.DEAD: "không gửi được",
    MailState.BOUNCED: "bị trả về",
}
"""What became of a letter that did not reach its reader; any other waits."""

MOST: Final = 5
"""So many people, and so many units, are explained."""


@dataclass(frozen=True)
class Unwritten:
    """Somebody who gets no letter: name, unit (of a member), (duty, why not), one sentence where nothing is owed."""

    name: str
    duties: list[tuple[Obligation, str]]
    nothing: str = ""


def why_none(
    ward: Unit,
    text: str,
    at: datetime,
    *,
    after: date | None = None,
    told_members: Collection[int] = (),
    told_units: Collection[int] = (),
) -> list[Unwritten]:
    """The members and units that `text` names, without those who are told, with what they owe and why no letter of the day
    of `at` tells it; `after` as in `plan`. Two queries when it names nobody, else at most twenty, whatever is owed."""
    named = Member.objects.filter(found_by(text, "folded"), ward=ward).exclude(pk__in=told_members)
    day = local_day(at)
    here = {"member": OuterRef("pk")}
    members = list(
        named.annotate(
            is_exempt=Exists(Exemption.objects.active(day).filter(**here)),
            is_counted=Exists(Membership.objects.counted(day).filter(**here)),
        ).order_by(_nearest(text), "sort_key", "pk")[:MOST]
    )
    units = Unit.objects.filter(found_by(text, "folded"), ward=ward).exclude(pk=ward.pk).exclude(pk__in=told_units)
    units = list(units.order_by(_nearest(text), "sort_key", "pk")[:MOST])
    if not (members or units):
        return []
    return _Reasons(ward, at, after, members, units).all()


def _nearest(text: str) -> Case:
    """Whose name is what was typed comes first, then who has these words in a row: "ha" alone stands in "Phạm" too."""
    words = " ".join(fold(text).split())
    return Case(When(folded=words, then=0), When(folded__contains=words, then=1), default=2)


class _Reasons:
    """What is known of those searched, read once."""

    def __init__(self, ward: Unit, at: datetime, after: date | None, members: list[Member], units: list[Unit]) -> None:
        self._day, self._ward, self._members, self._units = local_day(at), ward, members, units
        self._bad = bad_addresses()
        accounts = account_addresses([ward], [one.pk for one in members])
        self._people = members_by_id([(m.pk, m.full_name, m.email) for m in members], accounts, self._bad)
        above = with_those_above([one.pk for one in units]) if units else {}
        self._contacts = contacts_of([ward], self._day, above, only_these=True, bad=self._bad) if units else {}
        asked = Obligation.objects.filter(ward=ward).filter(
            Q(member__in=members) | Q(member=None, unit__in=units) & ~Q(requirement__kind__in=LEAD_KINDS)
        )
        asked = asked.select_related("requirement__directive", "member", "unit")
        self._owed = list(asked.owing(at).filter(owed_due_at__isnull=False).order_by("owed_due_at", "pk"))
        self._handed_in = list(asked.undecided_of_running().exclude(state__in=OPEN_STATES).order_by("due_at", "pk"))
        by_unit = Obligation.objects.filter(ward=ward, unit__in=units).of_members().owing(at).order_by().values("unit")
        self._of_members = dict(by_unit.annotate(number=Count("pk")).values_list("unit", "number")) if units else {}
        self._rungs: DayRungs = day_rungs([ward], self._day, after)
        self._choices: Choices | None = choices_of()
        pks = [one.pk for one in self._owed]
        promises = Promise.objects.filter(obligation__in=pks, at__lte=at).order_by("at", "pk")
        self._promised = dict(promises.values_list("obligation_id", "day"))
        said = Reminder.objects.standing().filter(obligation__in=pks).order_by("digest__day")
        self._said = {tuple(row[:4]): row[4:] for row in said.values_list(
            "obligation_id", "stage", "due_at", "address", "digest__day", "digest__mail__state"
        )}  # fmt: skip
        rulings = Ruling.objects.filter(ward=ward, first_day__lte=self._day, last_day__gte=self._day)
        self._ruled = {one.address: one for one in rulings.order_by("kind")}
        self._mailed = set(Digest.objects.filter(ward=ward, day=self._day).values_list("address", flat=True))

    def all(self) -> list[Unwritten]:
        """Members first, then units."""
        of_member, of_unit = defaultdict(list), defaultdict(list)
        for debt in self._owed:
            where = of_member[debt.member_id] if debt.member_id else of_unit[debt.unit_id]
            where.append((debt, self._why(debt)))
        for debt in self._handed_in:
            where = of_member[debt.member_id] if debt.member_id else of_unit[debt.unit_id]
            where.append((debt, "đã nộp, đang chờ duyệt"))
        nothing = "Không còn nợ việc nào, nên không có gì phải nhắc."
        found = [Unwritten(one.full_name, of_member[one.pk], self._gone(one) or nothing) for one in self._members]
        return found + [Unwritten(one.name, of_unit[one.pk], self._unit_owes_nothing(one)) for one in self._units]

    def _unit_owes_nothing(self, unit: Unit) -> str:
        """Of a unit without a duty of its own: its members may owe, and its secretaries be written to about them."""
        if unit.closed_on is not None and unit.closed_on <= self._day:
            return f"Đơn vị đã giải thể từ ngày {format_date(unit.closed_on)}."
        own = "Đơn vị không còn nợ việc nào của mình"
        number = self._of_members.get(unit.pk, 0)
        if not number:
            return f"{own}, đảng viên ở đây cũng vậy, nên không có gì phải nhắc."
        return f"{own}. {number} việc của đảng viên ở đây còn nợ: tìm theo tên từng người."

    def _gone(self, member: Member) -> str:
        return "" if member.is_counted else "Không còn sinh hoạt tại đơn vị nào của phường."

    def _why(self, debt: Obligation) -> str:
        """The first reason that holds, in the order in which the plan asks."""
        member = next((one for one in self._members if one.pk == debt.member_id), None)
        if debt.certainty not in SURE:
            return "hạn mới là dự kiến, chưa nhắc"
        if member is not None and member.is_exempt:
            return "đang được miễn công tác và sinh hoạt đảng"
        if member is not None and not member.is_counted:
            return "không còn sinh hoạt tại đơn vị nào của phường"
        stage, why = self._stage(debt)
        return why or self._why_not_told(debt, member, stage)

    def _stage(self, debt: Obligation) -> tuple[str, str]:
        """The stage of the day, or why there is none."""
        rungs = self._rungs.of(self._ward.pk, debt.requirement_id)
        if promised := self._promised.get(debt.pk):
            first = worked_day(promised.fromordinal(promised.toordinal() + 1), back=False, calendar=rungs.calendar)
            if first > self._day:
                return "", f"đã hẹn nộp ngày {format_date(promised)}, chờ đến hết ngày ấy"
            if first >= rungs.first_day:
                return promised_key(promised), ""
        if stage := rungs.stage_of(debt.owed_due_at):
            return stage, ""
        days = schedule(last_day_of(debt.owed_due_at), rungs.ladder, rungs.calendar)
        following = next((one for one in days if one > self._day), None)
        if following is None:
            return "", "đã qua nấc nhắc cuối cùng; muốn nhắc nữa thì gọi, hoặc nhắc thêm từ Tra cứu"
        return "", f"chưa tới nấc: nhắc tiếp ngày {format_date(following)} ({stage_words(days[following]).lower()})"

    def _why_not_told(self, debt: Obligation, member: Member | None, stage: str) -> str:
        people = self._contacts.get(debt.unit_id, ()) if member is None else (self._people.get(member.pk),)
        readers = [person for person in people if person is not None]
        if not readers and member is None:
            return "đơn vị không có ai nhận thư"
        if not readers:
            is_bad = member is not None and member.email.lower() in self._bad
            return "địa chỉ thư đã hỏng, thư bị trả lại" if is_bad else "chưa có địa chỉ thư; bí thư được báo thay"
        whys = [self._why_no_letter(debt, person, stage) for person in readers]
        return "; ".join(dict.fromkeys(whys))

    def _why_no_letter(self, debt: Obligation, person: Person, stage: str) -> str:
        address = person.address
        if said := self._said.get((debt.pk, stage, debt.owed_due_at, address)):
            day, state = said
            if state == MailState.SENT:
                return f"đã nhắc ở nấc này, thư ngày {format_date(day)}"
            return f"nấc này có thư ngày {format_date(day)}, {_BECAME.get(state, 'đang chờ gửi')}"
        if address in self._mailed:
            return "ngày này đã có một thư rồi, mỗi người mỗi ngày một thư"
        if ruling := self._ruled.get(address):
            if ruling.kind == RulingKind.STRIKE:
                return "cán bộ đã bỏ thư của ngày này"
            return f"văn phòng giữ thư đến hết ngày {format_date(ruling.last_day)}"
        if self._choices and self._choices.is_quiet(person, stage):
            return "người nhận chọn chỉ xem trên cổng, không nhận thư ở nấc này"
        return f"có trong thư gửi tới {address}"
