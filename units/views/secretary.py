"""Đổi bí thư, in three clicks from the unit's page: the list of who may, one button beside each name, what will happen.

Not here: what the change does (`units.services.change_of_secretary`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods

from units.access import access_unit
from units.choices import MemberStatus
from units.directory import secretary_lines
from units.forms_roster import SecretaryForm
from units.models import Member
from units.reauthentication import demand_recent_proof
from units.services.appointments import secretaries_of
from units.services.change_of_secretary import (
    ChangeOfSecretary,
    change_secretary,
    check_change,
    roles_without_member,
    tell_those_before,
)
from units.services.invitations import invite
from units.services.secretaries import CELLS_AND_COMMITTEES
from units.views.answers import carried_out, form_page, posted, today
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from units.models import Unit

_A_PAGE = 60


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the new secretary, see what will happen, confirm; post, role and account change hands on the day."""
    unit = access_unit(request.user, pk, "units.change_unit")
    if unit.kind not in CELLS_AND_COMMITTEES:
        raise Http404
    if request.method == "POST":  # it opens an account and hands a role on
        demand_recent_proof(request, act=f"đổi bí thư của {unit.name}")
    people = Member.objects.visible_to(request.user).within(unit, today())
    roles = roles_without_member(unit, today())
    form = SecretaryForm(posted(request), members=people, roles=roles, initial={"on": today(), "also_end": roles})
    if form.is_valid():
        asked = form.cleaned_data
        if "sure" not in request.POST:
            if carried_out(form, check_change, unit=unit, member=asked["member"], on=asked["on"]) is not None:
                return _confirm(request, unit, asked)
        elif done := carried_out(form, change_secretary, unit=unit, **asked, by=request.user):
            tell_those_before(done=done, at=timezone.now())
            messages.success(request, _told(done, invited=_invite(request, done)))
            return redirect("units:unit", pk)
    text = request.GET.get("q", "")
    in_office = secretaries_of(unit, today())
    sitting = [post.member_id for post in in_office if post.valid_from is None or post.valid_from <= today()]
    others = people.exclude(pk__in=sitting).exclude(status=MemberStatus.PROBATIONARY).search(text)
    page = Paginator(secretary_lines(others, unit=unit, day=today()), _A_PAGE).get_page(request.GET.get("trang"))
    context = {"unit": unit, "in_office": in_office, "page_obj": page, "text": text, "roles": roles}
    return form_page(request, "units/change_secretary.html", form, **context)


def _confirm(request: HttpRequest, unit: Unit, asked: dict[str, Any]) -> HttpResponse:
    """What will happen, before anything does: who goes, who comes, which rights end, what passes on."""
    member = asked["member"]
    context = {
        "unit": unit,
        "member": member,
        "on": asked["on"],
        "in_office": secretaries_of(unit, asked["on"]),
        "also_end": list(asked["also_end"]),
        "account": member.accounts.order_by("-is_active", "pk").first(),
    }
    return render(request, "units/confirm_secretary.html", context)


def _invite(request: HttpRequest, done: ChangeOfSecretary) -> bool:
    """Mail the invitation to whoever has not set a password yet."""
    account = done.account
    if account is None or not account.is_active or account.has_usable_password():
        return False
    invite(user=account, by=request.user, now=timezone.now())
    return True


def _told(done: ChangeOfSecretary, *, invited: bool) -> str:
    """What changed and what follows, in one message; the next step as a link."""
    post = done.post
    said = [f"Từ ngày {format_date(post.valid_from)} {post.member.full_name} là bí thư {post.unit.name}."]
    said += [f"{one.member.full_name} thôi chức." for one in done.before]
    if done.ended_roles:
        names = ", ".join(grant.user.full_name for grant in done.ended_roles)
        said.append(f"Quyền ở đơn vị kết thúc: {names}.")
    if done.account is None:
        address, account = (
            reverse(f"units:{page}", args=[post.member_id]) for page in ("change_member", "open_account")
        )
        links = (
            'Chưa có địa chỉ thư nên chưa có tài khoản: <a href="{}">ghi địa chỉ</a> rồi <a href="{}">mở tài khoản</a>.'
        )
        said.append(format_html(links, address, account))
    elif invited:
        said.append(f"Thư mời đang gửi tới {done.account.email}.")
    elif not done.account.is_active:
        said.append("Tài khoản của người mới đang khóa: mở lại ở trang tài khoản.")
    return format_html_join(" ", "{}", ((sentence,) for sentence in said))
