"""All 80 foreign messages through `ingest_mail`: each ends in a state, a second run imports nothing."""

import json
from collections import Counter
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from zeal import zeal_ignore

from mailbox.choices import CaseState
from mailbox.models import MailCase
from submissions.models import Deposit
from tests.mailbox.scene import make_scene
from tests.mailbox.test_reading import CORPORA, HERE
from units.models import CommitteeProfile
from vault.models import Blob

pytestmark = [pytest.mark.django_db, HERE]


DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "mailbox.md"
HEAD = "| Thư | Kết cục | Tệp | Lý do |\n|---|---|---|---|\n"
WORDS = {"accepted": "đã nhận", "unclear": "chưa rõ", "refused": "không nhận", "passed_over": "ảnh trong thư"}


def ingest(paths):
    out = StringIO()
    with zeal_ignore(), suppress(SystemExit):  # 1: some wait for a person
        call_command("ingest_mail", *map(str, paths), "--at", "2026-04-24T09:00:00+07:00", "--json", stdout=out)
    return json.loads(out.getvalue())


def table_of(told) -> list[str]:
    """A row a message: its state, what became of its files, why."""
    rows = []
    for one in told:
        files = Counter(WORDS[part["verdict"]] for part in one["attachments"])
        counted = ", ".join(f"{number} {word}" for word, number in sorted(files.items())) or "không có"
        name = "/".join(one["file"].split("/")[-2:])
        rows.append(f"| {name} | {one['state']} | {counted} | {' '.join(one['reasons'])} |")
    return rows


def test_every_message_ends_in_a_state_and_comes_in_once() -> None:
    scene = make_scene()
    CommitteeProfile.objects.filter(unit=scene.ward).update(
        mailbox="vanphong@danguy.example"
    )  # whom mail-vn is sent to
    paths = [*sorted((CORPORA.parent / "mail").glob("*.eml")), *sorted(CORPORA.glob("*.eml"))]
    told = ingest(paths)
    states = Counter(one["state"] for one in told)
    assert len(told) == 80
    assert set(states) <= {"accepted", "unclear", "ignored"}
    by_name = {one["file"].rpartition("/")[2]: one for one in told}
    first = by_name["01-outlook-rfc2047.eml"]
    assert (first["state"], first["attachments"][0]["member"], first["attachments"][0]["requirement"]) == (
        "accepted", "Nguyễn Văn An", "53-KH/ĐU#1",
    )  # fmt: skip
    for one in json.loads((CORPORA / "expected.json").read_text(encoding="utf-8")):
        wanted = {part["sha256"] for part in one["attachments"] if part["is_pdf"]}
        wanted |= {
            inner["sha256"] for part in one["attachments"] for inner in part.get("inside", ()) if inner["is_pdf"]
        }
        assert wanted <= {part["sha256"] for part in by_name[one["file"]]["attachments"]}, one["file"]
    assert table_of(told) == DOCUMENT.read_text(encoding="utf-8").partition(HEAD)[2].strip().splitlines()
    before = (MailCase.objects.count(), Deposit.objects.count(), Blob.objects.count())
    again = ingest(paths)
    assert [one["state"] for one in again] == [one["state"] for one in told]
    assert (MailCase.objects.count(), Deposit.objects.count(), Blob.objects.count()) == before
    assert not MailCase.objects.filter(state=CaseState.NEW).exists()
