"""Addresses of personal data.

Not here: what answers (`views`), the notice (app units).
"""

from django.urls import path

from privacy.views import corrections, own, retention

app_name = "privacy"
urlpatterns = [
    path("du-lieu-ca-nhan/", own.mine, name="mine"),
    path("du-lieu-ca-nhan/tai-ve/", own.export_own, name="export_own"),
    path("du-lieu-ca-nhan/de-nghi/<int:pk>/", corrections.correction, name="correction"),
    path("du-lieu-ca-nhan/de-nghi/<int:pk>/tra-loi/", corrections.decide, name="decide"),
    path("du-lieu-ca-nhan/de-nghi-sua/", corrections.queue, name="corrections"),
    path("danh-ba/dang-vien/<int:pk>/de-nghi-sua/", corrections.ask, name="ask"),
    path("danh-ba/dang-vien/<int:pk>/du-lieu/", own.export_of_member, name="export_member"),
    path("thiet-lap/<int:ward>/luu-tru/", retention.terms, name="retention"),
    path("thiet-lap/luu-tru/bien-ban/<int:pk>/", retention.record, name="record"),
    path("thiet-lap/luu-tru/khong-huy/<int:pk>/", retention.hold, name="hold"),
    path("thiet-lap/<int:ward>/luu-tru/<str:key>/", retention.due, name="due"),
    path("thiet-lap/<int:ward>/luu-tru/<str:key>/thoi-han/", retention.term, name="term"),
    path("thiet-lap/<int:ward>/luu-tru/<str:key>/huy/", retention.destroy, name="destroy"),
]
