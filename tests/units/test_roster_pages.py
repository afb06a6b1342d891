"""The pages that keep the roster: what the administrator sees and does, the change of secretary, the tree, clusters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from submissions.models import StagedFile
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, exempt, grant, make_cluster, make_member, make_unit, make_user, make_ward
from tests.proof import prove_again
from units.choices import Block, ExemptionReason, MemberStatus, Role, UnitKind
from units.models import Appointment, Cluster, Member, Membership, RoleGrant, Unit, User
from vietnamese.dates import format_date

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_day")]
TODAY = timezone.localdate()


def day(offset: int = 0) -> str:
    return format_date(TODAY + timedelta(days=offset))


class Scene:
    """A ward with an administrator and two cells, An being secretary of the first."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward, name="Chi bộ Tổ dân phố số 1", code="TDP01")
        self.other = make_unit(self.ward, name="Chi bộ Tổ dân phố số 2", code="TDP02")
        self.an = make_member(self.cell, name="Nguyễn Văn An", title="Bí thư")
        self.binh = make_member(self.cell, name="Lê Thị Bình", email="binh@phuong.example")
        self.admin = make_user(Role.ADMIN, self.ward)


@pytest.fixture
def scene(client) -> Scene:
    made = Scene()
    client.force_login(made.admin)
    return made


def words(response) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<header.*?</header>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def post(client, page, /, *args, **data):
    return client.post(reverse(page, args=args), data, follow=True)


def unit_data(**changes):
    return {
        "name": "Chi bộ Mới", "code": "MOI", "kind": "GRASSROOTS_CELL", "block": Block.SCHOOL, "aliases": "", "on": day(),
    } | changes  # fmt: skip


def test_a_unit_is_opened_changed_and_closed(client, scene):
    answer = post(client, "units:open_unit", scene.ward.pk, **unit_data(parent=scene.ward.pk))
    unit = Unit.objects.get(code="MOI")
    assert f"Đã lập Chi bộ Mới từ ngày {day()}." in words(answer)
    post(client, "units:change_unit", unit.pk, **unit_data(parent=scene.other.pk, name="Chi bộ Mới Nhất"))
    unit.refresh_from_db()
    assert (unit.name, unit.above()) == ("Chi bộ Mới Nhất", scene.other)
    history = words(client.get(reverse("units:unit_history", args=[unit.pk])))
    assert "Tên đơn vị: Chi bộ Mới → Chi bộ Mới Nhất" in history
    assert "Lập đơn vị" in history
    refused = post(client, "units:close_unit", scene.cell.pk, on=day())
    assert refused.status_code == 422
    assert "còn 2 đảng viên ở “Chi bộ Tổ dân phố số 1”" in words(refused)
    assert post(client, "units:close_unit", unit.pk, on=day()).status_code == 422  # it opened on that very day
    post(client, "units:close_unit", unit.pk, on=day(1))
    assert Unit.objects.get(pk=unit.pk).closed_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize("offset", [-1, 0])
def test_a_closing_whose_day_has_come_is_asked_about_once_more(client, scene, offset):
    appoint(scene.binh, "Tổ trưởng", unit=scene.other)
    role = grant(make_user(Role.MEMBER, scene.cell), Role.SECRETARY, scene.other)
    page = post(client, "units:close_unit", scene.other.pk, on=day(offset))
    assert page.status_code == 200
    assert f"Chi bộ Tổ dân phố số 2 không còn từ ngày {format_date(TODAY + timedelta(days=offset))}?" in words(page)
    assert "ghi rồi thì không hủy được" in words(page)
    assert "1 chức vụ kết thúc: Lê Thị Bình, Tổ trưởng." in words(page)
    assert f"1 vai trò kết thúc: {role.user.full_name}, Bí thư, phó bí thư." in words(page)
    assert reverse("directives:handover", args=[scene.other.pk]) in page.content.decode()
    assert not Unit.objects.exclude(closed_on=None).exists()
    answer = post(
        client,
        "units:close_unit",
        scene.other.pk,
        **dict(re.findall(r'name="(on|sure)" value="([^"]+)"', page.content.decode())),
    )
    assert "Đã ghi Chi bộ Tổ dân phố số 2 giải thể." in words(answer)
    assert Unit.objects.get(pk=scene.other.pk).closed_on == TODAY + timedelta(days=offset)


