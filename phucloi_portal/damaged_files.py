"""Which papers the contents belong to that a scrub found missing or altered: named, with where to look.

Not here: finding them (`vault.services`), bringing them back (`keeping.backup`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from directives.models import Directive, DirectiveAttachment
from submissions.models import SubmittedFile
from vault.models import Blob

if TYPE_CHECKING:
    from units.models import User

SHOWN = 100


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """One file: its name, what it is about, what is wrong since when, the page about it ("" = none the reader has)."""

    name: str
    about: str
    what: str
    since: datetime
    sha256: str
    url: str = ""


def damaged_files(user: User) -> list[DamagedFile]:
    """The first hundred, papers the reader may see by name; the rest (images, copies, other wards') by their size."""
    blobs = {blob.pk: blob for blob in Blob.objects.damaged().order_by("pk")[:SHOWN]}
    if not blobs:
        return []
    handed_in = SubmittedFile.objects.visible_to(user).filter(blob__in=blobs).order_by("pk")
    found = []
    for file in handed_in.select_related(
        "version__submission__obligation__requirement",
        "version__submission__obligation__member",
        "version__submission__obligation__unit",
    ):
        obligation = file.version.submission.obligation
        about = f"{obligation.title}, {obligation.member or obligation.unit}"
        url = reverse("submissions:obligation_versions", args=[obligation.pk])
        found.append(_told(blobs[file.blob_id], file.canonical_name, about, url))
    papers = Directive.objects.visible_to(user).values("pk")
    attached = DirectiveAttachment.objects.filter(blob__in=blobs, directive__in=papers).order_by("pk")
    for one in attached.select_related("directive"):
        url = reverse("directives:directive", args=[one.directive_id])
        found.append(_told(blobs[one.blob_id], one.name, f"Tệp kèm {one.directive}", url))
    named = {one.sha256 for one in found}
    rest = [blob for blob in blobs.values() if blob.sha256 not in named]
    return [*found, *(_told(blob, "Tệp khác trong kho", blob.media_type, "") for blob in rest)]


def _told(blob: Blob, name: str, about: str, url: str) -> DamagedFile:
    missing = blob.missing_since is not None
    since = blob.missing_since or blob.quarantined_at or blob.created_at
    return DamagedFile(
        name, about, "Không còn trong kho" if missing else "Khác lúc nhận, đã cách ly", since, blob.sha256, url
    )
