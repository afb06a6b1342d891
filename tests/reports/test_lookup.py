"""Tra cứu: conditions equal the figures of the dashboards, everything is the reader's own, one line for every list."""

import random
import unicodedata
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEntry
from directives.choices import DirectiveState, RequirementKind
from directives.models import Obligation, Requirement, SavedSearch
from directives.query.vocabulary import STATE_WORDS
from directives.query_conditions import Search
from outbox.models import OutgoingMail
from reminders.models import Reminder
from reports.figures import obligations_behind
from reports.tallies import Figure
from tests.factories.campaigns import END, make_campaign
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Block, PositionGroup, Role
from units.models import Cluster, UnitAlias

NOW = at(24, hour=16, minute=20)
pytestmark = pytest.mark.django_db


class Scene:
    """A ward on 24/4/2026: a school in cụm 3 and a cell in cụm 13, with duties in every state."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.three, self.thirteen = make_cluster(self.ward, "Cụm 3"), make_cluster(self.ward, "Cụm 13")
        self.school = make_unit(self.ward, name="Trường THCS Phúc Lợi", block=Block.SCHOOL, cluster=self.three)
        self.seven = make_unit(self.ward, name="Chi bộ Tổ dân phố số 7", block=Block.RESIDENTIAL, cluster=self.thirteen)
        UnitAlias.objects.create(unit=self.seven, name="Chi bộ Bờ Đê")
        names = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Thị Ánh", "Phạm Văn Đạt", "Đỗ Thị Bích")
        an, binh, anh, dat, bich = [
            make_member(self.school, name=name, email=f"m{n}@phuong.example") for n, name in enumerate(names)
        ]
        appoint(an, "Bí thư", unit=self.school, group=PositionGroup.CELL_SECRETARY)
        self.directive = make_directive(self.ward, number=128, subject="Học tập Nghị quyết số 02-NQ/TW")
        self.essay = make_requirement(self.directive, title="Bài thu hoạch Nghị quyết 02")
        self.report = make_requirement(
            self.directive, kind=RequirementKind.REPORT, title="Báo cáo quý I", due_at=at(23)
        )
        self.debts = {
            "An": make_obligation(self.essay, an, state="ACCEPTED"),
            "Bình": make_obligation(self.essay, binh, state="SUBMITTED"),
            "Ánh": make_obligation(self.essay, anh, state="RETURNED", fix_by=at(29)),
            "Đạt": make_obligation(self.essay, dat),
            "Bích": make_obligation(self.essay, bich, state="WAIVED"),
            "school": make_obligation(self.report, self.school, state="ACCEPTED"),
            "seven": make_obligation(self.report, self.seven),
        }

    def found(self, line: str) -> set[str]:
        search = Search(
            line,
            at=NOW,
            clusters=Cluster.objects.filter(ward=self.ward),
            requirements=Requirement.objects.filter(directive__ward=self.ward),
        )
        pks = set(search.among(Obligation.objects.all()).values_list("pk", flat=True))
        return {name for name, debt in self.debts.items() if debt.pk in pks}


@pytest.fixture
def scene():
    with time_machine.travel(NOW, tick=False):
        yield Scene()


ALL = {"An", "Bình", "Ánh", "Đạt", "Bích", "school", "seven"}


LINES = (
    ("chưa nộp", {"Đạt", "seven"}),
    ("còn nợ", {"Ánh", "Đạt", "seven"}),
    ("đã nộp", {"An", "Bình", "Ánh", "school"}),
    ("chờ duyệt", {"Bình"}),
    ("trả lại", {"Ánh"}),
    ("đạt", {"An", "school"}),
    ("quá hạn", {"seven"}),
    ("sắp hạn", {"Đạt"}),
    ("nộp muộn", {"school"}),
    ("đúng hạn", {"An", "Bình", "Ánh"}),
    ("miễn", {"Bích"}),
    ("-miễn", ALL - {"Bích"}),
    ("phải nộp", ALL - {"Bích"}),
    ("chờ duyệt trả lại", {"Bình", "Ánh"}),
    ("chưa nộp cụm:3", {"Đạt"}),
    ("cụm:13", {"seven"}),
    ("cụm:3,13", ALL),
    ("cụm:9", set()),
    ("khối:trường học -bài", ALL - {"seven"}),
    ("khối dân cư", {"seven"}),
    ("loại:báo cáo", {"school", "seven"}),
    ('việc:"thu hoach nghi quyet"', ALL - {"school", "seven"}),
    ("văn bản:128", ALL),
    ("văn bản:12", set()),
    ("văn bản:128-CV/ĐU chưa nộp", {"Đạt", "seven"}),
    ('văn bản:"02-NQ/TW"', ALL),
    ("đơn vị:thcs", ALL - {"seven"}),
    ('đơn vị:"bờ đê"', {"seven"}),
    ("chức vụ:bí thư", {"An"}),
    ("pham van dat", {"Đạt"}),
    ('"Đạt"', {"Đạt"}),
    ("đạt tên:an", {"An"}),
    ("bích", {"Bích"}),
    ("hạn<7ngày", ALL - {"school", "seven"}),
    ("hạn:27/4", ALL - {"school", "seven"}),
    ("hạn<27/4", {"school", "seven"}),
    ("hạn<=22/4", {"school", "seven"}),
    ("hạn<22/4", set()),
    ("quá hạn>1ngày", {"seven"}),
    ("quá hạn>2ngày", set()),
    ("nộp:24/4", {"An", "Bình", "Ánh", "school"}),
    ("nộp<24/4", set()),
    ("cumm:3", set()),
    ("", ALL),
)


def test_each_line_finds_whom_it_names(scene):
    typed = [form for line, _ in LINES for form in (line, unicodedata.normalize("NFD", line))]
    wanted = {form: found for line, found in LINES for form in (line, unicodedata.normalize("NFD", line))}
    assert {form: scene.found(form) for form in typed} == wanted


def test_the_last_instant_of_a_day_belongs_to_it(scene):
    """`due_at` 00:00 of the 28th is the 27th; a minute later is the 28th. A receipt at 00:00 is of the new day."""
    debt = scene.debts["Đạt"]
    for due_at, line in ((at(28), "hạn:27/4"), (at(28, minute=1), "hạn:28/4"), (at(29), "hạn:28/4")):
        Obligation.objects.filter(pk=debt.pk).update(due_at=due_at)
        assert "Đạt" in scene.found(line), line
    Obligation.objects.filter(pk=debt.pk).update(state="SUBMITTED", first_submitted_at=at(24), submitted_at=at(24))
    assert "Đạt" in scene.found("nộp:24/4")
    assert "Đạt" not in scene.found("nộp:23/4")


@pytest.mark.parametrize("seed", range(4))
def test_states_are_the_figures_of_the_dashboards(seed):
    """Every state of the query bar finds the obligations that the figure of that name counts."""
    campaign = make_campaign(seed, units=6, members=5)
    now = END + timedelta(days=random.Random(seed).randint(0, 3))
    obligations = Obligation.objects.filter(ward=campaign.ward, created_at__lte=now).exclude(
        requirement__kind=RequirementKind.STANDING
    )
    compared = 0
    for figure in Figure:
        word = STATE_WORDS.get(figure.value)
        if word is None:
            assert figure is Figure.ASSIGNED
            continue
        search = Search(word, at=now, clusters=Cluster.objects.none(), requirements=Requirement.objects.none())
        found = set(search.among(obligations).values_list("pk", flat=True))
        assert found == set(obligations_behind(figure, at=now, obligations=obligations).values_list("pk", flat=True)), (
            word
        )
        compared += len(found)
    assert compared > 50


# --- the page


def get(client, user, name, **params):
    client.force_login(user)
    return client.get(reverse(f"reports:{name}"), params)


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_a_period_finds_its_duties_alone(scene):
    for period in ("2026-04", "2026-05", "2026-05/15", "2026-Q2", "2026-H1", "2026", "2025-05", "2026-05-03"):
        scene.debts[period] = make_obligation(scene.report, scene.school, period=period)
    found = {
        line: scene.found(line)
        for line in (
            "kỳ:5/2026",
            "kỳ:2026-05",
            "kỳ:tháng 5",
            "kỳ:quý II",
            "kỳ:6 tháng đầu năm 2026",
            "kỳ:2026",
            "kỳ:2026,5",
        )
    }
    assert found == {
        "kỳ:5/2026": {"2026-05", "2026-05/15"},
        "kỳ:2026-05": {"2026-05", "2026-05/15"},
        "kỳ:tháng 5": {"2025-05", "2026-05", "2026-05/15"},
        "kỳ:quý II": {"2026-Q2"},
        "kỳ:6 tháng đầu năm 2026": {"2026-H1"},
        "kỳ:2026": {"2026"},
        "kỳ:2026,5": set(),
    }
    assert scene.found("kỳ:quý II kỳ:2026") == {"2026-Q2", "2026"}, "several periods are alternatives"


@pytest.mark.parametrize(("closed_on", "found"), [(25, {"Đạt", "seven"}), (24, {"Đạt"})])
def test_a_dissolved_unit_is_counted_in_no_line(scene, client, closed_on, found):
    """From its day on, inclusive; as on the office's home, whose tile is such a line."""
    type(scene.seven).objects.filter(pk=scene.seven.pk).update(closed_on=at(closed_on).date())
    assert scene.found("chưa nộp") == found
    office = make_user(Role.OFFICE, scene.ward)
    SavedSearch.objects.create(
        name="Chưa nộp", line="chưa nộp", ward=scene.ward, owner=office, on_home=True, saved_at=NOW
    )
    with time_machine.travel(NOW, tick=False):
        client.force_login(office)
        home = client.get(reverse("reports:office_home")).context
    assert [tile.count for tile in home["tiles"]] == [len(found)]


