"""Letters and bundles past their term, and bundles that hold a paper whose time has come.

A bundle's archives and joined PDFs hold the papers themselves, so they go with the first of them; lists and cover
letter stay until the bundle's own term. Rows, numbers of the register and hashes stay and bear witness.
Not here: other classes (`retention_classes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q, QuerySet

from privacy.models import Hold
from reports.choices import PartKind
from reports.models import BundlePart, ChasingLetter, ForwardingBundle
from submissions.models import SubmittedFile
from units.models import Unit
from vault.models import Blob
from vault.services import mark_destroyed

WITH_PAPERS: Final = (PartKind.ARCHIVE, PartKind.MERGED)


def parts_holding(files: Iterable[SubmittedFile]) -> QuerySet[BundlePart]:
    """Archives and joined PDFs, still there, of the bundles that hold one of the files; none whose bytes something else has."""
    bundles = ForwardingBundle.objects.filter(items__file__in=[file.pk for file in files])
    there = Blob.objects.filter(destroyed_at=None).unreferenced(apart_from=(BundlePart,))
    parts = BundlePart.objects.filter(bundle__in=bundles.values("pk"), kind__in=WITH_PAPERS, blob__in=there)
    return parts.select_related("blob", "bundle__directive").order_by("bundle", "order")


def part_lines(files: Sequence[SubmittedFile]) -> list[dict[str, str]]:
    """What the record says of the bundles that go with the files."""
    return [
        {"label": f"Đợt {part.bundle.round}, {part.name}: gói có bài trên", "sha256": part.blob.sha256}
        for part in parts_holding(files)
    ]


def destroy_parts(parts: Iterable[BundlePart], at: datetime) -> list[str]:
    """Their bytes go, unless something else has the same."""
    return _destroy({part.blob_id for part in parts}, BundlePart, at)


def bundles_due(ward: Unit, before: datetime) -> QuerySet[ForwardingBundle]:
    """Made before, with a file still there, of a directive that is not held."""
    there = BundlePart.objects.filter(blob__destroyed_at=None).values("bundle")
    made = ForwardingBundle.objects.filter(ward=ward, made_at__lt=before, pk__in=there)
    return made.exclude(directive__in=Hold.objects.values("directive")).select_related("directive").order_by("pk")


def bundle_label(bundle: ForwardingBundle) -> dict[str, str]:
    return {"label": f"Gói chuyển tiếp đợt {bundle.round} về {bundle.directive.reference}"}


def destroy_bundles(bundles: Sequence[ForwardingBundle], at: datetime) -> list[str]:
    """Every file of theirs goes."""
    return destroy_parts(BundlePart.objects.filter(bundle__in=[one.pk for one in bundles]), at)


def letters_due(ward: Unit, before: datetime) -> QuerySet[ChasingLetter]:
    """Made before, its paper still there, of a directive that is not held."""
    there = Q(docx__destroyed_at=None) | Q(pdf__isnull=False, pdf__destroyed_at=None)
    made = ChasingLetter.objects.filter(there, ward=ward, made_at__lt=before)
    held = Hold.objects.values("directive")
    return made.exclude(directive__in=held).select_related("directive", "docx", "pdf").order_by("pk")


def letter_label(letter: ChasingLetter) -> dict[str, str]:
    return {"label": f"Công văn đôn đốc về {letter.directive.reference}", "sha256": (letter.pdf or letter.docx).sha256}


def destroy_letters(letters: Sequence[ChasingLetter], at: datetime) -> list[str]:
    """Both papers go; number, instant and counts stay, because a later letter cites them."""
    pks = {pk for one in letters for pk in (one.pdf_id, one.docx_id) if pk}
    return _destroy(pks, ChasingLetter, at)


def _destroy(pks: set[int], holder: type[models.Model], at: datetime) -> list[str]:
    held = list(Blob.objects.select_for_update().filter(pk__in=pks).order_by("sha256"))
    alone = Blob.objects.filter(pk__in=[one.pk for one in held]).unreferenced(apart_from=(holder,))
    return mark_destroyed(blobs=alone, at=at)
