"""Đảng viên của chi bộ: who has written and who comes in how; slips made, shown once, printed again, revoked.

Not here: links as rows (`tests/units/test_links.py`), the pages behind them (`test_personal_pages.py`).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directives.choices import RequirementKind
from submissions.link_slips import in_sheets
from submissions.models import SubmissionVersion
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.errors import LinkClosed
from units.link_access import open_link
from units.models import CommitteeProfile, PersonalLink, User
from units.services.links import make_link
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 9, 5, tzinfo=VIETNAM)


class Cell:
    """A cell of three: one with an account, one with a link, one with nothing; and a cell next door."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 12")
        self.secretary = make_user(Role.SECRETARY, self.unit, name="Trần Văn Bảy")
        self.an, self.binh, self.cuc = (
            make_member(self.unit, name=name) for name in ("Nguyễn Văn An", "Lê Thị Bình", "Phạm Thị Cúc")
        )
        make_user(member=self.an)
        self.link = make_link(member=self.binh, unit=self.unit, by=self.secretary, at=NOW, sheet="")
        self.next_door = make_unit(self.ward, name="Chi bộ Tổ dân phố số 13")
        self.neighbour = make_member(self.next_door, name="Đỗ Văn Hàng Xóm")
        self.client = Client()
        self.client.force_login(self.secretary)

    def url(self, name: str) -> str:
        return reverse(f"submissions:{name}", args=[self.unit.pk])

    def names(self, **filters: str) -> list[str]:
        rows = self.client.get(self.url("unit_members"), filters).context["rows"]
        return [row.member.full_name for row in rows]

    def make(self, whom: object, sheet: str = "một-lần"):
        return self.client.post(self.url("links_make"), {"ai": whom, "sheet": sheet})


@pytest.fixture
def cell(time_machine) -> Cell:
    time_machine.move_to(NOW, tick=False)
    return Cell()


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def codes_of(response) -> dict[str, str]:
    """Name → code as the slips say them."""
    found = re.findall(
        r"<article class=\"slip\">.*?<h2>([^<]+)</h2>.*?slip-code\">([^<]+)<", text_of(response), re.DOTALL
    )
    return dict(found)


def test_list_tells_ways_in_and_narrows(cell: Cell) -> None:
    requirement = make_requirement(make_directive(cell.ward))
    hand_in_one(make_obligation(requirement, cell.an), by=cell.secretary)
    make_obligation(requirement, cell.cuc)
    text = text_of(cell.client.get(cell.url("unit_members")))
    assert "Do đ/c Trần Văn Bảy nộp thay lúc 09:05 ngày 24/4/2026" in text
    assert "chưa mở lần nào" in text
    assert "Hàng Xóm" not in text
    assert cell.names() == ["Nguyễn Văn An", "Lê Thị Bình", "Phạm Thị Cúc"]
    assert cell.names(loc="tai-khoan") == ["Nguyễn Văn An"]
    assert cell.names(loc="lien-ket") == ["Lê Thị Bình"]
    assert cell.names(loc="chua") == ["Phạm Thị Cúc"]
    assert cell.names(loc="no") == ["Phạm Thị Cúc"]
    assert cell.names(q="pham thi") == ["Phạm Thị Cúc"]
    ways = cell.client.get(cell.url("unit_members")).context["ways"]
    assert (ways.members, ways.accounts, ways.links, ways.missing, ways.without_account) == (3, 1, 1, 1, 2)
    assert ways.owing == 1


def test_slips_for_those_who_owe_and_a_locked_account_is_said(cell: Cell) -> None:
    make_obligation(make_requirement(make_directive(cell.ward)), cell.cuc)
    locked = make_member(cell.unit, name="Vũ Thị Dậu")
    make_user(member=locked)
    User.objects.filter(member=locked).update(is_active=False)
    text = text_of(cell.client.get(cell.url("unit_members")))
    assert "Tạo và in 1 phiếu cho người còn nợ" in text
    assert "Cả 2 người chưa có" in text
    assert text.count("tài khoản đang khóa") == 1
    assert text.count(">chưa có tài khoản, liên kết<") == 1
    assert list(codes_of(cell.make("con-no"))) == ["Phạm Thị Cúc"]
    assert list(codes_of(cell.make("thieu", sheet="hai"))) == ["Vũ Thị Dậu"]
    assert "cho người còn nợ" not in text_of(cell.client.get(cell.url("unit_members")))


