"""The roster's pages: what each role reads, what is hidden from whom, and that lists cost the same for 1 and 3."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from outbox.models import OutgoingMail
from tests.factories.units import (
    PASSWORD,
    appoint,
    exempt,
    grant,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
)
from tests.proof import prove_again
from units.choices import Block, PositionGroup, Role, UnitKind
from units.models import Membership, RoleGrant, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_day")]
TODAY = timezone.localdate()


@pytest.fixture
def ward():
    return make_ward()


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"units:{name}", args=args), query)


def words(response) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<header.*?</header>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_a_persons_name_in_the_list_of_units_leads_to_the_person_one_may_see(client, ward):
    cell, other = make_unit(ward, name="Chi bộ 1"), make_unit(ward, name="Chi bộ 2")
    make_unit(ward, name="Tổ 1", kind=UnitKind.SUB_CELL, parent=cell)
    theirs = make_member(make_unit(make_ward(name="Việt Hưng", code="VH")), name="Bùi Kim Cương")
    ours, neighbour = make_member(cell, name="Bùi Kim Cương"), make_member(other, name="Bùi Kim Cương")
    office, secretary = make_user(Role.OFFICE, ward), make_user(Role.SECRETARY, cell)
    assert page(client, office, "directory", q="kim cuong").context["people"] == [ours, neighbour]
    shown = page(client, secretary, "directory", q="kim cuong")
    assert shown.context["people"] == [ours]
    assert reverse("units:member", args=[ours.pk]) in shown.content.decode()
    assert reverse("units:member", args=[theirs.pk]) not in shown.content.decode()
    assert page(client, office, "directory").context["people"] == []
    for _ in range(8):
        make_member(cell, name="Bùi Kim Cương")
    many = page(client, office, "directory", q="kim cuong").content.decode()
    assert many.count('href="/danh-ba/dang-vien/') >= 9
    assert "Xem mọi người khớp" in many


def test_directory_shows_the_tree_with_heads_and_counts(client, ward):
    cluster = make_cluster(ward, "Cụm 7")
    base = make_unit(ward, name="Đảng bộ Công an phường", kind=UnitKind.GRASSROOTS_COMMITTEE, block=Block.POLICE)
    sub = make_unit(ward, name="Chi bộ An ninh", kind=UnitKind.SUB_CELL, parent=base, block=Block.POLICE)
    cell = make_unit(ward, name="Chi bộ Tổ dân phố số 5", cluster=cluster)
    head = make_member(cell, name="Nguyễn Văn An", title="Bí thư")
    appoint(make_member(cell, name="Lê Phó"), "Phó Bí thư", unit=cell)
    make_member(sub)
    make_member(base)
    response = page(client, make_user(Role.OFFICE, ward), "directory")

    rows = {
        line.unit.name: (line.level, line.head and line.head.member, line.members) for line in response.context["lines"]
    }
    assert rows == {
        "Đảng bộ phường Phúc Lợi": (0, None, 4),
        "Đảng bộ Công an phường": (1, None, 2),
        "Chi bộ An ninh": (2, None, 1),
        "Chi bộ Tổ dân phố số 5": (1, head, 2),
    }
    assert "Danh bạ: 4 đơn vị" in words(response)

    def found(**query):
        lines = page(client, User.objects.get(role_grants__role=Role.OFFICE), "directory", **query).context["lines"]
        return {line.unit.name for line in lines}

    assert found(q="cong an") == {"Đảng bộ Công an phường"}
    assert found(khoi="POLICE") == {"Đảng bộ Công an phường", "Chi bộ An ninh"}
    assert found(cum=cluster.pk) == {"Chi bộ Tổ dân phố số 5"}
    assert found(loai="SUB_CELL") == {"Chi bộ An ninh"}
    assert len(found(khoi="nonsense", cum="999")) == 4  # what is not offered narrows nothing
    assert found(q="không có") == set()


def test_a_secretary_is_taken_to_the_own_unit(client, ward):
    cell, other = make_unit(ward), make_unit(ward)
    make_member(other, name="Canari Người Lạ")
    response = page(client, make_user(Role.SECRETARY, cell), "directory")
    assert response["Location"] == reverse("units:unit", args=[cell.pk])
    user = User.objects.get(role_grants__unit=cell)
    for name, args in (("members", ()), ("unit", (cell.pk,))):
        assert "Canari" not in page(client, user, name, *args).content.decode()
    assert page(client, user, "unit", other.pk).status_code == 404


def test_who_sees_nothing_gets_404(client, ward):
    make_unit(ward)
    for user in (make_user(), make_user(Role.MEMBER, ward)):
        assert page(client, user, "directory").status_code == 404
        assert page(client, user, "members").status_code == 404


def test_members_are_searched_and_narrowed(client, ward):
    cluster = make_cluster(ward)
    cell, school = make_unit(ward, cluster=cluster), make_unit(ward, block=Block.SCHOOL)
    an = make_member(cell, name="Nguyễn Văn An", title="Bí thư")
    dung = make_member(school, name="Đỗ Tiến Dũng")
    exempt(dung)
    gone = make_member(school, name="Lê Đã Chuyển", until=TODAY)
    office = make_user(Role.OFFICE, ward)

    def found(**query):
        return [line.member for line in page(client, office, "members", **query).context["lines"]]

    assert found() == [an, dung]  # by given name: An, Dũng
    assert found(q="do tien dung") == [dung]
    assert found(khoi="SCHOOL") == [dung]
    assert found(cum=cluster.pk) == [an]
    assert found(nhom=PositionGroup.CELL_SECRETARY) == [an]
    assert found(mien="1") == [dung]
    assert gone not in found()


def test_contact_and_reasons_by_role(client, ward):
    cluster = make_cluster(ward)
    cell = make_unit(ward, cluster=cluster)
    member = make_member(cell, name="Vũ Thị Hoà", email="hoa@phuong.example", phone="0912345678")
    exempt(member, decision="03-QĐ/ĐU")
    readers = {
        "office": make_user(Role.OFFICE, ward),
        "leader": make_user(Role.LEADER, ward),
        "cluster lead": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "secretary": make_user(Role.SECRETARY, cell),
        "herself": make_user(Role.MEMBER, cell, member=member),
    }
    seen = {}
    for who, user in readers.items():
        text = words(page(client, user, "member", member.pk))
        assert "03-QĐ/ĐU" in text
        seen[who] = ("0912345678" in text, "hoa@phuong.example" in text, "Sức khỏe yếu" in text)
    assert seen == {
        "office": (True, True, True),
        "leader": (False, False, False),
        "cluster lead": (False, False, False),
        "secretary": (True, True, False),
        "herself": (True, True, False),
    }


@pytest.mark.parametrize("name", ["directory", "members", "unit", "member", "accounts", "account"])
def test_a_page_costs_the_same_for_one_and_for_three(client, ward, name):
    cluster = make_cluster(ward)
    base = make_unit(ward, kind=UnitKind.GRASSROOTS_COMMITTEE, cluster=cluster)
    account = make_user()

    def grow(number):
        for _ in range(number):
            unit = make_unit(ward, parent=base, kind=UnitKind.SUB_CELL, cluster=cluster)
            member = make_member(base, title="Bí thư")
            appoint(member, "Chi ủy viên", unit=unit)
            make_member(unit, title="Phó Bí thư")
            exempt(member)
            make_user(Role.SECRETARY, unit, member=member)
            grant(account, Role.SECRETARY, unit)

    grow(1)
    member = base.memberships.get().member
    admin = make_user(Role.ADMIN, ward)
    args = {"unit": [base.pk], "member": [member.pk], "account": [account.pk]}.get(name, [])
    counts = []
    for more in (0, 2):
        grow(more)
        for _ in range(more):
            appoint(member, f"Chức vụ {_}", unit=base)
        page(client, admin, name, *args)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"units:{name}", args=args)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_opening_an_account_for_a_secretary(client, ward):
    cell = make_unit(ward)
    member = make_member(cell, name="Nguyễn Văn An", email="an@phuong.example", title="Bí thư")
    admin = make_user(Role.ADMIN, ward)
    form = page(client, admin, "open_account", member.pk).context["form"]
    prove_again(client)
    assert (form.initial["full_name"], form.initial["email"], form.initial["role"], form.initial["unit"]) == (
        "Nguyễn Văn An", "an@phuong.example", Role.SECRETARY, cell,
    )  # fmt: skip
    sent = {"full_name": "Nguyễn Văn An", "email": "an@phuong.example", "role": "SECRETARY", "unit": cell.pk}
    response = client.post(reverse("units:open_account", args=[member.pk]), {**sent, "is_superuser": "on"})
    user = User.objects.get(email="an@phuong.example")
    assert response["Location"] == reverse("units:account", args=[user.pk])
    assert (user.member, user.is_superuser, user.has_usable_password()) == (member, False, False)
    grants = [(g.role, g.unit, g.valid_from, g.valid_to) for g in user.role_grants.all()]
    assert grants == [("SECRETARY", cell, TODAY, None)]

    again = client.post(reverse("units:open_account", args=[member.pk]), sent)
    assert again.status_code == 422
    assert "Đã có tài khoản dùng địa chỉ “an@phuong.example”." in words(again)


def test_an_invited_account_gets_its_link(client, ward):
    cell = make_unit(ward)
    admin = make_user(Role.ADMIN, ward)
    client.force_login(admin)
    prove_again(client)
    client.post(
        reverse("units:new_account"),
        {"full_name": "Lê Bình", "email": "binh@phuong.example", "role": "OFFICE", "unit": ward.pk},
    )
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == ("binh@phuong.example", "Mời dùng Cổng theo dõi chỉ đạo")
    assert cell.name not in mail.text


def test_roles_given_and_ended_by_the_page(client, ward):
    cell, elsewhere = make_unit(ward), make_unit(make_ward(name="Giang Biên"))
    admin, user = make_user(Role.ADMIN, ward), make_user(Role.SECRETARY, cell)
    client.force_login(admin)
    prove_again(client)
    address = reverse("units:grant", args=[user.pk])
    assert client.post(address, {"role": "OFFICE", "unit": ward.pk}).status_code == 302
    refused = client.post(address, {"role": "OFFICE", "unit": ward.pk})
    assert refused.status_code == 422
    assert "đang giữ vai trò Cán bộ Ban Xây dựng Đảng" in words(refused)
    assert client.post(address, {"role": "ADMIN", "unit": elsewhere.pk}).status_code == 422  # not his to give
    held = user.role_grants.get(role=Role.OFFICE)
    assert client.post(reverse("units:end_role", args=[held.pk])).status_code == 302
    held.refresh_from_db()
    assert held.valid_to == TODAY
    own = admin.role_grants.get()
    client.post(reverse("units:end_role", args=[own.pk]))
    own.refresh_from_db()
    assert own.valid_to is None


def test_locking_by_the_page(client, ward):
    admin, user = make_user(Role.ADMIN, ward), make_user(Role.SECRETARY, make_unit(ward))
    client.force_login(admin)
    prove_again(client)
    assert "Khóa tài khoản</button>" in client.get(reverse("units:account", args=[user.pk])).content.decode()
    Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    page = client.get(reverse("units:account", args=[user.pk])).content.decode()
    assert "Khóa tài khoản, kết thúc 1 phiên</button>" in page  # the button says what it will touch
    client.post(reverse("units:lock", args=[user.pk]))
    assert not User.objects.get(pk=user.pk).is_active
    client.post(reverse("units:lock", args=[user.pk]))
    assert User.objects.get(pk=user.pk).is_active
    client.post(reverse("units:lock", args=[admin.pk]))
    assert User.objects.get(pk=admin.pk).is_active


def test_locking_twice_does_not_open_the_account_again(client, ward):
    """A second click, or a page from before a colleague locked it: what the page offered is done, or was done before."""
    user = make_user(Role.SECRETARY, make_unit(ward))
    client.force_login(make_user(Role.ADMIN, ward))
    prove_again(client)
    address, account = reverse("units:lock", args=[user.pk]), reverse("units:account", args=[user.pk])
    for act, offered, is_active, said in (
        ("khoa", "mo", False, "đã khóa từ trước"),
        ("mo", "khoa", True, "đã mở từ trước"),
    ):
        assert f'name="act" value="{act}"' in client.get(account).content.decode()
        client.post(address, {"act": act}, follow=True)
        assert said in client.post(address, {"act": act}, follow=True).content.decode()
        assert User.objects.get(pk=user.pk).is_active is is_active
        assert f'name="act" value="{offered}"' in client.get(account).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.SECRETARY])
def test_only_administrators_see_accounts(client, ward, role):
    user, other = make_user(role, ward), make_user(Role.SECRETARY, make_unit(ward))
    client.force_login(user)
    for name, args in (("accounts", ()), ("new_account", ()), ("account", (other.pk,))):
        assert client.get(reverse(f"units:{name}", args=args)).status_code == 404
    for name in ("grant", "lock", "password_link"):
        assert client.post(reverse(f"units:{name}", args=[other.pk])).status_code == 404
    assert client.post(reverse("units:end_role", args=[other.role_grants.get().pk])).status_code == 404
    assert RoleGrant.objects.filter(valid_to=None).count() == 2


def test_an_administrator_of_another_ward_sees_no_account(client, ward):
    user = make_user(Role.SECRETARY, make_unit(ward))
    client.force_login(make_user(Role.ADMIN, make_ward(name="Giang Biên")))
    assert client.get(reverse("units:account", args=[user.pk])).status_code == 404
    assert user.email not in client.get(reverse("units:accounts")).content.decode()


def test_accounts_stand_by_given_name_the_vietnamese_way(client, ward):
    admin = make_user(Role.ADMIN, ward, name="Vũ Thị Yến")
    for name in ("Bùi Văn Đức", "Đỗ Thị An", "Nguyễn Văn Dũng", "Ông Văn Ân"):
        make_user(Role.SECRETARY, make_unit(ward), name=name)
    client.force_login(admin)
    lines = client.get(reverse("units:accounts")).context["lines"]
    assert [line.account.full_name for line in lines] == [
        "Đỗ Thị An", "Ông Văn Ân", "Nguyễn Văn Dũng", "Bùi Văn Đức", "Vũ Thị Yến"
    ]  # fmt: skip


def test_accounts_for_all_secretaries_at_once(client, ward):
    one, two, three = make_unit(ward), make_unit(ward), make_unit(make_ward(name="Giang Biên"))
    an = make_member(one, name="Nguyễn Văn An", email="an@phuong.example", title="Bí thư")
    appoint(an, "Bí thư", unit=two)  # two posts, one account
    binh = make_member(two, name="Lê Bình", email="Binh@phuong.example", title="Phó Bí thư")
    make_member(two, name="Lê Không Thư", title="Phó Bí thư")
    make_member(one, name="Lê Trùng", email="da.dung@phuong.example", title="Phó Bí thư")
    make_user(email="da.dung@phuong.example")
    make_member(one, name="Lê Thường", email="thuong@phuong.example")
    make_member(three, name="Lê Phường Khác", email="khac@phuong.example", title="Bí thư")
    had = make_member(one, name="Lê Đã Có", email="co@phuong.example", title="Phó Bí thư")
    make_user(member=had)
    admin = make_user(Role.ADMIN, ward)
    lacking = page(client, admin, "open_secretaries").context["lacking"]
    assert [post.member for post in lacking.ready] == [an, binh]
    assert {post.member.full_name for post in lacking.without_address} == {"Lê Không Thư", "Lê Trùng"}

    prove_again(client)
    with zeal_ignore():  # each account goes through the verb of one, with its own entries in the log
        assert client.post(reverse("units:open_secretaries")).status_code == 302
    opened = {
        user.email: [(g.role, g.unit) for g in user.role_grants.all()]
        for user in User.objects.filter(member__in=[an, binh])
    }
    assert opened == {"an@phuong.example": [("SECRETARY", one)], "binh@phuong.example": [("SECRETARY", two)]}
    assert set(OutgoingMail.objects.values_list("to_address", flat=True)) == {
        "an@phuong.example",
        "binh@phuong.example",
    }
    assert page(client, admin, "open_secretaries").context["lacking"].ready == []


def test_a_person_leads_back_to_the_unit_one_may_open_and_to_no_other(client, ward):
    cell, other = make_unit(ward), make_unit(ward)
    member = make_member(cell, name="Vũ Thị Hoà")
    member.memberships.update(valid_to=TODAY + timedelta(days=3))
    Membership.objects.create(member=member, unit=other, valid_from=TODAY + timedelta(days=3))
    readers = {
        "office": make_user(Role.OFFICE, ward),
        "secretary": make_user(Role.SECRETARY, cell),
        "herself": make_user(Role.MEMBER, cell, member=member),
    }
    links = {who: re.findall(r'href="/danh-ba/don-vi/(\d+)/"', page(client, user, "member", member.pk).content.decode()) for who, user in readers.items()}  # fmt: skip
    assert links == {
        "office": [str(cell.pk), str(other.pk), str(cell.pk)],
        "secretary": [str(cell.pk), str(cell.pk)],
        "herself": [],
    }


def test_a_head_who_belongs_elsewhere_is_named_without_a_link_that_leads_nowhere(client, ward):
    cluster = make_cluster(ward)
    cell, office = make_unit(ward, cluster=cluster), make_unit(ward)
    head = make_member(office, name="Vũ Thị Hoà")
    appoint(head, "Bí thư", unit=cell)
    address = reverse("units:member", args=[head.pk])
    readers = {
        "leader": make_user(Role.LEADER, ward),
        "cluster lead": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "secretary": make_user(Role.SECRETARY, cell),
    }
    linked = {}
    for who, user in readers.items():
        shown = page(client, user, "unit", cell.pk).content.decode()
        assert "Vũ Thị Hoà" in shown
        linked[who] = (address in shown, client.get(address).status_code)
    assert linked == {"leader": (True, 200), "cluster lead": (False, 404), "secretary": (False, 404)}


def test_filters_by_unit_are_for_whoever_sees_more_than_one(client, ward):
    cell = make_unit(ward)
    make_member(cell)
    one = page(client, make_user(Role.SECRETARY, cell), "members").content.decode()
    many = page(client, make_user(Role.OFFICE, ward), "members").content.decode()
    assert [name in one for name in ('name="khoi"', 'name="cum"', 'name="mien"')] == [False, False, True]
    assert [name in many for name in ('name="khoi"', 'name="cum"', 'name="mien"')] == [True, True, True]
