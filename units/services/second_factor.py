"""Taking away a lost second factor: by the administrator, for somebody under him.

Not here: setting one up and using it (django-allauth), who must have one (`units.second_factor`).
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
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
