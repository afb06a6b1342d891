"""The letter as it arrives: plain and HTML say the same, nothing is fetched, nothing hostile gets in.

Not here: its sentences (`test_wording.py`), when it goes (`test_sending.py`).
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from directives.models import Acknowledgement, Obligation
from reminders.digests import Duty
from reminders.letters import WrittenLetter, _takes_a_reply
from reminders.listing import writer_of
from reminders.models import Promise
from reminders.planning import plan
from reminders.wording import Ask, Group
from submissions.models import ReportDraft
from tests.factories.directives import at, make_extension
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import CommitteeProfile, Member
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AT = at(24, hour=7)


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    scene.owe("an essay", "binh essay", "secretary essay", "cell report")
    make_user(Role.SECRETARY, scene.cell, member=scene.secretary)
    return scene


def written(scene: Scene, address: str) -> WrittenLetter:
    planned = plan(ward=scene.ward, at=AT)
    [letter] = [one for one in planned.letters if one.person.address == address]
    return writer_of(planned).write(letter, AT)


class Seen(HTMLParser):
    """Words, links and attributes of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self._skipped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]
        self._skipped += tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag == "title"

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words += data.split()


def test_the_plain_letter_word_by_word(scene, settings):
    settings.PUBLIC_URL = "https://cong.phucloi.example"
    letter = written(scene, "bithu@x.vn")
    assert letter.subject == "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW, và 2 việc khác"
    assert letter.text == (
        "Kính gửi đồng chí Trần Thị Bích Ngọc (Bí thư Chi bộ Tổ dân phố số 5),\n"
        "\n"
        "Tính đến 07:00 ngày 24/4/2026, đồng chí và Chi bộ Tổ dân phố số 5 còn ba việc cần hoàn thành.\n"
        "\n"
        "1. Còn 3 ngày: Bài thu hoạch Nghị quyết số 02-NQ/TW\n"
        "   Hạn “trước ngày 28/4/2026”, nộp đến hết thứ Hai ngày 27/4/2026.\n"
        "   Việc của bản thân đồng chí.\n"
        f"   Theo Công văn số {scene.directive.reference}, ngày 21/4/2026.\n"
        "\n"
        "2. Còn 3 ngày: Bài thu hoạch Nghị quyết số 02-NQ/TW\n"
        "   Hạn “trước ngày 28/4/2026”, nộp đến hết thứ Hai ngày 27/4/2026.\n"
        "   Chi bộ Tổ dân phố số 5 còn 2 đồng chí chưa nộp:\n"
        "   - Nguyễn Văn An\n"
        "   - Hoàng Bình\n"
        f"   Theo Công văn số {scene.directive.reference}, ngày 21/4/2026.\n"
        "\n"
        "3. Còn 3 ngày: Báo cáo kết quả\n"
        "   Hạn “trước ngày 28/4/2026”, nộp đến hết thứ Hai ngày 27/4/2026.\n"
        "   Đơn vị: Chi bộ Tổ dân phố số 5.\n"
        f"   Theo Công văn số {scene.directive.reference}, ngày 21/4/2026.\n"
        "\n"
        "Mở việc của đơn vị: https://cong.phucloi.example/viec/\n"
        "\n"
        "Việc nào đã gửi sau 07:00, xin bỏ qua phần nhắc đó.\n"
        "\n"
        "Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi\n"
        "Điện thoại: 024 3875 2468\n"
        "Thư điện tử: bxdd@phuong.example\n"
        "\n"
        "Đồng chí nhận thư này vì được giao việc, hoặc phụ trách đơn vị được giao việc.\n"
        "Chọn giờ nhận hoặc bớt thư nhắc: https://cong.phucloi.example/thong-bao/nhan-nhac-viec/\n"
    )


