"""The place at which one hands in: a requirement and a unit, with the obligations this account may answer there.

Outside what the account sees → 404; it sees but may not hand in → 403. Also its staged files and its receipts.
Not here: the permission table (`rules.py`), files already handed in (`access.py`), the grid (`desk.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import MEMBER_KINDS, DirectiveState
from directives.models import Obligation, Requirement
from submissions.models import Deposit, Receipt, StagedFile
from submissions.querysets import DepositQuerySet, ReceiptQuerySet
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True)
class DeskPlace:
    """Where one stands: nothing outside `obligations` can be answered from here."""

    requirement: Requirement
    unit: Unit
    obligations: tuple[Obligation, ...]
    own_member_id: int | None
    """The member who stands here for himself alone; None for a secretary or the office."""

    @property
    def by_members(self) -> bool:
        """Single members owe it (essays); else units do."""
        return self.requirement.kind in MEMBER_KINDS

    def obligation(self, pk: int | None) -> Obligation | None:
        """One of the place's obligations."""
        return next((one for one in self.obligations if one.pk == pk), None)


def access_desk(user: User, requirement_pk: int, unit_pk: int) -> DeskPlace:
    """The place, with what the unit and everything below it owe of the requirement, as far as the account may hand in."""
    unit = get_object_or_404(Unit.objects.select_related("ward"), pk=unit_pk)
    visible = list(
        Obligation.objects.visible_to(user)
        .filter(requirement=requirement_pk)
        .of_unit(unit)
        .select_related("requirement__directive__ward", "unit", "member", "ward", "submission__current__decision")
        .order_by("member__sort_key", "unit__path", "pk")
    )
    if not visible or visible[0].requirement.directive.state == DirectiveState.DRAFT:
        raise Http404
    allowed = tuple(one for one in visible if user.has_perm("submissions.hand_in", one))
    if not allowed:
        raise PermissionDenied
    is_own = all(one.member_id is not None and one.member_id == user.member_id for one in allowed)
    return DeskPlace(allowed[0].requirement, unit, allowed, user.member_id if is_own else None)


def access_staged(user: User, pk: int) -> StagedFile:
    """One of the account's own files on a desk."""
    staged = StagedFile.objects.visible_to(user).select_related("requirement", "unit")
    return get_object_or_404(staged, pk=pk)


def access_receipts(user: User) -> DepositQuerySet:
    """Deposits the account may see, newest first."""
    return Deposit.objects.visible_to(user).with_papers()


def access_deposit(user: User, code: str) -> tuple[Deposit, list[Receipt]]:
    """A receipt by its code: the code of a deposit gives all of its files, the code of one file gives that one."""
    receipts: ReceiptQuerySet = Receipt.objects.visible_to(user).with_file().in_order()
    of_deposit = list(receipts.filter(deposit__code=code))
    found = of_deposit or list(receipts.filter(code=code))
    if not found:
        raise Http404
    return found[0].deposit, found
