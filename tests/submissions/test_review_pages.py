"""The pages of the review and of papers: queue, deck, decisions by form, images, downloads, who sees what.

Not here: the verbs (`test_reviewing.py`), every role at every address (`tests/architecture/`), keys in a browser
(`tests/e2e/test_review.py`).
"""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import Obligation
from submissions.choices import THUMB_WIDTH, Door, InspectionState, Verdict
from submissions.models import Decision, Inspection, PageImage, Submission, SubmissionVersion
from submissions.review_queue import Pile, QueueFilter, sitting_of
from submissions.services.inspecting import inspect_now
from submissions.services.reviewing import accept, claim, return_for_revision
from submissions.services.submitting import FileToSubmit
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file, make_inspected
from tests.factories.units import appoint, make_cluster, make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import SAMPLES, scan
from tests.vault.test_services import alter
from units.choices import Block, ReasonKind, Role
from units.models import Reason, Unit, User
from units.reasons import PROPOSED, reasons_of

pytestmark = pytest.mark.django_db
NOW = at(25, hour=10)
QUEUE = "/duyet/"


@pytest.fixture(autouse=True)
def _clock(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def cell() -> Unit:
    """A school's cell in a cluster."""
    ward = make_ward()
    return make_unit(ward, name="Chi bộ Trường THCS Phúc Lợi", block=Block.SCHOOL, cluster=make_cluster(ward))


@pytest.fixture
def officer(cell: Unit) -> User:
    """Staff of the ward."""
    return make_user(Role.OFFICE, cell.ward, name="Phạm Thu Hằng")


def browser(user: User) -> Client:
    """A logged-in client."""
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def owed(cell: Unit, count: int = 1, **fields: object) -> list[Obligation]:
    """Essays that members of the cell owe."""
    requirement = make_requirement(make_directive(cell.ward), **fields)
    return [make_obligation(requirement, make_member(cell)) for _ in range(count)]


def essays(cell: Unit, count: int = 1) -> list[SubmissionVersion]:
    """Essays handed in one hour after the other, checked."""
    return [
        hand_in_one(obligation, received_at=RECEIVED_AT + timedelta(hours=number))
        for number, obligation in enumerate(owed(cell, count))
    ]


def listed(client: Client, query: str = "") -> list[int]:
    """Submissions on the queue page, in order."""
    return [submission.pk for submission in client.get(QUEUE + query).context["page_obj"]]


def test_the_queue_is_oldest_first_and_holds_only_what_was_checked(cell: Unit, officer: User) -> None:
    versions = essays(cell, 3)
    make = owed(cell, 2)
    hand_in_one(make[0], make_file(make_blob()))
    dead = hand_in_one(make[1], make_file(blob := make_blob()))
    Inspection.objects.filter(blob=blob).update(state=InspectionState.DEAD, reason="timeout")
    client = browser(officer)
    assert listed(client) == [version.submission_id for version in versions]
    page = client.get(QUEUE)
    assert [(pile, count) for pile, _, count in page.context["piles"]] == [
        (Pile.WAITING, 3),
        (Pile.LATE, 0),
        (Pile.FLAGGED, 0),
        (Pile.UNCHECKED, 1),
        (Pile.DEAD, 1),
    ]
    assert "Duyệt 3 bài, từ bài cũ nhất" in page.content.decode()
    assert listed(client, "?nhom=khong-kiem-tra-duoc") == [dead.submission_id]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_queries_for_one_and_three(
    cell: Unit, officer: User, count: int, django_assert_max_num_queries
) -> None:
    essays(cell, count)
    client = browser(officer)
    with django_assert_max_num_queries(18):
        client.get(QUEUE)


def test_filters_narrow_list_and_counts(cell: Unit, officer: User) -> None:
    first = essays(cell)[0]
    other_unit = make_unit(cell.ward, name="Chi bộ Tổ dân phố số 5")
    late = hand_in_one(
        make_obligation(make_requirement(make_directive(cell.ward)), make_member(other_unit, name="Đỗ Đức Mạnh")),
        received_at=at(28, hour=1),
    )
    client = browser(officer)
    requirement, cluster = first.submission.obligation.requirement_id, cell.cluster_id
    expected = {
        f"?yeu_cau={requirement}": [first],
        f"?cum={cluster}": [first],
        "?khoi=SCHOOL": [first],
        "?q=do duc manh": [late],
        "?q=to dan pho": [late],
        "?nhom=muon": [late],
        "?nhom=danh-dau": [],
        "?yeu_cau=abc": [],
        "?yeu_cau=99999999999999999999": [],
        "?nhom=xyz": [first, late],
    }
    assert {query: listed(client, query) for query in expected} == {
        query: [version.submission_id for version in versions] for query, versions in expected.items()
    }


def test_a_filter_finds_its_way_back() -> None:
    wanted = QueueFilter.read({"nhom": "muon", "yeu_cau": "7", "khoi": "SCHOOL", "cum": "2", "q": " Đỗ "})
    assert wanted.query == "?nhom=muon&yeu_cau=7&khoi=SCHOOL&cum=2&q=%C4%90%E1%BB%97"
    assert (QueueFilter.read({}).query, QueueFilter.read({"nhom": "cho-duyet"}).query) == ("", "")


def test_an_empty_queue_says_what_comes_next(officer: User) -> None:
    client = browser(officer)
    assert "Đã duyệt hết" in client.get(QUEUE).content.decode()
    assert "Không có bài nào khớp" in client.get(QUEUE + "?q=x").content.decode()


def test_another_ward_sees_none_of_it(cell: Unit) -> None:
    version = essays(cell)[0]
    foreign = browser(make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH")))
    assert listed(foreign) == []
    assert foreign.get(f"/duyet/{version.submission_id}/").status_code == 404


def test_the_deck_shows_the_paper_and_is_logged_once(cell: Unit, officer: User) -> None:
    blob = make_blob(scan(pages=2))
    inspect_now(blob=blob, at=NOW)
    version = hand_in_one(
        owed(cell)[0], make_file(blob, "scan.pdf"), by=make_user(Role.SECRETARY, cell, name="Trần Thị Bích Ngọc")
    )
    page = browser(officer).get(f"/duyet/{version.submission_id}/")
    text, file = page.content.decode(), version.files.get()
    assert [f"/tep/{file.pk}/trang/{number}/lon/" in text for number in (1, 2, 3)] == [True, True, False]
    assert f"/tep/{file.pk}/trang/2/chu-ky/" in text
    for words in (
        "Mở được, 2 trang",
        "Do đ/c Trần Thị Bích Ngọc nộp thay lúc 09:05 ngày 24/4/2026",
        version.deposit.code,
        "Không trùng tệp nào",
    ):
        assert words in text
    assert Submission.objects.get().claimed_by == officer
    assert AuditEntry.objects.filter(action="submission.view").count() == 1


@pytest.mark.parametrize(
    ("held", "written", "shown", "other"),
    [
        ("Bí thư", "Đảng viên", "Bí thư", "Đảng viên"),
        ("Bí thư", "bí thư", "Bí thư", ""),
        (None, "đảng viên", "Đảng viên", ""),
        (None, "Giáo viên", "Đảng viên", "Giáo viên"),
        ("Bí thư", "Hiệu trưởng, Bí thư", "Bí thư", ""),
    ],
)
def test_the_deck_shows_the_rosters_post_and_says_when_the_file_has_another(
    cell: Unit, officer: User, held: str | None, written: str, shown: str, other: str
) -> None:
    obligation = owed(cell)[0]
    assert obligation.member is not None
    if held:
        appoint(obligation.member, held, unit=cell)
    name = f"{obligation.member.full_name} - {written}, {cell.name}.pdf"
    version = hand_in_one(obligation, FileToSubmit(make_inspected(), name, name))
    page = browser(officer).get(f"/duyet/{version.submission_id}/")
    text, deck = page.content.decode(), page.context["deck"]
    assert f'<p class="deck-posts">{shown}, {cell.name}' in text
    assert deck.other_posts == other
    assert (f"Theo danh sách. Tên tệp ghi “{other}”." in text) is bool(other)
    assert ("Họ tên khớp danh sách" in text) is bool(other)


def test_a_post_held_elsewhere_in_the_ward_is_no_contradiction(cell: Unit, officer: User) -> None:
    obligation = owed(cell)[0]
    assert obligation.member is not None
    appoint(obligation.member, "Phó Bí thư", unit=cell.ward)
    name = f"{obligation.member.full_name} - Phó Bí thư, Đảng ủy phường.pdf"
    version = hand_in_one(obligation, FileToSubmit(make_inspected(), name, name))
    deck = browser(officer).get(f"/duyet/{version.submission_id}/").context["deck"]
    assert (deck.posts, deck.other_posts) == (f"đảng viên, {cell.name}", "")


def test_a_paper_from_a_units_address_is_the_units_and_not_the_offices(cell: Unit, officer: User) -> None:
    version = hand_in_one(owed(cell)[0], door=Door.MAIL)
    client = browser(officer)
    text = client.get(f"/duyet/{version.submission_id}/").content.decode()
    assert f"Do {cell.name} nộp thay lúc 09:05 ngày 24/4/2026, qua thư điện tử" in text
    assert f'hx-get="/hop-thu/phieu/{version.deposit.code}/"' in text
    paper = client.get(f"/phieu/{version.deposit.code}/").content.decode()
    assert f"{cell.name} (qua thư điện tử), nộp thay" in paper


def test_equal_bytes_of_somebody_else_are_a_hint(cell: Unit, officer: User) -> None:
    blob, (one, two) = make_inspected(), owed(cell, 2)
    hand_in_one(one, make_file(blob))
    version = hand_in_one(two, make_file(blob))
    text = browser(officer).get(f"/duyet/{version.submission_id}/").content.decode()
    assert f"Trùng từng byte với tệp của {one.member.full_name}" in text


def test_a_deck_someone_else_holds_says_so(cell: Unit, officer: User) -> None:
    version = essays(cell)[0]
    claim(submission=version.submission, by=make_user(Role.OFFICE, cell.ward, name="Lê Minh Quân"), at=NOW)
    assert "Lê Minh Quân đang xem bài này" in browser(officer).get(f"/duyet/{version.submission_id}/").content.decode()


def test_a_decision_on_what_somebody_took_over_says_so_once(cell: Unit, officer: User) -> None:
    version = essays(cell)[0]
    claim(submission=version.submission, by=make_user(Role.OFFICE, cell.ward, name="Lê Minh Quân"), at=NOW)
    answer = browser(officer).post(f"/duyet/{version.submission_id}/duyet/", {"version": version.pk}, follow=True)
    text = answer.content.decode()
    assert "Chưa ghi quyết định: bài này vừa có người khác nhận xem." in text
    assert text.count("Lê Minh Quân đang xem bài này") == 1
    assert not Decision.objects.exists()


def test_accept_goes_on_to_the_next_free_one_under_the_same_filter(cell: Unit, officer: User) -> None:
    first, second, third = essays(cell, 3)
    claim(submission=second.submission, by=make_user(Role.OFFICE, cell.ward), at=NOW)
    client = browser(officer)
    answer = client.post(f"/duyet/{first.submission_id}/duyet/?khoi=SCHOOL", {"version": first.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"/duyet/{third.submission_id}/?khoi=SCHOOL")
    assert Decision.objects.get().verdict == Verdict.ACCEPT
    answer = client.post(f"/duyet/{third.submission_id}/duyet/", {"version": third.pk})
    assert answer["Location"] == QUEUE, "the only one left is in other hands"
    assert "Hôm nay đồng chí đã duyệt 2 bài." in client.get(QUEUE).content.decode()


def test_the_deck_says_how_many_wait_and_how_many_of_them_come_after_this_one(cell: Unit, officer: User) -> None:
    first, second, third = essays(cell, 3)
    client = browser(officer)
    page = client.get(f"/duyet/{second.submission_id}/").content.decode()
    assert "Bài thứ 2 trong 3" in page
    assert "còn 3 bài chờ duyệt, 1 bài sau bài này" in page
    assert "còn 3 bài chờ duyệt, bài này ở cuối" in client.get(f"/duyet/{third.submission_id}/").content.decode()
    client.post(f"/duyet/{first.submission_id}/duyet/", {"version": first.pk})
    page = client.get(f"/duyet/{second.submission_id}/").content.decode()
    assert "Bài thứ 2 trong 3" in page
    assert "còn 2 bài chờ duyệt, 1 bài sau bài này" in page


@pytest.mark.parametrize("sent", [{}, {"version": "abc"}])
def test_a_decision_without_its_version_decides_nothing(cell: Unit, officer: User, sent: dict[str, str]) -> None:
    version = essays(cell)[0]
    answer = browser(officer).post(f"/duyet/{version.submission_id}/duyet/", sent, follow=True)
    assert "Hãy xem lần mới nhất rồi quyết định" in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_version_of_another_submission_is_not_found(cell: Unit, officer: User) -> None:
    one, two = essays(cell, 2)
    assert browser(officer).post(f"/duyet/{one.submission_id}/duyet/", {"version": two.pk}).status_code == 404


def test_accepting_what_was_replaced_meanwhile_shows_the_new_version(cell: Unit, officer: User) -> None:
    first = essays(cell)[0]
    hand_in_one(first.submission.obligation, received_at=NOW)
    answer = browser(officer).post(f"/duyet/{first.submission_id}/duyet/", {"version": first.pk}, follow=True)
    text = answer.content.decode()
    assert "Người nộp vừa gửi lần 2" in text
    assert "Lần 2, xem các lần trước" in text
    assert not Decision.objects.exists()


def test_return_with_reasons_and_a_last_day(cell: Unit, officer: User) -> None:
    first, second = essays(cell, 2)
    client = browser(officer)
    form = client.get(f"/duyet/{first.submission_id}/tra-lai/")
    assert [choice.choice_label for choice in form.context["form"]["reasons"]] == list(PROPOSED[ReasonKind.RETURN])
    answer = client.post(
        f"/duyet/{first.submission_id}/tra-lai/",
        {
            "version": first.pk,
            "reasons": [PROPOSED[ReasonKind.RETURN][0], PROPOSED[ReasonKind.RETURN][1]],
            "note": " Ký ở trang 3 ",
            "last_day": "29/4/2026",
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/duyet/{second.submission_id}/")
    decision = Decision.objects.get()
    assert (decision.reason, decision.fix_by) == (
        f"{PROPOSED[ReasonKind.RETURN][0]}\n{PROPOSED[ReasonKind.RETURN][1]}\nKý ở trang 3",
        at(30),
    )


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"last_day": "29/4/2026"}, "Chọn ít nhất một lý do"),
        ({"note": "Sửa", "last_day": "24/4/2026"}, "Ngày này đã qua"),
        ({"note": "Sửa", "last_day": "31/4/2026"}, "Không có ngày này"),
        ({"note": "Sửa", "last_day": "29/4/2026", "reasons": ["tự đặt"]}, "Lý do"),
    ],
)
def test_an_incomplete_return_is_told_and_keeps_what_was_written(
    cell: Unit, officer: User, sent: dict[str, object], fault: str
) -> None:
    version = essays(cell)[0]
    answer = browser(officer).post(f"/duyet/{version.submission_id}/tra-lai/", {"version": version.pk, **sent})
    text = answer.content.decode()
    assert (answer.status_code, fault in text, Decision.objects.count()) == (422, True, 0)
    assert str(sent.get("note", "")) in text


def test_a_wards_own_reasons_replace_the_proposed_ones(cell: Unit) -> None:
    assert reasons_of(cell.ward, ReasonKind.RETURN) == list(PROPOSED[ReasonKind.RETURN])
    Reason.objects.create(ward=cell.ward, kind=ReasonKind.RETURN, text="Chưa ký nháy", order=2)
    Reason.objects.create(ward=cell.ward, kind=ReasonKind.RETURN, text="Thiếu ngày tháng", order=1)
    Reason.objects.create(ward=cell.ward, kind=ReasonKind.RETURN, text="Cũ", is_active=False)
    assert reasons_of(cell.ward, ReasonKind.RETURN) == ["Thiếu ngày tháng", "Chưa ký nháy"]


def test_a_mark_goes_on_and_off(cell: Unit, officer: User) -> None:
    version, client = essays(cell)[0], browser(officer)
    for is_on in (True, False):
        client.post(f"/duyet/{version.submission_id}/danh-dau/")
        assert (Submission.objects.get().flagged_at is not None) is is_on
        assert listed(client, "?nhom=danh-dau") == ([version.submission_id] if is_on else [])


def test_a_mark_pressed_twice_is_pressed_once(cell: Unit, officer: User) -> None:
    version, client = essays(cell)[0], browser(officer)
    for is_on in (True, False):
        page = client.get(f"/duyet/{version.submission_id}/").content.decode()
        (said,) = re.findall(r'name="co" value="(\d)"', page)
        for _ in range(2):
            client.post(f"/duyet/{version.submission_id}/danh-dau/", {"co": said})
            assert (Submission.objects.get().flagged_at is not None) is is_on


def test_a_decided_one_opens_as_history(cell: Unit, officer: User) -> None:
    version = essays(cell)[0]
    accept(version=version, decided_by=officer, at=NOW)
    answer = browser(officer).get(f"/duyet/{version.submission_id}/")
    assert answer["Location"] == f"/viec/{version.submission.obligation_id}/bai-nop/"


def test_the_history_shows_every_round_and_the_way_to_send_again(cell: Unit, officer: User) -> None:
    version = essays(cell)[0]
    obligation = version.submission.obligation
    return_for_revision(version=version, reason="Thiếu chữ ký", fix_by=at(30), decided_by=officer, at=NOW)
    address = f"/viec/{obligation.pk}/bai-nop/"
    secretary = browser(make_user(Role.SECRETARY, cell))
    text = secretary.get(address).content.decode()
    assert all(words in text for words in ("Lần 1", "Thiếu chữ ký", "Nộp lại", version.deposit.code, "Phạm Thu Hằng"))
    second = hand_in_one(obligation, received_at=NOW)
    rounds = secretary.get(address).context["rounds"]
    assert [(one.version, one.state) for one in rounds] == [(second, "submitted"), (version, "returned")]
    assert "Nộp lại" not in secretary.get(address).content.decode()


def test_the_history_as_a_fragment_is_only_the_rounds(cell: Unit, officer: User) -> None:
    obligation = essays(cell)[0].submission.obligation
    text = browser(officer).get(f"/viec/{obligation.pk}/bai-nop/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in text, "Lần 1" in text) == (False, True)


def test_nothing_handed_in_yet_is_said(cell: Unit, officer: User) -> None:
    assert "Chưa nộp gì" in browser(officer).get(f"/viec/{owed(cell)[0].pk}/bai-nop/").content.decode()


def test_a_leader_sees_that_an_essay_came_but_not_its_pages_and_a_report_whole(cell: Unit) -> None:
    leader = browser(make_user(Role.LEADER, cell.ward))
    essay = essays(cell)[0]
    report = hand_in_one(
        make_obligation(make_requirement(make_directive(cell.ward), kind=RequirementKind.REPORT), cell)
    )
    shown = {
        version: leader.get(f"/viec/{version.submission.obligation_id}/bai-nop/").context["rounds"][0].files
        for version in (essay, report)
    }
    assert (shown[essay], [one.file for one in shown[report]]) == ([], list(report.files.all()))
    assert leader.get(f"/tep/{essay.files.get().pk}/").status_code == 404
    answer = leader.get(f"/tep/{report.files.get().pk}/")
    assert (answer.status_code, b"".join(answer)[:5]) == (200, b"%PDF-")


def test_a_download_is_the_bytes_as_they_came_under_the_canonical_name(cell: Unit, officer: User) -> None:
    content = SAMPLES["signed"][0]
    blob = make_blob(content)
    inspect_now(blob=blob, at=NOW)
    version = hand_in_one(owed(cell)[0], make_file(blob, "Nguyễn Thị Thuý.pdf"))
    file = version.files.get()
    answer = browser(officer).get(f"/tep/{file.pk}/")
    assert b"".join(answer) == content
    disposition = "attachment; filename*=UTF-8''Chu%E1%BA%A9n%20-%20Nguy%E1%BB%85n%20Th%E1%BB%8B%20Thu%C3%BD.pdf"
    assert answer["Content-Disposition"] == disposition
    assert unquote(disposition.partition("''")[2]) == file.canonical_name
    assert {name: answer[name] for name in ("Content-Type", "Content-Length", "X-Content-Type-Options")} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(content)),
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert AuditEntry.objects.get(action="submission.download").data["file"] == file.pk


def test_a_page_image_is_a_jpeg_that_runs_nowhere(cell: Unit, officer: User) -> None:
    blob = make_blob(scan(pages=2))
    inspect_now(blob=blob, at=NOW)
    file, client = hand_in_one(owed(cell)[0], make_file(blob)).files.get(), browser(officer)
    answer = client.get(f"/tep/{file.pk}/trang/2/nho/")
    assert b"".join(answer)[:3] == b"\xff\xd8\xff"
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert list(PageImage.objects.values_list("page", "width")) == [(2, THUMB_WIDTH)]
    assert [client.get(f"/tep/{file.pk}/trang/{end}").status_code for end in ("3/nho/", "0/nho/", "1/to/")] == [404] * 3


@pytest.mark.parametrize("state", [InspectionState.RECEIVED, InspectionState.INSPECTING, InspectionState.DEAD])
def test_what_was_not_checked_opens_for_nobody(cell: Unit, officer: User, state: str) -> None:
    blob = make_blob(scan(pages=1))
    file = hand_in_one(owed(cell)[0], make_file(blob)).files.get()
    Inspection.objects.update(state=state, pages=1)
    for user in (officer, make_user(Role.SECRETARY, cell)):
        client = browser(user)
        assert client.get(f"/tep/{file.pk}/").status_code == 404
        assert client.get(f"/tep/{file.pk}/trang/1/lon/").status_code == 404


def test_altered_bytes_are_never_served(cell: Unit, officer: User) -> None:
    blob = make_blob(SAMPLES["clean"][0])
    inspect_now(blob=blob, at=NOW)
    file, client = hand_in_one(owed(cell)[0], make_file(blob)).files.get(), browser(officer)
    alter(blob, SAMPLES["signed"][0])
    assert client.get(f"/tep/{file.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(action="submission.download").exists()
    assert "Chuẩn - bài.pdf" in client.get(f"/viec/{Obligation.objects.get().pk}/bai-nop/").content.decode()


def test_a_sitting_ends_with_a_pause_of_more_than_ten_minutes(cell: Unit, officer: User) -> None:
    moments = [NOW - timedelta(minutes=minutes) for minutes in (40, 18, 9, 1)]
    for version, moment in zip(essays(cell, 4), moments, strict=True):
        Decision.objects.create(version=version, verdict=Verdict.ACCEPT, decided_by=officer, decided_at=moment)
    sitting = sitting_of(officer, NOW)
    assert (sitting.decided, sitting.minutes) == (3, 18)
    assert sitting_of(make_user(), NOW).decided == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_deck_takes_the_same_queries_for_one_and_three(
    cell: Unit, officer: User, count: int, django_assert_max_num_queries
) -> None:
    version = essays(cell, count)[0]
    client = browser(officer)
    client.get(f"/duyet/{version.submission_id}/")
    with django_assert_max_num_queries(30):
        assert client.get(reverse("submissions:review", args=[version.submission_id])).status_code == 200
    assert timezone.now() == NOW


def test_the_deck_counts_a_paper_that_its_list_does_not_hold(cell: Unit, officer: User) -> None:
    """Opened from elsewhere, or the list was narrowed since: the paper itself waits, whatever the list holds beside it."""
    first, second = (version.submission for version in essays(cell, 2))
    of_second = f"?yeu_cau={second.obligation.requirement_id}"
    Obligation.objects.filter(pk=first.obligation_id).update(requirement=make_requirement(make_directive(cell.ward)))
    client = browser(officer)
    for query, counted in (("", (1, 2, 2, 1)), (of_second, (1, 2, 2, 1)), ("?q=khongco", (1, 1, 1, 0))):
        page = client.get(f"{QUEUE}{first.pk}/{query}")
        assert tuple(page.context[name] for name in ("number", "total", "left", "behind")) == counted
    assert "còn 1 bài chờ duyệt, bài này ở cuối" in page.content.decode()
