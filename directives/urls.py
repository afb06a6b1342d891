"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from directives.views import work

app_name = "directives"
urlpatterns = [
    path("viec/", work.my_work, name="my_work"),
    path("viec/<int:requirement_pk>/<int:unit_pk>/", work.unit_part, name="unit_part"),
    path("viec/<int:pk>/ngay-to-chuc/", work.declare, name="declare"),
]
