"""Giving a draft the next free number of its kind in the term.

Not here: which number that is (`directives.numbering`), other changes of a draft (`drafts.py`).
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from django.db import transaction

from directives.errors import NotIssuable
from directives.models import Directive
from directives.numbering import next_number
from directives.services.drafts import DirectiveHead, update_directive
from units.models import Unit, User
from vietnamese.dates import local_day


@transaction.atomic
def take_number(*, directive: Directive, by: User | None, at: datetime) -> Directive:
    """The draft of the committee itself gets the next number; without a date it is dated on the day of `at`.

    Two who ask at once get two numbers: the ward's row is locked. A draft that has a number keeps it.
    Recorded as `directive.change`. Raises NotIssuable: another body's paper, or no term; IllegalMove when issued.
    """
    ward = Unit.objects.select_for_update(of=("self",)).select_related("profile").get(pk=directive.ward_id)
    directive = Directive.objects.get(pk=directive.pk)
    if directive.number is not None:
        return directive
    if directive.issuer != ward.profile.name:
        raise NotIssuable(f"Văn bản của {directive.issuer} mang số của cơ quan đó. Ghi số ở phần đầu văn bản.")
    day = directive.issued_on or local_day(at)
    number = next_number(ward.profile, kind=directive.kind, day=day)
    if number is None:
        raise NotIssuable("Chưa ghi nhiệm kỳ nào nên chưa có số tiếp theo. Ghi nhiệm kỳ ở Thiết lập, hoặc điền số.")
    head = {field.name: getattr(directive, field.name) for field in fields(DirectiveHead)}
    cited = list(directive.legal_bases.values_list("citation", flat=True))
    numbered = DirectiveHead(**(head | {"number": number, "issued_on": day}))
    return update_directive(directive=directive, head=numbered, legal_bases=cited, by=by, at=at)
