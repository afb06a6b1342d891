"""The pages of the log: who reads which rows, the search, paging by key, one entry in words, exports, histories.

Not here: recording and proving (`tests/audit`), roles against addresses (`tests/architecture/test_url_matrix.py`).
"""

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.urls import reverse

from audit import context
from audit.models import AuditEntry
from audit.services import Subject, record
from phucloi_portal.audit_log import export as exporting
from phucloi_portal.audit_log import search as searching
from phucloi_portal.audit_log import views as pages
from phucloi_portal.audit_log.objects import KINDS
from phucloi_portal.audit_log.search import PAGE, Search, page_of
from phucloi_portal.audit_log.words import lines_of
from tests.architecture.world import build
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import make_city, make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.services.change_of_secretary import change_secretary
from units.services.links import make_link, note_opening, revoke_links
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
SEARCH = "/nhat-ky/"


def seqs(client, address=SEARCH, **filters):
    """Numbers of the rows the search shows."""
    answer = client.get(address, filters)
    assert answer.status_code == 200
    return [line.entry.seq for line in answer.context["lines"]]


@pytest.fixture
def two_wards(time_machine):
    """Rows 1–5: of ours, of theirs, of nobody's, by our officer without an object, of theirs refused."""
    time_machine.move_to(NOW, tick=False)
    city = make_city()
    ours, theirs = make_ward(city=city), make_ward(city=city, name="Việt Hưng", code="VH")
    users = {
        "city": make_user(Role.ADMIN, city),
        "ours": make_user(Role.ADMIN, ours),
        "theirs": make_user(Role.ADMIN, theirs),
        "office": make_user(Role.OFFICE, ours),
        "cell": make_user(Role.ADMIN, make_unit(ours)),
    }
    record(action="unit.change", actor=users["ours"], obj=ours, at=NOW)
    record(action="unit.change", actor=users["theirs"], obj=theirs, at=NOW)
    record(action="account.login_failed", result="refused", at=NOW)
    record(action="report.export", actor=users["office"], obj=Subject("list", "", "Chưa nộp"), at=NOW)
    record(action="file.refuse", actor="inspection", ward_id=theirs.pk, result="refused", at=NOW)
    return users


@pytest.mark.parametrize(
    ("who", "rows"), [("ours", [4, 1]), ("theirs", [5, 2]), ("city", [5, 4, 3, 2, 1]), ("office", None), ("cell", None)]
)
def test_each_administrator_reads_the_rows_of_his_wards(client, two_wards, who, rows):
    client.force_login(two_wards[who])
    ignored = AuditEntry.objects.count()  # logins of the test itself are written too
    if rows is None:
        assert client.get(SEARCH).status_code == 404
        assert client.get(reverse("audit_log:entry", args=[1])).status_code == 404
        return
    assert [seq for seq in seqs(client) if seq <= 5] == rows
    for seq in range(1, 6):
        assert client.get(reverse("audit_log:entry", args=[seq])).status_code == (200 if seq in rows else 404)
    told = client.get(reverse("audit_log:export", args=["csv"])).content.decode("utf-8-sig")
    exported = {int(row[0]) for row in list(csv.reader(io.StringIO(told)))[1:]}
    assert {seq for seq in exported if seq <= 5} == set(rows)
    assert ignored >= 5


