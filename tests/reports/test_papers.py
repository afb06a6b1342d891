"""Chasing letters and forwarding bundles: frozen at their minute, only what is new, names that survive Windows."""

import hashlib
import io
import json
import random
import re
import unicodedata
import zipfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import RequirementKind
from directives.models import Directive, Obligation, OutgoingNumber
from directives.numbering import next_number
from directives.services.numbering import explain_numbers
from reports.bundle_plan import Paper, placed, split_by_size
from reports.choices import JobState, PartKind
from reports.errors import ReportRefused
from reports.letter_words import MOST_ADDRESSEES
from reports.models import BundleItem, ChasingLetter, ForwardingBundle, Job, SummaryReport
from reports.papers_page import BundleShare
from reports.services import bundling
from reports.services.asking import cancel_job, request_report, retry_job, save_words
from reports.services.bundling import new_bundle, new_papers, request_bundle
from reports.services.chasing import request_letter
from reports.services.numbers import write_number
from reports.services.working import run_job
from submissions.errors import AcceptanceHeld
from submissions.models import Decision, Submission, SubmittedFile
from submissions.services.reviewing import accept
from submissions.services.taking_back import take_back_acceptance
from tests.architecture.world import one_page_pdf
from tests.factories.campaigns import DUE, END, make_campaign
from tests.factories.directives import make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_inspected
from tests.factories.units import make_user
from tests.reports.paper import pages_of
from units.choices import Role
from vault.services import read_verified
from vietnamese.dates import VIETNAM

pytestmark = [pytest.mark.django_db, pytest.mark.pango]
NOW = END + timedelta(days=1)


def flat(text: str) -> str:
    """Words of a page in one line."""
    return " ".join(text.split())


@pytest.fixture
def campaign(settings, font_dir):
    settings.FONT_DIR = font_dir
    return make_campaign(3, units=6, members=4)


@pytest.fixture
def directive(campaign) -> Directive:
    return Directive.objects.select_related("ward").get(pk=campaign.directive.pk)


@pytest.fixture
def office(campaign):
    return make_user(Role.OFFICE, campaign.ward)


def write(directive, office, *, at=NOW, requirement=None, number=None, until=None) -> ChasingLetter:
    job = request_letter(
        directive=directive, requirement=requirement, at=None, new_last_day=until, number=number, by=office, now=at
    )
    assert run_job(job_id=job.pk, clock=lambda: at)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return ChasingLetter.objects.get(pk=job.letter_id)


def read(blob) -> bytes:
    return read_verified(blob=blob, now=NOW)


def text_of(letter) -> str:
    return flat(" ".join(page.text for page in pages_of(read(letter.pdf))))


def test_a_letter_names_the_late_units_with_the_figures_of_its_minute(campaign, directive, office):
    at = DUE + timedelta(hours=16)
    essay = directive.requirements.get(order=1)
    letter = write(directive, office, at=at, requirement=essay, number=7, until=date(2026, 5, 4))
    counts = campaign.recount(at, lambda debt, unit: (debt.requirement.pk, unit.name))
    of_essay = {name: row for (pk, name), row in counts.items() if pk == essay.pk}
    late = {name for name, row in of_essay.items() if row["required"] - row["submitted"]}
    owing = [name for name, row in of_essay.items() if row["required"]]
    missing = sum(row["required"] - row["submitted"] for row in of_essay.values())
    assert letter.figures["late_units"] == len(late) > 0
    assert {one["name"] for one in letter.figures["late"]} == late
    assert letter.figures["missing"] == missing
    text = text_of(letter)
    assert "Số 07-CV/ĐU" in text
    assert f"có {len(owing) - len(late)}/{len(owing)} tổ chức đảng hoàn thành" in text
    overdue = sum(row["overdue"] for row in of_essay.values())
    assert overdue == missing - 1, "one was given more time"
    assert f"còn {len(late)} tổ chức đảng có việc quá hạn, tổng số {overdue} bài" in text
    assert "Các tổ chức đảng này còn 1 bài chưa nộp nhưng chưa đến hạn" in text
    assert "khẩn trương hoàn thành các việc quá hạn, nộp đến hết ngày 04/5/2026" in text
    assert f"yêu cầu nộp {essay.title[:1].lower()}{essay.title[1:]} " in text
    for name in late:
        assert f"- {name}" in text.split("ban hành")[0]
    waived = Obligation.objects.filter(requirement=essay, state="WAIVED", waived_at__lte=at)
    others = Obligation.objects.filter(requirement=essay).exclude(pk__in=waived).values("member")
    for obligation in waived.exclude(member__in=others):
        assert obligation.member.full_name not in text, "an exempt person is never named"


