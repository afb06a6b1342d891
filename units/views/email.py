"""Đổi thư điện tử: ask for another address to log in with; confirm it by the mailed link.

The confirmation is public: the link may be opened on another machine. Looking changes nothing, sending does.
Not here: what a link is worth (`services.email_change`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from units.errors import AccountRefused
from units.forms import EmailForm
from units.reauthentication import demand_recent_proof
from units.services.email_change import confirm_email_change, read_email_change, request_email_change

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask; the answer is the same whether or not another account has the address."""
    form = EmailForm(request.POST or None)
    if request.method == "POST":
        demand_recent_proof(request, act="đổi địa chỉ thư của mình")
    if form.is_valid():
        try:
            request_email_change(user=request.user, address=form.cleaned_data["email"], now=timezone.now())
        except AccountRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, f"Đã gửi thư tới {form.cleaned_data['email']}. Mở thư và bấm xác nhận trong 24 giờ để đổi."
            )
            return redirect("change_email")
    return render(request, "account/email_change.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link."""
    try:
        if request.method == "POST":
            user = confirm_email_change(token=token, now=timezone.now())
            messages.success(request, f"Từ nay đăng nhập bằng địa chỉ {user.email}.")
            return redirect("home" if request.user.is_authenticated else "account_login")
        user, new = read_email_change(token=token)
    except AccountRefused as refusal:
        return render(request, "account/email_confirm_unusable.html", {"sentence": str(refusal)}, status=410)
    return render(request, "account/email_confirm.html", {"old": user.email, "new": new})
