"""Mail about one's own account: what happened, what to do; Vietnamese, text and HTML, through the outbox.

Not here: what the login library's own mails say (`templates/account/email`, `templates/mfa/email`), sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from outbox.models import OutgoingMail
from outbox.services import MailDraft, enqueue_mail
from units.models import Member, User


def mail_owner(*, at: datetime, **said: Any) -> OutgoingMail:
    """Queue one mail, made of the arguments of `owner_mail`."""
    return enqueue_mail(draft=owner_mail(at=at, **said), at=at)


def owner_mail(
    *,
    user: User,
    kind: str,
    subject: str,
    paragraphs: Sequence[str],
    at: datetime,
    link: str = "",
    link_words: str = "",
    to: str = "",
    once: str = "",
) -> MailDraft:
    """One mail to the owner's address (or `to`). The same `once` is the same mail; without it, the same minute is."""
    address = to or user.email
    context = {
        "name": user.full_name,
        "subject": subject,
        "paragraphs": paragraphs,
        "link": link,
        "link_words": link_words,
        "portal_url": settings.PUBLIC_URL,
    }
    same = f"{kind}|{address.lower()}|{once or format(at, '%Y-%m-%dT%H:%M')}"
    return MailDraft(
        to=address,
        to_name=user.full_name,
        subject=subject,
        text=render_to_string("emails/account.txt", context).strip() + "\n",
        html=render_to_string("emails/account.html", context),
        kind=kind,
        dedupe_key=f"account:{hashlib.sha256(same.encode()).hexdigest()}",
        ward_id=ward_of(user),
        secret_body=True,  # an invitation's or a reset's link is as good as the password
    )


def ward_of(user: User | None) -> int | None:
    """The ward of the account's member, if it has one."""
    member_id = getattr(user, "member_id", None)
    return Member.objects.filter(pk=member_id).values_list("ward_id", flat=True).first() if member_id else None
