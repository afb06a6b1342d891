"""Addresses of the log.

Not here: what answers (`views.py`).
"""

from django.urls import path, register_converter

from phucloi_portal.audit_log import views
from phucloi_portal.audit_log.export import MEDIA_TYPES
from phucloi_portal.audit_log.objects import KINDS


class HistoryKind:
    """A kind of object that has a history, as a word of an address."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class LogFormat(HistoryKind):
    """The ending of an export."""

    regex = "|".join(MEDIA_TYPES)


register_converter(HistoryKind, "history_kind")
register_converter(LogFormat, "log_format")

app_name = "audit_log"
urlpatterns = [
    path("nhat-ky/", views.search, name="search"),
    path("nhat-ky/<int:seq>/", views.entry, name="entry"),
    path("nhat-ky/xuat.<log_format:extension>", views.export, name="export"),
    path("lich-su/<history_kind:kind>/<int:pk>/", views.history, name="history"),
]
