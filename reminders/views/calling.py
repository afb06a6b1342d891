"""Phiếu gọi điện: per unit whom to ring, what to paste, and the day promised.

Not here: the sheet (`call_sheet.py`), the verb (`services.promising`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from reminders import call_sheet, chasing
from reminders.access import access_called
from reminders.errors import PromiseRefused
from reminders.forms import PromiseForm
from reminders.services.promising import is_promisable, note_promise
from units.chosen_ward import worked_ward
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse, QueryDict

    from directives.models import Obligation
    from units.models import Unit

_PAGE = 30
_HOW = (
    "Hẹn nộp ghi ngay trên phiếu gọi: chọn việc được hứa ở đơn vị vừa gọi, ghi ngày hẹn rồi bấm “Ghi hẹn nộp”. "
    "Chưa ghi hẹn nào."
)
_FILTERS = ("phuong", "loai", "yeu_cau", "q", "trang")


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Those to be called (or, with `loai=tat-ca`, all who owe), unit by unit."""
    ward, now = worked_ward(request), timezone.now()
    wanted, every, found = _shown(ward, request.GET, now)
    page = Paginator(call_sheet.sheet(ward, found, now), _PAGE).get_page(request.GET.get("trang"))
    context = {
        "now": now,
        "ward": ward,
        "wanted": wanted,
        "faults": chasing.search_in(ward, wanted.text, now).faults,
        "every": every,
        "debts": len(found),
        "page_obj": page,
        "requirements": chasing.requirements_owed(ward, now),
        "back_url": reverse("reminders:chase"),
        "back_label": "Đôn đốc",
    }
    return render(request, "reminders/calls.html", context)


def _shown(ward: Unit, asked: QueryDict, now: datetime) -> tuple[chasing.ChaseFilter, bool, list[Obligation]]:
    """What the filters ask for, whether that is every debt, and the debts they leave on the sheet."""
    wanted, every = chasing.ChaseFilter.read(asked.dict()), asked.get("loai") == "tat-ca"
    debts = chasing.ordered(chasing.debts_of(ward, wanted, now), wanted, now)
    return wanted, every, list(debts) if every else call_sheet.to_be_called(ward, debts, now)


@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest) -> HttpResponse:
    """Ghi hẹn nộp for the chosen debts of a unit. Opened as a page (reloaded, from the history) it leads back to the sheet."""
    if request.method != "POST":
        worked_ward(request)
        messages.info(request, _HOW)
        return redirect("reminders:calls")
    ward, form = worked_ward(request), PromiseForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, ward, form)
    asked = form.cleaned_data
    owed = access_called(request.user, ward, asked["obligations"])
    try:
        count = note_promise(
            ward=ward, obligations=owed, day=asked["day"], note=asked["note"], by=request.user, at=timezone.now()
        )
    except PromiseRefused as refused:
        form.add_error("day", str(refused))
        return _ask_again(request, ward, form)
    messages.success(request, f"Đã ghi hẹn nộp ngày {format_date(asked['day'])} cho {count} việc.")
    return redirect(_sheet(request))


def _ask_again(request: HttpRequest, ward: Unit, form: PromiseForm) -> HttpResponse:
    """The form with its faults, beside whom it is about and what he owes; of whom nobody was chosen, all the unit owes."""
    now, chosen = timezone.now(), form.cleaned_data.get("obligations", [])
    day = form.cleaned_data.get("day")
    if day and not form.has_error("day") and not is_promisable(day, now):
        form.add_error("day", str(PromiseRefused()))
    if chosen:
        called = [one.pk for one in access_called(request.user, ward, chosen)]
        owing = chasing.debts_of(ward, chasing.ChaseFilter(), now).filter(pk__in=called)
        debts = list(owing.select_related("member", "unit", "requirement__directive"))
    else:
        debts = [one for one in _shown(ward, request.POST, now)[2] if str(one.unit_id) == request.POST.get("unit")]
    context = {
        "form": form,
        "chosen": chosen,
        "now": now,
        "units": call_sheet.sheet(ward, debts, now),
        "back_url": _sheet(request),
        "back_label": "Phiếu gọi điện",
    }
    return render(request, "reminders/promise.html", context, status=422)


def _sheet(request: HttpRequest) -> str:
    """The sheet as it was looked at: the ward, the filters, the page."""
    asked = {name: request.POST[name][:200] for name in _FILTERS if request.POST.get(name)}
    return reverse("reminders:calls") + (f"?{urlencode(asked)}" if asked else "")