def test_what_cannot_be_closed_is_refused_before_it_is_asked(client, scene):
    answer = post(client, "units:close_unit", scene.cell.pk, on=day())
    assert answer.status_code == 422
    assert "không hủy được" not in words(answer)


def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(client, scene):
    answer = post(client, "units:open_unit", scene.ward.pk, **unit_data(parent=scene.ward.pk, code="TDP01", on="32/13"))
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, ["on"])
    answer = post(client, "units:open_unit", scene.ward.pk, **unit_data(parent=scene.ward.pk, code="TDP01"))
    assert answer.context["form"].errors["code"] == ["Mã “TDP01” đã dùng cho “Chi bộ Tổ dân phố số 1”. Ghi mã khác."]
    assert 'value="Chi bộ Mới"' in answer.content.decode()


def test_the_tick_for_a_homonym_is_shown_only_when_it_is_asked(client, scene):
    data = {"full_name": "Nguyễn Văn An", "birth_year": "1955", "status": MemberStatus.FULL, "on": day()}
    page = client.get(reverse("units:add_member", args=[scene.cell.pk]))
    assert "Là người khác cùng tên" not in words(page)
    answer = post(client, "units:add_member", scene.cell.pk, **data)
    assert "đã có Nguyễn Văn An, sinh năm 1970" in words(answer)
    assert 'name="is_another"' in answer.content.decode()
    post(client, "units:add_member", scene.cell.pk, **data, is_another="on")
    assert list(Member.objects.filter(full_name="Nguyễn Văn An").values_list("birth_year", flat=True).order_by("pk")) == [
        1970, 1955,
    ]  # fmt: skip


def test_a_name_in_small_letters_comes_back_with_its_capitals(client, scene):
    data = {"birth_year": "1955", "status": MemberStatus.FULL, "on": day()}
    answer = post(client, "units:add_member", scene.cell.pk, **data, full_name="vũ thị hoà")
    assert "“vũ thị hoà” viết hoa chưa đúng; cổng đã sửa thành “Vũ Thị Hoà”." in words(answer)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert 'name="full_name" value="Vũ Thị Hoà"' in body
    assert "Giữ như đã gõ: “vũ thị hoà”" in words(answer)
    assert not Member.objects.filter(birth_year=1955).exists()
    post(client, "units:add_member", scene.cell.pk, **data, full_name="Vũ Thị Hoà")
    assert Member.objects.get(birth_year=1955).full_name == "Vũ Thị Hoà"


def test_a_name_may_stay_as_it_was_typed(client, scene):
    data = {"birth_year": "1956", "status": MemberStatus.FULL, "on": day()}
    sent = {**data, "full_name": "H'Hen Niê Kdăm", "as_written": "H'Hen niê Kdăm"}
    post(client, "units:add_member", scene.cell.pk, **sent)
    kept = Member.objects.get(birth_year=1956)
    assert kept.full_name == "H'Hen niê Kdăm"
    # Unchanged, it is not asked about again; another name than the one of the tick is.
    post(client, "units:change_member", kept.pk, full_name=kept.full_name, birth_year="1957", email="", phone="")
    assert Member.objects.get(pk=kept.pk).birth_year == 1957
    post(client, "units:change_member", kept.pk, full_name="lê văn nam", as_written="x", birth_year="1957", email="")
    assert Member.objects.get(pk=kept.pk).full_name == "H'Hen niê Kdăm"


def test_a_rename_to_a_namesake_is_confirmed_with_the_years_of_birth_shown(client, scene):
    make_member(scene.cell, name="Vũ Thị Hoà", birth_year=1958)
    data = {"full_name": "Vũ Thị Hòa", "birth_year": "1961", "email": "", "phone": ""}
    answer = post(client, "units:change_member", scene.an.pk, **data)
    assert answer.status_code == 422
    assert "đã có Vũ Thị Hòa, sinh năm 1958" in words(answer)
    assert 'name="is_another"' in answer.content.decode()
    assert Member.objects.get(pk=scene.an.pk).full_name == "Nguyễn Văn An"
    post(client, "units:change_member", scene.an.pk, **data, is_another="on")
    assert Member.objects.get(pk=scene.an.pk).full_name == "Vũ Thị Hòa"


