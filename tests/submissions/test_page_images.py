"""Page images: drawn ahead once, on demand, hints from what was drawn; the log of looks.

Not here: drawing itself (`test_inspection.py`), the doors (`test_review_pages.py`).
"""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from audit.models import AuditEntry
from directives.models import Obligation
from submissions.choices import PAGE_WIDTH, STRIP_WIDTH, THUMB_WIDTH, InspectionState
from submissions.models import Inspection, PageImage
from submissions.services.inspecting import forget_abandoned, inspect_now
from submissions.services.opening import ONE_LOOK, note_download, note_view
from submissions.services.page_images import PageMissing, draw_ahead, page_image
from submissions.tasks import drain_inspections, inspect_one
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import RECEIVED_AT, hand_in_one, make_blob, make_file
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import SAMPLES, scan
from tests.vault.test_services import alter
from units.choices import Role
from vault.models import Blob
from vault.services import SweepReport, read_verified, sweep_orphans

pytestmark = pytest.mark.django_db


def kept() -> list[tuple[int, int]]:
    """Page and width of every image kept."""
    return sorted(PageImage.objects.values_list("page", "width"))


def checked(content: bytes) -> Inspection:
    """A content whose check has passed."""
    return inspect_now(blob=make_blob(content), at=RECEIVED_AT)


def test_images_are_drawn_ahead_once() -> None:
    inspection = checked(scan(pages=2))
    assert draw_ahead(inspection=inspection, at=RECEIVED_AT) == 5
    assert kept() == [(1, THUMB_WIDTH), (1, PAGE_WIDTH), (2, THUMB_WIDTH), (2, STRIP_WIDTH), (2, PAGE_WIDTH)]
    assert draw_ahead(inspection=inspection, at=RECEIVED_AT) == 0
    assert Inspection.objects.get().hints == [{"page": 2, "code": "unsigned"}]


def test_long_files_are_drawn_at_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("submissions.services.page_images.AHEAD", 3)
    draw_ahead(inspection=checked(scan(pages=6, size=(310, 438))), at=RECEIVED_AT)
    assert sorted({page for page, _ in kept()}) == [1, 2, 3, 6]


@pytest.mark.parametrize(("grey", "code"), [(90, "dark"), (55, "pale")])
def test_hints_come_from_the_drawn_page(grey: int, code: str) -> None:
    paper = grey if code == "dark" else 120
    inspection = checked(scan(pages=1, grey=paper))
    draw_ahead(inspection=inspection, at=RECEIVED_AT)
    assert Inspection.objects.get().hints == [{"page": 1, "code": code}]


def test_a_missing_image_is_drawn_when_asked_and_kept() -> None:
    blob = checked(scan(pages=2)).blob
    first = page_image(blob=blob, page=2, width=THUMB_WIDTH, at=RECEIVED_AT)
    image = Image.open(BytesIO(read_verified(blob=first.image, now=RECEIVED_AT)))
    assert (image.format, image.width, first.height) == ("JPEG", THUMB_WIDTH, image.height)
    assert page_image(blob=blob, page=2, width=THUMB_WIDTH, at=RECEIVED_AT) == first
    assert kept() == [(2, THUMB_WIDTH)]


def test_there_is_no_third_page_and_no_other_width() -> None:
    blob = checked(scan(pages=2)).blob
    with pytest.raises(PageMissing):
        page_image(blob=blob, page=3, width=THUMB_WIDTH, at=RECEIVED_AT)
    with pytest.raises(ValueError, match="161"):
        page_image(blob=blob, page=1, width=161, at=RECEIVED_AT)


def test_nothing_is_drawn_of_altered_bytes() -> None:
    blob = checked(scan(pages=1)).blob
    alter(blob, SAMPLES["clean"][0])
    with pytest.raises(PageMissing):
        page_image(blob=blob, page=1, width=THUMB_WIDTH, at=RECEIVED_AT)
    assert kept() == []


def test_the_worker_checks_then_draws() -> None:
    good = Inspection.objects.create(blob=make_blob(scan(pages=1)), created_at=RECEIVED_AT)
    bad = Inspection.objects.create(blob=make_blob(SAMPLES["user password"][0]), created_at=RECEIVED_AT)
    inspect_one(good.pk)
    assert (Inspection.objects.get(pk=bad.pk).state, len(kept())) == (InspectionState.RECEIVED, 3)
    drain_inspections()
    drain_inspections()
    assert set(Inspection.objects.values_list("state", "attempts")) == {("CLEAN", 1), ("REJECTED", 1)}
    assert len(kept()) == 3


def test_abandoned_uploads_are_forgotten_and_swept_with_their_images() -> None:
    cell = make_unit(make_ward())
    obligation = make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell))
    handed_in, abandoned = checked(scan(pages=1)), checked(scan(pages=2, grey=200))
    hand_in_one(obligation, make_file(handed_in.blob))
    for inspection in (handed_in, abandoned):
        draw_ahead(inspection=inspection, at=RECEIVED_AT)
    later = RECEIVED_AT + timedelta(hours=25)
    assert forget_abandoned(before=RECEIVED_AT) == 0
    assert forget_abandoned(before=RECEIVED_AT + timedelta(seconds=1)) == 1
    assert sweep_orphans(now=later).rows == 4, "the file, and its page, thumb and strip (both pages look alike)"
    assert set(Inspection.objects.all()) == {handed_in}
    assert Blob.objects.count() == 4
    assert sweep_orphans(now=later) == SweepReport(0, 0, 0)


def test_one_look_is_one_entry() -> None:
    cell = make_unit(make_ward())
    version = hand_in_one(make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell)))
    officer, other = make_user(Role.OFFICE, cell.ward), make_user(Role.OFFICE, cell.ward)
    moments = [at(25), at(25) + ONE_LOOK - timedelta(seconds=1), at(25) + ONE_LOOK]
    assert [note_view(submission=version.submission, by=officer, at=moment) for moment in moments] == [
        True,
        False,
        True,
    ]
    assert note_view(submission=version.submission, by=other, at=at(25))
    entry = AuditEntry.objects.filter(action="submission.view").order_by("seq")[0]
    assert (entry.actor_id, entry.obj_id, entry.ward_id) == (
        str(officer.pk),
        str(version.submission_id),
        Obligation.objects.get().ward_id,
    )


def test_every_download_is_an_entry() -> None:
    cell = make_unit(make_ward())
    version = hand_in_one(make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell)))
    officer, file = make_user(Role.OFFICE, cell.ward), version.files.get()
    for _ in range(2):
        note_download(file=file, by=officer, at=at(25))
    entries = AuditEntry.objects.filter(action="submission.download")
    assert [entry.data for entry in entries] == [{"file": file.pk, "version": 1, "sha256": file.blob.sha256}] * 2
