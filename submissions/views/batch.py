"""Duyệt theo lô: how many clean papers there are, the drawn sample, one confirm for the rest.

Not here: which papers may go together and the draw (`services.batch_review`, `sampling.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from submissions import review_queue, sampling
from submissions.access import access_batch, access_review
from submissions.batch_shown import papers_of, shown_sample
from submissions.errors import SubmissionError
from submissions.review_queue import QueueFilter
from submissions.services.batch_review import accept_batch, clean_papers, draw_batch, still_clean, stop_batch
from submissions.services.opening import note_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from submissions.models import Submission


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What would go into a batch of this list; a POST draws the sample of what its page named, still clean and in reach.

    What became clean since the page was shown is left for the next batch, and that is said.
    """
    wanted, now = QueueFilter.read(request.GET.dict()), timezone.now()
    listed = review_queue.queue(access_review(request.user), wanted)
    papers = _of_one_ward(clean_papers(listed, user=request.user, at=now))
    if request.method == "POST":
        shown = _ids(request.POST.get("bai", "").split())
        named = clean_papers(listed.filter(current__in=shown), user=request.user, at=now)
        try:
            batch = draw_batch(papers=named, by=request.user, at=now, filters=wanted.query)
            _say_what_differs(request, gone=len(shown) - batch.items.count(), come=_newcomers(papers, shown))
            return redirect("submissions:batch", batch.pk)
        except SubmissionError as refusal:
            messages.error(request, str(refusal))
            return redirect(reverse("submissions:review_queue") + wanted.query)
    context = {
        "wanted": wanted,
        "count": len(papers),
        "size": sampling.sample_size(len(papers)),
        "rest": listed.count() - len(papers),
        "share": sampling.SHARE,
        "fewest": sampling.FEWEST,
        "most": sampling.MOST,
        "papers": papers,
    }
    return render(request, "submissions/batch_new.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample with its pages, each to be ticked; looking at it is logged paper by paper."""
    batch, now = access_batch(request.user, pk), timezone.now()
    sample = shown_sample(batch)
    for one in sample:
        note_view(submission=one.version.submission, by=request.user, at=now)
    ready = still_clean(batch, user=request.user, at=now)
    papers = papers_of(batch)
    context = {"now": now, "batch": batch, "sample": sample, "papers": papers, "count": len(papers), "ready": ready}
    return render(request, "submissions/batch.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Duyệt cả lô."""
    batch = access_batch(request.user, pk)
    seen = _ids(request.POST.getlist("seen"))
    try:
        result = accept_batch(batch=batch, seen=seen, by=request.user, at=timezone.now())
    except SubmissionError as refusal:
        messages.error(request, str(refusal))
        return redirect("submissions:batch", batch.pk)
    left = f" {result.left} bài vừa thay đổi nên còn trong danh sách." if result.left else ""
    messages.success(request, f"Đã duyệt {result.accepted} bài theo lô.{left}")
    return redirect(reverse("submissions:review_queue") + batch.filters)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to one by one."""
    batch = access_batch(request.user, pk)
    try:
        stop_batch(batch=batch, by=request.user, at=timezone.now())
        messages.info(request, "Đã dừng lô. Các bài vẫn trong danh sách để duyệt từng bài.")
    except SubmissionError as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("submissions:review_queue") + batch.filters)


def _ids(values: Iterable[str]) -> set[int]:
    """Ids as a form sends them; what is none is passed over."""
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18}


def _of_one_ward(papers: Sequence[Submission]) -> list[Submission]:
    """One batch, one ward: that of the first."""
    return [one for one in papers if one.obligation.ward_id == papers[0].obligation.ward_id]


def _newcomers(papers: Sequence[Submission], shown: set[int]) -> int:
    """How many may go into a batch now that its page did not name."""
    return sum(one.current_id not in shown for one in papers)


def _say_what_differs(request: HttpRequest, *, gone: int, come: int) -> None:
    if gone:
        messages.info(request, f"{gone} bài vừa thay đổi nên không vào lô, vẫn còn trong danh sách nếu chưa duyệt.")
    if come:
        messages.info(request, f"{come} bài đủ điều kiện sau khi mở trang không vào lô này: để lô sau.")
