"""Long scans: cut by separator sheets, corrected by hand, laid on the desk with their provenance. Real codes, real bytes.

Not here: the desk's states (`test_desk_views.py`).
"""

from __future__ import annotations

import io

import pikepdf
import pytest
import segno
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from zeal import zeal_ignore

from directives.choices import ObligationState, RequirementKind
from directives.models import Requirement
from submissions.models import LongScan, ScanPage, StagedFile, SubmittedFile
from submissions.scan_slips import Cut, Sheet, cuts_of, sheet_of, text_of
from submissions.services.inspecting import inspect_now
from submissions.tasks import read_scans
from tests.factories.directives import make_obligation, make_requirement
from tests.factories.units import make_unit, make_user
from tests.submissions.photo_samples import page as inked_page
from tests.submissions.test_desk_views import NOW, Desk
from tests.submissions.text_samples import text_pdf
from units.choices import Role
from vault.models import Blob
from vault.services import read_verified

A4 = (827, 1169)


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("PLNGAN/12/345", Sheet(12, 345)),
        ("PLNGAN/12/345/0", Sheet(12, 345, 0)),
        ("PLNGAN/12/345/", None),
        ("PLNGAN/12/345/100", None),
        ("plngan/12/345", None),
        ("PLNGAN/12/345 ", None),
        ("PLNGAN/1/-5", None),
        ("https://cong.example/r/abc/", None),
        ("", None),
    ],
)
def test_what_a_code_says(text, sheet):
    assert sheet_of(text) == sheet
    assert sheet is None or text_of(sheet) == text


@pytest.mark.parametrize(
    ("pages", "sheets", "blank", "cuts"),
    [
        (7, {1: 11, 4: 12}, (), [Cut(11, 2, 3), Cut(12, 5, 7)]),
        (4, {3: 11}, (), [Cut(None, 1, 2), Cut(11, 4, 4)]),
        (3, {1: 11, 2: 12}, (), [Cut(12, 3, 3)]),
        (6, {1: 11, 5: 12}, (2, 4, 6), [Cut(11, 3, 3)]),
        (2, {1: 11, 2: 12}, (), []),
        (2, {}, (), [Cut(None, 1, 2)]),
        (5, {1: 11}, (3,), [Cut(11, 2, 5)]),
    ],
)
def test_where_it_is_cut(pages, sheets, blank, cuts):
    found = {page: Sheet(1, obligation) for page, obligation in sheets.items()}
    assert cuts_of(pages=pages, sheets=found, blank=blank, requirement=1) == cuts


def test_a_sheet_of_another_requirement_cuts_and_names_nobody():
    assert cuts_of(pages=2, sheets={1: Sheet(2, 11)}, blank=(), requirement=1) == [Cut(None, 2, 2)]


def test_a_sheet_of_one_file_says_which():
    found = {1: Sheet(1, 11, 0), 3: Sheet(1, 11, 2)}
    assert cuts_of(pages=4, sheets=found, blank=(), requirement=1) == [Cut(11, 2, 2, 0), Cut(11, 4, 4, 2)]


def separator(sheet: Sheet, turned: int = 0) -> Image.Image:
    out = io.BytesIO()
    segno.make_qr(text_of(sheet), error="h").save(out, kind="png", scale=8, border=4)
    sheet_of_paper = Image.new("RGB", A4, "white")
    with Image.open(out) as code:
        sheet_of_paper.paste(code.convert("RGB").rotate(turned, expand=True, fillcolor="white"), (220, 400))
    return sheet_of_paper


