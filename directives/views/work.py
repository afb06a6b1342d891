"""Own work: the unit's (or member's) tasks by last day, who still owes in one of them, the day of a session.

Not here: what a card says (`directives.work`), depositing files (app submissions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_obligation, access_unit_part
from directives.errors import DirectivesError
from directives.forms_work import DeclareEventForm
from directives.models import Obligation
from directives.services.deadlines import declare_event
from directives.shown_state import shown_state
from directives.work import work_cards
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Việc của chi bộ: cards by last day; what is accepted is folded, the latest decided first."""
    now = timezone.now()
    cards = work_cards(Obligation.objects.answered_by(request.user), now=now)
    todo = [card for card in cards if not card.is_done]
    context = {
        "now": now,
        "today": local_day(now),
        "todo": todo,
        "done": [card for card in reversed(cards) if card.is_done],
        "open_count": sum(1 for card in todo if card.open),
        "late_count": sum(1 for card in todo if card.overdue),
        "units": list(dict.fromkeys(card.unit for card in cards)),
    }
    return render(request, "directives/my_work.html", context)


@require_safe
def unit_part(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Who of the unit owes what of one requirement: those still owing first, then by given name."""
    now = timezone.now()
    requirement, unit, obligations = access_unit_part(request.user, requirement_pk, unit_pk)
    rows = [(obligation, *shown_state(obligation, now)) for obligation in obligations.owing_first()]
    context = {"now": now, "requirement": requirement, "unit": unit, "rows": rows}
    return render(request, "directives/unit_part.html", context)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Báo ngày tổ chức: the unit's session was held on a day, which starts the clocks anchored to it."""
    obligation = access_obligation(request.user, pk, "directives.declare_event")
    form = DeclareEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        held_on = form.cleaned_data["held_on"]
        try:
            declare_event(obligation=obligation, held_on=held_on, by=request.user, at=timezone.now())
        except DirectivesError as refused:
            form.add_error("held_on", str(refused))
        else:
            messages.success(request, f"Đã ghi nhận {obligation.unit} tổ chức ngày {format_date(held_on)}.")
            return redirect("directives:my_work")
    status = 422 if request.method == "POST" else 200
    return render(request, "directives/declare_event.html", {"form": form, "obligation": obligation}, status=status)