def test_a_member_is_added_from_the_list_of_members(client, scene):
    page = client.get(reverse("units:members")).content.decode()
    assert "Thêm đảng viên" in page
    assert f'<option value="{scene.other.pk}">Chi bộ Tổ dân phố số 2</option>' in page
    assert f'<option value="{scene.ward.pk}">{scene.ward.name}' not in page
    answer = client.get(reverse("units:members"), {"them-vao": scene.other.pk})
    assert answer["Location"] == reverse("units:add_member", args=[scene.other.pk])
    for foreign in (scene.ward.pk, make_unit(make_ward()).pk, "9" * 40):
        assert client.get(reverse("units:members"), {"them-vao": foreign}).status_code == 404
    client.force_login(make_user(Role.OFFICE, scene.ward))
    assert "Thêm đảng viên" not in client.get(reverse("units:members")).content.decode()
    assert client.get(reverse("units:members"), {"them-vao": scene.other.pk}).status_code == 404


def test_posts_and_the_second_secretary(client, scene):
    data = {"title": "Bí thư", "unit": scene.cell.pk, "on": day()}
    answer = post(client, "units:add_post", scene.binh.pk, **data)
    assert "đang có bí thư: Nguyễn Văn An (Bí thư)" in words(answer)
    assert Appointment.objects.filter(member=scene.binh).count() == 0
    post(client, "units:add_post", scene.binh.pk, **data, replaces="on")
    assert Appointment.objects.get(member=scene.an).valid_to == TODAY
    post_of_binh = Appointment.objects.get(member=scene.binh)
    post(client, "units:end_post", post_of_binh.pk, on=day(5))
    assert Appointment.objects.get(pk=post_of_binh.pk).valid_to == TODAY + timedelta(days=5)


def test_exemptions_are_dated_and_their_reason_stays_in_the_office(client, scene):
    data = {"decision": "12-QĐ/ĐU", "reason": ExemptionReason.HEALTH, "first_day": day(), "last_day": day(-1)}
    answer = post(client, "directives:add_exemption", scene.binh.pk, **data)
    assert "trước ngày bắt đầu" in answer.context["form"].errors["last_day"][0]
    post(client, "directives:add_exemption", scene.binh.pk, **{**data, "last_day": ""})
    assert "Sức khỏe yếu" in words(client.get(reverse("units:member", args=[scene.binh.pk])))
    client.force_login(make_user(Role.SECRETARY, scene.cell))
    seen = words(client.get(reverse("units:member", args=[scene.binh.pk])))
    assert ("12-QĐ/ĐU" in seen, "Sức khỏe yếu" in seen, "Ghi sổ" in seen) == (True, False, False)
    client.force_login(scene.admin)
    post(client, "directives:stop_exemption", scene.binh.exemptions.get().pk, on=day(1))
    assert scene.binh.exemptions.get().valid_to == TODAY + timedelta(days=1)


def test_an_exemption_releases_what_is_owed_at_once_and_says_so(client, scene):
    debt = make_obligation(
        make_requirement(make_directive(scene.ward)), scene.binh, due_at=timezone.now() + timedelta(days=9)
    )
    asked = client.get(reverse("directives:add_exemption", args=[scene.binh.pk]))
    assert "việc còn nợ được cho miễn" in words(asked)
    assert asked.context["form"]["reason"].value() in ("", None)  # nobody is old because it stands first
    data = {"decision": "12-QĐ/ĐU", "first_day": day(), "last_day": day(3)}
    assert "reason" in post(client, "directives:add_exemption", scene.binh.pk, reason="", **data).context["form"].errors
    page = words(post(client, "directives:add_exemption", scene.binh.pk, reason=ExemptionReason.HEALTH, **data))
    assert f"1 việc còn nợ của {scene.binh.full_name} được cho miễn, không nhắc nữa." in page
    debt.refresh_from_db()
    assert (debt.state, debt.waiver_reason) == ("WAIVED", "EXEMPT")
    page = words(post(client, "directives:stop_exemption", scene.binh.exemptions.get().pk, on=day()))
    assert "1 việc đã cho miễn được tính lại." in page


def test_the_end_of_a_span_is_shown_as_its_last_day(client, scene):
    exempt(scene.binh, since=TODAY, until=TODAY + timedelta(days=4))
    page = words(client.get(reverse("units:member", args=[scene.binh.pk])))
    assert "Đến trước ngày" not in page
    assert f"{format_date(TODAY)} {format_date(TODAY + timedelta(days=3))} Kết thúc" in page


