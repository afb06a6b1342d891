"""The calendar feed: an account's own deadlines as RFC 5545, with alarms, so that any calendar may subscribe to them.

A deadline on the end of a day is an all-day event of the last allowed day; a stated hour ends a one-hour event. What is
over leaves the calendar as a cancelled event. Not here: the secret address and the SEQUENCE (`services.feeds`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event

from directives.models import Obligation
from interface.wording import last_day_in_words
from reminders.models import CalendarEntry
from reminders.stages import last_day_of
from reminders.wording import verb_of
from vietnamese.dates import VIETNAM

if TYPE_CHECKING:
    from units.models import User

_DAY = timedelta(days=1)
ALARMS_OF_A_DAY = (timedelta(days=-3, hours=8), timedelta(hours=-16))
"""Before the midnight at which the last day begins: at 8:00 three days and one day earlier."""
ALARMS_OF_AN_HOUR = (timedelta(days=-1), timedelta(hours=-2))


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One event: what, until when (exclusive), more words, the page."""

    uid: str
    due_at: datetime
    summary: str
    description: str
    path: str


def items_of(user: User, at: datetime) -> list[FeedItem]:
    """What the account has to see to: its own duties and its units'; members of a unit with one duty are one event at
    the earliest deadline among them. Two queries."""
    owed = Obligation.objects.answered_by(user).owing(at).with_binding_deadline()
    owed = owed.select_related("requirement__directive", "unit", "member").order_by("owed_due_at", "pk")
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for debt in owed:
        is_own = debt.member_id is None or debt.member_id == user.member_id
        groups[f"viec-{debt.pk}" if is_own else f"don-vi-{debt.requirement_id}-{debt.unit_id}-{debt.period}"].append(
            debt
        )
    return [_item(uid, debts) for uid, debts in groups.items()]


def _item(uid: str, debts: list[Obligation]) -> FeedItem:
    lead = debts[0]
    verb = verb_of(lead.requirement.kind)
    words = (
        f"{verb.capitalize()} đến {last_day_in_words(lead.owed_due_at)}. Theo {lead.requirement.directive.reference}."
    )
    words = words.replace("\N{NO-BREAK SPACE}", " ")
    if uid.startswith("don-vi-"):
        summary = f"{lead.title}: {lead.unit.name} còn {len(debts)} đồng chí"
        words += " Còn: " + ", ".join(debt.member.full_name for debt in debts[:30] if debt.member) + "."
        return FeedItem(uid, lead.owed_due_at, summary, words, reverse("directives:my_work"))
    path = reverse("directives:obligation", args=[lead.pk])
    summary = lead.title if lead.member_id else f"{lead.title} ({lead.unit.name})"
    return FeedItem(uid, lead.owed_due_at, summary, words, path)


def write(entries: Iterable[CalendarEntry], items: dict[str, FeedItem], host: str, name: str) -> bytes:
    """The feed as bytes. `entries` carry SEQUENCE and the time of the last change; those without an item are over."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cong theo doi chi dao//Han nop//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Hạn nộp: {name}")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, items.get(entry.uid), host))
    return calendar.to_ical()


def _event(entry: CalendarEntry, item: FeedItem | None, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("summary", item.summary if item else entry.summary)
    event.add("status", "CANCELLED" if entry.is_over else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    alarms = _times(event, entry.due_at)
    if item is not None and not entry.is_over:
        url = settings.PUBLIC_URL.rstrip("/") + item.path
        event.add("description", f"{item.description}\n{url}")
        event.add("url", url)
        for before in alarms:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", item.summary)
            alarm.add("trigger", before)
            event.add_component(alarm)
    return event


def _times(event: Event, due_at: datetime) -> tuple[timedelta, ...]:
    """Write when the event is; returns its alarms."""
    local = due_at.astimezone(VIETNAM)
    if local.time() == time():
        last_day = last_day_of(due_at)
        event.add("dtstart", last_day)
        event.add("dtend", last_day + _DAY)
        return ALARMS_OF_A_DAY
    event.add("dtstart", (due_at - timedelta(hours=1)).astimezone(UTC))
    event.add("dtend", due_at.astimezone(UTC))
    return ALARMS_OF_AN_HOUR
