"""Who is searched among the letters to come and gets none is told why, duty by duty."""

from datetime import date

import pytest

from directives.models import Obligation
from outbox.choices import MailState
from outbox.models import BadAddress, OutgoingMail
from reminders.models import MailChoice, Promise, Ruling
from reminders.services import plan_ward
from reminders.tomorrow import coming_round, preview
from reminders.why_none import why_none
from tests.factories.directives import at
from tests.factories.units import exempt, make_member, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db
MORNING = at(24, hour=7)


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    scene.owe("an essay", "binh essay", "cell report")
    return scene


def whys(scene: Scene, text: str = "nguyen van an", moment=MORNING) -> list[str]:
    [found] = why_none(scene.ward, text, moment)
    return [why for _, why in found.duties] or [found.nothing]


def rule(scene: Scene, kind: str, last: int) -> None:
    days = {"first_day": date(2026, 4, 24), "last_day": date(2026, 4, last)}
    Ruling.objects.create(ward=scene.ward, address="an@x.vn", kind=kind, at=MORNING, **days)


def test_the_next_rung_is_said(scene):
    assert whys(scene, moment=at(25, hour=7)) == ["chưa tới nấc: nhắc tiếp ngày 28/4/2026 (quá hạn 1 ngày)"]


def test_what_was_said_at_this_rung_is_not_said_again(scene):
    plan_ward(ward=scene.ward, at=MORNING)
    assert whys(scene) == ["nấc này có thư ngày 24/4/2026, đang chờ gửi"]
    told = {
        MailState.SENT: "đã nhắc ở nấc này, thư ngày 24/4/2026",
        MailState.CANCELLED: "nấc này có thư ngày 24/4/2026, đã bỏ, không gửi",
        MailState.DEAD: "nấc này có thư ngày 24/4/2026, không gửi được",
    }
    for state, words in told.items():
        OutgoingMail.objects.update(state=state, sent_at=MORNING if state == MailState.SENT else None)
        assert whys(scene) == [words], state


def test_without_an_address(scene):
    assert whys(scene, "binh") == ["chưa có địa chỉ thư; bí thư được báo thay"]
    BadAddress.objects.create(address="an@x.vn", reason="550 5.1.1", since=MORNING)
    assert whys(scene) == ["địa chỉ thư đã hỏng, thư bị trả lại"]


def test_a_promise(scene):
    Promise.objects.create(obligation=scene.debts["an essay"], day=date(2026, 4, 29), at=at(23))
    assert whys(scene) == ["đã hẹn nộp ngày 29/4/2026, chờ đến hết ngày ấy"]


def test_struck_and_held(scene):
    rule(scene, "HOLD", 28)
    assert whys(scene) == ["văn phòng giữ thư đến hết ngày 28/4/2026"]
    rule(scene, "STRIKE", 24)
    assert whys(scene) == ["cán bộ đã bỏ thư của ngày này"]


def test_exempt_and_left(scene):
    exempt(scene.binh)
    assert whys(scene, "binh") == ["đang được miễn công tác và sinh hoạt đảng"]
    Membership.objects.filter(member=scene.an).update(valid_to=date(2026, 4, 24))
    assert whys(scene) == ["không còn sinh hoạt tại đơn vị nào của phường"]


def test_who_wants_the_bell_only(scene):
    MailChoice.objects.create(user=make_user(Role.MEMBER, scene.cell, member=scene.an), quiet="NONE")
    assert whys(scene) == ["người nhận chọn chỉ xem trên cổng, không nhận thư ở nấc này"]


def test_submitted_and_nothing_owed(scene):
    debt = scene.debts["an essay"]
    debt.state, debt.first_submitted_at, debt.submitted_at = "SUBMITTED", at(23), at(23)
    debt.save()
    assert whys(scene) == ["đã nộp, đang chờ duyệt"]
    assert whys(scene, "lan chi") == ["Không còn nợ việc nào, nên không có gì phải nhắc."]


def test_a_unit(scene):
    assert whys(scene, "to dan pho so 5", at(25, hour=7)) == ["chưa tới nấc: nhắc tiếp ngày 28/4/2026 (quá hạn 1 ngày)"]


def test_who_is_told_is_not_explained(scene):
    assert preview(scene.ward, coming_round(scene.ward, "", at(24, hour=6)), "nguyen van an").unwritten == []


def test_the_page_says_it(scene, client, time_machine):
    time_machine.move_to(at(24, hour=6), tick=False)
    client.force_login(make_user(Role.ADMIN, scene.ward))
    page = client.get("/don-doc/thu-mai/", {"q": "hoang binh"}).content.decode()
    assert "Chưa có địa chỉ thư; bí thư được báo thay." in page
    assert "Không có người nhận nào khớp" not in page
    assert "Không có người nhận nào khớp" in client.get("/don-doc/thu-mai/", {"q": "khong ai ca"}).content.decode()


def test_the_number_of_queries_does_not_grow(scene, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        why_none(scene.ward, "", MORNING)
    with django_assert_max_num_queries(2):
        assert why_none(scene.ward, "khong ai ca", MORNING) == []


def test_a_unit_whose_members_owe_is_not_said_to_owe_nothing(scene):
    """Its secretaries' letter was struck: it would have named An, and Bình who has no address."""
    scene.debts["cell report"].delete()
    assert whys(scene, "to dan pho so 5") == [
        "Đơn vị không còn nợ việc nào của mình. 2 việc của đảng viên ở đây còn nợ: tìm theo tên từng người."
    ]


def test_a_unit_without_any_debt_and_one_that_is_dissolved(scene):
    Obligation.objects.update(state="ACCEPTED")
    nothing = "Đơn vị không còn nợ việc nào của mình, đảng viên ở đây cũng vậy, nên không có gì phải nhắc."
    assert whys(scene, "to dan pho so 5") == [nothing]
    Unit.objects.filter(pk=scene.cell.pk).update(closed_on=date(2026, 4, 24))
    assert whys(scene, "to dan pho so 5") == ["Đơn vị đã giải thể từ ngày 24/4/2026."]
    assert whys(scene, "to dan pho so 5", at(23, hour=7)) == [nothing]


def test_whom_the_words_name_exactly_stands_before_those_that_only_contain_them(scene):
    """ "ha" stands in "Phạm" too, and no more than five are explained."""
    for name in ("Phạm Thị An", "Phạm Thị Bích", "Phạm Thị Cúc", "Phạm Thị Dung", "Phạm Thị Đào", "Phạm Thị Hà"):
        make_member(scene.cell, name=name)
    found = [one.name for one in why_none(scene.ward, "pham thi ha", MORNING)]
    assert found == ["Phạm Thị Hà", "Phạm Thị An", "Phạm Thị Bích", "Phạm Thị Cúc", "Phạm Thị Dung"]
