"""Who came to a session: with the declared day or later, adding up to the roster of that day."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.attendance import Attendance, attendance_fault, attendance_words
from directives.choices import DirectiveState, RequirementKind
from directives.errors import DeadlineRefused
from directives.forms_work import AttendanceForm
from directives.models import Obligation, SessionRecord
from directives.services.attendance import record_attendance
from directives.services.deadlines import correct_event, declare_event
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
HELD, LATER = date(2026, 5, 12), at(13, 5)


@pytest.fixture
def session() -> Obligation:
    cell = make_unit(make_ward())
    for _ in range(3):
        make_member(cell)
    asked = make_requirement(make_directive(cell.ward), kind=RequirementKind.ACTIVITY, due_at=at(1, 6))
    return make_obligation(asked, cell)


@pytest.fixture
def secretary(session: Obligation):
    return make_user(Role.SECRETARY, session.unit)


@pytest.mark.parametrize(
    ("told", "total", "said"),
    [
        (Attendance(35, 1), 36, ""),
        (Attendance(36), 36, ""),
        (Attendance(38), 36, "Tổng số dự (38) lớn hơn số đảng viên (36)"),
        (Attendance(30, 1), 36, "Có mặt + vắng = 31, nhưng danh sách có 36"),
        (Attendance(0), 0, ""),
    ],
)
def test_numbers_add_up_to_the_roster(told: Attendance, total: int, said: str) -> None:
    fault = attendance_fault(told, total)
    assert (fault[: len(said)], bool(fault)) == (said, bool(said))


def test_words() -> None:
    assert attendance_words(Attendance(35, 1, 0, 2, 8), 36) == (
        "Có mặt 35/36 (97,2%), vắng có lý do 1, không lý do 0; quần chúng dự 2; 8 ý kiến"
    )


@pytest.mark.parametrize(("written", "kept"), [("", None), ("0", 0), ("12", 12)])
def test_opinions_left_empty_are_unsaid(written: str, kept: int | None) -> None:
    form = AttendanceForm({"present": "3", "opinions": written}, total=3, must=True)
    assert form.is_valid()
    told = form.told()
    assert told is not None
    assert told.opinions == kept
    assert attendance_words(told, 3) == "Có mặt 3/3 (100%)" + ("; 12 ý kiến" if kept else "")


def test_a_number_without_those_present_is_asked_about() -> None:
    form = AttendanceForm({"opinions": "0"}, total=None, must=False)
    assert form.errors == {"present": ["Chưa ghi số đảng viên có mặt."]}


def test_with_the_day_or_not_at_all(session: Obligation, secretary) -> None:
    with pytest.raises(DeadlineRefused, match="danh sách có 3 đảng viên"):
        declare_event(obligation=session, held_on=HELD, by=secretary, at=LATER, attendance=Attendance(1))
    assert Obligation.objects.get().held_on is None, "all or nothing"
    declare_event(obligation=session, held_on=HELD, by=secretary, at=LATER, attendance=Attendance(2, 1, opinions=4))
    record = SessionRecord.objects.get()
    assert (record.total, record.present, record.excused, record.opinions) == (3, 2, 1, 4)
    assert AuditEntry.objects.get(action="obligation.attendance").data["present"] == 2


def test_another_day_has_another_roster(session: Obligation, secretary) -> None:
    declare_event(obligation=session, held_on=HELD, by=secretary, at=LATER, attendance=Attendance(3))
    day = date(2026, 5, 11)
    correct_event(obligation=session, held_on=day, reason="Ghi nhầm", by=secretary, at=LATER)
    assert not SessionRecord.objects.exists()
    record_attendance(obligation=session, told=Attendance(2, 0, 1), by=secretary, at=LATER)
    record_attendance(obligation=session, told=Attendance(3), by=secretary, at=LATER)
    assert SessionRecord.objects.get().present == 3


@pytest.mark.parametrize(("closes_at", "state"), [(at(13, 5), "ISSUED"), (None, DirectiveState.CLOSED)])
def test_after_the_end_no_day_is_declared(session: Obligation, secretary, closes_at, state: str) -> None:
    requirement = session.requirement
    requirement.due_at = requirement.closes_at = closes_at
    requirement.save()
    Obligation.objects.update(due_at=closes_at)
    requirement.directive.state = state
    requirement.directive.save()
    with pytest.raises(DeadlineRefused, match=r"Đã đóng nhận|đã kết thúc"):
        declare_event(obligation=session, held_on=HELD, by=secretary, at=LATER)


def test_the_pages(session: Obligation, secretary, client: Client) -> None:
    client.force_login(secretary)
    address = reverse("directives:declare", args=[session.pk])
    day = session.requirement.directive.issued_on.strftime("%d/%m/%Y")
    answer = client.post(address, {"held_on": day, "excused": 1})
    assert (answer.status_code, "Chưa ghi số đảng viên có mặt" in answer.content.decode()) == (422, True)
    assert client.post(address, {"held_on": day}).status_code == 302
    later = reverse("directives:attendance", args=[session.pk])
    wrong = client.post(later, {"present": 9})
    assert (wrong.status_code, "lớn hơn số đảng viên" in wrong.content.decode()) == (422, True)
    Obligation.objects.update(held_on=HELD)
    assert client.post(later, {"present": 2, "unexcused": 1, "note": "Sôi nổi"}).status_code == 302
    assert SessionRecord.objects.get().opinions is None, "left empty is not the same as none"
    assert '<input type="text" name="opinions" inputmode' in client.get(later).content.decode().replace("\n", "")
    shown = client.get(reverse("directives:obligation", args=[session.pk])).content.decode()
    assert ("Có mặt 2/3 (66,7%)" in shown, "Sôi nổi" in shown) == (True, True)
