"""Legal transitions of directives and obligations, as dictionaries (`domain.md` §3, §6).

Not here: who may make them (`rules.py`), what else happens then (`services`).
"""

from collections.abc import Mapping, Set
from typing import Final

from directives.choices import DirectiveState, ObligationState
from directives.errors import IllegalMove

DIRECTIVE_MOVES: Final[Mapping[str, Set[str]]] = {
    DirectiveState.DRAFT: {DirectiveState.ISSUED},
    # Amending leaves it issued. CLOSED → ISSUED: reopened with a reason.
    DirectiveState.ISSUED: {DirectiveState.CLOSED, DirectiveState.REVOKED},
    DirectiveState.CLOSED: {DirectiveState.ISSUED, DirectiveState.REVOKED},
    DirectiveState.REVOKED: set(),
}

# SUBMITTED → SUBMITTED: a better file before anybody judged it is a new version.
# SUBMITTED → PENDING / RETURNED: the check of the file refused it after the receipt, the slot opens again.
# SUBMITTED → FORWARDED: on the two-step route the unit's secretary has looked at it; a newer version is looked at again.
# WAIVED → PENDING / RETURNED: the roster said by mistake that the member had left; it stands again as it stood.
# WAIVED → SUBMITTED / FORWARDED / ACCEPTED: the waiver is lifted, and a paper that came voluntarily answers the debt.
# ACCEPTED → SUBMITTED / FORWARDED: the acceptance was taken back, the same version waits as it did before.
# PENDING → ACCEPTED: an activity is done by declaring its date, there is nothing to review.
OBLIGATION_MOVES: Final[Mapping[str, Set[str]]] = {
    ObligationState.PENDING: {ObligationState.SUBMITTED, ObligationState.ACCEPTED, ObligationState.WAIVED},
    ObligationState.SUBMITTED: {
        ObligationState.SUBMITTED,
        ObligationState.FORWARDED,
        ObligationState.ACCEPTED,
        ObligationState.RETURNED,
        ObligationState.PENDING,
        ObligationState.WAIVED,
    },
    ObligationState.FORWARDED: {
        ObligationState.SUBMITTED,
        ObligationState.ACCEPTED,
        ObligationState.RETURNED,
        ObligationState.PENDING,
        ObligationState.WAIVED,
    },
    ObligationState.RETURNED: {ObligationState.SUBMITTED, ObligationState.WAIVED},
    ObligationState.ACCEPTED: {ObligationState.SUBMITTED, ObligationState.FORWARDED},
    ObligationState.WAIVED: {
        ObligationState.PENDING,
        ObligationState.RETURNED,
        ObligationState.SUBMITTED,
        ObligationState.FORWARDED,
        ObligationState.ACCEPTED,
    },
}


def assert_can_move(moves: Mapping[str, Set[str]], old: str, new: str) -> None:
    """Raises IllegalMove unless `moves` allows `old` → `new`; the sentence names both states."""
    if new not in moves.get(old, set()):
        states = ObligationState if moves is OBLIGATION_MOVES else DirectiveState
        raise IllegalMove(f"Không chuyển được từ “{states(old).label}” sang “{states(new).label}”. Hãy tải lại trang.")
