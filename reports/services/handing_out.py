"""Handing out a document of a report; each time is recorded.

Not here: making it (`compiling.py`), the HTTP answer (`views/summaries.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from django.db import transaction

from audit import services as audit
from reports.errors import DocumentMissing
from reports.models import SummaryReport
from reports.report_page import document_name
from reports.services.compiling import DOCX, PDF, XLSX
from units.models import User
from vault import services as vault

MEDIA_TYPES: Final = {"pdf": PDF, "docx": DOCX, "xlsx": XLSX}


@dataclass(frozen=True)
class HandedOut:
    """A document ready to be sent: its verified bytes, file name, media type and size in bytes."""

    stream: BinaryIO
    name: str
    media_type: str
    size: int


@transaction.atomic
def hand_out(*, report: SummaryReport, extension: str, by: User | None, now: datetime) -> HandedOut:
    """The document of the report with this `extension` (pdf, docx, xlsx); the caller closes the stream.

    Recorded as `report.download`. Raises DocumentMissing when there is none (not compiled yet, no Pango, no such
    kind), and what the vault raises for altered or missing bytes.
    """
    blob = getattr(report, extension) if extension in MEDIA_TYPES else None
    if blob is None:
        raise DocumentMissing
    stream = vault.open_verified(blob=blob, now=now)
    audit.record(
        action="report.download",
        actor=by,
        obj=report,
        ward_id=report.ward_id,
        detail={"kind": extension, "sha256": blob.sha256},
        at=now,
    )
    return HandedOut(stream, document_name(report, extension), MEDIA_TYPES[extension], blob.size)
