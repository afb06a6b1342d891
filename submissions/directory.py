"""The directory of names filled from the roster: a whole ward, or one unit with everything below it.

Not here: the index (`people.py`), the rules of meeting (`matching.py`), the roster itself (app units).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from submissions.people import Directory, Person, Post, UnitEntry
from units.models import Appointment, Membership, Unit, UnitAlias

Row = tuple[Any, ...]
_KEPT_ROWS = 1000
"""The directory of so many rows is kept for the next file: of a unit, not of a ward."""
# Which column of the one answer holds which value of each question; the others are 0 or empty there.
_NUMBERS, _TEXTS = 4, 4
_ALIAS, _UNIT, _PERSON, _POST = range(4)


def load_directory(*, ward: Unit, day: date, within: Unit | None = None) -> Directory:
    """Everybody counted in the ward on `day` (or in `within` and below) with posts, and all units of the ward.

    One query whatever the size. All units are loaded even for one unit's people, so that a foreign unit in a file
    name is recognised as foreign.
    """
    root = within or ward
    with connection.cursor() as cursor:
        cursor.execute(*_statement(connection.vendor, ward.path, root.path, day))
        rows = tuple(cursor.fetchall())
    return _kept_directory(rows) if len(rows) <= _KEPT_ROWS else _directory(rows)


def _directory(rows: Iterable[Row]) -> Directory:
    """The index of what was answered: (which question, numbers, texts), in no order."""
    of = {kind: list(found) for kind, found in groupby(sorted(rows, key=itemgetter(0)), key=itemgetter(0))}
    names: dict[int, list[str]] = defaultdict(list)
    for _, _, unit_id, _, _, name, *_ in sorted(of.get(_ALIAS, ()), key=itemgetter(1)):
        names[unit_id].append(name)
    posts: dict[int, list[Post]] = defaultdict(list)
    for _, _, member_id, unit_id, order, title, *_ in sorted(of.get(_POST, ()), key=itemgetter(4, 1)):
        posts[member_id].append(Post(title, unit_id, order))
    units = [
        UnitEntry(pk, code, name, path, tuple(names[pk]))
        for _, pk, _, _, _, code, name, path, _ in sorted(of.get(_UNIT, ()), key=itemgetter(7))
    ]
    persons = [
        Person(pk, full_name, unit_id, birth_year, tuple(posts[pk]), toned, folded)
        for _, pk, unit_id, birth_year, _, full_name, toned, folded, _ in sorted(
            of.get(_PERSON, ()), key=itemgetter(8, 1)
        )
    ]
    return Directory(persons, units)


# The index of these very rows, kept as long as the database answers the same: the files of a unit come one after the
# other, and each of them asks.
_kept_directory = lru_cache(maxsize=32)(_directory)


@lru_cache(maxsize=256)
def _statement(vendor: str, ward: str, root: str, day: date) -> tuple[str, tuple[Any, ...]]:
    """Aliases, units, people and posts of the units under two tree paths on a day, in one question: the words, not the
    answers. The day's first file has them written; each later one asks the database the same at once, for Django takes
    several times as long to write them as the database to answer for a unit of forty.
    """
    people = Membership.objects.counted(day).filter(unit__path__startswith=root).order_by()
    appointments = Appointment.objects.active(day).filter(unit__path__startswith=ward).order_by()
    if (
        root != ward
    ):  # whoever once was of the unit: more than are asked for is cheaper to find than who is counted today
        once = Membership.objects.filter(unit__path__startswith=root)
        appointments = appointments.filter(member__in=once.values("member"))
    units = Unit.objects.filter(path__startswith=ward).open_on(day).order_by()
    aliases = UnitAlias.objects.filter(unit__path__startswith=ward).order_by()
    asked = (
        _columns(aliases, ("pk", "unit_id"), ("name",)),
        _columns(units, ("pk",), ("code", "name", "path")),
        _columns(
            people,
            ("member_id", "unit_id", "member__birth_year"),
            ("member__full_name", "member__tone_key", "member__folded", "member__sort_key"),
        ),
        _columns(appointments, ("pk", "member_id", "unit_id", "position__order"), ("position__title",)),
    )
    words = [f"SELECT {kind}, {columns} FROM ({sql}) AS asked_{kind}" for kind, (columns, sql, _) in enumerate(asked)]  # noqa: S608 (no word of them comes from outside)
    return " UNION ALL ".join(words), tuple(value for *_, given in asked for value in given)


def _columns(asked: QuerySet[Any], numbers: Sequence[str], texts: Sequence[str]) -> tuple[str, str, tuple[Any, ...]]:
    """(the columns of the one answer, the question they are of, its values)."""
    sql, given = asked.values_list(*numbers, *texts).query.sql_with_params()
    quoted = [connection.ops.quote_name(name) for name in (*numbers, *texts)]
    named = [*quoted[: len(numbers)], *["0"] * (_NUMBERS - len(numbers))]
    return ", ".join([*named, *quoted[len(numbers) :], *["''"] * (_TEXTS - len(texts))]), sql, tuple(given)
