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
from django.views.decorators.http import require_POST, require_safe

from reminders import call_sheet, chasing
from reminders.access import access_called, access_chased_ward
from reminders.errors import PromiseRefused
from reminders.forms import PromiseForm
from reminders.services.promising import note_promise
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 30
_FILTERS = ("phuong", "loai", "yeu_cau", "q", "trang")


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Those to be called (or, with `loai=tat-ca`, all who owe), unit by unit."""
    ward, now = access_chased_ward(request.user, request.GET.get("phuong", "")), timezone.now()
    wanted, every = chasing.ChaseFilter.read(request.GET.dict()), request.GET.get("loai") == "tat-ca"
    debts = chasing.ordered(chasing.debts_of(ward, wanted, now), wanted, now)
    found = list(debts) if every else call_sheet.to_be_called(ward, debts, now)
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


@require_POST
def promise(request: HttpRequest) -> HttpResponse:
    """Ghi hẹn nộp for the chosen debts of a unit."""
    ward, form = access_chased_ward(request.user, request.POST.get("phuong", "")), PromiseForm(request.POST)
    back = {"back_url": _sheet(request), "back_label": "Phiếu gọi điện"}
    if not form.is_valid():
        return render(request, "reminders/promise.html", {"form": form, **back}, status=422)
    asked, now = form.cleaned_data, timezone.now()
    owed = access_called(request.user, ward, asked["obligations"])
    try:
        count = note_promise(ward=ward, obligations=owed, day=asked["day"], note=asked["note"], by=request.user, at=now)
    except PromiseRefused as refused:
        form.add_error("day", str(refused))
        return render(request, "reminders/promise.html", {"form": form, **back}, status=422)
    messages.success(request, f"Đã ghi hẹn nộp ngày {format_date(asked['day'])} cho {count} việc.")
    return redirect(back["back_url"])


def _sheet(request: HttpRequest) -> str:
    """The sheet as it was looked at: the ward, the filters, the page."""
    asked = {name: request.POST[name][:200] for name in _FILTERS if request.POST.get(name)}
    return reverse("reminders:calls") + (f"?{urlencode(asked)}" if asked else "")
