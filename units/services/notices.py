"""Publishing a ward's notice on personal data, and writing down who has read it.

Not here: the words (`units.notice_text`), the page that asks (`units.views.notices`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit import services as audit
from units.errors import NoticeUnchanged
from units.models import NoticeAcceptance, NoticeText, Unit, User
from units.notice_text import sha256_of, tidy
from units.notices import notice_of


@transaction.atomic
def accept_notice(*, user: User, ward: Unit, at: datetime) -> NoticeAcceptance:
    """The account has read the version in force; a second time changes nothing. Recorded as `privacy.accept_notice`."""
    notice = notice_of(ward)
    accepted, is_new = NoticeAcceptance.objects.get_or_create(
        user=user, ward=ward, sha256=notice.sha256, defaults={"version": notice.version, "accepted_at": at}
    )
    if is_new:
        detail = {"version": notice.version, "sha256": notice.sha256}
        audit.record(action="privacy.accept_notice", actor=user, obj=user, ward_id=ward.pk, detail=detail, at=at)
    return accepted


@transaction.atomic
def publish_notice(*, ward: Unit, text: str, by: User, at: datetime) -> NoticeText:
    """The next version of the ward's notice; every account is asked again. Recorded as `privacy.publish_notice`.

    Raises NoticeUnchanged when the words are those in force.
    """
    Unit.objects.select_for_update().get(pk=ward.pk)  # two at once would number alike
    if sha256_of(text) == notice_of(ward).sha256:
        raise NoticeUnchanged
    last = NoticeText.objects.filter(ward=ward).aggregate(last=Max("version"))["last"] or 0
    published = NoticeText(
        ward=ward, version=last + 1, text=tidy(text), sha256=sha256_of(text), published_at=at, published_by=by
    )
    published.full_clean()
    published.save()
    detail = {"version": published.version, "sha256": published.sha256}
    audit.record(action="privacy.publish_notice", actor=by, obj=published, ward_id=ward.pk, detail=detail, at=at)
    return published
