"""The members of a unit as whoever answers for it sees them: who has written, who has an account or a personal link.

A fixed number of queries, whatever the length of the list.
Not here: handing links out (`units.services.links`), the printed slips (`link_slips.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from directives.choices import DirectiveState, ObligationState
from directives.models import Obligation
from directives.shown_state import shown_state
from units.models import Member, Membership, PersonalLink, Unit, User
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from submissions.models import SubmissionVersion

OWING, MISSING, EXPIRED, EVERYBODY = "con-no", "thieu", "het-han", "tat-ca"
_MOST_DIGITS = 18
"""Whom slips are printed for: who has neither account nor link and owes something today; all who have neither; whose
slip has run out; everybody without account."""


@dataclass(frozen=True, slots=True)
class Work:
    """One duty of a member: its display state, and how it was handed in when another did it for him."""

    obligation: Obligation
    state: str
    words: str
    on_behalf: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One member with his ways in and his work."""

    member: Member
    unit: Unit | None
    has_account: bool
    is_locked: bool
    """Has an account, but a locked one."""
    link: PersonalLink | None
    is_live: bool
    work: list[Work]


@dataclass(frozen=True, slots=True)
class Ways:
    """How many of the unit's members come in how."""

    members: int
    accounts: int
    links: int
    """Of those without account, with a link that stands."""
    missing: int
    """With neither; a locked account is none."""
    owing: int
    """Of those missing, who owe something today."""
    expired: int
    """Of those missing, whose slip has run out."""

    @property
    def without_account(self) -> int:
        """Whom slips are for."""
        return self.links + self.missing


def people_of(user: User, unit: Unit, at: datetime) -> QuerySet[Any]:
    """Members counted in the unit or below it that the account sees, by given name, with `has_account`, `is_locked`,
    `has_link`, `has_expired`, `owes`."""
    accounts = User.objects.filter(member=OuterRef("pk"))
    owed = Obligation.objects.owing(at).filter(member=OuterRef("pk"))
    links = PersonalLink.objects.live(at).filter(member=OuterRef("pk"))
    ran_out = PersonalLink.objects.ran_out(at).filter(member=OuterRef("pk"))
    members = Member.objects.visible_to(user).within(unit, local_day(at)).select_related("ward__profile")
    found = members.annotate(
        has_account=Exists(accounts.filter(is_active=True)),
        is_locked=Exists(accounts.filter(is_active=False)),
        has_link=Exists(links),
        has_expired=Exists(ran_out),
        owes=Exists(owed),
    )
    return found.order_by("sort_key", "birth_year", "pk")


def narrowed(people: QuerySet[Any], *, text: str, way: str) -> QuerySet[Any]:
    """Of them those found by name and by the way they come in, or who still owe ("no")."""
    found = people.search(text) if text else people  # type: ignore[attr-defined]
    if way == "tai-khoan":
        return found.filter(has_account=True)
    if way == "lien-ket":
        return found.filter(has_link=True)
    if way == "het-han":
        return found.filter(has_account=False, has_expired=True)
    if way == "chua":
        return found.filter(has_account=False, has_link=False)
    if way == "no":
        return found.filter(owes=True)
    return found


def ways_of(people: QuerySet[Any]) -> Ways:
    """The counts of the head line; one query."""
    rows = list(people.order_by().values_list("has_account", "has_link", "owes", "has_expired"))
    accounts = sum(has_account for has_account, *_ in rows)
    links = sum(has_link and not has_account for has_account, has_link, *_ in rows)
    owing = sum(owes and not (has_account or has_link) for has_account, has_link, owes, _ in rows)
    expired = sum(has_expired and not has_account for has_account, _, _, has_expired in rows)
    return Ways(len(rows), accounts, links, len(rows) - accounts - links, owing, expired)


def to_print(people: QuerySet[Any], whom: str) -> list[Member]:
    """Members for whom slips are asked for: OWING, MISSING, EXPIRED, EVERYBODY, or one by his number; nobody for anything else."""
    if whom in (OWING, MISSING):
        missing = people.filter(has_account=False, has_link=False)
        return list(missing.filter(owes=True) if whom == OWING else missing)
    if whom == EXPIRED:
        return list(people.filter(has_account=False, has_expired=True))
    if whom == EVERYBODY:
        return list(people.filter(has_account=False))
    return list(people.filter(pk=int(whom))) if _is_key(whom) else []


def to_revoke(user: User, unit: Unit, whom: str, at: datetime) -> list[PersonalLink]:
    """Standing links of the unit, all (EVERYBODY) or one member's."""
    standing = PersonalLink.objects.visible_to(user).within(unit, at).filter(revoked_at=None).order_by("pk")
    if whom == EVERYBODY:
        return list(standing)
    return list(standing.filter(member=int(whom))) if _is_key(whom) else []


def _is_key(whom: str) -> bool:
    return whom.isdecimal() and len(whom) < _MOST_DIGITS


def rows_of(people: Iterable[Any], at: datetime) -> list[PersonRow]:
    """The rows of a page; three queries."""
    members = list(people)
    units = units_of(members, at)
    links = {one.member_id: one for one in PersonalLink.objects.filter(member__in=members, revoked_at=None)}
    work = _work_of(members, at)
    return [
        PersonRow(
            member=one,
            unit=units.get(one.pk),
            has_account=one.has_account,
            is_locked=one.is_locked and not one.has_account,
            link=links.get(one.pk),
            is_live=one.pk in links and links[one.pk].is_live(at),
            work=work[one.pk],
        )
        for one in members
    ]


def units_of(members: Iterable[Member], at: datetime) -> dict[int, Unit]:
    """Member → the unit he is counted in."""
    places = Membership.objects.counted(local_day(at)).filter(member__in=list(members)).select_related("unit")
    return {one.member_id: one.unit for one in places}


def _work_of(members: list[Member], at: datetime) -> dict[int, list[Work]]:
    """Duties of issued directives that were not waived, by their last day."""
    duties = (
        Obligation.objects.filter(member__in=members, requirement__directive__state=DirectiveState.ISSUED)
        .exclude(state=ObligationState.WAIVED)
        .select_related(
            "requirement",
            "member",
            "unit",
            "submission__current__deposit__unit",
            "submission__current__deposit__submitted_by",
            "submission__current__deposit__submitted_by_member",
        )
        .order_by("due_at", "pk")
    )
    work: dict[int, list[Work]] = defaultdict(list)
    for one in duties:
        work[one.member_id or 0].append(Work(one, *shown_state(one, at), _on_behalf(one)))
    return work


def _on_behalf(obligation: Obligation) -> str:
    submission = getattr(obligation, "submission", None)
    version: SubmissionVersion | None = submission.current if submission else None
    return version.handed_in_by if version is not None and version.on_behalf else ""
