"""Hostile strings as file names and as text, by every door: desk, ZIP, mail, report, reasons, roster, downloads.

The list of this file always runs; where the shared corpus of strings lies on the machine, all of it runs too.
Not here: cleaning as such (`tests/vietnamese/`), roster files (`tests/units/roster/`).
"""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from directives.choices import RequirementKind
from directives.models import Obligation
from mailbox.reading import read_mail
from submissions.archives import MOST_FILES, files_of
from submissions.desk_access import access_desk
from submissions.forms_writing import LONGEST_TEXT
from submissions.models import ReportDraft, StagedFile, SubmittedFile
from submissions.services.staging import Incoming, stage_files
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_file, make_inspected
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.submissions.pdf_samples import document, saved
from units.choices import Role
from vietnamese.paths import safe_file_name
from vietnamese.text import clean

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
OWN = (
    "", " ", ".pdf", "CON.pdf", "aux .pdf", "a.pdf\x00.exe", "..\\..\\Đảng ủy\\x.pdf", "../../../etc/passwd",
    "baocao\u202efdp.exe", "\u200b\u200b\u200b", "\ufeffNguyễn Văn An.pdf", "Nguye\u0302\u0303n Va\u0306n An.pdf",
    "bài\r\nSet-Cookie: sessionid=1\r\n\r\n.pdf", 'bài"; filename="khac.html', "Chi bộ 5\u2028Chi bộ 6\u2029Chi bộ 7",
    "Nguyễn Văn An\x1b[31m\x07", '=HYPERLINK("//x.example","Chi bộ 5")', "-rf bài.pdf", "%s %n {0} %(user)s",
    "{{ settings.SECRET_KEY }} {% include 'x' %}", "Chi bộ <script>alert(1)</script> & «Hoa Sữa»",
    "' onfocus=JaVaSCript:alert(123) autofocus", "<img src=x onerror=alert(123) />", "ễ" * 300 + ".pdf",
    "n" + "\u0303" * 400, "\ufffe\uffff", "1'; DROP TABLE users--", "🏳️‍🌈.pdf", "../" * 60,
)  # fmt: skip


def _corpus() -> list[str]:
    for above in Path(__file__).resolve().parents:
        found = above / "shared" / "corpora" / "strings.json"
        if found.is_file():
            told = json.loads(found.read_text(encoding="utf-8"))
            return [*(one["value"] for one in told["vietnamese"]), *told["naughty"]["strings"]]
    return []


STRINGS = tuple(dict.fromkeys([*OWN, *_corpus()]))
NEAR = STRINGS[: len(OWN) + 72]
"""Those that go the whole way with bytes; the others where names alone count."""


def is_plain(text: str) -> bool:
    """One line without controls, format characters and surrogates: nothing acts on a terminal, a log or a page."""
    return not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text)


@pytest.fixture
def essay() -> Obligation:
    cell = make_unit(make_ward(), name="Chi bộ Tổ dân phố số 5")
    return make_obligation(make_requirement(make_directive(cell.ward)), make_member(cell, name="Nguyễn Văn An"))


def test_every_name_lies_on_the_desk_and_acts_on_no_page(essay: Obligation, client: Client) -> None:
    secretary = make_user(Role.SECRETARY, essay.unit)
    page = reverse("submissions:desk", args=[essay.requirement_id, essay.unit_id])
    client.force_login(secretary)
    bare = client.get(page).content.decode()
    place = access_desk(secretary, essay.requirement_id, essay.unit_id)
    content = saved(document())
    given = [Incoming(name, io.BytesIO(content)) for name in NEAR]
    given += [Incoming(name, None, "Tệp không phải PDF.") for name in STRINGS[len(NEAR) :]]
    rows = stage_files(place_of=lambda: place, incoming=given, uploaded_by=secretary, at=NOW)
    kept = StagedFile.objects.in_bulk({one.pk for one in rows})
    assert len(rows) == len(given)
    assert {one.original_name for one in kept.values() if not is_plain(one.original_name)} == set()
    assert {one.original_name for one in kept.values() if not one.original_name.strip()} == set()
    shown = client.get(page).content.decode()
    assert [one.original_name for one in kept.values() if escape(one.original_name) not in shown] == []
    for act in ("<script", "<img", "<iframe", "<style", "<object", "<embed", "<svg>", "</td><script"):
        assert shown.lower().count(act) == bare.lower().count(act), act


