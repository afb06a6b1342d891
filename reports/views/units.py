"""Pages about units: one unit over the years, the units of a cluster, the board of all units.

Not here: the figures (`reports.unit_record`, `reports.overview`), the roster's pages (app units).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directives.shown_state import shown_state
from reports import unit_record
from reports.access import access_board, access_clusters, access_running, access_unit_record
from reports.exports import export_record
from reports.figures import collect, collect_matrix
from reports.overview import open_deadlines, running_requirements, split_by_party
from reports.standing import board_of, worst_first
from reports.tallies import By
from reports.views.answers import workbook
from units.directory import heads_of
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.http import HttpRequest

_PAGE, _EXTENSIONS = 50, 30


def _layout(request: HttpRequest) -> str:
    return "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Hồ sơ kết quả: the unit's punctuality by year, what is behind each number, extensions."""
    (unit, obligations), now = access_unit_record(request.user, pk), timezone.now()
    wanted = unit_record.RecordFilter.read(request.GET.dict())
    gone = unit_record.is_dissolved(unit, now)
    duties = unit_record.ever_given(obligations) if gone else unit_record.duties_behind(obligations, wanted, now)
    page = Paginator(duties, _PAGE).get_page(request.GET.get("trang"))
    extensions = unit_record.extensions_of(obligations)
    context = {
        "layout": _layout(request),
        "now": now,
        "unit": unit,
        "is_dissolved": gone,
        "head": heads_of([unit], day=timezone.localdate()).get(unit.pk),
        "wanted": wanted,
        "record": unit_record.record_of(obligations, wanted, now),
        "figures": list(unit_record.FIGURES.items()),
        "title": unit_record.FIGURES[wanted.figure],
        "page_obj": page,
        "rows": [(one, *shown_state(one, now)) for one in page],
        "extensions": extensions[:_EXTENSIONS],
        "extension_count": extensions.count(),
    }
    return render(request, "reports/unit_record.html", context)


@require_safe
def record_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole record as Excel."""
    (unit, obligations), now = access_unit_record(request.user, pk), timezone.now()
    content = export_record(actor=request.user, unit=unit, obligations=obligations, at=now)
    return workbook(content, f"ket-qua-{unit.pk}", now)


@require_safe
def cluster(request: HttpRequest) -> HttpResponse:
    """Cụm phụ trách: the units of a cluster, worst first, and how far each running requirement is there."""
    clusters, obligations, now = access_clusters(request.user), access_running(request.user), timezone.now()
    chosen = next((one for one in clusters if str(one.pk) == request.GET.get("cum")), clusters[0])
    inside = obligations.plainly(unit__cluster=chosen)
    sheet = collect_matrix(at=now, obligations=inside, live=True)
    below, _ = split_by_party(sheet)
    context = {
        "layout": _layout(request),
        "now": now,
        "clusters": clusters,
        "chosen": chosen,
        "total": collect(at=now, by=By.CLUSTER, obligations=inside.of_those_below(), live=True).total,
        "lines": worst_first(below, day=timezone.localdate()),
        "running": running_requirements(sheet, open_deadlines(inside, sheet.at)),
    }
    return render(request, "reports/cluster.html", context)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Công khai tiến độ: all units of a ward that chose to show it, in counts, without a person's name."""
    (profile, obligations), now = access_board(request.user), timezone.now()
    context = {
        "layout": _layout(request),
        "now": now,
        "profile": profile,
        "groups": board_of(collect_matrix(at=now, obligations=obligations, live=True)),
        "total": collect(at=now, by=By.BLOCK, obligations=obligations, live=True).total,
    }
    return render(request, "reports/board.html", context)
