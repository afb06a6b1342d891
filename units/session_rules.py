"""When a login ends by itself: after a time without work, and after a longest time whatever happens. Pure.

Limits in seconds; instants are seconds since 1970. Source: `quality.md` §6 (idle 30 minutes for staff, 60 for others,
12 hours at most). A page asking by itself in the background is no work: it keeps no session alive.
Not here: reading the clock and ending the session (`phucloi_portal.session_clock`), the figures (settings).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest pause between two pieces of work, and the longest a login lasts."""

    idle: int
    absolute: int


def seconds_left(*, started: float, worked: float, now: float, limits: Limits) -> int:
    """Whole seconds until the session ends if nothing more is done; 0 or less: it has ended (the end is exclusive)."""
    return int(min(worked + limits.idle, started + limits.absolute) - now)


def is_over(*, started: float, worked: float, now: float, limits: Limits) -> bool:
    """The pause or the login has become too long. A clock set back ends nothing."""
    return now - worked >= limits.idle or now - started >= limits.absolute


def is_worth_writing(*, worked: float, now: float, step: int = 60) -> bool:
    """Work is written down once a minute, not at every page."""
    return now - worked >= step