def test_ended_papers_are_found_when_the_line_asks_for_them(scene, client):
    ended = make_directive(scene.ward, number=77, state=DirectiveState.CLOSED)
    asked = make_requirement(ended, kind=RequirementKind.REPORT, title="Báo cáo năm cũ")
    make_obligation(asked, scene.school)
    office = make_user(Role.OFFICE, scene.ward)

    def found(line: str) -> list[str]:
        return [row.requirement.title for row in get(client, office, "lookup", q=line).context["page_obj"]]

    assert found("chưa nộp") == ["Bài thu hoạch Nghị quyết 02", "Báo cáo quý I"]
    assert found("vb:77 đã đóng chưa nộp") == found("đã kết thúc") == ["Báo cáo năm cũ"]
    assert found("vb:77 -đã đóng") == []
    sheet = load_workbook(BytesIO(get(client, office, "lookup_xlsx", q="đã đóng").content)).active
    assert sheet["A1"].value == "Tra cứu: đã đóng"
    assert [[cell.value for cell in row][:3] for row in sheet.iter_rows(min_row=4)] == [[1, "", "Trường THCS Phúc Lợi"]]


def test_the_page_lists_duties_says_what_it_read_and_offers_the_next_step(scene, client):
    response = get(client, make_user(Role.OFFICE, scene.ward), "lookup", q="chua nop cum:3")
    page = text_of(response)
    assert "<h1>Tra cứu: 1 việc</h1>" in page
    assert "Phạm Văn Đạt" in page
    assert "Chi bộ Tổ dân phố số 7</td>" not in page
    assert [term.label for term, _ in response.context["terms"]] == ["chưa nộp", "cụm 3"]
    assert [rest for _, rest in response.context["terms"]] == ["cum:3", "chua nop"]
    on = [chip.words for _, chips in response.context["chips"] for chip in chips if chip.is_on]
    assert on == ["Chưa nộp", "Cụm 3"]
    assert "?loai=tat-ca&amp;q=chua%20nop%20cum%3A3" in page


