"""Which state of a mail may follow which: a dictionary, and the one function that asks it.

Not here: when a mail moves (`services.py`, `draining.py`).
"""

from outbox.errors import WrongState

TRANSITIONS: dict[str, frozenset[str]] = {
    "QUEUED": frozenset({"SENDING", "CANCELLED", "DEAD"}),
    "SENDING": frozenset({"SENT", "FAILED", "DEAD", "QUEUED", "SENDING", "CANCELLED"}),
    "FAILED": frozenset({"SENDING", "CANCELLED", "DEAD", "QUEUED"}),
    "DEAD": frozenset({"QUEUED"}),
    "CANCELLED": frozenset(),
    "SENT": frozenset({"BOUNCED"}),
    "BOUNCED": frozenset({"QUEUED"}),
}
"""SENDING → SENDING is the take-over of a mail whose worker died; DEAD and BOUNCED → QUEUED is "gửi lại" by
a person; SENT → BOUNCED is a mail the recipient's server gave back."""


def assert_can_move(old: str, new: str) -> None:
    """Raise WrongState unless `old → new` is legal."""
    if new not in TRANSITIONS[old]:
        raise WrongState(old, new)
