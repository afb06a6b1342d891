"""The administrator adds members, mends what is known of them, gives and ends posts.

Not here: what moves the open duties along (transfers, stays, status, exemptions: app directives), the change of secretary
(`secretary.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from units.access import access_member, access_post, access_unit
from units.forms_roster import DayForm, MemberForm, PostForm
from units.services.appointments import appoint, end_appointment, titles_in
from units.services.members import add_member, change_member
from units.views.answers import carried_out, change_page, posted, today

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from units.models import Member


def _page_of(member: Member) -> tuple[str, str]:
    return reverse("units:member", args=[member.pk]), member.full_name


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A member who belongs to this unit from a day on."""
    unit = access_unit(request.user, pk, "units.change_unit")
    form = MemberForm(posted(request), is_new=True, initial={"on": today()})
    if form.is_valid():
        facts = {**form.cleaned_data}
        facts["since"] = facts.pop("on")
        if made := carried_out(form, add_member, unit=unit, **facts, by=request.user):
            messages.success(request, f"Đã thêm {made.full_name} vào {unit.name}.")
            return redirect("units:member", made.pk)
    back = (reverse("units:unit", args=[pk]), unit.name)
    return change_page(request, form, heading="Thêm đảng viên", submit="Thêm 1 đảng viên", back=back)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, year of birth, contacts."""
    member = access_member(request.user, pk, "units.change_member")
    start = {name: getattr(member, name) for name in ("full_name", "birth_year", "email", "phone")}
    form = MemberForm(posted(request), is_new=False, initial=start)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in (*start, "is_another") if name in form.cleaned_data}
        if carried_out(form, change_member, member=member, **facts, on=today(), by=request.user):
            messages.success(request, "Đã ghi.")
            return redirect("units:member", pk)
    return change_page(
        request, form, heading=f"Sửa thông tin của {member.full_name}", submit="Lưu thay đổi", back=_page_of(member)
    )


@require_http_methods(["GET", "POST"])
def add_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post in a unit of the ward; the secretary's post asks before it replaces."""
    member = access_member(request.user, pk, "units.change_member")
    start = {"on": today(), "unit": next(iter(member.units_on(today())), None)}
    form = PostForm(posted(request), ward=member.ward, today=today(), initial=start)
    if form.is_valid():
        facts = {**form.cleaned_data}
        facts["since"] = facts.pop("on")
        if made := carried_out(form, appoint, member=member, **facts, by=request.user):
            messages.success(request, f"Đã ghi {member.full_name} giữ chức {made.position.title}, {made.unit.name}.")
            return redirect("units:member", pk)
    heading = f"Chức vụ mới của {member.full_name}"
    page = {"titles": titles_in(member.ward), "submit": "Ghi chức vụ", "back": _page_of(member)}
    return change_page(request, form, heading=heading, **page)


@require_http_methods(["GET", "POST"])
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """The member leaves a post on a day."""
    post = access_post(request.user, pk)
    form = DayForm(posted(request), label="Thôi giữ chức từ ngày", initial={"on": today()})
    if form.is_valid() and carried_out(
        form, end_appointment, appointment=post, on=form.cleaned_data["on"], by=request.user
    ):
        messages.success(request, f"Đã ghi {post.member.full_name} thôi giữ chức {post.position.title}.")
        return redirect("units:member", post.member_id)
    heading = f"{post.member.full_name} thôi giữ chức {post.position.title}"
    note = f"{post.unit.name}. Quyền bí thư ở đơn vị (nếu có theo chức vụ này) kết thúc cùng ngày."
    return change_page(request, form, heading=heading, submit="Ghi thôi chức", back=_page_of(post.member), note=note)
