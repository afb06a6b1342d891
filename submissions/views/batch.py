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
from submissions.batch_shown import shown_sample
from submissions.errors import SubmissionError
from submissions.review_queue import QueueFilter
from submissions.services.batch_review import accept_batch, clean_papers, draw_batch, still_clean, stop_batch
from submissions.services.opening import note_view

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What would go into a batch of this list; a POST draws the sample."""
    wanted, now = QueueFilter.read(request.GET.dict()), timezone.now()
    listed = review_queue.queue(access_review(request.user), wanted)
    papers = clean_papers(listed, user=request.user, at=now)
    if papers:  # one batch, one ward
        papers = [one for one in papers if one.obligation.ward_id == papers[0].obligation.ward_id]
    if request.method == "POST":
        try:
            batch = draw_batch(papers=papers, by=request.user, at=now, filters=wanted.query)
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
        "papers": papers[:20],
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
    context = {"now": now, "batch": batch, "sample": sample, "count": batch.items.count(), "ready": ready}
    return render(request, "submissions/batch.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Duyệt cả lô."""
    batch = access_batch(request.user, pk)
    seen = {
        int(value) for value in request.POST.getlist("seen") if value.isascii() and value.isdigit() and len(value) < 18
    }
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
