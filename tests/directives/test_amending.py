"""A later directive moves deadlines and withdraws requirements: every touched row, figures of before, refusals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import Certainty, ChangeCause, DirectiveState, ObligationState, RequirementKind, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove, NotIssuable
from directives.fates import Fate
from directives.models import Amendment, Directive, Extension, Obligation, Requirement
from directives.phrases_then import phrase_at
from directives.services.amend_preview import preview_amendments, touched_with_fate
from directives.services.amending import confirm_deadline
from directives.services.amendments import write_amendments
from directives.services.deadlines import declare_event
from directives.services.ending import revoke_directive
from directives.services.issuing import issue_directive
from directives.work import work_cards
from reports.figures import collect
from reports.tallies import By
from tests.factories.directives import at, make_directive, make_extension, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_ward

pytestmark = pytest.mark.django_db
NOW = at(26, hour=9)
NEW = at(10, 5)
MOVE, OUT = ("RESCHEDULE", "trước ngày 10/5/2026"), ("WITHDRAW", "")


class Scene:
    """Công văn 53 with an essay before 28/4, owed by five in every state; Công văn 61 of 26/4 is the draft."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.earlier = make_directive(self.ward, number=53)
        self.essay = make_requirement(self.earlier)
        self.later = make_directive(
            self.ward,
            number=61,
            state=DirectiveState.DRAFT,
            issued_on=date(2026, 4, 26),
            subject="Điều chỉnh thời gian nộp bài",
        )
        self.rows = {
            "owes": self.owe("Nguyễn Văn An"),
            "has longer": self.owe("Trần Thị Bình"),
            "sent": self.owe("Lê Văn Cường", state=ObligationState.SUBMITTED),
            "back": self.owe("Đỗ Thị Dung", state=ObligationState.RETURNED, fix_by=at(29)),
            "exempt": self.owe("Phạm Văn Em", state=ObligationState.WAIVED),
        }
        make_extension(self.rows["has longer"], at(20, 5), granted_at=at(25))

    def owe(self, name: str, **fields: object) -> Obligation:
        return make_obligation(self.essay, make_member(self.unit, name=name), **fields)

    def write(self, change: tuple[str, str] = MOVE, requirement: Requirement | None = None) -> list[Amendment]:
        asked = requirement or self.essay
        return write_amendments(
            directive=self.later, target=asked.directive, changes={asked.pk: change}, by=None, at=NOW
        )

    def issue(self, moment=NOW):
        return issue_directive(directive=self.later, by=None, at=moment)

    def stored(self, name: str) -> Obligation:
        return Obligation.objects.get(pk=self.rows[name].pk)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def fates(scene: Scene) -> dict[Fate, int]:
    (item,) = preview_amendments(scene.later, at=NOW)
    return {part.fate: part.count for part in item.fates}


def test_a_new_deadline_reaches_exactly_those_who_owe_and_the_preview_said_so(scene) -> None:
    scene.write()
    assert fates(scene) == {Fate.MOVED: 2, Fate.KEEPS_LATER: 1, Fate.HANDED_IN: 1, Fate.WAIVED: 1}
    (amendment,) = scene.later.amendments.all()
    assert [one.obligation.pk for one in touched_with_fate(amendment, "giu", at=NOW)] == [scene.rows["has longer"].pk]
    before = set(Obligation.objects.values_list("pk", "due_at"))

    assert scene.issue().amended == 2

    due = {name: scene.stored(name).due_at for name in scene.rows}
    assert due == {"owes": NEW, "has longer": at(20, 5), "sent": at(28), "back": NEW, "exempt": at(28)}
    assert scene.stored("back").fix_by == NEW
    moved = Extension.objects.filter(cause=ChangeCause.AMENDED)
    assert {(e.obligation_id, e.old_due_at, e.new_due_at, e.reason) for e in moved} == {
        (scene.rows[name].pk, at(28), NEW, "Điều chỉnh theo 61-CV/ĐU ngày 26/4/2026") for name in ("owes", "back")
    }
    assert len(before & set(Obligation.objects.values_list("pk", "due_at"))) == 3
    scene.essay.refresh_from_db()
    assert (scene.essay.due_at, scene.essay.deadline_phrase) == (NEW, "trước ngày 10/5/2026")
    amendment.refresh_from_db()
    assert (amendment.old_due_at, amendment.old_phrase, amendment.applied_at) == (at(28), "trước ngày 28/4/2026", NOW)
    entry = AuditEntry.objects.get(action="directive.amend")
    assert (entry.obj_id, "61-CV/ĐU" in str(entry.detail)) == (str(scene.earlier.pk), True)


