"""Reading the folders of the accounts: each message into the vault, its row and the cursor together, then its files.

Never lost: the cursor passes a message only with its row. Never double: one worker a folder (a lease), one row a
message (its bytes). A folder whose UIDVALIDITY changed is read again from its first day; what is known is passed.
Not here: the line (`fetching.py`), reading a mail (`ingesting.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import services as audit
from mailbox.accounts import Account, accounts_of
from mailbox.choices import NEEDS_A_PERSON, CaseState
from mailbox.errors import BadSetting, NoneOfYours, NotConfigured, Unreachable
from mailbox.fetching import Fetched, Line, line_to
from mailbox.models import MailCase, MailFolder
from mailbox.services.ingesting import MAIL_LIMIT, claim, keep_mail, note_too_long, read_case, read_waiting
from mailbox.services.telling import tell_due
from units.models import Unit, User
from vault.errors import VaultError

_LEASE = timedelta(minutes=10)
_MOST_LEFT = 200
_ROUND = 300  # seconds after which the rest of a full folder waits for the next round; well within the lease


@dataclass(slots=True)
class Polled:
    """What one round brought."""

    fetched: int = 0
    accepted: int = 0
    unclear: int = 0
    ignored: int = 0
    errors: list[str] | None = None

    def count(self, case: MailCase) -> None:
        """Note how a mail ended."""
        self.fetched += 1
        self.accepted += case.state == CaseState.ACCEPTED
        self.unclear += case.state in (*NEEDS_A_PERSON, CaseState.NEW)
        self.ignored += case.state == CaseState.IGNORED


def poll_all(*, now: datetime) -> Polled:
    """One round over every account; a bad one stops no other.

    Mails kept before and not read are read first, then senders hear what was decided since.
    """
    polled = Polled(errors=[])
    try:
        read_waiting(now=now)
        tell_due(now=now)
    except VaultError as away:
        polled.errors = [str(away)]
        return polled
    for account in accounts_of(settings.MAILBOXES):
        error = poll(account=account, now=now, polled=polled)
        if error:
            polled.errors = [*(polled.errors or []), error]
    return polled


def poll(*, account: Account, now: datetime, polled: Polled) -> str:
    """One round over one folder; returns the sentence of what went wrong, "" when nothing did.

    A folder another worker holds is passed over.
    """
    folder = _folder_of(account)
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    if not MailFolder.objects.filter(free, pk=folder.pk).update(lease_until=now + _LEASE):
        return ""
    folder.refresh_from_db()
    error = ""
    try:
        with line_to(account) as line:
            _read_folder(line, account, folder, now, polled)
    except (Unreachable, VaultError) as fault:
        error = str(fault)[:400]
    finally:
        MailFolder.objects.filter(pk=folder.pk).update(lease_until=None, polled_at=now, error=error)
    return error


def check_connections(*, works_for: Callable[[Unit], bool] | None = None) -> list[tuple[str, str]]:
    """Try every account, or those whose mail goes to a ward that is worked for: (name, sentence). Changes nothing. Raises
    NotConfigured, BadSetting, NoneOfYours.
    """
    accounts = accounts_of(settings.MAILBOXES)
    if not accounts:
        raise NotConfigured
    if works_for is not None:
        accounts = [one for one in accounts if (ward := _goes_to(one)) is not None and works_for(ward)]
        if not accounts:
            raise NoneOfYours
    told = []
    for account in accounts:
        try:
            with line_to(account) as line:
                told.append((account.name, f"Nối được; thư mục {account.folder} có {line.messages} thư."))
        except Unreachable as fault:
            told.append((account.name, str(fault)))
    return told


@transaction.atomic
def set_start(*, folder: MailFolder, since: datetime, by: User, at: datetime) -> MailFolder:
    """Say from when an old mailbox is read. Recorded as `mail.set_start`."""
    locked = MailFolder.objects.select_for_update().get(pk=folder.pk)
    locked.since, locked.last_uid = since, 0
    locked.save(update_fields=["since", "last_uid"])
    audit.record(
        action="mail.set_start",
        actor=by,
        obj=locked,
        ward_id=locked.ward_id,
        detail={"day": since.date().isoformat()},
        at=at,
    )
    return locked


def _folder_of(account: Account) -> MailFolder:
    ward = _ward_of(account)
    found, _ = MailFolder.objects.get_or_create(account=account.name, folder=account.folder, defaults={"ward": ward})
    return found


def _goes_to(account: Account) -> Unit | None:
    """The ward whose mail the account's folder is: as it was when first read, else as the setting says; None when that
    names no ward.
    """
    kept = MailFolder.objects.select_related("ward").filter(account=account.name, folder=account.folder).first()
    if kept is not None:
        return kept.ward
    try:
        return _ward_of(account)
    except BadSetting:
        return None


def _ward_of(account: Account) -> Unit:
    """The ward named beside the account, else the first. Raises BadSetting when there is none of that code."""
    wards = Unit.objects.wards().order_by("path")
    ward = (wards.filter(code=account.ward_code) if account.ward_code else wards).first()
    if ward is None:
        raise BadSetting
    return ward


def _read_folder(line: Line, account: Account, folder: MailFolder, now: datetime, polled: Polled) -> None:
    if folder.since is None and not _starts(line, account, folder, now):
        return
    if folder.uid_validity != line.uid_validity:
        folder.uid_validity, folder.last_uid = line.uid_validity, 0
        folder.save(update_fields=["uid_validity", "last_uid"])
    if folder.since is None:
        return
    _put_aside_the_rest(line, account, folder)
    begun = time.monotonic()
    for uid in line.uids_after(folder.last_uid, folder.since):
        if time.monotonic() - begun > _ROUND:
            break
        fetched = line.fetch(uid, MAIL_LIMIT)
        case, is_new = _take_in(fetched, account, folder, uid, now) if fetched else (None, False)
        _pass(folder, uid, now)
        if case is None:
            continue
        if is_new:
            claimed = claim(pk=case.pk, now=now)
            case = read_case(case=claimed, now=now) if claimed else case
            polled.count(case)
        if case.state != CaseState.NEW:
            _put_aside(line, account, case, uid)


def _put_aside_the_rest(line: Line, account: Account, folder: MailFolder) -> None:
    """Mails that were kept when the line broke, or read later: off to their folder now."""
    key = _key(account, folder)
    for case in list(MailCase.objects.to_put_aside(key)[:_MOST_LEFT]):
        _put_aside(line, account, case, int(case.key.removeprefix(key).partition("/")[0]))


def _put_aside(line: Line, account: Account, case: MailCase, uid: int) -> None:
    line.put_aside(uid, account.unclear if case.state in NEEDS_A_PERSON else account.processed)
    MailCase.objects.filter(pk=case.pk).update(to_put_aside=False)


def _key(account: Account, folder: MailFolder) -> str:
    """How the keys of a folder's mails begin; the UID follows."""
    return f"{account.name}/{account.folder}/{folder.uid_validity}/"


