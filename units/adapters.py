"""What the login library asks of this portal: nobody signs up, mail goes through the outbox, demo accounts
stay out of production.

Not here: addresses (`account_urls.py`), what is logged (`account_events.py`).
"""

from __future__ import annotations

from math import ceil
from time import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit as limits
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from units.account_mails import mail_owner
from units.browsers import browser_words
from units.reauthentication import count_login_as_proof

_LIMIT: Final = {"app": "allauth.account", "action": "login_failed"}


def _seconds_to_wait(request: HttpRequest, key: str) -> float:
    """Until a guess of this key is taken again, by whichever limit (`ACCOUNT_RATE_LIMITS`) is reached: until the first of so
    many wrong ones is so old."""
    now, waits = time(), [0.0]
    for rate in limits.get_rates(**_LIMIT):
        latest_first = cache.get(limits.get_cache_key(request, **_LIMIT, rate=rate, key=key), [])
        if len(latest_first) >= rate.amount:
            waits.append(latest_first[rate.amount - 1] + rate.duration - now)
    return max(waits)


class AccountAdapter(DefaultAccountAdapter):
    """The portal's answers; everything else is the library's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by the office alone."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is: the sender's name already says whose mail it is."""
        return subject

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuse a demo account in production like a locked one: its password is printed in the README."""
        if settings.PRODUCTION and getattr(user, "is_demo", False):
            return HttpResponseRedirect(reverse("account_inactive"))
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a guess too many, with the minutes after which the next one is taken: five for an address, one where many
        addresses were tried from one place."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            key = self._get_login_attempts_cache_key(request, **credentials)
            minutes = max(1, ceil(_seconds_to_wait(request, key) / 60))
            other_way = "" if request.user.is_authenticated else ", hoặc bấm “Quên mật khẩu”"
            raise ValidationError(
                f"Đăng nhập sai nhiều lần. Mời đợi {minutes} phút rồi làm lại{other_way}.", code=refused.code
            ) from refused

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """A fresh login counts as a proof before delicate things."""
        count_login_as_proof(request)
        return super().post_login(request, user, **kwargs)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the account's own address: the library would look in its table of addresses, which the portal leaves empty."""
        full = {"user": user, "browser": browser_words(self.get_http_user_agent(self.request)), **(context or {})}
        super().send_notification_mail(template_prefix, user, full, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail in the outbox: a slow or dead mail server neither holds the page up nor tells who has an account.

        Asking twice within a minute is one mail.
        """
        full = {"request": self.request, "email": email, "portal_url": settings.PUBLIC_URL, **context}
        message = self.render_mail(template_prefix, email, full)
        mail_owner(
            user=context["user"],
            to=email,
            kind=template_prefix.replace("/email/", "."),
            subject=message.subject,
            paragraphs=[part.strip() for part in message.body.split("\n\n") if part.strip()],
            at=timezone.now(),
        )
