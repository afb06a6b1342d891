"""A paper that changed earlier ones is revoked and its changes are put back: every row's fate, history, notices, refusals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from directives.choices import Certainty, ChangeCause, DirectiveState, NoticeKind, ObligationState, RequirementKind
from directives.errors import DeadlineRefused
from directives.fates import Fate
from directives.history import first_deadline
from directives.models import ChangeNotice, Extension, LiftedWaiver, Obligation, Requirement
from directives.putting_back import put_back_of, rows_back
from directives.services.amendments import write_amendments
from directives.services.deadlines import declare_event, extend_deadline
from directives.services.ending import close_directive, revoke_directive
from directives.services.issuing import issue_directive
from directives.work import work_cards
from reminders.changes import is_still_true, owed_at
from reports.figures import collect
from reports.tallies import By
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import exempt, make_member, make_unit, make_ward
from units.models import Membership

pytestmark = pytest.mark.django_db
ISSUED, REVOKED = at(25, hour=9), at(26, hour=9)
MOVE, OUT = ("RESCHEDULE", "trước ngày 10/5/2026"), ("WITHDRAW", "")
REASON = "61-CV/ĐU đã thu hồi theo Công văn số 75-CV/ĐU"


class Scene:
    """Công văn 53: an essay before 28/4; Công văn 61 changes it on 25/4, is revoked on 26/4."""

    def __init__(self, change: tuple[str, str] = MOVE, **names: dict[str, object]) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.essay = make_requirement(make_directive(self.ward, number=53))
        self.rows = {name: self.owe(name, **fields) for name, fields in (names or {"owes": {}}).items()}
        self.later = self.amend(change, number=61)

    def owe(self, name: str, **fields: object) -> Obligation:
        return make_obligation(self.essay, make_member(self.unit, name=f"Nguyễn Văn {name}"), **fields)

    def amend(self, change: tuple[str, str], *, number: int, moment=ISSUED):
        later = make_directive(self.ward, number=number, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 25))
        changes = {self.essay.pk: change}
        write_amendments(directive=later, target=self.essay.directive, changes=changes, by=None, at=moment)
        issue_directive(directive=later, by=None, at=moment)
        return later

    def fates(self, moment=REVOKED) -> dict[Fate, int]:
        (item,) = put_back_of(self.later, at=moment)
        assert item.blocked == ""
        return dict(item.fates)

    def revoke(self, moment=REVOKED, **said: object) -> int:
        paper = {"revoked_by": None, "revoking_paper": "Công văn số 75-CV/ĐU", "reason": "Nhầm"}
        return revoke_directive(directive=self.later, **paper, **{"puts_back": True, **said}, by=None, at=moment)[1]

    def due(self) -> dict[str, object]:
        return {name: Obligation.objects.get(pk=one.pk).due_at for name, one in self.rows.items()}


def test_the_earlier_deadline_comes_back_for_whom_nothing_newer_changed() -> None:
    back = {
        "state": ObligationState.RETURNED,
        "first_submitted_at": at(22),
        "submitted_at": at(22),
        "fix_by": at(12, 5),
    }
    scene = Scene(
        MOVE, owes={}, back=back, longer={}, sent={}, waived={}, untouched={"state": ObligationState.ACCEPTED}
    )
    extend_deadline(
        obligation=scene.rows["longer"], new_due_at=at(20, 5), reason="Ốm", by=None, at=ISSUED + timedelta(hours=1)
    )
    Obligation.objects.filter(pk=scene.rows["sent"].pk).update(
        state="SUBMITTED", first_submitted_at=REVOKED, submitted_at=REVOKED
    )
    Obligation.objects.filter(pk=scene.rows["waived"].pk).update(
        state="WAIVED", waiver_reason="DECIDED", waived_at=REVOKED
    )
    scene.rows["joined"] = scene.owe("joined", due_at=at(10, 5), created_at=ISSUED + timedelta(hours=2))

    assert scene.fates() == {Fate.MOVED: 3, Fate.HANDED_IN: 1, Fate.WAIVED: 1, Fate.CHANGED_SINCE: 1}
    assert scene.revoke() == 3

    new = at(10, 5)
    assert scene.due() == {
        "owes": at(28), "back": at(28), "joined": at(28),
        "longer": at(20, 5), "sent": new, "waived": new, "untouched": at(28),
    }  # fmt: skip
    essay = Requirement.objects.get(pk=scene.essay.pk)
    assert (essay.deadline_phrase, essay.due_at, essay.certainty) == ("trước ngày 28/4/2026", at(28), Certainty.CERTAIN)
    kept = Extension.objects.filter(cause=ChangeCause.RESTORED)
    assert {(e.obligation_id, e.old_due_at, e.new_due_at, e.reason) for e in kept} == {
        (scene.rows[name].pk, new, at(28), REASON) for name in ("owes", "back", "joined")
    }
    told = ChangeNotice.objects.filter(at=REVOKED)
    assert {(n.obligation_id, n.kind, n.old_due_at, n.new_due_at) for n in told} == {
        (scene.rows[name].pk, NoticeKind.MOVED, new, at(28)) for name in ("owes", "back", "joined")
    }
    assert [is_still_true(one, REVOKED) for one in owed_at(told, REVOKED)] == [True] * 3
    entry = AuditEntry.objects.get(action="directive.put_back")
    assert (entry.obj_id, entry.data["revoked"], entry.data["changes"][0][-1]) == (
        str(scene.essay.directive_id), "Công văn 61-CV/ĐU", 3,
    )  # fmt: skip
    assert AuditEntry.objects.get(action="directive.revoke").data["back"] == 3
    assert first_deadline(Obligation.objects.get(pk=scene.rows["owes"].pk)) is None, "it has the first one again"
    (card,) = work_cards(Obligation.objects.filter(pk=scene.rows["owes"].pk), now=REVOKED)
    assert (card.due_at, card.old_due_at, card.amended_by) == (at(28), None, "")
    assert put_back_of(scene.later, at=REVOKED) == []
    before = collect(at=at(25, hour=12), by=By.DIRECTIVE, directive=scene.essay.directive).total
    after = collect(at=REVOKED, by=By.DIRECTIVE, directive=scene.essay.directive).total
    assert (before.soon, after.soon) == (0, 2)


def test_leaving_them_changes_nothing_elsewhere() -> None:
    scene = Scene()
    assert scene.revoke(puts_back=False) == 0
    assert scene.due() == {"owes": at(10, 5)}
    assert not Extension.objects.filter(cause=ChangeCause.RESTORED).exists()
    assert len(put_back_of(scene.later, at=REVOKED)) == 1


@pytest.mark.parametrize(("moment", "fate"), [(at(28) - timedelta(seconds=1), Fate.MOVED), (at(28), Fate.DAY_OVER)])
def test_nobody_becomes_late_by_it(moment, fate: Fate) -> None:
    scene = Scene()
    assert scene.fates(moment) == {fate: 1}
    scene.revoke(moment)
    assert scene.due() == {"owes": at(28) if fate == Fate.MOVED else at(10, 5)}


def test_a_day_that_is_over_comes_back_for_the_requirement_no_more_than_for_the_rows() -> None:
    scene = Scene()
    (item,) = put_back_of(scene.later, at=at(28))
    assert item.day_is_over
    assert scene.revoke(at(28)) == 0
    essay = Requirement.objects.get(pk=scene.essay.pk)
    assert (essay.deadline_phrase, essay.due_at) == ("trước ngày 10/5/2026", at(10, 5))
    assert scene.later.amendments.get().undone_at is None  # it lasts, and the paper's page says so
    assert not AuditEntry.objects.filter(action="directive.put_back").exists()


def test_a_day_still_ahead_comes_back_for_the_requirement_too() -> None:
    scene = Scene()
    moment = at(28) - timedelta(seconds=1)
    (item,) = put_back_of(scene.later, at=moment)
    assert not item.day_is_over
    scene.revoke(moment)
    assert Requirement.objects.get(pk=scene.essay.pk).due_at == at(28)


def test_a_back_stop_stays_with_the_window_whose_own_day_is_over() -> None:
    scene = Scene()
    earlier = make_directive(scene.ward, number=54)
    session = make_requirement(earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    report = make_requirement(
        earlier, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", certainty=Certainty.EVENT,
        due_at=at(4, 6), event_days=3, anchor=session, order=2,
    )  # fmt: skip
    make_obligation(session, scene.unit, due_at=at(1, 6))
    owed = make_obligation(report, scene.unit, certainty=Certainty.EVENT, due_at=at(4, 6))
    scene.essay = session
    scene.later = scene.amend(("RESCHEDULE", "trong tháng 6/2026"), number=63)
    owed.refresh_from_db()
    carried = owed.due_at
    assert scene.revoke(at(2, 6)) == 0  # 31/5 is over, the back-stop of 3/6 is not
    owed.refresh_from_db()
    report.refresh_from_db()
    assert (owed.due_at, report.due_at) == (carried, carried)


def test_withdrawn_work_is_owed_again_and_its_release_stays_known() -> None:
    sent = {"state": ObligationState.SUBMITTED, "first_submitted_at": at(22), "submitted_at": at(22)}
    scene = Scene(
        OUT,
        owes={},
        sent=sent,
        exempt={"state": ObligationState.WAIVED, "waiver_reason": "EXEMPT", "waived_at": at(21)},
    )
    exempt(scene.rows["exempt"].member)
    # withdrawn before, by something else
    scene.owe(
        "before", state=ObligationState.WAIVED, waiver_reason="WITHDRAWN", waived_at=ISSUED - timedelta(seconds=1)
    )
    assert scene.fates() == {Fate.GIVEN_BACK: 1, Fate.HANDED_IN: 1, Fate.WAIVED: 2}
    assert scene.revoke() == 1

    owes = Obligation.objects.get(pk=scene.rows["owes"].pk)
    assert (owes.state, owes.due_at, owes.waived_at, owes.waiver_reason, owes.waiver_note) == (
        "PENDING",
        at(28),
        None,
        "",
        "",
    )
    assert Obligation.objects.get(pk=scene.rows["exempt"].pk).waiver_reason == "EXEMPT"
    assert Requirement.objects.get(pk=scene.essay.pk).withdrawn_at is None
    lifted = LiftedWaiver.objects.get()
    assert (lifted.obligation_id, lifted.waived_at, lifted.lifted_at) == (owes.pk, ISSUED, REVOKED)
    [notice] = owed_at(ChangeNotice.objects.filter(at=REVOKED), REVOKED)
    assert (notice.kind, notice.new_due_at, is_still_true(notice, REVOKED)) == (NoticeKind.OWED, at(28), True)
    assert not Extension.objects.exists(), "its deadline is the one it had"
    before = collect(at=at(25, hour=12), by=By.DIRECTIVE, directive=scene.essay.directive).total
    after = collect(at=REVOKED, by=By.DIRECTIVE, directive=scene.essay.directive).total
    assert (before.waived, after.waived) == (3, 2)


def test_withdrawn_work_whose_day_is_over_needs_a_new_one() -> None:
    scene, moment = (
        Scene(
            OUT, owes={}, sent={"state": ObligationState.RETURNED, "first_submitted_at": at(22), "submitted_at": at(22)}
        ),
        at(2, 5),
    )
    assert scene.fates(moment) == {Fate.DAY_OVER: 2}
    with pytest.raises(DeadlineRefused, match="phải sau hôm nay"):
        scene.revoke(moment, late_until=moment)
    scene.later.refresh_from_db()
    assert scene.later.state == DirectiveState.ISSUED
    assert scene.revoke(moment, late_until=at(9, 5)) == 2
    rows = Obligation.objects.order_by("pk").values_list("state", "due_at")
    assert list(rows) == [("PENDING", at(9, 5)), ("RETURNED", at(9, 5))]
    assert set(Extension.objects.values_list("old_due_at", "new_due_at", "cause")) == {(at(28), at(9, 5), "RESTORED")}


def test_without_a_new_day_they_stay_withdrawn_although_the_requirement_counts_again() -> None:
    scene, moment = Scene(OUT), at(2, 5)
    assert scene.revoke(moment) == 0
    assert Obligation.objects.get().state == ObligationState.WAIVED


def test_what_another_paper_changed_since_and_what_ended_is_named_and_left() -> None:
    scene = Scene()
    scene.amend(("RESCHEDULE", "trước ngày 20/5/2026"), number=62, moment=ISSUED + timedelta(hours=1))
    (item,) = put_back_of(scene.later, at=REVOKED)
    assert (item.blocked, item.rows) == ("đã đổi tiếp theo 62-CV/ĐU", ())
    assert scene.revoke() == 0
    assert scene.due() == {"owes": at(20, 5)}

    other = Scene()
    close_directive(directive=other.essay.directive, reason="Xong", by=None, at=ISSUED + timedelta(hours=1))
    (item,) = put_back_of(other.later, at=REVOKED)
    assert (item.blocked, other.revoke(), other.due()) == ("văn bản ấy đã kết thúc", 0, {"owes": at(10, 5)})


def test_two_papers_revoked_one_after_the_other_go_back_step_by_step() -> None:
    scene = Scene()
    second = scene.amend(("RESCHEDULE", "trước ngày 20/5/2026"), number=62, moment=ISSUED + timedelta(hours=1))
    first, scene.later = scene.later, second
    assert scene.revoke() == 1
    assert scene.due() == {"owes": at(10, 5)}
    scene.later = first
    (item,) = put_back_of(first, at=REVOKED + timedelta(hours=1))
    # the row's last change is the putting back, not the first paper's own
    assert (item.blocked, dict(item.fates)) == ("", {Fate.MOVED: 1})
    assert scene.revoke(REVOKED + timedelta(hours=1)) == 1
    assert scene.due() == {"owes": at(28)}
    assert Requirement.objects.get(pk=scene.essay.pk).deadline_phrase == "trước ngày 28/4/2026"


def test_an_event_clock_gets_its_anchor_and_its_back_stop_again() -> None:
    scene = Scene()
    earlier = make_directive(scene.ward, number=54)
    session = make_requirement(earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    report = make_requirement(
        earlier, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", certainty=Certainty.EVENT,
        due_at=at(4, 6), event_days=3, anchor=session, order=2,
    )  # fmt: skip
    owed = make_obligation(report, scene.unit, certainty=Certainty.EVENT, due_at=at(4, 6))
    scene.essay = report
    scene.later = scene.amend(("RESCHEDULE", "trước ngày 10/6/2026"), number=63)
    owed.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (at(10, 6), Certainty.CERTAIN)
    assert scene.revoke() == 1
    owed.refresh_from_db()
    report.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (at(4, 6), Certainty.EVENT)
    assert (report.anchor_id, report.event_days, report.certainty, report.due_at) == (session.pk, 3, "EVENT", at(4, 6))


def clocked(scene: Scene) -> tuple[Requirement, Requirement, Obligation, Obligation]:
    """A session in May and the report three days after it, owed by the unit."""
    earlier = make_directive(scene.ward, number=54)
    session = make_requirement(earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    report = make_requirement(
        earlier, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", certainty=Certainty.EVENT,
        due_at=at(4, 6), event_days=3, anchor=session, order=2,
    )  # fmt: skip
    held = make_obligation(session, scene.unit, due_at=at(1, 6))
    return session, report, held, make_obligation(report, scene.unit, certainty=Certainty.EVENT, due_at=at(4, 6))


@pytest.mark.parametrize("is_put_back", [True, False])
def test_a_day_that_a_paper_moved_is_none_granted_to_the_unit_once_it_declares(*, is_put_back: bool) -> None:
    scene = Scene()
    session, report, held, owed = clocked(scene)
    scene.essay = report if is_put_back else session
    # the report's own fixed day, revoked again; or the window of the session, and its back-stop with it
    scene.later = scene.amend(
        ("RESCHEDULE", "trước ngày 10/6/2026" if is_put_back else "trong tháng 6/2026"), number=63
    )
    if is_put_back:
        scene.revoke()
    declare_event(obligation=held, held_on=date(2026, 5, 5), by=None, at=at(5, 5, hour=20))
    owed.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (at(9, 5), Certainty.CERTAIN)


@pytest.mark.parametrize(("declares", "fate"), [(True, Fate.CHANGED_SINCE), (False, Fate.MOVED)])
def test_nobody_waits_again_for_a_session_declared_meanwhile(*, declares: bool, fate: Fate) -> None:
    scene = Scene()
    _, report, held, owed = clocked(scene)
    scene.essay = report
    scene.later = scene.amend(("RESCHEDULE", "trước ngày 10/6/2026"), number=63)
    if declares:
        declare_event(obligation=held, held_on=date(2026, 5, 5), by=None, at=at(5, 5, hour=20))
    assert scene.fates(at(6, 5)) == {fate: 1}
    assert scene.revoke(at(6, 5)) == (0 if declares else 1)
    owed.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (
        (at(10, 6), Certainty.CERTAIN) if declares else (at(4, 6), Certainty.EVENT)
    )


def test_a_committee_above_is_past_waiting_once_all_its_cells_declared() -> None:
    scene = Scene()
    session, report, _, _ = clocked(scene)
    above = make_unit(scene.ward, name="Đảng bộ Trường")
    cells = [
        make_obligation(session, make_unit(scene.ward, name=f"Chi bộ {one}", parent=above), due_at=at(1, 6))
        for one in ("Toán", "Văn")
    ]
    owed = make_obligation(report, above, certainty=Certainty.EVENT, due_at=at(4, 6))
    scene.essay = report
    scene.later = scene.amend(("RESCHEDULE", "trước ngày 10/6/2026"), number=63)
    fates = []
    for cell in cells:
        declare_event(obligation=cell, held_on=date(2026, 5, 5), by=None, at=at(5, 5, hour=20))
        rows = rows_back(scene.later.amendments.get(), at=at(6, 5))
        fates.append(next(row.fate for row in rows if row.obligation.pk == owed.pk))
    assert fates == [Fate.MOVED, Fate.CHANGED_SINCE]


def test_who_became_exempt_or_left_meanwhile_is_not_told_that_he_owes() -> None:
    scene = Scene(OUT, owes={}, exempt={}, left={})
    exempt(scene.rows["exempt"].member, since=date(2026, 4, 25))
    Membership.objects.filter(member=scene.rows["left"].member).update(valid_to=date(2026, 4, 26))
    scene.revoke()
    found = {name: Obligation.objects.get(pk=one.pk) for name, one in scene.rows.items()}
    assert {name: (one.state, one.waiver_reason) for name, one in found.items()} == {
        "owes": ("PENDING", ""), "exempt": ("WAIVED", "EXEMPT"), "left": ("WAIVED", "LEFT"),
    }  # fmt: skip
    told = ChangeNotice.objects.filter(kind=NoticeKind.OWED)
    assert [one.obligation_id for one in told] == [scene.rows["owes"].pk]


def test_back_stops_that_were_carried_along_go_back_too() -> None:
    scene = Scene()
    earlier = make_directive(scene.ward, number=54)
    session = make_requirement(earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    report = make_requirement(
        earlier, kind=RequirementKind.REPORT, phrase="chậm nhất sau 03 ngày tổ chức", certainty=Certainty.EVENT,
        due_at=at(4, 6), event_days=3, anchor=session, order=2,
    )  # fmt: skip
    make_obligation(session, scene.unit, due_at=at(1, 6))
    owed = make_obligation(report, scene.unit, certainty=Certainty.EVENT, due_at=at(4, 6))
    scene.essay = session
    scene.later = scene.amend(("RESCHEDULE", "trong tháng 6/2026"), number=63)
    owed.refresh_from_db()
    assert owed.due_at > at(1, 7)
    assert [row.obligation.pk for row in rows_back(scene.later.amendments.get(), at=REVOKED)][-1] == owed.pk
    assert scene.revoke() == 2
    owed.refresh_from_db()
    report.refresh_from_db()
    assert (owed.due_at, owed.certainty, report.due_at) == (at(4, 6), Certainty.EVENT, at(4, 6))
