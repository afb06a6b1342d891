"""`draft_directive`: exact keys, old encodings, refusals, and what --save keeps.

Not here: how papers are read (`reader/`).
"""

import json
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from directives.choices import DirectiveState
from directives.models import Directive
from tests.directives.reader.evaluation import TEXTS
from tests.factories.units import make_ward
from units.choices import Block, PositionGroup

pytestmark = pytest.mark.django_db

EXAMPLE = TEXTS / "examples" / "cong_van_000.txt"
KEYS = [
    "kind", "number", "symbol", "issued_on", "place", "issuer", "superior", "subject", "signing_authority", "signer", "signer_post",
    "addressees", "recipients", "legal_basis", "requirements", "warnings",
]  # fmt: skip


def run(path: Path, **options: object) -> str:
    out = StringIO()
    call_command("draft_directive", str(path), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_json_has_the_keys_of_the_contract() -> None:
    said = json.loads(run(EXAMPLE, json=True, issued_on="2026-04-21"))
    assert list(said) == KEYS
    assert (said["kind"], said["number"], said["symbol"], said["issued_on"]) == ("CV", None, "CV/ĐU", None)
    assert said["legal_basis"][1] == {
        "kind": "CV",
        "number_symbol": "698-CV/BTGDVTU",
        "date": "2026-04-21",
        "issuer": "Ban Tuyên giáo và Dân vận Thành ủy Hà Nội",
    }
    third = said["requirements"][2]
    assert third["deadline"] == {
        "phrase": "trước ngày 28/4/2026",
        "rule": "R1",
        "last_day": "2026-04-27",
        "due_at": "2026-04-28T00:00:00+07:00",
        "certainty": "certain",
    }
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text[third["source"]["start"] : third["source"]["end"]] == third["source"]["text"]
    assert {"kind", "who", "what", "route", "channel", "recurrence", "outline", "deadline", "source"} <= set(third)
    assert all(set(warning) == {"code", "message", "source"} for warning in said["warnings"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_old_and_wide_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    text = "1. Các chi bộ gửi báo cáo về Văn phòng Đảng ủy trước ngày 20/5/2026."
    path = tmp_path / "a.txt"
    if encoding == "cp1258":
        marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
        spelt = ""
        for char in text:
            apart = unicodedata.normalize("NFD", char)
            tone = [mark for mark in apart if mark in marks]
            rest = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in marks))
            spelt += rest + "".join(tone)
        path.write_bytes(spelt.encode("cp1258"))
    else:
        path.write_bytes(text.encode(encoding))
    said = json.loads(run(path, json=True))
    assert said["requirements"][0]["who"] == "Các chi bộ"
    assert said["requirements"][0]["deadline"]["last_day"] == "2026-05-19"


def test_a_stamped_paper_is_turned_away(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("TỐI MẬT\n\nCác chi bộ gửi báo cáo trước ngày 20/5/2026.", encoding="utf-8")
    with pytest.raises(CommandError, match="dấu TỐI MẬT") as refusal:
        run(path, json=True, save=True)
    assert refusal.value.returncode == 1
    assert not Directive.objects.exists()


def test_wrong_usage_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Không có tệp") as refusal:
        run(tmp_path / "no.txt")
    assert refusal.value.returncode == 2


def test_save_makes_a_draft_with_its_requirements() -> None:
    ward = make_ward()
    run(EXAMPLE, save=True)
    directive = Directive.objects.get()
    assert (directive.ward, directive.state, directive.number) == (ward, DirectiveState.DRAFT, None)
    asked = list(directive.requirements.order_by("order"))
    assert [r.kind for r in asked] == ["ESSAY", "ESSAY", "ESSAY", "ACTIVITY", "OVERSIGHT", "REPORT"]
    assert asked[0].audience == {"groups": [PositionGroup.STANDING_COMMITTEE]}
    assert asked[2].audience == {
        "blocks": [Block.ADMINISTRATION, Block.SCHOOL, Block.ENTERPRISE],
        "without_earlier": True,
    }
    assert (asked[2].route, asked[2].deadline_phrase) == ("UNIT", "trước ngày 28/4/2026")
    assert (asked[5].anchor, asked[5].event_days) == (asked[3], 3)
    assert asked[0].source_sentence.startswith("Các đồng chí trong Ban Thường vụ Đảng ủy: Nộp bài thu hoạch")
    assert AuditEntry.objects.filter(action="requirement.add").count() == 6