def test_the_html_says_the_same(scene):
    letter = written(scene, "bithu@x.vn")
    html = " ".join(Seen(letter.html).words)
    for line in letter.text.splitlines():
        words = re.sub(r"^(\d+\.|-) |\.$", "", line.strip())
        if words and not words.startswith(("Mở việc", "Chọn giờ", "Kính gửi", "Còn 3 ngày", "Đơn vị:")):
            assert words in html, line
    for words in ("Kính gửi đồng chí Trần Thị Bích Ngọc,", "Bí thư Chi bộ Tổ dân phố số 5", "● Còn 3 ngày"):
        assert words in html


def test_the_html_fetches_nothing_and_runs_nothing(scene):
    seen = Seen(written(scene, "bithu@x.vn").html)
    assert set(seen.tags) & {"img", "script", "link", "iframe", "object", "form", "style", "svg"} == set()
    kinds = {link.partition(":")[0] for link in seen.links}
    assert kinds <= {"http", "https", "tel", "mailto"}
    pages = [link.partition("://")[2].partition("/")[2] for link in seen.links if link.startswith("http")]
    assert pages == ["viec/", "thong-bao/nhan-nhac-viec/"]  # the one button, and below all how to be reminded less


def test_who_has_no_account_is_told_how_to_change_his_address_and_given_no_page_he_cannot_open(scene):
    letter = written(scene, "an@x.vn")
    assert letter.text.endswith("Muốn đổi địa chỉ nhận thư, xin báo Ban Xây dựng Đảng.\n")
    assert [link for link in Seen(letter.html).links if link.startswith("http")] == []


def test_a_paper_to_be_confirmed_is_asked_for_as_such_and_not_as_work_to_hand_in(scene, settings):
    settings.PUBLIC_URL = "https://cong.phucloi.example"
    asked = datetime(2026, 4, 20, 9, 0, tzinfo=VIETNAM)
    Obligation.objects.update(due_at=at(8, 5))
    Acknowledgement.objects.create(directive=scene.directive, unit=scene.cell, asked_at=asked)
    planned = plan(ward=scene.ward, at=at(22, hour=7))
    [letter] = [one for one in planned.letters if one.person.address == "bithu@x.vn"]
    words = writer_of(planned).write(letter, at(22, hour=7))
    paper = f"Công văn số {scene.directive.reference}, ngày 21/4/2026"
    assert words.subject == f"[Cần xác nhận đã nhận] {paper}"
    assert words.reason == "1 văn bản chưa xác nhận đã nhận."
    assert (
        f"1. Chờ xác nhận: {paper}\n"
        "   Mở văn bản và bấm “Đã nhận văn bản” để văn phòng biết đơn vị đã có. "
        "Việc gần nhất theo văn bản này có hạn hết thứ Năm ngày 07/5/2026.\n" in words.text
    )
    assert "Cần nộp" not in words.text + words.html
    both = plan(ward=scene.ward, at=at(22, hour=7))
    [letter] = [one for one in both.letters if one.person.address == "bithu@x.vn"]
    late = letter.of_units[scene.cell.pk][0]._replace(obligation_id=999, stage="T+1", due_at=at(21))
    letter.of_units[scene.cell.pk].append(late)
    words = writer_of(both).write(letter, at(22, hour=7))
    assert words.subject.startswith("[Cần nộp ngay, quá hạn từ 21/4]")
    assert words.subject.endswith(", và 1 việc khác")
    assert words.reason == "Quá hạn 2 ngày: 1 việc của đơn vị; 1 văn bản chưa xác nhận đã nhận."


def test_names_cannot_break_out(scene):
    Member.objects.filter(pk=scene.binh.pk).update(full_name="<script>alert(1)</script> & Co")
    CommitteeProfile.objects.update(phone='"><b>1', contact_name="<i>x</i>")
    letter = written(scene, "bithu@x.vn")
    assert "<script" not in letter.html
    assert "<b>1" not in letter.html
    assert "<i>" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in letter.html
    assert "<script>alert(1)</script> & Co" in letter.text


