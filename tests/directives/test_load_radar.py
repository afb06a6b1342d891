"""Load radar: exact loads around a last day, edges of the seven days, like earlier requirements, the cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState, RequirementKind
from directives.load_radar import radar_of
from directives.services.drafts import Ask, add_requirement
from directives.services.preview import preview_issue
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 22, 8, 0, tzinfo=VIETNAM)
KIND = RequirementKind.REPORT


class Scene:
    """A draft asks three cells for a report until the end of 12/5/2026."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cells = [make_unit(self.ward, name=f"Chi bộ {n}", code=f"CB{n}") for n in (1, 2, 3)]
        self.idle = make_unit(self.ward, name="Chi bộ không được giao", code="CB9")
        self.draft = make_directive(
            self.ward, state=DirectiveState.DRAFT, issued_on=NOW.date(), subject="Phòng cháy khu dân cư"
        )
        rule = Audience(units=tuple(cell.pk for cell in self.cells))
        ask = Ask(kind=KIND, title="Báo cáo phòng cháy", audience=rule, deadline_phrase="đến hết ngày 12/5/2026")
        add_requirement(directive=self.draft, ask=ask, by=None, at=NOW)
        self.office = make_user(Role.OFFICE, self.ward)

    def owe(self, last: date, *cells: int, state: str = ObligationState.PENDING, **said) -> None:
        due_at = datetime(last.year, last.month, last.day, tzinfo=VIETNAM) + timedelta(days=1)
        asked = make_requirement(make_directive(self.ward, **said), kind=KIND, due_at=due_at, title="Việc khác")
        for cell in cells:
            make_obligation(asked, self.cells[cell - 1], state=state)

    def radar(self, now: datetime = NOW):
        return radar_of(preview_issue(directive=self.draft, at=now), user=self.office, at=now)


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(NOW, tick=False)
    return Scene()


def test_what_lies_within_seven_days_counts_and_the_next_day_does_not(scene: Scene) -> None:
    scene.owe(date(2026, 5, 5), 1, 2)
    scene.owe(date(2026, 5, 19), 1)
    scene.owe(date(2026, 5, 4), 1, 3)
    scene.owe(date(2026, 5, 20), 1)
    radar = scene.radar()
    assert (radar.units, radar.busy, radar.most) == (3, 2, 2)
    assert radar.weeks == (date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 18))
    assert [(load.unit.code, load.duties, load.rows, load.weeks) for load in radar.worst] == [
        ("CB1", 2, 2, (1, 0, 1)),
        ("CB2", 1, 1, (1, 0, 0)),
    ]


def test_a_returned_one_lies_where_it_may_still_be_corrected(scene: Scene) -> None:
    asked = make_requirement(make_directive(scene.ward), kind=KIND, due_at=at(20, 4), title="Việc khác")
    into, beyond = (make_obligation(asked, cell, state=ObligationState.RETURNED) for cell in scene.cells[:2])
    rows = type(into).objects
    rows.filter(pk=into.pk).update(fix_by=at(12, 5))  # owed since April, to be corrected within the seven days
    rows.filter(pk=beyond.pk).update(due_at=at(12, 5), fix_by=at(25, 5))
    assert [(load.unit.code, load.duties) for load in scene.radar().worst] == [("CB1", 1)]


def test_done_waived_closed_foreign_and_unaddressed_work_is_no_load(scene: Scene) -> None:
    day = date(2026, 5, 12)
    scene.owe(day, 1, state=ObligationState.ACCEPTED)
    scene.owe(day, 1, state=ObligationState.SUBMITTED)
    scene.owe(day, 1, state=ObligationState.WAIVED)
    scene.owe(day, 1)
    closed = make_directive(scene.ward)
    closed.state = DirectiveState.CLOSED
    closed.save()
    make_obligation(make_requirement(closed, kind=KIND, due_at=at(13, 5)), scene.cells[1])
    make_obligation(make_requirement(make_directive(scene.ward), kind=KIND, due_at=at(13, 5)), scene.idle)
    assert [(load.unit.code, load.duties) for load in scene.radar().worst] == [("CB1", 1)]


def test_ten_members_of_one_duty_are_one_duty_and_ten_rows(scene: Scene) -> None:
    essay = make_requirement(make_directive(scene.ward), due_at=at(11, 5))
    for number in range(3):
        make_obligation(essay, make_member(scene.cells[0], name=f"Nguyễn Văn {'ABC'[number]}"))
    assert [(load.duties, load.rows) for load in scene.radar().worst] == [(1, 3)]


def test_a_draft_without_last_day_has_no_radar(scene: Scene) -> None:
    scene.draft.requirements.update(due_at=None, deadline_phrase="")
    assert scene.radar() is None


