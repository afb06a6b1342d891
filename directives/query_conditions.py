"""What a read query selects: terms of the query bar as conditions over obligations that the account already sees.

The states are the figures of the dashboards, over what is stored now; a test pins both to each other.
Not here: reading the line (`directives.query`), who sees which obligations (`visible_to`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from directives.choices import HANDED_IN_STATES, DirectiveState, ObligationState, RequirementKind
from directives.query.parsing import read_query
from directives.query.terms import Asks, Fault, Query, Term
from directives.query.vocabulary import DATED
from directives.querysets import OPEN_STATES, SURE, in_open_unit
from interface.wording import SOON_DAYS
from units.models import Appointment, Cluster, UnitAlias
from units.querysets import found_by
from vietnamese.dates import VIETNAM, local_day
from vietnamese.text import fold

if TYPE_CHECKING:
    from directives.models import Requirement
    from directives.querysets import ObligationQuerySet

_DAY: Final = timedelta(days=1)
_FINDS_NOTHING: Final = Q(pk__in=[])
# Several of these in one line are alternatives: a duty is in one cụm only. Others must all be true.
_ALTERNATIVES: Final = (Asks.STATE, Asks.CLUSTER, Asks.BLOCK, Asks.KIND, Asks.PERIOD)


class Search:
    """A line of the query bar over the obligations of one reader: `found`, and `faults` to be told."""

    def __init__(
        self,
        text: str,
        *,
        at: datetime,
        clusters: QuerySet[Cluster],
        requirements: QuerySet[Requirement],
    ) -> None:
        self.query: Query = read_query(text, today=local_day(at))
        self._at, self._clusters, self._requirements = at, clusters, requirements
        self.faults: tuple[Fault, ...] = self.query.faults + tuple(self._nowhere())

    def among(self, obligations: ObligationQuerySet) -> ObligationQuerySet:
        """Those of `obligations` that the line means; none when something in it was not understood."""
        if not self.query.is_understood:
            return obligations.none()
        return obligations.filter(self.condition())

    @property
    def names(self) -> str:
        """The words to be found in names, without quotation marks."""
        return self.query.names.replace('"', "")

    def condition(self) -> Q:
        """What an obligation must be, for a line that was understood. Of what runs, a closed unit has no part in it, as in
        all figures; of ended papers it has, for they are history."""
        condition = found_by(self.names, "member__folded", "unit__folded")
        if not self.query.asks_for_ended:
            condition &= in_open_unit(self._at)
        together: dict[Asks, list[Q]] = {}
        for term in self.query.terms:
            one = self._of(term)
            if term.negated:
                condition &= ~one
            elif term.asks in _ALTERNATIVES:
                together.setdefault(term.asks, []).append(one)
            else:
                condition &= one
        return reduce(and_, (reduce(or_, some) for some in together.values()), condition)

    def _of(self, term: Term) -> Q:
        if term.asks in DATED:
            return self._on_days(term)
        return reduce(or_, (_VALUES[term.asks](self, value) for value in term.values))

    def _on_days(self, term: Term) -> Q:
        """`due_at` and `fix_by` are exclusive: the last day of each is the day of the instant before it. What is to be
        mended is what was sent back and is still out."""
        state = self._state(term.state) if term.state else Q()
        if term.asks is Asks.DUE:
            start = Q(due_at__gt=_start(term.first)) if term.first else Q()
            end = Q(due_at__lte=_start(term.last + _DAY)) if term.last else Q()
            return state & start & end & Q(due_at__isnull=False)
        if term.asks is Asks.FIX:  # the later of the two, as `Obligation.owed_until`
            start = Q(fix_by__gt=_start(term.first)) | Q(due_at__gt=_start(term.first)) if term.first else Q()
            end = Q()
            if term.last:
                until = _start(term.last + _DAY)
                end = Q(fix_by__lte=until) & (Q(due_at=None) | Q(due_at__lte=until))
            return state & Q(state=ObligationState.RETURNED, fix_by__isnull=False) & start & end
        start = Q(first_submitted_at__gte=_start(term.first)) if term.first else Q()
        end = Q(first_submitted_at__lt=_start(term.last + _DAY)) if term.last else Q()
        return state & start & end & Q(first_submitted_at__isnull=False)

    def _state(self, value: str) -> Q:
        return state_condition(value, self._at)

    def _cluster(self, value: str) -> Q:
        return Q(unit__cluster__in=self._clusters_called(value))

    def _clusters_called(self, value: str) -> list[int]:
        wanted = fold(value).split()
        named = {cluster.pk: fold(cluster.name).replace(",", " ").split() for cluster in self._clusters}
        return [pk for pk, words in named.items() if all(_stands_in(word, words) for word in wanted)]

    def _unit(self, value: str) -> Q:
        wanted = fold(value)
        called = [
            alias.unit_id
            for alias in UnitAlias.objects.filter(unit__ward__in=self._clusters.order_by().values("ward"))
            if wanted in fold(alias.name)
        ]
        return found_by(value, "unit__folded") | Q(unit__in=called)

    def _paper(self, value: str) -> Q:
        if value.isascii() and value.isdigit() and len(value) <= 6:
            return Q(requirement__directive__number=int(value))
        return found_by(value.translate(_MARKS), "requirement__directive__folded")

    def _task(self, value: str) -> Q:
        wanted = fold(value).split()
        titles = self._requirements.order_by().values_list("pk", "title")
        return Q(requirement__in=[pk for pk, title in titles if all(word in fold(title) for word in wanted)])

    def _position(self, value: str) -> Q:
        held = Appointment.objects.active(local_day(self._at)).filter(member=OuterRef("member"), position__group=value)
        return Q(Exists(held))

    def _nowhere(self) -> Iterable[Fault]:
        """Clusters that are none of the reader's."""
        for term in self.query.terms:
            for value in term.values if term.asks is Asks.CLUSTER else ():
                if not self._clusters_called(value):
                    known = ", ".join(cluster.name for cluster in self._clusters) or "chưa có cụm nào"
                    yield Fault(f"Không có cụm nào tên “{value}”. Các cụm: {known}.", is_hint=True)


