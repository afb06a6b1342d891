"""Fetching what is about personal data and authorising it in one call; views get objects from nowhere else.

Outside `visible_to(user)` → 404, visible but not allowed → 403.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from privacy.models import CorrectionRequest, DeletionRecord
from units.access import access_committee, access_row
from units.models import Unit, User
from units.scopes import scope_of

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def access_correction(
    user: User, pk: int, perm: str = "privacy.view_correctionrequest", *, day: date
) -> CorrectionRequest:
    """The request with its people, and where its member belongs on `day`."""
    rows = CorrectionRequest.objects.visible_to(user).select_related("ward", "member__ward", "asked_by", "decided_by")
    return access_row(user, rows.with_places(day), pk, perm)


def access_queue(user: User, *, day: date) -> QuerySet[CorrectionRequest]:
    """Requests the account answers, with where each member belongs on `day`. Raises Http404 for whoever works for no ward."""
    if not scope_of(user).is_staff:
        raise Http404
    rows = CorrectionRequest.objects.decidable_by(user).select_related("member", "asked_by", "decided_by")
    return rows.with_places(day)


def access_terms(user: User, ward: int) -> Unit:
    """The ward whose terms of keeping the account sets: its ADMIN."""
    return access_committee(user, ward, "units.change_committeeprofile").unit


def access_record(user: User, pk: int) -> DeletionRecord:
    """A record of destruction."""
    rows = DeletionRecord.objects.visible_to(user).select_related("ward__profile", "destroyed_by")
    return access_row(user, rows, pk, "privacy.view_deletionrecord")
