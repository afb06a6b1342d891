"""A unit over the years, a cluster's units, the board for all: figures equal a recount in plain SQL, each number a door."""

from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import AuditEntry
from directives.choices import DirectiveState, RequirementKind
from directives.models import Obligation, Requirement
from reports.figures import collect, collect_matrix
from reports.models import ChasingLetter
from reports.services.chasing import chased
from reports.standing import board_of, worst_first
from reports.tallies import By, Figure, Tally
from reports.unit_record import RecordFilter, duties_behind, record_of
from tests.factories.campaigns import END, make_campaign
from tests.factories.directives import at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Block, Role
from units.models import CommitteeProfile
from vietnamese.dates import VIETNAM

NOW = at(24, hour=16, minute=20)
pytestmark = pytest.mark.django_db

COLUMNS = "o.due_at, o.created_at, o.first_submitted_at, o.state, o.certainty, r.kind, u.path, u.block"
RECOUNT = f"""
    select {COLUMNS} from directives_obligation o
    join directives_requirement r on r.id = o.requirement_id join units_unit u on u.id = o.unit_id
    where o.ward_id = %s and r.kind <> 'STANDING' and (u.closed_on is null or u.closed_on > %s)
"""


def instant(value) -> datetime | None:
    """What a database driver gives for an instant: SQLite a text in UTC."""
    if value is None or isinstance(value, datetime):
        return value if value is None or value.tzinfo else timezone.make_aware(value, timezone.get_fixed_timezone(0))
    return datetime.fromisoformat(value).replace(tzinfo=timezone.get_fixed_timezone(0))