def test_every_name_comes_out_of_a_zip(essay: Obligation) -> None:
    names = [name for name in STRINGS if name]
    found = []
    for start in range(0, len(names), MOST_FILES):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for number, name in enumerate(names[start : start + MOST_FILES]):
                entry = zipfile.ZipInfo(f"{number}")
                entry.filename = name.encode("utf-8", "replace").decode()
                archive.writestr(entry, b"%PDF-1.4")
        packed.seek(0)
        for one in files_of(packed):
            if one.stream is not None:
                assert one.stream.read() == b"%PDF-1.4"
            found.append(one.name)
    folders = sum(name.split("\x00")[0].endswith("/") for name in names)
    litter = sum(name.split("\x00")[0].endswith((".DS_Store", "Thumbs.db", "desktop.ini")) for name in names)
    assert len(found) == len(names) - folders - litter
    secretary = make_user(Role.SECRETARY, essay.unit)
    place = access_desk(secretary, essay.requirement_id, essay.unit_id)
    packed.seek(0)
    rows = stage_files(place_of=lambda: place, incoming=[Incoming("gói.zip", packed)], uploaded_by=secretary, at=NOW)
    assert rows
    assert [one.original_name for one in rows if not is_plain(one.original_name)] == []


def test_every_name_comes_by_mail() -> None:
    for name in STRINGS:
        told = quote(name.encode("utf-8", "replace"), safe="")
        part = (
            'Content-Type: multipart/mixed; boundary="b"\r\nFrom: bithu@phuong.example\r\n\r\n--b\r\n'
            f"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''{told}\r\n\r\n"
            "%PDF-1.4\r\n--b--\r\n"
        ).encode()
        (attached,) = read_mail(part).files
        assert is_plain(attached.name), ascii(name)
        assert attached.content.startswith(b"%PDF-1.4")


def test_every_name_goes_out_in_one_header_line_that_windows_takes(essay: Obligation, client: Client) -> None:
    version = hand_in_one(essay, make_file(make_inspected(saved(document()))))
    file = SubmittedFile.objects.get(version=version)
    client.force_login(make_user(Role.OFFICE, essay.ward))
    for text in STRINGS:
        name = safe_file_name(text, ".pdf")
        assert len(name.encode()) <= 255, ascii(text)
        assert is_plain(name), ascii(text)
        assert not set(name) & set('\\/:*?"<>|'), ascii(text)
        if text not in NEAR:
            continue
        SubmittedFile.objects.filter(pk=file.pk).update(canonical_name=name)
        answer = client.get(reverse("submissions:download", args=[file.pk]))
        answer.getvalue()
        header = answer["Content-Disposition"]
        assert header.isascii()
        assert not set(header) & set("\r\n")
        assert unquote(header.partition("UTF-8''")[2]) == name


def test_every_text_can_be_written_into_a_report_and_is_shown_as_typed(client: Client) -> None:
    cell = make_unit(make_ward())
    titles = ["Nội dung", "Kiến nghị"]
    asked = make_requirement(make_directive(cell.ward), kind=RequirementKind.REPORT, outline=titles)
    report = make_obligation(asked, cell)
    client.force_login(make_user(Role.SECRETARY, cell))
    page = reverse("submissions:write", args=[report.pk])
    bare, revision = client.get(page).content.decode(), 0
    for start in range(0, len(STRINGS), 60):
        texts = STRINGS[start : start + 60]
        said = "\n".join(text for text in texts if "\x00" not in text)[:LONGEST_TEXT]
        answer = client.post(page, {"revision": revision, "muc-0": said, "muc-1": "Không có"})
        assert answer.status_code == 302, start
        draft = ReportDraft.objects.get()
        revision = draft.revision
        assert draft.texts[0] == said.strip().replace("\r\n", "\n")
        shown = client.get(page).content.decode()
        assert escape(draft.texts[0]) in shown
        for act in ("<script", "<img", "<svg>", "<iframe", "</textarea"):
            assert shown.lower().count(act) == bare.lower().count(act), (act, start)
    refused = client.post(page, {"revision": revision, "muc-0": "a\x00b", "muc-1": ""})
    assert (refused.status_code, ReportDraft.objects.get().revision) == (400, revision), "no browser sends a zero byte"


@pytest.mark.parametrize("text", OWN, ids=range(len(OWN)))
def test_a_reason_to_return_is_shown_to_the_author_as_words(essay: Obligation, client: Client, text: str) -> None:
    member = essay.member
    member.full_name = clean(text)[:160] or "Nguyễn Văn An"
    member.save()
    officer = make_user(Role.OFFICE, essay.ward)
    version = hand_in_one(essay)
    client.force_login(officer)
    today = {"version": version.pk, "last_day": "24/4/2099", "note": text}
    answer = client.post(reverse("submissions:send_back", args=[version.submission_id]), today)
    essay.refresh_from_db()
    if answer.status_code in (400, 422):
        assert not clean(text) or "\x00" in text
        return
    assert (answer.status_code, essay.state) == (302, "RETURNED")
    author = make_user(member=member)
    client.force_login(author)
    shown = client.get(reverse("submissions:obligation_versions", args=[essay.pk])).content.decode()
    assert escape(version.decision.reason) in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
