"""Inviting an account by mail, taking the invitation back, and using it: the first password.

Not here: opening the account (`accounts.py`), a forgotten password (django-allauth).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from audit import services as audit
from audit.choices import AuditResult
from units.account_mails import mail_owner
from units.account_models import Invitation
from units.errors import AccountRefused, InvitationUnusable
from units.models import User
from vietnamese.dates import format_date, format_time, local_day


@transaction.atomic
def invite(*, user: User, by: User | str | None, now: datetime) -> Invitation:
    """Mail the owner a link that sets the first password; links sent before it stop working.

    It works for `settings.INVITATION_DAYS` days, once. Recorded as `account.invite`.
    Raises AccountRefused: the account is locked, or has a password already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise AccountRefused("Tài khoản đang khóa. Mở lại tài khoản rồi mời.")
    if user.has_usable_password():
        raise AccountRefused("Người này đã đặt mật khẩu. Nếu quên thì gửi thư đặt lại mật khẩu.")
    _open_invitations(user).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    last_day = format_date(local_day(invitation.expires_at))
    ends = f"{format_time(invitation.expires_at)} ngày {last_day}"
    mail_owner(
        user=user,
        kind="account.invitation",
        subject="Mời dùng Cổng theo dõi chỉ đạo",
        paragraphs=(
            f"Ban Xây dựng Đảng đã mở cho đồng chí một tài khoản trên Cổng theo dõi chỉ đạo. Tên đăng nhập là địa chỉ thư này: {user.email}.",
            f"Bấm nút dưới đây để tự đặt mật khẩu và vào cổng. Liên kết dùng được một lần, trước {ends}. Không chuyển thư này cho người khác.",
        ),
        link=settings.PUBLIC_URL + reverse("accept_invitation", args=[token]),
        link_words="Đặt mật khẩu và vào cổng",
        at=now,
        once=str(invitation.pk),
    )
    audit.record(action="account.invite", actor=by, obj=user, detail={"email": user.email, "to": last_day}, at=now)
    return invitation


@transaction.atomic
def revoke_invitations(*, user: User, by: User | None, now: datetime) -> int:
    """Links sent so far stop working; returns how many there were. Recorded as `account.revoke_invitation`."""
    count = _open_invitations(user).update(revoked_at=now)
    if count:
        audit.record(action="account.revoke_invitation", actor=by, obj=user, detail={"count": count}, at=now)
    return count


def invitation_of(*, token: str, now: datetime) -> Invitation:
    """The invitation behind a link that works at `now`; raises InvitationUnusable with the sentence to show."""
    found = Invitation.objects.select_related("user").filter(token_hash=_hash(token)).first()
    if found is not None and found.is_open(now) and found.user.is_active:
        return found
    if found is not None and found.used_at is not None:
        raise InvitationUnusable("Liên kết này đã được dùng để đặt mật khẩu.")
    if found is not None and found.revoked_at is None and now >= found.expires_at:
        raise InvitationUnusable(f"Liên kết này đã hết hạn từ ngày {format_date(local_day(found.expires_at))}.")
    raise InvitationUnusable("Liên kết này không còn dùng được.")


def record_refused_invitation(*, token: str, now: datetime) -> None:
    """Write down that a link was tried that opens nothing: `account.invitation_refused`; the link itself is not kept."""
    found = Invitation.objects.select_related("user").filter(token_hash=_hash(token)).first()
    audit.record(
        action="account.invitation_refused", obj=found.user if found else None, result=AuditResult.REFUSED, at=now
    )


@transaction.atomic
def accept_invitation(*, token: str, password: str, now: datetime) -> User:
    """Set the first password and spend the link. Recorded as `account.accept_invitation`.

    Raises InvitationUnusable, AccountRefused (password too weak).
    """
    invitation = invitation_of(token=token, now=now)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=invitation.pk)
    if not invitation.is_open(now):
        raise InvitationUnusable("Liên kết này đã được dùng để đặt mật khẩu.")
    user = invitation.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    _open_invitations(user).update(revoked_at=now)
    audit.record(action="account.accept_invitation", actor=user, obj=user, at=now)
    return user


def _open_invitations(user: User):
    return Invitation.objects.filter(user=user, used_at=None, revoked_at=None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
