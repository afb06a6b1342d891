"""Taking the list of acknowledgements out as a workbook, recorded.

Not here: which rows (`acknowledgement_querysets.py`), the workbook (`acknowledgement_list.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit import services as audit
from audit.services import Subject
from directives.acknowledgement_list import as_workbook, contacts_by_unit
from directives.acknowledgement_querysets import AcknowledgementQuerySet
from units.models import User
from vietnamese.dates import local_day


@transaction.atomic
def export_acknowledgements(*, rows: AcknowledgementQuerySet, by: User, at: datetime, with_contacts: bool) -> bytes:
    """The bytes of the .xlsx. Recorded as `report.export` with the number of rows and whether telephones are in it."""
    found = list(rows)
    contacts = contacts_by_unit({row.unit_id for row in found}, local_day(at)) if with_contacts else None
    content = as_workbook(found, contacts=contacts, at=at)
    audit.record(
        action="report.export",
        actor=by,
        obj=Subject("list", "", "Xác nhận đã nhận văn bản"),
        detail={"rows": len(found), "with_contacts": with_contacts},
        at=at,
    )
    return content
