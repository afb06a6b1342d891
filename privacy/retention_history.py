"""Who set which term of keeping, when, from what to what: read from the log, as the history of every setting is.

Not here: setting a term (`services.retention`), what was destroyed (its records).
"""

from __future__ import annotations

from audit.models import AuditEntry
from privacy.choices import DataClass
from privacy.models import RetentionTerm
from privacy.terms import length_of
from units.models import Unit
from units.settings_history import SHOWN, HistoryLine


def term_history(ward: Unit) -> list[HistoryLine]:
    """The latest terms set in the ward, newest first; two queries."""
    rows = [str(pk) for pk in RetentionTerm.objects.filter(ward=ward).values_list("pk", flat=True)]
    entries = AuditEntry.objects.filter(obj_type=RetentionTerm._meta.label_lower, obj_id__in=rows)
    return [_line(entry) for entry in entries.filter(action="privacy.set_term").order_by("-seq")[:SHOWN]]


def _line(entry: AuditEntry) -> HistoryLine:
    data = entry.data
    decision = f", theo {data['decided_on']}" if data.get("decided_on") else ""
    change = {
        "what": str(DataClass(data["class"]).label),
        "old": length_of(data["old"]) or "không hủy",
        "new": f"{length_of(data['new']) or 'không hủy'}{decision}",
    }
    return HistoryLine(entry.at, entry.actor_label or "Hệ thống", (change,))
