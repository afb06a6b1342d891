"""The login library's pages of second factors where the portal is stricter: the first code is spent, the last key stays.

Not here: the other pages (`account_urls.py`), resetting somebody else's (`accounts.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.shortcuts import redirect

from units.services.second_factor import spend_setup_code

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse


class ActivateApp(ActivateTOTPView):
    """The code that proves the app cannot be used once more to log in."""

    def form_valid(self, form: Form) -> HttpResponse:
        answer = super().form_valid(form)
        spend_setup_code(user=self.request.user, code=form.cleaned_data["code"])
        return answer


class RemoveKey(RemoveWebAuthnView):
    """Whoever must have a second factor keeps the last one."""

    def form_valid(self, form: Form) -> HttpResponse:
        if get_adapter().can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(
            self.request, "Vai trò đang giữ bắt buộc có lớp thứ hai: thêm ứng dụng hoặc khóa khác rồi mới bỏ khóa này."
        )
        return redirect("mfa_list_webauthn")


activate_app = ActivateApp.as_view()
remove_key = RemoveKey.as_view()
