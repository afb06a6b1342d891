"""An officer proposes a draft; an administrator issues it or sends it back; both are told, all is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveState, IssueProposalState, RequirementKind
from directives.errors import IllegalMove, NotIssuable
from directives.models import Directive, IssueProposal, Obligation
from directives.services.drafts import delete_draft
from directives.services.issue_proposals import propose_issue, send_back_draft, take_back_proposal
from directives.services.issuing import issue_directive
from outbox.models import Notice
from tests.factories.directives import at, make_directive, make_requirement
from tests.factories.units import make_city, make_unit, make_user, make_ward
from units.choices import Role, UnitKind

pytestmark = pytest.mark.django_db
NOW = at(21, hour=9)
LATER = NOW + timedelta(hours=2)


class Scene:
    def __init__(self) -> None:
        self.city = make_city()
        self.ward = make_ward(city=self.city)
        self.unit = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5")
        self.draft = make_directive(self.ward, number=53, state=DirectiveState.DRAFT, subject="Học tập Nghị quyết")
        make_requirement(
            self.draft,
            kind=RequirementKind.REPORT,
            audience=Audience(unit_kinds=(UnitKind.GRASSROOTS_CELL,)),
        )
        self.office, self.admin = make_user(Role.OFFICE, self.ward), make_user(Role.ADMIN, self.ward)

    def propose(self, note: str = "Đã ký bản giấy") -> IssueProposal:
        return propose_issue(directive=self.draft, note=note, by=self.office, at=NOW)

    def told(self) -> set[tuple[int, str, str, str]]:
        return set(Notice.objects.values_list("user_id", "title", "text", "url"))

    def page(self, name: str, user=None, **of) -> str:
        client = Client()
        client.force_login(user or self.admin, backend="units.backends.AccountBackend")
        return client.get(reverse(name, kwargs=of)).content.decode()


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(NOW, tick=False)
    return Scene()


def test_a_proposal_is_told_to_the_administrators_and_changes_nothing_of_the_draft(scene) -> None:
    other = make_user(Role.ADMIN, scene.ward)
    make_user(Role.ADMIN, make_ward(city=scene.city, name="Việt Hưng", code="VH"))
    proposal = scene.propose()
    assert (proposal.state, proposal.proposed_by, proposal.proposed_at) == ("WAITING", scene.office, NOW)
    words = (
        "Đề nghị ban hành Công văn 53-CV/ĐU",
        f"{scene.office} đề nghị. Học tập Nghị quyết. Đã ký bản giấy",
        f"/van-ban/{scene.draft.pk}/xem-truoc/",
    )
    assert scene.told() == {(scene.admin.pk, *words), (other.pk, *words)}
    assert Directive.objects.get().state == DirectiveState.DRAFT
    assert not Obligation.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.ward_id, entry.data) == (
        "directive.propose_issue",
        str(scene.office.pk),
        scene.ward.pk,
        {"note": "Đã ký bản giấy"},
    )


def test_where_the_ward_has_no_administrator_those_above_it_are_told(scene) -> None:
    above = make_user(Role.ADMIN, scene.city)
    scene.admin.role_grants.update(valid_to=NOW.date())
    scene.propose()
    assert {user for user, *_ in scene.told()} == {above.pk}


def test_what_lacks_something_cannot_be_proposed_nor_twice_nor_when_issued(scene) -> None:
    Directive.objects.update(number=None)
    with pytest.raises(NotIssuable, match="Chưa có số văn bản"):
        scene.propose()
    Directive.objects.update(number=53)
    scene.propose()
    with pytest.raises(IllegalMove, match="đang chờ quản trị"):
        scene.propose()
    issue_directive(directive=scene.draft, by=scene.admin, at=LATER)
    with pytest.raises(IllegalMove, match="Đã ban hành"):
        scene.propose()
    assert IssueProposal.objects.count() == 1


def test_issuing_fulfils_the_proposal_and_tells_its_proposer(scene) -> None:
    proposal = scene.propose()
    Notice.objects.all().delete()
    issue_directive(directive=scene.draft, by=scene.admin, at=LATER)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by, proposal.answered_at) == ("ISSUED", scene.admin, LATER)
    page = f"/van-ban/{scene.draft.pk}/"
    words = ("Đã ban hành Công văn 53-CV/ĐU", "Theo đề nghị của đồng chí. Học tập Nghị quyết", page)
    assert scene.told() == {(scene.office.pk, *words)}
    with pytest.raises(IllegalMove, match="không có đề nghị nào"):
        send_back_draft(directive=scene.draft, reason="Muộn rồi", by=scene.admin, at=LATER)


def test_sending_back_needs_its_reason_and_the_draft_may_be_proposed_anew(scene) -> None:
    scene.propose()
    Notice.objects.all().delete()
    with pytest.raises(NotIssuable, match="Ghi lý do"):
        send_back_draft(directive=scene.draft, reason="  ", by=scene.admin, at=LATER)
    assert not Notice.objects.exists()
    send_back_draft(directive=scene.draft, reason=" Thiếu khối trường học ", by=scene.admin, at=LATER)
    first = IssueProposal.objects.get()
    assert (first.state, first.answer) == ("SENT_BACK", "Thiếu khối trường học")
    title = "Công văn 53-CV/ĐU được gửi lại để sửa"
    words = f"{scene.admin}: Thiếu khối trường học"
    assert scene.told() == {(scene.office.pk, title, words, f"/van-ban/{scene.draft.pk}/")}
    assert AuditEntry.objects.latest("directive.send_back").data == {"reason": "Thiếu khối trường học"}
    assert "Gửi lại để sửa" in scene.page("directives:list", scene.office)
    assert "Thiếu khối trường học" in scene.page("directives:directive", scene.office, pk=scene.draft.pk)
    assert scene.propose().state == IssueProposalState.WAITING
    assert [one.state for one in IssueProposal.objects.all()] == ["SENT_BACK", "WAITING"]


def test_what_is_taken_back_waits_no_longer_and_nobody_is_told_anew(scene) -> None:
    scene.propose()
    before = scene.told()
    take_back_proposal(directive=scene.draft, by=scene.office, at=LATER)
    assert (IssueProposal.objects.get().state, scene.told()) == ("TAKEN_BACK", before)
    assert AuditEntry.objects.latest("directive.take_back_proposal").data == {}
    with pytest.raises(IllegalMove):
        take_back_proposal(directive=scene.draft, by=scene.office, at=LATER)


@pytest.mark.parametrize("deleted_by", ["admin", "office"])
def test_whoever_proposed_is_told_when_somebody_else_throws_the_draft_away(scene, deleted_by) -> None:
    scene.propose()
    Notice.objects.all().delete()
    delete_draft(directive=scene.draft, by=getattr(scene, deleted_by), at=LATER)
    told = {(user, title, url) for user, title, _, url in scene.told()}
    expected = (scene.office.pk, "Bản nháp 53-CV/ĐU đã bị xóa", "/van-ban/de-nghi-ban-hanh/")
    assert told == ({expected} if deleted_by == "admin" else set())
    assert not IssueProposal.objects.exists()


def test_each_sees_his_own_next_step(scene) -> None:
    ask, back = f"/van-ban/{scene.draft.pk}/de-nghi-ban-hanh/", f"/van-ban/{scene.draft.pk}/gui-lai/"
    take_back = f"/van-ban/{scene.draft.pk}/rut-de-nghi/"
    preview = {"name": "directives:preview", "pk": scene.draft.pk}
    assert ask in scene.page(user=scene.office, **preview)
    assert ask not in scene.page(user=scene.admin, **preview)
    assert "Chờ ban hành" not in scene.page("reports:office_home")
    scene.propose()
    paper = {"name": "directives:directive", "pk": scene.draft.pk}
    offered = {
        (who, link)
        for who in ("office", "admin")
        for link in (ask, back, take_back)
        for page in (preview, paper)
        if link in scene.page(user=getattr(scene, who), **page)
    }
    assert offered == {("office", take_back), ("admin", back)}
    assert "Chờ ban hành" in scene.page("reports:office_home")
    assert back in scene.page("directives:issue_proposals")
    assert back not in scene.page("directives:issue_proposals", scene.office)
    assert "Đã ký bản giấy" in scene.page("directives:issue_proposals", scene.office)


def test_from_the_button_to_the_issued_paper_in_the_browser(scene) -> None:
    office, admin = Client(), Client()
    office.force_login(scene.office, backend="units.backends.AccountBackend")
    admin.force_login(scene.admin, backend="units.backends.AccountBackend")
    pk = scene.draft.pk
    page = office.get(f"/van-ban/{pk}/de-nghi-ban-hanh/").content.decode()
    assert "giao 1 việc cho 1 đơn vị?" in page
    assert office.post(f"/van-ban/{pk}/de-nghi-ban-hanh/", {"note": "Gấp"}).status_code == 302
    twice = office.post(f"/van-ban/{pk}/de-nghi-ban-hanh/", {"note": "Gấp"})
    assert (twice.status_code, "đang chờ quản trị" in twice.content.decode()) == (422, True)
    without = admin.post(f"/van-ban/{pk}/gui-lai/", {"reason": ""})
    assert (without.status_code, "Chưa ghi cần sửa gì." in without.content.decode()) == (422, True)
    assert admin.post(f"/van-ban/{pk}/gui-lai/", {"reason": "Sửa hạn"}).url == "/van-ban/de-nghi-ban-hanh/"
    assert "Sửa hạn" in admin.get("/van-ban/de-nghi-ban-hanh/?xem=da-tra-loi").content.decode()
    assert office.post(f"/van-ban/{pk}/de-nghi-ban-hanh/").status_code == 302
    assert admin.post(f"/van-ban/{pk}/ban-hanh/").status_code == 302
    assert Directive.objects.get().state == DirectiveState.ISSUED
    assert set(IssueProposal.objects.values_list("state", "note")) == {("SENT_BACK", "Gấp"), ("ISSUED", "")}


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(scene, number, django_assert_num_queries) -> None:
    for _ in range(number):
        draft = make_directive(scene.ward, state=DirectiveState.DRAFT)
        IssueProposal.objects.create(directive=draft, proposed_by=make_user(Role.OFFICE, scene.ward), proposed_at=NOW)
    client = Client()
    client.force_login(scene.admin, backend="units.backends.AccountBackend")
    client.get("/van-ban/de-nghi-ban-hanh/")
    with django_assert_num_queries(8):
        assert client.get("/van-ban/de-nghi-ban-hanh/").content.decode().count("Xem và ban hành") == number
