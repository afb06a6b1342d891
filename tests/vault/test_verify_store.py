"""`verify_store`: exact JSON, exit codes, `--apply`.

Not here: the scrub's own cases (`test_services.py`).
"""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.vault.test_services import alter, put_bytes, stored_files
from vault.models import Blob

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and standard output."""
    out = StringIO()
    try:
        call_command("verify_store", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_an_intact_store() -> None:
    put_bytes(b"one")
    put_bytes(b"two")
    code, out = run("--json")
    assert (code, json.loads(out)) == (0, {"checked": 2, "faults": []})


def test_a_fault_is_named_and_exits_1() -> None:
    blob = put_bytes(b"one")
    alter(blob, b"two")
    code, out = run("--json")
    assert (code, json.loads(out)) == (
        1,
        {"checked": 1, "faults": [{"sha256": blob.sha256, "fault": "altered", "size": 3}]},
    )
    assert run() == (1, f"Tệp {blob.sha256} đã bị thay đổi.\nĐã kiểm tra 1 tệp, 1 lỗi.\n")
    assert stored_files() == [f"objects/{blob.sha256[:2]}/{blob.sha256}"]


def test_apply_sets_altered_bytes_aside() -> None:
    blob = put_bytes(b"one")
    alter(blob, b"two")
    assert run("--apply")[0] == 1
    assert stored_files() == [f"quarantine/{blob.sha256}"]
    assert Blob.objects.get().is_quarantined
    assert run()[0] == 1, "a quarantined file stays a fault until its bytes are put again"
