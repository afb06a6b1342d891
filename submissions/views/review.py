"""Duyệt bài: the queue and the deck, by mouse or by keys; every key presses a real link or button.

Not here: images and downloads (`papers.py`), what is shown (`review_queue`, `review_deck`), the decisions' rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.errors import DirectivesError
from interface.wording import last_day_of
from submissions import review_deck, review_queue
from submissions.access import access_review, access_submission
from submissions.errors import Claimed, StaleVersion, SubmissionError
from submissions.forms_review import DecisionForm, ReturnForm
from submissions.review_queue import QueueFilter
from submissions.services.inspecting import dead_inspections, inspect_again
from submissions.services.opening import note_view
from submissions.services.reviewing import accept as accept_version
from submissions.services.reviewing import claim, proposed_fix_by, return_for_revision, set_flag, take_over
from units.choices import ReasonKind
from units.reasons import reasons_of
from vietnamese.dates import format_date, local_day

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from submissions.models import Submission

_PAGE = 50
_AHEAD, _BEHIND = 4, 3
_REVIEW = "submissions.review_submission"
REFUSALS = (SubmissionError, DirectivesError)


@require_safe
def review_queue_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a decision, oldest first, with filters and counts."""
    submissions, wanted = access_review(request.user), QueueFilter.read(request.GET.dict())
    listed = review_queue.queue(submissions, wanted)
    page, now = Paginator(listed.with_party(), _PAGE).get_page(request.GET.get("trang")), timezone.now()
    context = {
        "now": now,
        "undoable": review_deck.undoable(review_deck.last_decisions(request.user, now, most=2), now),
        "wanted": wanted,
        "piles": review_queue.counts(submissions, wanted),
        "choices": review_queue.choices_of(submissions),
        "page_obj": page,
        "first": listed.unclaimed_by_others(request.user, now).first(),
        "today": review_queue.decided_today(request.user, now),
        "can_review": wanted.pile not in (review_queue.Pile.UNCHECKED, review_queue.Pile.DEAD),
    }
    return render(request, "submissions/review_queue.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The deck: one submission opened, claimed for a few minutes, and logged as seen."""
    return _deck(request, access_submission(request.user, pk, _REVIEW), "submissions/review.html", {})


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Duyệt, then the next one."""
    submission = access_submission(request.user, pk, _REVIEW)
    now, form = timezone.now(), DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise StaleVersion(submission.versions.count())
        version = get_object_or_404(submission.versions, pk=form.cleaned_data["version"])
        accept_version(version=version, decided_by=request.user, at=now)
    except Claimed:  # the deck itself says who has it, and how to take it
        messages.error(request, "Chưa ghi quyết định: bài này vừa có người khác nhận xem.")
        return redirect(_address("submissions:review", pk, request))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect(_address("submissions:review", pk, request))
    return redirect(_next_address(request, submission, now))


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Trả lại: the deck with the reasons beside the page; then the next one."""
    submission = access_submission(request.user, pk, _REVIEW)
    now = timezone.now()
    form = _return_form(request, submission, now)
    if request.method == "POST" and form.is_valid():
        version = get_object_or_404(submission.versions, pk=form.cleaned_data["version"])
        try:
            return_for_revision(
                version=version, reason=form.reason, fix_by=form.fix_by, decided_by=request.user, at=now
            )
            return redirect(_next_address(request, submission, now))
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    return _deck(request, submission, "submissions/review_return.html", {"form": form})


@require_POST
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark to look at again, or take the mark off, as the button said: pressed twice it is pressed once."""
    submission = access_submission(request.user, pk, _REVIEW)
    said = request.POST.get("co")
    is_on = submission.flagged_at is None if said is None else said == "1"
    set_flag(submission=submission, by=request.user, at=timezone.now(), is_on=is_on)
    return redirect(_address("submissions:review", pk, request))


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Nhận xem thay: the paper that somebody else has open; then the deck with its decisions."""
    submission = access_submission(request.user, pk, _REVIEW)
    take_over(submission=submission, by=request.user, at=timezone.now())
    return redirect(_address("submissions:review", pk, request))


@require_POST
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Thử lại: files whose check broke down three times go back into the queue."""
    submission = access_submission(request.user, pk, _REVIEW)
    again = inspect_again(inspections=dead_inspections(submission=submission), by=request.user, at=timezone.now())
    if again:
        messages.success(request, f"Đã đưa {again} tệp vào hàng chờ kiểm tra lại. Kết quả thường có trong một phút.")
    else:
        messages.info(request, "Không có tệp nào cần kiểm tra lại.")
    return redirect("submissions:obligation_versions", submission.obligation_id)


def _deck(request: HttpRequest, submission: Submission, template: str, extra: dict[str, Any]) -> HttpResponse:
    """The deck page; what is decided or not yet checked is shown on its own page instead."""
    now, wanted = timezone.now(), QueueFilter.read(request.GET.dict())
    if not access_review(request.user).filter(pk=submission.pk).waiting().exists():
        return redirect("submissions:obligation_versions", submission.obligation_id)
    held = _claimed_by_other(request, submission, now)
    note_view(submission=submission, by=request.user, at=now)
    listed = review_queue.queue(access_review(request.user), wanted)
    free = listed.unclaimed_by_others(request.user, now).with_party()
    previous, ahead = review_queue.neighbours(free, submission, ahead=_AHEAD)
    sitting = review_queue.sitting_of(request.user, now)
    before, behind = review_queue.around(listed, submission)
    decided = review_deck.last_decisions(request.user, now, most=_BEHIND, but=submission)
    context = {
        "now": now,
        "wanted": wanted,
        "submission": submission,
        "obligation": submission.obligation,
        "deck": review_deck.open_deck(submission, request.user),
        "held": held,
        "before": review_deck.version_before(submission),
        "previous": previous,
        "next": ahead[0] if ahead else None,
        "ahead_images": review_deck.first_and_last_page(ahead[0]) if ahead else [],
        "cards": review_deck.strip(decided=decided, submission=submission, ahead=ahead),
        "undoable": review_deck.undoable(decided, now),
        "sitting": sitting,
        "number": sitting.decided + before + 1,
        "total": sitting.decided + before + 1 + behind,
        "left": before + 1 + behind,
        "behind": behind,
        "today": review_queue.decided_today(request.user, now),
        **extra,
    }
    form = context.get("form")
    return render(request, template, context, status=422 if form is not None and form.errors else 200)


def _claimed_by_other(request: HttpRequest, submission: Submission, now: datetime) -> str:
    """Take the claim; the sentence when somebody else holds it."""
    try:
        claim(submission=submission, by=request.user, at=now)
    except Claimed as held:
        return str(held)
    return ""


def _return_form(request: HttpRequest, submission: Submission, now: datetime) -> ReturnForm:
    ward = submission.obligation.ward
    proposed = last_day_of(proposed_fix_by(ward=ward, at=now, due_at=submission.obligation.due_at))
    return ReturnForm(
        request.POST if request.method == "POST" else None,
        initial={"version": submission.current_id, "last_day": format_date(proposed)},
        catalogue=reasons_of(ward, ReasonKind.RETURN),
        today=local_day(now),
    )


def _address(name: str, pk: int, request: HttpRequest) -> str:
    """A page of the review under the filter of this one."""
    return reverse(name, args=[pk]) + QueueFilter.read(request.GET.dict()).query


def _next_address(request: HttpRequest, submission: Submission, now: datetime) -> str:
    """The next free one after this, else the first of the list, else the empty list."""
    wanted = QueueFilter.read(request.GET.dict())
    free = review_queue.queue(access_review(request.user), wanted).unclaimed_by_others(request.user, now)
    _, ahead = review_queue.neighbours(free, submission, ahead=1)
    following = ahead[0] if ahead else free.first()
    if following is None:
        return reverse("submissions:review_queue") + wanted.query
    return _address("submissions:review", following.pk, request)
