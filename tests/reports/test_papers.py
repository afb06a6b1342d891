"""Chasing letters and forwarding bundles: frozen at their minute, only what is new, names that survive Windows."""

import hashlib
import io
import json
import random
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
from directives.models import Directive, Obligation
from reports.bundle_plan import Paper, placed, split_by_size
from reports.choices import JobState, PartKind
from reports.errors import ReportRefused
from reports.letter_words import MOST_ADDRESSEES
from reports.models import ChasingLetter, ForwardingBundle, Job
from reports.numbering import next_number
from reports.services.bundling import request_bundle
from reports.services.chasing import request_letter
from reports.services.working import run_job
from submissions.models import Decision, SubmittedFile
from tests.architecture.world import one_page_pdf
from tests.factories.campaigns import DUE, END, make_campaign
from tests.factories.submissions import make_inspected
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
    assert f"còn {len(late)} tổ chức đảng chưa nộp đủ với {missing} bài" in text
    assert "nộp đến hết ngày 04/5/2026" in text
    assert f"yêu cầu nộp {essay.title[:1].lower()}{essay.title[1:]} " in text
    for name in late:
        assert f"- {name}" in text.split("ban hành")[0]
    waived = Obligation.objects.filter(requirement=essay, state="WAIVED", waived_at__lte=at)
    others = Obligation.objects.filter(requirement=essay).exclude(pk__in=waived).values("member")
    for obligation in waived.exclude(member__in=others):
        assert obligation.member.full_name not in text, "an exempt person is never named"


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
    taken = Directive.objects.filter(ward=campaign.ward, kind="CV").values_list("number", flat=True)
    assert next_number(ward=campaign.ward, kind="CV", day=NOW.date()) == max(taken) + 1
    write(directive, office, number=max(taken) + 1)
    assert next_number(ward=campaign.ward, kind="CV", day=NOW.date()) == max(taken) + 2
    with pytest.raises(ReportRefused, match="đã dùng"):
        write(directive, office, at=NOW + timedelta(hours=1), number=max(taken))


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
    assert f"Tổng số {count} bài" in cover
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
