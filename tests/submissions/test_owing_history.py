"""Who owed at past instants, through rounds of handing in, returning, withdrawing: what was true live is rebuilt exactly.

Not here: single stored instants, extensions, ends of papers (`tests/directives/test_owing.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from directives.models import Obligation, ObligationSpan
from directives.services.deadlines import waive
from submissions.models import Submission
from submissions.services.reviewing import accept, return_for_revision
from submissions.services.taking_back import take_back_acceptance
from submissions.services.withdrawing import withdraw
from tests.factories.directives import DUE_AT, at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Story:
    """One essay; each act is carried out at its instant, and what was owed is asked live around every act."""

    def __init__(self) -> None:
        self.cell = make_unit(make_ward())
        self.officer = make_user(Role.OFFICE, self.cell.ward)
        member = make_member(self.cell)
        self.secretary = make_user(Role.SECRETARY, self.cell, email="bithu@x.vn")
        self.row = make_obligation(make_requirement(make_directive(self.cell.ward)), member)
        self.version = None
        self.live: dict[datetime, dict[int, datetime]] = {}

    def ask(self, moment: datetime) -> None:
        self.live[moment] = dict(Obligation.objects.owing(moment).values_list("pk", "owed_due_at"))

    def act(self, moment: datetime, deed: Callable[[datetime], object]) -> None:
        self.ask(moment - SECOND)
        deed(moment)
        self.ask(moment)
        self.ask(moment + SECOND)

    def send(self, moment: datetime) -> None:
        self.version = hand_in_one(Obligation.objects.get(), by=self.secretary, received_at=moment)

    def return_until(self, fix_by: datetime) -> Callable[[datetime], object]:
        return lambda moment: return_for_revision(
            version=self.version, reason="Thiếu chữ ký", fix_by=fix_by, decided_by=self.officer, at=moment
        )

    def accept(self, moment: datetime) -> None:
        accept(version=self.version, decided_by=self.officer, at=moment)

    def withdraw(self, moment: datetime) -> None:
        withdraw(version=self.version, reason="Nộp nhầm", by=self.secretary, at=moment)

    def rebuilt(self) -> dict[datetime, dict[int, datetime]]:
        return {
            moment: dict(Obligation.objects.owing_then(moment).values_list("pk", "owed_due_at")) for moment in self.live
        }


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_paper_returned_twice_and_replaced_before_its_review(story: Story) -> None:
    story.act(at(22, hour=9), story.send)
    story.act(at(23, hour=10), story.return_until(at(30)))
    story.act(at(24, hour=9), story.send)
    story.act(at(24, hour=11), story.send)  # replaces it before anybody looked
    story.act(at(25, hour=10), story.return_until(at(4, 5)))
    story.act(at(26, hour=9), story.send)
    story.act(at(26, hour=15), story.accept)
    assert story.rebuilt() == story.live
    key = story.row.pk
    assert story.live[at(22, hour=9) - SECOND] == {key: DUE_AT}
    assert story.live[at(23, hour=10)] == {key: at(30)}  # the span to correct is longer than the deadline
    assert story.live[at(24, hour=10) - timedelta(hours=1)] == {}
    assert story.live[at(25, hour=10)] == {key: at(4, 5)}
    spans = list(ObligationSpan.objects.values_list("kind", "since", "until", "fix_by"))
    assert spans == [
        ("RETURNED", at(23, hour=10), at(24, hour=9), at(30)),
        ("RETURNED", at(25, hour=10), at(26, hour=9), at(4, 5)),
    ]


def test_a_paper_withdrawn_after_a_return_and_before_any(story: Story) -> None:
    story.act(at(22, hour=9), story.send)
    story.act(at(22, hour=14), story.withdraw)
    story.act(at(23, hour=9), story.send)
    story.act(at(23, hour=15), story.return_until(at(30)))
    story.act(at(24, hour=9), story.send)
    story.act(at(24, hour=16), story.withdraw)
    story.act(at(25, hour=9), story.send)
    assert story.rebuilt() == story.live
    assert list(ObligationSpan.objects.values_list("kind", "since", "until")) == [
        ("HANDED_IN", at(22, hour=9), at(22, hour=14)),
        ("RETURNED", at(23, hour=15), at(24, hour=9)),
        ("RETURNED", at(24, hour=16), at(25, hour=9)),
    ]


def test_one_returned_and_never_sent_again_owes_until_it_is_waived(story: Story) -> None:
    story.act(at(22, hour=9), story.send)
    story.act(at(23, hour=10), story.return_until(at(30)))

    def release(moment: datetime) -> None:
        waive(obligation=Obligation.objects.get(), note="Đi biệt phái", by=story.officer, at=moment)

    story.act(at(24, hour=10), release)
    assert story.rebuilt() == story.live
    assert story.live[at(24, hour=10) - SECOND] == {story.row.pk: at(30)}
    assert story.live[at(24, hour=10)] == {}


def test_one_returned_and_waived_owed_until_then_whatever_came_voluntarily_later(story: Story) -> None:
    story.act(at(22, hour=9), story.send)
    story.act(at(23, hour=10), story.return_until(at(30)))

    def release(moment: datetime) -> None:
        waive(obligation=Obligation.objects.get(), note="Đi biệt phái", by=story.officer, at=moment)

    story.act(at(24, hour=10), release)
    story.act(at(25, hour=9), story.send)
    story.act(at(25, hour=11), story.send)
    story.act(at(25, hour=15), story.return_until(at(28)))
    story.act(at(26, hour=9), story.send)
    story.act(at(26, hour=10), story.withdraw)
    assert story.rebuilt() == story.live
    assert story.live[at(24, hour=10) - SECOND] == {story.row.pk: at(30)}
    assert list(ObligationSpan.objects.values_list("kind", "since", "until", "fix_by")) == [
        ("RETURNED", at(23, hour=10), at(24, hour=10), at(30))
    ]


def test_an_acceptance_taken_back_before_the_waiver_left_nothing_to_correct(story: Story) -> None:
    story.act(at(22, hour=9), story.send)
    story.act(at(23, hour=10), story.accept)

    def take_back(moment: datetime) -> None:
        submission = Submission.objects.get()
        decision = submission.current.decision.pk
        take_back_acceptance(submission=submission, decision=decision, reason="Nhầm bài", by=story.officer, at=moment)

    def release(moment: datetime) -> None:
        waive(obligation=Obligation.objects.get(), note="Đi biệt phái", by=story.officer, at=moment)

    story.act(at(23, hour=11), take_back)
    story.act(at(24, hour=10), release)
    story.act(at(25, hour=9), story.send)
    assert story.rebuilt() == story.live
    assert set(map(len, story.live.values())) == {0, 1}
    assert [one.kind for one in ObligationSpan.objects.all()] == ["ACCEPTED"]
