"""Taking one mail in: the bytes into the vault, then its row, then read and hand in, then answer.

A mail that was kept is never lost: its row is NEW until it is read, and reading it twice hands nothing in twice (the
same bytes for the same debt are one receipt). Not here: fetching (`polling.py`), deciding by hand (`deciding.py`),
letters to the sender (`telling.py`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from audit import services as audit
from mailbox.choices import CaseState, FileState
from mailbox.matching import Matcher
from mailbox.models import MailCase, MailFile
from mailbox.questions import NO_FILES, ONLY_QUOTED, THANKS, is_thanks, is_to, words_of_question
from mailbox.reading import Attached, ReadMail, read_mail
from mailbox.senders import Sender, sender_of
from mailbox.services.telling import answer_or_wait, own_addresses
from outbox.bounces import read_bounces
from outbox.errors import MailNotFound
from outbox.services import record_bounce
from submissions.archives import ArchiveFault
from submissions.choices import Door
from submissions.desk_access import DeskPlace
from submissions.errors import SecretPaper, SubmissionError
from submissions.inspection.runner import session
from submissions.secret_papers import find_secret, stamp_in_name
from submissions.services.batch import SUBMITTED, BatchItem, HandedInBy, deposit_batch
from submissions.services.staging import Incoming, log_secret_papers, opened_archives
from units.models import CommitteeProfile, Unit
from vault.errors import StoreFull, StoreUnavailable, VaultError
from vault.services import erase, forget_unneeded, put, read_verified
from vault.staging import Staged, stage
from vietnamese.text import fold

RFC822 = "message/rfc822"
MAIL_LIMIT = 64 * 1024 * 1024
"""Bytes of one message, inclusive: 40 MB of files are 55 MB as mail."""
_LEASE = timedelta(minutes=15)
_ATTEMPTS = 3
UNKNOWN_SENDER = "Địa chỉ gửi chưa có trong danh bạ."
FORGED = "Máy chủ thư báo địa chỉ người gửi có thể bị giả."


def keep_mail(
    *, raw: bytes, ward: Unit, account: str, key: str, received_at: datetime, now: datetime, to_put_aside: bool = False
) -> tuple[MailCase, bool]:
    """The message in the vault and its row, NEW; True when it was not known. The same bytes in one account are one mail.

    A server that gives one UID to two messages cannot hide the second: it is kept under a key of its own.

    Raises what the vault raises (full, away): then there is no row and the message is to be fetched again.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    known = MailCase.objects.filter(account=account, sha256=sha256).first()
    if known:
        return known, False
    if MailCase.objects.filter(key=key).exists():
        key = f"{key}/{sha256[:16]}"
    blob = put(stream=BytesIO(raw), media_type=RFC822, limit=MAIL_LIMIT, now=now)
    try:
        with transaction.atomic():
            return MailCase.objects.create(
                ward=ward,
                account=account,
                key=key,
                sha256=sha256,
                raw=blob,
                received_at=min(received_at, now),
                kept_at=now,
                to_put_aside=to_put_aside,
            ), True
    except IntegrityError:
        return MailCase.objects.get(account=account, sha256=sha256), False


def note_too_long(
    *, ward: Unit, account: str, key: str, size: int, received_at: datetime, now: datetime, to_put_aside: bool = False
) -> tuple[MailCase, bool]:
    """A case without its message, which is not fetched, so that a person looks into the mailbox; True when new."""
    megabytes = size // (1024 * 1024)
    return MailCase.objects.get_or_create(
        key=key,
        defaults={
            "ward": ward, "account": account, "sha256": f"uid:{key}"[-64:], "state": CaseState.QUARANTINED,
            "reason": f"Thư nặng {megabytes} MB, quá mức nhận. Mở trong hộp thư và đề nghị người gửi chia nhỏ.",
            "received_at": received_at, "kept_at": now, "to_put_aside": to_put_aside,
        },
    )  # fmt: skip


def claim(*, pk: int, now: datetime) -> MailCase | None:
    """Take a kept mail to read it; None when another worker has it, or it was read."""
    taken = MailCase.objects.waiting(now).filter(pk=pk).update(lease_until=now + _LEASE, attempts=F("attempts") + 1)
    return MailCase.objects.select_related("ward", "raw").get(pk=pk) if taken else None


