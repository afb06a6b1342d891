"""The vault's verbs on the local store: put, read verified, scrub, sweep.

Not here: the S3 store (`test_s3.py`), kills and races (`tests/faults/test_vault.py`).
"""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from directives.choices import DirectiveKind
from directives.models import Directive, DirectiveAttachment
from tests.factories.units import make_ward
from vault.errors import BlobAltered, BlobMissing, TooLarge
from vault.local import LocalStore
from vault.models import Blob
from vault.services import (
    Fault,
    SweepReport,
    open_verified,
    place,
    put,
    read_verified,
    receive,
    scrub,
    sweep_orphans,
)
from vault.store import current_store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 24, 9, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=25)
CONTENT = b"%PDF-1.7\nbai thu hoach"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def store() -> LocalStore:
    """The store under test."""
    found = current_store()
    assert isinstance(found, LocalStore)
    return found


def put_bytes(content: bytes = CONTENT, *, now: datetime = NOW) -> Blob:
    """Put one small content."""
    return put(stream=io.BytesIO(content), media_type="application/pdf", limit=10**6, now=now)


def alter(blob: Blob, content: bytes) -> None:
    """What a failing disk or a hand in the folder does."""
    path = store().path_of(blob.sha256)
    path.chmod(0o640)
    path.write_bytes(content)


def attach(blob: Blob) -> None:
    """Let a row of another app point to the blob."""
    directive = Directive.objects.create(
        ward=make_ward(), kind=DirectiveKind.CV, symbol="CV/ĐU", issuer="Đảng ủy", subject="Học tập", created_at=NOW
    )
    DirectiveAttachment.objects.create(
        directive=directive, blob=blob, name="a.pdf", media_type="application/pdf", added_at=NOW
    )


def stored_files() -> list[str]:
    """Every file below the vault's folder, by relative path."""
    root = store().root
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_put_keeps_bytes_under_their_hash_and_one_row() -> None:
    blob = put_bytes()
    assert (blob.sha256, blob.size, blob.media_type, blob.created_at, blob.last_put_at) == (
        SHA256,
        len(CONTENT),
        "application/pdf",
        NOW,
        NOW,
    )
    assert stored_files() == [f"objects/{SHA256[:2]}/{SHA256}"]
    assert read_verified(blob=blob, now=NOW) == CONTENT


def test_the_same_bytes_again_are_the_same_row() -> None:
    first, second = put_bytes(), put_bytes(now=LATER)
    assert (first.pk, second.created_at, second.last_put_at) == (second.pk, NOW, LATER)
    assert Blob.objects.get() == second
    assert stored_files() == [f"objects/{SHA256[:2]}/{SHA256}"]


def test_only_a_row_that_nobody_else_can_know_yet_is_called_new() -> None:
    def placed() -> Blob:
        staged = receive(stream=io.BytesIO(CONTENT), limit=10**6)
        return place(staged=staged, media_type="application/pdf", now=NOW)

    assert [placed().is_new, placed().is_new] == [True, False]
    Blob.objects.all().delete()
    assert put_bytes().is_new is False  # committed by itself: another may have queued it meanwhile
    assert Blob.objects.get().is_new is False


def test_a_refused_stream_leaves_no_row_and_no_file() -> None:
    with pytest.raises(TooLarge):
        put(stream=io.BytesIO(CONTENT), media_type="application/pdf", limit=5, now=NOW)
    assert (list(Blob.objects.all()), stored_files()) == ([], [])


@pytest.mark.parametrize("changed", [b"", CONTENT[:-1], CONTENT + b" ", CONTENT.replace(b"bai", b"BAI")])
def test_altered_bytes_are_set_aside_and_never_served(changed: bytes) -> None:
    blob = put_bytes()
    alter(blob, changed)
    with pytest.raises(BlobAltered):
        open_verified(blob=blob, now=LATER)
    stored = Blob.objects.get()
    assert (stored.quarantined_at, stored_files()) == (LATER, [f"quarantine/{SHA256}"])
    with pytest.raises(BlobAltered):
        open_verified(blob=stored, now=LATER)


