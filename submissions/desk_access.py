"""The place at which one hands in: a requirement and a unit, with the obligations this account may answer there.

Outside what the account sees → 404; it sees but may not hand in → 403. Also its staged files and its receipts.
Not here: the permission table (`rules.py`), files already handed in (`access.py`), the grid (`desk.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import HANDED_IN_STATES, MEMBER_KINDS, DirectiveState, ObligationState, RequirementKind
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES
from submissions.models import Deposit, LongScan, PendingUpload, Receipt, StagedFile, StagedPhoto
from submissions.querysets import DepositQuerySet, ReceiptQuerySet, StagedFileQuerySet
from units.models import Unit
from vietnamese.casing import lower_first

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from directives.querysets import ObligationQuerySet
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

    @property
    def heading(self) -> str:
        """What is done here: "Nộp bài thu hoạch Nghị quyết số 02-NQ/TW"."""
        title = self.obligations[0].title
        return f"Nộp {title if title.split(' ')[0].isupper() else lower_first(title)}"

    @property
    def written(self) -> Obligation | None:
        """The one duty here that is answered on its own page (outline, several kinds of files); None otherwise."""
        own = [one for one in self.obligations if one.unit_id == self.unit.pk]
        return own[0] if len(own) == 1 and self.requirement.is_written else None

    @property
    def owes_itself(self) -> bool:
        """The unit has obligations of its own, not only the units below it: its page of names exists."""
        return any(one.unit_id == self.unit.pk for one in self.obligations)

    def staged_by(self, user: User) -> StagedFileQuerySet:
        """What the account has uploaded here and not handed in."""
        lying = StagedFile.objects.visible_to(user).at_desk(self.requirement, self.unit)
        return lying.select_related("blob__inspection").order_by("pk")

    def unfinished_of(self, user: User, at: datetime) -> list[PendingUpload]:
        """What the account began to send here and has not sent whole."""
        return list(PendingUpload.objects.visible_to(user).at_desk(self.requirement, self.unit).on_the_way(at))

    def scans_of(self, user: User) -> list[LongScan]:
        """Long scans of the account that are not cut yet."""
        return list(LongScan.objects.visible_to(user).at_desk(self.requirement, self.unit))

    def obligation(self, pk: int | None) -> Obligation | None:
        """One of the place's obligations."""
        return next((one for one in self.obligations if one.pk == pk), None)


def access_desk(user: User, requirement_pk: int, unit_pk: int) -> DeskPlace:
    """The place, with what the unit and everything below it owe of the requirement, as far as the account may hand in."""
    unit = get_object_or_404(Unit.objects.select_related("ward"), pk=unit_pk)
    visible = _with_what_a_desk_says(Obligation.objects.visible_to(user).filter(requirement=requirement_pk), unit)
    if not visible or visible[0].requirement.directive.state == DirectiveState.DRAFT:
        raise Http404
    allowed = tuple(one for one in visible if user.has_perm("submissions.hand_in", one))
    if not allowed:
        raise PermissionDenied
    is_own = all(one.member_id is not None and one.member_id == user.member_id for one in allowed)
    return DeskPlace(allowed[0].requirement, unit, allowed, user.member_id if is_own else None)


def place_of(requirement: Requirement, unit: Unit) -> DeskPlace | None:
    """The place for a door that stands above accounts (the terminal); None when the unit owes nothing there."""
    obligations = _with_what_a_desk_says(Obligation.objects.filter(requirement=requirement), unit)
    return DeskPlace(obligations[0].requirement, unit, tuple(obligations), None) if obligations else None


def _with_what_a_desk_says(obligations: ObligationQuerySet, unit: Unit) -> list[Obligation]:
    """Of one requirement, the unit and below, with their party, requirement and newest version, by name.

    Requirement and ward are the same for all: one object each, not one a row.
    """
    found = list(
        obligations.of_unit(unit)
        .exclude(requirement__kind=RequirementKind.ACTIVITY)  # done by declaring its day; a file would block that
        .select_related("unit", "member", "submission__current__decision")
        .order_by("member__sort_key", "unit__path", "pk")
    )
    found = _of_one_period(found)
    if found:
        requirement = Requirement.objects.select_related("directive__ward").get(pk=found[0].requirement_id)
        for one in found:
            one.requirement, one.ward = requirement, requirement.directive.ward
    return found


