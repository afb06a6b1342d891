"""Pages behind a personal link: what is owed, the photographed pages, the receipt. One sentence, one button a page.

Not here: who is let in (`personal_door.py`), what is shown (`submissions.personal_place`), the verbs
(`services.paging`).
"""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interface.answers import as_data
from submissions.errors import SameAgain, SubmissionError
from submissions.forms_personal import CodeForm, PagesForm
from submissions.personal_place import (
    Duty,
    PersonalPlace,
    access_duty,
    access_own_receipt,
    access_page,
    duties_of,
)
from submissions.services import paging
from submissions.services.staging import Incoming
from submissions.views.personal_door import by_link, discreet
from units.services.links import note_opening
from vault.errors import VaultError
from vault.services import read_verified

_FILES = "trang"
_TAKES_NO_MORE = "Việc này không nhận bài nữa nên chưa thêm trang nào. Nếu cần gửi lại, hãy gọi bí thư chi bộ."
_ACTS = ("len", "xuong", "xoay", "bo")


@require_http_methods(["GET", "HEAD", "POST"])
@discreet
def door(request: HttpRequest) -> HttpResponse:
    """Type the code of a slip."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("submissions:personal", form.cleaned_data["code"])
    status = 422 if request.method == "POST" else 200
    return render(request, "submissions/personal_code.html", {"form": form}, status=status)


@require_safe
@by_link
def duties(request: HttpRequest, place: PersonalPlace) -> HttpResponse:
    """What the member owes; a single duty opens at once."""
    todo, done = duties_of(place)
    if "tat-ca" not in request.GET:
        note_opening(link=place.link, at=place.at)
        if len(todo) == 1:
            return redirect("submissions:personal_pages", place.code, todo[0].obligation.pk)
    context = {"place": place, "profile": place.profile, "todo": todo, "done": done, "now": place.at}
    return render(request, "submissions/personal.html", context)


@require_safe
@by_link
def pages(request: HttpRequest, place: PersonalPlace, pk: int) -> HttpResponse:
    """Photograph, look, hand in."""
    return _pages(request, place, access_duty(place, pk))


@require_POST
@by_link
def add(request: HttpRequest, place: PersonalPlace, pk: int) -> HttpResponse:
    """Keep the photographs of the request behind the others."""
    duty = access_duty(place, pk)
    incoming = [Incoming(one.name, one) for one in request.FILES.getlist(_FILES)]
    if not duty.takes:
        return _pages(request, place, duty, [_TAKES_NO_MORE])
    if not incoming:
        return _pages(request, place, duty, ["Chưa có trang nào. Hãy bấm chụp, hoặc chọn ảnh trong máy."])
    refused = paging.add_pages(obligation=duty.obligation, incoming=incoming, by=place.member, at=place.at)
    if refused:
        return _pages(request, place, duty, refused)
    return redirect("submissions:personal_pages", place.code, pk)


@require_POST
@by_link
def change(request: HttpRequest, place: PersonalPlace, pk: int, page: int) -> HttpResponse:
    """Move a page up or down, turn it, take it away."""
    found, deed = access_page(place, pk, page), {"by": place.member, "at": place.at}
    act = request.POST.get("viec")
    try:
        if act in ("len", "xuong"):
            paging.move_page(page=found, up=act == "len", **deed)
        elif act == "xoay" and not found.is_pdf:
            paging.turn_page(page=found, **deed)
        elif act == "bo":
            paging.drop_page(page=found, **deed)
    except (SubmissionError, VaultError) as refusal:
        return _pages(request, place, access_duty(place, pk), [str(refusal)])
    return redirect("submissions:personal_pages", place.code, pk)


@require_safe
@by_link
def image(request: HttpRequest, place: PersonalPlace, pk: int, page: int) -> HttpResponse:
    """A photographed page, small; with `?lon` as it will be handed in; 404 for one that was altered or is not there."""
    found = access_page(place, pk, page)
    blob = found.blob if "lon" in request.GET or found.thumb is None else found.thumb
    try:
        return as_data(HttpResponse(read_verified(blob=blob, now=place.at), content_type=blob.media_type))
    except VaultError as missing:
        raise Http404 from missing


@require_POST
@by_link
def submit(request: HttpRequest, place: PersonalPlace, pk: int) -> HttpResponse:
    """Hand in the pages that the page showed, and go to the receipt."""
    duty, form = access_duty(place, pk), PagesForm(request.POST)
    if not form.is_valid():
        return _pages(request, place, duty, [fault for faults in form.errors.values() for fault in faults])
    try:
        deposit = paging.hand_in_pages(
            obligation=duty.obligation,
            page_ids=form.cleaned_data["pages"],
            member=place.member,
            at=timezone.now(),
            idempotency_key=form.cleaned_data["key"],
        )
    except SameAgain as again:
        if again.code:
            return redirect("submissions:personal_receipt", place.code, again.code)
        return _pages(request, place, duty, [str(again)])
    except (SubmissionError, VaultError) as refusal:
        return _pages(request, place, access_duty(place, pk), [str(refusal)])
    return redirect("submissions:personal_receipt", place.code, deposit.code)


@require_safe
@by_link
def receipt(request: HttpRequest, place: PersonalPlace, receipt: str) -> HttpResponse:
    """The member's own receipt, to keep as a picture or on paper."""
    context = {"place": place, "profile": place.profile, "paper": access_own_receipt(place, receipt)}
    return render(request, "submissions/personal_receipt.html", context)


def _pages(request: HttpRequest, place: PersonalPlace, duty: Duty, faults: list[str] | None = None) -> HttpResponse:
    """The page of one duty, with what went wrong on top."""
    context = {
        "place": place,
        "profile": place.profile,
        "duty": duty,
        "pages": list(duty.obligation.photo_pages.all()),
        "faults": faults or [],
        "key": uuid.uuid4(),
        "now": place.at,
    }
    return render(request, "submissions/personal_pages.html", context, status=422 if faults else 200)