def test_what_was_sent_before_is_not_told_the_new_words_beside_its_earlier_day(scene) -> None:
    scene.write()
    scene.issue()
    assert {name: scene.stored(name).deadline_phrase for name in ("owes", "back", "sent", "exempt")} == {
        "owes": MOVE[1], "back": MOVE[1], "sent": "", "exempt": "",
    }  # fmt: skip
    sent = Obligation.objects.filter(pk=scene.rows["sent"].pk)
    (card,) = work_cards(sent, now=NOW)
    assert (card.due_at, card.deadline_phrase) == (at(28), "")
    (card,) = work_cards(Obligation.objects.filter(pk=scene.rows["owes"].pk), now=NOW)
    assert (card.due_at, card.deadline_phrase) == (NEW, MOVE[1])
    essay = Requirement.objects.get(pk=scene.essay.pk)
    assert [phrase_at(essay, moment) for moment in (NOW - timedelta(seconds=1), NOW)] == [
        "trước ngày 28/4/2026", MOVE[1],
    ]  # fmt: skip


def test_words_put_back_are_known_of_the_time_between(scene) -> None:
    scene.write()
    scene.issue()
    paper = {"revoked_by": None, "revoking_paper": "Công văn số 75-CV/ĐU", "reason": "Nhầm", "puts_back": True}
    revoke_directive(directive=scene.later, **paper, by=None, at=at(27))
    essay = Requirement.objects.get(pk=scene.essay.pk)
    first = "trước ngày 28/4/2026"
    assert [phrase_at(essay, moment) for moment in (at(25), NOW, at(27))] == [first, MOVE[1], first]


def test_an_earlier_deadline_makes_nobody_late_who_had_handed_in(scene) -> None:
    scene.write(("RESCHEDULE", "16h00 ngày 26/4/2026"))
    scene.issue()

    assert scene.stored("owes").due_at < at(26, hour=16, minute=1)
    assert scene.stored("sent").due_at == at(28)
    back = scene.stored("back")
    assert back.first_submitted_at < back.due_at
    assert Obligation.objects.owing(NOW).get(pk=back.pk).owed_due_at == at(29)  # the time to correct is not taken away
    overdue = set(Obligation.objects.overdue(at(26, hour=17)).values_list("pk", flat=True))
    assert overdue == {scene.rows["owes"].pk}


def test_who_was_late_stays_late_although_the_deadline_moves_on(scene) -> None:
    for name, sent in (("sent", at(28)), ("back", at(28) + timedelta(seconds=1))):
        Obligation.objects.filter(pk=scene.rows[name].pk).update(first_submitted_at=sent, submitted_at=sent)
    scene.write()
    moment = at(29, hour=9)
    scene.issue(moment)

    tally = collect(at=at(30), by=By.DIRECTIVE, directive=scene.earlier).total
    assert (tally.late, tally.on_time) == (2, 0)


def test_figures_of_an_earlier_instant_stay_what_they_were(scene) -> None:
    for name in ("sent", "back"):
        scene.rows[name].delete()
    for name, sent in (("Hồ Văn Giang", at(24, hour=9)), ("Vũ Thị Hà", at(28))):
        hand_in_one(scene.owe(name), received_at=sent)
    moment = at(29, hour=9)

    def then():
        return collect(at=at(29, hour=8), by=By.REQUIREMENT, directive=scene.earlier)

    before, owing_before = then(), dict(Obligation.objects.owing_then(at(29, hour=8)).values_list("pk", "owed_due_at"))
    assert (before.total.overdue, before.total.on_time, before.total.late) == (1, 1, 1)
    scene.write()
    scene.issue(moment)

    assert then() == before
    assert dict(Obligation.objects.owing_then(at(29, hour=8)).values_list("pk", "owed_due_at")) == owing_before
    assert collect(at=moment, by=By.REQUIREMENT, directive=scene.earlier).total.overdue == 0


