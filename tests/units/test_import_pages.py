"""The pages of the browser import, by requests: upload, columns, problems, the question, apply, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.rosters import FIRST_ROW, UNITS, Row
from tests.factories.units import PASSWORD, make_ward
from tests.proof import prove_again
from tests.units.imports_scene import ROWS, bring, ward_with, workbook
from units.choices import ImportState
from units.models import ColumnName, Member, RosterImport
from units.services.roster import import_roster
from vault.store import current_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path, client, time_machine):
    ward, admin = ward_with(ROWS, tmp_path)
    client.force_login(admin)
    prove_again(client)
    return ward, admin


def send(client, content, name="danh-sach.xlsx"):
    answer = client.post("/danh-ba/nhap/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    return answer, RosterImport.objects.order_by("-pk").first()


def test_from_upload_to_undo(scene, client, tmp_path):
    rows = [*ROWS[:4], Row(name="TRẦN VĂN MỚI", year=1990)]
    answer, imported = send(client, workbook(tmp_path, rows))
    page = answer.content.decode()
    assert "Tệp này là toàn bộ danh sách của phường, hay chỉ một phần?" in page
    assert "<strong>1 người</strong> đang có trong danh bạ" in page
    assert "1 lỗi trong tệp chờ quyết định" in page
    base = f"/danh-ba/nhap/{imported.pk}/"
    # What the file is comes first: the answer changes which problems there are.
    assert "Hãy trả lời trước: tệp này là" in client.post(f"{base}ghi/", follow=True).content.decode()
    page = client.get(f"{base}loi/").content.decode()
    assert page.index("hay chỉ một phần?</h2>") < page.index("Theo loại lỗi")
    answer = client.post(f"{base}loi/", {"accept": "kind:capitals", "ve": "loi"}, follow=True)
    assert "Mọi lỗi đã có quyết định" in answer.content.decode()
    assert "Chưa trả lời" in client.get(base).content.decode()
    answer = client.post(f"{base}toan-bo-hay-phan/", {"tep": "toan-bo"}, follow=True)
    assert "Nhập 2 thay đổi" in answer.content.decode()
    answer = client.post(f"{base}ghi/", follow=True)
    assert "1 người mới, 1 ra khỏi danh sách" in answer.content.decode()
    # The rows that stayed as they were are not kept with an applied import; how many they were is.
    assert "<li><span><b>4</b> giữ nguyên</span></li>" in answer.content.decode()
    assert Member.objects.filter(full_name="Trần Văn Mới").exists()
    answer = client.post(f"{base}hoan-tac/", follow=True)
    assert "danh bạ như trước khi nhập" in answer.content.decode()
    assert not Member.objects.filter(full_name="Trần Văn Mới").exists()


def test_the_rows_left_out_are_counted_beside_the_import(scene, client, tmp_path):
    new = Row(name="Trần Thị Bình", year=1977, posts="Bí thư|TDP01")
    _, imported = send(client, workbook(tmp_path, [new]))
    base = f"/danh-ba/nhap/{imported.pk}/"
    client.post(f"{base}toan-bo-hay-phan/", {"tep": "phan"})
    answer = client.post(f"{base}loi/", {"pass": "kind:*", "ve": "loi"}, follow=True)
    assert "Mọi lỗi đã có quyết định" in answer.content.decode()
    page = client.get(base).content.decode()
    assert "<strong>1 dòng bị bỏ qua</strong>" in page
    bar = page[page.index('class="stickybar') :]
    assert "1 dòng bị bỏ qua</a>" in bar
    page = client.get(f"{base}?loai=member-doubtful").content.decode()
    assert "“Chi bộ Tổ dân phố số 1” đang có Bí thư là Nguyễn Văn An" in page
    page = client.post(f"{base}toan-bo-hay-phan/", {"tep": "toan-bo"}, follow=True).content.decode()
    assert "dòng bị bỏ qua" not in page


def test_each_problem_says_whose_row_it_is(scene, client, tmp_path):
    faulty = [Row(name="TRẦN VĂN MỚI", year=1990), Row(name="Trần Văn Mới", year=1991, since="30/02/2020")]
    units = [*UNITS, ("TDP09", "Chi bộ Tổ dân phố số 9", "Loại lạ", *UNITS[1][3:])]
    _, imported = send(client, workbook(tmp_path, [*ROWS, *faulty], units=units))
    address = f"/danh-ba/nhap/{imported.pk}/loi/"
    told = client.get(f"{address}?da=1").context["rows"]
    first = FIRST_ROW + len(ROWS)
    assert sorted((one.about, one.row, person) for one, person in told) == [
        ("member", first, ("Trần Văn Mới", "Chi bộ Tổ dân phố số 1")),
        ("member", first + 1, ("Trần Văn Mới", "Chi bộ Tổ dân phố số 1")),
        ("unit", FIRST_ROW + len(UNITS), ("", "")),  # a unit that could not be read has no line
    ]
    page = client.get(address).content.decode()
    who = '<strong>Trần Văn Mới</strong><br><span class="second small">Chi bộ Tổ dân phố số 1</span></td>'
    assert page.count(f'<td data-label="Của ai" class="breaks">{who}') == 2
    assert page.count('<td data-label="Của ai" class="breaks void"></td>') == 1


def test_faults_of_units_offer_no_button_that_cannot_act(scene, client, tmp_path):
    units = [*UNITS, ("TDP09", "Chi bộ Tổ dân phố số 9", "Loại lạ", *UNITS[1][3:])]
    _, imported = send(client, workbook(tmp_path, ROWS, units=units))
    base = f"/danh-ba/nhap/{imported.pk}/loi/"
    assert list(imported.problems.values_list("about", "severity")) == [("unit", "error")]
    page = client.get(base).content.decode()
    assert 'name="pass"' not in page
    assert 'name="accept"' not in page
    assert 'name="chosen"' not in page
    assert "Không bỏ qua được: sửa trong tệp rồi" in page
    for act, told in (("pass", "phải sửa trong tệp rồi tải lên lại."), ("accept", "Không có cách sửa chắc chắn nào")):
        assert told in client.post(base, {act: "kind:*", "ve": "loi"}, follow=True).content.decode()


def test_people_and_units_that_go_are_told_apart(scene, client, tmp_path):
    kept = [row for row in ROWS if row.unit != "TDP02"]
    _, imported = send(client, workbook(tmp_path, kept, units=[unit for unit in UNITS if unit[0] != "TDP02"]))
    base = f"/danh-ba/nhap/{imported.pk}/"
    page = client.post(f"{base}toan-bo-hay-phan/", {"tep": "toan-bo"}, follow=True).content.decode()
    assert (
        "<strong>toàn bộ</strong> danh sách: <strong>2 người ra khỏi danh sách</strong>, "
        "<strong>1 đơn vị giải thể</strong>."
    ) in page


def test_no_count_is_promised_before_the_file_is_said_to_be_all_or_a_part(scene, client, tmp_path):
    kept = [row for row in ROWS if row.unit != "TDP02"]
    rows = [*kept, Row(name="TRẦN VĂN MỚI", year=1990)]
    _, imported = send(client, workbook(tmp_path, rows, units=[unit for unit in UNITS if unit[0] != "TDP02"]))
    base = f"/danh-ba/nhap/{imported.pk}/"
    page = client.get(base).content.decode()
    assert "Sẽ ghi" not in page
    assert "<strong>Chưa rõ sẽ ghi bao nhiêu thay đổi</strong>" in page
    assert '<a href="#toan-bo-hay-phan">Trả lời</a>' in page
    assert 'id="toan-bo-hay-phan"' in page
    assert "disabled>Nhập vào danh bạ</button>" in page
    # Nobody is called out of the roster on the mere ground that this file does not tell of him.
    assert "<b>2</b> không có trong tệp" in page
    assert "<b>1</b> đơn vị không có trong tệp" in page
    assert "tally-loud" not in page
    left = client.get(f"{base}?loai=member-left").content.decode()
    assert left.count("Không có trong tệp") == 2
    page = client.post(f"{base}toan-bo-hay-phan/", {"tep": "toan-bo"}, follow=True).content.decode()
    assert "<b>2</b> ra khỏi danh sách" in page
    assert "<strong>Đến lúc này là 4 thay đổi</strong>" in page  # a fault still waits: the count may move
    client.post(f"{base}loi/", {"accept": "kind:*", "ve": "loi"})
    assert "<strong>Sẽ ghi 4 thay đổi</strong>" in client.get(base).content.decode()


def test_a_file_equal_to_the_roster_says_what_to_do_with_it(scene, client, tmp_path):
    answer, _ = send(client, workbook(tmp_path, ROWS))
    page = answer.content.decode()
    bar = page[page.index('class="stickybar') :]
    assert "Tệp đúng như danh bạ đang có; bỏ tệp này là xong." in bar
    assert "Ghi tất cả hoặc không ghi gì" not in bar


def test_a_count_leads_down_to_its_rows(scene, client, tmp_path):
    _, imported = send(client, workbook(tmp_path, ROWS[:4]))
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert page.count("?loai=member-left#thay-doi") == 2  # the tally, and the question above it
    assert 'id="thay-doi"' in page


def test_applying_and_undoing_ask_once_more_who_is_there(scene, client, tmp_path):
    _, admin = scene
    _, imported = send(client, workbook(tmp_path, [*ROWS, Row(name="Trần Văn Mới", year=1990)]))
    base = f"/danh-ba/nhap/{imported.pk}/"
    client.logout()
    client.force_login(admin)  # a session without a fresh proof
    answer = client.post(f"{base}ghi/")
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Member.objects.filter(full_name="Trần Văn Mới").exists()
    answer = client.post(answer.url, {"password": PASSWORD}, follow=True)  # the same form is sent again by itself
    assert "1 người mới" in answer.content.decode()
    client.logout()
    client.logout()
    client.force_login(admin)
    assert client.post(f"{base}hoan-tac/").url.startswith(reverse("account_reauthenticate"))
    assert Member.objects.filter(full_name="Trần Văn Mới").exists()


def test_an_import_by_the_terminal_is_told_as_one(scene, client):
    page = client.get("/danh-ba/nhap/").content.decode()
    assert "Lệnh trên máy chủ" in page
    [imported] = RosterImport.objects.all()
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert "Nhập bằng lệnh trên máy chủ" in page
    assert "Hoàn tác lần nhập này" in page


def test_columns_named_otherwise_are_asked_once(scene, client):
    text = "Họ tên đảng viên ta;Sinh năm;Nơi sinh hoạt đảng hiện nay;Số máy\nTrần Văn Mới;1990;TDP01;0912345000\n"
    answer, imported = send(client, text.encode(), "quen.csv")
    assert imported.state == ImportState.COLUMNS
    assert "Cột nào là gì?" in answer.content.decode()
    base = f"/danh-ba/nhap/{imported.pk}/cot/"
    answer = client.post(base, {"0-0": "m:name"})
    assert answer.status_code == 422
    assert "còn thiếu cột “Đơn vị sinh hoạt”" in answer.content.decode()
    chosen = {"0-0": "m:name", "0-1": "m:birth_year", "0-2": "m:unit", "0-3": "m:phone"}
    client.post(base, chosen, follow=True)
    imported.refresh_from_db()
    assert imported.state == ImportState.SHOWN
    assert list(imported.lines.filter(change="new").values_list("name", "unit")) == [
        ("Trần Văn Mới", "Chi bộ Tổ dân phố số 1")
    ]
    assert ColumnName.objects.count() == 4
    _, second = send(client, text.replace("0912345000", "0912345001").encode(), "thang-sau.csv")
    assert second.state == ImportState.SHOWN
    assert second.lines.filter(change="new").count() == 1


def test_a_column_nobody_knows_is_asked_about_once_whatever_is_said(scene, client):
    head = "STT;Họ và tên;NS;Đơn vị sinh hoạt;CV Đảng;Dân tộc;Cột trống"
    text = f"{head}\n" + "".join(
        f"{row};Trần Văn Mới {'I' * row};1990;TDP01;{'x' if row == 40 else ''};;\n" for row in range(1, 41)
    )
    answer, imported = send(client, text.encode(), "la.csv")
    assert imported.state == ImportState.COLUMNS
    assert "Cổng chưa biết 2 cột: “NS”, “CV Đảng”." in answer.content.decode()
    client.post(f"/danh-ba/nhap/{imported.pk}/cot/", {"0-1": "m:name", "0-2": "m:birth_year", "0-3": "m:unit"})
    imported.refresh_from_db()
    assert imported.state == ImportState.SHOWN
    _, second = send(client, text.replace("1990", "1991").encode(), "thang-sau.csv")
    assert second.state == ImportState.SHOWN
    assert "Cổng chưa biết" not in client.get(f"/danh-ba/nhap/{second.pk}/cot/").content.decode()
    _, third = send(client, text.replace("Cột trống", "Nghề").replace(";;\n", ";;x\n").encode(), "thang-ba.csv")
    assert third.state == ImportState.COLUMNS


def test_a_roster_without_header_says_so_and_may_be_read(scene, client):
    text = "1;Trần Văn Mới;1990;Chi bộ Tổ dân phố số 1\n2;Lê Thị Hai;1991;Chi bộ Tổ dân phố số 2\n"
    answer, imported = send(client, text.encode(), "tron.csv")
    page = answer.content.decode()
    assert "Sheet này không có dòng tiêu đề" in page
    chosen = {"0-1": "m:name", "0-2": "m:birth_year", "0-3": "m:unit"}
    for name, value in chosen.items():
        assert f'name="{name}"' in page
        assert f'value="{value}" selected' in page, name
    client.post(f"/danh-ba/nhap/{imported.pk}/cot/", chosen)
    imported.refresh_from_db()
    assert imported.lines.filter(change="new").count() == 2


def test_an_unreadable_file_is_said_with_the_next_step(scene, client):
    answer, imported = send(client, b"PK\x03\x04 nothing", "hong.xlsx")
    assert imported.state == ImportState.REFUSED
    assert "hỏng hoặc không phải bảng tính" in answer.content.decode()
    assert "Tải tệp khác lên" in answer.content.decode()


def test_no_file_no_import(scene, client):
    answer = client.post("/danh-ba/nhap/", {})
    assert answer.status_code == 422
    assert "Chọn tệp danh sách." in answer.content.decode()
    assert not RosterImport.objects.exclude(state=ImportState.APPLIED).exists()


def test_hostile_names_are_only_text(scene, client, tmp_path):
    answer, _ = send(client, workbook(tmp_path, [Row(name="<script>alert(1)</script>"), *ROWS]))
    assert "<script>alert(1)" not in answer.content.decode()


def test_lists_ask_the_same_number_of_queries(scene, client, tmp_path):
    ward, admin = scene
    numbers = []
    for extra in (1, 3):
        new = [Row(name=f"Trần Văn {word}", year=1990 + extra) for word in ("MỘT", "HAI", "BA")[:extra]]
        imported = bring(ward, admin, workbook(tmp_path, [*ROWS, *new]))
        counted = []
        for path in (f"/danh-ba/nhap/{imported.pk}/", f"/danh-ba/nhap/{imported.pk}/loi/", "/danh-ba/nhap/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
        numbers.append(counted)
    assert numbers[0] == numbers[1]


def test_the_other_wards_import_is_not_there(scene, client, tmp_path):
    _, admin = scene
    other = make_ward(name="Việt Hưng", code="VH")
    imported = bring(other, admin, workbook(tmp_path, ROWS))
    for end in ("", "loi/", "cot/"):
        assert client.get(f"/danh-ba/nhap/{imported.pk}/{end}").status_code == 404
    assert str(imported.pk) not in [str(one.pk) for one in RosterImport.objects.all().visible_to(admin)]


def test_the_rows_left_out_are_counted_beside_the_applied_import_too(scene, client, tmp_path):
    rows = [*ROWS, Row(name="Phạm Văn Lạ", unit="KHONGCO"), Row(name="Trần Thị Mới")]
    _, imported = send(client, workbook(tmp_path, rows))
    base = f"/danh-ba/nhap/{imported.pk}/"
    client.post(f"{base}loi/", {"pass": "kind:*", "ve": "loi"})
    client.post(f"{base}ghi/")
    assert RosterImport.objects.get(pk=imported.pk).state == ImportState.APPLIED
    page = client.get(base).content.decode()
    assert '1 người mới. <a href="?loai=member-doubtful#thay-doi">1 dòng bị bỏ qua</a>, không được nhập' in page
    page = client.get(f"{base}?loai=member-doubtful").content.decode()
    assert "Phạm Văn Lạ" in page
    assert "Vì sao" in page


def test_an_import_of_the_terminal_is_looked_at_like_one_of_the_page(scene, client, tmp_path):
    ward, _ = scene
    path = tmp_path / "lenh.xlsx"
    rows = [*ROWS, Row(name="Phạm Văn Lạ", unit="KHONGCO"), Row(name="Trần Thị Đẹp", unit="TDP02"), Row(name="Bùi Tư")]
    path.write_bytes(workbook(tmp_path, rows))
    import_roster(path=path, on=date(2026, 4, 24), by=None, ward=ward, skip_faulty=True)
    base = f"/danh-ba/nhap/{RosterImport.objects.latest('pk').pk}/"
    page = client.get(base).content.decode()
    assert '2 người mới. <a href="?loai=member-doubtful#thay-doi">1 dòng bị bỏ qua</a>' in page
    assert [name in page for name in ("Phạm Văn Lạ", "Trần Thị Đẹp", "Bùi Tư")] == [True, True, True]
    assert '<a href="?loai=member-new#thay-doi"><b>2</b> người mới</a>' in page
    page = client.get(f"{base}?loai=member-new&q=dep+to+dan").content.decode()
    assert [name in page for name in ("Phạm Văn Lạ", "Trần Thị Đẹp", "Bùi Tư")] == [False, True, False]


def test_an_import_whose_record_is_lost_still_says_what_it_did(scene, client, tmp_path):
    imported = RosterImport.objects.get()
    (current_store().path_of(imported.record.sha256)).unlink()
    page = client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    assert "Chưa xem được từng dòng của lần nhập này" in page
    assert "5 người mới" in page


def test_a_file_without_a_row_is_refused_and_not_asked_about(scene, client):
    answer, imported = send(client, b"\n\n  \n", name="rong.csv")
    assert imported.state == ImportState.REFUSED
    assert "Tệp “rong.csv” không có dòng nào để đọc; mở tệp xem có đúng sheet không" in answer.content.decode()


def test_a_question_is_answered_by_its_button(scene, client, tmp_path):
    _, imported = send(client, workbook(tmp_path, [replace(ROWS[0], year=1998), *ROWS[1:]]))
    base = f"/danh-ba/nhap/{imported.pk}/loi/"
    problem = imported.problems.get()
    page = client.get(base).content.decode()
    for act, word in (("same", "Cùng một người"), ("another", "Người khác")):
        assert f'name="{act}" value="{problem.pk}" type="submit">{word}</button>' in page
        assert f'name="{act}" value="kind:who" type="submit">{word}: cả 1</button>' in page
    assert 'name="correct"' not in page
    # No bulk button of repairs answers it.
    refused = client.post(base, {"accept": "kind:*", "ve": "loi"}, follow=True).content.decode()
    assert "Không có cách sửa chắc chắn nào" in refused
    told = client.post(base, {"another": problem.pk, "ve": "loi"}, follow=True).content.decode()
    assert "Mọi lỗi đã có quyết định" in told
    assert "Người khác" in client.get(base, {"da": "1"}).content.decode()
    gone = client.post(base, {"same": problem.pk, "ve": "loi"}, follow=True).content.decode()
    assert "Câu hỏi này không còn" in gone
