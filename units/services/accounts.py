"""Opening, closing and reopening accounts.

Not here: logging in, passwords and second factors (django-allauth), roles (`roles`).
"""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from units.choices import Role
from units.errors import AccountRefused
from units.models import Member, RoleGrant, User
from units.services.roles import has_other_administrator
from units.services.sessions import end_sessions
from units.services.turns import hold_tops
from vietnamese.text import clean


@transaction.atomic
def create_account(
    *,
    email: str,
    full_name: str,
    by: User | str | None,
    member: Member | None = None,
    password: str | None = None,
    is_demo: bool = False,
) -> User:
    """One account, told apart by its address (case-blind); without `password` it is opened by "Quên mật khẩu".

    Recorded as `account.create`. Raises AccountRefused: address malformed or taken, name blank, password too weak
    (demo accounts excepted: their passwords are printed and they are refused in production).
    """
    address, name = email.strip().lower(), clean(full_name)
    try:
        validate_email(address)
    except ValidationError as error:
        raise AccountRefused(f"Địa chỉ thư “{address}” không đúng dạng ten@coquan.vn.") from error
    if not name:
        raise AccountRefused("Chưa ghi họ tên của người dùng tài khoản.")
    if User.objects.filter(email__iexact=address).exists():
        raise AccountRefused(f"Đã có tài khoản dùng địa chỉ “{address}”.")
    user = User(email=address, full_name=name, member=member, is_demo=is_demo)
    if password is not None and not is_demo:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise AccountRefused(" ".join(error.messages)) from error
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(
        action="account.create",
        actor=by,
        obj=user,
        ward_id=member.ward_id if member else None,
        detail={"email": address},
    )
    return user


@transaction.atomic
def deactivate_account(*, user: User, by: User | str | None) -> User:
    """The account can no longer log in and its sessions end at once. Recorded as `account.deactivate`.

    Raises AccountRefused for one's own account and for the last administrator of a unit.
    """
    if isinstance(by, User) and by.pk == user.pk:
        raise AccountRefused("Không tự khóa tài khoản của chính mình.")
    hold_tops(RoleGrant.objects.filter(user=user.pk))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return user
    today = timezone.localdate()
    for grant in user.role_grants.active(today).of_role(Role.ADMIN).select_related("unit"):
        if not has_other_administrator(grant, on=today):
            raise AccountRefused(
                f"{user} là quản trị cuối cùng của “{grant.unit}”. Giao vai trò quản trị cho người khác rồi mới khóa."
            )
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user=user, by=by)
    audit.record(action="account.deactivate", actor=by, obj=user)
    return user


@transaction.atomic
def reactivate_account(*, user: User, by: User | None) -> User:
    """The account may log in again. Recorded as `account.reactivate`."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(action="account.reactivate", actor=by, obj=user)
    return user
