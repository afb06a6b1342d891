"""Extensions of a requirement taken back several at a time: what was granted, then the number restated with the reason.

Not here: one party's own (`obligations.py`), the verb (`services.taking_back_extensions`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from directives.access import access_requirement
from directives.forms_amending import TakeBackForm
from directives.granted import Grant, granted_days, grants_of, of_decision
from directives.how_told import HOW_TOLD
from directives.services.taking_back_extensions import take_back_extensions
from directives.views.answers import carried_out, form_page
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from directives.granted import GrantedDay
    from directives.models import Requirement

_SHOWN = 200
"""Parties on a page; those of one decision can be taken back together, however many."""

_NAMED = 50
"""So many are named where the number is restated."""


@require_http_methods(["GET", "POST"])
def take_back_many(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one decision, or those ticked."""
    requirement, now = access_requirement(request.user, pk, "directives.change_directive"), timezone.now()
    days = granted_days(requirement, requirement.obligations.visible_to(request.user), now)
    grants, context = grants_of(days), {"requirement": requirement, "now": now}
    if request.method == "POST":
        chosen = _chosen(requirement, grants, request.POST)
        if chosen:
            return _confirmed(request, chosen, context)
        context["fault"] = "Chưa đánh dấu việc nào thu hồi được gia hạn. Đánh dấu rồi bấm lại."
    together = [(grant, one) for grant in grants if len(grant.days) > 1 for one in grant.days]
    alone = [(None, one) for grant in grants if len(grant.days) == 1 for one in grant.days]
    page = Paginator(together + alone, _SHOWN).get_page(request.GET.get("trang"))
    context |= {"page": page, "parts": _by_grant(page.object_list), "number": len(days)}
    status = 422 if "fault" in context else 200
    return render(request, "directives/take_back_many.html", context, status=status)


def _confirmed(request: HttpRequest, chosen: list[GrantedDay], context: dict[str, object]) -> HttpResponse:
    """The number, names and days with the field for the reason; carried out once both were sent."""
    form = TakeBackForm(request.POST if "so" in request.POST else None)
    requirement = context["requirement"]
    if form.is_valid():
        done = carried_out(
            form, take_back_extensions, requirement=requirement, extensions=[one.extension.pk for one in chosen],
            expected=form.cleaned_data["so"], reason=form.cleaned_data["note"], by=request.user, at=context["now"],
        )  # fmt: skip
        if done is not None:
            messages.success(request, f"Đã thu hồi gia hạn của {format_number(done)} việc. {HOW_TOLD}")
            return redirect("directives:directive", requirement.directive_id)
    whole = request.POST.get("lan", "")
    asked = {"lan": [whole]} if whole else {"chon": [one.extension.pk for one in chosen]}
    named: defaultdict[tuple[object, object], list[GrantedDay]] = defaultdict(list)
    for one in chosen[:_NAMED]:
        named[one.then, one.extension.new_due_at].append(one)
    context |= {
        "number": len(chosen),
        "named": dict(named),
        "rest": len(chosen[_NAMED:]),
        "asked": asked,
        "told": HOW_TOLD,
    }
    return form_page(request, "directives/take_back_confirm.html", form, **context)


def _chosen(requirement: Requirement, grants: list[Grant], sent: QueryDict) -> list[GrantedDay]:
    """Of the decision asked for (by any of its rows, one settled meanwhile included), else those ticked: whose deadline
    would become earlier."""
    whole, ticked = sent.get("lan", ""), set(sent.getlist("chon"))
    if whole:
        return [one for grant in of_decision(requirement, grants, whole) for one in grant.to_take_back]
    return [one for grant in grants for one in grant.to_take_back if str(one.extension.pk) in ticked]


def _by_grant(rows: list[tuple[Grant | None, GrantedDay]]) -> list[tuple[Grant | None, list[GrantedDay]]]:
    """What of each decision stands on the page; None: days granted to one party each."""
    parts: list[tuple[Grant | None, list[GrantedDay]]] = []
    for grant, one in rows:
        if not parts or parts[-1][0] is not grant:
            parts.append((grant, []))
        parts[-1][1].append(one)
    return parts
