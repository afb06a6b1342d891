"""The history of a duty tells what was handed in, replaced, returned and accepted, to whoever may see the rounds."""

import pytest
from django.test import Client
from django.urls import reverse

from directives.history import Event, history_of
from directives.models import Obligation
from submissions.services.reviewing import accept, return_for_revision
from submissions.services.taking_back import take_back_acceptance
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User
from vietnamese.dates import local_day

pytestmark = pytest.mark.django_db


class Scene:
    """An essay handed in twice, returned, corrected and accepted."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward)
        self.office = make_user(Role.OFFICE, self.ward, name="Phạm Thu Hằng")
        self.secretary = make_user(Role.SECRETARY, self.cell, name="Trần Văn Bảy")
        self.duty = make_obligation(make_requirement(make_directive(self.ward)), make_member(self.cell))
        self.codes = [self.hand_in(20), self.hand_in(21)]
        second = self.duty.submission.current
        return_for_revision(version=second, reason="Bí mật", fix_by=at(30), decided_by=self.office, at=at(22))
        self.codes.append(self.hand_in(23))
        self.last = Obligation.objects.get(pk=self.duty.pk).submission.current
        accept(version=self.last, decided_by=self.office, at=at(24))

    def hand_in(self, day: int) -> str:
        version = hand_in_one(self.duty, by=self.secretary, received_at=at(day))
        self.duty = Obligation.objects.get(pk=self.duty.pk)
        return version.deposit.code

    def told(self, reader: User) -> list[tuple[int, str, str]]:
        return [(local_day(event.at).day, event.what, event.note) for event in self.events(reader)]

    def events(self, reader: User) -> list[Event]:
        events = history_of(self.duty, with_log=False, reader=reader)
        return [event for event in events if event.what != "Giao việc"]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_rounds_stand_in_the_history_of_the_duty(scene) -> None:
    first, second, third = (f"Phiếu tiếp nhận {code}" for code in scene.codes)
    expected = [
        (20, "Nộp", first),
        (21, "Nộp bản khác, thay lần 1", second),
        (22, "Trả lại lần 2", ""),
        (23, "Nộp lại, lần 3", third),
        (24, "Duyệt lần 3", ""),
    ]
    assert scene.told(scene.secretary) == scene.told(scene.office) == expected
    who = [event.who for event in scene.events(scene.secretary)]
    handed_in = scene.duty.submission.current.handed_in_by.partition(" lúc ")[0]
    assert [one.partition(" lúc ")[0] for one in who] == [
        handed_in, handed_in, "Phạm Thu Hằng", handed_in, "Phạm Thu Hằng"
    ]  # fmt: skip


def test_who_may_not_see_the_answer_reads_nothing_of_it(scene) -> None:
    stranger = make_user(Role.SECRETARY, make_unit(scene.ward))
    assert scene.told(stranger) == []


def test_the_page_of_the_secretary_shows_them(scene, time_machine) -> None:
    time_machine.move_to(at(25), tick=False)
    client = Client()
    client.force_login(scene.secretary, backend="units.backends.AccountBackend")
    page = client.get(reverse("directives:obligation", args=[scene.duty.pk])).content.decode()
    for what in ("Nộp", "Nộp bản khác, thay lần 1", "Trả lại lần 2", "Nộp lại, lần 3", "Duyệt lần 3"):
        assert f"<strong>{what}</strong>" in page
    assert page.index("Giao việc") < page.index("<strong>Trả lại lần 2</strong>") < page.index("Duyệt lần 3")
    assert "Bí mật" not in page


def test_an_acceptance_taken_back_stays_told(scene) -> None:
    take_back_acceptance(
        submission=scene.last.submission, decision=scene.last.decision.pk, reason="Nhầm", by=scene.office, at=at(25)
    )
    assert [(day, what) for day, what, _ in scene.told(scene.secretary)][-2:] == [
        (24, "Duyệt lần 3"),
        (25, "Thu hồi tiếp nhận lần 3"),
    ]