def test_the_secretary_changes_after_what_will_happen_was_read(client, scene):
    account = make_user(Role.SECRETARY, scene.cell, member=scene.an, email="an@phuong.example")
    unit_page = client.get(reverse("units:unit", args=[scene.cell.pk]))
    address = reverse("units:change_secretary", args=[scene.cell.pk])
    assert f'href="{address}"' in unit_page.content.decode()  # the first click
    page = client.get(address)
    assert [member.full_name for member in page.context["page_obj"]] == ["Lê Thị Bình"]
    assert "gửi thư mời tới binh@phuong.example" in words(page)
    said = {"member": scene.binh.pk, "on": page.context["form"]["on"].value()}
    assert client.post(address, said)["Location"].startswith(reverse("account_reauthenticate"))
    assert not User.objects.filter(email="binh@phuong.example").exists()
    prove_again(client)
    asked = words(client.post(address, said))
    assert f"Từ ngày {day()}, Lê Thị Bình là bí thư Chi bộ Tổ dân phố số 1?" in asked
    assert "Nguyễn Văn An thôi chức Bí thư và thôi quyền bí thư ở đơn vị này cùng ngày" in asked
    assert "được mở tài khoản và nhận thư mời tới binh@phuong.example" in asked
    assert not User.objects.filter(email="binh@phuong.example").exists()
    answer = client.post(address, said | {"sure": "1"}, follow=True)
    told = words(answer)
    assert f"Từ ngày {day()} Lê Thị Bình là bí thư Chi bộ Tổ dân phố số 1. Nguyễn Văn An thôi chức." in told
    assert "Thư mời đang gửi tới binh@phuong.example." in told
    new = User.objects.get(email="binh@phuong.example")
    assert new.role_grants.get().valid_from == TODAY
    assert account.role_grants.get().valid_to == TODAY
    [notice] = account.notices.all()
    assert notice.text == (
        f"Từ ngày {format_date(TODAY)} bí thư Chi bộ Tổ dân phố số 1 là đồng chí Lê Thị Bình. Đồng chí thôi chức bí thư. "
        "Quyền của đồng chí ở đơn vị này hết từ ngày ấy; việc riêng của đồng chí vẫn còn."
    )
    client.force_login(account)
    assert client.get(reverse("units:unit", args=[scene.cell.pk])).status_code == 404  # from the next request on


def test_a_new_secretary_without_an_address_is_told_with_the_links(client, scene):
    prove_again(client)
    scene.binh.full_name, scene.binh.email = "Lê Thị <Bình>", ""
    scene.binh.save()
    address, account = (
        f'href="{reverse(f"units:{name}", args=[scene.binh.pk])}"' for name in ("change_member", "open_account")
    )
    asked = post(client, "units:change_secretary", scene.cell.pk, member=scene.binh.pk, on=day()).content.decode()
    assert f"<a {address}>ghi địa chỉ</a>" in asked
    told = post(
        client, "units:change_secretary", scene.cell.pk, member=scene.binh.pk, on=day(), sure="1"
    ).content.decode()
    assert f"<a {address}>ghi địa chỉ</a> rồi <a {account}>mở tài khoản</a>." in told
    assert f"Từ ngày {day()} Lê Thị &lt;Bình&gt; là bí thư" in told


def test_a_change_that_cannot_be_is_said_on_the_page(client, scene):
    prove_again(client)
    answer = post(client, "units:change_secretary", scene.cell.pk, member=scene.an.pk, on=day())
    assert (answer.status_code, "Bí thư mới: Nguyễn Văn An đang là bí thư" in words(answer)) == (422, True)
    chi = make_member(scene.cell, name="Trần Chi", status=MemberStatus.PROBATIONARY)
    offered = client.get(reverse("units:change_secretary", args=[scene.cell.pk])).context["page_obj"]
    assert [one.full_name for one in offered] == ["Lê Thị Bình"]
    answer = post(client, "units:change_secretary", scene.cell.pk, member=chi.pk, on=day(), sure="1")
    assert (answer.status_code, "là đảng viên dự bị" in words(answer)) == (422, True)
    stranger = make_member(scene.other)
    assert post(client, "units:change_secretary", scene.cell.pk, member=stranger.pk, on=day()).status_code == 422
    assert client.get(reverse("units:change_secretary", args=[scene.ward.pk])).status_code == 404


