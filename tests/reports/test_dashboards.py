"""Dashboards through the browser's door: exact numbers, the names behind them, rights, query counts."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
import time_machine
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEntry
from directives.choices import DayOffKind, DirectiveState, RequirementKind
from directives.models import DayOff, Obligation
from reminders.models import Promise
from reports import drill
from reports.access import access_running, access_search
from reports.drill import DrillFilter, DrillOrder, names_behind, page_behind
from reports.figures import collect, collect_matrix
from reports.leader import leader_overview
from reports.overview import agenda, open_deadlines, running_requirements, slowest_units, strip_of
from reports.papers_page import papers_page
from reports.tallies import Figure
from tests.factories.directives import at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Block, Role

NOW = at(24, hour=16, minute=20)  # after the instants that the factory gives to decisions
pytestmark = pytest.mark.django_db


class Scene:
    """A ward on 24/4/2026: a school with five members, two residential cells, three requirements."""

    def __init__(self) -> None:
        self.ward = make_ward()
        cluster = make_cluster(self.ward, "Cụm 3")
        self.school = make_unit(self.ward, name="Trường THCS Phúc Lợi", block=Block.SCHOOL, cluster=cluster)
        self.seven = make_unit(self.ward, name="Chi bộ Tổ dân phố số 7", cluster=cluster)
        self.five = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.names = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Thị Ánh", "Phạm Văn Ân", "Đỗ Thị Bích")
        self.members = [make_member(self.school, name=name) for name in self.names]
        directive = make_directive(self.ward, number=128)
        self.essay = make_requirement(directive, title="Bài thu hoạch Nghị quyết 02")
        self.report = make_requirement(
            directive, kind=RequirementKind.REPORT, title="Báo cáo quý I", due_at=at(23), phrase="trước ngày 23/4/2026"
        )
        self.session = make_requirement(
            directive, kind=RequirementKind.ACTIVITY, title="Sinh hoạt chuyên đề", due_at=at(1, 6)
        )
        an, binh, anh, an2, bich = self.members
        make_obligation(self.essay, an, state="ACCEPTED")
        make_obligation(self.essay, binh, state="SUBMITTED")
        make_obligation(self.essay, anh, state="RETURNED", fix_by=at(24))
        make_obligation(self.essay, an2)
        make_obligation(self.essay, bich, state="WAIVED")
        make_obligation(self.report, self.school, state="ACCEPTED", first_submitted_at=at(22), submitted_at=at(22))
        make_obligation(self.report, self.seven)
        make_extension(make_obligation(self.report, self.five), at(28), granted_at=at(22))
        for unit in (self.school, self.seven, self.five):
            make_obligation(self.session, unit)
        make_obligation(make_requirement(directive, kind=RequirementKind.STANDING, due_at=None), self.seven)
        closed = make_directive(self.ward, state=DirectiveState.CLOSED)
        make_obligation(make_requirement(closed, title="Việc đã khép"), make_member(self.seven, name="Người Đã Qua"))

    def user(self, role: Role, unit=None, **kwargs):
        return make_user(role, unit or self.ward, **kwargs)

    def sheet(self, user):
        obligations = access_running(user)
        return collect_matrix(at=NOW, obligations=obligations), obligations


@pytest.fixture
def scene():
    with time_machine.travel(NOW, tick=False):
        yield Scene()


def get(client, user, name, **params):
    client.force_login(user)
    return client.get(reverse(f"reports:{name}"), params)


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


# --- today's work of the office


def test_the_strip_counts_today(scene):
    sheet, obligations = scene.sheet(scene.user(Role.OFFICE))
    strip = strip_of(sheet, obligations)
    assert (strip.waiting, strip.waiting_essays, strip.waiting_others) == (1, 1, 0)
    assert (strip.overdue, strip.overdue_units) == (1, 1)
    assert strip.soon == 2  # one essay, and the report extended to 28/4
    assert (strip.returned, strip.returned_past_fix) == (1, 0)  # its own deadline is later than the day to fix by
    obligations.filter(state="RETURNED").update(due_at=at(24))
    assert strip_of(sheet, obligations).returned_past_fix == 1


def test_running_requirements_stand_by_last_day_and_their_parts_add_up(scene):
    sheet, _ = scene.sheet(scene.user(Role.OFFICE))
    running = running_requirements(sheet)
    assert [one.requirement.title for one in running] == [
        "Báo cáo quý I",
        "Bài thu hoạch Nghị quyết 02",
        "Sinh hoạt chuyên đề",
    ]
    assert [one.counts for one in running] == [
        {"accepted": 1, "submitted": 0, "returned": 0, "overdue": 1, "soon": 1, "pending": 0},
        {"accepted": 1, "submitted": 1, "returned": 1, "overdue": 0, "soon": 1, "pending": 0},
        {"accepted": 0, "submitted": 0, "returned": 0, "overdue": 0, "soon": 0, "pending": 3},
    ]
    assert all(sum(one.counts.values()) == one.tally.required for one in running)
    assert [one.units for one in running] == [3, 1, 3]


def test_a_work_is_headed_by_the_nearest_deadline_still_open_and_says_the_farthest(scene, client):
    early, other = Obligation.objects.filter(requirement=scene.session, unit__in=(scene.seven, scene.five))
    make_extension(early, at(26), granted_at=at(22))  # its clock began with its own session
    office = scene.user(Role.OFFICE)
    sheet, obligations = scene.sheet(office)
    one = running_requirements(sheet, open_deadlines(obligations, NOW))[1]
    assert (one.requirement.title, one.due_at, one.farthest_due_at) == ("Sinh hoạt chuyên đề", at(26), at(1, 6))
    shown = text_of(get(client, office, "office_home"))
    run = shown[shown.index("run-title", shown.index("Báo cáo quý I")) :].split("</article>")[0]
    assert "Sinh hoạt chuyên đề" in run
    assert "Còn 1 ngày" in run
    assert "Hạn xa nhất: hết Chủ nhật ngày 31/5/2026" in run
    assert "Còn 37 ngày" not in run

    Obligation.objects.filter(pk=early.pk).update(state="ACCEPTED", first_submitted_at=at(23), submitted_at=at(23))
    Obligation.objects.filter(pk=other.pk).update(due_at=at(20), certainty="TENTATIVE")  # only planned: heads nothing
    one = running_requirements(sheet, open_deadlines(obligations, NOW))[2]
    assert (one.due_at, one.farthest_due_at) == (at(1, 6), None)


def test_the_leaders_page_is_headed_by_the_nearest_deadline_still_open_too(scene, client):
    make_extension(Obligation.objects.get(requirement=scene.session, unit=scene.five), at(26), granted_at=at(22))
    page = text_of(get(client, scene.user(Role.LEADER), "leader", yeu_cau=scene.session.pk))
    head = page[page.index("leader-head") :].split("</h1>")[1].split("<form")[0]
    assert "Đến hết thứ Bảy ngày 25/4/2026" in head
    assert "Còn 1 ngày" in head
    assert "Hạn xa nhất: hết Chủ nhật ngày 31/5/2026." in head


def test_the_papers_page_and_the_book_count_as_the_board_does_when_a_unit_is_closed(scene, client):
    office = scene.user(Role.OFFICE)
    type(scene.five).objects.filter(pk=scene.five.pk).update(closed_on=at(20).date())
    page = text_of(client_page(client, office, reverse("directives:directive", args=[scene.report.directive_id])))
    assert "Đã gia hạn" not in page  # to the closed unit alone
    tally = collect(at=NOW, obligations=access_running(office).filter(requirement=scene.report)).total
    behind = client_rows(client, office, f"yeu_cau={scene.report.pk}&so=missing")
    assert (tally.accepted, tally.required, tally.missing, len(behind)) == (1, 2, 1, 1)
    assert "1/2 đạt" in page
    assert f'so=missing">còn {len(behind)} chưa nộp' in page
    lines = client_page(client, office, reverse("directives:register_book")).context["lines"]
    assert next(line.result for line in lines if line.requirement == scene.report).startswith("1/2")
    closing = client_page(client, office, reverse("directives:close", args=[scene.report.directive_id])).context
    assert dict(closing["rows"])[scene.report] == 1


def test_a_closed_unit_heads_no_work(scene):
    make_extension(Obligation.objects.get(requirement=scene.session, unit=scene.five), at(26), granted_at=at(22))
    type(scene.five).objects.filter(pk=scene.five.pk).update(closed_on=at(20).date())
    sheet, obligations = scene.sheet(scene.user(Role.OFFICE))
    assert running_requirements(sheet, open_deadlines(obligations, NOW))[2].due_at == at(1, 6)


def test_the_agenda_names_last_days_fix_days_and_days_off(scene):
    DayOff.objects.create(day=at(27).date(), kind=DayOffKind.IN_LIEU, name="Giỗ Tổ Hùng Vương")
    DayOff.objects.create(day=at(28).date(), kind=DayOffKind.WORKING, name="Làm bù")
    obligations = access_running(scene.user(Role.OFFICE))
    obligations.filter(state="RETURNED").update(fix_by=at(29))
    sheet = collect_matrix(at=NOW, obligations=obligations)
    days = agenda(sheet, obligations)
    assert [(day.day.day, [(item.kind, item.title, item.note) for item in day.items]) for day in days] == [
        (27, [
            ("due", "Hạn báo cáo quý I", "1 đơn vị chưa nộp"),  # put off; the others' day is past
            ("due", "Hạn bài thu hoạch Nghị quyết 02", "1 đồng chí chưa nộp"),
            ("off", "Giỗ Tổ Hùng Vương", "Nghỉ bù, nghỉ hoán đổi"),
        ]),
        (28, [("fix", "Hạn sửa bài trả lại", "1 bài chưa gửi lại")]),
    ]  # fmt: skip


def test_each_number_of_the_agenda_opens_to_those_it_counts(scene, client):
    office = scene.user(Role.OFFICE)
    returned = access_running(office).filter(state="RETURNED")
    returned.update(fix_by=at(29))
    obligations = access_running(office)
    counted = {}
    for day in agenda(collect_matrix(at=NOW, obligations=obligations), obligations):
        for item in day.items:
            if not item.query:
                continue
            rows = client_rows(client, office, item.query)
            counted[day.day.day, item.title] = (item.note.split(" ")[0], len(rows))
    assert counted == {
        (27, "Hạn báo cáo quý I"): ("1", 1),
        (27, "Hạn bài thu hoạch Nghị quyết 02"): ("1", 1),
        (28, "Hạn sửa bài trả lại"): ("1", 1),
    }
    returned.update(fix_by=at(30))
    assert client_rows(client, office, f"so=returned&q={quote('sửa:28/4/2026')}") == []


def test_a_day_to_fix_by_counts_forms_of_leads_apart_and_nothing_of_a_closed_unit(scene, client):
    office = scene.user(Role.OFFICE)
    form = make_requirement(scene.essay.directive, kind=RequirementKind.OVERSIGHT, title="Phiếu dự sinh hoạt")
    returned = {"state": "RETURNED", "first_submitted_at": at(22), "submitted_at": at(22), "fix_by": at(29)}
    for unit in (scene.seven, scene.five):
        make_obligation(form, unit, **returned)
    Obligation.objects.filter(requirement=scene.report, unit=scene.five).update(**returned)
    access_running(office).filter(requirement=scene.essay, state="RETURNED").update(fix_by=at(29))
    type(scene.five).objects.filter(pk=scene.five.pk).update(closed_on=at(20).date())
    obligations = access_running(office)
    days = agenda(collect_matrix(at=NOW, obligations=obligations), obligations)
    fixes = [item for day in days for item in day.items if item.kind == "fix"]
    assert [(one.title, one.note, len(client_rows(client, office, one.query))) for one in fixes] == [
        ("Hạn sửa bài trả lại", "1 bài chưa gửi lại", 1),
        ("Hạn sửa phiếu dự sinh hoạt", "phụ trách cụm còn 1 phiếu chưa gửi lại", 1),
    ]
    obligations.filter(requirement=scene.report, unit=scene.five).update(fix_by=at(23))
    assert strip_of(collect_matrix(at=NOW, obligations=obligations), obligations).returned_past_fix == 0


def client_page(client, user, address):
    client.force_login(user)
    return client.get(address)


def client_rows(client, user, query):
    """The debts on the list behind an address."""
    client.force_login(user)
    return list(client.get(f"{reverse('reports:drill')}?{query}").context["rows"])


def test_the_agenda_names_what_was_promised_last_and_is_still_owed(scene, client):
    office = scene.user(Role.OFFICE)
    owed = access_running(office).filter(state="PENDING").order_by("pk")
    done = access_running(office).filter(state="ACCEPTED").first()

    def promise(debt, day, hour):
        return Promise.objects.create(obligation=debt, day=day, by=office, at=at(24, hour=hour))

    today = at(24).date()
    promise(owed[0], at(25).date(), 8)
    promise(owed[0], at(26).date(), 9)  # called again: only the later word counts
    promise(owed[1], at(26).date(), 9)
    promise(owed[2], today, 9)
    promise(owed[3], at(2, month=5).date(), 9)  # after the seven days
    promise(done, today, 9)  # handed in meanwhile
    obligations = access_running(office)
    days = agenda(collect_matrix(at=NOW, obligations=obligations), obligations)
    promised = {day.day.day: item.note for day in days for item in day.items if item.kind == "promise"}
    assert promised == {24: "1 việc hẹn nộp trong ngày", 26: "2 việc hẹn nộp trong ngày"}
    page = text_of(get(client, office, "office_home"))
    assert f'<a href="{reverse("reminders:calls")}">Hứa nộp</a>1 việc hẹn nộp trong ngày' in page


def test_the_home_shows_them_as_doors(scene, client):
    page = text_of(get(client, scene.user(Role.OFFICE), "office_home"))
    assert "Thứ Sáu, 24/4/2026. Số liệu lúc 16:20." in page
    assert '<span class="figure-number">1</span><span class="figure-note">việc, ở 1 đơn vị</span>' in page
    essay = scene.essay.pk
    for part, count, words in (("accepted", 1, "đạt"), ("waiting", 1, "chờ duyệt"), ("soon", 1, "chưa nộp")):
        assert f'?yeu_cau={essay}&amp;so={part}"><b>{count}</b> {words}' in page
    assert "25%" in page
    assert "Việc đã khép" not in page
    assert "Tuyên truyền thường xuyên" not in page


# --- the matrix


def test_the_matrix_shows_each_unit_once_worst_first(scene, client):
    page = text_of(get(client, scene.user(Role.LEADER), "matrix"))
    assert page.index("Chi bộ Tổ dân phố số 7") < page.index("Chi bộ Tổ dân phố số 5")
    assert "Quá 2 ngày" in page
    assert f'don_vi={scene.school.pk}&amp;yeu_cau={scene.essay.pk}">3/4</a>' in page
    assert "Khối trường học" in page
    assert "Việc đã khép" not in page


def test_the_matrix_keeps_the_filters_in_its_links(scene, client):
    page = text_of(get(client, scene.user(Role.OFFICE), "matrix", gop="cum", trang_thai="qua-han"))
    assert "Chi bộ Tổ dân phố số 5" not in page
    assert 'href="?gop=cum&amp;trang_thai=sap-han"' in page
    assert "/theo-doi/bang.xlsx?gop=cum&amp;trang_thai=qua-han" in page
    assert "Không có đơn vị nào khớp" in text_of(get(client, scene.user(Role.OFFICE), "matrix", q="khong co"))


def test_a_secretary_sees_the_rows_of_his_own_unit_only(scene, client):
    page = text_of(get(client, scene.user(Role.SECRETARY, scene.seven), "matrix"))
    assert "Tổ dân phố số 7" in page
    assert "THCS Phúc Lợi" not in page


def test_the_matrix_is_exported_as_it_is_filtered_and_that_is_recorded(scene, client):
    response = get(client, scene.user(Role.OFFICE), "matrix_xlsx", q="so 7")
    assert response["Content-Disposition"] == 'attachment; filename="bang-theo-doi-20260424-1620.xlsx"'
    page = load_workbook(BytesIO(response.content)).active
    assert [cell.value for cell in page[7]] == ["Chi bộ Tổ dân phố số 7", 1, "·", "Quá 2 ngày", "Chưa nộp"]
    assert page.max_row == 7
    entry = AuditEntry.objects.get(action="report.export")
    assert entry.detail == '{"requirements":3,"units":1}'


# --- the names behind a number


@pytest.mark.parametrize(
    ("figure", "names"),
    [
        ("required", ["An", "Ánh", "Ân", "Bình"]),
        ("missing", ["Ân"]),
        ("soon", ["Ân"]),
        ("overdue", []),
        ("waiting", ["Bình"]),
        ("returned", ["Ánh"]),
        ("accepted", ["An"]),
        ("waived", ["Bích"]),
        ("assigned", ["An", "Ánh", "Ân", "Bích", "Bình"]),
    ],
)
def test_every_figure_opens_to_its_names_in_vietnamese_order(scene, client, figure, names):
    response = get(client, scene.user(Role.OFFICE), "drill", yeu_cau=scene.essay.pk, so=figure)
    shown = [row[0].member.full_name.split()[-1] for row in response.context["rows"]]
    assert shown == names
    chips = {str(key): count for key, _, count in response.context["chips"]}
    if figure in chips:
        assert chips[figure] == len(names)


def test_the_list_is_searched_without_marks_and_ordered_as_asked(scene, client):
    office = scene.user(Role.OFFICE)
    response = get(client, office, "drill", q="tran thi binh")
    assert [row[0].member.full_name for row in response.context["rows"]] == ["Trần Thị Bình"]
    response = get(client, office, "drill", so="missing", xep="han")
    assert [row[0].due_at for row in response.context["rows"]] == [at(23), at(28), at(28), *[at(1, 6)] * 3]
    assert response.context["rows"][0][1:] == ("overdue", "Quá\u00a02\u00a0ngày")


def test_the_list_is_exported_with_contacts_for_the_office_only(scene, client):
    scene.members[3].phone = "0912345678"
    scene.members[3].save()
    for role, width in ((Role.OFFICE, 10), (Role.LEADER, 8)):
        response = get(client, scene.user(role), "drill_xlsx", yeu_cau=scene.essay.pk, so="missing")
        page = load_workbook(BytesIO(response.content)).active
        assert page["A1"].value == "Chưa nộp: Bài thu hoạch Nghị quyết 02"
        row = [cell.value for cell in page[4]]
        assert len(row) == width
        assert row[:8] == [
            1, "Phạm Văn Ân", "Trường THCS Phúc Lợi", "Bài thu hoạch Nghị quyết 02", "128-CV/ĐU",
            at(27).replace(tzinfo=None), "Còn 3 ngày", None,
        ]  # fmt: skip
        assert ("0912345678" in row) == (role == Role.OFFICE)
        assert page.max_row == 4
    assert AuditEntry.objects.filter(action="report.export").count() == 2


def test_a_page_has_fifty_and_says_how_many_there_are(scene, client):
    for _ in range(60):
        make_obligation(scene.essay, make_member(scene.seven))
    response = get(client, scene.user(Role.OFFICE), "drill", so="missing", yeu_cau=scene.essay.pk, trang="2")
    assert len(response.context["rows"]) == 11
    assert "51–61 trong 61 việc" in text_of(response)


# --- the leader's page


def test_the_leader_sees_the_requirement_that_presses_most(scene):
    overview = leader_overview(access_running(scene.user(Role.LEADER)), chosen="", at=NOW)
    assert overview.chosen.requirement.title == "Bài thu hoạch Nghị quyết 02"
    assert (overview.rate, overview.change_words) == ("25", "25,0")
    assert (overview.complete_units, overview.complete_units_yesterday) == (0, 0)
    assert overview.returned_past_fix == 0  # its own deadline is later than the day to fix by
    access_running(scene.user(Role.LEADER)).filter(state="RETURNED").update(due_at=at(24))
    later = leader_overview(access_running(scene.user(Role.LEADER)), chosen="", at=NOW)
    assert later.returned_past_fix == 1
    assert overview.oldest_waiting_days == 0
    assert [(block.key, block.tally.accepted, block.tally.required) for block in overview.blocks] == [("SCHOOL", 1, 4)]
    assert [(point.day.day, point.accepted) for point in overview.points] == [(21, 0), (22, 0), (23, 0), (24, 1)]


def test_the_slowest_units_are_those_where_most_is_missing(scene, client):
    for name, done, owed in (("Một", 0, 1), ("Hai", 2, 5), ("Ba", 1, 5), ("Bốn", 2, 2), ("Năm", 0, 3)):
        unit = make_unit(scene.ward, name=name)
        for n in range(owed):
            make_obligation(scene.essay, make_member(unit), state="SUBMITTED" if n < done else "PENDING")
    sheet, _ = scene.sheet(scene.user(Role.LEADER))
    essay = next(one for one in sheet.requirements if one.pk == scene.essay.pk)
    slowest = slowest_units(sheet, essay, {})
    assert [(one.unit.name, one.tally.submitted, one.tally.required) for one in slowest] == [
        ("Ba", 1, 5),
        ("Năm", 0, 3),  # as many as Hai, of fewer
        ("Hai", 2, 5),  # and not the one person of Một, with 0 %
    ]
    assert "Xếp theo số còn thiếu, nhiều nhất trước" in text_of(get(client, scene.user(Role.LEADER), "leader"))


def test_the_leaders_page_says_the_five_numbers_as_doors(scene, client):
    page = text_of(get(client, scene.user(Role.LEADER), "leader"))
    assert '<span class="figure-number">25<small>%</small></span>' in page
    assert "25,0 điểm % so với hôm qua" in page
    assert "đều mới nhận" in page
    for part in ("accepted", "missing", "waiting", "returned"):
        assert f"?yeu_cau={scene.essay.pk}&amp;so={part}" in page
    assert "Đến hết thứ Hai ngày 27/4/2026" in page
    sheet, _ = scene.sheet(scene.user(Role.LEADER))
    elsewhere = sum(tally.overdue for (_, column), tally in sheet.cells.items() if column != scene.essay.pk)
    assert elsewhere > 0
    assert f"Việc khác: {elsewhere} quá hạn" in page
    assert f"?yeu_cau={scene.report.pk}" in page, "what else runs is a door"
    other = text_of(get(client, scene.user(Role.LEADER), "leader", yeu_cau=scene.report.pk))
    assert "<h1>Báo cáo quý I</h1>" in other


def test_each_measure_of_the_leaders_page_says_of_what(scene, client):
    page = text_of(get(client, scene.user(Role.LEADER), "leader"))
    assert "Hoàn thành: đạt 1/4 bài" in page
    assert "đủ là đã đạt hết; hôm qua 0" in page
    assert "<h2>Tiến độ đến hạn <small>đạt/phải nộp</small></h2>" in page
    assert '<h2>Theo khối<span class="second">đạt/phải nộp</span></h2>' in page
    assert "Đã nộp gồm cả bài chờ duyệt, bài trả lại; phần trăm ở trang này chỉ tính bài đã đạt." in page
    other = text_of(get(client, scene.user(Role.LEADER), "leader", yeu_cau=scene.report.pk))
    assert "Hoàn thành: đạt 1/3 đơn vị" in other


def test_the_number_of_units_that_are_through_opens_to_those_units(scene, client):
    leader = scene.user(Role.LEADER)
    page = get(client, leader, "leader", yeu_cau=scene.essay.pk).content.decode()
    door = f"{reverse('reports:matrix')}?yeu_cau={scene.essay.pk}"
    assert page.count(f'href="{door}"') == 2  # "Đơn vị đủ", and all behind the slowest three
    shown = client.get(door)
    matrix = shown.context["matrix"]
    assert [row.unit.name for group in matrix.groups for row in group.rows] == [scene.school.name]
    assert [column.requirement.title for column in matrix.columns] == [scene.essay.title]
    said = text_of(shown)
    assert f"Chỉ việc <strong>{scene.essay.title}</strong> và các đơn vị được giao việc này." in said
    assert f'<input type="hidden" name="yeu_cau" value="{scene.essay.pk}">' in said
    book = client.get(reverse("reports:matrix_xlsx"), {"yeu_cau": scene.essay.pk})
    cells = [
        cell for row in load_workbook(BytesIO(book.content)).worksheets[0].iter_rows(values_only=True) for cell in row
    ]
    assert scene.school.name in cells
    assert scene.five.name not in cells


def test_a_cell_of_the_matrix_and_its_head_say_which_measure_each_is(scene, client):
    page = text_of(get(client, scene.user(Role.OFFICE), "matrix"))
    assert "đã nộp (kể cả chờ duyệt, trả lại) trên 18 bài phải nộp" in page
    assert "Phần trăm ở đầu cột là số đã đạt trên số phải nộp." in page


def test_what_was_never_handed_in_is_told_apart_from_what_is_owed(scene, client):
    page = text_of(get(client, scene.user(Role.OFFICE), "drill", so="missing"))
    assert "Chưa nộp là chưa gửi lần nào: 6 việc." in page
    assert ">1 việc bị trả lại</a>, chờ gửi lại, là 7 việc còn nợ." in page
    assert "việc còn nợ." not in text_of(get(client, scene.user(Role.OFFICE), "drill", so="overdue"))


def test_a_ward_without_work_says_so(client):
    ward = make_ward()
    for name in ("office_home", "matrix", "leader", "drill"):
        response = get(client, make_user(Role.OFFICE, ward), name)
        assert response.status_code == 200, name
        assert "Chưa có" in text_of(response) or "Không có ai" in text_of(response)


# --- rights


def test_another_ward_sees_nothing_of_this_one(scene, client):
    foreign = make_user(Role.OFFICE, make_ward(name="Giang Biên", code="GB"), name="Vũ Thị Lạ")
    canaries = ("Phúc Lợi", "Bài thu hoạch Nghị quyết 02", "Nguyễn Văn An", "128-CV")
    for name, params in (
        ("office_home", {}),
        ("matrix", {}),
        ("leader", {"yeu_cau": scene.essay.pk}),
        ("drill", {"yeu_cau": scene.essay.pk, "don_vi": scene.school.pk}),
    ):
        page = text_of(get(client, foreign, name, **params))
        assert [word for word in canaries if word in page] == [], name
    for name in ("matrix_xlsx", "drill_xlsx"):
        page = load_workbook(BytesIO(get(client, foreign, name, yeu_cau=scene.essay.pk).content)).active
        values = " ".join(str(cell.value) for row in page.iter_rows() for cell in row)
        assert [word for word in canaries if word in values] == [], name


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OFFICE, {"office_home", "matrix", "matrix_xlsx", "drill", "drill_xlsx", "leader"}),
        (Role.LEADER, {"matrix", "matrix_xlsx", "drill", "drill_xlsx", "leader"}),
        (Role.SECRETARY, {"matrix", "matrix_xlsx", "drill", "drill_xlsx"}),
        (Role.MEMBER, set()),
    ],
)
def test_who_may_open_what_and_nobody_may_post(scene, client, role, allowed):
    user = scene.user(role, scene.seven if role in (Role.SECRETARY, Role.MEMBER) else None)
    names = {"office_home", "matrix", "matrix_xlsx", "drill", "drill_xlsx", "leader"}
    assert {name for name in names if get(client, user, name).status_code == 200} == allowed
    assert {client.post(reverse(f"reports:{name}")).status_code for name in names} == {405}


@pytest.mark.parametrize("bad", ["abc", "0", "99999999999999999999", "-1", "1e3"])
def test_nonsense_in_the_address_finds_nothing_and_breaks_nothing(scene, client, bad):
    response = get(client, scene.user(Role.OFFICE), "drill", yeu_cau=bad, so=bad, xep=bad, trang=bad)
    assert response.status_code == 200
    assert list(response.context["rows"]) == []
    assert get(client, scene.user(Role.OFFICE), "matrix", gop=bad, nhom=bad, xep=bad).status_code == 200
    assert get(client, scene.user(Role.LEADER), "leader", yeu_cau=bad).status_code == 200


# --- what the leads of clusters owe about units


@pytest.fixture
def form(scene):
    """An overdue form of the lead of Cụm 3 about the school, which owes nothing overdue itself."""
    watching = make_requirement(
        make_directive(scene.ward, number=129), kind=RequirementKind.OVERSIGHT, title="Phiếu dự", due_at=at(23),
        phrase="trước ngày 23/4/2026",
    )  # fmt: skip
    return make_obligation(watching, scene.school)


def test_forms_of_leads_are_counted_apart_from_what_units_owe(scene, form, client):
    office = scene.user(Role.OFFICE)
    home = get(client, office, "office_home")
    strip = home.context["strip"]
    assert (strip.overdue, strip.overdue_units, strip.soon, strip.waiting) == (1, 1, 2, 1)
    assert "129-CV/ĐU, phụ trách cụm, 1 phiếu" in text_of(home)

    matrix = get(client, office, "matrix")
    assert [column.requirement.title for column in matrix.context["matrix"].columns] == [
        "Bài thu hoạch Nghị quyết 02", "Báo cáo quý I", "Sinh hoạt chuyên đề",
    ]  # fmt: skip
    assert matrix.context["matrix"].counts["qua-han"] == 1
    link = f"{reverse('reports:drill')}?yeu_cau={form.requirement_id}&amp;so=missing"
    assert f'<a href="{link}">Phiếu dự</a> đã nộp 0/1 phiếu.' in text_of(matrix)


@pytest.mark.parametrize("figure", ["overdue", "soon", "waiting", "missing", "required"])
def test_the_numbers_of_units_open_to_their_own_names_and_a_form_to_its_lead(scene, form, client, figure):
    office = scene.user(Role.OFFICE)
    behind = get(client, office, "drill", so=figure)
    assert form.pk not in {row[0].pk for row in behind.context["rows"]}
    counted = {chip[0]: chip[2] for chip in behind.context["chips"]}
    assert counted[figure] == behind.context["page_obj"].paginator.count
    about_school = get(client, office, "drill", so=figure, don_vi=scene.school.pk)
    assert form.pk not in {row[0].pk for row in about_school.context["rows"]}


def test_a_form_is_listed_under_the_lead_who_owes_it(scene, form, client):
    office = scene.user(Role.OFFICE)
    alone = get(client, office, "drill", so="missing", yeu_cau=form.requirement_id)
    assert [row[0].pk for row in alone.context["rows"]] == [form.pk]
    assert "phụ trách Cụm 3" in text_of(alone)
    found = text_of(get(client, office, "lookup", q="quá hạn"))
    assert found.count("phụ trách Cụm 3") == 1
    assert found.count("cả đơn vị") == 1  # the report of cell 7
    book = get(client, office, "drill_xlsx", so="missing", yeu_cau=form.requirement_id)
    (row,) = load_workbook(BytesIO(book.content)).active.iter_rows(min_row=4, values_only=True)
    assert row[1:4] == ("phụ trách Cụm 3", "Trường THCS Phúc Lợi", "Phiếu dự")


def test_the_page_of_letters_counts_what_units_owe(scene, form):
    page = papers_page(form.requirement.directive, scene.user(Role.OFFICE), NOW)
    assert (page.units, page.late_units, page.tally.missing) == (0, 0, 0)


# --- the same number of queries for one and for three


@pytest.mark.parametrize(("name", "most"), [("office_home", 24), ("matrix", 16), ("drill", 16), ("leader", 26)])
def test_queries_do_not_grow_with_the_rows(client, django_assert_max_num_queries, name, most):
    with time_machine.travel(NOW, tick=False):
        counts = []
        for wards in (1, 3):
            ward = make_ward(name=f"Thử {wards}", code=f"W{wards}")
            for _ in range(wards):
                unit = make_unit(ward, cluster=make_cluster(ward))
                requirement = make_requirement(make_directive(ward))
                make_obligation(requirement, make_member(unit))
                make_obligation(requirement, make_member(unit), state="RETURNED", fix_by=NOW + timedelta(days=2))
            client.force_login(make_user(Role.OFFICE, ward))
            client.get(reverse(f"reports:{name}"))
            with django_assert_max_num_queries(most) as captured:
                client.get(reverse(f"reports:{name}"))
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_a_long_list_by_deadline_goes_on_from_the_last_row(scene, monkeypatch):
    monkeypatch.setattr(drill, "LONG", 3)
    monkeypatch.setattr(drill, "PAGE", 2)
    obligations = Obligation.objects.filter(ward=scene.ward)
    wanted = DrillFilter(figure=Figure.REQUIRED, order=DrillOrder.DUE)
    total = collect(at=NOW, obligations=obligations).total.required
    search, _ = access_search(scene.user(Role.OFFICE), "", NOW)
    seen, pages, key, has_next = [], 0, "", True
    while has_next:
        pages += 1
        asked = DrillFilter.read({"so": "required", "xep": "han", "sau": key})
        assert (asked.after is None) == (pages == 1)
        page = page_behind(obligations, asked, at=NOW, number=str(pages), total=total, search=search)
        assert page.start_index() == len(seen) + 1
        seen += list(page)
        key, has_next = page.key, page.has_next() and page.key != ""
    expected = names_behind(obligations, wanted, at=NOW).order_by(F("due_at").asc(nulls_last=True), "pk")
    assert len(expected) > 4
    dated = [one for one in expected if one.due_at]
    assert seen[: len(dated)] == dated
