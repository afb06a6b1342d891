"""What the login library asks of this portal: nobody signs up, mail goes through the outbox, demo accounts
stay out of production.

Not here: addresses (`account_urls.py`), what is logged (`account_events.py`).
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from units.account_mails import mail_owner
from units.browsers import browser_words
from units.reauthentication import count_login_as_proof


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
