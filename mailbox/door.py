"""Which addresses are a door: a reply sent there is read, and its files are taken in.

Not here: reading (`services.polling`), what becomes of a mail (`services.ingesting`).
"""

from __future__ import annotations

from django.conf import settings

from mailbox.accounts import accounts_of
from mailbox.errors import BadSetting


def is_read(address: str) -> bool:
    """Whether mail to the address is read here. A setting nobody can read opens no door.

    Called through `settings.MAIL_DOOR` by the letters of reminders, which stand beside this room.
    """
    try:
        accounts = accounts_of(settings.MAILBOXES)
    except BadSetting:
        return False
    return bool(address) and address.lower() in {account.name.lower() for account in accounts}