def test_like_earlier_requirements_tell_how_long_people_needed(scene: Scene) -> None:
    near = make_requirement(
        make_directive(scene.ward, subject="Phòng cháy, chữa cháy khu dân cư"), kind=KIND, title="Báo cáo phòng cháy"
    )
    for cell, day in zip(scene.cells, (22, 24, 30), strict=True):
        sent = at(day, hour=9)
        times = {"created_at": at(20, hour=8), "first_submitted_at": sent, "submitted_at": sent}
        make_obligation(near, cell, state=ObligationState.SUBMITTED, **times)
    make_obligation(near, scene.idle)
    far = make_requirement(make_directive(scene.ward, subject="Chuyển đổi số"), kind=KIND, title="Báo cáo kinh phí")
    make_obligation(far, scene.idle)
    other_kind = make_requirement(make_directive(scene.ward, subject="Phòng cháy khu dân cư"), title="Phòng cháy")
    alike = scene.radar(at(1, 5)).alike
    assert other_kind.pk not in {one.requirement.pk for one in alike}
    assert [(one.requirement.pk, one.sent, one.on_time, one.judged, one.total, one.median_days) for one in alike] == [
        (near.pk, 3, 2, 4, 4, 4)
    ]


def test_punctuality_is_of_those_whose_deadline_has_passed(scene: Scene) -> None:
    ahead = make_directive(scene.ward, subject="Phòng cháy, chữa cháy khu dân cư")
    near = make_requirement(ahead, kind=KIND, title="Báo cáo phòng cháy", due_at=NOW + timedelta(seconds=1))
    times = {"created_at": at(20, hour=8), "first_submitted_at": at(21, hour=9), "submitted_at": at(21, hour=9)}
    make_obligation(near, scene.cells[0], state=ObligationState.SUBMITTED, **times)
    owed = make_obligation(near, scene.cells[1])
    later = make_obligation(near, scene.cells[2])

    def told() -> tuple[int, int, int, int]:
        (one,) = scene.radar().alike
        return one.sent, one.on_time, one.judged, one.total

    assert told() == (1, 0, 0, 3)
    type(owed).objects.filter(pk=owed.pk).update(due_at=NOW)
    assert told() == (1, 0, 1, 3)
    type(later).objects.filter(pk=later.pk).update(due_at=None)
    type(owed).objects.filter(state=ObligationState.SUBMITTED).update(due_at=NOW)
    assert told() == (1, 1, 2, 3)


@pytest.mark.parametrize(
    ("given_and_sent", "median_days"),
    [
        ([(20, 22), (20, 24)], 3),  # between the two in the middle
        ([(20, 21), (20, 22), (20, 25), (20, 29)], 4),  # 3.5 goes to the even one
        ([(20, 30), (28, 29), (28, 30)], 2),  # the last to send needed the fewest days but one
        ([(20, 20)], 0),
    ],
)
def test_half_of_those_who_sent_had_sent_after_so_many_days(scene: Scene, given_and_sent, median_days: int) -> None:
    near = make_requirement(
        make_directive(scene.ward, subject="Phòng cháy, chữa cháy khu dân cư"), kind=KIND, title="Báo cáo phòng cháy"
    )
    for given, sent in given_and_sent:
        times = {
            "created_at": at(given, hour=8),
            "first_submitted_at": at(sent, hour=9),
            "submitted_at": at(sent, hour=9),
        }
        make_obligation(near, make_unit(scene.ward), state=ObligationState.SUBMITTED, **times)
    make_obligation(near, scene.idle)
    (alike,) = scene.radar().alike
    assert (alike.sent, alike.total, alike.median_days) == (len(given_and_sent), len(given_and_sent) + 1, median_days)


@pytest.mark.parametrize("more", [0, 2])
def test_the_radar_costs_the_same_for_more_work(scene: Scene, more: int, django_assert_num_queries) -> None:
    for _ in range(more + 1):
        scene.owe(date(2026, 5, 12), 1, 2, 3, subject="Phòng cháy khu dân cư")
    preview = preview_issue(directive=scene.draft, at=NOW)
    radar_of(preview, user=scene.office, at=NOW)
    with django_assert_num_queries(3):
        radar_of(preview, user=scene.office, at=NOW)


def test_the_preview_says_it_in_a_sentence(scene: Scene) -> None:
    scene.owe(date(2026, 5, 12), 1, 2)
    client = Client()
    client.force_login(scene.office, backend="units.backends.AccountBackend")
    page = client.get(reverse("directives:preview", args=[scene.draft.pk])).content.decode()
    assert "2/3 đơn vị được giao đang nợ việc khác quanh ngày cuối, nơi nhiều nhất 1 việc" in page
    assert f"7 ngày trước và sau {scene.radar().last_days_words}." in page


def test_the_days_the_radar_looks_around_are_named(scene: Scene) -> None:
    radar = replace(scene.radar(), last_days=(date(2026, 4, 27), date(2026, 5, 5), date(2026, 5, 12)))
    assert radar.last_days_words == "27/4/2026, 05/5/2026 và 12/5/2026"
    assert replace(radar, last_days=radar.last_days[:1]).last_days_words == "27/4/2026"
