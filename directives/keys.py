"""Keys of commands: `53-KH/ĐU` or an id for a directive, `…#n` for a requirement; and the clock of `--at`.

Not here: what one account may see (`access.py`): the terminal stands above accounts.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.dateparse import parse_datetime

from directives.errors import NotFound
from directives.models import Directive, Requirement
from vietnamese.dates import VIETNAM
from vietnamese.text import clean

_REFERENCE = re.compile(r"(\d{1,5})\s*-\s*(\S.*)")


def directive_of_key(key: str) -> Directive:
    """The directive of a number with symbol, or of an id. Raises NotFound: none, or several of one reference."""
    text = clean(key)
    found = _REFERENCE.fullmatch(text)
    directives = Directive.objects.select_related("ward")
    if found:
        matches = list(directives.filter(number=int(found[1]), symbol=found[2]).order_by("-issued_on", "-pk")[:2])
    elif text.isdecimal() and len(text) < 18:
        matches = list(directives.filter(pk=int(text)))
    else:
        matches = []
    if not matches:
        raise NotFound(f"Không có văn bản “{key}”. Ghi số và ký hiệu như 53-KH/ĐU, hoặc mã số của văn bản.")
    if len(matches) > 1:
        ids = ", ".join(str(directive.pk) for directive in matches)
        raise NotFound(f"Có nhiều văn bản số “{key}”. Dùng mã số của văn bản: {ids}…")
    return matches[0]


def requirement_of_key(key: str) -> Requirement:
    """The requirement `DIRECTIVE#n`, n counted from 1. Raises NotFound."""
    reference, mark, order = key.rpartition("#")
    if not mark or not order.isdecimal() or len(order) > 4:
        raise NotFound(f"“{key}” không phải mã yêu cầu. Ghi như 53-KH/ĐU#2.")
    directive = directive_of_key(reference)
    found = directive.requirements.filter(order=int(order)).first()
    if found is None:
        raise NotFound(f"Văn bản {directive.reference} không có yêu cầu số {order}.")
    return found


def moment_of(text: str | None, *, now: datetime) -> datetime:
    """`--at` as an aware instant; a day alone is its 00:00, no zone means Asia/Ho_Chi_Minh; empty is `now`.

    Raises ValueError with a Vietnamese sentence.
    """
    if not text:
        return now
    try:
        moment = parse_datetime(text) or datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” không phải thời điểm dạng 2026-04-24T08:00:00+07:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
