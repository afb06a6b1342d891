"""Decisions about letters to come: strike, hold, send now, each with the number restated before it is done.

Not here: the list itself (`chasing.py`), the verbs (`services.deciding`).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from reminders.access import access_ruling
from reminders.errors import NumberChanged
from reminders.forms import DecisionForm
from reminders.ladders import mail_opens
from reminders.services import deciding
from reminders.tomorrow import Round, coming_round
from reminders.wording import goes_in_words
from units.chosen_ward import worked_ward
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from reminders.digests import Letter
    from units.models import Unit

_TEMPLATE = "reminders/decide.html"
_KEPT = ("phuong", "q", "trang")


@require_POST
def decide(request: HttpRequest, day: str) -> HttpResponse:
    """First the number and the names, then the deed: `count` says what the person saw."""
    ward, now = worked_ward(request), timezone.now()
    coming = coming_round(ward, day, now)
    instant = coming.instant
    form = DecisionForm(request.POST, day=local_day(instant))
    back = _list(request, ngay=day)
    context = {"form": form, "day": day, "instant": instant, "back_url": back, "back_label": "Thư sẽ gửi"}
    if local_day(instant).isoformat() != day:
        if local_day(now).isoformat() == day:
            return _planned_meanwhile(request, now)
        raise Http404
    if not form.is_valid():
        return render(request, _TEMPLATE, context, status=422)
    asked = form.cleaned_data
    letters = deciding.chosen_letters(ward=ward, instant=instant, tokens=frozenset(asked["tokens"]), after=coming.after)
    if asked["count"] != len(letters) or not letters:
        return render(request, _TEMPLATE, context | {"letters": letters, "asked": asked})
    try:
        messages.success(request, _do(request, ward, letters, coming, asked, now))
    except NumberChanged as refused:
        messages.error(request, str(refused))
    return redirect(back)


def _planned_meanwhile(request: HttpRequest, now: datetime) -> HttpResponse:
    """The round of today ran while its page was open: its letters are in the log now."""
    messages.warning(
        request,
        f"Thư ngày {format_date(local_day(now))} đã lập xong trong lúc xem nên chưa bỏ, giữ hay gửi gì thêm. "
        "Thư nào đã đi, thư nào còn chờ: xem ở đây.",
    )
    return redirect("reminders:log")


def _do(
    request: HttpRequest, ward: Unit, letters: list[Letter], coming: Round, asked: dict[str, Any], now: datetime
) -> str:
    day: date = local_day(coming.instant)
    who = {"ward": ward, "by": request.user, "at": now}
    if asked["act"] == "bo":
        return f"Đã bỏ {deciding.strike_letters(letters=letters, day=day, **who)} thư của ngày này."
    if asked["act"] == "giu":
        held = deciding.hold_letters(letters=letters, day=day, until=asked["until"], **who)
        return f"Đã giữ mọi thư nhắc của {held} người đến hết ngày {format_date(asked['until'])}."
    tokens = frozenset(asked["tokens"])
    sent = deciding.send_now(instant=coming.instant, after=coming.after, tokens=tokens, expected=asked["count"], **who)
    return f"{sent} thư đã vào hàng đợi, {goes_in_words(mail_opens(ward, now))}."


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Thôi bỏ, thôi giữ."""
    ruling = access_ruling(request.user, pk)
    deciding.release_ruling(ruling=ruling, by=request.user, at=timezone.now())
    messages.success(request, f"Thư của {ruling.name or ruling.address} lại đi như thường lệ.")
    return redirect(_list(request))


def _list(request: HttpRequest, **wanted: str) -> str:
    """The list of letters to come as it was looked at: the ward, the search, the page."""
    wanted |= {name: request.POST[name][:200] for name in _KEPT if request.POST.get(name)}
    return reverse("reminders:tomorrow") + (f"?{urlencode(wanted)}" if wanted else "")