def scan_of(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    return out.getvalue()


@pytest.fixture
def place(client, db):
    with time_machine.travel(NOW, tick=False):
        place = Desk()
        client.force_login(place.secretary)
        place.client = client
        yield place


def send(place, content: bytes, name: str = "cả tập.pdf"):
    return place.client.post(place.url("scan_begin"), {"tep": SimpleUploadedFile(name, content, "application/pdf")})


def long_scan(place) -> bytes:
    viet, thuy = (Sheet(place.requirement.pk, place.of(one).pk) for one in (place.viet, place.thuy))
    blank = Image.new("RGB", A4, "white")
    written = [inked_page(A4, (236 - n, 233, 226)) for n in range(4)]
    return scan_of(
        separator(viet, 7), blank, written[0], written[1], separator(thuy, 180), written[2], written[3], blank
    )


def test_from_the_scan_to_the_receipts(place):
    answer = send(place, long_scan(place))
    scan = LongScan.objects.get()
    assert answer.url == reverse("submissions:scan", args=[scan.pk])
    assert "Đang tìm phiếu ngăn" in place.client.get(answer.url).content.decode()
    read_scans()
    html = place.client.get(answer.url).content.decode()
    assert "2 bài trong 8 trang" in html
    assert "Trang 3–4 của cả tập.pdf" in html
    assert "Trang 6–7 của cả tập.pdf" in html
    image = place.client.get(reverse("submissions:scan_page", args=[scan.pk, 3]))
    assert image["Content-Type"] == "image/jpeg"
    rows = {"row": ["1", "2"]}
    for number, (first, last, member) in enumerate(((3, 4, place.viet), (6, 7, place.thuy)), start=1):
        rows |= {
            f"first-{number}": first,
            f"last-{number}": last,
            f"party-{number}": place.of(member).pk,
            f"take-{number}": "1",
        }
    with zeal_ignore():  # every paper is taken out and kept by itself
        assert place.client.post(answer.url, rows).url == place.url()
        assert place.client.post(answer.url, rows).status_code == 404  # cut already
    assert {(one.original_name, one.provenance) for one in StagedFile.objects.all()} == {
        ("cả tập.pdf (trang 3–4)", "trang 3–4 của cả tập.pdf"),
        ("cả tập.pdf (trang 6–7)", "trang 6–7 của cả tập.pdf"),
    }
    for staged in StagedFile.objects.select_related("blob"):
        inspect_now(blob=staged.blob, at=NOW)
        with pikepdf.open(io.BytesIO(read_verified(blob=staged.blob, now=NOW))) as pdf:
            assert len(pdf.pages) == 2
    assert "Trang 3–4 của cả tập.pdf" in place.client.get(place.url()).content.decode()
    place.confirm()
    assert {one.receipt.pages for one in SubmittedFile.objects.select_related("receipt")} == {2}
    assert {place.of(one).state for one in (place.viet, place.thuy)} == {ObligationState.SUBMITTED}


def test_the_button_says_how_many_papers_and_another_number_is_asked_about(place):
    url = send(place, long_scan(place)).url
    read_scans()
    shown = place.client.get(url).content.decode()
    assert ">Đưa 2 bài đã chọn lên bàn nộp</button>" in shown
    assert '<input type="hidden" name="so" value="2">' in shown
    rows = {"row": ["1", "2"], "first-1": "3", "last-1": "4", "party-1": place.of(place.viet).pk, "take-1": "1"}
    rows |= {"first-2": "6", "last-2": "7", "party-2": place.of(place.thuy).pk}
    asked = place.client.post(url, rows | {"so": "2"})  # no script counted the tick that was taken off
    html = asked.content.decode()
    assert (asked.status_code, StagedFile.objects.count()) == (200, 0)
    assert "Đang chọn 1 bài. Xem lại rồi bấm lần nữa." in html
    assert ">Đưa 1 bài đã chọn lên bàn nộp</button>" in html
    assert '<input type="hidden" name="so" value="1">' in html
    with zeal_ignore():  # every paper is taken out and kept by itself
        assert place.client.post(url, rows | {"so": "1"}).url == place.url()
    assert StagedFile.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"party-1": ""}, "Chưa chọn bài của ai cho trang 3–4"),
        ({"last-1": "9"}, "Trang 3–9 không có trong bản quét 8 trang"),
        ({"first-1": "0"}, "Trang 0–4 không có trong bản quét 8 trang"),
        ({"first-1": "4", "last-1": "3"}, "Trang 4–3 không có"),
        ({"last-1": "6"}, "Trang 6 nằm trong hai bài"),
        ({"take-1": "", "take-2": ""}, "Chưa chọn bài nào"),
    ],
)
def test_what_cannot_be_cut_is_said_and_nothing_is_lost(place, changed, said):
    url = send(place, long_scan(place)).url
    read_scans()
    rows = {"row": ["1", "2"], "first-1": "3", "last-1": "4", "party-1": place.of(place.viet).pk, "take-1": "1"}
    rows |= {"first-2": "6", "last-2": "7", "party-2": place.of(place.thuy).pk, "take-2": "1", **changed}
    answer = place.client.post(url, rows)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (LongScan.objects.count(), StagedFile.objects.count()) == (1, 0)


