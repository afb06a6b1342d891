"""Việc với cấp trên: what the ward owes, entered under a directive, read in one list, sent with day and number.

Not here: the report that is sent (app reports).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_directive, access_onward, access_onward_duties, access_onward_wards
from directives.forms_onward import OnwardForm, SentForm
from directives.onward import onward_lines
from directives.services import onward
from directives.views.answers import carried_out, done_or_told, form_page
from units.chosen_ward import chosen_ward
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import OnwardDuty

_CHANGE = "directives.change_directive"
_PAGE = 50


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """What is still owed, the nearest day first; or what was sent."""
    ward, now = chosen_ward(request, access_onward_wards(request.user)), timezone.now()
    found = access_onward_duties(request.user, [ward])
    is_sent = request.GET.get("xem") == "da-gui"
    shown = found.sent() if is_sent else found.owed()
    told = shown.select_related("directive", "requirement", "done_by").prefetch_related("directive__requirements")
    page = Paginator(told, _PAGE).get_page(request.GET.get("trang"))
    context = {"page_obj": page, "lines": onward_lines(page.object_list, ward=ward), "owed": found.owed().count()}
    return render(request, "directives/onward.html", {**context, "is_sent": is_sent, "now": now})


def _list_of(duty: OnwardDuty) -> str:
    """The list of the duty's own ward, whichever was looked at last."""
    return f"{reverse('directives:onward')}?phuong={duty.ward_id}"


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty more under a directive."""
    directive, now = access_directive(request.user, pk, _CHANGE), timezone.now()
    form = OnwardForm(request.POST if request.method == "POST" else None, directive=directive)
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "ask": form.ask(), "by": request.user, "at": now}
        if carried_out(form, onward.add_onward_duty, **deed) is not None:
            messages.success(request, "Đã ghi việc Đảng ủy phải gửi cấp trên.")
            return redirect("directives:directive", pk)
    return form_page(request, "directives/onward_form.html", form, directive=directive)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one that was not sent yet."""
    duty, now = access_onward(request.user, pk, _CHANGE), timezone.now()
    form = OnwardForm(request.POST if request.method == "POST" else None, directive=duty.directive, duty=duty)
    if request.method == "POST" and form.is_valid():
        deed = {"duty": duty, "ask": form.ask(), "by": request.user, "at": now}
        if carried_out(form, onward.change_onward_duty, **deed) is not None:
            messages.success(request, "Đã sửa việc với cấp trên.")
            return redirect("directives:directive", duty.directive_id)
    return form_page(request, "directives/onward_form.html", form, directive=duty.directive, duty=duty)


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ghi đã gửi: the day and the number of the paper."""
    duty, now = access_onward(request.user, pk, _CHANGE), timezone.now()
    form = SentForm(request.POST if request.method == "POST" else None, initial={"sent_on": local_day(now)})
    if request.method == "POST" and form.is_valid():
        deed = {"duty": duty, "by": request.user, "at": now, **form.cleaned_data}
        if carried_out(form, onward.send_onward_duty, **deed) is not None:
            messages.success(request, f"Đã ghi: {duty} gửi {duty.superior}.")
            return redirect(_list_of(duty))
    return form_page(request, "directives/onward_sent.html", form, duty=duty, now=now)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not sent after all."""
    duty = access_onward(request.user, pk, _CHANGE)
    if done_or_told(request, onward.reopen_onward_duty, duty=duty, by=request.user, at=timezone.now()):
        messages.success(request, "Đã mở lại: việc này lại tính là chưa gửi.")
    return redirect(_list_of(duty))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """It was entered by mistake."""
    duty = access_onward(request.user, pk, _CHANGE)
    directive = duty.directive_id
    if done_or_told(request, onward.remove_onward_duty, duty=duty, by=request.user, at=timezone.now()):
        messages.success(request, "Đã bỏ việc với cấp trên.")
    return redirect("directives:directive", directive)
