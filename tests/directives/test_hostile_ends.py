"""Amending, revoking, closing, extending for all as somebody who may not: with whole, valid input, and at the boundary minutes.

Not here: empty requests of every role (`tests/architecture/url_matrix.py`), what the verbs do when they may (`test_amending.py`, `test_ending.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import Certainty, DirectiveState, ObligationState, WaiverReason
from directives.models import Amendment, Directive, Extension, Obligation, Requirement
from directives.services.amendments import write_amendments
from directives.services.ending import close_directive, reopen_directive, revoke_directive
from directives.services.issuing import issue_directive
from submissions.errors import SubmissionError
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User

pytestmark = pytest.mark.django_db
NOW = at(26, hour=9)
SECOND = timedelta(seconds=1)


class Scene:
    """A ward with an issued paper (an essay, a tentative duty), a closed one and a draft; another ward with the same."""

    def __init__(self, name: str = "Phúc Lợi", code: str = "PL") -> None:
        self.ward = make_ward(name=name, code=code)
        self.cluster = make_cluster(self.ward)
        self.unit = make_unit(self.ward, cluster=self.cluster)
        self.paper = make_directive(self.ward, number=53)
        self.essay = make_requirement(self.paper)
        self.member = make_member(self.unit, name=f"Nguyễn Văn {code}")
        self.owed = make_obligation(self.essay, self.member)
        self.tentative = make_requirement(self.paper, kind="REPORT", certainty=Certainty.TENTATIVE, due_at=None)
        self.waits = make_obligation(self.tentative, self.unit)
        self.waived = make_obligation(
            self.essay,
            make_member(self.unit, name=f"Lê Văn {code}"),
            state=ObligationState.WAIVED,
            waiver_reason=WaiverReason.DECIDED,
        )
        self.closed = make_directive(self.ward, number=54)
        close_directive(directive=self.closed, reason="Xong", by=None, at=at(22))
        self.closed.refresh_from_db()
        self.draft = make_directive(self.ward, number=61, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 26))

    def deeds(self) -> list[tuple[str, list[int], dict[str, Any]]]:
        """Everything that ends, moves or releases, with input an officer of the ward would send."""
        words = {"reason": "Điều chỉnh theo thực tế"}
        return [
            ("close", [self.paper.pk], words),
            ("reopen", [self.closed.pk], words),
            ("revoke", [self.paper.pk], {**words, "revoking_paper": "Công văn số 75-CV/ĐU ngày 5/5/2026"}),
            ("closing", [self.essay.pk], {"closes_on": "30/4/2026"}),
            ("confirm_deadline", [self.tentative.pk], {"phrase": "trước ngày 10/6/2026"}),
            ("extend_all", [self.essay.pk], {**words, "act": "EXTEND", "who": "all", "last_day": "4/5/2026"}),
            ("extend_all", [self.essay.pk], {**words, "act": "WAIVE", "who": "all"}),
            ("extend", [self.owed.pk], {**words, "last_day": "4/5/2026"}),
            ("waive", [self.owed.pk], {"note": "Đi biệt phái"}),
            ("unwaive", [self.waived.pk], {"note": "Đã về"}),
            (
                "amend",
                [self.draft.pk, self.paper.pk],
                {f"action_{self.essay.pk}": "RESCHEDULE", f"phrase_{self.essay.pk}": "trước ngày 10/5/2026"},
            ),
            ("amend", [self.draft.pk, self.paper.pk], {f"action_{self.essay.pk}": "WITHDRAW"}),
        ]


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def everything() -> list[list[dict[str, Any]]]:
    """All rows these deeds could touch."""
    models = (Directive, Requirement, Obligation, Extension, Amendment)
    return [list(model.objects.order_by("pk").values()) for model in models]


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def test_an_administrator_of_the_ward_may_do_all_of_it(scene: Scene) -> None:
    """So that the refusals below are of the person, not of the input."""
    client = logged_in(make_user(Role.ADMIN, scene.ward))
    for name, keys, said in scene.deeds():
        before = everything()
        answer = client.post(reverse(f"directives:{name}", args=keys), said)
        assert (name, answer.status_code) == (name, 302), answer.content.decode()
        assert everything() != before, name
        if name in ("close", "revoke"):  # back to how it stood, for the deeds that follow
            Directive.objects.filter(pk=scene.paper.pk).update(
                state=DirectiveState.ISSUED, ended_at=None, end_reason="", revoking_paper=""
            )
        Obligation.objects.filter(pk=scene.owed.pk).update(
            state=ObligationState.PENDING, waiver_reason="", waiver_note="", waived_at=None, due_at=at(28)
        )


@pytest.mark.parametrize(
    "who", ["admin elsewhere", "office elsewhere", "leader", "lead of the cluster", "secretary", "member", "nobody"]
)
def test_nobody_else_moves_a_row_with_the_same_input(scene: Scene, who: str) -> None:
    other = Scene("Việt Hưng", "VH")
    people = {
        "admin elsewhere": lambda: make_user(Role.ADMIN, other.ward),
        "office elsewhere": lambda: make_user(Role.OFFICE, other.ward),
        "leader": lambda: make_user(Role.LEADER, scene.ward),
        "lead of the cluster": lambda: make_user(Role.CLUSTER_LEAD, cluster=scene.cluster),
        "secretary": lambda: make_user(Role.SECRETARY, scene.unit),
        "member": lambda: make_user(member=scene.member),
    }
    client = logged_in(people[who]()) if who in people else Client()
    before, entries = (
        everything(),
        AuditEntry.objects.filter(action__regex="^(directive|requirement|obligation)").count(),
    )
    for name, keys, said in scene.deeds():
        answer = client.post(reverse(f"directives:{name}", args=keys), said)
        allowed = {302} if who == "nobody" else {403, 404}
        assert answer.status_code in allowed, (name, answer.status_code)
        if who == "nobody":
            assert answer.headers["Location"].startswith(reverse("account_login")), name
        if who.endswith("elsewhere"):
            assert answer.status_code == 404, name
    assert everything() == before
    assert AuditEntry.objects.filter(action__regex="^(directive|requirement|obligation)").count() == entries


def test_the_office_does_not_revoke(scene: Scene) -> None:
    before = everything()
    said = {"reason": "Trùng", "revoking_paper": "Công văn số 75-CV/ĐU"}
    answer = logged_in(make_user(Role.OFFICE, scene.ward)).post(
        reverse("directives:revoke", args=[scene.paper.pk]), said
    )
    assert answer.status_code == 403
    assert everything() == before


def test_keys_of_another_ward_smuggled_into_ones_own_forms_touch_nothing(scene: Scene) -> None:
    other = Scene("Việt Hưng", "VH")
    client = logged_in(make_user(Role.ADMIN, scene.ward))
    before = everything()
    smuggled = {f"action_{other.essay.pk}": "WITHDRAW", f"phrase_{other.essay.pk}": ""}
    assert client.post(reverse("directives:amend", args=[scene.draft.pk, scene.paper.pk]), smuggled).status_code == 302
    for draft, target in ((scene.draft, other.paper), (other.draft, scene.paper), (scene.draft, scene.draft)):
        answer = client.post(reverse("directives:amend", args=[draft.pk, target.pk]), smuggled)
        assert answer.status_code == 404
    revoke = reverse("directives:revoke", args=[scene.paper.pk])
    for paper in (other.paper, scene.paper, scene.draft, other.draft):
        assert client.post(revoke, {"reason": "Trùng", "revoked_by": paper.pk}).status_code == 422
    chosen = {"act": "WAIVE", "who": "chosen", "reason": "Thử", "chon": [other.owed.pk, scene.waits.pk]}
    assert client.post(reverse("directives:extend_all", args=[scene.essay.pk]), chosen).status_code == 422
    assert everything() == before


def test_a_paper_ends_at_its_instant_for_what_is_handed_in(scene: Scene) -> None:
    others = [make_obligation(scene.essay, make_member(scene.unit, name=f"Hồ Văn {n}")) for n in "ABC"]
    close_directive(directive=scene.paper, reason="Xong đợt", by=None, at=NOW)
    with pytest.raises(SubmissionError):
        hand_in_one(others[0], received_at=NOW)
    reopen_directive(directive=scene.paper, reason="Làm tiếp", by=None, at=NOW + SECOND)
    assert hand_in_one(others[0], received_at=NOW + SECOND).timeliness == "ON_TIME"
    fields = {"revoked_by": None, "revoking_paper": "Công văn số 75-CV/ĐU", "reason": "Trùng"}
    revoke_directive(directive=scene.paper, by=None, at=NOW + 2 * SECOND, **fields)
    with pytest.raises(SubmissionError):
        hand_in_one(others[1], received_at=NOW + 2 * SECOND)
    states = Obligation.objects.filter(pk__in=[one.pk for one in others]).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["SUBMITTED", "WAIVED", "WAIVED"]


def test_a_moved_deadline_is_kept_to_the_second_on_both_its_days(scene: Scene) -> None:
    """Moved from before 28/4 to before 16:00 of 27/4 (exclusive, R3): the old last day does not help any more."""
    people = [make_obligation(scene.essay, make_member(scene.unit, name=f"Hồ Văn {n}")) for n in "ABC"]
    changes = {scene.essay.pk: ("RESCHEDULE", "trước 16h00 ngày 27/4/2026")}
    write_amendments(directive=scene.draft, target=scene.paper, changes=changes, by=None, at=NOW)
    issue_directive(directive=scene.draft, by=None, at=NOW)
    due = at(27, hour=16)
    assert set(Obligation.objects.filter(pk__in=[p.pk for p in people]).values_list("due_at", flat=True)) == {due}
    moments = (due - SECOND, due, at(28) - SECOND)
    said = [hand_in_one(one, received_at=moment).timeliness for one, moment in zip(people, moments, strict=True)]
    assert said == ["ON_TIME", "LATE", "LATE"]
