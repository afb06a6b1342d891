"""The permission table of reminders. Beside each `view_*` stands `visible_to(user)`.

| Permission              | Who                                   |
|-------------------------|---------------------------------------|
| reminders.view_digest   | ADMIN, OFFICE of its ward             |
| reminders.resend_digest | ADMIN, OFFICE of its ward             |
| reminders.view_ruling   | ADMIN, OFFICE of its ward             |
| reminders.change_lettertext | (on a committee) ADMIN, OFFICE: who chases says it in its own words |

Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from units.scopes import scope_of

if TYPE_CHECKING:
    from reminders.models import Digest, Ruling
    from units.models import CommitteeProfile, User


@rules.predicate
def works_for_ward_of(user: User, digest: Digest | Ruling) -> bool:
    """ADMIN or OFFICE of the digest's ward."""
    return scope_of(user).works_for(digest.ward)


@rules.predicate
def works_for_committee(user: User, profile: CommitteeProfile) -> bool:
    """ADMIN or OFFICE of the committee's ward."""
    return scope_of(user).works_for(profile.unit)


rules.add_perm("reminders.view_digest", works_for_ward_of)
rules.add_perm("reminders.resend_digest", works_for_ward_of)
rules.add_perm("reminders.view_ruling", works_for_ward_of)
rules.add_perm("reminders.change_lettertext", works_for_committee)
