"""The login library's forms in our manner: a label over the field instead of a placeholder inside it.

Not here: forms of the roster (`forms.py`).
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

from audit import services as audit
from audit.choices import AuditResult


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


class AuthenticateForm(Labelled, mfa.AuthenticateForm):
    """Six digits of the app, or a recovery code."""


class MfaReauthenticateForm(Labelled, mfa.ReauthenticateForm):
    """The same before something delicate."""


class ActivateTOTPForm(Labelled, totp.ActivateTOTPForm):
    """The first six digits prove that the app holds the secret."""
