"""A receipt as it is printed: what was handed in, when, by whom, with codes that anybody can check.

Everything on it is read from rows that never change (deposit, version, receipt); only the pages of a file that was
still being checked at the confirm are filled in later, from its inspection.
Not here: who may see it (`desk_access.py`), the page (`templates/submissions/receipt.html`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from directives.choices import Timeliness
from directives.deadlines.periods import desk_query, title_of_period
from directives.models import Requirement
from directives.phrases_then import phrase_at
from interface.wording import last_day_in_words
from submissions.choices import Door, InspectionState, Verdict
from submissions.models import Deposit, Receipt, SubmissionVersion
from submissions.who import OFFICE, person_of
from units.choices import STAFF_ROLES
from units.models import Appointment, CommitteeProfile, RoleGrant
from vietnamese.casing import lower_first
from vietnamese.dates import format_date, format_time, local_day

_THROUGH = {Door.LINK: " (qua liên kết riêng)", Door.COMMAND: " (theo lô)", Door.MAIL: " (qua thư điện tử)"}


@dataclass(frozen=True)
class PaperRow:
    """One file on the receipt."""

    name: str
    note: str
    pages: int | None
    sha256: str
    timeliness: str
    refused: str
    """Why the check refused it after the receipt; "" while it stands."""
    withdrawn: str
    """That its sender took it back, and when; "" while it stands."""
    replaced: str
    """That a later hand-in stands in its place, and when that came; "" while it stands."""
    destroyed: str
    """That the bytes were destroyed by term, and when; "" while they are kept. Beside the sheet, never on it."""
    obligation: int
    """What the file answered."""

    @property
    def short_hash(self) -> str:
        """First eight digits, in two groups as they are read aloud."""
        return short_hash(self.sha256)


@dataclass(frozen=True)
class ReceiptPaper:
    """One sheet: a whole deposit, or one file of it."""

    code: str
    received_at: datetime
    unit: str
    """As it was called when the files came: a renamed unit, or a debt that moved on, changes no receipt."""
    submitter: str
    requirement: Requirement
    profile: CommitteeProfile | None
    rows: tuple[PaperRow, ...]
    deadline: str
    deposit: Deposit
    period: str = ""
    """Of a series, the one period that was answered ("2026-05"); "" for a duty asked once."""
    bare_timeliness: str = ""
    """Of an answer without a file (nil return, or words alone): in time or late; "" for everything else."""
    bare_code: str = ""
    """Of words without a file: the code of what was written; "" for a nil return."""
    bare_replaced: str = ""
    """Of such an answer: that a later hand-in stands in its place, and when that came."""
    deadline_phrase: str = ""
    """The words of the deadline as they stood at the receipt: a paper that moved it later changes no receipt."""
    of_persons: bool = False
    """The files are papers of members, named by the rule of names."""

    @property
    def names_and_order(self) -> str:
        """How the names of the files are built and in which order they stand, for whoever looks for one on paper."""
        several = len(self.rows) > 1
        if not self.of_persons:
            return "Các tệp xếp theo thứ tự đã nộp. " if several else ""
        ordered = ", xếp theo tên người như danh sách đảng viên" if several else ""
        return f"Tên tệp lưu ghi “Họ và tên - chức vụ, đơn vị”, ai không giữ chức vụ thì ghi “đảng viên”{ordered}. "

    @property
    def pages(self) -> int:
        """Pages of all files together, as far as they are known."""
        return sum(row.pages or 0 for row in self.rows)

    @property
    def whole_hash(self) -> str:
        """One code for the whole sheet: SHA-256 over the files' digests in their order, one a line."""
        lines = "".join(f"{row.sha256}\n" for row in self.rows)
        return short_hash(hashlib.sha256(lines.encode()).hexdigest())

    @property
    def timeliness(self) -> str:
        """ "đúng hạn", or the counts when the files differ."""
        if self.bare_timeliness:
            return timeliness_in_words([self.bare_timeliness])
        return timeliness_in_words([row.timeliness for row in self.rows])

    @property
    def refused(self) -> tuple[PaperRow, ...]:
        """Files that the check refused after the receipt."""
        return tuple(row for row in self.rows if row.refused)

    @property
    def withdrawn(self) -> tuple[PaperRow, ...]:
        """Files that their sender took back; the receipt stays readable."""
        return tuple(row for row in self.rows if row.withdrawn)

    @property
    def replaced(self) -> tuple[PaperRow, ...]:
        """Files in whose place a later hand-in stands; the receipt stays as it was."""
        return tuple(row for row in self.rows if row.replaced)

    @property
    def destroyed(self) -> tuple[PaperRow, ...]:
        """Files whose bytes were destroyed by term; the receipt stands and still proves them."""
        return tuple(row for row in self.rows if row.destroyed)

    @property
    def title(self) -> str:
        """What was handed in, inside a sentence."""
        words = title_of_period(self.requirement.title, self.period)
        return words if words.split(" ")[0].isupper() else lower_first(words)

    @property
    def desk_query(self) -> str:
        """The end of the address of the desk where a refused file is handed in again."""
        again = {row.obligation for row in self.refused}
        return desk_query(self.period, next(iter(again)) if len(again) == 1 else None)

    @property
    def check_url(self) -> str:
        """Where anybody who holds the code can check it."""
        return f"{settings.PUBLIC_URL}{reverse('submissions:check_code', args=[self.code])}"

    @property
    def check_place(self) -> str:
        """The same, short, as it is printed."""
        return f"{settings.PUBLIC_URL}{reverse('submissions:check')}".partition("://")[2].rstrip("/")

    @property
    def qr(self) -> SafeString:
        """The address as a QR drawing; it holds no style, as the content policy wants."""
        code = segno.make_qr(self.check_url, error="m")
        return mark_safe(code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S308 - our own address


def short_hash(digest: str) -> str:
    """ "a3f907c2…" → "a3f9 07c2"."""
    return f"{digest[:4]} {digest[4:8]}"


def timeliness_in_words(kinds: list[str]) -> str:
    """ "đúng hạn"; "4 đúng hạn, 1 nộp muộn"; a voluntary one says so."""
    counted = Counter(kinds)
    words = {
        kind: "tự nguyện" if kind == Timeliness.WAIVED else lower_first(Timeliness(kind).label) for kind in counted
    }
    if len(counted) == 1:
        return next(iter(words.values()))
    order = [Timeliness.ON_TIME, Timeliness.LATE, Timeliness.NO_DEADLINE, Timeliness.WAIVED]
    return ", ".join(f"{counted[kind]} {words[kind]}" for kind in order if counted[kind])


def compose(code: str, deposit: Deposit, receipts: list[Receipt]) -> ReceiptPaper:
    """The sheet for a deposit's code, or for the code of one of its files. `receipts` come from `with_file()`."""
    bare, written = ("", "") if receipts else _bare(deposit)
    replaced = replaced_words(receipts)
    return ReceiptPaper(
        code=code,
        received_at=deposit.received_at,
        unit=unit_then(code, deposit, receipts),
        submitter=_submitter(deposit, receipts),
        requirement=deposit.requirement,
        profile=getattr(deposit.ward, "profile", None),
        rows=tuple(
            _row(receipt, is_mixed=_is_mixed(receipts), replaced=replaced.get(receipt.pk, "")) for receipt in receipts
        ),
        deadline=_deadline(deposit, receipts),
        deposit=deposit,
        period=period_of(deposit, receipts),
        bare_timeliness=bare,
        bare_code=written,
        bare_replaced="" if receipts else bare_replaced_words(deposit),
        deadline_phrase=phrase_at(deposit.requirement, deposit.received_at),
        of_persons=any(one.file.version.submission.obligation.member_id for one in receipts),
    )


def unit_then(code: str, deposit: Deposit, receipts: list[Receipt]) -> str:
    """The unit by its name at the receipt: of a deposit's code who handed in, of a file's code whose the debt was."""
    if code == deposit.code or not receipts:
        return deposit.unit_name or deposit.unit.name
    return receipts[0].unit_name or receipts[0].file.version.submission.obligation.unit.name


def period_of(deposit: Deposit, receipts: list[Receipt]) -> str:
    """The period all files answer (a desk takes for one only); "" when they are of several."""
    periods = {receipt.file.version.submission.obligation.period for receipt in receipts}
    periods = periods or set(deposit.versions.values_list("submission__obligation__period", flat=True))
    return next(iter(periods)) if len(periods) == 1 else ""


def _bare(deposit: Deposit) -> tuple[str, str]:
    """(in time or late, code of the words) of an answer without a file; no code for a nil return."""
    version = deposit.versions.select_related("report").first()
    if version is None:
        return "", ""
    report = getattr(version, "report", None)
    return version.timeliness, report.code if report is not None and not report.is_nil else ""


def withdrawn_words(receipt: Receipt) -> str:
    """ "đã rút lúc 16:05 ngày 24/4/2026" of a file whose version was taken back; else ""."""
    decision = getattr(receipt.file.version, "decision", None)
    if decision is None or decision.verdict != Verdict.WITHDRAWN:
        return ""
    return f"đã rút lúc {format_time(decision.decided_at)} ngày {format_date(local_day(decision.decided_at))}"


def replaced_words(receipts: Sequence[Receipt]) -> dict[int, str]:
    """Receipt id → "đã thay bằng bản nộp lúc 16:05 ngày 24/4/2026", of each file that a later hand-in does not hold.

    Not of what was taken back or refused: that is said already. Two queries, none while everything stands.
    """
    old = [
        one
        for one in receipts
        if one.file.version_id != one.file.version.submission.current_id and not _ended(one.file.version)
    ]
    later = _standing_versions({one.file.version.submission_id for one in old})
    found = {}
    for one in old:
        version, blob = one.file.version, one.file.blob_id
        after = [by for by in later.get(version.submission_id, []) if by.number > version.number]
        lacking = [by for by in after if blob not in {file.blob_id for file in by.files.all()}]
        if lacking and after[-1] in lacking:
            found[one.pk] = _replaced_by(lacking[0])
    return found


def bare_replaced_words(deposit: Deposit) -> str:
    """The same of an answer without a file; "" while it stands."""
    version = deposit.versions.select_related("submission", "decision").first()
    if version is None or version.pk == version.submission.current_id or _ended(version):
        return ""
    later = _standing_versions({version.submission_id}).get(version.submission_id, [])
    return next((_replaced_by(by) for by in later if by.number > version.number), "")


def _ended(version: SubmissionVersion) -> bool:
    decision = getattr(version, "decision", None)
    return decision is not None and decision.verdict in (Verdict.WITHDRAWN, Verdict.REJECTED_BY_CHECK)


def _standing_versions(submissions: Collection[int]) -> dict[int, list[SubmissionVersion]]:
    """Versions up to the one that counts, by submission, oldest first; one that the check refused replaced nothing."""
    if not submissions:
        return {}
    found: dict[int, list[SubmissionVersion]] = {}
    versions = SubmissionVersion.objects.filter(
        submission__in=submissions, number__lte=F("submission__current__number")
    ).exclude(decision__verdict=Verdict.REJECTED_BY_CHECK)
    for one in versions.order_by("number").prefetch_related("files"):
        found.setdefault(one.submission_id, []).append(one)
    return found


def _replaced_by(version: SubmissionVersion) -> str:
    moment = version.received_at
    return f"đã thay bằng bản nộp lúc {format_time(moment)} ngày {format_date(local_day(moment))}"


def _is_mixed(receipts: list[Receipt]) -> bool:
    """Whether some files are the sender's own and some were handed in for others: then each of the latter says so."""
    return len({receipt.file.version.on_behalf for receipt in receipts}) > 1


def _row(receipt: Receipt, *, is_mixed: bool, replaced: str) -> PaperRow:
    version = receipt.file.version
    inspection = getattr(receipt.file.blob, "inspection", None)
    refused = inspection.sentence if inspection and inspection.state == InspectionState.REJECTED else ""
    notes = [f"lần {version.number}"] if version.number > 1 else []
    notes += ["tự nguyện"] if receipt.timeliness == Timeliness.WAIVED else []
    notes += ["nộp thay"] if is_mixed and version.on_behalf else []
    return PaperRow(
        name=receipt.file.canonical_name.removesuffix(".pdf"),
        note=", ".join(notes),
        pages=receipt.pages or (inspection.pages if inspection else None),
        sha256=receipt.sha256,
        timeliness=receipt.timeliness,
        refused=refused,
        withdrawn=withdrawn_words(receipt),
        replaced=replaced,
        destroyed=receipt.file.blob.destruction_sentence,
        obligation=version.submission.obligation_id,
    )


def _submitter(deposit: Deposit, receipts: list[Receipt]) -> str:
    """Who confirmed, with the first post held in the unit on that day, and for whom when it was for others.

    Who holds no post there but works for the ward is told by the office, so that nobody wonders who he is.
    """
    user = deposit.submitted_by
    member_id = user.member_id if user is not None else deposit.submitted_by_member_id
    posts = Appointment.objects.active(local_day(deposit.received_at)).filter(
        member__isnull=False, member=member_id, unit=deposit.unit
    )
    title = posts.order_by("position__order", "pk").values_list("position__title", flat=True).first()
    title = title or _office_of(deposit)
    said = f"{person_of(deposit)}, {title}" if title else person_of(deposit)
    said += _THROUGH.get(Door(deposit.door), "")
    others = [one.file.version.submission.obligation.member for one in receipts if one.file.version.on_behalf]
    if not others:
        return said
    only = others[0]
    return f"{said}, nộp thay {f'đ/c {only.full_name}' if len(others) == 1 and only else f'{len(others)} đảng viên'}"


def _office_of(deposit: Deposit) -> str:
    """The office's name when the account that confirmed worked for the ward on that day, else ""."""
    if deposit.submitted_by_id is None:
        return ""
    grants = RoleGrant.objects.active(local_day(deposit.received_at)).filter(
        user=deposit.submitted_by_id, role__in=STAFF_ROLES
    )
    paths = grants.values_list("unit__path", flat=True)
    if not any(deposit.ward.path.startswith(path) for path in paths):
        return ""
    profile = getattr(deposit.ward, "profile", None)
    return (profile.office_name if profile else "") or OFFICE


def _deadline(deposit: Deposit, receipts: list[Receipt]) -> str:
    """The last day, if it was one for all files; extensions make several."""
    instants = {receipt.file.version.due_at for receipt in receipts}
    instants = instants or set(deposit.versions.values_list("due_at", flat=True))
    if instants == {None}:
        return ""
    (only, *others) = instants
    if others or only is None:
        return "theo hạn riêng của từng người"
    return f"nộp đến {last_day_in_words(only)}"