def test_the_administrator_of_the_only_ward_reads_rows_without_ward(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    administrator = make_user(Role.ADMIN, make_ward())
    lost = record(action="account.login_failed", result="refused")
    client.force_login(administrator)
    assert lost.seq in seqs(client)


@pytest.fixture
def book(client, time_machine):
    """An administrator logged in, and rows of three days; returns what makes more."""
    ward = make_ward()
    administrator = make_user(Role.ADMIN, ward)
    time_machine.move_to(NOW - timedelta(days=9), tick=False)
    unit = make_unit(ward, name="Chi bộ Tổ dân phố số 5")
    for back in (3, 2, 1):
        time_machine.move_to(NOW - timedelta(days=back), tick=False)
        record(action="unit.change", actor="Đỗ Thị Đào", obj=unit, at=NOW)
        record(action="role.grant", actor=administrator, obj=administrator, detail={"role": "OFFICE"}, at=NOW)
        record(action="file.refuse", actor="inspection", ward_id=ward.pk, result="refused", at=NOW)
    time_machine.move_to(NOW, tick=False)
    client.force_login(administrator)
    return {"ward": ward, "administrator": administrator, "unit": unit}


def labels(client, **filters):
    answer = client.get(SEARCH, filters)
    return [(line.entry.action, line.entry.recorded_at.astimezone(VIETNAM).day) for line in answer.context["lines"]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "do thi dao"}, [("unit.change", 24), ("unit.change", 23), ("unit.change", 22)]),
        ({"q": "ĐÀO tổ dân phố 5"}, [("unit.change", 24), ("unit.change", 23), ("unit.change", 22)]),
        ({"q": "dao khong co"}, []),
        ({"nhom": "quyen"}, [("role.grant", 24), ("role.grant", 23), ("role.grant", 22)]),
        ({"viec": "file.refuse"}, [("file.refuse", 24), ("file.refuse", 23), ("file.refuse", 22)]),
        ({"ket_qua": "refused", "den": "2026-04-22"}, [("file.refuse", 22)]),
        ({"nhom": "danh-ba", "tu": "2026-04-23", "den": "2026-04-23"}, [("unit.change", 23)]),
        ({"viec": "unit.change", "tu": "2026-04-24"}, [("unit.change", 24)]),
        ({"viec": "unit.change", "tu": "24/4/2026", "den": "24/04/2026"}, [("unit.change", 24)]),
        ({"tu": "2026-04-26"}, []),
        ({"tu": "2026-04-24", "den": "2026-04-23"}, []),
        ({"loai": "units.unit"}, [("unit.change", 24), ("unit.change", 23), ("unit.change", 22)]),
    ],
    ids=str,
)
def test_filters_narrow(client, book, filters, found):
    assert labels(client, **filters) == found


def test_filters_that_are_not_understood_narrow_nothing(client, book):
    everything = labels(client)
    assert len(everything) >= 9
    odd = {"nhom": "x", "viec": "y", "ket_qua": "z", "tu": "hôm qua", "den": "0001-01-01", "truoc": "²", "sau": "-1"}
    assert labels(client, **odd) == everything


def test_who_and_which_object_are_links_that_narrow(client, book):
    by_him = labels(client, nguoi=str(book["administrator"].pk), nhom="quyen")
    assert by_him == [("role.grant", 24), ("role.grant", 23), ("role.grant", 22)]
    of_unit = labels(client, loai="units.unit", ma=str(book["unit"].pk))
    assert [action for action, _ in of_unit] == ["unit.change"] * 3


def test_pages_by_key_meet_without_gap_or_overlap(client, book):
    for _ in range(2 * PAGE):
        record(action="calendar.change", actor="beat", ward_id=book["ward"].pk)
    every = list(AuditEntry.objects.order_by("-seq").values_list("seq", flat=True))
    entries, seen, page = AuditEntry.objects.all(), [], page_of(AuditEntry.objects.all(), {})
    assert page.newer is None
    pages = [page]
    while page.older is not None:
        page = page_of(entries, {"truoc": str(page.older)})
        pages.append(page)
    seen = [entry.seq for one in pages for entry in one.entries]
    assert seen == every
    assert [entry.seq for entry in page_of(entries, {"sau": str(pages[1].newer)}).entries] == [
        entry.seq for entry in pages[0].entries
    ]
    assert page_of(entries, {"truoc": "1"}).entries == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_search_costs_the_same_however_long_the_list(client, book, rows, django_assert_num_queries):
    for _ in range(rows):
        record(action="calendar.change", actor=book["administrator"], ward_id=book["ward"].pk)
    address = f"{SEARCH}?viec=calendar.change"
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)