def test_a_letter_about_the_whole_paper_accuses_of_nothing_that_is_not_due(campaign, directive, office):
    at = DUE + timedelta(hours=16)  # essays were due yesterday, sessions are due in five days, reports are only planned
    letter = write(directive, office, at=at)
    counts = campaign.recount(at, lambda debt, unit: (debt.requirement.order, unit.name))
    overdue = {key: row["overdue"] for key, row in counts.items() if row["overdue"]}
    missing = sum(row["required"] - row["submitted"] for row in counts.values())
    late = {name for _, name in overdue}
    total = sum(overdue.values())
    assert 0 < total < missing
    assert letter.figures["is_overdue"] is True
    assert letter.figures["late_units"] == len(late)
    assert {one["name"]: one["overdue"] for one in letter.figures["late"]} == {
        name: sum(count for (_, unit), count in overdue.items() if unit == name) for name in late
    }
    text = text_of(letter)
    assert f"còn {len(late)} tổ chức đảng có việc quá hạn, tổng số {total} việc" in text
    theirs = sum(
        row["required"] - row["submitted"] - row["overdue"] for (_, name), row in counts.items() if name in late
    )
    assert 0 < theirs < missing - total, "units that are late with nothing are not addressed, so not named"
    said = f"Các tổ chức đảng này còn {theirs} việc chưa nộp nhưng chưa đến hạn, không tính ở trên, thực hiện theo hạn đã giao:"
    assert said in text
    accused, coming = (
        sum(int(count) for count in re.findall(r"(\d+) (?:bài|đơn vị) chưa nộp", part))
        for part in text.split("tổng số")[1].split("không tính ở trên")
    )
    assert (accused, coming) == (total, theirs)
    assert re.search(r"- Bài thu hoạch: \d+ bài chưa nộp, hạn đến hết ngày 27/4/2026\.", text)
    assert re.search(r"- \D+: \d+ đơn vị chưa nộp, dự kiến đến hết ngày 27/4/2026\.", text)
    names = text.split("ban hành")[0]
    for unit in campaign.units:
        assert (f"- {unit.name}" in names) == (unit.name in late), unit.name
    follow = write(directive, office, at=at + timedelta(hours=1))
    assert f"khi đó còn {len(late)} tổ chức đảng có việc quá hạn." in text_of(follow)


def test_a_letter_before_any_last_day_says_when_things_fall_due(campaign, directive, office):
    letter = write(directive, office, at=DUE - timedelta(hours=30))
    text = text_of(letter)
    assert letter.figures["is_overdue"] is False
    assert "; chưa có việc nào quá hạn, còn" in text
    assert "có việc quá hạn" not in text
    assert re.search(r"- Bài thu hoạch: \d+ bài chưa nộp, đến hạn ngày 27/4/2026\.", text)


def test_a_letter_after_every_last_day_counts_all_that_is_missing(campaign, directive, office):
    essay = directive.requirements.get(order=1)
    letter = write(directive, office, at=NOW, requirement=essay)
    missing, late = letter.figures["missing"], letter.figures["late_units"]
    assert letter.figures["total"]["overdue"] == missing > 0
    assert f"còn {late} tổ chức đảng chưa nộp đủ với {missing} bài (danh sách kèm theo)." in text_of(letter)


def test_what_units_owe_is_listed_by_unit_duty_and_last_day(campaign, directive, office):
    session = directive.requirements.get(order=2)
    text = text_of(write(directive, office, at=DUE + timedelta(days=6), requirement=session))
    assert "STT Chi bộ Nhiệm vụ Hạn Người theo dõi cụm" in text
    assert "Họ và tên" not in text
    assert "Chức vụ" not in text


