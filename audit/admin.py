"""The log in Django's admin: to look at, never to change.

Not here: anything for daily work; superusers only.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read-only list with a search over actor, object and action."""

    list_display = ["seq", "at", "action", "actor_label", "obj_type", "obj_label", "result"]
    list_filter = ["action", "result"]
    search_fields = ["actor_label", "obj_label", "obj_id", "request_id"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
