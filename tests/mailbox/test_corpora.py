"""All 80 foreign messages through `ingest_mail`: each ends in a state, a second run imports nothing."""

import json
from collections import Counter
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import call_command
from zeal import zeal_ignore

from mailbox.choices import CaseState
from mailbox.models import MailCase
from submissions.models import Deposit
from tests.mailbox.scene import make_scene
from tests.mailbox.test_reading import CORPORA, HERE
from vault.models import Blob

pytestmark = [pytest.mark.django_db, HERE]


def ingest(paths):
    out = StringIO()
    with zeal_ignore(), suppress(SystemExit):  # 1: some wait for a person
        call_command("ingest_mail", *map(str, paths), "--at", "2026-04-24T09:00:00+07:00", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_every_message_ends_in_a_state_and_comes_in_once() -> None:
    make_scene()
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
    before = (MailCase.objects.count(), Deposit.objects.count(), Blob.objects.count())
    again = ingest(paths)
    assert [one["state"] for one in again] == [one["state"] for one in told]
    assert (MailCase.objects.count(), Deposit.objects.count(), Blob.objects.count()) == before
    assert not MailCase.objects.filter(state=CaseState.NEW).exists()