def test_a_letter_has_no_title_and_its_subject_stands_small_under_the_number(directive, office):
    first = pages_of(read(write(directive, office).pdf))[0]
    assert "CÔNG VĂN" not in first.text
    assert "Số:" not in first.text
    subject = first.find("về việc đôn đốc")
    assert first.font_of("về việc đôn đốc") == ("Tinos-Italic", pytest.approx(12, abs=0.01))
    assert subject.top > first.find("-CV/ĐU").bottom
    assert subject.right < 30 + 77 + 0.5
    assert first.font_of("Kính gửi:") == ("Tinos-Italic", pytest.approx(14, abs=0.01))
    assert "- Như trên," in flat(" ".join(page.text for page in pages_of(read(ChasingLetter.objects.get().pdf))))


def test_the_second_letter_cites_the_first_and_the_first_never_changes(directive, office):
    first = write(directive, office, at=DUE + timedelta(hours=1), number=6)
    kept = (first.figures, first.pdf_id, first.docx_id)
    second = write(directive, office, at=DUE + timedelta(days=3))
    assert second.previous == first
    made = AuditEntry.objects.filter(action="letter.make", actor_id=str(office.pk))
    assert set(made.values_list("obj_id", flat=True)) == {str(first.pk), str(second.pk)}
    assert f"Công văn số 06-CV/ĐU đôn đốc; khi đó còn {first.figures['late_units']} tổ chức đảng" in text_of(second)
    first.refresh_from_db()
    assert (first.figures, first.pdf_id, first.docx_id) == kept
    with zipfile.ZipFile(io.BytesIO(read(second.docx))) as word:
        body = word.read("word/document.xml").decode()
    assert "Kính gửi:" in body
    assert "tblHeader" in body
    assert "{{" not in body


def test_numbers_run_in_the_term_over_all_papers_of_a_kind_and_none_is_given_twice(campaign, directive, office):
    profile = directive.ward.profile
    taken = Directive.objects.filter(ward=campaign.ward, kind="CV").values_list("number", flat=True)
    assert next_number(profile, kind="CV", day=NOW.date()) == max(taken) + 1
    write(directive, office, number=max(taken) + 1)
    assert next_number(profile, kind="CV", day=NOW.date()) == max(taken) + 2
    with pytest.raises(ReportRefused, match="đã dùng"):
        write(directive, office, at=NOW + timedelta(hours=1), number=max(taken))


def test_a_letter_that_is_stopped_or_fails_gives_its_number_back_and_takes_it_again(directive, office):
    def ask(number):
        return request_letter(
            directive=directive, requirement=None, at=None, new_last_day=None, number=number, by=office, now=NOW
        )

    job = cancel_job(job=ask(60), by=office, now=NOW)
    assert ChasingLetter.objects.get().number is None
    row = OutgoingNumber.objects.get()
    assert (row.state, row.note) == ("FREE", f"công văn đôn đốc về {directive.reference}: đã dừng lập")
    again = retry_job(job=job, by=office, now=NOW)
    assert ChasingLetter.objects.get(pk=again.letter_id).number == 60
    cancel_job(job=again, by=office, now=NOW)
    other = ask(60)
    assert run_job(job_id=other.pk, clock=lambda: NOW)
    assert ChasingLetter.objects.get(pk=other.letter_id).number == 60
    with pytest.raises(ReportRefused, match="đã dùng"):
        retry_job(job=job, by=office, now=NOW)


def test_a_letter_nobody_needs_gives_its_number_back(campaign, office):
    Obligation.objects.update(state="WAIVED", waived_at=campaign.directive.issued_at, waiver_reason="EXEMPT")
    directive = Directive.objects.select_related("ward").get(pk=campaign.directive.pk)
    job = request_letter(
        directive=directive, requirement=None, at=None, new_last_day=None, number=60, by=office, now=NOW
    )
    run_job(job_id=job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.state, job.letter.outgoing) == (JobState.FAILED, None)
    assert OutgoingNumber.objects.get().note.endswith("chưa lập được")


