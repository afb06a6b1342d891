"""Phiên đăng nhập: one's own logins, seen and ended one by one or all others at once; kept alive while one writes.

Not here: the logins of others (`accounts.py`), when one ends by itself (`phucloi_portal.session_clock`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from units.services.sessions import end_sessions
from units.sessions import open_sessions

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """The list; sent as a form it ends all the others."""
    key = request.session.session_key
    if request.method == "POST":
        count = end_sessions(user=request.user, by=request.user, but_key=key)
        messages.success(request, f"Đã kết thúc {count} phiên khác.")
        return redirect("usersessions_list")
    sessions = open_sessions(request.user, now=timezone.now())
    return render(request, "usersessions/usersession_list.html", {"sessions": sessions, "session_key": key})


@require_POST
def end_own_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own other logins."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        messages.info(request, "Đây là phiên đang dùng; muốn kết thúc thì bấm Đăng xuất.")
    else:
        end_sessions(user=request.user, by=request.user, only=session.pk)
        messages.success(request, "Đã kết thúc phiên đó.")
    return redirect("usersessions_list")


@require_POST
def keep_session(request: HttpRequest) -> HttpResponse:
    """Somebody is still writing: that is work, and the clock saw it."""
    return HttpResponse(status=204)
