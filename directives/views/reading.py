"""Reading a paper: paste or upload, correct what was read beside the text, keep it as a draft. Nothing is kept unseen.

Not here: entering by hand (`drafting.py`), the preview and issuing that follow (`issuing.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from directives.forms import DirectiveForm
from directives.forms_reading import PaperForm, duty_forms, joined, kept_data
from directives.reading_page import build_page, page_of_draft, plain_lines, read_paper_text
from directives.services.originals import token_of
from directives.services.papers import read_paper
from directives.services.proposals import keep_proposal
from directives.services.secret_papers import refuse_stamped
from directives.views.answers import carried_out, form_page
from directives.views.drafting import is_secret, secret_log
from units.chosen_ward import worked_ward

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from directives.forms_reading import DutyForm
    from directives.models import Directive
    from directives.services.proposals import ProposedAsk
    from units.models import Unit

_PLACE_CHOSEN = re.compile(r"noi-(?P<number>\d{1,3})-(?P<route>UNIT|OFFICE)")


@require_http_methods(["GET", "POST"])
def read(request: HttpRequest) -> HttpResponse:
    """The place to paste or upload; then the paper beside what was read of it."""
    ward = worked_ward(request)
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm()
    if form.is_bound and form.is_valid() and not is_secret(request, form, ward):
        text, original = _text_of(request, form, ward)
        if text is not None:
            now, day = timezone.now(), form.cleaned_data["issued_on"]
            draft = read_paper_text(text, ward=ward, issued_on=day, at=now)
            page = page_of_draft(draft, text, ward=ward, at=now, issued_on=day)
            return render(
                request, "directives/reading.html", {"page": page, "form": page.head, "now": now, "original": original}
            )
    return form_page(request, "directives/read_paper.html", form, ward=ward)


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """The page sent back: one duty more, two joined, or all of it kept as a draft; nothing typed is lost."""
    ward, now = worked_ward(request), timezone.now()
    head, duties = DirectiveForm(request.POST), duty_forms(request.POST, ward=ward)
    deed = request.POST.get("lam", "")
    if deed == "luu" and _are_valid(head, duties) and not is_secret(request, head, ward):
        asks = {number: duty.proposed() for number, duty in enumerate(duties, start=1) if duty.is_taken}
        kept = carried_out(
            head, keep_proposal, on_secret=secret_log(request, ward), ward=ward, head=head.head(),
            legal_bases=head.cleaned_data["legal_bases"], asks=asks, by=request.user, at=now,
            original=request.POST.get("ban_goc", ""),
        )  # fmt: skip
        if kept is not None:
            _tell_of_original(request, kept)
            messages.success(
                request, f"Đã lưu bản nháp với {_kept_words(asks)}. Chưa giao cho ai; xem trước rồi ban hành."
            )
            return redirect("directives:preview", kept.pk)
    return _shown_again(request, head, duties, deed, ward)


def _kept_words(asks: dict[int, ProposedAsk]) -> str:
    """ "3 yêu cầu và 1 việc gửi cấp trên": the numbers of the pages that follow."""
    onward = sum(proposed.to_superior for proposed in asks.values())
    said = [f"{len(asks) - onward} yêu cầu"] if len(asks) > onward or not onward else []
    return " và ".join([*said, *([f"{onward} việc gửi cấp trên"] if onward else [])])


def _shown_again(
    request: HttpRequest, head: DirectiveForm, duties: list[DutyForm], deed: str, ward: Unit
) -> HttpResponse:
    """The page as it was sent, with the faults on top (422), or with the card added or joined."""
    now = timezone.now()
    text = plain_lines(request.POST.get("full_text", ""))
    issued_on = (
        head.fields["issued_on"].clean(head["issued_on"].value() or "") if not head.errors.get("issued_on") else None
    )
    draft = read_paper_text(text, ward=ward, issued_on=issued_on, at=now)
    if deed == "luu":
        page = build_page(head, duties, draft, text, ward=ward, at=now)
        context = {
            "page": page,
            "form": head,
            "now": now,
            "original": request.POST.get("ban_goc", ""),
            "faulty": [d for d in duties if d.is_taken and d.errors],
        }
        return render(request, "directives/reading.html", context, status=422)
    cards = _with_deed(kept_data(duties), deed)
    fresh = DirectiveForm(initial={name: head[name].value() for name in head.fields})
    page = build_page(fresh, cards, draft, text, ward=ward, at=now)
    return render(
        request,
        "directives/reading.html",
        {"page": page, "form": fresh, "now": now, "original": request.POST.get("ban_goc", "")},
    )


def _with_deed(cards: list[dict[str, object]], deed: str) -> list[dict[str, object]]:
    """The cards after "add", "join with the one above", or the choice of one of two places to hand in."""
    if deed == "them":
        return [*cards, {"taken": True, "without_earlier": True}]
    place = _PLACE_CHOSEN.fullmatch(deed)
    if place and 1 <= int(place["number"]) <= len(cards):
        cards[int(place["number"]) - 1] |= {"route": place["route"], "route_chosen": "1"}
        return cards
    number = deed.removeprefix("gop-")
    if number.isdecimal() and 2 <= int(number[:4]) <= len(cards):
        at = int(number) - 1
        return [*cards[: at - 1], joined(cards[at - 1], cards[at]), *cards[at + 1 :]]
    return cards


def _are_valid(head: DirectiveForm, duties: list[DutyForm]) -> bool:
    """Every form is checked, so that all faults show at once; what is not taken may be anything."""
    checked = [head.is_valid(), *(duty.is_valid() for duty in duties if duty.is_taken)]
    return all(checked)


def _tell_of_original(request: HttpRequest, directive: Directive) -> None:
    """The file that was read goes with its draft; without it the draft stands, and the page says so."""
    if request.POST.get("ban_goc") and not directive.attachments.exists():
        messages.warning(request, "Chưa đính kèm được tệp gốc vì tệp không còn trên cổng. Hãy chọn lại tệp ở bản nháp.")


def _text_of(request: HttpRequest, form: PaperForm, ward: Unit) -> tuple[str | None, str]:
    """The text pasted, or that of the file with the token of the kept file ("" for none); a stamp or an unreadable file becomes a fault of the form."""
    log, file, pasted = secret_log(request, ward), form.cleaned_data["file"], form.cleaned_data["text"]
    if file is None:
        done = carried_out(form, lambda: (refuse_stamped(pasted), pasted)[1], on_secret=log)
        return (plain_lines(done) if done is not None else None), ""
    paper = carried_out(form, read_paper, on_secret=log, stream=file, name=file.name, keep_at=timezone.now())
    if paper is None:
        return None, ""
    return plain_lines(paper.text), token_of(blob=paper.blob, name=file.name, by=request.user) if paper.blob else ""
