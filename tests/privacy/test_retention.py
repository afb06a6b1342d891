"""Terms of keeping: what is due, what goes, what stays for ever, and the record of it. Real bytes in a real store."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from audit.models import AuditEntry
from directives.models import Directive
from outbox.models import OutgoingMail
from privacy.choices import DataClass
from privacy.errors import NothingDue, NumbersChanged
from privacy.models import DeletionRecord, RetentionProposal
from privacy.retention_classes import ERASED_ADDRESS
from privacy.retention_history import term_history
from privacy.retention_shown import shown_of
from privacy.services.proposing import propose_due
from privacy.services.retention import destroy_due, set_hold, set_term
from privacy.terms import term_of, terms_of
from reports.models import BundlePart, SummaryReport
from submissions.models import PageImage, PhotoPage, Receipt, StagedFile, SubmittedFile
from tests.architecture.world import build
from tests.factories.directives import at
from tests.proof import prove_again
from units.models import ImportLine, ImportProblem, Member, PersonalLink, RosterImport, Unit
from vault.errors import BlobDestroyed, BlobMissing
from vault.models import Blob
from vault.services import erase, mark_destroyed, open_verified, put, read_verified, scrub, sweep_orphans
from vault.store import current_store

pytestmark = pytest.mark.django_db
NOW = at(25, hour=9)
LATER = NOW + timedelta(days=6 * 365)


@pytest.fixture
def world(time_machine):
    """The common world with one file alone on a desk, so that what goes can be counted."""
    time_machine.move_to(NOW, tick=False)
    world = build(NOW)
    world.things["slot_file"].delete()
    return world


def due(world, key: DataClass, when=LATER) -> list:
    return list(term_of(world.ward, key).due(world.ward, when))


def destroyed(world, key: DataClass, when=LATER) -> DeletionRecord:
    return destroy_due(ward=world.ward, key=key, promised=len(due(world, key, when)), by=world.users["admin"], at=when)


def close(world, *, alone: bool = True) -> Directive:
    """The campaign has ended; `alone`: nothing on a desk has the same bytes as a paper."""
    if alone:
        StagedFile.objects.all().delete()
    directive = world.things["directive"]
    Directive.objects.filter(pk=directive.pk).update(state="CLOSED")
    return directive


def test_papers_go_and_the_receipt_stays(world) -> None:
    assert due(world, DataClass.PAPERS) == []  # the directive is still in force
    close(world)
    file, receipt = world.things["file"], Receipt.objects.get()
    before = Receipt.objects.values().get()
    assert due(world, DataClass.PAPERS) == list(SubmittedFile.objects.all())
    assert due(world, DataClass.PAPERS, NOW) == []
    record = destroyed(world, DataClass.PAPERS)
    assert Receipt.objects.values().get() == before
    file.blob.refresh_from_db()
    assert file.blob.destroyed_at == LATER
    with pytest.raises(BlobMissing):
        current_store().open(receipt.sha256)
    with pytest.raises(BlobDestroyed, match="Tệp đã hủy theo thời hạn lưu trữ"):
        open_verified(blob=file.blob, now=LATER)
    assert record.items == [{"label": f"Phiếu {receipt.code}", "sha256": receipt.sha256}]
    assert (record.count, record.term_days, record.number) == (1, 5 * 365, 2)
    assert PageImage.objects.filter(source=file.blob).count() == 0
    assert [fault for _, _, fault in scrub() if fault] == []  # what was destroyed is no fault of the store
    assert due(world, DataClass.PAPERS) == []


def test_the_same_bytes_handed_in_again_are_kept_again(world) -> None:
    close(world)
    blob = world.things["file"].blob
    with open_verified(blob=blob, now=NOW) as stream:
        content = stream.read()
    destroyed(world, DataClass.PAPERS)
    again = put(stream=io.BytesIO(content), media_type="application/pdf", limit=10_000_000, now=LATER)
    assert (again.pk, again.destroyed_at) == (blob.pk, None)
    with open_verified(blob=again, now=LATER) as stream:
        assert stream.read() == content


def at_first(fragment: str, then):
    """A step of somebody else, between our statements: `then` runs before the first one that holds `fragment`."""
    done = []

    def between(execute, sql, params, many, context):
        if fragment in sql and not done:
            done.append(sql)
            then()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(between)


def test_bytes_handed_in_while_they_are_being_destroyed_stay(world) -> None:
    close(world)
    file = world.things["file"]
    with open_verified(blob=file.blob, now=NOW) as stream:
        content = stream.read()

    def hand_in() -> None:
        put(stream=io.BytesIO(content), media_type="application/pdf", limit=10_000_000, now=LATER)

    with at_first('FROM "vault_blob"', hand_in), pytest.raises(NothingDue):
        destroy_due(ward=world.ward, key=DataClass.PAPERS, promised=1, by=None, at=LATER)
    with open_verified(blob=Blob.objects.get(pk=file.blob_id), now=LATER) as stream:
        assert stream.read() == content
    assert DeletionRecord.objects.filter(data_class="PAPERS").count() == 0


@pytest.mark.parametrize("key", [DataClass.PAPERS, DataClass.PHOTOS])
def test_bytes_go_only_when_the_rows_have_gone(world, key) -> None:
    if key == DataClass.PAPERS:
        close(world)
    blob = due(world, key)[0].blob

    def fail() -> None:
        raise OSError("đĩa đầy")

    with at_first('INSERT INTO "privacy_deletionrecord"', fail), pytest.raises(OSError, match="đĩa đầy"):
        destroyed(world, key)
    with open_verified(blob=Blob.objects.get(pk=blob.pk), now=LATER) as stream:
        assert stream.read()


def test_bytes_that_a_crash_left_behind_go_with_the_sweep(world) -> None:
    close(world)
    blob = world.things["file"].blob
    mark_destroyed(blobs=[blob], at=NOW)
    with current_store().open(blob.sha256) as stream:
        assert stream.read()
    assert sweep_orphans(now=LATER).bytes_without_row >= 1
    with pytest.raises(BlobMissing):
        current_store().open(blob.sha256)
    assert Blob.objects.get(pk=blob.pk).destroyed_at == NOW


def test_a_content_that_a_directive_in_force_needs_is_left(world) -> None:
    close(world, alone=False)
    StagedFile.objects.filter(pk=world.things["staged"].pk).update(blob=world.things["file"].blob)
    assert due(world, DataClass.PAPERS) == []


def test_a_held_directive_keeps_its_papers(world) -> None:
    directive = close(world)
    set_hold(directive=directive, reason="Đang kiểm tra", by=world.users["admin"], at=NOW)
    assert due(world, DataClass.PAPERS) == []
    set_hold(directive=directive, reason="", by=world.users["admin"], at=NOW)
    assert len(due(world, DataClass.PAPERS)) == 1


def test_never_means_never(world) -> None:
    close(world)
    set_term(ward=world.ward, key=DataClass.PAPERS, days=None, decided_on="QĐ 12", by=world.users["admin"], at=NOW)
    assert due(world, DataClass.PAPERS) == []
    with pytest.raises(NothingDue):
        destroy_due(ward=world.ward, key=DataClass.PAPERS, promised=None, by=None, at=LATER)


def test_the_boundary_is_exclusive(world) -> None:
    staged = world.things["staged"]
    when = staged.uploaded_at + timedelta(days=30)
    assert due(world, DataClass.STAGED, when) == []
    assert due(world, DataClass.STAGED, when + timedelta(microseconds=1)) == [staged]


def test_nothing_goes_when_the_number_is_not_what_the_page_promised(world) -> None:
    with pytest.raises(NumbersChanged):
        destroy_due(ward=world.ward, key=DataClass.STAGED, promised=7, by=world.users["admin"], at=LATER)
    assert StagedFile.objects.count() == 1


def test_staged_files_go_with_bytes_that_nobody_else_needs(world) -> None:
    sha256 = world.things["staged"].blob.sha256
    shared = sha256 == world.things["file"].blob.sha256
    destroyed(world, DataClass.STAGED)
    assert StagedFile.objects.count() == 0
    assert Blob.objects.filter(sha256=sha256).exists() == shared


def test_a_mail_loses_its_words_and_keeps_its_key(world) -> None:
    mail = world.things["mail"]
    OutgoingMail.objects.filter(pk=mail.pk).update(state="SENT", sent_at=NOW)
    destroyed(world, DataClass.MAILS)
    after = OutgoingMail.objects.get(pk=mail.pk)
    assert (after.to_address, after.text, after.html, after.dedupe_key) == (ERASED_ADDRESS, "", "", mail.dedupe_key)
    assert due(world, DataClass.MAILS) == []


def test_contacts_of_those_who_left(world) -> None:
    writer = world.things["writer"]
    Member.objects.filter(pk=writer.pk).update(status="REMOVED", status_since=NOW.date())
    assert due(world, DataClass.CONTACTS, NOW + timedelta(days=365)) == []
    destroyed(world, DataClass.CONTACTS)
    assert Member.objects.values("email", "phone", "full_name").get(pk=writer.pk) == {
        "email": "", "phone": "", "full_name": "Nguyễn Văn An",
    }  # fmt: skip


def test_links_and_report_drafts_go_and_frozen_reports_stay(world) -> None:
    report = world.things["report"]
    SummaryReport.objects.filter(pk=report.pk).update(state="FROZEN", frozen_at=NOW)
    assert due(world, DataClass.REPORT_DRAFTS) == []
    SummaryReport.objects.filter(pk=report.pk).update(state="DRAFT", frozen_at=None)
    report.jobs.update(state="DONE")
    destroyed(world, DataClass.REPORT_DRAFTS)
    assert SummaryReport.objects.count() == 0
    destroyed(world, DataClass.LINKS)
    assert PersonalLink.objects.count() == 0


def archive(world, kind: str, content: bytes) -> BundlePart:
    blob = put(stream=io.BytesIO(content), media_type="application/zip", limit=10_000, now=NOW)
    return BundlePart.objects.create(bundle=world.things["bundle"], kind=kind, order=2, name=f"{kind}.zip", blob=blob)


def test_a_bundle_that_holds_a_destroyed_paper_goes_with_it_and_the_record_says_so(world, client) -> None:
    close(world)
    whole, lists = archive(world, "ARCHIVE", b"PK essays"), archive(world, "INDEX", b"PK names")
    receipt = Receipt.objects.get()
    record = destroyed(world, DataClass.PAPERS)
    assert (record.count, record.items) == (
        1,
        [
            {"label": f"Phiếu {receipt.code}", "sha256": receipt.sha256},
            {"label": "Đợt 1, ARCHIVE.zip: gói có bài trên", "sha256": whole.blob.sha256},
        ],
    )
    with pytest.raises(BlobMissing):
        current_store().open(whole.blob.sha256)
    assert read_verified(blob=lists.blob, now=LATER) == b"PK names"
    client.force_login(world.users["office"], backend="units.backends.AccountBackend")
    page = reverse("reports:papers", args=[world.things["directive"].pk])
    assert "ARCHIVE.zip: đã hủy ngày" in client.get(page).content.decode()
    answer = client.get(reverse("reports:bundle_file", args=[whole.pk]), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "Tệp đã hủy theo thời hạn lưu trữ" in answer.content.decode()


def test_letters_and_bundles_have_a_term_of_their_own(world) -> None:
    letter, bundle = world.things["letter"], world.things["bundle"]
    part = archive(world, "ARCHIVE", b"PK essays")
    set_hold(directive=world.things["directive"], reason="Đang kiểm tra", by=world.users["admin"], at=NOW)
    assert (due(world, DataClass.LETTERS), due(world, DataClass.BUNDLES)) == ([], [])
    set_hold(directive=world.things["directive"], reason="", by=world.users["admin"], at=NOW)
    assert (due(world, DataClass.LETTERS, NOW), due(world, DataClass.LETTERS)) == ([], [letter])
    assert (due(world, DataClass.BUNDLES, NOW), due(world, DataClass.BUNDLES)) == ([], [bundle])
    destroyed(world, DataClass.BUNDLES)
    with pytest.raises(BlobMissing):
        current_store().open(part.blob.sha256)
    only = put(stream=io.BytesIO(b"PK letter"), media_type="application/x", limit=100, now=NOW)
    type(letter).objects.filter(pk=letter.pk).update(pdf=only, docx=only)
    assert destroyed(world, DataClass.LETTERS).items[0]["sha256"] == only.sha256
    assert due(world, DataClass.LETTERS) == []
    letter.refresh_from_db()
    assert letter.docx.destroyed_at == LATER
    assert letter.figures == {"late_units": 2, "missing": 3}


def test_another_ward_is_not_touched(world) -> None:
    foreign = world.users["foreign"].role_grants.get().unit
    close(world)
    for key in DataClass:
        assert list(term_of(foreign, key).due(foreign, LATER)) == []


def test_the_log_is_left_whole_and_says_what_was_destroyed(world) -> None:
    close(world)
    before = AuditEntry.objects.count()
    destroyed(world, DataClass.PAPERS)
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.data) == (
        "privacy.destroy", {"class": "PAPERS", "count": 1, "number": 2, "term_days": 5 * 365},
    )  # fmt: skip


def test_the_pages_say_that_a_file_was_destroyed_and_the_receipt_stands(client, world, time_machine) -> None:
    close(world)
    file, deposit = world.things["file"], world.things["deposit"]
    urls = {
        "receipt": reverse("submissions:receipt", args=[deposit.code]),
        "history": reverse("submissions:obligation_versions", args=[file.version.submission.obligation_id]),
        "check": reverse("submissions:check_code", args=[deposit.code]),
        "personal": reverse("submissions:personal_receipt", args=[world.things["link_code"], deposit.code]),
    }
    said = "Tệp đã hủy theo thời hạn lưu trữ ngày 25/4/2026"
    client.force_login(world.users["office"])
    before = {name: client.get(url) for name, url in urls.items()}
    assert {name: said in page.content.decode() for name, page in before.items()} == dict.fromkeys(urls, False)
    erase(contents=mark_destroyed(blobs=[one.blob for one in SubmittedFile.objects.all()], at=NOW), now=NOW)
    after = {name: client.get(url) for name, url in urls.items()}
    assert {name: said in page.content.decode() for name, page in after.items()} == dict.fromkeys(urls, True)
    sheets = [page["receipt"].content.decode().partition('class="receipt-head"')[2] for page in (before, after)]
    assert sheets[0] == sheets[1] != ""
    download = reverse("submissions:download", args=[file.pk])
    assert download not in after["history"].content.decode()
    gone = client.get(download)
    assert gone.status_code == 410
    assert said in gone.content.decode()
    assert deposit.code in gone.content.decode()
    client.force_login(world.users["elsewhere"])
    assert client.get(download).status_code == 404


def test_photographs_never_handed_in_go_with_their_bytes(world) -> None:
    page = PhotoPage.objects.select_related("blob").get()
    PhotoPage.objects.update(uploaded_at=NOW - timedelta(days=29))
    assert due(world, DataClass.PHOTOS, NOW) == []
    PhotoPage.objects.update(uploaded_at=NOW - timedelta(days=31))
    kept = StagedFile.objects.values_list("blob", flat=True)
    record = destroyed(world, DataClass.PHOTOS, NOW)
    assert record.items == [{"label": f"Trang chụp {page.pk}", "sha256": page.blob.sha256}]
    assert PhotoPage.objects.count() == 0
    assert not Blob.objects.filter(pk__in={page.blob_id, page.thumb_id} - set(kept)).exists()
    with pytest.raises(BlobMissing):
        current_store().open(page.blob.sha256)


def test_the_command_only_looks_unless_told(world, capsys) -> None:
    close(world)
    call_command("apply_retention", "--at", LATER.isoformat(), "--json")
    told = {(one["ward"], one["class"]): one for one in json.loads(capsys.readouterr().out)}
    assert told[world.ward.code, "PAPERS"] == {
        "ward": world.ward.code, "class": "PAPERS", "term_days": 5 * 365, "due": 1, "record": None,
    }  # fmt: skip
    assert DeletionRecord.objects.count() == 1
    call_command("apply_retention", "--at", LATER.isoformat(), "--apply")
    assert "PAPERS: 1 mục hết hạn, biên bản số" in capsys.readouterr().out
    assert DeletionRecord.objects.get(data_class="PAPERS").count == 1


def test_the_page_says_what_would_go_and_the_record_keeps_no_names(client, world, time_machine) -> None:
    client.force_login(world.users["admin"])
    mail = world.things["mail"]
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state="SENT", sent_at=NOW, subject="Còn một bài chưa nộp", to_name="Nguyễn Văn An", created_at=NOW - timedelta(days=900)
    )  # fmt: skip
    link = PersonalLink.objects.select_related("member").first()
    PersonalLink.objects.filter(pk=link.pk).update(revoked_at=NOW - timedelta(days=400))
    Member.objects.filter(pk=world.things["writer"].pk).update(
        status="REMOVED", status_since=(NOW - timedelta(days=400)).date(), phone="0912345678", email=""
    )
    StagedFile.objects.update(uploaded_at=NOW - timedelta(days=31))
    said = {
        "MAILS": "“Còn một bài chưa nộp”, gửi Nguyễn Văn An, lập ngày ",
        "LINKS": f"của {link.member.full_name}, thu hồi ngày ",
        "CONTACTS": "điện thoại của Nguyễn Văn An",
        "STAGED": f"{world.things['staged'].original_name}, tải lên ngày ",
    }
    for key, words in said.items():
        page = client.get(reverse("privacy:due", args=[world.ward.pk, key])).content.decode()
        assert words in page, key
        assert ("SHA-256</th>" in page) is (key == "STAGED")  # no empty column
        record = destroy_due(ward=world.ward, key=DataClass(key), promised=1, by=world.users["admin"], at=NOW)
        assert "An" not in json.dumps(record.items, ensure_ascii=False)
        sheet = client.get(reverse("privacy:record", args=[record.pk])).content.decode()
        assert ("Mã SHA-256" in sheet) is (key == "STAGED")


@pytest.mark.parametrize("key", DataClass.values)
def test_the_page_of_every_class_opens_with_whatever_is_due(client, world, time_machine, key) -> None:
    close(world)
    Member.objects.filter(pk=world.things["writer"].pk).update(status="REMOVED", status_since=NOW.date())
    rows = due(world, DataClass(key))
    assert all(isinstance(shown_of(DataClass(key), row), str) for row in rows)
    assert (
        rows == []
        or key in ("REPORT_DRAFTS", "LETTERS", "BUNDLES")
        or all(shown_of(DataClass(key), row) for row in rows)
    )


def test_through_the_pages(client, world, time_machine) -> None:
    client.force_login(world.users["admin"])
    StagedFile.objects.update(uploaded_at=NOW - timedelta(days=31))
    page = client.get(reverse("privacy:due", args=[world.ward.pk, "STAGED"])).content.decode()
    assert "Hủy 1 mục và lập biên bản" in page
    destroy = reverse("privacy:destroy", args=[world.ward.pk, "STAGED"])
    prove_again(client)
    assert client.post(destroy, {"count": 1}).status_code == 422
    assert StagedFile.objects.count() == 1
    answer = client.post(destroy, {"count": 1, "agreed": "on"})
    record = DeletionRecord.objects.get(number=2)
    assert answer["Location"] == reverse("privacy:record", args=[record.pk])
    shown = client.get(answer["Location"]).content.decode()
    assert record.items[0]["sha256"] in shown
    # The sheet that is signed: head, class, who, place of the signature; what the portal says stands beside it.
    sheet = shown[shown.index('class="sheet') :]
    for words in ("ĐẢNG CỘNG SẢN VIỆT NAM", "BIÊN BẢN", record.get_data_class_display(), "NGƯỜI HỦY", "Mã SHA-256"):
        assert words in sheet
    assert "In biên bản để lưu" not in sheet
    assert shown.count("In biên bản để lưu") == 1
    assert '<div class="notebox no-print notebox-ok" role="status">' in shown  # no word of the portal on paper
    assert StagedFile.objects.count() == 0


def imported_file(world, when=NOW, *, state="APPLIED", content=b"ho va ten\nA\n") -> RosterImport:
    """A roster file that was applied, with a line, a fault and its way back."""
    blob = put(stream=io.BytesIO(content), media_type="text/csv", limit=1000, now=when)
    back = put(stream=io.BytesIO(content + b"back"), media_type="application/octet-stream", limit=1000, now=when)
    found = RosterImport.objects.create(
        ward=world.ward, blob=blob, reverse=back, file_name="danh-sach.csv", on=when.date(), state=state, work="",
        asked_at=when, applied_at=when, counts={"members": {"new": 1}}, corrections={"2": {"name": "Lê Văn A"}},
    )  # fmt: skip
    ImportLine.objects.create(
        roster_import=found, part="member", change="new", row=2, name="A", unit="", folded="a", stored_id=None
    )
    ImportProblem.objects.create(
        roster_import=found, sheet="", row=2, column="x", value="A", message="m", severity="ERROR", about="member"
    )
    return found


def test_roster_files_go_with_lines_and_way_back_and_the_import_stays_known(world) -> None:
    kept = imported_file(world)
    young = imported_file(world, LATER - timedelta(days=10), content=b"khac\n")
    waiting = imported_file(world, content=b"cho\n", state="SHOWN")
    assert due(world, DataClass.IMPORTS) == [kept]
    assert due(world, DataClass.IMPORTS, NOW + timedelta(days=365)) == []
    way_back = kept.reverse
    lines = put(stream=io.BytesIO(b"lines of it"), media_type="application/octet-stream", limit=1000, now=NOW)
    RosterImport.objects.filter(pk=kept.pk).update(record=lines)
    record = destroyed(world, DataClass.IMPORTS)
    assert record.items == [{"label": f"Tệp danh sách số {kept.pk}", "sha256": kept.blob.sha256}]
    kept.refresh_from_db()
    assert (kept.reverse, kept.record, kept.corrections, kept.counts) == (None, None, {}, {"members": {"new": 1}})
    assert (kept.lines.count(), kept.problems.count()) == (0, 0)
    assert Blob.objects.get(pk=kept.blob_id).destroyed_at == LATER
    assert not Blob.objects.filter(pk__in=[way_back.pk, lines.pk]).exists()
    for other in (young, waiting):
        assert (other.lines.count(), other.problems.count()) == (1, 1)
        with open_verified(blob=other.blob, now=LATER) as stream:
            assert stream.read()
    assert due(world, DataClass.IMPORTS) == []


def test_a_file_that_a_later_import_needs_waits_for_it(world) -> None:
    imported_file(world)
    imported_file(world, LATER - timedelta(days=1))
    assert due(world, DataClass.IMPORTS) == []


def test_what_is_due_is_proposed_once_a_day_and_only_a_person_destroys_it(client, world, time_machine) -> None:
    imported_file(world)
    time_machine.move_to(LATER, tick=False)
    wards = Unit.objects.wards().count()
    assert propose_due(at=LATER) == wards
    assert propose_due(at=LATER) == 0
    proposal = RetentionProposal.objects.get(ward=world.ward)
    expected = {term.kind.key.value: term.due(world.ward, LATER).count() for term in terms_of(world.ward)}
    assert proposal.counts == {key: count for key, count in expected.items() if count}
    assert proposal.counts["IMPORTS"] == 1
    assert due(world, DataClass.IMPORTS) != []  # nothing has gone
    words = f"{proposal.total} mục đã đến hạn hủy"
    for role, told in (("admin", True), ("office", False), ("foreign", False)):
        client.force_login(world.users[role])
        assert (words in client.get(reverse("home"), follow=True).content.decode()) is told, role
    destroyed(world, DataClass.IMPORTS)
    proposal.refresh_from_db()
    assert "IMPORTS" not in proposal.counts
    tomorrow = LATER + timedelta(days=1)
    assert propose_due(at=tomorrow) == wards
    assert RetentionProposal.objects.filter(ward=world.ward).get().day == tomorrow.date()


def test_the_page_of_the_terms_tells_who_set_which_and_from_what(world, client) -> None:
    admin = world.users["admin"]
    set_term(ward=world.ward, key=DataClass.PAPERS, days=None, decided_on="QĐ 12", by=admin, at=NOW)
    set_term(ward=world.ward, key=DataClass.PAPERS, days=200, decided_on="", by=admin, at=NOW + timedelta(hours=1))
    set_term(ward=world.ward, key=DataClass.PAPERS, days=200, decided_on="", by=admin, at=NOW + timedelta(hours=2))
    told = [(line.at, line.who, *(dict(one) for one in line.changes)) for line in term_history(world.ward)]
    papers = DataClass.PAPERS.label
    assert told == [
        (NOW + timedelta(hours=1), admin.full_name, {"what": papers, "old": "không hủy", "new": "200 ngày"}),
        (NOW, admin.full_name, {"what": papers, "old": "5 năm (1.825 ngày)", "new": "không hủy, theo QĐ 12"}),
    ]
    client.force_login(admin)
    page = client.get(reverse("privacy:retention", args=[world.ward.pk])).content.decode()
    assert "không hủy, theo QĐ 12" in page
