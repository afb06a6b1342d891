"""The permission table of submissions and files. Beside each `view_*` stands `visible_to(user)`.

| Permission                     | Who                                                                              |
|--------------------------------|----------------------------------------------------------------------------------|
| submissions.view_submission    | who sees its obligation: ADMIN, OFFICE, LEADER, the unit's SECRETARY, its cluster's lead, the author |
| submissions.view_submittedfile | an essay: its author, the unit's SECRETARY, ADMIN, OFFICE; other papers: who sees the submission |
| submissions.view_stagedfile    | the one who put it on the desk; after a change of secretary, the new one          |
| submissions.view_pendingupload | who sends it, nobody else                                                       |
| submissions.view_longscan      | who sent it, nobody else                                                        |
| submissions.view_deposit       | who sees its unit, who made it, who finds a paper of his own in it               |
| submissions.view_receipt       | who sees its deposit as a unit's or made it; of others' only the own paper       |
| submissions.review_submission  | ADMIN, OFFICE of its ward                                                        |
| submissions.check_submission | the unit's SECRETARY, of members' answers on the two-step route; ADMIN, OFFICE pass on in his place (`access_check`), with a reason and unread |
| submissions.hand_in            | (on an obligation) the member who owes it, the unit's SECRETARY (a form about a unit: its CLUSTER_LEAD), ADMIN, OFFICE |

Essays hold political opinion: a leader sees that one was handed in, and when, not what it says (`domain.md` §7).
Whether a content may be opened at all is its inspection's state, not a right (`access.py`).
Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from directives.choices import RequirementKind
from directives.rules import is_its_secretary, leads_for_it, owes_it, sees_its_unit, works_for_its_ward
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.models import Obligation
    from submissions.models import Deposit, LongScan, PendingUpload, Receipt, StagedFile, Submission, SubmittedFile
    from units.models import User


@rules.predicate
def sees_submission(user: User, submission: Submission) -> bool:
    """Sees the unit that answers for it, or owes it."""
    return sees_its_unit(user, submission.obligation) or owes_it(user, submission.obligation)


@rules.predicate
def opens_file(user: User, file: SubmittedFile) -> bool:
    """Near enough to the paper to read it."""
    obligation = file.version.submission.obligation
    passed_on = not obligation.goes_by_unit or file.version.forwarded_at is not None
    if (
        (works_for_its_ward(user, obligation) and passed_on)
        or is_its_secretary(user, obligation)
        or owes_it(user, obligation)
    ):
        return True
    return obligation.requirement.kind != RequirementKind.ESSAY and sees_its_unit(user, obligation)


@rules.predicate
def opens_words(user: User, obligation: Obligation) -> bool:
    """A unit's report is read by whoever sees the obligation; no essay has words."""
    return obligation.requirement.kind != RequirementKind.ESSAY and (
        sees_its_unit(user, obligation) or owes_it(user, obligation)
    )


@rules.predicate
def put_it_on_the_desk(user: User, staged: StagedFile) -> bool:
    """Uploaded it, or answers for the unit after the secretary who did: the twin asks the same question of one row."""
    return type(staged).objects.visible_to(user).filter(pk=staged.pk).exists()


@rules.predicate
def sends_it(user: User, upload: PendingUpload | LongScan) -> bool:
    """Began the upload."""
    return upload.uploaded_by_id == user.pk


@rules.predicate
def sees_deposit(user: User, deposit: Deposit) -> bool:
    """Sees the unit's work of this kind, or made the deposit."""
    return sees_its_unit(user, deposit) or deposit.submitted_by_id == user.pk


@rules.predicate
def finds_own_paper_in(user: User, deposit: Deposit) -> bool:
    """One of its papers answers an obligation of one's own."""
    return deposit.receipts.of_member(user.member_id).exists()


@rules.predicate
def sees_receipt(user: User, receipt: Receipt) -> bool:
    """Sees the deposit as a unit's or as one's own act, or the paper is one's own."""
    return sees_deposit(user, receipt.deposit) or owes_it(user, receipt.file.version.submission.obligation)


@rules.predicate
def reviews_submission(user: User, submission: Submission) -> bool:
    """ADMIN or OFFICE of the ward; on the two-step route once the unit has passed it on."""
    current = submission.current
    waits = submission.obligation.goes_by_unit and (current is None or current.forwarded_at is None)
    return scope_of(user).works_for(submission.obligation.ward) and not waits


@rules.predicate
def checks_submission(user: User, submission: Submission) -> bool:
    """SECRETARY of the unit, of a member's answer on the two-step route."""
    obligation = submission.obligation
    return obligation.goes_by_unit and scope_of(user).is_secretary_of(obligation.unit)


rules.add_perm("submissions.view_submission", sees_submission)
rules.add_perm("submissions.view_submittedfile", opens_file)
rules.add_perm("submissions.view_stagedfile", put_it_on_the_desk)
rules.add_perm("submissions.view_pendingupload", sends_it)
rules.add_perm("submissions.view_longscan", sends_it)
rules.add_perm("submissions.view_deposit", sees_deposit | finds_own_paper_in)
rules.add_perm("submissions.view_receipt", sees_receipt)
rules.add_perm("submissions.review_submission", reviews_submission)
rules.add_perm("submissions.check_submission", checks_submission)
rules.add_perm("submissions.hand_in", owes_it | is_its_secretary | leads_for_it | works_for_its_ward)
