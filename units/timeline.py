"""The history of a person and of a unit, in one line of time that a clerk can read: dated facts and what was recorded.

Facts come from the dated rows and are seen by whoever sees the person or unit; entries of the log only by the office.
Not here: who may see the page (`rules.py`), the history of a duty (app directives).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from audit.actions import label_of
from audit.models import AuditEntry
from audit.telling import facts_of
from units.choices import MembershipKind
from units.directory import HEAD_GROUPS, MemberFile
from units.log_words import UnitsMeaning
from units.models import Appointment, Member, Membership, Unit
from vietnamese.dates import format_date, local_day

_MOST_MOVES = 300


@dataclass(frozen=True, slots=True)
class Moment:
    """One line: a fact has a day, an entry of the log the instant of writing and who wrote."""

    day: date
    what: str
    note: str = ""
    at: datetime | None = None
    who: str = ""
    is_ahead: bool = False


def member_timeline(file: MemberFile, *, today: date, with_log: bool) -> list[Moment]:
    """Places, posts, exemptions and standing of one member, newest first; facts without a day are on the page itself."""
    facts = [*_place_facts(file, today), *_post_facts(file.appointments, today), *_exemption_facts(file, today)]
    if file.member.status_since is not None:
        facts.append(Moment(file.member.status_since, f"Tình trạng: {file.member.get_status_display().lower()}"))
    log = _log_of(Member, file.member.pk) if with_log else ()
    return _newest_first([*facts, *log])


def unit_timeline(unit: Unit, *, today: date, with_log: bool) -> list[Moment]:
    """Opening, closing, who led the unit, who came and went (the newest `_MOST_MOVES` of each), and what was recorded of
    it, newest first. Whoever sees the unit sees its people, now and before.
    """
    posts = Appointment.objects.filter(unit=unit, position__group__in=HEAD_GROUPS)
    found = posts.select_related("position", "member").order_by("pk")
    facts = [
        moment
        for post in found
        for moment in _span(post.valid_from, post.valid_to, f"{post.member.full_name}: {post.position.title}", today)
    ]
    if unit.opened_on is not None:
        facts.append(Moment(unit.opened_on, "Lập đơn vị", is_ahead=unit.opened_on > today))
    if unit.closed_on is not None:
        facts.append(Moment(unit.closed_on, "Giải thể", is_ahead=unit.closed_on > today))
    log = _log_of(Unit, unit.pk) if with_log else ()
    return _newest_first([*facts, *_comings(unit, today), *_goings(unit, today), *log])


def _comings(unit: Unit, today: date) -> Iterator[Moment]:
    came = unit.memberships.exclude(valid_from=None).select_related("member").order_by("-valid_from", "-pk")
    for place in came[:_MOST_MOVES]:
        what = f"{_person(place.member)} về sinh hoạt{_manner(place)}"
        yield Moment(place.valid_from, what, is_ahead=place.valid_from > today)


def _goings(unit: Unit, today: date) -> Iterator[Moment]:
    went = list(
        unit.memberships.exclude(valid_to=None).select_related("member").order_by("-valid_to", "-pk")[:_MOST_MOVES]
    )
    next_home = {
        (place.member_id, place.valid_from): place.unit.name
        for place in Membership.objects.filter(
            member__in=[one.member_id for one in went], kind=MembershipKind.REGULAR
        ).select_related("unit")
    }
    for place in went:
        is_home = place.kind == MembershipKind.REGULAR
        to = next_home.get((place.member_id, place.valid_to), "") if is_home else ""
        since = f"Ở đơn vị từ ngày {format_date(place.valid_from)}" if place.valid_from else ""
        what = f"{_person(place.member)} " + (f"chuyển đến {to}" if to else f"rời đơn vị{_manner(place)}")
        yield Moment(place.valid_to, what, since, is_ahead=place.valid_to > today)


def _person(member: Member) -> str:
    return f"{member.full_name} ({member.birth_year})" if member.birth_year else member.full_name


def _manner(place: Membership) -> str:
    return "" if place.kind == MembershipKind.REGULAR else f" ({place.get_kind_display().lower()})"


def _span(first: date | None, end: date | None, what: str, today: date) -> Iterator[Moment]:
    """Beginning and end of a fact, as far as they have days."""
    if first is not None:
        yield Moment(first, what, is_ahead=first > today)
    if end is not None:
        yield Moment(end, f"Thôi: {what}", is_ahead=end > today)


def _place_facts(file: MemberFile, today: date) -> Iterator[Moment]:
    for place in file.memberships:
        is_home = place.kind == MembershipKind.REGULAR
        about = place.unit.name if is_home else f"{place.get_kind_display()} tại {place.unit.name}"
        if place.valid_from is not None:
            begins = f"Sinh hoạt tại {about}" if is_home else about
            yield Moment(place.valid_from, begins, is_ahead=place.valid_from > today)
        if place.valid_to is not None:
            yield Moment(
                place.valid_to, f"Rời {about}" if is_home else f"Hết: {about}", is_ahead=place.valid_to > today
            )


def _post_facts(posts: Iterable[Appointment], today: date) -> Iterator[Moment]:
    for post in posts:
        yield from _span(post.valid_from, post.valid_to, f"{post.position.title}, {post.unit.name}", today)


def _exemption_facts(file: MemberFile, today: date) -> Iterator[Moment]:
    for exemption in file.exemptions:
        yield from _span(
            exemption.valid_from, exemption.valid_to, f"Miễn công tác và sinh hoạt đảng, {exemption.decision}", today
        )


def _log_of(model: type[Member] | type[Unit], pk: int) -> Iterator[Moment]:
    for entry in AuditEntry.objects.of_object(model._meta.label_lower, pk):
        told = ". ".join(f"{word}: {value}" for word, value in facts_of(entry, UnitsMeaning()))
        yield Moment(local_day(entry.at), f"Ghi sổ: {label_of(entry.action)}", told, entry.at, entry.actor_label)


def _newest_first(moments: list[Moment]) -> list[Moment]:
    """By day; on one day what was written down stands above the fact it wrote."""
    return sorted(
        moments, key=lambda one: (one.day, one.at is not None, one.at.timestamp() if one.at else 0), reverse=True
    )