def read_waiting(*, now: datetime, limit: int = 200) -> int:
    """Read every kept mail; one that cannot be read stops no other. Returns how many were read."""
    done = 0
    for pk in list(MailCase.objects.waiting(now).values_list("pk", flat=True)[:limit]):
        case = claim(pk=pk, now=now)
        if case:
            read_case(case=case, now=now)
            done += 1
    return done


def read_case(*, case: MailCase, now: datetime) -> MailCase:
    """Read a claimed mail to its end: files matched and handed in, state, answer. Recorded as `mail.receive`.

    What fails unforeseen is tried three times, then set aside for a person with the raw message kept.
    """
    try:
        _read(case, now)
    except (StoreFull, StoreUnavailable) as away:
        MailCase.objects.filter(pk=case.pk).update(lease_until=None, attempts=F("attempts") - 1, reason=str(away)[:400])
        raise
    except Exception as fault:
        _set_aside(case, f"Không đọc được thư ({type(fault).__name__}). Mở thư này trong hộp thư để xem.", now)
    return case


def _set_aside(case: MailCase, reason: str, now: datetime) -> None:
    state = CaseState.QUARANTINED if case.attempts >= _ATTEMPTS else CaseState.NEW
    lease = None if state == CaseState.QUARANTINED else now + timedelta(minutes=case.attempts)
    case.state, case.reason, case.lease_until = state, reason[:400], lease
    case.save(update_fields=["state", "reason", "lease_until"])


def _read(case: MailCase, now: datetime) -> None:
    if case.raw is None:
        raise ValueError("no message")
    raw = read_verified(blob=case.raw, now=now)
    mail = read_mail(raw)
    sender = Sender() if mail.is_forged else sender_of(mail.sender, case.ward, case.received_at)
    case.message_id, case.subject, case.text = mail.message_id, mail.subject, mail.text
    case.sender, case.sender_name = mail.sender, mail.sender_name
    case.unit, case.user, case.member = sender.unit, sender.user, sender.member
    bounced = _note_bounces(raw, now)
    files: list[MailFile] = []
    if not bounced:
        files = _files_of(case, mail, sender, now)
    _finish(case, mail, sender, files, bounced, now)


def _note_bounces(raw: bytes, now: datetime) -> int:
    """Tell the outbox which of our mails came back; returns how many recipients the mail tells of."""
    found = read_bounces(raw)
    for one in found:
        try:
            record_bounce(message_id=one.message_id, address=one.address, status=one.status, reason=one.reason, at=now)
        except MailNotFound:
            continue
    return len(found)


class _Lying:
    """One file of a mail on its way: opened, scanned, in a temporary file."""

    def __init__(self, name: str, source: str, held: Staged | None, refusal: str) -> None:
        self.name, self.source, self.held, self.refusal = name, source, held, refusal


def _files_of(case: MailCase, mail: ReadMail, sender: Sender, now: datetime) -> list[MailFile]:
    """Every file of the mail with what became of it; what can be handed in is, what was is left as it stands."""
    before = {one.sha256: one for one in case.files.all()}
    with tempfile.TemporaryDirectory(prefix="thu-") as folder:
        lying, secret = open_files(mail, Path(folder))
        if secret:
            log_secret_papers(secret, ward=case.ward, by=sender.user or "mailbox", at=now)
            _wipe(case, now)
            return [MailFile(order=0, name="(tệp có dấu mật, không lưu)", state=FileState.REFUSED, source_sha256="",
                             reason="Thư có tài liệu đóng dấu mật nên không nhận và không lưu gì.")]  # fmt: skip
        found = [_as_before(_judged(one, sender), before) for one in lying]
        if sender.is_known and not mail.automatic:
            _hand_in(case, mail, sender, lying, found, now)
        passed = [one for one in mail.files if one.where == "inline"]
        found += [_file(one.name, FileState.PASSED_OVER, _sha(one.content)) for one in passed]
        for order, one in enumerate(found):
            one.order = order
        return found


