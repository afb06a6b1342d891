"""Sổ theo dõi văn bản (annex 6 of `document-format.md` §6.4): one line a requirement, as values and as a workbook.

Not here: which papers (`registry.py`), the page (templates/directives/register_book.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from django.db.models import Count, Prefetch, Q
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from directives.audience_words import audience_words
from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState
from directives.models import Directive, Obligation, Requirement
from directives.querysets import DirectiveQuerySet
from directives.requirement_words import waiting_words
from interface.wording import last_day_of
from units.models import Member, Unit, User
from vietnamese.dates import format_date, format_moment

HEAD: Final = (
    "STT", "Số, ký hiệu", "Ngày", "Trích yếu", "Cơ quan ban hành", "Yêu cầu", "Hạn", "Chủ trì", "Kết quả",
)  # fmt: skip
_WIDTHS: Final = (6, 16, 12, 44, 26, 36, 14, 34, 22)


@dataclass(frozen=True, slots=True)
class BookLine:
    """One requirement of a paper (or a paper that asks nothing); `opens` says that it is the first of its paper."""

    number: int
    directive: Directive
    opens: bool
    lines: int
    """Lines of the paper, for the cells that span them."""
    requirement: Requirement | None
    last_day: date | None
    waiting: str
    lead: str
    result: str


def book_lines(papers: DirectiveQuerySet, *, user: User, now: datetime) -> list[BookLine]:
    """The lines of the papers in their order, with the results among the obligations the reader may see; of units that
    exist at `now`, as in all figures.

    A fixed number of queries.
    """
    asks = Requirement.objects.select_related("anchor").order_by("order")
    found = list(papers.prefetch_related(Prefetch("requirements", queryset=asks)))
    requirements = [ask for paper in found for ask in paper.requirements.all()]
    rules = {ask.pk: Audience.from_json(ask.audience) for ask in requirements}
    units = dict(
        Unit.objects.filter(
            pk__in={pk for rule in rules.values() for pk in rule.units + rule.except_units}
        ).values_list("pk", "name")
    )
    members = dict(
        Member.objects.filter(pk__in={pk for rule in rules.values() for pk in rule.members + rule.except_members}).values_list("pk", "full_name")
    )  # fmt: skip
    results = _results(requirements, user, now)
    lines = []
    for number, paper in enumerate(found, start=1):
        own = list(paper.requirements.all()) or [None]
        for at, ask in enumerate(own):
            lines.append(
                BookLine(
                    number=number,
                    directive=paper,
                    opens=at == 0,
                    lines=len(own),
                    requirement=ask,
                    last_day=last_day_of(ask.due_at) if ask and ask.due_at else None,
                    waiting=waiting_words(ask) if ask else "",
                    lead=_lead(ask, rules[ask.pk], units, members) if ask else "",
                    result=_result(paper, results.get(ask.pk)) if ask else "",
                )
            )
    return lines


def _lead(ask: Requirement, rule: Audience, units: dict[int, str], members: dict[int, str]) -> str:
    return audience_words(rule, units=units, members=members, may_repeat=False, of_leads=ask.is_of_leads)


def _results(requirements: list[Requirement], user: User, now: datetime) -> dict[int, tuple[int, int]]:
    """Requirement id → (accepted, required) among what the reader may see. One query."""
    seen = Obligation.objects.visible_to(user).filter(requirement__in=[ask.pk for ask in requirements])
    counted = (
        seen.of_open_units(now)
        .order_by()
        .values_list("requirement_id")
        .annotate(
            done=Count("pk", filter=Q(state=ObligationState.ACCEPTED)),
            required=Count("pk", filter=~Q(state=ObligationState.WAIVED)),
        )
    )
    return {key: (done, required) for key, done, required in counted}


def _result(paper: Directive, result: tuple[int, int] | None) -> str:
    if paper.state == DirectiveState.DRAFT:
        return "dự thảo"
    if paper.state == DirectiveState.REVOKED:
        return "đã thu hồi"
    if result is None or not result[1]:
        return "không có việc phải nộp"
    done, required = result
    return f"xong, {done}/{required} đạt" if done == required else f"{done}/{required} đạt"


def book_workbook(lines: Iterable[BookLine], *, title: str, at: datetime) -> bytes:
    """The bytes of an .xlsx on A4 across; text stays text."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        font = {"font_name": "Times New Roman", "font_size": 12}
        cell = book.add_format({**font, "border": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({**font, "border": 1, "num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True, "align": "center"})
        sheet = book.add_worksheet("Sổ theo dõi văn bản")
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, title, book.add_format({**font, "bold": True, "font_size": 14}))
        sheet.write_string(1, 0, f"Số liệu lúc {format_moment(at)}", book.add_format({**font, "italic": True}))
        for column, word in enumerate(HEAD):
            sheet.write_string(2, column, word, head)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        for row, line in enumerate(lines, start=3):
            paper = line.directive
            sheet.write_number(row, 0, line.number, cell)
            sheet.write_string(row, 1, paper.reference, cell)
            _write_day(sheet, (row, 2), paper.issued_on, "", day, cell)
            for column, text in enumerate((paper.subject, paper.issuer), start=3):
                sheet.write_string(row, column, text, cell)
            sheet.write_string(row, 5, line.requirement.title if line.requirement else "", cell)
            _write_day(sheet, (row, 6), line.last_day, line.waiting, day, cell)
            sheet.write_string(row, 7, line.lead, cell)
            sheet.write_string(row, 8, line.result, cell)
    return out.getvalue()


def _write_day(
    sheet: Worksheet, at: tuple[int, int], value: date | None, words: str, day: Format, cell: Format
) -> None:
    if value is not None:
        sheet.write_datetime(*at, value, day)
    else:
        sheet.write_string(*at, words, cell)


def book_title(words: list[str], day: date) -> str:
    """ "SỔ THEO DÕI VĂN BẢN" with what it is narrowed to."""
    return f"SỔ THEO DÕI VĂN BẢN – {book_span(words, day)}"


def book_span(words: list[str], day: date) -> str:
    """What the book is narrowed to, and until when: what stands under its name."""
    return " – ".join([*words, f"đến ngày {format_date(day)}"])