def test_the_list_alone_answers_htmx(client, book):
    told = client.get(SEARCH, {"q": "dao"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in told
    assert "Đỗ Thị Đào" in told


def test_an_entry_shows_everything_in_words_and_leads_on(client, book):
    with context.acting_from(request_id="abc-123456", ip="203.0.113.7"):
        entry = record(
            action="role.grant", actor=book["administrator"], obj=book["unit"], ward_id=book["ward"].pk, at=NOW,
            detail={"role": "LEADER", "unit": "CB5", "from": NOW.date(), "to": None},
        )  # fmt: skip
    answer = client.get(reverse("audit_log:entry", args=[entry.seq]))
    told = answer.content.decode()
    assert answer.context["facts"] == [
        ("Từ", "25/4/2026"), ("Quyền", "Lãnh đạo"), ("Đến", "không có"), ("Đơn vị", "CB5"),
    ]  # fmt: skip
    for word in ("Giao quyền", "203.0.113.7", "abc-123456", entry.entry_hash, entry.previous_hash):
        assert word in told
    assert f'href="{reverse("units:unit", args=[book["unit"].pk])}"' in told
    assert f'href="{reverse("audit_log:history", args=["don-vi", book["unit"].pk])}"' in told


def test_an_object_that_is_gone_is_named_but_not_linked(client, book):
    entry = record(action="unit.change", obj=Subject("units.unit", "987654", "Chi bộ cũ"), ward_id=book["ward"].pk)
    answer = client.get(reverse("audit_log:entry", args=[entry.seq]))
    assert "Chi bộ cũ" in answer.content.decode()
    assert answer.context["object_url"] == ""


@pytest.mark.parametrize(
    ("action", "detail", "facts"),
    [
        (
            "obligation.extend",
            {"old": datetime(2026, 4, 27, 17, tzinfo=UTC), "new": datetime(2026, 5, 4, 17, tzinfo=UTC), "reason": "lũ"},
            [("Thay đổi", "00:00, thứ Ba ngày 28/4/2026 → 00:00, thứ Ba ngày 05/5/2026"), ("Lý do", "lũ")],
        ),
        ("directive.change", {"changed": ["subject"]}, [("Mục đã sửa", "trích yếu")]),
        ("report.export", {"with_contacts": True}, [("Có số điện thoại, thư điện tử", "có")]),
        ("exemption.grant", {"reason": "HEALTH"}, None),
        ("submission.stage", {"files": list(range(25))}, None),
        ("roster.import", {"units": {"new": 3, "changed": 0}}, [("Đơn vị", "thay đổi: 0; mới: 3")]),
        ("access.refused", {"status": 404, "more": True}, None),
        ("older.action", {"unknown": []}, [("unknown", "không có")]),
        ("calendar.change", {"changes": list("abcdefghijklmnopqrstuvwxyz")}, None),
        (
            "reminder.plan",
            {"skipped": {"no_address": 42, "exempt": 1}},
            [
                (
                    "Không gửi",
                    (
                        "việc của người đang được miễn công tác và sinh hoạt đảng: 1; "
                        "đảng viên không có địa chỉ thư (bí thư vẫn nhận danh sách): 42"
                    ),
                )
            ],
        ),
        (
            "member.change",
            {"changed": {"Năm sinh": ["1960", ""], "Thư": []}},
            [("Mục đã sửa", "Năm sinh: 1960 → không có; Thư: đã sửa")],
        ),
        ("obligation.follow", {"released": [7]}, [("Các việc cho miễn vì đã rời", "việc số 7 (không còn)")]),
    ],
)
def test_details_are_told_in_words(action, detail, facts):
    entry = record(
        action=action if action != "older.action" else "unit.change",
        obj=Subject("directives.directive", "1"),
        detail=detail,
    )
    told = lines_of([entry])[0].facts
    if facts is not None:
        assert told == facts
    elif action == "submission.stage":
        assert told == [("Các tệp", "25 tệp")]
    elif action == "calendar.change":
        assert told[0][1].endswith("s, t và 6 mục nữa")
    elif action == "access.refused":
        assert ("Trả lời", "404") in told
    assert all(value for _, value in told)


def test_exports_hold_the_search_and_are_written_down(client, book):
    record(action="calendar.change", actor="=HYPERLINK(1)", ward_id=book["ward"].pk, detail={"note": "x"})
    told = client.get(reverse("audit_log:export", args=["csv"]), {"viec": "calendar.change"})
    rows = list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][3:5] == ["'=HYPERLINK(1)", "Sửa lịch nghỉ"]
    book_told = client.get(reverse("audit_log:export", args=["xlsx"]), {"nhom": "quyen", "ket_qua": "ok"})
    sheet = openpyxl.load_workbook(io.BytesIO(book_told.content)).active
    assert [cell.value for cell in sheet[1]] == list(exporting.HEAD)
    assert sheet.max_row == 4
    one, two = AuditEntry.objects.filter(action="audit.export").order_by("seq")
    assert one.data == {"filters": {"viec": "calendar.change"}, "rows": 1, "format": "csv"}
    assert two.data == {"filters": {"nhom": "quyen", "ket_qua": "ok"}, "rows": 3, "format": "xlsx"}
    assert (one.actor_id, one.ward_id) == (str(book["administrator"].pk), book["ward"].pk)


def test_an_export_too_long_is_refused_with_the_next_step(client, book, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 8)
    answer = client.get(reverse("audit_log:export", args=["csv"]), {"tu": "2026-04-01"}, follow=True)
    assert answer.redirect_chain == [(f"{SEARCH}?tu=2026-04-01", 302)]
    assert "Hãy chọn khoảng ngày ngắn hơn" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="audit.export").exists()


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


