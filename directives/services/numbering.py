"""Giving numbers of the term: to a draft, to a paper the portal makes, and saying what became of one that is missing.

Whoever gives a number holds the ward's row, so that two at once get two numbers.
Not here: which number that is (`directives.numbering`), other changes of a draft (`drafts.py`).
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Final

from django.db import transaction

from audit import services as audit
from directives.choices import OutgoingState
from directives.errors import NotIssuable, NumberTaken
from directives.models import Directive, OutgoingNumber
from directives.numbering import TermSpan, days_of_numbers, next_number, taken_numbers, term_span
from directives.querysets_outgoing import OutgoingNumberQuerySet
from directives.services.drafts import DirectiveHead, refuse_taken_number, update_directive
from units.models import Unit, User
from vietnamese.dates import local_day

EXPLAINED: Final = (OutgoingState.OUTSIDE, OutgoingState.VOID)
_AHEAD: Final = (
    "Số {number:02d} chưa tới lượt: số lớn nhất đã dùng là {highest:02d}. Kiểm tra lại số; nếu đã có văn bản mang số này, "
    "ghi văn bản ấy vào sổ trước."
)
_NONE_YET: Final = "Chưa có văn bản nào mang số nên chưa có số trống. Ghi văn bản đã phát hành vào sổ trước."


@transaction.atomic
def take_number(*, directive: Directive, by: User | None, at: datetime) -> Directive:
    """The draft of the committee itself gets the next number; without a date it is dated on the day of `at`.

    Two who ask at once get two numbers: the ward's row is locked. A draft that has a number keeps it.
    Recorded as `directive.change`. Raises NotIssuable: another body's paper, or no term; IllegalMove when issued.
    """
    ward = _locked(directive.ward_id)
    directive = Directive.objects.get(pk=directive.pk)
    if directive.number is not None:
        return directive
    if directive.issuer not in ward.profile.names:
        raise NotIssuable(f"Văn bản của {directive.issuer} mang số của cơ quan đó. Ghi số ở phần đầu văn bản.")
    day = directive.issued_on or local_day(at)
    number = next_number(ward.profile, kind=directive.kind, day=day)
    if number is None:
        raise NotIssuable("Chưa ghi nhiệm kỳ nào nên chưa có số tiếp theo. Ghi nhiệm kỳ ở Thiết lập, hoặc điền số.")
    head = {field.name: getattr(directive, field.name) for field in fields(DirectiveHead)}
    cited = list(directive.legal_bases.values_list("citation", flat=True))
    numbered = DirectiveHead(**(head | {"number": number, "issued_on": day}))
    return update_directive(directive=directive, head=numbered, legal_bases=cited, by=by, at=at)


@transaction.atomic
def assign_number(
    *, ward: Unit, kind: str, number: int | None, day: date, about: str, directive: Directive | None, by: User | None,
    at: datetime, may_be_outside: bool = False,
) -> OutgoingNumber:  # fmt: skip
    """The number of a paper that the portal makes, dated `day`: the one wished for, else the next of the kind.

    `may_be_outside`: one explained as used outside the portal is taken, too; its explanation is kept, should the
    number be given back. Part of the act that makes the paper, which records it. Raises NumberTaken, also when no term is entered.
    """
    ward = _locked(ward.pk)
    span = term_span(ward, day)
    if span is None:
        raise NumberTaken("Chưa ghi nhiệm kỳ nào nên không biết số chạy từ đâu. Ghi nhiệm kỳ ở Thiết lập.")
    if number is None:
        number = next_number(ward.profile, kind=kind, day=day) or 1
    refuse_taken_number(ward.profile, kind=kind, number=number, day=day, may_be_outside=may_be_outside)
    row = _unborne(ward, span, kind).filter(number=number).first() or OutgoingNumber(
        ward=ward, kind=kind, number=number
    )
    row.note = row.note if row.state == OutgoingState.OUTSIDE else ""
    row.state, row.day, row.about, row.directive = OutgoingState.TAKEN, day, about[:255], directive
    row.by, row.at = by, at
    row.save()
    return row


def give_back_number(*, row: OutgoingNumber, why: str, at: datetime) -> None:
    """The paper was never made or bears another number: this one is free again, and the gap it may leave says why.

    One that was taken although explained as used outside the portal is that again. Part of the act that ended the
    paper. Nobody may hold the row any more.
    """
    if row.note:
        row.state = OutgoingState.OUTSIDE
    else:
        row.state, row.note = OutgoingState.FREE, f"{row.about}: {why}"[:255]
    row.about, row.directive, row.at = "", None, at
    row.save(update_fields=["state", "note", "about", "directive", "at"])


@transaction.atomic
def explain_numbers(
    *, ward: Unit, kind: str, first: int, last: int, state: str, note: str, day: date, by: User | None, at: datetime
) -> int:
    """What became of the numbers `first` to `last` that no paper here bears: used outside the portal, or left out.

    How many were written. Recorded as `number.explain`. Raises NumberTaken when one of them is used or ahead of the
    run, or the note is empty.
    """
    ward = _locked(ward.pk)
    span = term_span(ward, day)
    if span is None:
        raise NumberTaken("Chưa ghi nhiệm kỳ nào. Ghi nhiệm kỳ ở Thiết lập trước.")
    if not note:
        raise NumberTaken("Ghi vì sao các số này không có văn bản trên cổng.")
    taken = taken_numbers(ward.profile, kind=kind, span=span, past=EXPLAINED)
    if used := [number for number in taken if first <= number <= last]:
        raise NumberTaken(f"Số {min(used):02d} đã có: {taken[min(used)]}. Chọn lại khoảng số.")
    highest = (next_number(ward.profile, kind=kind, day=day) or 1) - 1
    if last > highest:
        raise NumberTaken(_AHEAD.format(number=last, highest=highest) if highest else _NONE_YET)
    known = {row.number: row for row in _unborne(ward, span, kind).filter(number__range=(first, last))}
    days = days_of_numbers(ward.profile, kind=kind, span=span)
    rows, above = [], span.first
    for number in range(highest, first - 1, -1):
        above = days.get(number, above)  # of no known day: it follows the paper above it when terms are put right
        if number <= last:
            row = known.get(number) or OutgoingNumber(ward=ward, kind=kind, number=number)
            row.state, row.note, row.day, row.by, row.at = state, note, above, by, at
            rows.append(row)
    OutgoingNumber.objects.bulk_create([row for row in rows if row.pk is None])
    OutgoingNumber.objects.bulk_update(
        [row for row in rows if row.number in known], ["state", "note", "day", "by", "at"]
    )
    numbers = f"{first:02d}" if first == last else f"{first:02d}–{last:02d}"
    detail = {"kind": kind, "numbers": numbers, "what": state, "note": note}
    audit.record(action="number.explain", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return len(rows)


def _unborne(ward: Unit, span: TermSpan, kind: str) -> OutgoingNumberQuerySet:
    rows = OutgoingNumber.objects.filter(ward=ward, kind=kind).between(span.first, span.end)
    return rows.exclude(state=OutgoingState.TAKEN)


def _locked(ward_id: int) -> Unit:
    return Unit.objects.select_for_update(of=("self",)).select_related("profile").get(pk=ward_id)
