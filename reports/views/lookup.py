"""Tra cứu: one box over everything, the query bar over duties, saved searches.

Not here: what a line means (`directives.query`), the verbs (`directives.services.searches`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_saved_search, access_search_ward
from directives.forms_searches import SavedSearchForm
from directives.services.searches import change_search, drop_search, keep_search
from directives.shown_state import shown_state
from directives.views.answers import carried_out, form_page
from reports.access import access_running, access_saved_searches, access_search, may_see_contacts
from reports.drill import in_roster_order
from reports.exports import export_names
from reports.lookup import chips_of, find_all
from reports.views.answers import workbook
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.http import HttpRequest

_PAGE = 50


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """What the line finds: duties when it says a condition, else papers, units, members and submissions."""
    now = timezone.now()
    search, clusters = access_search(request.user, request.GET.get("q", ""), now)
    obligations = access_running(request.user, ended=search.query.asks_for_ended)
    found = search.among(obligations)
    of_duties = bool(search.query.terms or request.GET.get("loai") == "viec") and search.query.is_understood
    listed = in_roster_order(found if of_duties else obligations.none())
    page = Paginator(listed, _PAGE).get_page(request.GET.get("trang"))
    duties, of_leads = found.counted_by_party() if of_duties or search.names else (0, 0)
    context = {
        "layout": "layouts/staff.html" if scope_of(request.user).reads_all else "layouts/member.html",
        "now": now,
        "search": search,
        "of_duties": of_duties,
        "duties": duties,
        "of_leads": of_leads,
        "page_obj": page,
        "rows": [(obligation, *shown_state(obligation, now)) for obligation in page],
        "hits": find_all(request.user, search.names, now) if not of_duties and search.query.is_understood else None,
        "terms": [(term, search.query.without(term)) for term in search.query.terms],
        "chips": chips_of(search, clusters, obligations, now),
        "saved": access_saved_searches(request.user),
        "may_keep": request.user.has_perm("directives.keep_savedsearch"),
        "is_staff": scope_of(request.user).is_staff,
    }
    return render(request, "reports/lookup.html", context)


@require_safe
def lookup_xlsx(request: HttpRequest) -> HttpResponse:
    """All duties the line finds, as Excel; contacts only for the office."""
    now = timezone.now()
    search, _ = access_search(request.user, request.GET.get("q", ""), now)
    obligations = access_running(request.user, ended=search.query.asks_for_ended)
    content = export_names(
        actor=request.user,
        obligations=in_roster_order(search.among(obligations)),
        title=f"Tra cứu: {search.query.text or 'mọi việc đang chạy'}",
        at=now,
        with_contacts=may_see_contacts(request.user),
    )
    return workbook(content, "tra-cuu", now)


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Lưu tìm kiếm: a name for the line, for oneself or for the ward."""
    ward = access_search_ward(request.user)
    may_share = request.user.has_perm("directives.share_savedsearch", ward)
    posted = request.POST if request.method == "POST" else None
    form = SavedSearchForm(
        posted, may_share=may_share, today=timezone.localdate(), initial={"line": request.GET.get("q", "")}
    )
    if posted is not None and form.is_valid():
        deed = {**form.cleaned_data, "ward": ward, "by": request.user, "at": timezone.now()}
        kept = carried_out(form, keep_search, **deed)
        if kept is not None:
            messages.success(request, f"Đã lưu tìm kiếm “{kept.name}”.")
            return redirect(f"{reverse('reports:lookup')}?{urlencode({'q': kept.line})}")
    return form_page(request, "reports/saved_search.html", form, search=None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, line or reach for a saved search."""
    search = access_saved_search(request.user, pk, "directives.change_savedsearch")
    may_share = request.user.has_perm("directives.share_savedsearch", search.ward)
    kept = {name: getattr(search, name) for name in ("name", "line", "is_shared", "on_home")}
    form = SavedSearchForm(
        request.POST if request.method == "POST" else None,
        may_share=may_share,
        today=timezone.localdate(),
        initial=kept,
    )
    if request.method == "POST" and form.is_valid():
        deed = {**form.cleaned_data, "search": search, "by": request.user, "at": timezone.now()}
        if carried_out(form, change_search, **deed) is not None:
            messages.success(request, "Đã sửa tìm kiếm đã lưu.")
            return redirect("reports:lookup")
    return form_page(request, "reports/saved_search.html", form, search=search)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Bỏ one saved search."""
    search = access_saved_search(request.user, pk, "directives.change_savedsearch")
    drop_search(search=search, by=request.user, at=timezone.now())
    messages.success(request, f"Đã bỏ tìm kiếm “{search.name}”.")
    return redirect("reports:lookup")
