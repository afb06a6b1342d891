"""The bell when debts follow a member: both secretaries, at once, each from his side; nobody else, nothing twice.

Not here: which debts follow (`tests/directives/test_following.py`).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directives.models import Obligation
from directives.services.following import follow_roster
from outbox.models import Notice, OutgoingMail
from tests.factories.directives import at
from tests.factories.units import grant, make_member, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import MembershipKind, Role
from units.models import User
from units.services.places import end_stay, start_stay, transfer_member

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
TODAY = date(2026, 4, 24)
CELL, SUB_CELL = "Chi bộ Tổ dân phố số 5", "Chi bộ Khối 6"
ESSAY = "Bài thu hoạch Nghị quyết số 02-NQ/TW, hạn hết thứ Hai ngày 27/4/2026"


@pytest.fixture
def scene() -> Scene:
    """An of the cell owes; the secretaries of the cell and of the committee above the sub-cell have accounts."""
    scene = make_scene()
    scene.owe("an essay", "binh essay")
    make_user(Role.MEMBER, scene.cell, member=scene.an, email="an@x.vn")
    make_user(Role.SECRETARY, scene.cell, member=scene.secretary, email="bithu@x.vn")
    make_user(Role.SECRETARY, scene.committee, member=scene.committee_secretary, email="tuan@x.vn")
    make_user(Role.OFFICE, scene.ward, email="canbo@x.vn")
    return scene


def told() -> dict[str, list[tuple[str, str]]]:
    """Account → (title, text) of its notices, earliest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for notice in Notice.objects.order_by("pk").select_related("user"):
        found.setdefault(notice.user.email, []).append((notice.title, notice.text))
    return found


def follow(scene: Scene, moment=NOW):
    return follow_roster(ward=scene.ward, at=moment, by=None)


def test_both_secretaries_read_it_at_once_each_from_his_side(scene) -> None:
    transfer_member(member=scene.an, to=scene.sub_cell, on=TODAY, by=None)
    follow(scene)

    assert told() == {
        "bithu@x.vn": [
            ("Nguyễn Văn An chuyển đi, 1 việc đi theo", f"Sang {SUB_CELL}, từ ngày 24/4/2026. Gồm: {ESSAY}.")
        ],
        "tuan@x.vn": [("Nguyễn Văn An chuyển đến, mang theo 1 việc", f"Từ {CELL}, từ ngày 24/4/2026. Gồm: {ESSAY}.")],
    }
    assert not OutgoingMail.objects.exists()
    notice = Notice.objects.get(user__email="tuan@x.vn")
    assert notice.url == "/viec/#viec-di-theo"

    follow(scene)
    assert Notice.objects.count() == 2


def test_a_stay_and_its_end_are_told_as_what_they_are(scene) -> None:
    stay = start_stay(
        member=scene.an, unit=scene.sub_cell, kind=MembershipKind.TEMPORARY, since=TODAY, until=None, by=None
    )
    follow(scene)
    Obligation.objects.filter(member=scene.an).update(state="SUBMITTED")
    end_stay(place=stay, on=TODAY + timedelta(1), by=None)
    follow(scene, NOW + timedelta(1))

    titles = {who: [title for title, _ in notices] for who, notices in told().items()}
    assert titles == {
        "bithu@x.vn": [
            "Nguyễn Văn An đi sinh hoạt tạm thời, 1 việc đi theo",
            "Nguyễn Văn An trở về sau sinh hoạt tạm thời, mang theo 1 việc",
        ],
        "tuan@x.vn": [
            "Nguyễn Văn An đến sinh hoạt tạm thời, mang theo 1 việc",
            "Nguyễn Văn An hết sinh hoạt tạm thời ở đây, 1 việc đi theo",
        ],
    }
    assert told()["tuan@x.vn"][1][1].endswith("Gồm: Bài thu hoạch Nghị quyết số 02-NQ/TW, đã nộp, chờ duyệt.")


def test_several_who_move_at_once_are_one_notice_and_cost_no_more_queries(scene) -> None:
    def moved(*members) -> int:
        for member in members:
            transfer_member(member=member, to=scene.sub_cell, on=TODAY, by=None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            follow(scene)
        return len(queries)

    one = moved(scene.an)
    others = [make_member(scene.cell, name=f"Lý Văn {name}") for name in ("Dũng", "Em", "Giang")]
    for number, member in enumerate(others):
        setattr(scene, f"m{number}", member)
        scene.owe(f"m{number} essay")
    several = moved(*others)

    assert several == one
    assert told()["tuan@x.vn"][-1] == (
        "3 đảng viên đến, mang theo 3 việc",
        f"Lý Văn Dũng (từ {CELL}, 1 việc), Lý Văn Em (từ {CELL}, 1 việc), Lý Văn Giang (từ {CELL}, 1 việc).",
    )
    assert told()["bithu@x.vn"][-1][0] == "3 đảng viên đi, 3 việc đi theo"


def test_who_answers_for_both_units_reads_it_once_and_nobody_reads_of_himself(scene) -> None:
    other = make_member(scene.cell, name="Lê Mai")
    make_user(Role.SECRETARY, scene.cell, member=other, email="mai@x.vn")
    grant(User.objects.get(email="bithu@x.vn"), Role.SECRETARY, scene.sub_cell)
    grant(User.objects.get(email="an@x.vn"), Role.SECRETARY, scene.sub_cell)
    transfer_member(member=scene.an, to=scene.sub_cell, on=TODAY, by=None)
    follow(scene)

    assert {who: [title for title, _ in notices] for who, notices in told().items()} == {
        "mai@x.vn": ["Nguyễn Văn An chuyển đi, 1 việc đi theo"],
        "bithu@x.vn": ["Nguyễn Văn An đổi nơi sinh hoạt, 1 việc đi theo"],
    }
    text = told()["bithu@x.vn"][0][1]
    assert text.startswith(f"Từ {CELL} sang {SUB_CELL}, từ ngày 24/4/2026.")


def test_the_notice_opens_the_place_where_they_are_listed(scene, client) -> None:
    moment = timezone.now()  # the page shows the last thirty days
    transfer_member(member=scene.an, to=scene.sub_cell, on=timezone.localdate(moment), by=None)
    follow(scene, moment)

    client.force_login(User.objects.get(email="bithu@x.vn"))
    page = client.get("/viec/").content.decode()
    assert '<details class="fold" id="viec-di-theo" open>' in page
