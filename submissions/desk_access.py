"""The place at which one hands in: a requirement and a unit, with the obligations this account may answer there.

Outside what the account sees → 404; it sees but may not hand in → 403. Also its staged files and its receipts.
Not here: the permission table (`rules.py`), files already handed in (`access.py`), the grid (`desk.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, CharField, Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import HANDED_IN_STATES, MEMBER_KINDS, DirectiveState, ObligationState, RequirementKind
from directives.deadlines.periods import desk_query, first_day_of, period_query, period_words
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.report_fields import Slot, slots_of
from statements.asking import Given, Prepared
from submissions.models import Deposit, LongScan, PendingUpload, Receipt, StagedFile, StagedPhoto
from submissions.querysets import DepositQuerySet, ReceiptQuerySet, StagedFileQuerySet
from units.models import Unit
from vietnamese.casing import lower_first

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from directives.querysets import ObligationQuerySet
    from units.models import User

_KEY = BigIntegerField()
_REQUIREMENT: Prepared[Requirement] = Prepared(
    lambda: Requirement.objects.select_related("directive__ward").filter(pk=Given("pk", _KEY))
)
_UNIT: Prepared[Unit] = Prepared(lambda: Unit.objects.filter(pk=Given("pk", _KEY)))
# What names and rights ask of the debts of one place and period, whoever asks.
_FOR_NAMES: Prepared[Obligation] = Prepared(
    lambda: (
        Obligation.objects.filter(
            requirement=Given("requirement", _KEY),
            unit__path__startswith=Given("path", CharField()),
            period=Given("period", CharField()),
        )
        .only("ward", "requirement", "unit", "member", "period", "state")
        .order_by("member__sort_key", "unit__path", "pk")
    )
)


@dataclass(frozen=True)
class DeskPeriod:
    """One period of a series as a choice at its desk."""

    period: str
    owing: int
    """Parties that still owe a file for it."""

    @property
    def name(self) -> str:
        """ "tháng 5/2026"."""
        return period_words(self.period)

    @property
    def query(self) -> str:
        """The end of the address of its desk."""
        return period_query(self.period)


@dataclass(frozen=True)
class DeskPlace:
    """Where one stands: nothing outside `obligations` can be answered from here."""

    requirement: Requirement
    unit: Unit
    obligations: tuple[Obligation, ...]
    own_member_id: int | None
    """The member who stands here for himself alone; None for a secretary or the office."""
    periods: tuple[DeskPeriod, ...] = ()
    """Of a series with several periods worth choosing: those still owing here, this one and the latest, in order."""
    whose: Obligation | None = None
    """The party one came here for ("Nộp bản khác"): what says no name of its own is theirs."""

    @property
    def period(self) -> str:
        """The one period that is answered here; "" for a duty asked once."""
        return self.obligations[0].period

    @property
    def query(self) -> str:
        """What an address of this desk ends with, so that it stays with this period and the party one came for."""
        return desk_query(self.period, self.whose.pk if self.whose else None)

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
    def asks_several(self) -> bool:
        """Each party owes more than one kind of file: answered on its own page, since one file here is no answer."""
        required = [slot for slot in slots_of(self.requirement.slots) if slot.is_required]
        return self.requirement.is_written and len(required) > 1

    @property
    def owes_itself(self) -> bool:
        """The unit has obligations of its own, not only the units below it: its page of names exists."""
        return any(one.unit_id == self.unit.pk for one in self.obligations)

    def staged_by(self, user: User) -> StagedFileQuerySet:
        """What the account has uploaded here and not handed in."""
        lying = StagedFile.objects.visible_to(user).at_desk(self.requirement, self.unit, self.period)
        return lying.select_related("blob__inspection").order_by("pk")

    @property
    def scan_slots(self) -> tuple[Slot, ...]:
        """The kinds of files among which one scan may be divided: those of the one duty answered here, when it asks for
        several."""
        if self.written is None or self.requirement.is_of_leads:
            return ()
        slots = slots_of(self.requirement.slots)
        return slots if len(slots) > 1 else ()

    @property
    def takes_scans(self) -> bool:
        """Papers of several people, or several files of one duty, may lie in one scan."""
        return bool(self.scan_slots) or (self.by_members and self.own_member_id is None)

    def unfinished_of(self, user: User, at: datetime, *, scans: bool = False) -> list[PendingUpload]:
        """What the account began to send here and has not sent whole: files for the desk, or long `scans`."""
        here = PendingUpload.objects.visible_to(user).at_desk(self.requirement, self.unit, self.period)
        return list(here.on_the_way(at).filter(is_scan=scans, obligation=None if scans else self.whose))

    def scans_of(self, user: User) -> list[LongScan]:
        """Long scans of the account that are not cut yet."""
        return list(LongScan.objects.visible_to(user).at_desk(self.requirement, self.unit, self.period))

    def obligation(self, pk: int | None) -> Obligation | None:
        """One of the place's obligations."""
        return next((one for one in self.obligations if one.pk == pk), None)


