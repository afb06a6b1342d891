"""A small world with something of every kind in it, and one account per role and relation.

Two wards of one city: everything is built in "ours"; `foreign` is the office of the other one and must see nothing.
In ours: under the base committee `base` the cell `own` (in the cluster of the cluster lead; it owes, it has handed in),
and the cell `other`. Accounts of all other relations to `own` are made by `tests/rights/relatives.py`.
Not here: the expectations (`url_matrix.py`, `test_visibility.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from io import BytesIO
from typing import Any

import pikepdf
from docx import Document
from openpyxl import Workbook
from PIL import Image

from audit.services import record
from directives.choices import (
    AmendAction,
    Certainty,
    DayOffKind,
    DirectiveKind,
    DirectiveState,
    ObligationState,
    RequirementKind,
    Route,
    Timeliness,
)
from directives.models import (
    Acknowledgement,
    Amendment,
    DayOff,
    Directive,
    DirectiveAttachment,
    IssueProposal,
    Obligation,
    ObligationMove,
    OnwardDuty,
    OutgoingNumber,
    Petition,
    Requirement,
    SavedSearch,
)
from directives.working_days import proposed_calendar
from mailbox.choices import CaseState, FileState
from mailbox.models import MailCase, MailFile, MailFolder, UnitAddress
from outbox.models import BadAddress, Notice, OutgoingMail
from privacy.models import CorrectionRequest, DeletionRecord, RetentionProposal
from reminders.models import Digest, Reminder, Ruling
from reminders.stages import STANDARD, last_day_of, schedule
from reminders.tokens import token_of
from reports.choices import JobKind, JobState
from reports.models import BundleItem, BundlePart, ChasingLetter, ForwardingBundle, Job, ReplacedSentence, SummaryReport
from submissions.choices import Door, InspectionState, MatchState
from submissions.models import (
    BatchedVersion,
    Deposit,
    Inspection,
    LongScan,
    PendingUpload,
    PhotoPage,
    Receipt,
    ReportDraft,
    ReviewBatch,
    StagedFile,
    StagedPhoto,
    Submission,
    SubmissionVersion,
    SubmittedFile,
    TakenBackAcceptance,
)
from submissions.photos import JPEG
from tests.factories.units import appoint, exempt, make_city, make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import ImportState, PositionGroup, ReasonKind, Role, UnitKind
from units.link_codes import fingerprint
from units.models import (
    CommitteeProfile,
    ImportLine,
    ImportProblem,
    PersonalLink,
    Reason,
    RosterImport,
    Unit,
    UnitAlias,
    User,
)
from vault.models import Blob
from vault.services import PDF, put
from vietnamese.dates import local_day

ROLES = (
    "anonymous",
    "admin",
    "office",
    "leader",
    "cluster",
    "secretary",
    "elsewhere",  # secretary of another unit of the ward
    "member",
    "foreign",  # office of another ward
)


@dataclass
class World:
    """Objects by name; `users[role]` is None for the anonymous one."""

    now: datetime
    ward: Unit
    users: dict[str, User | None]
    things: dict[str, Any] = field(default_factory=dict)
    serial: int = 0
    """Makes what must be unique differ between the wards of one test."""

    def value(self, path: str) -> Any:
        """The value at a dotted path such as `submission.pk`."""
        first, *rest = path.split(".")
        return reduce(getattr, rest, self.things[first])


def one_page_pdf(text: str = "") -> bytes:
    """A valid PDF of one empty page; different texts give different bytes."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Subject"] = text
        pdf.save(out)
    return out.getvalue()


def store(content: bytes, now: datetime) -> Blob:
    """The content in the vault."""
    return put(stream=BytesIO(content), media_type=PDF, limit=10_000_000, now=now)


def _saved(office_file: Any) -> bytes:
    out = BytesIO()
    office_file.save(out)
    return out.getvalue()


