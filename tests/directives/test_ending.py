"""Closing, reopening, revoking a directive; the instant from which a requirement takes nothing: states, figures, doors."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Obligation
from directives.services.deadlines import extend_deadline
from directives.services.ending import close_directive, reopen_directive, revoke_directive, set_closing
from directives.services.issuing import issue_directive
from reminders.planning import plan
from reports.figures import collect
from submissions.choices import Door
from submissions.errors import Closed
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
NOW = at(27, hour=8)
WORKING_DAY = at(24, hour=8)  # the last one before the last day: 27/4 is a day off
DAY_AFTER = at(28, hour=8)  # a working day with a step of the ladder, when the directive has ended
SECOND = timedelta(seconds=1)


class Scene:
    """An essay before 28/4 owed by An (who has an address), handed in by Bình."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward)
        self.directive = make_directive(self.ward, number=53)
        self.essay = make_requirement(self.directive)
        self.an = make_obligation(self.essay, make_member(self.unit, name="Nguyễn Văn An", email="an@phuong.example"))
        self.binh = make_obligation(
            self.essay, make_member(self.unit, name="Trần Thị Bình"), state=ObligationState.SUBMITTED
        )

    def reminded(self, day: datetime = DAY_AFTER) -> set[str]:
        return {letter.person.address for letter in plan(ward=self.ward, at=day).letters}

    def close(self, reason: str = "Đã tổng kết"):
        return close_directive(directive=self.directive, reason=reason, by=None, at=NOW)

    def revoke(self, **said: object):
        facts = {"revoked_by": None, "revoking_paper": "Công văn số 75-CV/ĐU", "reason": "Trùng", **said}
        return revoke_directive(directive=self.directive, by=None, at=NOW, **facts)

    def states(self) -> list[str]:
        return [Obligation.objects.get(pk=one.pk).state for one in (self.an, self.binh)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_closed_directive_reminds_and_takes_nothing_and_keeps_what_was_open(scene) -> None:
    assert scene.reminded() == {"an@phuong.example"}
    with pytest.raises(DeadlineRefused, match="Còn 1 việc chưa xong"):
        scene.close(" ")

    directive = scene.close()

    assert (directive.state, directive.ended_at, directive.end_reason) == (DirectiveState.CLOSED, NOW, "Đã tổng kết")
    assert scene.states() == ["PENDING", "SUBMITTED"]
    assert scene.reminded() == set()
    with pytest.raises(Closed):
        hand_in_one(scene.an, received_at=NOW)
    assert '"left":1' in AuditEntry.objects.get(action="directive.close").detail.replace(" ", "")
    with pytest.raises(IllegalMove):
        issue_directive(directive=scene.directive, by=None, at=NOW)
    with pytest.raises(IllegalMove):
        scene.close()


def test_a_reopened_one_runs_again(scene) -> None:
    with pytest.raises(IllegalMove):
        reopen_directive(directive=scene.directive, reason="Nhầm", by=None, at=NOW)
    scene.close()
    with pytest.raises(DeadlineRefused):
        reopen_directive(directive=scene.directive, reason="", by=None, at=NOW)

    reopen_directive(directive=scene.directive, reason="Còn nhận thêm", by=None, at=NOW)

    assert scene.reminded() == {"an@phuong.example"}
    assert hand_in_one(scene.an, received_at=NOW).number == 1
    assert AuditEntry.objects.filter(action="directive.reopen").count() == 1


def test_revoking_waives_what_is_open_keeps_what_was_sent_and_names_the_paper(scene) -> None:
    before = collect(at=NOW - SECOND, directive=scene.directive).total
    later = make_directive(scene.ward, number=75, issued_on=date(2026, 4, 26))

    scene.revoke(revoked_by=later, revoking_paper="")

    assert scene.states() == ["WAIVED", "SUBMITTED"]
    an = Obligation.objects.get(pk=scene.an.pk)
    assert (an.waiver_reason, an.waiver_note, an.waived_at) == (
        WaiverReason.WITHDRAWN, "Thu hồi theo 75-CV/ĐU ngày 26/4/2026", NOW,
    )  # fmt: skip
    assert scene.reminded() == set()
    assert collect(at=NOW, directive=scene.directive).total.waived == 1
    assert before.waived == 0
    assert '"waived":1' in AuditEntry.objects.get(action="directive.revoke").detail.replace(" ", "")
    for verb in (scene.revoke, scene.close):
        with pytest.raises(IllegalMove):
            verb()


@pytest.mark.parametrize("said", [{"reason": " "}, {"revoking_paper": " "}])
def test_revoking_needs_a_reason_and_a_paper(scene, said) -> None:
    with pytest.raises(DeadlineRefused):
        scene.revoke(**said)
    assert scene.states() == ["PENDING", "SUBMITTED"]


def test_only_an_issued_paper_of_the_ward_revokes(scene) -> None:
    foreign = make_directive(make_ward(name="Việt Hưng", code="VH"))
    draft = make_directive(scene.ward, state=DirectiveState.DRAFT)
    for paper in (foreign, draft, scene.directive):
        with pytest.raises(IllegalMove):
            scene.revoke(revoked_by=paper)


@pytest.mark.parametrize("door", Door.values)
def test_every_door_shuts_at_the_closing_instant_and_not_a_second_before(scene, door) -> None:
    closing = at(30, hour=17)
    set_closing(requirement=scene.essay, closes_at=closing, by=None, at=NOW)
    longer = make_obligation(scene.essay, make_member(scene.unit, name="Lê Văn Cường"))
    extend_deadline(obligation=longer, new_due_at=at(3, 5), reason="Ốm", by=None, at=NOW)
    last = make_obligation(scene.essay, make_member(scene.unit, name="Hồ Văn Dân"))

    with pytest.raises(Closed, match="Đã đóng nhận bài từ 17:00 ngày 30/4/2026"):
        hand_in_one(scene.an, received_at=closing, door=door)
    assert hand_in_one(last, received_at=closing - SECOND, door=door).timeliness == "LATE"
    with pytest.raises(Closed):
        hand_in_one(longer, received_at=at(3, 5), door=door)
    assert hand_in_one(longer, received_at=at(3, 5) - SECOND, door=door).timeliness == "ON_TIME"


def test_a_closing_before_the_deadline_or_in_the_past_is_refused(scene) -> None:
    with pytest.raises(DeadlineRefused, match="trước khi hết hạn"):
        set_closing(requirement=scene.essay, closes_at=at(28) - SECOND, by=None, at=NOW)
    with pytest.raises(DeadlineRefused, match="đã qua"):
        set_closing(requirement=scene.essay, closes_at=at(28), by=None, at=at(28))
    assert set_closing(requirement=scene.essay, closes_at=at(28), by=None, at=NOW).closes_at == at(28)
    assert set_closing(requirement=scene.essay, closes_at=None, by=None, at=NOW).closes_at is None
    assert AuditEntry.objects.filter(action="requirement.set_closing").count() == 2


def test_the_pages_count_first_and_say_in_words_what_holds(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client = Client()
    client.force_login(make_user(Role.ADMIN, scene.ward), backend="units.backends.AccountBackend")

    def go(name: str, key: int, **said: str):
        where = reverse(f"directives:{name}", args=[key])
        return client.post(where, said) if said else client.get(where)

    paper = scene.directive.pk
    answer = go("closing", scene.essay.pk, closes_hour="17:00")
    assert (answer.status_code, "hãy ghi cả ngày" in answer.content.decode()) == (422, True)
    assert go("closing", scene.essay.pk, closes_on="30/4/2026", closes_hour="17:00").status_code == 302
    assert "Đóng nhận bài từ 17:00, thứ Năm ngày 30/4/2026" in go("directive", paper).content.decode()
    question = go("close", paper).content.decode()
    assert "Còn <strong>1 việc chưa xong</strong>" in question
    assert go("close", paper, reason="Đã tổng kết").status_code == 302
    assert "Đã tổng kết" in go("directive", paper).content.decode()
    assert go("reopen", paper, reason="").status_code == 422
    assert go("reopen", paper, reason="Còn nhận thêm").status_code == 302
    assert go("revoke", paper, reason="Trùng").status_code == 422
    later = make_directive(scene.ward, number=75)
    assert go("revoke", paper, reason="Trùng", revoked_by=str(later.pk)).status_code == 302
    shown = go("directive", paper).content.decode()
    assert reverse("directives:directive", args=[later.pk]) in shown
    assert reverse("directives:directive", args=[paper]) in go("directive", later.pk).content.decode()
