"""What the office does with a mail: give a file to a debt, read the mail again, say whose address it came from, say
that it is not for us or was seen to, open the message as it came.

Not here: reading (`ingesting.py`), pages.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.db import transaction

from audit import services as audit
from directives.models import Obligation
from mailbox.choices import NEEDS_A_PERSON, CaseState, FileState
from mailbox.errors import WrongCase
from mailbox.models import MailCase, MailFile, UnitAddress
from mailbox.reading import is_forged, read_mail
from mailbox.services.ingesting import UNKNOWN_SENDER, claim, open_files, read_case
from mailbox.services.telling import tell_later
from outbox.errors import WrongState
from outbox.services import cancel, is_address
from submissions.choices import Door
from submissions.desk_access import place_of
from submissions.placing import Placer
from submissions.services.inspecting import inspect_now
from submissions.services.staging import Incoming, keep
from submissions.services.submitting import FileToSubmit, submit
from units.models import Unit, User
from vault.services import open_verified, read_verified

__all__ = ["attach", "forget_address", "not_ours", "open_original", "read_again", "remember_sender", "settle"]

KNOWN_SINCE = "Địa chỉ này nay đã biết của đơn vị nào; bấm “Xử lý lại” để nhận tệp."


def attach(*, file: MailFile, obligation: Obligation, by: User, at: datetime) -> MailFile:
    """Hand in one file of a mail for a debt the office chose, at the hour the mail came. Recorded as `mail.decide`.

    The sender hears of it a little later (`telling.py`).
    Raises WrongCase when it was handed in already or its bytes are gone, and what handing in raises.
    """
    case = MailCase.objects.select_related("raw").get(pk=file.case_id)
    if file.state == FileState.ACCEPTED or case.raw is None or case.ward_id != obligation.ward_id:
        raise WrongCase
    with TemporaryDirectory(prefix="thu-") as folder:
        mail = read_mail(read_verified(blob=case.raw, now=at))
        lying = next(
            (one for one in open_files(mail, Path(folder))[0] if one.held and one.held.sha256 == file.sha256), None
        )
        if lying is None or lying.held is None:
            raise WrongCase
        with lying.held.path.open("rb") as stream:
            blob, refusal = keep(incoming=Incoming(file.name, stream), at=at)
    if blob is None:
        file.state, file.reason = FileState.REFUSED, refusal[:600]
        file.save(update_fields=["state", "reason"])
        tell_later(case=case, at=at)
        return file
    inspect_now(blob=blob, at=at)
    place = place_of(obligation.requirement, obligation.unit, obligation.period)
    canonical = Placer(place, at).name_of(obligation) if place else file.name
    version = submit(
        obligation=obligation,
        files=[FileToSubmit(blob, file.name, canonical)],
        submitted_by=by,
        door=Door.MAIL,
        received_at=case.received_at,
        idempotency_key=f"mail-{case.pk}-{file.sha256[:32]}-{obligation.pk}",
    )
    return _attached(
        file, obligation, version.files.select_related("receipt").get(blob=blob).receipt.code, canonical, by, at
    )


@transaction.atomic
def _attached(file: MailFile, obligation: Obligation, receipt: str, canonical: str, by: User, at: datetime) -> MailFile:
    file.state, file.obligation, file.receipt, file.canonical = FileState.ACCEPTED, obligation, receipt, canonical
    file.reason = ""
    file.save()
    case = MailCase.objects.select_for_update().get(pk=file.case_id)
    if not case.files.filter(state=FileState.UNCLEAR).exists():
        case.state, case.reason = CaseState.ACCEPTED, ""
        case.save(update_fields=["state", "reason"])
    tell_later(case=case, at=at)
    _record(case, by, at, what="attach", obligation=obligation.pk)
    return file


def read_again(*, case: MailCase, by: User, at: datetime) -> MailCase:
    """Read a mail anew with the roster and the duties of today; what was handed in stays. Recorded as `mail.decide`.

    Raises WrongCase without the message, or while another reads it.
    """
    with transaction.atomic():
        locked = MailCase.objects.select_for_update().get(pk=case.pk)
        if locked.raw_id is None or (locked.lease_until and locked.lease_until > at):
            raise WrongCase
        locked.state, locked.attempts, locked.lease_until = CaseState.NEW, 0, None
        locked.save(update_fields=["state", "attempts", "lease_until"])
        _record(locked, by, at, what="read_again")
    claimed = claim(pk=case.pk, now=at)
    if claimed is None:
        raise WrongCase
    return read_case(case=claimed, now=at)


@transaction.atomic
def not_ours(*, case: MailCase, by: User, at: datetime) -> MailCase:
    """Lay a mail aside as not meant for the office; an answer that has not gone yet stays here.

    Recorded as `mail.decide`. Raises WrongCase when files were taken.
    """
    locked = MailCase.objects.select_for_update().get(pk=case.pk)
    if locked.files.filter(state=FileState.ACCEPTED).exists():
        raise WrongCase
    locked.state, locked.reason, locked.tell_from = CaseState.NOT_OURS, "", None
    locked.save(update_fields=["state", "reason", "tell_from"])
    if locked.answer is not None:
        with suppress(WrongState):  # it went already
            cancel(mail=locked.answer, reason="Thư nhận được không phải của cơ quan.")
    _record(locked, by, at, what="not_ours")
    return locked


@transaction.atomic
def settle(*, case: MailCase, by: User, at: datetime) -> MailCase:
    """A person saw to it: a question was answered, a mail looked at in the mailbox. Recorded as `mail.decide`.

    Raises WrongCase when the mail waits for nobody.
    """
    locked = MailCase.objects.select_for_update().get(pk=case.pk)
    if locked.state not in NEEDS_A_PERSON:
        raise WrongCase
    locked.state = CaseState.SETTLED
    locked.save(update_fields=["state"])
    _record(locked, by, at, what="settle")
    return locked


def remember_sender(*, case: MailCase, unit: Unit, by: User, at: datetime) -> MailCase:
    """From now on mails from this address are the unit's; the mail at hand is read again, earlier ones show the unit.

    Recorded as `mail.address`.

    Raises WrongCase when the sender is known or has no address, and what reading again raises.
    """
    if case.unit_id or not is_address(case.sender) or unit.ward_id != case.ward_id:
        raise WrongCase
    with transaction.atomic():
        kept, _ = UnitAddress.objects.update_or_create(
            ward_id=case.ward_id, address=case.sender.lower(), defaults={"unit": unit, "added_by": by, "added_at": at}
        )
        _record_address(kept, by, at, what="remember")
        _name_earlier(case, kept, at)
    return read_again(case=case, by=by, at=at)


def _name_earlier(case: MailCase, kept: UnitAddress, at: datetime) -> None:
    """The other mails from the address, whatever became of them, show the unit too; none is handed in by that.

    One whose address may be forged, or whose message is gone, stays nobody's; one not read yet finds the unit itself.
    """
    others = MailCase.objects.filter(ward_id=kept.ward_id, sender=kept.address, unit=None).exclude(raw=None)
    others = others.exclude(pk=case.pk).exclude(state=CaseState.NEW).select_related("raw")
    honest = [one.pk for one in others if one.raw and not is_forged(read_verified(blob=one.raw, now=at))]
    named = MailCase.objects.filter(pk__in=honest)
    MailFile.objects.filter(case__in=honest, reason=UNKNOWN_SENDER).update(reason=KNOWN_SINCE)
    named.filter(reason=UNKNOWN_SENDER).update(reason=KNOWN_SINCE)
    named.update(unit=kept.unit_id)


@transaction.atomic
def forget_address(*, address: UnitAddress, by: User, at: datetime) -> None:
    """Mails from this address are no longer a unit's; what was handed in stays. Recorded as `mail.address`."""
    _record_address(address, by, at, what="forget")
    address.delete()


def open_original(*, case: MailCase, by: User, at: datetime) -> BinaryIO:
    """The message byte for byte, to be closed by the caller. Recorded as `mail.open`.

    Raises WrongCase when nothing was kept, and what the vault raises.
    """
    if case.raw is None:
        raise WrongCase
    content = open_verified(blob=case.raw, now=at)
    detail = {"sha256": case.sha256}
    try:
        with transaction.atomic():
            audit.record(action="mail.open", actor=by, obj=case, ward_id=case.ward_id, detail=detail, at=at)
    except BaseException:
        content.close()
        raise
    return content


def _record_address(address: UnitAddress, by: User, at: datetime, **detail: object) -> None:
    detail["unit"] = address.unit_id
    audit.record(action="mail.address", actor=by, obj=address, ward_id=address.ward_id, detail=detail, at=at)


def _record(case: MailCase, by: User, at: datetime, **detail: object) -> None:
    audit.record(action="mail.decide", actor=by, obj=case, ward_id=case.ward_id, detail=detail, at=at)
