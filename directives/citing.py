"""Căn cứ as links: which registered paper a citation names, and which papers cite one.

A link is made when number, symbol and day agree, and no second paper of the ward has them; a citation without a day
needs the number and symbol to be one paper's alone. Unsure ones stay plain words.
Not here: reading citations out of text (`directives.reader.citations`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from directives.models import Directive, LegalBasis
from directives.reader.citations import citations_of
from vietnamese.text import clean


def named_in(citation: str) -> tuple[str, date | None] | None:
    """(number and symbol, day) of the first paper the citation names; None when it names none."""
    found = citations_of(clean(citation))
    return (_plain(found[0].number_symbol), found[0].date) if found else None


def cited_papers(citations: Iterable[str], *, ward_id: int) -> list[int | None]:
    """For each citation the id of the registered paper it names, or None. One query."""
    named = [named_in(text) for text in citations]
    numbers = {int(one[0].partition("-")[0]) for one in named if one and one[0].partition("-")[0].isdecimal()}
    known: dict[str, list[tuple[int, date | None]]] = {}
    papers = Directive.objects.filter(ward=ward_id, number__in=numbers) if numbers else Directive.objects.none()
    for pk, number, symbol, day in papers.values_list("pk", "number", "symbol", "issued_on"):
        known.setdefault(_plain(f"{number}-{symbol}"), []).append((pk, day))
    return [_only(known.get(one[0], []), one[1]) if one else None for one in named]


def link_to(paper: Directive) -> int:
    """Citations of the ward that named this paper before it was registered are linked to it now; returns how many."""
    if paper.number is None:
        return 0
    open_ones = LegalBasis.objects.filter(
        directive__ward=paper.ward_id, cited=None, citation__contains=str(paper.number)
    ).exclude(directive=paper)
    rows = list(open_ones.order_by("pk"))
    found = cited_papers([row.citation for row in rows], ward_id=paper.ward_id)
    linked = [row.pk for row, pk in zip(rows, found, strict=True) if pk == paper.pk]
    return LegalBasis.objects.filter(pk__in=linked).update(cited=paper)


def _only(papers: list[tuple[int, date | None]], day: date | None) -> int | None:
    same = [pk for pk, issued_on in papers if day is None or issued_on == day]
    return same[0] if len(same) == 1 else None


def _plain(reference: str) -> str:
    """Number and symbol as they are compared: `07 - kh/đu` and `7-KH/ĐU` are one."""
    number, _, symbol = clean(reference).replace(" ", "").partition("-")
    return f"{int(number)}-{symbol.casefold()}" if number.isdecimal() else reference.casefold()
