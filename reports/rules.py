"""The permission table of reports and jobs. Beside each `view_*` stands `visible_to(user)`.

| Permission                   | Who                                          |
|------------------------------|----------------------------------------------|
| reports.view_summaryreport   | ADMIN, OFFICE, LEADER of its ward            |
| reports.change_summaryreport | ADMIN, OFFICE of its ward                    |
| reports.compile_directive    | ADMIN, OFFICE of the directive's ward        |
| reports.view_chasingletter   | ADMIN, OFFICE, LEADER of its ward            |
| reports.view_forwardingbundle| ADMIN, OFFICE of its ward                    |
| reports.view_job             | ADMIN, OFFICE, LEADER of its ward            |
| reports.change_job           | ADMIN, OFFICE of its ward: stop, run again   |

Whether the state allows it is said by the verbs, not here.
Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.models import Directive
    from reports.models import ChasingLetter, ForwardingBundle, Job, SummaryReport
    from units.models import User


@rules.predicate
def reads_ward_of(user: User, obj: SummaryReport | ChasingLetter | Job) -> bool:
    """ADMIN, OFFICE or LEADER of the object's ward."""
    return scope_of(user).reads(obj.ward)


@rules.predicate
def works_for_ward_of(user: User, obj: SummaryReport | ForwardingBundle | Job | Directive) -> bool:
    """ADMIN or OFFICE of the object's ward."""
    return scope_of(user).works_for(obj.ward)


rules.add_perm("reports.view_summaryreport", reads_ward_of)
rules.add_perm("reports.change_summaryreport", works_for_ward_of)
rules.add_perm("reports.compile_directive", works_for_ward_of)
rules.add_perm("reports.view_chasingletter", reads_ward_of)
rules.add_perm("reports.view_forwardingbundle", works_for_ward_of)
rules.add_perm("reports.view_job", reads_ward_of)
rules.add_perm("reports.change_job", works_for_ward_of)
