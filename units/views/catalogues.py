"""Settings kept as lists: reasons in polite words, other names of units.

Not here: the committee itself (`committee.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from units.access import access_alias, access_committee, access_committee_row
from units.aliases import alias_lines
from units.forms_settings import AliasForm, ReasonForm, ReasonTextForm
from units.models import Reason, Unit
from units.reasons import catalogues_of
from units.services import catalogues as verbs
from units.settings_areas import Area
from units.views.settings_answers import CHANGE, area_page, asked, carried_out, done_or_told

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def reasons(request: HttpRequest, ward: int) -> HttpResponse:
    """The three catalogues; a new reason."""
    profile = asked(request, access_committee, ward)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed = {"ward": profile.unit, **form.cleaned_data}
        if carried_out(request, form, verbs.add_reason, "Đã thêm lý do.", **deed):
            return redirect("units:set_reasons", ward)
    shown = catalogues_of(profile.unit)
    return area_page(request, "units/settings/reasons.html", profile, Area.REASONS, form, catalogues=shown)


@require_POST
def adopt_reasons(request: HttpRequest, ward: int) -> HttpResponse:
    """The proposed reasons of one catalogue become the ward's own."""
    profile = access_committee(request.user, ward, CHANGE)
    kind = request.POST.get("kind", "")
    if kind in verbs.PROPOSED:
        done = "Đã chép danh sách gợi ý; nay sửa từng lý do được."
        done_or_told(request, verbs.adopt_proposed_reasons, done, ward=profile.unit, kind=kind)
    return redirect("units:set_reasons", ward)


@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for one reason."""
    found, profile = access_committee_row(request.user, Reason, pk, CHANGE)
    form = ReasonTextForm(request.POST if request.method == "POST" else None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        deed = {"reason": found, **form.cleaned_data}
        if carried_out(request, form, verbs.reword_reason, "Đã sửa lời của lý do.", **deed):
            return redirect("units:set_reasons", profile.unit_id)
    return area_page(request, "units/settings/reason.html", profile, Area.REASONS, form, row=found)


@require_POST
def move_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up, or down."""
    found, profile = access_committee_row(request.user, Reason, pk, CHANGE)
    up = request.POST.get("huong") == "len"
    done_or_told(request, verbs.move_reason, "Đã đổi thứ tự.", reason=found, up=up)
    return redirect("units:set_reasons", profile.unit_id)


@require_POST
def use_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a reason, or take it back into use."""
    found, profile = access_committee_row(request.user, Reason, pk, CHANGE)
    done = f"Thôi dùng “{found}”." if found.is_active else f"Dùng lại “{found}”."
    done_or_told(request, verbs.use_reason, done, reason=found, is_active=not found.is_active)
    return redirect("units:set_reasons", profile.unit_id)


@require_http_methods(["GET", "POST"])
def aliases(request: HttpRequest, ward: int) -> HttpResponse:
    """Other names of units, those that mean two of them first; a new one."""
    profile = asked(request, access_committee, ward)
    units = Unit.objects.visible_to(request.user).filter(ward=profile.unit, closed_on=None).order_by("sort_key")
    form = AliasForm(request.POST if request.method == "POST" else None, units=units)
    if request.method == "POST" and form.is_valid():
        deed = form.cleaned_data
        if carried_out(request, form, verbs.add_alias, f"Từ nay “{deed['name']}” là {deed['unit']}.", **deed):
            return redirect("units:set_aliases", ward)
    text = request.GET.get("q", "")
    lines = alias_lines(profile.unit, text=text)
    clashes = sum(1 for line in lines if line.clashes)
    return area_page(
        request, "units/settings/aliases.html", profile, Area.ALIASES, form, lines=lines, text=text, clashes=clashes
    )


@require_POST
def remove_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """The name is not understood any more."""
    found, profile = access_alias(request.user, pk)
    done_or_told(request, verbs.remove_alias, f"Đã bỏ tên gọi “{found}” của {found.unit}.", alias=found)
    return redirect("units:set_aliases", profile.unit_id)