def test_a_name_finds_papers_units_members_and_submissions(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    hits = get(client, office, "lookup", q="nguyen van an").context["hits"]
    assert [line.member.full_name for line in hits.members.rows] == ["Nguyễn Văn An"]
    assert (hits.units.rows, hits.directives.rows) == ([], [])
    assert get(client, office, "lookup", q="bo de").context["hits"].units.rows == [scene.seven]
    assert get(client, office, "lookup", q="128").context["hits"].directives.rows == [scene.directive]
    assert get(client, office, "lookup", q="02 nq tw").context["hits"].directives.rows == [scene.directive]
    page = text_of(get(client, office, "lookup", q="nguyen van an"))
    assert "1 việc đang chạy của những tên khớp" in page
    nothing = text_of(get(client, office, "lookup", q="khongco"))
    assert "Không tìm thấy gì" in nothing


def test_a_dissolved_unit_is_found_by_each_of_its_names_and_said_to_be_dissolved(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    other = make_unit(scene.ward, name="Chi bộ Tổ dân phố số 7B", opened_on=NOW.date())
    make_unit(scene.ward, name="Chi bộ Tổ dân phố số 7C", opened_on=NOW.date() + timedelta(days=1))  # not there yet
    type(scene.seven).objects.filter(pk=scene.seven.pk).update(closed_on=NOW.date())
    for name, found in (("to dan pho so 7", [other, scene.seven]), ("bo de", [scene.seven])):
        response = get(client, office, "lookup", q=name)
        assert list(response.context["hits"].units.rows) == found
        assert "đã giải thể ngày 24/4/2026" in response.content.decode().replace("\u00a0", " ")


def test_what_is_not_understood_stands_above_an_empty_list_with_the_better_line(scene, client):
    page = text_of(get(client, make_user(Role.OFFICE, scene.ward), "lookup", q="chưa nộp cumm:3"))
    assert "Không hiểu “cumm:3”" in page
    assert "<strong>cụm:3</strong></a>?" in page
    assert "Phạm Văn Đạt" not in page


def test_each_finds_only_what_he_sees(scene, client):
    secretary = make_user(Role.SECRETARY, scene.seven)
    lead = make_user(Role.CLUSTER_LEAD, cluster=scene.three)
    assert get(client, secretary, "lookup", q="chưa nộp").context["duties"] == 1
    assert get(client, lead, "lookup", q="chưa nộp").context["duties"] == 1
    assert get(client, secretary, "lookup", q="nguyen van an").context["hits"].is_empty
    assert get(client, secretary, "lookup", q="cụm:3").context["search"].faults[0].words.startswith("Không có cụm nào")
    foreign = make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))
    assert get(client, foreign, "lookup", q="đạt").context["duties"] == 0
    for name in ("nguyen van an", "thcs", "128"):
        assert get(client, foreign, "lookup", q=name).context["hits"].is_empty
    assert get(client, make_user(member=make_member(scene.seven)), "lookup").status_code == 404


