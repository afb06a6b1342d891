"""Which notice on personal data is in force in a ward, and whether an account has read it.

Not here: the words (`notice_text.py`), publishing and accepting (`services/notices.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from units.models import CommitteeProfile, NoticeAcceptance, NoticeText, RoleGrant, Unit, User
from units.notice_text import DEFAULT_NOTICE, DEFAULT_SHA256, Block, blocks_of


@dataclass(frozen=True)
class Notice:
    """The notice of a ward as it is shown: version (0 = the product's own), words, since when, whom to ask."""

    ward: Unit
    version: int
    text: str
    sha256: str
    published_at: datetime | None
    committee: CommitteeProfile | None

    @property
    def blocks(self) -> list[Block]:
        """Headings with their paragraphs and items."""
        return blocks_of(self.text)


def lacks_notice(user: User) -> bool:
    """The account belongs to a ward and has not read the version in force there; known with the account of a session."""
    read = getattr(user, "notice_read", None)
    if read is None:
        read = User.objects.with_notice_read().filter(pk=user.pk, notice_read=True).exists()
    return not read and ward_of(user) is not None


def ward_of(user: User) -> Unit | None:
    """The ward an account belongs to: its member's, else that of its first role; None for accounts of no ward."""
    if user.member_id and user.member is not None:
        return user.member.ward
    first = RoleGrant.objects.filter(user=user, unit__ward__isnull=False).order_by("pk").values("unit__ward")[:1]
    return Unit.objects.filter(pk__in=first).first()


def notice_of(ward: Unit) -> Notice:
    """The notice in force in the ward."""
    last = NoticeText.objects.filter(ward=ward).first()
    committee = CommitteeProfile.objects.filter(unit=ward).first()
    if last is None:
        return Notice(ward, 0, DEFAULT_NOTICE, DEFAULT_SHA256, None, committee)
    return Notice(ward, last.version, last.text, last.sha256, last.published_at, committee)


def acceptance_of(user: User, notice: Notice) -> NoticeAcceptance | None:
    """When the account read this version; None when it has not."""
    return NoticeAcceptance.objects.filter(user=user, ward=notice.ward, sha256=notice.sha256).first()


def accounts_of(ward: Unit) -> QuerySet[User]:
    """Open accounts of the ward: its members' and those with a role in it."""
    mine = Q(member__ward=ward) | Q(role_grants__unit__ward=ward)
    return User.objects.filter(mine, is_active=True).distinct()


def versions_of(ward: Unit) -> list[dict[str, object]]:
    """Published versions, newest first, each with how many accounts have read it; the product's own last."""
    counted = dict(
        NoticeAcceptance.objects.filter(ward=ward)
        .order_by()
        .values_list("version")
        .annotate(count=Count("user", distinct=True))
    )
    rows: list[dict[str, object]] = [
        {
            "version": one.version,
            "published_at": one.published_at,
            "by": one.published_by,
            "read_by": counted.get(one.version, 0),
        }
        for one in NoticeText.objects.filter(ward=ward).select_related("published_by")
    ]
    return [*rows, {"version": 0, "published_at": None, "by": None, "read_by": counted.get(0, 0)}]
