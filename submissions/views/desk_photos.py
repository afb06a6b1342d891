"""The pages of a paper photographed for the deposit desk: look, put in order, turn, drop, split.

Not here: the desk itself (`desk.py`), the verbs (`services.desk_photos`).
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from interface.answers import as_data
from submissions.desk_access import access_desk, access_photo, access_staged
from submissions.errors import SubmissionError
from submissions.services.desk_photos import change_photo
from submissions.tasks import inspect_one
from submissions.views.addresses import desk_address
from vault.errors import VaultError
from vault.services import read_verified

_ACTS = {"len": "up", "xuong": "down", "xoay": "turn", "bo": "drop", "tach": "split"}


@require_safe
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages in their order."""
    staged = access_staged(request.user, pk)
    where = staged.requirement_id, staged.unit_id, staged.period
    place = access_desk(request.user, *where, whose=request.GET.get("cua"))
    context = {"staged": staged, "place": place, "photos": list(staged.photos.all())}
    return render(request, "submissions/desk_photos.html", context)


@require_POST
def change(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Move one up or down, turn it, drop it, or begin another paper with it."""
    found = access_photo(request.user, pk, photo)
    where = found.staged.requirement_id, found.staged.unit_id, found.staged.period
    place = access_desk(request.user, *where, whose=request.GET.get("cua"))
    whose = place.whose.pk if place.whose else None
    act = _ACTS.get(request.POST.get("viec", ""))
    row = found.staged
    if act:
        try:
            row = change_photo(photo=found, act=act, by=request.user, at=timezone.now())
        except (SubmissionError, VaultError) as refusal:
            messages.error(request, str(refusal))
    if row.pk is None and found.staged.slot:
        return redirect(f"{reverse('submissions:write', args=[found.staged.obligation_id])}#tep")
    if row.pk is None or (act == "split" and not found.staged.slot):
        return redirect(desk_address(*where, whose))
    if row.blob is not None:
        inspect_one.delay_on_commit(row.blob.inspection.pk)
    return redirect(f"{reverse('submissions:desk_photos', args=[pk])}{place.query}")


@require_safe
def image(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """One page, small; with `?lon` as it will be handed in; 404 for one that was altered or is not in the store."""
    found = access_photo(request.user, pk, photo)
    blob = found.blob if "lon" in request.GET else found.thumb
    try:
        return as_data(HttpResponse(read_verified(blob=blob, now=timezone.now()), content_type=blob.media_type))
    except VaultError as missing:
        raise Http404 from missing