def test_a_withdrawn_requirement_waives_what_is_open_and_keeps_what_was_sent(scene) -> None:
    scene.write(OUT)
    assert fates(scene) == {Fate.RELEASED: 3, Fate.HANDED_IN: 1, Fate.WAIVED: 1}

    assert scene.issue().amended == 3

    states = {name: scene.stored(name).state for name in scene.rows}
    waived = ObligationState.WAIVED
    assert states == {"owes": waived, "has longer": waived, "back": waived, "sent": "SUBMITTED", "exempt": waived}
    owes, exempt = scene.stored("owes"), scene.stored("exempt")
    assert (owes.waiver_reason, owes.waiver_note, owes.waived_at) == (
        WaiverReason.WITHDRAWN, "Rút theo 61-CV/ĐU ngày 26/4/2026", NOW,
    )  # fmt: skip
    assert exempt.waiver_reason == WaiverReason.EXEMPT
    assert not Obligation.objects.owing(NOW).exists()
    scene.essay.refresh_from_db()
    assert scene.essay.withdrawn_at == NOW


def test_a_tentative_deadline_is_confirmed_by_a_later_directive_and_binds_from_then_on(scene) -> None:
    plan = make_requirement(
        scene.earlier,
        kind=RequirementKind.ACTION_PLAN,
        due_at=at(27),
        certainty=Certainty.TENTATIVE,
        phrase="dự kiến ngày 26/4/2026",
    )
    owed = make_obligation(plan, scene.unit)
    moment = at(28, hour=9)

    def overdue(instant):
        return collect(at=instant, by=By.REQUIREMENT, obligations=Obligation.objects.filter(pk=owed.pk)).total.overdue

    assert (overdue(at(27, hour=9)), overdue(moment)) == (0, 0)
    scene.write(("RESCHEDULE", "trước ngày 30/4/2026"), plan)
    scene.issue(moment)

    owed.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (at(30), Certainty.CERTAIN)
    assert [overdue(instant) for instant in (at(27, hour=9), at(30) - timedelta(seconds=1), at(30))] == [0, 0, 1]
    then = Obligation.objects.owing_then(at(27, hour=9))
    assert owed.pk not in then.with_binding_deadline().values_list("pk", flat=True)


def test_the_office_confirms_a_tentative_deadline(scene) -> None:
    plan = make_requirement(scene.earlier, kind=RequirementKind.ACTION_PLAN, due_at=None, certainty=Certainty.TENTATIVE)
    owed = make_obligation(plan, scene.unit)
    with pytest.raises(DeadlineRefused, match="không cho một ngày"):
        confirm_deadline(requirement=plan, phrase="sau khi Thành phố có kế hoạch", by=None, at=NOW)
    with pytest.raises(DeadlineRefused, match="đã qua"):
        confirm_deadline(requirement=plan, phrase="ngày 25/4/2026", by=None, at=NOW)
    with pytest.raises(DeadlineRefused, match="đã rõ"):
        confirm_deadline(requirement=scene.essay, phrase="trước ngày 10/5/2026", by=None, at=NOW)

    assert confirm_deadline(requirement=plan, phrase="trước ngày 10/5/2026", by=None, at=NOW) == 1

    owed.refresh_from_db()
    assert (owed.due_at, owed.certainty) == (NEW, Certainty.CERTAIN)
    assert AuditEntry.objects.get(action="requirement.confirm_deadline").obj_id == str(plan.pk)
    change = owed.extensions.get()
    assert (change.cause, change.old_due_at, change.old_certainty) == (ChangeCause.CONFIRMED, None, "TENTATIVE")


def test_reports_hanging_on_a_session_move_their_back_stop_with_its_window(scene) -> None:
    session = make_requirement(
        scene.earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026"
    )
    report = make_requirement(
        scene.earlier,
        kind=RequirementKind.REPORT,
        due_at=at(4, 6),
        anchor=session,
        event_days=3,
        phrase="sau 03 ngày tổ chức",
    )
    other = make_unit(scene.ward)
    held, waiting = make_obligation(session, scene.unit), make_obligation(report, other)
    own = make_obligation(report, scene.unit)
    make_obligation(session, other)
    declare_event(obligation=held, held_on=date(2026, 5, 12), by=None, at=at(12, 5, hour=20))
    scene.write(("RESCHEDULE", "trong tháng 6/2026"), session)
    (item,) = preview_amendments(scene.later, at=at(13, 5))
    assert [(r.pk, count) for r, count in item.carried] == [(report.pk, 1)]

    scene.issue(at(13, 5))

    waiting.refresh_from_db()
    own.refresh_from_db()
    assert (waiting.due_at, waiting.certainty) == (at(4, 7), Certainty.EVENT)  # Tue 30/6 + 3 = Fri 03/7
    assert own.due_at == at(16, 5)


