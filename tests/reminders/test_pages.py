"""Đôn đốc through the browser's door: exact lists, filters, fragments, query counts, nothing of another ward.

Rights by role are in the URL matrix. Not here: what is planned (`test_planning.py`).
"""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEntry
from directives.models import Obligation
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.models import Digest, PlanningRun
from reminders.services import plan_ward
from reminders.steps import STEPS, step_of
from reminders.tokens import token_of
from tests.factories.directives import at, make_obligation, make_requirement
from tests.factories.units import make_member, make_user
from tests.reminders.scene import make_scene
from units.choices import Role

pytestmark = pytest.mark.django_db
NOW = at(24, hour=16)


@pytest.fixture
def scene(settings):
    settings.OUTBOX_PER_MINUTE = 0
    with time_machine.travel(NOW, tick=False):
        yield make_scene()


@pytest.fixture
def office(scene, client):
    client.force_login(make_user(Role.OFFICE, scene.ward))
    return client


@pytest.fixture
def round_is_done(scene):
    """Today's letters are planned already: the pages speak of the next ones."""
    PlanningRun.objects.create(ward=scene.ward, day=NOW.date(), state="DONE", finished_at=at(24, hour=7))


def text_of(response) -> str:
    body = re.sub(r"<[^>]+>", " ", response.content.decode().replace("\N{NO-BREAK SPACE}", " "))
    return " ".join(body.split())


def names(response) -> list[str]:
    return [debt.member.full_name if debt.member else debt.unit.name for debt, _, _ in response.context["rows"]]


@pytest.mark.parametrize(
    ("due", "key"),
    [
        (at(21), "qua-3"),
        (at(22), "qua-3"),
        (at(23), "qua-1"),
        (at(24), "qua-1"),
        (at(25), "hom-nay"),
        (at(26), "con-1"),
        (at(28), "con-3"),
        (at(29), "con-7"),
        (at(2, 5), "con-7"),
        (at(3, 5), "con-lau"),
    ],
)
def test_steps_pure_and_in_sql_agree(scene, office, due, key):
    make_obligation(make_requirement(scene.directive, due_at=due), scene.an)
    assert step_of(due, date(2026, 4, 24)).key == key
    response = office.get(reverse("reminders:chase"))
    assert {step.key: count for step, count in response.context["steps"]} == {
        step.key: int(step.key == key) for step in STEPS
    }
    assert names(office.get(reverse("reminders:chase"), {"buoc": key})) == ["Nguyễn Văn An"]


def test_the_list_says_how_much_of_what_is_owed_was_never_handed_in(scene, office):
    scene.owe("an essay", "binh essay", "cell report")
    assert "bị trả lại" not in office.get(reverse("reminders:chase")).content.decode()
    Obligation.objects.filter(pk=scene.debts["an essay"].pk).update(
        state="RETURNED", first_submitted_at=at(20), submitted_at=at(20), fix_by=at(29)
    )
    page = office.get(reverse("reminders:chase")).content.decode()
    assert "Còn nợ 3 việc: 2 việc chưa nộp lần nào, 1 việc bị trả lại, chờ gửi lại." in page


def test_the_list_is_those_who_owe_in_the_vietnamese_order(scene, office):
    scene.owe("an essay", "binh essay", "chi essay", "secretary essay", "cell report")
    scene.debts["chi essay"].state = "SUBMITTED"
    scene.debts["chi essay"].save()
    page = office.get(reverse("reminders:chase"), {"xep": "ten"})
    assert names(page) == ["Chi bộ Tổ dân phố số 5", "Nguyễn Văn An", "Hoàng Bình", "Trần Thị Bích Ngọc"]
    assert page.context["total"] == 4


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "hoang binh"}, ["Hoàng Bình"]),
        ({"q": "khoi 6"}, ["Ngô Lan Chi"]),
        ({"q": "không có ai"}, []),
        ({"buoc": "qua-1"}, []),
        ({"buoc": "lạ", "yeu_cau": "lạ", "trang": "lạ"}, ["Nguyễn Văn An", "Hoàng Bình", "Ngô Lan Chi"]),
        ({"xep": "lạ"}, ["Ngô Lan Chi", "Nguyễn Văn An", "Hoàng Bình"]),
    ],
)
def test_filters(scene, office, params, expected):
    scene.owe("an essay", "binh essay", "chi essay")
    found = names(office.get(reverse("reminders:chase"), {"xep": "ten", **params}))
    assert found == expected


