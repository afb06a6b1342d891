"""Addresses of the roster, of accounts and of roles.

Not here: what answers (`views`), logging in and one's own account (`account_urls.py`).
"""

from django.urls import path

from units import import_urls
from units.views import accounts, directory, notices

app_name = "units"
urlpatterns = [
    path("danh-ba/", directory.directory, name="directory"),
    path("danh-ba/dang-vien/", directory.members, name="members"),
    path("danh-ba/don-vi/<int:pk>/", directory.unit, name="unit"),
    path("danh-ba/dang-vien/<int:pk>/", directory.member, name="member"),
    path("danh-ba/dang-vien/<int:pk>/tai-khoan/", accounts.open_account, name="open_account"),
    path("danh-ba/tai-khoan/", accounts.accounts, name="accounts"),
    path("danh-ba/tai-khoan/bi-thu/", accounts.open_secretaries, name="open_secretaries"),
    path("danh-ba/tai-khoan/moi/", accounts.new_account, name="new_account"),
    path("danh-ba/tai-khoan/<int:pk>/", accounts.account, name="account"),
    path("danh-ba/tai-khoan/<int:pk>/vai-tro/", accounts.grant, name="grant"),
    path("danh-ba/tai-khoan/<int:pk>/khoa/", accounts.lock, name="lock"),
    path("danh-ba/tai-khoan/<int:pk>/thu-mat-khau/", accounts.password_link, name="password_link"),
    path("danh-ba/tai-khoan/<int:pk>/thu-hoi-loi-moi/", accounts.revoke_invitation, name="revoke_invitation"),
    path("danh-ba/tai-khoan/<int:pk>/dat-lai-hai-lop/", accounts.reset_factor, name="reset_factor"),
    path("danh-ba/tai-khoan/<int:pk>/ket-thuc-phien/", accounts.end_session, name="end_session"),
    path("danh-ba/vai-tro/<int:pk>/ket-thuc/", accounts.end, name="end_role"),
    path("du-lieu-ca-nhan/thong-bao/", notices.notice, name="notice"),
    path("thong-bao-du-lieu/<int:pk>/", notices.public_notice, name="public_notice"),
    path("thiet-lap/thong-bao-du-lieu/", notices.notice_text, name="notice_text"),
]
urlpatterns += import_urls.urlpatterns
