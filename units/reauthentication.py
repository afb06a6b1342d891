"""Proving once more who one is before something delicate: password or second factor, not older than a few minutes.

    found = access_account(request.user, pk, "units.change_user")
    demand_recent_proof(request, act=f"khóa tài khoản của {found.full_name}")

Call it after the access function (a stranger still gets 404) and before the verb. When the proof is too old the login
library asks for it and then sends the same form again by itself: nothing typed is lost. A login counts as a proof for
as long (`ACCOUNT_REAUTHENTICATION_TIMEOUT`).
Not here: the page that asks (`templates/account/base_reauthenticate.html`; the fields are the login library's).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.urls import Resolver404, resolve

_ASKED_FOR: Final = "proof_for"
"""Key of the session: the address at which a proof was asked for last, and the act it guards."""

_OF_THE_LIBRARY: Final = {
    "mfa_activate_totp": "bật ứng dụng xác thực",
    "mfa_deactivate_totp": "tắt ứng dụng xác thực",
    "mfa_add_webauthn": "thêm khóa hoặc vân tay",
    "mfa_edit_webauthn": "đổi tên khóa",
    "mfa_remove_webauthn": "bỏ khóa",
    "mfa_view_recovery_codes": "xem mã khôi phục",
    "mfa_generate_recovery_codes": "tạo bộ mã khôi phục mới",
    "mfa_download_recovery_codes": "tải mã khôi phục",
}
"""Pages of the login library that ask by themselves."""


def demand_recent_proof(request: HttpRequest, *, act: str) -> None:
    """Raises ReauthenticationRequired, which the login library's middleware answers, unless the proof is recent.

    `act`: what it guards, as it goes on after "Để": "giao vai trò cho Trần Thị B". The page that asks says so.
    """
    try:
        raise_if_reauthentication_required(request, app="units")
    except ReauthenticationRequired:
        request.session[_ASKED_FOR] = [request.get_full_path(), act]
        raise


def act_asked_for(request: HttpRequest) -> str:
    """What the proof on this page is for, in the words of `demand_recent_proof`; "" when nobody knows."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    path, act = request.session.get(_ASKED_FOR, ("", ""))
    if wanted and wanted == path:
        return act
    try:
        return _OF_THE_LIBRARY.get(resolve(urlsplit(wanted).path).url_name or "", "")
    except Resolver404:
        return ""


def count_login_as_proof(request: HttpRequest) -> None:
    """What was proved to log in need not be proved again at once."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    if records:
        records[-1]["reauthenticated"] = True
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
