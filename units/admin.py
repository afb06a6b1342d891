"""Repair pages of the roster: looking things up. Every change has a verb that records it (`services`), or comes with the
next import of the roster.
Not here: who gets in (`phucloi_portal.repair_site`).
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from units.models import (
    Appointment,
    Cluster,
    CommitteeProfile,
    Exemption,
    Member,
    Membership,
    Position,
    RoleGrant,
    Unit,
    User,
)


class LookOnly(admin.ModelAdmin):
    """A list and a page of each row, nothing to save."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: rows are made by verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No: rows are changed by verbs, which record it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No: facts end by date."""
        return False


@admin.register(CommitteeProfile)
class CommitteeProfileAdmin(LookOnly):
    """The identity printed on papers and mails; its own page changes it and records each change."""

    list_display = ("name", "superior_name", "mailbox")


@admin.register(Unit)
class UnitAdmin(LookOnly):
    """Units in the order of the tree."""

    list_display = ("name", "code", "kind", "block", "cluster", "opened_on", "closed_on")
    list_filter = ("kind", "block")
    search_fields = ("folded", "name")
    list_select_related = ("cluster",)


@admin.register(Member)
class MemberAdmin(LookOnly):
    """Members by name."""

    list_display = ("full_name", "birth_year", "status", "ward")
    list_filter = ("status",)
    search_fields = ("folded", "full_name")
    list_select_related = ("ward",)


class DatedAdmin(LookOnly):
    """Facts with a beginning and an end."""

    list_display = ("__str__", "valid_from", "valid_to")
    search_fields = ("member__folded", "member__full_name")


@admin.register(Membership)
class MembershipAdmin(DatedAdmin):
    """Where members belong."""

    list_select_related = ("member", "unit")


@admin.register(Appointment)
class AppointmentAdmin(DatedAdmin):
    """Who holds what."""

    list_select_related = ("member", "position", "unit")


@admin.register(Exemption)
class ExemptionAdmin(DatedAdmin):
    """Who is exempt by which decision."""

    list_select_related = ("member",)


@admin.register(Cluster)
class ClusterAdmin(LookOnly):
    """Clusters of the wards."""

    list_display = ("name", "ward", "order")
    list_select_related = ("ward",)


@admin.register(Position)
class PositionAdmin(LookOnly):
    """Titles and the groups audiences know them by."""

    list_display = ("title", "group", "order", "ward")
    list_filter = ("group",)
    list_select_related = ("ward",)


@admin.register(User)
class UserAdmin(LookOnly):
    """Accounts; the password hash is not shown."""

    list_display = ("full_name", "email", "is_active", "is_superuser", "is_demo", "last_login")
    search_fields = ("email", "full_name")
    exclude = ("password", "groups", "user_permissions")


@admin.register(RoleGrant)
class RoleGrantAdmin(LookOnly):
    """Who holds which role where."""

    list_display = ("user", "role", "unit", "cluster", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("user", "unit", "cluster")
