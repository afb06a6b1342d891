"""What an account may count: the obligations behind its dashboards, in one call.

Outside → 404. Not here: the permission table (`rules.py`), the counting (`figures.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from directives.choices import DirectiveState, RequirementKind
from directives.models import Obligation
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet
    from units.models import User


def access_running(user: User) -> ObligationQuerySet:
    """Obligations of running directives in the units whose business the account may see.

    Standing duties are left out: nothing is ever owed for them. Http404 for an account that sees no unit at all (an
    ordinary member finds his own tasks on his own page).
    """
    scope = scope_of(user)
    if not (scope.read_paths or scope.secretary_paths or scope.cluster_ids):
        raise Http404
    seen = Obligation.objects.visible_to(user).filter(scope.unit_q("unit__"))  # one's own duty elsewhere is no figure
    running = seen.filter(requirement__directive__state=DirectiveState.ISSUED)
    return running.exclude(requirement__kind=RequirementKind.STANDING)


def access_office_overview(user: User) -> ObligationQuerySet:
    """As `access_running`, for the office's own page: Http404 for whoever is not ADMIN or OFFICE."""
    if not scope_of(user).is_staff:
        raise Http404
    return access_running(user)


def access_leader_overview(user: User) -> ObligationQuerySet:
    """As `access_running`, for the leader's page: Http404 for whoever reads no ward as a whole."""
    if not scope_of(user).reads_all:
        raise Http404
    return access_running(user)
