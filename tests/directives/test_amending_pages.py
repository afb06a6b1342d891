"""Pages of amending: from choosing the earlier paper to issuing, names on demand, what a secretary then reads."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from directives.choices import Certainty, DirectiveState, ObligationState, RequirementKind
from directives.models import Obligation
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 26, 9, 0, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def page(client: Client, name: str, *keys: object, query: str = "") -> str:
    answer = client.get(reverse(f"directives:{name}", args=keys) + query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_an_amendment_goes_from_choosing_the_paper_to_the_secretary_s_card() -> None:
    ward = make_ward()
    unit = make_unit(ward, name="Chi bộ Tổ dân phố số 5")
    earlier = make_directive(ward, number=53, subject="Học tập Nghị quyết số 02-NQ/TW")
    essay = make_requirement(earlier)
    owed = make_obligation(essay, make_member(unit, name="Nguyễn Văn An"))
    make_obligation(essay, make_member(unit, name="Trần Thị Bình"), state=ObligationState.SUBMITTED)
    later = make_directive(
        ward, number=61, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 26), subject="Lùi hạn nộp"
    )
    make_directive(make_ward(name="Việt Hưng", code="VH"), number=99, subject="Học tập ở phường khác")
    client, secretary = logged_in(make_user(Role.ADMIN, ward)), logged_in(make_user(Role.SECRETARY, unit))

    choices = page(client, "amend_choose", later.pk, query="?q=hoc tap nghi quyet")
    assert ("53-CV/ĐU" in choices, "99-CV/ĐU" in choices) == (True, False)
    where = reverse("directives:amend", args=[later.pk, earlier.pk])
    wrong = client.post(where, {f"action_{essay.pk}": "RESCHEDULE", f"phrase_{essay.pk}": "kịp thời"})
    assert wrong.status_code == 422
    assert "không cho một ngày cụ thể" in wrong.content.decode()
    assert "kịp thời" in wrong.content.decode()
    forgotten = client.post(where, {f"action_{essay.pk}": "", f"phrase_{essay.pk}": "trước ngày 10/5/2026"})
    assert "hãy chọn “Đổi hạn”" in forgotten.content.decode()
    assert (
        client.post(
            where, {f"action_{essay.pk}": "RESCHEDULE", f"phrase_{essay.pk}": "trước ngày 10/5/2026"}
        ).status_code
        == 302
    )

    preview = page(client, "preview", later.pk)
    assert "Sẽ điều chỉnh 1 việc đang thực hiện" in preview
    assert "không được giao gì" not in preview  # it gives nobody anything
    assert "<strong>1</strong> việc đã nộp, giữ nguyên kết quả" in preview
    names = page(client, "amend_names", later.amendments.get().pk, "doi")
    assert ("Nguyễn Văn An" in names, "Trần Thị Bình" in names) == (True, False)
    assert secretary.get(reverse("directives:directive", args=[later.pk])).status_code == 404
    assert "Ban hành, điều chỉnh 1 việc" in page(client, "issue", later.pk)
    done = client.post(reverse("directives:issue", args=[later.pk]), follow=True).content.decode()
    assert f"Đã ban hành {later} và điều chỉnh việc của văn bản trước." in done
    assert "giao việc cho từng đơn vị" not in done

    owed.refresh_from_db()
    assert owed.due_at == at(10, 5)
    assert "Điều chỉnh theo 61-CV/ĐU" in page(secretary, "my_work")
    assert reverse("directives:directive", args=[later.pk]) in page(secretary, "directive", earlier.pk)
    assert reverse("directives:directive", args=[earlier.pk]) in page(secretary, "directive", later.pk)
    assert "Điều chỉnh hạn từ" in page(secretary, "obligation", owed.pk)


def test_a_tentative_deadline_is_confirmed_on_its_page() -> None:
    ward = make_ward()
    plan = make_requirement(
        make_directive(ward), kind=RequirementKind.ACTION_PLAN, due_at=None, certainty=Certainty.TENTATIVE
    )
    make_obligation(plan, make_unit(ward))
    client = logged_in(make_user(Role.OFFICE, ward))
    where = reverse("directives:confirm_deadline", args=[plan.pk])
    assert where in page(client, "directive", plan.directive_id)

    assert client.post(where, {"phrase": "kịp thời"}).status_code == 422
    assert client.post(where, {"phrase": "trước ngày 10/5/2026"}).status_code == 302

    assert Obligation.objects.get().due_at == at(10, 5)
    assert where not in page(client, "directive", plan.directive_id)
