"""Fetching a digest, or the ward that is chased, and authorising it in one call. Outside → 404, not allowed → 403.

Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from reminders.models import Digest
from units.models import Unit
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


def access_chased_ward(user: User, code: str = "") -> Unit:
    """The ward called `code`, or the first, of those the account works for (ADMIN, OFFICE). Http404 if there is none."""
    wards = Unit.objects.wards().filter(under_any(scope_of(user).staff_paths)).order_by("path")
    ward = (wards.filter(code=code) if code else wards).first()
    if ward is None:
        raise Http404
    return ward


def access_digest(user: User, pk: int, perm: str = "reminders.view_digest") -> Digest:
    """A digest with its mail and ward."""
    found = get_object_or_404(Digest.objects.visible_to(user).select_related("ward", "mail"), pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found
