"""What the office decides about a mail: give a file to a debt, read the mail again, say that it is not for us.

Not here: reading (`ingesting.py`), pages.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from audit import services as audit
from directives.models import Obligation
from mailbox.choices import CaseState, FileState
from mailbox.errors import WrongCase
from mailbox.models import MailCase, MailFile
from mailbox.reading import read_mail
from mailbox.services.ingesting import claim, open_files, read_case
from submissions.choices import Door
from submissions.desk_access import place_of
from submissions.placing import Placer
from submissions.services.inspecting import inspect_now
from submissions.services.staging import Incoming, keep
from submissions.services.submitting import FileToSubmit, submit
from units.models import User
from vault.services import read_verified

__all__ = ["attach", "not_ours", "read_again"]


def attach(*, file: MailFile, obligation: Obligation, by: User, at: datetime) -> MailFile:
    """Hand in one file of a mail for a debt the office chose, at the hour the mail came. Recorded as `mail.decide`.

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
        return file
    inspect_now(blob=blob, at=at)
    place = place_of(obligation.requirement, obligation.unit)
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
    """Lay a mail aside as not meant for the office. Recorded as `mail.decide`. Raises WrongCase when files were taken."""
    locked = MailCase.objects.select_for_update().get(pk=case.pk)
    if locked.files.filter(state=FileState.ACCEPTED).exists():
        raise WrongCase
    locked.state, locked.reason = CaseState.NOT_OURS, ""
    locked.save(update_fields=["state", "reason"])
    _record(locked, by, at, what="not_ours")
    return locked


def _record(case: MailCase, by: User, at: datetime, **detail: object) -> None:
    audit.record(action="mail.decide", actor=by, obj=case, ward_id=case.ward_id, detail=detail, at=at)
