"""The gates: what an account must do before it may work, in their order.

`phucloi_portal.middleware.GateMiddleware` sends to the first that stands; at a gate only its own pages and the way out
are open. Public pages have no gate. A new gate is one line of `GATES`.
Not here: what a gate asks (`second_factor.py`, `notices.py`), the pages behind `url_name`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from units.models import User
from units.notices import lacks_notice
from units.second_factor import lacks_second_factor

# Open at every gate: leaving, proving once more who one is, the spare codes that were just made, staying while writing.
ALWAYS_OPEN = frozenset(
    {
        "account_logout", "account_inactive", "account_reauthenticate", "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "keep_session",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """One thing to do first: whether it stands before this account, the page where it is done, the pages it needs."""

    name: str
    stands_before: Callable[[User, HttpRequest], bool]
    url_name: str
    open_url_names: frozenset[str] = frozenset()

    def lets_through(self, url_name: str) -> bool:
        """The page is one that the gate itself needs."""
        return url_name == self.url_name or url_name in self.open_url_names or url_name in ALWAYS_OPEN


GATES = (
    Gate(
        name="second_factor",
        stands_before=lambda user, request: lacks_second_factor(user),
        url_name="mfa_index",
        open_url_names=frozenset({"mfa_activate_totp", "mfa_add_webauthn", "account_change_password"}),
    ),
    Gate(
        name="privacy_notice",
        stands_before=lambda user, request: lacks_notice(user),
        url_name="units:notice",
    ),
)


def first_standing(user: User, request: HttpRequest) -> Gate | None:
    """The first gate that stands before the account; None when it may work."""
    return next((gate for gate in GATES if gate.stands_before(user, request)), None)
