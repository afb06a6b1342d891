"""What every account finds for itself: the bell and its list, how it wants to be written to, its calendar feed.

Not here: what is told (`noticing.py`), the events (`calendar_feed.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outbox.services import mark_read
from reminders import bell
from reminders.calendar_feed import items_of, write
from reminders.forms import MailChoiceForm
from reminders.quiet import choice_of
from reminders.services import feeds

if TYPE_CHECKING:
    from django.http import HttpRequest


_SCHEME: Final = re.compile(r"^https?:")
"""What a phone knows a calendar to subscribe to by is `webcal:` in its place."""


@require_safe
def bell_count(request: HttpRequest) -> HttpResponse:
    """The bell with its number, fetched once by each page after it stands."""
    return render(request, "reminders/bell.html", {"unread": bell.unread_count(request.user, timezone.now())})


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Thông báo: what was told, latest first."""
    return render(request, "reminders/notices.html", {"notices": bell.notices_of(request.user, timezone.now())})


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark one notice read and go to its page, or (without `pk`) mark all."""
    pk = request.POST.get("pk", "")
    url = mark_read(user=request.user, pk=int(pk) if pk.isdecimal() and len(pk) < 18 else None, at=timezone.now())
    return redirect(url or "reminders:notices")


@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How much mail and at what hour; the calendar feed."""
    chosen = choice_of(request.user)
    form = MailChoiceForm(request.POST if request.method == "POST" else None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        feeds.choose_mail(user=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Đã lưu cách nhận thư nhắc.")
        return redirect("reminders:choices")
    return _choices_page(request, form, "")


def _choices_page(request: HttpRequest, form: MailChoiceForm, secret_url: str) -> HttpResponse:
    link = feeds.link_in_use(request.user)
    context = {
        "form": form,
        "link": link,
        "secret_url": secret_url,
        "subscribe_url": _SCHEME.sub("webcal:", secret_url),
    }
    return render(request, "reminders/choices.html", context, status=422 if form.errors else 200)


@require_POST
def make_link(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once."""
    token = feeds.make_calendar_link(user=request.user, at=timezone.now())
    url = settings.PUBLIC_URL.rstrip("/") + reverse("reminders:feed", args=[token])
    return _choices_page(request, MailChoiceForm(initial=choice_of(request.user)), url)


@require_POST
def revoke_link(request: HttpRequest) -> HttpResponse:
    """The address ends at once."""
    if feeds.revoke_calendar_link(user=request.user, at=timezone.now()):
        messages.success(request, "Đã thu hồi địa chỉ lịch. Lịch đang đăng ký không cập nhật nữa.")
    return redirect("reminders:choices")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind a secret address; anything else is not found."""
    link, now = feeds.calendar_link(token), timezone.now()
    if link is None:
        raise Http404
    items = {item.uid: item for item in items_of(link.user, now)}
    entries = feeds.bring_up_to_date(link=link, items=list(items.values()), at=now)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    answer = HttpResponse(write(entries, items, host, link.user.full_name), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'inline; filename="han-nop.ics"'
    answer["Referrer-Policy"] = "no-referrer"
    return answer
