"""Điều chỉnh: which earlier directive a draft changes, what it does to each requirement, whom that touches.

Not here: issuing (`issuing.py`), one party's extension (`obligations.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directives.access import access_amendment, access_directive, access_requirement, access_target, amendable_by
from directives.forms_amending import AmendForm, ConfirmDeadlineForm
from directives.putting_back import back_with_fate
from directives.services.amend_preview import touched_with_fate
from directives.services.amending import confirm_deadline
from directives.services.amendments import write_amendments
from directives.services.secret_papers import record_secret_refusal
from directives.views.answers import carried_out, form_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_CHANGE = "directives.change_directive"
_CHOICES = 30


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which running directive the draft amends: a search over the register."""
    directive = access_directive(request.user, pk, _CHANGE)
    wanted = request.GET.get("q", "").strip()[:200]
    found = amendable_by(request.user, directive)
    context = {
        "directive": directive,
        "wanted": wanted,
        "found": (found.search(wanted) if wanted else found)[:_CHOICES],
    }
    return render(request, "directives/amend_choose.html", context)


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """What the draft does to each requirement of one earlier directive."""
    directive = access_directive(request.user, pk, _CHANGE)
    earlier, now = access_target(request.user, directive, target), timezone.now()
    requirements = list(earlier.requirements.filter(withdrawn_at=None).order_by("order"))
    written = {one.requirement_id: one for one in directive.amendments.filter(requirement__directive=earlier)}
    form = AmendForm(request.POST if request.method == "POST" else None, requirements=requirements, written=written)
    if request.method == "POST" and form.is_valid():
        deed = {"directive": directive, "target": earlier, "changes": form.changes(), "by": request.user, "at": now}
        told = {"by": request.user, "ward": directive.ward, "at": now}
        if (
            carried_out(form, write_amendments, on_secret=lambda why: record_secret_refusal(reason=why, **told), **deed)
            is not None
        ):
            messages.success(
                request, f"Đã ghi {len(form.changes())} điều chỉnh đối với {earlier}. Khi ban hành mới có hiệu lực."
            )
            return redirect("directives:directive", pk)
    return form_page(request, "directives/amend.html", form, directive=directive, target=earlier, now=now)


@require_safe
def names(request: HttpRequest, pk: int, fate: str) -> HttpResponse:
    """The names behind one number of the preview of an amendment, or of putting back one that was carried out."""
    amendment, now = access_amendment(request.user, pk), timezone.now()
    if amendment.applied_at is None:
        rows = touched_with_fate(amendment, fate, at=now)
    else:
        rows = back_with_fate(amendment, fate, at=now)
    return render(request, "directives/amend_names.html", {"amendment": amendment, "rows": rows})


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Xác nhận hạn: a tentative deadline gets its day."""
    requirement, now = access_requirement(request.user, pk, _CHANGE), timezone.now()
    form = ConfirmDeadlineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"requirement": requirement, "phrase": form.cleaned_data["phrase"], "by": request.user, "at": now}
        moved = carried_out(form, confirm_deadline, **deed)
        if moved is not None:
            messages.success(request, f"Đã xác nhận hạn cho {moved} việc. Từ nay các việc này được nhắc theo hạn.")
            return redirect("directives:directive", requirement.directive_id)
    return form_page(request, "directives/confirm_deadline.html", form, requirement=requirement, now=now)