def test_the_list_goes_out_as_a_workbook_with_contacts_for_the_office_alone(scene, client):
    for role, columns in ((Role.OFFICE, 10), (Role.LEADER, 8)):
        response = get(client, make_user(role, scene.ward), "lookup_xlsx", q="chờ duyệt")
        sheet = load_workbook(BytesIO(response.content)).active
        assert sheet["A1"].value == "Tra cứu: chờ duyệt"
        assert [[cell.value for cell in row][:3] for row in sheet.iter_rows(min_row=4)] == [
            [1, "Trần Thị Bình", "Trường THCS Phúc Lợi"]
        ]
        assert sheet.max_column == columns
    assert AuditEntry.objects.filter(action="report.export").count() == 2


def test_the_same_line_narrows_the_list_behind_a_number(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    response = get(client, office, "drill", so="required", q="loại:báo cáo quá hạn")
    assert [row[0].pk for row in response.context["rows"]] == [scene.debts["seven"].pk]
    assert "Không hiểu “xyz:1”" in text_of(get(client, office, "drill", q="xyz:1"))


@pytest.mark.parametrize("line", ["đạt", "an"])
def test_the_number_of_queries_does_not_grow(scene, client, line, django_assert_max_num_queries):
    office = make_user(Role.OFFICE, scene.ward)

    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            get(client, office, "lookup", q=line)
        return len(asked)

    count()
    few = count()
    for number in range(6):
        member = make_member(scene.school, name=f"Hoàng Văn An {number}")
        make_obligation(scene.essay, member, state="ACCEPTED")
    assert count() == few


# --- saved searches


def post(client, user, name, data, **kwargs):
    client.force_login(user)
    return client.post(reverse(f"reports:{name}", kwargs=kwargs), data)


def test_a_search_is_kept_shared_and_dropped(scene, client):
    office, leader = make_user(Role.OFFICE, scene.ward), make_user(Role.LEADER, scene.ward)
    asked = {"name": "Cụm 3 chưa nộp", "line": "chưa nộp cụm:3", "is_shared": "on", "on_home": "on"}
    assert post(client, office, "keep_search", asked).status_code == 302
    kept = SavedSearch.objects.get()
    assert (kept.ward, kept.owner, kept.line, kept.is_shared) == (scene.ward, office, "chưa nộp cụm:3", True)
    page = text_of(get(client, leader, "lookup"))
    assert "Cụm 3 chưa nộp" in page
    assert reverse("reports:change_search", args=[kept.pk]) not in page
    assert post(client, leader, "change_search", asked, pk=kept.pk).status_code == 403
    assert post(client, leader, "keep_search", asked).status_code == 403, "a leader writes nothing"
    assert "Lưu tìm kiếm này" in text_of(get(client, office, "lookup", q="chưa nộp"))
    assert "Lưu tìm kiếm này" not in text_of(get(client, leader, "lookup", q="chưa nộp"))
    home = text_of(get(client, office, "office_home"))
    assert 'Cụm 3 chưa nộp</span><span class="figure-number">1</span>' in home
    changed = {"name": "Sắp hạn", "line": "sắp hạn", "on_home": ""}
    assert post(client, office, "change_search", changed, pk=kept.pk).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.line, kept.is_shared, kept.on_home) == ("Sắp hạn", "sắp hạn", False, False)
    assert post(client, leader, "drop_search", {}, pk=kept.pk).status_code == 404
    assert post(client, office, "drop_search", {}, pk=kept.pk).status_code == 302
    assert SavedSearch.objects.count() == 0
    assert list(AuditEntry.objects.filter(action__in=("search.save", "search.drop")).order_by("seq").values_list("action", flat=True)) == [
        "search.save", "search.save", "search.drop",
    ]  # fmt: skip


