"""Deadlines follow the new day of a chasing letter, when the office says so.

Not here: whom it reaches (`reports.letter_extension`), the letter itself (`chasing.py`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from directives.models import Requirement
from directives.services.deadlines import extend_all_owing
from reports.errors import ReportRefused
from reports.letter_extension import extension_of
from reports.models import ChasingLetter
from units.models import User
from vietnamese.dates import format_date, local_day


@transaction.atomic
def extend_by_letter(*, letter: ChasingLetter, by: User | None, now: datetime) -> int:
    """Extend what the letter chased and is owed still to its new day; returns how many obligations.

    Each keeps its old day in history, with the letter as the reason; those concerned are told as of every extension.
    Recorded as `obligation.extend`, once a duty. Raises ReportRefused when nobody is left or the day is over.
    """
    letter = ChasingLetter.objects.select_for_update(of=("self",)).select_related("outgoing").get(pk=letter.pk)
    wanted = extension_of(letter, now=now)
    if wanted is None:
        raise ReportRefused("Công văn này không đặt hạn mới nên không có gì để gia hạn.")
    if wanted.new_due_at <= now:
        raise ReportRefused("Hạn mới của công văn đã qua. Muốn lùi hạn thì gia hạn ở từng việc, với ngày sau hôm nay.")
    by_duty: dict[Requirement, list[int]] = defaultdict(list)
    for row in wanted.rows:
        by_duty[row.requirement].append(row.pk)
    if not by_duty:
        raise ReportRefused("Không còn việc nào được đôn đốc mà hạn trước ngày ấy, không có gì để gia hạn.")
    reason = reason_of(letter)
    count = sum(
        extend_all_owing(requirement=duty, obligations=pks, new_due_at=wanted.new_due_at, reason=reason, by=by, at=now)
        for duty, pks in by_duty.items()
    )
    letter.extended_at = now
    letter.save(update_fields=["extended_at"])
    return count


def reason_of(letter: ChasingLetter) -> str:
    """ "Công văn đôn đốc số 57 ngày 29/4/2026", the number when there is one."""
    number = f" số {letter.number:02d}" if letter.number else ""
    return f"Công văn đôn đốc{number} ngày {format_date(local_day(letter.at))}"