def test_a_number_written_by_hand_goes_into_the_register_and_a_clash_is_named(client, directive, office):
    essay = directive.requirements.get(order=1)
    numbered, first, second = (
        write(directive, office, number=41),
        write(directive, office, requirement=essay, at=NOW + timedelta(minutes=1)),
        write(directive, office, at=NOW + timedelta(minutes=2)),
    )
    pdf = first.pdf_id
    client.force_login(office, backend="units.backends.AccountBackend")
    page, door = reverse("reports:papers", args=[directive.pk]), reverse("reports:letter_number", args=[first.pk])
    shown = client.get(page).content.decode()
    assert door in shown
    assert reverse("reports:letter_number", args=[numbered.pk]) not in shown

    def said(address: str, number: str) -> str:
        return flat(client.post(address, {"number": number}, follow=True).content.decode())

    assert "Số 41-CV của nhiệm kỳ" in said(door, "41")
    assert "đã dùng cho công văn đôn đốc về" in said(door, "41")
    assert "là một số nguyên" in said(door, "bốn mươi")
    assert "Đã ghi số 42" in said(door, "42")
    first.refresh_from_db()
    assert (first.number, first.pdf_id) == (42, pdf), "what was printed stays as it is"
    assert next_number(directive.ward.profile, kind="CV", day=first.at.date()) == 43
    assert "Công văn này đã có số 42" in said(door, "42")
    assert "Số 42-CV" in said(reverse("reports:letter_number", args=[second.pk]), "42")
    second.refresh_from_db()
    assert second.outgoing is None
    entry = AuditEntry.objects.get(action="letter.number")
    assert (entry.data, entry.obj_id) == ({"number": 42, "old": None}, str(first.pk))
    client.force_login(make_user(Role.LEADER, directive.ward), backend="units.backends.AccountBackend")
    assert client.post(reverse("reports:letter_number", args=[second.pk]), {"number": 50}).status_code == 403


def test_a_number_entered_wrongly_is_put_right_and_one_explained_as_outside_may_be_the_letters(directive, office):
    profile, later = directive.ward.profile, NOW + timedelta(minutes=5)
    essay = directive.requirements.get(order=1)
    letter, printed = write(directive, office, requirement=essay), write(directive, office, number=60)
    write_number(letter=letter, number=540, by=office, at=later)
    explain_numbers(
        ward=directive.ward,
        kind="CV",
        first=57,
        last=57,
        state="OUTSIDE",
        note="Công văn đôn đốc, ghi tay",
        day=NOW.date(),
        by=office,
        at=later,
    )
    with pytest.raises(ReportRefused, match="Số 60-CV của nhiệm kỳ"):
        write_number(letter=letter, number=60, by=office, at=later)
    letter.refresh_from_db()
    assert letter.number == 540, "nothing is given back when the new number is used"
    assert write_number(letter=letter, number=57, by=office, at=later).number == 57
    about = f"công văn đôn đốc về {directive.reference}"
    rows = {row.number: (row.state, row.about, row.note) for row in OutgoingNumber.objects.filter(number__gt=56)}
    assert rows == {
        57: ("TAKEN", about, "Công văn đôn đốc, ghi tay"),
        60: ("TAKEN", about, ""),
        540: ("FREE", "", f"{about}: đã ghi nhầm số"),
    }
    assert next_number(profile, kind="CV", day=NOW.date()) == 61
    write_number(letter=letter, number=58, by=office, at=later)
    outside = OutgoingNumber.objects.get(number=57)
    assert (outside.state, outside.note, outside.about) == ("OUTSIDE", "Công văn đôn đốc, ghi tay", "")
    entries = AuditEntry.objects.filter(action="letter.number").order_by("seq")
    assert [entry.data for entry in entries] == [
        {"number": 540, "old": None}, {"number": 57, "old": 540}, {"number": 58, "old": 57},
    ]  # fmt: skip
    with pytest.raises(ReportRefused, match="Số 60 đã in trên công văn"):
        write_number(letter=printed, number=61, by=office, at=later)
    write(directive, office, requirement=essay, at=later)
    with pytest.raises(ReportRefused, match="Công văn sau đã dẫn công văn số 58"):
        write_number(letter=letter, number=62, by=office, at=later)


