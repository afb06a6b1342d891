"""A stored file that is gone or altered: named to the administrator with the next step, and brought back from a backup."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from phucloi_portal.keeping.backup import back_up
from submissions.models import SubmittedFile
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.vault.test_services import alter
from units.choices import Role
from vault.models import Blob
from vault.services import open_verified
from vault.store import current_store
from vault.tasks import scrub_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost() -> SubmittedFile:
    """A paper whose bytes are deleted behind the portal's back."""
    cell = make_unit(make_ward(), name="Chi bộ Tổ dân phố số 5")
    essay = make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell, name="Nguyễn Văn An"))
    return hand_in_one(essay, make_file(make_inspected(), "an.pdf")).files.get()


def delete_bytes(blob: Blob) -> None:
    current_store().remove(blob.sha256)


def test_the_administrator_reads_which_paper_is_missing_and_what_to_do(lost: SubmittedFile, client: Client) -> None:
    ward = lost.version.submission.obligation.ward
    client.force_login(make_user(Role.ADMIN, ward))
    page, home = reverse("health_details"), reverse("reports:office_home")
    assert "tệp trong kho mất" not in client.get(home).content.decode()
    delete_bytes(lost.blob)
    scrub_all()
    first = Blob.objects.get(pk=lost.blob_id).missing_since
    scrub_all()
    assert Blob.objects.get(pk=lost.blob_id).missing_since == first, "the first night counts"
    assert "1 tệp trong kho mất hoặc hỏng" in client.get(home).content.decode()
    shown = client.get(page).content.decode()
    for words in (
        "Có 1 tệp không còn trong kho.",
        lost.canonical_name,
        "Bài thu hoạch Nghị quyết số 02-NQ/TW, Nguyễn Văn An",
        "Không còn trong kho, thấy lúc",
        "restore THƯ-MỤC-SAO-LƯU --missing",
    ):
        assert words in shown
    client.force_login(make_user(Role.ADMIN, make_ward(name="Việt Hưng", code="VH")))
    other = client.get(page).content.decode()
    assert "Có 1 tệp không còn trong kho." in other
    assert "Nguyễn Văn An" not in other


def test_lost_and_altered_files_come_back_from_a_backup(lost: SubmittedFile, tmp_path: Path, client: Client) -> None:
    altered = make_blob()
    back_up(tmp_path, at=timezone.now(), by="backup")
    never_kept = make_blob()
    delete_bytes(lost.blob)
    delete_bytes(never_kept)
    alter(altered, b"another")
    scrub_all()
    assert set(Blob.objects.damaged()) == {lost.blob, altered, never_kept}
    with pytest.raises(SystemExit):
        call_command("restore", str(tmp_path), "--missing")
    assert list(Blob.objects.damaged()) == [never_kept]
    for blob in (lost.blob, altered):
        with open_verified(blob=Blob.objects.get(pk=blob.pk), now=timezone.now()) as content:
            assert content.read(5) == b"%PDF-"
    assert AuditEntry.objects.latest("store.restore").data["files"] == 2
    scrub_all()
    assert list(Blob.objects.damaged()) == [never_kept]


def test_a_file_that_is_there_again_is_unmarked(lost: SubmittedFile) -> None:
    with open_verified(blob=lost.blob, now=timezone.now()) as stream:
        content = stream.read()
    delete_bytes(lost.blob)
    scrub_all()
    assert list(Blob.objects.damaged()) == [lost.blob]
    make_blob(content)
    assert list(Blob.objects.damaged()) == []
