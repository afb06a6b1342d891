"""The permission table of personal data. Beside each `view_*` stands `visible_to(user)`.

| Permission                      | Who                                                              |
|---------------------------------|------------------------------------------------------------------|
| privacy.export_member           | the member himself, ADMIN and OFFICE of his ward                 |
| privacy.ask_correction          | the member himself, his secretary, ADMIN and OFFICE of his ward  |
| privacy.view_correctionrequest  | whoever asked, the member, ADMIN and OFFICE of the ward          |
| privacy.decide_correction       | ADMIN and OFFICE of the ward                                     |
| privacy.view_deletionrecord     | ADMIN of the ward                                                |
| privacy.view_retentionproposal  | ADMIN of the ward                                                |

Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from units.rules import is_oneself, is_secretary_of, works_for_ward_of
from units.scopes import scope_of

if TYPE_CHECKING:
    from privacy.models import CorrectionRequest, DeletionRecord, RetentionProposal
    from units.models import User


@rules.predicate
def asked_it(user: User, asked: CorrectionRequest) -> bool:
    """Sent the request."""
    return asked.asked_by_id == user.pk and user.is_active


@rules.predicate
def is_about_oneself(user: User, asked: CorrectionRequest) -> bool:
    """The request is about the account's own member."""
    return scope_of(user).member_id is not None and asked.member_id == scope_of(user).member_id


@rules.predicate
def works_for_ward_asked(user: User, asked: CorrectionRequest) -> bool:
    """ADMIN or OFFICE of the request's ward."""
    return scope_of(user).works_for(asked.ward)


@rules.predicate
def administers_ward_of_record(user: User, record: DeletionRecord | RetentionProposal) -> bool:
    """ADMIN of the ward of a record, or of a proposal, of destruction."""
    return scope_of(user).administers(record.ward)


rules.add_perm("privacy.export_member", is_oneself | works_for_ward_of)
rules.add_perm("privacy.ask_correction", is_oneself | is_secretary_of | works_for_ward_of)
rules.add_perm("privacy.view_correctionrequest", asked_it | is_about_oneself | works_for_ward_asked)
rules.add_perm("privacy.decide_correction", works_for_ward_asked)
rules.add_perm("privacy.view_deletionrecord", administers_ward_of_record)
rules.add_perm("privacy.view_retentionproposal", administers_ward_of_record)
