"""Who has received which paper: rows with whom to call, the reader's own part of one paper, and the list as a workbook.

Not here: selection (`acknowledgement_querysets.py`), HTML (templates/directives/acknowledgements.html).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final

import xlsxwriter

from directives.acknowledgement_querysets import AcknowledgementQuerySet
from directives.models import Acknowledgement, Directive
from units.choices import PositionGroup
from units.models import Appointment, User
from vietnamese.dates import format_date, format_moment

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD: Final = ("STT", "Đơn vị", "Văn bản", "Giao lúc", "Xem lần đầu", "Xác nhận đã nhận", "Người xác nhận")
CONTACT: Final = ("Người liên hệ",)
_WIDTHS: Final = (6, 36, 40, 18, 18, 18, 26, 44)


@dataclass(frozen=True, slots=True)
class Contact:
    """A secretary to call."""

    name: str
    post: str
    phone: str


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """A reader's part of one paper: the units he answers for, and those of them that have not confirmed."""

    rows: tuple[Acknowledgement, ...]

    @property
    def waiting(self) -> tuple[Acknowledgement, ...]:
        """Not confirmed."""
        return tuple(row for row in self.rows if row.received_at is None)


def own_receipt(directive: Directive, user: User) -> OwnReceipt:
    """What the reader confirms of this paper as a secretary; one query."""
    rows = Acknowledgement.objects.answered_by(user).filter(directive=directive)
    return OwnReceipt(tuple(rows.select_related("unit", "received_by").order_by("unit__path")))


def listed(found: AcknowledgementQuerySet) -> AcknowledgementQuerySet:
    """With all that a row says; the longest waiting paper first, then by the place of the unit in the tree."""
    told = found.select_related("unit", "directive", "seen_by", "received_by")
    return told.order_by("directive__issued_at", "directive_id", "unit__path", "pk")


def contacts_by_unit(units: Collection[int], day: date) -> dict[int, list[Contact]]:
    """Unit id → its secretaries and deputies on `day`, secretaries first. One query."""
    posts = Appointment.objects.active(day).filter(unit__in=units, position__group=PositionGroup.CELL_SECRETARY)
    found: dict[int, list[Contact]] = defaultdict(list)
    for post in posts.select_related("member", "position").order_by("position__order", "pk"):
        found[post.unit_id].append(Contact(post.member.full_name, post.position.title, post.member.phone))
    return {
        unit: sorted(contacts, key=lambda one: one.post.casefold().startswith("phó"))
        for unit, contacts in found.items()
    }


def as_workbook(rows: Iterable[Acknowledgement], *, contacts: dict[int, list[Contact]] | None, at: datetime) -> bytes:
    """The list as .xlsx, A4 landscape; text stays text. `contacts`: for those who may see telephones, else None."""
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {**options, "constant_memory": True}) as book:
        font = {"font_name": "Times New Roman", "font_size": 12}
        cell = book.add_format({**font, "border": 1, "text_wrap": True, "valign": "top"})
        head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True})
        sheet = book.add_worksheet("Xác nhận đã nhận")
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, "XÁC NHẬN ĐÃ NHẬN VĂN BẢN", book.add_format({**font, "bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"Số liệu lúc {format_moment(at)}", book.add_format({**font, "italic": True}))
        for column, word in enumerate(HEAD + (CONTACT if contacts is not None else ())):
            sheet.write_string(2, column, word, head)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for number, row in enumerate(rows, start=1):
            sheet.write_number(number + 2, 0, number, cell)
            for column, text in enumerate(_cells(row, contacts), start=1):
                sheet.write_string(number + 2, column, text, cell)
    return out.getvalue()


def _cells(row: Acknowledgement, contacts: dict[int, list[Contact]] | None) -> list[str]:
    paper = row.directive
    day = f" ngày {format_date(paper.issued_on)}" if paper.issued_on else ""
    cells = [
        row.unit.name,
        f"{paper}{day}: {paper.subject}",
        format_moment(row.asked_at),
        format_moment(row.seen_at) if row.seen_at else "chưa mở",
        format_moment(row.received_at) if row.received_at else "chưa xác nhận",
        row.received_by.full_name if row.received_by else "",
    ]
    if contacts is not None:
        of_unit = contacts.get(row.unit_id, ())
        cells.append("; ".join(f"{one.name}, {one.post}: {one.phone or 'chưa có điện thoại'}" for one in of_unit))
    return cells
