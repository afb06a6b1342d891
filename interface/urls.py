"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import path

from interface import views

app_name = "interface"
urlpatterns = [
    path("thanh-phan/", views.gallery, name="gallery"),
]
