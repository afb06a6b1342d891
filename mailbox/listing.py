"""What the pages of the mailbox show: cases by state, and debts a file may be given to.

Reads only. Not here: HTTP (`views.py`), who may see what (`access.py`).
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.db.models import Count, Q

from directives.choices import ObligationState, RequirementKind
from directives.models import Obligation
from directives.querysets import ObligationQuerySet
from mailbox.answering import subject_of
from mailbox.choices import NEEDS_A_PERSON, CaseState
from mailbox.models import MailCase, UnitAddress
from mailbox.querysets import MailCaseQuerySet
from outbox.models import OutgoingMail
from outbox.services import is_address
from submissions.models import Receipt
from units.models import Unit, User
from units.querysets import UnitQuerySet
from vietnamese.dates import local_day
from vietnamese.text import fold

CHIPS = (
    ("can-xu-ly", "Cần xử lý", NEEDS_A_PERSON),
    ("da-nhan", "Đã nhận", (CaseState.ACCEPTED,)),
    ("da-xu-ly", "Đã xử lý", (CaseState.SETTLED,)),
    ("cho-doc", "Chờ đọc", (CaseState.NEW,)),
    ("bo-qua", "Bỏ qua", (CaseState.IGNORED, CaseState.NOT_OURS)),
)
_MOST = 30


def in_state(cases: MailCaseQuerySet, state: str) -> MailCaseQuerySet:
    """Those of one chip; an unknown one means all."""
    chosen = {key: states for key, _, states in CHIPS}.get(state)
    return cases.filter(state__in=chosen) if chosen else cases


def chips(cases: MailCaseQuerySet) -> list[tuple[str, str, int]]:
    """(key, word, count), all of them first; one query."""
    counted = {key.replace("-", "_"): Count("pk", filter=Q(state__in=states)) for key, _, states in CHIPS}
    counts = cases.order_by().aggregate(all=Count("pk"), **counted)
    return [("", "Tất cả", counts["all"]), *((key, word, counts[key.replace("-", "_")]) for key, word, _ in CHIPS)]


def letters_of(case: MailCase) -> list[OutgoingMail]:
    """What the sender was written about this mail: the answer, then what was told later."""
    return [*([case.answer] if case.answer else []), *case.later.order_by("pk")]


def mail_of_deposit(cases: MailCaseQuerySet, code: str) -> MailCase | None:
    """The mail whose files were handed in under this code; the earliest when the same file came again."""
    receipts = Receipt.objects.filter(deposit__code=code)
    return cases.filter(files__receipt__in=receipts.values("code")).order_by("received_at", "pk").first()


def known_since(case: MailCase) -> UnitAddress | None:
    """The address the office noted as the unit's: what was answered before it did not know the sender."""
    if case.unit_id is None:
        return None
    kept = UnitAddress.objects.filter(ward=case.ward_id, address=case.sender.lower(), unit=case.unit_id)
    return kept.select_related("unit").first()


def reply_url(case: MailCase) -> str:
    """Opens a person's own mail program with a reply begun; "" when the mail names no usable address."""
    return (
        f"mailto:{quote(case.sender, safe='@')}?subject={quote(subject_of(case.subject))}"
        if is_address(case.sender)
        else ""
    )


def units_of(case: MailCase, at: datetime) -> UnitQuerySet:
    """Units of the case's ward that a mail can come from."""
    units = Unit.objects.within(case.ward).open_on(local_day(at)).exclude(pk=case.ward_id)
    return units.order_by("sort_key")


def debts_for(user: User, case: MailCase, text: str) -> ObligationQuerySet:
    """Debts of the case's ward that may take a file, found by words of member, unit or duty; the sender's unit first."""
    debts = Obligation.objects.visible_to(user).filter(ward=case.ward).exclude(
        state__in=[ObligationState.ACCEPTED, ObligationState.WAIVED]
    ).exclude(requirement__kind__in=[RequirementKind.ACTIVITY, RequirementKind.STANDING])  # fmt: skip
    for word in text.split()[:8]:
        debts = debts.filter(
            Q(member__folded__contains=fold(word))
            | Q(unit__name__icontains=word)
            | Q(requirement__title__icontains=word)
        )
    if not text and case.unit:
        debts = debts.of_unit(case.unit)
    return debts.select_related("member", "unit", "requirement__directive").order_by(
        "due_at", "member__sort_key", "pk"
    )[:_MOST]
