"""Cập nhật danh sách phải thực hiện: the difference first, names on demand, then written as one; hints that it is due.

Not here: the difference (`services.sync_plan`), writing it (`services.syncing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_directive, access_register
from directives.choices import DirectiveState
from directives.deadlines import last_day_of
from directives.forms_sync import SyncForm
from directives.services.sync_page import LATEST, groups_of, named_lines, out_of_date
from directives.services.sync_plan import Change, plan_sync
from directives.services.syncing import sync_obligations
from directives.views.answers import carried_out, form_page
from units.access import access_worked_wards

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.services.sync_plan import SyncPlan

_CHANGE = "directives.change_directive"


@require_http_methods(["GET", "POST"])
def sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would be given the duty, released, moved; a day for those the deadline has passed; and the deed."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    if directive.state != DirectiveState.ISSUED:
        return redirect("directives:directive", pk)
    plan = plan_sync(directive=directive, at=now)
    form = _form(request, plan)
    if request.method == "POST" and form.is_valid():
        late = form.late_due_at()
        done = carried_out(form, sync_obligations, directive=directive, by=request.user, at=now, late_due_at=late)
        if done is not None:
            messages.success(request, _told(done, with_late=late is not None))
            return redirect("directives:directive", pk)
    context = {"directive": directive, "plan": plan, "groups": groups_of(plan), "figures": plan.figures(), "now": now}
    return form_page(request, "directives/sync.html", form, **context)


@require_safe
def sync_names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names behind one number of the difference."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    change, wanted = request.GET.get("thay_doi", ""), request.GET.get("yeu_cau", "")
    if directive.state != DirectiveState.ISSUED or change not in Change.__members__ or not wanted.isdecimal():
        raise Http404
    plan = plan_sync(directive=directive, at=now)
    rows = named_lines(plan, change=change, requirement=int(wanted))
    return render(
        request, "directives/sync_names.html", {"directive": directive, "title": Change[change], "rows": rows}
    )


@require_safe
def out_of_date_list(request: HttpRequest) -> HttpResponse:
    """Running directives whose rows differ from today's roster; one of them with `?van_ban=`, for its own page."""
    access_worked_wards(request.user)
    found = access_register(request.user)
    one = request.GET.get("van_ban", "")
    if one.isdecimal() and len(one) < 18:
        found = found.filter(pk=int(one))
    part = "#hint" if request.htmx and not request.htmx.boosted else ""
    context = {"rows": out_of_date(found, timezone.now()), "latest": LATEST}
    return render(request, f"directives/out_of_date.html{part}", context)


def _form(request: HttpRequest, plan: SyncPlan) -> SyncForm:
    proposed = plan.proposed_due_at()
    return SyncForm(
        request.POST if request.method == "POST" else None,
        seen=".".join(str(number) for number in plan.figures().values()),
        has_late=bool(plan.late),
        today=plan.day,
        initial={"last_day": last_day_of(proposed) if proposed else None},
    )


def _told(plan: SyncPlan, *, with_late: bool) -> str:
    figures = plan.figures(with_late=with_late)
    return (
        f"Đã cập nhật theo danh bạ: giao thêm {figures['added']}, cho miễn {figures['waived']}, "
        f"chuyển đơn vị {figures['moved']}, giữ nguyên {figures['unchanged']}."
    )
