"""Dashboards: today's work of the office, the compliance matrix, the names behind a number, the leader's page.

They only read; exports are recorded. Not here: the figures (`reports.figures`), what the pages show of them
(`reports.overview`, `reports.leader`), the other pages of the app (modules beside this one).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directives.access import access_acknowledgements, access_onward_duties, access_petitions
from directives.shown_state import shown_state
from reports import overview
from reports.access import access_leader_overview, access_office_overview, access_running, may_see_contacts
from reports.drill import CHIPS, FIGURE_WORDS, DrillFilter, DrillOrder, describe, names_behind, narrow
from reports.exports import export_matrix, export_names
from reports.figures import collect, collect_matrix
from reports.leader import leader_overview
from reports.matrix import Grouping, Matrix, MatrixFilter, Order, build_matrix
from reports.matrix_html import draw_matrix
from reports.matrix_workbook import MEDIA_TYPE
from reports.tallies import By, Figure
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest

    from directives.querysets import ObligationQuerySet

_RUNNING_SHOWN = 12
_PAGE = 50
_STATE_CHIPS = (
    ("", "Tất cả", ""),
    ("qua-han", "Quá hạn", "exclamation-triangle-fill"),
    ("sap-han", "Sắp hạn", "clock-fill"),
    ("cho-duyet", "Chờ duyệt", "hourglass-split"),
    ("tra-lai", "Trả lại", "arrow-return-left"),
)


@require_safe
def office_home(request: HttpRequest) -> HttpResponse:
    """Việc hôm nay: counts of today's work, running requirements as bars, the next seven days."""
    obligations = access_office_overview(request.user)
    sheet = collect_matrix(at=timezone.now(), obligations=obligations)
    running = overview.running_requirements(sheet)
    still_open = [one for one in running if one.is_open]
    context = {
        "now": sheet.at,
        "strip": overview.strip_of(sheet, obligations),
        "unconfirmed": access_acknowledgements(request.user, sheet.at).not_acknowledged(sheet.at).counted(),
        "running": (still_open or running)[:_RUNNING_SHOWN],
        "requirement_count": len(running),
        "agenda": overview.agenda(sheet, obligations),
        "today": local_day(sheet.at),
        "jobs": overview.open_jobs(obligations),
        "onward": access_onward_duties(request.user).counted(sheet.at),
        "petitions": access_petitions(request.user).waiting().count(),
    }
    return render(request, "reports/office_home.html", context)


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Bảng theo dõi: units × requirements, grouped, worst first."""
    obligations = access_running(request.user)
    wanted = MatrixFilter.read(request.GET.dict())
    built, group_names = _matrix(obligations, wanted, timezone.now())
    context = {
        "matrix": built,
        "table": draw_matrix(built, list_url=reverse("reports:drill")) if built.shown else "",
        "wanted": wanted,
        "group_names": group_names,
        "chips": [(value, word, icon, built.counts[value]) for value, word, icon in _STATE_CHIPS],
        "groupings": [(Grouping.BLOCK, "Gộp theo khối"), (Grouping.CLUSTER, "Gộp theo cụm")],
        "orders": [(Order.WORST, "Nặng nhất trước"), (Order.ROSTER, "Theo danh bạ")],
    }
    return render(request, "reports/matrix.html", context)


@require_safe
def matrix_xlsx(request: HttpRequest) -> HttpResponse:
    """The matrix under the same filters, as Excel."""
    obligations = access_running(request.user)
    built, _ = _matrix(obligations, MatrixFilter.read(request.GET.dict()), timezone.now())
    committee = overview.committee_name(obligations)
    return _workbook(export_matrix(actor=request.user, matrix=built, committee=committee), "bang-theo-doi", built.at)


@require_safe
def drill(request: HttpRequest) -> HttpResponse:
    """The names behind a number, with the counts of its neighbours."""
    obligations, wanted, now = access_running(request.user), DrillFilter.read(request.GET.dict()), timezone.now()
    tally = collect(at=now, by=By.DIRECTIVE, obligations=narrow(obligations, wanted, now)).total
    page = Paginator(names_behind(obligations, wanted, at=now), _PAGE).get_page(request.GET.get("trang"))
    context = {
        "now": now,
        "wanted": wanted,
        "title": FIGURE_WORDS[wanted.figure],
        "about": describe(obligations, wanted, now),
        "chips": [(figure, FIGURE_WORDS[figure], getattr(tally, figure)) for figure in CHIPS],
        "rows": [(obligation, *shown_state(obligation, now)) for obligation in page],
        "page_obj": page,
        "orders": [(DrillOrder.UNIT, "Theo đơn vị"), (DrillOrder.NAME, "Theo tên"), (DrillOrder.DUE, "Theo hạn")],
    }
    return render(request, "reports/drill.html", context)


@require_safe
def drill_xlsx(request: HttpRequest) -> HttpResponse:
    """The whole list behind a number, as Excel; contacts only for the office."""
    obligations, wanted, now = access_running(request.user), DrillFilter.read(request.GET.dict()), timezone.now()
    about = describe(obligations, wanted, now)
    content = export_names(
        actor=request.user,
        obligations=names_behind(obligations, wanted, at=now),
        title=": ".join(filter(None, (FIGURE_WORDS[wanted.figure], about.title))),
        at=now,
        with_contacts=may_see_contacts(request.user),
    )
    return _workbook(content, f"danh-sach-{wanted.figure.value.replace('_', '-')}", now)


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """Tình hình: five numbers of one requirement, its way to the last day, the three slowest units."""
    obligations = access_leader_overview(request.user)
    chosen = DrillFilter.read(request.GET.dict()).requirement
    context = {"overview": leader_overview(obligations, chosen=chosen, at=timezone.now()), "Figure": Figure}
    return render(request, "reports/leader.html", context)


def _matrix(obligations: ObligationQuerySet, wanted: MatrixFilter, at: datetime) -> tuple[Matrix, dict[str, str]]:
    sheet = collect_matrix(at=at, obligations=obligations)
    by_block = wanted.grouping == Grouping.BLOCK
    group_names = overview.block_names() if by_block else overview.cluster_names(sheet.units)
    return build_matrix(sheet, overview.cell_dates(obligations), group_names, wanted), group_names


def _workbook(content: bytes, name: str, at: datetime) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
