"""Kiểm tra bài của chi bộ: the secretary passes members' papers on, one or all, or returns one with a reason.

Not here: the office's review (`review.py`), the verbs (`services.forwarding`, `services.reviewing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.errors import DirectivesError
from interface.wording import last_day_of
from submissions.access import access_check, access_submission
from submissions.errors import SubmissionError
from submissions.forms_review import ReturnForm, VersionsForm
from submissions.services.forwarding import forward as pass_on
from submissions.services.reviewing import proposed_fix_by, return_for_revision
from units.choices import ReasonKind
from units.reasons import reasons_of
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

REFUSALS = (SubmissionError, DirectivesError)


@require_safe
def check_unit(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """What waits for the secretary, and how many were passed on."""
    place = access_check(request.user, requirement_pk, unit_pk)
    context = {
        "place": place,
        "now": timezone.now(),
        "back_url": reverse("directives:unit_part", args=[requirement_pk, unit_pk]),
        "back_label": place.unit.name,
    }
    return render(request, "submissions/check_unit.html", context)


@require_POST
def forward(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Chuyển the papers that are ticked or named."""
    place, form = access_check(request.user, requirement_pk, unit_pk), VersionsForm(request.POST)
    try:
        number = pass_on(
            submissions=place.waiting,
            versions=form.cleaned_data["version"] if form.is_valid() else (),
            unit=place.unit,
            requirement=place.requirement,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"Đã chuyển {number} bài tới Ban Xây dựng Đảng.")
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("submissions:check_unit", requirement_pk, unit_pk)


@require_http_methods(["GET", "POST"])
def unit_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Trả lại by the unit: reason and last day for the correction."""
    submission, now = access_submission(request.user, pk, "submissions.check_submission"), timezone.now()
    obligation = submission.obligation
    proposed = last_day_of(proposed_fix_by(ward=obligation.ward, at=now))
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        catalogue=reasons_of(obligation.ward, ReasonKind.RETURN),
        today=local_day(now),
        initial={"version": submission.current_id, "last_day": format_date(proposed)},
    )
    if request.method == "POST" and form.is_valid():
        version = get_object_or_404(submission.versions, pk=form.cleaned_data["version"])
        deed = {"version": version, "reason": form.reason, "fix_by": form.fix_by}
        try:
            return_for_revision(**deed, decided_by=request.user, at=now)
            messages.success(request, f"Đã trả lại bài của {obligation.member}.")
            return redirect("submissions:check_unit", obligation.requirement_id, obligation.unit_id)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "submission": submission, "obligation": obligation, "now": now}
    return render(request, "submissions/unit_return.html", context, status=422 if form.errors else 200)
