"""Outgoing mail in Django's admin: to look at for repair.

Not here: the office's own pages (`reminders`).
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from outbox.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Read-only list by state; what a mail says is not shown: links that set a password are as good as the password."""

    list_display = ["id", "to_address", "subject", "state", "attempts", "next_try_at", "sent_at", "error"]
    list_filter = ["state", "kind"]
    search_fields = ["to_address", "subject", "message_id"]
    exclude = ["text", "html", "payload"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
