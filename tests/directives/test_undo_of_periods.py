"""An import is taken back although a series has given work to the units and members it made; what a person did stops it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState, RequirementKind
from directives.models import Acknowledgement, Obligation
from directives.services.issuing import issue_directive
from directives.services.syncing import sync_obligations
from directives.settling import settle_requirement
from directives.tasks import open_periods
from tests.factories.directives import make_directive, make_requirement
from tests.factories.rosters import UNITS, Row
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, everything, ward_with, workbook, worked
from units.choices import Block, ImportState
from units.services.imports import request_undo, set_extent
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 5, 2, 8, 0, tzinfo=VIETNAM)
CELL = "Chi bộ Tổ dân phố số 3"


@pytest.fixture
def scene(tmp_path, time_machine):
    """A monthly report of cells and a monthly essay; a file adds TDP03 with Mới, and Thêm in TDP01; then May opens."""
    time_machine.move_to(NOW, tick=False)
    ward, admin = ward_with(ROWS, tmp_path)
    paper = make_directive(ward, state=DirectiveState.DRAFT)
    whom = Audience(blocks=(Block.RESIDENTIAL,))
    for kind in (RequirementKind.REPORT, RequirementKind.ESSAY):
        duty = make_requirement(paper, kind=kind, title=f"Việc {kind.label}", audience=whom)
        duty.deadline_phrase = "trước ngày 25 hằng tháng"
        settle_requirement(duty, paper, NOW)
        duty.save()
    issue_directive(directive=paper, by=None, at=NOW)
    before = everything(), work()
    units = [*UNITS, ("TDP03", CELL, *UNITS[2][2:6], "")]
    people = [*ROWS, Row(name="Trần Thị Mới", unit="TDP03", since=DAY), Row(name="Bùi Văn Thêm", since=DAY)]
    imported = bring(ward, admin, workbook(tmp_path, people, units=units))
    if imported.is_part is None:
        imported = worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW))
    imported = applied(imported, admin)
    assert imported.state == ImportState.APPLIED
    time_machine.move_to(LATER - timedelta(hours=1), tick=False)
    open_periods()
    assert {
        ("TDP03", None, "2026-05"),
        ("TDP03", "Trần Thị Mới", "2026-05"),
        ("TDP01", "Bùi Văn Thêm", "2026-05"),
    } < work()
    return admin, imported, paper, before


def work() -> set:
    return set(Obligation.objects.values_list("unit__code", "member__full_name", "period"))


def undone(imported, admin):
    return worked(request_undo(imported=imported, by=admin, at=LATER))


def test_what_the_series_gave_out_goes_with_the_import_and_is_told(scene, client):
    admin, imported, _, (roster, _) = scene
    others = {one for one in work() if one[0] != "TDP03" and one[1] != "Bùi Văn Thêm"}
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (ImportState.UNDONE, [])
    assert everything() == roster
    assert work() == others  # May of everybody else stays
    assert not Acknowledgement.objects.filter(unit__code="TDP03").exists()
    paper = Obligation.objects.first().requirement.directive.reference
    told = [
        f"1 việc tháng 5/2026 của “Việc {RequirementKind.REPORT.label}” ({paper})",
        f"2 việc tháng 5/2026 của “Việc {RequirementKind.ESSAY.label}” ({paper})",
    ]
    assert imported.counts["along"] == told
    assert AuditEntry.objects.filter(action="obligation.withdraw_period", actor_id=str(admin.pk)).count() == 2
    client.force_login(admin)
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert f"cũng rút theo: {told[0]}; {told[1]}." in page


@pytest.mark.parametrize("touch", ["handed_in", "extended", "held"])
def test_work_that_somebody_touched_stops_the_undo_and_all_stays(scene, touch):
    admin, imported, _, _ = scene
    debt = Obligation.objects.get(unit__code="TDP03", member=None, period="2026-05")
    if touch == "handed_in":
        Obligation.objects.filter(pk=debt.pk).update(
            state=ObligationState.SUBMITTED, first_submitted_at=LATER, submitted_at=LATER
        )
    elif touch == "held":
        Obligation.objects.filter(pk=debt.pk).update(held_on=DAY)
    else:
        debt.extensions.create(
            old_due_at=debt.due_at, new_due_at=debt.due_at + timedelta(days=9), reason="bận", granted_at=LATER
        )
    stood = everything(), work()
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert f"{CELL}: đã có việc phải làm gắn vào sau lần nhập." in imported.conflicts
    assert (everything(), work()) == stood


def test_work_that_the_office_gave_to_the_new_ones_stops_the_undo(scene):
    admin, imported, paper, _ = scene
    paper.refresh_from_db()
    Obligation.objects.filter(unit__code="TDP03").delete()  # as if the file had come when May was open already
    sync_obligations(directive=paper, by=admin, at=LATER)
    assert ("TDP03", None, "2026-05") in work()
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert f"{CELL}: đã có việc phải làm gắn vào sau lần nhập." in imported.conflicts
    assert ("TDP01", "Bùi Văn Thêm", "2026-05") in work()
