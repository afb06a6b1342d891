"""Two people of one name in one unit: wherever one must choose between them, their years of birth stand beside the name.

Not here: whose a file is (`tests/submissions`), the roster's own lists (`tests/units`).
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
NAME = "Nguyễn Thị Lan"


class Scene:
    """Both Lan of one cell owe an essay that is overdue."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward, name="Chi bộ 5")
        self.essay = make_requirement(make_directive(self.ward))
        self.elder, self.younger = (
            make_obligation(self.essay, make_member(self.cell, name=NAME, birth_year=year)) for year in (1985, 1990)
        )
        self.secretary, self.office = make_user(Role.SECRETARY, self.cell), make_user(Role.OFFICE, self.ward)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def told(response) -> list[str]:
    """The years that stand beside the name, in their order."""
    assert response.status_code == 200
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.findall(rf"{NAME} (\d{{4}})", page)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("directives:unit_part", "secretary"),
        ("reports:drill", "office"),
        ("reminders:calls", "office"),
        ("directives:extend_all", "office"),
    ],
)
def test_a_list_of_both(scene, client, name, who):
    client.force_login(getattr(scene, who))
    args = {"directives:unit_part": [scene.essay.pk, scene.cell.pk], "directives:extend_all": [scene.essay.pk]}
    query = {"xem": "tat-ca"} if name == "reminders:calls" else {}
    page = client.get(reverse(name, args=args.get(name)), query)
    assert told(page) == ["1985", "1990"]


def test_what_both_handed_in(scene, client):
    for obligation in (scene.elder, scene.younger):
        hand_in_one(obligation, by=scene.secretary)
    client.force_login(scene.office)
    queue = client.get(reverse("submissions:review_queue"))
    assert told(queue) == ["1985", "1990"]
    client.force_login(scene.secretary)
    on_behalf = client.get(reverse("submissions:on_behalf", args=[scene.essay.pk, scene.cell.pk]))
    assert told(on_behalf) == ["1985", "1990"]


@pytest.mark.parametrize("name", ["obligation", "petition", "extend", "waive"])
def test_the_page_of_one(scene, client, name):
    client.force_login(scene.secretary if name == "petition" else scene.office)
    assert told(client.get(reverse(f"directives:{name}", args=[scene.younger.pk])))[:1] == ["1990"]


def test_whose_year_is_not_known_is_named_as_before(scene, client):
    scene.elder.member.birth_year = None
    scene.elder.member.save()
    client.force_login(scene.secretary)
    page = client.get(reverse("directives:unit_part", args=[scene.essay.pk, scene.cell.pk]))
    assert told(page) == ["1990"]
