"""Appending to the log and proving that it is whole.

Not here: the rule of the chain (`chain.py`), the names of actions (`actions.py`), where requests come from
(`context.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Min, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit import context
from audit.actions import ACTIONS
from audit.chain import GENESIS, Content, Fault, entry_hash, faults, search_text, storable, storable_detail
from audit.choices import AuditResult
from audit.errors import UnknownAction
from audit.models import AuditEntry, AuditHead
from statements.inserting import insert

_ADVANCE = "UPDATE audit_audithead SET seq = seq + 1 WHERE id = %s RETURNING seq, entry_hash"
_SEAL = "UPDATE audit_audithead SET entry_hash = %s WHERE id = %s"


@dataclass(frozen=True)
class Subject:
    """An object named by values, for what is not (or no longer) a model row: type, id, label."""

    type: str
    id: str
    label: str = ""


def _actor(actor: Any) -> tuple[str, str]:
    """(id, label) of whoever acts: a user, a plain text such as "beat", or nobody."""
    if actor is None or getattr(actor, "is_anonymous", False):
        return "", ""
    if isinstance(actor, str):
        return "", storable(actor, 200)
    return storable(str(actor.pk), 64), storable(str(actor), 200)


def _subject(obj: models.Model | Subject | None) -> Subject:
    """The object as values; `str(obj)` is its label, so it should not need a query."""
    if obj is None:
        return Subject("", "")
    if isinstance(obj, Subject):
        return Subject(storable(obj.type, 100), storable(obj.id, 64), storable(obj.label, 300))
    return Subject(obj._meta.label_lower, storable(str(obj.pk), 64), storable(str(obj), 300))


def _ward(given: int | None, obj: Any, actor: Any) -> int | None:
    """The ward that reads the entry: as given, else the object's own, else the actor's; None belongs to no ward."""
    for told in (obj, actor) if obj is not actor else (actor,):
        if given is None:
            given = getattr(told, "ward_id", None)
    return given


def _locked_head(cursor: Any) -> tuple[int, str]:
    """Advance the head by one and return its number and the hash before it, locked: appends queue up here until the
    transaction ends.

    The row is made by the migration; a log whose head row was lost goes on from its last entry (`verify` sees any cut).
    """
    while True:
        cursor.execute(_ADVANCE, [AuditHead.THE_ROW])
        for seq, previous in cursor.fetchall():
            return int(seq), str(previous)
        last = AuditEntry.objects.order_by("-seq").values_list("seq", "entry_hash").first() or (0, GENESIS)
        AuditHead.objects.bulk_create(
            [AuditHead(pk=AuditHead.THE_ROW, seq=last[0], entry_hash=last[1])], ignore_conflicts=True
        )


def record(
    *,
    action: str,
    actor: Any = None,
    obj: models.Model | Subject | None = None,
    ward_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    result: str = AuditResult.OK,
) -> AuditEntry:
    """Append one entry in the caller's transaction: it stands exactly if the act it describes stands.

    Call it **last** in a verb, once per verb and not once per row: until the transaction ends every other verb's
    record waits. `actor` is a user, a short text ("beat") or None; `obj` a saved model or a `Subject`; `ward_id`
    defaults to the object's own `ward_id`, else to the actor's; `detail` is JSON-like (dates, Decimal, UUID, sets are turned to text);
    `at` is the instant of the act (default: now). Request id and address come from `context`.
    Raises UnknownAction, ValueError (unknown result, naive `at`, NaN), TypeError (a detail without canonical form).
    """
    if action not in ACTIONS:
        raise UnknownAction(action)
    now = timezone.now()
    actor_id, actor_label = _actor(actor)
    subject = _subject(obj)
    origin = context.current()
    detail_text = storable_detail(dict(detail or {}))
    result_text, ward = AuditResult(result).value, _ward(ward_id, obj, actor)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        seq, previous = _locked_head(cursor)
        content = Content(
            seq=seq,
            at=at or now,
            recorded_at=now,
            action=action,
            result=result_text,
            actor_id=actor_id,
            actor_label=actor_label,
            obj_type=subject.type,
            obj_id=subject.id,
            obj_label=subject.label,
            ward_id=ward,
            detail=detail_text,
            request_id=storable(origin.request_id, 64),
            ip=storable(origin.ip, 45),
        )
        entry = AuditEntry(
            **vars(content),
            search=search_text(content.actor_label, content.obj_label),
            previous_hash=previous,
            entry_hash=entry_hash(content, previous),
        )
        insert(entry)
        cursor.execute(_SEAL, [entry.entry_hash, AuditHead.THE_ROW])
    return entry


def head() -> tuple[int, str]:
    """(seq, hash) of the chain's end: what is sent outside as a witness; (0, GENESIS) for an empty log."""
    return AuditHead.objects.filter(pk=AuditHead.THE_ROW).values_list("seq", "entry_hash").first() or (0, GENESIS)


def verify(*, witnessed: Iterable[tuple[int, str]] = ()) -> tuple[int, list[Fault]]:
    """Walk the whole chain; return (rows checked, faults in chain order). Changes nothing and locks nothing.

    The head is read first and the walk ends there, so entries appended meanwhile do not disturb; rows beyond the head
    of the moment, which no append leaves behind, are looked for in one statement at the end. `witnessed` are heads
    kept outside: a chain that was rewritten as a whole is consistent in itself, but no longer contains them.
    """
    end = head()
    counted = AuditEntry.objects.filter(seq__lte=end[0])
    found = list(faults(counted.links(), end))
    head_seq = AuditHead.objects.filter(pk=AuditHead.THE_ROW).values("seq")
    beyond = AuditEntry.objects.filter(seq__gt=Coalesce(Subquery(head_seq), 0)).aggregate(first=Min("seq"))["first"]
    if beyond is not None:
        found.append(Fault(beyond, "beyond_head", f"Dòng {beyond} nằm ngoài đầu chuỗi."))
    found += _unwitnessed(witnessed)
    return counted.count(), found


def _unwitnessed(witnessed: Iterable[tuple[int, str]]) -> Iterator[Fault]:
    for seq, sealed in witnessed:
        stored = AuditEntry.objects.filter(pk=seq).values_list("entry_hash", flat=True).first()
        if (stored or (GENESIS if seq == 0 else "")) != sealed:
            yield Fault(
                seq,
                "witness",
                f"Dòng {seq} không mang mã băm đã gửi ra ngoài: sổ đã bị viết lại từ dòng này trở về trước.",
            )


def check(*, actor: Any, at: datetime, witnessed: Iterable[tuple[int, str]] = ()) -> list[Fault]:
    """Verify the whole log and write the outcome into it as `audit.check`; returns the faults.

    The entry is the memory of the nightly proof: the health page reads the last one. The walk holds no transaction, so
    nobody waits for it.
    """
    checked, found = verify(witnessed=witnessed)
    first = {"seq": found[0].seq, "fault": found[0].fault, "message": found[0].message} if found else None
    record(
        action="audit.check",
        actor=actor,
        detail={"checked": checked, "faults": len(found), "first": first},
        at=at,
        result=AuditResult.FAILED if found else AuditResult.OK,
    )
    return found
