"""Moving one party's deadline: extension, waiver, the unit's own event and its correction; refusals change nothing."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import AuditEntry
from directives.choices import Certainty, ObligationState, RequirementKind, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Extension, Obligation
from directives.paper import paper_of
from directives.services.deadlines import correct_event, declare_event, extend_all_owing, extend_deadline, waive
from tests.factories.directives import at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role, UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A cell's session within May and its report "chậm nhất sau 03 ngày tổ chức", with the back-stop 03/6."""
    ward = make_ward()
    unit, neighbour = make_unit(ward, name="Chi bộ 5"), make_unit(ward, name="Chi bộ 6")
    directive = make_directive(ward)
    session = make_requirement(directive, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026")
    report = make_requirement(
        directive,
        kind=RequirementKind.REPORT,
        due_at=at(4, 6),
        anchor=session,
        event_days=3,
        phrase="sau 03 ngày tổ chức",
    )
    return {
        "session": make_obligation(session, unit),
        "report": make_obligation(report, unit),
        "other_report": make_obligation(report, neighbour),
        "by": make_user(Role.SECRETARY, unit),
        "member": make_member(unit),
        "directive": directive,
    }


def stored(obligation: Obligation) -> Obligation:
    return Obligation.objects.get(pk=obligation.pk)


EVENTS = [
    (date(2026, 5, 27), at(2, 6)),  # Wed + 3 = Sat → Mon 01/6
    (date(2026, 5, 12), at(16, 5)),
    (date(2026, 4, 24), at(29, 4)),  # Fri + 3 = Mon 27/4, off in lieu → Tue 28/4
]


@pytest.mark.parametrize(("held_on", "due_at"), EVENTS)
def test_declaring_the_day_starts_this_unit_s_clock_only(scene, held_on, due_at) -> None:
    declare_event(obligation=scene["session"], held_on=held_on, by=scene["by"], at=at(28, 5, hour=9))

    session, report, other = (stored(scene[name]) for name in ("session", "report", "other_report"))
    assert (session.state, session.held_on, session.decided_at) == (
        ObligationState.ACCEPTED,
        held_on,
        at(28, 5, hour=9),
    )
    assert session.first_submitted_at < session.due_at
    assert (report.due_at, report.certainty, report.held_on) == (due_at, Certainty.CERTAIN, held_on)
    assert (other.due_at, other.certainty, other.held_on) == (at(4, 6), Certainty.EVENT, None)


def test_a_session_held_after_its_window_is_late_and_still_starts_the_clock(scene) -> None:
    declare_event(obligation=scene["session"], held_on=date(2026, 6, 2), by=scene["by"], at=at(3, 6))

    session = stored(scene["session"])
    assert session.first_submitted_at >= session.due_at
    assert stored(scene["report"]).due_at == at(6, 6)


def test_a_wrong_day_is_put_right_with_a_reason_and_the_old_one_stays_in_the_log(scene) -> None:
    declare_event(obligation=scene["session"], held_on=date(2026, 5, 12), by=scene["by"], at=at(13, 5))
    with pytest.raises(IllegalMove):
        declare_event(obligation=scene["session"], held_on=date(2026, 5, 13), by=scene["by"], at=at(14, 5))
    with pytest.raises(DeadlineRefused, match="Ghi lý do"):
        correct_event(obligation=scene["session"], held_on=date(2026, 5, 13), reason=" ", by=scene["by"], at=at(14, 5))

    correct_event(
        obligation=scene["session"], held_on=date(2026, 5, 13), reason="Ghi nhầm", by=scene["by"], at=at(14, 5)
    )

    assert (stored(scene["session"]).held_on, stored(scene["report"]).due_at) == (date(2026, 5, 13), at(19, 5))
    entry = AuditEntry.objects.get(action="obligation.correct_event")
    assert "2026-05-12" in str(entry.detail)
    assert "Ghi nhầm" in str(entry.detail)


def test_a_later_day_granted_by_extension_outlives_the_declared_day(scene) -> None:
    make_extension(scene["report"], at(10, 6))
    declare_event(obligation=scene["session"], held_on=date(2026, 5, 12), by=scene["by"], at=at(13, 5))

    assert stored(scene["report"]).due_at == at(10, 6)


def test_a_committee_without_its_own_session_starts_with_the_last_of_its_cells(scene) -> None:
    session, report = scene["session"].requirement, scene["report"].requirement
    committee = make_unit(scene["directive"].ward, name="Đảng bộ Công an", kind=UnitKind.GRASSROOTS_COMMITTEE)
    first, second = (
        make_obligation(session, make_unit(committee.ward, parent=committee, kind=UnitKind.SUB_CELL)) for _ in range(2)
    )
    summary = make_obligation(report, committee)

    declare_event(obligation=first, held_on=date(2026, 5, 20), by=scene["by"], at=at(28, 5))
    assert (stored(summary).due_at, stored(summary).held_on) == (at(4, 6), None)
    declare_event(obligation=second, held_on=date(2026, 5, 12), by=scene["by"], at=at(28, 5))
    assert (stored(summary).due_at, stored(summary).held_on) == (at(26, 5), date(2026, 5, 20))  # 23/5 is a Saturday
    assert stored(scene["report"]).held_on is None


@pytest.mark.parametrize(
    ("held_on", "sentence"), [(date(2026, 5, 29), "chưa tới"), (date(2026, 4, 20), "trước ngày ban hành")]
)
def test_a_day_that_cannot_be_is_refused_and_changes_nothing(scene, held_on, sentence) -> None:
    before = list(Obligation.objects.order_by("pk").values())

    with pytest.raises(DeadlineRefused, match=sentence):
        declare_event(obligation=scene["session"], held_on=held_on, by=scene["by"], at=at(28, 5))

    assert list(Obligation.objects.order_by("pk").values()) == before


def test_only_an_activity_has_a_day(scene) -> None:
    with pytest.raises(DeadlineRefused):
        declare_event(obligation=scene["report"], held_on=date(2026, 5, 12), by=scene["by"], at=at(13, 5))
    with pytest.raises(DeadlineRefused):
        correct_event(obligation=scene["session"], held_on=date(2026, 5, 12), reason="x", by=scene["by"], at=at(13, 5))


def test_an_extension_keeps_the_old_deadline_and_moves_the_fix_by_too(scene) -> None:
    essay = make_requirement(scene["directive"])
    returned = make_obligation(essay, scene["member"], state=ObligationState.RETURNED, fix_by=at(29))

    extend_deadline(obligation=returned, new_due_at=at(5, 5), reason="Ốm", by=scene["by"], at=at(25))

    assert (stored(returned).due_at, stored(returned).fix_by) == (at(5, 5), at(5, 5))
    assert list(Extension.objects.values_list("old_due_at", "new_due_at", "reason")) == [(at(28), at(5, 5), "Ốm")]


REFUSED_EXTENSIONS = [
    ({"new_due_at": at(28)}, "phải sau hạn đang có"),
    ({"new_due_at": at(24)}, "đã qua"),
    ({"reason": " "}, "Ghi lý do"),
]


@pytest.mark.parametrize(("said", "sentence"), REFUSED_EXTENSIONS)
def test_an_extension_that_makes_no_sense_is_refused(scene, said, sentence) -> None:
    owed = make_obligation(make_requirement(scene["directive"]), scene["member"])

    with pytest.raises(DeadlineRefused, match=sentence):
        extend_deadline(
            **{"obligation": owed, "new_due_at": at(5, 5), "reason": "Ốm", "by": None, "at": at(25), **said}
        )

    assert (stored(owed).due_at, Extension.objects.count()) == (at(28), 0)


@pytest.mark.parametrize("state", [ObligationState.SUBMITTED, ObligationState.ACCEPTED, ObligationState.WAIVED])
def test_whoever_owes_nothing_needs_no_extension(scene, state) -> None:
    settled = make_obligation(make_requirement(scene["directive"]), scene["member"], state=state)

    with pytest.raises(DeadlineRefused, match="không còn nợ"):
        extend_deadline(obligation=settled, new_due_at=at(5, 5), reason="Ốm", by=None, at=at(25))


def test_a_dissolved_unit_gets_no_extension_from_a_page_opened_before(scene) -> None:
    owed = make_obligation(make_requirement(scene["directive"]), scene["member"])
    unit = owed.unit
    unit.closed_on = date(2026, 4, 25)
    unit.save()

    with pytest.raises(DeadlineRefused, match="đã giải thể từ ngày 25/4/2026"):
        extend_deadline(obligation=owed, new_due_at=at(5, 5), reason="Ốm", by=None, at=at(25))
    with pytest.raises(DeadlineRefused, match="Không còn ai nợ"):
        extend_all_owing(
            requirement=owed.requirement, obligations=[owed.pk], new_due_at=at(5, 5), reason="Ốm", by=None, at=at(25)
        )
    assert (stored(owed).due_at, Extension.objects.count()) == (at(28), 0)
    extend_deadline(obligation=owed, new_due_at=at(5, 5), reason="Ốm", by=None, at=at(24, hour=23, minute=59))
    assert stored(owed).due_at == at(5, 5)


def test_nobody_of_a_dissolved_unit_is_released_from_what_he_does_not_owe(scene) -> None:
    owed = make_obligation(make_requirement(scene["directive"]), scene["member"])
    owed.unit.closed_on = date(2026, 4, 25)
    owed.unit.save()
    said = r"đã giải thể từ ngày 25/4/2026.*không cần cho miễn\. Bấm “Cập nhật theo danh bạ”"
    with pytest.raises(DeadlineRefused, match=said):
        waive(obligation=owed, note="Giải thể", by=scene["by"], at=at(25))
    assert stored(owed).state == ObligationState.PENDING
    waive(obligation=owed, note="Giải thể", by=scene["by"], at=at(24, hour=23, minute=59))
    assert stored(owed).state == ObligationState.WAIVED


def test_a_waiver_names_its_reason_and_leaves_the_denominator(scene) -> None:
    owed = make_obligation(make_requirement(scene["directive"]), scene["member"])

    waive(obligation=owed, note="Đi công tác nước ngoài", by=scene["by"], at=at(25))

    found = stored(owed)
    assert (found.state, found.waiver_reason, found.waiver_note, found.waived_at) == (
        ObligationState.WAIVED,
        WaiverReason.DECIDED,
        "Đi công tác nước ngoài",
        at(25),
    )
    assert owed.pk not in Obligation.objects.owing(at(25)).values_list("pk", flat=True)
    with pytest.raises(DeadlineRefused):
        waive(obligation=owed, note=" ", by=scene["by"], at=at(25))


def test_a_session_for_which_something_was_handed_in_is_not_declared_over_it(scene) -> None:
    Obligation.objects.filter(pk=scene["session"].pk).update(
        state=ObligationState.SUBMITTED, first_submitted_at=at(10, 5), submitted_at=at(10, 5)
    )
    with pytest.raises(IllegalMove):
        declare_event(obligation=scene["session"], held_on=date(2026, 5, 12), by=scene["by"], at=at(28, 5, hour=9))
    assert stored(scene["session"]).state == ObligationState.SUBMITTED


def test_extending_all_leaves_who_has_a_later_day_with_it(scene) -> None:
    later, sooner = scene["report"], scene["other_report"]
    extend_deadline(obligation=later, new_due_at=at(20, 6), reason="Ốm", by=None, at=at(1, 5))
    requirement = later.requirement
    count = extend_all_owing(
        requirement=requirement,
        obligations=[later.pk, sooner.pk],
        new_due_at=at(10, 6),
        reason="Lũ",
        by=None,
        at=at(2, 5),
    )
    assert (count, stored(later).due_at, stored(sooner).due_at) == (1, at(20, 6), at(10, 6))
    with pytest.raises(DeadlineRefused):
        extend_all_owing(
            requirement=requirement, obligations=[later.pk], new_due_at=at(10, 6), reason="Lũ", by=None, at=at(2, 5)
        )


def test_the_paper_says_to_whom_a_later_day_was_granted() -> None:
    ward = make_ward()
    report = make_requirement(make_directive(ward), kind=RequirementKind.REPORT)
    owing = [make_obligation(report, make_unit(ward, name=f"Chi bộ {number}")) for number in (1, 2, 3)]
    make_obligation(report, make_unit(ward, name="Chi bộ 4"), state=ObligationState.WAIVED)
    reader = make_user(Role.OFFICE, ward)

    def said() -> str:
        return paper_of(report.directive, user=reader, at=at(24)).asks[0].extended

    assert said() == ""
    for one in owing[:2]:
        extend_deadline(obligation=one, new_due_at=at(6, 5), reason="Mưa bão", by=None, at=at(24))
    assert said() == "Đã gia hạn đến hết 05/5/2026 cho 2/3 đơn vị."
    extend_deadline(obligation=owing[0], new_due_at=at(9, 5), reason="Mưa bão", by=None, at=at(24))
    assert said() == "Đã gia hạn cho 2/3 đơn vị, muộn nhất đến hết 08/5/2026."
