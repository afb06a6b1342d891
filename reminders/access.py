"""Fetching a digest, a ruling or an address, and authorising it in one call. Outside → 404, not allowed → 403.

Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.models import Obligation
from reminders.addresses import returned_addresses
from reminders.models import Digest, Ruling
from units.models import Unit
from units.scopes import scope_of

if TYPE_CHECKING:
    from outbox.models import BadAddress
    from units.models import User


def access_digest(user: User, pk: int, perm: str = "reminders.view_digest") -> Digest:
    """A digest with its mail and ward."""
    found = get_object_or_404(Digest.objects.visible_to(user).select_related("ward", "mail"), pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found


def access_ruling(user: User, pk: int) -> Ruling:
    """A strike or hold of a ward the account works for, with the ward."""
    return get_object_or_404(Ruling.objects.visible_to(user).select_related("ward"), pk=pk)


def access_returned_address(user: User, ward: Unit, pk: int) -> BadAddress:
    """An address of the ward that sent mail back. Http404 when it is none, or the account does not work for the ward."""
    if not scope_of(user).works_for(ward):
        raise Http404
    found = next((one.bad for one in returned_addresses(ward) if one.bad.pk == pk), None)
    if found is None:
        raise Http404
    return found


def access_called(user: User, ward: Unit, pks: list[int]) -> list[Obligation]:
    """These obligations, all of the ward and all visible to the account. Http404 if one is not."""
    found = list(Obligation.objects.visible_to(user).filter(ward=ward, pk__in=pks).order_by("pk"))
    if len(found) != len(set(pks)) or not found:
        raise Http404
    return found
