"""A series with several open periods: the desk stands for one of them, says which, and nothing crosses over."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from zeal import zeal_ignore

from directives.choices import ObligationState
from directives.models import Obligation
from mailbox.choices import FileState
from mailbox.services.ingesting import claim, keep_mail, read_case
from submissions.desk_access import access_desk, place_of
from submissions.models import Deposit, LongScan, PendingUpload, StagedFile
from submissions.services.inspecting import inspect_now
from submissions.services.resuming import begin_upload
from submissions.services.scans import take_scan
from submissions.services.staging import Incoming
from submissions.tasks import settle_uploads
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.mailbox.scene import mail
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from vault.parts import keep_part

pytestmark = pytest.mark.django_db
NOW = at(4, 5, hour=9)
MONTHLY = {"since": "2026-03-24", "every": "MONTHLY", "days": [25], "before": True}
_made = iter(range(10_000))


def pdf() -> bytes:
    made = document(1)
    made.docinfo["/Subject"] = f"kỳ {next(_made)}"
    return saved(made)


class Place:
    """A cell that was accepted for March and owes April (overdue), May, and June, which has not begun."""

    def __init__(self, kind: str = "REPORT") -> None:
        self.ward = make_ward()
        self.cell = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
        self.secretary = make_user(Role.SECRETARY, self.cell, email="bithu@chibo5.example")
        self.report = make_requirement(make_directive(self.ward), kind=kind, title="Báo cáo công tác đảng")
        self.report.recurrence = MONTHLY
        self.report.save()
        self.member = make_member(self.cell, name="Nguyễn Văn An", title="Đảng viên")
        party = self.member if kind == "ESSAY" else self.cell
        self.of = {
            period: make_obligation(self.report, party, period=period, due_at=at(25, month), state=state)
            for period, month, state in (
                ("2026-03", 3, ObligationState.ACCEPTED),
                ("2026-04", 4, ObligationState.PENDING),
                ("2026-05", 5, ObligationState.PENDING),
                ("2026-06", 6, ObligationState.PENDING),
            )
        }

    def url(self, period: str | None = None, name: str = "desk") -> str:
        address = reverse(f"submissions:{name}", args=[self.report.pk, self.cell.pk])
        return f"{address}?ky={period}" if period else address

    def drop(self, client, name: str, period: str | None = None, content: bytes | None = None):
        file = SimpleUploadedFile(name, content or pdf())
        return client.post(self.url(period, "desk_upload"), {"tep": [file]}, headers={"HX-Request": "true"})

    def state(self, period: str) -> str:
        self.of[period].refresh_from_db()
        return self.of[period].state


@pytest.fixture
def place(client):
    made = Place()
    client.force_login(made.secretary)
    with time_machine.travel(NOW, tick=False):
        yield made


def chosen(html: str) -> list[tuple[str, bool]]:
    nav = html[html.index('class="period-choice') : html.index("</nav>", html.index('class="period-choice'))]
    links = re.findall(r"<a [^>]*?( aria-current=\"page\")?>(.*?)</a>", nav, re.S)
    return [(re.sub(r"<.*?>", "", words, flags=re.S).strip(), bool(mark)) for mark, words in links]


def test_the_desk_names_its_period_and_offers_the_others(place, client) -> None:
    html = client.get(place.url()).content.decode()
    assert "Nộp báo cáo công tác đảng, tháng 4/2026" in html
    assert chosen(html) == [("Tháng 4/2026", True), ("Tháng 5/2026", False), ("Tháng 6/2026", False)]
    other = client.get(place.url("2026-05")).content.decode()
    assert "Nộp báo cáo công tác đảng, tháng 5/2026" in other
    assert chosen(other) == [("Tháng 4/2026", False), ("Tháng 5/2026", True), ("Tháng 6/2026", False)]
    addresses = re.findall(r"/nop-bai/[^\"]*", other)
    assert all("?ky=" in one for one in addresses if "/nop-bai/chua-nop/" not in one), addresses


def test_a_settled_period_is_offered_only_when_one_stands_there(place, client) -> None:
    html = client.get(place.url("2026-03")).content.decode()
    assert chosen(html)[0] == ("Tháng 3/2026, đã nộp đủ", True)


def test_a_period_never_given_out_is_not_there(place, client) -> None:
    for wrong in ("2026-07", "2025-04", "x", "2026-4"):
        assert client.get(place.url(wrong)).status_code == 404


def test_a_period_that_has_not_begun_takes_nothing(place, client) -> None:
    html = client.get(place.url("2026-06")).content.decode()
    assert "Kỳ tháng 6/2026 mở từ ngày 01/6/2026, chưa nhận bài. Hãy nộp từ ngày ấy." in html
    with time_machine.travel(at(1, 6), tick=False):
        assert "chưa nhận bài" not in client.get(place.url("2026-06")).content.decode()


def test_a_period_whose_end_lies_before_it_is_open_in_its_last_week(place, client) -> None:
    """ "Trước ngày 01 hằng tháng": June is asked for until the end of May."""
    Obligation.objects.filter(period="2026-06").update(due_at=at(1, 6))
    with time_machine.travel(at(24, 5, hour=9), tick=False):
        html = client.get(place.url("2026-06")).content.decode()
        assert "Kỳ tháng 6/2026 mở từ ngày 25/5/2026, chưa nhận bài." in html
    with time_machine.travel(at(25, 5, hour=9), tick=False):
        place.drop(client, "Báo cáo.pdf", "2026-06")
        assert "chưa nhận bài" not in client.get(place.url("2026-06")).content.decode()
    assert StagedFile.objects.get().period == "2026-06"


def test_what_is_dropped_for_one_period_is_handed_in_for_that_one(place, client) -> None:
    place.drop(client, "Báo cáo.pdf", "2026-05")
    staged = StagedFile.objects.get()
    assert (staged.period, staged.obligation) == ("2026-05", place.of["2026-05"])
    assert "Báo cáo.pdf" not in client.get(place.url()).content.decode()
    inspect_now(blob=staged.blob, at=NOW)
    page = client.get(place.url("2026-05")).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', page)[1]
    answer = client.post(place.url("2026-05", "desk_confirm"), {"key": key, "rows": str(staged.pk)})
    assert answer.status_code == 302
    assert [place.state(one) for one in ("2026-04", "2026-05")] == ["PENDING", "SUBMITTED"]
    listed = client.get(reverse("submissions:receipts")).content.decode()
    assert "Báo cáo công tác đảng, tháng 5/2026" in listed


def test_a_row_of_one_period_cannot_be_confirmed_at_another(place, client) -> None:
    place.drop(client, "Báo cáo.pdf", "2026-05")
    staged = StagedFile.objects.get()
    with zeal_ignore():  # the place is read anew after the refusal
        answer = client.post(place.url("2026-04", "desk_confirm"), {"key": "a" * 36, "rows": str(staged.pk)})
    assert answer.status_code == 422
    assert not Deposit.objects.exists()


def test_without_a_period_files_go_to_the_oldest_that_owes(place, client) -> None:
    place.drop(client, "Báo cáo.pdf")
    assert StagedFile.objects.get().period == "2026-04"


def test_a_name_that_speaks_of_another_month_is_hinted_at(place, client) -> None:
    place.drop(client, "Báo cáo tháng 4 năm 2026.pdf", "2026-05")
    assert "Tên tệp ghi tháng 4/2026, đang nộp cho tháng 5/2026" in client.get(place.url("2026-05")).content.decode()
    StagedFile.objects.all().delete()
    place.drop(client, "Báo cáo tháng 5.pdf", "2026-05")
    assert "Tên tệp ghi" not in client.get(place.url("2026-05")).content.decode()


def test_last_months_very_file_is_not_taken_for_this_month(place, client) -> None:
    content = pdf()
    place.drop(client, "a.pdf", "2026-04", content)
    staged = StagedFile.objects.get()
    inspect_now(blob=staged.blob, at=NOW)
    client.post(place.url("2026-04", "desk_confirm"), {"key": "b" * 36, "rows": str(staged.pk)})
    assert place.state("2026-04") == "SUBMITTED"
    place.drop(client, "a.pdf", "2026-05", content)
    page = client.get(place.url("2026-05")).content.decode()
    assert "Giống hệt bài đã nộp cho tháng 4/2026: hãy thả đúng tệp của kỳ này" in page


def test_unsent_files_lead_back_to_their_period(place, client) -> None:
    place.drop(client, "a.pdf", "2026-04")
    place.drop(client, "b.pdf", "2026-05")
    html = client.get(reverse("submissions:unsent")).content.decode()
    for month in (4, 5):
        assert f"“Báo cáo công tác đảng, tháng {month}/2026”" in html
        assert f'href="{place.url(f"2026-0{month}")}"' in html


def test_an_upload_that_ends_without_its_browser_lands_on_its_period(place) -> None:
    content = pdf()
    desk = access_desk(place.secretary, place.report.pk, place.cell.pk, "2026-05")
    upload = begin_upload(place=desk, name="a.pdf", length=len(content), batch="", by=place.secretary, at=NOW)
    part = keep_part(upload=upload.pk.hex, stream=io.BytesIO(content), limit=len(content), checksum=None)
    PendingUpload.objects.update(offset=len(content), parts=[[part.name, part.size]])
    settle_uploads()
    assert StagedFile.objects.get().period == "2026-05"


def test_a_long_scan_stays_with_its_period(client) -> None:
    made = Place("ESSAY")
    client.force_login(made.secretary)
    with time_machine.travel(NOW, tick=False):
        desk = access_desk(made.secretary, made.report.pk, made.cell.pk, "2026-05")
        take_scan(place_of_desk=desk, incoming=Incoming("quet.pdf", io.BytesIO(pdf())), by=made.secretary, at=NOW)
        assert LongScan.objects.get().period == "2026-05"
        assert [one.period for one in desk.scans_of(made.secretary)] == ["2026-05"]
        assert place_of(made.report, made.cell, "2026-04").scans_of(made.secretary) == []
        slips = client.get(made.url("2026-05", "scan_slips")).content.decode()
        assert "Báo cáo công tác đảng, tháng 5/2026" in slips


def test_the_page_of_a_unit_shows_one_period_or_all(place, client) -> None:
    address = reverse("directives:unit_part", args=[place.report.pk, place.cell.pk])
    every = client.get(address).content.decode()
    assert [every.count(f">tháng {month}/2026<") for month in (3, 4, 5, 6)] == [1, 1, 1, 1]
    one = client.get(f"{address}?ky=2026-05").content.decode()
    assert "<h1>Báo cáo công tác đảng, tháng 5/2026</h1>" in one
    assert one.count("Xem lịch sử") == 1
    assert f'href="{place.url("2026-05")}"' in one
    assert client.get(f"{address}?ky=2026-07").status_code == 404


def received(place: Place, subject: str, name: str = "Báo cáo.pdf") -> list:
    raw = mail((name, pdf()), sender="bithu@chibo5.example", subject=subject, number=next(_made))
    case, _ = keep_mail(raw=raw, ward=place.ward, account="hop", key=str(next(_made)), received_at=NOW, now=NOW)
    read = read_case(case=claim(pk=case.pk, now=NOW), now=NOW + timedelta(minutes=1))
    return list(read.files.values_list("state", "obligation__period", "reason"))


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Báo cáo tháng 5", "bc.pdf"),
        ("Nộp bài", "Báo cáo T5.2026.pdf"),
        ("Báo cáo tháng 4", "Báo cáo tháng 05-2026.pdf"),
    ],
)
def test_a_mail_that_names_the_period_is_handed_in_for_it(place, subject, name) -> None:
    ((state, period, _),) = received(place, subject, name)
    assert (state, period) == (FileState.ACCEPTED, "2026-05")
    assert [place.state(one) for one in ("2026-04", "2026-05")] == ["PENDING", "SUBMITTED"]


def test_a_mail_that_names_none_of_two_is_asked_about(place) -> None:
    ((state, period, reason),) = received(place, "Nộp báo cáo")
    assert (state, period) == (FileState.UNCLEAR, None)
    assert reason == (
        "Chưa rõ tệp trả lời kỳ nào (tháng 4/2026, tháng 5/2026); xin ghi kỳ vào tên tệp hoặc tiêu đề thư."
    )


def test_a_mail_that_names_a_month_nobody_asks_for_is_not_put_into_another(place) -> None:
    ((state, _, reason),) = received(place, "Báo cáo tháng 2/2026")
    assert state == FileState.UNCLEAR
    assert reason == "Không có kỳ tháng 2/2026 đang nhận bài; xin ghi đúng kỳ vào tên tệp hoặc tiêu đề thư."


def test_one_open_period_needs_no_name(place) -> None:
    Obligation.objects.filter(period="2026-04").update(state=ObligationState.ACCEPTED, decided_at=NOW)
    ((state, period, _),) = received(place, "Nộp báo cáo")
    assert (state, period) == (FileState.ACCEPTED, "2026-05")
