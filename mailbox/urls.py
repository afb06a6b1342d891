"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("hop-thu/", views.cases, name="cases"),
    path("hop-thu/phieu/<str:code>/", views.of_deposit, name="of_deposit"),
    path("hop-thu/<int:pk>/", views.case, name="case"),
    path("hop-thu/<int:pk>/tep/<int:file_pk>/", views.attach, name="attach"),
    path("hop-thu/<int:pk>/nguyen-van.eml", views.original, name="original"),
    path("hop-thu/<int:pk>/dia-chi/", views.remember, name="remember"),
    path("hop-thu/dia-chi/<int:pk>/bo/", views.forget, name="forget"),
    path("hop-thu/<int:pk>/doc-lai/", views.again, name="again"),
    path("hop-thu/<int:pk>/khong-phai/", views.not_ours, name="not_ours"),
    path("hop-thu/<int:pk>/da-xu-ly/", views.settle, name="settle"),
    path("hop-thu/cai-dat/", views.folders, name="folders"),
    path("hop-thu/cai-dat/kiem-tra/", views.check, name="check"),
    path("hop-thu/cai-dat/doc-ngay/", views.poll_now, name="poll_now"),
    path("hop-thu/cai-dat/<int:pk>/ngay/", views.start, name="start"),
]