def test_the_office_sees_the_list_in_its_own_layout(cell: Cell) -> None:
    assert '<body class="member"' in text_of(cell.client.get(cell.url("unit_members")))
    office = Client()
    office.force_login(make_user(Role.OFFICE, cell.ward))
    for name in ("unit_members", "links_make", "links_revoke"):
        assert '<body class="staff"' in text_of(office.get(cell.url(name))), name


def test_the_list_asks_as_often_for_three_as_for_one(cell: Cell) -> None:
    requirement = make_requirement(make_directive(cell.ward))
    make_obligation(requirement, cell.binh)
    for _ in range(3):
        member = make_member(cell.unit)
        hand_in_one(make_obligation(requirement, member), by=cell.secretary)
        make_link(member=member, unit=cell.unit, by=cell.secretary, at=NOW, sheet="")
    with CaptureQueriesContext(connection) as one:
        cell.client.get(cell.url("unit_members"), {"q": "binh"})
    with CaptureQueriesContext(connection) as many:
        cell.client.get(cell.url("unit_members"), {"loc": "lien-ket"})
    assert len(many) == len(one)


def test_missing_ones_get_slips_that_open(cell: Cell) -> None:
    asked = cell.client.get(cell.url("links_make"), {"ai": "thieu"})
    assert "Tạo và in 1 phiếu?" in text_of(asked)
    assert PersonalLink.objects.count() == 1
    made = cell.make("thieu")
    codes = codes_of(made)
    assert list(codes) == ["Phạm Thị Cúc"]
    assert open_link(codes["Phạm Thị Cúc"], at=NOW).member == cell.cuc
    assert open_link(cell.link.code, at=NOW).member == cell.binh
    text = text_of(made)
    assert "Không đưa cho người khác" in text
    assert "Dùng đến hết 23/7/2026." in text
    assert f"/r/{codes['Phạm Thị Cúc']}/ Mở ra, chụp từng trang" in text
    assert "no-store" in made["Cache-Control"]
    again = cell.make("thieu")
    assert again.status_code == 302
    assert PersonalLink.objects.filter(member=cell.cuc).count() == 1
    assert codes["Phạm Thị Cúc"] not in text_of(cell.client.get(cell.url("unit_members")))


def test_nothing_is_called_printed_again_that_was_never_printed(cell: Cell) -> None:
    page = text_of(cell.client.get(cell.url("unit_members")))
    assert "In phiếu cho cả 2 người không có tài khoản" in page  # one has a link, one has not
    assert "In lại 2 phiếu" not in page
    cell.make("thieu")
    assert "In lại 2 phiếu" in text_of(cell.client.get(cell.url("unit_members")))


def test_the_drawing_is_the_qr_of_the_address(cell: Cell, settings) -> None:
    settings.PUBLIC_URL = "https://cong.phucloi.example"
    slip = cell.make("thieu").context["slips"][0]
    assert slip.url == f"https://cong.phucloi.example/r/{slip.code}/"
    assert slip.place == "cong.phucloi.example/r"
    expected = segno.make_qr(slip.url, error="m")
    assert slip.qr == expected.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
    assert expected.matrix != segno.make_qr(f"{slip.url}x", error="m").matrix
    assert slip.code not in repr(slip)


def test_printing_again_says_so_and_ends_the_old_codes(cell: Cell) -> None:
    asked = text_of(cell.client.get(cell.url("links_make"), {"ai": "tat-ca"}))
    assert "Tạo và in 2 phiếu?" in asked
    assert "1 người đã có phiếu: mã cũ của họ hết dùng ngay." in asked
    codes = codes_of(cell.make("tat-ca"))
    assert list(codes) == ["Lê Thị Bình", "Phạm Thị Cúc"]
    with pytest.raises(LinkClosed):
        open_link(cell.link.code, at=NOW)


