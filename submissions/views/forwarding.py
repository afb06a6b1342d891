"""Kiểm tra bài của chi bộ: the secretary passes members' papers on, one or all, or returns one with a reason; the office
passes on in his place.

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
from submissions.access import CheckPlace, access_check, access_submission
from submissions.errors import NothingToForward, SubmissionError
from submissions.forms_review import InsteadForm, ReturnForm, VersionsForm, says_how_many
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
    """What waits for the secretary, and how many were passed on; the office finds it to pass on in his place."""
    place = access_check(request.user, requirement_pk, unit_pk)
    return _page(request, place, InsteadForm() if place.instead else None)


def _page(request: HttpRequest, place: CheckPlace, form: VersionsForm | None = None) -> HttpResponse:
    ticked = {*form["version"].data} if form and form.is_bound else None
    context = {
        "place": place,
        "form": form,
        "ticked": ticked,
        "count": sum(ticked is None or str(one.current_id) in ticked for one in place.waiting),
        "now": timezone.now(),
        "back_url": reverse("directives:unit_part", args=[place.requirement.pk, place.unit.pk]),
        "back_label": place.unit.name,
    }
    return render(request, "submissions/check_unit.html", context, status=422 if form and form.errors else 200)


@require_POST
def forward(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Chuyển the papers that are ticked or named; the office says why it does so in the unit's place."""
    place = access_check(request.user, requirement_pk, unit_pk)
    form = (InsteadForm if place.instead else VersionsForm)(request.POST)
    is_valid = form.is_valid()
    if isinstance(form, InsteadForm) and not is_valid:
        return _page(request, place, form)
    if is_valid and not says_how_many(request.POST, len(form.cleaned_data["version"])):
        messages.info(request, f"Đang chọn {len(form.cleaned_data['version'])} bài. Xem lại rồi bấm chuyển.")
        return _page(request, place, form)
    try:
        number = pass_on(
            submissions=place.waiting,
            versions=form.cleaned_data["version"] if is_valid else (),
            unit=place.unit,
            requirement=place.requirement,
            by=request.user,
            at=timezone.now(),
            instead=form.cleaned_data.get("reason", ""),
        )
        done = "thay chi bộ. Ban Xây dựng Đảng mở và duyệt được" if place.instead else "tới Ban Xây dựng Đảng"
        messages.success(request, f"Đã chuyển {number} bài {done}.")
    except NothingToForward as nothing:
        (messages.info if nothing.is_done else messages.error)(request, str(nothing))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("submissions:check_unit", requirement_pk, unit_pk)


@require_http_methods(["GET", "POST"])
def unit_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Trả lại by the unit: reason and last day for the correction."""
    submission, now = access_submission(request.user, pk, "submissions.check_submission"), timezone.now()
    obligation = submission.obligation
    proposed = last_day_of(proposed_fix_by(ward=obligation.ward, at=now, due_at=obligation.due_at))
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
