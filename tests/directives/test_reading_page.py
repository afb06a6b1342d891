"""The page of a paper being read: what it shows, what it keeps, and that nothing typed is lost.

Not here: how papers are read (`reader/`), the browser story (`tests/e2e/test_reader.py`).
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.models import Directive
from tests.directives.reader.evaluation import TEXTS
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.test_papers import word
from units.choices import Block, Role, UnitKind
from units.models import Unit

pytestmark = pytest.mark.django_db

EXAMPLE = (TEXTS / "examples" / "cong_van_000.txt").read_text(encoding="utf-8")
READ, CORRECT = "directives:read", "directives:correct_reading"


@pytest.fixture
def ward() -> Unit:
    ward = make_ward()
    school = make_unit(ward, name="Chi bộ Trường Tiểu học Phúc Lợi", kind=UnitKind.GRASSROOTS_CELL, block=Block.SCHOOL)
    make_member(school, name="Nguyễn Thu Hà")
    return ward


@pytest.fixture
def client(ward: Unit) -> Client:
    client = Client()
    client.force_login(make_user(Role.OFFICE, ward))
    return client


def fields(html: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form."""
    form = re.search(r'<form class="reader-draft".*?</form>', html, re.DOTALL)[0]
    sent: dict[str, list[str]] = {}
    for tag in re.finditer(
        r"<(input|select|textarea)\b([^>]*)>(.*?)(?=</\1>|<(?:input|select|textarea|label|div|button|article)\b)",
        form,
        re.DOTALL,
    ):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[2]))
        name = attributes.get("name")
        if not name or name == "csrfmiddlewaretoken":
            continue
        if tag[1] == "select":
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', tag[3])
            first = re.search(r'<option value="([^"]*)"', tag[3])
            sent[name] = [_plain((chosen or first)[1])]
        elif tag[1] == "textarea":
            sent[name] = [_plain(tag[3]).removeprefix("\n")]
        elif attributes.get("type") == "checkbox":
            if re.search(r"\bchecked\b", tag[2]):
                sent.setdefault(name, []).append(attributes.get("value", "on"))
        else:
            sent[name] = [_plain(attributes.get("value", ""))]
    return sent


def _plain(text: str) -> str:
    for code, char in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(code, char)
    return text


def opened(client: Client, text: str = EXAMPLE, **more: Any) -> str:
    answer = client.post(reverse(READ), {"text": text, **more})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_text_and_draft_stand_beside_each_other(client: Client) -> None:
    html = opened(client)
    assert "Đọc được 6 việc" in html
    assert re.search(r'<mark class="duty-mark" data-duty="1" id="cau-1"><a class="ask-number" href="#viec-1"', html)
    assert re.search(r'<article class="panel read-duty" id="viec-1" data-duty="1">', html)
    assert '<u class="due-mark">trước ngày 28/4/2026</u>' in html
    assert "Chưa có số văn bản. Điền số trước khi ban hành." in html
    assert "Lưu 5 việc, xem trước" in html
    assert not Directive.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="directive").exists()


def test_the_text_shown_is_the_text_given(client: Client) -> None:
    html = opened(client, "1. Các chi bộ gửi báo cáo <b>kết quả</b> & “số liệu” trước ngày 20/5/2026.\r\nHết.")
    sheet = re.search(r'class="reader-sheet"[^>]*>(.*?)</div>', html, re.DOTALL)[1]
    shown = _plain(re.sub(r'<a class="ask-number".*?</a>|</?(?:mark|u)\b[^>]*>', "", sheet))
    assert shown == "1. Các chi bộ gửi báo cáo <b>kết quả</b> & “số liệu” trước ngày 20/5/2026.\nHết."


def test_saving_keeps_what_was_left_and_corrected(client: Client, ward: Unit) -> None:
    sent = fields(opened(client))
    sent |= {
        "number": ["71"],
        "issued_on": ["21/4/2026"],
        "viec-0-title": ["Bài thu hoạch của Ban Thường vụ"],
        "lam": ["luu"],
    }
    answer = client.post(reverse(CORRECT), sent)
    directive = Directive.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("directives:preview", args=[directive.pk])
    assert (directive.ward, directive.reference, directive.state) == (ward, "71-CV/ĐU", "DRAFT")
    kept = list(directive.requirements.order_by("order"))
    assert [r.kind for r in kept] == ["ESSAY", "ESSAY", "ESSAY", "ACTIVITY", "REPORT"]
    assert kept[0].title == "Bài thu hoạch của Ban Thường vụ"
    assert kept[0].source_sentence.startswith("Các đồng chí trong Ban Thường vụ Đảng ủy: Nộp bài thu hoạch")
    assert (kept[4].anchor, kept[4].event_days) == (kept[3], 3)
    assert [b.citation[:24] for b in directive.legal_bases.all()][1] == "Công văn số 698-CV/BTGDV"
    assert directive.full_text == EXAMPLE


