"""How often codes of personal links may be tried: counted per address and per beginning of a code.

A code of 80 bits cannot be found by trying; this keeps a machine from trying, and spares ours. Right codes are counted
apart, so that a meeting of forty people behind one address is let in.
Not here: whether a code opens anything (`units.link_access`).
"""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from audit import context
from units.link_codes import GROUP, fingerprint, read_code

WRONG_A_MINUTE = 20
"""Codes that opened nothing, from one address, or with one beginning from anywhere."""
OPENED_A_MINUTE = 120
"""Pages behind one right code."""
_KEPT = 120  # seconds


def _keys(text: str, at: datetime) -> list[str]:
    """Of the address and of the beginning, in this minute. What is no code counts for the address alone."""
    minute, code = f"{at:%Y%m%d%H%M}", read_code(text)
    keys = [f"link-wrong:{context.current().ip}:{minute}"]
    return [*keys, f"link-wrong:{fingerprint(code[:GROUP])[:16]}:{minute}"] if code else keys


def may_try(text: str, at: datetime) -> bool:
    """Neither the address nor the beginning of the code has failed too often in this minute."""
    return all((cache.get(key) or 0) < WRONG_A_MINUTE for key in _keys(text, at))


def count_wrong(text: str, at: datetime) -> None:
    """The code opened nothing."""
    for key in _keys(text, at):
        _count(key)


def may_go_on(link_pk: int, at: datetime) -> bool:
    """Counts one page behind a right code; False beyond what a person opens in a minute."""
    return _count(f"link-open:{link_pk}:{at:%Y%m%d%H%M}") <= OPENED_A_MINUTE


def _count(key: str) -> int:
    cache.add(key, 0, timeout=_KEPT)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two calls, or the cache is away: nobody is kept out
        return 1
