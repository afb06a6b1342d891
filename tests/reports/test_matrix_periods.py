"""A series in the compliance matrix: a column a period with its own last day, settled ones folded away, one by choice."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from directives.choices import ObligationState
from reports.figures import collect, collect_matrix
from reports.leader import leader_overview
from reports.matrix import MatrixFilter, build_matrix
from reports.overview import cell_dates
from reports.tallies import By, total_of
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
NOW = at(4, 5, hour=9)
MONTHLY = {"since": "2026-03-24", "every": "MONTHLY", "days": [25], "before": True}
ACCEPTED = ObligationState.ACCEPTED


class Scene:
    """Two cells: March accepted of both, April overdue in one, May owed by both; and a duty asked once."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.one, self.two = make_unit(self.ward, name="Chi bộ Một"), make_unit(self.ward, name="Chi bộ Hai")
        directive = make_directive(self.ward, number=53)
        self.once = make_requirement(directive, kind="REPORT", title="Kế hoạch năm", order=1)
        self.series = make_requirement(directive, kind="REPORT", title="Báo cáo tháng", order=2)
        self.series.recurrence = MONTHLY
        self.series.save()
        make_obligation(self.once, self.one)
        for period, month, states in (
            ("2026-03", 3, (ACCEPTED, ACCEPTED)),
            ("2026-04", 4, (ACCEPTED, ObligationState.PENDING)),
            ("2026-05", 5, (ObligationState.PENDING, ObligationState.PENDING)),
        ):
            for unit, state in zip((self.one, self.two), states, strict=True):
                make_obligation(self.series, unit, period=period, due_at=at(25, month), state=state)

    def sheet(self):
        return collect_matrix(at=NOW, ward=self.ward)

    def built(self, **wanted: str):
        obligations = self.ward_obligations()
        return build_matrix(self.sheet(), cell_dates(obligations), {}, MatrixFilter.read(wanted))

    def ward_obligations(self):
        return type(self.series.obligations.first()).objects.filter(ward=self.ward)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_every_period_is_a_column_with_its_own_end_and_nothing_is_lost(scene) -> None:
    sheet = scene.sheet()
    assert [(one.title, one.period, one.due_at) for one in sheet.requirements] == [
        ("Kế hoạch năm", "", at(28)),
        ("Báo cáo tháng, tháng 3/2026", "2026-03", at(25, 3)),
        ("Báo cáo tháng, tháng 4/2026", "2026-04", at(25)),
        ("Báo cáo tháng, tháng 5/2026", "2026-05", at(25, 5)),
    ]
    assert total_of(sheet.cells.values()) == collect(at=NOW, ward=scene.ward, by=By.UNIT).total


def test_settled_periods_are_folded_away_but_for_the_latest(scene) -> None:
    matrix = scene.built()
    assert [column.requirement.period for column in matrix.columns] == ["", "2026-04", "2026-05"]
    assert matrix.periods == ("2026-05", "2026-04", "2026-03")
    scene.series.obligations.update(
        state=ACCEPTED, first_submitted_at=at(3, 5), submitted_at=at(3, 5), decided_at=at(3, 5)
    )
    assert [column.requirement.period for column in scene.built().columns] == ["", "2026-05"]


def test_one_period_by_choice(scene) -> None:
    matrix = scene.built(ky="2026-03")
    assert [(c.requirement.period, c.accepted, c.required) for c in matrix.columns] == [("2026-03", 2, 2)]
    assert matrix.shown == 2
    cells = {row.unit.name: row.cells[0].words for group in scene.built(ky="2026-04").groups for row in group.rows}
    assert cells == {"Chi bộ Một": "Đạt", "Chi bộ Hai": "Quá\u00a010\u00a0ngày"}
    assert scene.built(ky="2027-01").shown == 0


def test_the_page_leads_from_a_cell_to_the_names_of_that_period(scene, client) -> None:
    client.force_login(make_user(Role.OFFICE, scene.ward))
    with time_machine.travel(NOW, tick=False):
        html = client.get(reverse("reports:matrix")).content.decode()
        assert '<option value="2026-03">Tháng 3/2026</option>' in html
        cell = f"?don_vi={scene.two.pk}&amp;yeu_cau={scene.series.pk}&amp;ky=2026-04"
        assert html.count(cell) == 1
        names = client.get(reverse("reports:drill") + cell.replace("&amp;", "&") + "&so=missing").content.decode()
        assert "tháng 4/2026" in names
        assert re.search(r"Chi bộ Hai", names)
        chosen = client.get(reverse("reports:matrix"), {"ky": "2026-03"}).content.decode()
        assert '<option value="2026-03" selected>' in chosen
        assert "Kế hoạch năm" not in chosen
        book = client.get(reverse("reports:matrix_xlsx"), {"ky": "2026-03"})
        assert book.status_code == 200


def test_the_board_of_one_paper_shows_its_duties_alone(scene, client) -> None:
    other = make_directive(scene.ward, number=54)
    make_obligation(make_requirement(other, kind="REPORT", title="Báo cáo nhanh"), scene.one)
    client.force_login(make_user(Role.OFFICE, scene.ward))
    with time_machine.travel(NOW, tick=False):
        heads = re.compile(r'<th scope="colgroup" class="mx-paper" colspan="(\d)">([^<]+)</th>')
        everything = client.get(reverse("reports:matrix")).content.decode()
        assert sorted(heads.findall(everything)) == [("1", str(other)), ("3", str(scene.once.directive))]
        page = client.get(reverse("reports:matrix"), {"van_ban": other.pk, "q": "mot"}).content.decode()
        assert heads.findall(page) == [("1", str(other))]
        assert ("Chi bộ Một" in page, "Chi bộ Hai" in page) == (True, False)
        assert f"<strong>{other}</strong>" in page
        assert '<a class="no-print" href="?q=mot">Xem mọi văn bản</a>' in page
        assert f'<input type="hidden" name="van_ban" value="{other.pk}">' in page
        assert f"?van_ban={other.pk}&amp;q=mot" in page  # the workbook keeps the filter
        book = client.get(reverse("reports:matrix_xlsx"), {"van_ban": other.pk})
        sheet = load_workbook(BytesIO(b"".join(book.streaming_content) if book.streaming else book.content)).active
        assert [cell.value for cell in sheet[4] if cell.value] == ["Văn bản", str(other)]
        assert heads.findall(client.get(reverse("reports:matrix"), {"van_ban": "x" * 40}).content.decode()) != []
        nothing = client.get(reverse("reports:matrix"), {"van_ban": "999999999"}).content.decode()
        assert "Không có đơn vị nào khớp" in nothing


def test_a_leader_looks_at_one_period(scene) -> None:
    overview = leader_overview(scene.ward_obligations(), chosen=f"{scene.series.pk}/2026-04", at=NOW)
    assert (overview.chosen.requirement.title, overview.chosen.tally.required, overview.chosen.tally.overdue) == (
        "Báo cáo tháng, tháng 4/2026", 2, 1,
    )  # fmt: skip
    assert overview.rate == "50"
    assert [slow.unit.name for slow in overview.slowest] == ["Chi bộ Hai"]


def test_a_column_of_the_past_has_the_end_it_kept(scene) -> None:
    scene.series.recurrence = MONTHLY | {"days": [10], "kept": {"2026-05": at(25, 5).isoformat()}}
    scene.series.save()
    ends = {one.period: one.due_at for one in scene.sheet().requirements}
    assert (ends["2026-05"], ends["2026-04"]) == (at(25, 5), at(10))
    assert collect_matrix(at=NOW + timedelta(days=1), ward=scene.ward).requirements[-1].due_at == at(25, 5)
