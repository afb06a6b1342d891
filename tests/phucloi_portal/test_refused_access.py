"""Who asks for what is out of reach is written down: bounded, and without telling whether it exists.

Not here: that it is refused (`tests/architecture/test_url_matrix.py`).
"""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from phucloi_portal.refused_access import MOST_AN_HOUR
from tests.architecture.world import build
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def refused():
    return AuditEntry.objects.filter(action="access.refused").order_by("seq")


def test_a_foreign_essay_and_one_that_does_not_exist_leave_the_same_trace(client, world):
    elsewhere = world.users["elsewhere"]
    client.force_login(elsewhere)
    file = world.things["file"]
    for pk in (file.pk, 987654):
        assert client.get(reverse("submissions:download", args=[pk])).status_code == 404
    first, second = refused()
    assert (first.actor_id, first.result, first.ward_id) == (str(elsewhere.pk), "refused", world.ward.pk)
    assert (first.obj_type, first.obj_id, first.obj_label) == ("address", str(file.pk), f"/tep/{file.pk}/")
    assert first.data == {"page": "submissions:download", "method": "GET", "status": 404}
    assert (second.obj_label, second.data, second.ward_id) == ("/tep/987654/", first.data, first.ward_id)


def test_one_attempt_is_one_entry_and_the_next_page_another(client, world, time_machine):
    client.force_login(world.users["elsewhere"])
    address = reverse("submissions:page", args=[world.things["file"].pk, 1, "nho"])
    for _ in range(3):
        client.get(address)
    assert [entry.obj_label for entry in refused()] == [f"/tep/{world.things['file'].pk}/trang/1/…/"]
    time_machine.move_to(NOW + timedelta(minutes=11), tick=False)
    client.get(address)
    assert refused().count() == 2


def test_visible_but_not_allowed_is_written_too(client, world):
    client.force_login(world.users["leader"])
    assert client.post(reverse("reports:summary_again", args=[world.things["report"].pk])).status_code == 403
    assert [(entry.data["status"], entry.data["method"]) for entry in refused()] == [(403, "POST")]


def test_a_flood_is_cut_and_says_so(client, world):
    client.force_login(world.users["elsewhere"])
    for pk in range(900_000, 900_000 + MOST_AN_HOUR + 5):
        client.get(reverse("submissions:obligation_versions", args=[pk]))
    assert refused().count() == MOST_AN_HOUR
    assert [entry.data.get("more", False) for entry in refused()] == [False] * (MOST_AN_HOUR - 1) + [True]


def test_codes_and_keys_of_an_address_are_not_kept(client, world):
    client.force_login(world.users["elsewhere"])
    assert client.get(reverse("submissions:receipt", args=["7K4M-92QD"])).status_code == 404
    (entry,) = refused()
    assert "7K4M" not in entry.obj_label + entry.obj_id + entry.detail
    assert entry.obj_label == "/phieu/…/"


def test_strangers_and_unknown_addresses_leave_no_trace(client, world):
    assert client.get(reverse("submissions:check_code", args=["0000-0000"])).status_code == 404
    client.force_login(world.users["member"])
    assert client.get("/khong-co-trang-nay/").status_code == 404
    assert client.get(reverse("directives:my_work")).status_code == 200
    assert refused().count() == 0
