"""The filling steps of migrations that move rows, run on the models of their own time.

Not here: that the schema follows the models (`makemigrations --check`), new databases (every other test).
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from directives.choices import ObligationState
from directives.models import Obligation, ObligationSpan
from submissions.choices import MatchState
from submissions.models import Deposit, LongScan, PendingUpload, Receipt, StagedFile
from submissions.services.reviewing import accept, return_for_revision
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
MONTHLY = {"since": "2026-03-24", "every": "MONTHLY", "days": [25], "before": True}


def filled(name: str) -> None:
    """The filling step of one migration of submissions, with the models as they were right after it."""
    apps: Apps = MigrationLoader(connection).project_state([("submissions", name)]).apps
    import_module(f"submissions.migrations.{name}").fill(apps, None)


class Desk:
    """A cell with a monthly report given out for several periods, and one that is no series."""

    def __init__(self, states: dict[str, str]) -> None:
        self.cell = make_unit(make_ward())
        directive = make_directive(self.cell.ward)
        self.monthly = make_requirement(directive, kind="REPORT", recurrence=MONTHLY)
        self.single = make_requirement(directive, kind="REPORT")
        self.of = {
            period: make_obligation(self.monthly, self.cell, period=period, state=state)
            for period, state in states.items()
        }
        self.secretary = make_user(Role.SECRETARY, self.cell)

    def _said(self, **more: Any) -> dict[str, Any]:
        return {"uploaded_by": self.secretary, "requirement": self.monthly, "unit": self.cell, **more}

    def staged(self, **more: Any) -> StagedFile:
        kept = {"original_name": "bai.pdf", "size": 9, "match_state": MatchState.MATCHED, "uploaded_at": at(24)}
        return StagedFile.objects.create(blob=make_blob(), **kept, **self._said(**more))

    def pending(self, **more: Any) -> PendingUpload:
        kept = {"original_name": "do.pdf", "length": 10, "created_at": at(24), "expires_at": at(25)}
        return PendingUpload.objects.create(**kept, **self._said(**more))

    def scan(self, **more: Any) -> LongScan:
        kept = {"original_name": "quet.pdf", "pages": 4, "pages_read": 4, "uploaded_at": at(24)}
        return LongScan.objects.create(blob=make_blob(), **kept, **self._said(**more))


def test_what_lay_on_the_desk_of_a_series_stands_for_the_oldest_period_still_owed() -> None:
    desk = Desk({
        "2026-03": ObligationState.ACCEPTED, "2026-04": ObligationState.RETURNED, "2026-05": ObligationState.PENDING,
    })  # fmt: skip
    lying = [desk.staged(), desk.pending(), desk.scan()]
    for_may = desk.staged(obligation=desk.of["2026-05"])
    beside = desk.staged(requirement=desk.single)
    filled("0013_desk_periods")
    for row in (*lying, for_may, beside):
        row.refresh_from_db()
    assert [row.period for row in lying] == ["2026-04"] * 3
    assert (for_may.period, beside.period) == ("2026-05", "")


def test_with_nothing_owed_it_stands_for_the_newest_period_and_without_any_for_none() -> None:
    done = Desk({"2026-03": ObligationState.ACCEPTED, "2026-04": ObligationState.SUBMITTED})
    empty = Desk({})
    lying, nowhere = done.staged(), empty.pending()
    filled("0013_desk_periods")
    lying.refresh_from_db()
    nowhere.refresh_from_db()
    assert (lying.period, nowhere.period) == ("2026-04", "")


def test_a_desk_of_the_unit_above_takes_the_periods_of_those_below() -> None:
    desk = Desk({"2026-04": ObligationState.PENDING})
    above = make_unit(desk.cell.ward)
    below = make_unit(desk.cell.ward, parent=above)
    make_obligation(desk.monthly, below, period="2026-02")
    lying, own = desk.staged(unit=above), desk.staged()
    filled("0013_desk_periods")
    lying.refresh_from_db()
    own.refresh_from_db()
    assert (lying.period, own.period) == ("2026-02", "2026-04")


def test_spans_of_earlier_returns_are_rebuilt_from_decisions_and_versions() -> None:
    cell = make_unit(make_ward())
    row = make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell))
    officer = make_user(Role.OFFICE, cell.ward)
    for sent, returned, fix_by in ((22, 23, 27), (24, 25, 30)):
        version = hand_in_one(Obligation.objects.get(), received_at=at(sent, hour=9))
        return_for_revision(
            version=version, reason="Thiếu trang", fix_by=at(fix_by), decided_by=officer, at=at(returned, hour=10)
        )
    last = hand_in_one(Obligation.objects.get(), received_at=at(26, hour=9))
    accept(version=last, decided_by=officer, at=at(26, hour=9) + timedelta(hours=2))
    kept = list(ObligationSpan.objects.values_list("obligation", "kind", "since", "until", "fix_by"))
    ObligationSpan.objects.all().delete()  # as before spans were kept
    filled("0017_spans_of_returns")
    rebuilt = list(ObligationSpan.objects.values_list("obligation", "kind", "since", "until", "fix_by"))
    assert rebuilt == kept
    assert rebuilt == [
        (row.pk, "RETURNED", at(23, hour=10), at(24, hour=9), at(27)),
        (row.pk, "RETURNED", at(25, hour=10), at(26, hour=9), at(30)),
    ]


def test_receipts_given_before_keep_the_name_they_said() -> None:
    ward = make_ward()
    cell, other = (make_unit(ward, name=name) for name in ("Chi bộ 5", "Chi bộ 6"))
    requirement = make_requirement(make_directive(ward))
    version = hand_in_one(make_obligation(requirement, make_member(cell)))
    Obligation.objects.update(unit=other)
    Deposit.objects.update(unit_name="")
    Receipt.objects.update(unit_name="")
    filled("0021_names_of_units_on_receipts")
    assert (Deposit.objects.get().unit_name, version.files.get().receipt.unit_name) == ("Chi bộ 5", "Chi bộ 6")
