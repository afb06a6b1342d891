"""The desk, photographs, long scans and page images with the vault in a bucket: every byte goes there and comes back.

An S3-compatible service in this process; what is asked of another node is asked of a store made anew.
Not here: the store's own promises (`tests/vault/test_s3.py`), the same on a disk (`test_resuming.py`, `test_scans.py`).
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from unittest.mock import patch

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from zeal import zeal_ignore

from submissions.choices import PAGE_WIDTH
from submissions.models import Deposit, LongScan, PageImage, StagedFile, SubmittedFile
from submissions.services.inspecting import inspect_now
from submissions.services.page_images import draw_ahead
from submissions.services.scans import THUMB_WIDTH
from submissions.tasks import read_scans
from tests.factories.units import make_user
from tests.submissions.pdf_samples import scan
from tests.submissions.photo_samples import photograph
from tests.submissions.test_desk_views import Desk
from tests.submissions.test_resuming import NOW, Sender, content_of
from tests.submissions.test_scans import long_scan
from tests.vault.test_s3 import BUCKET, bucket, keys  # noqa: F401 (a fixture)
from units.choices import Role
from vault.s3 import S3Store
from vault.services import read_verified

pytestmark = pytest.mark.django_db


def another_node() -> None:
    """Forget the store of this process: the next call makes one that has only the bucket."""
    storages._storages.pop("vault", None)


def pieces(bucket) -> list[str]:  # noqa: F811
    return [key for key in keys(bucket) if key.startswith("uploads/")]


@pytest.fixture
def sender(client, bucket):  # noqa: F811
    with time_machine.travel(NOW, tick=False):
        yield Sender(client)


@pytest.fixture
def place(client, bucket):  # noqa: F811
    with time_machine.travel(NOW, tick=False):
        place = Desk()
        client.force_login(place.secretary)
        place.client = client
        yield place


def test_pieces_taken_by_several_nodes_become_one_file_and_one_receipt(sender, bucket):  # noqa: F811
    content = content_of()
    url = sender.begin(content)["Location"]
    third = len(content) // 3
    for number, (start, end) in enumerate(((0, third), (third, 2 * third)), start=1):
        sender.send(url, content[start:end], start)
        assert len(pieces(bucket)) == number
        another_node()
        assert sender.ask(url)["Upload-Offset"] == str(end)
    assert sender.send(url, content[2 * third :], 2 * third).status_code == 204
    sha256 = hashlib.sha256(content).hexdigest()
    assert keys(bucket) == [f"objects/{sha256}"]
    staged = StagedFile.objects.get()
    inspect_now(blob=staged.blob, at=NOW)
    desk = [sender.requirement.pk, sender.unit.pk]
    said = {"key": "0" * 36, "rows": staged.pk}
    sender.client.post(reverse("submissions:desk_confirm", args=desk), said)
    file = SubmittedFile.objects.select_related("receipt").get()
    assert (file.receipt.sha256, file.receipt.pages) == (sha256, 3)
    another_node()
    answer = sender.client.get(reverse("submissions:download", args=[file.pk]))
    assert answer.getvalue() == content


def test_pieces_given_up_leave_the_bucket(sender, bucket):  # noqa: F811
    content = content_of()
    url = sender.begin(content)["Location"]
    sender.send(url, content[:100], 0)
    assert len(pieces(bucket)) == 1
    sender.client.delete(url, headers={"Tus-Resumable": "1.0.0"})
    assert keys(bucket) == []


def test_photographs_are_bound_from_the_bucket(place):
    files = [SimpleUploadedFile(f"Trịnh Quốc Việt {n}.jpg", photograph(number=n), "image/jpeg") for n in (1, 2)]
    with zeal_ignore():  # each photograph is kept by itself
        place.client.post(place.url("desk_upload"), {"tep": files})
    staged = StagedFile.objects.get()
    inspect_now(blob=staged.blob, at=NOW)
    another_node()
    thumb = reverse("submissions:desk_photo", args=[staged.pk, staged.photos.first().pk])
    assert Image.open(BytesIO(place.client.get(thumb).content)).format == "JPEG"
    place.confirm()
    assert Deposit.objects.get().receipts.get().pages == 2


def test_a_long_scan_is_read_and_cut_from_the_bucket(place):
    given = SimpleUploadedFile("cả tập.pdf", long_scan(place), "application/pdf")
    url = place.client.post(place.url("scan_begin"), {"tep": given}).url
    another_node()
    read_scans()
    found = LongScan.objects.select_related("blob").get()
    assert (found.failure, found.pages_read) == ("", 8)
    # The grid's pages were drawn while the scan was here: it is not fetched again for each of them.
    with patch.object(S3Store, "open", autospec=True, side_effect=S3Store.open) as asked:
        for page in (3, 4, 6, 7):
            image = place.client.get(reverse("submissions:scan_page", args=[found.pk, page]))
            assert Image.open(BytesIO(image.content)).width == THUMB_WIDTH
    assert len(asked.call_args_list) == 4
    assert found.blob.sha256 not in {call.args[1] for call in asked.call_args_list}
    rows = {"row": ["1"], "first-1": 3, "last-1": 4, "party-1": place.of(place.viet).pk, "take-1": "1"}
    with zeal_ignore():
        assert place.client.post(url, rows).status_code == 302
    staged = StagedFile.objects.get()
    assert inspect_now(blob=staged.blob, at=NOW).pages == 2


def test_page_images_lie_in_the_bucket_and_an_altered_one_is_never_served(place, bucket):  # noqa: F811
    place.drop(("Trinh Quoc Viet.pdf", scan(pages=2)))
    place.confirm()
    file = SubmittedFile.objects.select_related("blob__inspection").get()
    assert draw_ahead(inspection=file.blob.inspection, at=NOW) == 5
    another_node()
    place.client.force_login(make_user(Role.OFFICE, place.ward))
    page = reverse("submissions:page", args=[file.pk, 2, "lon"])
    drawn = Image.open(BytesIO(place.client.get(page).getvalue()))
    assert (drawn.format, drawn.width) == ("JPEG", PAGE_WIDTH)

    kept = PageImage.objects.select_related("image").get(page=2, width=PAGE_WIDTH)
    right = read_verified(blob=kept.image, now=NOW)
    bucket.put_object(Bucket=BUCKET, Key=f"objects/{kept.image.sha256}", Body=right[:-4] + b"evil")
    another_node()
    answer = place.client.get(page)
    shown = answer.getvalue() if answer.status_code == 200 else b""
    assert not shown.endswith(b"evil")
    assert f"quarantine/{kept.image.sha256}" in keys(bucket)
