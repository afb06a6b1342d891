"""Selections over directives and obligations; "who owes, as of now" is said here once.

Not here: permission predicates (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from directives.choices import LEAD_KINDS, Certainty, DirectiveState, ObligationState, RequirementKind
from units.querysets import found_by, under_any
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import Unit, User
    from units.scopes import Scope

OPEN_STATES = (ObligationState.PENDING, ObligationState.RETURNED)
"""States in which the party still has to hand something in."""

SURE = (Certainty.CERTAIN, Certainty.CHECK, Certainty.EVENT)
"""Deadlines that bind; a tentative one is not counted on, and nobody is reminded of it (R11, R12)."""


# Marks that people leave out or type otherwise in a symbol ("02 NQ TW", "02-NQ/TW").
_MARKS_OF_SYMBOLS = str.maketrans("-/.,", "    ")


def _as_typed(text: str) -> str:
    return text.translate(_MARKS_OF_SYMBOLS)


def work_seen(scope: Scope, path: str = "") -> Q:
    """Work of the units this account may see; `path` leads to the obligation ("obligation__") or to its like.

    What a cluster's lead notes of a unit is for those above: the unit's secretary does not see it.
    """
    watched = scope.watched_q(f"{path}unit__")
    if not scope.secretary_paths:
        return watched
    return watched | (under_any(scope.secretary_paths, f"{path}unit__") & ~_of_leads(path))


def owed_until() -> Case:
    """`Obligation.owed_until` in SQL."""
    returned = Q(state=ObligationState.RETURNED)
    return Case(
        When(returned & (Q(fix_by__gt=F("due_at")) | Q(due_at=None)), then=F("fix_by")),
        default=F("due_at"),
        output_field=models.DateTimeField(),
    )


def in_open_unit(at: datetime) -> Q:
    """Of an obligation: its unit exists on the day of `at`."""
    return Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at))


def _of_leads(path: str = "") -> Q:
    return Q(**{f"{path}requirement__kind__in": LEAD_KINDS})


class DirectiveQuerySet(models.QuerySet):
    """Directives."""

    def visible_to(self, user: User) -> Self:
        """Directives this account may open today; twin of the permission `directives.view_directive`.

        The office sees all of its ward, drafts too; leaders all that left the draft; everybody else the issued ones
        that give work to a unit or to oneself, or change such work.
        """
        scope = scope_of(user)
        obligation = apps.get_model("directives", "Obligation")
        seen = obligation.objects.visible_to(user)
        mine = Exists(seen.filter(requirement__directive=OuterRef("pk")))
        amends_mine = Exists(seen.filter(requirement__amendments__directive=OuterRef("pk")))
        issued = ~Q(state=DirectiveState.DRAFT)
        return self.filter(
            under_any(scope.staff_paths, "ward__")
            | (issued & under_any(scope.read_paths, "ward__"))
            | (issued & (mine | amends_mine))
        )

    def search(self, text: str) -> Self:
        """Accent-insensitive search over reference, subject and issuer: "02 nq tw" finds Nghị quyết số 02-NQ/TW."""
        return self.filter(found_by(_as_typed(text), "folded"))

    def running(self) -> Self:
        """Issued and neither closed nor revoked."""
        return self.filter(state=DirectiveState.ISSUED)


class RequirementQuerySet(models.QuerySet):
    """Requirements."""

    def visible_to(self, user: User) -> Self:
        """Requirements of the directives this account may open; twin of `directives.view_requirement`."""
        directive = apps.get_model("directives", "Directive")
        return self.filter(directive__in=directive.objects.visible_to(user).values("pk"))


class ObligationQuerySet(models.QuerySet):
    """Obligations; `owed_due_at` is the deadline that counts for whoever still owes (exclusive, None = no date).

    `plain` is the whole condition, where it is made of `plainly` alone: then what it selects can also be found in counts
    kept ahead by unit, requirement and period. Any other step (a filter, an annotation, an order, a slice) makes it None.
    """

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query, using, hints)
        self.plain: Q | None = Q() if query is None else None

    def plainly(self, *conditions: Q, **lookups: Any) -> Self:
        """`filter` by unit, requirement, ward or period alone (and what hangs on them), so that `plain` holds it too."""
        asked = Q(*conditions, **lookups)
        found = self.filter(asked)
        found.plain = None if self.plain is None else self.plain & asked
        return found

    def visible_to(self, user: User) -> Self:
        """Obligations of the units this account may see, and one's own; twin of `directives.view_obligation`."""
        scope = scope_of(user)
        return self.filter(work_seen(scope) | Q(member_id__isnull=False, member_id=scope.member_id))

    def visible_in(self, ward: Unit, user: User) -> Self:
        """`visible_to` of obligations of this ward alone, as those of one requirement are: whoever reads the whole ward is
        asked once and not at each row.
        """
        return self if scope_of(user).reads(ward) else self.visible_to(user)

    def answered_by(self, user: User) -> Self:
        """Obligations this account has to see to as secretary (own unit and below), lead of a cluster, or who owes."""
        scope = scope_of(user)
        answered = Q(member_id__isnull=False, member_id=scope.member_id)
        if scope.secretary_paths:
            answered |= under_any(scope.secretary_paths, "unit__") & ~_of_leads()
        if scope.cluster_ids:
            answered |= _of_leads() & Q(unit__cluster__in=scope.cluster_ids)
        return self.filter(answered)

    def of_those_below(self) -> Self:
        """Without what the leads of clusters answer for: debts of the units and members themselves."""
        return self.plainly(~_of_leads())

    def of_unit(self, unit: Unit) -> Self:
        """Obligations the unit or anything below it answers for."""
        return self.filter(unit__path__startswith=unit.path)

    def of_members(self) -> Self:
        """Owed by single members."""
        return self.filter(member__isnull=False)

    def running_only(self) -> Self:
        """Of directives that run: issued, neither closed nor revoked."""
        return self.plainly(requirement__directive__state=DirectiveState.ISSUED)

    def undecided_of_running(self) -> Self:
        """Neither accepted nor waived, of directives that run: what goes where its member goes."""
        return self.running_only().exclude(state__in=(ObligationState.ACCEPTED, ObligationState.WAIVED))

    def with_unit_then(self, at: datetime) -> Self:
        """Adds `unit_then`: the id of the unit that answered for it at `at`, before later moves."""
        move = apps.get_model("directives", "ObligationMove")
        later = move.objects.filter(obligation=OuterRef("pk"), moved_at__gt=at).order_by("moved_at", "pk")
        before = Subquery(later.values("from_unit")[:1], output_field=models.BigIntegerField())
        return self.annotate(unit_then=Coalesce(before, F("unit_id"), output_field=models.BigIntegerField()))

    def owing_first(self) -> Self:
        """Those who still have to hand in first, then by given name the Vietnamese way, units by their place."""
        owes = Case(When(state__in=OPEN_STATES, then=0), default=1, output_field=models.SmallIntegerField())
        return self.order_by(owes, F("member__sort_key").asc(nulls_first=True), "unit__path", "pk")

    def counted_by_party(self) -> tuple[int, int]:
        """How many units and members owe or owed, and apart how many forms of cluster leads there are. One query."""
        counts = self.order_by().aggregate(all=models.Count("pk"), leads=models.Count("pk", filter=_of_leads()))
        return counts["all"] - counts["leads"], counts["leads"]

    def counted_by_state(self) -> models.QuerySet:
        """(requirement id, state, how many) of the obligations selected so far."""
        return self.values_list("requirement_id", "state").annotate(number=models.Count("pk"))

    def in_force(self, at: datetime) -> Self:
        """Obligations that stand at `at`: given out by then, of an issued directive, of a unit that exists.

        Standing duties are left out: nothing is ever owed for them.
        """
        return self._given_out(at).filter(requirement__directive__state=DirectiveState.ISSUED)

    def in_force_then(self, at: datetime) -> Self:
        """The same at a past instant: of directives that ran then, whether they were closed, opened again or revoked since."""
        ended_later = Q(
            requirement__directive__state__in=(DirectiveState.CLOSED, DirectiveState.REVOKED),
            requirement__directive__ended_at__gt=at,
        )
        closed = apps.get_model("directives", "ClosedSpan").objects.filter(
            directive=OuterRef("requirement__directive"), since__lte=at, until__gt=at
        )
        runs = Q(requirement__directive__state=DirectiveState.ISSUED) | ended_later
        return self._given_out(at).filter(runs).exclude(Exists(closed))

    def of_open_units(self, at: datetime) -> Self:
        """Of units that exist on the day of `at`: a closed unit is counted nowhere (`domain.md`, honest denominator)."""
        return self.filter(in_open_unit(at))

    def _given_out(self, at: datetime) -> Self:
        return self.of_open_units(at).filter(created_at__lte=at).exclude(requirement__kind=RequirementKind.STANDING)

    def in_force_of_ward(self, at: datetime, ward: Unit) -> Self:
        """`in_force` for most of a ward at once: what holds for a requirement or a unit is gathered once instead of looked
        up for each row (the same answer).
        """
        running = apps.get_model("directives", "Requirement").objects.filter(
            directive__ward=ward, directive__state=DirectiveState.ISSUED
        )
        running = running.exclude(kind=RequirementKind.STANDING).order_by().values("pk")
        closed = apps.get_model("units", "Unit").objects.filter(closed_on__lte=local_day(at), ward=ward)
        found = self.filter(requirement__in=running, created_at__lte=at)
        return found.exclude(unit__in=closed.order_by().values("pk"))

    def owing(self, at: datetime, *, of_ward: Unit | None = None) -> Self:
        """Who owes, as of now: nothing sent, or returned and not sent again. The one definition of "còn nợ".

        Not in it: waived, submitted, forwarded or accepted ones, standing duties, drafts and closed directives,
        closed units. The deadline is `due_at`, which already holds extensions and the clock of the unit's own event; a
        returned one is owed until its fix-by instant if that is later. Reads the stored states, so `at` is to be now;
        for an instant of the past see `owing_then`. `of_ward`: of this ward alone, for most of it at once.
        """
        deadline = Case(
            When(state=ObligationState.RETURNED, fix_by__gt=F("due_at"), then=F("fix_by")), default=F("due_at")
        )
        standing = self.in_force(at) if of_ward is None else self.in_force_of_ward(at, of_ward)
        return standing.filter(state__in=OPEN_STATES).annotate(owed_due_at=deadline)

    def owing_then(self, at: datetime) -> Self:
        """Who owed at a past instant, rebuilt from what is stored now: first and last receipt, last decision, spans of
        earlier rounds, waiver, extensions, the end of the directive.
        """
        extension = apps.get_model("directives", "Extension")
        later = extension.objects.filter(obligation=OuterRef("pk"), granted_at__gt=at).order_by("granted_at", "pk")
        spans_of_it = apps.get_model("directives", "ObligationSpan").objects.filter(obligation=OuterRef("pk"))
        never_sent = Q(first_submitted_at=None) | Q(first_submitted_at__gt=at)
        decided = Q(decided_at=None) | Q(
            decided_at__lte=at
        )  # none: handed in while waived, owed since the waiver was lifted
        taken_back = spans_of_it.filter(
            kind="ACCEPTED", until=OuterRef("decided_at")
        )  # then it waited, nothing was returned
        waived_when_returned = Q(state=ObligationState.WAIVED, decided_at__gte=F("submitted_at")) & ~Exists(taken_back)
        returned = decided & Q(submitted_at__lte=at) & (Q(state=ObligationState.RETURNED) | waived_when_returned)
        spans = spans_of_it.filter(since__lte=at, until__gt=at)
        returned_then = spans.filter(kind="RETURNED").order_by("-since", "-pk")
        handed_in_then = Exists(spans.filter(kind="HANDED_IN"))
        lifted = apps.get_model("directives", "LiftedWaiver").objects.filter(obligation=OuterRef("pk"))
        waived = Q(waived_at__lte=at) | Q(Exists(lifted.filter(waived_at__lte=at, lifted_at__gt=at)))
        due_then = Case(
            When(Exists(later.exclude(old_certainty__in=("", *SURE))), then=None),  # it did not bind yet
            When(Exists(later), then=Subquery(later.values("old_due_at")[:1])),
            default=F("due_at"),
            output_field=models.DateTimeField(),
        )
        owed = (never_sent & ~Q(handed_in_then)) | returned | Q(Exists(returned_then))
        standing = self.in_force_then(at).filter(owed).exclude(waived)
        fix_by = Case(
            When(returned, then=F("fix_by")),
            default=Subquery(returned_then.values("fix_by")[:1]),
            output_field=models.DateTimeField(),
        )
        standing = standing.annotate(due_then=due_then, fix_by_then=fix_by)
        fixing = Q(fix_by_then__gt=F("due_then"))
        return standing.annotate(owed_due_at=Case(When(fixing, then=F("fix_by_then")), default=F("due_then")))

    def changed_after(self, at: datetime) -> Self:
        """The ids of obligations whose stored state, deadline or end is younger than `at`, some more than once.

        A union, so that each part is found by its own index.
        """
        own = self.filter(Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at)).values("pk")
        extended = self.filter(extensions__granted_at__gt=at).values("pk")
        lifted = self.filter(lifted_waivers__lifted_at__gt=at).values("pk")
        ended = self.filter(requirement__directive__ended_at__gt=at).values("pk")
        opened = self.filter(requirement__directive__closed_spans__until__gt=at).values("pk")
        return own.union(extended, lifted, ended, opened, all=True)

    def any_changed_after(self, at: datetime) -> bool:
        """Whether `changed_after` finds something. Asked of the whole tables first, each by its own index or a small one,
        for nothing is younger than now: else one more query. One or two queries.
        """
        everywhere = apps.get_model("directives", "Obligation").objects.filter(
            Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at)
        )
        others = [
            apps.get_model("directives", model).objects.filter(**{f"{field}__gt": at}).order_by().values("pk")
            for model, field in (
                ("Extension", "granted_at"),
                ("LiftedWaiver", "lifted_at"),
                ("Directive", "ended_at"),
                ("ClosedSpan", "until"),
            )
        ]
        younger = everywhere.order_by().values("pk").union(*others, all=True)
        return younger.exists() and self.changed_after(at).exists()

    def with_binding_deadline(self) -> Self:
        """Of `owing`: those with a date that binds; tentative and undated ones are out."""
        return self.filter(owed_due_at__isnull=False, certainty__in=SURE)

    def owed_deadlines(self) -> dict[int, datetime]:
        """Of `owing`: obligation id → the deadline that counts."""
        return dict(self.values_list("pk", "owed_due_at"))

    def overdue(self, at: datetime) -> Self:
        """Of those owing: the deadline has passed (`owed_due_at` is the first late instant)."""
        return self.owing(at).with_binding_deadline().filter(owed_due_at__lte=at)

    def due_before(self, at: datetime, end: datetime) -> Self:
        """Of those owing: not late yet, and late from before `end` on (sắp hạn)."""
        return self.owing(at).with_binding_deadline().filter(owed_due_at__gt=at, owed_due_at__lte=end)


