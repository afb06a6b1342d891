"""A chasing letter asks for a new day; deadlines on the portal follow only when the office says so, row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import ChangeCause, ObligationState, RequirementKind
from directives.models import ChangeNotice, Extension, Obligation
from directives.services.deadlines import extend_deadline
from reports.errors import ReportRefused
from reports.letter_extension import extension_of
from reports.models import ChasingLetter
from reports.services.chasing import new_letter
from reports.services.extending import extend_by_letter
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob
from tests.factories.units import make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
MADE, NOW, UNTIL = at(29, hour=16), at(30, hour=9), date(2026, 5, 5)
REASON = "Công văn đôn đốc ngày 29/4/2026"


class Scene:
    """A report that was due before 28/4 and a plan due before 2/5; cells 1 to 4 of one ward."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.paper = make_directive(self.ward, number=57)
        self.report = make_requirement(self.paper, kind=RequirementKind.REPORT, title="Báo cáo kết quả")
        self.plan = make_requirement(
            self.paper, kind=RequirementKind.ACTION_PLAN, title="Kế hoạch", due_at=at(2, 5), order=2
        )
        self.cells = [make_unit(self.ward, name=f"Chi bộ {number}") for number in range(1, 5)]
        self.reports = [make_obligation(self.report, cell) for cell in self.cells]
        self.plans = [make_obligation(self.plan, cell, due_at=at(2, 5)) for cell in self.cells]

    def letter(
        self, *, until: date | None = UNTIL, named=(0, 1, 2), is_overdue: bool = True, requirement=None
    ) -> ChasingLetter:
        letter = new_letter(
            directive=self.paper, requirement=requirement, at=MADE, new_last_day=until, number=None, by=None, now=MADE
        )
        late = [{"code": self.cells[one].code} for one in named]
        letter.figures, letter.docx, letter.made_at = (
            {"late": late, "is_overdue": is_overdue, "late_units": len(late), "missing": 3},
            make_blob(b"word"),
            MADE,
        )
        letter.save()
        return letter

    def due(self) -> list[object]:
        return list(Obligation.objects.order_by("pk").values_list("due_at", flat=True))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_only_what_the_letter_chased_and_is_owed_still_moves(scene) -> None:
    letter = scene.letter()
    assert scene.due() == [at(28)] * 4 + [at(2, 5)] * 4, "the letter itself moves nothing"
    hand_in_one(scene.reports[1], received_at=MADE + timedelta(hours=1))
    extend_deadline(
        obligation=scene.reports[2], new_due_at=at(10, 5), reason="Ốm", by=None, at=MADE + timedelta(hours=1)
    )

    wanted = extension_of(letter, now=NOW)
    assert ([row.pk for row in wanted.rows], wanted.later, wanted.new_due_at) == ([scene.reports[0].pk], 1, at(6, 5))
    assert extend_by_letter(letter=letter, by=None, now=NOW) == 1

    assert scene.due() == [at(6, 5), at(28), at(10, 5), at(28)] + [at(2, 5)] * 4
    kept = Extension.objects.get(granted_at=NOW)
    assert (kept.obligation_id, kept.old_due_at, kept.new_due_at, kept.cause, kept.reason) == (
        scene.reports[0].pk, at(28), at(6, 5), ChangeCause.EXTENDED, REASON,
    )  # fmt: skip
    assert ChangeNotice.objects.get(at=NOW).words == f"Gia hạn: {REASON}"
    assert [one.data["reason"] for one in AuditEntry.objects.filter(action="obligation.extend")] == [REASON, "Ốm"]
    assert ChasingLetter.objects.get().extended_at == NOW
    with pytest.raises(ReportRefused, match="Không còn việc nào được đôn đốc"):
        extend_by_letter(letter=letter, by=None, now=NOW)


def test_what_got_a_shorter_day_of_its_own_since_is_still_what_was_chased(scene) -> None:
    letter = scene.letter()
    extend_deadline(
        obligation=scene.reports[0], new_due_at=at(3, 5), reason="Ốm", by=None, at=MADE + timedelta(hours=1)
    )
    extend_deadline(obligation=scene.plans[0], new_due_at=at(4, 5), reason="Ốm", by=None, at=MADE + timedelta(hours=1))
    assert {row.pk for row in extension_of(letter, now=NOW).rows} == {one.pk for one in scene.reports[:3]}
    assert extend_by_letter(letter=letter, by=None, now=NOW) == 3
    assert scene.due() == [at(6, 5)] * 3 + [at(28), at(4, 5)] + [at(2, 5)] * 3


