"""Fetching a mail or a folder and authorising it in one call. Outside → 404.

Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from mailbox.models import MailCase, MailFile, MailFolder, UnitAddress
from mailbox.querysets import MailCaseQuerySet, MailFolderQuerySet, UnitAddressQuerySet
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


def access_cases(user: User) -> MailCaseQuerySet:
    """The mails the account may see. Http404 for who works for no ward."""
    if not scope_of(user).is_staff:
        raise Http404
    return MailCase.objects.visible_to(user)


def access_folders(user: User) -> MailFolderQuerySet:
    """The folders that are read for the account's wards."""
    if not scope_of(user).is_staff:
        raise Http404
    return MailFolder.objects.visible_to(user)


def access_case(user: User, pk: int, perm: str = "mailbox.view_mailcase") -> MailCase:
    """One mail with its ward, unit and answer."""
    found = get_object_or_404(MailCase.objects.visible_to(user).select_related("ward", "unit", "answer", "raw"), pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found


def access_file(user: User, pk: int, file_pk: int) -> MailFile:
    """One file of a mail the account may decide about."""
    case = access_case(user, pk, "mailbox.decide_mailcase")
    found = get_object_or_404(MailFile.objects.filter(case=case), pk=file_pk)
    found.case = case
    return found


def access_folder(user: User, pk: int) -> MailFolder:
    """One folder."""
    return get_object_or_404(MailFolder.objects.visible_to(user).select_related("ward"), pk=pk)


def access_addresses(user: User) -> UnitAddressQuerySet:
    """The addresses known as units' in the account's wards."""
    if not scope_of(user).is_staff:
        raise Http404
    return UnitAddress.objects.visible_to(user).select_related("unit")


def access_address(user: User, pk: int) -> UnitAddress:
    """One address of a unit."""
    return get_object_or_404(UnitAddress.objects.visible_to(user), pk=pk)
