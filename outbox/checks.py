"""The last question before a mail goes: is it still right? Asked by name, so that this leaf imports nobody.

An app above registers a function under a name (in its `AppConfig.ready`); a mail carries the name and a small
payload. The function runs inside the transaction that claims the mail for sending, and may lock what it reads.

Not here: any particular check (`reminders.sending`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from outbox.errors import UnknownCheck

if TYPE_CHECKING:
    from outbox.models import OutgoingMail


@dataclass(frozen=True)
class Letter:
    """The mail is to go, with this text."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Drop:
    """The mail is not to go; the reason is a Vietnamese sentence kept on the row."""

    reason: str


@dataclass(frozen=True)
class Postpone:
    """The mail is not to go now, but from `until` on; it is asked again then, and no attempt is counted."""

    until: datetime


Answer = Letter | Drop | Postpone
Check = Callable[["OutgoingMail", datetime], Answer]

_registry: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Make a check known; registering the same name again replaces it."""
    _registry[name] = check


def ask(mail: "OutgoingMail", at: datetime) -> Answer:
    """What the mail's check says at `at`. Raises UnknownCheck, and whatever the check raises."""
    check = _registry.get(mail.check_name)
    if check is None:
        raise UnknownCheck(mail.check_name)
    return check(mail, at)
