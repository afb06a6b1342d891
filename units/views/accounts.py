"""Tài khoản và vai trò: the administrator opens accounts, gives and ends roles, locks.

Not here: what is refused (`units.services`), passwords and second factors (the login library).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units.access import access_account, access_member, access_rolegrant, access_unit
from units.accounts import (
    account_lines,
    account_state,
    administered_units,
    by_given_name,
    first_role,
    grants_of,
    secretaries_without_account,
)
from units.errors import UnitsError
from units.forms import AccountForm, EndRoleForm, RoleForm
from units.invitations import mail_password_link
from units.models import User
from units.reauthentication import demand_recent_proof
from units.scopes import scope_of
from units.services.accounts import (
    create_account,
    deactivate_account,
    reactivate_account,
)
from units.services.invitations import invite, revoke_invitations
from units.services.roles import end_role, grant_role
from units.services.second_factor import reset_second_factor
from units.services.secretaries import open_for_posts
from units.services.sessions import end_sessions
from units.sessions import open_sessions
from vietnamese.dates import format_date

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from units.models import Member

_A_PAGE = 50


def _only_administrators(request: HttpRequest) -> None:
    if not scope_of(request.user).admin_paths:
        raise Http404


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts of the wards this account administers, with the roles they hold today."""
    _only_administrators(request)
    text = request.GET.get("q", "")
    found = User.objects.visible_to(request.user).search(text)
    page = Paginator(by_given_name(found), _A_PAGE).get_page(request.GET.get("trang"))
    shown = found.in_bulk(page.object_list)
    lines = account_lines([shown[pk] for pk in page.object_list], reader=request.user, day=timezone.localdate())
    return render(request, "units/accounts.html", {"page_obj": page, "lines": lines, "text": text})


