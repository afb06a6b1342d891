"""One upload of 3 MB into the vault, against write + fsync + SHA-256 in one loop.

The product also counts, looks at the first bytes, renames to the content address and flushes the folder, so that the
bytes survive a power cut under their name. The row of the content and its receipt are in the whole request
(`accept_request`).
Not here: the vault itself (`vault.staging`, `vault.local`).
"""

import hashlib
import io
import os
import random

from benchmarks.harness import Comparison, compare, start_django

TITLE = "accept one upload of 3 MB, in the vault"
TARGET = 1.25
SIZE = 3 * 1024 * 1024
CHUNK = 1024 * 1024


def run() -> Comparison:
    """Both on the same volume; each content is new, as an upload is."""
    folder = start_django()
    from submissions.services.inspecting import must_begin_as_pdf  # noqa: PLC0415 (after start_django)
    from vault.local import LocalStore  # noqa: PLC0415
    from vault.staging import stage  # noqa: PLC0415

    dice = random.Random(2026)
    body = dice.randbytes(SIZE)
    store = LocalStore(root=folder / "vault")
    plain = folder / "plain"
    plain.mkdir()
    numbers = iter(range(10_000))
    # The 256 folders of addresses are there after the first day.
    for name in range(256):
        (store.objects / f"{name:02x}").mkdir(parents=True)

    def content() -> io.BytesIO:
        return io.BytesIO(f"%PDF-1.7\n% {next(numbers)}\n".encode() + body)

    def floor() -> None:
        stream, digest = content(), hashlib.sha256()
        fd = os.open(plain / f"{next(numbers)}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        while chunk := stream.read(CHUNK):
            os.write(fd, chunk)
            digest.update(chunk)
        os.fsync(fd)
        os.close(fd)

    def product() -> None:
        staged = stage(
            stream=content(), folder=store.staging_folder(), limit=25 * 1024 * 1024, check_head=must_begin_as_pdf
        )
        store.place(staged)

    return compare(floor=floor, product=product, rounds=41, warm_up=3)