class PetitionQuerySet(models.QuerySet):
    """What secretaries ask the office for."""

    def answered_by(self, user: User) -> Self:
        """Of the wards this account works for."""
        return self.filter(under_any(scope_of(user).staff_paths, "obligation__ward__"))

    def waiting(self, at: datetime) -> Self:
        """Open, and the work is still owed in a directive that runs, of a unit that exists on the day of `at`."""
        gone = Q(obligation__unit__closed_on__lte=local_day(at))
        return self.exclude(gone).filter(
            state="OPEN",
            obligation__state__in=OPEN_STATES,
            obligation__requirement__directive__state=DirectiveState.ISSUED,
        )

    def search(self, text: str) -> Self:
        """Accent-insensitive, over whose work it is and the unit: "nguyen van a", "to dan pho 5"."""
        return self.filter(found_by(text, "obligation__member__folded", "obligation__unit__folded"))

    def counted_by_kind(self) -> dict[str, int]:
        """How many of each kind; kinds nobody asks for are left out. One query."""
        return dict(self.order_by().values_list("kind").annotate(number=models.Count("pk")))

    def with_story(self) -> Self:
        """With what a line says of each."""
        return self.select_related(
            "obligation__requirement__directive", "obligation__unit", "obligation__member", "asked_by", "decided_by"
        )