def test_the_page_offers_to_put_right_a_number_that_no_file_bears(client, directive, office):
    essay = directive.requirements.get(order=1)
    letter, printed = write(directive, office, requirement=essay), write(directive, office, number=60)
    write_number(letter=letter, number=61, by=office, at=NOW + timedelta(minutes=5))
    page = reverse("reports:papers", args=[directive.pk])
    doors = [reverse("reports:letter_number", args=[one.pk]) for one in (letter, printed)]
    client.force_login(office, backend="units.backends.AccountBackend")
    shown = client.get(page).content.decode()
    assert [door in shown for door in doors] == [True, False]
    assert 'value="61"' in shown
    assert "Sửa số" in shown
    client.force_login(make_user(Role.LEADER, directive.ward), backend="units.backends.AccountBackend")
    shown = client.get(page).content.decode()
    assert "Sửa số" not in shown
    assert '<td data-label="Số">61</td>' in shown


def test_a_report_number_is_of_the_term_of_its_figures_and_changing_it_frees_the_old_one(directive, office):
    job = request_report(directive=directive, at=None, by=office, now=NOW)
    report = SummaryReport.objects.get(pk=job.report_id)
    save_words(report=report, texts={}, number=12, by=office, now=NOW)
    job.delete()
    other = request_report(directive=directive, at=NOW - timedelta(hours=1), by=office, now=NOW)
    second = SummaryReport.objects.get(pk=other.report_id)
    with pytest.raises(ReportRefused, match="Số 12-BC"):
        save_words(report=second, texts={}, number=12, by=office, now=NOW)
    save_words(report=report, texts={}, number=13, by=office, now=NOW)
    assert save_words(report=second, texts={}, number=12, by=office, now=NOW).number == 12
    assert set(OutgoingNumber.objects.values_list("kind", "number", "state")) == {
        ("BC", 12, "TAKEN"),
        ("BC", 13, "TAKEN"),
    }


def test_two_who_ask_at_once_get_one_letter_and_a_day_that_is_over_is_refused(directive, office):
    asked = [
        request_letter(
            directive=directive, requirement=None, at=None, new_last_day=None, number=None, by=office, now=NOW
        )
        for _ in range(2)
    ]
    assert asked[0] == asked[1]
    assert ChasingLetter.objects.count() == 1
    with pytest.raises(ReportRefused, match="Hạn mới đã qua"):
        write(directive, office, requirement=directive.requirements.first(), until=date(2026, 4, 1))


def test_command_writes_both_papers(directive, tmp_path, capsys):
    call_command(
        "chasing_letter", "--directive", str(directive.pk), "--at", NOW.isoformat(), "--out", str(tmp_path), "--json"
    )
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"pdf", "docx", "late_units", "missing", "number", "previous"}
    assert Path(told["pdf"]).read_bytes()[:5] == b"%PDF-"
    assert told["late_units"] <= MOST_ADDRESSEES


# --- forwarding bundles


