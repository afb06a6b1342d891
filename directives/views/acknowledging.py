"""Đã nhận văn bản: the secretary's one click, and the office's list of who has not.

Not here: the paper's page, where the click stands (`register.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from directives.access import access_acknowledgements, access_directive, access_register
from directives.acknowledgement_list import MEDIA_TYPE, contacts_by_unit, listed
from directives.errors import DirectivesError
from directives.forms_acknowledging import STAGES, AcknowledgementFilter
from directives.services.acknowledgement_export import export_acknowledgements
from directives.services.acknowledging import acknowledge_directive
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from directives.acknowledgement_querysets import AcknowledgementQuerySet

_PAGE = 50


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Đã nhận văn bản, for every unit the secretary answers for; back to where he clicked."""
    directive = access_directive(request.user, pk, "directives.acknowledge_directive")
    try:
        units = acknowledge_directive(directive=directive, by=request.user, at=timezone.now())
    except DirectivesError as refusal:
        messages.error(request, str(refusal))
    else:
        names = ", ".join(unit.name for unit in units[:3]) + (f" và {len(units) - 3} đơn vị khác" * (len(units) > 3))
        done = f"Đã ghi: {names} đã nhận {directive}." if units else f"{directive} đã được xác nhận từ trước."
        messages.success(request, done)
    return redirect("directives:my_work") if request.POST.get("tu") == "viec" else redirect("directives:directive", pk)


@require_safe
def acknowledgements(request: HttpRequest) -> HttpResponse:
    """Who has not confirmed, narrowed by the filters, with whom to call."""
    now, wanted = timezone.now(), AcknowledgementFilter(request.GET).said()
    of_filters = access_acknowledgements(request.user, now).narrowed(wanted)
    page = Paginator(listed(of_filters.in_stage(wanted["buoc"])), _PAGE).get_page(request.GET.get("trang"))
    counts, scope = of_filters.counted(), scope_of(request.user)
    contacts = contacts_by_unit({row.unit_id for row in page}, local_day(now)) if scope.is_staff else {}
    numbers = (counts["waiting"], counts["unopened"], counts["only_seen"], counts["received"], counts["total"])
    context = {
        "page_obj": page,
        "rows": [(row, contacts.get(row.unit_id, ())) for row in page],
        "wanted": wanted,
        "blocks": AcknowledgementFilter.base_fields["khoi"].choices,
        "stages": [(*stage, number) for stage, number in zip(STAGES, numbers, strict=True)],
        "counts": counts,
        "paper": access_register(request.user).filter(pk=wanted["van_ban"]).first() if wanted["van_ban"] else None,
        "scope": scope,
        "layout": "layouts/staff.html" if scope.reads_all else "layouts/member.html",
        "now": now,
    }
    return render(request, "directives/acknowledgements.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook, for those who read the ward; telephones for its office only."""
    if not scope_of(request.user).reads_all:
        raise PermissionDenied
    now = timezone.now()
    rows = _wanted_rows(request, now)
    content = export_acknowledgements(rows=rows, by=request.user, at=now, with_contacts=scope_of(request.user).is_staff)
    headers: dict[str, Any] = {"Content-Disposition": 'attachment; filename="xac-nhan-da-nhan.xlsx"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


def _wanted_rows(request: HttpRequest, now: datetime) -> AcknowledgementQuerySet:
    wanted = AcknowledgementFilter(request.GET).said()
    return listed(access_acknowledgements(request.user, now).narrowed(wanted).in_stage(wanted["buoc"]))
