"""The whole request that brings one file of 3 MB, against write + fsync + SHA-256 in one loop.

The product parses the form, checks login, form token and rights, streams the file beside the vault, has a child look
for a state-secret stamp in its text, gives it its address and its row, queues its check, matches its name, writes the
log and draws the answer. The file is what a scanner makes: one whole page of an image that does not get smaller. (Bytes
that only begin like a PDF cost the child thirty times as much: PDFium searches all of them for objects.)
Both read the same bytes from a stream in memory. The product is the WSGI application, called as a server calls it: up
to 30/11/2026 Django's test client stood here, which built the form inside the measured time (3 MB copied four times,
about 3 ms), skipped the check of the form token and kept the database open between requests, which a server did not.
Files of earlier rounds are deleted before each: memory that the machine has not used yet costs a virtual machine ten times
as much as memory it gets back, and which side met the dear kind was chance.
The ring to the workers is sent by a thread while or after the answer is drawn (`phucloi_portal/ringing.py`): nobody waits
for it, so most of it falls outside the measured time, while its processor time is spent all the same.
Every file is of one unit, as a secretary sends them, so the index of its names is there from the file before.
Not here: the vault alone (`accept_upload`).
"""

import hashlib
import os
import random
from io import BytesIO

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from benchmarks.scan_data import HEIGHT, WIDTH, scanned_page
from benchmarks.serving import Visitor

TITLE = "accept one upload of 3 MB, whole request"
TARGET = 2.5
CHUNK = 1024 * 1024
BOUNDARY = "----portal-benchmark"


def run() -> Comparison:
    """Both on the same volume; each content is new, and so is each sender's file name."""
    folder = start_django()
    from django.conf import settings  # noqa: PLC0415 (after start_django)
    from django.urls import reverse  # noqa: PLC0415

    from submissions.inspection.runner import session  # noqa: PLC0415
    from submissions.models import StagedFile  # noqa: PLC0415
    from tests.factories.directives import make_directive, make_obligation, make_requirement  # noqa: PLC0415
    from tests.factories.units import make_member, make_unit, make_user, make_ward  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    dice, plain = random.Random(2026), folder / "plain"
    body, numbers = dice.randbytes(WIDTH * HEIGHT), iter(range(10_000))
    plain.mkdir()
    for name in range(256):  # the folders of addresses are there after the first day
        (folder / "vault" / "objects" / f"{name:02x}").mkdir(parents=True)

    with fresh_database():
        cell = make_unit(make_ward(), name="Chi bộ Trường THCS Phúc Lợi")
        requirement = make_requirement(make_directive(cell.ward))
        members = [make_member(cell) for _ in range(40)]
        for member in members:
            make_obligation(requirement, member)
        secretary = Visitor(make_user(Role.SECRETARY, cell))
        address = reverse("submissions:desk_upload", args=[requirement.pk, cell.pk])

        coming = [BytesIO()]

        def before() -> None:
            StagedFile.objects.all().delete()
            for place in (plain, folder / "vault"):
                for file in [one for one in place.rglob("*") if one.is_file()]:
                    file.unlink()
            number = next(numbers)
            name = f"{members[number % 40].full_name} - đảng viên, {cell.name}.pdf"
            head = (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="tep"; filename="{name}"\r\n'
                "Content-Type: application/pdf\r\n\r\n"
            )
            end = f"\r\n--{BOUNDARY}--\r\n".encode()
            coming[0] = BytesIO(b"".join([head.encode(), scanned_page(number, body), end]))

        def floor() -> None:
            digest = hashlib.sha256()
            fd = os.open(plain / f"{next(numbers)}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            while data := coming[0].read(CHUNK):
                os.write(fd, data)
                digest.update(data)
            os.fsync(fd)
            os.close(fd)

        def product() -> None:
            answer = secretary.post(address, coming[0], f"multipart/form-data; boundary={BOUNDARY}")
            assert answer.startswith("302"), answer

        before()
        product()
        assert StagedFile.objects.get().obligation is not None
        sample = folder / "sample.pdf"
        sample.write_bytes(scanned_page(next(numbers), body))
        with session() as talking, sample.open("rb") as opened:
            assert talking.find_stamp(opened, sample.stat().st_size) == "", "the child could not open the page"
        return compare(floor=floor, product=product, before=before, rounds=21, warm_up=3)
