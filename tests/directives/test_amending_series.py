"""A later directive changes the rule of a series: periods to come follow it, those given out keep or move by choice."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from directives.audiences import Audience
from directives.choices import ChangeCause, DirectiveState, ObligationState
from directives.deadlines.periods import period_ends
from directives.errors import DeadlineRefused
from directives.fates import Fate
from directives.models import ChangeNotice, Extension, Obligation
from directives.services.amend_preview import preview_amendments
from directives.services.amendments import write_amendments
from directives.services.issuing import issue_directive
from directives.services.periods import make_periods
from directives.services.sync_plan import plan_sync
from directives.services.syncing import sync_obligations
from directives.settling import settle_requirement
from directives.work import work_cards
from tests.factories.directives import ISSUED_AT, at, make_directive, make_requirement
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Block, Role

pytestmark = pytest.mark.django_db
NOW = at(4, 5, hour=9)
LATER = "RESCHEDULE", "trước ngày 05 của tháng kế tiếp"


class Scene:
    """Reports before the 25th of every month: April (over) and May are given out. Công văn 61 of 4/5 is the draft."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.one, self.two = make_unit(self.ward), make_unit(self.ward)
        self.earlier = make_directive(self.ward, number=53, state=DirectiveState.DRAFT)
        self.report = make_requirement(
            self.earlier, kind="REPORT", title="Báo cáo công tác đảng", audience=Audience(blocks=(Block.RESIDENTIAL,))
        )
        self.report.deadline_phrase = "trước ngày 25 hằng tháng"
        settle_requirement(self.report, self.earlier, ISSUED_AT)
        self.report.save()
        issue_directive(directive=self.earlier, by=None, at=ISSUED_AT)
        make_periods(requirement=self.report, at=at(1, 5), by="beat")
        self.later = make_directive(self.ward, number=61, state=DirectiveState.DRAFT, issued_on=date(2026, 5, 4))

    def write(self, change=LATER, moment=NOW):
        self.earlier.refresh_from_db()
        changes = {self.report.pk: change}
        return write_amendments(directive=self.later, target=self.earlier, changes=changes, by=None, at=moment)

    def issue(self, moment=NOW) -> int:
        amended = issue_directive(directive=self.later, by=None, at=moment).amended
        self.report.refresh_from_db()
        return amended

    def make(self, moment) -> list[str]:
        return [one.period for one in make_periods(requirement=self.report, at=moment, by="beat")]

    def due(self, unit=None) -> dict:
        rows = Obligation.objects.filter(requirement=self.report, unit=unit or self.one)
        return dict(rows.order_by("period").values_list("period", "due_at"))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def fates(scene: Scene) -> dict[Fate, int]:
    (item,) = preview_amendments(scene.later, at=NOW)
    return {part.fate: part.count for part in item.fates}


def test_open_periods_keep_their_day_and_those_to_come_follow(scene) -> None:
    scene.write()
    (item,) = preview_amendments(scene.later, at=NOW)
    assert (fates(scene), item.changed) == ({Fate.KEEPS_PERIOD: 4}, 0)
    assert item.upcoming[:2] == (("tháng 6/2026", date(2026, 7, 4)), ("tháng 7/2026", date(2026, 8, 4)))
    assert scene.issue() == 0
    assert scene.due() == {"2026-04": at(25), "2026-05": at(25, 5)}
    assert (Extension.objects.count(), ChangeNotice.objects.count()) == (0, 0)
    assert scene.make(at(31, 5)) == []
    assert scene.make(at(1, 6)) == ["2026-06"]
    assert scene.due() == {"2026-04": at(25), "2026-05": at(25, 5), "2026-06": at(5, 7)}
    amendment = scene.later.amendments.get()
    assert (amendment.old_phrase, scene.report.deadline_phrase) == ("trước ngày 25 hằng tháng", LATER[1])


def test_open_periods_move_when_chosen_as_far_as_their_new_day_lies_ahead(scene) -> None:
    done = Obligation.objects.get(unit=scene.two, period="2026-05")
    Obligation.objects.filter(pk=done.pk).update(
        state=ObligationState.SUBMITTED, first_submitted_at=at(3, 5), submitted_at=at(3, 5)
    )
    scene.write((*LATER, True))
    # April of both: the new day 4/5 is still today; May of the first; the second has handed in.
    assert fates(scene) == {Fate.MOVED: 3, Fate.HANDED_IN: 1}
    assert scene.issue() == 3
    assert scene.due() == {"2026-04": at(5, 5), "2026-05": at(5, 6)}
    assert scene.due(scene.two) == {"2026-04": at(5, 5), "2026-05": at(25, 5)}
    moved = Extension.objects.filter(cause=ChangeCause.AMENDED).values_list(
        "obligation__period", "old_due_at", "reason"
    )
    assert set(moved) == {
        ("2026-04", at(25), "Điều chỉnh theo 61-CV/ĐU ngày 04/5/2026"),
        ("2026-05", at(25, 5), "Điều chỉnh theo 61-CV/ĐU ngày 04/5/2026"),
    }
    cards = work_cards(Obligation.objects.of_unit(scene.one), now=NOW)
    assert [(card.period, card.old_due_at, card.amended_by) for card in cards] == [
        ("2026-04", at(25), "Điều chỉnh theo 61-CV/ĐU"),
        ("2026-05", at(25, 5), "Điều chỉnh theo 61-CV/ĐU"),
    ]


