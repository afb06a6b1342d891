"""Numbers of the committee's own outgoing papers: from 01 in every term, for each kind, whatever made the paper.

The register of directives, summary reports, chasing and forwarding letters draw from one row of numbers.
Not here: terms (app units), the numbers of directives alone (`directives.numbering`).
"""

from __future__ import annotations

from datetime import date, datetime, time

from directives.models import Directive
from reports.errors import ReportRefused
from reports.models import ChasingLetter, ForwardingBundle, SummaryReport
from units.models import CommitteeProfile, Unit
from units.signing import term_on
from vietnamese.dates import VIETNAM, format_date


def next_number(*, ward: Unit, kind: str, day: date) -> int | None:
    """One above the highest number of the kind in the term of `day`; None when no term is entered."""
    term = term_on(ward, day)
    if term is None:
        return None
    return max(_taken(ward, kind, term.starts_on), default=0) + 1


def assert_number_free(*, ward: Unit, kind: str, number: int, day: date, but: SummaryReport | None = None) -> None:
    """Raises ReportRefused when a paper of the kind in the term of `day` has the number, but for the report `but`."""
    term = term_on(ward, day)
    since = term.starts_on if term else date(day.year, 1, 1)
    if number in _taken(ward, kind, since, but=but):
        said = f"từ ngày {format_date(since)}"
        raise ReportRefused(f"Số {number:02d}-{kind} đã dùng cho văn bản khác của nhiệm kỳ {said}. Chọn số khác.")


def _taken(ward: Unit, kind: str, since: date, *, but: SummaryReport | None = None) -> set[int]:
    start = datetime.combine(since, time.min, VIETNAM)
    profile = CommitteeProfile.objects.filter(unit=ward).first()
    found: set[int] = set()
    if profile is not None:
        own = Directive.objects.filter(ward=ward, issuer=profile.name, kind=kind, issued_on__gte=since)
        found |= set(own.exclude(number=None).values_list("number", flat=True))
    if kind == "BC":
        reports = SummaryReport.objects.filter(ward=ward, at__gte=start).exclude(number=None)
        if but is not None:  # a report made again keeps the number, and so do later ones of one paper's drafts
            reports = reports.exclude(pk=but.pk)
        found |= set(reports.values_list("number", flat=True))
    if kind == "CV":
        for model in (ChasingLetter, ForwardingBundle):
            numbered = model.objects.filter(ward=ward, at__gte=start).exclude(number=None)
            found |= set(numbered.values_list("number", flat=True))
    return found
