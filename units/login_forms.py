"""The login library's forms in our manner: a label over the field instead of a placeholder inside it.

Not here: forms of the roster (`forms.py`).
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import transaction

from audit import services as audit
from audit.choices import AuditResult
from units.models import User
from units.services.second_factor import is_used_recovery_code, spend_totp_code

# What the key library raises on bytes that are no credential; the login library lets these through.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


class Labelled:
    """Takes the placeholders away: screen readers and forgetful readers have the label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Labelled, account.LoginForm):
    """Address and password; the link to a forgotten password stands beside the label, not below the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""


class ChangePasswordForm(Labelled, account.ChangePasswordForm):
    """Old password, new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(Labelled, account.SetPasswordForm):
    """New password twice, for an account that has none yet."""


class FirstPasswordForm(Labelled, account.SetPasswordForm):
    """New password twice, behind the link of an invitation."""


class ResetPasswordForm(Labelled, account.ResetPasswordForm):
    """The address a link is mailed to."""


class ResetPasswordKeyForm(Labelled, account.ResetPasswordKeyForm):
    """New password twice, behind the mailed link."""


class ReauthenticateForm(Labelled, account.ReauthenticateForm):
    """The password once more before something delicate; a wrong one is written down."""

    def clean_password(self) -> str:
        """Recorded as `account.reauthenticate_failed` when it is wrong."""
        try:
            return super().clean_password()
        except forms.ValidationError:
            audit.record(
                action="account.reauthenticate_failed", actor=self.user, obj=self.user, detail={"type": "password"},
                result=AuditResult.REFUSED,
            )  # fmt: skip
            raise


class CodeOnce:
    """A code of the app counts once, a recovery code too; a used one gets its own sentence."""

    def clean_code(self) -> str:
        """The library's check under a lock on the account; a refusal is written down, so it must not undo that."""
        refusal = None
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.user.pk)
            try:
                code = super().clean_code()
            except forms.ValidationError as error:
                refusal = error
            else:
                app = self.authenticator
                if app.type == Authenticator.Type.TOTP and not spend_totp_code(authenticator=app, code=code):
                    self._emit_authentication_failed(app)
                    refusal = forms.ValidationError("Mã này vừa dùng rồi. Chờ ứng dụng hiện mã mới rồi nhập.")
        if refusal is None:
            return code
        if is_used_recovery_code(user=self.user, code=self.cleaned_data["code"]):
            raise forms.ValidationError(
                "Mã khôi phục này đã dùng rồi. Mỗi mã chỉ dùng một lần, lấy mã khác trong danh sách."
            )
        raise refusal


class AuthenticateForm(CodeOnce, Labelled, mfa.AuthenticateForm):
    """Six digits of the app, or a recovery code."""


class MfaReauthenticateForm(CodeOnce, Labelled, mfa.ReauthenticateForm):
    """The same before something delicate."""


class WrittenDown:
    """A key that is refused is written down like a wrong code."""

    def clean_credential(self) -> Authenticator:
        """Recorded as `account.mfa_failed`, of nobody when no account was named."""
        try:
            return super().clean_credential()
        except (forms.ValidationError, *MALFORMED) as error:
            detail = {"type": "webauthn"}
            audit.record(
                action="account.mfa_failed", actor=self.user, obj=self.user, detail=detail, result=AuditResult.REFUSED
            )
            raise get_adapter().validation_error("incorrect_code") from error


class AuthenticateKeyForm(WrittenDown, webauthn.AuthenticateWebAuthnForm):
    """A key as the second step of a login."""


class ReauthenticateKeyForm(WrittenDown, webauthn.ReauthenticateWebAuthnForm):
    """A key before something delicate."""


class LoginKeyForm(WrittenDown, webauthn.LoginWebAuthnForm):
    """A key alone: it knows whose it is and has checked the finger or the code of the machine."""


class AddKeyForm(Labelled, webauthn.AddWebAuthnForm):
    """A new key and its name."""

    def clean(self) -> dict:
        """What is no credential at all is refused like a wrong one."""
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Đặt tên cho khóa"
        self.fields["name"].help_text = "Ví dụ: Điện thoại của tôi, Máy ở cơ quan."
        self.fields["passwordless"].label = "Đăng nhập chỉ bằng khóa này, không phải gõ mật khẩu"
        self.fields["passwordless"].help_text = "Máy sẽ hỏi vân tay, khuôn mặt hoặc mã mở máy mỗi lần đăng nhập."


class RenameKeyForm(Labelled, webauthn.EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Tên khóa"


class ActivateTOTPForm(Labelled, totp.ActivateTOTPForm):
    """The first six digits prove that the app holds the secret."""