def test_a_new_day_that_is_over_moves_nobody(scene) -> None:
    moment = at(5, 5)  # the first instant after 4/5
    scene.write((*LATER, True), moment)
    assert scene.issue(moment) == 2
    assert scene.due() == {"2026-04": at(25), "2026-05": at(5, 6)}


def test_an_earlier_rule_makes_no_period_late_at_once(scene) -> None:
    scene.write(("RESCHEDULE", "trước ngày 03 hằng tháng", True))
    assert fates(scene) == {Fate.KEEPS_PERIOD: 4}
    scene.issue()
    assert scene.due() == {"2026-04": at(25), "2026-05": at(25, 5)}
    scene.make(at(1, 6))
    assert scene.due()["2026-06"] == at(3, 6)


def test_a_rule_of_another_length_begins_with_its_own_period(scene) -> None:
    scene.write(("RESCHEDULE", "trước ngày 20 của tháng cuối quý", True))
    (item,) = preview_amendments(scene.later, at=NOW)
    assert item.upcoming[0] == ("quý II/2026", date(2026, 6, 19))
    assert fates(scene) == {Fate.KEEPS_PERIOD: 4}
    scene.issue()
    new = make_unit(scene.ward, opened_on=date(2026, 5, 4))
    assert scene.make(NOW) == ["2026-Q2"]  # on the roster of the day of the amendment, not of 1/4
    assert Obligation.objects.filter(period="2026-Q2").count() == 3
    assert scene.due(new) == {"2026-Q2": at(20, 6)}
    assert scene.make(at(1, 6)) == []
    assert scene.make(at(1, 7)) == ["2026-Q3"]


@pytest.mark.parametrize(("follow", "may"), [(False, at(25, 5)), (True, at(5, 6))])
def test_a_unit_that_joins_later_gets_the_day_of_the_others(scene, follow, may) -> None:
    scene.write((*LATER, follow))
    scene.issue()
    new = make_unit(scene.ward, opened_on=date(2026, 5, 5))
    assert plan_sync(directive=scene.earlier, at=at(6, 5)).differences == 1
    sync_obligations(directive=scene.earlier, by=None, at=at(6, 5))
    assert scene.due(new) == {"2026-05": may}


def test_a_second_amendment_keeps_what_the_first_had_kept(scene) -> None:
    scene.write()
    scene.issue()
    third = make_directive(scene.ward, number=70, state=DirectiveState.DRAFT, issued_on=date(2026, 5, 10))
    scene.earlier.refresh_from_db()
    moment = at(10, 5)
    write_amendments(
        directive=third, target=scene.earlier, by=None, at=moment,
        changes={scene.report.pk: ("RESCHEDULE", "ngày 28 hằng tháng")},
    )  # fmt: skip
    issue_directive(directive=third, by=None, at=moment)
    scene.report.refresh_from_db()
    new = make_unit(scene.ward, opened_on=date(2026, 5, 11))
    sync_obligations(directive=scene.earlier, by=None, at=at(12, 5))
    assert scene.due(new) == {"2026-05": at(25, 5)}
    assert scene.make(at(1, 6)) == ["2026-06"]
    assert scene.due()["2026-06"] == at(29, 6)


@pytest.mark.parametrize("phrase", [LATER[1], "trước ngày 20 của tháng cuối quý"])
def test_a_period_that_is_over_keeps_its_end_under_another_rule(scene, phrase) -> None:
    scene.write(("RESCHEDULE", phrase))
    scene.issue()
    new = make_unit(scene.ward, opened_on=date(2026, 5, 4))
    ends = period_ends(scene.report.recurrence, ["2026-04", "2026-05"])
    assert ends == {"2026-04": at(25), "2026-05": at(25, 5)}
    sync_obligations(directive=scene.earlier, by=None, at=NOW)
    assert scene.due(new) == {"2026-05": at(25, 5)}, "nobody is given April, whose new day 4/5 would still lie ahead"


def test_one_day_for_a_series_is_refused_and_so_is_a_series_for_one_day(scene) -> None:
    with pytest.raises(DeadlineRefused, match="phải ghi theo kỳ vì đây là việc định kỳ"):
        scene.write(("RESCHEDULE", "trước ngày 10/6/2026"))
    once = make_requirement(scene.earlier, kind="REPORT", order=2)
    with pytest.raises(DeadlineRefused, match="không cho một ngày cụ thể"):
        write_amendments(directive=scene.later, target=scene.earlier, changes={once.pk: LATER}, by=None, at=NOW)


def test_the_form_asks_about_open_periods_and_the_preview_says_what_was_chosen(scene, client) -> None:
    client.force_login(make_user(Role.OFFICE, scene.ward))
    page = reverse("directives:amend", args=[scene.later.pk, scene.earlier.pk])
    assert "Kỳ đã mở mà còn nợ" in client.get(page).content.decode()
    pk = scene.report.pk
    sent = {f"action_{pk}": "RESCHEDULE", f"phrase_{pk}": LATER[1], f"open_{pk}": "FOLLOW"}
    assert client.post(page, sent).status_code == 302
    assert scene.later.amendments.get().moves_open
    with time_machine.travel(NOW, tick=False):
        html = client.get(reverse("directives:preview", args=[scene.later.pk])).content.decode()
    assert "Kỳ đã mở mà còn nợ: đổi theo hạn mới." in html
    assert "tháng 6/2026 đến hết 04/7/2026" in html
