"""Photographs on the deposit desk: grouped, ordered, upright and bare, one PDF a person; split, moved, dropped.

Not here: decoding (`test_photos.py`), the desk's states (`test_desk_views.py`).
"""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile

import pikepdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from zeal import zeal_ignore

from submissions.desk_access import access_desk
from submissions.models import StagedFile, StagedPhoto, SubmittedFile
from submissions.photo_groups import group_of, in_order
from submissions.services import desk_photos
from submissions.services.inspecting import inspect_now
from submissions.services.staging import Incoming, stage_files
from tests.factories.directives import make_obligation
from tests.factories.units import make_member, make_unit, make_user
from tests.submissions.photo_samples import LIES_ON_ITS_LEFT, PLACE, photograph
from tests.submissions.test_desk_views import NOW, Desk
from tests.vault.test_services import alter
from units.choices import Role
from vault.services import read_verified

BATCH = "b1"


@pytest.mark.parametrize(
    ("path", "key", "name"),
    [
        ("Lê Văn An 1.jpg", "name:le van an", "Lê Văn An"),
        ("Lê Văn An (2).jpg", "name:le van an", "Lê Văn An"),
        ("Lê Văn An - trang 03.JPG", "name:le van an", "Lê Văn An"),
        ("Lê Văn An - Bí thư, Chi bộ 5_2.jpg", "name:le van an - bi thu, chi bo 5", "Lê Văn An - Bí thư, Chi bộ 5"),
        ("Lê Văn An/IMG_20260424_090501.jpg", "folder:le van an", "Lê Văn An"),
        ("tổ 1/Lê Văn An/1.jpg", "folder:to 1/le van an", "Lê Văn An"),
        ("IMG_20260424_090501.jpg", "batch:b1", "ảnh chụp"),
        ("z6543210987654_0a1b2c3d4e5f60718293a4b5c6d7e8f9.jpg", "batch:b1", "ảnh chụp"),
        ("trang 2.png", "batch:b1", "ảnh chụp"),
        ("1.jpg", "batch:b1", "ảnh chụp"),
        (".jpg", "batch:b1", "ảnh chụp"),
    ],
)
def test_which_belong_together(path, key, name):
    assert (group_of(path, BATCH).key, group_of(path, BATCH).name) == (key, name)


def test_by_the_clock_of_the_camera_else_by_number():
    page = lambda name, taken="": StagedPhoto(original_name=name, taken_at=taken)  # noqa: E731
    by_name = [page("a 10.jpg"), page("a 2.jpg"), page("a 1.jpg")]
    assert [one.original_name for one in in_order(by_name)] == ["a 1.jpg", "a 2.jpg", "a 10.jpg"]
    by_clock = [page("a 1.jpg", "2026:04:24 09:01:00"), page("a 2.jpg", "2026:04:24 09:00:00")]
    assert [one.original_name for one in in_order(by_clock)] == ["a 2.jpg", "a 1.jpg"]
    assert [one.original_name for one in in_order([*by_clock, page("a 0.jpg")])] == ["a 0.jpg", "a 1.jpg", "a 2.jpg"]


@pytest.fixture
def place(client, db):
    with time_machine.travel(NOW, tick=False):
        place = Desk()
        client.force_login(place.secretary)
        place.client = client
        yield place


def drop(place, *files: tuple[str, bytes]):
    uploads = [SimpleUploadedFile(name, content, "image/jpeg") for name, content in files]
    with zeal_ignore():  # each photograph is kept by itself
        answer = place.client.post(place.url("desk_upload"), {"tep": uploads})
    for staged in StagedFile.objects.exclude(blob=None).select_related("blob"):
        inspect_now(blob=staged.blob, at=NOW)
    return answer


def pdf_of(staged: StagedFile) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(read_verified(blob=staged.blob, now=NOW)))


