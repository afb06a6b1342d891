"""Accepting a batch on a sample: what may go in, the draw, what spoils it, what is left in the queue.

Not here: one paper's decision (`test_reviewing.py`), rights (`tests/architecture/`).
"""

import hashlib
import re

import pytest
import time_machine as machine
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import Obligation
from submissions.choices import InspectionState
from submissions.errors import BatchOver, BatchSpoiled, NothingToBatch, SampleUnseen
from submissions.models import Decision, ReportText, ReviewBatch, Submission, SubmissionVersion
from submissions.sampling import MOST_PAPERS, draw, sample_size
from submissions.services.batch_review import (
    BatchResult,
    accept_batch,
    clean_papers,
    draw_batch,
    still_clean,
    stop_batch,
)
from submissions.services.reviewing import accept, claim, return_for_revision, set_flag
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.models import Unit, User

NOW = at(25, hour=10)


@pytest.mark.parametrize(
    ("papers", "size"),
    [(0, 0), (1, 1), (5, 5), (6, 5), (50, 5), (51, 6), (200, 20), (MOST_PAPERS, 20), (299, 30), (5000, 30)],
)
def test_the_size_of_a_sample(papers: int, size: int) -> None:
    assert sample_size(papers) == size


def test_anybody_can_draw_the_same_sample_again() -> None:
    drawn = draw(range(100, 200), seed="gieo", size=10)
    assert drawn == draw(list(reversed(range(100, 200))), seed="gieo", size=10)
    lowest = sorted((hashlib.sha256(f"gieo:{pk}".encode()).hexdigest(), pk) for pk in range(100, 200))
    assert drawn == [pk for _, pk in lowest[:10]]
    assert set(drawn) != set(draw(range(100, 200), seed="khác", size=10))


@pytest.fixture
def cell(db: None) -> Unit:
    return make_unit(make_ward())


@pytest.fixture
def officer(cell: Unit) -> User:
    return make_user(Role.OFFICE, cell.ward, name="Phạm Thu Hằng")


def essays(cell: Unit, count: int = 1, **inspected: object) -> list[SubmissionVersion]:
    requirement = make_requirement(make_directive(cell.ward))
    return [
        hand_in_one(make_obligation(requirement, make_member(cell)), make_file(make_inspected(**inspected)))
        for _ in range(count)
    ]


def clean(officer: User) -> list[int]:
    listed = Submission.objects.reviewable_by(officer).waiting().oldest_first()
    return [one.current_id for one in clean_papers(listed, user=officer, at=NOW)]


def drawn(officer: User) -> ReviewBatch:
    listed = Submission.objects.reviewable_by(officer).waiting().oldest_first()
    return draw_batch(papers=clean_papers(listed, user=officer, at=NOW), by=officer, at=NOW, seed="gieo")


def shown_on(client: Client) -> dict[str, str]:
    """What the form of the page sends."""
    html = client.get("/duyet/loat/").content.decode()
    return {"bai": re.search(r'name="bai" value="([\d ]*)"', html)[1]}


def sampled(batch: ReviewBatch) -> set[int]:
    return set(batch.items.filter(is_sample=True).values_list("version", flat=True))


def test_only_papers_with_nothing_to_remark_go_in(cell: Unit, officer: User) -> None:
    good = essays(cell, 2)
    essays(cell, state=InspectionState.FLAGGED)
    essays(cell, hints=[{"page": 1, "code": "dark"}])
    marked, held, corrected, twice, accepted = essays(cell, 5)
    set_flag(submission=marked.submission, by=officer, at=NOW, is_on=True)
    claim(submission=held.submission, by=make_user(Role.OFFICE, cell.ward), at=NOW)
    hand_in_one(corrected.submission.obligation, received_at=at(25, hour=9))
    other = make_obligation(twice.submission.obligation.requirement, make_member(cell))
    hand_in_one(other, make_file(twice.files.get().blob))
    accept(version=accepted, decided_by=officer, at=NOW)
    assert clean(officer) == [version.pk for version in good]