def test_the_right_bytes_heal_a_quarantined_row() -> None:
    blob = put_bytes()
    alter(blob, b"x")
    with pytest.raises(BlobAltered):
        open_verified(blob=blob, now=NOW)
    healed = put_bytes(now=LATER)
    assert (healed.pk, healed.quarantined_at) == (blob.pk, None)
    assert read_verified(blob=Blob.objects.get(), now=LATER) == CONTENT


def test_the_right_bytes_heal_an_altered_file_nobody_has_read() -> None:
    alter(put_bytes(), b"x")
    assert read_verified(blob=put_bytes(now=LATER), now=LATER) == CONTENT


def test_missing_bytes_are_said_to_be_missing() -> None:
    blob = put_bytes()
    store().path_of(SHA256).unlink()
    with pytest.raises(BlobMissing):
        open_verified(blob=blob, now=NOW)


def test_scrub_names_every_fault_and_changes_nothing() -> None:
    whole, altered, missing, aside = (put_bytes(name) for name in (b"whole", b"altered", b"missing", b"aside"))
    alter(altered, b"alterEd")
    store().path_of(missing.sha256).unlink()
    alter(aside, b"x")
    with pytest.raises(BlobAltered):
        open_verified(blob=aside, now=NOW)
    before = stored_files()
    assert list(scrub()) == [
        (1, 4, None),
        (2, 4, Fault(altered.sha256, "altered", 7)),
        (3, 4, Fault(missing.sha256, "missing", 7)),
        (4, 4, Fault(aside.sha256, "altered", 5)),
    ]
    assert stored_files() == before
    assert read_verified(blob=whole, now=NOW) == b"whole"


def test_sweep_takes_only_what_nobody_needs_and_nobody_touched_for_a_day() -> None:
    kept, orphan, fresh = put_bytes(b"kept"), put_bytes(b"orphan"), put_bytes(b"fresh", now=LATER)
    attach(kept)
    assert sweep_orphans(now=NOW + timedelta(hours=24)) == SweepReport(0, 0, 0)
    assert sweep_orphans(now=NOW + timedelta(hours=24, microseconds=1)) == SweepReport(1, 0, 0)
    assert set(Blob.objects.values_list("sha256", flat=True)) == {kept.sha256, fresh.sha256}
    assert stored_files() == sorted(f"objects/{blob.sha256[:2]}/{blob.sha256}" for blob in (kept, fresh))
    assert not store().path_of(orphan.sha256).exists()


def test_putting_again_renews_the_day() -> None:
    put_bytes()
    put_bytes(now=NOW + timedelta(hours=20))
    assert sweep_orphans(now=LATER) == SweepReport(0, 0, 0)


def test_sweep_clears_old_bytes_without_a_row_and_old_leftovers() -> None:
    folder = store().staging_folder()
    strays = [put_bytes(b"stray old"), put_bytes(b"stray new")]
    Blob.objects.all().delete()
    leftovers = [folder / "old.part", folder / "new.part"]
    for path in leftovers:
        path.write_bytes(b"half")
    yesterday = (NOW - timedelta(hours=1)).timestamp()
    tomorrow = (NOW + timedelta(hours=24)).timestamp()
    for path, at in zip(
        [*(store().path_of(blob.sha256) for blob in strays), *leftovers], [yesterday, tomorrow] * 2, strict=True
    ):
        os.utime(path, (at, at))
    assert sweep_orphans(now=NOW + timedelta(hours=24)) == SweepReport(0, 1, 1)
    assert stored_files() == [f"objects/{strays[1].sha256[:2]}/{strays[1].sha256}", "staging/new.part"]
    assert not Blob.objects.exists()


def test_a_full_disk_at_the_rename_leaves_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Exception, match="đã đầy"):
        put_bytes()
    assert (list(Blob.objects.all()), stored_files()) == ([], [])


def test_foreign_files_in_the_folder_are_left_alone() -> None:
    put_bytes()
    foreign = Path(store().objects) / "zz" / "README"
    foreign.parent.mkdir()
    foreign.write_text("note")
    assert [entry.sha256 for entry in store().entries()] == [SHA256]