def _starts(line: Line, account: Account, folder: MailFolder, now: datetime) -> bool:
    """Where reading begins: the setting's day, at once for an empty folder, else a person is asked (False)."""
    if account.since:
        folder.since = now.replace(
            year=account.since.year, month=account.since.month, day=account.since.day, hour=0, minute=0, second=0
        )
    elif line.messages == 0:
        folder.since = now
    folder.waiting_mails = line.messages
    folder.save(update_fields=["since", "waiting_mails"])
    return folder.since is not None


def _take_in(
    fetched: Fetched, account: Account, folder: MailFolder, uid: int, now: datetime
) -> tuple[MailCase | None, bool]:
    """The row of one message and whether it is new; None when the message is older than the first day."""
    if folder.since and fetched.received_at < folder.since - timedelta(minutes=1):
        return None, False
    key = f"{_key(account, folder)}{uid}"
    if fetched.raw is None:
        return note_too_long(
            ward=folder.ward, account=account.name, key=key, size=fetched.size, received_at=fetched.received_at, now=now,
            to_put_aside=True,
        )  # fmt: skip
    return keep_mail(
        raw=fetched.raw, ward=folder.ward, account=account.name, key=key, received_at=fetched.received_at, now=now,
        to_put_aside=True,
    )  # fmt: skip


def _pass(folder: MailFolder, uid: int, now: datetime) -> None:
    """Move the cursor past a message whose row is written, and hold the folder on."""
    folder.last_uid = uid
    MailFolder.objects.filter(pk=folder.pk).update(last_uid=uid, lease_until=now + _LEASE)