def _of_one_period(found: list[Obligation]) -> list[Obligation]:
    """Of a series only the oldest period that still owes here, so that no file lands in another one; else the latest."""
    periods = {one.period for one in found}
    if len(periods) < 2:
        return found
    owing = {one.period for one in found if one.state in OPEN_STATES}
    answered = min(owing) if owing else max(periods)
    return [one for one in found if one.period == answered]


def access_staged(user: User, pk: int) -> StagedFile:
    """One of the account's own files on a desk."""
    staged = StagedFile.objects.visible_to(user).select_related("requirement", "unit")
    return get_object_or_404(staged, pk=pk)


def access_photo(user: User, pk: int, photo: int) -> StagedPhoto:
    """One photograph of the account's own row `pk` on a desk."""
    staged = access_staged(user, pk)
    found = get_object_or_404(StagedPhoto.objects.select_related("blob", "thumb"), pk=photo, staged=staged)
    found.staged = staged
    return found


def access_scan(user: User, pk: int) -> LongScan:
    """One of the account's own long scans."""
    return get_object_or_404(LongScan.objects.visible_to(user).select_related("blob", "requirement", "unit"), pk=pk)


def access_pending(user: User, pk: UUID) -> PendingUpload:
    """One of the account's own files on their way."""
    found = get_object_or_404(PendingUpload.objects.visible_to(user), pk=pk)
    found.uploaded_by = user  # the same account: its reach is read once
    return found


def access_unsent(user: User) -> Sequence[Any]:
    """Desks on which files of the account lie, with their number."""
    lying = StagedFile.objects.visible_to(user).values("requirement", "requirement__title", "unit", "unit__name")
    return lying.annotate(files=Count("pk")).order_by("requirement__due_at", "requirement", "unit")  # type: ignore[return-value]


def access_receipts(user: User) -> DepositQuerySet:
    """Deposits the account may see, newest first."""
    return Deposit.objects.visible_to(user).with_papers()


@dataclass(frozen=True)
class Standing:
    """How far a unit is with one requirement."""

    sent: int
    required: int
    by_members: bool
    owes_itself: bool
    """The unit has obligations of its own, so that its page of names exists."""

    @property
    def owing(self) -> int:
        """Still to come."""
        return self.required - self.sent


def access_standing(user: User, deposit: Deposit) -> Standing:
    """How far the deposit's unit is by now, as far as the account may see."""
    obligations = Obligation.objects.visible_to(user).filter(requirement=deposit.requirement).of_unit(deposit.unit)
    rows = obligations.exclude(state=ObligationState.WAIVED).values_list("state", "unit_id")
    states = Counter(state for state, _ in rows)
    sent = sum(states[one] for one in (*HANDED_IN_STATES, ObligationState.ACCEPTED))
    owes_itself = any(unit_id == deposit.unit_id for _, unit_id in rows)
    return Standing(sent, states.total(), deposit.requirement.kind in MEMBER_KINDS, owes_itself)


def access_deposit(user: User, code: str) -> tuple[Deposit, list[Receipt]]:
    """A receipt by its code: the code of a deposit gives all of its files, the code of one file gives that one."""
    receipts: ReceiptQuerySet = Receipt.objects.visible_to(user).with_file().in_order()
    of_deposit = list(receipts.filter(deposit__code=code))
    found = of_deposit or list(receipts.filter(code=code))
    if not found:  # a nil return has a paper, though no file
        nil = (
            Deposit.objects.visible_to(user)
            .filter(versions__report__is_nil=True)
            .select_related("unit", "ward__profile", "requirement__directive", "submitted_by", "submitted_by_member")
        )
        return get_object_or_404(nil, code=code), []
    return found[0].deposit, found
