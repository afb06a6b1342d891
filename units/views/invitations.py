"""The link of an invitation: set the first password and go in. Public: its reader has no password yet.

Looking spends nothing (mail programs open links by themselves); sending the form does.
Not here: inviting (`accounts.py`), what a link is worth (`services.invitations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from units.errors import AccountRefused, InvitationUnusable
from units.login_forms import FirstPasswordForm
from units.services.invitations import accept_invitation, invitation_of, record_refused_invitation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Of made-up links a flood tells no more than its beginning, and must not fill a log that is kept for ever.
_WRITTEN_DOWN = {"refused_invitation": "20/m/ip"}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The form; sent, the password is set and its owner is in (a second factor is still asked for)."""
    now = timezone.now()
    try:
        user = invitation_of(token=token, now=now).user
        form = FirstPasswordForm(user, request.POST or None)
        if form.is_valid():
            accepted = accept_invitation(token=token, password=form.cleaned_data["password1"], now=now)
            record_authentication(request, accepted, method="password")
            return perform_login(request, Login(user=accepted))
    except InvitationUnusable as refusal:
        if consume(request, app="units", action="refused_invitation", config=_WRITTEN_DOWN, limit_get=True):
            record_refused_invitation(token=token, now=now)
        return render(request, "account/invitation_unusable.html", {"sentence": str(refusal)}, status=410)
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
    context = {"form": form, "invited": user}
    return render(request, "account/invitation.html", context, status=422 if form.errors else 200)
