"""Pages of the deposit desk: drop files, say whose they are, confirm once.

Every act answers a background request with the grid and anybody else with the page itself.
Not here: the states (`desk_rows.py`), the verbs (`services.staging`), receipts (`receipts.py`).
"""

from __future__ import annotations

import uuid
from functools import cache

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from directives.report_fields import slots_of
from directives.shown_state import shown_state
from submissions.desk import Desk
from submissions.desk_access import DeskPlace, access_desk, access_staged, access_unsent, with_answers
from submissions.desk_forms import ConfirmForm, PartyForm
from submissions.desk_rows import options_of, read_desk, unsent_desks
from submissions.errors import SubmissionError
from submissions.models import StagedFile
from submissions.services import staging
from submissions.tasks import inspect_one
from submissions.views.addresses import desk_address

_FILES = "tep"


@require_safe
def desk(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """The desk of a requirement and a unit; `?ky=` names the period of a series, `?cua=` the party one comes for."""
    place = _place(request, requirement_pk, unit_pk)
    if place.written is not None:
        return redirect("submissions:write", place.written.pk)
    return _answer(request, place)


@require_POST
def upload(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Keep the files of the request on the desk."""
    place_of = cache(lambda: _place(request, requirement_pk, unit_pk, answers=False))
    incoming = [staging.Incoming(one.name, one) for one in request.FILES.getlist(_FILES)]
    if not incoming:
        messages.error(request, "Chưa chọn tệp nào. Hãy chọn tệp PDF rồi bấm “Tải lên”.")
        return _answer(request, with_answers(place_of()), status=422)
    try:
        staged = staging.stage_files(place_of=place_of, incoming=incoming, uploaded_by=request.user, at=timezone.now())
    except SubmissionError as refusal:  # what was taken beside it is on the desk; the sweeper rings for its checks
        messages.error(request, str(refusal))
        return _answer(request, with_answers(place_of()), status=422)
    for one in staged:
        if one.blob is not None and not one.blob.inspection.is_settled:
            inspect_one.delay_on_commit(one.blob.inspection.pk)
    return _done(request, with_answers(place_of()) if request.htmx else place_of())


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose a file is."""
    staged = access_staged(request.user, pk)
    if staged.slot:  # a file of a report lies in its slot, and belongs to its unit
        raise Http404
    place = _place_of(request, staged)
    form = PartyForm(request.POST, place=place)
    if not form.is_valid():
        messages.error(request, f"{staged.original_name}: {' '.join(form.errors['obligation'])}")
        return _answer(request, place, status=422)
    staging.choose_party(staged=staged, place=place, obligation=form.party(), chosen_by=request.user, at=timezone.now())
    return _done(request, place)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one file away."""
    staged = access_staged(request.user, pk)
    place = _place_of(request, staged)
    staging.take_away(staged=[staged], taken_by=request.user, at=timezone.now())
    return _done(request, place)


@require_POST
def clear(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Take away every file that no confirm would hand in; of those the page counted, when it says which."""
    place, shown = _place(request, requirement_pk, unit_pk), request.POST.get("left")
    counted = None if shown is None else set(shown.split(","))
    left_out = [
        row.staged for row in _read(request, place).left_out if counted is None or str(row.staged.pk) in counted
    ]
    staging.take_away(staged=left_out, taken_by=request.user, at=timezone.now())
    return _done(request, place)


@require_POST
def confirm(request: HttpRequest, requirement_pk: int, unit_pk: int) -> HttpResponse:
    """Hand in what the page promised, and go to the receipt."""
    place = _place(request, requirement_pk, unit_pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(fault for faults in form.errors.values() for fault in faults))
        return _answer(request, place, status=422)
    now, rows = timezone.now(), form.cleaned_data["rows"]
    staging.settle_before_confirm(place=place, staged_ids=rows, uploaded_by=request.user, at=now)
    try:
        deposit = staging.confirm_desk(
            place=place,
            staged_ids=rows,
            submitted_by=request.user,
            at=now,
            idempotency_key=form.cleaned_data["key"],
        )
    except SubmissionError as refusal:
        messages.error(request, str(refusal))
        return _answer(request, _place(request, requirement_pk, unit_pk), status=422)
    return redirect("submissions:receipt", deposit.code)


@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """What lies uploaded and not handed in, for other pages to show (CHƯA NỘP)."""
    desks = unsent_desks(access_unsent(request.user), timezone.now())
    return render(request, "submissions/unsent.html", {"desks": desks})


def _place(request: HttpRequest, requirement_pk: int, unit_pk: int, *, answers: bool = True) -> DeskPlace:
    """The desk asked for; `answers` as `access_desk` takes it: whatever draws the grid needs them."""
    asked = request.GET
    return access_desk(request.user, requirement_pk, unit_pk, asked.get("ky"), whose=asked.get("cua"), answers=answers)


def _place_of(request: HttpRequest, staged: StagedFile) -> DeskPlace:
    """The desk on which a file lies, for the party one came for."""
    where = staged.requirement_id, staged.unit_id, staged.period
    return access_desk(request.user, *where, whose=request.GET.get("cua"))


def _read(request: HttpRequest, place: DeskPlace) -> Desk:
    return read_desk(place, place.staged_by(request.user), timezone.now())


def _done(request: HttpRequest, place: DeskPlace) -> HttpResponse:
    """After an act: the grid for a background request, else back to the page."""
    if request.htmx:
        return _answer(request, place)
    whose = place.whose.pk if place.whose else None
    return redirect(desk_address(place.requirement.pk, place.unit.pk, place.period, whose))


def _pages(request: HttpRequest, place: DeskPlace, *, status: int = 200) -> HttpResponse:
    """Where each party owes several kinds of files: the way to each one's own page."""
    now = timezone.now()
    rows = [(one, *shown_state(one, now)) for one in place.obligations]
    context = {"place": place, "rows": rows, "slots": slots_of(place.requirement.slots), "now": now}
    return render(request, "submissions/desk_pages.html", context, status=status)


def _answer(request: HttpRequest, place: DeskPlace, *, status: int = 200) -> HttpResponse:
    """The page, or its grid alone for a background request."""
    if place.asks_several:
        return _pages(request, place, status=status)
    seen = _read(request, place)
    context = {
        "desk": seen,
        "place": place,
        "unfinished": [] if request.htmx else place.unfinished_of(request.user, seen.at),
        "options": options_of(place) if any(row.picks_from_all for row in seen.rows) else [],
        "key": uuid.uuid4(),
        "now": seen.at,
        "back_url": reverse("directives:my_work"),
        "back_label": "Việc của tôi" if place.own_member_id is not None else "Việc của chi bộ",
    }
    template = "submissions/desk.html#grid" if request.htmx else "submissions/desk.html"
    return render(request, template, context, status=status)
