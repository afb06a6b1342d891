"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from directives.views import (
    amending,
    calendar,
    drafting,
    ending,
    issuing,
    moving,
    obligations,
    reading,
    register,
    work,
)

app_name = "directives"
urlpatterns = [
    path("viec/", work.my_work, name="my_work"),
    path("viec/<int:requirement_pk>/<int:unit_pk>/", work.unit_part, name="unit_part"),
    path("viec/<int:pk>/", obligations.obligation, name="obligation"),
    path("viec/<int:pk>/ngay-to-chuc/", work.declare, name="declare"),
    path("viec/<int:pk>/gia-han/", obligations.extend, name="extend"),
    path("viec/<int:pk>/cho-mien/", obligations.waive, name="waive"),
    path("danh-ba/dang-vien/<int:pk>/chuyen/", moving.transfer, name="transfer"),
    path("danh-ba/dang-vien/<int:pk>/tam-thoi/", moving.stay, name="stay"),
    path("danh-ba/dang-vien/<int:pk>/ra-ngoai/", moving.leave, name="leave"),
    path("danh-ba/dang-vien/<int:pk>/tinh-trang/", moving.status, name="member_status"),
    path("danh-ba/dang-vien/<int:pk>/viec/", moving.member_debts, name="member_debts"),
    path("danh-ba/noi-sinh-hoat/<int:pk>/huy/", moving.cancel, name="cancel_transfer"),
    path("danh-ba/noi-sinh-hoat/<int:pk>/ket-thuc/", moving.stop_stay, name="end_stay"),
    path("danh-ba/don-vi/<int:pk>/ban-giao/", moving.handover, name="handover"),
    path("van-ban/", register.register, name="list"),
    path("van-ban/doc/", reading.read, name="read"),
    path("van-ban/doc/ban-doc/", reading.correct, name="correct_reading"),
    path("van-ban/moi/", drafting.create, name="create"),
    path("van-ban/<int:pk>/", register.directive, name="directive"),
    path("van-ban/<int:pk>/sua/", drafting.edit, name="edit"),
    path("van-ban/<int:pk>/xoa/", drafting.delete, name="delete"),
    path("van-ban/<int:pk>/tep/<int:file>/", register.attachment, name="attachment"),
    path("van-ban/<int:pk>/tep/<int:file>/bo/", drafting.detach, name="detach"),
    path("van-ban/<int:pk>/yeu-cau/moi/", drafting.add_requirement, name="add_requirement"),
    path("van-ban/<int:pk>/doc-han/", drafting.read_phrase, name="read_phrase"),
    path("van-ban/<int:pk>/doi-tuong/", drafting.count_audience, name="count_audience"),
    path("van-ban/<int:pk>/xem-truoc/", issuing.preview, name="preview"),
    path("van-ban/<int:pk>/xem-truoc/ten/", issuing.preview_names, name="preview_names"),
    path("van-ban/<int:pk>/ban-hanh/", issuing.issue, name="issue"),
    path("van-ban/<int:pk>/dieu-chinh/", amending.choose, name="amend_choose"),
    path("van-ban/<int:pk>/dieu-chinh/<int:target>/", amending.amend, name="amend"),
    path("van-ban/dieu-chinh/<int:pk>/<str:fate>/", amending.names, name="amend_names"),
    path("van-ban/yeu-cau/<int:pk>/xac-nhan-han/", amending.confirm, name="confirm_deadline"),
    path("van-ban/<int:pk>/ket-thuc/", ending.close, name="close"),
    path("van-ban/<int:pk>/mo-lai/", ending.reopen, name="reopen"),
    path("van-ban/<int:pk>/thu-hoi/", ending.revoke, name="revoke"),
    path("van-ban/yeu-cau/<int:pk>/dong-nhan/", ending.closing, name="closing"),
    path("van-ban/yeu-cau/<int:pk>/", drafting.edit_requirement, name="edit_requirement"),
    path("van-ban/yeu-cau/<int:pk>/bo/", drafting.remove_requirement, name="remove_requirement"),
    path("van-ban/yeu-cau/<int:pk>/gia-han/", issuing.extend_all, name="extend_all"),
    path("thiet-lap/<int:ward>/lich/", calendar.year, name="calendar"),
    path("thiet-lap/<int:ward>/lich/<int:year>/", calendar.year, name="calendar_year"),
    path("thiet-lap/<int:ward>/lich/<int:year>/de-xuat/", calendar.proposal, name="calendar_proposal"),
    path("thiet-lap/lich/<int:pk>/bo/", calendar.remove, name="remove_day"),
]
