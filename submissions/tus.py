"""What the headers of the tus protocol 1.0 say (core, creation, termination, expiration, checksum), read without trust.

Not here: what is done about it (`views.resuming`, `services.resuming`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
PIECE = "application/offset+octet-stream"
CHECKSUMS = ("sha1", "sha256")
_LONGEST_METADATA = 8000
_MOST_DIGITS = 15


class MalformedHeader(Exception):
    """A header that is missing or says nothing that can be understood."""


def number_of(value: str | None) -> int:
    """A count of bytes. Raises MalformedHeader."""
    if value is None or not value.isascii() or not value.isdecimal() or len(value) > _MOST_DIGITS:
        raise MalformedHeader
    return int(value)


def metadata_of(value: str) -> dict[str, str]:
    """`Upload-Metadata`: keys with text in base64, as "filename w4I=,batch YQ==". Raises MalformedHeader."""
    if len(value) > _LONGEST_METADATA:
        raise MalformedHeader
    found = {}
    for pair in filter(None, (part.strip() for part in value.split(","))):
        key, _, encoded = pair.partition(" ")
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise MalformedHeader from error
    return found


def checksum_of(value: str | None) -> tuple[str, bytes] | None:
    """`Upload-Checksum`: "sha1 <base64>" as algorithm and digest; None without one. Raises MalformedHeader."""
    if value is None:
        return None
    algorithm, _, encoded = value.partition(" ")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedHeader from error
    if algorithm not in CHECKSUMS:
        raise MalformedHeader
    return algorithm, digest


def state_headers(*, offset: int, length: int, expires_at: datetime | None) -> Mapping[str, str]:
    """How far an upload is; `expires_at` (UTC) only while it is not whole."""
    said = {"Upload-Offset": str(offset), "Upload-Length": str(length)}
    if expires_at is not None:
        said["Upload-Expires"] = format_datetime(expires_at, usegmt=True)
    return said