def test_files_left_on_the_desk_are_the_new_secretarys(scene):
    old, new = make_user(Role.SECRETARY, scene.cell), make_user(Role.SECRETARY, scene.cell)
    other = make_user(Role.SECRETARY, scene.other)
    requirement = make_requirement(make_directive(scene.ward))
    staged = StagedFile.objects.create(
        uploaded_by=old, requirement=requirement, unit=scene.cell, original_name="bai.pdf", size=1,
        match_state="UNKNOWN", uploaded_at=timezone.now(),
    )  # fmt: skip

    def seers():
        for user in (old, new, other):
            user.__dict__.pop("_scope", None)
        return [list(StagedFile.objects.visible_to(user)) == [staged] for user in (old, new, other)]

    assert seers() == [True, False, False]
    RoleGrant.objects.filter(user=old).update(valid_to=TODAY)
    assert seers() == [False, True, False]


def test_the_tree_folds_by_level_khoi_and_cum(client, scene):
    cluster = make_cluster(scene.ward, "Cụm 7")
    base = make_unit(
        scene.ward,
        name="Đảng bộ Công an phường",
        kind=UnitKind.GRASSROOTS_COMMITTEE,
        block=Block.POLICE,
        cluster=cluster,
    )
    make_member(make_unit(scene.ward, name="Chi bộ An ninh", kind=UnitKind.SUB_CELL, parent=base, block=Block.POLICE))

    def shape(branches):
        return [(one.name, one.members, shape(one.below)) for one in branches]

    by_level = client.get(reverse("units:tree")).context["branches"]
    assert shape(by_level) == [
        ("Đảng bộ phường Phúc Lợi", 3, [
            ("Chi bộ Tổ dân phố số 1", 2, []),
            ("Chi bộ Tổ dân phố số 2", 0, []),
            ("Đảng bộ Công an phường", 1, [("Chi bộ An ninh", 1, [])]),
        ]),
    ]  # fmt: skip
    by_block = client.get(reverse("units:tree"), {"theo": "khoi"}).context["branches"]
    assert [(one.name, one.members, one.units) for one in by_block] == [
        ("Dân cư", 2, 2), ("Công an", 1, 2), ("Không thuộc khối nào", 0, 1),
    ]  # fmt: skip
    by_cluster = client.get(reverse("units:tree"), {"theo": "cum"}).context["branches"]
    assert [(one.name, one.units) for one in by_cluster] == [("Cụm 7", 1), ("Không thuộc cụm nào", 4)]


def test_a_unit_with_a_number_no_row_has_is_no_choice(client, scene):
    given = {"name": "Cụm 7", "units": [scene.cell.pk, "9" * 40]}
    answer = client.post(reverse("units:make_cluster", args=[scene.ward.pk]), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["units"]
    assert not Cluster.objects.exists()


def test_clusters_and_their_leads(client, scene):
    post(client, "units:make_cluster", scene.ward.pk, name="Cụm 7", units=[scene.cell.pk])
    cluster = Cluster.objects.get()
    assert list(cluster.units.all()) == [scene.cell]
    lead = make_user(Role.LEADER, scene.ward, name="Hoàng Minh Tuấn")
    asked = client.post(reverse("units:name_lead", args=[cluster.pk]), {"account": lead.pk, "on": day()})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))  # a role is given by who is surely there
    assert not cluster.role_grants.exists()
    prove_again(client)
    post(client, "units:name_lead", cluster.pk, account=lead.pk, on=day())
    assert "Hoàng Minh Tuấn" in words(client.get(reverse("units:cluster", args=[cluster.pk])))
    line = client.get(reverse("units:clusters")).context["lines"][0]
    assert ([grant.user for grant in line.leads], line.units, line.members) == ([lead], 1, 2)
    post(client, "units:change_cluster", cluster.pk, name="Cụm 8", units=[scene.other.pk])
    assert (Cluster.objects.get().name, list(cluster.units.all())) == ("Cụm 8", [scene.other])
    assert "còn đơn vị" in words(post(client, "units:remove_cluster", cluster.pk))


@pytest.mark.parametrize(
    ("days", "said"), [(20, "Sẽ giải thể ngày"), (0, "Đã giải thể ngày"), (-20, "Đã giải thể ngày")]
)
def test_a_unit_says_whether_its_end_has_come(client, scene, days, said):
    scene.cell.closed_on = timezone.localdate() + timedelta(days=days)
    scene.cell.save()
    page = words(client.get(reverse("units:unit", args=[scene.cell.pk])))
    assert f"{said} {format_date(scene.cell.closed_on)}" in page