def recount(ward, now, group) -> dict[object, Counter]:
    """Counts by hand from the rows of one plain SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [ward.pk, now.astimezone(VIETNAM).date().isoformat()])
        rows = cursor.fetchall()
    counts: dict[object, Counter] = {}
    for due, created, first, state, certainty, kind, path, block in rows:
        due, created, first = instant(due), instant(created), instant(first)
        day = (due - timedelta(microseconds=1) if due else created).astimezone(VIETNAM)
        found = counts.setdefault(group(day.year, kind, path, block), Counter())
        found["assigned"] += 1
        if state == "WAIVED":
            found["waived"] += 1
        elif first is not None:
            found["submitted"] += 1
            found["late" if due and first >= due else "on_time"] += 1
            found["accepted"] += state == "ACCEPTED"
            found["returned"] += state == "RETURNED"
        elif due and due <= now and certainty not in ("TENTATIVE", "NONE"):
            found["overdue"] += 1
    return counts


def numbers(tally: Tally) -> Counter:
    names = ("assigned", "waived", "submitted", "late", "on_time", "accepted", "returned", "overdue")
    return Counter({name: getattr(tally, name) for name in names if getattr(tally, name)})


@pytest.mark.parametrize("seed", range(3))
def test_years_kinds_and_units_equal_a_plain_recount(seed):
    campaign = make_campaign(seed, units=6, members=5)
    # deadlines in two years more, one of them at the very end of a year: 00:00 of 1/1/2028 is the last day of 2027
    for number, due_at in enumerate((datetime(2025, 6, 1, tzinfo=VIETNAM), datetime(2028, 1, 1, tzinfo=VIETNAM))):
        dated = Obligation.objects.filter(ward=campaign.ward, due_at__isnull=False).order_by("pk")
        some = list(dated.values_list("pk", flat=True))[number::3]
        Obligation.objects.filter(pk__in=some).update(due_at=due_at)
    obligations = Obligation.objects.filter(ward=campaign.ward)
    now = END + timedelta(days=1)
    years = collect(at=now, by=By.YEAR, obligations=obligations)
    by_hand = recount(campaign.ward, now, lambda year, kind, path, block: str(year))
    assert {row.key: numbers(row.tally) for row in years.rows} == {key: +count for key, count in by_hand.items()}
    assert {"2025", "2026", "2027"} == set(by_hand)
    kinds = collect(at=now, by=By.KIND, obligations=obligations)
    by_kind = recount(campaign.ward, now, lambda year, kind, path, block: kind)
    assert {row.key: numbers(row.tally) for row in kinds.rows} == {key: +count for key, count in by_kind.items()}
    assert kinds.total == years.total
    sheet = collect_matrix(at=now, obligations=obligations)
    by_block = recount(campaign.ward, now, lambda year, kind, path, block: block)
    shown = {group.name: sum(one.tally.assigned for one in group.units) for group in board_of(sheet)}
    owing = {block: count for block, count in by_block.items() if count["assigned"] > count["waived"]}
    assert len(shown) == len(owing)
    assert sum(one.tally.overdue for one in worst_first(sheet, day=now.date())) == sum(
        count["overdue"] for count in by_block.values()
    )


class Scene:
    """A school with duties of two years, one extended, one of an ended directive, one revoked; a cell beside it."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cluster = make_cluster(self.ward, "Cụm 3")
        self.school = make_unit(self.ward, name="Trường THCS Phúc Lợi", block=Block.SCHOOL, cluster=self.cluster)
        self.cell = make_unit(self.ward, name="Chi bộ Tổ dân phố số 7", block=Block.RESIDENTIAL, cluster=self.cluster)
        self.member = make_member(self.school, name="Nguyễn Văn An")
        running, ended = make_directive(self.ward), make_directive(self.ward, state=DirectiveState.CLOSED)
        essay = make_requirement(running, title="Bài thu hoạch")
        make_extension(make_obligation(essay, self.member), at(29), granted_at=at(22), reason="Ốm")
        report = make_requirement(running, kind=RequirementKind.REPORT, title="Báo cáo quý I", due_at=at(23))
        make_obligation(report, self.school, state="ACCEPTED")
        make_obligation(report, self.cell)
        last_year = datetime(2026, 1, 1, tzinfo=VIETNAM)
        old = make_requirement(ended, kind=RequirementKind.REPORT, title="Báo cáo năm", due_at=last_year)
        before = last_year - timedelta(days=5)
        make_obligation(old, self.school, state="ACCEPTED", first_submitted_at=before, submitted_at=before)
        revoked = make_directive(self.ward, state=DirectiveState.REVOKED)
        make_obligation(
            make_requirement(revoked, kind=RequirementKind.REPORT, title="Đã thu hồi", due_at=at(20)), self.school
        )


@pytest.fixture
def scene():
    with time_machine.travel(NOW, tick=False):
        yield Scene()


