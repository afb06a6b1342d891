"""Traces of pages, pairing of pages, and what is said of papers that look alike.

Not here: drawing (`test_inspection.py`), rights (`tests/architecture/`).
"""

import io
import random

import pytest
from django.test import Client
from PIL import Image, ImageDraw

from audit.models import AuditEntry
from submissions.comparing import Change, PageSeen, pair_pages
from submissions.comparison import differing_lines
from submissions.inspection.likeness import COLUMNS, ROWS, TRACE_DIGITS, bands_of, is_alike, trace_of
from submissions.models import PageImage, PageTrace, SubmissionVersion
from submissions.services.inspecting import inspect_now
from submissions.services.page_images import draw_ahead
from submissions.twins import shared_contents, twins_of
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.text_samples import text_pdf
from units.choices import Role
from units.models import Unit, User
from vault.models import Blob


def handwriting(seed: int, *, quality: int = 80, pages: int = 1) -> bytes:
    """Pages of strokes as somebody writes them; the same seed is the same sheet, whatever the JPEG's quality."""
    sheets = []
    for page in range(pages):
        dice = random.Random(f"{seed}/{page}")
        sheet = Image.new("L", (620, 877), 236)
        pen = ImageDraw.Draw(sheet)
        for line in range(60, 800, 34):
            x = 50
            while x < dice.randint(380, 570):
                step = dice.randint(4, 40)
                pen.line((x, line, x + step, line + dice.randint(-14, 14)), fill=50, width=dice.randint(2, 7))
                x += step + dice.randint(2, 30)
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=75, quality=quality)
    return out.getvalue()


# --- pure ---------------------------------------------------------------------------------------------
def test_a_trace_has_64_digits_and_an_empty_page_has_none() -> None:
    stripes = [200 - 40 * (column % 2) for _ in range(ROWS) for column in range(COLUMNS)]
    assert trace_of(stripes) == "aaaa" * 16
    assert len(trace_of(stripes)) == TRACE_DIGITS
    assert trace_of([236] * (ROWS * COLUMNS)) == ""
    assert trace_of([200 - 2 * (column % 2) for _ in range(ROWS) for column in range(COLUMNS)]) == "", "scanner's noise"


def test_alike_up_to_ten_bits_and_never_without_a_trace() -> None:
    one = int("a" * 64, 16)
    assert is_alike(f"{one:064x}", f"{one ^ 0b11_1111_1111:064x}")
    assert not is_alike(f"{one:064x}", f"{one ^ 0b111_1111_1111:064x}")
    assert not is_alike("", "")


def test_quarters_with_too_little_in_them_are_not_looked_up_by() -> None:
    assert bands_of("a" * 16 + "0" * 16 + "0" * 15 + "7" + "f" * 16) == [(0, "a" * 16), (3, "f" * 16)]
    assert bands_of("") == []


def seen(*traces: str) -> list[PageSeen]:
    return [PageSeen(7, number, trace * 64) for number, trace in enumerate(traces, start=1)]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("ab", "ab", "same same"),
        ("ab", "cab", "added same same"),
        ("abc", "ac", "same gone same"),
        ("abc", "adc", "same changed same"),
        ("abc", "ade", "same changed changed"),
        ("ab", "", "gone gone"),
        ("", "ab", "added added"),
        ("", "", ""),
    ],
)
def test_pages_are_paired_in_order(old: str, new: str, changes: str) -> None:
    newer = [PageSeen(8, one.page, one.trace) for one in seen(*new)]
    pairs = pair_pages(seen(*old), newer)
    assert [pair.change for pair in pairs] == [Change(word) for word in changes.split()]
    assert [pair.old for pair in pairs if pair.old is not None] == list(range(len(old)))
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new)))


def test_pages_without_a_trace_are_the_same_only_in_the_same_bytes() -> None:
    blank = PageSeen(7, 1, "")
    assert pair_pages([blank], [PageSeen(7, 1, "")])[0].change == Change.SAME
    assert pair_pages([blank], [PageSeen(8, 1, "")])[0].change == Change.CHANGED


def test_lines_that_differ() -> None:
    lines = differing_lines("Một\nHai\nBa\n", "Một\n  Hai \nBốn\nNăm")
    assert [(line.side, line.words) for line in lines] == [("old", "Ba"), ("new", "Bốn"), ("new", "Năm")]


# --- with papers --------------------------------------------------------------------------------------
@pytest.fixture
def cell(db: None) -> Unit:
    return make_unit(make_ward())


@pytest.fixture
def officer(cell: Unit) -> User:
    return make_user(Role.OFFICE, cell.ward)


