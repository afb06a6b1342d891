"""The page of a paper being read: what it shows, what it keeps, and that nothing typed is lost.

Not here: how papers are read (`reader/`), the browser story (`tests/e2e/test_reader.py`).
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.models import Directive, DirectiveAttachment
from directives.report_fields import OVERSIGHT_NUMBERS
from directives.services.originals import TOKEN_AGE, attach_original
from directives.services.preview import preview_issue
from tests.directives.reader.evaluation import TEXTS
from tests.factories.directives import at, make_directive
from tests.factories.units import appoint, exempt, make_cluster, make_member, make_unit, make_user, make_ward
from tests.submissions.test_papers import word
from units.choices import Block, PositionGroup, Role, UnitKind
from units.models import CommitteeProfile, Unit, User
from vault.models import Blob

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


def test_the_forms_of_leads_are_proposed_where_there_are_clusters(client: Client, ward: Unit) -> None:
    make_unit(ward, name="Chi bộ Tổ dân phố số 5", cluster=make_cluster(ward))
    html = opened(client)
    assert "Lưu 6 việc, xem trước" in html
    assert client.post(reverse(CORRECT), fields(html) | {"number": ["71"], "lam": ["luu"]}).status_code == 302
    watching = Directive.objects.get().requirements.get(kind="OVERSIGHT")
    assert watching.title == "Dự sinh hoạt chuyên đề tại các chi bộ"
    assert Audience.from_json(watching.audience) == Audience()  # every unit that stands in a cluster
    assert watching.outline[0] == "Chỉ đạo, quan sát, theo dõi thời gian tổ chức sinh hoạt chuyên đề"
    assert watching.numbers == list(OVERSIGHT_NUMBERS)


def test_one_of_two_places_is_chosen_on_the_card(client: Client, ward: Unit) -> None:
    html = opened(client)
    assert 'value="noi-3-UNIT"' in html
    assert "Văn bản nêu hai nơi nhận khác nhau." in html
    sent = fields(html) | {"number": ["71"]}
    answer = client.post(reverse(CORRECT), sent | {"lam": ["noi-3-OFFICE"]})
    again = answer.content.decode()
    assert answer.status_code == 200
    assert "noi-3-" not in again
    assert "Văn bản nêu hai nơi nhận khác nhau." not in again
    assert client.post(reverse(CORRECT), fields(again) | {"lam": ["luu"]}).status_code == 302
    third = Directive.objects.get().requirements.get(order=3)
    assert (third.route, third.title) == ("OFFICE", "Bài thu hoạch của đảng viên")


def test_a_block_no_essay_addresses_is_named_with_its_members(client: Client, ward: Unit) -> None:
    cell = make_unit(ward, name="Chi bộ Tổ dân phố số 5", block=Block.RESIDENTIAL)
    for name in ("Lê Thị Lan", "Hồ Văn Dân"):
        make_member(cell, name=name)
    html = opened(client)
    told = "Khối Dân cư không nằm trong câu nào giao bài thu hoạch: 1 đơn vị, 2 đảng viên."
    assert told in html
    sent = fields(html)
    sent["viec-2-blocks"] = [*sent["viec-2-blocks"], "RESIDENTIAL"]
    assert told not in client.post(reverse(CORRECT), sent | {"lam": ["them"]}).content.decode()
    only_reports = opened(client, "1. Các chi bộ gửi báo cáo về Ban Xây dựng Đảng trước ngày 20/5/2026.")
    assert "không nằm trong câu nào" not in only_reports


@pytest.mark.parametrize("deed", ["noi-0-UNIT", "noi-7-UNIT", "noi-3-NHA", "noi-3-UNIT-", "noi--UNIT"])
def test_a_place_for_no_duty_changes_nothing(client: Client, deed: str) -> None:
    sent = fields(opened(client))
    again = fields(client.post(reverse(CORRECT), sent | {"lam": [deed]}).content.decode())
    assert again == sent


def test_duties_are_named_by_what_is_asked_not_by_where_it_goes(client: Client) -> None:
    sent = fields(opened(client))
    assert [sent[f"viec-{index}-title"] for index in range(6)] == [
        ["Bài thu hoạch của Ban Thường vụ"],
        ["Bài thu hoạch của cán bộ chủ chốt"],
        ["Bài thu hoạch của đảng viên"],
        ["Sinh hoạt chuyên đề tháng 5/2026"],
        ["Dự sinh hoạt chuyên đề tại các chi bộ"],
        ["Báo cáo kết quả sinh hoạt chuyên đề"],
    ]


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


def test_a_paper_of_another_ward_or_of_a_day_to_come_is_remarked_upon_where_it_is_corrected(client: Client) -> None:
    sent = fields(opened(client))
    assert "cũng không phải cấp trên" not in opened(client)
    sent |= {"lam": ["them"], "issuer": ["Đảng ủy phường Long Biên"], "issued_on": ["31/12/2099"]}
    page = client.post(reverse(CORRECT), sent).content.decode()
    assert "Cơ quan ban hành là Đảng ủy phường Long Biên" in page
    assert '<a href="#id_issuer">Sửa cơ quan</a>' in page
    assert "Ngày ban hành 31/12/2099 chưa tới" in page


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


@pytest.mark.parametrize(("late", "kept"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_a_token_holds_for_its_term_and_no_second_longer(
    client: Client, ward: Unit, late: timedelta, kept: int
) -> None:
    office, draft = User.objects.get(pk=client.session["_auth_user_id"]), make_directive(ward, state="DRAFT")
    with time_machine.travel(at(22, hour=9), tick=False) as clock:
        token = _read_a_file(client)["ban_goc"][0]
        clock.shift(TOKEN_AGE + late)
        attach_original(directive=draft, token=token, by=office, at=at(22, hour=21))
    assert draft.attachments.count() == kept


def test_a_file_that_was_swept_leaves_the_draft_and_says_so(client: Client) -> None:
    sent = _read_a_file(client)
    Blob.objects.all().delete()
    assert _saved(client, sent) == []
    page = client.get(reverse("directives:preview", args=[Directive.objects.get().pk])).content.decode()
    assert "Chưa đính kèm được tệp gốc vì tệp không còn trên cổng." in page


def test_a_draft_that_cannot_be_kept_keeps_no_file(client: Client) -> None:
    sent = _read_a_file(client)
    answer = client.post(reverse(CORRECT), {**sent, "lam": "luu", "subject": "V/v báo cáo", "full_text": "TUYỆT MẬT"})
    assert answer.status_code == 422
    assert not DirectiveAttachment.objects.exists()


def _to_look_at(html: str) -> int:
    found = re.search(r"cần xem (\d+) chỗ", html)
    return int(found[1]) if found else 0


def test_what_was_filled_in_is_not_warned_of_when_the_page_comes_back(client: Client) -> None:
    html = opened(client)
    assert "Chưa có số văn bản." in html
    assert "Chưa có ngày ban hành." in html
    sent = fields(html) | {"number": ["71"], "viec-2-title": [""], "lam": ["luu"]}

    refused = client.post(reverse(CORRECT), sent).content.decode()
    assert "Chưa có số văn bản." not in refused
    assert "Chưa có ngày ban hành." in refused
    assert _to_look_at(refused) == _to_look_at(html) - 1
    dated = client.post(reverse(CORRECT), sent | {"issued_on": ["21/4/2026"]}).content.decode()
    assert "Chưa có ngày ban hành." not in dated


def test_a_deadline_typed_into_a_card_is_read_at_once_and_its_lack_no_more_told(client: Client) -> None:
    lacking = "Việc phải nộp nhưng câu này không ghi hạn."
    html = opened(client, "Đề nghị các chi bộ gửi báo cáo kết quả thực hiện về Đảng ủy phường.", issued_on="21/4/2026")
    assert html.count(lacking) == 1
    assert 'hx-select="#doc-han-1"' in html

    typed = fields(html) | {"viec-0-deadline_phrase": ["trước ngày 28/4/2026"], "lam": ["doc"]}
    answer = client.post(reverse(CORRECT), typed, headers={"HX-Request": "true"})
    again = answer.content.decode()
    assert answer.status_code == 200
    read = re.search(r'id="doc-han-1".*?<strong>(.*?)</strong>', again, re.DOTALL)[1]
    assert read.replace("\u00a0", " ") == "Nộp đến hết thứ Hai ngày 27/4/2026"
    assert lacking not in again
    assert not Directive.objects.exists()


def test_a_card_counts_members_as_the_preview_will(client: Client, ward: Unit) -> None:
    school = Unit.objects.get(block=Block.SCHOOL)
    leader = make_member(school, name="Phạm Quang Minh")
    appoint(leader, "Phó Bí thư Thường trực", unit=ward, group=PositionGroup.STANDING_COMMITTEE)
    exempt(make_member(school, name="Lê Văn Miễn"))
    sent = fields(opened(client)) | {"number": ["71"], "issued_on": ["21/4/2026"]}
    page = client.post(reverse(CORRECT), sent | {"lam": ["doc"]}).content.decode()
    shown = re.findall(r"<b>(\d+) đảng viên(?: \(thêm (\d+) miễn\))?, \d+ đơn vị</b>", page)

    client.post(reverse(CORRECT), sent | {"lam": ["luu"]})

    preview = preview_issue(directive=Directive.objects.get(), at=timezone.now())
    essays = [item for item in preview.requirements if item.by_members and item.total]
    assert [(str(item.required), str(item.waived or "")) for item in essays] == shown == [("1", ""), ("1", "1")]


def test_every_foreign_address_of_a_duty_is_warned_of_and_the_wards_own_never(client: Client, ward: Unit) -> None:
    CommitteeProfile.objects.filter(unit=ward).update(mailbox="bxdd@phucloi.example")
    sent = fields(opened(client))
    sent["viec-0-description"] = [
        "Gửi về BXDD@phucloi.example, đồng gửi vp@longbien.example và th@longbien.example, nhắc lại VP@longbien.example"
    ]
    html = client.post(reverse(CORRECT), sent).content.decode()
    warned = re.findall(r"Văn bản ghi địa chỉ (\S+), khác hộp thư của Đảng ủy \(bxdd@phucloi\.example\)", html)
    assert [one for one in warned if one.endswith("@longbien.example")] == [
        "vp@longbien.example",
        "th@longbien.example",
    ]
    assert not any(one.lower() == "bxdd@phucloi.example" for one in warned)


PLAN = (TEXTS / "examples" / "ke_hoach_001.txt").read_text(encoding="utf-8")
ONWARD = """1. Các chi bộ gửi báo cáo kết quả thực hiện về Đảng ủy phường trước ngày 10/6/2026.
2. Văn phòng Đảng ủy tổng hợp, báo cáo Thành ủy trước ngày 20/6/2026.
"""


def _card(html: str, number: int) -> str:
    card = re.search(rf'<article class="panel read-duty" id="viec-{number}".*?</article>', html, re.DOTALL)[0]
    return " ".join(card.split())


@time_machine.travel(at(8, 4), tick=False)
def test_an_essay_the_ward_passes_on_is_given_to_those_who_write_it(client: Client, ward: Unit) -> None:
    leader = make_member(Unit.objects.get(block=Block.SCHOOL), name="Phạm Quang Minh")
    appoint(leader, "Phó Bí thư Thường trực", unit=ward, group=PositionGroup.STANDING_COMMITTEE)
    html = opened(client, PLAN, issued_on="8/4/2026")
    card = _card(html, 5)
    assert "<b>1 đảng viên, 1 đơn vị</b> · Ủy viên Ban Thường vụ" in card
    assert "Văn bản ghi bài này còn gửi cấp trên." in card
    assert "viec-4-to_superior" not in fields(html)

    only = {f"viec-{index}-taken" for index in range(20)} - {"viec-4-taken"}
    sent = {name: said for name, said in fields(html).items() if name not in only}
    answer = client.post(reverse(CORRECT), sent | {"number": ["55"], "lam": ["luu"]}, follow=True)

    directive = Directive.objects.get()
    assert [r.audience["groups"] for r in directive.requirements.all()] == [["STANDING_COMMITTEE"]]
    assert not directive.onward_duties.exists()
    assert "Đã lưu bản nháp với 1 yêu cầu. Chưa giao cho ai" in answer.content.decode()
    assert "việc gửi cấp trên" not in answer.content.decode()


def test_what_the_ward_sends_itself_is_given_to_nobody_and_counted_apart(client: Client) -> None:
    html = opened(client, ONWARD, issued_on="1/6/2026")
    assert "<b>Đảng ủy gửi cấp trên</b>, không giao đơn vị nào" in _card(html, 2)
    sent = fields(html)
    assert "viec-1-unit_kinds" not in sent
    head = {"number": ["56"], "subject": ["Báo cáo kết quả"], "lam": ["luu"]}

    answer = client.post(reverse(CORRECT), sent | head, follow=True)

    directive = Directive.objects.get()
    assert (directive.requirements.count(), directive.onward_duties.count()) == (1, 1)
    page = answer.content.decode()
    assert "Đã lưu bản nháp với 1 yêu cầu và 1 việc gửi cấp trên. Chưa giao cho ai" in page
    assert "1 việc gửi cấp trên, không giao đơn vị nào</h2>" in page


def test_a_card_with_an_audience_cannot_go_to_the_superior_as_well(client: Client) -> None:
    sent = fields(opened(client, ONWARD, issued_on="1/6/2026"))
    sent |= {"viec-0-to_superior": ["on"], "number": ["56"], "subject": ["Báo cáo kết quả"], "lam": ["luu"]}
    answer = client.post(reverse(CORRECT), sent)
    assert answer.status_code == 422
    assert "Việc gửi cấp trên không giao đơn vị, đảng viên nào." in answer.content.decode()
    assert "<b>Đảng ủy gửi cấp trên</b>, không giao đơn vị nào" in _card(answer.content.decode(), 1)
    assert not Directive.objects.exists()


def test_a_duty_joined_to_one_for_the_superior_keeps_its_audience(client: Client) -> None:
    sent = fields(opened(client, ONWARD, issued_on="1/6/2026"))
    html = client.post(reverse(CORRECT), sent | {"lam": ["gop-2"]}).content.decode()
    assert "viec-0-to_superior" not in fields(html)
    assert "1 đơn vị</b>" in _card(html, 1)


@pytest.mark.parametrize("issued_on", ["", "8/4/2026", "30/11/2026"])
def test_a_quarter_that_waits_for_the_city_is_read_whatever_day_the_paper_is_issued(
    client: Client, issued_on: str
) -> None:
    card = _card(opened(client, PLAN, issued_on=issued_on), 6)
    assert "<h3>Tham mưu triển khai tổ chức Cuộc thi tìm hiểu Nghị quyết</h3>" in card
    assert "“trong quý II/2026 (sau khi Thành phố có kế hoạch)”" in card
    assert "30/6/2026</strong>" in card
    assert ("Ngày cuối 30/6/2026 đã qua khi ban hành (30/11/2026)." in card) == (issued_on == "30/11/2026")
