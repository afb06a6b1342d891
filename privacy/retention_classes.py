"""What each class of data holds, when it is past its term, and how it is destroyed: one object a class.

`due(ward, before)` selects rows whose time ended before that instant (exclusive); `hold(due, at)` is asked in the
destroying transaction for those that really go; `destroy(rows, at)` takes away what they hold and returns the contents
whose bytes go once that is committed. Receipts, decisions, frozen reports and the log are of no class: they stay for ever (the log is a chain, a
row taken out would break the proof of all that follow).
Not here: terms, confirming and the record (`services/retention.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from directives.choices import DirectiveState
from directives.models import DirectiveAttachment
from directives.services.numbering import give_back_number
from outbox.choices import MailState
from outbox.models import OutgoingMail
from privacy.choices import DataClass
from privacy.models import Hold
from privacy.retention_imports import destroy_imports, hold_imports, import_label, imports_due
from privacy.retention_papers import (
    bundle_label,
    bundles_due,
    destroy_bundles,
    destroy_letters,
    destroy_parts,
    letter_label,
    letters_due,
    part_lines,
    parts_holding,
)
from reports.choices import OPEN_JOB_STATES, ReportState
from reports.models import Job, SummaryReport
from submissions.models import Inspection, PageImage, PhotoPage, StagedFile, StagedPhoto, SubmittedFile
from units.choices import LEFT_STATUSES
from units.models import Member, PersonalLink, Unit
from units.notices import accounts_of
from vault.models import Blob
from vault.services import ORPHAN_AGE, forget_unneeded, mark_destroyed
from vietnamese.dates import local_day

ERASED_ADDRESS: Final = "da-huy@huy.invalid"
_FINAL_MAILS: Final = (MailState.SENT, MailState.CANCELLED, MailState.DEAD)
_ENDED: Final = (DirectiveState.CLOSED, DirectiveState.REVOKED)


@dataclass(frozen=True)
class RetentionClass:
    """One class: its term by default (days, None = never), since when the days count, what is due, how it goes."""

    key: DataClass
    default_days: int | None
    counts_from: str
    due: Callable[[Unit, datetime], QuerySet[Any]]
    label: Callable[[Any], dict[str, str]]
    destroy: Callable[[Sequence[Any], datetime], list[str]]
    hold: Callable[[QuerySet[Any], datetime], list[Any]] = lambda due, at: list(due)
    with_them: Callable[[Sequence[Any]], list[dict[str, str]]] = lambda rows: []
    """What goes along with the rows, for the record; asked before they go."""


def _papers_due(ward: Unit, before: datetime) -> QuerySet[SubmittedFile]:
    """Files of directives that have ended, whose last deadline lies before; held directives and destroyed ones not.

    A content that another directive still needs is left until that one's time has come too.
    """
    held = Hold.objects.values("directive")
    mine = SubmittedFile.objects.filter(version__submission__obligation__ward=ward, blob__destroyed_at=None)
    due = (
        mine.filter(version__submission__obligation__requirement__directive__state__in=_ENDED)
        .exclude(version__submission__obligation__requirement__directive__in=held)
        .annotate(last=_ended_at())
        .filter(last__lt=before)
    )
    needed = SubmittedFile.objects.exclude(pk__in=due.values("pk")).values("blob")
    elsewhere = StagedFile.objects.filter(blob__isnull=False).values("blob")
    photographed = PhotoPage.objects.values("blob")
    attached = DirectiveAttachment.objects.values("blob")
    due = (
        due.exclude(blob__in=needed)
        .exclude(blob__in=elsewhere)
        .exclude(blob__in=photographed)
        .exclude(blob__in=attached)
    )
    return due.select_related("blob", "receipt").order_by("pk")


def _ended_at() -> Coalesce:
    """The last deadline of the directive, or its issue where none of its requirements has one."""
    directive = "version__submission__obligation__requirement__directive"
    return Coalesce(Max(f"{directive}__requirements__due_at"), F(f"{directive}__issued_at"))


def _hold_papers(due: QuerySet[SubmittedFile], at: datetime) -> list[SubmittedFile]:
    """Those of `due` that still are when their contents are locked.

    Whoever hands the same bytes in waits for the lock, or has put them before: then something new points to them, or
    is about to, as long as an upload may be without its row.
    """
    contents = Blob.objects.filter(pk__in=due.order_by().values("blob")).last_put_before(at - ORPHAN_AGE)
    locked = {blob.pk for blob in contents.select_for_update().order_by("sha256")}
    return [file for file in due.all() if file.blob_id in locked]


def _destroy_papers(files: Sequence[SubmittedFile], at: datetime) -> list[str]:
    """The bytes, the page images and the bundles that hold them go; rows, names of record and receipts stay."""
    blobs = {file.blob_id: file.blob for file in files}
    images = PageImage.objects.filter(source__in=blobs)
    pictures = list(Blob.objects.filter(pk__in=images.values("image")))
    images.delete()
    bundled = destroy_parts(parts_holding(files), at)
    return bundled + forget_unneeded(blobs=pictures) + mark_destroyed(blobs=blobs.values(), at=at)


def _destroy_staged(files: Sequence[StagedFile], at: datetime) -> list[str]:
    """The files, and the photographs they were bound of."""
    photos = StagedPhoto.objects.filter(staged__in=[file.pk for file in files]).values_list("blob", "thumb")
    contents = {pk for pair in photos for pk in pair} | {file.blob_id for file in files if file.blob_id}
    StagedFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    return _let_go(contents)


def _destroy_photos(pages: Sequence[PhotoPage], at: datetime) -> list[str]:
    PhotoPage.objects.filter(pk__in=[page.pk for page in pages]).delete()
    return _let_go({pk for page in pages for pk in (page.blob_id, page.thumb_id) if pk})


def _let_go(blobs: set[int]) -> list[str]:
    """Forget the contents that nothing else needs, with their inspections and page images."""
    held = list(Blob.objects.select_for_update().filter(pk__in=blobs).order_by("sha256"))
    alone = Blob.objects.filter(pk__in=[one.pk for one in held]).unreferenced(apart_from=(Inspection, PageImage))
    ids = list(alone.values_list("pk", flat=True))
    pictures = list(Blob.objects.filter(pk__in=PageImage.objects.filter(source__in=ids).values("image")))
    PageImage.objects.filter(source__in=ids).delete()
    Inspection.objects.filter(blob__in=ids).delete()
    return forget_unneeded(blobs=[*pictures, *Blob.objects.filter(pk__in=ids)])


def _images_due(ward: Unit, before: datetime) -> QuerySet[PageImage]:
    """Images drawn before; they are drawn anew when somebody looks again."""
    of_ward = SubmittedFile.objects.filter(version__submission__obligation__ward=ward).values("blob")
    return (
        PageImage.objects.filter(source__in=of_ward, image__created_at__lt=before)
        .select_related("image")
        .order_by("pk")
    )


def _destroy_images(images: Sequence[PageImage], at: datetime) -> list[str]:
    pictures = [one.image for one in images]
    PageImage.objects.filter(pk__in=[one.pk for one in images]).delete()
    return forget_unneeded(blobs=pictures)


def _mails_due(ward: Unit, before: datetime) -> QuerySet[OutgoingMail]:
    finished = OutgoingMail.objects.filter(ward_id=ward.pk, state__in=_FINAL_MAILS, created_at__lt=before)
    return finished.exclude(to_address=ERASED_ADDRESS).order_by("pk")


def _erase_mails(mails: Sequence[OutgoingMail], at: datetime) -> list[str]:
    """Words and addresses go; the row stays, because its key keeps the same mail from going out again."""
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        to_address=ERASED_ADDRESS, to_name="", reply_to="", subject="(đã hủy)", text="", html="", payload={}, error=""
    )
    return []


def _sessions_due(ward: Unit, before: datetime) -> QuerySet[UserSession]:
    ended = UserSession.objects.filter(user__in=accounts_of(ward), last_seen_at__lt=before)
    return ended.select_related("user").order_by("pk")


def _destroy_sessions(sessions: Sequence[UserSession], at: datetime) -> list[str]:
    Session.objects.filter(session_key__in=[one.session_key for one in sessions]).delete()
    UserSession.objects.filter(pk__in=[one.pk for one in sessions]).delete()
    return []


def _contacts_due(ward: Unit, before: datetime) -> QuerySet[Member]:
    gone = Member.objects.filter(ward=ward, status__in=LEFT_STATUSES, status_since__lt=local_day(before))
    return gone.exclude(email="", phone="").order_by("sort_key", "pk")


def _erase_contacts(members: Sequence[Member], at: datetime) -> list[str]:
    Member.objects.filter(pk__in=[one.pk for one in members]).update(email="", phone="")
    return []


def _links_due(ward: Unit, before: datetime) -> QuerySet[PersonalLink]:
    over = Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return PersonalLink.objects.filter(over, member__ward=ward).select_related("member").order_by("pk")


def _destroy_links(links: Sequence[PersonalLink], at: datetime) -> list[str]:
    PersonalLink.objects.filter(pk__in=[one.pk for one in links]).delete()
    return []


def _drafts_due(ward: Unit, before: datetime) -> QuerySet[SummaryReport]:
    drafts = SummaryReport.objects.filter(ward=ward, state=ReportState.DRAFT, created_at__lt=before)
    busy = Job.objects.filter(state__in=OPEN_JOB_STATES, report__isnull=False).values("report")
    return (
        drafts.exclude(pk__in=busy)
        .exclude(directive__in=Hold.objects.values("directive"))
        .select_related("directive", "outgoing")
        .order_by("pk")
    )


def _destroy_drafts(reports: Sequence[SummaryReport], at: datetime) -> list[str]:
    ids = [one.pk for one in reports]
    blobs = [pk for one in reports for pk in (one.pdf_id, one.docx_id, one.xlsx_id) if pk]
    Job.objects.filter(report__in=ids).delete()
    SummaryReport.objects.filter(pk__in=ids).delete()
    for one in reports:
        if one.outgoing is not None:
            give_back_number(row=one.outgoing, why="bản thảo đã hủy theo thời hạn lưu trữ", at=at)
    return forget_unneeded(blobs=list(Blob.objects.filter(pk__in=blobs)))


def _paper_label(file: SubmittedFile) -> dict[str, str]:
    receipt = getattr(file, "receipt", None)
    return {"label": f"Phiếu {receipt.code}" if receipt else f"Tệp {file.pk}", "sha256": file.blob.sha256}


CLASSES: Final = {
    one.key: one
    for one in (
        RetentionClass(
            DataClass.PAPERS, 5 * 365, "hạn cuối của văn bản đã kết thúc", _papers_due, _paper_label, _destroy_papers, _hold_papers, part_lines
        ),
        RetentionClass(
            DataClass.STAGED, 30, "lúc tải lên",
            lambda ward, before: StagedFile.objects.filter(unit__ward=ward, uploaded_at__lt=before).select_related("blob").order_by("pk"),
            lambda file: {"label": f"Tệp chờ nộp {file.pk}", "sha256": file.blob.sha256 if file.blob else ""}, _destroy_staged,
        ),
        RetentionClass(
            DataClass.PHOTOS, 30, "lúc chụp",
            lambda ward, before: PhotoPage.objects.filter(obligation__ward=ward, uploaded_at__lt=before).select_related("blob").order_by("pk"),
            lambda page: {"label": f"Trang chụp {page.pk}", "sha256": page.blob.sha256}, _destroy_photos,
        ),
        RetentionClass(
            DataClass.PAGE_IMAGES, 180, "lúc vẽ ảnh", _images_due,
            lambda image: {"label": f"Ảnh trang {image.page}", "sha256": image.image.sha256}, _destroy_images,
        ),
        RetentionClass(DataClass.MAILS, 2 * 365, "lúc lập thư", _mails_due, lambda mail: {"label": f"Thư {mail.pk}"}, _erase_mails),
        RetentionClass(
            DataClass.SESSIONS, 180, "lần dùng cuối", _sessions_due, lambda one: {"label": f"Phiên {one.pk}"}, _destroy_sessions
        ),
        RetentionClass(
            DataClass.CONTACTS, 365, "ngày ra khỏi danh sách", _contacts_due, lambda one: {"label": f"Đảng viên số {one.pk}"}, _erase_contacts
        ),
        RetentionClass(
            DataClass.LINKS, 365, "lúc hết hạn hoặc thu hồi", _links_due, lambda one: {"label": f"Liên kết {one.pk}"}, _destroy_links
        ),
        RetentionClass(
            DataClass.IMPORTS, 365, "lúc nhập, bỏ hoặc hoàn tác", imports_due, import_label, destroy_imports, hold_imports
        ),
        RetentionClass(
            DataClass.REPORT_DRAFTS, 2 * 365, "lúc lập", _drafts_due, lambda one: {"label": f"Bản nháp {one.pk}"}, _destroy_drafts
        ),
        RetentionClass(DataClass.LETTERS, 5 * 365, "lúc lập", letters_due, letter_label, destroy_letters),
        RetentionClass(DataClass.BUNDLES, 5 * 365, "lúc lập", bundles_due, bundle_label, destroy_bundles),
    )
}  # fmt: skip


def cut_off(days: int, at: datetime) -> datetime:
    """What ended before this instant is past a term of `days` at `at`."""
    return at - timedelta(days=days)