def get(client, user, name, *args, **params):
    client.force_login(user)
    return client.get(reverse(f"reports:{name}", args=args), params)


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_record_tells_each_year_and_each_number_opens(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    response = get(client, office, "unit_record", scene.school.pk)
    years = {row.name: row.tally for row in response.context["record"].years.rows}
    assert {name: (t.required, t.on_time, t.late, t.overdue) for name, t in years.items()} == {
        "Năm 2026": (2, 0, 1, 0),
        "Năm 2025": (1, 1, 0, 0),
    }
    assert [row[0].title for row in response.context["rows"]] == ["Bài thu hoạch"]  # not handed in yet
    page = text_of(response)
    assert "Đã thu hồi" not in page
    assert "hết thứ Hai ngày 27/4/2026" in page  # the old last day of the extended one
    assert "Gia hạn: Ốm" in page
    late = get(client, office, "unit_record", scene.school.pk, nam="2026", so="late")
    assert [row[0].title for row in late.context["rows"]] == ["Báo cáo quý I"]
    on_time = get(client, office, "unit_record", scene.school.pk, nam="2025", so="on_time")
    assert [row[0].title for row in on_time.context["rows"]] == ["Báo cáo năm"]


def test_a_dissolved_unit_keeps_its_past_on_its_page_and_in_the_workbook(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    type(scene.school).objects.filter(pk=scene.school.pk).update(closed_on=NOW.date())
    response = get(client, office, "unit_record", scene.school.pk)
    told = {one.title: (key, words) for one, key, words in response.context["rows"]}
    assert told == {
        "Bài thu hoạch": ("waived", "Đơn vị đã giải thể"),  # nobody owes it any more
        "Báo cáo quý I": ("accepted_late", ""),
        "Báo cáo năm": ("accepted", ""),
    }
    page = text_of(response)
    assert "Đơn vị đã giải thể từ ngày 24/4/2026." in page
    assert "Chưa có việc nào được giao" not in page
    book = load_workbook(BytesIO(get(client, office, "unit_record_xlsx", scene.school.pk).content))
    assert {row[3] for row in book["Các việc"].iter_rows(min_row=4, values_only=True)} == set(told)
    secretary = make_user(Role.SECRETARY, scene.cell)
    assert get(client, secretary, "unit_record", scene.school.pk).status_code == 404


def test_until_the_day_it_is_dissolved_a_unit_is_counted(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    type(scene.school).objects.filter(pk=scene.school.pk).update(closed_on=NOW.date() + timedelta(days=1))
    response = get(client, office, "unit_record", scene.school.pk)
    assert [row.name for row in response.context["record"].years.rows] == ["Năm 2026", "Năm 2025"]
    assert "Đơn vị sẽ giải thể ngày 25/4/2026" in text_of(response)


def forms_of_a_lead(scene) -> Obligation:
    """A running observation form about the school, overdue, which the lead of its cluster owes."""
    watching = make_requirement(
        make_directive(scene.ward), kind=RequirementKind.OVERSIGHT, title="Phiếu dự sinh hoạt", due_at=at(23)
    )
    return make_obligation(watching, scene.school)


def test_what_a_lead_owes_is_no_units_debt_on_the_record_the_board_and_the_letter(scene, client):
    form = forms_of_a_lead(scene)
    office = make_user(Role.OFFICE, scene.ward)
    response = get(client, office, "unit_record", scene.school.pk)
    assert {row.name: row.tally.required for row in response.context["record"].years.rows} == {
        "Năm 2026": 2,
        "Năm 2025": 1,
    }
    assert "Phiếu dự sinh hoạt" not in text_of(response)
    CommitteeProfile.objects.filter(unit=scene.ward).update(shows_board=True)
    assert "trong 3 việc" in text_of(get(client, make_user(Role.SECRETARY, scene.cell), "board"))
    letter = ChasingLetter(ward=scene.ward, directive=form.requirement.directive)
    assert list(chased(letter)) == []
    letter.directive = Obligation.objects.get(requirement__title="Bài thu hoạch").requirement.directive
    assert {one.requirement.title for one in chased(letter)} == {"Bài thu hoạch", "Báo cáo quý I"}


def test_what_a_lead_owes_is_no_units_debt_on_the_page_of_the_cluster(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    before = get(client, office, "cluster", cum=str(scene.cluster.pk))
    forms_of_a_lead(scene)
    after = get(client, office, "cluster", cum=str(scene.cluster.pk))
    assert after.context["total"] == before.context["total"]
    assert [(one.unit, one.tally) for one in after.context["lines"]] == [
        (one.unit, one.tally) for one in before.context["lines"]
    ]
    assert len(after.context["running"]) == len(before.context["running"]) + 1
    assert "phụ trách cụm lập phiếu" in text_of(after)


def test_every_number_of_the_record_equals_the_names_behind_it(scene):
    obligations = Obligation.objects.of_unit(scene.school)
    record = record_of(obligations, RecordFilter(), NOW)
    for row in record.years.rows:
        for figure in (Figure.ASSIGNED, Figure.ON_TIME, Figure.LATE, Figure.OVERDUE, Figure.ACCEPTED, Figure.WAIVED):
            behind = duties_behind(obligations, RecordFilter(figure, int(row.key)), NOW)
            assert behind.count() == getattr(row.tally, figure.value), (row.key, figure)


def test_the_record_goes_out_as_a_workbook_with_a_chart(scene, client):
    response = get(client, make_user(Role.LEADER, scene.ward), "unit_record_xlsx", scene.school.pk)
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["Theo năm", "Các việc", "Gia hạn"]
    rows = [[cell.value for cell in row] for row in book["Theo năm"].iter_rows(min_row=4, max_row=5)]
    assert rows == [["2025", 1, 1, 0, 0, 1, 0, 100], ["2026", 2, 0, 1, 0, 1, 0, 0]]
    assert len(book["Theo năm"]._charts) == 1
    assert {row[3].value for row in book["Các việc"].iter_rows(min_row=4)} == {
        "Báo cáo năm", "Bài thu hoạch", "Báo cáo quý I",
    }  # fmt: skip
    assert [cell.value for cell in book["Gia hạn"][4]][4:] == ["27/4/2026", "28/4/2026", "Gia hạn", "Ốm"]
    assert AuditEntry.objects.filter(action="report.export").count() == 1


def test_the_lead_of_a_cluster_sees_its_units_worst_first_and_no_other(scene, client):
    lead = make_user(Role.CLUSTER_LEAD, cluster=scene.cluster)
    make_cluster(scene.ward, "Cụm 4")
    response = get(client, lead, "cluster")
    assert [one.unit.name for one in response.context["lines"]] == ["Chi bộ Tổ dân phố số 7", "Trường THCS Phúc Lợi"]
    assert response.context["total"].overdue == 1
    assert [cluster.name for cluster in response.context["clusters"]] == ["Cụm 3"]
    assert "Cụm phụ trách" in text_of(response)
    office = get(client, make_user(Role.OFFICE, scene.ward), "cluster", cum=str(scene.cluster.pk))
    assert [cluster.name for cluster in office.context["clusters"]] == ["Cụm 3", "Cụm 4"]
    assert office.context["chosen"] == scene.cluster


def test_the_board_is_open_only_where_the_ward_chose_so_and_names_nobody(scene, client):
    secretary, member = make_user(Role.SECRETARY, scene.cell), make_user(member=scene.member)
    foreign = make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))
    assert [get(client, user, "board").status_code for user in (secretary, member, foreign)] == [404, 404, 404]
    CommitteeProfile.objects.filter(unit=scene.ward).update(shows_board=True)
    for user in (secretary, member):
        response = get(client, user, "board")
        page = text_of(response)
        assert "Toàn phường đã nộp <strong>1</strong> trong 3 việc (33,3%)" in page
        assert "Trường THCS Phúc Lợi" in page
        assert "Nguyễn Văn An" not in page.split("<main", 1)[1]
        assert "Tiến độ chung" in page
    assert get(client, foreign, "board").status_code == 404


def test_what_was_withdrawn_before_anybody_handed_it_in_runs_no_more_in_the_cluster(scene, client):
    office = make_user(Role.OFFICE, scene.ward)
    gone = make_requirement(make_directive(scene.ward), title="Báo cáo đã rút", kind=RequirementKind.REPORT)
    owed = make_obligation(gone, scene.school)
    where = {"cum": str(scene.cluster.pk)}
    assert "Báo cáo đã rút" in get(client, office, "cluster", **where).content.decode()

    Obligation.objects.filter(pk=owed.pk).update(state="WAIVED", waiver_reason="WITHDRAWN", waived_at=NOW)
    Requirement.objects.filter(pk=gone.pk).update(withdrawn_at=NOW)

    assert "Báo cáo đã rút" not in get(client, office, "cluster", **where).content.decode()
    names = get(client, office, "drill", yeu_cau=str(gone.pk), so="waived").content.decode()
    assert "Yêu cầu này đã rút ngày 24/4/2026; việc còn nợ khi ấy ghi “Miễn”." in names
    listed = get(client, office, "drill", don_vi=str(scene.school.pk), so="waived").content.decode()
    assert listed.count("(đã rút)") == 1