def test_a_letter_before_any_last_day_reaches_all_that_was_missing(scene) -> None:
    letter = scene.letter(is_overdue=False, named=(3,))
    assert [row.pk for row in extension_of(letter, now=NOW).rows] == [scene.reports[3].pk, scene.plans[3].pk]
    of_one = scene.letter(is_overdue=False, named=(3,), requirement=scene.plan)
    assert [row.pk for row in extension_of(of_one, now=NOW).rows] == [scene.plans[3].pk]
    assert extend_by_letter(letter=letter, by=None, now=NOW) == 2


def test_without_a_day_or_with_one_that_is_over_nothing_is_offered(scene) -> None:
    assert extension_of(scene.letter(until=None), now=NOW) is None
    with pytest.raises(ReportRefused, match="không đặt hạn mới"):
        extend_by_letter(letter=scene.letter(until=None), by=None, now=NOW)
    last_moment = at(6, 5) - timedelta(seconds=1)
    with pytest.raises(ReportRefused, match="Hạn mới của công văn đã qua"):
        extend_by_letter(letter=scene.letter(), by=None, now=at(6, 5))
    assert extend_by_letter(letter=scene.letter(), by=None, now=last_moment) == 3


def test_who_was_returned_or_joined_later_is_judged_as_before(scene) -> None:
    Obligation.objects.filter(pk=scene.reports[0].pk).update(
        state=ObligationState.RETURNED, first_submitted_at=MADE, submitted_at=MADE
    )
    Obligation.objects.filter(pk=scene.reports[1].pk).update(created_at=MADE + timedelta(seconds=1))
    assert [row.pk for row in extension_of(scene.letter(), now=NOW).rows] == [scene.reports[2].pk]
    # handed in, and open again because the check refused the file
    Obligation.objects.filter(pk=scene.reports[2].pk).update(first_submitted_at=MADE, submitted_at=MADE)
    assert list(extension_of(scene.letter(), now=NOW).rows) == []


def test_the_pages_say_that_deadlines_stay_and_show_every_row_first(scene, client) -> None:
    letter = scene.letter()
    client.force_login(make_user(Role.OFFICE, scene.ward))
    address = reverse("reports:letter_extend", args=[letter.pk])
    with time_machine.travel(NOW, tick=False):
        papers = client.get(reverse("reports:papers", args=[scene.paper.pk])).content.decode()
        assert "Chỉ ghi trong công văn, hạn trên cổng chưa đổi" in papers
        assert f'href="{address}"' in papers
        asked = client.get(address).content.decode()
        assert "Gia hạn đến hết ngày 05/5/2026: 3 việc" in asked
        assert [f'/{one.pk}/">{one.unit}' in asked for one in scene.reports] == [True, True, True, False]
        done = client.post(address, follow=True).content.decode()
        assert "Đã gia hạn 3 việc đến hết ngày 05/5/2026. Ai có tài khoản thấy ngay trên cổng; ai nhận thư được" in done
        assert ("đã gia hạn trên cổng" in done, f'href="{address}"' in done) == (True, False)
        told = "Đã gia hạn theo công văn này lúc 09:00 ngày 30/4/2026, đến hết ngày 05/5/2026."
        for again in (client.post(address, follow=True), client.get(address, follow=True)):  # a page left open
            assert again.redirect_chain == [(reverse("reports:papers", args=[scene.paper.pk]), 302)]
            assert told in again.content.decode()
    client.force_login(make_user(Role.LEADER, scene.ward))
    assert client.get(address).status_code == 403
    plain = scene.letter(until=None)
    client.force_login(make_user(Role.OFFICE, scene.ward))
    assert client.get(reverse("reports:letter_extend", args=[plain.pk])).status_code == 404


def test_the_preview_asks_as_much_for_one_row_as_for_three(scene, client, django_assert_num_queries) -> None:
    client.force_login(make_user(Role.OFFICE, scene.ward))
    few, many = scene.letter(named=(0,)), scene.letter(named=(0, 1, 2))
    with time_machine.travel(NOW, tick=False):
        client.get(reverse("reports:letter_extend", args=[few.pk]))
        for letter, shown in ((few, 1), (many, 3)):
            with django_assert_num_queries(10):
                page = client.get(reverse("reports:letter_extend", args=[letter.pk]))
            assert page.context["page"].paginator.count == shown
