"""The verbs of the dated roster: what they write, which day counts, what they refuse and at which field."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

import pytest

from audit.models import AuditEntry
from tests.factories.units import (
    appoint as make_appointment,
)
from tests.factories.units import (
    exempt,
    grant,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
)
from units.choices import Block, ExemptionReason, MembershipKind, MemberStatus, Role, UnitKind
from units.errors import AccountRefused, HomonymInUnit, RoleGrantRefused, RosterRefused, SecretaryInOffice
from units.models import Appointment, Cluster, Member, Membership, RoleGrant, Unit, User
from units.services.appointments import appoint, end_appointment
from units.services.change_of_secretary import change_secretary
from units.services.clusters import change_cluster, place_units, remove_cluster
from units.services.clusters import make_cluster as new_cluster
from units.services.exemptions import end_exemption, grant_exemption
from units.services.members import add_member, change_member, change_status
from units.services.places import cancel_transfer, end_stay, leave_ward, start_stay, transfer_member
from units.services.roles import grant_role
from units.services.secretaries import open_for_posts
from units.services.unit_changes import change_unit, close_unit, open_unit
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 25)
TOMORROW = date(2026, 4, 26)
YESTERDAY = date(2026, 4, 24)


@pytest.fixture
def ward() -> Unit:
    return make_ward()


@pytest.fixture
def old(ward) -> Unit:
    return make_unit(ward, name="Chi bộ Tổ dân phố số 1", code="TDP01")


@pytest.fixture
def new(ward) -> Unit:
    return make_unit(ward, name="Chi bộ Tổ dân phố số 2", code="TDP02")


def refused(verb, **arguments) -> tuple[str, str]:
    """(field, sentence) of the refusal; nothing may be written."""
    before = (Membership.objects.count(), Appointment.objects.count(), AuditEntry.objects.count(), Unit.objects.count())
    with pytest.raises(RosterRefused) as caught:
        verb(**arguments, by=None)
    after = (Membership.objects.count(), Appointment.objects.count(), AuditEntry.objects.count(), Unit.objects.count())
    assert before == after
    return caught.value.field, str(caught.value)


def log(action: str) -> dict:
    return AuditEntry.objects.get(action=action).data


# ---- units ---------------------------------------------------------------------------------------


def opening(parent: Unit, **changes):
    fields = {
        "parent": parent, "code": "TDP99", "name": "Chi bộ Tổ dân phố số 99", "kind": UnitKind.GRASSROOTS_CELL,
        "block": Block.RESIDENTIAL, "cluster": None, "aliases": ["Chi bộ 99", " Chi bộ  99 "], "opened_on": TODAY,
    }  # fmt: skip
    return fields | changes


def test_a_unit_opens_on_its_day(ward):
    name = unicodedata.normalize("NFD", "Chi bộ Tổ dân phố số 99")
    unit = open_unit(**opening(ward, name=name), by=None)
    unit = Unit.objects.get(pk=unit.pk)
    assert (unit.name, unit.ward, Unit.objects.get_parent(unit), unit.opened_on) == (
        "Chi bộ Tổ dân phố số 99",
        ward,
        ward,
        TODAY,
    )
    assert [alias.name for alias in unit.aliases.all()] == ["Chi bộ 99"]
    assert not Unit.objects.open_on(YESTERDAY).filter(pk=unit.pk).exists()
    assert Unit.objects.open_on(TODAY).filter(pk=unit.pk).exists()
    assert list(Unit.objects.search("to dan pho so 99")) == [unit]
    assert log("unit.create") == {"on": "2026-04-25", "to": "Đảng bộ phường Phúc Lợi"}


def test_what_is_wrong_with_a_new_unit_is_said_at_its_field(ward, old):
    closed = make_unit(ward, closed_on=TODAY)
    later = make_unit(ward, opened_on=TOMORROW)
    foreign = make_cluster(make_ward(name="Việt Hưng", code="VH"))
    cases = {
        "code": (opening(ward, code="TDP01"), "đã dùng cho “Chi bộ Tổ dân phố số 1”"),
        "name": (opening(ward, name="chi bo to dan pho so 1"), "Hai đơn vị không trùng tên"),
        "kind": (opening(ward, kind=UnitKind.WARD), "chỉ có một đơn vị gốc"),
        "cluster": (opening(ward, cluster=foreign), "thuộc phường khác"),
    }
    for field, (fields, words) in cases.items():
        found, sentence = refused(open_unit, **fields)
        assert (found, words in sentence) == (field, True)
    for parent, words in ((closed, "đã giải thể ngày 25/4/2026"), (later, "lập ngày 26/4/2026")):
        field, sentence = refused(open_unit, **opening(parent))
        assert (field, words in sentence) == ("parent", True)


def as_it_is(unit: Unit, **changes):
    fields = {
        "unit": unit, "parent": Unit.objects.get_parent(unit), "code": unit.code, "name": unit.name, "kind": unit.kind,
        "block": unit.block, "cluster": unit.cluster, "aliases": [a.name for a in unit.aliases.all()], "on": TODAY,
    }  # fmt: skip
    return fields | changes


def test_a_rename_keeps_the_old_name_findable_and_tells_old_and_new(ward, old):
    cluster = make_cluster(ward, "Cụm 7")
    changed = change_unit(**as_it_is(old, name="Chi bộ Khu phố 1", block=Block.SCHOOL, cluster=cluster), by=None)
    assert (changed.name, changed.block, changed.cluster) == ("Chi bộ Khu phố 1", Block.SCHOOL, cluster)
    assert [alias.name for alias in changed.aliases.all()] == ["Chi bộ Tổ dân phố số 1"]
    assert log("unit.change") == {
        "changed": {
            "Tên đơn vị": ["Chi bộ Tổ dân phố số 1", "Chi bộ Khu phố 1"],
            "Khối": ["Dân cư", "Trường học"],
            "Cụm": ["", "Cụm 7"],
            "Tên gọi khác": ["", "Chi bộ Tổ dân phố số 1"],
        },
        "on": "2026-04-25",
    }
    change_unit(**as_it_is(Unit.objects.get(pk=old.pk)), by=None)
    assert AuditEntry.objects.count() == 1  # nothing changed, nothing recorded


def test_a_unit_moves_with_all_below_it_and_never_below_itself(ward, old, new):
    committee = make_unit(ward, name="Đảng bộ Trường THCS", kind=UnitKind.GRASSROOTS_COMMITTEE)
    cell = make_unit(ward, name="Chi bộ Khối 6", kind=UnitKind.SUB_CELL, parent=committee)
    group = make_unit(ward, name="Tổ đảng 1", kind=UnitKind.PARTY_GROUP, parent=cell)
    change_unit(**as_it_is(cell, parent=old), by=None)
    assert Unit.objects.get_parent(Unit.objects.get(pk=cell.pk)) == old
    assert set(Unit.objects.within(Unit.objects.get(pk=old.pk))) == {old, cell, group}
    assert log("unit.change")["changed"] == {"Đơn vị cấp trên": ["Đảng bộ Trường THCS", "Chi bộ Tổ dân phố số 1"]}
    field, sentence = refused(change_unit, **as_it_is(Unit.objects.get(pk=old.pk), parent=group))
    assert field == "parent"
    assert sentence.startswith("Không chuyển “Chi bộ Tổ dân phố số 1” xuống dưới “Tổ đảng 1”, đơn vị đang nằm dưới nó")
    field, sentence = refused(change_unit, **as_it_is(Unit.objects.get(pk=old.pk), parent=old))
    assert "chính nó" in sentence


def test_a_unit_closes_only_when_nobody_is_left(ward, old, new):
    cell = make_unit(ward, kind=UnitKind.SUB_CELL, parent=old, name="Chi bộ Khối 6")
    assert "Dưới “Chi bộ Tổ dân phố số 1” còn 1 đơn vị: Chi bộ Khối 6" in refused(close_unit, unit=old, on=TODAY)[1]
    close_unit(unit=cell, on=YESTERDAY, by=None)
    secretary = make_member(old, name="Nguyễn Văn An", title="Bí thư")
    suspended = make_member(old, name="Lê Thị Bình", status=MemberStatus.SUSPENDED)
    dead = make_member(old, name="Trần Cụ", status=MemberStatus.DECEASED)
    account = make_user(Role.SECRETARY, old, member=secretary)
    sentence = refused(close_unit, unit=old, on=TODAY)[1]
    assert "còn 2 đảng viên ở “Chi bộ Tổ dân phố số 1”: Nguyễn Văn An, Lê Thị Bình. Chuyển sinh hoạt" in sentence
    Membership.objects.filter(member__in=[secretary, suspended]).update(valid_to=TODAY)
    assert "còn 2 đảng viên" in refused(close_unit, unit=old, on=YESTERDAY)[1]  # still there on that day
    close_unit(unit=old, on=TODAY, by=None)
    assert Unit.objects.get(pk=old.pk).closed_on == TODAY
    assert Appointment.objects.get(member=secretary).valid_to == TODAY
    assert account.role_grants.get().valid_to == TODAY
    assert Membership.objects.get(member=dead).valid_to == TODAY
    assert "đã giải thể ngày 25/4/2026" in refused(close_unit, unit=old, on=TOMORROW)[1]
    assert "đơn vị gốc" in refused(close_unit, unit=ward, on=TODAY)[1]


def test_clusters(ward, old, new):
    cluster = new_cluster(ward=ward, name="Cụm 7", by=None)
    assert cluster.order == 7
    place_units(cluster=cluster, units=[old, new], by=None)
    other = new_cluster(ward=ward, name="Cụm 8", by=None)
    place_units(cluster=other, units=[new], by=None)
    assert (set(cluster.units.all()), set(other.units.all())) == ({old}, {new})
    assert refused(make_cluster_like, ward=ward, name="cum 7") == ("name", "Đã có cụm tên “cum 7”.")
    assert refused(change_cluster, cluster=other, name="Cụm 7", units=[new])[0] == "name"
    assert change_cluster(cluster=other, name="Cụm 9", units=[new], by=None).order == 9
    assert "còn đơn vị" in refused(remove_cluster, cluster=other)[1]
    place_units(cluster=other, units=[], by=None)
    remove_cluster(cluster=other, by=None)
    assert list(Cluster.objects.all()) == [cluster]
    place_units(cluster=cluster, units=[], by=None)
    make_user(Role.CLUSTER_LEAD, cluster=cluster)
    assert "đã có người phụ trách" in refused(remove_cluster, cluster=cluster)[1]
    stranger = make_unit(make_ward(name="Việt Hưng", code="VH"))
    assert "thuộc phường khác" in refused(place_units, cluster=cluster, units=[stranger])[1]


def make_cluster_like(**arguments):
    return new_cluster(**arguments)


# ---- members -------------------------------------------------------------------------------------


def adding(unit: Unit, **changes):
    fields = {
        "unit": unit, "full_name": "Vũ Thị Hoà", "birth_year": 1960, "email": "", "phone": "",
        "status": MemberStatus.FULL, "since": TODAY,
    }  # fmt: skip
    return fields | changes


def test_a_member_keeps_the_own_spelling(old):
    member = add_member(**adding(old, full_name=unicodedata.normalize("NFD", " Vũ  Thị Hoà")), by=None)
    assert member.full_name == "Vũ Thị Hoà"  # not "Hòa": both are right
    assert list(Member.objects.search("vu thi hoa")) == [member]
    assert member.units_on(YESTERDAY) == []
    assert member.units_on(TODAY) == [old]


def test_what_is_wrong_with_a_member_is_said_at_its_field(ward, old):
    make_member(old, name="Nguyễn Văn An", email="an@phuong.example")
    cases = {
        "full_name": ({"full_name": " "}, "Chưa ghi họ và tên"),
        "birth_year": ({"birth_year": 2020}, "từ 1916 đến 2009"),
        "email": ({"email": "AN@phuong.example"}, "đã ghi cho Nguyễn Văn An"),
    }
    for field, (changes, words) in cases.items():
        found, sentence = refused(add_member, **adding(old, **changes))
        assert (found, words in sentence) == (field, True)
    later = make_unit(ward, opened_on=TOMORROW)
    assert refused(add_member, **adding(later))[0] == "since"
    assert "số thẻ" in refused(add_member, **adding(old, full_name="Nguyễn Văn An 0123"))[1]


def test_a_homonym_is_told_apart_by_year_of_birth(old, new):
    make_member(old, name="Vũ Thị Hòa", birth_year=1958)
    with pytest.raises(HomonymInUnit, match=r"đã có Vũ Thị Hoà, sinh năm 1958\. Ghi năm sinh để phân biệt"):
        add_member(**adding(old, birth_year=None), by=None)
    with pytest.raises(HomonymInUnit, match="rất có thể là một người"):
        add_member(**adding(old, birth_year=1958), by=None)
    add_member(**adding(new), by=None)  # the same name elsewhere is no question
    assert add_member(**adding(old), is_another=True, by=None).birth_year == 1960


def test_a_rename_to_the_name_of_a_namesake_is_asked_about(old, new):
    make_member(old, name="Vũ Thị Hòa", birth_year=1958)
    make_member(new, name="Trần Chi", birth_year=1960)
    lan = make_member(old, name="Vũ Thị Lan", birth_year=1961)
    facts = {"birth_year": 1961, "email": "", "phone": "", "on": TODAY}
    with pytest.raises(HomonymInUnit, match=r"“Chi bộ Tổ dân phố số 1” đã có Vũ Thị Hoà, sinh năm 1958"):
        change_member(member=lan, full_name="Vũ Thị Hoà", **facts, by=None)
    lan.refresh_from_db()
    assert lan.full_name == "Vũ Thị Lan"
    change_member(member=lan, full_name="Trần Chi", **facts, by=None)  # the same name elsewhere is no question
    change_member(member=lan, full_name="Vũ Thị Hoà", **facts, by=None, is_another=True)
    change_member(member=lan, full_name="Vũ Thị Hòa", **facts, by=None)  # another spelling of the own name
    lan.refresh_from_db()
    assert lan.full_name == "Vũ Thị Hòa"


def test_contacts_stay_out_of_the_log(old):
    member = make_member(old, name="Nguyễn Văn An", birth_year=None)
    change_member(
        member=member,
        full_name="Nguyễn Văn Ân",
        birth_year=1950,
        email="an@x.vn",
        phone="0912345678",
        on=TODAY,
        by=None,
    )
    entry = AuditEntry.objects.get(action="member.change")
    assert entry.data == {
        "changed": {
            "Họ và tên": ["Nguyễn Văn An", "Nguyễn Văn Ân"],
            "Năm sinh": ["", "1950"],
            "Thư điện tử, điện thoại": [],
        }
    }
    assert "0912345678" not in entry.detail


def test_status_changes_have_a_day_that_has_come(old):
    member = make_member(old, status=MemberStatus.PROBATIONARY)
    assert refused(change_status, member=member, status="FULL", on=TOMORROW, today=TODAY)[0] == "on"
    changed = change_status(member=member, status="FULL", on=TODAY, today=TODAY, by=None)
    assert (changed.status, changed.status_since) == ("FULL", TODAY)
    assert refused(change_status, member=changed, status="FULL", on=TODAY, today=TODAY)[0] == "status"
    assert refused(change_status, member=changed, status="SUSPENDED", on=YESTERDAY, today=TODAY)[0] == "on"


def test_who_is_out_holds_no_role_and_who_is_gone_no_post(old):
    suspended, expelled = make_member(old, title="Phó Bí thư"), make_member(old, title="Bí thư")
    first, second = make_user(Role.SECRETARY, old, member=suspended), make_user(Role.SECRETARY, old, member=expelled)
    change_status(member=suspended, status="SUSPENDED", on=TODAY, today=TODAY, by=None)
    change_status(member=expelled, status="EXPELLED", on=TODAY, today=TODAY, by=None)
    assert {g.valid_to for g in RoleGrant.objects.filter(user__in=[first, second])} == {TODAY}
    assert [Appointment.objects.get(member=m).valid_to for m in (suspended, expelled)] == [None, TODAY]
    assert [Membership.objects.get(member=m).valid_to for m in (suspended, expelled)] == [None, TODAY]
    assert list(User.objects.order_by("pk").values_list("is_active", flat=True)) == [True, False]
    assert AuditEntry.objects.filter(action="member.leave").count() == 2


# ---- where a member belongs ----------------------------------------------------------------------


def test_a_transfer_may_lie_ahead_and_be_called_off(old, new):
    member = make_member(old, title="Chi ủy viên")
    place = transfer_member(member=member, to=new, on=TOMORROW, by=None)
    assert member.units_on(TODAY) == [old]
    assert member.units_on(TOMORROW) == [new]
    assert Appointment.objects.get().valid_to == TOMORROW
    assert log("member.transfer") == {
        "from": "Chi bộ Tổ dân phố số 1", "to": "Chi bộ Tổ dân phố số 2", "on": "2026-04-26", "appointments": ["Chi ủy viên"],
    }  # fmt: skip
    field, sentence = refused(transfer_member, member=member, to=old, on=TODAY)
    assert (field, "hủy nó trước" in sentence) == ("on", True)
    assert cancel_transfer(place=place, today=TODAY, by=None).unit == old
    assert member.units_on(TOMORROW) == [old]
    place = transfer_member(member=member, to=new, on=TODAY, by=None)
    assert "đã có hiệu lực" in refused(cancel_transfer, place=place, today=TODAY)[1]


def test_a_transfer_is_refused_at_its_field(ward, old, new):
    member = make_member(old, since=date(2026, 1, 1))
    closed = make_unit(ward, closed_on=TODAY)
    foreign = make_unit(make_ward(name="Việt Hưng", code="VH"))
    assert refused(transfer_member, member=member, to=old, on=TODAY)[0] == "to"
    assert refused(transfer_member, member=member, to=foreign, on=TODAY)[0] == "to"
    assert refused(transfer_member, member=member, to=closed, on=TODAY)[0] == "on"
    assert refused(transfer_member, member=member, to=new, on=date(2026, 1, 1))[0] == "on"
    gone = make_member(old, status=MemberStatus.DECEASED)
    assert "Từ trần" in refused(transfer_member, member=gone, to=new, on=TODAY)[1]
    assert refused(transfer_member, member=member, to=closed, on=YESTERDAY)[0] == "to"  # its last day: where then?


def test_a_post_may_stay_behind(old, new):
    member = make_member(old, title="Bí thư")
    make_user(Role.SECRETARY, old, member=member)
    transfer_member(member=member, to=new, on=TODAY, end_posts=False, by=None)
    assert Appointment.objects.get().valid_to is None
    assert RoleGrant.objects.get().valid_to is None


def test_a_temporary_stay_is_counted_there_once_and_a_213_never(old, new):
    member = make_member(old)
    stay = start_stay(
        member=member, unit=new, kind=MembershipKind.TEMPORARY, since=TODAY, until=date(2026, 7, 1), by=None
    )
    assert [member.units_on(day) for day in (YESTERDAY, TODAY, date(2026, 6, 30), date(2026, 7, 1))] == [
        [old], [new], [new], [old],
    ]  # fmt: skip
    end_stay(place=stay, on=TOMORROW, by=None)
    assert member.units_on(TOMORROW) == [old]
    start_stay(member=member, unit=new, kind=MembershipKind.RESIDENCE_213, since=TODAY, until=None, by=None)
    assert member.units_on(TOMORROW) == [old]
    again = {"member": member, "unit": new, "kind": MembershipKind.RESIDENCE_213, "since": TOMORROW, "until": None}
    assert refused(start_stay, **again)[0] == "since"
    home = {**again, "kind": MembershipKind.TEMPORARY, "unit": old, "since": TOMORROW}
    assert refused(start_stay, **home)[0] == "unit"
    assert refused(start_stay, **{**home, "unit": new, "until": TOMORROW})[0] == "last_day"
    regular = member.memberships.get(kind=MembershipKind.REGULAR)
    assert "chuyển sinh hoạt" in refused(end_stay, place=regular, on=TODAY)[1]


def test_leaving_the_ward_ends_places_posts_and_roles(old):
    member = make_member(old, title="Bí thư")
    account = make_user(Role.SECRETARY, old, member=member)
    leave_ward(member=member, on=TODAY, where="Đảng bộ phường Giang Biên", by=None)
    assert (member.units_on(YESTERDAY), member.units_on(TODAY)) == ([old], [])
    assert Appointment.objects.get().valid_to == account.role_grants.get().valid_to == TODAY
    assert log("member.leave")["to"] == "Đảng bộ phường Giang Biên"
    assert "không còn sinh hoạt" in refused(leave_ward, member=member, on=TOMORROW, where="")[1]


def test_a_role_arranged_for_later_is_never_held_by_who_left_was_suspended_or_whose_unit_closed(ward, old, new):
    gone, suspended = make_member(old, email="gone@x.vn"), make_member(old, email="suspended@x.vn")
    closing = make_unit(ward, name="Chi bộ Tổ dân phố số 3", code="TDP03")
    third = make_member(closing, email="third@x.vn")
    for member, unit in ((gone, old), (third, closing)):
        change_secretary(unit=unit, member=member, on=TOMORROW, by=None)
    make_user(Role.SECRETARY, new, member=suspended, email="suspended@x.vn", since=TOMORROW)
    leave_ward(member=gone, on=TODAY, where="Đảng bộ phường Giang Biên", by=None)
    change_status(member=suspended, status="SUSPENDED", on=TODAY, today=TODAY, by=None)
    Membership.objects.filter(member=third).update(valid_to=TODAY)
    close_unit(unit=closing, on=TODAY, by=None)
    assert RoleGrant.objects.count() == 3
    assert roles_on(TODAY) == roles_on(TOMORROW) == roles_on(date(2027, 1, 1)) == set()
    assert AuditEntry.objects.filter(action="role.revoke").count() == 3


# ---- posts and exemptions ------------------------------------------------------------------------


def test_leaving_ends_roles_of_this_ward_alone(ward, old):
    elsewhere = make_ward(name="Việt Hưng", code="VH")
    leaver, dead = make_member(old), make_member(old)
    for member in (leaver, dead):
        user = make_user(Role.SECRETARY, old, member=member)
        grant(user, Role.OFFICE, elsewhere)
    leave_ward(member=leaver, on=TODAY, where="", by=None)
    change_status(member=dead, status=MemberStatus.DECEASED, on=TODAY, today=TODAY, by=None)
    for member in (leaver, dead):
        account = member.accounts.get()
        assert [held.unit for held in account.role_grants.active(TODAY)] == [elsewhere]
        assert account.is_active


def test_a_post_that_would_begin_after_the_transfer_goes_with_it(old, new):
    member = make_member(old)
    user = make_user(Role.SECRETARY, old, member=member)
    appoint(member=member, title="Chi ủy viên", unit=old, since=YESTERDAY, by=None)
    appoint(member=member, title="Phó Bí thư", unit=old, since=TOMORROW, by=None)
    appoint(member=member, title="Chi ủy viên", unit=new, since=TOMORROW, by=None)
    transfer_member(member=member, to=new, on=TODAY, by=None)
    posts = member.appointments.values_list("position__title", "unit", "valid_from", "valid_to").order_by("pk")
    assert list(posts) == [
        ("Chi ủy viên", old.pk, YESTERDAY, TODAY),
        ("Chi ủy viên", new.pk, TOMORROW, None),
    ]
    assert not user.role_grants.active(TOMORROW).exists()


def test_several_posts_are_normal_two_secretaries_are_not(ward, old):
    an, binh = make_member(old, name="Nguyễn Văn An"), make_member(old, name="Lê Thị Bình")
    appoint(member=an, title="Bí thư", unit=old, since=YESTERDAY, by=None)
    appoint(member=an, title="Tổ trưởng dân phố", unit=old, since=YESTERDAY, by=None)
    assert refused(appoint, member=an, title="bí thư", unit=old, since=TODAY)[0] == "title"
    with pytest.raises(SecretaryInOffice, match=r"đang có bí thư: Nguyễn Văn An \(Bí thư\). Mỗi đơn vị một bí thư"):
        appoint(member=binh, title="Bí thư Chi bộ", unit=old, since=TODAY, by=None)
    appoint(member=binh, title="Phó Bí thư", unit=old, since=TODAY, by=None)  # a deputy is none
    make_user(Role.SECRETARY, old, member=an)
    appoint(member=binh, title="Bí thư", unit=old, since=TOMORROW, by=None, replaces=True)
    assert Appointment.objects.get(member=an, position__title="Bí thư").valid_to == TOMORROW
    assert RoleGrant.objects.get().valid_to == TOMORROW  # the role goes with the last post that carries it
    assert Appointment.objects.get(member=an, position__title="Tổ trưởng dân phố").valid_to is None


@pytest.mark.parametrize("title", ["Bí thư", "Phó Bí thư", "Chi ủy viên", "Tổ trưởng dân phố, Chi ủy viên"])
def test_nobody_on_probation_is_in_a_committee(old, title):
    chi = make_member(old, name="Trần Chi", status=MemberStatus.PROBATIONARY)
    field, sentence = refused(appoint, member=chi, title=title, unit=old, since=TODAY)
    assert (field, sentence.startswith("Trần Chi là đảng viên dự bị, chưa được ứng cử và bầu vào cấp ủy")) == (
        "title",
        True,
    )
    appoint(member=chi, title="Tổ trưởng dân phố", unit=old, since=TODAY, by=None)
    chi = change_status(member=chi, status=MemberStatus.FULL, on=TODAY, today=TODAY, by=None)
    assert appoint(member=chi, title=title, unit=old, since=TODAY, by=None).valid_to is None


def test_the_secretarys_role_is_not_given_to_somebody_on_probation(old):
    chi = make_member(old, name="Trần Chi", status=MemberStatus.PROBATIONARY, email="chi@phuong.example")
    user = make_user(member=chi)
    with pytest.raises(RoleGrantRefused, match="đảng viên dự bị, chưa được bầu vào cấp ủy"):
        grant_role(user=user, role=Role.SECRETARY, unit=old, since=TODAY, by=None)
    post = make_appointment(chi, "Bí thư", unit=old)  # as a roster of earlier days may have it
    now = datetime(2026, 4, 25, 9, tzinfo=VIETNAM)
    opened = open_for_posts(posts=[post], now=now, by=None)
    assert (opened.accounts, opened.grants, RoleGrant.objects.count()) == (0, 0, 0)
    assert grant_role(user=user, role=Role.MEMBER, unit=old, since=TODAY, by=None).role == Role.MEMBER


def test_an_ended_post(old):
    post = make_appointment(make_member(old), "Chi ủy viên", unit=old, since=YESTERDAY)
    assert refused(end_appointment, appointment=post, on=date(2026, 4, 23))[0] == "on"
    assert end_appointment(appointment=post, on=TODAY, by=None).valid_to == TODAY
    assert refused(end_appointment, appointment=post, on=TODAY)[0] == "on"


def test_an_exemption_ends_after_it_begins_and_keeps_its_reason_out_of_the_log(old):
    member = make_member(old)
    given = {"member": member, "decision": "12-QĐ/ĐU", "reason": ExemptionReason.HEALTH, "first_day": TODAY}
    field, sentence = refused(grant_exemption, **given, last_day=YESTERDAY)
    assert (field, sentence) == ("last_day", "Ngày cuối 24/4/2026 trước ngày bắt đầu 25/4/2026. Xem lại hai ngày.")
    assert refused(grant_exemption, **{**given, "decision": " "}, last_day=None)[0] == "decision"
    one = grant_exemption(**given, last_day=TODAY, by=None)
    assert (one.valid_from, one.valid_to) == (TODAY, TOMORROW)  # a single day
    assert "HEALTH" not in AuditEntry.objects.get(action="exemption.grant").detail
    assert refused(grant_exemption, **given, last_day=None)[0] == "first_day"
    two = grant_exemption(**{**given, "first_day": TOMORROW}, last_day=None, by=None)
    assert end_exemption(exemption=two, on=date(2026, 5, 1), by=None).valid_to == date(2026, 5, 1)
    assert refused(end_exemption, exemption=two, on=date(2026, 5, 2))[0] == "on"
    other = exempt(make_member(old), since=TOMORROW)
    assert refused(end_exemption, exemption=other, on=TODAY)[0] == "on"


# ---- the change of secretary ---------------------------------------------------------------------


def roles_on(day: date) -> set[tuple[str, str]]:
    grants = RoleGrant.objects.active(day).of_role(Role.SECRETARY).select_related("user", "unit")
    return {(grant.user.email, grant.unit.code) for grant in grants}


def test_post_role_and_account_change_hands_on_one_day(old):
    an = make_member(old, name="Nguyễn Văn An", title="Bí thư")
    binh = make_member(old, name="Lê Thị Bình", email="Binh@phuong.example", title="Phó Bí thư")
    make_user(Role.SECRETARY, old, member=an, email="an@phuong.example")
    done = change_secretary(unit=old, member=binh, on=TODAY, by=None)
    assert (done.is_new_account, done.account.email, done.account.member) == (True, "binh@phuong.example", binh)
    assert roles_on(YESTERDAY) == {("an@phuong.example", "TDP01")}
    assert roles_on(TODAY) == {("binh@phuong.example", "TDP01")}
    held = Appointment.objects.active(TODAY).values_list("member__full_name", "position__title")
    assert list(held) == [("Lê Thị Bình", "Bí thư")]  # the deputy's post ended with the promotion
    assert [post.member for post in done.before] == [an]
    assert [grant.user.email for grant in done.ended_roles] == ["an@phuong.example"]
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == [
        "account.create", "appointment.change", "appointment.change", "appointment.change", "role.grant", "role.revoke",
        "unit.change_secretary",
    ]  # fmt: skip


def test_the_deputy_and_other_units_keep_their_roles(old, new):
    an = make_member(old, title="Bí thư")
    deputy = make_member(old, title="Phó Bí thư")
    account = make_user(Role.SECRETARY, old, member=an, email="an@phuong.example")
    grant(account, Role.SECRETARY, new)
    make_user(Role.SECRETARY, old, member=deputy, email="pho@phuong.example")
    nobodys = make_user(Role.SECRETARY, old, email="chibo1@phuong.example")
    binh = make_member(old)
    done = change_secretary(unit=old, member=binh, on=TODAY, by=None)
    assert (done.account, done.is_new_account) == (None, False)  # no address, no account
    assert roles_on(TODAY) == {
        ("an@phuong.example", "TDP02"), ("pho@phuong.example", "TDP01"), ("chibo1@phuong.example", "TDP01"),
    }  # fmt: skip
    chi = make_member(old)
    change_secretary(unit=old, member=chi, on=TOMORROW, by=None, also_end=list(nobodys.role_grants.all()))
    assert ("chibo1@phuong.example", "TDP01") not in roles_on(TOMORROW)


def test_an_account_opened_by_the_own_address_is_the_new_ones(old):
    binh = make_member(old, email="binh@phuong.example")
    account = make_user(email="binh@phuong.example")
    done = change_secretary(unit=old, member=binh, on=TODAY, by=None)
    assert (done.account, done.is_new_account) == (account, False)
    assert User.objects.get().member == binh


def test_an_account_of_another_ward_or_of_the_repairers_is_never_taken_by_an_address(old):
    elsewhere = make_user(
        Role.ADMIN, make_ward(code="GB", name="Đảng bộ phường Giang Biên"), email="quan.tri@gb.example"
    )
    ended = make_user(Role.OFFICE, make_ward(code="BD", name="Đảng bộ phường Bồ Đề"), email="cu@bd.example")
    ended.role_grants.update(valid_to=YESTERDAY)
    repairer = User.objects.create_superuser(email="sua.chua@portal.example")
    for account in (elsewhere, ended, repairer):
        member = make_member(old, email=account.email.upper())
        with pytest.raises(AccountRefused, match="Đã có tài khoản dùng địa chỉ"):
            change_secretary(unit=old, member=member, on=TODAY, by=None)
    assert set(User.objects.values_list("member", flat=True)) == {None}
    assert not RoleGrant.objects.filter(unit=old).exists()


def test_a_change_ahead_is_dated_and_only_one_may_be_arranged(old):
    an, binh, chi = make_member(old, title="Bí thư"), make_member(old, email="b@x.vn"), make_member(old)
    make_user(Role.SECRETARY, old, member=an, email="an@phuong.example")
    change_secretary(unit=old, member=binh, on=TOMORROW, by=None)
    assert (roles_on(TODAY), roles_on(TOMORROW)) == ({("an@phuong.example", "TDP01")}, {("b@x.vn", "TDP01")})
    assert refused(change_secretary, unit=old, member=chi, on=TODAY)[0] == "on"


def test_who_cannot_be_secretary(old, new):
    an = make_member(old, title="Bí thư")
    stranger = make_member(new)
    suspended = make_member(old, status=MemberStatus.SUSPENDED)
    assert "đang là bí thư" in refused(change_secretary, unit=old, member=an, on=TODAY)[1]
    assert "không sinh hoạt tại" in refused(change_secretary, unit=old, member=stranger, on=TODAY)[1]
    assert "Đình chỉ" in refused(change_secretary, unit=old, member=suspended, on=TODAY)[1]


def test_the_wards_own_root_is_renamed_where_nothing_is_above_it(ward):
    facts = {"code": ward.code, "kind": ward.kind, "block": "", "cluster": None, "aliases": [], "on": TODAY, "by": None}
    assert change_unit(unit=ward, parent=None, name="Đảng bộ phường Mới", **facts).name == "Đảng bộ phường Mới"