class ObligationMoveQuerySet(models.QuerySet):
    """Debts that followed their member to another unit."""

    def visible_to(self, user: User) -> Self:
        """Of the units on either side, and one's own; twin of `directives.view_obligationmove`."""
        scope = scope_of(user)
        own = Q(obligation__member_id__isnull=False, obligation__member_id=scope.member_id)
        return self.filter(scope.unit_q("from_unit__") | scope.unit_q("to_unit__") | own)

    def touching_secretary(self, user: User) -> Self:
        """From or to a unit this account is secretary of, or above it."""
        paths = scope_of(user).secretary_paths
        return self.filter(under_any(paths, "from_unit__") | under_any(paths, "to_unit__"))

    def of_member(self, member_id: int) -> Self:
        """Debts of one member."""
        return self.filter(obligation__member=member_id)

    def of_part(self, requirement_id: int, unit_id: int) -> Self:
        """Of one requirement, into the unit or out of it."""
        sides = Q(from_unit=unit_id) | Q(to_unit=unit_id)
        return self.filter(sides, obligation__requirement=requirement_id)

    def since(self, moment: datetime) -> Self:
        """Written at `moment` or later."""
        return self.filter(moved_at__gte=moment)

    def newest_first(self) -> Self:
        """With what a line says of each, the latest on top, a member's debts together."""
        told = self.select_related("obligation__member", "obligation__requirement__directive", "from_unit", "to_unit")
        return told.order_by("-moved_at", "obligation__member__sort_key", "pk")
