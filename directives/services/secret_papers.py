"""Turning away what bears a state-secret stamp, and logging that it was (`domain.md` §3): when, who, why, nothing of it.

Not here: what counts as a stamp (`directives.secrecy`), reading text out of files (`settings.DOCUMENT_SCANNER`).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from audit import services as audit
from audit.choices import AuditResult
from directives.errors import FileUnread, SecretMarked
from directives.secrecy import find_stamp
from units.models import Unit, User
from vault.staging import Staged


def refuse_stamped(*texts: str) -> None:
    """Raises SecretMarked when one of the texts bears a state-secret stamp."""
    for text in texts:
        stamp = find_stamp(text)
        if stamp:
            raise SecretMarked(stamp)


def refuse_stamped_file(name: str, staged: Staged) -> None:
    """Raises SecretMarked for a stamp in the name or the text of a file that waits beside the vault, and wipes it;
    FileUnread when its text cannot be looked through, because no inspection follows at this door."""
    stamp: str | None
    stamp, where = find_stamp(name) or find_stamp(name.rpartition(".")[0]), "tên tệp"
    if not stamp:
        # The scanner stands in a room above (it reads files in the inspection's child process); settings name it.
        stamp, where = import_string(settings.DOCUMENT_SCANNER)(staged.path, staged.size), "nội dung tệp"
    if stamp:
        staged.wipe()
        raise SecretMarked(stamp, where=where)
    if stamp is None:
        raise FileUnread(name)


@transaction.atomic
def record_secret_refusal(*, reason: str, by: User | str | None, ward: Unit | None, at: datetime) -> None:
    """Log that a stamped paper was turned away: time, user and reason, nothing of the paper. `ward` None: of no ward yet."""
    audit.record(
        action="directive.refuse_secret",
        actor=by,
        ward_id=ward.pk if ward else None,
        detail={"reason": reason},
        at=at,
        result=AuditResult.REFUSED,
    )
