"""The store in a bucket: the same promises as on the local disk, against an S3-compatible service in this process.

Not here: the verbs' own cases (`test_services.py`).
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import storages
from moto import mock_aws

from vault.errors import BlobAltered, BlobMissing, StoreUnavailable
from vault.models import Blob
from vault.s3 import S3Store
from vault.services import Fault, SweepReport, open_verified, put, read_verified, scrub, sweep_orphans
from vault.store import current_store

pytestmark = pytest.mark.django_db

BUCKET = "portal"
NOW = datetime(2026, 4, 24, 9, 5, tzinfo=UTC)
CONTENT = b"%PDF-1.7\nbai thu hoach"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Any]:
    """An empty bucket, and the settings that name it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    options = {"staging": tmp_path / "staging", "bucket_name": BUCKET, "region_name": "us-east-1"}
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        settings.STORAGES = {**settings.STORAGES, "vault": {"BACKEND": "vault.s3.S3Store", "OPTIONS": options}}
        storages._storages.pop("vault", None)
        yield client
    storages._storages.pop("vault", None)


def keys(bucket: Any) -> list[str]:
    """Everything in the bucket."""
    return [item["Key"] for item in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def put_bytes(content: bytes = CONTENT, *, now: datetime = NOW) -> Blob:
    """Put one small content."""
    return put(stream=BytesIO(content), media_type="application/pdf", limit=10**6, now=now)


def alter(bucket: Any, blob: Blob, content: bytes) -> None:
    """What a hand in the bucket does."""
    bucket.put_object(Bucket=BUCKET, Key=f"objects/{blob.sha256}", Body=content)


def test_the_settings_choose_the_bucket(bucket: Any) -> None:
    assert isinstance(current_store(), S3Store)


def test_bytes_lie_under_their_hash_with_their_checksum_and_nothing_stays_local(bucket: Any, tmp_path: Path) -> None:
    store, sent = current_store(), []
    assert isinstance(store, S3Store)
    store._client.meta.events.register("before-call.s3.PutObject", lambda params, **_: sent.append(params["headers"]))
    blob = put_bytes()
    assert keys(bucket) == [f"objects/{SHA256}"]
    checksum = base64.b64encode(bytes.fromhex(SHA256)).decode()
    assert [headers["x-amz-checksum-sha256"] for headers in sent] == [checksum], "the service checks what arrives"
    assert list((tmp_path / "staging").iterdir()) == []
    assert read_verified(blob=blob, now=NOW) == CONTENT


def test_a_big_content_comes_back_whole(bucket: Any) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 30_000
    blob = put(stream=BytesIO(content), media_type="application/pdf", limit=10**8, now=NOW)
    with open_verified(blob=blob, now=NOW) as stream:
        assert stream.fileno() >= 0, "the inspection hands the descriptor to its child"
        assert stream.read() == content


def test_altered_bytes_are_set_aside_and_healed_by_the_right_ones(bucket: Any) -> None:
    blob = put_bytes()
    alter(bucket, blob, b"%PDF-1.7\nother")
    assert list(scrub()) == [(1, 1, Fault(SHA256, "altered", len(CONTENT)))]
    with pytest.raises(BlobAltered):
        open_verified(blob=blob, now=NOW)
    assert keys(bucket) == [f"quarantine/{SHA256}"]
    assert read_verified(blob=put_bytes(), now=NOW) == CONTENT


def test_missing_bytes_are_said_to_be_missing(bucket: Any) -> None:
    blob = put_bytes()
    bucket.delete_object(Bucket=BUCKET, Key=f"objects/{SHA256}")
    with pytest.raises(BlobMissing):
        open_verified(blob=blob, now=NOW)
    assert list(scrub()) == [(1, 1, Fault(SHA256, "missing", len(CONTENT)))]


def test_sweep_deletes_orphans_and_objects_without_a_row(bucket: Any) -> None:
    put_bytes(b"orphan")
    bucket.put_object(Bucket=BUCKET, Key=f"objects/{SHA256}", Body=CONTENT)
    assert sweep_orphans(now=NOW + timedelta(hours=24)).rows == 0
    long_after = datetime.now(UTC) + timedelta(days=2)
    assert sweep_orphans(now=long_after) == SweepReport(1, 1, 0)
    assert keys(bucket) == []


def test_a_service_that_does_not_answer_leaves_no_row(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = current_store()
    assert isinstance(store, S3Store)

    def fails(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example")

    monkeypatch.setattr(store._client, "put_object", fails)
    with pytest.raises(StoreUnavailable, match="Hãy thử lại"):
        put_bytes()
    assert (Blob.objects.count(), keys(bucket), list(store.staging_folder().iterdir())) == (0, [], [])
