"""A desk above units that each owe several kinds of files: the way to each one's page, and no file taken in between.

Not here: the page with the slots (`test_writing.py`), the desk's states (`test_desk_views.py`).
"""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.choices import RequirementKind
from directives.models import Obligation, Requirement
from submissions.models import PendingUpload, StagedFile
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from units.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> Unit:
    return make_unit(make_ward(), name="Đảng bộ Phường đội")


@pytest.fixture
def secretary(committee: Unit) -> User:
    return make_user(Role.SECRETARY, committee)


def asked(committee: Unit, slots: list[str], kind: str = RequirementKind.ACTION_PLAN) -> Requirement:
    due = timezone.now() + timedelta(days=3)
    directive = make_directive(committee.ward)
    return make_requirement(directive, kind=kind, title="Chương trình hành động", slots=slots, due_at=due)


def owed(requirement: Requirement, committee: Unit) -> list[Obligation]:
    due = {"due_at": requirement.due_at}
    return [
        make_obligation(requirement, make_unit(committee.ward, parent=committee, name=f"Chi bộ {name}"), **due)
        for name in ("Một", "Hai")
    ]


def desk(requirement: Requirement, unit: Unit, name: str = "desk") -> str:
    return reverse(f"submissions:{name}", args=[requirement.pk, unit.pk])


def test_each_unit_below_is_answered_on_its_own_page(committee: Unit, secretary: User, client: Client) -> None:
    requirement = asked(committee, ["Bản ký", "Biên bản", "Bản Word (không bắt buộc)"])
    first, second = owed(requirement, committee)
    client.force_login(secretary)
    html = client.get(desk(requirement, committee)).content.decode()
    assert "Mỗi đơn vị nộp 3 loại tệp một lần: Bản ký, Biên bản, Bản Word (không bắt buộc)." in html
    assert all(reverse("submissions:write", args=[one.pk]) in html for one in (first, second))
    assert 'type="file"' not in html


def test_no_door_of_the_desk_keeps_a_file_that_would_be_no_answer(
    committee: Unit, secretary: User, client: Client
) -> None:
    requirement = asked(committee, ["Bản ký", "Biên bản"])
    owed(requirement, committee)
    client.force_login(secretary)
    given = SimpleUploadedFile("Chi bộ Một.pdf", saved(document(1)), "application/pdf")
    answer = client.post(desk(requirement, committee, "desk_upload"), {"tep": given})
    assert (answer.status_code, "Hãy mở trang của từng đơn vị" in answer.content.decode()) == (422, True)
    told = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "100",
        "Upload-Metadata": f"filename {base64.b64encode(b'a.pdf').decode()}",
    }
    begun = client.post(
        desk(requirement, committee, "desk_begin"), content_type="application/octet-stream", headers=told
    )
    assert (begun.status_code, "Hãy mở trang của từng đơn vị" in begun.content.decode()) == (422, True)
    assert (StagedFile.objects.count(), PendingUpload.objects.count()) == (0, 0)


def test_one_required_kind_is_still_dropped_for_many_units(committee: Unit, secretary: User, client: Client) -> None:
    requirement = asked(committee, ["Bản ký", "Bản Word (không bắt buộc)"])
    owed(requirement, committee)
    client.force_login(secretary)
    assert 'type="file"' in client.get(desk(requirement, committee)).content.decode()


def test_an_essay_is_answered_by_its_file_whatever_kinds_were_named(committee: Unit) -> None:
    """Members have no page with slots: an essay that names kinds of files must not be one that nobody can answer."""
    requirement = asked(committee, ["Bài viết", "Bản cam kết"], RequirementKind.ESSAY)
    version = hand_in_one(make_obligation(requirement, make_member(committee), due_at=requirement.due_at))
    assert (version.number, [one.slot for one in version.files.all()]) == (1, [""])
