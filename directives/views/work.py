"""Own work: the unit's (or member's) tasks by last day, who still owes in one of them, the day of a session.

Not here: what a card says (`directives.work`), depositing files (app submissions).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_moves, access_obligation, access_part_moves, access_unconfirmed, access_unit_part
from directives.choices import MEMBER_KINDS, ObligationState, RequirementKind
from directives.forms_work import AttendanceForm, CorrectEventForm, DeclareEventForm
from directives.models import Obligation
from directives.querysets import OPEN_STATES
from directives.services.attendance import members_on, record_attendance
from directives.services.deadlines import correct_event, declare_event
from directives.shown_state import shown_state
from directives.unit_part import travels_of, unit_part_of
from directives.views.answers import carried_out, form_page
from directives.work import latest_decided, work_cards
from units.scopes import scope_of
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from directives.models import Requirement
    from units.models import Unit, User

MOVES_SHOWN = timedelta(days=30)
"""How long both secretaries read that a debt went with its member."""


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Việc của chi bộ: cards by last day; what is accepted is folded, the latest decided first."""
    now = timezone.now()
    cards = work_cards(Obligation.objects.answered_by(request.user), now=now)
    todo = sorted((card for card in cards if not card.is_done), key=lambda card: card.is_settled)
    scope = scope_of(request.user)
    context = {
        "now": now,
        "today": local_day(now),
        "todo": todo,
        "done": sorted((card for card in cards if card.is_done), key=latest_decided, reverse=True),
        "is_secretary": bool(scope.secretary_paths),
        "leads_cluster": bool(scope.cluster_ids),
        "open_count": sum(1 for card in todo if card.open),
        "late_count": sum(1 for card in todo if card.overdue),
        "to_confirm": access_unconfirmed(request.user, now),
        "moves": access_moves(request.user)
        .touching_secretary(request.user)
        .since(now - MOVES_SHOWN)
        .newest_first()[:30],
        "units": sorted({card.unit for card in cards}, key=lambda unit: unit.path),
    }
    return render(request, "directives/my_work.html", context)


@require_safe
def unit_part(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Who of the unit owes what of one requirement: those still owing first, then by given name.

    Of a series: every period, the newest first, or with `?ky=` one alone.
    """
    now = timezone.now()
    requirement, unit, obligations = access_unit_part(request.user, requirement_pk, unit_pk)
    part = unit_part_of(requirement, list(obligations.owing_first()), request.GET.get("ky", ""))
    if part is None:
        raise Http404
    owed = next((one for one in part.rows if one.state in OPEN_STATES), None)
    came, gone = travels_of(part, unit, *access_part_moves(request.user, requirement, unit, now))
    context = {
        "now": now,
        "requirement": requirement,
        "unit": unit,
        "part": part,
        "rows": [(obligation, *shown_state(obligation, now), came.get(obligation.pk)) for obligation in part.rows],
        "gone": [(one, request.user.has_perm("directives.view_obligation", one.move.obligation)) for one in gone],
        **_checking(request.user, requirement, unit, part.rows),
        "may_hand_in": owed is not None
        and requirement.kind != RequirementKind.ACTIVITY
        and request.user.has_perm("directives.answer_obligation", owed),
        "may_ask": owed is not None and request.user.has_perm("directives.ask_relief", owed),
        "by_members": requirement.kind in MEMBER_KINDS,
        "open_states": OPEN_STATES,
        **_way_back(request.user, requirement, unit),
    }
    return render(request, "directives/unit_part.html", context)


def _way_back(user: User, requirement: Requirement, unit: Unit) -> dict[str, str]:
    """To the list the reader came from: his own work, or the paper for whoever looks at the unit from above."""
    scope = scope_of(user)
    if scope.is_secretary_of(unit):
        return {"back_url": reverse("directives:my_work"), "back_label": "Việc của chi bộ"}
    if scope.reads(unit):
        paper = requirement.directive
        return {"back_url": reverse("directives:directive", args=[paper.pk]), "back_label": paper.reference}
    return {"back_url": reverse("directives:my_work"), "back_label": "Việc của tôi"}


def _checking(user: User, requirement: Requirement, unit: Unit, rows: Sequence[Obligation]) -> dict[str, bool]:
    """Whether the reader passes on what members hand in to the unit, or may do so in the secretary's place."""
    by_unit = requirement.goes_by_unit
    is_secretary = scope_of(user).is_secretary_of(unit)
    waits = any(one.state == ObligationState.SUBMITTED for one in rows)
    return {
        "may_check": by_unit and is_secretary,
        "may_check_instead": by_unit and not is_secretary and waits and scope_of(user).works_for(unit),
    }


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Báo ngày tổ chức: the unit's session was held on a day, which starts the clocks anchored to it.

    A day declared before is corrected, with a reason. Who came may be said at once, or later.
    """
    obligation = access_obligation(request.user, pk, "directives.declare_event")
    is_correction, now = obligation.held_on is not None, timezone.now()
    sent = request.POST if request.method == "POST" else None
    form = (CorrectEventForm if is_correction else DeclareEventForm)(sent, initial={"held_on": obligation.held_on})
    came = None if is_correction else AttendanceForm(sent, total=None, must=False)
    if sent is not None and came is not None and not came.is_valid():
        form.add_error(None, "Số dự chưa đúng, xem ở dưới.")
    if request.method == "POST" and form.is_valid():
        verb, said = correct_event if is_correction else declare_event, form.cleaned_data
        if came is not None:
            said["attendance"] = came.told()
        if carried_out(form, verb, obligation=obligation, by=request.user, at=now, **said) is not None:
            messages.success(request, f"Đã ghi nhận {obligation.unit} tổ chức ngày {format_date(said['held_on'])}.")
            return redirect("directives:my_work")
    context = {
        "obligation": obligation,
        "is_correction": is_correction,
        "came": came,
        "total": members_on(obligation.unit, local_day(now)),
        "now": now,
    }
    return form_page(request, "directives/declare_event.html", form, **context)


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Ghi số dự of a session whose day was declared; wrong numbers are put right here."""
    obligation = access_obligation(request.user, pk, "directives.declare_event")
    if obligation.held_on is None:
        raise Http404
    total, known = members_on(obligation.unit, obligation.held_on), getattr(obligation, "session", None)
    initial = {name: getattr(known, name) for name in AttendanceForm.base_fields} if known else {}
    form = AttendanceForm(request.POST if request.method == "POST" else None, total=total, must=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        deed = {"obligation": obligation, "told": form.told(), "by": request.user, "at": timezone.now()}
        if carried_out(form, record_attendance, **deed) is not None:
            messages.success(request, "Đã ghi số dự.")
            return redirect("directives:obligation", pk)
    return form_page(request, "directives/attendance.html", form, obligation=obligation, total=total)
