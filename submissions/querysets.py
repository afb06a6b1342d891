"""Selections over submissions, versions and files.

Not here: permission predicates (`rules.py`), changes (`services`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Length, Substr, TruncDate

from directives.choices import LEAD_KINDS, ObligationState, RequirementKind, Route, Timeliness
from directives.querysets import work_seen
from submissions.choices import NOT_STANDING, VIEWABLE_STATES, InspectionState
from units.choices import Role
from units.querysets import found_by, under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.models import Obligation, Requirement
    from units.models import Unit, User


def _files_not_viewable() -> Exists:
    """Some file of the newest version has not passed its check."""
    files = apps.get_model("submissions", "SubmittedFile").objects.filter(version=OuterRef("current"))
    return Exists(files.exclude(blob__inspection__state__in=VIEWABLE_STATES))


def _goes_by_unit(path: str) -> Q:
    """The two-step route of the obligation at `path` (ends in "__"): `Obligation.goes_by_unit` in SQL."""
    return Q(**{f"{path}requirement__route": Route.UNIT, f"{path}member__isnull": False})


class SubmissionQuerySet(models.QuerySet):
    """Submissions."""

    def visible_to(self, user: User) -> Self:
        """Those whose obligation the account sees; twin of the permission `submissions.view_submission`."""
        scope = scope_of(user)
        own = Q(obligation__member_id__isnull=False, obligation__member_id=scope.member_id)
        return self.filter(work_seen(scope, "obligation__") | own)

    def reviewable_by(self, user: User) -> Self:
        """Those the account decides on; twin of `submissions.review_submission`.

        On the two-step route the office decides on what the unit has passed on.
        """
        passed_on = ~_goes_by_unit("obligation__") | Q(current__forwarded_at__isnull=False)
        return self.filter(under_any(scope_of(user).staff_paths, "obligation__ward__") & passed_on)

    def to_check_by(self, user: User) -> Self:
        """Handed in to a unit that the account is secretary of, and not passed on; twin of `submissions.check_submission`."""
        return self._held_by_units(under_any(scope_of(user).secretary_paths, "obligation__unit__"))

    def to_check_instead_by(self, user: User) -> Self:
        """The same of the wards the account works for: what the office may pass on in a secretary's place."""
        return self._held_by_units(under_any(scope_of(user).staff_paths, "obligation__ward__"))

    def _held_by_units(self, where: Q) -> Self:
        return self.filter(where & _goes_by_unit("obligation__"), obligation__state=ObligationState.SUBMITTED)

    def undecided(self) -> Self:
        """The newest version has no decision yet."""
        return self.filter(current__isnull=False, current__decision=None)

    def waiting(self) -> Self:
        """Ready to be reviewed: undecided, and every file of the newest version passed its check."""
        return self.undecided().filter(~_files_not_viewable())

    def unchecked(self) -> Self:
        """Undecided, but a file still waits for its check, or could not be checked."""
        return self.undecided().filter(_files_not_viewable())

    def unclaimed_by_others(self, user: User, at: datetime) -> Self:
        """Nobody else has it open at `at`."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until=None) | Q(claimed_until__lte=at))

    def unremarkable(self) -> Self:
        """Undecided first versions, unmarked, in time, of whose files the check has nothing at all to say.

        One whose acceptance was taken back is looked at by itself, and so is a report whose words are not those printed
        to be signed.
        """
        files = apps.get_model("submissions", "SubmittedFile").objects.filter(version=OuterRef("current"))
        fine = Q(blob__inspection__state=InspectionState.CLEAN, blob__inspection__hints=[], blob__quarantined_at=None)
        first = self.undecided().filter(current__number=1, flagged_at=None, current__taken_back=None)
        as_signed = Q(current__report=None) | Q(current__report__is_as_printed=True)
        plain = first.filter(as_signed).exclude(current__timeliness=Timeliness.LATE)
        return plain.filter(~Exists(files.exclude(fine)), Exists(files))

    def of_unit(self, unit: Unit) -> Self:
        """Of the unit or anything below it."""
        return self.filter(obligation__unit__path__startswith=unit.path)

    def flagged(self) -> Self:
        """Marked to look at again."""
        return self.filter(flagged_at__isnull=False)

    def late(self) -> Self:
        """The newest version came late."""
        return self.filter(current__timeliness=Timeliness.LATE)

    def search(self, text: str) -> Self:
        """Accent-insensitive, over the member's and the unit's names."""
        return self.filter(found_by(text, "obligation__member__folded", "obligation__unit__folded"))

    def oldest_first(self) -> Self:
        """By the receipt of the newest version; equal ones by number."""
        return self.order_by("current__received_at", "pk")

    def with_party(self) -> Self:
        """With what a list says of each: the party, the requirement, the newest version."""
        return self.select_related(
            "obligation__member",
            "obligation__unit",
            "obligation__ward",
            "obligation__requirement__directive",
            "current__deposit__unit",
            "current__deposit__submitted_by",
            "current__deposit__submitted_by_member",
            "current__decision",
            "claimed_by",
        )


class SubmissionVersionQuerySet(models.QuerySet):
    """Versions."""

    def standing(self) -> Self:
        """Neither refused by the check nor withdrawn."""
        return self.exclude(decision__verdict__in=NOT_STANDING)

    def by_what_counts(self) -> Self:
        """The version whose receipt says whether the answer came in time stands first.

        That is the first one, unless a correction came after its fix-by instant: then the first such correction.
        """
        return self.order_by("-restarts_clock", "number")

    def newest_first(self) -> Self:
        """The latest round on top."""
        return self.order_by("-number")


class SubmittedFileQuerySet(models.QuerySet):
    """Files that were handed in."""

    def visible_to(self, user: User) -> Self:
        """Files the account may open; twin of `submissions.view_submittedfile`.

        An essay is opened by its author, the secretary of the unit and the office (on the two-step route once the unit
        has passed it on); other papers by whoever sees the
        obligation (leaders and cluster leads too).
        """
        scope = scope_of(user)
        path = "version__submission__obligation__"
        passed_on = ~_goes_by_unit(path) | Q(version__forwarded_at__isnull=False)
        of_leads = Q(**{f"{path}requirement__kind__in": LEAD_KINDS})
        close = (
            (under_any(scope.staff_paths, f"{path}ward__") & passed_on)
            | (under_any(scope.secretary_paths, f"{path}unit__") & ~of_leads)
            | Q(**{f"{path}member_id__isnull": False, f"{path}member_id": scope.member_id})
        )
        essay = Q(**{f"{path}requirement__kind": RequirementKind.ESSAY})
        return self.filter(close | (~essay & work_seen(scope, path)))

    def viewable(self) -> Self:
        """Whose content passed its check and was not found altered since."""
        return self.filter(blob__inspection__state__in=VIEWABLE_STATES, blob__quarantined_at=None)


def _left_behind(today: date) -> Q:
    """The uploader was secretary of the staged file's unit, or above it, on `uploaded_day`, and is no more."""
    grants = apps.get_model("units", "RoleGrant").objects.of_role(Role.SECRETARY)
    above = Substr(OuterRef("unit__path"), 1, Length("unit__path"))
    reaching = grants.filter(user=OuterRef("uploaded_by"), unit__path=above)
    ended = reaching.filter(valid_to__lte=today, valid_to__gte=OuterRef("uploaded_day"))
    return Q(Exists(ended)) & ~Q(Exists(reaching.active(today)))


