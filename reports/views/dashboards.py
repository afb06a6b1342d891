"""Dashboards: today's work of the office, the compliance matrix, the names behind a number, the leader's page.

They only read; exports are recorded. Not here: the figures (`reports.figures`), what the pages show of them
(`reports.overview`, `reports.leader`), the other pages of the app (modules beside this one).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directives.access import (
    access_acknowledgements,
    access_issue_proposals,
    access_onward_duties,
    access_petitions,
)
from directives.deadlines.periods import period_words
from directives.shown_state import shown_state
from reports import overview
from reports.access import (
    access_leader_overview,
    access_office_overview,
    access_running,
    access_search,
    access_tiles,
    may_see_contacts,
)
from reports.charts import EVERYTHING, charts_of
from reports.drill import CHIPS, FIGURE_WORDS, DrillFilter, DrillOrder, describe, names_behind, narrow, page_behind
from reports.exports import export_charts, export_matrix, export_names
from reports.figures import collect, collect_matrix
from reports.leader import leader_overview
from reports.matrix import Grouping, Matrix, MatrixFilter, Order, build_matrix
from reports.matrix_html import draw_matrix
from reports.tallies import By, Figure
from reports.views.answers import workbook
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest

    from directives.querysets import ObligationQuerySet
    from units.models import User

_RUNNING_SHOWN = 12
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
    sheet = collect_matrix(at=timezone.now(), obligations=obligations, live=True)
    below, _ = overview.split_by_party(sheet)
    running = overview.running_requirements(sheet, overview.open_deadlines(obligations, sheet.at))
    still_open = [one for one in running if one.is_open]
    context = {
        "now": sheet.at,
        "strip": overview.strip_of(below, obligations.of_those_below()),
        "unconfirmed": access_acknowledgements(request.user, sheet.at).not_acknowledged(sheet.at).counted(),
        "running": (still_open or running)[:_RUNNING_SHOWN],
        "requirement_count": len({one.requirement.pk for one in running}),
        "agenda": overview.agenda(sheet, obligations),
        "today": local_day(sheet.at),
        "jobs": overview.open_jobs(obligations),
        "onward": access_onward_duties(request.user).counted(sheet.at),
        "tiles": access_tiles(request.user, obligations, sheet.at),
        "petitions": access_petitions(request.user).waiting(sheet.at).count(),
        "to_issue": access_issue_proposals(request.user).waiting().count(),
    }
    return render(request, "reports/office_home.html", context)


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Bảng theo dõi: units × requirements, grouped, worst first."""
    obligations = access_running(request.user)
    wanted = MatrixFilter.read(request.GET.dict())
    built, group_names, of_leads = _matrix(obligations, wanted, timezone.now())
    context = {
        "matrix": built,
        "of_leads": of_leads,
        "table": draw_matrix(built, list_url=reverse("reports:drill")) if built.shown else "",
        "wanted": wanted,
        "group_names": group_names,
        "chips": [(value, word, icon, built.counts[value]) for value, word, icon in _STATE_CHIPS],
        "periods": [(one, period_words(one)) for one in built.periods],
        "groupings": [(Grouping.BLOCK, "Gộp theo khối"), (Grouping.CLUSTER, "Gộp theo cụm")],
        "orders": [(Order.WORST, "Nặng nhất trước"), (Order.ROSTER, "Theo danh bạ")],
    }
    return render(request, "reports/matrix.html", context)


@require_safe
def matrix_xlsx(request: HttpRequest) -> HttpResponse:
    """The matrix under the same filters, as Excel."""
    obligations = access_running(request.user)
    built, *_ = _matrix(obligations, MatrixFilter.read(request.GET.dict()), timezone.now())
    committee = overview.committee_name(obligations)
    return workbook(export_matrix(actor=request.user, matrix=built, committee=committee), "bang-theo-doi", built.at)


