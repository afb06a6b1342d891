"""An acceptance taken back: by the key right after it, and later with a reason; the past keeps it, nothing is lost.

Not here: accepting (`test_reviewing.py`), the sender's own taking back (`test_withdrawing.py`), made bundles
(`tests/reports/test_papers.py`), the key in a browser (`tests/e2e/test_review.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import Route
from directives.models import Directive, Obligation, ObligationSpan
from directives.services.deadlines import extend_deadline, waive
from outbox.models import Notice
from reports.figures import collect
from submissions.errors import (
    AcceptanceGone,
    AcceptanceHeld,
    AlreadyAccepted,
    AlreadyDecided,
    NoReason,
    StaleVersion,
    SubmissionError,
    UndoOver,
)
from submissions.models import Decision, Submission, SubmissionVersion, TakenBackAcceptance
from submissions.services.forwarding import forward
from submissions.services.reviewing import accept, claim, return_for_revision
from submissions.services.taking_back import UNDO_FOR, take_back_acceptance, undo_acceptance
from submissions.services.withdrawing import withdraw
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User
from vault.models import Blob

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ACCEPTED_AT, LATER = at(25), at(26)


@pytest.fixture
def essay() -> Obligation:
    cell = make_unit(make_ward(), name="Chi bộ 5")
    return make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell, name="Nguyễn Văn An"))


@pytest.fixture
def officer(essay: Obligation) -> User:
    return make_user(Role.OFFICE, essay.ward, name="Phạm Thu Hằng")


@pytest.fixture
def secretary(essay: Obligation) -> User:
    return make_user(Role.SECRETARY, essay.unit, name="Trần Thị Bình")


def fresh(essay: Obligation) -> Obligation:
    return Obligation.objects.get(pk=essay.pk)


def accepted(essay: Obligation, officer: User, **handed: object) -> Decision:
    version = hand_in_one(essay, **{"received_at": at(24), **handed})
    return accept(version=version, decided_by=officer, at=ACCEPTED_AT)


def taken_back(decision: Decision, officer: User, reason: str = "Thiếu chữ ký") -> SubmissionVersion:
    return take_back_acceptance(
        submission=decision.version.submission, decision=decision.pk, reason=reason, by=officer, at=LATER
    )


def test_the_version_waits_again_as_it_did_and_everything_says_who_and_why(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)
    other = make_user(Role.OFFICE, essay.ward, name="Lê Văn Bảy")
    version = taken_back(decision, other, " Thiếu chữ ký ")
    found = fresh(essay)
    assert (found.state, found.first_submitted_at, found.submitted_at, found.decided_at, found.fix_by) == (
        "SUBMITTED", at(24), at(24), LATER, None,
    )  # fmt: skip
    assert not Decision.objects.exists()
    kept = TakenBackAcceptance.objects.get()
    assert (kept.version, kept.accepted_by, kept.accepted_at, kept.taken_back_by, kept.taken_back_at, kept.reason) == (
        version, officer, ACCEPTED_AT, other, LATER, "Thiếu chữ ký",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="submission.take_back")
    assert entry.actor_id == str(other.pk)
    assert (entry.obj_type, entry.obj_id) == ("submissions.submission", str(version.submission_id))
    assert entry.data == {
        "version": 1, "obligation": essay.pk, "reason": "Thiếu chữ ký", "from": "Phạm Thu Hằng",
    }  # fmt: skip
    assert list(Submission.objects.reviewable_by(officer).waiting()) == [version.submission]
    again = accept(version=version, decided_by=other, at=at(27))
    assert (fresh(essay).state, again.version) == ("ACCEPTED", version)


def test_what_was_true_meanwhile_stays_true_of_the_past(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)
    live = {}
    for moment in (ACCEPTED_AT - SECOND, ACCEPTED_AT, LATER - SECOND):
        live[moment] = collect(at=moment, ward=essay.ward).total.accepted
    taken_back(decision, officer)
    live[LATER] = collect(at=LATER, ward=essay.ward).total.accepted
    assert list(live.values()) == [0, 1, 1, 0]
    return_for_revision(
        version=decision.version, reason="Thiếu trang", fix_by=at(3, month=5), decided_by=officer, at=at(27)
    )
    hand_in_one(essay, received_at=at(28))
    assert {moment: collect(at=moment, ward=essay.ward).total.accepted for moment in live} == live
    total = collect(at=at(27), ward=essay.ward).total
    assert (total.returned, total.accepted) == (1, 0)


def test_a_deadline_extended_after_the_return_is_the_day_to_fix_by_again(essay: Obligation, officer: User) -> None:
    first = hand_in_one(essay, received_at=at(22))
    return_for_revision(version=first, reason="Thiếu", fix_by=at(3, month=5), decided_by=officer, at=at(23))
    extend_deadline(obligation=fresh(essay), new_due_at=at(20, month=5), reason="Ốm", by=officer, at=at(23, hour=9))
    assert fresh(essay).fix_by == at(20, month=5)
    version = taken_back(accepted(essay, officer), officer)
    assert fresh(essay).fix_by == at(20, month=5)
    withdraw(version=version, reason="Nhầm", by=officer, at=at(27))
    assert (fresh(essay).state, fresh(essay).fix_by) == ("RETURNED", at(20, month=5))


def test_of_the_round_before_it_keeps_the_day_and_a_withdrawal_finds_the_return(
    essay: Obligation, officer: User
) -> None:
    first = hand_in_one(essay, received_at=at(22))
    return_for_revision(version=first, reason="Thiếu", fix_by=at(3, month=5), decided_by=officer, at=at(23))
    decision = accepted(essay, officer)
    version = taken_back(decision, officer)
    assert (fresh(essay).state, fresh(essay).fix_by) == ("SUBMITTED", at(3, month=5))
    withdraw(version=version, reason="Nhầm", by=officer, at=at(27))
    assert (fresh(essay).state, fresh(essay).fix_by) == ("RETURNED", at(3, month=5))


def test_who_owed_is_not_changed_by_it_even_when_it_is_waived_afterwards(essay: Obligation, officer: User) -> None:
    taken_back(accepted(essay, officer), officer)
    waive(obligation=fresh(essay), note="Ốm dài ngày", by=officer, at=at(28))
    for moment in (LATER, at(27), at(28)):
        assert not Obligation.objects.owing_then(moment).exists()
    assert Obligation.objects.owing_then(at(24) - SECOND).get().pk == essay.pk


def test_a_newer_version_may_come_again(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)
    with pytest.raises(AlreadyAccepted):
        hand_in_one(essay, received_at=at(26))
    taken_back(decision, officer)
    assert hand_in_one(essay, received_at=at(27)).number == 2
    assert fresh(essay).first_submitted_at == at(24)


def test_on_the_two_step_route_it_stays_passed_on(officer: User, secretary: User, essay: Obligation) -> None:
    requirement = make_requirement(essay.requirement.directive, route=Route.UNIT, order=2)
    by_unit = make_obligation(requirement, essay.member)
    version = hand_in_one(by_unit, received_at=at(24))
    deed = {"submissions": [version.submission], "versions": [version.pk], "unit": essay.unit}
    forward(**deed, requirement=requirement, by=secretary, at=at(24, hour=15))
    decision = accept(version=version, decided_by=officer, at=ACCEPTED_AT)
    taken_back(decision, officer)
    assert fresh(by_unit).state == "FORWARDED"
    version.refresh_from_db()
    assert version.forwarded_at == at(24, hour=15)
    assert accept(version=version, decided_by=officer, at=at(27)).version == version


def test_a_voluntary_answer_stays_waived(essay: Obligation, officer: User) -> None:
    waive(obligation=essay, note="Miễn", by=officer, at=at(22))
    decision = accepted(essay, officer)
    taken_back(decision, officer)
    assert fresh(essay).state == "WAIVED"
    assert not Decision.objects.exists()
    assert not ObligationSpan.objects.exists()


def test_of_a_voluntary_answer_that_was_sent_anew_it_says_so(essay: Obligation, officer: User) -> None:
    waive(obligation=essay, note="Miễn", by=officer, at=at(22))
    decision = accepted(essay, officer)
    hand_in_one(essay, received_at=ACCEPTED_AT + SECOND)
    with pytest.raises(StaleVersion, match="vừa gửi lần 2"):
        undo_acceptance(
            submission=decision.version.submission, decision=decision.pk, by=officer, at=ACCEPTED_AT + 2 * SECOND
        )
    assert Decision.objects.get() == decision


def test_without_a_reason_or_twice_or_of_something_else_nothing_happens(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)
    with pytest.raises(NoReason):
        taken_back(decision, officer, "  ")
    assert fresh(essay).state == "ACCEPTED"
    taken_back(decision, officer)
    for deed in (
        lambda: take_back_acceptance(
            submission=decision.version.submission, decision=decision.pk, reason="Nữa", by=officer, at=LATER
        ),
        lambda: undo_acceptance(submission=decision.version.submission, decision=decision.pk, by=officer, at=LATER),
    ):
        with pytest.raises(AcceptanceGone):
            deed()
    returned = return_for_revision(
        version=decision.version, reason="Thiếu", fix_by=at(3, month=5), decided_by=officer, at=at(27)
    )
    with pytest.raises(AcceptanceGone):
        take_back_acceptance(
            submission=decision.version.submission, decision=returned.pk, reason="Nhầm", by=officer, at=at(27)
        )
    assert (fresh(essay).state, TakenBackAcceptance.objects.count()) == ("RETURNED", 1)


def test_what_stands_on_it_keeps_it(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)
    Directive.objects.update(state="REVOKED")
    with pytest.raises(AcceptanceHeld, match="Văn bản đã thu hồi"):
        taken_back(decision, officer)
    Directive.objects.update(state="CLOSED")
    Blob.objects.update(destroyed_at=at(25))
    with pytest.raises(AcceptanceHeld, match="thời hạn lưu trữ"):
        taken_back(decision, officer)
    assert fresh(essay).state == "ACCEPTED"
    Blob.objects.update(destroyed_at=None)
    taken_back(decision, officer)
    assert fresh(essay).state == "SUBMITTED"


def test_its_sender_and_its_member_are_told_why_once(essay: Obligation, officer: User, secretary: User) -> None:
    author = make_user(member=essay.member)
    taken_back(accepted(essay, officer, by=secretary), officer)
    told = Notice.objects.order_by("user__pk")
    assert {one.user_id for one in told} == {author.pk, secretary.pk}
    for one in told:
        assert one.title.startswith("Ban Xây dựng Đảng xem lại bài đã tiếp nhận: ")
        assert one.text == "Của Nguyễn Văn An. Lý do: Thiếu chữ ký. Chưa cần nộp lại gì."
        assert one.url == reverse("directives:obligation", args=[essay.pk])


def test_a_unit_s_report_tells_only_who_handed_it_in(essay: Obligation, officer: User, secretary: User) -> None:
    make_user(Role.LEADER, essay.ward, name="Người không có đảng viên")
    report = make_obligation(make_requirement(essay.requirement.directive, order=2, kind="REPORT"), essay.unit)
    taken_back(accepted(report, officer, by=secretary), officer)
    assert list(Notice.objects.values_list("user", flat=True)) == [secretary.pk]


def test_the_key_undoes_one_s_own_decision_of_the_last_minutes_and_tells_nobody(
    essay: Obligation, officer: User, secretary: User
) -> None:
    decision = accepted(essay, officer, by=secretary)
    other = make_user(Role.OFFICE, essay.ward, name="Lê Văn Bảy")
    with pytest.raises(UndoOver):
        undo_acceptance(submission=decision.version.submission, decision=decision.pk, by=other, at=ACCEPTED_AT + SECOND)
    with pytest.raises(UndoOver):
        undo_acceptance(
            submission=decision.version.submission, decision=decision.pk, by=officer, at=ACCEPTED_AT + UNDO_FOR
        )
    undo_acceptance(
        submission=decision.version.submission, decision=decision.pk, by=officer, at=ACCEPTED_AT + UNDO_FOR - SECOND
    )
    assert fresh(essay).state == "SUBMITTED"
    assert not Notice.objects.exists()
    assert AuditEntry.objects.get(action="submission.take_back").data["reason"] == "Hoàn tác ngay sau khi duyệt"


def test_it_is_no_clean_paper_of_a_batch_any_more(essay: Obligation, officer: User) -> None:
    version = hand_in_one(essay, received_at=at(24))
    assert Submission.objects.unremarkable().exists()
    taken_back(accept(version=version, decided_by=officer, at=ACCEPTED_AT), officer)
    assert Submission.objects.undecided().exists()
    assert not Submission.objects.unremarkable().exists()


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_take_it_back_once(essay: Obligation, officer: User) -> None:
    decision = accepted(essay, officer)

    def deed(reason: str) -> str:
        try:
            take_back_acceptance(
                submission=decision.version.submission, decision=decision.pk, reason=reason, by=officer, at=LATER
            )
            return "done"
        except SubmissionError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(deed, reason) for reason in ("Một", "Hai")]
        wait(running)
    assert sorted(one.result() for one in running) == ["AcceptanceGone", "done"]
    assert TakenBackAcceptance.objects.count() == ObligationSpan.objects.count() == 1


# ---------- pages ----------


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(ACCEPTED_AT + timedelta(minutes=1), tick=False)
    return time_machine


def test_the_queue_and_the_next_deck_offer_the_key_and_it_opens_the_paper_again(
    essay: Obligation, officer: User, clock
) -> None:
    decision = accepted(essay, officer)
    submission = decision.version.submission_id
    client = browser(officer)
    assert client.get("/duyet/").context["undoable"] == decision
    text = client.get("/duyet/").content.decode()
    assert "Đã tiếp nhận <b>Nguyễn Văn An</b>" in text
    second = hand_in_one(make_obligation(essay.requirement, make_member(essay.unit)), received_at=at(24))
    deck = client.get(f"/duyet/{second.submission_id}/")
    assert deck.context["undoable"] == decision
    assert 'data-key="z"' in deck.content.decode()
    assert 'data-key="z"' not in client.get(f"/duyet/{second.submission_id}/tra-lai/").content.decode()
    answer = client.post(f"/duyet/{submission}/hoan-tac/?nhom=danh-dau", {"decision": decision.pk})
    assert answer["Location"] == f"/duyet/{submission}/?nhom=danh-dau"
    assert fresh(essay).state == "SUBMITTED"
    assert client.get("/duyet/").context["undoable"] is None
    refused = client.post(f"/duyet/{submission}/hoan-tac/", {"decision": decision.pk}, follow=True)
    assert "Đồng chí đã thu hồi tiếp nhận bài này lúc" in refused.content.decode()


def test_nothing_is_offered_after_ten_minutes_after_a_return_or_of_papers_accepted_together(
    essay: Obligation, officer: User, clock
) -> None:
    accepted(essay, officer)
    client = browser(officer)
    assert client.get("/duyet/").context["undoable"] is not None
    other = make_obligation(essay.requirement, make_member(essay.unit))
    accept(version=hand_in_one(other, received_at=at(24)), decided_by=officer, at=ACCEPTED_AT)
    assert client.get("/duyet/").context["undoable"] is None
    third = hand_in_one(make_obligation(essay.requirement, make_member(essay.unit)), received_at=at(24))
    last = accept(version=third, decided_by=officer, at=ACCEPTED_AT + SECOND)
    assert client.get("/duyet/").context["undoable"] == last
    clock.move_to(ACCEPTED_AT + SECOND + UNDO_FOR, tick=False)
    assert client.get("/duyet/").context["undoable"] is None
    fourth = hand_in_one(make_obligation(essay.requirement, make_member(essay.unit)), received_at=at(24))
    return_for_revision(
        version=fourth, reason="Thiếu", fix_by=at(3, month=5), decided_by=officer, at=ACCEPTED_AT + 2 * SECOND
    )
    clock.move_to(ACCEPTED_AT + 3 * SECOND, tick=False)
    assert client.get("/duyet/").context["undoable"] is None


def test_the_page_asks_for_a_reason_and_the_history_shows_it(essay: Obligation, officer: User, clock) -> None:
    decision = accepted(essay, officer)
    client, secretary = browser(officer), browser(make_user(Role.SECRETARY, essay.unit, name="Trần Thị Bình"))
    history = reverse("submissions:obligation_versions", args=[essay.pk])
    page = reverse("submissions:take_back", args=[decision.version.submission_id])
    assert page in client.get(history).content.decode()
    assert page not in secretary.get(history).content.decode()
    assert "Phạm Thu Hằng tiếp nhận lúc" in client.get(page).content.decode()
    empty = client.post(page, {"decision": decision.pk, "reason": " "})
    assert empty.status_code == 422
    assert "Ghi lý do, ví dụ" in empty.content.decode()
    foreign = accepted(make_obligation(essay.requirement, make_member(essay.unit)), officer)
    assert client.post(page, {"decision": foreign.pk, "reason": "Nhầm"}).status_code == 422
    assert Decision.objects.filter(pk=foreign.pk).exists()
    done = client.post(page, {"decision": decision.pk, "reason": "Thiếu chữ ký"})
    assert done["Location"] == history
    for reader in (client, secretary):
        told = reader.get(history).content.decode()
        assert "Đã thu hồi tiếp nhận" in told
        assert "Lý do: Thiếu chữ ký" in told
    assert page not in client.get(history).content.decode()
    assert client.get(page).url == history  # a page left open, a second click: told what has become of it
    again = client.post(page, {"decision": decision.pk, "reason": "Nữa"}, follow=True)
    assert again.redirect_chain == [(history, 302)]
    told = [str(one) for one in again.context["messages"]]
    assert told[-1].startswith("Đồng chí đã thu hồi tiếp nhận bài này lúc ")
    assert told[-1].endswith("Lý do: Thiếu chữ ký. Bài đang chờ duyệt.")
    colleague = browser(make_user(Role.OFFICE, essay.ward, name="Lê Văn Đồng"))
    late = colleague.post(page, {"decision": decision.pk, "reason": "Nữa"}, follow=True)
    assert "Phạm Thu Hằng đã thu hồi tiếp nhận bài này lúc" in late.content.decode()


def test_a_leader_reads_that_it_was_taken_back_but_not_why(essay: Obligation, officer: User) -> None:
    taken_back(accepted(essay, officer), officer)
    leader = browser(make_user(Role.LEADER, essay.ward, name="Lãnh Đạo"))
    told = leader.get(reverse("submissions:obligation_versions", args=[essay.pk])).content.decode()
    assert "Đã thu hồi tiếp nhận" in told
    assert "Thiếu chữ ký" not in told


def test_where_something_stands_on_it_the_page_says_what_and_offers_no_form(
    essay: Obligation, officer: User, clock
) -> None:
    decision = accepted(essay, officer)
    Directive.objects.update(state="REVOKED")
    told = browser(officer).get(reverse("submissions:take_back", args=[decision.version.submission_id]))
    assert "Văn bản đã thu hồi" in told.content.decode()
    assert 'name="reason"' not in told.content.decode()


def test_while_it_stands_nobody_decides_anew_and_then_the_paper_is_free_for_everybody(
    essay: Obligation, officer: User
) -> None:
    decision = accepted(essay, officer)
    with pytest.raises(AlreadyDecided):
        accept(version=decision.version, decided_by=officer, at=LATER)
    claim(submission=decision.version.submission, by=officer, at=LATER)
    taken_back(decision, officer)
    assert Submission.objects.get().claimed_by is None
