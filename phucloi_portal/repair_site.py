"""The repair pages (Django admin): superusers only, and only through the portal's own login.

Its own login form would let a password in without the second factor, so that address leads to ours.
Not here: what can be repaired (each app's `admin.py`).
"""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

_LIBRARIES = ("allauth.", "django.")


class RepairSite(AdminSite):
    """Django's admin site behind the portal's door."""

    site_header = "Trang sửa chữa"
    site_title = "Trang sửa chữa"
    index_title = "Dữ liệu của cổng"

    def register(self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any) -> None:
        """Our own pages only: the libraries' would let second factors, addresses and sessions be changed unrecorded."""
        if admin_class is not None and not admin_class.__module__.startswith(_LIBRARIES):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active superusers; `is_staff` alone opens nothing."""
        return request.user.is_active and request.user.is_superuser

    @method_decorator(never_cache)
    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Strangers go to the portal's login, superusers in, everybody else is refused; no password is taken here."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")
