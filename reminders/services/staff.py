"""What staff is told: tonight, how many letters go tomorrow; in the morning, its own work that waits too long.

Not here: the letters to those who owe (`reminders.services`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse

from directives.choices import ObligationState
from directives.deadlines import WorkCalendar
from directives.models import Obligation, OnwardDuty, Petition
from directives.querysets import SURE
from outbox.models import Notice
from outbox.services import NoticeDraft, notify
from reminders.ladders import calendars_of
from reminders.planning import plan
from reminders.stages import next_open, start_of
from units.choices import Role
from units.models import RoleGrant, Unit
from vietnamese.dates import VIETNAM, format_date, local_day

TELLS_TOMORROW = time(16, 30)
"""From this hour the bell says what goes out next, so that it is known by 17:00."""

REVIEWS_MAY_WAIT = 3
"""Working days a paper may wait for a decision; petitions the same."""

ONWARD_NEAR = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Own work of an office: reviews and petitions that wait too long, what the ward itself owes soon or already."""

    reviews: int
    petitions: int
    onward: int

    def in_words(self) -> str:
        """One sentence; "" when nothing waits."""
        parts = [
            f"{self.reviews} bài chờ duyệt quá {REVIEWS_MAY_WAIT} ngày làm việc" if self.reviews else "",
            f"{self.petitions} đề nghị chưa trả lời quá {REVIEWS_MAY_WAIT} ngày làm việc" if self.petitions else "",
            f"{self.onward} việc phường phải gửi cấp trên đến hạn trong 7 ngày hoặc đã quá hạn" if self.onward else "",
        ]
        return "; ".join(filter(None, parts))


def _days_back(day: date, count: int, calendar: WorkCalendar) -> date:
    for _ in range(count):
        day -= _DAY
        while calendar.is_off(day):
            day -= _DAY
    return day


def backlog_of(ward: Unit, at: datetime, calendar: WorkCalendar) -> Backlog:
    """As of `at`. Three queries."""
    since = start_of(_days_back(local_day(at), REVIEWS_MAY_WAIT, calendar))
    own = Obligation.objects.filter(ward=ward)
    onward = OnwardDuty.objects.filter(ward=ward, certainty__in=SURE).owed()
    return Backlog(
        own.running_only().filter(state=ObligationState.SUBMITTED, submitted_at__lt=since).count(),
        Petition.objects.waiting(at).filter(obligation__ward=ward, asked_at__lt=since).count(),
        onward.filter(due_at__lte=at + ONWARD_NEAR).count(),
    )


@transaction.atomic
def tell_staff(*, at: datetime) -> int:
    """Notices to ADMIN and OFFICE of every ward, each once a day, on working days; returns how many were new."""
    day, clock = local_day(at), at.astimezone(VIETNAM).time()
    wards = list(Unit.objects.wards())
    calendars = calendars_of(wards, day)
    told = 0
    for ward in wards:
        calendar = calendars[ward.pk]
        if calendar.is_off(day):
            continue
        if clock >= time(7):
            told += _tell_once(
                ward, f"backlog:{ward.pk}:{day}", at, lambda w=ward, c=calendar: _backlog_draft(w, at, c)
            )
        if clock >= TELLS_TOMORROW:
            key = f"tomorrow:{ward.pk}:{day}"
            told += _tell_once(ward, key, at, lambda w=ward, c=calendar: _tomorrow_draft(w, at, c))
    return told


def _tell_once(ward: Unit, key: str, at: datetime, draft: Callable[[], tuple[str, str, str] | None]) -> int:
    if Notice.objects.filter(dedupe_key=key).exists():
        return 0
    grants = RoleGrant.objects.active(local_day(at)).filter(
        role__in=[Role.ADMIN, Role.OFFICE], unit=ward, user__is_active=True
    )
    users = sorted(set(grants.values_list("user_id", flat=True)))
    said = draft() if users else None
    if said is None:
        return 0
    title, text, url = said
    kind = key.partition(":")[0]
    return notify(drafts=[NoticeDraft(user, f"staff.{kind}", title, key, text, url) for user in users], at=at)


def _backlog_draft(ward: Unit, at: datetime, calendar: WorkCalendar) -> tuple[str, str, str] | None:
    words = backlog_of(ward, at, calendar).in_words()
    return ("Việc của văn phòng đang chờ lâu", words, reverse("reports:office_home")) if words else None


def _tomorrow_draft(ward: Unit, at: datetime, calendar: WorkCalendar) -> tuple[str, str, str] | None:
    instant = next_open(start_of(local_day(at) + _DAY), calendar)
    number = len(plan(ward=ward, at=instant).letters)
    if not number:
        return None
    title = f"Thư nhắc sẽ gửi {format_date(instant)}: {number} thư"
    return title, "Xem ai nhận, vì sao; bỏ, giữ hoặc gửi ngay.", f"{reverse('reminders:tomorrow')}?phuong={ward.pk}"
