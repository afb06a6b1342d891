"""Handing out letters and bundles, to a browser or into a folder; each time is recorded.

Not here: summary reports (`handing_out.py`), making them (`chasing.py`, `bundling.py`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from audit import services as audit
from reports.errors import DocumentMissing
from reports.models import BundlePart, ChasingLetter, ForwardingBundle
from reports.services.compiling import DOCX, PDF
from reports.services.handing_out import HandedOut, write_whole
from units.models import User
from vault import services as vault
from vietnamese.dates import VIETNAM
from vietnamese.paths import safe_file_name

MEDIA_TYPES: Final = {"pdf": PDF, "docx": DOCX}


@transaction.atomic
def hand_out_letter(*, letter: ChasingLetter, extension: str, by: User | None, now: datetime) -> HandedOut:
    """The letter as PDF or Word; the caller closes the stream. Recorded as `letter.download`. Raises DocumentMissing."""
    blob = getattr(letter, extension) if extension in MEDIA_TYPES else None
    if blob is None:
        raise DocumentMissing
    stream = vault.open_verified(blob=blob, now=now)
    detail = {"kind": extension, "sha256": blob.sha256}
    audit.record(action="letter.download", actor=by, obj=letter, ward_id=letter.ward_id, detail=detail, at=now)
    day = letter.at.astimezone(VIETNAM)
    name = f"Công văn đôn đốc {letter.directive.reference.replace('/', '-')} {day.day}-{day.month}-{day.year}"
    return HandedOut(stream, safe_file_name(name, f".{extension}"), MEDIA_TYPES[extension], blob.size)


@transaction.atomic
def hand_out_part(*, part: BundlePart, by: User | None, now: datetime) -> HandedOut:
    """A file of a bundle; the caller closes the stream. Recorded as `bundle.download` with how many papers it may hold."""
    stream = vault.open_verified(blob=part.blob, now=now)
    bundle = part.bundle
    detail = {"kind": part.kind, "name": part.name, "papers": bundle.items.count(), "sha256": part.blob.sha256}
    audit.record(action="bundle.download", actor=by, obj=bundle, ward_id=bundle.ward_id, detail=detail, at=now)
    return HandedOut(stream, part.name, part.blob.media_type, part.blob.size)


def save_letter(*, letter: ChasingLetter, folder: Path, by: User | None, now: datetime) -> dict[str, str | None]:
    """Writes both papers into `folder`; the paths by kind, None for a PDF that there is not."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[str, str | None] = {}
    for extension in MEDIA_TYPES:
        try:
            handed = hand_out_letter(letter=letter, extension=extension, by=by, now=now)
        except DocumentMissing:
            paths[extension] = None
            continue
        with handed.stream:
            paths[extension] = write_whole(folder / handed.name, handed.stream)
    return paths


def save_bundle(*, bundle: ForwardingBundle, folder: Path, by: User | None, now: datetime) -> list[str]:
    """Writes every file of the bundle into `folder`; the paths in the order of the parts."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for part in bundle.parts.select_related("blob", "bundle"):
        handed = hand_out_part(part=part, by=by, now=now)
        with handed.stream:
            paths.append(write_whole(folder / handed.name, handed.stream))
    return paths
