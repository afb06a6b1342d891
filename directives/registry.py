"""Rows of the register: a paper with how much it asks, its next last day and what still waits for the reader's units.

Not here: the paper's own page (`paper.py`), filters as input (`forms.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from directives.choices import DirectiveState
from directives.models import IssueProposal, LegalBasis, Obligation, Requirement
from directives.querysets import DirectiveQuerySet
from units.models import CommitteeProfile, User
from vietnamese.collation import collation_key

ORDERS = {
    "ngay": ("issued_on", "number", "pk"),
    "so": ("kind", "-number", "-issued_on", "pk"),
    "han": (F("next_due_at").asc(nulls_last=True), "-issued_on", "pk"),
    "no": ("-owing", "-issued_on", "pk"),
}
"""Orders of the register besides its own, by their key in the address."""


def register_rows(
    visible: DirectiveQuerySet, wanted: Mapping[str, Any], *, user: User, at: datetime
) -> DirectiveQuerySet:
    """The papers wanted (`narrowed`), in the order wanted: drafts first, then by issue date, latest first, or by `xep`.

    Adds `asks` (requirements), `next_due_at` (the nearest deadline still to come) and `owing` (what is still owed by
    those the reader may see), `proposal_state` (of its latest proposal to be issued; None without one).
    """
    found = narrowed(visible, wanted)
    requirements = Requirement.objects.filter(directive=OuterRef("pk")).order_by().values("directive")
    owing = (
        Obligation.objects.visible_to(user)
        .owing(at)
        .filter(requirement__directive=OuterRef("pk"))
        .order_by()
        .values("requirement__directive")
    )
    first = Case(When(state=DirectiveState.DRAFT, then=Value(0)), default=Value(1), output_field=IntegerField())
    proposals = IssueProposal.objects.filter(directive=OuterRef("pk")).order_by("-proposed_at", "-pk")
    return found.annotate(
        asks=_counted(requirements.annotate(n=Count("pk"))),
        next_due_at=Subquery(requirements.filter(Q(due_at__gt=at)).annotate(n=Min("due_at")).values("n")),
        owing=_counted(owing.annotate(n=Count("pk"))),
        proposal_state=Subquery(proposals.values("state")[:1]),
    ).order_by(*ORDERS.get(wanted.get("xep") or "", (first, "-issued_on", "-number", "-pk")))


def narrowed(visible: DirectiveQuerySet, wanted: Mapping[str, Any]) -> DirectiveQuerySet:
    """By `q`, `loai`, `trang_thai`, `nam`, `nhiem_ky` (TermSpan), `co_quan` (issuer), `phia` ("di": the committee's own,
    "den": of others); empty values do not narrow.
    """
    found = visible.search(wanted["q"]) if wanted.get("q") else visible
    for name, column in (("loai", "kind"), ("trang_thai", "state"), ("nam", "issued_on__year"), ("co_quan", "issuer")):
        if wanted.get(name):
            found = found.filter(**{column: wanted[name]})
    span = wanted.get("nhiem_ky")
    if span is not None:
        found = found.filter(ward=span.term.ward_id, issued_on__gte=span.first)
        found = found.filter(issued_on__lt=span.end) if span.end else found
    if not wanted.get("phia"):
        return found
    own = Q(issuer=F("ward__profile__name"))
    for profile in CommitteeProfile.objects.exclude(former_names=[]):
        own |= Q(ward=profile.unit_id, issuer__in=profile.former_names)
    return found.filter(own if wanted["phia"] == "di" else ~own)


def issuers_of(visible: DirectiveQuerySet) -> list[str]:
    """The bodies whose papers the reader may open, the Vietnamese way. One query."""
    return sorted(visible.order_by().values_list("issuer", flat=True).distinct(), key=collation_key)


def unregistered_citations(visible: DirectiveQuerySet) -> QuerySet[LegalBasis]:
    """Papers cited as căn cứ that are not in the register, the latest citing paper first."""
    open_ones = LegalBasis.objects.filter(cited=None, directive__in=visible.order_by().values("pk"))
    return open_ones.select_related("directive").order_by("-directive__issued_on", "directive_id", "order", "pk")


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)
