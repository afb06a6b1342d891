"""Wherever one period's duty is told of, its period is named: letters, receipts, file names, annexes."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from directives.models import Obligation
from reminders.listing import writer_of
from reminders.planning import plan
from reports.gathering import gather
from submissions.desk_access import place_of
from submissions.placing import Placer
from submissions.public_check import check_receipt
from submissions.receipt_paper import compose
from submissions.services.submitting import Answer, FileToSubmit, hand_in
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import CommitteeProfile
from vault.services import PDF, put

pytestmark = pytest.mark.django_db
MONTHLY = {"since": "2026-03-24", "every": "MONTHLY", "days": [25], "before": True}
TITLE = "Báo cáo công tác đảng"


class Scene:
    """A cell owes the report of March and of April, both by one extended deadline."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        head = make_member(self.cell, name="Trần Thị Bích Ngọc", email="ngoc@x.vn", title="Bí thư")
        self.secretary = make_user(Role.SECRETARY, self.cell, member=head)
        self.report = make_requirement(make_directive(self.ward), kind="REPORT", title=TITLE)
        self.report.recurrence = MONTHLY
        self.report.save()
        self.march, self.april = (
            make_obligation(self.report, self.cell, period=period, due_at=at(28)) for period in ("2026-03", "2026-04")
        )

    def hand_in(self, *answered: Obligation):
        files = [
            put(stream=io.BytesIO(f"%PDF {o.pk}".encode()), media_type=PDF, limit=999, now=at(24)) for o in answered
        ]
        answers = [
            Answer(one, (FileToSubmit(blob, "a.pdf", f"{one.pk}.pdf"),))
            for one, blob in zip(answered, files, strict=True)
        ]
        return hand_in(
            answers=answers, unit=self.cell, requirement=self.report, submitted_by=self.secretary,
            door="BROWSER", received_at=at(24, hour=9), idempotency_key="k" * 32,
        )  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_letter_tells_each_period_by_its_name(scene: Scene) -> None:
    moment = at(24, hour=7)
    planned = plan(ward=scene.ward, at=moment)
    (letter,) = planned.letters
    written = writer_of(planned).write(letter, moment)
    assert written.subject == "[Cần nộp trước 28/4] Báo cáo công tác đảng, tháng 3/2026, và 1 việc khác"
    assert [written.text.count(f"{TITLE}, tháng {month}/2026") for month in (3, 4)] == [1, 1]


def test_a_receipt_names_the_period_and_so_does_its_check(scene: Scene) -> None:
    deposit = scene.hand_in(scene.april)
    receipts = list(deposit.receipts.with_file())
    assert compose(deposit.code, deposit, receipts).title == "báo cáo công tác đảng, tháng 4/2026"
    assert check_receipt(deposit.code).requirement == "Báo cáo công tác đảng, tháng 4/2026"


def test_a_receipt_over_two_periods_names_none(scene: Scene) -> None:
    deposit = scene.hand_in(scene.march, scene.april)
    assert compose(deposit.code, deposit, list(deposit.receipts.with_file())).title == "báo cáo công tác đảng"


def test_the_file_is_named_by_its_period(scene: Scene) -> None:
    place = place_of(scene.report, scene.cell)
    name = Placer(place, at(24)).name_of(place.obligations[0])
    assert name == "Chi bộ Tổ dân phố số 5 - Báo cáo công tác đảng, tháng 3-2026.pdf"


def test_annexes_name_the_period(scene: Scene) -> None:
    CommitteeProfile.objects.get_or_create(unit=scene.ward, defaults={"name": "Đảng ủy phường Phúc Lợi"})
    scene.hand_in(scene.march)
    facts = gather(directive=scene.report.directive, at=at(26))
    assert [one.posts for one in facts.essays] == ["Báo cáo công tác đảng, tháng 3/2026"]
    assert [one.posts for one in facts.missing] == ["Báo cáo công tác đảng, tháng 4/2026"]


def test_a_petition_names_the_period(scene: Scene, client) -> None:
    client.force_login(scene.secretary)
    page = client.get(reverse("directives:petition", args=[scene.april.pk]))
    assert f"{TITLE}, tháng 4/2026" in page.content.decode()
