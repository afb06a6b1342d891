"""Issuing: a draft's requirements become obligations, written set-based in one statement a requirement.

Not here: whom an audience covers (`coverage.py`), drafting (`drafts.py`), what a draft still lacks (`readiness.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, CharField, DateTimeField, F, Field, ForeignKey, QuerySet, Value

from audit import services as audit
from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.coverage import (
    addressed_memberships,
    addressed_units,
    among_exempt,
    covers_everybody,
    is_owed_by_members,
    uncovered_members,
)
from directives.deadlines.periods import next_occurrences, series_from_json
from directives.errors import IllegalMove, NotIssuable
from directives.models import Directive, Obligation, Requirement
from directives.services.acknowledging import ask_acknowledgements
from directives.services.amending import apply_amendments
from directives.services.issue_proposals import settle_proposal
from directives.services.readiness import missing_for_issue
from directives.services.secret_papers import refuse_stamped
from directives.settling import DEADLINE_COLUMNS, past_due, settle_draft
from units.models import User
from units.services.bulk_rows import refresh_statistics
from vietnamese.dates import local_day

MANY_ROWS = 10_000
"""From so many rows in one statement the planner of PostgreSQL is told at once: until it knows of them it looks up row by
row what it should set beside each other.
"""


@dataclass(frozen=True)
class Issued:
    """What issuing wrote: obligations (waived ones among them) and how many counted members nobody addressed."""

    directive: Directive
    obligations: int
    waived: int
    uncovered_members: int
    amended: int = 0
    """Obligations of earlier directives whose deadline moved or which were withdrawn."""


@transaction.atomic
def issue_directive(*, directive: Directive, by: User | None, at: datetime, knows_past: bool = True) -> Issued:
    """The draft is issued at `at`: every party addressed on that day (Asia/Ho_Chi_Minh) gets its obligation.

    Exempt members get a waived one; amendments of earlier directives are applied; a proposal that waited is fulfilled. Recorded as `directive.issue`.
    Raises SecretMarked, NotIssuable naming all that is missing, IllegalMove when it is no draft any more; without
    `knows_past` (whoever issues has been told) NotIssuable too when a deadline has passed already.
    """
    directive = Directive.objects.select_for_update().select_related("ward").get(pk=directive.pk)
    if directive.state != DirectiveState.DRAFT:  # a closed one may become issued too, by reopening alone
        raise IllegalMove(f"Văn bản đang ở trạng thái “{directive.get_state_display()}”, không ban hành lần nữa.")
    requirements = list(directive.requirements.select_related("anchor").order_by("order"))
    # Drafts may have come in before a stamp was looked for, or by another door than the form.
    texts = [text for one in requirements for text in (one.title, one.description, one.source_sentence)]
    refuse_stamped(directive.subject, directive.full_text, directive.addressees, *texts)
    # Calendar and strictness may have changed since the draft was saved: what the preview showed is what is issued.
    settle_draft(requirements, directive, at)
    missing = missing_for_issue(directive, requirements, at)
    if missing:
        raise NotIssuable(" ".join(missing))
    late = [] if knows_past else past_due(requirements, at)
    if late:
        orders = ", ".join(str(one.order) for one in late)
        raise NotIssuable(f"Hạn của yêu cầu {orders} đã qua. Sửa hạn, hoặc đánh dấu là đã biết rồi ban hành.")
    directive.state = DirectiveState.ISSUED
    directive.issued_at = at
    directive.validate_constraints()
    directive.save(update_fields=["state", "issued_at"])
    for requirement in requirements:
        requirement.save(update_fields=list(DEADLINE_COLUMNS))
    written = [_write_first(one, requirements, directive=directive, at=at) for one in requirements]
    ask_acknowledgements(directive=directive, at=at)
    settle_proposal(directive=directive, by=by, at=at)
    issued = Issued(
        directive=directive,
        obligations=sum(owed + waived for owed, waived in written),
        waived=sum(waived for _, waived in written),
        uncovered_members=_uncovered(directive, requirements, at),
        amended=apply_amendments(directive=directive, by=by, at=at),
    )
    audit.record(
        action="directive.issue",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"obligations": issued.obligations, "waived": issued.waived, "uncovered": issued.uncovered_members},
        at=at,
    )
    return issued


def _uncovered(directive: Directive, requirements: Sequence[Requirement], at: datetime) -> int:
    if covers_everybody(requirements):
        return 0
    return uncovered_members(requirements, ward=directive.ward, day=local_day(at)).count()


def _write_first(
    requirement: Requirement, everyone: Sequence[Requirement], *, directive: Directive, at: datetime
) -> tuple[int, int]:
    """What issuing gives out at once: a duty asked once, or the first period of a series (later ones: `periods.py`)."""
    if not requirement.recurrence:
        return write_obligations(requirement, everyone, directive=directive, at=at, due_at=requirement.due_at)
    series, since = series_from_json(requirement.recurrence)
    first = next_occurrences(series, since=since, number=1)[0]
    return write_obligations(
        requirement, everyone, directive=directive, at=at, due_at=first.due_at, period=first.period
    )


def write_obligations(
    requirement: Requirement,
    all_of_directive: Sequence[Requirement],
    *,
    directive: Directive,
    at: datetime,
    due_at: datetime | None,
    period: str = "",
    day: date | None = None,
) -> tuple[int, int]:
    """INSERT … SELECT for the requirement, on the roster of `day` (default: that of `at`); (rows owed, rows waived).

    Exempt members get their own statement, which begins with them: a CASE for each of three columns, or writing them
    with the others and waiving them afterwards, costs more.
    """
    day = day or local_day(at)
    owed: dict[str, object] = {
        "ward": directive.ward_id,
        "requirement": requirement.pk,
        "period": period,
        "state": ObligationState.PENDING.value,
        "due_at": due_at,
        "certainty": requirement.certainty,
        "waiver_reason": "",
        "waiver_note": "",
        "created_at": at,
    }
    if not is_owed_by_members(requirement):
        units = addressed_units(requirement, ward=directive.ward, day=day).order_by()
        return _insert_select(units.annotate(to_unit=F("pk")), ("unit",), owed), 0
    exempt = among_exempt(day)
    waived = {
        **owed,
        "state": ObligationState.WAIVED.value,
        "waiver_reason": WaiverReason.EXEMPT.value,
        "waived_at": at,
    }

    def parties(*, of_few: bool) -> QuerySet:
        found = addressed_memberships(requirement, all_of_directive, ward=directive.ward, day=day, of_few=of_few)
        return found.order_by().annotate(to_unit=F("unit_id"), to_member=F("member_id"))

    written = (
        _insert_select(parties(of_few=False).exclude(exempt), ("unit", "member"), owed),
        _insert_select(parties(of_few=True).filter(exempt), ("unit", "member"), waived),
    )
    if sum(written) >= MANY_ROWS:
        transaction.on_commit(partial(refresh_statistics, Obligation), robust=True)
    return written


def _insert_select(source: QuerySet, selected: Sequence[str], fixed: dict[str, object]) -> int:
    """INSERT INTO obligation (selected, fixed) SELECT `to_<selected>`, constants FROM source.

    The ORM has no such statement and `bulk_create` costs 2.5 times as much; names of columns come from the model,
    values travel as parameters. A rule that can meet nobody (a unit of another ward) writes nothing.
    """
    names = (*selected, *fixed)
    constants = {f"to_{name}": Value(value, output_field=_plain(name)) for name, value in fixed.items()}
    query = source.annotate(**constants).values_list(*(f"to_{name}" for name in names))
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return 0
    table = connection.ops.quote_name(Obligation._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(_column(name).column)) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {sql}", params)
        return cursor.rowcount


def _plain(name: str) -> Field:
    """The field that turns a constant into what the database stores; a key's is that of the row it points to."""
    field = _column(name)
    return field.target_field.__class__() if isinstance(field, ForeignKey) else _bare(field)


def _column(name: str) -> Field:
    """A stored field of the obligation."""
    return next(field for field in Obligation._meta.concrete_fields if field.name == name)


def _bare(field: Field) -> Field:
    """A field of the same storage without the model's choices."""
    if isinstance(field, BooleanField | DateTimeField):
        return field.__class__()
    return CharField()
