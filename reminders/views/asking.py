"""Nhắc những người này: letters to whoever still owes what a line of the query bar finds, with the number before the deed.

Not here: what the line means (`directives.query`), the plan and the verb (`services.deciding`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from reminders import chasing
from reminders.digests import SKIP_WORDS
from reminders.errors import RemindersError
from reminders.ladders import mail_opens
from reminders.planning import plan
from reminders.services.deciding import ask_now
from reminders.wording import goes_in_words
from units.chosen_ward import worked_ward

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from directives.querysets import ObligationQuerySet
    from units.models import Unit


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Who would be written to, and why others would not; then, with the number confirmed, the letters."""
    sent = request.POST if request.method == "POST" else request.GET
    ward, now = worked_ward(request), timezone.now()
    wanted = chasing.ChaseFilter.read(sent.dict())
    owed, asked = chasing.debts_of(ward, wanted, now), sent.get("count", "")
    back = f"{reverse('reports:lookup')}?{urlencode({'q': wanted.text})}"
    if asked.isdecimal() and len(asked) < 8 and request.method == "POST":
        try:
            number = ask_now(
                ward=ward, obligations=owed, line=wanted.text, expected=int(asked), by=request.user, at=now
            )
            messages.success(request, f"{number} thư đã vào hàng đợi, {goes_in_words(mail_opens(ward, now))}.")
            return redirect(back)
        except RemindersError as refused:
            messages.error(request, str(refused))
    context = _shown(ward, wanted, owed, now) | {"back_url": back, "back_label": "Tra cứu"}
    return render(request, "reminders/ask.html", context, status=422 if request.method == "POST" else 200)


def _shown(ward: Unit, wanted: chasing.ChaseFilter, owed: ObligationQuerySet, now: datetime) -> dict[str, Any]:
    planned = plan(ward=ward, at=now, asked=owed)
    return {
        "line": wanted.text,
        "ward": ward,
        "faults": chasing.search_in(ward, wanted.text, now).faults,
        "owed": owed.count(),
        "letters": planned.letters,
        "skipped": [(SKIP_WORDS[reason], count) for reason, count in sorted(planned.skipped.items())],
    }
