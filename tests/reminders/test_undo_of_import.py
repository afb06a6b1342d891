"""A letter that went out is history: it stays in the log and does not stop the undo of a roster import."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState, RequirementKind
from directives.models import Obligation
from directives.services.issuing import issue_directive
from directives.settling import settle_requirement
from directives.tasks import follow_rosters, open_periods
from outbox.checks import Drop
from outbox.choices import MailState
from outbox.models import OutgoingMail
from reminders.models import Digest, Promise, Reminder
from reminders.sending import check_digest
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.rosters import UNITS, Row
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, everything, ward_with, workbook, worked
from units.choices import Block, ImportState
from units.models import Member, Unit
from units.services.imports import request_undo, set_extent
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 5, 2, 8, 0, tzinfo=VIETNAM)
CELL = "Chi bộ Tổ dân phố số 3"


def letter(obligation, member, *, unit=None):
    """A letter about the obligation that went to the member."""
    mail = OutgoingMail.objects.create(
        ward_id=obligation.ward_id, kind="digest", to_address=f"{member.pk}@x.vn", subject="Nhắc việc", text="Đồng chí còn",
        dedupe_key=f"thu-{obligation.pk}-{member.pk}", next_try_at=LATER, created_at=LATER, sent_at=LATER, state=MailState.SENT,
        message_id=f"<{obligation.pk}-{member.pk}@x.vn>",
    )  # fmt: skip
    digest = Digest.objects.create(
        ward_id=obligation.ward_id, member=member, address=mail.to_address, name=member.full_name,
        day=date(2026, 5, 2), mail=mail, planned_at=LATER,
    )  # fmt: skip
    Reminder.objects.create(
        obligation=obligation, stage="T-7", due_at=obligation.due_at, digest=digest, address=mail.to_address, unit=unit
    )
    return digest


@pytest.fixture
def scene(tmp_path, time_machine):
    """An owes an essay, and the cells a monthly report; a file makes TDP03 with An and the new secretary there; the essay
    follows, May opens."""
    time_machine.move_to(NOW, tick=False)
    ward, admin = ward_with(ROWS, tmp_path)
    debt = make_obligation(make_requirement(make_directive(ward)), Member.objects.get(full_name="Nguyễn Văn An"))
    paper = make_directive(ward, state=DirectiveState.DRAFT)
    duty = make_requirement(
        paper, kind=RequirementKind.REPORT, title="Báo cáo tháng", audience=Audience(blocks=(Block.RESIDENTIAL,))
    )
    duty.deadline_phrase = "trước ngày 25 hằng tháng"
    settle_requirement(duty, paper, NOW)
    duty.save()
    issue_directive(directive=paper, by=None, at=NOW)
    before = everything()
    units = [*UNITS, ("TDP03", CELL, *UNITS[2][2:6], "")]
    an = replace(ROWS[0], unit="TDP03", posts="", since=DAY)
    people = [an, *ROWS[1:], Row(name="Trần Thị Mới", unit="TDP03", since=DAY, posts="Bí thư|TDP03")]
    imported = bring(ward, admin, workbook(tmp_path, people, units=units))
    imported = applied(worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW)), admin)
    assert imported.state == ImportState.APPLIED, imported.remark
    follow_rosters()
    time_machine.move_to(LATER - timedelta(hours=1), tick=False)
    open_periods()
    debt.refresh_from_db()
    report = Obligation.objects.get(unit__code="TDP03", member=None, period="2026-05")
    assert debt.unit == report.unit
    return admin, imported, before, debt, report


def undone(imported, admin):
    return worked(request_undo(imported=imported, by=admin, at=LATER))


def test_letters_that_went_stay_and_do_not_stop_the_undo(scene, client):
    admin, imported, before, debt, report = scene
    new, cell = Member.objects.get(full_name="Trần Thị Mới"), Unit.objects.get(code="TDP03")
    of_debt, of_report = (
        letter(debt, new, unit=cell),
        letter(report, Member.objects.get(full_name="Vũ Thị Hoà"), unit=cell),
    )
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (ImportState.UNDONE, [])
    assert everything() == before
    of_debt.refresh_from_db()
    assert (of_debt.member, of_debt.name, of_debt.mail.text) == (None, "Trần Thị Mới", "Đồng chí còn")
    assert [(one.obligation, one.unit.code) for one in of_debt.reminders.all()] == [(debt, "TDP01")]
    assert Digest.objects.filter(pk=of_report.pk).exists()
    assert not of_report.reminders.exists()  # the work it spoke of is gone
    waiting = check_digest(of_report.mail, datetime(2026, 5, 4, 9, 0, tzinfo=VIETNAM))
    assert isinstance(waiting, Drop)  # had it not gone yet
    kept = "1 thư nhắc đã gửi, chỉ còn ghi tên và địa chỉ người nhận"
    assert imported.counts["stays"] == [kept]
    assert [phrase for phrase in imported.counts["along"] if "thư" in phrase] == []
    client.force_login(admin)
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert f"cũng rút theo: {'; '.join(imported.counts['along'])}." in page
    assert f"Không rút theo, ở lại trong nhật ký gửi: {kept}." in page


def test_a_letter_that_waits_is_told_apart_from_one_that_went(scene):
    admin, imported, _, debt, _ = scene
    waiting = letter(debt, Member.objects.get(full_name="Trần Thị Mới"))
    OutgoingMail.objects.filter(pk=waiting.mail_id).update(state=MailState.QUEUED, sent_at=None)
    assert undone(imported, admin).counts["stays"] == [
        "1 thư nhắc chưa tới lượt gửi, tới lượt sẽ được kiểm lại và không nhắc việc đã rút"
    ]


@pytest.mark.parametrize("act", ["handed_in", "promised"])
def test_what_a_person_did_stops_it_and_the_letters_stay_tied(scene, client, act):
    admin, imported, _, _, report = scene
    new, cell = Member.objects.get(full_name="Trần Thị Mới"), Unit.objects.get(code="TDP03")
    of_report = letter(report, new, unit=cell)
    if act == "promised":
        Promise.objects.create(obligation=report, day=date(2026, 5, 9), at=LATER)
    else:
        Obligation.objects.filter(pk=report.pk).update(
            state=ObligationState.SUBMITTED, first_submitted_at=LATER, submitted_at=LATER
        )
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert f"{CELL}: đã có việc phải làm gắn vào sau lần nhập." in imported.conflicts
    assert not [line for line in imported.conflicts if "thư tổng hợp" in line]
    of_report.refresh_from_db()
    assert (of_report.member, of_report.reminders.get().unit) == (new, cell)
    client.force_login(admin)
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert "để lần nhập này, sửa riêng các dòng sai ở" in page
