"""Letters about changes: deadlines moved, work released, requests refused. One mail a person a day, nobody else.

The verbs of app directives write `ChangeNotice` rows; what stood by the hour of the batch is gathered here once, by the
same rule as reminders: the member who owes, and the contacts of the unit that answers.

Not here: writing the rows (`directives.services.notices`), the sending (`outbox`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

import audit.services as audit
from directives.choices import DirectiveState, NoticeKind, ObligationState
from directives.models import ChangeNotice
from directives.querysets import OPEN_STATES
from interface.wording import last_day_in_words
from outbox.services import MailDraft, enqueue_mails, is_address
from reminders.digests import Duty, Letter, gather
from reminders.recipients import UnitFacts, account_addresses, contacts_of, members_by_id, units_of
from units.choices import LEFT_STATUSES
from units.models import CommitteeProfile, Unit
from vietnamese.dates import VIETNAM, format_date, local_day

TELLING_TIME = time(16, 0)
"""What changed before this hour is told at the first tick after it, Asia/Ho_Chi_Minh; later changes the next day."""

KIND = "reminders.change"


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as a letter tells it: of the reader himself (`unit` ""), or of a unit with the names it concerns."""

    title: str
    source: str
    what: str
    why: str
    unit: str
    names: tuple[str, ...]


@transaction.atomic
def tell_changes(*, at: datetime) -> int:
    """Queue the letters of everything untold that changed before the last telling hour; returns how many.

    Only the latest change of an obligation is told, and none that is no longer true (handed in, moved on, ended).
    Idempotent. Recorded as `reminder.tell_changes`, once a ward.
    """
    rows = list(
        ChangeNotice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(told_at=None, at__lt=last_telling(at))
        .select_related("obligation__requirement__directive", "obligation__member")
        .order_by("at", "pk")
    )
    latest = {row.obligation_id: row for row in rows}
    told: dict[int, list[ChangeNotice]] = defaultdict(list)
    for row in latest.values():
        if is_still_true(row):
            told[row.obligation.ward_id].append(row)
    count = sum(_tell_ward(ward, told[ward.pk], at) for ward in Unit.objects.filter(pk__in=told))
    ChangeNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
    return count


def last_telling(at: datetime) -> datetime:
    """The latest telling hour not after `at`."""
    today = datetime.combine(local_day(at), TELLING_TIME, VIETNAM)
    return today if today <= at else today - timedelta(days=1)


def is_still_true(notice: ChangeNotice) -> bool:
    """What the notice says holds now: a moved deadline still owed, a released one still waived, of a present member."""
    obligation = notice.obligation
    if obligation.member is not None and obligation.member.status in LEFT_STATUSES:
        return False
    if notice.kind == NoticeKind.RELEASED:
        return obligation.state == ObligationState.WAIVED
    is_owed = obligation.state in OPEN_STATES and obligation.requirement.directive.state == DirectiveState.ISSUED
    return is_owed and (notice.kind == NoticeKind.REFUSED or obligation.due_at == notice.new_due_at)


def _tell_ward(ward: Unit, notices: list[ChangeNotice], at: datetime) -> int:
    members = {one.member.pk: one.member for n in notices if (one := n.obligation).member is not None}
    accounts = account_addresses([ward])
    units = units_of([ward])
    letters = gather(
        [_duty(notice) for notice in notices],
        members=members_by_id([(m.pk, m.full_name, m.email) for m in members.values()], accounts),
        contacts=contacts_of([ward], local_day(at), units, accounts=accounts),
    ).letters
    by_obligation = {notice.obligation_id: notice for notice in notices}
    profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)
    drafts = [_draft(letter, by_obligation, units, profile, ward, at) for letter in letters]
    count = enqueue_mails(drafts=drafts, at=at)
    audit.record(
        action="reminder.tell_changes",
        actor="beat",
        obj=ward,
        ward_id=ward.pk,
        detail={"letters": count, "obligations": sorted(by_obligation)},
        at=at,
    )
    return count


def _duty(notice: ChangeNotice) -> Duty:
    """The obligation as `gather` takes it; the stage plays no part in these letters."""
    one, member = notice.obligation, notice.obligation.member
    return Duty(
        one.pk,
        one.requirement_id,
        one.unit_id,
        one.member_id,
        notice.at,
        "T0",
        member_name=member.full_name if member else "",
        member_sort_key=member.sort_key if member else "",
    )


def _draft(
    letter: Letter,
    notices: dict[int, ChangeNotice],
    units: dict[int, UnitFacts],
    profile: CommitteeProfile,
    ward: Unit,
    at: datetime,
) -> MailDraft:
    lines = [*_lines(letter.own, notices, "")]
    for unit_id, duties in letter.of_units.items():
        lines += _lines(duties, notices, units[unit_id].name)
    has_page = letter.person.has_account or bool(letter.of_units)
    context = {
        "person": letter.person,
        "lines": lines,
        "button_url": settings.PUBLIC_URL.rstrip("/") + reverse("directives:my_work") if has_page else "",
        "profile": profile,
    }
    told = sorted(duty.obligation_id for duty, _ in letter.told())
    latest = max(notices[pk].pk for pk in told)
    title = lines[0].title if len(lines) == 1 else f"{len(lines)} việc"
    return MailDraft(
        to=letter.person.address,
        to_name=letter.person.name,
        from_name=f"{profile.office_name}, {profile.name}",
        reply_to=profile.mailbox if is_address(profile.mailbox) else "",
        subject=f"[Thay đổi] {title}: {lines[0].what if len(lines) == 1 else 'đổi hạn hoặc không phải thực hiện nữa'}",
        text=render_to_string("emails/changes.txt", context).strip() + "\n",
        html=render_to_string("emails/changes.html", context),
        dedupe_key=f"change:{ward.pk}:{local_day(at)}:{letter.person.address}:{latest}",
        kind=KIND,
        ward_id=ward.pk,
        is_bulk=True,
    )


def _lines(duties: Iterable[Duty], notices: dict[int, ChangeNotice], unit: str) -> list[ChangeLine]:
    """One line a change; members of a unit with the same one stand together, by given name."""
    groups: dict[tuple[object, ...], list[Duty]] = defaultdict(list)
    for duty in duties:
        notice = notices[duty.obligation_id]
        groups[notice.obligation.title, notice.kind, notice.old_due_at, notice.new_due_at, notice.words].append(duty)
    found = []
    for same in groups.values():
        notice = notices[same[0].obligation_id]
        requirement = notice.obligation.requirement
        directive = requirement.directive
        day = f" ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
        named = sorted(same, key=lambda duty: (duty.member_sort_key, duty.obligation_id))
        names = tuple(duty.member_name for duty in named if duty.member_name) if unit else ()
        source = f"{directive.get_kind_display()} số {directive.reference}{day}"
        found.append(ChangeLine(notice.obligation.title, source, _what(notice), notice.words, unit, names))
    return found


def _what(notice: ChangeNotice) -> str:
    if notice.kind == NoticeKind.RELEASED:
        return "không phải thực hiện nữa"
    if notice.kind == NoticeKind.REFUSED:
        return "đề nghị không được đồng ý, hạn giữ nguyên"
    new = last_day_in_words(notice.new_due_at) if notice.new_due_at else ""
    old = f" (trước đó: {last_day_in_words(notice.old_due_at)})" if notice.old_due_at else ""
    return f"hạn mới {new}{old}"
