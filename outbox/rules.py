"""The permission table of the outbox.

| Permission         | Who        |
|--------------------|------------|
| outbox.view_notice | its reader |

Not here: which rows a list shows (`querysets.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules

if TYPE_CHECKING:
    from outbox.models import Notice


@rules.predicate
def is_reader_of(user: Any, notice: Notice) -> bool:
    """The account it was written to."""
    return notice.user_id == user.pk


rules.add_perm("outbox.view_notice", is_reader_of)