def open_files(mail: ReadMail, folder: Path) -> tuple[list[_Lying], list[SecretPaper]]:
    """Every file of a mail in a temporary file, archives opened; and those with a state-secret stamp, wiped."""
    lying: list[_Lying] = []
    secret: list[SecretPaper] = []
    stamp = stamp_in_name(mail.subject)
    if stamp:
        secret.append(SecretPaper(0, stamp, "tiêu đề thư"))
    with session() as talking:
        for attached in mail.files:
            if attached.where == "inline":
                continue
            for incoming in _unzipped(attached):
                held, refusal = _held(incoming, folder)
                found = find_secret(talking, incoming.name, held)
                if found:
                    secret.append(SecretPaper(len(lying) + 1, *found))
                lying.append(_Lying(incoming.name, _sha(attached.content), held, refusal))
    return lying, secret


def _unzipped(attached: Attached) -> list[Incoming]:
    name = attached.name or "tệp không tên"
    packed = []
    for one in opened_archives(Incoming(name, BytesIO(attached.content))):
        try:
            content = one.stream.read(settings.UPLOAD_FILE_LIMIT + 1) if one.stream else b""
            packed.append(Incoming(one.name.rpartition("/")[2], BytesIO(content) if one.stream else None, one.refusal))
        except ArchiveFault as fault:
            packed.append(Incoming(one.name, None, str(fault)))
    return packed


def _held(incoming: Incoming, folder: Path) -> tuple[Staged | None, str]:
    if incoming.stream is None:
        return None, incoming.refusal
    try:
        return stage(stream=incoming.stream, folder=folder, limit=settings.UPLOAD_FILE_LIMIT), ""
    except (StoreFull, StoreUnavailable):
        raise
    except VaultError as refusal:
        return None, str(refusal)


def _judged(one: _Lying, sender: Sender) -> MailFile:
    """What a file is before anybody looked for its duty."""
    if one.held is None:
        return _file(one.name, FileState.REFUSED, one.source, reason=one.refusal)
    if not one.held.head.startswith(b"%PDF-"):
        return _file(
            one.name,
            FileState.REFUSED,
            one.source,
            one.held.sha256,
            "Không phải tệp PDF; xin quét thành PDF rồi gửi lại.",
        )
    reason = "" if sender.is_known else UNKNOWN_SENDER
    return _file(one.name, FileState.UNCLEAR, one.source, one.held.sha256, reason)


def _as_before(row: MailFile, before: dict[str, MailFile]) -> MailFile:
    """A file that was handed in, by hand perhaps, keeps its debt and its receipt; what the sender was told stays known."""
    known = before.get(row.sha256)
    if known is None:
        return row
    row.told = known.told
    if known.state == FileState.ACCEPTED:
        row.state, row.reason, row.verdict = known.state, known.reason, known.verdict
        row.obligation_id, row.canonical, row.receipt = known.obligation_id, known.canonical, known.receipt
    return row


def _hand_in(
    case: MailCase, mail: ReadMail, sender: Sender, lying: list[_Lying], found: list[MailFile], now: datetime
) -> None:
    """Hand in the files whose duty is sure, one deposit a requirement and period, by the verb of every door."""
    matcher = Matcher(sender, case.received_at)
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    places: dict[tuple[int, str], DeskPlace] = {}
    for number, (one, row) in enumerate(zip(lying, found, strict=True)):
        if row.state != FileState.UNCLEAR:
            continue
        place, row.reason = matcher.place_for(one.name, f"{mail.subject} {mail.text}")
        if place:
            key = (place.requirement.pk, place.period)
            places[key] = place
            groups[key].append(number)
    for key, numbers in groups.items():
        files = [(lying[number].name, lying[number].held.path) for number in numbers]  # type: ignore[union-attr]
        by = HandedInBy(Door.MAIL, sender.user, sender.member)
        try:
            items = deposit_batch(place=places[key], files=files, at=case.received_at, apply=True, by=by, kept_at=now)
        except SubmissionError as refusal:
            for number in numbers:
                found[number].reason = str(refusal)[:600]
            continue
        for number, item in zip(numbers, items, strict=True):
            _note(found[number], item, places[key])


