"""The verbs on calendar feeds and mail choices of an account: a new secret address, none any more, what was read.

Not here: the events (`calendar_feed.py`), the page (`views.own`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

import audit.services as audit
from reminders.calendar_feed import FeedItem
from reminders.models import CalendarEntry, CalendarLink, MailChoice
from units.models import User

OVER_STAYS = timedelta(days=30)
"""So long a finished duty is still sent as cancelled, so that calendars that look rarely drop it too."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def make_calendar_link(*, user: User, at: datetime) -> str:
    """A new secret address for the account's feed, told once: only its hash is kept. The old one ends.

    Returns the secret. Recorded as `reminder.calendar_link`.
    """
    token = secrets.token_urlsafe(32)
    CalendarLink.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    CalendarLink.objects.create(user=user, secret_hash=_hash(token), created_at=at)
    audit.record(action="reminder.calendar_link", actor=user, obj=user, at=at)
    return token


@transaction.atomic
def revoke_calendar_link(*, user: User, at: datetime) -> bool:
    """The feed answers no more. False when there was none. Recorded as `reminder.calendar_revoke`."""
    gone = CalendarLink.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    if gone:
        audit.record(action="reminder.calendar_revoke", actor=user, obj=user, at=at)
    return bool(gone)


def link_in_use(user: User) -> CalendarLink | None:
    """The account's link, None when it has none."""
    return CalendarLink.objects.filter(user=user.pk, revoked_at=None).first()


def calendar_link(token: str) -> CalendarLink | None:
    """The link in use with this secret, of an active account; None for anything else."""
    found = CalendarLink.objects.filter(secret_hash=_hash(token), revoked_at=None, user__is_active=True)
    return found.select_related("user").first()


@transaction.atomic
def bring_up_to_date(*, link: CalendarLink, items: Sequence[FeedItem], at: datetime) -> list[CalendarEntry]:
    """Write down what the feed says now: SEQUENCE grows where the deadline, the words or the end changed.

    Returns the entries of the feed: what is owed, and what ended within `OVER_STAYS`. Records nothing: reading is no
    act of the account.
    """
    known = {entry.uid: entry for entry in CalendarEntry.objects.select_for_update().filter(user=link.user_id)}
    for item in items:
        entry = known.get(item.uid)
        if entry is None:
            known[item.uid] = CalendarEntry.objects.create(
                user_id=link.user_id, uid=item.uid, due_at=item.due_at, summary=item.summary[:300], changed_at=at
            )
        elif (entry.due_at, entry.summary, entry.is_over) != (item.due_at, item.summary[:300], False):
            entry.due_at, entry.summary, entry.is_over = item.due_at, item.summary[:300], False
            _changed(entry, at)
    there = {item.uid for item in items}
    for uid, entry in known.items():
        if uid not in there and not entry.is_over:
            entry.is_over = True
            _changed(entry, at)
    CalendarLink.objects.filter(pk=link.pk).update(read_at=at)
    return [one for one in known.values() if not one.is_over or one.changed_at > at - OVER_STAYS]


def _changed(entry: CalendarEntry, at: datetime) -> None:
    entry.sequence, entry.changed_at = entry.sequence + 1, at
    entry.save(update_fields=["due_at", "summary", "is_over", "sequence", "changed_at"])


@transaction.atomic
def choose_mail(*, user: User, quiet: str, hour: int, at: datetime) -> MailChoice:
    """How much and when the account is written to. Recorded as `reminder.choice`."""
    row, _ = MailChoice.objects.update_or_create(user=user, defaults={"quiet": quiet, "hour": hour})
    audit.record(action="reminder.choice", actor=user, obj=user, detail={"quiet": quiet, "hour": hour}, at=at)
    return row