def test_one_member_even_with_an_account(cell: Cell) -> None:
    assert list(codes_of(cell.make(cell.an.pk))) == ["Nguyễn Văn An"]
    assert cell.make(cell.neighbour.pk, sheet="khác").status_code == 404
    assert cell.make("drop table", sheet="khác").status_code == 302
    assert not PersonalLink.objects.filter(member=cell.neighbour).exists()


def test_a_slip_says_the_nearest_deadline_and_whom_to_call(cell: Cell) -> None:
    directive = make_directive(cell.ward)
    later = make_requirement(directive, due_at=datetime(2026, 5, 5, tzinfo=VIETNAM))
    make_obligation(later, cell.cuc)
    make_obligation(make_requirement(directive, due_at=datetime(2026, 4, 28, tzinfo=VIETNAM)), cell.cuc)
    secretary = make_member(cell.unit, name="Trần Văn Bảy", title="Bí thư", phone="0912 345 678")
    CommitteeProfile.objects.update_or_create(unit=cell.ward, defaults={"phone": "024 3875 2468"})
    made = cell.make("thieu")
    of_cuc = text_of(made).split("<h2>Phạm Thị Cúc</h2>")[1].split("</article>")[0]
    assert "Hạn gần nhất:<br><b>hết thứ Hai ngày 27/4/2026</b>" in of_cuc
    assert "Cần giúp thì gọi Trần Văn Bảy, Bí thư: 0912 345 678." in of_cuc
    own = text_of(cell.make(secretary.pk, sheet="hai"))
    assert "Hạn gần nhất" not in own
    assert "Cần giúp thì gọi Ban Xây dựng Đảng: 024 3875 2468." in own


def test_six_slips_a_sheet() -> None:
    assert [len(sheet) for sheet in in_sheets(range(13))] == [6, 6, 1]
    assert in_sheets([]) == []


def test_revoking_asks_and_touches_the_unit_alone(cell: Cell) -> None:
    theirs = make_link(
        member=cell.neighbour, unit=cell.next_door, by=make_user(Role.OFFICE, cell.ward), at=NOW, sheet=""
    )
    assert "Thu hồi 1 liên kết của Lê Thị Bình?" in text_of(
        cell.client.get(cell.url("links_revoke"), {"ai": cell.binh.pk})
    )
    cell.client.post(cell.url("links_revoke"), {"ai": cell.neighbour.pk})
    assert PersonalLink.objects.filter(revoked_at=None).count() == 2
    cell.client.post(cell.url("links_revoke"), {"ai": "tat-ca"})
    with pytest.raises(LinkClosed):
        open_link(cell.link.code, at=NOW)
    assert open_link(theirs.code, at=NOW).member == cell.neighbour


def test_an_expired_link_counts_as_none(cell: Cell, time_machine) -> None:
    time_machine.move_to(cell.link.link.expires_at - timedelta(seconds=1), tick=False)
    cell.client.force_login(cell.secretary)
    assert cell.names(loc="lien-ket") == ["Lê Thị Bình"]
    time_machine.move_to(cell.link.link.expires_at, tick=False)
    cell.client.force_login(cell.secretary)
    assert cell.names(loc="lien-ket") == []
    assert "đã hết hạn, dùng đến hết" in text_of(cell.client.get(cell.url("unit_members")))
    assert set(codes_of(cell.make("thieu"))) == {"Lê Thị Bình", "Phạm Thị Cúc"}


def test_expired_slips_are_found_and_printed_anew_in_two_clicks(cell: Cell, time_machine) -> None:
    time_machine.move_to(cell.link.link.expires_at - timedelta(seconds=1), tick=False)
    cell.client.force_login(cell.secretary)
    assert (cell.names(loc="het-han"), "Phiếu hết hạn" in text_of(cell.client.get(cell.url("unit_members")))) == (
        [],
        False,
    )
    time_machine.move_to(cell.link.link.expires_at, tick=False)
    cell.client.force_login(cell.secretary)
    page = text_of(cell.client.get(cell.url("unit_members")))
    assert 'href="?loc=het-han">Phiếu hết hạn 1</a>' in page
    assert cell.names(loc="het-han") == ["Lê Thị Bình"]
    found = text_of(cell.client.get(cell.url("unit_members"), {"loc": "het-han"}))
    assert '<input type="hidden" name="ai" value="het-han">' in found
    assert "In lại 1 phiếu</button>" in found
    assert set(codes_of(cell.make("het-han"))) == {"Lê Thị Bình"}
    assert cell.names(loc="het-han") == []


