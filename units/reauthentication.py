"""Proving once more who one is before something delicate: password or second factor, not older than a few minutes.

    found = access_account(request.user, pk, "units.change_user")
    demand_recent_proof(request)

Call it after the access function (a stranger still gets 404) and before the verb. When the proof is too old the login
library asks for it and then sends the same form again by itself: nothing typed is lost. A login counts as a proof for
as long (`ACCOUNT_REAUTHENTICATION_TIMEOUT`).
Not here: the pages that ask (`templates/account/reauthenticate.html`, `templates/mfa/reauthenticate.html`).
"""

from __future__ import annotations

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest


def demand_recent_proof(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired, which the login library's middleware answers, unless the proof is recent."""
    raise_if_reauthentication_required(request, app="units")


def count_login_as_proof(request: HttpRequest) -> None:
    """What was proved to log in need not be proved again at once."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    if records:
        records[-1]["reauthenticated"] = True
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
