"""The directory of names filled from the roster: a whole ward, or one unit with everything below it.

Not here: the index (`people.py`), the rules of meeting (`matching.py`), the roster itself (app units).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from submissions.people import Directory, Person, Post, UnitEntry
from units.models import Appointment, Membership, Unit, UnitAlias

Statement = tuple[str, tuple[Any, ...]]


def load_directory(*, ward: Unit, day: date, within: Unit | None = None) -> Directory:
    """Everybody counted in the ward on `day` (or in `within` and below) with posts, and all units of the ward.

    Four queries whatever the size. All units are loaded even for one unit's people, so that a foreign unit in a file
    name is recognised as foreign.
    """
    root = within or ward
    aliases, units, people, held = map(_rows, _statements(connection.vendor, ward.path, root.path, day))
    names: dict[int, list[str]] = defaultdict(list)
    for unit_id, name in aliases:
        names[unit_id].append(name)
    posts: dict[int, list[Post]] = defaultdict(list)
    entries = [UnitEntry(pk, code, name, path, tuple(names[pk])) for pk, code, name, path in units]
    rows = list(people)
    for member_id, title, unit_id, order in held:
        posts[member_id].append(Post(title, unit_id, order))
    persons = [
        Person(pk, full_name, unit_id, birth_year, tuple(posts[pk]), toned, folded)
        for pk, full_name, unit_id, birth_year, toned, folded in rows
    ]
    return Directory(persons, entries)


@lru_cache(maxsize=256)
def _statements(vendor: str, ward: str, root: str, day: date) -> tuple[Statement, ...]:
    """Aliases, units, people and posts of the units under two tree paths on a day: the words of the questions, not the
    answers. The day's first file has them written; each later one asks the database the same at once, for Django takes
    several times as long to write the four as the database to answer for a unit of forty.
    """
    people = Membership.objects.counted(day).filter(unit__path__startswith=root)
    appointments = Appointment.objects.active(day).filter(unit__path__startswith=ward)
    if root != ward:
        appointments = appointments.filter(member__in=people.order_by().values("member"))
    asked = (
        UnitAlias.objects.filter(unit__path__startswith=ward).order_by("pk").values_list("unit_id", "name"),
        Unit.objects.filter(path__startswith=ward).open_on(day).values_list("pk", "code", "name", "path"),
        people.order_by("member__sort_key", "member_id").values_list(
            "member_id", "member__full_name", "unit_id", "member__birth_year", "member__tone_key", "member__folded"
        ),
        appointments.order_by("position__order", "pk").values_list(
            "member_id", "position__title", "unit_id", "position__order"
        ),
    )
    return tuple(one.query.sql_with_params() for one in asked)


def _rows(statement: Statement) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement; texts and whole numbers, which need no converting."""
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        yield from cursor.fetchall()
