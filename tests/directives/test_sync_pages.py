"""The pages of the synchronisation: counts and names before, the day for late parties, the hint, what was looked at."""

from __future__ import annotations

import pytest
from django.urls import reverse

from directives.audiences import Audience
from directives.choices import DirectiveState
from directives.models import Obligation
from directives.services.issuing import issue_directive
from tests.directives.test_moving_pages import words
from tests.factories.directives import ISSUED_AT, at, make_directive, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Block, Role
from units.models import Unit

pytestmark = pytest.mark.django_db


class Scene:
    """A cell of two members owes an essay each before 28/4; it is 25/4 and Dũng has come."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward, name="Chi bộ Tổ dân phố số 1")
        for name in ("Nguyễn Văn An", "Lê Thị Bình"):
            make_member(self.cell, name=name)
        self.directive = make_directive(self.ward, state=DirectiveState.DRAFT)
        self.essay = make_requirement(self.directive, audience=Audience(blocks=(Block.RESIDENTIAL,)))
        issue_directive(directive=self.directive, by=None, at=ISSUED_AT)
        self.office = make_user(Role.OFFICE, self.ward)
        self.url = reverse("directives:sync", args=[self.directive.pk])


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(at(25, hour=9), tick=False)
    return Scene()


@pytest.fixture
def office(scene, client):
    client.force_login(scene.office)
    return client


def test_nothing_to_do_says_so(scene, office):
    answer = office.get(scene.url)
    assert answer.status_code == 200
    assert "Danh sách khớp với danh bạ hôm nay" in words(answer)


def test_the_difference_is_shown_then_written(scene, office):
    dung = make_member(scene.cell, name="Phạm Văn Dũng")
    page = office.get(scene.url)
    assert "giao thêm 1, cho miễn 0, chuyển đơn vị 0, giữ nguyên 2" in words(page)
    assert "Ghi 1 thay đổi" in words(page)
    names = office.get(
        reverse("directives:sync_names", args=[scene.directive.pk]), {"thay_doi": "ADDED", "yeu_cau": scene.essay.pk}
    )
    assert "Phạm Văn Dũng" in words(names)
    assert "Nguyễn Văn An" not in words(names)
    assert not Obligation.objects.filter(member=dung).exists()
    done = office.post(scene.url, {"seen": "1.0.0.2"}, follow=True)
    assert "giao thêm 1, cho miễn 0, chuyển đơn vị 0, giữ nguyên 2" in words(done)
    assert Obligation.objects.get(member=dung).due_at == scene.essay.due_at


def test_figures_that_moved_meanwhile_are_looked_at_again(scene, office):
    make_member(scene.cell)
    make_member(scene.cell)
    answer = office.post(scene.url, {"seen": "1.0.0.2"})
    assert answer.status_code == 422
    assert "Danh bạ vừa đổi" in words(answer)
    assert Obligation.objects.count() == 2


def test_late_parties_need_a_day_or_are_left_out(scene, office, time_machine):
    time_machine.move_to(at(28, hour=9), tick=False)
    office.force_login(scene.office)  # the session of three days before has ended
    dung = make_member(scene.cell, name="Phạm Văn Dũng")
    page = office.get(scene.url)
    assert 'value="04/5/2026"' in page.content.decode()  # six days, as the others had
    for day, said in (("", "Chưa ghi ngày cuối"), ("27/4/2026", "Ngày này đã qua"), ("31/4/2026", "Không có ngày này")):
        answer = office.post(scene.url, {"seen": "1.0.0.2", "last_day": day})
        assert (answer.status_code, said in words(answer)) == (422, True)
    office.post(scene.url, {"seen": "1.0.0.2", "leave_out": "on"})
    assert not Obligation.objects.filter(member=dung).exists()
    office.post(scene.url, {"seen": "1.0.0.2", "last_day": "28/4/2026"})
    assert Obligation.objects.get(member=dung).due_at == at(29)


def test_the_hint_counts_this_ward_only(scene, office):
    url = reverse("directives:out_of_date")
    other = Scene()
    make_member(other.cell)
    assert "Mọi danh sách khớp với danh bạ hôm nay" in words(office.get(url))
    make_member(scene.cell)
    Unit.objects.filter(pk=scene.ward.pk).update(name="Đảng bộ")
    shown = office.get(url, headers={"HX-Request": "true"})
    assert "1 nơi cần cập nhật" in words(shown)
    assert scene.url in shown.content.decode()
    assert other.url not in shown.content.decode()
    assert "<html" not in shown.content.decode()
    assert scene.url not in office.get(url, {"van_ban": other.directive.pk}).content.decode()


def test_queries_do_not_grow_with_the_names(scene, office, django_assert_max_num_queries):
    url = reverse("directives:sync_names", args=[scene.directive.pk])
    for _ in range(3):
        make_member(scene.cell)
    with django_assert_max_num_queries(30):
        office.get(url, {"thay_doi": "ADDED", "yeu_cau": scene.essay.pk})


@pytest.mark.parametrize(
    "query", [{}, {"thay_doi": "ADDED"}, {"thay_doi": "NONE", "yeu_cau": "1"}, {"thay_doi": "ADDED", "yeu_cau": "x"}]
)
def test_unknown_words_are_404(scene, office, query):
    assert office.get(reverse("directives:sync_names", args=[scene.directive.pk]), query).status_code == 404
