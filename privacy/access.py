"""Fetching what is about personal data and authorising it in one call; views get objects from nowhere else.

Outside `visible_to(user)` → 404, visible but not allowed → 403.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from privacy.models import CorrectionRequest, DeletionRecord
from units.access import access_row
from units.choices import UnitKind
from units.models import Unit, User
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet


def access_correction(user: User, pk: int, perm: str = "privacy.view_correctionrequest") -> CorrectionRequest:
    """The request with its member and people."""
    rows = CorrectionRequest.objects.visible_to(user).select_related("ward", "member__ward", "asked_by", "decided_by")
    return access_row(user, rows, pk, perm)


def access_queue(user: User) -> QuerySet[CorrectionRequest]:
    """Requests the account answers. Raises Http404 for whoever works for no ward."""
    if not scope_of(user).is_staff:
        raise Http404
    return CorrectionRequest.objects.decidable_by(user).select_related("member", "asked_by", "decided_by")


def access_terms(user: User) -> Unit:
    """The ward whose terms the account sets: where it is ADMIN. Raises Http404."""
    wards = Unit.objects.filter(under_any(scope_of(user).admin_paths), kind=UnitKind.WARD)
    ward = wards.order_by("path").first()
    if ward is None:
        raise Http404
    return ward


def access_record(user: User, pk: int) -> DeletionRecord:
    """A record of destruction."""
    rows = DeletionRecord.objects.visible_to(user).select_related("ward__profile", "destroyed_by")
    return access_row(user, rows, pk, "privacy.view_deletionrecord")
