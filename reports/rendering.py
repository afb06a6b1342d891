"""Sets a summary report as one HTML page for print, with its own style sheet inside.

Tables are put together here with plain string joins: a template tag per cell would cost more than the whole
rest of the page. Not here: the PDF (`pdf.py`), the words (`narrative.py`), the sizes (`format_profiles.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.annexes import printed, printed_annexes
from reports.format_profiles import FormatProfile, Sheet
from reports.print_css import foot_css, print_css
from reports.report_content import Annex, AnnexRow, CellKind, ReportContent, addressed

_CITED: Final = r"\b(?:[Ss]ố )?\d+-[A-ZĐ][A-ZĐa-z0-9]*(?:/[A-ZĐ]+)?|\bngày \d{1,2}/\d{1,2}(?:/\d{4})?"
_IN_CELLS: Final = re.compile(_CITED)
_TOGETHER: Final = re.compile(rf"{_CITED}|\b[Ss]ố \d+\b")
_COUNTED: Final = re.compile(r"\b([Ss]ố) (?=\d{1,4}(?![\d-]))")
# millimetres: a cell that wide holds "số 701-CV/BTGDVTU" on one line
_WIDE: Final = 36

# rows: a table that short below drawings is read on one page, with a gap above it if need be; one that its title alone
# stands above would leave the title behind on a page of its own
_KEPT_TOGETHER: Final = 20


def render_html(content: ReportContent, profile: FormatProfile, *, foot: str = "") -> str:
    """The report with its printable annexes; everything in it is escaped, nothing is fetched but fonts.

    `foot` stands small at the bottom of every page: letters, digits, spaces and hyphens only (ValueError).
    """
    annexes = printed_annexes(content.annexes)
    return render_to_string(
        "documents/summary_report.html",
        {
            "content": content,
            "subject": set_text(content.letterhead.subject),
            "paragraphs": [(paragraph.level, set_text(paragraph.text)) for paragraph in content.paragraphs],
            "profile": profile,
            "css": mark_safe(print_css(profile, annexes) + foot_css(foot)),  # noqa: S308 (made of numbers of the profile)
            "addressees": [set_text(line) for line in addressed(content.addressees)],
            "annexes": [(annex, _drawings(annex), _table(annex, profile.sheet)) for annex in annexes],
        },
    )


def render_list_html(annex: Annex, profile: FormatProfile) -> str:
    """One table by itself, with its title, as a page for print."""
    css = mark_safe(print_css(profile, (annex,)))  # noqa: S308 (made of numbers of the profile)
    return render_to_string("documents/list.html", {"annex": annex, "table": _table(annex, profile.sheet), "css": css})


def set_text(text: str) -> SafeString:
    """`text` as markup in which "số 02-NQ/TW", "Tổ dân phố số 3" and "ngày 27/4/2026" cannot be torn at the end of a line."""
    return mark_safe(_TOGETHER.sub(r'<span class="keep">\g<0></span>', escape(text)))  # noqa: S308 (escaped)


def _set_cell(text: str) -> SafeString:
    """A cell's text with numbers of papers and days kept in one piece; names of units may break between words, but for
    "số" and its number."""
    return mark_safe(_IN_CELLS.sub(r'<span class="keep">\g<0></span>', _set_narrow_cell(text)))  # noqa: S308 (escaped)


def _set_narrow_cell(text: str) -> SafeString:
    """ "Tổ dân phố số 2" never ends a line with "số"; a sign, not an element, because there are thousands of them."""
    return escape(_COUNTED.sub("\\1\N{NO-BREAK SPACE}", text))


def _table(annex: Annex, sheet: Sheet) -> SafeString:
    columns = "".join(f'<col style="width: {column.width}%">' for column in annex.columns)
    head = "".join(f"<th>{escape(column.title)}</th>" for column in annex.columns)
    across = (sheet.height if annex.landscape else sheet.width) - sheet.left - sheet.right
    cells = [
        (
            column.kind,
            (_set_cell if column.width * across / 100 >= _WIDE else _set_narrow_cell)
            if column.kind is CellKind.TEXT
            else escape,
        )
        for column in annex.columns
    ]
    rows = "".join([_row(row, cells) for row in annex.rows])
    together = " together" if annex.drawings and len(annex.rows) <= _KEPT_TOGETHER else ""
    return mark_safe(  # noqa: S308 (every cell is escaped)
        f'<table class="data{together}"><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _drawings(annex: Annex) -> list[tuple[str, SafeString]]:
    """Captions and pictures."""
    return [(one.caption, mark_safe(one.svg)) for one in annex.drawings]  # noqa: S308 (escaped where it is drawn)


def _row(row: AnnexRow, columns: list[tuple[CellKind, Callable[[str], SafeString]]]) -> str:
    cells = "".join(
        [
            f'<td class="{kind}">{write(printed(cell, kind))}</td>'
            for (kind, write), cell in zip(columns, row.cells, strict=True)
        ]
    )
    return f'<tr class="{row.kind}">{cells}</tr>'