def test_a_foreign_obligation_is_no_choice(place):
    url = send(place, long_scan(place)).url
    read_scans()
    rows = {"row": ["1"], "first-1": "3", "last-1": "4", "party-1": "999999", "take-1": "1"}
    assert place.client.post(url, rows).status_code == 422


def test_the_sheets_are_for_those_who_owe(place):
    html = place.client.get(place.url("scan_slips")).content.decode()
    assert html.count('class="separator"') == 4
    place.drop(("Trịnh Quốc Việt.pdf", scan_of(inked_page(A4))))
    place.confirm()
    assert place.client.get(place.url("scan_slips")).content.decode().count('class="separator"') == 3
    assert place.client.get(place.url("scan_slips") + "?tat-ca").content.decode().count('class="separator"') == 4


def test_refused_scans(place):
    assert "không phải PDF" in send(place, b"PK\x03\x04").content.decode()
    answer = send(place, text_pdf("TỐI MẬT"))
    assert (answer.status_code, LongScan.objects.count()) == (422, 0)
    broken = send(place, b"%PDF-1.7 nothing")
    read_scans()
    assert "Không mở được bản quét này" in place.client.get(broken.url).content.decode()
    scan = LongScan.objects.get()
    assert place.client.post(reverse("submissions:scan_drop", args=[scan.pk])).url == place.url()
    assert LongScan.objects.count() == 0


def test_the_pages_of_the_grid_are_drawn_once_and_go_with_the_scan(place):
    send(place, long_scan(place))
    read_scans()
    drawn = ScanPage.objects.order_by("page")
    assert list(drawn.values_list("page", "width")) == [(3, 240), (4, 240), (6, 240), (7, 240)]
    scan = LongScan.objects.get()
    url = reverse("submissions:scan_page", args=[scan.pk, 3])
    assert place.client.get(url).content == read_verified(blob=drawn[0].image, now=NOW)
    assert place.client.get(f"{url}?lon").status_code == 200  # one that is read large is drawn then, and kept
    assert ScanPage.objects.filter(page=3).count() == 2
    assert place.client.get(reverse("submissions:scan_page", args=[scan.pk, 9])).status_code == 404
    images = set(ScanPage.objects.values_list("image", flat=True))
    place.client.post(reverse("submissions:scan_drop", args=[scan.pk]))
    assert not ScanPage.objects.exists()
    assert set(Blob.objects.unreferenced().values_list("pk", flat=True)) >= images


def test_another_secretary_does_not_find_it(place):
    url = send(place, long_scan(place)).url
    place.client.force_login(make_user(Role.SECRETARY, place.unit))
    scan = LongScan.objects.get()
    assert place.client.get(url).status_code == 404
    assert place.client.get(reverse("submissions:scan_page", args=[scan.pk, 1])).status_code == 404
    assert place.client.post(reverse("submissions:scan_drop", args=[scan.pk])).status_code == 404


@pytest.fixture
def plan(place):
    """A duty of the unit that asks for three kinds of files."""
    slots = ["Bản ký", "Biên bản", "Ảnh (không bắt buộc)"]
    kind = RequirementKind.ACTION_PLAN
    place.requirement = make_requirement(
        place.requirement.directive, kind=kind, title="Chương trình hành động", slots=slots
    )
    return make_obligation(place.requirement, place.unit)