@require_safe
def drill(request: HttpRequest) -> HttpResponse:
    """The names behind a number, with the counts of its neighbours."""
    wanted, now = DrillFilter.read(request.GET.dict()), timezone.now()
    obligations = _counted(request.user, wanted)
    tally = collect(at=now, by=By.DIRECTIVE, obligations=narrow(obligations, wanted, now), live=True).total
    search, _ = access_search(request.user, wanted.text, now)
    page = page_behind(
        obligations, wanted, at=now, number=request.GET.get("trang"), total=getattr(tally, wanted.figure), search=search
    )
    context = {
        "now": now,
        "wanted": wanted,
        "search": search,
        "title": FIGURE_WORDS[wanted.figure],
        "about": describe(obligations, wanted, now),
        "tally": tally,
        "chips": [(figure, FIGURE_WORDS[figure], getattr(tally, figure)) for figure in CHIPS],
        "rows": [(obligation, *shown_state(obligation, now)) for obligation in page],
        "page_obj": page,
        "orders": [(DrillOrder.UNIT, "Theo đơn vị"), (DrillOrder.NAME, "Theo tên"), (DrillOrder.DUE, "Theo hạn")],
    }
    return render(request, "reports/drill.html", context)


@require_safe
def drill_xlsx(request: HttpRequest) -> HttpResponse:
    """The whole list behind a number, as Excel; contacts only for the office."""
    wanted, now = DrillFilter.read(request.GET.dict()), timezone.now()
    obligations = _counted(request.user, wanted)
    about, (search, _) = describe(obligations, wanted, now), access_search(request.user, wanted.text, now)
    content = export_names(
        actor=request.user,
        obligations=names_behind(obligations, wanted, at=now, search=search, live=True),
        title=": ".join(filter(None, (FIGURE_WORDS[wanted.figure], about.title))),
        at=now,
        with_contacts=may_see_contacts(request.user),
    )
    return workbook(content, f"danh-sach-{wanted.figure.value.replace('_', '-')}", now)


@require_safe
def charts(request: HttpRequest) -> HttpResponse:
    """Biểu đồ: progress up to the last day, by cụm, by khối, handed in by week; a table behind each."""
    obligations = access_running(request.user)
    shown = charts_of(obligations, wanted=request.GET.get("yeu_cau", ""), at=timezone.now())
    layout = "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"
    return render(request, "reports/charts.html", {"charts": shown, "everything": EVERYTHING, "layout": layout})


@require_safe
def charts_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as Excel, with native charts."""
    obligations = access_running(request.user)
    shown = charts_of(obligations, wanted=request.GET.get("yeu_cau", ""), at=timezone.now())
    title = shown.chosen.requirement.title if shown.chosen else "Mọi việc đang chạy"
    return workbook(export_charts(actor=request.user, charts=shown, title=title), "bieu-do", shown.at)


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """Tình hình: five numbers of one requirement, its way to the last day, the three slowest units."""
    obligations = access_leader_overview(request.user)
    chosen = request.GET.get("yeu_cau", "")
    context = {"overview": leader_overview(obligations, chosen=chosen, at=timezone.now()), "Figure": Figure}
    return render(request, "reports/leader.html", context)


def _counted(user: User, wanted: DrillFilter) -> ObligationQuerySet:
    """What the numbers of the pages count: a unit does not owe the forms of its cluster's lead; those open by themselves."""
    running = access_running(user)
    return running if wanted.requirement is not None else running.of_those_below()


def _matrix(
    obligations: ObligationQuerySet, wanted: MatrixFilter, at: datetime
) -> tuple[Matrix, dict[str, str], list[overview.RunningRequirement]]:
    """The matrix of what units owe (one paper's or one requirement's, when asked), names of its groups, and apart what the leads of clusters owe."""
    if wanted.directive is not None:
        obligations = obligations.plainly(requirement__directive=wanted.directive)
    if wanted.requirement is not None:
        obligations = obligations.plainly(requirement=wanted.requirement)
        obligations = obligations.plainly(period=wanted.of_period) if wanted.of_period else obligations
    sheet, of_leads = overview.split_by_party(collect_matrix(at=at, obligations=obligations, live=True))
    by_block = wanted.grouping == Grouping.BLOCK
    group_names = overview.block_names() if by_block else overview.cluster_names(sheet.units)
    built = build_matrix(sheet, overview.cell_dates(obligations), group_names, wanted)
    return built, group_names, overview.running_requirements(of_leads)
