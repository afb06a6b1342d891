"""The layout of a ward's reports: which profile, all its values in words, one group to correct.

Not here: the other areas of the settings (app units).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports.errors import ReportError
from reports.format_profiles import DEFAULT_PROFILE
from reports.format_values import GROUPS, lines_of, values_of
from reports.forms_format import FormatForm, ValuesForm
from reports.services import formatting as verbs
from reports.ward_format import given_profile, own_corrections, ward_profile, with_corrections
from units.access import access_committee
from units.settings_areas import Area
from units.views.settings_answers import CHANGE, area_page, asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, ward: int) -> HttpResponse:
    """All values in words, those of the ward's own marked; another profile to choose."""
    profile = asked(request, access_committee, ward)
    key = profile.format_profile or DEFAULT_PROFILE
    form = FormatForm(request.POST if request.method == "POST" else None, initial={"key": key})
    if request.method == "POST" and form.is_valid():
        deed = {"profile": profile, "key": form.cleaned_data["key"], "by": request.user, "at": timezone.now()}
        verbs.choose_format(**deed)
        messages.success(request, "Đã lưu bộ thể thức cho các báo cáo lập từ nay.")
        return redirect("reports:set_format", ward)
    own, given = own_corrections(ward, key), given_profile(key)
    now = with_corrections(key, own)
    groups = [(name, title, lines_of(name, now, given, own)) for name, (title, _) in GROUPS.items()]
    context = {"groups": groups, "given": given, "changed": len(own)}
    return area_page(request, "reports/format.html", profile, Area.FORMAT, form, **context)


@require_http_methods(["GET", "POST"])
def values(request: HttpRequest, ward: int, group: str) -> HttpResponse:
    """The values of one group, to correct."""
    if group not in GROUPS:
        raise Http404
    profile = access_committee(request.user, ward, CHANGE)
    key = profile.format_profile or DEFAULT_PROFILE
    found = values_of(group, ward_profile(ward, key), given_profile(key))
    form = ValuesForm(request.POST if request.method == "POST" else None, values=found)
    if request.method == "POST" and form.is_valid():
        try:
            deed = {"ward": profile.unit, "key": key, "group": group, "values": form.by_path()}
            number = verbs.correct_values(**deed, by=request.user, at=timezone.now())
            messages.success(request, f"Đã sửa {number} giá trị cho các báo cáo lập từ nay.")
            return redirect("reports:set_format", ward)
        except ReportError as refusal:
            form.add_error(None, str(refusal))
    back = {"back_url": reverse("reports:set_format", args=[ward]), "back_label": "Thể thức báo cáo"}
    title = GROUPS[group][0]
    return area_page(request, "reports/format_values.html", profile, Area.FORMAT, form, group_title=title, **back)


@require_POST
def reset(request: HttpRequest, ward: int) -> HttpResponse:
    """All values as the rules say again."""
    profile = access_committee(request.user, ward, CHANGE)
    key = profile.format_profile or DEFAULT_PROFILE
    number = verbs.reset_values(ward=profile.unit, key=key, by=request.user, at=timezone.now())
    messages.success(request, f"Đã trả {number} giá trị về đúng quy định.")
    return redirect("reports:set_format", ward)
