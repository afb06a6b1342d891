"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from reports.views import dashboards

app_name = "reports"
urlpatterns = [
    path("viec-hom-nay/", dashboards.office_home, name="office_home"),
    path("theo-doi/", dashboards.matrix, name="matrix"),
    path("theo-doi/bang.xlsx", dashboards.matrix_xlsx, name="matrix_xlsx"),
    path("theo-doi/danh-sach/", dashboards.drill, name="drill"),
    path("theo-doi/danh-sach.xlsx", dashboards.drill_xlsx, name="drill_xlsx"),
    path("tinh-hinh/", dashboards.leader, name="leader"),
]