def test_one_scan_is_divided_among_the_files_of_one_duty(place, plan):
    other = make_obligation(place.requirement, make_unit(place.ward))
    sheets = [
        separator(Sheet(place.requirement.pk, pk, slot)) for pk, slot in ((plan.pk, 1), (plan.pk, 0), (other.pk, 0))
    ]
    written = [inked_page(A4, (236 - n, 233, 226)) for n in range(4)]
    answer = send(place, scan_of(sheets[0], written[0], written[1], sheets[1], written[2], sheets[2], written[3]))
    read_scans()
    page = place.client.get(answer.url)
    assert [(row["party"], row["first"], row["last"], row["take"]) for row in page.context["rows"]] == [
        ("1", "2", "3", True), ("0", "5", "5", True), ("", "7", "7", False),
    ]  # fmt: skip
    assert page.context["options"] == [("0", "Bản ký"), ("1", "Biên bản"), ("2", "Ảnh")]
    typed = {"row": ["1", "2", "3"], "party-1": "1", "first-1": "2", "last-1": "3", "take-1": "1"}
    typed |= {
        "party-2": "0",
        "first-2": "5",
        "last-2": "5",
        "take-2": "1",
        "party-3": "",
        "first-3": "7",
        "last-3": "7",
    }
    with zeal_ignore():  # each file is put by itself
        done = place.client.post(answer.url, typed)
    assert done.url == f"{reverse('submissions:write', args=[plan.pk])}#tep"
    lying = StagedFile.objects.filter(obligation=plan).order_by("slot")
    assert [(one.slot, one.canonical_name, one.provenance) for one in lying] == [
        ("Biên bản", "Chi bộ Trường THCS Phúc Lợi - Chương trình hành động - Biên bản.pdf", "trang 2–3 của cả tập.pdf"),
        ("Bản ký", "Chi bộ Trường THCS Phúc Lợi - Chương trình hành động - Bản ký.pdf", "trang 5 của cả tập.pdf"),
    ]
    assert not LongScan.objects.exists()
    shown = place.client.get(done.url).content.decode()
    assert "Trang 2–3 của cả tập.pdf" in shown
    handed = {"key": "8d1b0a52-1111-4a4a-9b9b-000000000001", "revision": 0}
    with zeal_ignore():  # each file is checked by itself
        receipt = place.client.post(reverse("submissions:write_hand_in", args=[plan.pk]), handed)
    assert receipt.status_code == 302
    assert {one.slot for one in SubmittedFile.objects.all()} == {"Biên bản", "Bản ký"}


def test_without_sheets_the_pages_of_each_file_are_typed(place, plan):
    answer = send(place, scan_of(*[inked_page(A4, (236 - n, 233, 226)) for n in range(3)]))
    read_scans()
    rows = place.client.get(answer.url).context["rows"]
    assert [(row["party"], row["first"], row["last"], row["take"]) for row in rows] == [
        ("0", "1", "3", False), ("1", "1", "3", False), ("2", "1", "3", False),
    ]  # fmt: skip
    typed = {"row": ["1", "2"], "take-1": "1", "take-2": "1", "party-1": "0", "party-2": "1", "first-1": "1"}
    for changed, said in (
        ({"last-1": "2", "first-2": "2", "last-2": "3"}, "Trang 2 nằm trong hai bài"),
        ({"last-1": "1", "first-2": "2", "last-2": "4"}, "Trang 2–4 không có trong bản quét 3 trang"),
        ({"last-1": "1", "first-2": "2", "last-2": "3", "party-2": "3"}, "Chưa chọn tệp nào cho trang 2–3"),
    ):
        refused = place.client.post(answer.url, typed | changed)
        assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert not StagedFile.objects.exists()
    with zeal_ignore():
        place.client.post(answer.url, typed | {"last-1": "1", "first-2": "2", "last-2": "3"})
    assert {(one.slot, one.provenance) for one in StagedFile.objects.all()} == {
        ("Bản ký", "trang 1 của cả tập.pdf"), ("Biên bản", "trang 2–3 của cả tập.pdf"),
    }  # fmt: skip


def test_each_kind_of_file_has_a_sheet_and_one_kind_alone_has_no_scan(place, plan):
    sheets = place.client.get(place.url("scan_slips")).context["sheets"]
    assert [(one.pk, slot) for one, _, slot in sheets] == [(plan.pk, name) for name in ("Bản ký", "Biên bản", "Ảnh")]
    written = reverse("submissions:write", args=[plan.pk])
    assert place.url("scan_begin") in place.client.get(written).content.decode()
    Requirement.objects.filter(pk=place.requirement.pk).update(slots=["Bản ký"])
    assert place.client.get(place.url("scan_slips")).status_code == 404
    assert place.url("scan_begin") not in place.client.get(written).content.decode()