_MARKS: Final = str.maketrans("-/.,", "    ")
_VALUES: Final[Mapping[Asks, Callable[[Search, str], Q]]] = {
    Asks.STATE: Search._state,
    Asks.CLUSTER: Search._cluster,
    Asks.BLOCK: lambda _, value: Q(unit__block=value),
    Asks.UNIT: Search._unit,
    Asks.PERSON: lambda _, value: found_by(value, "member__folded"),
    Asks.PAPER: Search._paper,
    Asks.TASK: Search._task,
    Asks.ENDED: lambda _, value: Q(requirement__directive__state=DirectiveState.CLOSED),
    Asks.PERIOD: lambda _, value: Q(period__regex=value),
    Asks.KIND: lambda _, value: Q(requirement__kind=RequirementKind(value)),
    Asks.POSITION: Search._position,
}


def state_condition(state: str, at: datetime) -> Q:
    """The obligations in `state` (a key of `query.vocabulary.STATES`) at `at`, which is now: by what is stored."""
    waived = Q(state=ObligationState.WAIVED)
    handed_in = ~waived & Q(first_submitted_at__isnull=False)
    missing = ~waived & Q(first_submitted_at=None)
    late = handed_in & Q(due_at__isnull=False, first_submitted_at__gte=F("due_at"))
    return {
        "required": ~waived,
        "missing": missing,
        "owing": Q(state__in=OPEN_STATES),
        "submitted": handed_in,
        "waiting": handed_in & Q(state__in=HANDED_IN_STATES),
        "returned": handed_in & Q(state=ObligationState.RETURNED),
        "accepted": handed_in & Q(state=ObligationState.ACCEPTED),
        "overdue": missing & Q(due_at__lte=at, certainty__in=SURE),
        "soon": missing
        & Q(due_at__gt=at, due_at__lte=_start(local_day(at) + (SOON_DAYS + 1) * _DAY), certainty__in=SURE),
        "on_time": handed_in & (Q(due_at=None) | Q(first_submitted_at__lt=F("due_at"))),
        "late": late,
        "waived": waived,
    }[state]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)


def _stands_in(word: str, words: list[str]) -> bool:
    """A number must stand as a word of its own: "3" is not in "Cụm 13"."""
    return word in words if word.isdigit() else any(word in other for other in words)