class StagedFileQuerySet(models.QuerySet):
    """Files uploaded and not yet confirmed (CHƯA NỘP)."""

    def visible_to(self, user: User) -> Self:
        """The one who uploaded them; after a change of secretary, who answers for the unit now.

        Left behind is what a secretary had uploaded for a unit before the role there ended. Twin of
        `submissions.view_stagedfile`.
        """
        left_behind = _left_behind(scope_of(user).day)
        own = Q(uploaded_by=user) & (~left_behind | Q(obligation__member_id=user.member_id or 0))
        known = self.alias(uploaded_day=TruncDate("uploaded_at"))
        return known.filter(own | (under_any(scope_of(user).secretary_paths, "unit__") & left_behind))

    def at_desk(self, requirement: Requirement, unit: Unit, period: str) -> Self:
        """On the desk of this requirement, unit and period; files in named slots lie on the page of their duty."""
        return self.filter(requirement=requirement, unit=unit, period=period, slot="")


class LongScanQuerySet(models.QuerySet):
    """Long scans not cut yet."""

    def visible_to(self, user: User) -> Self:
        """Only who sent them."""
        return self.filter(uploaded_by=user)

    def at_desk(self, requirement: Requirement, unit: Unit, period: str) -> Self:
        """For the desk of this requirement, unit and period."""
        return self.filter(requirement=requirement, unit=unit, period=period)


