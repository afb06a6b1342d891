"""What the office sees of one person's mails, and how an address that sent mail back is trusted again.

Not here: reading returned mails (`tests/outbox/test_bounces.py`).
"""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from outbox.draining import drain
from outbox.models import BadAddress, OutgoingMail
from outbox.services import note_bad_address, record_bounce
from reminders.addresses import returned_addresses
from reminders.services import plan_ward
from reminders.silent import people_without_address, units_without_contact
from reminders.tokens import token_of
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role

pytestmark = pytest.mark.django_db
MORNING = at(24, hour=7)


@pytest.fixture
def scene(time_machine, settings) -> Scene:
    settings.OUTBOX_PER_MINUTE = 0
    time_machine.move_to(at(24, hour=9), tick=False)
    scene = make_scene()
    scene.owe("an essay", "chi essay")
    plan_ward(ward=scene.ward, at=MORNING)
    drain(limit=100, at=MORNING)
    return scene


@pytest.fixture
def office(scene, client):
    client.force_login(make_user(Role.OFFICE, scene.ward, email="canbo@x.vn"))
    return client


def words(page) -> str:
    return " ".join(page.content.decode().split())


def test_one_persons_mails_with_result_and_nobody_elses(scene, office):
    record_bounce(address="an@x.vn", status="5.2.2", reason="mailbox full", at=at(24, hour=8))
    OutgoingMail.objects.create(
        ward_id=scene.ward.pk, kind="account.invitation", dedupe_key="i", message_id="<i@x>", to_address="an@x.vn",
        subject="Mời dùng tài khoản", text="bí mật", next_try_at=MORNING, created_at=MORNING,
    )  # fmt: skip
    page = office.get(reverse("reminders:person", args=[token_of("an@x.vn")]))
    assert [(mail.to_address, mail.state, word) for mail, word, _ in page.context["rows"]] == [
        ("an@x.vn", "BOUNCED", "Thư nhắc")
    ]
    assert "Thư đã gửi Nguyễn Văn An" in words(page)
    assert "5.2.2 mailbox full" in words(page)
    assert reverse("reminders:person", args=[token_of("an@x.vn")]) in words(office.get(reverse("reminders:log")))
    assert office.get(reverse("reminders:person", args=[token_of("binh@x.vn")])).status_code == 404


def test_an_address_that_came_back_is_shown_with_its_people_and_trusted_again(scene, office):
    note_bad_address(address="an@x.vn", reason="5.1.1 unknown", mail=None, at=MORNING)
    note_bad_address(address="tuan@x.vn", reason="5.1.1 unknown", mail=None, at=at(24, hour=8))
    note_bad_address(address="la@xa.vn", reason="5.1.1 of nobody here", mail=None, at=MORNING)
    assert [(one.bad.address, one.names) for one in returned_addresses(scene.ward)] == [
        ("tuan@x.vn", ("Đỗ Minh Tuấn",)),
        ("an@x.vn", ("Nguyễn Văn An",)),
    ]
    page = office.get(reverse("reminders:silent"))
    assert "la@xa.vn" not in words(page)
    plan_ward(ward=scene.ward, at=at(28, hour=7))
    drain(limit=100, at=at(28, hour=7))
    assert OutgoingMail.objects.filter(to_address="an@x.vn").count() == 1
    bad = BadAddress.objects.get(address="an@x.vn")
    assert office.get(reverse("reminders:trust", args=[bad.pk])).status_code == 405
    done = office.post(reverse("reminders:trust", args=[bad.pk]), follow=True)
    assert "thư lại gửi đến an@x.vn" in words(done)
    assert not BadAddress.objects.filter(address="an@x.vn").exists()
    entry = AuditEntry.objects.get(action="mail.trust_address")
    assert (entry.ward_id, entry.data["address"]) == (scene.ward.pk, "an@x.vn")
    plan_ward(ward=scene.ward, at=at(4, 5, hour=7))
    drain(limit=100, at=at(4, 5, hour=7))
    assert OutgoingMail.objects.filter(to_address="an@x.vn", state="SENT").count() == 2
    assert office.post(reverse("reminders:trust", args=[bad.pk])).status_code == 404


def test_an_address_of_another_ward_is_not_there(scene, office):
    other = make_scene("DB2", "khac.vn")
    note_bad_address(address="an@khac.vn", reason="5.1.1", mail=None, at=MORNING)
    bad = BadAddress.objects.get()
    assert office.post(reverse("reminders:trust", args=[bad.pk])).status_code == 404
    assert office.post(reverse("reminders:trust", args=[bad.pk]), {"phuong": other.ward.pk}).status_code == 404
    assert BadAddress.objects.exists()


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_costs_the_same_for_one_and_for_four(scene, number, django_assert_num_queries):
    for name in ["an", "chi", "tuan", "bithu"][:number]:
        note_bad_address(address=f"{name}@x.vn", reason="5.1.1", mail=None, at=MORNING)
    with django_assert_num_queries(4):
        assert len(returned_addresses(scene.ward)) == number


def test_who_is_told_instead_and_who_nobody_can_be_written_to_for_leave_out_such_addresses(scene):
    scene.owe("binh essay", "cell report")
    assert [one.told for one in people_without_address(scene.ward, MORNING)] == ["Trần Thị Bích Ngọc"]
    assert units_without_contact(scene.ward, MORNING) == []
    note_bad_address(address="bithu@x.vn", reason="5.1.1", mail=None, at=MORNING)
    assert [one.told for one in people_without_address(scene.ward, MORNING)] == ["Lê Nam"]
    note_bad_address(address="phobithu@x.vn", reason="5.1.1", mail=None, at=MORNING)
    assert [one.told for one in people_without_address(scene.ward, MORNING)] == [""]
    assert units_without_contact(scene.ward, MORNING) == ["Chi bộ Tổ dân phố số 5"]