def padded(content: bytes, size: int) -> bytes:
    """The PDF with `size` bytes of noise that no compression takes away."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as paper:
        paper.pages[0].obj.Noise = paper.make_stream(random.Random(size).randbytes(size))
        paper.save(out)
    return out.getvalue()


def accepted_files(campaign, *, padding: int = 0) -> int:
    """Gives every accepted version of an essay a real file; how many there are."""
    found = Decision.objects.filter(
        verdict="ACCEPT",
        version__submission__obligation__requirement=campaign.requirements[0],
        version__submission__obligation__state="ACCEPTED",
    ).select_related("version__submission__obligation__member", "version__submission__obligation__unit")
    for n, decision in enumerate(found):
        obligation = decision.version.submission.obligation
        content = one_page_pdf(f"bài {n}")
        blob = make_inspected(padded(content, padding + n) if padding else content, pages=1)
        name = f"{obligation.member.full_name} - Đảng viên, {obligation.unit.name}.pdf"
        SubmittedFile.objects.create(version=decision.version, blob=blob, original_name="a.pdf", canonical_name=name)
    return len(found)


def bundle(directive, office, *, at=NOW, limit_mb=0) -> ForwardingBundle:
    job = request_bundle(
        directive=directive, requirement=None, recipient="Ban Tuyên giáo và Dân vận Thành ủy", limit_mb=limit_mb,
        number=None, by=office, now=at,
    )  # fmt: skip
    assert run_job(job_id=job.pk, clock=lambda: at)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return ForwardingBundle.objects.get(pk=job.bundle_id)


def test_a_bundle_holds_every_accepted_paper_byte_for_byte_with_list_hashes_and_bookmarks(campaign, directive, office):
    count = accepted_files(campaign)
    assert count > 3
    made = bundle(directive, office)
    parts = {part.kind: part for part in made.parts.select_related("blob")}
    assert set(parts) == set(PartKind)
    with zipfile.ZipFile(io.BytesIO(read(parts[PartKind.ARCHIVE].blob))) as archive:
        names = archive.namelist()
        papers = [name for name in names if "/" in name]
        assert len(papers) == count
        assert archive.testzip() is None
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())
        sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS.txt").decode().splitlines())
        assert set(sums) == set(names) - {"SHA256SUMS.txt"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        stored = set(SubmittedFile.objects.values_list("blob__sha256", flat=True))
        assert {sums[name] for name in papers} == stored
    with pikepdf.open(io.BytesIO(read(parts[PartKind.MERGED].blob))) as merged, merged.open_outline() as outline:
        assert len(merged.pages) == count
        assert sum(len(group.children) for group in outline.root) == count
    sheet = openpyxl.load_workbook(io.BytesIO(read(parts[PartKind.INDEX].blob))).active
    assert sheet.max_row == 3 + count
    printed = flat(" ".join(page.text for page in pages_of(read(parts[PartKind.LIST].blob))))
    for item in made.items.select_related("file__version__submission__obligation__member"):
        assert item.file.version.submission.obligation.member.full_name in printed
    cover = flat(" ".join(page.text for page in pages_of(read(parts[PartKind.COVER].blob))))
    assert f"Tổng số {count} tệp" in cover
    entries = AuditEntry.objects.filter(obj_type="reports.forwardingbundle").order_by("seq")
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("bundle.request", str(office.pk)),
        ("bundle.make", str(office.pk)),
    ]


def test_the_second_round_holds_only_what_is_new(campaign, directive, office):
    accepted_files(campaign)
    moments = sorted(
        Decision.objects.filter(verdict="ACCEPT", version__files__isnull=False).values_list("decided_at", flat=True)
    )
    middle = moments[len(moments) // 2]
    first = bundle(directive, office, at=middle)
    second = bundle(directive, office)
    held = [set(one.items.values_list("file", flat=True)) for one in (first, second)]
    assert held[0]
    assert held[1]
    assert not held[0] & held[1]
    assert held[0] | held[1] == set(SubmittedFile.objects.values_list("pk", flat=True))
    assert (first.round, second.round) == (1, 2)
    assert "đợt 2" in second.parts.get(kind=PartKind.ARCHIVE).name
    with pytest.raises(ReportRefused, match="chưa có bài nào mới"):
        bundle(directive, office, at=NOW + timedelta(days=1))


def test_what_leads_wrote_goes_up_only_in_a_bundle_of_its_own_duty(campaign, directive, office):
    accepted_files(campaign)
    form = make_requirement(directive, kind=RequirementKind.OVERSIGHT, title="Phiếu dự sinh hoạt")
    debt = make_obligation(form, campaign.units[0])
    accept(version=hand_in_one(debt, received_at=NOW), decided_by=office, at=NOW)
    assert debt.pk in Obligation.objects.filter(state="ACCEPTED").values_list("pk", flat=True)
    whole = bundle(directive, office)
    of_leads = SubmittedFile.objects.filter(version__submission__obligation=debt)
    in_whole = whole.items.values("file")
    assert set(SubmittedFile.objects.exclude(pk__in=in_whole)) == set(of_leads)
    assert of_leads.count() == 1
    with pytest.raises(ReportRefused, match="Phiếu dự sinh hoạt của phụ trách cụm gửi bằng gói riêng"):
        bundle(directive, office, at=NOW + timedelta(days=1))
    made = new_bundle(
        directive=directive, requirement=form, recipient="Ban Tổ chức Thành ủy", limit_mb=0, number=None, at=NOW,
        by=office, now=NOW,
    )  # fmt: skip
    assert list(new_papers(made)) == list(of_leads)


def test_a_paper_in_a_made_bundle_stays_accepted_and_one_taken_back_goes_into_none(
    campaign, directive, office, monkeypatch
):
    accepted_files(campaign)
    version = SubmittedFile.objects.order_by("pk").first().version
    Submission.objects.filter(pk=version.submission_id).update(current=version)
    deed = {"submission": version.submission, "decision": version.decision.pk, "reason": "Thiếu chữ ký", "by": office}
    job = request_bundle(
        directive=directive, requirement=None, recipient="Thành ủy", limit_mb=0, number=None, by=office, now=NOW
    )
    really_make = bundling._make_files

    def make_while_one_is_taken_back(*args):
        take_back_acceptance(**deed, at=NOW)
        return really_make(*args)

    monkeypatch.setattr(bundling, "_make_files", make_while_one_is_taken_back)
    assert run_job(job_id=job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    assert "có bài vừa thu hồi tiếp nhận" in job.error
    assert not BundleItem.objects.exists()
    monkeypatch.setattr(bundling, "_make_files", really_make)
    accept(version=version, decided_by=office, at=NOW)
    made = bundle(directive, office)
    assert made.items.filter(file__version=version).exists()
    version.refresh_from_db()
    deed["decision"] = version.decision.pk
    with pytest.raises(AcceptanceHeld) as held:
        take_back_acceptance(**deed, at=NOW)
    assert str(held.value).startswith(f"Bài đã nằm trong gói chuyển tiếp đợt {made.round}, lập lúc ")
    assert Decision.objects.filter(pk=version.decision.pk).exists()


def test_the_page_says_where_every_accepted_duty_stands(client, campaign, directive, office, time_machine):
    time_machine.move_to(NOW, tick=False)
    count = accepted_files(campaign)
    client.force_login(office)
    page = reverse("reports:papers", args=[directive.pk])
    whole = client.get(page).context["page"]
    bare = whole.tally.accepted - count
    assert bare > 0
    assert whole.share == BundleShare(bundled=0, to_come=count, bare=bare, destroyed=0)
    assert whole.share.whole == whole.tally.accepted
    bundle(directive, office)
    later = client.get(page)
    assert later.context["page"].share == BundleShare(bundled=count, to_come=0, bare=bare, destroyed=0)
    text = flat(later.content.decode())
    assert f"{count} việc đã vào gói, 0 việc chờ vào gói lần sau, {bare} việc không có tệp để chuyển" in text
    assert f"Đợt 1: {count} bài" in text
    first = BundleItem.objects.order_by("pk").first()
    other = SubmittedFile.objects.create(
        version=first.file.version, blob=make_inspected(), original_name="c.pdf", canonical_name="c.pdf"
    )
    BundleItem.objects.create(bundle=first.bundle, file=other, folder="x", name="c.pdf", sha256="", pages=1, order=99)
    assert f"Đợt 1: {count + 1} tệp của {count} việc" in flat(client.get(page).content.decode())


def test_no_file_of_a_bundle_is_larger_than_the_recipient_takes(campaign, directive, office, monkeypatch):
    accepted_files(campaign, padding=60_000)
    monkeypatch.setattr("reports.services.bundling.MEGABYTE", 150_000)  # a "megabyte" that a few pages fill
    made = bundle(directive, office, limit_mb=2)
    archives = [part for part in made.parts.select_related("blob") if part.kind == PartKind.ARCHIVE]
    assert len(archives) > 1
    papers = 0
    for part in archives:
        assert part.blob.size <= 300_000
        with zipfile.ZipFile(io.BytesIO(read(part.blob))) as archive:
            papers += sum("/" in name for name in archive.namelist())
    assert papers == made.items.count()
    merged = [part.blob.size for part in made.parts.select_related("blob") if part.kind == PartKind.MERGED]
    assert len(merged) > 1
    assert max(merged) <= 300_000


def test_a_killed_worker_leaves_no_half_bundle_and_the_next_one_does_it_once(campaign, directive, office, monkeypatch):
    accepted_files(campaign)
    job = request_bundle(
        directive=directive, requirement=None, recipient="Thành ủy", limit_mb=0, number=None, by=office, now=NOW
    )

    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("reports.services.bundling._write_rows", die)
        with pytest.raises(Killed):
            run_job(job_id=job.pk, clock=lambda: NOW)
    made = ForwardingBundle.objects.get(pk=job.bundle_id)
    assert (made.made_at, made.items.count(), made.parts.count()) == (None, 0, 0)
    assert not run_job(job_id=job.pk, clock=lambda: NOW + timedelta(seconds=30))
    assert run_job(job_id=job.pk, clock=lambda: NOW + timedelta(minutes=3))
    assert not run_job(job_id=job.pk, clock=lambda: NOW + timedelta(minutes=6))
    made.refresh_from_db()
    assert made.made_at is not None
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_bundle_command(campaign, directive, tmp_path, capsys):
    count = accepted_files(campaign)
    call_command(
        "forwarding_bundle", "--directive", str(directive.pk), "--at", NOW.isoformat(), "--out", str(tmp_path), "--json"
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["papers"], told["round"], told["pages"]) == (count, 1, count)
    assert {path.suffix for path in tmp_path.iterdir()} == {".zip", ".pdf", ".xlsx", ".docx", ".txt"}


def paper(n, name, unit="Chi bộ 1", year=None, size=10):
    return Paper(n, unit, "A", "", name, "", size, 1, NOW.astimezone(VIETNAM), year)


def test_equal_names_are_told_apart_whatever_their_case_and_form():
    name = "Nguyễn Văn An - Đảng viên, Chi bộ 1.pdf"
    got = placed(
        [
            paper(1, name),
            paper(2, unicodedata.normalize("NFD", name.upper().replace(".PDF", ".pdf")), year=1970),
            paper(3, name),
        ]
    )
    assert [one.name for one in got][::2] == [name, "Nguyễn Văn An - Đảng viên, Chi bộ 1 (2).pdf"]
    assert got[1].name.endswith("(sinh 1970).pdf")
    assert all(unicodedata.is_normalized("NFC", one.path) for one in got)


def test_paths_stay_short_enough_for_windows_and_forbidden_signs_go():
    long = "Phòng Văn hóa: Xã hội/Thể thao " * 6
    (one,) = placed([paper(1, f"{'Nguyễn Văn An ' * 30}.pdf", unit=long)])
    assert len(one.path) <= 200
    assert not set('\\:*?"<>|') & set(one.path)
    assert one.path.count("/") == 1
    assert one.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("sizes", "limit", "ranges"),
    [
        ([], 10, []),
        ([5], 0, [(0, 1)]),
        ([5, 5], 10, [(0, 2)]),
        ([5, 6], 10, [(0, 1), (1, 2)]),
        ([50, 1, 1], 10, [(0, 1), (1, 3)]),
        ([1, 50, 1], 10, [(0, 1), (1, 2), (2, 3)]),
        ([4, 4, 4, 4], 8, [(0, 2), (2, 4)]),
        ([4, 4], 0, [(0, 2)]),
    ],
)
def test_parts_of_a_size(sizes, limit, ranges):
    assert split_by_size(sizes, limit) == ranges


def test_the_page_asks_for_both_and_hands_them_out(client, campaign, directive, office, time_machine):
    time_machine.move_to(NOW, tick=False)
    accepted_files(campaign)
    client.force_login(office)
    page = reverse("reports:papers", args=[directive.pk])
    assert client.get(page).status_code == 200
    for name, data in (("letter_request", {}), ("bundle_request", {"recipient": "Thành ủy"})):
        answer = client.post(reverse(f"reports:{name}", args=[directive.pk]), data)
        job = Job.objects.latest("pk")
        assert answer.url == reverse("reports:job", args=[job.pk])
        assert client.get(answer.url).status_code == 200
        run_job(job_id=job.pk, clock=lambda: NOW)
        assert client.get(answer.url).status_code == 200
    html = client.get(page).content.decode()
    assert "Đợt 1" in html
    letter = ChasingLetter.objects.get()
    got = client.get(reverse("reports:letter_file", args=[letter.pk, "pdf"]))
    assert b"".join(got)[:5] == b"%PDF-"
    part = ForwardingBundle.objects.get().parts.get(kind=PartKind.ARCHIVE)
    assert b"".join(client.get(reverse("reports:bundle_file", args=[part.pk]))) == read(part.blob)
    again = client.post(reverse("reports:bundle_request", args=[directive.pk]), {"recipient": "Thành ủy"})
    assert again.status_code == 422
    assert "chưa có bài nào mới" in again.content.decode()
