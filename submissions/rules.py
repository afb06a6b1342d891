"""The permission table of submissions and files. Beside each `view_*` stands `visible_to(user)`.

| Permission                     | Who                                                                              |
|--------------------------------|----------------------------------------------------------------------------------|
| submissions.view_submission    | who sees its obligation: ADMIN, OFFICE, LEADER, the unit's SECRETARY, its cluster's lead, the author |
| submissions.view_submittedfile | an essay: its author, the unit's SECRETARY, ADMIN, OFFICE; other papers: who sees the submission |
| submissions.review_submission  | ADMIN, OFFICE of its ward                                                        |
| submissions.hand_in            | (on an obligation) the member who owes it, the unit's SECRETARY, ADMIN, OFFICE   |

Essays hold political opinion: a leader sees that one was handed in, and when, not what it says (`domain.md` §7).
Whether a content may be opened at all is its inspection's state, not a right (`access.py`).
Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from directives.choices import RequirementKind
from directives.rules import is_its_secretary, owes_it, sees_its_unit, works_for_its_ward
from units.scopes import scope_of

if TYPE_CHECKING:
    from submissions.models import Submission, SubmittedFile
    from units.models import User


@rules.predicate
def sees_submission(user: User, submission: Submission) -> bool:
    """Sees the unit that answers for it, or owes it."""
    return sees_its_unit(user, submission.obligation) or owes_it(user, submission.obligation)


@rules.predicate
def opens_file(user: User, file: SubmittedFile) -> bool:
    """Near enough to the paper to read it."""
    obligation = file.version.submission.obligation
    if works_for_its_ward(user, obligation) or is_its_secretary(user, obligation) or owes_it(user, obligation):
        return True
    return obligation.requirement.kind != RequirementKind.ESSAY and sees_its_unit(user, obligation)


@rules.predicate
def reviews_submission(user: User, submission: Submission) -> bool:
    """ADMIN or OFFICE of the ward."""
    return scope_of(user).works_for(submission.obligation.ward)


rules.add_perm("submissions.view_submission", sees_submission)
rules.add_perm("submissions.view_submittedfile", opens_file)
rules.add_perm("submissions.review_submission", reviews_submission)
rules.add_perm("submissions.hand_in", owes_it | is_its_secretary | works_for_its_ward)
