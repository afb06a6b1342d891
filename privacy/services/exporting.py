"""Taking one person's data out of the portal; each time is recorded.

Not here: what is in it (`own_data.py`), the ZIP (`own_archive.py`), who may (`rules.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import IO

from django.db import transaction

from audit import services as audit
from interface.watermarks import mark_of
from privacy.own_archive import write_archive
from privacy.own_data import OwnData, collect_of_account, collect_of_member
from units.models import Member, User
from units.notices import ward_of


def export_member(*, member: Member, by: User, at: datetime) -> IO[bytes]:
    """All of a member as a ZIP (an open temporary file). Recorded as `privacy.export`."""
    return _exported(collect_of_member(member, at=at), member, by, at)


def export_account(*, user: User, at: datetime) -> IO[bytes]:
    """All of the account's own: its member's data, or the account's alone. Recorded as `privacy.export`."""
    if user.member is not None:
        return export_member(member=user.member, by=user, at=at)
    ward = ward_of(user)
    return _exported(collect_of_account(user, ward=ward.name if ward else "", at=at), user, user, at)


def _exported(data: OwnData, of: Member | User, by: User, at: datetime) -> IO[bytes]:
    archive = write_archive(data, mark=mark_of(str(by), data.ward, at), now=at)
    ward = of.ward if isinstance(of, Member) else ward_of(of)
    with transaction.atomic():
        audit.record(
            action="privacy.export", actor=by, obj=of, ward_id=ward.pk if ward else None,
            detail={"files": len(data.files)}, at=at,
        )  # fmt: skip
    return archive
