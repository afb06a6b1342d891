"""Pieces: joined as one content that can be read from any place, on the local disk and in S3's stead.

Not here: the protocol around them (`tests/submissions/test_resuming.py`).
"""

import hashlib
import io
import itertools
import random
import zipfile

import pytest

from vault.errors import TooLarge
from vault.parts import Checksum, ChecksumWrong, JoinedParts, drop_parts, keep_part
from vault.store import current_store


def test_joined_pieces_read_as_the_whole_from_any_place():
    content = random.Random(1).randbytes(10_000)
    cuts = [0, 1, 4000, 4001, 10_000]
    parts = [
        keep_part(upload="u1", stream=io.BytesIO(content[start:end]), limit=10_000)
        for start, end in itertools.pairwise(cuts)
    ]
    with JoinedParts("u1", parts) as joined:
        assert joined.size == 10_000
        assert joined.read() == content
        for start in (0, 1, 3999, 4000, 9999, 10_000):
            joined.seek(start)
            assert b"".join(iter(lambda: joined.read(777), b"")) == content[start:]
        assert joined.seek(-10, io.SEEK_END) == 9990
        assert joined.read() == content[-10:]
    drop_parts(upload="u1", parts=parts, wipe=True)
    assert not (current_store().uploads / "u1").exists()


def test_an_archive_in_pieces_opens():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "an" * 5000)
    content = packed.getvalue()
    parts = [
        keep_part(upload="u2", stream=io.BytesIO(content[n : n + 999]), limit=999) for n in range(0, len(content), 999)
    ]
    with JoinedParts("u2", parts) as joined, zipfile.ZipFile(joined) as archive:
        assert archive.read("a.txt") == b"an" * 5000


def test_nothing_is_kept_of_what_is_refused():
    with pytest.raises(TooLarge):
        keep_part(upload="u3", stream=io.BytesIO(b"12345"), limit=4)
    with pytest.raises(ChecksumWrong):
        keep_part(upload="u3", stream=io.BytesIO(b"1234"), limit=4, checksum=Checksum("sha1", b"x"))
    digest = hashlib.sha1(b"1234").digest()  # noqa: S324
    assert keep_part(upload="u4", stream=io.BytesIO(b"1234"), limit=4, checksum=Checksum("sha1", digest)).size == 4
    assert keep_part(upload="u3", stream=io.BytesIO(b""), limit=4) is None
    assert not (current_store().uploads / "u3").exists()
    assert list(current_store().staging_folder().iterdir()) == []
