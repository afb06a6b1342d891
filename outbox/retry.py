"""When a failed mail is tried again, and when it is given up: pure arithmetic.

Not here: which answers of a server are temporary (`delivery.py`).
"""

from datetime import datetime, timedelta

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""The wait after the first, second, … failed attempt."""

MAX_ATTEMPTS = len(BACK_OFF) + 1
"""After this many failed attempts (about 22 hours) the mail is dead."""

LEASE = timedelta(minutes=5)
"""How long a worker may hold a mail; longer than the slowest SMTP dialogue with its socket time-outs."""

SERVER_PAUSE = timedelta(minutes=1)
"""The wait after the server as a whole could not be reached; such tries are not counted against the mail."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """The instant of the next attempt after `attempts` (≥ 1) failed ones; None when the mail is to be given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + BACK_OFF[attempts - 1]
