"""`deposit` with photographs: one PDF a person by name or folder, whole or not at all, by the verb of every door.

Not here: files that come as PDF (`test_deposit.py`), the desk's own photographs (`test_desk_photos.py`).
"""

import io
import zipfile

import pikepdf
import pytest

from audit.models import AuditEntry
from submissions.models import Deposit, Receipt, StagedFile, StagedPhoto, SubmittedFile
from tests.factories.directives import at
from tests.submissions.photo_samples import LIES_ON_ITS_LEFT, PLACE, photograph
from tests.submissions.test_deposit import cell, pdf, run, told  # noqa: F401 (a fixture)
from vault.models import Blob
from vault.services import read_verified

pytestmark = pytest.mark.django_db
AT = at(24, hour=16)
OF_AN = "Nguyễn Văn An - đảng viên, Chi bộ Tổ dân phố số 5.pdf"


@pytest.fixture
def folder(cell, tmp_path):  # noqa: F811
    """Three pages of An in a folder of his name, two of Bình by the name of the files."""
    an = tmp_path / "ảnh" / "Nguyễn Văn An"
    an.mkdir(parents=True)
    for number in (1, 2, 10):
        (an / f"IMG_{number}.jpg").write_bytes(photograph(LIES_ON_ITS_LEFT if number == 2 else 1, number=number))
    for number in (2, 1):
        (tmp_path / "ảnh" / f"Trần Thị Bình {number}.png").write_bytes(photograph(kind="PNG", number=number + 3))
    return tmp_path / "ảnh"


def deposit(*paths, code=0, apply=True):
    return run(*paths, "--unit", "TDP05", "--at", AT.isoformat(), *(["--apply"] if apply else []), code=code)


def test_a_folder_of_photographs_is_one_pdf_a_person_with_one_receipt_each(folder):
    items = deposit(folder)
    assert told(items) == {
        "IMG_1.jpg": ("accept", "submitted", "Nguyễn Văn An"),
        "Trần Thị Bình 1.png": ("accept", "submitted", "Trần Thị Bình"),
    }
    an, binh = items
    assert (an["canonical"], an["timeliness"], an["unit_code"]) == (OF_AN, "ON_TIME", "TDP05")
    assert an["reasons"][-1] == "Ghép từ 3 ảnh: IMG_1.jpg, IMG_2.jpg, IMG_10.jpg."
    assert binh["reasons"][-1] == "Ghép từ 2 ảnh: Trần Thị Bình 1.png, Trần Thị Bình 2.png."
    made = Deposit.objects.get()
    assert (made.door, made.received_at, made.receipts.count()) == ("COMMAND", AT, 2)
    assert (StagedFile.objects.count(), StagedPhoto.objects.count()) == (0, 0)
    assert {one.action for one in AuditEntry.objects.all()} == {"submission.submit"}

    file = SubmittedFile.objects.select_related("blob", "receipt").get(canonical_name=OF_AN)
    content = read_verified(blob=file.blob, now=AT)
    assert (file.receipt.code, file.receipt.pages, file.receipt.sha256) == (an["receipt"], 3, an["sha256"])
    with pikepdf.open(io.BytesIO(content)) as bound:
        assert [float(page.mediabox[3]) > float(page.mediabox[2]) for page in bound.pages] == [True] * 3
    assert PLACE.encode() not in content
    assert b"Samsung" not in content


def test_the_same_photographs_again_are_the_same_receipts(folder):
    first = deposit(folder)
    again = deposit(folder)
    assert {item["state"] for item in again} == {"duplicate"}
    assert [item["receipt"] for item in again] == [item["receipt"] for item in first]
    assert [item["sha256"] for item in again] == [item["sha256"] for item in first]
    assert Receipt.objects.count() == 2


def test_a_dry_run_says_the_same_and_keeps_nothing(folder):
    items = deposit(folder, apply=False)
    assert [(item["state"], item["receipt"]) for item in items] == [("matched", None)] * 2
    assert (Blob.objects.count(), Deposit.objects.count()) == (0, 0)
    assert [item["sha256"] for item in items] == [item["sha256"] for item in deposit(folder)]