def test_who_to_call_comes_from_the_profile(scene):
    CommitteeProfile.objects.update(contact_name="Hoàng Thu Trang", phone="", mailbox="")
    text = written(scene, "an@x.vn").text
    assert "Người liên hệ: Hoàng Thu Trang" in text
    assert "Điện thoại:" not in text
    assert "Thư điện tử:" not in text


def test_the_letter_says_how_far_the_unit_is(scene):
    scene.owe("deputy essay", "head essay", "committee_secretary essay")
    for name, state in (("secretary essay", "ACCEPTED"), ("deputy essay", "SUBMITTED"), ("head essay", "WAIVED")):
        row = scene.debts[name]
        row.state, row.waiver_reason = state, "EXEMPT" if state == "WAIVED" else ""
        row.first_submitted_at = row.submitted_at = at(23)
        row.save()
    letter = written(scene, "bithu@x.vn")
    assert "   Chi bộ Tổ dân phố số 5 đã nộp 2/4 bài, còn 2 đồng chí chưa nộp:\n" in letter.text
    assert "Chi bộ Tổ dân phố số 5 đã nộp 2/4 bài, còn 2 đồng chí chưa nộp:" in " ".join(Seen(letter.html).words)

    make_extension(scene.debts["an essay"], at(8, 5), granted_at=at(22))  # has a day of his own: not named here
    letter = written(scene, "bithu@x.vn")
    assert "   Chi bộ Tổ dân phố số 5 đã nộp 2/4 bài, còn 1 đồng chí chưa nộp theo hạn này:\n" in letter.text


def test_what_the_reader_owes_himself_is_counted_beside_the_names(scene):
    scene.owe("deputy essay")
    row = scene.debts["deputy essay"]
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", at(23), at(23)
    row.save()
    letter = written(scene, "bithu@x.vn")  # the secretary, An and Bình owe
    assert "   Chi bộ Tổ dân phố số 5 đã nộp 1/4 bài, ngoài đồng chí còn 2 đồng chí chưa nộp:\n" in letter.text
    assert (
        "   Chi bộ Tổ dân phố số 5 đã nộp 1/4 bài, còn 3 đồng chí chưa nộp:\n" in written(scene, "phobithu@x.vn").text
    )


def test_who_promised_a_day_is_counted_and_does_not_vanish(scene):
    row = scene.debts["an essay"]
    Promise.objects.create(obligation=row, day=date(2026, 5, 6), at=at(22))
    Promise.objects.create(obligation=row, day=date(2026, 5, 5), at=at(23))  # the latest holds
    scene.owe("deputy essay")
    done = scene.debts["deputy essay"]
    done.state, done.first_submitted_at, done.submitted_at = "SUBMITTED", at(23), at(23)
    done.save()
    letter = written(scene, "bithu@x.vn")
    said = "Chi bộ Tổ dân phố số 5 đã nộp 1/4 bài, có 1 đồng chí hẹn nộp ngày 05/5/2026, ngoài đồng chí còn 1 đồng chí chưa nộp:"
    assert [line for line in letter.text.splitlines() if "đã nộp" in line or "hẹn nộp" in line] == [
        f"   {said}"
    ]  # 1 + 1 + the reader + 1 = 4
    assert said in " ".join(Seen(letter.html).words)


