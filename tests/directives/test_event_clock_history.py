"""A clock that its event set going: the deadline before stays in history, figures of an earlier day hold, a correction too."""

from __future__ import annotations

from datetime import date

import pytest

from directives.choices import Certainty, ChangeCause, RequirementKind
from directives.history import first_deadline, history_of
from directives.models import Extension, Obligation
from directives.services.deadlines import correct_event, declare_event, extend_deadline
from reports.figures import collect
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
BACK_STOP = at(1, 6)


class Scene:
    """One cell holds a session by 28/5 and reports three days after it; without a session by 31/5 at the latest."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward)
        self.by = make_user(Role.SECRETARY, self.cell)
        self.directive = make_directive(self.ward)
        session = make_requirement(self.directive, kind=RequirementKind.ACTIVITY, due_at=at(29, 5))
        report = make_requirement(
            self.directive, kind=RequirementKind.REPORT, anchor=session, event_days=3, due_at=BACK_STOP
        )
        self.session, self.report = make_obligation(session, self.cell), make_obligation(report, self.cell)

    def now(self) -> Obligation:
        return Obligation.objects.get(pk=self.report.pk)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def rows() -> list[tuple]:
    return list(Extension.objects.values_list("old_due_at", "new_due_at", "old_certainty", "cause", "granted_at"))


def test_the_back_stop_stays_in_history_when_the_clock_starts(scene):
    declare_event(obligation=scene.session, held_on=date(2026, 5, 12), by=scene.by, at=at(13, 5, hour=9))
    assert (scene.now().due_at, scene.now().certainty) == (at(16, 5), Certainty.CERTAIN)
    assert rows() == [(BACK_STOP, at(16, 5), Certainty.EVENT, ChangeCause.EVENT, at(13, 5, hour=9))]
    assert first_deadline(scene.now()) is None  # nobody was promised the back-stop
    told = [(event.what.split(" từ ")[0], event.who) for event in history_of(scene.now(), with_log=False)][1:]
    assert told == [("Hạn tính theo ngày tổ chức", str(scene.by))]


def test_a_correction_keeps_the_wrong_day_with_who_and_why(scene):
    declare_event(obligation=scene.session, held_on=date(2026, 5, 12), by=scene.by, at=at(13, 5, hour=9))
    correct_event(
        obligation=scene.session, held_on=date(2026, 5, 5), reason="Ghi nhầm tuần", by=scene.by, at=at(14, 5, hour=9)
    )
    assert scene.now().due_at == at(9, 5)
    last = Extension.objects.latest("granted_at")
    assert (last.old_due_at, last.new_due_at, last.old_certainty) == (at(16, 5), at(9, 5), "")
    assert (last.granted_by, last.reason) == (scene.by, "Sửa ngày tổ chức 12/5/2026 thành 05/5/2026: Ghi nhầm tuần")


def test_figures_of_an_earlier_day_hold(scene):
    days = [at(11, 5), at(13, 5, hour=12), at(20, 5)]

    def overdue() -> list[int]:
        return [collect(directive=scene.directive, at=day).total.overdue for day in days]

    declare_event(obligation=scene.session, held_on=date(2026, 5, 12), by=scene.by, at=at(13, 5, hour=9))
    assert overdue() == [0, 0, 1]  # the report was due on 15/5
    correct_event(
        obligation=scene.session, held_on=date(2026, 5, 2), reason="Ghi nhầm", by=scene.by, at=at(21, 5, hour=9)
    )
    assert overdue() == [0, 0, 1]  # not [1, 1, 1]: on those days nobody knew of 05/5
    assert collect(directive=scene.directive, at=at(22, 5)).total.overdue == 1


def test_an_extension_outlasts_the_clock_and_the_clock_of_a_wrong_day_does_not(scene):
    declare_event(obligation=scene.session, held_on=date(2026, 5, 20), by=scene.by, at=at(21, 5))
    assert scene.now().due_at > at(16, 5)
    correct_event(obligation=scene.session, held_on=date(2026, 5, 12), reason="Ghi nhầm", by=scene.by, at=at(22, 5))
    assert scene.now().due_at == at(16, 5)  # the later wrong day is no grant
    extend_deadline(obligation=scene.now(), new_due_at=at(30, 5), reason="Ốm", by=None, at=at(23, 5))
    correct_event(obligation=scene.session, held_on=date(2026, 5, 11), reason="Lại nhầm", by=scene.by, at=at(24, 5))
    assert scene.now().due_at == at(30, 5)