def build(now: datetime) -> World:
    """Build everything as of `now`; the deadline of the essays is in three days."""
    city = make_city()
    ward = make_ward(city=city)
    cluster = make_cluster(ward)
    base = make_unit(ward, name="Đảng bộ cơ sở số 1", kind=UnitKind.GRASSROOTS_COMMITTEE)
    own = make_unit(ward, name="Chi bộ Tổ dân phố số 1", cluster=cluster, parent=base)
    other = make_unit(ward, name="Chi bộ Tổ dân phố số 2")
    writer = make_member(own, name="Nguyễn Văn An", email="an@phuong.example")
    neighbour = make_member(other, name="Trần Thị Bình")
    exempted = make_member(own, name="Lê Văn Cẩn")
    exempt(exempted)
    appoint(writer, "Bí thư", unit=own, group=PositionGroup.CELL_SECRETARY)
    foreign_ward = make_ward(name="Việt Hưng", code="VH", city=city)
    users = {
        "anonymous": None,
        "admin": make_user(Role.ADMIN, ward),
        "office": make_user(Role.OFFICE, ward),
        "leader": make_user(Role.LEADER, ward),
        "cluster": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "secretary": make_user(Role.SECRETARY, own),
        "elsewhere": make_user(Role.SECRETARY, other),
        "member": make_user(member=writer),
        "foreign": make_user(Role.OFFICE, foreign_ward),
    }
    world = World(now=now, ward=ward, users=users)
    world.things.update(
        place=writer.memberships.get(), post=writer.appointments.get(), exemption=exempted.exemptions.get(),
        ward=ward, foreign_ward=foreign_ward, base=base, cluster=cluster, own=own, other=other, writer=writer, neighbour=neighbour, exempted=exempted,
        grant=users["secretary"].role_grants.get(), account=users["secretary"], wrong_key="abc", no_session=987654321, page_size="nho",
    )  # fmt: skip
    _fill(world)
    return world


def build_theirs(world: World) -> World:
    """The other ward filled with everything that ours has; `users` hold its own secretary, member and office."""
    ward = world.things["foreign_ward"]
    cluster = make_cluster(ward)
    own, other = make_unit(ward, cluster=cluster), make_unit(ward)
    writer, neighbour, exempted = make_member(own, email="ho@viethung.example"), make_member(other), make_member(own)
    exempt(exempted)
    appoint(writer, "Bí thư", unit=own, group=PositionGroup.CELL_SECRETARY)
    users = {
        "admin": make_user(Role.ADMIN, ward),
        "office": world.users["foreign"],
        "secretary": make_user(Role.SECRETARY, own),
        "member": make_user(member=writer),
    }
    theirs = World(now=world.now, ward=ward, users=users, serial=1)
    theirs.things.update(
        ward=ward, cluster=cluster, own=own, other=other, writer=writer, neighbour=neighbour, exempted=exempted
    )
    _fill(theirs)
    return theirs


def _fill(world: World) -> None:
    _hand_out_link(world)
    _issue(world)
    _hand_in(world)
    _prepare_papers(world)
    _bring_roster(world)
    _bring_mail(world)
    _ask_about_data(world)
    _keep_search(world)


def _keep_search(world: World) -> None:
    """A line of the query bar that the office shares with its ward; the ward shows its board to everybody."""
    CommitteeProfile.objects.filter(unit=world.ward).update(shows_board=True)
    world.things["saved"] = SavedSearch.objects.create(
        ward=world.ward, owner=world.users["office"], name="Chưa nộp", line="chưa nộp", is_shared=True, on_home=True,
        saved_at=world.now,
    )  # fmt: skip


def _ask_about_data(world: World) -> None:
    writer, admin = world.things["writer"], world.users["admin"]
    world.things.update(
        data_class="STAGED",
        correction=CorrectionRequest.objects.create(
            ward=world.ward, member=writer, fact="PHONE", proposed="0912 345 678", asked_by=world.users["member"],
            asked_at=world.now,
        ),
        proposal=RetentionProposal.objects.create(ward=world.ward, day=world.now.date(), counts={"STAGED": 1}),
        deletion=DeletionRecord.objects.create(
            ward=world.ward, number=1, data_class="STAGED", term_days=30, due_before=world.now, count=1,
            items=[{"label": "Tệp chờ nộp 1", "sha256": "0" * 64}], destroyed_by=admin, destroyed_at=world.now,
        ),
    )  # fmt: skip


def _hand_out_link(world: World) -> None:
    code = ("7K4M-92QD-X3VN-8RTA", "8RTA-7K4M-92QD-X3VN")[world.serial]
    link = PersonalLink.objects.create(
        member=world.things["writer"], code_sha256=fingerprint(code), created_by=world.users["secretary"],
        created_at=world.now, expires_at=world.now + timedelta(days=90),
    )  # fmt: skip
    world.things.update(link=link, link_code=code, wrong_link_code="0000-0000-0000-0000")


