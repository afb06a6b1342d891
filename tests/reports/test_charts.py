"""Charts: the weeks equal a recount in plain SQL, drawings say what the tables say, Excel has native charts."""

import random
import re
from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from directives.models import Obligation
from reports.charts import EVERYTHING, charts_of
from reports.charts_svg import PARTS, Bar, bars_svg, heat_svg, paper_bars_svg, shade_of
from reports.figures import collect, collect_weeks
from reports.tallies import By
from tests.factories.campaigns import END, make_campaign
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from tests.reports.test_unit_pages import instant
from units.choices import Block, Role
from vietnamese.dates import VIETNAM

NOW = at(24, hour=16, minute=20)


def test_bars_are_cut_into_their_parts_and_say_the_share():
    counts = {"accepted": 6, "overdue": 2, "pending": 0}
    drawn = bars_svg([Bar("Cụm <3> & bạn", counts, 8)], title="Theo cụm")
    widths = [float(width) for width in re.findall(r'y="6" width="([0-9.]+)"', drawn)]
    assert widths == [285.0, 95.0]  # three quarters and one quarter of 380
    assert "75%" in drawn
    assert "Cụm &lt;3&gt; &amp; bạn" in drawn
    assert bars_svg([], title="") == ""


def test_bars_on_paper_know_no_colour_and_write_their_counts():
    counts = {"accepted": 60, "submitted": 12, "returned": 8, "overdue": 6, "soon": 10, "pending": 4}
    drawn = paper_bars_svg([Bar("Cụm <3>", counts, 100)], title="Theo cụm")
    colours = set(re.findall(r"#[0-9A-F]{6}", drawn))
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours), colours
    # Each part is filled in its own way, so that a photocopy still tells them apart.
    fills = re.findall(r'y="6" width="[0-9.]+" height="18" fill="([^"]+)"', drawn)
    assert fills == ["#404040", "#BFBFBF", "url(#hatch-returned)", "url(#hatch-overdue)", "url(#hatch-soon)", "#FFFFFF"]
    inside = re.findall(r'y="20" font-size="13" fill="[^"]+" text-anchor="middle">([0-9.]+)<', drawn)
    assert inside == ["60", "12", "8", "6", "10", "4"]
    assert "Cụm &lt;3&gt;" in drawn
    assert "60%" in drawn
    tight = paper_bars_svg([Bar("Cụm 3", {"accepted": 99, "soon": 1}, 100)], title="Theo cụm")
    assert re.findall(r'y="20" font-size="13" fill="[^"]+" text-anchor="middle">([0-9.]+)<', tight) == ["99"]
    assert paper_bars_svg([], title="") == ""


def test_the_heat_map_is_darkest_where_most_was_handed_in():
    assert [shade_of(count, 8) for count in (0, 1, 2, 3, 4, 5, 7, 8)] == [0, 1, 1, 2, 2, 3, 4, 4]
    drawn = heat_svg([date(2026, 4, 13), date(2026, 4, 20)], [("Cụm 1", (0, 1234))], title="Tuần")
    assert ">1.234</text>" in drawn
    assert ">13/4</text>" in drawn
    assert drawn.count("<rect") == 2


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_weeks_equal_a_plain_recount(seed):
    campaign = make_campaign(seed, units=6, members=5)
    now = END + timedelta(days=random.Random(seed).randint(0, 5))
    # one at the first instant of a Monday in Hà Nội, one an instant before: they stand in different weeks
    monday = at(20)
    some = list(Obligation.objects.filter(ward=campaign.ward, first_submitted_at__isnull=False).order_by("pk")[:2])
    for one, moment in zip(some, (monday, monday - timedelta(microseconds=1)), strict=False):
        Obligation.objects.filter(pk=one.pk).update(first_submitted_at=moment)
    sheet = collect_weeks(at=now, obligations=Obligation.objects.filter(ward=campaign.ward), by=By.CLUSTER)
    with connection.cursor() as cursor:
        cursor.execute(
            "select o.first_submitted_at, u.cluster_id from directives_obligation o"
            " join units_unit u on u.id = o.unit_id join directives_requirement r on r.id = o.requirement_id"
            " where o.ward_id = %s and o.state <> 'WAIVED' and o.first_submitted_at is not null"
            " and r.kind <> 'STANDING' and (u.closed_on is null or u.closed_on > %s)",
            [campaign.ward.pk, now.astimezone(VIETNAM).date().isoformat()],
        )
        rows = cursor.fetchall()
    by_hand: Counter = Counter()
    for first, cluster in rows:
        day = instant(first).astimezone(VIETNAM).date()
        by_hand[str(cluster or ""), day - timedelta(days=day.weekday())] += 1
    counted = {
        (row.key, week): count
        for row in sheet.rows
        for week, count in zip(sheet.weeks, row.counts, strict=True)
        if count
    }
    assert counted == {key: count for key, count in by_hand.items() if key[1] >= sheet.weeks[0]}
    assert counted
    assert all(week.weekday() == 0 for week in sheet.weeks)


