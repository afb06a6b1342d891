"""Who handed something in, in words: the member, or another for him ("nộp thay"), through which door. Pure.

One sentence for the history, the review deck, the receipt, the unit's list and the member's own page.
Not here: when it counts as on behalf (`services.submitting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from submissions.choices import Door
from vietnamese.dates import format_date, format_time, local_day

if TYPE_CHECKING:
    from submissions.models import Deposit, SubmissionVersion

OFFICE = "Ban Xây dựng Đảng"


def person_of(deposit: Deposit) -> str:
    """The one who confirmed: an account's or a member's name; the unit whose address a mail came from; the office for
    files handed in by command."""
    if deposit.submitted_by is not None:
        return deposit.submitted_by.full_name
    if deposit.submitted_by_member is not None:
        return deposit.submitted_by_member.full_name
    return deposit.unit.name if deposit.door == Door.MAIL else OFFICE


def who_handed_in(version: SubmissionVersion) -> str:
    """ "Lê Thị Hòa"; "Lê Thị Hòa, qua liên kết riêng"; "Do đ/c Trần Văn Bảy nộp thay lúc 16:05 ngày 24/4/2026";
    "Do Chi bộ 5 nộp thay lúc 16:05 ngày 24/4/2026, qua thư điện tử"."""
    deposit = version.deposit
    by_whom = person_of(deposit)
    is_person = deposit.submitted_by is not None or deposit.submitted_by_member is not None
    tail = {Door.LINK: ", qua liên kết riêng", Door.COMMAND: ", theo lô", Door.MAIL: ", qua thư điện tử"}.get(
        Door(deposit.door), ""
    )
    if not version.on_behalf:
        return f"{by_whom}{tail}"
    when = f"lúc {format_time(version.received_at)} ngày {format_date(local_day(version.received_at))}"
    return f"Do {'đ/c ' if is_person else ''}{by_whom} nộp thay {when}{tail}"
