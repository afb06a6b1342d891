"""Each kind of act through its real door writes exactly this entry: who, object, ward, result, where from, which keys.

One scene a test, several acts in it; `wrote` compares everything that was appended meanwhile. Events of accounts and
personal links that need mails and codes have their tests beside those features.
Not here: what the acts do (each app's tests), that the table names every event (`tests/architecture`).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from audit import services as audit
from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import RequirementKind
from directives.models import Extension
from directives.services import deadlines
from directives.services.drafts import (
    Ask,
    DirectiveHead,
    add_requirement,
    attach_file,
    change_requirement,
    create_directive,
    delete_draft,
    remove_file,
    remove_requirement,
    update_directive,
)
from directives.services.issuing import issue_directive
from directives.services.secret_papers import record_secret_refusal
from directives.services.taking_back_extensions import take_back_extensions
from outbox.choices import MailState
from phucloi_portal.log_watch import send_head
from reminders.services import plan_ward
from reports.choices import JobState
from reports.models import ChasingLetter, Job, SummaryReport
from reports.services.compiling import Documents, facts_of, store_documents
from submissions.choices import InspectionState
from submissions.models import Inspection, StagedFile, Submission
from submissions.services.inspecting import inspect_again, inspect_now
from tests.architecture.world import World, build, one_page_pdf
from tests.audit.writing import NOBODY, browser, wrote
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.submissions import hand_in_one, make_blob, make_file
from tests.factories.units import PASSWORD, make_member, make_unit, make_ward
from tests.submissions.pdf_samples import SAMPLES
from units.choices import Role
from units.services.accounts import create_account, deactivate_account, reactivate_account
from units.services.roles import end_role, grant_role
from vietnamese.dates import VIETNAM, local_day

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)


@pytest.fixture
def world(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return build(NOW)


def test_logins(world):
    user, ward = world.users["secretary"], world.ward
    client, address = Client(), reverse("account_login")
    with wrote("account.login_failed", by=NOBODY, on=user, ward=ward, keys="email", result="refused", web=True):
        client.post(address, {"login": user.email, "password": "mật khẩu sai"})
    with wrote("account.login_failed", by=NOBODY, ward=None, keys="email", result="refused", web=True):
        client.post(address, {"login": "khong.ai@phuong.example", "password": "mật khẩu sai"})
    with wrote("account.login", by=user, on=user, ward=ward, web=True):
        client.post(address, {"login": user.email, "password": PASSWORD})
    with wrote("account.change_password", by=user, on=user, ward=ward, web=True):
        answer = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "mot mat khau khac 2027", "password2": "mot mat khau khac 2027"},
        )
        assert answer.status_code == 302
    with wrote("account.logout", by=user, on=user, ward=ward, web=True):
        client.post(reverse("account_logout"))


def test_accounts_and_roles(world):
    admin, ward, unit = world.users["admin"], world.ward, world.things["other"]
    member = make_member(unit, email="moi@phuong.example")
    made = create_account(email="moi@phuong.example", full_name=member.full_name, member=member, by=admin)
    entry = AuditEntry.objects.latest("account.create")
    assert (entry.actor_id, entry.obj_type, entry.obj_id, entry.ward_id, entry.data) == (
        str(admin.pk), "units.user", str(made.pk), ward.pk, {"email": "moi@phuong.example"},
    )  # fmt: skip
    with wrote("role.grant", by=admin, on=made, ward=ward, keys="role unit cluster from to"):
        grant = grant_role(user=made, role=Role.SECRETARY, unit=unit, since=local_day(NOW), by=admin)
    with wrote("role.revoke", by=admin, on=made, ward=ward, keys="role unit on"):
        end_role(grant=grant, on=local_day(NOW) + timedelta(days=1), by=admin)
    with wrote("account.deactivate", by=admin, on=made, ward=ward):
        deactivate_account(user=made, by=admin)
    with wrote("account.reactivate", by=admin, on=made, ward=ward):
        reactivate_account(user=made, by=admin)


def test_drafts(world):
    office, ward = world.users["office"], world.ward
    said = {"kind": "CV", "symbol": "CV/ĐU", "issuer": "Đảng ủy phường Phúc Lợi", "subject": "Học tập Nghị quyết"}
    draft = create_directive(ward=ward, head=DirectiveHead(**said), by=office, at=NOW)
    entry = AuditEntry.objects.latest("directive.create")
    assert (entry.actor_id, entry.obj_id, entry.ward_id, set(entry.data)) == (
        str(office.pk), str(draft.pk), ward.pk, {"subject"},
    )  # fmt: skip
    changed = DirectiveHead(**{**said, "subject": "Học tập Nghị quyết số 02", "issued_on": local_day(NOW)})
    with wrote("directive.change", by=office, on=draft, ward=ward, keys="changed"):
        update_directive(directive=draft, head=changed, by=office, at=NOW)
    assert AuditEntry.objects.latest("directive.change").data == {"changed": ["issued_on", "subject"]}
    ask = Ask(kind=RequirementKind.REPORT, title="Báo cáo", deadline_phrase="trước ngày 30/4/2026")
    one = add_requirement(directive=draft, ask=ask, by=office, at=NOW)
    entry = AuditEntry.objects.latest("requirement.add")
    assert (entry.obj_id, entry.ward_id, set(entry.data)) == (str(one.pk), ward.pk, {"order", "phrase", "due_at"})
    with wrote("requirement.change", by=office, on=one, ward=ward, keys="order phrase due_at"):
        change_requirement(requirement=one, ask=ask, by=office, at=NOW)
    gone = (one._meta.label_lower, str(one.pk))
    with wrote("requirement.remove", by=office, on=gone, ward=ward, keys="order"):
        remove_requirement(requirement=one, by=office, at=NOW)
    gone = (draft._meta.label_lower, str(draft.pk))
    with wrote("directive.delete_draft", by=office, on=gone, ward=ward, keys="subject"):
        delete_draft(directive=draft, by=office, at=NOW)
    with wrote("directive.refuse_secret", by=office, ward=ward, keys="reason", result="refused"):
        record_secret_refusal(reason="dấu MẬT", by=office, ward=ward, at=NOW)


def test_files_of_a_draft_and_its_issue(world):
    office, ward, draft = world.users["office"], world.ward, world.things["draft"]
    upload = SimpleUploadedFile("ke-hoach.pdf", one_page_pdf("kế hoạch"), "application/pdf")
    with wrote("directive.change", by=office, on=draft, ward=ward, keys="attached sha256"):
        attachment = attach_file(directive=draft, name="ke-hoach.pdf", stream=upload, by=office, at=NOW)
    with wrote("directive.change", by=office, on=draft, ward=ward, keys="removed"):
        remove_file(attachment=attachment, by=office, at=NOW)
    ready = make_directive(ward, state="DRAFT", created_by=office)
    make_requirement(ready, kind=RequirementKind.REPORT, audience=Audience(units=(world.things["own"].pk,)))
    with wrote("directive.issue", by=office, on=ready, ward=ward, keys="obligations waived uncovered"):
        issue_directive(directive=ready, by=office, at=NOW)


def test_deadlines(world):
    office, ward, owed = world.users["office"], world.ward, world.things["owed"]
    later = owed.due_at + timedelta(days=5)
    with wrote("obligation.extend", by=office, on=owed, ward=ward, keys="old new reason", web=True):
        browser_of_office = browser_before(office)
        browser_of_office.post(
            reverse("directives:extend", args=[owed.pk]), {"last_day": "5/5/2026", "reason": "Mưa lũ"}
        )
    with wrote("obligation.unextend", by=office, on=owed, ward=ward, keys="old new reason", web=True):
        browser_of_office.post(reverse("directives:take_back_extension", args=[owed.pk]), {"note": "Nhầm đơn vị"})
    many = [owed.pk, world.things["owed_elsewhere"].pk]
    with wrote("obligation.extend", by=office, on=world.things["meeting"], ward=ward, keys="obligations new reason"):
        deadlines.extend_all_owing(
            requirement=world.things["meeting"], obligations=many, new_due_at=later + timedelta(days=9),
            reason="Mưa lũ", by=office, at=NOW,
        )  # fmt: skip
    granted = [one.pk for one in Extension.objects.filter(cause="EXTENDED", taken_back_at=None)]
    with wrote("obligation.unextend", by=office, on=world.things["meeting"], ward=ward, keys="obligations reason"):
        take_back_extensions(
            requirement=world.things["meeting"], extensions=granted, expected=2, reason="Nhầm", by=office, at=NOW
        )
    secretary, held = world.users["secretary"], date(2026, 4, 26)
    with wrote("obligation.declare_event", by=secretary, on=owed, ward=ward, keys="held_on"):
        deadlines.declare_event(obligation=owed, held_on=held, by=secretary, at=NOW + timedelta(days=2))
    with wrote("obligation.correct_event", by=secretary, on=owed, ward=ward, keys="old held_on reason"):
        deadlines.correct_event(
            obligation=owed, held_on=held - timedelta(days=1), reason="Nhầm", by=secretary, at=NOW + timedelta(days=2)
        )
    other = world.things["owed_elsewhere"]
    with wrote("obligation.waive", by=office, on=other, ward=ward, keys="note", web=True):
        browser_of_office.post(reverse("directives:waive", args=[other.pk]), {"note": "Chi bộ mới thành lập"})


_BROWSERS: dict[int, Client] = {}


def browser_before(user) -> Client:
    """A logged-in browser whose login is not among the entries looked at."""
    return _BROWSERS.pop(user.pk)


@pytest.fixture(autouse=True)
def _logged_in_browsers(request):
    """Log the office in before the acts, so that only the acts are looked at."""
    if "world" in request.fixturenames:
        world = request.getfixturevalue("world")
        for role in ("office", "secretary", "admin", "elsewhere", "member"):
            _BROWSERS[world.users[role].pk] = browser(world.users[role])
    yield
    _BROWSERS.clear()


def test_handing_in(world):
    secretary, ward = world.users["secretary"], world.ward
    client = browser_before(secretary)
    essay, unit = world.things["essay"], world.things["own"]
    StagedFile.objects.all().delete()
    fresh = make_member(unit, name="Đỗ Thu Cúc")
    owed = make_obligation(essay, fresh)
    place = [essay.pk, unit.pk]
    with wrote("submission.stage", by=secretary, on=essay, ward=ward, keys="unit files", web=True), zeal_ignore():
        client.post(
            reverse("submissions:desk_upload", args=place),
            {"tep": [SimpleUploadedFile("la.pdf", one_page_pdf("lạ"), "application/pdf")]},
        )
    staged = StagedFile.objects.get()
    with wrote("submission.stage", by=secretary, on=essay, ward=ward, keys="file obligation", web=True):
        answer = client.post(reverse("submissions:desk_choose", args=[staged.pk]), {"obligation": owed.pk})
        assert answer.status_code in (200, 302), answer.content.decode()
    inspect_now(blob=staged.blob, at=NOW)
    html = client.get(reverse("submissions:desk", args=place)).content.decode()
    data = {
        "key": re.search(r'name="key" value="([0-9a-f-]+)"', html)[1],
        "rows": re.search(r'name="rows" value="([0-9,]+)"', html)[1],
    }
    before = audit.head()[0]
    with zeal_ignore():
        client.post(reverse("submissions:desk_confirm", args=place), data)
    entry = AuditEntry.objects.get(seq__gt=before, action="submission.submit")
    assert (entry.actor_id, entry.obj_type, entry.ward_id, entry.result) == (
        str(secretary.pk), "submissions.deposit", ward.pk, "ok",
    )  # fmt: skip
    assert set(entry.data) == {"door", "requirement", "versions", "sha256"}
    assert entry.data["versions"] == [{"obligation": owed.pk, "number": 1, "on_behalf": True}]


def test_taking_a_file_off_the_desk(world):
    secretary = world.users["secretary"]
    client, staged = browser_before(secretary), world.things["staged"]
    with wrote("submission.unstage", by=secretary, on=world.things["essay"], ward=world.ward, keys="files", web=True):
        client.post(reverse("submissions:desk_remove", args=[staged.pk]))


@pytest.mark.parametrize(
    ("door", "of"),
    [
        ("submissions:review", "submission"),
        ("submissions:obligation_versions", "handed_in"),
        ("submissions:page", "file"),
    ],
)
def test_every_door_to_an_essay_is_one_look_however_many_images(world, time_machine, door, of):
    """The deck, the history and the images: one entry a person, essay and ten minutes, whatever is opened first."""
    office, submission = world.users["office"], world.things["submission"]
    client, file = browser_before(office), world.things["file"]
    arguments = [file.pk, 1, "lon"] if of == "file" else [world.things[of].pk]
    with wrote("submission.view", by=office, on=submission, ward=world.ward, web=True):
        opened(client, door, arguments)
        for size in ("nho", "lon", "chu-ky"):
            b"".join(client.get(reverse("submissions:page", args=[file.pk, 1, size])))
        client.get(reverse("submissions:review", args=[submission.pk]))
        client.get(reverse("submissions:obligation_versions", args=[world.things["handed_in"].pk]))
    time_machine.move_to(NOW + timedelta(minutes=11), tick=False)
    with wrote("submission.view", by=office, on=submission, ward=world.ward, web=True):
        opened(client, door, arguments)


def opened(client: Client, door: str, arguments: list[Any]) -> None:
    """The page or image, read to its end."""
    answer = client.get(reverse(door, args=arguments))
    assert answer.status_code == 200
    if answer.streaming:
        b"".join(answer)


def test_the_old_version_of_an_essay_is_a_look_at_it_too(world):
    secretary, submission = world.users["secretary"], world.things["submission"]
    hand_in_one(world.things["handed_in"], by=secretary, received_at=NOW)
    client = browser_before(secretary)
    with wrote("submission.view", by=secretary, on=submission, ward=world.ward, web=True):
        b"".join(client.get(reverse("submissions:page", args=[world.things["file"].pk, 1, "lon"])))


def test_each_download_is_an_entry(world):
    office, submission = world.users["office"], world.things["submission"]
    client = browser_before(office)
    for _ in range(2):
        with wrote(
            "submission.download", by=office, on=submission, ward=world.ward, keys="file version sha256", web=True
        ):
            b"".join(client.get(reverse("submissions:download", args=[world.things["file"].pk])))


def test_an_essay_of_another_unit_is_refused_and_written_down(world):
    elsewhere, file = world.users["elsewhere"], world.things["file"]
    client, of = browser_before(elsewhere), ("address", str(world.things["file"].pk))
    with wrote(
        "access.refused", by=elsewhere, on=of, ward=world.ward, keys="page method status", result="refused", web=True
    ):
        assert client.get(reverse("submissions:download", args=[file.pk])).status_code == 404


def test_an_export_out_of_reach_is_refused_and_written_down(world):
    member = world.users["member"]
    client = browser_before(member)
    with wrote(
        "access.refused", by=member, on=("address", ""), ward=world.ward, keys="page method status", result="refused",
        web=True,
    ):  # fmt: skip
        assert client.get(reverse("reports:matrix_xlsx")).status_code == 404


@pytest.mark.parametrize("decision", ["accept", "send_back"])
def test_decisions(world, decision):
    office, submission = world.users["office"], world.things["submission"]
    client, version = browser_before(office), world.things["version"].pk
    action, keys = {
        "accept": ("submission.accept", "version obligation"),
        "send_back": ("submission.return", "version obligation reason fix_by"),
    }[decision]
    sent = {"version": version, "note": "Thiếu chữ ký ở trang cuối", "last_day": "30/4/2026"}
    client.get(reverse("submissions:review", args=[submission.pk]))
    with wrote(action, by=office, on=submission, ward=world.ward, keys=keys, web=True):
        client.post(reverse(f"submissions:{decision}", args=[submission.pk]), sent)


def test_checks_of_files(world):
    inspection = world.things["inspection"]
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.DEAD)
    with wrote("file.inspect", by="quản trị", on=("submissions.inspection", ""), ward=None, keys="inspections"):
        inspect_again(inspections=[inspection.pk], by="quản trị", at=NOW)


def test_a_refused_file_is_told_to_each_ward_that_holds_it(world):
    """The same bytes may lie with two wards: each reads of its own versions."""
    bad = make_blob(SAMPLES["user password"][0], now=NOW)
    hand_in_one(world.things["neighbours"], make_file(bad), received_at=NOW)
    theirs = make_ward(name="Giang Biên", code="GB")
    foreign = make_obligation(make_requirement(make_directive(theirs)), make_member(make_unit(theirs)))
    hand_in_one(foreign, make_file(bad), received_at=NOW)
    inspect_now(blob=bad, at=NOW)
    entries = AuditEntry.objects.filter(action="file.refuse").order_by("seq")
    assert [(entry.actor_label, entry.ward_id, set(entry.data)) for entry in entries] == [
        ("inspection", world.ward.pk, {"reason", "versions"}),
        ("inspection", theirs.pk, {"reason", "versions"}),
    ]
    own = Submission.objects.get(obligation=world.things["neighbours"])
    assert entries[0].data == {"reason": "password", "versions": [own.versions.get().pk]}


def test_reminders(world):
    office, ward, mail = world.users["office"], world.ward, world.things["mail"]
    before = audit.head()[0]
    plan_ward(ward=ward, at=NOW + timedelta(days=2, hours=23))  # 27/4 is a day off: nobody is written to
    entry = AuditEntry.objects.get(seq__gt=before)
    assert (entry.action, entry.actor_label, entry.obj_type, entry.ward_id) == (
        "reminder.plan", "beat", "reminders.planningrun", ward.pk,
    )  # fmt: skip
    assert set(entry.data) == {"day", "letters", "skipped"}
    mail.state = MailState.DEAD
    mail.save()
    client = browser_before(office)
    with wrote("mail.resend", by=office, on=world.things["digest"], ward=ward, web=True):
        client.post(reverse("reminders:resend", args=[world.things["digest"].pk]))
    with wrote("mail.trust_address", by=office, on=ward, ward=ward, keys="address reason since", web=True):
        client.post(reverse("reminders:trust", args=[world.things["bad_address"].pk]))


def test_reports(world):
    office, ward, report = world.users["office"], world.ward, world.things["report"]
    client, before = browser_before(office), audit.head()[0]
    client.post(reverse("reports:compile"), {"directive": world.things["directive"].pk})
    entry = AuditEntry.objects.get(seq__gt=before)
    asked = SummaryReport.objects.exclude(pk=report.pk).get()
    assert (entry.action, entry.actor_id, entry.obj_type, entry.obj_id, entry.ward_id) == (
        "report.request", str(office.pk), "reports.summaryreport", str(asked.pk), ward.pk,
    )  # fmt: skip
    assert "job" in entry.data
    job = Job.objects.get(report=asked)
    assert job.state == JobState.WAITING
    with wrote("report.cancel", by=office, on=job, ward=ward, web=True):
        client.post(reverse("reports:job_cancel", args=[job.pk]))
    with wrote("report.download", by=office, on=report, ward=ward, keys="kind sha256", web=True):
        b"".join(client.get(reverse("reports:summary_file", args=[report.pk, "pdf"])))


def test_letters_and_bundles(world):
    office, ward, directive = world.users["office"], world.ward, world.things["directive"]
    client, before = browser_before(office), audit.head()[0]
    client.post(reverse("reports:letter_request", args=[directive.pk]), {})
    entry = AuditEntry.objects.get(seq__gt=before)
    assert (entry.action, entry.actor_id, entry.obj_type, entry.ward_id) == (
        "letter.request", str(office.pk), "reports.chasingletter", ward.pk,
    )  # fmt: skip
    letter, part = world.things["letter"], world.things["part"]
    ChasingLetter.objects.filter(pk=letter.pk).update(outgoing=None)
    with wrote("letter.number", by=office, on=letter, ward=ward, keys="number old", web=True):
        client.post(reverse("reports:letter_number", args=[letter.pk]), {"number": 78})
    with wrote("letter.download", by=office, on=letter, ward=ward, keys="kind sha256", web=True):
        b"".join(client.get(reverse("reports:letter_file", args=[letter.pk, "pdf"])))
    with wrote("bundle.download", by=office, on=part.bundle, ward=ward, keys="kind name papers sha256", web=True):
        b"".join(client.get(reverse("reports:bundle_file", args=[part.pk])))


def test_documents_and_frozen_figures(world):
    office, report = world.users["office"], world.things["report"]
    documents = Documents(pdf=report.pdf, docx=report.docx, xlsx=report.xlsx)
    before = audit.head()[0]
    store_documents(report=report, documents=documents, facts=facts_of(report), freeze=True, by=office, at=NOW)
    entries = AuditEntry.objects.filter(seq__gt=before).order_by("seq")
    assert [(entry.action, entry.actor_id, entry.obj_id, entry.ward_id, set(entry.data)) for entry in entries] == [
        (action, str(office.pk), str(report.pk), world.ward.pk, {"at", "total"})
        for action in ("report.compile", "report.freeze")
    ]


@pytest.mark.parametrize(
    ("door", "kind", "keys"),
    [("reports:matrix_xlsx", "matrix", "units requirements"), ("reports:drill_xlsx", "list", "with_contacts")],
)
def test_exports(world, door, kind, keys):
    office = world.users["office"]
    client = browser_before(office)
    with wrote("report.export", by=office, on=(kind, ""), ward=world.ward, keys=keys, web=True):
        client.get(reverse(door))


def test_the_log_about_itself(world):
    admin = world.users["admin"]
    client = browser_before(admin)
    with wrote("audit.export", by=admin, on=("audit", ""), ward=world.ward, keys="filters rows format", web=True):
        client.get(reverse("audit_log:export", args=["csv"]))
    with wrote("audit.check", by="beat", ward=None, keys="checked faults first"):
        audit.check(actor="beat", at=NOW)
    with wrote("audit.witness", by="beat", ward=None, keys="seq hash to"):
        send_head(to="giu-ho@noi-khac.example", at=NOW)


def test_looking_at_the_world_costs_no_entry(world):
    """Reading lists is no event; only papers and what leaves the portal are."""
    client, before = browser_before(world.users["office"]), audit.head()[0]
    for name in ("reports:office_home", "reports:matrix", "directives:list", "units:directory"):
        assert client.get(reverse(name)).status_code == 200
    assert audit.head()[0] == before