def test_three_photographs_of_one_person_are_one_pdf_handed_in_once(place):
    drop(
        place,
        ("Trịnh Quốc Việt 2.jpg", photograph(LIES_ON_ITS_LEFT, number=2)),
        ("Trịnh Quốc Việt 1.jpg", photograph(number=1)),
        ("Nguyễn Thị Thuý.jpg", photograph(number=3)),
    )
    assert place.rows() == {"Trịnh Quốc Việt": ("matched", "Bài mới"), "Nguyễn Thị Thuý": ("matched", "Bài mới")}
    drop(place, ("Trịnh Quốc Việt 3.jpg", photograph(number=4)))
    staged = StagedFile.objects.get(original_name="Trịnh Quốc Việt")
    assert [photo.original_name for photo in staged.photos.all()] == [f"Trịnh Quốc Việt {n}.jpg" for n in (1, 2, 3)]
    assert staged.canonical_name == "Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf"
    html = place.client.get(place.url()).content.decode()
    assert "3 ảnh chụp ghép lại" in html
    content = read_verified(blob=staged.blob, now=NOW)
    with pdf_of(staged) as pdf:
        assert len(pdf.pages) == 3
        assert all(float(page.mediabox[3]) > float(page.mediabox[2]) for page in pdf.pages)  # all upright
    assert PLACE.encode() not in content
    assert b"Samsung" not in content
    answer = place.confirm()
    assert answer.status_code == 302
    assert {(one.canonical_name, one.receipt.pages) for one in SubmittedFile.objects.select_related("receipt")} == {
        ("Trịnh Quốc Việt - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf", 3),
        ("Nguyễn Thị Thuý - Giáo viên, Chi bộ Trường THCS Phúc Lợi.pdf", 1),
    }
    assert (StagedFile.objects.count(), StagedPhoto.objects.count()) == (0, 0)


def test_a_member_is_asked_for_photographs_and_offered_no_other_persons_paper(place):
    own = make_user(Role.MEMBER, place.unit, member=place.viet)
    place.client.force_login(own)
    assert "hoặc chụp từng trang của bản giấy đã ký" in place.client.get(place.url()).content.decode()
    drop(place, *((f"IMG_{number}.jpg", photograph(number=number)) for number in (1, 2)))
    desk = place.client.get(place.url()).content.decode()
    assert "Ảnh quét hơi thô" not in desk
    assert "Ảnh chụp hơi nhỏ: nên chụp gần hơn" in desk
    pages = place.client.get(reverse("submissions:desk_photos", args=[StagedFile.objects.get().pk])).content.decode()
    assert "Trang 2" in pages
    assert "Bài khác bắt đầu từ ảnh này" not in pages


def test_the_same_photograph_twice_is_one_page(place):
    content = photograph(number=1)
    drop(place, ("Trịnh Quốc Việt 1.jpg", content))
    drop(place, ("Trịnh Quốc Việt 1.jpg", content))
    assert StagedFile.objects.get().photos.count() == 1


def act(place, photo: StagedPhoto, viec: str):
    url = reverse("submissions:desk_photo_change", args=[photo.staged_id, photo.pk])
    with zeal_ignore():
        return place.client.post(url, {"viec": viec})


def test_moved_turned_dropped_and_split(place):
    drop(place, *[(f"IMG_{n}.jpg", photograph(number=n)) for n in range(4)])
    staged = StagedFile.objects.get()
    assert place.rows() == {"ảnh chụp": ("unknown", "Chưa rõ bài của ai")}
    first, second, third, fourth = staged.photos.all()
    before = staged.blob_id
    act(place, second, "len")
    names = lambda: [one.original_name for one in StagedFile.objects.get(pk=staged.pk).photos.all()]  # noqa: E731
    assert names() == ["IMG_1.jpg", "IMG_0.jpg", "IMG_2.jpg", "IMG_3.jpg"]
    assert StagedFile.objects.get(pk=staged.pk).blob_id != before
    act(place, second, "len")  # the first stays
    assert names()[0] == "IMG_1.jpg"
    act(place, first, "xoay")
    assert StagedPhoto.objects.get(pk=first.pk).width == 1200
    act(place, fourth, "bo")
    assert names() == ["IMG_1.jpg", "IMG_0.jpg", "IMG_2.jpg"]
    answer = act(place, third, "tach")
    assert answer.url == place.url()
    assert names() == ["IMG_1.jpg", "IMG_0.jpg"]
    other = StagedFile.objects.exclude(pk=staged.pk).get()
    assert [one.original_name for one in other.photos.all()] == ["IMG_2.jpg"]
    with pdf_of(other) as pdf:
        assert len(pdf.pages) == 1
    page = place.client.get(reverse("submissions:desk_photos", args=[staged.pk])).content.decode()
    assert "Xếp thứ tự 2 ảnh" in page
    third.refresh_from_db()
    act(place, third, "bo")
    assert StagedFile.objects.count() == 1


def test_photographs_in_a_zip_by_folder(place):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in (1, 2):
            archive.writestr(f"ảnh/Trịnh Quốc Việt/IMG_{n}.jpg", photograph(number=n))
        archive.writestr("ảnh/Nguyễn Thị Thuý/IMG_1.jpg", photograph(number=5))
    drop(place, ("chi bộ.zip", packed.getvalue()))
    assert {(one.original_name, one.photos.count()) for one in StagedFile.objects.all()} == {
        ("Trịnh Quốc Việt", 2),
        ("Nguyễn Thị Thuý", 1),
    }


