"""Every door that hands out a document marks it, whichever app it stands in; what people handed in stays as it came.

Not here: how a document is marked (`tests/interface/test_watermarks.py`).
"""

import io
import zipfile
from datetime import datetime
from urllib.parse import unquote

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from phucloi_portal.watermarking import CSV, OFFICE_FILES, ORIGINALS, PDF
from tests.architecture.url_matrix import MATRIX
from tests.architecture.world import World, build
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
ZIP = "application/zip"
# Documents that some address answers today; a table may only be added to.
DOORS = {
    "reports:matrix_xlsx",
    "reports:drill_xlsx",
    "reports:summary_file",
    "privacy:export_own",
    "privacy:export_member",
}


@pytest.fixture
def world(db: None, time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def test_every_document_says_who_took_it_out(world: World) -> None:
    admin, found, names = world.users["admin"], {}, {}
    for row in MATRIX:
        if (
            row.answers["admin"] != "200"
            or row.name in ORIGINALS
            or row.name.startswith(("account_", "mfa_", "admin:"))
        ):
            continue
        parameters = dict(item.strip().split("=") for item in row.of.split(",") if item)
        address = reverse(row.name, kwargs={name: world.value(path) for name, path in parameters.items()})
        client = Client()
        client.force_login(admin, backend=settings.AUTHENTICATION_BACKENDS[-1])
        with zeal_ignore():
            answer = client.post(address) if row.post else client.get(address)
        kind = answer.get("Content-Type", "").partition(";")[0]
        content = b"".join(answer) if answer.streaming else answer.content
        if kind in (*OFFICE_FILES, PDF, ZIP):
            found[row.name] = (kind, content)
        if kind == CSV:
            names[row.name] = unquote(answer["Content-Disposition"])
    assert set(found) >= DOORS
    said = f"{admin} xuất lúc 09:30, 25/4/2026"
    for name, (kind, content) in found.items():
        assert said in mark_in(kind, content), f"{name} does not say who took it out"
    assert "audit_log:export" in names
    for name, header in names.items():
        assert f"({admin} xuất 09.30, 25-4-2026).csv" in header, f"{name} does not say who took it out"


def mark_in(kind: str, content: bytes) -> str:
    if kind == PDF:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return str(pdf.docinfo.get("/Keywords", ""))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read("nguoi-xuat.txt" if kind == ZIP else "docProps/core.xml").decode()
