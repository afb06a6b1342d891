"""Who is named in a summary report: those who handed in and those who owe, with posts, leads and reminders.

Not here: the figures and the rest of the facts (`gathering.py`), the lists made of them (`annex_names.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from directives.choices import ObligationState, WaiverReason
from directives.deadlines import last_day_of
from directives.deadlines.periods import title_of_period
from directives.models import Obligation
from reports.figures import NEVER_OVERDUE, as_known_at
from reports.group_facts import Place
from reports.report_facts import EssayFacts, MissingFacts
from units.choices import Role
from units.models import Appointment, RoleGrant
from vietnamese.dates import local_day

_NO_POST: Final = "Đảng viên"


class Names:
    """The persons behind annexes 1 and 3, with their posts, in printed order."""

    def __init__(self, counted: QuerySet[Obligation], places: Mapping[int, Place], at: datetime) -> None:
        self._places = places
        self._at = at
        self._day = local_day(at)
        self._known: QuerySet[Any] = as_known_at(counted, at).filter(unit_then__in=places)
        self._posts = self._posts_by_member(counted)

    def essays(self, kind: str) -> list[EssayFacts]:
        """Who handed in by `at`, of one `kind` ("" = any); of those waived only the exempt, who wrote of their own will."""
        known = self._known.filter(requirement__kind=kind) if kind else self._known
        rows = (
            known.filter(first_then__isnull=False)
            .exclude(Q(state_then=ObligationState.WAIVED) & ~Q(waiver_reason=WaiverReason.EXEMPT))
            .order_by("member__sort_key", "requirement__order", "pk")
            .values_list(
                "unit_then",
                "member_id",
                "member__full_name",
                "requirement__title",
                "period",
                "first_then",
                "due_then",
                "state_then",
                "requirement__kind",
            )
        )
        placed = [(*row[:3], title_of_period(*row[3:5]), *row[5:]) for row in self._by_place(rows)]
        times = Counter(member_id for _, member_id, *_ in placed)
        return [
            EssayFacts(
                name=name or self._places[unit_id].name,
                posts=self._posts.get(member_id, _NO_POST) if member_id else title,
                unit=self._places[unit_id].name,
                received_at=first,
                is_late=due is not None and first >= due,
                # Whoever wrote for two duties stands there twice, told apart by the duty.
                remark="; ".join(
                    filter(None, (title if member_id and times[member_id] > 1 else "", _REMARKS.get(state, "")))
                ),
                duty=title,
                last_day=last_day_of(due) if due else None,
                kind=kind,
                is_unit=member_id is None,
                unit_kind=self._places[unit_id].kind,
            )
            for unit_id, member_id, name, title, first, due, state, kind in placed
        ]

    def missing(self) -> list[MissingFacts]:
        """Who owes and has not handed in, with the lead of the cluster and the days on which mail went out."""
        leads = self._cluster_leads()
        # The reminders stand in a room beside this one; only the name of the relation is used.
        reminded = Q(reminders__dropped_at=None, reminders__digest__mail__sent_at__lte=self._at)
        rows = (
            self._known.filter(first_then__isnull=True)
            .exclude(state_then=ObligationState.WAIVED)
            .annotate(reminded=Count("reminders__digest__day", filter=reminded, distinct=True))
            .order_by("member__sort_key", "requirement__order", "pk")
            .values_list(
                "unit_then",
                "member_id",
                "member__full_name",
                "requirement__title",
                "period",
                "reminded",
                "due_then",
                "certainty_then",
                "requirement__kind",
            )
        )
        return [
            MissingFacts(
                name=name or self._places[unit_id].name,
                posts=self._posts.get(member_id, _NO_POST) if member_id else title_of_period(title, period),
                unit=self._places[unit_id].name,
                cluster_lead=leads.get(self._places[unit_id].cluster_id, ""),
                reminders=reminded,
                duty=title_of_period(title, period),
                last_day=last_day_of(due) if due else None,
                is_planned=certainty in NEVER_OVERDUE,
                is_overdue=due is not None and due <= self._at and certainty not in NEVER_OVERDUE,
                is_unit=member_id is None,
                kind=kind,
                unit_kind=self._places[unit_id].kind,
            )
            for unit_id, member_id, name, title, period, reminded, due, certainty, kind in self._by_place(rows)
        ]

    def _by_place(self, rows: Iterable[tuple]) -> list[tuple]:
        return sorted(rows, key=lambda row: self._places[row[0]].rank)

    def _posts_by_member(self, counted: QuerySet[Obligation]) -> dict[int, str]:
        titles: dict[int, list[str]] = defaultdict(list)
        rows = (
            Appointment.objects.active(self._day)
            .filter(member__in=counted.filter(member__isnull=False).values("member"))
            .order_by("position__order", "position__title", "pk")
            .values_list("member_id", "position__title")
        )
        for member_id, title in rows:
            if title not in titles[member_id]:
                titles[member_id].append(title)
        return {member_id: ", ".join(found) for member_id, found in titles.items()}

    def _cluster_leads(self) -> dict[int | None, str]:
        leads: dict[int | None, list[str]] = defaultdict(list)
        clusters = {place.cluster_id for place in self._places.values() if place.cluster_id}
        rows = (
            RoleGrant.objects.active(self._day)
            .of_role(Role.CLUSTER_LEAD)
            .filter(cluster__in=clusters)
            .order_by("user__full_name", "pk")
            .values_list("cluster_id", "user__full_name")
        )
        for cluster_id, name in rows:
            leads[cluster_id].append(name)
        return {cluster_id: ", ".join(names) for cluster_id, names in leads.items()}


_REMARKS: Final[Mapping[str, str]] = {
    ObligationState.SUBMITTED: "Chờ duyệt",
    ObligationState.FORWARDED: "Chờ duyệt",
    ObligationState.RETURNED: "Trả lại để sửa",
    ObligationState.WAIVED: "Tự nguyện",
}