def test_a_search_that_cannot_be_read_or_whose_name_is_taken_is_refused_with_the_reason(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    refused = post(client, office, "keep_search", {"name": "x", "line": "cumm:3"})
    assert refused.status_code == 422
    assert "Không hiểu “cumm:3”" in text_of(refused)
    assert post(client, office, "keep_search", {"name": "x", "line": "   "}).status_code == 422
    assert post(client, office, "keep_search", {"name": "x", "line": "đạt"}).status_code == 302
    again = post(client, office, "keep_search", {"name": "x", "line": "miễn"})
    assert again.status_code == 422
    assert "Đồng chí đã có một tìm kiếm tên “x”" in text_of(again)
    assert SavedSearch.objects.get().line == "đạt"


def test_a_secretary_keeps_his_own_and_shares_nothing(scene, client):
    secretary = make_user(Role.SECRETARY, scene.seven)
    asked = {"name": "Chỉ để tôi xem", "line": "chưa nộp", "is_shared": "on", "on_home": "on"}
    assert post(client, secretary, "keep_search", asked).status_code == 302
    kept = SavedSearch.objects.get()
    assert (kept.is_shared, kept.on_home) == (False, False)
    assert get(client, secretary, "lookup").context["saved"] == [(kept, True)]
    assert get(client, make_user(Role.OFFICE, scene.ward), "lookup").context["saved"] == []


# --- chasing with the same line


def ask(client, user, **data):
    client.force_login(user)
    return (
        client.post(reverse("reminders:ask"), data) if "count" in data else client.get(reverse("reminders:ask"), data)
    )


def test_those_found_are_reminded_once_a_day_with_the_number_confirmed(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    shown = ask(client, office, q="chưa nộp cụm:3")
    letters = shown.context["letters"]
    assert {duty.obligation_id for letter in letters for duty, _ in letter.told()} == {scene.debts["Đạt"].pk}
    assert f"Gửi {len(letters)} thư nhắc?" in text_of(shown)
    wrong = ask(client, office, q="chưa nộp cụm:3", count=str(len(letters) + 1))
    assert wrong.status_code == 422
    assert Reminder.objects.count() == 0
    assert ask(client, office, q="chưa nộp cụm:3", count=str(len(letters))).status_code == 302
    assert set(Reminder.objects.values_list("obligation", "stage")) == {(scene.debts["Đạt"].pk, "N260424")}
    assert Reminder.objects.first().stage_words == "Nhắc thêm ngày 24/4/2026"
    assert OutgoingMail.objects.count() == len(letters)
    again = ask(client, office, q="chưa nộp cụm:3")
    assert len(again.context["letters"]) == 0
    entry = AuditEntry.objects.get(action="reminder.ask")
    assert '"line":"chưa nộp cụm:3"' in entry.detail


def test_who_owes_nothing_or_was_not_understood_is_not_written_to(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    for line in ("đạt", "miễn", "chờ duyệt", "cumm:3", "cụm:9"):
        assert len(ask(client, office, q=line).context["letters"]) == 0, line
    everybody = ask(client, office, q="").context["letters"]
    owed = {duty.obligation_id for letter in everybody for duty, _ in letter.told()}
    assert owed == {scene.debts["Ánh"].pk, scene.debts["Đạt"].pk}


def test_the_call_sheet_and_the_list_of_who_owes_take_the_same_line(scene, client):
    client.force_login(make_user(Role.OFFICE, scene.ward))
    for name, params in (("chase", {}), ("calls", {"loai": "tat-ca"})):
        page = text_of(client.get(reverse(f"reminders:{name}"), {"q": "chưa nộp cụm:3", **params}))
        assert "Phạm Văn Đạt" in page, name
        assert "Lê Thị Ánh" not in page, name
        assert "Không hiểu “xyz:1”" in text_of(client.get(reverse(f"reminders:{name}"), {"q": "xyz:1", **params})), name


def test_forms_of_cluster_leads_are_counted_apart_as_everywhere(scene, client):
    forms = make_requirement(scene.directive, kind=RequirementKind.OVERSIGHT, title="Phiếu dự sinh hoạt")
    for unit in (scene.school, scene.seven):
        make_obligation(forms, unit)
    office = make_user(Role.OFFICE, scene.ward)
    SavedSearch.objects.create(
        owner=office, ward=scene.ward, name="Chưa nộp", line="chưa nộp", on_home=True, saved_at=NOW
    )
    client.force_login(office)
    page = client.get(reverse("reports:lookup"), {"q": "chưa nộp"})
    assert (page.context["duties"], page.context["of_leads"]) == (2, 2)
    assert "Tra cứu: 2 việc và 2 phiếu của phụ trách cụm" in page.content.decode()
    assert len(page.context["rows"]) == 4
    by_name = client.get(reverse("reports:lookup"), {"q": "Tổ dân phố số 7"})
    assert (by_name.context["duties"], by_name.context["of_leads"]) == (1, 1)
    [tile] = client.get(reverse("reports:office_home")).context["tiles"]
    assert (tile.count, tile.of_leads) == (2, 2)
