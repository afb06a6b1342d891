"""The addresses of the portal, put together from the apps'.

Not here: what answers (`<app>/views`).
"""

from django.contrib import admin
from django.urls import include, path

from phucloi_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("tai-khoan/", include("allauth.urls")),
    path("sua-chua/", admin.site.urls),
    path("", include("units.urls")),
    path("", include("directives.urls")),
    path("", include("submissions.urls")),
    path("", include("reminders.urls")),
    path("", include("reports.urls")),
    path("", include("interface.urls")),
]
