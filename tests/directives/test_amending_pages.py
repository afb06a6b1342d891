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


class Amended:
    """Công văn 302 moved the essay of 301 (one owes) to before 10/5 and withdrew its report (two owe)."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.earlier = make_directive(self.ward, number=301)
        self.essay = make_requirement(self.earlier, title="Bài thu hoạch")
        self.report = make_requirement(self.earlier, title="Báo cáo kết quả", kind=RequirementKind.REPORT)
        self.owed = make_obligation(self.essay, make_member(self.unit, name="Nguyễn Văn An"))
        for number in (6, 7):
            make_obligation(self.report, make_unit(self.ward, name=f"Chi bộ Tổ dân phố số {number}"))
        self.later = make_directive(self.ward, number=302, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 26))
        self.client = logged_in(make_user(Role.ADMIN, self.ward))
        self.secretary = logged_in(make_user(Role.SECRETARY, self.unit))
        asked = {f"action_{self.essay.pk}": "RESCHEDULE", f"phrase_{self.essay.pk}": "trước ngày 10/5/2026"}
        where = reverse("directives:amend", args=[self.later.pk, self.earlier.pk])
        self.client.post(where, {**asked, f"action_{self.report.pk}": "WITHDRAW"})
        self.client.post(reverse("directives:issue", args=[self.later.pk]))

    def revoke(self, **said: str) -> tuple[int, str]:
        sent = {"reason": "Nhầm", "revoking_paper": "75-CV/ĐU", **said}
        answer = self.client.post(reverse("directives:revoke", args=[self.later.pk]), sent, follow=True)
        return answer.status_code, " ".join(answer.content.decode().split())


def test_revoking_an_amending_paper_asks_what_becomes_of_its_changes_and_may_leave_them() -> None:
    scene = Amended()
    client, secretary, later, earlier = scene.client, scene.secretary, scene.later, scene.earlier
    assert "Thu hồi không trả lại" not in page(client, "directive", later.pk)
    assert "đã đổi ở văn bản khác" not in page(client, "revoke", earlier.pk)

    question = " ".join(page(client, "revoke", later.pk).split())
    said = [
        "hạn “trước ngày 28/4/2026” thành “trước ngày 10/5/2026” (1 việc đã đổi hạn).",
        "đã rút, 2 việc ghi “Miễn”.",
        "<strong>1</strong> việc trở lại hạn cũ",
        "<strong>2</strong> việc lại phải thực hiện",
    ]
    assert [line in question for line in said] == [True] * 4
    back = page(client, "amend_names", later.amendments.get(requirement=scene.essay).pk, "doi")
    assert ("Nguyễn Văn An" in back, "27/4/2026" in back) == (True, True)

    status, faults = scene.revoke()
    assert (status, "Chưa chọn giữ nguyên hay đặt lại" in faults) == (422, True)
    _, done = scene.revoke(elsewhere="LEAVE")
    assert "Những gì văn bản này đã đổi ở văn bản khác giữ nguyên." in done
    lines = [
        "hạn vẫn là “trước ngày 10/5/2026”, trước đó “trước ngày 28/4/2026” (1 việc đã đổi hạn).",
        "vẫn đã rút, 2 việc vẫn ghi “Miễn”.",
    ]
    assert [line in done for line in lines] == [True, True]
    assert f'href="{reverse("directives:create")}">Soạn văn bản mới' in done
    scene.owed.refresh_from_db()
    assert scene.owed.due_at == at(10, 5)
    assert sorted(scene.report.obligations.values_list("state", flat=True)) == ["WAIVED", "WAIVED"]
    told = page(secretary, "directive", earlier.pk)
    assert "Văn bản ấy đã thu hồi ngày 26/4/2026; hạn đã đổi vẫn giữ cho đến khi có văn bản khác." in told
    assert "Văn bản ấy đã thu hồi ngày 26/4/2026; yêu cầu vẫn là đã rút cho đến khi có văn bản khác." in told
    assert "Thu hồi không trả lại" not in page(secretary, "directive", later.pk)


def test_who_ends_a_paper_twice_is_told_that_it_was_done() -> None:
    scene = Amended()
    _, done = scene.revoke(elsewhere="PUT_BACK")
    assert "Việc chưa xong không phải thực hiện nữa" not in done.partition("Đã thu hồi lúc")[0]  # it gave out no work
    status, again = scene.revoke(elsewhere="PUT_BACK")
    assert status == 200
    assert "Công văn 302-CV/ĐU đã được thu hồi lúc" in again
    assert "không phải làm lần nữa" in again
    assert "Không chuyển được" not in again
    assert again.count("Đã đặt lại như trước") == 2  # both changes, on the paper's own page
    for name, said in (("close", "đã kết thúc lúc"), ("reopen", "đang thực hiện, không phải mở lại lần nữa")):
        where = reverse(f"directives:{name}", args=[scene.earlier.pk])
        scene.client.post(where, {"reason": "Xong đợt"})
        twice = scene.client.post(where, {"reason": "Xong đợt"}, follow=True)
        assert (twice.status_code, said in twice.content.decode()) == (200, True)


def test_revoking_an_amending_paper_may_put_its_changes_back() -> None:
    scene = Amended()
    _, done = scene.revoke(elsewhere="PUT_BACK")
    assert "Đã đặt lại 3 việc của văn bản khác như trước khi điều chỉnh; ai có việc ấy được báo." in done
    assert "Thu hồi không trả lại" not in done
    scene.owed.refresh_from_db()
    assert scene.owed.due_at == at(28)
    assert sorted(scene.report.obligations.values_list("state", flat=True)) == ["PENDING", "PENDING"]
    told = " ".join(page(scene.secretary, "directive", scene.earlier.pk).split())
    assert "Văn bản ấy đã thu hồi ngày 26/4/2026; hạn đã đặt lại như trước." in told
    assert "Văn bản ấy đã thu hồi ngày 26/4/2026; yêu cầu lại có hiệu lực." in told
    assert "Hạn cũ:" not in told
    work = page(scene.secretary, "my_work")
    assert ("27/4/2026" in work, "Hạn cũ:" in work, "Điều chỉnh theo" in work) == (True, False, False)
    shown = page(scene.secretary, "obligation", scene.owed.pk)
    assert "Hạn cũ:" not in shown
    assert "Đặt lại hạn" in shown
    assert (
        page(scene.client, "amend_names", scene.later.amendments.get(requirement=scene.essay).pk, "doi").count("<tr>")
        <= 1
    )


def test_a_paper_amended_again_says_whose_deadline_holds() -> None:
    ward = make_ward()
    essay = make_requirement(make_directive(ward, number=301))
    make_obligation(essay, make_member(make_unit(ward)))
    client = logged_in(make_user(Role.ADMIN, ward))
    for number, phrase in ((302, "trước ngày 10/5/2026"), (303, "trước ngày 20/5/2026")):
        draft = make_directive(ward, number=number, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 26))
        sent = {f"action_{essay.pk}": "RESCHEDULE", f"phrase_{essay.pk}": phrase}
        client.post(reverse("directives:amend", args=[draft.pk, essay.directive_id]), sent)
        client.post(reverse("directives:issue", args=[draft.pk]))
    first = essay.amendments.get(directive__number=302).directive
    question = " ".join(page(client, "revoke", first.pk).replace("\u2060", "").split())
    assert "Không đặt lại được: đã đổi tiếp theo 303-CV/ĐU." in question
    assert 'name="elsewhere"' not in question, "nothing can be put back, nothing is asked"
    assert "Thu hồi không trả lại những điều này." in question


@pytest.mark.parametrize("state", [DirectiveState.ISSUED, DirectiveState.REVOKED])
def test_only_a_draft_offers_another_requirement(state: str) -> None:
    directive = make_directive(make_ward(), state=state)
    client = logged_in(make_user(Role.OFFICE, directive.ward))
    shown = page(client, "directive", directive.pk)
    add = reverse("directives:add_requirement", args=[directive.pk])
    assert (add in shown, "Văn bản này không giao việc phải nộp." in shown) == (False, True)
    answer = client.get(add, follow=True)
    assert answer.redirect_chain == [(reverse("directives:directive", args=[directive.pk]), 302)]
    assert "Văn bản đã ban hành nên không thêm, sửa yêu cầu được nữa." in answer.content.decode()
