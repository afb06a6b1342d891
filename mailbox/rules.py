"""The permission table of the mailbox. Beside each `view_*` stands `visible_to(user)`.

| Permission          | Who                         |
|---------------------|-----------------------------|
| mailbox.view_mailcase   | ADMIN, OFFICE of its ward   |
| mailbox.decide_mailcase | ADMIN, OFFICE of its ward   |
| mailbox.view_mailfolder | ADMIN, OFFICE of its ward   |
| mailbox.view_unitaddress | ADMIN, OFFICE of its ward  |

Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from units.scopes import scope_of

if TYPE_CHECKING:
    from mailbox.models import MailCase, MailFolder, UnitAddress
    from units.models import User


@rules.predicate
def works_for_ward_of(user: User, thing: MailCase | MailFolder | UnitAddress) -> bool:
    """ADMIN or OFFICE of the ward the mail came to."""
    return scope_of(user).works_for(thing.ward)


rules.add_perm("mailbox.view_mailcase", works_for_ward_of)
rules.add_perm("mailbox.decide_mailcase", works_for_ward_of)
rules.add_perm("mailbox.view_mailfolder", works_for_ward_of)
rules.add_perm("mailbox.view_unitaddress", works_for_ward_of)
