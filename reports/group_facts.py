"""The figures of a report by khối and cụm, and its progress day by day.

Not here: the figures themselves (`figures.py`, `trend.py`), the drawings made of them (`report_drawings.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet

from directives.models import Obligation
from reports.leader import points_of
from reports.report_facts import BlockFacts, ClusterFacts
from reports.tallies import Tally, TrendPoint, total_of
from units.choices import Block
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class Place:
    """A unit and where it stands in the printed order: khối by khối, inside by the tree."""

    rank: int
    code: str
    name: str
    block: str
    cluster_id: int | None
    kind: str
    cluster_order: int | None = None
    cluster: str | None = None
    path: str = ""


def blocks(places: Iterable[Place], by_code: Mapping[str, Tally]) -> Iterator[BlockFacts]:
    """One line a khối, in the order of the places."""
    for key, group in groupby(places, key=lambda place: place.block):
        tallies = [by_code[place.code] for place in group]
        owing = [tally for tally in tallies if tally.required]
        yield BlockFacts(
            key=key,
            name=Block(key).label if key else "khác",
            tally=total_of(tallies),
            complete_units=sum(1 for tally in owing if tally.is_complete),
            units=len(owing),
        )


def clusters(places: Iterable[Place], by_code: Mapping[str, Tally]) -> Iterator[ClusterFacts]:
    """One line a cụm in its order, last what stands in none; equal to `collect` by cluster."""
    found: dict[tuple[bool, int, str, int], Tally] = {}
    for place in places:
        key = (place.cluster_id is None, place.cluster_order or 0, place.cluster or "", place.cluster_id or 0)
        found[key] = found.get(key, Tally()) + by_code[place.code]
    for key in sorted(found):
        yield ClusterFacts(key[2] or "Không thuộc cụm nào", found[key])


def progress(counted: QuerySet[Obligation], total: Tally, at: datetime) -> list[TrendPoint]:
    """One point a day; the last is `total`, which knows nothing of what came later on the day of `at`. One query."""
    of_open_units = counted.filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))
    points = points_of(of_open_units.filter(created_at__lte=at), at)
    return [*points[:-1], replace(points[-1], accepted=total.accepted, required=total.required)] if points else []
