"""Repair views of submissions for superusers: what was handed in is read-only.

Not here: reviewing (`views.review`), any way to open a file.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from submissions.models import Decision, Deposit, Inspection, Receipt, Submission, SubmissionVersion
from submissions.services.inspecting import inspect_again


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; nothing can be added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Inspection)
class InspectionAdmin(ReadOnlyAdmin):
    """Checks of contents; those given up can be put back into the queue."""

    list_display = ["blob", "state", "verdict_class", "reason", "pages", "attempts", "created_at", "inspected_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["blob"]
    search_fields = ["blob__sha256"]
    ordering = ["-pk"]
    actions = ["check_again"]

    @admin.action(description="Kiểm tra lại (chỉ các tệp không kiểm tra được)", permissions=["view"])
    def check_again(self, request: HttpRequest, queryset: QuerySet[Inspection]) -> None:
        """Fresh attempts for what was given up."""
        ids = list(queryset.values_list("pk", flat=True))
        inspect_again(inspections=ids, by=str(request.user), at=timezone.now())


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Bài nộp."""

    list_display = ["pk", "obligation", "is_voluntary", "claimed_by", "flagged_at"]
    list_select_related = ["obligation__requirement", "obligation__member", "obligation__unit", "claimed_by"]


@admin.register(SubmissionVersion)
class SubmissionVersionAdmin(ReadOnlyAdmin):
    """Lần nộp."""

    list_display = ["pk", "submission_id", "number", "received_at", "timeliness", "on_behalf"]
    list_filter = ["timeliness"]


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    """Lần gửi."""

    list_display = ["code", "unit", "door", "received_at"]
    list_select_related = ["unit"]
    search_fields = ["code"]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Phiếu tiếp nhận."""

    list_display = ["code", "sha256", "pages", "received_at", "timeliness"]
    search_fields = ["code", "sha256"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Quyết định."""

    list_display = ["pk", "version_id", "verdict", "decided_by", "decided_at"]
    list_filter = ["verdict"]
    list_select_related = ["decided_by"]