def test_photographs_in_a_zip_by_folder_or_by_the_name_of_the_zip(cell, tmp_path):  # noqa: F811
    for name, inside in (("chi bộ 5.zip", "Nguyễn Văn An/"), ("Trần Thị Bình.zip", "")):
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            for number in (1, 2):
                packed.writestr(f"{inside}IMG_{number}.jpg", photograph(number=number + len(inside)))
    items = deposit(tmp_path / "chi bộ 5.zip", tmp_path / "Trần Thị Bình.zip")
    assert [(item["member"], item["state"]) for item in items] == [
        ("Nguyễn Văn An", "submitted"), ("Trần Thị Bình", "submitted"),
    ]  # fmt: skip
    assert items[0]["path"] == f"{tmp_path}/chi bộ 5.zip/Nguyễn Văn An/IMG_1.jpg"
    assert set(Receipt.objects.values_list("pages", flat=True)) == {2}


def test_one_bad_page_holds_back_its_paper_and_no_other(folder):
    (folder / "Nguyễn Văn An" / "IMG_3.jpg").write_bytes(b"\xff\xd8\xff broken")
    (folder / "Lê Văn Cường.heic").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 30)
    items = deposit(folder, code=1)
    found = {item["path"].rsplit("/", 1)[-1]: item for item in items}
    assert {name: item["state"] for name, item in found.items()} == {
        "IMG_1.jpg": "refused", "Lê Văn Cường.heic": "refused", "Trần Thị Bình 1.png": "submitted",
    }  # fmt: skip
    assert found["IMG_1.jpg"]["reasons"][0] == (
        "Ảnh “IMG_3.jpg”: Ảnh hỏng hoặc tải lên chưa hết. Hãy chụp lại trang này."
    )
    assert found["IMG_1.jpg"]["reasons"][-1] == (
        "Chưa ghép 4 ảnh của bài này: IMG_1.jpg, IMG_10.jpg, IMG_2.jpg, IMG_3.jpg."
    )
    assert "HEIC" in found["Lê Văn Cường.heic"]["reasons"][0]
    assert Receipt.objects.count() == 1


def test_a_photograph_that_comes_twice_is_one_page_and_thirty_one_are_too_many(cell, tmp_path):  # noqa: F811
    an = tmp_path / "Nguyễn Văn An"
    an.mkdir()
    for name in ("1.jpg", "1 (copy).jpg"):
        (an / name).write_bytes(photograph())
    (item,) = deposit(an, apply=False)
    assert item["reasons"][-1] == "Ghép từ 1 ảnh: 1 (copy).jpg."
    for number in range(31):
        (an / f"{number}.jpg").write_bytes(photograph(size=(60, 80), number=number))
    (item,) = deposit(an, code=1, apply=False)
    assert (item["state"], item["sha256"]) == ("refused", None)
    assert item["reasons"][0].startswith("Có 32 ảnh, quá 30 ảnh cho một bài.")


def test_a_photograph_with_a_secret_stamp_in_its_name_is_not_kept(folder):
    (folder / "Nguyễn Văn An TUYỆT MẬT 1.jpg").write_bytes(photograph(number=7))
    items = deposit(folder, code=1)
    assert {name: state for name, (_, state, _) in told(items).items()} == {
        "Nguyễn Văn An TUYỆT MẬT 1.jpg": "refused", "IMG_1.jpg": "submitted", "Trần Thị Bình 1.png": "submitted",
    }  # fmt: skip
    (turned_away,) = (item for item in items if item["state"] == "refused")
    assert turned_away["reasons"][0].startswith("Tệp có dấu TUYỆT MẬT trong tên tệp nên không nhận")
    assert (turned_away["sha256"], Blob.objects.count()) == (None, 2)
    assert AuditEntry.objects.filter(action="directive.refuse_secret").count() == 1


def test_homonyms_in_two_folders_are_not_one_paper(cell, tmp_path):  # noqa: F811
    for number, where in enumerate(("tổ 1", "tổ 2"), start=1):
        (tmp_path / where).mkdir()
        (tmp_path / where / "Nguyễn Văn An 1.jpg").write_bytes(photograph(number=number))
    items = deposit(tmp_path, apply=False)
    assert [item["state"] for item in items] == ["duplicate", "matched"]


def test_a_pdf_beside_photographs_of_others(folder):
    (folder / "Nguyễn Văn An.pdf").write_bytes(pdf("an"))
    items = deposit(folder / "Nguyễn Văn An.pdf", folder / "Trần Thị Bình 1.png")
    assert [(item["member"], item["state"]) for item in items] == [
        ("Nguyễn Văn An", "submitted"), ("Trần Thị Bình", "submitted"),
    ]  # fmt: skip