def test_what_came_late_or_is_not_what_was_printed_is_reviewed_by_itself(cell: Unit, officer: User) -> None:
    good = essays(cell)[0]
    requirement = make_requirement(make_directive(cell.ward), due_at=at(20))
    hand_in_one(make_obligation(requirement, make_member(cell)), make_file(make_inspected()), received_at=at(20))
    report = make_requirement(make_directive(cell.ward), kind=RequirementKind.REPORT, title="Báo cáo")
    printed, changed = (
        hand_in_one(make_obligation(report, unit), make_file(make_inspected())) for unit in (cell, make_unit(cell.ward))
    )
    ReportText.objects.create(version=printed, digest="a" * 64, is_as_printed=True)
    ReportText.objects.create(version=changed, digest="a" * 64, is_as_printed=False)
    assert clean(officer) == [good.pk, printed.pk]


def test_a_batch_is_what_its_page_named(cell: Unit, officer: User, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    versions = essays(cell, 25)
    client = Client()
    client.force_login(officer, backend="units.backends.AccountBackend")
    form = shown_on(client)
    html = client.get("/duyet/loat/").content.decode()
    assert all(f"<li>{one.submission.obligation.member}</li>" in html for one in versions)
    essays(cell, 2)
    set_flag(submission=versions[0].submission, by=officer, at=NOW, is_on=True)
    shown = client.post("/duyet/loat/", form, follow=True)
    batch = ReviewBatch.objects.get()
    assert list(batch.items.order_by("order").values_list("version", flat=True)) == [one.pk for one in versions[1:]]
    html = shown.content.decode()
    assert "1 bài vừa thay đổi nên không vào lô, vẫn còn trong danh sách nếu chưa duyệt." in html
    assert "2 bài đủ điều kiện sau khi mở trang không vào lô này: để lô sau." in html
    assert "Cả lô: 24 bài" in html
    assert all(str(one.submission.obligation.member) in html for one in versions[1:])


def test_a_form_takes_no_paper_that_its_reader_may_not_review(cell: Unit, officer: User, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    own, elsewhere = essays(cell)[0], essays(make_unit(make_ward()))[0]
    client = Client()
    client.force_login(officer, backend="units.backends.AccountBackend")
    client.post("/duyet/loat/", {"bai": f"{own.pk} {elsewhere.pk} x ²"})
    assert list(ReviewBatch.objects.get().items.values_list("version", flat=True)) == [own.pk]
    refused = client.post("/duyet/loat/", follow=True)
    assert "Không còn bài nào đủ điều kiện duyệt theo lô. Hãy duyệt từng bài." in refused.content.decode()
    assert ReviewBatch.objects.count() == 1


def test_the_batch_is_accepted_paper_by_paper(cell: Unit, officer: User) -> None:
    versions = essays(cell, 12)
    batch = drawn(officer)
    assert sampled(batch) == set(draw([one.pk for one in versions], seed="gieo", size=5))
    entry = AuditEntry.objects.get(action="submission.draw_sample")
    assert entry.data == {"versions": [v.pk for v in versions], "sample": sorted(sampled(batch)), "seed": "gieo"}
    with pytest.raises(SampleUnseen, match="Còn 1 bài"):
        accept_batch(batch=batch, seen=set(list(sampled(batch))[1:]), by=officer, at=NOW)
    assert Decision.objects.count() == 0
    assert accept_batch(batch=batch, seen=sampled(batch), by=officer, at=NOW) == BatchResult(12, 0)
    assert set(Obligation.objects.values_list("state", flat=True)) == {"ACCEPTED"}
    assert AuditEntry.objects.filter(action="submission.accept").count() == 12
    assert AuditEntry.objects.get(action="submission.accept_batch").data["count"] == 12
    with pytest.raises(BatchOver):
        accept_batch(batch=batch, seen=sampled(batch), by=officer, at=NOW)


@pytest.mark.parametrize("how", ["returned", "marked", "replaced"])
def test_one_bad_paper_of_the_sample_stops_the_batch(cell: Unit, officer: User, how: str) -> None:
    essays(cell, 12)
    batch = drawn(officer)
    bad = SubmissionVersion.objects.get(pk=min(sampled(batch)))
    if how == "returned":
        return_for_revision(version=bad, reason="Mờ", fix_by=at(30), decided_by=officer, at=NOW)
    elif how == "marked":
        set_flag(submission=bad.submission, by=officer, at=NOW, is_on=True)
    else:
        hand_in_one(bad.submission.obligation, received_at=at(25, hour=9))
    with pytest.raises(BatchSpoiled):
        accept_batch(batch=batch, seen=sampled(batch), by=officer, at=NOW)
    batch.refresh_from_db()
    assert (batch.state, Decision.objects.filter(verdict="ACCEPT").count()) == ("STOPPED", 0)


def test_what_changed_outside_the_sample_stays_in_the_queue(cell: Unit, officer: User) -> None:
    versions = essays(cell, 12)
    batch = drawn(officer)
    replaced, held, marked = [one for one in versions if one.pk not in sampled(batch)][:3]
    hand_in_one(replaced.submission.obligation, received_at=at(25, hour=9))
    claim(submission=held.submission, by=make_user(Role.OFFICE, cell.ward), at=NOW)
    set_flag(submission=marked.submission, by=officer, at=NOW, is_on=True)
    assert still_clean(batch, user=officer, at=NOW) == 9
    client = Client()
    with machine.travel(NOW, tick=False):
        client.force_login(officer, backend="units.backends.AccountBackend")
        html = client.get(reverse("submissions:batch", args=[batch.pk])).content.decode()
    assert 'form="batch">Duyệt 9 bài</button>' in html
    assert "9/12 bài còn chờ duyệt" in html
    assert accept_batch(batch=batch, seen=sampled(batch), by=officer, at=NOW) == BatchResult(9, 3)
    waiting = Submission.objects.waiting().values_list("pk", flat=True)
    assert set(waiting) == {replaced.submission_id, held.submission_id, marked.submission_id}


def test_nothing_clean_makes_no_batch(cell: Unit, officer: User) -> None:
    with pytest.raises(NothingToBatch):
        drawn(officer)


def test_a_batch_is_stopped_once(cell: Unit, officer: User) -> None:
    essays(cell, 2)
    batch = drawn(officer)
    assert stop_batch(batch=batch, by=officer, at=NOW).ended_by == officer
    assert AuditEntry.objects.get(action="submission.stop_batch").obj_id == str(batch.pk)
    with pytest.raises(BatchOver):
        stop_batch(batch=batch, by=officer, at=NOW)


def test_the_pages_of_a_batch(cell: Unit, officer: User, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    essays(cell, 7)
    client = Client()
    client.force_login(officer, backend="units.backends.AccountBackend")
    assert "Lấy mẫu 5 bài để xem" in client.get("/duyet/loat/").content.decode()
    batch_page = client.post("/duyet/loat/", shown_on(client)).headers["Location"]
    batch = ReviewBatch.objects.get()
    assert batch_page == reverse("submissions:batch", args=[batch.pk])
    shown = client.get(batch_page)
    assert {one.version.pk for one in shown.context["sample"]} == sampled(batch)
    assert AuditEntry.objects.filter(action="submission.view").count() == 5, "each paper of the sample is one look"
    refused = client.post(f"{batch_page}duyet/", {"seen": ["x", "²", "99999999999999999999"]}, follow=True)
    assert "Còn 5 bài trong mẫu chưa xem" in refused.content.decode()
    with zeal_ignore():  # every paper is locked, decided and logged by itself
        done = client.post(f"{batch_page}duyet/", {"seen": sorted(sampled(batch))}, follow=True)
    assert "Đã duyệt 7 bài theo lô." in done.content.decode()
    assert "Chưa có bài sạch nào" in client.get("/duyet/loat/").content.decode()
