"""Taking away a lost second factor, by the administrator; a code of an app or of the spare list counts once.

Not here: setting one up and using it (django-allauth), who must have one (`units.second_factor`).
"""

from __future__ import annotations

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from audit import services as audit
from units.account_mails import mail_owner
from units.errors import AccountRefused
from units.models import User
from units.services.sessions import end_sessions


@transaction.atomic
def reset_second_factor(*, user: User, by: User, now: datetime) -> int:
    """All factors and recovery codes of `user` are gone, his logins end, he is told by mail; he sets up a new one.

    Returns how many there were. Recorded as `account.mfa_reset`. Raises AccountRefused: one's own account (that is
    done on one's own page, by the factor one has), or none set up.
    """
    if user.pk == by.pk:
        raise AccountRefused(
            "Lớp thứ hai của chính mình thì đổi ở trang “Xác thực hai lớp”, hoặc nhờ một quản trị khác."
        )
    User.objects.select_for_update().get(pk=user.pk)
    count, _ = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise AccountRefused(f"{user.full_name} chưa bật lớp thứ hai, không có gì để đặt lại.")
    end_sessions(user=user, by=by)
    mail_owner(
        user=user,
        kind="account.mfa_reset",
        subject="Lớp xác thực thứ hai đã được đặt lại",
        paragraphs=(
            f"{by.full_name} vừa đặt lại lớp xác thực thứ hai của tài khoản này: ứng dụng, khóa và mã khôi phục cũ không dùng được nữa, các phiên đăng nhập đã kết thúc.",
            "Lần đăng nhập tới, cổng sẽ hướng dẫn đồng chí bật lại. Nếu đồng chí không nhờ việc này, báo ngay cho Ban Xây dựng Đảng.",
        ),
        at=now,
    )
    audit.record(action="account.mfa_reset", actor=by, obj=user, detail={"count": count}, at=now)
    return count


@transaction.atomic
def spend_totp_code(*, authenticator: Authenticator, code: str) -> bool:
    """Whether the code, valid now, is newer than the last one spent; then it is spent (RFC 6238 §5.2).

    The library remembers used codes in the cache for one step; here they are remembered with the app itself, also
    when the cache was emptied, and for as long as a code is valid.
    """
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    valid = [
        counter for counter in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
    ]  # fmt: skip
    if not valid or max(valid) <= row.data.get("last_counter", -1):
        return False
    row.data["last_counter"] = max(valid)
    row.save(update_fields=["data"])
    authenticator.data = row.data
    return True


def spend_setup_code(*, user: User, code: str) -> None:
    """The code that proved the app of `user` when it was set up cannot be used once more to log in."""
    spend_totp_code(authenticator=Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP), code=code)


def is_used_recovery_code(*, user: User, code: str) -> bool:
    """The code is one of the account's recovery codes and was used."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return False
    codes = row.wrap()
    used = set(codes.generate_codes()) - set(codes.get_unused_codes())
    return any(compare_user_code(actual=code, expected=one) for one in used)
