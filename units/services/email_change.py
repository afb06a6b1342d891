"""Changing the address one logs in with: asked for at the old one, confirmed at the new one, told to both.

Not here: the pages (`views.email`), the address in the roster (the member's own).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from audit import services as audit
from audit.models import AuditEntry
from outbox.services import enqueue_mails
from units.account_mails import mail_owner, owner_mail
from units.errors import AccountRefused
from units.models import User

_SALT = "units.email_change"
_LASTS = 24 * 60 * 60  # seconds a link works


@transaction.atomic
def request_email_change(*, user: User, address: str, now: datetime) -> None:
    """Mail a link to the new address and a notice to the old one; nothing changes yet.

    Whether another account has the address is not told: its owner gets no link. Recorded as `account.request_email`.
    Raises AccountRefused: malformed, or the address it has.
    """
    new = address.strip().lower()
    try:
        validate_email(new)
    except ValidationError as error:
        raise AccountRefused(f"Địa chỉ thư “{new}” không đúng dạng ten@coquan.vn.") from error
    if new == user.email:
        raise AccountRefused("Đây là địa chỉ đang dùng.")
    drafts = [
        owner_mail(
            user=user, kind="account.email_requested", subject="Có yêu cầu đổi địa chỉ thư đăng nhập",
            paragraphs=(
                "Có yêu cầu đổi địa chỉ thư đăng nhập của tài khoản này. Địa chỉ chỉ đổi khi người nhận ở địa chỉ mới xác nhận.",
                "Nếu không phải đồng chí, đổi mật khẩu và báo ngay cho Ban Xây dựng Đảng.",
            ),
            at=now,
        )
    ]  # fmt: skip
    if not User.objects.filter(email__iexact=new).exists():
        token = signing.dumps({"user": user.pk, "old": user.email, "new": new, "seal": _seal(user)}, salt=_SALT)
        drafts.append(
            owner_mail(
                user=user, to=new, kind="account.email_confirm", subject="Xác nhận địa chỉ thư mới",
                paragraphs=(
                    f"Tài khoản {user.email} trên Cổng theo dõi chỉ đạo xin đổi sang địa chỉ này. Bấm nút dưới đây trong 24 giờ để xác nhận.",
                    "Nếu đồng chí không xin đổi, bỏ qua thư này.",
                ),
                link=settings.PUBLIC_URL + reverse("confirm_email", args=[token]), link_words="Xác nhận địa chỉ mới", at=now,
            )
        )  # fmt: skip
    enqueue_mails(drafts=drafts, at=now)
    audit.record(action="account.request_email", actor=user, obj=user, detail={"new": new}, at=now)


def read_email_change(*, token: str) -> tuple[User, str]:
    """The account and the address a link would give it; raises AccountRefused with the sentence to show.

    A changed password ends the link: that is what the mail to the old address tells an owner to do who did not ask.
    """
    try:
        asked = signing.loads(token, salt=_SALT, max_age=_LASTS)
    except signing.SignatureExpired as error:
        raise AccountRefused("Liên kết đã hết hạn (24 giờ). Vào “Đổi thư điện tử” xin lại liên kết mới.") from error
    except signing.BadSignature as error:
        raise AccountRefused("Liên kết không đúng. Mở lại thư và bấm nút trong thư.") from error
    user = User.objects.filter(pk=asked["user"], is_active=True).first()
    if user is None or user.email != asked["old"]:
        raise AccountRefused("Liên kết này đã được dùng, hoặc tài khoản đã đổi sang địa chỉ khác.")
    if not constant_time_compare(asked.get("seal", ""), _seal(user)):
        raise AccountRefused(
            "Mật khẩu đã đổi, hoặc địa chỉ đã đổi sau khi xin liên kết này, nên nó không còn dùng được. Vào “Đổi thư điện tử” xin lại."
        )
    if User.objects.filter(email__iexact=asked["new"]).exists():
        raise AccountRefused("Địa chỉ này không dùng được. Chọn một địa chỉ khác.")
    return user, asked["new"]


@transaction.atomic
def confirm_email_change(*, token: str, now: datetime) -> User:
    """The account logs in with the new address from now on; the old one is told. Recorded as `account.change_email`.

    Works once: the old address stands in the link. Raises AccountRefused.
    """
    user, new = read_email_change(token=token)
    user = User.objects.select_for_update().get(pk=user.pk)
    read_email_change(token=token)  # once more under the lock
    old, user.email = user.email, new
    user.save(update_fields=["email"])
    mail_owner(
        user=user, to=old, kind="account.email_changed", subject="Đã đổi địa chỉ thư đăng nhập",
        paragraphs=(
            f"Tài khoản này từ nay đăng nhập bằng địa chỉ {new}.",
            "Nếu không phải đồng chí đổi, báo ngay cho Ban Xây dựng Đảng.",
        ),
        at=now,
    )  # fmt: skip
    audit.record(action="account.change_email", actor=user, obj=user, detail={"old": old, "new": new}, at=now)
    return user


def _seal(user: User) -> str:
    """Ties a link to the password and to the last change of address the account had when it was asked for; tells nothing
    of them. An account that changes back to an old address does not make its old links good again.
    """
    changes = AuditEntry.objects.of_object(user._meta.label_lower, user.pk).filter(action="account.change_email")
    last = changes.order_by("-seq").values_list("seq", flat=True).first()
    return salted_hmac(_SALT, f"{user.password}|{last or 0}", algorithm="sha256").hexdigest()
