"""A secretary asks for a later day or an exemption; the office answers; what was handed in meanwhile asks no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import ObligationState, PetitionKind, PetitionState
from directives.errors import DeadlineRefused, IllegalMove
from directives.history import history_of
from directives.models import Obligation, Petition
from directives.services import petitions
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = at(26, hour=8)


class Scene:
    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.essay = make_requirement(make_directive(self.ward))
        self.owed = make_obligation(self.essay, make_member(self.unit, name="Nguyễn Văn An"))
        self.secretary = make_user(Role.SECRETARY, self.unit)
        self.office = make_user(Role.OFFICE, self.ward)

    def ask(self, kind: str = PetitionKind.EXTEND, **said: object) -> Petition:
        day = at(3, 5) if kind == PetitionKind.EXTEND else None
        facts = {"obligation": self.owed, "proposed_due_at": day, "reason": "Đi công tác", "at": NOW, **said}
        return petitions.ask(kind=kind, by=self.secretary, **facts)

    def stored(self) -> Obligation:
        return Obligation.objects.get(pk=self.owed.pk)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_history_of_the_duty_tells_what_was_asked_answered_and_told_by_letter(scene) -> None:
    petition = scene.ask()
    petitions.grant(petition=petition, new_due_at=at(1, 5), answer="Chỉ đến 30/4", by=scene.office, at=at(26, hour=9))
    petitions.refuse(
        petition=scene.ask(PetitionKind.WAIVE, at=at(26, hour=10)),
        answer="Không có lý do",
        by=scene.office,
        at=at(26, hour=11),
    )
    scene.owed.change_notices.filter(kind="MOVED").update(told_at=at(26, hour=16))

    told = [
        (event.at.astimezone(VIETNAM).hour, event.what.replace("\N{NO-BREAK SPACE}", " "), event.who, event.note)
        for event in history_of(scene.owed, with_log=False)
    ]

    asker, office = str(scene.secretary), str(scene.office)
    assert (8, "Xin gia hạn đến hết thứ Bảy ngày 02/5/2026", asker, "Đi công tác") in told
    assert (9, "Đồng ý: xin gia hạn, đến hết thứ Năm ngày 30/4/2026", office, "Chỉ đến 30/4") in told
    assert (10, "Xin miễn", asker, "Đi công tác") in told
    assert (11, "Không đồng ý: xin miễn", office, "Không có lý do") in told
    assert [event[1] for event in told if event[0] == 16] == [
        "Gửi thư báo hạn đã đổi, nay đến hết thứ Năm ngày 30/4/2026"
    ]
    with_log = [event.what for event in history_of(scene.owed, with_log=True)]
    assert len([what for what in with_log if "gia hạn" in what.lower()]) == 3  # asked, answered, extended: each once


def test_the_work_heads_the_page_of_a_duty(scene) -> None:
    client = Client()
    client.force_login(scene.secretary)
    page = client.get(reverse("directives:obligation", args=[scene.owed.pk])).content.decode()
    assert f"<h1>{scene.owed.title}</h1>" in page
    who = '<strong>Nguyễn Văn An</strong> <span class="second small">1970</span>'
    assert f"{who}, {scene.unit}; theo" in page


def test_another_day_than_the_proposed_one_may_be_granted(scene) -> None:
    petition = scene.ask()
    assert scene.stored().due_at == at(28)  # asking moves nothing

    petitions.grant(petition=petition, new_due_at=at(1, 5), answer="Chỉ đến 30/4", by=scene.office, at=NOW)

    petition.refresh_from_db()
    assert (petition.state, petition.granted_due_at, petition.decided_by) == ("GRANTED", at(1, 5), scene.office)
    assert scene.stored().due_at == at(1, 5)
    assert [e.old_due_at for e in scene.stored().extensions.all()] == [at(28)]
    names = set(AuditEntry.objects.values_list("action", flat=True))
    assert names == {"petition.ask", "petition.grant", "obligation.extend"}
    with pytest.raises(IllegalMove):
        petitions.refuse(petition=petition, answer="Muộn", by=scene.office, at=NOW)


def test_an_exemption_from_one_duty_is_asked_and_granted_the_same_way(scene) -> None:
    petition = scene.ask(PetitionKind.WAIVE)
    petitions.grant(petition=petition, new_due_at=None, answer="", by=scene.office, at=NOW)
    assert (scene.stored().state, scene.stored().waiver_reason) == (ObligationState.WAIVED, "DECIDED")


def test_a_refusal_needs_its_reason_and_changes_no_deadline(scene) -> None:
    petition = scene.ask()
    with pytest.raises(DeadlineRefused):
        petitions.refuse(petition=petition, answer=" ", by=scene.office, at=NOW)
    petitions.refuse(petition=petition, answer="Đã gia hạn một lần", by=scene.office, at=NOW)
    assert (Petition.objects.get().state, scene.stored().due_at) == ("REFUSED", at(28))
    assert AuditEntry.objects.filter(action="petition.refuse").count() == 1
    assert scene.ask().state == PetitionState.OPEN  # asked anew, with better reasons


REFUSED = [
    ({"reason": " "}, "Ghi lý do"),
    ({"proposed_due_at": at(28)}, r"phải sau hạn đang có \(27/4/2026\)"),
    ({"proposed_due_at": NOW, "at": NOW}, "đã qua"),
    ({"proposed_due_at": None}, "Chọn ngày"),
]


@pytest.mark.parametrize(("said", "sentence"), REFUSED)
def test_what_makes_no_sense_is_not_asked(scene, said, sentence) -> None:
    with pytest.raises(DeadlineRefused, match=sentence):
        scene.ask(**said)
    assert not Petition.objects.exists()


def test_one_request_waits_at_a_time_and_what_is_handed_in_asks_no_more(scene) -> None:
    scene.ask()
    with pytest.raises(DeadlineRefused, match="đang chờ trả lời"):
        scene.ask()
    other = make_obligation(scene.essay, make_member(scene.unit, name="Trần Thị Bình"))
    waits = scene.ask(obligation=other)

    hand_in_one(scene.owed, received_at=NOW + timedelta(hours=1))

    assert dict(Petition.objects.values_list("obligation", "state")) == {scene.owed.pk: "DROPPED", other.pk: "OPEN"}
    assert list(Petition.objects.waiting(NOW)) == [waits]
    with pytest.raises(DeadlineRefused, match="không còn nợ"):
        scene.ask()


def test_from_the_secretary_s_page_to_the_office_s_answer_and_back(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    foreign = make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))
    clients = {name: Client() for name in ("secretary", "office", "foreign")}
    for name, user in (("secretary", scene.secretary), ("office", scene.office), ("foreign", foreign)):
        clients[name].force_login(user, backend="units.backends.AccountBackend")
    duty = reverse("directives:obligation", args=[scene.owed.pk])
    where = reverse("directives:petition", args=[scene.owed.pk])
    part = reverse("directives:unit_part", args=[scene.owed.requirement_id, scene.owed.unit_id])
    assert where in clients["secretary"].get(duty).content.decode()
    asked, looked = (clients[name].get(part).content.decode() for name in ("secretary", "office"))
    assert (where in asked, where in looked) == (True, False)
    paper = reverse("directives:directive", args=[scene.owed.requirement.directive_id])
    assert (f'href="{reverse("directives:my_work")}">' in asked, f'href="{paper}">' in looked) == (True, True)
    assert ("Việc của chi bộ" in asked, "Việc của chi bộ" in looked) == (True, False)
    assert where not in clients["office"].get(duty).content.decode()

    missing = clients["secretary"].post(where, {"kind": "EXTEND", "reason": "Đi công tác"})
    assert (missing.status_code, "Đi công tác" in missing.content.decode()) == (422, True)
    sent = {"kind": "EXTEND", "last_day": "2/5/2026", "reason": "Đi công tác"}
    assert clients["secretary"].post(where, sent).status_code == 302

    petition = Petition.objects.get()
    answer_page = reverse("directives:petition_answer", args=[petition.pk])
    assert answer_page in clients["office"].get(reverse("directives:petitions")).content.decode()
    told = [clients[name].get(duty).content.decode() for name in ("office", "secretary")]
    assert [answer_page in page for page in told] == [True, False]  # the duty's own page leads to the answer
    assert answer_page not in clients["foreign"].get(reverse("directives:petitions")).content.decode()
    assert clients["foreign"].post(answer_page, {"dong_y": "1", "last_day": "2/5/2026"}).status_code == 404
    assert 'value="02/5/2026"' in clients["office"].get(answer_page).content.decode()
    assert clients["office"].post(answer_page, {"khong": "1", "answer": ""}).status_code == 422
    home = clients["office"].get(reverse("reports:office_home")).content.decode()
    assert "xin gia hạn, xin miễn chờ trả lời" in home
    done = clients["office"].post(answer_page, {"dong_y": "1", "last_day": "1/5/2026", "answer": "Đến 1/5"})
    assert done.status_code == 302
    assert "Đến 1/5" in clients["secretary"].get(duty).content.decode()
    assert scene.stored().due_at == at(2, 5)


def test_the_queue_is_narrowed_by_kind_and_by_name_or_unit_and_tells_what_was_answered(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    school = make_unit(scene.ward, name="Chi bộ Trường THCS Phúc Lợi", code="THCS")
    owed = [make_obligation(scene.essay, make_member(school, name=name)) for name in ("Lê Thị Hoa", "Đỗ Văn Hùng")]
    extend, waive, refused = scene.ask(), *(scene.ask(PetitionKind.WAIVE, obligation=one) for one in owed)
    petitions.refuse(petition=refused, answer="Vẫn phải viết", by=scene.office, at=NOW)
    client = Client()
    client.force_login(scene.office, backend="units.backends.AccountBackend")

    def shown(query: str) -> tuple[set[int], list[int]]:
        found = client.get(reverse("directives:petitions") + query).context
        return {one.pk for one in found["page_obj"]}, [count for *_, count in found["chips"]]

    assert shown("") == ({extend.pk, waive.pk}, [2, 1, 1])
    assert shown("?loai=mien") == ({waive.pk}, [2, 1, 1])
    assert shown("?q=nguyen+van+an") == ({extend.pk}, [1, 1, 0])
    assert shown("?q=truong+thcs&loai=gia-han") == (set(), [1, 0, 1])
    assert shown("?xem=da-tra-loi&q=hùng") == ({refused.pk}, [1, 0, 1])
    assert shown("?loai=khac") == ({extend.pk, waive.pk}, [2, 1, 1])
    answered = client.get(reverse("directives:petitions") + "?xem=da-tra-loi").content.decode()
    assert ("Không đồng ý" in answered, "Vẫn phải viết" in answered, str(scene.office) in answered) == (True,) * 3


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_asks_a_fixed_number_of_questions(scene, number, django_assert_num_queries) -> None:
    for _ in range(number):
        scene.ask(obligation=make_obligation(scene.essay, make_member(scene.unit)))
    client = Client()
    client.force_login(scene.office, backend="units.backends.AccountBackend")
    client.get(reverse("directives:petitions"))
    with django_assert_num_queries(9):
        assert len(client.get(reverse("directives:petitions")).context["page_obj"]) == number


@pytest.mark.parametrize(("day", "waiting"), [(26, 1), (27, 0)])
def test_what_a_dissolved_unit_asked_for_waits_no_more(scene, time_machine, day, waiting) -> None:
    """From the day it exists no longer nobody owes anything there, so nothing is left to grant (27/4, inclusive)."""
    scene.ask()
    scene.unit.closed_on = date(2026, 4, 27)
    scene.unit.save()
    time_machine.move_to(at(day, hour=9), tick=False)
    client = Client()
    client.force_login(scene.office)
    assert client.get(reverse("directives:petitions")).context["waiting"] == waiting
    assert client.get(reverse("reports:office_home")).context["petitions"] == waiting
