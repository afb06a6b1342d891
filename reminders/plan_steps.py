"""The stage a debt is at on the day of a plan, as an expression of the database: the ladder in SQL.

A deadline is looked up in a tree of comparisons, four or five for a ladder of ten steps, because every debt that runs is
asked. Not here: the ladder itself (`stages.py`), which ladder holds for whom (`ladders.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, F, Func, IntegerField, Value, When
from django.db.models.expressions import Combinable

from reminders.ladders import DayRungs
from reminders.stages import Rungs
from units.models import Unit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

NO_STEP = -1


class Step(NamedTuple):
    """A stage under one ladder, and whether it tells the contacts of the unit and the lead of the cluster."""

    stage: str
    tells_unit: bool = True
    tells_cluster: bool = False


class Steps:
    """The steps of one plan, numbered: the rows of the plan hold the number."""

    def __init__(self) -> None:
        self._numbers: dict[Step, int] = {}
        self._steps: list[Step] = []

    def number(self, step: Step) -> int:
        """The number of the step; a new one when it is met first."""
        if step not in self._numbers:
            self._numbers[step] = len(self._steps)
            self._steps.append(step)
        return self._numbers[step]

    def __getitem__(self, number: int) -> Step:
        return self._steps[number]

    def stages(self) -> list[tuple[int, str]]:
        """(number, stage) of all."""
        return [(number, step.stage) for number, step in enumerate(self._steps)]

    def numbers(self, holds: Callable[[Step], bool]) -> str:
        """The numbers of the steps for which this holds, as SQL takes them in a list; a number of none when there are none."""
        return ", ".join(str(number) for number, step in enumerate(self._steps) if holds(step)) or str(NO_STEP)


def step_of(
    column: str, wards: Collection[Unit], rungs: DayRungs, steps: Steps, promised: Mapping[int, str]
) -> Combinable:
    """The number of the step at which a debt with the deadline `column` is; `NO_STEP` when it is at none.

    `promised`: obligation id → stage, of promises that ran out: they go before the ladder.
    """
    of_stage: defaultdict[str, list[int]] = defaultdict(list)
    for pk, stage in promised.items():
        of_stage[stage].append(pk)
    after_promise = [
        When(pk__in=pks, **{f"{column}__isnull": False}, then=same_step(stage, wards, rungs, steps))
        for stage, pks in of_stage.items()
    ]
    ladder = _by_rungs(wards, rungs, lambda one: _Stretch(column, _pieces(one, steps)))
    return _case(after_promise, ladder)


def same_step(stage: str, wards: Collection[Unit], rungs: DayRungs, steps: Steps) -> Combinable:
    """The number of this stage, whatever the deadline; whom it tells is said by the ladder of ward or requirement."""
    return _by_rungs(wards, rungs, lambda one: _number(steps.number(Step(stage, *one.tells(stage)))))


def _by_rungs(wards: Collection[Unit], rungs: DayRungs, made: Callable[[Rungs], Combinable]) -> Combinable:
    """What is made of the rungs of a requirement, else of its ward."""
    groups: dict[int, tuple[Rungs, list[int], list[int]]] = {}
    for requirement_id, own in rungs.by_requirement.items():
        groups.setdefault(id(own), (own, [], []))[1].append(requirement_id)
    for ward in wards:
        own = rungs.by_ward[ward.pk]
        groups.setdefault(id(own), (own, [], []))[2].append(ward.pk)
    made_of = [(made(own), requirements, ward_ids) for own, requirements, ward_ids in groups.values()]
    whens = [When(requirement__in=requirements, then=one) for one, requirements, _ in made_of if requirements]
    *others, (last, _, _) = [group for group in made_of if group[2]]
    return _case(whens + [When(ward__in=ward_ids, then=one) for one, _, ward_ids in others], last)


_Pieces = Sequence[tuple[datetime, int]]


def _pieces(rungs: Rungs, steps: Steps) -> _Pieces:
    """The deadlines cut into stretches, ascending: (end, inclusive; number of the step). Behind the last there is none."""
    found: list[tuple[datetime, int]] = []
    for start, end, stage in rungs.staged():
        number = steps.number(Step(stage, *rungs.tells(stage)))
        if not found or found[-1][0] != start:
            found.append((start, NO_STEP))
        if found[-1][1] == number:
            found.pop()
        found.append((end, number))
    return found


class _Stretch(Func):
    """The number of the stretch in which a deadline lies, as comparisons that halve them. One expression, because the ORM
    takes ten times as long over nested ones."""

    def __init__(self, column: str, pieces: _Pieces) -> None:
        super().__init__(F(column), output_field=IntegerField())
        self.pieces = pieces

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, list[Any]]:
        [column] = self.get_source_expressions()
        sql, params = compiler.compile(column)

        def halved(pieces: _Pieces) -> tuple[str, list[Any]]:
            if not pieces:
                return str(NO_STEP), []
            half = len(pieces) // 2
            end, number = pieces[half]
            (low, of_low), (high, of_high) = (halved(pieces[:half]), halved(pieces[half + 1 :]))
            before = pieces[half - 1][0] if half else None
            at_end = connection.ops.adapt_datetimefield_value(end)
            if before is None:
                return f"CASE WHEN {sql} <= %s THEN {number} ELSE {high} END", [*params, at_end, *of_high]
            return (
                f"CASE WHEN {sql} <= %s THEN CASE WHEN {sql} <= %s THEN {low} ELSE {number} END ELSE {high} END",
                [*params, at_end, *params, connection.ops.adapt_datetimefield_value(before), *of_low, *of_high],
            )

        return halved(self.pieces)


def _case(whens: list[When], default: Combinable) -> Combinable:
    return Case(*whens, default=default, output_field=IntegerField()) if whens else default


def _number(number: int) -> Value:
    return Value(number, output_field=IntegerField())
