"""Writing logins, refused logins and changes of one's own account to the audit log.

The login library tells of them by Django's and its own signals; these receivers are the only ones of the portal.
Not here: the library's settings (`adapters.py`), accounts opened and locked by the office (`services.accounts`).
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from audit import services as audit
from audit.choices import AuditResult
from audit.middleware import client_address
from outbox.services import is_address
from units.account_mails import mail_owner
from units.browsers import browser_words
from units.models import User
from units.services.invitations import revoke_invitations
from vietnamese.dates import format_moment


def logged_in(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """`account.login`; the clock of the session starts (`phucloi_portal.session_clock`)."""
    request.session["login_started"] = request.session["login_worked"] = time.time()
    audit.record(action="account.login", actor=user, obj=user)
    tell_of_a_new_browser(request, user)


def tell_of_a_new_browser(request: HttpRequest, user: User) -> None:
    """A mail to the owner when the account is in with a kind of browser it was never seen with; not at the very first."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    if not agent:
        return
    now, words = timezone.now(), browser_words(agent)
    known = list(user.known_browsers.values_list("words", flat=True))
    if words in known:
        return
    user.known_browsers.get_or_create(words=words, defaults={"first_seen_at": now})
    if known:
        mail_owner(
            user=user, kind="account.new_browser", subject="Đăng nhập từ trình duyệt mới", at=now, once=f"{user.pk}|{words}",
            paragraphs=(
                f"Tài khoản này vừa đăng nhập lúc {format_moment(now)} bằng một trình duyệt chưa gặp: {words}, địa chỉ mạng {client_address(request) or 'không rõ'}.",
                "Nếu không phải đồng chí, vào “Phiên đăng nhập” kết thúc phiên đó, đổi mật khẩu và báo ngay cho Ban Xây dựng Đảng.",
            ),
        )  # fmt: skip


def login_failed(sender: str, credentials: dict[str, Any], **kwargs: Any) -> None:
    """`account.login_failed`, with the address typed; anything that is no address may be a password and is not kept."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    detail = {"email": typed[:254] if is_address(typed) else ""}
    # The account is looked up whether or not there is one, so that its ward's administrator sees who is being tried.
    tried = User.objects.filter(email__iexact=typed[:254]).select_related("member").first()
    audit.record(action="account.login_failed", obj=tried, detail=detail, result=AuditResult.REFUSED)


def logged_out(sender: type, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """`account.logout`; nothing when nobody was logged in."""
    if user is not None:
        audit.record(action="account.logout", actor=user, obj=user)


def changed_password(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """`account.change_password`, by the old password or by the mailed link; an invitation is of no more use."""
    revoke_invitations(user=user, by=user, now=timezone.now())
    audit.record(action="account.change_password", actor=user, obj=user)


def added_factor(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """`account.mfa_enable`, also for new recovery codes."""
    audit.record(action="account.mfa_enable", actor=user, obj=user, detail={"type": authenticator.type})


def removed_factor(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """`account.mfa_disable`."""
    audit.record(action="account.mfa_disable", actor=user, obj=user, detail={"type": authenticator.type})


def failed_factor(
    sender: type,
    request: HttpRequest,
    user: User,
    authenticator: Authenticator,
    reauthentication: bool = False,
    **kwargs: Any,
) -> None:
    """`account.mfa_failed` at the second step of a login, `account.reauthenticate_failed` before something delicate."""
    detail = {"type": authenticator.type}
    if reauthentication:
        audit.record(
            action="account.reauthenticate_failed", actor=user, obj=user, detail=detail, result=AuditResult.REFUSED
        )
    else:
        audit.record(action="account.mfa_failed", actor=user, obj=user, detail=detail, result=AuditResult.REFUSED)


def used_factor(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """`account.recovery_code`; an app or a key is the ordinary way and part of `account.login`."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db()  # the library spent the code on a row of its own
        left = len(authenticator.wrap().get_unused_codes())
        audit.record(action="account.recovery_code", actor=user, obj=user, detail={"left": left})


def connect() -> None:
    """Listen; called once, when the app is ready."""
    user_logged_in.connect(logged_in, dispatch_uid="units.logged_in")
    user_login_failed.connect(login_failed, dispatch_uid="units.login_failed")
    user_logged_out.connect(logged_out, dispatch_uid="units.logged_out")
    for number, signal in enumerate((password_changed, password_set, password_reset)):
        signal.connect(changed_password, dispatch_uid=f"units.changed_password.{number}")
    for number, signal in enumerate((authenticator_added, authenticator_reset)):
        signal.connect(added_factor, dispatch_uid=f"units.added_factor.{number}")
    authentication_failed.connect(failed_factor, dispatch_uid="units.failed_factor")
    authenticator_used.connect(used_factor, dispatch_uid="units.used_factor")
    authenticator_removed.connect(removed_factor, dispatch_uid="units.removed_factor")