def test_a_clock_in_other_days_is_set_anew_for_who_declared_and_stays_open_for_who_did_not(scene) -> None:
    session = make_requirement(
        scene.earlier, kind=RequirementKind.ACTIVITY, due_at=at(1, 6), phrase="trong tháng 5/2026"
    )
    report = make_requirement(
        scene.earlier,
        kind=RequirementKind.REPORT,
        due_at=at(4, 6),
        anchor=session,
        event_days=3,
        phrase="sau 03 ngày tổ chức",
    )
    held, own = make_obligation(session, scene.unit), make_obligation(report, scene.unit)
    waiting = make_obligation(report, make_unit(scene.ward))
    declare_event(obligation=held, held_on=date(2026, 5, 12), by=None, at=at(12, 5, hour=20))
    scene.write(("RESCHEDULE", "chậm nhất sau 07 ngày tổ chức"), report)

    scene.issue(at(13, 5))

    own.refresh_from_db()
    waiting.refresh_from_db()
    assert (own.due_at, own.certainty) == (at(20, 5), Certainty.CERTAIN)
    assert waiting.certainty == Certainty.EVENT
    assert waiting.due_at > at(4, 6)


@pytest.mark.parametrize(
    "phrase", ["kịp thời", "sau khi Thành phố có kế hoạch", "trước ngày 25 hằng tháng", "ngày 25/4/2026"]
)
def test_a_phrase_without_a_day_ahead_is_refused_and_nothing_is_kept(scene, phrase) -> None:
    with pytest.raises(DeadlineRefused, match="Hạn mới"):
        scene.write(("RESCHEDULE", phrase))
    assert not Amendment.objects.exists()


def test_a_new_deadline_that_passed_before_issuing_is_refused_and_nothing_moves(scene) -> None:
    scene.write(("RESCHEDULE", "trước ngày 27/4/2026"))
    before = list(Obligation.objects.order_by("pk").values())
    with pytest.raises(NotIssuable, match="đã qua"):
        scene.issue(at(27))
    assert list(Obligation.objects.order_by("pk").values()) == before
    scene.issue(at(27) - timedelta(seconds=1))
    assert scene.stored("owes").due_at == at(27)


def test_only_running_directives_of_the_same_ward_are_amended(scene) -> None:
    foreign = make_requirement(make_directive(make_ward(name="Việt Hưng", code="VH")))
    with pytest.raises(IllegalMove):
        scene.write(MOVE, foreign)
    own = make_requirement(scene.later)
    with pytest.raises(IllegalMove):
        scene.write(MOVE, own)
    own.delete()
    scene.write()
    Directive.objects.filter(pk=scene.earlier.pk).update(state=DirectiveState.CLOSED)
    with pytest.raises(NotIssuable, match="không còn hiệu lực"):
        scene.issue()


def test_amending_twice_keeps_both_steps_and_the_card_names_the_latest(scene) -> None:
    scene.write()
    scene.issue()
    scene.later = make_directive(scene.ward, number=75, state=DirectiveState.DRAFT, issued_on=date(2026, 5, 5))
    scene.write(("RESCHEDULE", "trước ngày 25/5/2026"))
    scene.issue(at(5, 5, hour=9))

    assert scene.stored("has longer").due_at == at(25, 5)
    steps = scene.stored("owes").extensions.values_list("old_due_at", "new_due_at")
    assert list(steps) == [(at(28), NEW), (NEW, at(25, 5))]
    (card,) = work_cards(Obligation.objects.filter(unit=scene.unit), now=at(6, 5))
    assert (card.due_at, card.old_due_at, card.amended_by) == (at(25, 5), NEW, "Điều chỉnh theo 75-CV/ĐU")


def test_a_paper_that_amends_may_also_ask_something_new(scene) -> None:
    scene.write(OUT)
    make_requirement(
        scene.later,
        kind=RequirementKind.REPORT,
        audience=Audience(units=(scene.unit.pk,)),
        phrase="trước ngày 28/4/2026",
    )
    issued = scene.issue()
    assert (issued.obligations, issued.amended) == (1, 3)


def test_a_recurring_duty_is_withdrawn_but_not_given_one_day_for_all_its_periods(scene) -> None:
    monthly = make_requirement(scene.earlier, kind=RequirementKind.REPORT, recurrence={"rule": "monthly"})
    with pytest.raises(DeadlineRefused, match="định kỳ"):
        scene.write(MOVE, monthly)
    assert [one.action for one in scene.write(OUT, monthly)] == ["WITHDRAW"]