def test_what_is_no_photograph_is_told_off(place):
    drop(place, ("a.jpg", b"\xff\xd8\xff broken"), ("b.heic", b"\0\0\0\x18ftypheic" + b"\0" * 30))
    rows = place.rows()
    assert rows["a.jpg"][0] == rows["b.heic"][0] == "refused"
    assert "chụp lại trang này" in rows["a.jpg"][1]
    assert "HEIC" in rows["b.heic"][1]


def test_the_pages_are_their_senders_alone(place, client):
    drop(place, ("Trịnh Quốc Việt 1.jpg", photograph()))
    photo = StagedPhoto.objects.get()
    image = reverse("submissions:desk_photo", args=[photo.staged_id, photo.pk])
    assert client.get(image)["Content-Type"] == "image/jpeg"
    client.force_login(make_user(Role.SECRETARY, place.unit))
    for url in (image, reverse("submissions:desk_photos", args=[photo.staged_id])):
        assert client.get(url).status_code == 404


def at_desk_of(place, member) -> str:
    """The address that "Nộp bản khác" of this member's page leads to."""
    owed = place.of(member)
    html = place.client.get(reverse("submissions:obligation_versions", args=[owed.pk])).content.decode()
    (address,) = set(re.findall(r'href="([^"]+)">Nộp (?:bản khác|bài|lại)</a>', html))
    assert address == f"{place.url()}?cua={owed.pk}"
    return address


def drop_at(place, address: str, *files: tuple[str, bytes]):
    html = place.client.get(address).content.decode()
    door = re.search(r'id="desk-drop" [^>]* action="([^"]+)"', html)[1]
    uploads = [SimpleUploadedFile(name, content, "image/jpeg") for name, content in files]
    with zeal_ignore():  # each photograph is kept by itself
        answer = place.client.post(door, {"tep": uploads})
    assert (answer.status_code, answer.url) == (302, address)
    for staged in StagedFile.objects.exclude(blob=None).select_related("blob"):
        inspect_now(blob=staged.blob, at=NOW)


def placed(place) -> dict[str, tuple[str, str, str]]:
    """Original name → (state, whose, head or answer)."""
    rows = place.client.get(place.url()).context["desk"].rows
    return {
        row.staged.original_name: (row.state, str(row.staged.obligation and row.staged.obligation.member), row.head)
        for row in rows
    }


def test_another_version_of_one_person_keeps_the_person_for_photographs(place):
    drop(place, ("Nguyễn Thị Lan - sinh 1985.jpg", photograph(number=1)))
    lan = StagedFile.objects.get()
    place.client.post(reverse("submissions:desk_choose", args=[lan.pk]), {"obligation": place.of(place.lan_1).pk})
    html = place.client.get(place.url()).content.decode()
    rows = re.search(r'name="rows" value="([0-9,]+)"', html)[1]
    key = re.search(r'name="key" value="([0-9a-f-]+)"', html)[1]
    place.client.post(place.url("desk_confirm"), {"key": key, "rows": rows})
    address = at_desk_of(place, place.lan_1)
    page = place.client.get(address).content.decode()
    assert "<strong>Nộp cho Nguyễn Thị Lan, sinh 1985.</strong> Ảnh chụp và tệp không ghi tên" in page
    drop_at(place, address, ("IMG_20260424_090502.jpg", photograph(number=3)), ("IMG_1.jpg", photograph(number=2)))
    (staged,) = StagedFile.objects.all()
    assert (staged.obligation, staged.match_state, staged.photos.count()) == (place.of(place.lan_1), "MATCHED", 2)
    assert staged.canonical_name == "Nguyễn Thị Lan - đảng viên, Chi bộ Trường THCS Phúc Lợi.pdf"
    assert place.rows() == {"ảnh chụp": ("matched", "Lần 2, thay bài đang chờ duyệt")}
    page = place.client.get(address).content.decode()
    for act in ("desk_remove", "desk_photos"):  # every way on and back stays with the person
        assert f"{reverse(f'submissions:{act}', args=[staged.pk])}?cua={staged.obligation_id}" in page
    answer = place.client.post(f"{reverse('submissions:desk_remove', args=[staged.pk])}?cua={staged.obligation_id}")
    assert answer.url == address


