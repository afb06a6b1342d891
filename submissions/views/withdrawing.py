"""Rút bài: the sender takes back what waits for its first review, after reading what that means.

Not here: the rule (`services.withdrawing`), handing in again (the desk).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from directives.access import access_obligation
from submissions.access import access_answer
from submissions.errors import SubmissionError
from submissions.forms_withdraw import WithdrawForm
from submissions.services.withdrawing import withdraw as take_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the newest version of what answers one obligation."""
    obligation, now = access_obligation(request.user, pk, "submissions.hand_in"), timezone.now()
    found = access_answer(request.user, obligation)
    if found is None or found.current is None:
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None, initial={"version": found.current_id})
    if request.method == "POST" and form.is_valid():
        version = get_object_or_404(found.versions, pk=form.cleaned_data["version"])
        try:
            take_back(version=version, reason=form.cleaned_data["reason"], by=request.user, at=now)
        except SubmissionError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Đã rút bài. Phiếu tiếp nhận vẫn xem được và ghi “đã rút”; việc này trở lại chưa nộp."
            )
            return redirect("directives:obligation", pk)
    context = {"form": form, "obligation": obligation, "version": found.current, "now": now}
    return render(request, "submissions/withdraw.html", context, status=422 if form.errors else 200)