class PendingUploadQuerySet(models.QuerySet):
    """Files that have not come whole yet."""

    def visible_to(self, user: User) -> Self:
        """Only who sends them: nobody else can go on sending."""
        return self.filter(uploaded_by=user)

    def at_desk(self, requirement: Requirement, unit: Unit, period: str) -> Self:
        """For the desk of this requirement, unit and period."""
        return self.filter(requirement=requirement, unit=unit, period=period, slot="")

    def for_slots_of(self, obligation: Obligation) -> Self:
        """For the named slots of one obligation."""
        return self.filter(obligation=obligation).exclude(slot="")

    def on_the_way(self, at: datetime) -> Self:
        """Not on the desk yet, and still to be continued at `at` (exclusive end)."""
        return self.filter(finished_at=None, expires_at__gt=at)


def _deposit_seen_by(user: User, path: str = "") -> Q:
    """A deposit of a unit whose business the account may see, or one that it made itself."""
    scope = scope_of(user)
    return work_seen(scope, path) | Q(
        **{f"{path}submitted_by_id__isnull": False, f"{path}submitted_by_id": scope.user_id}
    )


class DepositQuerySet(models.QuerySet):
    """Deposits: one confirm each."""

    def visible_to(self, user: User) -> Self:
        """Those of units the account sees, those it made, and those that hold a paper of its own."""
        receipt = apps.get_model("submissions", "Receipt")
        own = receipt.objects.of_member(scope_of(user).member_id).filter(deposit=OuterRef("pk"))
        return self.filter(_deposit_seen_by(user) | Exists(own))

    def of_unit(self, unit: Unit) -> Self:
        """Of the unit or anything below it."""
        return self.filter(unit__path__startswith=unit.path)

    def bearing(self, code: str) -> Self:
        """With this code, or with a file that bears it."""
        return self.filter(Q(code=code) | Q(receipts__code=code))

    def with_papers(self) -> Self:
        """With what a list says of each, newest first; `file_count` counts its files, `period` is what it answered."""
        papers = self.select_related("unit", "requirement__directive", "submitted_by", "submitted_by_member")
        versions = (
            apps.get_model("submissions", "SubmissionVersion").objects.filter(deposit=OuterRef("pk")).order_by("pk")
        )
        period = Subquery(versions.values("submission__obligation__period")[:1])
        counted = papers.annotate(file_count=Count("receipts", distinct=True), period=Coalesce(period, Value("")))
        return counted.order_by("-received_at", "-pk")


class ReceiptQuerySet(models.QuerySet):
    """Receipts: one a file."""

    def visible_to(self, user: User) -> Self:
        """All of a deposit the account sees as a unit's or its own; of others' deposits only one's own paper."""
        own = Q(pk__in=self.model.objects.of_member(scope_of(user).member_id).values("pk"))
        return self.filter(_deposit_seen_by(user, "deposit__") | own)

    def of_member(self, member_id: int | None) -> Self:
        """Papers of one member; nobody's for None."""
        path = "file__version__submission__obligation__member"
        return self.filter(**{f"{path}__isnull": False, path: member_id})

    def with_file(self) -> Self:
        """With the file, its version and party, and the deposit it came in."""
        return self.select_related(
            "file__blob__inspection",
            "file__version__submission__obligation__member",
            "file__version__decision",
            "deposit__unit",
            "deposit__ward__profile",
            "deposit__requirement__directive",
            "deposit__submitted_by",
            "deposit__submitted_by_member",
        )

    def in_order(self) -> Self:
        """As they stand on the paper: in the order of the names, as lists of persons are."""
        return self.order_by("file__version__submission__obligation__member__sort_key", "pk")