def test_one_requirement_only(scene, office):
    scene.owe("an essay", "cell report")
    assert names(office.get(reverse("reminders:chase"), {"yeu_cau": scene.report.pk})) == ["Chi bộ Tổ dân phố số 5"]


def test_htmx_gets_the_list_alone(scene, office):
    scene.owe("an essay")
    fragment = office.get(reverse("reminders:chase"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Nguyễn Văn An" in fragment
    assert 'class="filterchip"' in fragment


@pytest.mark.usefixtures("round_is_done")
def test_numbers_above_the_list_are_those_of_their_pages(scene, office):
    scene.owe("an essay", "binh essay", "cell report", "office report")
    page = office.get(reverse("reminders:chase")).context
    coming = office.get(reverse("reminders:tomorrow")).context
    silent = office.get(reverse("reminders:silent")).context
    next_ones = office.get(reverse("reminders:coming_number")).content.decode()
    assert coming["instant"] == at(28, hour=7)
    assert "lúc 07:00 thứ Ba 28/4" in next_ones
    assert '<span class="figure-number">4</span>' in next_ones
    assert len(coming["found"].plan.letters) == 4
    assert page["silent"] == silent["page_obj"].paginator.count == 1


@pytest.mark.usefixtures("round_is_done")
def test_the_home_of_the_office_fetches_one_line_about_the_next_letters(scene, office):
    url = reverse("reminders:coming_number") + "?dang=dong"
    assert url in office.get(reverse("reports:office_home")).content.decode()
    nothing = office.get(url).content.decode()
    assert "không có thư nhắc nào phải gửi" in nothing
    assert "figure-cell" not in nothing
    scene.owe("an essay", "binh essay", "cell report", "office report")
    line = " ".join(office.get(url).content.decode().split())
    assert "07:00 thứ Ba 28/4 gửi <b>4 thư nhắc</b>" in line
    assert reverse("reminders:tomorrow") in line


def test_how_often_somebody_was_reminded(scene, office):
    scene.owe("an essay", "chi essay")
    for day in (20, 24):
        moment = at(day, hour=7)
        scene.debts["an essay"].created_at = scene.debts["chi essay"].created_at = at(19)
        scene.debts["an essay"].save()
        scene.debts["chi essay"].save()
        plan_ward(ward=scene.ward, at=moment)
        OutgoingMail.objects.filter(to_address__in=["chi@x.vn", "tuan@x.vn"]).update(state="DEAD")
        drain(limit=100, at=moment)
    rows = office.get(reverse("reminders:chase"), {"xep": "ten"}).context["rows"]
    found = [(debt.member.full_name, reminded and (reminded.times, reminded.last)) for debt, reminded, _ in rows]
    assert found == [("Nguyễn Văn An", (2, date(2026, 4, 24))), ("Ngô Lan Chi", None)]


def test_tomorrows_letters_with_reason_and_address(scene, office):
    scene.owe("an essay", "binh essay")
    page = office.get(reverse("reminders:tomorrow"), {"ngay": "2026-04-28"})
    assert page.context["instant"] == at(28, hour=7)
    assert [(row.letter.person.address, row.reason) for row in page.context["page_obj"]] == [
        ("an@x.vn", "Quá hạn 1 ngày: 1 việc của bản thân."),
        ("bithu@x.vn", "Quá hạn 1 ngày: 2 đồng chí trong đơn vị chưa nộp."),
        ("phobithu@x.vn", "Quá hạn 1 ngày: 2 đồng chí trong đơn vị chưa nộp."),
    ]
    assert "1 đảng viên không có địa chỉ thư" in text_of(page)
    assert [row.letter.person.address for row in office.get(
        reverse("reminders:tomorrow"), {"ngay": "2026-04-28", "q": "bich ngoc"}
    ).context["page_obj"]] == ["bithu@x.vn"]  # fmt: skip


def test_a_day_whose_letters_are_written_leads_to_the_log(scene, office):
    scene.owe("an essay")
    plan_ward(ward=scene.ward, at=at(28, hour=7))
    page = office.get(reverse("reminders:tomorrow"), {"ngay": "2026-04-28"})
    assert "Thư của ngày này đã lập rồi" in text_of(page)
    empty = office.get(reverse("reminders:tomorrow"), {"ngay": "2026-04-29"})
    assert "Ngày này không có thư nhắc nào" in text_of(empty)


@pytest.mark.parametrize("day", ["", "2026-04-23", "2026-04-24", "2027-01-01", "hôm nay"])
@pytest.mark.usefixtures("round_is_done")
def test_a_day_that_cannot_be_previewed_is_the_next_one(scene, office, day):
    assert office.get(reverse("reminders:tomorrow"), {"ngay": day}).context["instant"] == at(28, hour=7)


def test_before_seven_the_next_letters_are_todays(scene, office, time_machine):
    time_machine.move_to(at(24, hour=6), tick=False)
    assert office.get(reverse("reminders:tomorrow")).context["instant"] == at(24, hour=7)


@pytest.mark.usefixtures("round_is_done")
def test_a_letter_to_come_can_be_read_before_it_goes(scene, office):
    scene.owe("an essay", "binh essay")
    where = {"day": "2026-04-28", "token": token_of("bithu@x.vn")}
    page = office.get(reverse("reminders:tomorrow_letter", kwargs=where))
    assert "Hoàng Bình" in text_of(page)
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    inner = office.get(reverse("reminders:tomorrow_letter_html", kwargs=where))
    assert "Quá 1 ngày" in text_of(inner)
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    policy = inner["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert Digest.objects.count() == 0
    for wrong in ({"day": "2026-04-25"}, {"token": "abc"}, {"day": "2026-04-24"}):
        assert office.get(reverse("reminders:tomorrow_letter", kwargs=where | wrong)).status_code == 404


def test_the_log_shows_what_became_of_each_letter(scene, office):
    scene.owe("an essay", "chi essay")
    plan_ward(ward=scene.ward, at=at(24, hour=7))
    OutgoingMail.objects.filter(to_address="tuan@x.vn").update(state="DEAD", error="550 5.1.1 no such user")
    scene.debts["an essay"].state = "SUBMITTED"
    scene.debts["an essay"].save()
    drain(limit=100, at=at(24, hour=8))
    page = office.get(reverse("reminders:log"))
    assert {digest.address: digest.mail.state for digest in page.context["page_obj"]} == {
        "an@x.vn": "CANCELLED",
        "bithu@x.vn": "CANCELLED",
        "phobithu@x.vn": "CANCELLED",
        "chi@x.vn": "SENT",
        "tuan@x.vn": "DEAD",
    }
    assert [(key, count) for key, _, count in page.context["chips"]] == [
        ("", 5), ("da-gui", 1), ("cho", 0), ("khong-duoc", 1), ("da-huy", 3),
    ]  # fmt: skip
    only = office.get(reverse("reminders:log"), {"trang_thai": "khong-duoc"})
    assert [digest.address for digest in only.context["page_obj"]] == ["tuan@x.vn"]
    assert [
        digest.address for digest in office.get(reverse("reminders:log"), {"q": "ngo lan"}).context["page_obj"]
    ] == ["chi@x.vn"]
    cancelled = office.get(reverse("reminders:letter", args=[Digest.objects.get(address="an@x.vn").pk]))
    assert "Thư này không đi" in text_of(cancelled)
    assert "Đã nộp, đang chờ duyệt." in text_of(cancelled)


def test_a_dead_letter_can_be_sent_again(scene, office):
    scene.owe("an essay")
    plan_ward(ward=scene.ward, at=at(24, hour=7))
    OutgoingMail.objects.update(state="DEAD", attempts=8, error="550")
    digest = Digest.objects.get(address="an@x.vn")
    assert "Gửi lại 1 thư" in text_of(office.get(reverse("reminders:letter", args=[digest.pk])))
    assert office.get(reverse("reminders:resend", args=[digest.pk])).status_code == 405
    assert office.post(reverse("reminders:resend", args=[digest.pk])).status_code == 302
    waiting = text_of(office.get(reverse("reminders:letter", args=[digest.pk])))
    assert "Đang chờ gửi lại. Lần trước: 550" in waiting
    digest.mail.refresh_from_db()
    assert (digest.mail.state, digest.mail.attempts) == ("QUEUED", 0)
    assert AuditEntry.objects.filter(action="mail.resend", obj_id=str(digest.pk)).count() == 1
    again = office.post(reverse("reminders:resend", args=[digest.pk]), follow=True)
    assert "không thể chuyển" in text_of(again)


def test_who_has_no_address_and_whom_to_call_instead(scene, office):
    scene.owe("an essay", "binh essay", "sub_cell report")
    page = office.get(reverse("reminders:silent"))
    assert [(one.member.full_name, one.unit, one.debts, one.told, one.phone) for one in page.context["page_obj"]] == [
        ("Hoàng Bình", "Chi bộ Tổ dân phố số 5", 1, "Trần Thị Bích Ngọc", "0912345678")
    ]
    assert page.context["units"] == []


def test_nothing_of_another_ward(scene, office):
    other = make_scene("DB2", "khac.vn")
    other.owe("an essay", "binh essay", "cell report")
    plan_ward(ward=other.ward, at=at(24, hour=7))
    for name in ("chase", "tomorrow", "log", "silent"):
        page = office.get(reverse(f"reminders:{name}"), {"ngay": "2026-04-28", "phuong": ""})
        assert "khac.vn" not in page.content.decode()
        assert "Hoàng Bình" not in page.content.decode()
        for key in (other.ward.pk, "DB2", "khac"):
            assert office.get(reverse(f"reminders:{name}"), {"phuong": key}).status_code == 404


@pytest.mark.parametrize(
    ("name", "params"), [("chase", {}), ("tomorrow", {"ngay": "2026-04-25"}), ("log", {}), ("silent", {})]
)
def test_three_names_cost_as_many_queries_as_one(scene, office, name, params, django_assert_max_num_queries):
    scene.essay.due_at = at(26)  # so that tomorrow is a day with letters
    scene.owe("an essay", "binh essay")
    plan_ward(ward=scene.ward, at=at(24, hour=7))
    asked = []
    for number in range(3):
        setattr(scene, f"x{number}", make_member(scene.cell, email="" if number else "x@x.vn"))
        scene.owe(f"x{number} essay")
        with django_assert_max_num_queries(31) as context:
            assert office.get(reverse(f"reminders:{name}"), params).status_code == 200
        asked.append(len(context))
    assert asked[1] == asked[2]
    assert asked[0] <= asked[1] + 2  # the first visit of a session writes it


def test_a_units_own_debt_shows_the_phone_of_its_secretary_and_a_members_his_own(scene, office):
    scene.owe("cell report", "an essay", "sub_cell report")
    scene.an.phone = "0988 777 666"
    scene.an.save()
    page = office.get(reverse("reminders:chase"))
    phones = {(debt.unit_id, bool(debt.member_id)): contact for debt, _, contact in page.context["rows"]}
    assert phones == {
        (scene.cell.pk, False): ("Trần Thị Bích Ngọc", "Bí thư", "0912345678"),
        (scene.cell.pk, True): None,
        (scene.sub_cell.pk, False): ("Bùi Thu Hà", "Bí thư", ""),
    }
    html = page.content.decode()
    assert html.count('href="tel:0912345678"') == 1
    assert html.count('href="tel:0988777666"') == 1


def test_on_the_call_sheet_nobody_is_ticked_before_the_office_ticks_him(scene, office):
    scene.owe("cell report", "an essay", "sub_cell report")
    html = office.get(reverse("reminders:calls"), {"loai": "tat-ca"}).content.decode()
    ticked = re.findall(r'name="obligations" value="(\d+)"( checked)?', html)
    assert {(int(pk), bool(checked)) for pk, checked in ticked} == {
        (scene.debts["cell report"].pk, False),
        (scene.debts["an essay"].pk, False),
        (scene.debts["sub_cell report"].pk, True),  # the only debt of its unit: nothing to choose
    }
    assert "Chọn hết" in html