@pytest.fixture
def scene():
    with time_machine.travel(NOW, tick=False):
        ward = make_ward()
        school = make_unit(ward, name="Trường THCS", block=Block.SCHOOL, cluster=make_cluster(ward, "Cụm 3"))
        cell = make_unit(ward, name="Chi bộ 7", block=Block.RESIDENTIAL, cluster=make_cluster(ward, "Cụm 4"))
        essay = make_requirement(make_directive(ward), title="Bài thu hoạch")
        make_obligation(essay, make_member(school), state="ACCEPTED")
        make_obligation(essay, make_member(school))
        make_obligation(essay, make_member(cell), state="SUBMITTED")
        yield ward, essay


@pytest.mark.django_db
def test_parts_of_the_bars_add_up_to_the_figures(scene):
    ward, essay = scene
    obligations = Obligation.objects.filter(ward=ward)
    charts = charts_of(obligations, wanted=str(essay.pk), at=NOW)
    words = [word for _, word, _ in PARTS]
    assert [(row.name, dict(zip(words, row.parts, strict=True)), row.required) for row in charts.clusters] == [
        ("Cụm 3", {"Đạt": 1, "Chờ duyệt": 0, "Trả lại": 0, "Quá hạn": 0, "Sắp hạn": 1, "Chưa nộp": 0}, 2),
        ("Cụm 4", {"Đạt": 0, "Chờ duyệt": 1, "Trả lại": 0, "Quá hạn": 0, "Sắp hạn": 0, "Chưa nộp": 0}, 1),
    ]
    total = collect(at=NOW, by=By.BLOCK, obligations=obligations).total
    assert sum(row.required for row in charts.blocks) == total.required == 3
    assert charts.last_day == date(2026, 4, 27)
    assert (charts.points[-1].accepted, charts.points[-1].required) == (1, 3)
    everything = charts_of(obligations, wanted=EVERYTHING, at=NOW)
    assert (everything.chosen, everything.last_day) == (None, None)


@pytest.mark.django_db
def test_the_page_has_a_table_behind_each_chart_and_the_workbook_native_ones(scene, client):
    ward, essay = scene
    client.force_login(make_user(Role.OFFICE, ward))
    page = client.get(reverse("reports:charts"), {"yeu_cau": essay.pk}).content.decode()
    assert 'data-due="2026-04-27"' in page
    assert 'data-name="Cụm 3" data-values="1 0 0 0 1 0 "' in page
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg"') == 2
    assert "chart.umd.min.js" in page
    book = load_workbook(BytesIO(client.get(reverse("reports:charts_xlsx"), {"yeu_cau": essay.pk}).content))
    assert {sheet.title: len(sheet._charts) for sheet in book} == {
        "Tiến độ": 1, "Theo cụm": 1, "Theo khối": 1, "Theo tuần": 0,
    }  # fmt: skip
    assert [cell.value for cell in book["Theo cụm"][4]] == ["Cụm 3", 1, 0, 0, 0, 1, 0, 2]
    assert book["Theo tuần"].conditional_formatting


@pytest.mark.django_db
def test_an_empty_ward_says_so(client):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    assert "Chưa có việc nào đang chạy" in client.get(reverse("reports:charts")).content.decode()
    book = load_workbook(BytesIO(client.get(reverse("reports:charts_xlsx")).content))
    assert book.sheetnames == ["Tiến độ", "Theo cụm", "Theo khối", "Theo tuần"]
