"""The notice on personal data: the page every account reads first, the public page, the page where a ward words it.

Not here: the gate that sends here (`units.gates`), exports and corrections of one's own data (app privacy).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from units.access import access_committee
from units.choices import UnitKind
from units.errors import NoticeUnchanged
from units.forms import NoticeForm
from units.models import Unit
from units.notices import acceptance_of, accounts_of, notice_of, versions_of, ward_of
from units.services.notices import accept_notice, publish_notice
from units.views.settings_answers import CHANGE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_AFTER_GATE = "after_gate"  # where the gate's middleware remembers the page that was asked for


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """The notice of the account's ward, and the button that says it was read."""
    ward = ward_of(request.user)
    if ward is None:
        raise Http404
    if request.method == "POST":
        accept_notice(user=request.user, ward=ward, at=timezone.now())
        return redirect(request.session.pop(_AFTER_GATE, None) or "home")
    shown = notice_of(ward)
    return render(request, "units/notice.html", {"notice": shown, "accepted": acceptance_of(request.user, shown)})


@login_not_required
@require_safe
def public_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice of a ward for whoever has no account: holders of personal links, and anybody."""
    ward = get_object_or_404(Unit, pk=pk, kind=UnitKind.WARD)
    return render(request, "units/notice_public.html", {"notice": notice_of(ward)})


@require_http_methods(["GET", "POST"])
def notice_text(request: HttpRequest, ward: int) -> HttpResponse:
    """The ward words its notice; a new version asks every account again."""
    of_ward = access_committee(request.user, ward, CHANGE).unit
    shown = notice_of(of_ward)
    form = NoticeForm(request.POST if request.method == "POST" else None, initial={"text": shown.text})
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_notice(ward=of_ward, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        except NoticeUnchanged as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(
                request, f"Đã công bố thông báo lần {made.version}. Mỗi tài khoản được hỏi lại khi vào cổng."
            )
            return redirect("units:notice_text", ward)
    asked = accounts_of(of_ward).count()
    context = {"form": form, "notice": shown, "versions": versions_of(of_ward), "asked": asked}
    return render(request, "units/notice_text.html", context, status=422 if form.errors else 200)
