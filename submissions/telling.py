"""What the sender is told when the check says no after the receipt: a notice at once, one letter a deposit soon after.

The letter is written when it goes, ten minutes later, so that forty files that fail one after the other are one letter,
and what was handed in anew meanwhile is not in it. Not here: refusing (`services.inspecting`), the page that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from directives.querysets import OPEN_STATES
from interface.wording import last_day_in_words
from outbox.checks import Answer, Drop, Letter
from outbox.choices import MailState
from outbox.models import OutgoingMail
from outbox.services import MailDraft, NoticeDraft, enqueue_mail, is_address, notify
from submissions.choices import InspectionState, Verdict
from submissions.models import Deposit, Inspection, SubmittedFile
from vietnamese.dates import format_date, format_time, local_day

KIND: Final = "submissions.refused"
CHECK: Final = "submissions.refused"
GATHERED_FOR = timedelta(minutes=10)
_REFUSED, _UNCHECKED = "Tệp đã nộp không qua kiểm tra", "Cổng chưa kiểm tra được tệp đã nộp"


def tell_senders(*, inspection: Inspection, versions: Iterable[int], at: datetime) -> None:
    """Write the notice and queue the letter for whoever handed in these versions (ids); part of the act that refused.

    Told once a version, by one letter a deposit as long as that has not gone. A sender without account gets the letter alone; one without an
    address finds it in his list of what is owed.
    """
    drafts, deposits = [], {}
    for file in _files(versions, blob=inspection.blob_id):
        if not _line(file):
            continue  # replaced meanwhile: nothing is owed
        deposit = deposits.setdefault(file.version.deposit_id, file.version.deposit)
        if deposit.submitted_by_id is not None:
            drafts.append(_notice(file, inspection, deposit.submitted_by_id))
    notify(drafts=drafts, at=at)
    for deposit in deposits.values():
        _queue_letter(deposit, at)


def letter_of_refused(mail: OutgoingMail, at: datetime) -> Answer:
    """The outbox's last question: what of the deposit is refused or unchecked at `at` and not handed in anew."""
    deposit = Deposit.objects.select_related("submitted_by", "submitted_by_member").get(pk=mail.payload["deposit"])
    paragraphs = [line for file in _files(deposit.versions.values("pk")) if (line := _line(file))]
    if not paragraphs:
        return Drop("Mọi tệp của lần nộp này đã nộp lại, đã duyệt hoặc không còn phải nộp.")
    context = {
        "name": _name(deposit),
        "subject": mail.subject,
        "paragraphs": [*paragraphs, _what_to_do(deposit)],
        "link": settings.PUBLIC_URL + reverse("directives:my_work") if deposit.submitted_by_id else "",
        "link_words": "Mở việc của đồng chí để nộp lại",
        "portal_url": settings.PUBLIC_URL,
    }
    text = render_to_string("emails/account.txt", context).strip() + "\n"
    return Letter(mail.subject, text, render_to_string("emails/account.html", context))


def _files(versions: Iterable[int] | QuerySet, **narrowed: int) -> Iterable[SubmittedFile]:
    return (
        SubmittedFile.objects.filter(version__in=versions, **narrowed)
        .select_related(
            "blob__inspection",
            "version__decision",
            "version__deposit__submitted_by",
            "version__deposit__submitted_by_member",
            "version__submission__obligation__requirement",
            "version__submission__obligation__member",
            "version__submission__obligation__unit",
        )
        .order_by("pk")
    )


def _queue_letter(deposit: Deposit, at: datetime) -> None:
    person = deposit.submitted_by or deposit.submitted_by_member
    address = person.email if person is not None else ""
    if not address or not is_address(address):
        return
    key = f"refused:{deposit.pk}:"  # one letter that waits; what fails after it went is told by another
    gone = OutgoingMail.objects.filter(dedupe_key__startswith=key).exclude(
        state__in=(MailState.QUEUED, MailState.FAILED)
    )
    draft = MailDraft(
        to=address,
        to_name=_name(deposit),
        subject=f"{_REFUSED}, phiếu {deposit.code}",
        text="",
        dedupe_key=f"{key}{gone.count()}",
        kind=KIND,
        ward_id=deposit.ward_id,
        check_name=CHECK,
        payload={"deposit": deposit.pk},
    )
    enqueue_mail(draft=draft, at=at, not_before=at + GATHERED_FOR)


def _notice(file: SubmittedFile, inspection: Inspection, user_id: int) -> NoticeDraft:
    obligation = file.version.submission.obligation
    is_refused = inspection.state == InspectionState.REJECTED
    next_step = "Việc này còn phải nộp: hãy nộp tệp khác." if is_refused else "Hãy quét lại và nộp bản khác."
    return NoticeDraft(
        user_id,
        KIND,
        f"{_REFUSED if is_refused else _UNCHECKED}: {_party(file)}",
        f"{'refused' if is_refused else 'unchecked'}:{file.pk}",
        f"“{file.original_name[:160]}”: {inspection.sentence} {next_step}",
        reverse("directives:obligation", args=[obligation.pk]),
    )


def _line(file: SubmittedFile) -> str:
    """One paragraph about a file that failed; "" for one that passed, was replaced or is not owed any more."""
    version, inspection = file.version, file.blob.inspection
    obligation, decision = version.submission.obligation, getattr(version, "decision", None)
    received = f"nhận lúc {format_time(version.received_at)} ngày {format_date(local_day(version.received_at))}"
    about = f"{_party(file)}: tệp “{file.original_name}”, {received}"
    if decision is not None and decision.verdict == Verdict.REJECTED_BY_CHECK:
        if obligation.state not in OPEN_STATES or inspection.state != InspectionState.REJECTED:
            return ""
        until = obligation.owed_until
        last = f", hạn {last_day_in_words(until)}" if until is not None else ""
        return f"{about}, không qua kiểm tra. {inspection.sentence} Bài này còn phải nộp{last}."
    if decision is None and inspection.state == InspectionState.DEAD and version.submission.current_id == version.pk:
        return (
            f"{about}, cổng chưa kiểm tra được. Phiếu tiếp nhận vẫn có giá trị; "
            "Ban Xây dựng Đảng sẽ kiểm tra lại, nộp thêm bản quét lại thì nhanh hơn."
        )
    return ""


def _what_to_do(deposit: Deposit) -> str:
    if deposit.submitted_by_id is not None:
        return "Hãy quét lại từ bản giấy thành PDF (không mật khẩu), rồi nộp lại ở cùng chỗ. Phiếu cũ vẫn xem được."
    return (
        "Hãy quét hoặc chụp lại từ bản giấy, rồi nộp lại bằng liên kết riêng của đồng chí, "
        "hoặc đưa bài cho bí thư chi bộ nộp thay. Phiếu cũ vẫn xem được."
    )


def _party(file: SubmittedFile) -> str:
    obligation = file.version.submission.obligation
    return f"{obligation.title} của {obligation.member or obligation.unit}"


def _name(deposit: Deposit) -> str:
    person = deposit.submitted_by or deposit.submitted_by_member
    return person.full_name if person is not None else ""