def drawn(content: bytes) -> Blob:
    """A content that was checked and drawn."""
    blob = make_blob(content)
    draw_ahead(inspection=inspect_now(blob=blob, at=RECEIVED_AT), at=RECEIVED_AT)
    return blob


def papers(cell: Unit, *contents: bytes) -> list[SubmissionVersion]:
    """Essays of as many members for one requirement."""
    requirement = make_requirement(make_directive(cell.ward))
    return [
        hand_in_one(make_obligation(requirement, make_member(cell)), make_file(drawn(content))) for content in contents
    ]


def said(version: SubmissionVersion, user: User) -> list[tuple[int, int]]:
    found = twins_of(version.submission, list(version.files.all()), user)
    return [(twin.version.pk, twin.pages) for twin in found]


def test_the_same_sheet_saved_again_is_found_and_another_is_not(cell: Unit, officer: User) -> None:
    first, second, other = papers(cell, handwriting(1, pages=2), handwriting(1, pages=2, quality=40), handwriting(2))
    assert said(first, officer) == [(second.pk, 2)]
    assert said(second, officer) == [(first.pk, 2)]
    assert said(other, officer) == []
    blobs = {version.files.get().blob_id for version in (first, second, other)}
    assert shared_contents(blobs) == {first.files.get().blob_id, second.files.get().blob_id}


def test_equal_bytes_come_first_and_no_page_is_counted(cell: Unit, officer: User) -> None:
    first, second, third = papers(cell, handwriting(1), handwriting(1), handwriting(1, quality=40))
    assert said(first, officer) == [(second.pk, 0), (third.pk, 1)]


def test_papers_of_another_directive_or_ward_are_not_named(cell: Unit, officer: User) -> None:
    (first,) = papers(cell, handwriting(1))
    papers(cell, handwriting(1, quality=40))
    papers(make_unit(make_ward()), handwriting(1, quality=40))
    assert said(first, officer) == []


def test_ones_own_correction_is_no_twin(cell: Unit, officer: User) -> None:
    (first,) = papers(cell, handwriting(1))
    again = hand_in_one(
        first.submission.obligation, make_file(drawn(handwriting(1, quality=40))), received_at=at(25, hour=9)
    )
    assert said(again, officer) == []


def test_traces_go_with_their_image(cell: Unit) -> None:
    papers(cell, handwriting(1))
    assert PageTrace.objects.count() == len(bands_of(PageImage.objects.exclude(trace="").get().trace)) > 0
    PageImage.objects.all().delete()
    assert PageTrace.objects.count() == 0


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def test_two_versions_side_by_side(cell: Unit, officer: User) -> None:
    (first,) = papers(cell, handwriting(1, pages=2))
    again = hand_in_one(first.submission.obligation, make_file(drawn(handwriting(3))), received_at=at(25, hour=9))
    page = browser(officer).get(f"/bai-nop/so-sanh/{first.pk}/{again.pk}/")
    assert [pair.change for pair in page.context["pairs"]] == ["changed", "gone"]
    assert "Khác nhau" in page.content.decode()
    assert "Chỉ có ở lần 1" in page.content.decode()  # "left" says nothing on a phone
    assert "không có lớp chữ để so" in page.content.decode()
    assert AuditEntry.objects.filter(action="submission.view", obj_id=str(first.submission_id)).count() == 1


def test_text_layers_are_compared(cell: Unit, officer: User) -> None:
    same = ("Nhận thức của bản thân về nghị quyết", "Liên hệ thực tế tại đơn vị")
    (first,) = papers(cell, text_pdf(*same, "Kính gửi"))
    corrected = make_file(drawn(text_pdf(*same, "Kính gửi Ban Xây dựng Đảng")))
    again = hand_in_one(first.submission.obligation, corrected, received_at=at(25, hour=9))
    page = browser(officer).get(f"/bai-nop/so-sanh/{first.pk}/{again.pk}/")
    assert [(line.side, line.words) for line in page.context["lines"]] == [
        ("old", "Kính gửi"),
        ("new", "Kính gửi Ban Xây dựng Đảng"),
    ]


def test_a_paper_that_cannot_be_opened_is_not_compared(cell: Unit, officer: User) -> None:
    first, second = papers(cell, handwriting(1), handwriting(2))
    client = browser(officer)
    assert client.get(f"/bai-nop/so-sanh/{first.pk}/{second.pk}/").status_code == 200
    inspection = second.files.get().blob.inspection
    inspection.state = "REJECTED"
    inspection.save()
    assert client.get(f"/bai-nop/so-sanh/{first.pk}/{second.pk}/").status_code == 404
    assert client.get(f"/bai-nop/so-sanh/{first.pk}/999999/").status_code == 404