def access_desk(
    user: User,
    requirement_pk: int,
    unit_pk: int,
    period: str | None = None,
    *,
    whose: str | None = None,
    answers: bool = True,
) -> DeskPlace:
    """The place, with what the unit and everything below it owe of the requirement, as far as the account may hand in.

    Of a series: the period asked for (one that was never given out → 404), else the oldest that still owes.
    `answers=False`, for a door that only lays a file down: without what was handed in before and its decisions, which
    the grid says and a name does not ask. `whose`: the obligation of the party one comes for; nothing that is not
    answered here is one.
    """
    requirement, unit = _REQUIREMENT.one(pk=requirement_pk), _UNIT.one(pk=unit_pk)
    if requirement is None or unit is None:
        raise Http404
    if unit.ward_id == requirement.directive.ward_id:  # anywhere else nothing of it is owed
        unit.ward = requirement.directive.ward
    light_for = None if answers else user
    visible, periods = _here(
        lambda: Obligation.objects.visible_to(user), requirement, unit, period, light_for=light_for
    )
    if not visible or requirement.directive.state == DirectiveState.DRAFT:
        raise Http404
    allowed = _those_with("submissions.hand_in", user, visible)
    if not allowed:
        raise PermissionDenied
    own = user.member_id
    is_own = own is not None and all(one.member_id == own for one in allowed)
    party = None if is_own or not whose else next((one for one in allowed if str(one.pk) == whose), None)
    return DeskPlace(requirement, unit, allowed, own if is_own else None, periods, party)


def _those_with(permission: str, user: User, obligations: Sequence[Obligation]) -> tuple[Obligation, ...]:
    """Those for which the account has the permission, asked once for what is one's own and once for the others of each
    unit: beside the requirement, which is one here, permissions on obligations look at nothing else.
    """
    may: dict[tuple[int, bool], bool] = {}
    allowed, own = [], user.member_id  # asked once: an account of a request is found anew for each look at it
    for one in obligations:
        alike = (one.unit_id, one.member_id is not None and one.member_id == own)
        if alike not in may:
            may[alike] = user.has_perm(permission, one)
        if may[alike]:
            allowed.append(one)
    return tuple(allowed)


def place_of(requirement: Requirement, unit: Unit, period: str | None = None) -> DeskPlace | None:
    """The place for a door that stands above accounts (the terminal, the mailbox); None when nothing is owed there.

    Of a series: the period asked for, else the oldest that still owes.
    """
    requirement = Requirement.objects.select_related("directive__ward").get(pk=requirement.pk)
    obligations, periods = _here(lambda: Obligation.objects.all().of_those_below(), requirement, unit, period)
    return DeskPlace(requirement, unit, tuple(obligations), None, periods) if obligations else None


def _here(
    obligations: Callable[[], ObligationQuerySet],
    requirement: Requirement,
    unit: Unit,
    period: str | None,
    *,
    light_for: User | None = None,
) -> tuple[list[Obligation], tuple[DeskPeriod, ...]]:
    """What the unit and those below owe of one period, with party and newest version, by name; periods to choose from.

    `light_for` an account, what was handed in stays away, each row brings what names and rights ask alone, and what the
    account sees is asked of the permission, the twin of `visible_to`.
    Requirement and ward are the same for all, the unit for nearly all: one object each, not one a row.
    """
    if requirement.kind == RequirementKind.ACTIVITY:  # done by declaring its day; a file would block that
        return [], ()
    given = _periods(_of_place(obligations(), requirement, unit)) if requirement.recurrence else []
    chosen = period if period is not None else _answered(given)
    if light_for is None:
        found = _in_order(_of_place(obligations(), requirement, unit).filter(period=chosen), requirement, unit)
    else:
        rows = _FOR_NAMES.all(requirement=requirement.pk, path=unit.path, period=chosen)
        found = list(_those_with("directives.view_obligation", light_for, _tied(rows, requirement, unit)))
    worth = [one for one in given if one.owing or one.period == chosen or one is given[-1]]
    return found, tuple(worth) if len(worth) > 1 else ()


