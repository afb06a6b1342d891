"""Pages of papers: entering directive 000 by the form to its exact obligations; who sees what; fixed numbers of queries."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import Certainty, DirectiveState, ObligationState, RequirementKind
from directives.errors import DeadlineRefused
from directives.models import Directive, DirectiveAttachment, Obligation, Requirement
from directives.services.drafts import attach_file
from directives.services.past_deadlines import change_past_deadlines
from tests.architecture.world import one_page_pdf
from tests.factories.directives import at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.units import appoint, exempt, make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Block, PositionGroup, Role, UnitKind
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


HEAD = {
    "kind": "CV",
    "number": "128",
    "symbol": "CV/ĐU",
    "issued_on": "21/4/2026",
    "subject": "Tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW và tổ chức đợt sinh hoạt chuyên đề tháng 5/2026",
    "issuer": "Đảng ủy phường Phúc Lợi",
    "superior": "Đảng bộ Thành phố Hà Nội",
    "place": "Phúc Lợi",
    "urgency": "NORMAL",
    "legal_bases": "Công văn số 698-CV/BTGDVTU ngày 21/4/2026\nCông văn số 701-CV/BTGDVTU ngày 21/4/2026\n",
    "addressees": "Ủy ban Mặt trận Tổ quốc Việt Nam phường\nCác ban Đảng, Văn phòng Đảng ủy",
    "recipients": "Thường trực Đảng ủy\nLưu VPĐU",
    "signing_authority": "T/M BAN THƯỜNG VỤ",
    "signer_post": "PHÓ BÍ THƯ THƯỜNG TRỰC",
    "signer": "Nguyễn Xuân Hiền",
    "full_text": "1. Tiếp tục tổ chức nghiên cứu, học tập",
}


def test_directive_000_is_entered_by_the_form_and_gives_exactly_its_obligations() -> None:
    ward = make_ward()
    office = make_unit(ward, name="Văn phòng Đảng ủy", code="VP", kind=UnitKind.OFFICE, block=Block.PARTY_OFFICES)
    street = make_unit(ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
    school = make_unit(ward, name="Chi bộ Trường THCS Phúc Lợi", code="THCS", block=Block.SCHOOL)
    base = make_unit(ward, name="Đảng bộ Công an", code="CA", kind=UnitKind.GRASSROOTS_COMMITTEE, block=Block.POLICE)
    make_unit(ward, name="Chi bộ Công an 1", code="CA1", kind=UnitKind.SUB_CELL, parent=base, block=Block.POLICE)
    standing = make_member(school, name="Đoàn Thị Hoà")
    appoint(standing, "Ủy viên Ban Thường vụ", unit=ward, group=PositionGroup.STANDING_COMMITTEE)
    executive = make_member(street, name="Nguyễn Văn An", title="Bí thư")
    appoint(executive, "Ủy viên Ban Chấp hành", unit=ward, group=PositionGroup.EXECUTIVE_COMMITTEE)
    head = make_member(street, name="Lê Thị Mai")
    appoint(head, "Chánh Văn phòng", unit=office, group=PositionGroup.OFFICE_HEAD)
    make_member(school, name="Trần Thị Bình")
    exempt(make_member(school, name="Phạm Văn Miễn"))
    make_member(street, name="Hồ Văn Dân")
    admin = make_user(Role.ADMIN, ward)
    client = logged_in(admin)

    files = {"files": SimpleUploadedFile("Công văn 128.pdf", one_page_pdf(), content_type="application/pdf")}
    with zeal_ignore([{"model": "audit.AuditHead", "field": "get()"}]):  # two acts in one request, one entry each
        answer = client.post(reverse("directives:create"), {**HEAD, **files})
    directive = Directive.objects.get()
    assert answer["Location"] == reverse("directives:directive", args=[directive.pk])
    assert (directive.reference, directive.issued_on, directive.state) == ("128-CV/ĐU", date(2026, 4, 21), "DRAFT")
    assert [basis.citation for basis in directive.legal_bases.all()] == HEAD["legal_bases"].splitlines()
    assert [file.name for file in directive.attachments.all()] == ["Công văn 128.pdf"]

    def ask(**said: object) -> Requirement:
        sent = {"route": "OFFICE", **said}
        answer = client.post(reverse("directives:add_requirement", args=[directive.pk]), sent)
        assert answer.status_code == 302, answer.content.decode()
        return directive.requirements.last()

    essay = {"kind": "ESSAY", "deadline_phrase": "trước ngày 28/4/2026", "without_earlier": "on"}
    ask(**essay, title="Bài thu hoạch của Ban Thường vụ", groups=["STANDING_COMMITTEE"])
    ask(
        **essay,
        title="Bài thu hoạch của cán bộ chủ chốt",
        groups=["EXECUTIVE_COMMITTEE", "OFFICE_HEAD", "CELL_SECRETARY"],
    )
    ask(**essay, title="Bài thu hoạch của đảng viên", blocks=["ADMINISTRATION", "SCHOOL", "ENTERPRISE"])
    cells = ["GRASSROOTS_CELL", "SUB_CELL"]
    session = ask(kind="ACTIVITY", title="Sinh hoạt chuyên đề", deadline_phrase="Trong tháng 5/2026", unit_kinds=cells)
    ask(
        kind="REPORT",
        title="Báo cáo kết quả sinh hoạt chuyên đề",
        deadline_phrase="chậm nhất sau 03 ngày tổ chức",
        anchor=session.pk,
        unit_kinds=["GRASSROOTS_COMMITTEE", "GRASSROOTS_CELL"],
    )

    preview = client.get(reverse("directives:preview", args=[directive.pk])).content.decode()
    assert "Sẽ giao 10 việc ở 4 đơn vị" in preview
    assert "1 việc nữa ghi “Miễn” vì đảng viên được miễn" in preview
    gap = "<strong>1 đảng viên khối Dân cư không được giao bài nào:</strong> 1 đơn vị; các đơn vị này vẫn có việc ở yêu cầu 2, 4, 5."
    assert gap in preview
    assert "Đảng bộ Công an không tự tổ chức: hạn tính từ buổi cuối cùng của các chi bộ trực thuộc." in preview
    assert "27/4/2026 là ngày nghỉ" in preview
    question = client.get(reverse("directives:issue", args=[directive.pk])).content.decode()
    assert "giao 10 việc cho 4 đơn vị?" in question
    assert not Obligation.objects.exists()
    assert client.post(reverse("directives:issue", args=[directive.pk])).status_code == 302

    before_28 = at(28)
    assert {
        (o.requirement.order, o.unit.code, o.member.full_name if o.member else "", o.state, o.due_at, o.certainty)
        for o in Obligation.objects.select_related("requirement", "unit", "member")
    } == {
        (1, "THCS", "Đoàn Thị Hoà", "PENDING", before_28, "CERTAIN"),
        (2, "TDP05", "Nguyễn Văn An", "PENDING", before_28, "CERTAIN"),
        (2, "TDP05", "Lê Thị Mai", "PENDING", before_28, "CERTAIN"),
        (3, "THCS", "Trần Thị Bình", "PENDING", before_28, "CERTAIN"),
        (3, "THCS", "Phạm Văn Miễn", "WAIVED", before_28, "CERTAIN"),
        (4, "TDP05", "", "PENDING", at(1, 6), "CERTAIN"),
        (4, "THCS", "", "PENDING", at(1, 6), "CERTAIN"),
        (4, "CA1", "", "PENDING", at(1, 6), "CERTAIN"),
        (5, "TDP05", "", "PENDING", at(4, 6), "EVENT"),
        (5, "THCS", "", "PENDING", at(4, 6), "EVENT"),
        (5, "CA", "", "PENDING", at(4, 6), "EVENT"),
    }
    assert Directive.objects.get().state == DirectiveState.ISSUED
    assert AuditEntry.objects.filter(action="directive.issue", actor_id=str(admin.pk)).count() == 1


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("thứ Sáu hằng tuần, đến hết ngày 08/5/2026", "Mọi kỳ còn lại: 24/4/2026, 01/5/2026, 08/5/2026."),
        ("thứ Ba và thứ Sáu hằng tuần", "Bốn kỳ tới: 24/4/2026, 28/4/2026, 01/5/2026, 05/5/2026."),
    ],
)
def test_the_form_names_the_periods_to_come(phrase: str, said: str) -> None:
    ward = make_ward()
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 4, 22))
    client = logged_in(make_user(Role.OFFICE, ward))
    shown = client.get(
        reverse("directives:read_phrase", args=[draft.pk]), {"deadline_phrase": phrase, "kind": "REPORT"}
    )
    assert said in " ".join(shown.content.decode().split())


def test_several_passed_deadlines_are_changed_with_one_form() -> None:
    ward = make_ward()
    make_unit(ward, name="Chi bộ 5", code="CB5")
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 4, 22))
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    one, two = (
        make_requirement(draft, kind=RequirementKind.REPORT, phrase=phrase, audience=cells)
        for phrase in ("trước ngày 24/4/2026", "trước ngày 23/4/2026")
    )
    client, where = logged_in(make_user(Role.OFFICE, ward)), reverse("directives:past_deadlines", args=[draft.pk])
    said = {"for_all": "", f"phrase_{one.pk}": one.deadline_phrase, f"phrase_{two.pk}": two.deadline_phrase}

    assert (
        f'<a href="{where}">Đổi tất cả hạn đã qua</a>'
        in client.get(reverse("directives:preview", args=[draft.pk])).content.decode()
    )
    assert "Đổi 2 hạn đã qua" in client.get(where).content.decode()
    nothing = client.post(where, said)
    assert (nothing.status_code, "Chưa ghi hạn mới nào." in nothing.content.decode()) == (422, True)
    wrong = client.post(where, {**said, "for_all": "kịp thời", f"phrase_{two.pk}": "trước ngày 24/4/2026"})
    assert wrong.status_code == 422
    assert "Yêu cầu 1: “kịp thời” không cho một ngày cụ thể." in wrong.content.decode()
    assert "Yêu cầu 2: “trước ngày 24/4/2026” cũng đã qua." in wrong.content.decode()
    expected = client.post(where, {**said, "for_all": "dự kiến  ngày 20/4/2026"})
    assert expected.status_code == 422
    assert "Yêu cầu 1: “dự kiến ngày 20/4/2026” cũng đã qua." in expected.content.decode()
    assert [r.deadline_phrase for r in draft.requirements.order_by("order")] == [
        "trước ngày 24/4/2026",
        "trước ngày 23/4/2026",
    ]

    assert (
        client.post(
            where, {**said, "for_all": "trước ngày 10/5/2026", f"phrase_{two.pk}": "trong tháng 5/2026"}
        ).status_code
        == 302
    )
    changed = draft.requirements.order_by("order").values_list("deadline_phrase", "due_at")
    assert list(changed) == [("trước ngày 10/5/2026", at(10, 5)), ("trong tháng 5/2026", at(1, 6))]
    assert AuditEntry.objects.filter(action="requirement.change").count() == 2
    assert client.get(where).status_code == 302


def test_a_clock_that_hangs_on_an_activity_moves_with_it() -> None:
    ward = make_ward()
    make_unit(ward, name="Chi bộ 5", code="CB5")
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 3, 2))
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    meeting = make_requirement(draft, kind=RequirementKind.ACTIVITY, phrase="trong tháng 3/2026", audience=cells)
    report = make_requirement(
        draft, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", audience=cells, anchor=meeting
    )
    client, where = logged_in(make_user(Role.OFFICE, ward)), reverse("directives:past_deadlines", args=[draft.pk])

    shown = client.get(where).content.decode()
    assert "Đổi 1 hạn đã qua" in shown
    assert "Yêu cầu 2 tính từ ngày tổ chức của yêu cầu 1 nên đổi theo yêu cầu ấy." in shown
    said = {"for_all": "trong tháng 5/2026", f"phrase_{meeting.pk}": meeting.deadline_phrase}
    assert client.post(where, said).status_code == 302
    report.refresh_from_db()
    assert (report.deadline_phrase, report.anchor, report.due_at) == (
        "chậm nhất sau 03 ngày tổ chức",
        meeting,
        at(4, 6),
    )


def test_the_activity_is_asked_of_although_its_own_day_is_only_expected() -> None:
    ward = make_ward()
    make_unit(ward, name="Chi bộ 5", code="CB5")
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 3, 2))
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    meeting = make_requirement(draft, kind=RequirementKind.ACTIVITY, phrase="dự kiến ngày 20/3/2026", audience=cells)
    report = make_requirement(
        draft, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", audience=cells, anchor=meeting
    )
    essay = make_requirement(draft, kind=RequirementKind.REPORT, phrase="trước ngày 25/3/2026", audience=cells)
    client, where = logged_in(make_user(Role.OFFICE, ward)), reverse("directives:past_deadlines", args=[draft.pk])

    shown = client.get(where)
    assert [one.pk for one in shown.context["form"].requirements] == [meeting.pk, essay.pk]
    assert [one.pk for one in shown.context["anchored"]] == [report.pk]
    said = {f"phrase_{meeting.pk}": "dự kiến ngày 20/5/2026", f"phrase_{essay.pk}": "trước ngày 25/5/2026"}
    assert client.post(where, said).status_code == 302
    report.refresh_from_db()
    assert report.due_at == at(26, 5)  # 23/5 is a Saturday
    assert client.get(where).status_code == 302, "nothing has passed any more"


def test_a_door_that_would_shut_too_early_is_named_by_its_requirement() -> None:
    ward = make_ward()
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 3, 2))
    make_requirement(draft, kind=RequirementKind.REPORT, phrase="trước ngày 20/5/2026")
    late = make_requirement(draft, kind=RequirementKind.REPORT, phrase="trước ngày 25/3/2026", closes_at=at(28, 4))
    with pytest.raises(DeadlineRefused, match=rf"^Yêu cầu {late.order}: Không đóng nhận bài trước khi hết hạn"):
        change_past_deadlines(directive=draft, phrases={late.pk: "trước ngày 25/5/2026"}, by=None, at=at(26))


def test_a_passed_deadline_is_warned_of_and_issued_only_with_the_tick() -> None:
    ward = make_ward()
    make_unit(ward, name="Chi bộ 5", code="CB5")
    draft = make_directive(ward, state=DirectiveState.DRAFT, number=5, issued_on=date(2026, 4, 22))
    cells = Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,))
    ask = make_requirement(draft, kind=RequirementKind.REPORT, phrase="trước ngày 24/4/2026", audience=cells)
    client = logged_in(make_user(Role.ADMIN, ward))
    issue, edit = reverse("directives:issue", args=[draft.pk]), reverse("directives:edit_requirement", args=[ask.pk])
    warned = "Yêu cầu 1 có hạn đã qua (23/4/2026): ban hành là 1 việc quá hạn ngay."

    preview = client.get(reverse("directives:preview", args=[draft.pk])).content.decode()
    assert f'<strong>{warned}</strong><a href="{edit}?ve=xem-truoc">Sửa hạn</a>' in preview
    question = client.get(issue).content.decode()
    assert warned in question
    assert "Tôi biết hạn đã qua và vẫn ban hành" in question
    refused = client.post(issue)
    assert refused.status_code == 422
    assert "Hạn của yêu cầu 1 đã qua. Sửa hạn, hoặc đánh dấu là đã biết rồi ban hành." in refused.content.decode()
    assert Directive.objects.get().state == DirectiveState.DRAFT
    assert client.post(issue, {"da_qua": "1"}).status_code == 302
    assert Directive.objects.get().state == DirectiveState.ISSUED


def test_a_requirement_corrected_from_the_preview_leads_back_to_it() -> None:
    ward = make_ward()
    draft = make_directive(ward, state=DirectiveState.DRAFT)
    ask = make_requirement(draft, kind=RequirementKind.REPORT)
    client = logged_in(make_user(Role.OFFICE, ward))
    edit = reverse("directives:edit_requirement", args=[ask.pk])
    sent = {"kind": "REPORT", "title": "Báo cáo", "route": "OFFICE", "unit_kinds": ["GRASSROOTS_CELL"]}
    preview, paper = (reverse(f"directives:{name}", args=[draft.pk]) for name in ("preview", "directive"))

    page = client.get(f"{edit}?ve=xem-truoc").content.decode()
    assert f'action="{edit}?ve=xem-truoc"' in page
    assert page.count(f'href="{preview}"') == 2  # the link back and "Bỏ, không lưu"
    assert client.post(f"{edit}?ve=xem-truoc", sent)["Location"] == preview
    assert client.post(edit, sent)["Location"] == paper


def test_the_phrase_is_read_back_while_it_is_typed() -> None:
    ward = make_ward()
    directive = make_directive(ward, state=DirectiveState.DRAFT)
    session = make_requirement(directive, kind=RequirementKind.ACTIVITY, due_at=at(1, 6))
    client = logged_in(make_user(Role.OFFICE, ward))

    def fragment(**said: object) -> str:
        answer = client.get(reverse("directives:read_phrase", args=[directive.pk]), said)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        return answer.content.decode().replace("\u00a0", " ")

    said = fragment(deadline_phrase="trước ngày 28/4/2026", kind="ESSAY")
    assert "Nộp đến hết thứ Hai ngày 27/4/2026" in said
    assert "27/4/2026 là ngày nghỉ" in said
    assert "Tổ chức đến hết Chủ nhật ngày 31/5/2026" in fragment(deadline_phrase="trong tháng 5/2026", kind="ACTIVITY")
    event = fragment(deadline_phrase="chậm nhất sau 03 ngày tổ chức", kind="REPORT", anchor=session.pk)
    assert "muộn nhất hết thứ Tư ngày 03/6/2026" in event
    assert "Chọn buổi sinh hoạt làm mốc" in fragment(deadline_phrase="chậm nhất sau 03 ngày tổ chức", kind="REPORT")
    unclear = fragment(deadline_phrase="hôm nào đó", kind="ESSAY")
    assert "reading-unclear" in unclear
    assert "Không hiểu" in unclear


def test_the_ticks_are_counted_on_today_s_roster() -> None:
    ward = make_ward()
    school = make_unit(ward, block=Block.SCHOOL)
    make_member(school)
    exempt(make_member(school))
    directive = make_directive(ward, state=DirectiveState.DRAFT)
    client = logged_in(make_user(Role.OFFICE, ward))

    answer = client.get(
        reverse("directives:count_audience", args=[directive.pk]), {"kind": "ESSAY", "blocks": ["SCHOOL"]}
    )

    words = " ".join(answer.content.decode().replace("\u00a0", " ").split())
    assert "1 đảng viên phải nộp, ở 1 đơn vị</strong>; đã trừ 1 người được miễn" in words


def test_named_members_are_found_or_asked_for() -> None:
    ward = make_ward()
    five, six = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ 6")
    make_member(five, name="Nguyễn Văn Hòa")
    wanted = make_member(six, name="Nguyễn Văn Hoà")
    directive = make_directive(ward, state=DirectiveState.DRAFT)
    client = logged_in(make_user(Role.OFFICE, ward))
    url = reverse("directives:add_requirement", args=[directive.pk])
    sent = {"kind": "ESSAY", "title": "Bài", "route": "OFFICE"}

    asked = client.post(url, {**sent, "members": "Nguyễn Văn Hoà\nLê Không Có"})
    assert asked.status_code == 422
    text = asked.content.decode()
    assert "Có 2 đảng viên tên “Nguyễn Văn Hoà”: Chi bộ 5; Chi bộ 6." in text
    assert "Không có đảng viên “Lê Không Có” trong danh bạ." in text

    assert client.post(url, {**sent, "members": "Nguyễn Văn Hoà - Chi bộ 6"}).status_code == 302
    assert directive.requirements.get().audience == {"members": [wanted.pk]}


@pytest.mark.parametrize(
    "said",
    [{"is_secret": "on"}, {"full_text": "ĐẢNG ỦY\n\nTUYỆT MẬT\n\nSố 3"}, {"subject": "Công văn (MẬT) về nhân sự"}],
)
def test_a_secret_paper_is_turned_away_and_only_the_refusal_is_kept(said: dict[str, str]) -> None:
    ward = make_ward()
    admin = make_user(Role.ADMIN, ward)

    answer = logged_in(admin).post(reverse("directives:create"), {**HEAD, **said})

    assert answer.status_code == 422
    assert not Directive.objects.exists()
    assert list(
        AuditEntry.objects.exclude(action="account.login").values_list("action", "actor_id", "result", "obj_label")
    ) == [("directive.refuse_secret", str(admin.pk), "refused", "")]


def test_faults_stand_on_top_and_beside_and_nothing_typed_is_lost() -> None:
    ward = make_ward()
    answer = logged_in(make_user(Role.ADMIN, ward)).post(
        reverse("directives:create"), {**HEAD, "issued_on": "31/4/2026", "symbol": ""}
    )

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Chưa lưu được, còn 2 chỗ cần sửa" in text
    assert "Không có ngày này. Ghi ngày trước, tháng sau" in text
    assert "31/4/2026" in text
    assert HEAD["signer"] in text
    assert not Directive.objects.exists()


@pytest.fixture
def campaign():
    """An issued paper with an essay of An, a session and a report of two cells, and a draft beside it."""
    ward = make_ward()
    cluster = make_cluster(ward)
    own, other = make_unit(ward, name="Chi bộ 1", cluster=cluster), make_unit(ward, name="Chi bộ 2")
    an = make_member(own, name="Nguyễn Văn An")
    directive = make_directive(ward, number=128)
    essay = make_requirement(directive)
    session = make_requirement(directive, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    things = {
        "essay": make_obligation(essay, an),
        "session": make_obligation(session, own),
        "elsewhere": make_obligation(session, other),
    }
    foreign = make_ward(name="Việt Hưng", code="VH")
    users = {
        "admin": make_user(Role.ADMIN, ward),
        "office": make_user(Role.OFFICE, ward),
        "leader": make_user(Role.LEADER, ward),
        "cluster": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "secretary": make_user(Role.SECRETARY, own),
        "member": make_user(member=an),
        "nobody": make_user(member=make_member(other)),
        "foreign": make_user(Role.ADMIN, foreign),
    }
    return directive, make_directive(ward, number=129, state=DirectiveState.DRAFT), things, users


SEEN = [
    # page, object, roles that see it (200); all others must get 404
    ("directive", "directive", {"admin", "office", "leader", "cluster", "secretary", "member"}),
    ("directive", "draft", {"admin", "office"}),
    ("obligation", "essay", {"admin", "office", "leader", "cluster", "secretary", "member"}),
    ("obligation", "elsewhere", {"admin", "office", "leader"}),
]


@pytest.mark.parametrize(("address", "what", "seen_by"), SEEN)
def test_foreign_objects_are_not_found(campaign, address: str, what: str, seen_by: set[str]) -> None:
    directive, draft, things, users = campaign
    target = {"directive": directive, "draft": draft, **things}[what]

    answers = {
        role: logged_in(user).get(reverse(f"directives:{address}", args=[target.pk])).status_code
        for role, user in users.items()
    }

    assert answers == {role: 200 if role in seen_by else 404 for role in users}


def test_the_register_lists_exactly_what_one_may_open(campaign) -> None:
    _, _, _, users = campaign

    def listed(role: str) -> set[str]:
        page = logged_in(users[role]).get(reverse("directives:list"))
        return {directive.reference for directive in page.context["page_obj"]}

    both, issued = {"128-CV/ĐU", "129-CV/ĐU"}, {"128-CV/ĐU"}
    assert {role: listed(role) for role in users} == {
        "admin": both, "office": both, "leader": issued, "cluster": issued, "secretary": issued, "member": issued,
        "nobody": set(), "foreign": set(),
    }  # fmt: skip


def test_the_register_is_searched_without_accents_and_narrowed(campaign) -> None:
    _, _, _, users = campaign
    make_directive(
        users["office"].role_grants.get().unit,
        number=7,
        symbol="KH/ĐU",
        kind="KH",
        subject="Chuyển đổi số",
        issued_on=date(2025, 3, 1),
    )
    client = logged_in(users["office"])

    def found(**wanted: str) -> list[str]:
        return [d.reference for d in client.get(reverse("directives:list"), wanted).context["page_obj"]]

    assert found() == ["129-CV/ĐU", "128-CV/ĐU", "07-KH/ĐU"]
    assert found(q="chuyen doi so") == ["07-KH/ĐU"]
    assert found(q="128-CV") == ["128-CV/ĐU"]
    assert found(loai="KH") == ["07-KH/ĐU"]
    assert found(trang_thai="DRAFT") == ["129-CV/ĐU"]
    assert found(nam="2025") == ["07-KH/ĐU"]
    assert found(nam="năm ngoái", trang_thai="KHÔNG CÓ") == ["129-CV/ĐU", "128-CV/ĐU", "07-KH/ĐU"]


DOORS = [
    # address, object, roles that may (by GET); others who see the object get 403, the rest 404
    ("edit", "draft", {"admin", "office"}),
    ("add_requirement", "draft", {"admin", "office"}),
    ("preview", "draft", {"admin", "office"}),
    ("issue", "draft", {"admin"}),
    ("extend", "essay", {"admin", "office"}),
    ("waive", "essay", {"admin", "office"}),
    ("declare", "session", {"admin", "office", "secretary"}),
]


@pytest.mark.parametrize(("address", "what", "allowed"), DOORS)
def test_only_those_who_may_get_through(campaign, address: str, what: str, allowed: set[str]) -> None:
    directive, draft, things, users = campaign
    target = {"directive": directive, "draft": draft, **things}[what]
    sees = {"draft": {"admin", "office"}}.get(
        what, set(users) - {"nobody", "foreign"} - ({"member"} if what == "session" else set())
    )

    answers = {
        role: logged_in(user).get(reverse(f"directives:{address}", args=[target.pk])).status_code
        for role, user in users.items()
    }

    assert answers == {role: 200 if role in allowed else 403 if role in sees else 404 for role in users}


def test_extending_shows_the_old_day_struck_through(campaign) -> None:
    _, _, things, users = campaign
    client = logged_in(users["office"])
    url = reverse("directives:extend", args=[things["essay"].pk])

    late = client.post(url, {"last_day": "25/4/2026", "reason": "Ốm"})
    assert late.status_code == 422
    assert "Hạn mới phải sau hạn đang có" in late.content.decode()
    assert client.post(url, {"last_day": "04/5/2026", "reason": "Ốm"}).status_code == 302

    obligation = Obligation.objects.get(pk=things["essay"].pk)
    assert obligation.due_at == at(5, 5)
    text = client.get(reverse("directives:obligation", args=[obligation.pk])).content.decode().replace("\u00a0", " ")
    assert "Gia hạn đến hết thứ Hai ngày 04/5/2026" in text
    assert '<span class="visually-hidden">Hạn cũ:</span> hết thứ Hai ngày 27/4/2026' in text
    assert "Ốm" in text


def test_extending_all_touches_those_who_still_owe_and_says_how_many(campaign) -> None:
    _, _, things, users = campaign
    session = things["session"].requirement
    Obligation.objects.filter(pk=things["elsewhere"].pk).update(
        state=ObligationState.ACCEPTED, first_submitted_at=at(23), submitted_at=at(23), decided_at=at(23)
    )
    client = logged_in(users["office"])
    url = reverse("directives:extend_all", args=[session.pk])

    assert "Gia hạn, cho miễn: 1 việc còn nợ" in client.get(url).content.decode()
    said = {"act": "EXTEND", "who": "all", "last_day": "10/6/2026", "reason": "Nghỉ hè"}
    assert client.post(url, said).status_code == 302

    dues = dict(Obligation.objects.filter(requirement=session).values_list("unit__name", "due_at"))
    assert dues == {"Chi bộ 1": at(11, 6), "Chi bộ 2": at(1, 6)}


def test_a_file_goes_out_only_with_its_paper(campaign) -> None:
    directive, draft, _, users = campaign
    content = one_page_pdf()
    attached = attach_file(directive=directive, stream=io.BytesIO(content), name="Công văn 128.pdf", by=None, at=NOW)
    hidden = attach_file(directive=draft, stream=io.BytesIO(one_page_pdf("y")), name="Nháp.pdf", by=None, at=NOW)

    answer = logged_in(users["secretary"]).get(reverse("directives:attachment", args=[directive.pk, attached.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for role in ("secretary", "leader", "foreign", "nobody"):
        client = logged_in(users[role])
        assert client.get(reverse("directives:attachment", args=[draft.pk, hidden.pk])).status_code == 404
        assert client.get(reverse("directives:attachment", args=[directive.pk, hidden.pk])).status_code == 404
    assert DirectiveAttachment.objects.count() == 2


def _queries(client: Client, url: str, counted) -> int:
    with counted() as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("role", ["office", "secretary"])
def test_lists_cost_the_same_with_one_and_three(campaign, role: str, django_assert_max_num_queries) -> None:
    directive, _, _, users = campaign
    client = logged_in(users[role])
    own = users["secretary"].role_grants.get().unit
    pages = [
        reverse("directives:list"),
        reverse("directives:directive", args=[directive.pk]),
        reverse("directives:my_work"),
    ]
    few = [_queries(client, url, lambda: django_assert_max_num_queries(30)) for url in pages]

    for n in range(3):
        more = make_directive(own.ward, number=200 + n)
        requirement = make_requirement(more)
        make_extension(make_obligation(requirement, make_member(own)), at(5, 5))
        report = make_requirement(directive, kind=RequirementKind.REPORT, due_at=at(9, 5))
        make_obligation(report, own, certainty=Certainty.CERTAIN)

    assert [_queries(client, url, lambda: django_assert_max_num_queries(30)) for url in pages] == few


@pytest.mark.parametrize(
    ("days", "state", "offers", "said"),
    [
        (0, ObligationState.PENDING, False, "Từ ngày ấy không ai phải làm việc này nữa"),
        (0, ObligationState.ACCEPTED, False, "Kết quả dưới đây được giữ nguyên"),
        (1, ObligationState.PENDING, True, ""),  # the unit is there until the day comes
    ],
)
def test_the_duty_of_a_dissolved_unit_says_so_and_offers_nothing_that_has_no_sense(days, state, offers, said):
    ward = make_ward()
    unit = make_unit(ward, closed_on=date(2026, 4, 24 + days))
    report = make_requirement(make_directive(ward), kind=RequirementKind.REPORT, due_at=at(22))
    debt = make_obligation(report, unit, state=state)
    client = logged_in(make_user(Role.OFFICE, ward))
    response = client.get(reverse("directives:obligation", args=[debt.pk]))
    page = response.content.decode().replace("\u00a0", " ")
    assert (reverse("directives:waive", args=[debt.pk]) in page) is offers
    assert (reverse("directives:extend", args=[debt.pk]) in page) is offers
    assert response.context["chip_words"].startswith("Quá") is offers
    assert ("đã giải thể từ ngày 24/4/2026" in page) is bool(said)
    assert said in page
    assert (reverse("directives:sync", args=[report.directive_id]) in page) is (said.startswith("Từ ngày"))