def test_a_name_on_the_file_is_heard_before_the_person_one_came_for(place):
    address = at_desk_of(place, place.lan_1)
    drop_at(
        place,
        address,
        ("Trịnh Quốc Việt.jpg", photograph(number=1)),
        ("Nguyễn Thị Lan.jpg", photograph(number=2)),
        ("Hoàng Văn Khác.jpg", photograph(number=3)),
    )
    asked = "Tên tệp ghi Hoàng Văn Khác: có đúng bài của Nguyễn Thị Lan?"
    assert placed(place) == {
        "Trịnh Quốc Việt": ("matched", "Trịnh Quốc Việt", "Trịnh Quốc Việt"),
        "Nguyễn Thị Lan": ("matched", "Nguyễn Thị Lan", "Nguyễn Thị Lan"),
        "Hoàng Văn Khác": ("choose", "None", asked),
    }
    assert StagedFile.objects.get(original_name="Nguyễn Thị Lan").obligation == place.of(place.lan_1)


def test_photographs_for_two_people_never_become_one_paper(place):
    """The same folder of a camera, dropped for one and then for the other."""
    folder = "Ảnh/IMG_1.jpg"
    for number, member in enumerate((place.lan_1, place.viet), start=1):
        owed = place.of(member)
        desk = access_desk(place.secretary, place.requirement.pk, place.unit.pk, whose=str(owed.pk))
        with zeal_ignore():  # each photograph is kept by itself
            stage_files(
                place_of=lambda desk=desk: desk,
                incoming=[Incoming(folder, io.BytesIO(photograph(number=number)))],
                uploaded_by=place.secretary,
                at=NOW,
            )
    found = {staged.obligation.member: staged.photos.count() for staged in StagedFile.objects.all()}
    assert found == {place.lan_1: 1, place.viet: 1}


def test_nobody_else_can_be_come_for(place):
    stranger = make_obligation(place.requirement, make_member(make_unit(place.ward, name="Chi bộ 7")))
    for whose in (str(stranger.pk), "x", "0", "9" * 40):
        page = place.client.get(f"{place.url()}?cua={whose}")
        assert (page.status_code, page.context["place"].whose) == (200, None)


def test_pages_of_two_people_of_one_name_never_become_one_paper(place):
    """Both are called "Nguyễn Thị Lan", and each drop is one person's."""
    for number, lan in enumerate((place.lan_1, place.lan_2), start=1):
        drop(place, ("Nguyễn Thị Lan 1.jpg", photograph(number=number)))
        staged = StagedFile.objects.get(obligation=None)
        choose = reverse("submissions:desk_choose", args=[staged.pk])
        place.client.post(choose, {"obligation": place.of(lan).pk})
    papers = {staged.obligation.member: staged.photos.count() for staged in StagedFile.objects.all()}
    assert papers == {place.lan_1: 1, place.lan_2: 1}
    drop(place, ("Nguyễn Thị Lan 1.jpg", photograph(number=1)))  # the same page again
    assert (StagedFile.objects.count(), StagedPhoto.objects.count()) == (2, 2)


def test_pages_for_the_one_named_never_join_a_paper_given_to_another(place):
    drop(place, ("Trịnh Quốc Việt 1.jpg", photograph(number=1)))
    given = StagedFile.objects.get()
    place.client.post(reverse("submissions:desk_choose", args=[given.pk]), {"obligation": place.of(place.thuy).pk})
    drop(place, ("Trịnh Quốc Việt 2.jpg", photograph(number=2)))
    papers = {staged.obligation.member: staged.photos.count() for staged in StagedFile.objects.all()}
    assert papers == {place.thuy: 1, place.viet: 1}


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_two_first_pages_sent_at_once_begin_one_paper(client, monkeypatch):
    """A browser sends two files at a time: each request found no paper yet, and began one."""
    with time_machine.travel(NOW, tick=False):
        place = Desk()
    begins = desk_photos._new_row

    def slowly(*args):
        time.sleep(0.3)
        return begins(*args)

    monkeypatch.setattr(desk_photos, "_new_row", slowly)
    together, failures = threading.Barrier(2), []

    def send(number: int) -> None:
        try:
            desk = access_desk(place.secretary, place.requirement.pk, place.unit.pk)
            incoming = [Incoming(f"Trịnh Quốc Việt {number}.jpg", io.BytesIO(photograph(number=number)))]
            together.wait(10)
            stage_files(place_of=lambda: desk, incoming=incoming, uploaded_by=place.secretary, at=NOW, batch="b")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert [staged.photos.count() for staged in StagedFile.objects.all()] == [2]


def test_an_altered_photograph_is_not_shown_and_breaks_nothing(place):
    drop(place, ("Trịnh Quốc Việt 1.jpg", photograph()))
    photo = StagedPhoto.objects.get()
    alter(photo.thumb, b"other")
    assert place.client.get(reverse("submissions:desk_photo", args=[photo.staged_id, photo.pk])).status_code == 404
    assert place.client.get(reverse("submissions:desk_photos", args=[photo.staged_id])).status_code == 200