def test_a_new_cell_says_how_its_first_member_comes(client, scene):
    fresh = make_unit(scene.ward, name="Chi bộ Chợ")
    page = client.get(reverse("units:unit", args=[fresh.pk]))
    assert "Chưa có đảng viên nào Thêm người mới, hoặc mở trang của một đảng viên" in words(page)
    assert page.content.decode().count(f'href="{reverse("units:add_member", args=[fresh.pk])}"') == 2
    above = make_unit(scene.ward, kind=UnitKind.GRASSROOTS_COMMITTEE)
    make_unit(scene.ward, kind=UnitKind.SUB_CELL, parent=above)
    assert "thuộc các đơn vị trực thuộc ở trên" in words(client.get(reverse("units:unit", args=[above.pk])))


def test_leads_are_offered_and_listed_by_given_name(client, scene):
    cluster = make_cluster(scene.ward)
    people = [make_user(Role.LEADER, scene.ward, name=name) for name in ("Đinh Thị An", "Bùi Văn Sơn", "Vũ Thị Đào")]
    page = client.get(reverse("units:name_lead", args=[cluster.pk]))
    offered = [str(label).partition(",")[0] for _, label in page.context["form"].fields["account"].choices]
    assert [name for name in offered if name in {one.full_name for one in people}] == [
        "Đinh Thị An", "Vũ Thị Đào", "Bùi Văn Sơn",
    ]  # fmt: skip
    for one in people:
        grant(one, Role.CLUSTER_LEAD, scene.ward, cluster=cluster)
    listed = client.get(reverse("units:clusters")).context["lines"][0].leads
    assert [one.user.full_name for one in listed] == ["Đinh Thị An", "Vũ Thị Đào", "Bùi Văn Sơn"]
    of_one = client.get(reverse("units:cluster", args=[cluster.pk])).context["leads"]
    assert [one.user.full_name for one in of_one] == ["Đinh Thị An", "Vũ Thị Đào", "Bùi Văn Sơn"]


@pytest.mark.parametrize("name", ["tree", "clusters", "cluster", "change_secretary", "unit_history", "member"])
def test_a_page_costs_the_same_for_one_and_for_three(client, scene, name):
    cluster = make_cluster(scene.ward)
    place = make_unit(scene.ward, kind=UnitKind.GRASSROOTS_COMMITTEE, cluster=cluster)
    subject = make_member(place)
    of = {"cluster": cluster.pk, "change_secretary": place.pk, "unit_history": place.pk, "member": subject.pk}

    def grow() -> None:
        make_unit(scene.ward, parent=Unit.objects.get(pk=place.pk), kind=UnitKind.SUB_CELL)
        make_unit(scene.ward, cluster=cluster)
        make_user(Role.CLUSTER_LEAD, cluster=make_cluster(scene.ward))
        make_user(Role.CLUSTER_LEAD, cluster=cluster)
        member = make_member(place, title="Chi ủy viên")
        make_user(member=member)
        exempt(subject, until=TODAY)
        Membership.objects.create(
            member=subject, unit=scene.cell, kind="RESIDENCE_213", valid_from=TODAY, valid_to=TODAY
        )
        Appointment.objects.create(
            member=subject, position=member.appointments.get().position, unit=place, valid_from=TODAY, valid_to=TODAY
        )

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"units:{name}", args=[of[name]] if name in of else [])).status_code == 200
        return len(queries)

    grow()
    cost()
    first = cost()
    grow()
    grow()
    assert cost() == first


def test_what_never_began_is_not_said_to_have_ended_the_day_before(client, scene):
    """A post and a role arranged for a day and given up on it: the end that is stored is the beginning."""
    span = {"valid_from": TODAY, "valid_to": TODAY}
    held = appoint(scene.binh, "Chi ủy viên", unit=scene.cell)
    type(held).objects.filter(pk=held.pk).update(**span)
    user = make_user(Role.SECRETARY, scene.cell, member=scene.binh)
    user.role_grants.update(**span)
    wrong = format_date(TODAY - timedelta(days=1))
    page = words(client.get(reverse("units:member", args=[scene.binh.pk])))
    assert "đã bỏ, chưa có ngày nào" in page
    assert wrong not in page
    assert wrong not in words(client.get(reverse("units:account", args=[user.pk])))
