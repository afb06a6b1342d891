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
from reports.drill_workbook import drill_workbook
from reports.matrix_workbook import matrix_workbook

if TYPE_CHECKING:
    from directives.models import Obligation
    from reports.matrix import Matrix
    from units.models import User


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
