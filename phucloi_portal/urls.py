"""The addresses of the portal, put together from the apps'.

Not here: what answers (`<app>/views`).
"""

from django.contrib import admin
from django.urls import include, path

from phucloi_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.icon, name="icon"),
    path("suc-khoe/", views.health, name="health"),
    path("suc-khoe/chi-tiet/", views.health_details, name="health_details"),
    path("thiet-lap/", views.settings_home, name="settings"),
    path("thiet-lap/<int:ward>/", views.settings_of, name="settings_of"),
    path("metrics", views.metrics, name="metrics"),
    path("tai-khoan/", include("units.account_urls")),
    path("sua-chua/", admin.site.urls),
    path("", include("phucloi_portal.audit_log.urls")),
    path("", include("units.urls")),
    path("", include("privacy.urls")),
    path("", include("directives.urls")),
    path("", include("submissions.urls")),
    path("", include("reminders.urls")),
    path("", include("mailbox.urls")),
    path("", include("reports.urls")),
    path("", include("interface.urls")),
]

handler400 = "phucloi_portal.error_pages.bad_request"
handler403 = "phucloi_portal.error_pages.permission_denied"
handler404 = "phucloi_portal.error_pages.not_found"
handler500 = "phucloi_portal.error_pages.server_error"