def _note(row: MailFile, item: BatchItem, place: DeskPlace) -> None:
    """What the deposit says of a file, on its row."""
    states = {SUBMITTED: FileState.ACCEPTED, "duplicate": FileState.ACCEPTED if item.receipt else FileState.REFUSED,
              "refused": FileState.REFUSED, "accepted": FileState.REFUSED}  # fmt: skip
    row.state = states.get(item.state, FileState.UNCLEAR)
    row.verdict, row.canonical, row.receipt = item.verdict, item.canonical or "", item.receipt or ""
    row.reason = " ".join(item.reasons)[:600]
    if item.state == SUBMITTED or item.state == "duplicate":
        row.obligation = next(
            (
                one for one in place.obligations
                if (one.member.full_name if one.member else None) == item.member and one.unit.code == item.unit_code
            ),
            None,
        )  # fmt: skip


def _file(name: str, state: str, source: str, sha256: str = "", reason: str = "") -> MailFile:
    return MailFile(name=name[:600], state=state, source_sha256=source, sha256=sha256 or source, reason=reason[:600])


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _wipe(case: MailCase, now: datetime) -> None:
    """Nothing of a mail with a state secret stays: its bytes are destroyed at once, its words are not kept."""
    blob = case.raw
    with transaction.atomic():
        MailCase.objects.filter(pk=case.pk).update(raw=None, text="", subject="")
        gone = forget_unneeded(blobs=[blob] if blob else [])
    erase(contents=gone, now=now)
    case.raw, case.text, case.subject = None, "", ""


@transaction.atomic
def _finish(case: MailCase, mail: ReadMail, sender: Sender, files: list[MailFile], bounced: int, now: datetime) -> None:
    """State, files, answer and the log in one transaction."""
    case.files.all().delete()
    for one in files:
        one.case = case
    case.state, case.reason = _state_of(case, mail, sender, files, bounced)
    case.folded = fold(" ".join([case.sender, case.sender_name, case.subject, *(one.name for one in files)]))
    case.lease_until = None
    answer_or_wait(case=case, mail=mail, sender=sender, files=files, now=now)
    MailFile.objects.bulk_create(files)
    case.save()
    audit.record(
        action="mail.receive",
        actor=sender.user or "mailbox",
        obj=case,
        ward_id=case.ward_id,
        detail={"what": case.state, "files": len(files)},
        at=now,
    )


def _state_of(case: MailCase, mail: ReadMail, sender: Sender, files: list[MailFile], bounced: int) -> tuple[str, str]:
    meant = [one for one in files if one.state != FileState.PASSED_OVER]
    if bounced:
        return CaseState.IGNORED, "Thư của cổng bị trả lại; đã ghi vào nhật ký gửi."
    if mail.automatic:
        return CaseState.IGNORED, f"Bỏ qua {mail.automatic}."
    if not mail.sender and not meant:
        return CaseState.IGNORED, "Không có người gửi và không có tệp."
    if not meant:
        return _without_files(case, mail, sender)
    if mail.is_forged:
        return CaseState.UNCLEAR, FORGED
    if not sender.is_known:
        return CaseState.UNCLEAR, UNKNOWN_SENDER
    if all(one.state == FileState.ACCEPTED for one in meant):
        return CaseState.ACCEPTED, ""
    if any(one.state == FileState.UNCLEAR for one in meant):
        return CaseState.UNCLEAR, next(one.reason for one in meant if one.state == FileState.UNCLEAR)[:400]
    if any(one.state == FileState.ACCEPTED for one in meant):
        return CaseState.ACCEPTED, "Có tệp không nhận; đã báo người gửi."
    return CaseState.UNCLEAR, meant[0].reason[:400]


def _without_files(case: MailCase, mail: ReadMail, sender: Sender) -> tuple[str, str]:
    """A question when words of its own are meant for us: from whom we know, or naming one of our addresses."""
    words = words_of_question(mail.text, mail.subject)
    person = sender.user or sender.member
    if not words:
        return CaseState.IGNORED, ONLY_QUOTED if mail.text else NO_FILES
    if is_thanks(words, f"{mail.sender_name} {person.full_name if person else ''}"):
        return CaseState.IGNORED, THANKS
    own = own_addresses(case)
    ours = [*own, *CommitteeProfile.objects.filter(unit=case.ward_id).values_list("mailbox", flat=True)]
    if mail.sender in ours or mail.is_forged or not (sender.is_known or is_to(mail.to, ours)):
        return CaseState.IGNORED, NO_FILES
    return CaseState.QUESTION, "Thư không có tệp; xin đọc lời thư."
