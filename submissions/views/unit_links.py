"""Đảng viên của chi bộ: who has written, who comes in how; personal links made, printed and revoked.

Not here: what stands on a slip (`submissions.link_slips`), the pages a link opens (`personal.py`).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_unit_part
from submissions.link_slips import in_sheets, slips_of
from submissions.on_behalf import handed_in_for_others
from submissions.unit_people import EVERYBODY, MISSING, narrowed, people_of, rows_of, to_print, to_revoke, ways_of
from units.access import access_unit
from units.errors import LinkRefused
from units.models import Unit
from units.scopes import scope_of
from units.services.links import expiry_of, make_links, revoke_links

_A_PAGE = 100
_GIVE = "units.give_links"


@require_safe
def unit_members(request: HttpRequest, pk: int) -> HttpResponse:
    """The members of a unit and below it, with their work and their ways in."""
    unit, now = access_unit(request.user, pk, _GIVE), timezone.now()
    people, text, way = people_of(request.user, unit, now), request.GET.get("q", ""), request.GET.get("loc", "")
    page = Paginator(narrowed(people, text=text, way=way), _A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "layout": _layout(request),
        "unit": unit,
        "ways": ways_of(people),
        "page_obj": page,
        "rows": rows_of(page.object_list, now),
        "text": text,
        "way": way,
        "sheet": uuid.uuid4(),
        "now": now,
        "back_url": reverse("units:unit", args=[unit.pk]),
        "back_label": unit.name,
    }
    return render(request, "submissions/unit_members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make links and show their slips: the only answer that ever holds the codes."""
    unit, now = access_unit(request.user, pk, _GIVE), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    whom = asked.get("ai", MISSING)
    members = to_print(people_of(request.user, unit, now), whom)
    if whom.isdecimal() and not members:
        raise Http404
    if request.method != "POST":
        renewed = sum(one.has_link for one in members)  # type: ignore[attr-defined]
        context = {"unit": unit, "whom": whom, "members": members, "renewed": renewed, "sheet": uuid.uuid4()}
        context["layout"] = _layout(request)
        return render(request, "submissions/links_ask.html", context)
    ward = unit.ward or unit
    expires_at = expiry_of(ward, now)
    deed: dict[str, Any] = {"members": members, "unit": unit, "by": request.user, "at": now, "expires_at": expires_at}
    try:
        issued = make_links(**deed, sheet=asked.get("sheet", "")[:36])
    except LinkRefused as refusal:
        return _refused(request, unit, refusal)
    slips = slips_of(issued, getattr(ward, "profile", None), now)
    context = {"unit": unit, "slips": slips, "sheets": in_sheets(slips), "profile": getattr(ward, "profile", None)}
    context["layout"] = _layout(request)
    return render(request, "submissions/link_slips.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then end one link or all of the unit."""
    unit, now = access_unit(request.user, pk, _GIVE), timezone.now()
    whom = (request.POST if request.method == "POST" else request.GET).get("ai", EVERYBODY)
    links = to_revoke(request.user, unit, whom, now)
    if request.method != "POST":
        names = [one.member for one in links]
        context = {"layout": _layout(request), "unit": unit, "whom": whom, "members": names}
        return render(request, "submissions/links_revoke.html", context)
    count = revoke_links(links=links, unit=unit, by=request.user, at=now)
    messages.success(request, f"Đã thu hồi {count} liên kết; phiếu in trước không mở được nữa.")
    return redirect("submissions:unit_members", unit.pk)


@require_safe
def on_behalf(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Who handed in for whom, of one requirement in one unit: for other pages to show."""
    requirement, unit, obligations = access_unit_part(request.user, requirement_pk, unit_pk)
    context = {"requirement": requirement, "unit": unit, "rows": handed_in_for_others(obligations)}
    template = "submissions/on_behalf.html#list" if request.htmx else "submissions/on_behalf.html"
    return render(request, template, context)


def _layout(request: HttpRequest) -> str:
    return "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html"


def _refused(request: HttpRequest, unit: Unit, refusal: LinkRefused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("submissions:unit_members", unit.pk)
