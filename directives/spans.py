"""Keeping a span of an obligation's past at the moment its state moves on.

Called by verbs that hold the obligation's row. Not here: the rows (`models_spans.py`), the question they answer (`querysets.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from directives.models import ObligationSpan, SpanKind

if TYPE_CHECKING:
    from datetime import datetime

    from directives.models import Obligation


def keep_span(obligation: Obligation, kind: SpanKind, *, since: datetime | None, until: datetime) -> None:
    """The obligation was in `kind` from `since` until (exclusive) `until`; without a known beginning nothing is kept."""
    if since is None or since >= until:
        return
    fix_by = obligation.fix_by if kind == SpanKind.RETURNED else None
    ObligationSpan.objects.create(obligation=obligation, kind=kind, since=since, until=until, fix_by=fix_by)
