"""Addresses of the app.

Not here: what answers (`views`).
"""

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
