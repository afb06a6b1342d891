"""The verbs that take figures out of the portal: each export is recorded in the audit log.

Not here: which rows and words (`matrix.py`, `drill.py`), the files themselves (`matrix_workbook.py`, `drill_workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from audit import services as audit
from audit.services import Subject
from reports.charts_workbook import charts_workbook
from reports.drill_workbook import drill_workbook
from reports.matrix_workbook import matrix_workbook
from reports.tallies import Figure
from reports.unit_record import RecordFilter, duties_behind, ever_given, extensions_of, is_dissolved, record_of
from reports.unit_record_workbook import record_workbook

if TYPE_CHECKING:
    from directives.models import Obligation
    from directives.querysets import ObligationQuerySet
    from reports.charts import Charts
    from reports.matrix import Matrix
    from units.models import Unit, User


@transaction.atomic
def export_matrix(*, actor: User, matrix: Matrix, committee: str) -> bytes:
    """The matrix as the actor sees it, as .xlsx; recorded with the number of units and requirements."""
    content = matrix_workbook(matrix, committee=committee)
    audit.record(
        action="report.export",
        actor=actor,
        obj=Subject("matrix", "", "Bảng theo dõi"),
        detail={"units": matrix.shown, "requirements": len(matrix.columns)},
        at=matrix.at,
    )
    return content


@transaction.atomic
def export_names(
    *, actor: User, obligations: Iterable[Obligation], title: str, at: datetime, with_contacts: bool
) -> bytes:
    """The list behind a number as .xlsx; recorded with its title and whether contacts were in it."""
    content = drill_workbook(obligations, title=title, at=at, with_contacts=with_contacts)
    audit.record(
        action="report.export",
        actor=actor,
        obj=Subject("list", "", title),
        detail={"with_contacts": with_contacts},
        at=at,
    )
    return content


@transaction.atomic
def export_record(*, actor: User, unit: Unit, obligations: ObligationQuerySet, at: datetime) -> bytes:
    """The record of a unit over the years as .xlsx; recorded with the unit."""
    everything = RecordFilter(figure=Figure.ASSIGNED)
    content = record_workbook(
        record_of(obligations, everything, at),
        unit=unit.name,
        duties=ever_given(obligations) if is_dissolved(unit, at) else duties_behind(obligations, everything, at),
        extensions=extensions_of(obligations),
        at=at,
    )
    audit.record(action="report.export", actor=actor, obj=unit, ward_id=unit.ward_id, detail={}, at=at)
    return content


@transaction.atomic
def export_charts(*, actor: User, charts: Charts, title: str) -> bytes:
    """The charts as .xlsx with native charts; recorded with what they are about."""
    content = charts_workbook(charts, title=title)
    audit.record(action="report.export", actor=actor, obj=Subject("list", "", title), detail={}, at=charts.at)
    return content
