"""Báo cáo của đơn vị: write by the outline, print, attach the signed scan and other files, hand in; or a nil return.

Saving answers a background request with its state alone, anybody else with the page. Without scripts every step is a
plain form. Not here: the verbs (`services.writing`), the paper to sign (app reports, by address).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directives.errors import DirectivesError
from submissions.access import access_slot_file, access_unfinished_slots, access_written
from submissions.errors import DraftChanged, NilTooLate, ReportIncomplete, SubmissionError
from submissions.forms_writing import HandInForm, SlotForm, WritingForm
from submissions.services import writing as verbs
from submissions.services.staging import Incoming
from submissions.views.addresses import slots_address
from submissions.writing import WritingDesk, read_writing, slots_asked
from vault.errors import TooLarge

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.models import Obligation

REFUSALS = (SubmissionError, DirectivesError)


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST saves what was written."""
    obligation = access_written(request.user, pk)
    desk = read_writing(obligation, timezone.now())
    if request.method != "POST":
        return _page(request, desk)
    form = _form(desk, request.POST)
    if not form.is_valid():
        return _saved(request, desk, form, status=422)
    try:
        verbs.save_draft(
            obligation=obligation,
            texts=form.texts(),
            numbers=form.numbers(),
            attended_on=form.attended_on(),
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=timezone.now(),
        )
    except DraftChanged as changed:
        return _saved(request, desk, form, clash=changed, status=422)
    if request.htmx:
        return _saved(request, read_writing(obligation, timezone.now()), form)
    messages.success(request, "Đã lưu báo cáo, chưa nộp.")
    return redirect("submissions:write", pk)


@require_POST
def begin_with_last(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the empty sections with the last period's."""
    obligation = access_written(request.user, pk)
    verbs.begin_with_last(obligation=obligation, by=request.user, at=timezone.now())
    messages.success(request, "Đã chép các mục kỳ trước vào chỗ còn trống. Sửa lại cho đúng kỳ này trước khi nộp.")
    return redirect("submissions:write", pk)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a file, or the photographs of its pages, into a slot."""
    obligation = access_written(request.user, pk)
    slots = slots_asked(obligation)
    form = SlotForm(request.POST, request.FILES, names=[one.name for one in slots])
    if not form.is_valid():
        messages.error(request, " ".join(said for faults in form.errors.values() for said in faults))
        return _page(request, read_writing(obligation, timezone.now()), status=422)
    incoming = [Incoming(one.name, one) for one in form.cleaned_data["file"]]
    deed = {"slot": slots[form.cleaned_data["slot"]], "incoming": incoming, "by": request.user}
    done = verbs.attach_files(obligation=obligation, **deed, at=timezone.now())
    for refusal in done.refused:
        messages.error(request, str(refusal))
    if done.refused:
        return _page(request, read_writing(obligation, timezone.now()), status=422)
    return redirect(slots_address(pk))


@require_POST
def detach(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file out of its slot."""
    obligation = access_written(request.user, pk)
    staged = access_slot_file(request.user, obligation, file)
    verbs.detach(staged=staged, by=request.user, at=timezone.now())
    return redirect(slots_address(pk))


@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Nộp, and go to the receipt."""
    obligation, form = access_written(request.user, pk), HandInForm(request.POST)
    if form.is_valid():
        deed = {"revision": form.cleaned_data["revision"], "idempotency_key": form.cleaned_data["key"]}
        deed["files"] = form.files_shown()
        verbs.settle_slots(obligation=obligation, at=timezone.now())
        try:
            made = verbs.hand_in_written(obligation=obligation, **deed, by=request.user, at=timezone.now())
            return redirect("submissions:receipt", made.code)
        except ReportIncomplete as incomplete:
            return _page(request, read_writing(obligation, timezone.now()), faults=incomplete.faults, status=422)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, "Trang này đã cũ nên chưa nộp gì. Hãy xem lại rồi bấm nộp.")
    return _page(request, read_writing(obligation, timezone.now()), status=422)


@require_POST
def nil(request: HttpRequest, pk: int) -> HttpResponse:
    """Không phát sinh: one tap, and the receipt."""
    obligation, form = access_written(request.user, pk), HandInForm(request.POST)
    if form.is_valid():
        try:
            key = form.cleaned_data["key"]
            made = verbs.return_nil(obligation=obligation, by=request.user, at=timezone.now(), idempotency_key=key)
            return redirect("submissions:receipt", made.code)
        except NilTooLate as late:  # an old page, or pressed in two windows
            messages.info(request, str(late))
            return redirect("submissions:obligation_versions", pk)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
    return _page(request, read_writing(obligation, timezone.now()), status=422)


def _form(desk: WritingDesk, sent: Any = None) -> WritingForm:
    initial: dict[str, Any] = {"revision": desk.revision}
    initial |= {f"muc-{place}": one.text for place, one in enumerate(desk.words.parts)}
    initial |= {f"so-{place}": one.value for place, one in enumerate(desk.words.numbers)}
    asked = {"outline": desk.obligation.requirement.outline, "numbers": desk.fields, "asks_day": desk.words.asks_day}
    return WritingForm(sent, **asked, initial=initial | {"ngay": desk.words.attended_on})


def _saved(
    request: HttpRequest, desk: WritingDesk, form: WritingForm, *, clash: DraftChanged | None = None, status: int = 200
) -> HttpResponse:
    """What a saving is answered with: its state for a background request, else the page with what was typed."""
    if request.htmx:
        context = _context(desk, form, clash=clash)
        return render(request, "submissions/write.html#state", context, status=status)
    return _page(request, desk, form=form, clash=clash, status=status)


def _page(
    request: HttpRequest, desk: WritingDesk, *, form: WritingForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    limit = settings.UPLOAD_FILE_LIMIT
    more |= {
        "unfinished": access_unfinished_slots(request.user, desk.obligation, desk.at),
        "too_large": (limit, str(TooLarge(limit))),
    }
    context = _context(desk, form or _form(desk), **more)
    return render(request, "submissions/write.html", context, status=status)


def _context(desk: WritingDesk, form: WritingForm, **more: Any) -> dict[str, Any]:
    obligation: Obligation = desk.obligation
    return {
        "desk": desk,
        "form": form,
        "obligation": obligation,
        "sections": [form[f"muc-{place}"] for place in range(len(desk.words.parts))],
        "day": form["ngay"] if desk.words.asks_day else None,
        "numbers": [(form[f"so-{place}"], one) for place, one in enumerate(desk.fields)],
        "key": uuid.uuid4(),
        "now": desk.at,
        "back_url": reverse("directives:my_work"),
        "back_label": "Việc của chi bộ",
        **more,
    }
