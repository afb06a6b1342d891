"""The store in an S3-compatible service: key `objects/<sha256>`, altered bytes under `quarantine/<sha256>`.

Bytes are staged on the local disk (hashed and counted before a byte travels) and sent in one PUT that carries their
SHA-256, so the service itself refuses what was damaged on the way; a PUT is all or nothing.

Pieces of unfinished uploads lie under `uploads/<upload>/<piece>`, so that the next one may come to another node.

Not here: rows and verification (`services.py`); connection options are those of django-storages' S3 backend.
"""

import base64
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from vault.errors import BlobMissing, StoreUnavailable
from vault.staging import CHUNK_BYTES, STAGING_SUFFIX, Staged
from vault.store import StoredEntry

MISSING_CODES = {"404", "NoSuchKey"}
SPOOL_BYTES = 4 * 1024 * 1024


class S3Store:
    """A bucket of content-addressed objects."""

    def __init__(self, *, staging: Path | str, **options: Any) -> None:
        self.staging = Path(staging)
        self._storage = S3Storage(**options)

    @property
    def _client(self) -> Any:
        """The connection of this thread."""
        return self._storage.connection.meta.client

    @property
    def _bucket(self) -> str:
        return self._storage.bucket_name

    def staging_folder(self) -> Path:
        """A local folder: bytes are complete before they travel."""
        self.staging.mkdir(parents=True, exist_ok=True)
        return self.staging

    def place(self, staged: Staged) -> None:
        """One PUT with checksum; equal bytes that are there already are replaced by equal bytes."""
        self._send(staged, f"objects/{staged.sha256}")

    def place_beside(self, staged: Staged) -> Callable[[], None]:
        """As `place`: durable when this returns."""
        self.place(staged)
        return lambda: None

    def _send(self, staged: Staged, key: str) -> None:
        checksum = base64.b64encode(bytes.fromhex(staged.sha256)).decode()
        try:
            with staged.path.open("rb") as body:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentLength=staged.size,
                    ChecksumSHA256=checksum,
                )
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable from error
        finally:
            staged.discard()

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, unverified, fetched to a temporary file that vanishes on close.

        Always the whole object: the vault proves every content before a byte of it is handed out, and a range cannot be
        proved by the hash of the whole. A proof remembered by ETag would hold only as far as the service's word: an ETag
        stays what it was when bytes rot beneath it, and services that encrypt or copy give no digest there at all.
        """
        return self._fetch(f"objects/{sha256}", sha256)

    def _fetch(self, key: str, name: str) -> BinaryIO:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES, dir=str(self.staging_folder()))  # noqa: SIM115 (returned)
            for chunk in body.iter_chunks(CHUNK_BYTES):
                spool.write(chunk)
        except ClientError as error:
            raise self._missing_or_unavailable(error, name) from error
        except BotoCoreError as error:
            raise StoreUnavailable from error
        spool.seek(0)
        return cast(BinaryIO, spool)

    def set_aside(self, sha256: str) -> None:
        """Copy under `quarantine/`, then delete the address."""
        try:
            self._client.copy_object(
                Bucket=self._bucket,
                Key=f"quarantine/{sha256}",
                CopySource={"Bucket": self._bucket, "Key": f"objects/{sha256}"},
            )
            self._client.delete_object(Bucket=self._bucket, Key=f"objects/{sha256}")
        except ClientError as error:
            raise self._missing_or_unavailable(error, sha256) from error
        except BotoCoreError as error:
            raise StoreUnavailable from error

    def remove(self, sha256: str) -> None:
        """Delete the object; S3 does not mind when it is gone."""
        self._delete(f"objects/{sha256}")

    def entries(self) -> Iterator[StoredEntry]:
        """Every object under `objects/`, a thousand a request."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="objects/")
        try:
            for page in pages:
                for item in page.get("Contents", []):
                    yield StoredEntry(item["Key"].removeprefix("objects/"), item["Size"], item["LastModified"])
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable from error

    def keep_part(self, upload: str, name: str, staged: Staged) -> None:
        """One PUT with checksum."""
        self._send(staged, f"uploads/{upload}/{name}")

    def open_part(self, upload: str, name: str) -> BinaryIO:
        """The piece, fetched to a temporary file that vanishes on close."""
        return self._fetch(f"uploads/{upload}/{name}", name)

    def drop_parts(self, upload: str, names: Sequence[str], *, wipe: bool) -> None:
        """Delete them one by one: the many-at-once call is not understood everywhere."""
        for name in names:
            self._delete(f"uploads/{upload}/{name}")

    def _delete(self, key: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable from error

    def clear_staging(self, before: datetime) -> int:
        """Delete local leftovers of killed uploads, and pieces nobody finished."""
        leftovers = [p for p in self.staging.glob(f"*{STAGING_SUFFIX}") if p.stat().st_mtime < before.timestamp()]
        for path in leftovers:
            path.unlink(missing_ok=True)
        pieces = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="uploads/")
        try:
            old = [item["Key"] for page in pieces for item in page.get("Contents", []) if item["LastModified"] < before]
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable from error
        for key in old:
            self._delete(key)
        return len(leftovers) + len(old)

    @staticmethod
    def _missing_or_unavailable(error: ClientError, sha256: str) -> Exception:
        if error.response.get("Error", {}).get("Code") in MISSING_CODES:
            return BlobMissing(sha256)
        return StoreUnavailable()
