"""Asking for a correction, the office's answer, what it changes, who is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from outbox.models import Notice, OutgoingMail
from privacy.choices import Fact, RequestState
from privacy.errors import AlreadyDecided, CorrectionRefused
from privacy.models import CorrectionRequest
from privacy.services.corrections import ask_correction, decide_correction
from tests.factories.directives import at
from tests.factories.units import appoint, make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import Appointment

pytestmark = pytest.mark.django_db


class Scene:
    """A member with an account, his office, his secretary."""

    def __init__(self) -> None:
        self.ward = make_ward()
        unit = self.unit = make_unit(self.ward)
        make_member(unit, name="Lê Thị Hòa", email="hoa@phuong.example")
        self.member = make_member(unit, name="Nguyễn Thị Thuỷ", birth_year=1970, phone="0912")
        self.user, self.office = make_user(member=self.member), make_user(Role.OFFICE, self.ward)
        self.secretary = make_user(Role.SECRETARY, unit)

    def ask(self, fact: str, proposed: str) -> CorrectionRequest:
        return ask_correction(member=self.member, fact=fact, proposed=proposed, reason="", by=self.user, at=at(24))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_answer_is_on_the_bell_of_who_asked_and_opens_the_request(scene, client) -> None:
    agreed, refused = scene.ask(Fact.BIRTH_YEAR, "1971"), scene.ask(Fact.PHONE, "0913")
    decide_correction(asked=agreed, agree=True, answer="", by=scene.office, at=at(25))
    decide_correction(asked=refused, agree=False, answer="Số này của người khác.", by=scene.office, at=at(25, hour=1))
    told = [(one.user, one.title, one.text, one.url) for one in Notice.objects.order_by("pk")]
    assert told == [
        (
            scene.user,
            "Đã đồng ý: sửa năm sinh của Nguyễn Thị Thuỷ",
            "Danh bạ nay ghi “1971”.",
            reverse("privacy:correction", args=[agreed.pk]),
        ),
        (
            scene.user,
            "Không đồng ý: sửa số điện thoại của Nguyễn Thị Thuỷ",
            "Số này của người khác.",
            reverse("privacy:correction", args=[refused.pk]),
        ),
    ]
    client.force_login(scene.user)
    assert client.get(told[0][3]).status_code == 200


def test_the_office_reads_of_whom_it_is_and_the_history_says_it_in_words(scene, client) -> None:
    asked = scene.ask(Fact.FULL_NAME, "Nguyễn Thị Thuỳ")
    client.force_login(scene.office)
    of_whom = f"sinh năm 1970, {scene.unit.name}"
    queue = client.get(reverse("privacy:corrections")).content.decode()
    assert f"Sinh{of_whom.removeprefix('sinh')}" in queue
    assert of_whom in client.get(reverse("privacy:correction", args=[asked.pk])).content.decode()
    done = client.post(reverse("privacy:decide", args=[asked.pk]), {"decision": "dong-y", "answer": ""}, follow=True)
    assert "Đã sửa danh bạ thành “Nguyễn Thị Thuỳ” và trả lời" in done.content.decode()
    history = client.get(reverse("units:member", args=[scene.member.pk])).content.decode()
    assert "Thông tin: Họ và tên (cách viết)" in history
    assert "FULL_NAME" not in history


@pytest.mark.parametrize(
    ("fact", "proposed", "field", "kept"),
    [
        (Fact.FULL_NAME, "Nguyễn Thị Thuỳ", "full_name", "Nguyễn Thị Thuỳ"),
        (Fact.BIRTH_YEAR, "1971", "birth_year", 1971),
        (Fact.EMAIL, "thuy@phuong.example", "email", "thuy@phuong.example"),
        (Fact.PHONE, "0912 345 678", "phone", "0912 345 678"),
    ],
)
def test_a_simple_fact_is_corrected_at_once_and_the_asker_is_told(scene, fact, proposed, field, kept) -> None:
    asked = scene.ask(fact, proposed)
    decided = decide_correction(asked=asked, agree=True, answer="", by=scene.office, at=at(25))
    scene.member.refresh_from_db()
    assert getattr(scene.member, field) == kept
    assert (decided.state, decided.is_applied, decided.decided_by) == (RequestState.ACCEPTED, True, scene.office)
    mail = OutgoingMail.objects.get(kind="privacy.correction")
    assert mail.to_address == scene.user.email
    assert "Danh bạ đã được sửa" in mail.text
    assert AuditEntry.objects.get(action="member.change").actor_id == str(scene.office.pk)
    entry = AuditEntry.objects.get(action="privacy.decide_correction")
    assert entry.data == {"request": asked.pk, "fact": fact, "agreed": True, "applied": True}


def test_a_value_that_cannot_stand_any_more_decides_nothing(scene) -> None:
    asked = scene.ask(Fact.EMAIL, "chung@phuong.example")
    make_member(scene.unit, name="Lê Thị Lan", email="chung@phuong.example")
    with pytest.raises(CorrectionRefused, match="đã ghi cho Lê Thị Lan"):
        decide_correction(asked=asked, agree=True, answer="", by=scene.office, at=at(25))
    asked.refresh_from_db()
    assert (asked.state, asked.is_applied) == (RequestState.OPEN, False)


def test_the_name_is_found_under_its_new_spelling(scene) -> None:
    decide_correction(
        asked=scene.ask(Fact.FULL_NAME, "Nguyễn Thị Bích Thuỷ"), agree=True, answer="", by=scene.office, at=at(25)
    )
    scene.member.refresh_from_db()
    assert scene.member.folded == "nguyen thi bich thuy"


def test_a_dated_fact_is_left_to_the_roster(scene) -> None:
    decided = decide_correction(
        asked=scene.ask(Fact.POSITION, "Phó bí thư"), agree=True, answer="Đã ghi.", by=scene.office, at=at(25)
    )
    assert not decided.is_applied


def test_a_refusal_needs_a_reason_and_changes_nothing(scene) -> None:
    asked = scene.ask(Fact.BIRTH_YEAR, "1971")
    with pytest.raises(CorrectionRefused):
        decide_correction(asked=asked, agree=False, answer=" ", by=scene.office, at=at(25))
    decide_correction(asked=asked, agree=False, answer="Lý lịch ghi 1970.", by=scene.office, at=at(25))
    scene.member.refresh_from_db()
    assert scene.member.birth_year == 1970
    assert "Lý lịch ghi 1970." in OutgoingMail.objects.get().text
    with pytest.raises(AlreadyDecided):
        decide_correction(asked=asked, agree=True, answer="", by=scene.office, at=at(26))


@pytest.mark.parametrize(
    ("fact", "proposed"),
    [
        (Fact.BIRTH_YEAR, "2020"),
        (Fact.BIRTH_YEAR, "bảy mươi"),
        (Fact.EMAIL, "thuy"),
        (Fact.FULL_NAME, "Nguyễn Thị Thuỷ 1970"),
        (Fact.PHONE, "0912"),
        (Fact.PHONE, "0912 345 678, hoặc nhà riêng"),
        (Fact.EMAIL, "hoa@phuong.example"),
    ],
)
def test_what_cannot_stand_is_told_at_once(scene, fact, proposed) -> None:
    with pytest.raises(CorrectionRefused):
        scene.ask(fact, proposed)
    assert CorrectionRequest.objects.count() == 0


def test_pressing_twice_asks_once(scene) -> None:
    assert scene.ask(Fact.PHONE, "0987") == scene.ask(Fact.PHONE, "0987")
    assert AuditEntry.objects.filter(action="privacy.ask_correction").count() == 1


def test_through_the_pages(client, scene) -> None:
    client.force_login(scene.secretary)
    page = reverse("privacy:ask", args=[scene.member.pk])
    assert client.post(page, {"fact": "BIRTH_YEAR", "proposed": "2024"}).status_code == 422
    assert client.post(page, {"fact": "BIRTH_YEAR", "proposed": "1971"}).status_code == 302
    asked = CorrectionRequest.objects.get()
    client.force_login(scene.office)
    assert "1 đề nghị chờ trả lời" in client.get(reverse("privacy:corrections")).content.decode()
    assert client.post(reverse("privacy:decide", args=[asked.pk]), {"decision": "khong"}).status_code == 422
    assert client.post(reverse("privacy:decide", args=[asked.pk]), {"decision": "dong-y"}).status_code == 302
    client.force_login(scene.secretary)
    assert "danh bạ đã được sửa" in client.get(reverse("privacy:correction", args=[asked.pk])).content.decode()


def test_the_pile_costs_the_same_for_one_and_for_three(client, scene) -> None:
    client.force_login(scene.office)
    scene.ask(Fact.PHONE, "1")
    client.get(reverse("privacy:corrections"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("privacy:corrections"))
    scene.ask(Fact.PHONE, "2")
    scene.ask(Fact.PHONE, "3")
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("privacy:corrections"))
    assert len(one) == len(three)


@pytest.mark.parametrize("proposed", ["Dự bị", "đảng viên dự bị"])
def test_nobody_agrees_that_a_secretary_is_on_probation(scene, proposed) -> None:
    appoint(scene.member, "Bí thư", unit=scene.unit)
    asked = scene.ask(Fact.STATUS, proposed)
    with pytest.raises(CorrectionRefused, match=r"chưa được bầu vào cấp ủy .* Ghi thôi giữ các chức vụ"):
        decide_correction(asked=asked, agree=True, answer="", by=scene.office, at=at(25))
    asked.refresh_from_db()
    assert asked.state == RequestState.OPEN
    Appointment.objects.update(valid_to=at(25).date())
    assert (
        decide_correction(asked=asked, agree=True, answer="", by=scene.office, at=at(25)).state == RequestState.ACCEPTED
    )
