"""One person's mails as the office sees them, and trusting an address again that sent mail back.

Not here: the log of all letters (`chasing.py`), what is shown (`reminders.addresses`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reminders.access import access_returned_address
from reminders.addresses import KIND_WORDS, mails_to
from reminders.mail_log import kept_back
from reminders.services.addresses import trust_address
from units.chosen_ward import worked_ward

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 50


@require_safe
def person(request: HttpRequest, token: str) -> HttpResponse:
    """Thư đã gửi một người: what, when, and what became of it."""
    ward = worked_ward(request)
    found = mails_to(ward, token)
    if found is None:
        raise Http404
    address, mails = found
    page = Paginator(mails, _PAGE).get_page(request.GET.get("trang"))
    kept = kept_back(ward, page, timezone.now())
    context = {
        "address": address,
        "name": next((mail.to_name for mail in page if mail.to_name), ""),
        "rows": [(mail, KIND_WORDS[mail.kind], kept.get(mail.pk, "")) for mail in page],
        "page_obj": page,
        "back_url": reverse("reminders:log"),
        "back_label": "Nhật ký gửi",
    }
    return render(request, "reminders/person.html", context)


@require_POST
def trust(request: HttpRequest, pk: int) -> HttpResponse:
    """Dùng lại một địa chỉ từng trả thư về."""
    ward = worked_ward(request)
    bad = access_returned_address(request.user, ward, pk)
    trust_address(ward=ward, bad=bad, by=request.user, at=timezone.now())
    messages.success(
        request, f"Từ nấc nhắc tới, thư lại gửi đến {bad.address}. Thư bị trả mở trong Nhật ký gửi để gửi lại."
    )
    return redirect("reminders:silent")
