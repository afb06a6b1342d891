"""The administrator opens, changes and closes units; the history of a unit.

Not here: what is refused (`units.services.unit_changes`), looking things up (`directory.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from units.access import access_unit
from units.choices import LEFT_STATUSES, MembershipKind
from units.forms_roster import DayForm, KeepUnitForm, UnitForm
from units.scopes import scope_of
from units.services.called_off_closing import call_off_closing, ends_with_closing, why_closing_stands
from units.services.unit_changes import (
    change_unit,
    check_closing,
    close_unit,
    ends_on_closing,
    open_unit,
    people_in,
)
from units.timeline import unit_timeline
from units.views.answers import carried_out, change_page, posted, today
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from units.models import Unit


def _page_of(unit: Unit) -> tuple[str, str]:
    return reverse("units:unit", args=[unit.pk]), unit.name


@require_http_methods(["GET", "POST"])
def open_below(request: HttpRequest, pk: int) -> HttpResponse:
    """A new unit under this one."""
    parent = access_unit(request.user, pk, "units.change_unit")
    start = {"parent": parent, "on": today(), "block": parent.block, "cluster": parent.cluster_id}
    form = UnitForm(posted(request), ward=parent.ward, today=today(), initial=start)
    if form.is_valid():
        facts = {**form.facts(), "opened_on": form.cleaned_data["on"]}
        if made := carried_out(form, open_unit, **facts, by=request.user):
            messages.success(request, f"Đã lập {made.name} từ ngày {format_date(made.opened_on)}.")
            return redirect("units:unit", made.pk)
    return change_page(request, form, heading="Lập đơn vị mới", submit="Lập 1 đơn vị", back=_page_of(parent))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, kind, khối, cụm, other names or place in the tree."""
    unit = access_unit(request.user, pk, "units.change_unit")
    above = unit.above()
    start = {
        "name": unit.name, "code": unit.code, "kind": unit.kind, "parent": above, "block": unit.block,
        "cluster": unit.cluster_id, "aliases": "\n".join(a.name for a in unit.aliases.all()), "on": today(),
    }  # fmt: skip
    form = UnitForm(posted(request), ward=unit.ward, today=today(), unit=unit, initial=start)
    if form.is_valid():
        facts = {"kind": unit.kind, "parent": above, **form.facts(), "on": form.cleaned_data["on"]}
        if carried_out(form, change_unit, unit=unit, **facts, by=request.user):
            messages.success(request, "Đã ghi. Tên cũ vẫn tìm thấy đơn vị; thay đổi được giữ trong lịch sử.")
            return redirect("units:unit", pk)
    return change_page(request, form, heading=f"Sửa {unit.name}", submit="Lưu thay đổi", back=_page_of(unit))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit ends on a day; one that has come is asked about once more."""
    unit = access_unit(request.user, pk, "units.change_unit")
    there = list(people_in(unit, today()).select_related("member"))
    ends = [place.valid_to for place in there]
    free_from = max(ends) if ends and None not in ends else today()  # all are to leave: the day the last one is gone
    form = DayForm(posted(request), label="Không còn từ ngày", initial={"on": free_from})
    if form.is_valid() and (on := form.cleaned_data["on"]) <= today() and "sure" not in request.POST:
        if carried_out(form, check_closing, unit=unit, on=on) is not None:  # once written it cannot be called off
            return _confirm_closing(request, unit, on)
    elif form.is_valid() and carried_out(form, close_unit, unit=unit, on=form.cleaned_data["on"], by=request.user):
        messages.success(request, f"Đã ghi {unit.name} giải thể. Chức vụ và quyền ở đó kết thúc cùng ngày.")
        return redirect("units:unit", pk)
    people = [place for place in there if place.valid_to is None or place.valid_to > free_from]
    return change_page(
        request,
        form,
        heading=f"Giải thể {unit.name}",
        submit="Giải thể 1 đơn vị",
        back=_page_of(unit),
        template="units/close.html",
        unit=unit,
        people=people,
        of_home=sum(
            place.kind == MembershipKind.REGULAR and place.member.status not in LEFT_STATUSES for place in people
        ),
    )


def _confirm_closing(request: HttpRequest, unit: Unit, on: date) -> HttpResponse:
    """What will end, before anything does."""
    posts, roles = ends_on_closing(unit, on)
    return render(request, "units/confirm_closing.html", {"unit": unit, "on": on, "posts": posts, "roles": roles})


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The closing arranged for a day to come does not take place."""
    unit = access_unit(request.user, pk, "units.change_unit")
    if said := why_closing_stands(unit, today()):
        context = {"unit": unit, "said": said, "heading": f"Hủy giải thể {unit.name}"}
        return render(request, "units/keep_nothing.html", context, status=422 if request.method == "POST" else 200)
    ends = ends_with_closing(unit)
    form = KeepUnitForm(posted(request), moved=len(ends.transfers), initial={"people_stay": True})
    facts = {"today": today(), "at": timezone.now(), "by": request.user}
    if form.is_valid() and carried_out(form, call_off_closing, unit=unit, **form.cleaned_data, **facts):
        messages.success(request, f"{unit.name} không giải thể nữa. Xem lại chức vụ và quyền ở đơn vị.")
        return redirect("units:unit", pk)
    return change_page(
        request,
        form,
        heading=f"Hủy giải thể {unit.name}",
        submit="Hủy giải thể 1 đơn vị",
        back=_page_of(unit),
        template="units/keep.html",
        unit=unit,
        ends=ends,
    )


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the unit, in one line of time; entries of the log for the office."""
    unit = access_unit(request.user, pk)
    scope = scope_of(request.user)
    context = {
        "layout": "layouts/staff.html" if scope.reads_all else "layouts/member.html",
        "unit": unit,
        "moments": unit_timeline(unit, today=today(), with_log=scope.works_for(unit)),
    }
    return render(request, "units/unit_history.html", context)