def _issue(world: World) -> None:
    now, ward = world.now, world.ward
    common = {"ward": ward, "issuer": "Đảng ủy phường Phúc Lợi", "created_by": world.users["office"], "created_at": now}
    directive = Directive.objects.create(
        **common, kind=DirectiveKind.CV, number=53, symbol="CV/ĐU", issued_on=local_day(now), subject="Học tập Nghị quyết",
        state=DirectiveState.ISSUED, issued_at=now,
    )  # fmt: skip
    draft = Directive.objects.create(**common, kind=DirectiveKind.KH, symbol="KH/ĐU", subject="Kế hoạch chưa ban hành")
    due = now + timedelta(days=3)
    certain = {"due_at": due, "certainty": Certainty.CERTAIN}
    essay = Requirement.objects.create(
        directive=directive, order=1, kind=RequirementKind.ESSAY, title="Bài thu hoạch", **certain
    )
    meeting = Requirement.objects.create(
        directive=directive, order=2, kind=RequirementKind.ACTIVITY, title="Sinh hoạt chuyên đề", **certain
    )
    report = Requirement.objects.create(
        directive=directive, order=3, kind=RequirementKind.REPORT, title="Báo cáo kết quả", **certain,
        outline=["Nội dung đã triển khai", "Đề xuất, kiến nghị"], numbers=["Tổng số = Có mặt + Vắng"],
    )  # fmt: skip
    two_step = Requirement.objects.create(
        directive=directive, order=4, kind=RequirementKind.ESSAY, title="Bản tự nhận xét", route=Route.UNIT, **certain
    )
    past_meeting = Requirement.objects.create(
        directive=directive, order=5, kind=RequirementKind.ACTIVITY, title="Sinh hoạt đã tổ chức", **certain
    )
    draft_requirement = Requirement.objects.create(
        directive=draft, order=1, kind=RequirementKind.REPORT, title="Báo cáo", **certain
    )
    owed = {"ward": ward, "created_at": now, **certain}
    own, other = world.things["own"], world.things["other"]
    neighbours = Obligation.objects.create(requirement=essay, unit=other, member=world.things["neighbour"], **owed)
    blob = store(one_page_pdf("công văn"), now)
    world.things.update(
        amendment=Amendment.objects.create(directive=draft, requirement=meeting, action=AmendAction.WITHDRAW),
        fate="rut",
        directive=directive,
        draft=draft,
        essay=essay,
        meeting=meeting,
        draft_requirement=draft_requirement,
        owed=Obligation.objects.create(requirement=meeting, unit=own, **owed),
        owed_elsewhere=Obligation.objects.create(requirement=meeting, unit=other, **owed),
        handed_in=Obligation.objects.create(requirement=essay, unit=own, member=world.things["writer"], **owed),
        written=Obligation.objects.create(requirement=report, unit=own, **owed),
        docx_kind="docx",
        two_step=two_step,
        held=Obligation.objects.create(
            requirement=past_meeting,
            unit=own,
            held_on=local_day(now),
            state=ObligationState.ACCEPTED,
            first_submitted_at=now,
            submitted_at=now,
            decided_at=now,
            **owed,
        ),
        to_check=Obligation.objects.create(requirement=two_step, unit=own, member=world.things["exempted"], **owed),
        neighbours=neighbours,
        acknowledgement=Acknowledgement.objects.create(directive=directive, unit=own, asked_at=now),
        unconfirmed=Acknowledgement.objects.create(directive=directive, unit=other, asked_at=now),
        move=ObligationMove.objects.create(
            obligation=neighbours, from_unit=own, to_unit=other, on=local_day(now), reason="TRANSFER", moved_at=now
        ),
        attachment=DirectiveAttachment.objects.create(
            directive=directive, blob=blob, name="Công văn 53.pdf", media_type=PDF, added_at=now
        ),
    )
    onward = {
        "ward": ward, "directive": directive, "superior": "Thành ủy", "deadline_phrase": "trước ngày 28/4/2026",
        "due_at": certain["due_at"], "created_at": now,
    }  # fmt: skip
    world.things["onward"] = OnwardDuty.objects.create(title="Báo cáo kết quả học tập", **onward)
    world.things["onward_sent"] = OnwardDuty.objects.create(
        title="Báo cáo nhanh", sent_on=local_day(now), sent_reference="45-BC/ĐU", done_at=now, **onward
    )
    world.things["issue_proposal"] = IssueProposal.objects.create(
        directive=world.things["draft"], note="Đã ký bản giấy", proposed_by=world.users["office"], proposed_at=now
    )
    world.things["petition"] = Petition.objects.create(
        obligation=world.things["owed"], kind="WAIVE", reason="Chi bộ mới thành lập", asked_by=world.users["secretary"],
        asked_at=now,
    )  # fmt: skip