THINGS = {
    "don-vi": "own", "dang-vien": "writer", "tai-khoan": "account", "van-ban": "directive", "yeu-cau": "essay",
    "viec": "handed_in", "bai-nop": "submission", "bao-cao": "report",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_of_an_object_is_for_the_office_that_sees_it(client, world, kind):
    thing = world.things[THINGS[kind]]
    mine = record(
        action="unit.change", actor="Người ghi", obj=thing, ward_id=world.ward.pk, detail={"note": "chuyện riêng"}
    )
    theirs = record(action="unit.change", actor="Người phường khác", obj=thing, ward_id=world.users["foreign"].ward_id)
    address = reverse("audit_log:history", args=[kind, thing.pk])
    answers = {}
    for role, user in world.users.items():
        if user is None:
            continue
        client.force_login(user)
        answer = client.get(address)
        answers[role] = answer.status_code
        told = answer.content.decode()
        assert ("chuyện riêng" in told) is (answer.status_code == 200), role
        assert "Người phường khác" not in told or role == "foreign"
        if answer.status_code == 200:
            shown = [line.entry.seq for line in answer.context["lines"]]
            assert mine.seq in shown
            assert theirs.seq not in shown
    assert answers["admin"] == 200
    assert answers["office"] == (404 if kind == "tai-khoan" else 200)
    assert answers["foreign"] == 404
    assert {answers[role] for role in ("leader", "cluster", "secretary", "elsewhere", "member")} <= {403, 404}


def test_an_obligation_tells_of_its_essay_and_a_directive_of_its_requirements(client, world):
    seen = record(action="submission.view", obj=world.things["submission"], ward_id=world.ward.pk)
    asked = record(action="requirement.change", obj=world.things["essay"], ward_id=world.ward.pk)
    client.force_login(world.users["office"])
    for kind, thing, entry in (("viec", "handed_in", seen), ("van-ban", "directive", asked)):
        answer = client.get(reverse("audit_log:history", args=[kind, world.things[thing].pk]))
        assert entry.seq in [line.entry.seq for line in answer.context["lines"]]


@pytest.mark.parametrize(("kind", "thing"), [("viec", "handed_in"), ("bai-nop", "submission")])
def test_who_handed_in_for_whom_stands_in_the_history_of_the_duty_and_of_the_paper(client, world, kind, thing):
    duty, deposit = world.things["handed_in"], world.things["deposit"]
    told = [{"obligation": duty.pk, "number": 1, "on_behalf": True}]
    entry = record(
        action="submission.submit", actor=world.users["secretary"], obj=deposit, ward_id=world.ward.pk,
        detail={"versions": told},
    )  # fmt: skip
    other = record(action="submission.submit", obj=Subject("submissions.deposit", "987654"), ward_id=world.ward.pk)
    client.force_login(world.users["office"])
    answer = client.get(reverse("audit_log:history", args=[kind, world.things[thing].pk]))
    lines = {line.entry.seq: line for line in answer.context["lines"]}
    assert other.seq not in lines
    assert lines[entry.seq].thing == f"Lần nộp {deposit.code}"
    said = dict(lines[entry.seq].facts)["Các lần nộp"]
    assert said == f"{duty.title} của {duty.member} (lần 1, nộp thay)"
    assert f"Lần nộp {deposit.code}" in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "kind", "thing"),
    [
        ("units:unit", "don-vi", "own"),
        ("units:member", "dang-vien", "writer"),
        ("units:account", "tai-khoan", "account"),
        ("directives:directive", "van-ban", "directive"),
        ("directives:directive", "yeu-cau", "essay"),
        ("directives:obligation", "viec", "handed_in"),
        ("submissions:obligation_versions", "bai-nop", "submission"),
        ("reports:summary", "bao-cao", "report"),
    ],
)
def test_pages_lead_to_the_history_for_the_office_alone(client, world, page, kind, thing):
    shown = {"yeu-cau": "directive", "bai-nop": "handed_in"}.get(kind, thing)
    link = f'href="{reverse("audit_log:history", args=[kind, world.things[thing].pk])}"'
    for role, expected in (("admin", True), ("secretary", False)):
        client.force_login(world.users[role])
        told = client.get(reverse(page, args=[world.things[shown].pk])).content.decode()
        assert (link in told) is expected, role


