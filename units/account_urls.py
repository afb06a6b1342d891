"""Addresses of logging in and of one's own account: the login library's views under Vietnamese slugs.

The names are the library's own: it reverses them. There is no address for signing up (the office opens
accounts), one address an account.
Not here: the pages (`templates/account`, `templates/mfa`, `templates/usersessions`), mail and rules (`adapters.py`).
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from units.views import email, invitations, second_factor, sessions

urlpatterns = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-nhap/hai-lop/", mfa.authenticate, name="mfa_authenticate"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("thu-dien-tu/", email.change_email, name="change_email"),
    path("thu-dien-tu/xac-nhan/<str:token>/", email.confirm_email, name="confirm_email"),
    path("moi/<str:token>/", invitations.accept, name="accept_invitation"),
    path("dang-khoa/", account.account_inactive, name="account_inactive"),
    path("xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("xac-nhan-lai/hai-lop/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mat-khau/doi/", account.password_change, name="account_change_password"),
    path("mat-khau/dat/", account.password_set, name="account_set_password"),
    path("mat-khau/quen/", account.password_reset, name="account_reset_password"),
    path("mat-khau/quen/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mat-khau/moi/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mat-khau/moi/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("hai-lop/", mfa.index, name="mfa_index"),
    path("dang-nhap/khoa/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("xac-nhan-lai/khoa/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("hai-lop/khoa/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("hai-lop/khoa/them/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("hai-lop/khoa/<int:pk>/doi-ten/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("hai-lop/khoa/<int:pk>/bo/", second_factor.remove_key, name="mfa_remove_webauthn"),
    path("hai-lop/ung-dung/bat/", second_factor.activate_app, name="mfa_activate_totp"),
    path("hai-lop/ung-dung/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("hai-lop/ma-khoi-phuc/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("hai-lop/ma-khoi-phuc/tao/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("hai-lop/ma-khoi-phuc/tai/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("phien/", sessions.own_sessions, name="usersessions_list"),
    path("phien/<int:pk>/ket-thuc/", sessions.end_own_session, name="end_own_session"),
    path("phien/giu/", sessions.keep_session, name="keep_session"),
]
