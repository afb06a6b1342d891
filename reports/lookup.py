"""Tra cứu: what one line finds among papers, units, members, submissions; the chips for those who do not type.

Everything is taken from what the reader sees; a fixed number of queries, a few rows of each kind.
Not here: reading the line (`directives.query`), what it selects of duties (`directives.query_conditions`), the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import BooleanField, Case, Count, Q, When

from directives.choices import LEAD_KINDS
from directives.models import Directive, SavedSearch
from directives.query.parsing import read_query
from directives.query.vocabulary import BLOCKS, KINDS, STATE_WORDS
from directives.query_conditions import Search
from directives.shown_state import shown_state
from submissions.codes import read_code
from submissions.models import Submission, SubmissionVersion
from units.directory import member_lines, with_facts
from units.models import Cluster, Member, Unit
from units.short_names import holds
from vietnamese.dates import local_day
from vietnamese.text import fold

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet
    from units.models import User

SHOWN: Final = 8
TILES: Final = 6
_STATES: Final = ("missing", "overdue", "soon", "owing", "waiting", "returned", "accepted", "late", "waived")
_DAYS: Final = (
    ("hạn:hôm nay", "Hạn hôm nay"),
    ("hạn<=7ngày", "Hạn trong 7 ngày tới"),
    ("quá hạn>7ngày", "Quá hạn trên 7 ngày"),
    ("nộp<=7ngày", "Nộp trong 7 ngày qua"),
    ("-miễn", "Trừ miễn"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of one kind; `more` when there are others."""

    rows: Sequence[Any] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """What the line finds of each kind, apart from duties."""

    directives: Found = field(default_factory=Found)
    units: Found = field(default_factory=Found)
    members: Found = field(default_factory=Found)
    submissions: Found = field(default_factory=Found)

    @property
    def is_empty(self) -> bool:
        """Nothing at all."""
        return not any(kind.rows for kind in (self.directives, self.units, self.members, self.submissions))


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition to be switched: its words, whether it is on, and the line after pressing it."""

    words: str
    is_on: bool
    line: str


def find_all(user: User, text: str, at: datetime) -> Hits:
    """Papers, units, members and submissions that answer to the words, as far as the account sees them."""
    if not fold(text):
        return Hits()
    day = local_day(at)
    directives = Directive.objects.visible_to(user).search(text).order_by("-issued_on", "-pk")
    units = _open_first(Unit.objects.visible_to(user).search(text), day)
    members = Member.objects.visible_to(user).search(text).order_by("sort_key", "birth_year", "pk")
    people = _some(with_facts(members, day=day))
    return Hits(
        _some(directives),
        _some(_with_aliases(units, user, text, day)),
        Found(member_lines(people.rows), people.more),
        _submissions(user, text, at),
    )


def _some(rows: Any) -> Found:
    first = list(rows[: SHOWN + 1])
    return Found(first[:SHOWN], len(first) > SHOWN)


def _open_first(units: Any, day: date) -> Any:
    """Units there are on `day` and, behind them, those dissolved by then (`is_dissolved`): their past is still asked for.

    Those that are yet to open are left out.
    """
    found = units.filter(Q(opened_on=None) | Q(opened_on__lte=day))
    gone = Case(When(closed_on__lte=day, then=True), default=False, output_field=BooleanField())
    return found.annotate(is_dissolved=gone).order_by("is_dissolved", "path")


def _with_aliases(units: Any, user: User, text: str, day: date) -> Any:
    """Units found by their name and those found by another name people use."""
    others = Unit.objects.visible_to(user).filter(aliases__isnull=False).order_by().values_list("pk", "aliases__name")
    called = {pk for pk, name in others if holds(text, fold(name))}
    if not called:
        return units
    either = Q(pk__in=called) | Q(pk__in=units.order_by().values("pk"))
    return _open_first(Unit.objects.visible_to(user).filter(either), day)


def _submissions(user: User, text: str, at: datetime) -> Found:
    """By the names of who handed in, or by the code of a receipt as it is read out: a file's, or that of all that was
    handed in together.
    """
    visible, code = Submission.objects.visible_to(user), read_code(text)
    found = visible.search(text)
    if code:
        with_code = SubmissionVersion.objects.filter(Q(deposit__code=code) | Q(files__receipt__code=code)).order_by()
        found = visible.filter(Q(pk__in=found.values("pk")) | Q(pk__in=with_code.values("submission")))
    some = _some(found.with_party().order_by("-current__received_at", "-pk"))
    return Found([(one, *shown_state(one.obligation, at)) for one in some.rows], some.more)


def chips_of(
    search: Search, clusters: Iterable[Cluster], obligations: ObligationQuerySet, at: datetime
) -> list[tuple[str, list[Chip]]]:
    """Conditions by heading; pressing one puts its term into the line or takes it out. One query, for the khối there are."""
    blocks = set(obligations.order_by().values_list("unit__block", flat=True).distinct())
    groups: tuple[tuple[str, list[tuple[str, str]]], ...] = (
        ("Tình trạng", [(STATE_WORDS[state], STATE_WORDS[state]) for state in _STATES]),
        ("Hạn, ngày nộp", list(_DAYS)),
        ("Cụm", [(f'cụm:"{cluster.name}"', cluster.name) for cluster in clusters if '"' not in cluster.name]),
        ("Khối", [(f'khối:"{BLOCKS[one][0]}"', BLOCKS[one][0]) for one in BLOCKS if one in blocks]),
        ("Loại việc", [(f'loại:"{phrases[0]}"', phrases[0]) for phrases in KINDS.values()]),
    )
    return [(title, [_chip(search, *one, at) for one in sources]) for title, sources in groups if sources]


def _chip(search: Search, source: str, words: str, at: datetime) -> Chip:
    term = read_query(source, today=local_day(at)).terms[0]
    there = search.query.has(term)
    line = search.query.without(there) if there else search.query.with_term(source)
    return Chip(words[:1].upper() + words[1:], there is not None, line)


@dataclass(frozen=True, slots=True)
class Tile:
    """A saved search on the first page, with how many duties it finds now, and apart how many forms of cluster leads."""

    search: SavedSearch
    count: int
    of_leads: int = 0


def tiles_of(searches: Sequence[tuple[SavedSearch, Search]], obligations: ObligationQuerySet) -> list[Tile]:
    """The counts of at most `TILES` saved searches, in one query."""
    asked = [
        (kept, search) for kept, search in searches if search.query.is_understood and not search.query.asks_for_ended
    ][:TILES]  # a tile counts what runs
    if not asked:
        return []
    leads = Q(requirement__kind__in=LEAD_KINDS)
    counts = obligations.order_by().aggregate(
        **{f"n{index}": Count("pk", filter=search.condition() & ~leads) for index, (_, search) in enumerate(asked)},
        **{f"l{index}": Count("pk", filter=search.condition() & leads) for index, (_, search) in enumerate(asked)},
    )
    return [Tile(kept, counts[f"n{index}"], counts[f"l{index}"]) for index, (kept, _) in enumerate(asked)]
