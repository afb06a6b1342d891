"""A later day or a release for several of those who still owe: filtered, chosen by name; a release taken back.

Not here: one party's own extension (`obligations.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from directives.access import access_obligation, access_requirement
from directives.forms import WaiverForm
from directives.forms_amending import BulkForm, OwingFilter
from directives.how_told import HOW_TOLD
from directives.owed_again import WORDS, states_when_owed_again
from directives.services.deadlines import extend_all_owing
from directives.services.releasing import unwaive, waive_all_owing
from directives.views.answers import carried_out, form_page
from units.choices import ReasonKind
from units.reasons import reasons_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from directives.models import Requirement

_SHOWN = 200
"""Names on a page; all that the filters leave can be taken together."""


@require_http_methods(["GET", "POST"])
def extend_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Gia hạn or cho miễn for all, or for those ticked, who still owe a requirement."""
    requirement, now = access_requirement(request.user, pk, "directives.change_directive"), timezone.now()
    wanted = OwingFilter(request.GET, ward=requirement.directive.ward)
    owing = wanted.narrowed(requirement.obligations.visible_to(request.user).owing(now))
    ids = list(owing.values_list("pk", flat=True))
    chosen = [pk for pk in ids if str(pk) in set(request.POST.getlist("chon"))]
    form = BulkForm(request.POST if request.method == "POST" else None, owing=len(ids), chosen=chosen)
    if request.method == "POST" and form.is_valid():
        done = _carry_out(request, form, requirement, ids if form.cleaned_data["who"] == form.ALL else chosen, now)
        if done is not None:
            return redirect("directives:directive", requirement.directive_id)
    reasons = [*reasons_of(requirement.directive.ward, ReasonKind.EXTEND)]
    page = Paginator(owing.owing_first().select_related("member", "unit"), _SHOWN).get_page(request.GET.get("trang"))
    context = {"requirement": requirement, "owing": len(ids), "page": page, "chosen": chosen, "wanted": wanted}
    return form_page(request, "directives/extend_all.html", form, now=now, reasons=reasons, **context)


@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Bỏ cho miễn: the party owes again, or a paper that came voluntarily answers it."""
    found, now = access_obligation(request.user, pk, "directives.waive_obligation"), timezone.now()
    form = WaiverForm(request.POST if request.method == "POST" else None)
    form.fields["note"].label = "Lý do bỏ cho miễn"
    if request.method == "POST" and form.is_valid():
        deed = {"obligation": found, "reason": form.cleaned_data["note"], "by": request.user, "at": now}
        lifted = carried_out(form, unwaive, **deed)
        if lifted is not None:
            messages.success(request, f"Đã bỏ cho miễn. {WORDS[lifted.state]}")
            return redirect("directives:obligation", pk)
    then = WORDS[states_when_owed_again([found])[found.pk]]
    return form_page(request, "directives/unwaive.html", form, obligation=found, now=now, reasons=[], then=then)


def _carry_out(
    request: HttpRequest, form: BulkForm, requirement: Requirement, ids: list[int], now: datetime
) -> int | None:
    said = {"requirement": requirement, "obligations": ids, "by": request.user, "at": now}
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["act"] == form.WAIVE:
        number = carried_out(form, waive_all_owing, note=reason, **said)
        words = "Đã cho miễn"
    else:
        number = carried_out(form, extend_all_owing, new_due_at=form.new_due_at(), reason=reason, **said)
        words = "Đã gia hạn cho"
    if number is not None:
        messages.success(request, f"{words} {number} việc còn nợ. {HOW_TOLD}")
    return number