def test_the_list_says_the_kind_of_a_paper_once(client, world):
    record(action="submission.view", obj=world.things["submission"], ward_id=world.ward.pk)
    client.force_login(world.users["admin"])
    (line, *_) = client.get(reverse("audit_log:search"), {"viec": "submission.view"}).context["lines"]
    assert (line.obj_word, line.name) == ("Bài nộp", str(world.things["submission"]).removeprefix("Bài nộp "))
    assert line.thing == str(world.things["submission"])


def test_the_history_of_a_member_tells_of_his_personal_links_and_of_nobody_elses(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    unit = make_unit(make_ward(), name="Chi bộ 1")
    secretary = make_user(Role.SECRETARY, unit)
    hoa, binh = make_member(unit, name="Lê Thị Hòa"), make_member(unit, name="Lê Thị Bình")
    issued = [make_link(member=one, unit=unit, by=secretary, at=NOW, sheet="") for one in (hoa, binh)]
    note_opening(link=issued[0].link, at=NOW)
    revoke_links(links=[issued[0].link], unit=unit, by=secretary, at=NOW)
    client.force_login(make_user(Role.OFFICE, unit.ward))
    told = {}
    for member in (hoa, binh):
        answer = client.get(reverse("audit_log:history", args=["dang-vien", member.pk]))
        told[member] = [line.entry.action for line in answer.context["lines"] if line.entry.action.startswith("link.")]
        made = next(line for line in answer.context["lines"] if line.entry.action == "link.make")
        assert dict(made.facts)["Đảng viên"] == member.full_name  # who got it, not by a number
    assert told == {hoa: ["link.revoke", "link.open", "link.make"], binh: ["link.make"]}


def test_a_member_without_account_has_a_history_too(client, world):
    client.force_login(world.users["office"])
    member = make_member(world.things["own"])
    answer = client.get(reverse("audit_log:history", args=["dang-vien", member.pk]))
    assert "Chưa có gì trong nhật ký" in answer.content.decode()


def test_a_search_survives_its_address():
    asked = {"q": "dao", "nhom": "quyen", "viec": "role.grant", "ket_qua": "ok", "nguoi": "7", "loai": "units.unit",
             "ma": "3", "tu": "2026-04-01", "den": "2026-04-30"}  # fmt: skip
    assert Search.read(asked).parameters == asked
    assert Search.read(Search.read(asked).parameters) == Search.read(asked)


def test_moved_debts_are_named_with_where_from_and_where_to(django_assert_max_num_queries):
    city = make_city()
    ward, other = make_ward(city=city), make_ward(city=city, name="Việt Hưng", code="VH")
    one, two = make_unit(ward, name="Chi bộ 1", code="CB1"), make_unit(ward, name="Chi bộ 2", code="CB2")
    requirement = make_requirement(make_directive(ward), title="Bài thu hoạch")
    debt = make_obligation(requirement, make_member(one, name="Lê Thị Hòa"))
    theirs = make_obligation(make_requirement(make_directive(other)), make_member(make_unit(other), name="Người Lạ"))
    detail = {"moved": [[debt.pk, one.code, two.code], [theirs.pk, one.code, "ZZ"]], "exempted": [debt.pk]}
    moved = record(action="obligation.follow", obj=ward, ward_id=ward.pk, detail=detail)
    sent = record(action="submission.submit", obj=requirement, ward_id=ward.pk, detail={"requirement": requirement.pk})
    with django_assert_max_num_queries(3):
        lines = lines_of([moved, sent] * 10)
    assert lines[0].facts == [
        ("Các việc được miễn", "Bài thu hoạch của Lê Thị Hòa"),
        (
            "Các việc đã chuyển",
            f"Bài thu hoạch của Lê Thị Hòa: Chi bộ 1 → Chi bộ 2; việc số {theirs.pk} (không còn): Chi bộ 1 → ZZ",
        ),
    ]
    assert lines[1].facts == [("Yêu cầu", f"Bài thu hoạch, {requirement.directive.reference}")]


def test_the_history_of_a_unit_tells_of_its_secretaries_and_of_no_other_unit(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    ward = make_ward()
    unit, other = make_unit(ward, name="Chi bộ 1"), make_unit(ward, name="Chi bộ 10")
    member = make_member(unit, name="Lê Thị Hòa", email="hoa@phuong.example")
    office = make_user(Role.OFFICE, ward)
    change_secretary(unit=unit, member=member, on=NOW.date(), by=None)
    client.force_login(office)
    told = client.get(reverse("audit_log:history", args=["don-vi", unit.pk])).context["lines"]
    assert [line.entry.action for line in told] == ["unit.change_secretary", "role.grant", "appointment.change"]
    assert told[0].facts[0] == ("Thay đổi", "không có → Lê Thị Hòa")
    assert client.get(reverse("audit_log:history", args=["don-vi", other.pk])).context["lines"] == []


def test_a_name_without_days_is_looked_for_in_the_newest_rows_and_the_page_says_so(client, book, monkeypatch):
    record(action="unit.change", actor="Kim Cương", ward_id=book["ward"].pk, at=NOW)
    last = record(action="unit.change", actor="Người khác", ward_id=book["ward"].pk, at=NOW)
    assert seqs(client, q="kim cuong") == [last.seq - 1]
    assert "dòng mới nhất" not in client.get(SEARCH, {"q": "kim cuong"}).content.decode()
    monkeypatch.setattr(searching, "WINDOW", 1)
    monkeypatch.setattr(pages, "WINDOW", 1)
    assert seqs(client, q="kim cuong") == []
    assert (
        "Tên được tìm trong 1 dòng mới nhất. Cần dòng cũ hơn thì chọn khoảng ngày."
        in client.get(SEARCH, {"q": "kim cuong"}).content.decode()
    )
    assert seqs(client, q="nguoi khac") == [last.seq]
    assert seqs(client, q="kim cuong", tu=f"{NOW:%Y-%m-%d}") == [last.seq - 1]
    assert len(seqs(client)) > 1
