"""A child under a parent that is not its own, and codes that are somebody else's: every second door answers 404.

The number of a child is right and its reader may see one of both; only together they are wrong.
Not here: whole objects by number (`test_relations.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from directives.models import DirectiveAttachment
from submissions.models import StagedFile
from tests.architecture.standing import browser_of, keep_data_folder, log_in, standing_world
from tests.architecture.world import World, build, build_theirs, one_page_pdf, store
from tests.factories.units import make_user
from units.choices import Role
from units.models import Member
from vault.services import PDF

pytestmark = pytest.mark.django_db
_clean_data_folder = keep_data_folder


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker) -> Iterator[tuple[World, World]]:
    def settle(now: datetime) -> tuple[World, World]:
        ours = build(now)
        theirs = build_theirs(ours)
        blob = store(one_page_pdf("phụ lục của họ"), now)
        theirs.things["attachment"] = DirectiveAttachment.objects.create(
            directive=theirs.things["directive"], blob=blob, name="Phụ lục.pdf", media_type=PDF, added_at=now
        )
        blob = store(one_page_pdf("dự thảo"), now)
        ours.things["of_draft"] = DirectiveAttachment.objects.create(
            directive=ours.things["draft"], blob=blob, name="Dự thảo.pdf", media_type=PDF, added_at=now
        )
        return ours, theirs

    with standing_world(django_db_blocker, settle) as built:
        yield built


def status(session: str, name: str, *, post: bool = False, data: dict[str, object] | None = None, **of: object) -> int:
    """The status of one request; what it did is taken back."""
    with transaction.atomic():
        client, address = browser_of(session), reverse(name, kwargs=of)
        answer = client.post(address, data or {}) if post else client.get(address)
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    return answer.status_code


def test_attachment_under_another_directive(both: tuple[World, World]) -> None:
    ours, theirs = both
    office, secretary = log_in(ours.users["office"]), log_in(ours.users["secretary"])
    directive = ours.things["directive"].pk
    assert status(office, "directives:attachment", pk=directive, file=ours.things["attachment"].pk) == 200
    assert status(office, "directives:attachment", pk=directive, file=theirs.things["attachment"].pk) == 404
    assert status(secretary, "directives:attachment", pk=directive, file=ours.things["of_draft"].pk) == 404
    draft = ours.things["draft"].pk
    assert status(office, "directives:detach", post=True, pk=draft, file=theirs.things["attachment"].pk) == 404
    assert status(office, "directives:detach", post=True, pk=draft, file=ours.things["attachment"].pk) == 404
    assert DirectiveAttachment.objects.filter(pk=theirs.things["attachment"].pk).exists()


def test_pages_of_a_file_of_another_ward(both: tuple[World, World]) -> None:
    ours, theirs = both
    for role in ("admin", "office", "secretary", "member"):
        session = log_in(ours.users[role])
        assert status(session, "submissions:page", pk=theirs.things["file"].pk, number=1, size="nho") == 404
        assert status(session, "submissions:page", pk=ours.things["file"].pk, number=1, size="nho") == 200
        assert status(session, "submissions:page", pk=ours.things["file"].pk, number=2, size="nho") == 404


def test_desk_of_our_requirement_and_their_unit(both: tuple[World, World]) -> None:
    ours, theirs = both
    essay, report = ours.things["essay"].pk, theirs.things["essay"].pk
    for role in ("admin", "office", "secretary"):
        session = log_in(ours.users[role])
        for requirement, unit in ((essay, theirs.things["own"].pk), (report, ours.things["own"].pk)):
            for name in ("directives:unit_part", "submissions:desk", "submissions:on_behalf"):
                assert status(session, name, requirement_pk=requirement, unit_pk=unit) == 404, (role, name)
            for name in ("desk_upload", "desk_clear", "desk_confirm"):
                made = {"requirement_pk": requirement, "unit_pk": unit}
                assert status(session, f"submissions:{name}", post=True, **made) == 404, (role, name)


def test_staged_file_of_another_secretary_of_the_same_unit(both: tuple[World, World]) -> None:
    ours, _ = both
    session = log_in(make_user(Role.SECRETARY, ours.things["own"]))
    staged = ours.things["staged"]
    chosen = {"obligation": ours.things["handed_in"].pk}
    assert status(session, "submissions:desk_choose", post=True, data=chosen, pk=staged.pk) == 404
    assert status(session, "submissions:desk_remove", post=True, pk=staged.pk) == 404
    place = {"requirement_pk": staged.requirement_id, "unit_pk": staged.unit_id}
    with transaction.atomic():
        browser_of(session).post(reverse("submissions:desk_clear", kwargs=place))
        left = StagedFile.objects.filter(pk=staged.pk).exists()
        transaction.set_rollback(True)
    assert left
    answer = browser_of(session).get(reverse("submissions:desk", kwargs=place))
    assert staged.original_name not in answer.content.decode()


def test_own_staged_file_for_an_obligation_of_another(both: tuple[World, World]) -> None:
    """Whoever put a file on his desk may not let it answer for people of another unit or ward."""
    ours, theirs = both
    session, staged = log_in(ours.users["secretary"]), ours.things["staged"]
    for stranger in (ours.things["neighbours"], theirs.things["handed_in"]):
        with transaction.atomic():
            address = reverse("submissions:desk_choose", kwargs={"pk": staged.pk})
            answer = browser_of(session).post(address, {"obligation": stranger.pk})
            now_for = StagedFile.objects.get(pk=staged.pk).obligation_id
            transaction.set_rollback(True)
        assert answer.status_code == 422
        assert now_for == ours.things["handed_in"].pk


def test_personal_link_opens_nobody_elses_things(both: tuple[World, World]) -> None:
    ours, theirs = both
    code = ours.things["link_code"]
    own, page = ours.things["handed_in"].pk, ours.things["page"].pk
    assert status("", "submissions:personal_image", code=code, pk=own, page=page) == 200
    for pk, photo in (
        (own, theirs.things["page"].pk),
        (theirs.things["handed_in"].pk, theirs.things["page"].pk),
        (theirs.things["handed_in"].pk, page),
        (ours.things["neighbours"].pk, page),
    ):
        assert status("", "submissions:personal_image", code=code, pk=pk, page=photo) == 404
        assert status("", "submissions:personal_change", post=True, code=code, pk=pk, page=photo) == 404
    for pk in (theirs.things["handed_in"].pk, ours.things["neighbours"].pk, ours.things["owed"].pk):
        for name in ("personal_add", "personal_submit"):
            assert status("", f"submissions:{name}", post=True, code=code, pk=pk) == 404
    for page in ("submissions:personal_receipt", "reports:personal_receipt_pdf"):
        assert status("", page, code=code, receipt=ours.things["deposit"].code) == 200
        assert status("", page, code=code, receipt=theirs.things["deposit"].code) == 404


def test_receipt_code_proves_to_the_public_without_naming(both: tuple[World, World]) -> None:
    ours, _ = both
    answer = browser_of("").get(reverse("submissions:check_code", kwargs={"code": ours.things["deposit"].code}))
    page = answer.content.decode()
    assert ours.things["own"].name in page
    names = [*Member.objects.values_list("full_name", flat=True), *(u.full_name for u in ours.users.values() if u)]
    assert [name for name in names if name in page] == []
    assert [word for word in ("bai.pdf", "Bí thư.pdf", "@", "/tep/", "/phieu/") if word in page] == []
    assert status("", "submissions:receipt", code=ours.things["deposit"].code) == 302


def test_jobs_and_files_of_another_ward(both: tuple[World, World]) -> None:
    ours, theirs = both
    for role in ("admin", "office", "leader"):
        session = log_in(ours.users[role])
        for extension in ("pdf", "docx", "xlsx"):
            assert status(session, "reports:summary_file", pk=theirs.things["report"].pk, extension=extension) == 404
            assert status(session, "reports:summary_file", pk=ours.things["report"].pk, extension=extension) == 200
        assert status(session, "reports:job", pk=theirs.things["job"].pk) == 404
