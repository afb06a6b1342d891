"""Thu hồi tiếp nhận: the key right after it, and the page with a reason.

Not here: the rule (`services.taking_back`), deciding (`review.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directives.errors import DirectivesError
from submissions.access import access_submission
from submissions.choices import Verdict
from submissions.errors import AcceptanceGone, SubmissionError
from submissions.forms_taking_back import TakeBackForm, UndoForm
from submissions.review_queue import QueueFilter
from submissions.services.taking_back import hold_of, take_back_acceptance, undo_acceptance, what_became

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from submissions.models import Submission

_REVIEW = "submissions.review_submission"
REFUSALS = (SubmissionError, DirectivesError)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Hoàn tác what one has just accepted, and open it again."""
    submission = access_submission(request.user, pk, _REVIEW)
    form, query = UndoForm(request.POST), QueueFilter.read(request.GET.dict()).query
    try:
        if not form.is_valid():
            raise AcceptanceGone
        deed = {"submission": submission, "decision": form.cleaned_data["decision"]}
        undo_acceptance(**deed, by=request.user, at=timezone.now())
    except AcceptanceGone as gone:  # pressed twice, or a colleague was faster
        messages.info(request, what_became(submission, request.user) or str(gone))
        return redirect("submissions:obligation_versions", submission.obligation_id)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("submissions:obligation_versions", submission.obligation_id)
    messages.success(request, "Đã hoàn tác. Bài này trở lại chờ duyệt.")
    return redirect(reverse("submissions:review", args=[pk]) + query)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the acceptance of one submission, with a reason.

    Whoever comes too late (an old page, a second click) is told what has become of it. Http404 where nothing ever was
    accepted.
    """
    submission = access_submission(request.user, pk, _REVIEW)
    version, decision = submission.current, getattr(submission.current, "decision", None)
    is_accepted = decision is not None and decision.verdict == Verdict.ACCEPT
    if version is None or (request.method != "POST" and not is_accepted):
        return _too_late(request, submission)
    sent = request.POST if request.method == "POST" else None
    form = TakeBackForm(sent, initial={"decision": decision.pk if decision else None})
    if request.method == "POST" and form.is_valid():
        try:
            take_back_acceptance(submission=submission, by=request.user, at=timezone.now(), **form.cleaned_data)
        except AcceptanceGone as gone:
            if what_became(submission, request.user):
                return _too_late(request, submission)
            form.add_error(None, str(gone))
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã thu hồi tiếp nhận. Bài trở lại chờ duyệt; người nộp được báo lý do.")
            return redirect("submissions:obligation_versions", submission.obligation_id)
    accepted = decision if is_accepted else None
    context = {"form": form, "version": version, "decision": accepted, "hold": hold_of(version)}
    context["obligation"] = submission.obligation
    return render(request, "submissions/take_back.html", context, status=422 if form.errors else 200)


def _too_late(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The paper's own page with what has become of the acceptance; Http404 when there is nothing to tell."""
    said = what_became(submission, request.user)
    if not said:
        raise Http404
    messages.info(request, said)
    return redirect("submissions:obligation_versions", submission.obligation_id)
