"""An import that made a unit is taken back although the clock has moved debts there; what a person did stops it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.models import AuditEntry
from directives.choices import ObligationState
from directives.models import Acknowledgement, Obligation, ObligationMove
from directives.services.acknowledging import ask_acknowledgements
from directives.tasks import follow_rosters
from outbox.models import Notice
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.rosters import UNITS
from tests.factories.units import make_user
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, everything, ward_with, workbook, worked
from units.choices import ImportState, Role
from units.models import Member, Unit
from units.services.imports import request_undo, set_extent

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def scene(tmp_path, time_machine):
    """An owes an essay; a file makes TDP03 and moves him there; the clock lets the essay follow."""
    time_machine.move_to(NOW, tick=False)
    ward, admin = ward_with(ROWS, tmp_path)
    paper = make_directive(ward)
    debt = make_obligation(make_requirement(paper), Member.objects.get(full_name="Nguyễn Văn An"))
    ask_acknowledgements(directive=paper, at=NOW)
    before = everything(), papers()
    units = [*UNITS, ("TDP03", "Chi bộ Tổ dân phố số 3", *UNITS[2][2:6], "")]
    an = replace(ROWS[0], unit="TDP03", posts="", since=DAY)
    imported = bring(ward, admin, workbook(tmp_path, [an, *ROWS[1:]], units=units))
    imported = applied(worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW)), admin)
    assert imported.state == ImportState.APPLIED
    follow_rosters()
    debt.refresh_from_db()
    assert debt.unit.code == "TDP03"
    assert papers()[1:] == ([("TDP01", None), ("TDP03", None)], [("TDP01", "TDP03")])
    return admin, imported, debt, before


def papers() -> tuple[list, list, list]:
    """Debts, who is asked for its papers, and moves."""
    return (
        list(Obligation.objects.order_by("pk").values_list("pk", "unit__code", "state")),
        list(Acknowledgement.objects.order_by("unit__code").values_list("unit__code", "seen_at")),
        list(ObligationMove.objects.order_by("pk").values_list("from_unit__code", "to_unit__code")),
    )


def undone(imported, admin):
    return worked(request_undo(imported=imported, by=admin, at=LATER))


def test_what_only_the_clock_did_is_undone_with_the_import(scene):
    admin, imported, debt, before = scene
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (ImportState.UNDONE, [])
    assert (everything(), papers()) == before
    entry = AuditEntry.objects.filter(action="obligation.follow").order_by("-seq")[0]
    assert json.loads(entry.detail) == {"moved": [[debt.pk, "TDP03", "TDP01"]]}
    assert entry.actor_id == str(admin.pk)
    follow_rosters()
    assert papers() == before[1]


def test_whoever_was_told_that_the_debt_went_is_told_that_it_is_back(scene):
    """Only the first telling left him waiting for one paper less than he answers for."""
    admin, imported, debt, _ = scene
    secretary = make_user(Role.SECRETARY, Unit.objects.get(code="TDP01"))
    undone(imported, admin)
    told = Notice.objects.get(user=secretary)
    assert told.title == "Nguyễn Văn An chuyển đến, mang theo 1 việc"
    assert told.text.startswith("Từ Chi bộ Tổ dân phố số 3, từ ngày ")
    assert debt.title in told.text


def test_a_paper_that_the_new_unit_opened_stops_the_undo(scene):
    admin, imported, _, _ = scene
    Acknowledgement.objects.filter(unit__code="TDP03").update(seen_at=NOW, seen_by=admin)
    stood = everything(), papers()
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert imported.conflicts == ["Chi bộ Tổ dân phố số 3: đã có xác nhận đã nhận văn bản gắn vào sau lần nhập."]
    assert (everything(), papers()) == stood  # the debt did not go back either


@pytest.mark.parametrize("state", [ObligationState.SUBMITTED, ObligationState.RETURNED])
def test_a_debt_that_was_handed_in_there_stops_the_undo(scene, state):
    admin, imported, debt, _ = scene
    Obligation.objects.filter(pk=debt.pk).update(state=state, first_submitted_at=NOW, submitted_at=NOW)
    stood = everything(), papers()
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert "Chi bộ Tổ dân phố số 3: đã có việc phải làm gắn vào sau lần nhập." in imported.conflicts
    assert (everything(), papers()) == stood
    assert Unit.objects.filter(code="TDP03").exists()


def test_a_debt_handed_in_before_it_moved_goes_back_and_waits_on(scene):
    admin, imported, debt, _ = scene
    earlier = NOW - timedelta(days=1)
    Obligation.objects.filter(pk=debt.pk).update(
        state=ObligationState.SUBMITTED, first_submitted_at=earlier, submitted_at=earlier
    )
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (ImportState.UNDONE, [])
    assert papers() == ([(debt.pk, "TDP01", ObligationState.SUBMITTED)], [("TDP01", None)], [])
