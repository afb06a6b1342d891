"""Personal links: one standing link a member, hashed at rest, expiring to the instant, revocable, every act audited.

Not here: what a link opens (`tests/submissions/test_personal_pages.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.serializers import serialize
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import MemberStatus, Role
from units.errors import LinkClosed, LinkRefused
from units.link_access import open_link
from units.models import CommitteeProfile, Membership, PersonalLink, Unit, User
from units.services.links import (
    MOST_AT_ONCE,
    expiry_of,
    make_link,
    make_links,
    note_opening,
    note_refusal,
    revoke_links,
)
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 9, 5, tzinfo=VIETNAM)


@pytest.fixture
def cell() -> Unit:
    return make_unit(make_ward(), name="Chi bộ Tổ dân phố số 12")


@pytest.fixture
def secretary(cell: Unit) -> User:
    return make_user(Role.SECRETARY, cell)


def one_link(cell: Unit, by: User, **fields: object):
    member = make_member(cell, name="Lê Thị Hòa", **fields)
    return member, make_link(member=member, unit=cell, by=by, at=NOW, sheet="")


def entry(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


def test_link_opens_its_member_and_is_known_by_its_digest_only(cell: Unit, secretary: User) -> None:
    member, issued = one_link(cell, secretary)
    assert open_link(issued.code, at=NOW).member == member
    assert open_link(issued.code.lower().replace("-", " "), at=NOW).member == member
    kept = serialize("json", [*PersonalLink.objects.all(), *AuditEntry.objects.all()])
    for secret in (issued.code, issued.code.replace("-", "")):
        assert secret not in kept
    assert issued.code not in repr(issued)
    assert entry("link.make").data == {"members": [member.pk], "replaced": [], "to": "2026-07-23"}
    assert (entry("link.make").obj_id, entry("link.make").actor_id) == (str(cell.pk), str(secretary.pk))


def test_expiry_is_the_first_instant_that_is_too_late(cell: Unit, secretary: User) -> None:
    _, issued = one_link(cell, secretary)
    last = datetime(2026, 7, 24, 0, 0, tzinfo=VIETNAM)
    assert issued.link.expires_at == last
    assert open_link(issued.code, at=last - timedelta(microseconds=1)).pk == issued.link.pk
    with pytest.raises(LinkClosed) as closed:
        open_link(issued.code, at=last)
    assert (closed.value.reason, closed.value.link) == ("expired", issued.link)
    assert issued.link in PersonalLink.objects.live(last - timedelta(microseconds=1))
    assert issued.link not in PersonalLink.objects.live(last)


def test_days_of_a_link_are_the_wards_setting(cell: Unit) -> None:
    CommitteeProfile.objects.filter(unit=cell.ward).delete()
    CommitteeProfile.objects.create(unit=cell.ward, name="Đảng ủy phường", place_name="Phúc Lợi", link_days=7)
    assert expiry_of(Unit.objects.get(pk=cell.ward_id), NOW) == datetime(2026, 5, 2, 0, 0, tzinfo=VIETNAM)


def test_renewing_ends_the_old_code(cell: Unit, secretary: User) -> None:
    member, first = one_link(cell, secretary)
    second = make_link(member=member, unit=cell, by=secretary, at=NOW, sheet="")
    assert open_link(second.code, at=NOW).pk == second.link.pk
    with pytest.raises(LinkClosed) as closed:
        open_link(first.code, at=NOW)
    assert closed.value.reason == "revoked"
    replaced = [one.data["replaced"] for one in AuditEntry.objects.filter(action="link.make").order_by("seq")]
    assert replaced == [[], [first.link.pk]]


def test_two_standing_links_of_one_member_are_refused_by_the_database(cell: Unit, secretary: User) -> None:
    member, _ = one_link(cell, secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalLink.objects.create(member=member, code_sha256="0" * 64, created_at=NOW, expires_at=NOW)


def test_one_press_of_the_button_makes_one_sheet(cell: Unit, secretary: User) -> None:
    members = [make_member(cell) for _ in range(3)]
    asked = {"members": members, "unit": cell, "by": secretary, "at": NOW, "expires_at": NOW + timedelta(days=1)}
    made = make_links(**asked, sheet="tờ-1")
    assert [one.link.member for one in made] == members
    with pytest.raises(LinkRefused, match="đã hiện một lần"):
        make_links(**asked, sheet="tờ-1")
    assert {open_link(one.code, at=NOW).member for one in made} == set(members)


def test_what_is_refused(cell: Unit, secretary: User) -> None:
    asked = {"unit": cell, "by": secretary, "at": NOW, "expires_at": NOW + timedelta(days=1), "sheet": ""}
    dead = make_member(cell, name="Phạm Văn Sáu", status=MemberStatus.DECEASED)
    with pytest.raises(LinkRefused, match="Không có ai"):
        make_links(members=[], **asked)
    with pytest.raises(LinkRefused, match="Phạm Văn Sáu không còn trong danh sách"):
        make_links(members=[dead], **asked)
    with pytest.raises(LinkRefused, match="Mỗi lần in tối đa 300 phiếu"):
        make_links(members=[dead] * (MOST_AT_ONCE + 1), **asked)
    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize("status", [MemberStatus.DECEASED, MemberStatus.EXPELLED, MemberStatus.REMOVED])
def test_who_left_or_died_is_closed_out(cell: Unit, secretary: User, status: str) -> None:
    member, issued = one_link(cell, secretary)
    member.status = status
    member.save()
    with pytest.raises(LinkClosed) as closed:
        open_link(issued.code, at=NOW)
    assert closed.value.reason == "left"


def test_the_link_follows_a_transfer_and_ends_with_the_last_membership(cell: Unit, secretary: User) -> None:
    member, issued = one_link(cell, secretary)
    member.memberships.update(valid_to=date(2026, 4, 24))
    with pytest.raises(LinkClosed):
        open_link(issued.code, at=NOW)
    elsewhere = make_unit(cell.ward, name="Chi bộ Tổ dân phố số 3")
    Membership.objects.create(member=member, unit=elsewhere, valid_from=date(2026, 4, 24))
    assert open_link(issued.code, at=NOW).member == member


def test_revoking_one_and_all(cell: Unit, secretary: User) -> None:
    made = [one_link(cell, secretary)[1] for _ in range(3)]
    links = [one.link for one in made]
    assert revoke_links(links=links[:1], unit=cell, by=secretary, at=NOW) == 1
    assert revoke_links(links=links, unit=cell, by=secretary, at=NOW) == 2
    assert revoke_links(links=links, unit=cell, by=secretary, at=NOW) == 0
    told = [one.data["links"] for one in AuditEntry.objects.filter(action="link.revoke").order_by("seq")]
    assert told == [[links[0].pk], [links[1].pk, links[2].pk]]
    for one in made:
        with pytest.raises(LinkClosed):
            open_link(one.code, at=NOW)


def test_openings_are_counted_and_refusals_told_without_the_code(cell: Unit, secretary: User) -> None:
    _, issued = one_link(cell, secretary)
    note_opening(link=open_link(issued.code, at=NOW), at=NOW)
    note_opening(link=open_link(issued.code, at=NOW), at=NOW + timedelta(hours=1))
    issued.link.refresh_from_db()
    assert (issued.link.use_count, issued.link.last_used_at) == (2, NOW + timedelta(hours=1))
    told = AuditEntry.objects.filter(action="link.open")
    assert {one.actor_label for one in told} == {"Lê Thị Hòa (liên kết riêng)"}
    with pytest.raises(LinkClosed) as closed:
        open_link("0000-0000-0000-0000", at=NOW)
    note_refusal(closed=closed.value, at=NOW)
    refused = entry("link.refuse")
    assert (refused.data, refused.obj_id, refused.result) == ({"reason": "unknown"}, "", "refused")


def test_who_hands_out(cell: Unit, secretary: User) -> None:
    parent = make_unit(cell.ward, name="Đảng bộ cơ sở")
    below = make_unit(cell.ward, parent=parent, name="Chi bộ trực thuộc")
    member, issued = one_link(below, make_user(Role.SECRETARY, below))
    cluster = make_cluster(cell.ward)
    Unit.objects.filter(pk=below.pk).update(cluster=cluster)
    below = Unit.objects.get(pk=below.pk)
    users = {
        "own": make_user(Role.SECRETARY, below),
        "above": make_user(Role.SECRETARY, parent),
        "office": make_user(Role.OFFICE, cell.ward),
        "admin": make_user(Role.ADMIN, cell.ward),
        "sibling": secretary,
        "leader": make_user(Role.LEADER, cell.ward),
        "cluster": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "member": make_user(member=member),
        "foreign": make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH")),
    }
    may = {name for name, user in users.items() if user.has_perm("units.give_links", below)}
    assert may == {"own", "above", "office", "admin"}
    assert {name for name, user in users.items() if user.has_perm("units.give_link", member)} == may
    sees = {name for name, user in users.items() if issued.link in PersonalLink.objects.visible_to(user)}
    assert sees == may