def test_a_report_begun_on_the_portal_is_told_with_the_page_on_which_one_goes_on(scene, settings):
    settings.PUBLIC_URL = "https://cong.phucloi.example"
    scene.report.outline = ["Tình hình", "Kết quả", "Kiến nghị"]
    scene.report.save()
    secretary = scene.secretary.accounts.get()
    draft = ReportDraft.objects.create(
        obligation=scene.debts["cell report"], texts=["", "", ""], edited_by=secretary, edited_at=AT
    )
    assert "mục, chưa nộp" not in written(scene, "bithu@x.vn").text
    draft.texts = ["Tốt", "Đủ", ""]
    draft.save()
    page = f"https://cong.phucloi.example/viec/{scene.debts['cell report'].pk}/viet/"
    letter = written(scene, "bithu@x.vn")
    assert f"   Đơn vị đã viết 2/3 mục, chưa nộp. Viết tiếp báo cáo: {page}\n" in letter.text
    assert "Đơn vị đã viết 2/3 mục, chưa nộp. Viết tiếp báo cáo" in " ".join(Seen(letter.html).words)
    assert page in Seen(letter.html).links
    deputy = written(scene, "phobithu@x.vn")  # no account: no page he could open
    assert "   Đơn vị đã viết 2/3 mục, chưa nộp.\n" in deputy.text
    assert page not in deputy.text + deputy.html


def test_an_answer_counts_where_the_committees_mailbox_is_read_and_is_not_promised_elsewhere(scene, settings):
    promise = "Trả lời thư này kèm tệp PDF cũng được tính là nộp bài."
    assert promise not in written(scene, "bithu@x.vn").text
    settings.MAILBOXES = "imaps://hop-thu-khac%40phuong.example:x@imap.phuong.example/INBOX"
    assert promise not in written(scene, "bithu@x.vn").text
    settings.MAILBOXES += " imaps://BXDD%40phuong.example:x@imap.phuong.example/INBOX"
    for address in ("bithu@x.vn", "an@x.vn"):
        letter = written(scene, address)
        assert f"\n{promise}\n" in letter.text
        assert promise in " ".join(Seen(letter.html).words)
    settings.MAILBOXES = "không đọc được"
    assert promise not in written(scene, "an@x.vn").text


def test_where_nothing_is_to_be_handed_in_no_answer_is_asked_for(scene, settings):
    settings.MAILBOXES = "imaps://bxdd%40phuong.example:x@imap.phuong.example/INBOX"
    Obligation.objects.exclude(pk=scene.debts["cell report"].pk).delete()
    scene.report.kind = "ACTIVITY"
    scene.report.save()
    assert "Trả lời thư này" not in written(scene, "bithu@x.vn").text


@pytest.mark.parametrize(
    ("field", "value", "is_promised"),
    [
        ("slots", ["Báo cáo (PDF)"], True),
        ("slots", ["Báo cáo (PDF)", "Ảnh (không bắt buộc)"], True),
        ("slots", ["Báo cáo (PDF)", "Biên bản"], False),
        ("closes_at", AT + timedelta(days=30), True),
        ("closes_at", AT - timedelta(seconds=1), True),  # its own deadline is later than the door's
    ],
)
def test_a_reply_is_promised_to_count_only_where_one_file_is_the_answer(scene, settings, field, value, is_promised):
    settings.MAILBOXES = "imaps://bxdd%40phuong.example:x@imap.phuong.example/INBOX"
    Obligation.objects.exclude(pk=scene.debts["cell report"].pk).delete()
    setattr(scene.report, field, value)
    scene.report.save()
    assert ("Trả lời thư này" in written(scene, "bithu@x.vn").text) is is_promised


def test_a_reply_is_not_promised_to_count_once_the_door_is_shut():
    ask = Ask(1, "Báo cáo", "REPORT", "Công văn 53-CV/ĐU", "trước ngày 28/4/2026", "R1", at(28), closes_at=at(29))
    duty = Duty(1, 1, 1, None, at(28), "T1")
    for due_at, moment, is_taken in (
        (at(28), at(29) - timedelta(seconds=1), True),
        (at(28), at(29), False),
        (at(30), at(30) - timedelta(seconds=1), True),
        (at(30), at(30), False),
    ):
        assert _takes_a_reply(Group(ask, 1, (duty._replace(due_at=due_at),)), moment) is is_taken
    assert _takes_a_reply(Group(replace(ask, takes_a_file=False), 1, (duty,)), at(27)) is False