def _hand_in(world: World) -> None:
    now, secretary, obligation = world.now, world.users["secretary"], world.things["handed_in"]
    blob = store(one_page_pdf(f"bài thu hoạch {world.serial}"), now)
    inspection = Inspection.objects.create(blob=blob, state=InspectionState.CLEAN, pages=1, created_at=now)
    deposit = Deposit.objects.create(
        code=f"7K4M-92Q{world.serial + 2}", ward=world.ward, unit=obligation.unit, requirement=obligation.requirement,
        submitted_by=secretary, door=Door.BROWSER, received_at=now, idempotency_key=f"one-{world.serial}",
    )  # fmt: skip
    submission = Submission.objects.create(obligation=obligation)
    version = SubmissionVersion.objects.create(
        submission=submission, number=1, deposit=deposit, submitted_by=secretary, on_behalf=True, received_at=now,
        timeliness=Timeliness.ON_TIME, due_at=obligation.due_at,
    )  # fmt: skip
    submission.current = version
    submission.save()
    TakenBackAcceptance.objects.create(
        version=version,
        accepted_by=secretary,
        accepted_at=now,
        reason="Bấm nhầm",
        taken_back_by=secretary,
        taken_back_at=now,
    )
    file = SubmittedFile.objects.create(
        version=version, blob=blob, original_name="bai.pdf", canonical_name="Nguyễn Văn An, Bí thư.pdf"
    )
    receipt = Receipt.objects.create(
        code=f"PL-000{world.serial}-RECEIPT", deposit=deposit, file=file, sha256=blob.sha256, size=blob.size, pages=1,
        received_at=now, timeliness=Timeliness.ON_TIME,
    )  # fmt: skip
    obligation.state = ObligationState.SUBMITTED
    obligation.first_submitted_at = obligation.submitted_at = now
    obligation.save()
    staged = StagedFile.objects.create(
        uploaded_by=secretary, requirement=world.things["essay"], unit=world.things["own"], blob=blob,
        original_name="bai.pdf", size=blob.size, match_state=MatchState.MATCHED,
        obligation=obligation, canonical_name="Bài.pdf", uploaded_at=now,
    )  # fmt: skip
    batch = ReviewBatch.objects.create(ward=world.ward, seed="gieo", drawn_by=world.users["office"], drawn_at=now)
    BatchedVersion.objects.create(batch=batch, version=version, order=0, is_sample=True)
    pending = PendingUpload.objects.create(
        uploaded_by=secretary, requirement=world.things["essay"], unit=world.things["own"], original_name="dở.pdf",
        length=10, created_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    written = world.things["written"]
    world.things["slot_file"] = StagedFile.objects.create(
        uploaded_by=secretary, requirement=written.requirement, unit=written.unit, blob=blob, obligation=written,
        original_name="ky.pdf", size=blob.size, match_state=MatchState.MATCHED, canonical_name="Ký.pdf", slot="Bản ký",
        uploaded_at=now,
    )  # fmt: skip
    ReportDraft.objects.create(
        obligation=written, texts=["Đã quán triệt", ""], numbers=[36, 35, 1], revision=1, edited_by=secretary,
        edited_at=now,
    )  # fmt: skip
    world.things.update(
        scan=LongScan.objects.create(
            uploaded_by=secretary, requirement=world.things["essay"], unit=world.things["own"], blob=blob, pages=1,
            pages_read=1, original_name="bản quét.pdf", uploaded_at=now,
        ),
        batch=batch, pending=pending, desk_photo=StagedPhoto.objects.create(
            staged=staged, blob=blob, thumb=blob, original_name="trang1.jpg", order=1,
        ),
        blob=blob, inspection=inspection, deposit=deposit, submission=submission, version=version, file=file,
        page=PhotoPage.objects.create(
            obligation=obligation, blob=_photograph(900, now), thumb=_photograph(480, now), original_name="trang1.jpg",
            order=1, width=900, height=1200, uploaded_at=now,
        ),
        receipt=receipt, staged=staged, reason=Reason.objects.create(
            ward=world.ward, kind=ReasonKind.RETURN, text="Thiếu chữ ký"
        ),
        term=world.ward.terms.get(), signer=world.ward.signers.get(),
        day_off=DayOff.objects.create(ward=world.ward, day=local_day(now), kind=DayOffKind.IN_LIEU, name="Nghỉ bù"),
        format_group="giay",
        alias=UnitAlias.objects.create(unit=world.things["own"], name="Chi bộ TDP 1"),
    )  # fmt: skip


def _photograph(width: int, now: datetime) -> Blob:
    out = BytesIO()
    Image.new("RGB", (width, width * 4 // 3), "white").save(out, "JPEG")
    return put(stream=BytesIO(out.getvalue()), media_type=JPEG, limit=10_000_000, now=now)


def _prepare_papers(world: World) -> None:
    now, office, directive = world.now, world.users["office"], world.things["directive"]
    blob, word, sheet = (
        store(one_page_pdf("báo cáo"), now),
        store(_saved(Document()), now),
        store(_saved(Workbook()), now),
    )
    report = SummaryReport.objects.create(
        ward=world.ward, directive=directive, at=now, format_profile="hd05_2026", pdf=blob, docx=word, xlsx=sheet,
        created_by=office, created_at=now,
    )  # fmt: skip
    ReplacedSentence.objects.create(
        report=report,
        sentence="situation",
        text="Đảng bộ ổn định.",
        stood_for="Đảng bộ có 2 tổ chức đảng.",
        by=office,
        at=now,
    )
    job = Job.objects.create(
        kind=next(iter(JobKind)), ward=world.ward, directive=directive, report=report, dedupe_key=f"one-{world.serial}",
        state=JobState.DONE, asked_by=office, asked_at=now, finished_at=now,
    )  # fmt: skip
    letter = ChasingLetter.objects.create(
        ward=world.ward, directive=directive, at=now, format_profile="hd05_2026", pdf=blob, docx=word, figures={"late_units": 2, "missing": 3},
        created_by=office, created_at=now, made_at=now, new_last_day=local_day(now),
    )  # fmt: skip
    letter.outgoing = OutgoingNumber.objects.create(
        ward=world.ward, kind="CV", number=77, state="TAKEN", day=local_day(now),
        about="công văn đôn đốc", note="", directive=directive, by=office, at=now,
    )  # fmt: skip
    letter.save()
    bundle = ForwardingBundle.objects.create(
        ward=world.ward, directive=directive, round=1, at=now, recipient="Ban Tuyên giáo và Dân vận Thành ủy",
        created_by=office, created_at=now, made_at=now,
    )  # fmt: skip
    BundleItem.objects.create(
        bundle=bundle, file=world.things["file"], folder="01 Chi bộ", name="Bài.pdf", sha256="0" * 64, order=1
    )
    part = BundlePart.objects.create(bundle=bundle, kind="MERGED", order=1, name="Bản gộp.pdf", blob=blob)
    mail = OutgoingMail.objects.create(
        ward_id=world.ward.pk, kind="reminders.digest", dedupe_key=f"one-{world.serial}", message_id=f"<one-{world.serial}@portal.example>",
        to_address=world.things["writer"].email, subject="[Cần nộp trước 28/4]", text="…", next_try_at=now, created_at=now,
    )  # fmt: skip
    OutgoingMail.objects.create(
        ward_id=world.ward.pk, kind="reminders.change", dedupe_key=f"gone-{world.serial}", message_id=f"<gone-{world.serial}@portal.example>",
        to_address=f"hong{world.serial}@portal.example", subject="[Thay đổi]", text="…", state="DEAD", next_try_at=now, created_at=now,
    )  # fmt: skip
    bad_address = BadAddress.objects.create(address=f"hong{world.serial}@portal.example", reason="550 5.1.1", since=now)
    digest = Digest.objects.create(
        ward=world.ward, member=world.things["writer"], address=world.things["writer"].email, name="Nguyễn Văn An",
        day=local_day(now), mail=mail, planned_at=now,
    )  # fmt: skip
    reminder = Reminder.objects.create(
        obligation=world.things["owed"], stage="T-3", due_at=world.things["owed"].due_at, digest=digest,
        address=world.things["writer"].email, unit=world.things["own"],
    )  # fmt: skip
    notice = Notice.objects.create(
        user=office,
        kind="reminders.tomorrow",
        title="Thư nhắc ngày mai",
        dedupe_key=f"one-{world.serial}",
        created_at=now,
    )
    ruling = Ruling.objects.create(
        ward=world.ward, address="giu@portal.example", name="Lê Thị Giữ", kind="HOLD", first_day=local_day(now),
        last_day=local_day(now), by=office, at=now,
    )  # fmt: skip
    world.things.update(
        notice=notice,
        ruling=ruling,
        log_entry=record(action="directive.issue", actor=office, obj=directive, at=now), log_format="csv",
        history_kind="viec", pdf_kind="pdf", cv_kind="CV", report=report, job=job, letter=letter, bundle=bundle, part=part, mail=mail, digest=digest, reminder=reminder,
        letter_day=_next_letter_day(world).isoformat(), letter_token=token_of(world.things["writer"].email), mail_token=token_of(world.things["writer"].email),
        bad_address=bad_address,
    )  # fmt: skip


def _bring_mail(world: World) -> None:
    """A mail nobody could place, with its file, and a folder whose first day is asked."""
    case = MailCase.objects.create(
        ward=world.ward, account="bxdd@phucloi.example", key=f"one-{world.serial}", sha256=f"{world.serial:064d}",
        sender="la@chibo.example", subject="Nộp bài", state=CaseState.UNCLEAR, received_at=world.now, kept_at=world.now,
        raw=store(b"From: la@chibo.example\r\nSubject: %d\r\n\r\n" % world.serial, world.now),
    )  # fmt: skip
    address = UnitAddress.objects.create(
        ward=world.ward, unit=world.things["own"], address="vanthu@chibo.example", added_by=world.users["office"],
        added_at=world.now,
    )  # fmt: skip
    file = MailFile.objects.create(
        case=case, order=0, name="scan0001.pdf", source_sha256="0" * 64, state=FileState.UNCLEAR
    )
    MailFile.objects.create(
        case=case, order=1, name="an.pdf", source_sha256="1" * 64, state=FileState.ACCEPTED,
        receipt=f"PL-000{world.serial}-RECEIPT",
    )  # fmt: skip
    folder = MailFolder.objects.create(ward=world.ward, account=f"bxdd{world.serial}@phucloi.example", folder="INBOX")
    world.things.update(mail_case=case, mail_file=file, mail_folder=folder, mail_address=address)


def _next_letter_day(world: World) -> date:
    """The next working day with a step of the ladder for what is owed."""
    today = local_day(world.now)
    calendar = proposed_calendar([today.year, today.year + 1])
    return next(day for day in schedule(last_day_of(world.things["owed"].due_at), STANDARD, calendar) if day > today)


def _bring_roster(world: World) -> None:
    """A roster file that waits for decisions, with a line and a problem; and one whose columns are asked."""
    admin, now = world.users["admin"], world.now
    content = "Họ và tên;Năm sinh;Đơn vị sinh hoạt\nTrần Văn Mới;1980;Chi bộ Tổ dân phố số 1\n".encode()
    common = {"ward": world.ward, "on": local_day(now), "asked_by": admin, "asked_at": now, "work": ""}
    brought = RosterImport.objects.create(
        **common, blob=store(content, now), file_name="danh-sach.csv", state=ImportState.SHOWN
    )
    ImportLine.objects.create(
        roster_import=brought, part="member", change="new", row=2, name="Trần Văn Mới", unit="Chi bộ Tổ dân phố số 1",
        folded="tran van moi", changes=[["Năm sinh", "", "1980"]],
    )  # fmt: skip
    ImportProblem.objects.create(
        roster_import=brought, sheet="danh-sach", row=2, column="Họ và tên", value="TRẦN VĂN MỚI", message="Viết hoa chưa đúng.",
        severity="warning", about="member", kind="capitals", proposal="Trần Văn Mới",
    )  # fmt: skip
    world.things.update(brought=brought, xlsx_kind="xlsx")
