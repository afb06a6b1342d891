"""The bar: which links each role finds, which one is marked, what is counted, what it costs."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from phucloi_portal.navigation import (
    ACCOUNT_PLACES,
    LEADER_PLACES,
    MEMBER_PLACES,
    SECRETARY_PLACES,
    STAFF_PLACES,
    Navigation,
)
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def bar(user, path="/khong-co/"):
    request = RequestFactory().get(path)
    request.user = user
    return Navigation(request)


def labels(user):
    return [item.label for item in bar(user).items]


@pytest.mark.parametrize(
    "place",
    list(dict.fromkeys((*STAFF_PLACES, *LEADER_PLACES, *SECRETARY_PLACES, *MEMBER_PLACES, *ACCOUNT_PLACES))),
    ids=lambda p: p.url_name,
)
def test_every_place_exists(place):
    assert reverse(place.url_name).startswith("/")


def test_each_role_finds_its_own_links(ward):
    unit = make_unit(ward)
    staff = ["Việc hôm nay", "Bảng theo dõi", "Duyệt bài", "Đôn đốc", "Hộp thư", "Tổng hợp", "Văn bản", "Danh bạ"]
    secretary = ["Việc của chi bộ", "Văn bản", "Đảng viên", "Phiếu tiếp nhận"]
    assert labels(make_user(Role.OFFICE, ward)) == staff
    assert labels(make_user(Role.ADMIN, ward)) == [*staff, "Nhật ký"]
    assert labels(make_user(Role.LEADER, ward)) == ["Tình hình", "Bảng theo dõi", "Tổng hợp", "Văn bản"]
    assert labels(make_user(Role.SECRETARY, unit)) == secretary
    lead = [secretary[0], "Cụm phụ trách", *secretary[1:]]
    assert labels(make_user(Role.CLUSTER_LEAD, cluster=make_cluster(ward))) == lead
    assert labels(make_user(Role.MEMBER, unit, member=make_member(unit))) == ["Việc của tôi", "Phiếu tiếp nhận"]


def test_a_leader_who_also_owes_finds_his_own_tasks(ward):
    member = make_member(make_unit(ward))
    assert labels(make_user(Role.LEADER, ward, member=member))[-1] == "Việc của tôi"


def test_the_page_and_what_lies_below_it_are_marked(ward):
    user = make_user(Role.OFFICE, ward)
    below = reverse("reports:matrix") + "danh-sach/"
    assert [item.label for item in bar(user, below).items if item.current] == ["Bảng theo dõi"]
    assert [item.label for item in bar(user, "/").items if item.current] == []


def test_the_review_link_counts_what_waits_in_the_wards_of_the_account(ward):
    for place in (ward, ward, make_ward(name="Giang Biên", code="GB")):
        hand_in_one(make_obligation(make_requirement(make_directive(place)), make_member(make_unit(place))))
    navigation = bar(make_user(Role.OFFICE, ward))
    counts = {item.label: item.count for item in navigation.items}
    assert counts.pop("Duyệt bài") == navigation.to_review == 2
    assert set(counts.values()) == {0}
    assert bar(make_user(Role.LEADER, ward)).to_review == 0


def test_the_committee_is_the_nearest_above_the_account(ward):
    make_ward(name="Giang Biên", code="GB")
    cell = make_unit(ward)
    assert bar(make_user(Role.SECRETARY, cell)).committee.name == "Đảng ủy phường Phúc Lợi"
    member = make_member(cell)
    assert bar(make_user(member=member)).committee.name == "Đảng ủy phường Phúc Lợi"
    assert bar(make_user(Role.CLUSTER_LEAD, cluster=make_cluster(ward))).committee.name == "Đảng ủy phường Phúc Lợi"
    assert bar(make_user()).committee is None


def test_a_page_without_a_bar_asks_nothing(ward, django_assert_num_queries):
    user = make_user(Role.OFFICE, ward)
    with django_assert_num_queries(0):
        bar(user)
    with django_assert_num_queries(3):  # grants, count of the queue, committee
        navigation = bar(user)
        render_to_string("components/navigation_links.html", {"items": navigation.items})
        assert navigation.committee


def test_the_lead_of_a_cluster_who_owes_nothing_begins_with_its_units(client) -> None:
    ward = make_ward()
    cell = make_unit(ward, cluster=make_cluster(ward))
    lead = make_user(Role.CLUSTER_LEAD, cluster=cell.cluster, member=make_member(cell))
    client.force_login(lead)
    assert client.get("/")["Location"] == reverse("reports:cluster")
    debt = make_obligation(make_requirement(make_directive(ward)), lead.member)
    assert client.get("/")["Location"] == reverse("directives:my_work")
    debt.state = "ACCEPTED"
    debt.save()
    assert client.get("/")["Location"] == reverse("reports:cluster")
