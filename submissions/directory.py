"""The directory of names filled from the roster: a whole ward, or one unit with everything below it.

Not here: the index (`people.py`), the rules of meeting (`matching.py`), the roster itself (app units).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from submissions.people import Directory, Person, Post, UnitEntry
from units.models import Appointment, Membership, Unit, UnitAlias

_FEW = 500
"""People whose posts are asked for by name; beyond that the posts of the whole ward cost no more."""


def load_directory(*, ward: Unit, day: date, within: Unit | None = None) -> Directory:
    """Everybody counted in the ward on `day` (or in `within` and below) with posts, and all units of the ward.

    Four queries whatever the size. All units are loaded even for one unit's people, so that a foreign unit in a file
    name is recognised as foreign.
    """
    aliases: dict[int, list[str]] = defaultdict(list)
    for unit_id, name in UnitAlias.objects.filter(unit__path__startswith=ward.path).values_list("unit_id", "name"):
        aliases[unit_id].append(name)
    units = [
        UnitEntry(pk, code, name, path, tuple(aliases[pk]))
        for pk, code, name, path in Unit.objects.within(ward).open_on(day).values_list("pk", "code", "name", "path")
    ]
    root = within or ward
    memberships = Membership.objects.counted(day).filter(unit__path__startswith=root.path)
    rows = list(
        memberships.order_by("member__sort_key", "member_id").values_list(
            "member_id", "member__full_name", "unit_id", "member__birth_year", "member__tone_key", "member__folded"
        )
    )
    appointments = Appointment.objects.active(day).filter(unit__path__startswith=ward.path)
    if within is not None and len(rows) <= _FEW:
        appointments = appointments.filter(member__in=[row[0] for row in rows])
    posts: dict[int, list[Post]] = defaultdict(list)
    held = appointments.order_by("position__order", "pk").values_list(
        "member_id", "position__title", "unit_id", "position__order"
    )
    for member_id, title, unit_id, order in held:
        posts[member_id].append(Post(title, unit_id, order))
    persons = [
        Person(pk, full_name, unit_id, birth_year, tuple(posts[pk]), toned, folded)
        for pk, full_name, unit_id, birth_year, toned, folded in rows
    ]
    return Directory(persons, units)
