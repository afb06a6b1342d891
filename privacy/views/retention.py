"""Terms of keeping: the classes, what is due today, destroying it after a fresh proof of identity, the records.

Not here: what a class holds (`retention_classes.py`), the verbs (`services.retention`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directives.access import access_directive
from privacy.access import access_record, access_terms
from privacy.choices import DataClass
from privacy.errors import PrivacyError
from privacy.forms import DestroyForm, HoldForm, TermForm
from privacy.models import DeletionRecord
from privacy.retention_history import term_history
from privacy.retention_shown import shown_of
from privacy.services.retention import destroy_due, set_hold, set_term
from privacy.terms import holds_of, term_of, terms_of
from units.reauthentication import demand_recent_proof

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from units.models import Unit

_A_PAGE = 50


@require_safe
def terms(request: HttpRequest, ward: int) -> HttpResponse:
    """Every class with its term and how much is due today; held directives; records."""
    of_ward, now = access_terms(request.user, ward), timezone.now()
    context = {
        "ward": of_ward,
        "rows": [(term, term.due(of_ward, now).count()) for term in terms_of(of_ward)],
        "records": DeletionRecord.objects.visible_to(request.user).filter(ward=of_ward)[:_A_PAGE],
        "holds": holds_of(of_ward),
        "history": term_history(of_ward),
    }
    return render(request, "privacy/retention.html", context)


@require_safe
def due(request: HttpRequest, ward: int, key: str) -> HttpResponse:
    """Exactly what would be destroyed now, and the forms for the term and for destroying."""
    return _page(request, access_terms(request.user, ward), _known(key))


@require_POST
def term(request: HttpRequest, ward: int, key: str) -> HttpResponse:
    """Another term for the class."""
    of_ward, form = access_terms(request.user, ward), TermForm(request.POST)
    demand_recent_proof(request, act="đổi thời hạn lưu trữ")
    if not form.is_valid():
        return _page(request, of_ward, _known(key), term_form=form)
    set_term(ward=of_ward, key=_known(key), by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, "Đã đổi thời hạn lưu trữ. Xem lại những gì hết hạn theo thời hạn mới.")
    return redirect("privacy:due", ward, key)


@require_POST
def destroy(request: HttpRequest, ward: int, key: str) -> HttpResponse:
    """Destroy what is due, as many as the page promised."""
    of_ward, form = access_terms(request.user, ward), DestroyForm(request.POST)
    demand_recent_proof(request, act="hủy dữ liệu đã hết thời hạn lưu trữ")
    if not form.is_valid():
        return _page(request, of_ward, _known(key), form=form)
    try:
        promised = form.cleaned_data["count"]
        record = destroy_due(ward=of_ward, key=_known(key), promised=promised, by=request.user, at=timezone.now())
    except PrivacyError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, of_ward, _known(key), form=form)
    messages.success(request, f"Đã hủy {record.count} mục. In biên bản để lưu.")
    return redirect("privacy:record", record.pk)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """A record of destruction, for print on A4."""
    found = access_record(request.user, pk)
    has_digests = any(one.get("sha256") for one in found.items)
    return render(request, "privacy/record.html", {"record": found, "has_digests": has_digests})


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the papers of a directive, or let go of them."""
    directive = access_directive(request.user, pk)
    ward = access_terms(request.user, directive.ward_id)
    form = HoldForm(request.POST if request.method == "POST" else None)
    held = holds_of(ward).filter(directive=directive).first()
    if request.method == "POST" and (held or form.is_valid()):
        set_hold(
            directive=directive, reason="" if held else form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
        return redirect("privacy:retention", ward.pk)
    context = {"form": form, "directive": directive, "held": held}
    return render(request, "privacy/hold.html", context, status=422 if request.method == "POST" else 200)


def _known(key: str) -> DataClass:
    if key not in DataClass.values:
        raise Http404
    return DataClass(key)


def _page(
    request: HttpRequest,
    ward: Unit,
    key: DataClass,
    *,
    form: DestroyForm | None = None,
    term_form: TermForm | None = None,
) -> HttpResponse:
    found = term_of(ward, key)
    page = Paginator(found.due(ward, timezone.now()), _A_PAGE).get_page(request.GET.get("trang"))
    labels = [{**found.kind.label(row), "shown": shown_of(key, row)} for row in page]
    context = {
        "ward": ward,
        "term": found,
        "page_obj": page,
        "labels": labels,
        "has_digests": any(one.get("sha256") for one in labels),
        "form": form or DestroyForm(),
        "term_form": term_form or TermForm(initial={"days": found.days, "decided_on": found.decided_on}),
    }
    return render(request, "privacy/due.html", context, status=422 if form or term_form else 200)
