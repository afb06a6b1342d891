"""A returned paper is owed until one day, the later of its fix-by day and its own deadline, and every door says that day.

Not here: the fairness clock itself (`test_reviewing.py`), who owes (`tests/directives/test_owing.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from directives.choices import RequirementKind
from directives.models import Obligation
from directives.querysets import owed_until
from reminders.calendar_feed import items_of
from reports.figures import collect_matrix
from reports.overview import agenda, strip_of
from submissions.link_slips import slips_of
from submissions.services.reviewing import return_for_revision
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User
from units.services.links import make_link
from vietnamese.dates import format_date

pytestmark = pytest.mark.django_db
NOW, DUE = at(24, hour=9), at(28)
EARLIER, LATER = at(26), at(30)
DAYS = {EARLIER: (DUE, "hết thứ Hai ngày 27/4/2026"), LATER: (LATER, "hết thứ Tư ngày 29/4/2026")}
"""The fix-by instant chosen → the instant until which it is owed, and how the last day is said."""


class Scene:
    """An essay and a report of one cell, both returned with the same fix-by instant."""

    def __init__(self, fix_by: datetime) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward)
        self.office = make_user(Role.OFFICE, self.ward)
        self.secretary = make_user(Role.SECRETARY, self.cell)
        self.member = make_member(self.cell)
        directive = make_directive(self.ward)
        essay = make_obligation(make_requirement(directive, due_at=DUE), self.member)
        report = make_requirement(directive, kind=RequirementKind.REPORT, due_at=DUE, outline=["Kết quả"])
        self.essay, self.report = essay, make_obligation(report, self.cell)
        for one in (self.essay, self.report):
            version = hand_in_one(one, received_at=at(23, hour=9))
            return_for_revision(version=version, reason="Mờ", fix_by=fix_by, decided_by=self.office, at=NOW)
            one.refresh_from_db()


@pytest.fixture(params=[EARLIER, LATER], ids=["before the deadline", "after the deadline"])
def told(request, time_machine, settings) -> tuple[Scene, datetime, str]:
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    return Scene(request.param), *DAYS[request.param]


def text_of(user: User | None, address: str) -> str:
    client = Client()
    if user is not None:
        client.force_login(user, backend="units.backends.AccountBackend")
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def test_the_row_and_the_database_say_one_instant(told) -> None:
    _, instant, _ = told
    rows = Obligation.objects.annotate(said=owed_until())
    assert [(one.owed_until, one.said) for one in rows] == [(instant, instant)] * 2
    assert set(Obligation.objects.owing(NOW).values_list("owed_due_at", flat=True)) == {instant}


def test_the_pages_of_office_and_secretary(told) -> None:
    scene, _, day = told
    for user in (scene.office, scene.secretary):
        for one in (scene.essay, scene.report):
            page = text_of(user, reverse("directives:obligation", args=[one.pk]))
            assert f"<strong>Sửa và nộp lại đến {day}</strong>" in page
            rounds = text_of(user, reverse("submissions:obligation_versions", args=[one.pk]))
            assert f"Sửa và nộp lại đến {day}" in rounds
    page = text_of(scene.secretary, reverse("submissions:write", args=[scene.report.pk]))
    assert f"sửa, in và ký lại, rồi nộp lại đến {day}." in page


def test_the_members_page_and_slip(told) -> None:
    scene, instant, day = told
    issued = make_link(member=scene.member, unit=scene.cell, by=scene.secretary, at=NOW, sheet="")
    page = text_of(None, reverse("submissions:personal_pages", args=[issued.code, scene.essay.pk]))
    assert f"Sửa và nộp lại đến <strong>{day}</strong>" in page
    [slip] = slips_of([issued], None, NOW)
    assert slip.due_at == instant


def test_the_calendar_of_the_secretary(told) -> None:
    scene, instant, day = told
    items = items_of(scene.secretary, NOW)
    assert {item.due_at for item in items} == {instant}
    assert all(f" đến {day}. Theo " in item.description for item in items)


def test_the_overview_of_the_office(told) -> None:
    scene, instant, _ = told
    day = (instant - timedelta(days=1)).date()
    obligations = Obligation.objects.all()
    sheet = collect_matrix(obligations=obligations, at=NOW)
    found = {one.day: item.note for one in agenda(sheet, obligations) for item in one.items if item.kind == "fix"}
    assert found == {day: "2 bài chưa gửi lại"}
    for moment, count in ((instant - timedelta(minutes=1), 0), (instant, 2)):
        assert strip_of(collect_matrix(obligations=obligations, at=moment), obligations).returned_past_fix == count
    address = reverse("reports:drill")
    for one, count in ((day, 2), (date(2026, 4, 25), 0)):
        page = text_of(scene.office, f"{address}?so=returned&q=sửa:{one.day}/4/2026")
        assert (scene.member.full_name in page) is (count > 0)


def test_the_workbooks_say_what_their_lists_say(told) -> None:
    scene, instant, _ = told
    day = (instant - timedelta(days=1)).date()
    client = Client()
    client.force_login(scene.office, backend="units.backends.AccountBackend")

    def cells_of(address: str) -> list[object]:
        book = load_workbook(BytesIO(client.get(address).getvalue()))
        return [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]

    listed = cells_of(f"{reverse('reports:drill_xlsx')}?so=returned")
    assert [cell.date() for cell in listed if isinstance(cell, datetime)].count(day) == 2
    assert cells_of(reverse("reports:unit_record_xlsx", args=[scene.cell.pk])).count(format_date(day)) == 2


def test_the_form_proposes_no_day_before_the_deadline(time_machine) -> None:
    time_machine.move_to(at(20, hour=9), tick=False)
    ward = make_ward()
    cell, office = make_unit(ward), make_user(Role.OFFICE, ward)
    duty = make_obligation(make_requirement(make_directive(ward), due_at=DUE), make_member(cell))
    version = hand_in_one(duty, received_at=at(19, hour=9))
    page = text_of(office, reverse("submissions:send_back", args=[version.submission_id]))
    assert 'value="27/4/2026"' in page
    assert (
        "Hạn của việc này đến hết thứ Hai ngày 27/4/2026: chọn ngày sớm hơn thì người nộp vẫn được sửa đến hết hạn ấy."
    ) in page
