"""Where the pages of personal data are found: from the settings, a directive, a member, the day's work, a slip."""

import pytest
from django.urls import reverse

from privacy.models import CorrectionRequest
from privacy.services.corrections import ask_correction
from privacy.services.retention import set_term
from tests.architecture.world import build
from tests.factories.directives import at, make_directive
from tests.factories.units import make_ward
from units.services.notices import accept_notice, publish_notice

pytestmark = pytest.mark.django_db
NOW = at(25, hour=9)


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def shown(client, world, role, name, *args) -> str:
    client.force_login(world.users[role])
    return client.get(reverse(name, args=args)).content.decode()


def test_the_settings_lead_the_administrator_to_the_notice_and_the_terms(client, world, django_assert_max_num_queries):
    ward, admin = world.ward, world.users["admin"]
    links = [reverse(name, args=[ward.pk]) for name in ("units:notice_text", "privacy:retention")]
    office = shown(client, world, "office", "settings_of", ward.pk)
    assert [link in office for link in links] == [False, False]
    hub = shown(client, world, "admin", "settings_of", ward.pk)
    assert [link in hub for link in links] == [True, True]
    assert "Bản có sẵn của cổng" in hub
    assert "Thời hạn có sẵn của cổng" in hub
    publish_notice(ward=ward, text="Cổng giữ họ tên và nơi sinh hoạt.", by=admin, at=NOW)
    accept_notice(user=admin, ward=ward, at=NOW)
    set_term(ward=ward, key="STAGED", days=90, decided_on="", by=admin, at=NOW)
    with django_assert_max_num_queries(100) as few:
        hub = shown(client, world, "admin", "settings_of", ward.pk)
    assert "Bản công bố lần 1" in hub
    assert "1 tài khoản đã xác nhận đọc" in hub
    assert "Phường đặt riêng 1 thời hạn" in hub
    for key in ("MAILS", "LINKS"):
        set_term(ward=ward, key=key, days=90, decided_on="", by=admin, at=NOW)
    with django_assert_max_num_queries(len(few)):
        assert "Phường đặt riêng 3 thời hạn" in shown(client, world, "admin", "settings_of", ward.pk)


def test_another_wards_notice_terms_and_holds_are_out_of_reach(client, world) -> None:
    other = make_ward(name="Giang Biên", code="GB")
    client.force_login(world.users["admin"])
    for name, args in (
        ("units:notice_text", [other.pk]),
        ("privacy:retention", [other.pk]),
        ("privacy:due", [other.pk, "STAGED"]),
        ("privacy:hold", [make_directive(other).pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, name


def test_the_hold_stands_on_the_directive_for_the_administrator_alone(client, world) -> None:
    directive = world.things["directive"]
    hold = reverse("privacy:hold", args=[directive.pk])
    found = {
        role: hold in shown(client, world, role, "directives:directive", directive.pk)
        for role in ("admin", "office", "leader", "secretary")
    }
    assert found == {"admin": True, "office": False, "leader": False, "secretary": False}


def test_a_member_page_offers_what_its_reader_may_do(client, world) -> None:
    writer = world.things["writer"]
    ask, export = (reverse(f"privacy:{name}", args=[writer.pk]) for name in ("ask", "export_member"))
    found = {}
    for role in ("admin", "office", "leader", "cluster", "secretary"):
        page = shown(client, world, role, "units:member", writer.pk)
        found[role] = (ask in page, export in page)
    assert found == {
        "admin": (True, True), "office": (True, True), "leader": (False, False), "cluster": (False, False),
        "secretary": (True, False),
    }  # fmt: skip


def test_the_days_work_counts_the_requests_that_wait(client, world, django_assert_max_num_queries) -> None:
    CorrectionRequest.objects.all().delete()
    queue = reverse("privacy:corrections")
    home = shown(client, world, "office", "reports:office_home")
    assert queue not in home

    def ask(number: int) -> None:
        ask_correction(
            member=world.things["writer"], fact="PHONE", proposed=f"0912 345 67{number}", reason="",
            by=world.users["member"], at=NOW,
        )  # fmt: skip

    ask(1)
    with django_assert_max_num_queries(100) as few:
        home = shown(client, world, "office", "reports:office_home")
    assert "Trả lời 1 đề nghị sửa" in home
    assert queue in home
    ask(2)
    ask(3)
    with django_assert_max_num_queries(len(few)):
        assert "Trả lời 3 đề nghị sửa" in shown(client, world, "office", "reports:office_home")
    assert "đề nghị sửa" not in shown(client, world, "foreign", "reports:office_home")
    assert queue in shown(client, world, "office", "units:directory")
    assert queue not in shown(client, world, "secretary", "units:members")


def test_a_slip_leads_to_the_notice_of_its_ward(client, world) -> None:
    page = client.get(reverse("submissions:personal", args=[world.things["link_code"]])).content.decode()
    assert reverse("units:public_notice", args=[world.ward.pk]) in page