@pytest.mark.parametrize(
    ("role", "status"),
    [("leader", 403), ("above", 200), ("office", 200), ("next door", 404), ("foreign", 404), ("member", 404)],
)
def test_who_may(cell: Cell, role: str, status: int) -> None:
    foreign = make_ward(name="Việt Hưng", code="VH")
    user = {
        "leader": lambda: make_user(Role.LEADER, cell.ward),
        "above": lambda: make_user(Role.SECRETARY, cell.ward),
        "office": lambda: make_user(Role.OFFICE, cell.ward),
        "next door": lambda: make_user(Role.SECRETARY, cell.next_door),
        "foreign": lambda: make_user(Role.SECRETARY, foreign),
        "member": lambda: make_user(member=cell.cuc),
    }[role]()
    cell.client.force_login(user)
    for name in ("unit_members", "links_make", "links_revoke"):
        assert cell.client.get(cell.url(name)).status_code == status
    before = PersonalLink.objects.count()
    assert cell.client.post(cell.url("links_make"), {"ai": "thieu", "sheet": "x"}).status_code == status
    assert (PersonalLink.objects.count() > before) is (status == 200)


def test_on_behalf_is_listed_for_the_units_page(cell: Cell) -> None:
    requirement = make_requirement(make_directive(cell.ward))
    hand_in_one(make_obligation(requirement, cell.binh), by=cell.secretary)
    hand_in_one(make_obligation(requirement, cell.an), by=make_user(member=cell.an))
    response = cell.client.get(reverse("submissions:on_behalf", args=[requirement.pk, cell.unit.pk]))
    assert [one.obligation.member for one in response.context["rows"]] == [cell.binh]
    assert '<br><span class="second">Do đ/c Trần Văn Bảy nộp thay' in text_of(response)
    page = text_of(cell.client.get(reverse("directives:unit_part", args=[requirement.pk, cell.unit.pk])))
    assert f'<a href="{reverse("submissions:on_behalf", args=[requirement.pk, cell.unit.pk])}">' in page
    assert (
        'hx-get="/viec' not in page
    )  # the names stand above; who handed in for whom is one click away, not a second list
    assert page.count("Xem bài đã nộp") == 2


@pytest.mark.parametrize(
    ("door", "by", "kind", "on_behalf", "said"),
    [
        ("BROWSER", "secretary", "ESSAY", True, "Do đ/c Trần Văn Bảy nộp thay lúc 09:05 ngày 24/4/2026"),
        ("BROWSER", "member", "ESSAY", False, "Nguyễn Văn An"),
        ("COMMAND", None, "ESSAY", True, "Do Ban Xây dựng Đảng nộp thay lúc 09:05 ngày 24/4/2026, theo lô"),
        ("BROWSER", "secretary", "REPORT", False, "Trần Văn Bảy"),
        ("COMMAND", None, "REPORT", False, "Ban Xây dựng Đảng, theo lô"),
    ],
)
def test_who_handed_in_for_whom_by_every_door(
    cell: Cell, door: str, by: str | None, kind: str, on_behalf: bool, said: str
) -> None:
    user = {"secretary": cell.secretary, "member": make_user(member=cell.an), None: None}[by]
    requirement = make_requirement(make_directive(cell.ward), kind=RequirementKind(kind))
    party = cell.an if kind == "ESSAY" else cell.unit
    version = hand_in_one(make_obligation(requirement, party), by=user, door=door)
    assert (version.on_behalf, SubmissionVersion.objects.get().handed_in_by) == (on_behalf, said)
