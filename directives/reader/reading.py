"""`read_directive`: the text of a paper in, a frozen draft out. Total: any string is read, none raises.

Not here: files and scans (`services.papers`), keeping the draft (`services.proposals`).
"""

from __future__ import annotations

import re
from datetime import date

from directives.deadlines import WorkCalendar
from directives.reader.candidates import Candidate
from directives.reader.checks import Place, warnings_of
from directives.reader.citations import Citation, citations_of, papers_of
from directives.reader.drafts import CitedPaper, DirectiveDraft, DraftHead, DraftRequirement, Span
from directives.reader.duties import DutyReader
from directives.reader.foot import read_foot
from directives.reader.head import Head, read_head
from directives.reader.layout import lines_of, paragraphs_of
from directives.reader.linking import link
from directives.reader.rows import duty_of_row
from directives.reader.source import Source
from directives.reader.tables import take_tables
from directives.reader.timing import Clock
from directives.reader.words import ESSAY
from vietnamese.text import clean


def read_directive(
    text: str,
    *,
    today: date,
    issued_on: date | None = None,
    calendar: WorkCalendar | None = None,
    relaxed_before: bool = False,
) -> DirectiveDraft:
    """What the paper says, each piece with its place in `text`.

    Phrases without a year are read against `issued_on` when it is given, else the paper's own date, else the latest date it cites
    (within its month when that is written), else `today`. `relaxed_before` is a committee's setting of "trước ngày X".
    """
    source = Source.of(text)
    lines = lines_of(source.text)
    head = read_head(lines)
    foot = read_foot(lines, head.end)
    citations = citations_of(source.text)
    day = _reading_day(head, citations, issued_on, today)
    clock = Clock(day, calendar, relaxed_before)
    body = [*lines[head.end : foot.start], *lines[foot.end :]]
    rows, taken = take_tables(body)
    paragraphs = paragraphs_of([line for at, line in enumerate(body) if at not in taken])
    found = DutyReader(clock).read(paragraphs)
    if head.subject and ESSAY.search(head.subject):
        for candidate in found:
            if candidate.kind == "REPORT" and _OF_THE_ESSAY.search(candidate.clause):
                candidate.kind = "ESSAY"
    found = link([*found, *(duty_of_row(row, clock, source.text) for row in rows)], paragraphs)

    def place(start: int, end: int) -> Span:
        begin, stop = source.span(start, end)
        return Span(begin, stop, text[begin:stop])

    body_at = lines[head.end].start if head.end < len(lines) else 0
    joint = "/" if head.symbol and "/" not in head.symbol else "-"  # the State writes 45/KH-UBND
    own = f"{head.number:02d}{joint}{head.symbol}" if head.number is not None and head.symbol else ""
    return DirectiveDraft(
        head=_draft_head(head, foot.authority, foot.signer, foot.post),
        read_on=day,
        addressees=tuple(head.addressees),
        recipients=tuple(foot.recipients),
        legal_basis=tuple(_cited(one, source, place) for one in papers_of(citations, own=own, body_at=body_at)),
        requirements=tuple(_requirement(candidate, place) for candidate in found),
        warnings=tuple(warnings_of(head, citations, found, source.text, place)),
    )


# In a paper about the essay "nộp bài", "gửi bài trực tiếp" is the essay; what is gathered ("toàn bộ bài, danh sách") is not.
_OF_THE_ESSAY = re.compile(
    r"(?<!\w)(?:nộp|gửi|viết)\s(?:đủ\s|lại\s)?bài(?! (?:hát|báo|thi|dự thi|tham luận|phát biểu))(?!\w)", re.IGNORECASE
)


def _reading_day(head: Head, citations: list[Citation], issued_on: date | None, today: date) -> date:
    said = issued_on or head.issued_on
    if said is not None:
        return said
    cited = max((c.date for c in citations if c.date is not None and c.date <= today), default=None)
    if head.partial_month is not None:
        first = date(*head.partial_month, 1)
        return max(first, cited) if cited is not None else first
    return cited or today


def _draft_head(head: Head, authority: str | None, signer: str | None, post: str | None) -> DraftHead:
    return DraftHead(
        kind=head.kind,
        number=head.number,
        symbol=head.symbol,
        issued_on=head.issued_on,
        place=head.place,
        issuer=head.issuer,
        superior=head.superior,
        subject=head.subject,
        signing_authority=authority,
        signer=signer,
        signer_post=post,
        urgency=head.urgency,
    )


def _cited(citation: Citation, source: Source, place: Place) -> CitedPaper:
    return CitedPaper(
        citation.kind or citation.code,
        citation.number_symbol,
        citation.date,
        citation.issuer,
        clean(source.text[citation.start : citation.end]),
        place(citation.start, citation.end),
    )


def _requirement(candidate: Candidate, place: Place) -> DraftRequirement:
    span = place(candidate.start, candidate.end)
    dated = place(*candidate.deadline_at) if candidate.deadline_at else None
    return DraftRequirement(
        kind=candidate.kind,
        who=candidate.who,
        what=candidate.what,
        source=span,
        route=candidate.route,
        channel=candidate.channel,
        deadline=candidate.reading,
        deadline_source=dated,
        outline=tuple(candidate.outline),
        file_rule=candidate.file_rule,
        exemption=candidate.exemption,
        to_superior=candidate.to_superior,
    )