def test_a_sentence_that_is_no_duty_is_left_out_whatever_its_fields_say(client: Client) -> None:
    sent = fields(opened(client))
    del sent["viec-0-taken"]
    sent |= {"viec-0-title": [""], "viec-0-kind": ["nonsense"], "lam": ["luu"], "number": ["71"]}
    assert client.post(reverse(CORRECT), sent).status_code == 302
    assert [r.kind for r in Directive.objects.get().requirements.order_by("order")] == [
        "ESSAY",
        "ESSAY",
        "ACTIVITY",
        "REPORT",
    ]


def test_faults_are_told_and_nothing_typed_is_lost(client: Client) -> None:
    sent = fields(opened(client))
    sent |= {
        "issued_on": ["31/6/2026"],
        "viec-2-title": [""],
        "viec-4-outline": ["Mục một\nMục hai"],
        "viec-3-units": ["Chi bộ Sao Hỏa"],
        "lam": ["luu"],
    }
    answer = client.post(reverse(CORRECT), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Không có ngày này. Ghi ngày trước, tháng sau, ví dụ 21/4/2026." in html
    assert "Không có đơn vị “Chi bộ Sao Hỏa” trong danh bạ." in html
    again = fields(html)
    assert again["issued_on"] == ["31/6/2026"]
    assert again["viec-4-outline"] == ["Mục một\nMục hai"]
    assert again["full_text"] == [EXAMPLE]
    assert {k: v for k, v in again.items() if k.startswith("viec-1")} == {
        k: v for k, v in sent.items() if k.startswith("viec-1")
    }
    assert not Directive.objects.exists()


def test_one_more_duty_and_two_joined(client: Client) -> None:
    sent = fields(opened(client))
    more = fields(client.post(reverse(CORRECT), {**sent, "lam": ["them"]}).content.decode())
    assert more["so_viec"] == ["7"]
    assert more["viec-6-title"] == [""]
    fewer = fields(client.post(reverse(CORRECT), {**sent, "lam": ["gop-2"]}).content.decode())
    assert fewer["so_viec"] == ["5"]
    assert fewer["viec-0-source_sentence"][0].splitlines()[1].startswith("Các đồng chí Ủy viên Ban Chấp hành")
    assert sorted(fewer["viec-0-groups"]) == sorted(
        ["STANDING_COMMITTEE", "EXECUTIVE_COMMITTEE", "OFFICE_HEAD", "CELL_SECRETARY"]
    )


def test_words_become_an_audience_with_its_count(client: Client) -> None:
    html = opened(client, "1. Chi bộ Trường Tiểu học Phúc Lợi gửi báo cáo về Văn phòng Đảng ủy trước ngày 20/5/2026.\n")
    assert fields(html)["viec-0-units"] == ["Chi bộ Trường Tiểu học Phúc Lợi"]
    assert "<b>1 đơn vị</b>" in html
    assert "Văn bản ghi: “Chi bộ Trường Tiểu học Phúc Lợi”" in html


def test_a_stamped_paper_leaves_nothing_but_the_log(client: Client) -> None:
    text = "TUYỆT MẬT\n\nCác chi bộ gửi báo cáo trước ngày 20/5/2026."
    for sent in (
        {"text": text},
        {"file": SimpleUploadedFile("a.txt", text.encode())},
        {"text": "x", "is_secret": "on"},
    ):
        answer = client.post(reverse(READ), sent)
        assert answer.status_code == 422
    assert AuditEntry.objects.filter(action="directive.refuse_secret").count() == 3
    assert not Directive.objects.exists()


def test_an_empty_form_says_what_to_do(client: Client) -> None:
    answer = client.post(reverse(READ), {"text": " "})
    assert answer.status_code == 422
    assert "Dán toàn văn vào đây, hoặc chọn một tệp." in answer.content.decode()


def test_a_file_is_read_like_pasted_text(client: Client) -> None:
    answer = client.post(reverse(READ), {"file": SimpleUploadedFile("cv.txt", EXAMPLE.encode("utf-16"))})
    assert "Đọc được 6 việc" in answer.content.decode()


def _read_a_file(client: Client) -> dict[str, list[str]]:
    name, data = "Công văn 53.docx", word().read()
    answer = client.post(reverse(READ), {"file": SimpleUploadedFile(name, data)})
    return fields(answer.content.decode())


def _saved(client: Client, sent: dict[str, list[str]]) -> list[str]:
    """Names of the files of the one draft that saving makes."""
    answer = client.post(reverse(CORRECT), {**sent, "lam": "luu", "subject": "V/v báo cáo"})
    assert answer.status_code == 302
    return list(Directive.objects.get().attachments.values_list("name", flat=True))


def test_the_file_that_was_read_is_kept_with_its_draft(client: Client) -> None:
    sent = _read_a_file(client)
    assert not Directive.objects.exists()
    assert _saved(client, sent) == ["Công văn 53.docx"]


def test_a_forged_token_attaches_nothing(client: Client) -> None:
    sent = _read_a_file(client)
    assert _saved(client, {**sent, "ban_goc": [sent["ban_goc"][0][:-2] + "xx"]}) == []


def test_a_token_of_another_user_attaches_nothing(client: Client, ward: Unit) -> None:
    sent = _read_a_file(client)
    other = Client()
    other.force_login(make_user(Role.OFFICE, ward))
    assert _saved(other, sent) == []
