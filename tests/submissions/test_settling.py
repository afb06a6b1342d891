"""A confirm checks what no worker has checked yet: the receipt knows the pages, a bad file is told before it."""

import io
from datetime import datetime

import pikepdf
import pytest

from submissions.choices import InspectionState
from submissions.desk_forms import ConfirmForm
from submissions.models import Inspection, StagedFile
from submissions.services.inspecting import await_inspection
from submissions.services.staging import settle_before_confirm
from vault.services import put
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 4, 24, 16, tzinfo=VIETNAM)


def pdf(pages: int, password: str = "") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as content:
        for _ in range(pages):
            content.add_blank_page()
        content.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()


class Place:
    """A desk with some files on it."""

    def __init__(self, *contents: bytes) -> None:
        self.rows = []
        for number, content in enumerate(contents, 1):
            blob = put(stream=io.BytesIO(content), media_type="application/pdf", limit=10**6, now=AT)
            await_inspection(blob=blob, at=AT)
            self.rows.append(StagedFile(pk=number, blob=blob))

    def staged_by(self, user: object) -> "Place":
        return self

    def filter(self, pk__in: list[int]) -> "Place":
        self.rows = [row for row in self.rows if row.pk in pk__in]
        return self

    def all(self) -> list[StagedFile]:
        for row in self.rows:
            row.blob.refresh_from_db()
        return self.rows


def test_unchecked_files_are_checked_and_only_those_asked_for():
    place = Place(pdf(3), pdf(1, password="bi mat"), pdf(2))
    settle_before_confirm(place=place, staged_ids=[1, 2], uploaded_by=None, at=AT)
    assert list(Inspection.objects.order_by("blob_id").values_list("state", "pages", "reason")) == [
        (InspectionState.CLEAN, 3, ""),
        (InspectionState.REJECTED, None, "password"),
        (InspectionState.RECEIVED, None, ""),
    ]


def test_a_row_named_twice_is_handed_in_once():
    form = ConfirmForm({"key": "0" * 32, "rows": "5,7,5"})
    assert form.is_valid()
    assert form.cleaned_data["rows"] == [5, 7]
