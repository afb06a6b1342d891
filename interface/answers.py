"""Answers that hand stored bytes out.

Not here: who may have them (each app's access), how long they may be kept (whoever answers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from django.http import HttpResponseBase

Answer = TypeVar("Answer", bound="HttpResponseBase")


def as_data(answer: Answer) -> Answer:
    """The answer, so that nothing of it ever runs in the portal's origin, whatever somebody put into the file: the type the
    server named is not guessed anew, and a page made of it may do nothing (`quality.md` §3, downloads).
    """
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
