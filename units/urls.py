"""Addresses of the roster, of accounts and of roles.

Not here: what answers (`views`), logging in and one's own account (`account_urls.py`).
"""

from django.urls import path

from units import import_urls
from units.views import (
    accounts,
    catalogues,
    clusters,
    committee,
    directory,
    keeping_members,
    keeping_units,
    notices,
    secretary,
)

app_name = "units"
urlpatterns = [
    path("danh-ba/", directory.directory, name="directory"),
    path("danh-ba/dang-vien/", directory.members, name="members"),
    path("danh-ba/don-vi/<int:pk>/", directory.unit, name="unit"),
    path("danh-ba/dang-vien/<int:pk>/", directory.member, name="member"),
    path("danh-ba/so-do/", directory.tree, name="tree"),
    path("danh-ba/cum/", clusters.clusters, name="clusters"),
    path("danh-ba/cum/<int:pk>/", clusters.cluster, name="cluster"),
    path("danh-ba/cum/<int:pk>/sua/", clusters.change, name="change_cluster"),
    path("danh-ba/cum/<int:pk>/phu-trach/", clusters.name_lead, name="name_lead"),
    path("danh-ba/cum/<int:pk>/xoa/", clusters.remove, name="remove_cluster"),
    path("danh-ba/don-vi/<int:pk>/cum-moi/", clusters.make, name="make_cluster"),
    path("danh-ba/don-vi/<int:pk>/lap-moi/", keeping_units.open_below, name="open_unit"),
    path("danh-ba/don-vi/<int:pk>/sua/", keeping_units.change, name="change_unit"),
    path("danh-ba/don-vi/<int:pk>/giai-the/", keeping_units.close, name="close_unit"),
    path("danh-ba/don-vi/<int:pk>/giai-the/huy/", keeping_units.keep, name="keep_unit"),
    path("danh-ba/don-vi/<int:pk>/lich-su/", keeping_units.history, name="unit_history"),
    path("danh-ba/don-vi/<int:pk>/bi-thu/", secretary.change, name="change_secretary"),
    path("danh-ba/don-vi/<int:pk>/them-dang-vien/", keeping_members.add, name="add_member"),
    path("danh-ba/dang-vien/<int:pk>/sua/", keeping_members.change, name="change_member"),
    path("danh-ba/dang-vien/<int:pk>/chuc-vu/", keeping_members.add_post, name="add_post"),
    path("danh-ba/chuc-vu/<int:pk>/thoi/", keeping_members.end_post, name="end_post"),
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
    path("thiet-lap/<int:ward>/thong-bao-du-lieu/", notices.notice_text, name="notice_text"),
    path("thiet-lap/<int:ward>/dang-uy/", committee.identity, name="set_identity"),
    path("thiet-lap/<int:ward>/nhiem-ky/", committee.terms, name="set_terms"),
    path("thiet-lap/nhiem-ky/<int:pk>/", committee.term, name="set_term"),
    path("thiet-lap/nhiem-ky/<int:pk>/bo/", committee.remove_term, name="remove_term"),
    path("thiet-lap/<int:ward>/nguoi-ky/", committee.signers, name="set_signers"),
    path("thiet-lap/nguoi-ky/<int:pk>/", committee.signer, name="set_signer"),
    path("thiet-lap/nguoi-ky/<int:pk>/len-dau/", committee.signer_first, name="signer_first"),
    path("thiet-lap/nguoi-ky/<int:pk>/bo/", committee.remove_signer, name="remove_signer"),
    path("thiet-lap/<int:ward>/han-nop/", committee.deadline_rules, name="set_deadline_rules"),
    path("thiet-lap/<int:ward>/ly-do/", catalogues.reasons, name="set_reasons"),
    path("thiet-lap/<int:ward>/ly-do/dung-goi-y/", catalogues.adopt_reasons, name="adopt_reasons"),
    path("thiet-lap/ly-do/<int:pk>/", catalogues.reason, name="set_reason"),
    path("thiet-lap/ly-do/<int:pk>/doi-cho/", catalogues.move_reason, name="move_reason"),
    path("thiet-lap/ly-do/<int:pk>/dung/", catalogues.use_reason, name="use_reason"),
    path("thiet-lap/<int:ward>/ten-goi/", catalogues.aliases, name="set_aliases"),
    path("thiet-lap/ten-goi/<int:pk>/bo/", catalogues.remove_alias, name="remove_alias"),
]
urlpatterns += import_urls.urlpatterns
