"""Repair views of the vault for superusers: read-only.

Not here: any way to open a file; that is behind the submissions' doors.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from vault.models import Blob


@admin.register(Blob)
class BlobAdmin(admin.ModelAdmin):
    """Shows rows; nothing can be added, changed or deleted by hand."""

    list_display = ["sha256", "size", "media_type", "created_at", "quarantined_at"]
    list_filter = ["media_type", ("quarantined_at", admin.EmptyFieldListFilter)]
    search_fields = ["sha256"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