def _of_place(obligations: ObligationQuerySet, requirement: Requirement, unit: Unit) -> ObligationQuerySet:
    return obligations.filter(requirement=requirement).of_unit(unit)


def _in_order(asked: ObligationQuerySet, requirement: Requirement, unit: Unit) -> list[Obligation]:
    whole = asked.select_related("member", "submission__current__decision")
    return _tied(list(whole.order_by("member__sort_key", "unit__path", "pk")), requirement, unit)


def _tied(found: list[Obligation], requirement: Requirement, unit: Unit) -> list[Obligation]:
    """The rows with their requirement, ward and unit on them."""
    below = {one.unit_id for one in found} - {unit.pk}
    units = {unit.pk: unit, **(Unit.objects.in_bulk(below) if below else {})}
    for one in found:  # hundreds at a large unit: what setting the attribute would ask of each holds for all of them
        one._state.fields_cache.update(
            requirement=requirement, ward=requirement.directive.ward, unit=units[one.unit_id]
        )
    return found


def with_answers(place: DeskPlace) -> DeskPlace:
    """The place as `access_desk` gives it with `answers`: for a door that was to lay a file down and draws the grid."""
    same = Obligation.objects.filter(pk__in=[one.pk for one in place.obligations])
    obligations = tuple(_in_order(same, place.requirement, place.unit))
    whose = next((one for one in obligations if one == place.whose), None)
    return replace(place, obligations=obligations, whose=whose)


def _periods(obligations: ObligationQuerySet) -> list[DeskPeriod]:
    """The periods given out, in their order, with how many still owe each. One query."""
    owing = Count("pk", filter=Q(state__in=OPEN_STATES))
    counted = obligations.order_by().values("period").annotate(owing=owing).values_list("period", "owing")
    return sorted(starmap(DeskPeriod, counted), key=lambda one: (first_day_of(one.period), one.period))


def _answered(given: list[DeskPeriod]) -> str:
    """The oldest period that still owes, so that no file lands in another one unsaid; else the latest."""
    return next((one.period for one in given if one.owing), given[-1].period if given else "")


def access_staged(user: User, pk: int) -> StagedFile:
    """One of the account's own files on a desk."""
    staged = StagedFile.objects.visible_to(user).select_related("requirement", "unit")
    return get_object_or_404(staged, pk=pk)


def access_staged_pages(user: User, pk: int) -> StagedFile:
    """As `access_staged`, to look at its pages: none while its checks run, nor of a file that they refused; a file in a
    slot is looked at on the page of its duty."""
    staged = access_staged(user, pk)
    inspection = getattr(staged.blob, "inspection", None) if staged.blob else None
    if staged.slot or inspection is None or not inspection.is_viewable:
        raise Http404
    return staged


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


def access_unsent(user: User) -> StagedFileQuerySet:
    """Every file of the account that lies uploaded and not handed in, desk by desk, with what `unsent_desks` reads."""
    lying = StagedFile.objects.visible_to(user).select_related(
        "blob__inspection",
        "requirement",
        "unit",
        "obligation__submission__current",
        "obligation__member",
        "obligation__unit",
    )
    return lying.order_by("requirement__due_at", "requirement", "unit", "period", "pk")


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
    """How far the deposit's unit is by now with the period it answered, as far as the account may see."""
    answered = deposit.versions.order_by().values("submission__obligation__period")
    obligations = Obligation.objects.visible_to(user).filter(requirement=deposit.requirement, period__in=answered)
    obligations = obligations.of_unit(deposit.unit)
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
    if not found:  # a nil return and words alone have a paper, though no file
        nil = (
            Deposit.objects.visible_to(user)
            .filter(versions__report__isnull=False)
            .select_related("unit", "ward__profile", "requirement__directive", "submitted_by", "submitted_by_member")
        )
        return get_object_or_404(nil, code=code), []
    return found[0].deposit, found
