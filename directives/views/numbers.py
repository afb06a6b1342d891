"""Sổ văn bản đi: the numbers of one kind in a term, and saying why some have no paper here.

Not here: the register of papers (`register.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from directives.access import access_term
from directives.choices import DirectiveKind
from directives.forms_numbers import ExplainForm
from directives.outgoing_book import outgoing_book
from directives.services.numbering import explain_numbers
from directives.views.answers import carried_out, form_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, term: int, kind: str) -> HttpResponse:
    """The book; a posted form explains a stretch of it."""
    span, now = access_term(request.user, term), timezone.now()
    if kind not in DirectiveKind.values:
        raise Http404
    ward = span.term.ward
    form = ExplainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"ward": ward, "kind": kind, "day": span.first, "by": request.user, "at": now, **form.cleaned_data}
        if (count := carried_out(form, explain_numbers, **deed)) is not None:
            messages.success(request, f"Đã ghi chú {count} số.")
            return redirect("directives:numbers", term, kind)
    book = outgoing_book(ward.profile, span, kind)
    context = {"book": book, "span": span, "kind": kind, "label": DirectiveKind(kind).label}
    return form_page(request, "directives/numbers.html", form, **context)
