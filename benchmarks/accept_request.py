"""The whole request that brings one file of 3 MB, against write + fsync + SHA-256 in one loop.

The product parses the form, checks login and rights, streams the file into the vault, writes its row, queues its check,
matches its name, writes the log and draws the answer.
Not here: the vault alone (`accept_upload`).
"""

import hashlib
import os
import random

from benchmarks.harness import Comparison, compare, fresh_database, start_django

TITLE = "accept one upload of 3 MB, whole request"
TARGET = 2.5
SIZE = 3 * 1024 * 1024
CHUNK = 1024 * 1024
BOUNDARY = "----portal-benchmark"


def run() -> Comparison:
    """Both on the same volume; each content is new, and so is each sender's file name."""
    folder = start_django()
    from django.conf import settings  # noqa: PLC0415 (after start_django)
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from submissions.models import StagedFile  # noqa: PLC0415
    from tests.factories.directives import make_directive, make_obligation, make_requirement  # noqa: PLC0415
    from tests.factories.units import make_member, make_unit, make_user, make_ward  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    dice, plain = random.Random(2026), folder / "plain"
    body, numbers = dice.randbytes(SIZE), iter(range(10_000))
    plain.mkdir()
    for name in range(256):  # the folders of addresses are there after the first day
        (folder / "vault" / "objects" / f"{name:02x}").mkdir(parents=True)

    with fresh_database():
        cell = make_unit(make_ward(), name="Chi bộ Trường THCS Phúc Lợi")
        requirement = make_requirement(make_directive(cell.ward))
        members = [make_member(cell) for _ in range(40)]
        for member in members:
            make_obligation(requirement, member)
        client = Client()
        secretary = make_user(Role.SECRETARY, cell)
        client.force_login(secretary, backend="units.backends.AccountBackend")
        address = reverse("submissions:desk_upload", args=[requirement.pk, cell.pk])

        def content() -> bytes:
            return f"%PDF-1.7\n% {next(numbers)}\n".encode() + body

        def floor() -> None:
            data, digest = memoryview(content()), hashlib.sha256()
            fd = os.open(plain / f"{next(numbers)}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            for start in range(0, len(data), CHUNK):
                os.write(fd, data[start : start + CHUNK])
                digest.update(data[start : start + CHUNK])
            os.fsync(fd)
            os.close(fd)

        def product() -> None:
            name = f"{members[next(numbers) % 40].full_name} - đảng viên, {cell.name}.pdf"
            head = (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="tep"; filename="{name}"\r\n'
                "Content-Type: application/pdf\r\n\r\n"
            )
            form = b"".join([head.encode(), content(), f"\r\n--{BOUNDARY}--\r\n".encode()])
            answer = client.generic("POST", address, form, f"multipart/form-data; boundary={BOUNDARY}")
            assert answer.status_code == 302, answer.content[:500]

        def before() -> None:
            StagedFile.objects.all().delete()

        product()
        assert StagedFile.objects.get().obligation is not None
        return compare(floor=floor, product=product, before=before, rounds=21, warm_up=3)
