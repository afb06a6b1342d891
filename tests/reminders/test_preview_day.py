"""The day asked for on "Thư ngày mai": written the office's way, within reach, otherwise the next planning hour; today's
round as long as it is late."""

from datetime import date, datetime, timedelta

import pytest

from directives.models import Obligation
from reminders.models import Digest, PlanningRun, Ruling
from reminders.planning import plan
from reminders.services import insert_due_runs, run_due
from reminders.tokens import token_of
from reminders.tomorrow import FARTHEST_PREVIEW, coming_round, preview, preview_instant
from tests.factories.directives import at
from tests.factories.units import make_user, make_ward
from tests.reminders.scene import make_scene
from units.choices import Role
from vietnamese.dates import VIETNAM, local_day

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)
FARTHEST = AT.date() + FARTHEST_PREVIEW


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("", date(2026, 4, 28)),
        ("28/4/2026", date(2026, 4, 28)),
        ("28/04/2026", date(2026, 4, 28)),
        ("2026-04-28", date(2026, 4, 28)),
        ("04/28/2026", date(2026, 4, 28)),
        ("24/4/2026", date(2026, 4, 28)),
        ("mai", date(2026, 4, 28)),
        (f"{FARTHEST:%d/%m/%Y}", FARTHEST),
        (f"{FARTHEST + timedelta(days=1):%d/%m/%Y}", date(2026, 4, 28)),
    ],
)
def test_the_day_asked_for(asked, day):
    assert local_day(preview_instant(make_ward(), asked, AT)) == day


LATE = at(24, hour=9)
"""An hour at which the round of the day has long been due."""


@pytest.fixture
def late(time_machine, client):
    """A first start: letters of today are due, and the round has not run."""
    time_machine.move_to(LATE, tick=False)
    scene = make_scene()
    scene.owe("an essay", "cell report")
    client.force_login(make_user(Role.ADMIN, scene.ward))
    return scene


def test_the_letters_of_a_late_round_are_shown_as_todays(late, client):
    number = len(plan(ward=late.ward, at=LATE).letters)
    page = client.get("/don-doc/thu-mai/").content.decode()
    assert f"{number} thư của hôm nay chưa đi" in page
    assert "bỏ hoặc giữ ngay bây giờ" in page
    figure = client.get("/don-doc/thu-mai/so-thu/").content.decode()
    assert "của hôm nay, chưa lập xong" in figure
    assert f'<span class="figure-number">{number}</span>' in figure
    line = client.get("/don-doc/thu-mai/so-thu/?dang=dong").content.decode()
    assert f"<b>{number} thư nhắc của hôm nay</b>" in line
    assert "lượt thư hôm nay chưa chạy" in client.get("/don-doc/").content.decode()


def test_a_letter_of_a_late_round_can_be_read_struck_and_sent_before_it_goes(late, client):
    token = token_of("an@x.vn")
    assert client.get(f"/don-doc/thu-mai/2026-04-24/{token}/").status_code == 200
    struck = {"act": "bo", "tokens": [token], "count": 1}
    assert client.post("/don-doc/quyet-dinh/2026-04-24/", struck).status_code == 302
    sent = {"act": "gui", "tokens": [token_of("bithu@x.vn")], "count": 1}
    assert client.post("/don-doc/quyet-dinh/2026-04-24/", sent).status_code == 302
    insert_due_runs(at=LATE)
    run_due(at=LATE)
    assert set(Digest.objects.values_list("address", flat=True)) == {"bithu@x.vn", "phobithu@x.vn"}


def test_once_the_round_ran_the_pages_speak_of_the_next_one(late, client):
    insert_due_runs(at=LATE)
    run_due(at=LATE)
    assert "thư sẽ gửi lúc" in client.get("/don-doc/thu-mai/").content.decode()
    assert "lượt thư hôm nay chưa chạy" not in client.get("/don-doc/").content.decode()


def test_who_decides_when_the_round_has_just_run_is_told_so(late, client):
    """The page was open; a tick planned the day meanwhile: nothing is lost, and nobody reads that the page is not there."""
    insert_due_runs(at=LATE)
    run_due(at=LATE)
    struck = {"act": "bo", "tokens": [token_of("an@x.vn")], "count": 1}
    answer = client.post("/don-doc/quyet-dinh/2026-04-24/", struck, follow=True)
    assert answer.redirect_chain == [("/don-doc/da-gui/", 302)]
    assert "Thư ngày 24/4/2026 đã lập xong trong lúc xem nên chưa bỏ, giữ hay gửi gì thêm." in answer.content.decode()
    assert not Ruling.objects.exists()
    assert (
        client.post("/don-doc/quyet-dinh/2026-04-25/", struck).status_code == 404
    )  # no round of a Saturday was ever there
    assert client.post("/don-doc/quyet-dinh/hom-nay/", struck).status_code == 404


def test_a_late_round_shows_what_it_makes_up(late):
    PlanningRun.objects.create(ward=late.ward, day=date(2026, 4, 23), state="DONE", finished_at=at(23, hour=7))
    now = at(26, hour=9)
    shown = preview(late.ward, coming_round(late.ward, "", now))
    assert {row.letter.person.address for row in shown.rows[0:9]} == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    insert_due_runs(at=now)
    run_due(at=now)
    assert Digest.objects.count() == 3


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (LATE, "đi trong vài phút tới"),
        (at(24, hour=23, minute=42), "đi từ 07:00 thứ Ba 28/4"),
    ],
)
def test_a_late_round_says_when_its_letters_go(late, client, time_machine, now, goes):
    time_machine.move_to(now, tick=False)
    client.force_login(make_user(Role.OFFICE, late.ward))
    for page in ("/don-doc/thu-mai/", "/don-doc/thu-mai/so-thu/", "/don-doc/thu-mai/so-thu/?dang=dong"):
        assert goes in client.get(page).content.decode()


def test_letters_sent_at_once_in_the_evening_say_when_they_go(late, client, time_machine):
    time_machine.move_to(at(24, hour=23, minute=42), tick=False)
    client.force_login(make_user(Role.OFFICE, late.ward))
    sent = {"act": "gui", "tokens": [token_of("an@x.vn")], "count": 1}
    answer = client.post("/don-doc/quyet-dinh/2026-04-24/", sent, follow=True)
    assert "1 thư đã vào hàng đợi, đi từ 07:00 thứ Ba 28/4." in answer.content.decode()


def test_a_late_round_without_letters_gives_way_to_the_next_one(late):
    Obligation.objects.update(state="WAIVED", waived_at=LATE, waiver_reason="OTHER")
    assert local_day(coming_round(late.ward, "", LATE).instant) == date(2026, 4, 28)