@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """An account for somebody who is no member of the ward."""
    _only_administrators(request)
    return _open(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    """An account for a member."""
    return _open(request, access_member(request.user, pk, "units.change_member"))


@require_http_methods(["GET", "HEAD", "POST"])
def open_secretaries(request: HttpRequest) -> HttpResponse:
    """Accounts for all secretaries and deputies who have an address and no account yet, after a look at the names."""
    _only_administrators(request)
    today = timezone.localdate()
    lacking = secretaries_without_account(request.user, day=today)
    if request.method != "POST":
        return render(request, "units/accounts_secretaries.html", {"lacking": lacking})
    demand_recent_proof(request, act="mở tài khoản cho các bí thư, phó bí thư")
    try:
        opened = open_for_posts(posts=lacking.ready, now=timezone.now(), by=request.user)
    except UnitsError as refusal:
        messages.error(request, str(refusal))
        return redirect("units:open_secretaries")
    messages.success(request, f"Đã mở {opened.accounts} tài khoản; thư mời đang gửi.")
    return redirect("units:accounts")


def _open(request: HttpRequest, member: Member | None) -> HttpResponse:
    today = timezone.localdate()
    units = administered_units(request.user, day=today)
    if request.method == "POST":
        demand_recent_proof(request, act="mở tài khoản")
    form = AccountForm(request.POST or None, units=units, initial=first_role(member, day=today))
    if form.is_valid():
        read = form.cleaned_data
        try:
            with transaction.atomic():
                user = create_account(email=read["email"], full_name=read["full_name"], member=member, by=request.user)
                grant_role(
                    user=user,
                    role=read["role"],
                    unit=read["unit"],
                    cluster=read["cluster"],
                    by=request.user,
                    **form.days(today),
                )
                invite(user=user, by=request.user, now=timezone.now())
        except UnitsError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã mở tài khoản cho {user.full_name}; thư mời đang gửi tới {user.email}.")
            return redirect("units:account", user.pk)
    return render(
        request, "units/account_new.html", {"form": form, "member": member}, status=422 if form.errors else 200
    )


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles with their days, another role, lock."""
    return _account(request, access_account(request.user, pk), None)


def _account(request: HttpRequest, found: User, form: RoleForm | None) -> HttpResponse:
    today = timezone.localdate()
    now = timezone.now()
    context = {
        "account": found,
        "state": account_state(found, now=now),
        "sessions": open_sessions(found, now=now),
        "may_change": request.user.has_perm("units.change_user", found),
        "grants": grants_of(found, reader=request.user),
        "form": form or RoleForm(units=administered_units(request.user, day=today)),
        "today": today,
    }
    return render(request, "units/account.html", context, status=422 if form else 200)


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the account one more role."""
    found, today = access_account(request.user, pk, "units.change_user"), timezone.localdate()
    demand_recent_proof(request, act=f"giao vai trò cho {found.full_name}")
    form = RoleForm(request.POST, units=administered_units(request.user, day=today))
    if not form.is_valid():
        return _account(request, found, form)
    read = form.cleaned_data
    access_unit(request.user, read["unit"].pk, "units.change_unit")
    try:
        grant_role(
            user=found,
            role=read["role"],
            unit=read["unit"],
            cluster=read["cluster"],
            by=request.user,
            **form.days(today),
        )
    except UnitsError as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        return _account(request, found, form)
    messages.success(request, f"Đã giao vai trò cho {found.full_name}.")
    return redirect("units:account", found.pk)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, today or on a day; one that has not begun is never held."""
    found = access_rolegrant(request.user, pk, "units.change_rolegrant")
    demand_recent_proof(request, act=f"thôi vai trò {found.get_role_display()} của {found.user.full_name}")
    form = EndRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["last_day"]))
        return redirect("units:account", found.user_id)
    today, begins = timezone.localdate(), found.valid_from
    never = begins is not None and begins > today and form.cleaned_data["last_day"] is None
    day = begins if never else form.end(today)
    try:
        end_role(grant=found, on=day, by=request.user)
        said = "không giữ" if never else "thôi giữ"
        since = "nữa" if never else f"từ ngày {format_date(day)}"
        messages.success(request, f"{found.user.full_name} {said} vai trò {found.get_role_display()} {since}.")
    except UnitsError as refusal:
        messages.error(request, str(refusal))
    return redirect("units:account", found.user_id)


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock the account and end its sessions, or open it again: what the page offered (`act`), whatever it is by now.

    A second click, or an old page behind a colleague's, would else undo what it asks for.
    """
    found = access_account(request.user, pk, "units.change_user")
    locks = request.POST.get("act", "khoa" if found.is_active else "mo") == "khoa"
    demand_recent_proof(request, act=f"{'khóa' if locks else 'mở lại'} tài khoản của {found.full_name}")
    try:
        if locks != found.is_active:
            messages.info(request, f"Tài khoản của {found.full_name} đã {'khóa' if locks else 'mở'} từ trước.")
        else:
            verb = deactivate_account if locks else reactivate_account
            changed = verb(user=found, by=request.user)
            done = "Đã mở lại tài khoản" if changed.is_active else "Đã khóa tài khoản và kết thúc các phiên"
            messages.success(request, f"{done} của {found.full_name}.")
    except UnitsError as refusal:
        messages.error(request, str(refusal))
    return redirect("units:account", found.pk)


@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail the owner a link to set the password: an invitation until he has one, then the reset everybody may ask for."""
    found = access_account(request.user, pk, "units.change_user")
    try:
        if not found.has_usable_password():
            invite(user=found, by=request.user, now=timezone.now())
            messages.success(request, f"Thư mời đang gửi tới {found.email}; liên kết trong thư cũ không còn dùng được.")
        elif mail_password_link(request, found):
            messages.success(request, f"Thư đặt mật khẩu đang gửi tới {found.email}.")
        else:
            messages.error(request, "Tài khoản đang khóa nên không gửi thư đặt mật khẩu.")
    except UnitsError as refusal:
        messages.error(request, str(refusal))
    return redirect("units:account", found.pk)


@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Links of invitations sent so far stop working."""
    found = access_account(request.user, pk, "units.change_user")
    if revoke_invitations(user=found, by=request.user, now=timezone.now()):
        messages.success(request, f"Đã thu hồi lời mời của {found.full_name}; liên kết trong thư không còn dùng được.")
    else:
        messages.info(request, "Không có lời mời nào còn dùng được.")
    return redirect("units:account", found.pk)


@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lost second factor away; the owner is told and sets up a new one."""
    found = access_account(request.user, pk, "units.change_user")
    demand_recent_proof(request, act=f"đặt lại lớp thứ hai của {found.full_name}")
    try:
        reset_second_factor(user=found, by=request.user, now=timezone.now())
        messages.success(request, f"Đã đặt lại lớp thứ hai của {found.full_name}; thư báo đang gửi tới {found.email}.")
    except UnitsError as refusal:
        messages.error(request, str(refusal))
    return redirect("units:account", found.pk)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one login of an account, or all of them."""
    found = access_account(request.user, pk, "units.change_user")
    only = request.POST.get("phien", "")
    count = end_sessions(user=found, by=request.user, only=int(only[:18]) if only.isdecimal() else None)
    messages.success(request, f"Đã kết thúc {count} phiên của {found.full_name}.")
    return redirect("units:account", found.pk)
