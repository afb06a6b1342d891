"""The list behind a number as an Excel workbook, row by row in constant memory.

Names are written as text, so that one beginning with "=" is never calculated.
Not here: which rows (`drill.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Final

import xlsxwriter

from directives.models import Obligation
from directives.shown_state import shown_state
from interface.states import state
from interface.wording import last_day_of
from vietnamese.dates import VIETNAM, format_moment

HEAD: Final = ("TT", "Họ tên", "Đơn vị", "Việc", "Văn bản", "Hạn", "Trạng thái", "Nộp lúc")
WIDTHS: Final = (5, 28, 36, 40, 14, 12, 22, 17, 14, 28)
CONTACTS: Final = ("Điện thoại", "Thư điện tử")


def drill_workbook(obligations: Iterable[Obligation], *, title: str, at: datetime, with_contacts: bool) -> bytes:
    """The bytes of an .xlsx with one row an obligation, in the order given.

    `with_contacts` adds phone and e-mail of the members: for the office only (`units.view_contact`).
    """
    columns = HEAD + CONTACTS if with_contacts else HEAD
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        font = {"font_name": "Times New Roman", "font_size": 12}
        plain = book.add_format({**font, "border": 1, "text_wrap": True, "valign": "top"})
        head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True})
        day = book.add_format({**font, "border": 1, "num_format": "dd/mm/yyyy", "valign": "top"})
        moment = book.add_format({**font, "border": 1, "num_format": "hh:mm dd/mm/yyyy", "valign": "top"})
        page = book.add_worksheet("Danh sách")
        for column, width in enumerate(WIDTHS[: len(columns)]):
            page.set_column(column, column, width)
        page.write_string(0, 0, title, book.add_format({**font, "bold": True, "font_size": 14}))
        page.write_string(1, 0, f"Số liệu lúc {format_moment(at)}", book.add_format({**font, "italic": True}))
        for column, word in enumerate(columns):
            page.write_string(2, column, word, head)
        page.freeze_panes(3, 2)
        page.repeat_rows(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        for number, obligation in enumerate(obligations, start=1):
            line = number + 2
            member, unit = obligation.member, obligation.unit
            key, words = shown_state(obligation, at)
            page.write_number(line, 0, number, plain)
            page.write_string(
                line, 1, obligation.party_words if member or obligation.requirement.is_of_leads else "", plain
            )
            page.write_string(line, 2, unit.name, plain)
            page.write_string(line, 3, obligation.title, plain)
            page.write_string(line, 4, obligation.requirement.directive.reference, plain)
            if obligation.owed_until:
                last_day = last_day_of(obligation.owed_until)
                page.write_datetime(line, 5, datetime(last_day.year, last_day.month, last_day.day), day)  # noqa: DTZ001 (a cell has no zone)
            else:
                page.write_blank(line, 5, None, plain)
            page.write_string(line, 6, (words or state(key).word).replace("\u00a0", " "), plain)
            if obligation.first_submitted_at:
                page.write_datetime(
                    line, 7, obligation.first_submitted_at.astimezone(VIETNAM).replace(tzinfo=None), moment
                )
            else:
                page.write_blank(line, 7, None, plain)
            if with_contacts:
                page.write_string(line, 8, member.phone if member else "", plain)
                page.write_string(line, 9, member.email if member else "", plain)
        page.autofilter(2, 0, 2, len(columns) - 1)
    return out.getvalue()
