"""What the roster's changes mean for a directive issued to 100,000 members, against the same comparison as bare SQL.

200 members have left, 100 joined, 50 moved, 25 became exempt. Not here: writing the difference (its cost is that of its lines).
"""

import time
from datetime import date, timedelta

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from benchmarks.issue_directive import AT, MEMBERS, UNITS, _make_roster_and_draft

TITLE = "what a roster's changes mean for 100,000 obligations"
TARGET = 5.0  # the difference is asked row by row, so that each line can tell its reason
LEFT, JOINED, MOVED, EXEMPTED = 200, 100, 50, 25
LATER = AT + timedelta(days=1)


def run() -> Comparison:
    """The note tells the lines found, and what finding and writing them costs."""
    start_django()
    from django.db import connection, transaction  # noqa: PLC0415 (after start_django)

    from directives.services.issuing import issue_directive  # noqa: PLC0415
    from directives.services.sync_plan import plan_sync  # noqa: PLC0415
    from directives.services.syncing import sync_obligations  # noqa: PLC0415
    from units.models import Exemption, Member, Membership, Unit  # noqa: PLC0415
    from units.services.bulk_rows import refresh_statistics  # noqa: PLC0415

    with fresh_database():
        directive = _make_roster_and_draft()
        refresh_statistics(Unit, Member, Membership, Exemption)  # as an import of that roster does
        issue_directive(directive=directive, by=None, at=AT)
        directive.refresh_from_db()
        _change_roster(directive.ward)
        requirement = directive.requirements.get().pk

        def floor() -> int:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT o.id, o.member_id, o.unit_id, m.unit_id FROM directives_obligation o"
                    " LEFT JOIN units_membership m ON m.member_id = o.member_id AND m.valid_to IS NULL"
                    " WHERE o.requirement_id = %s",
                    [requirement],
                )
                return sum(1 for _, _, had, has in cursor.fetchall() if had != has)

        lines = len(plan_sync(directive=directive, at=LATER).lines)
        with transaction.atomic():
            began = time.process_time()
            sync_obligations(directive=directive, by=None, at=LATER)
            written = time.process_time() - began
            transaction.set_rollback(True)
        note = f"{lines} lines; writing them too {written:.2f} s of processor time"
        return compare(floor=floor, product=lambda: plan_sync(directive=directive, at=LATER), rounds=3, note=note)


def _change_roster(ward) -> None:
    from units.keys import member_keys  # noqa: PLC0415 (after start_django)
    from units.models import Exemption, Member, Membership, Unit  # noqa: PLC0415

    today = LATER.date()
    units = list(Unit.objects.filter(ward=ward).exclude(pk=ward.pk).order_by("pk")[:UNITS])
    pks = list(Membership.objects.order_by("pk").values_list("pk", flat=True)[: MEMBERS // 10])
    Membership.objects.filter(pk__in=pks[1 : 2 * LEFT : 2]).update(valid_to=today)
    moving = list(Membership.objects.filter(pk__in=pks[1001 : 1001 + 2 * MOVED : 2]))
    Membership.objects.filter(pk__in=[one.pk for one in moving]).update(valid_to=today)
    Membership.objects.bulk_create(
        Membership(member_id=one.member_id, unit=units[(n + 7) % UNITS], valid_from=today)
        for n, one in enumerate(moving)
    )
    new = Member.objects.bulk_create(Member(**member_keys(f"Trần Thị Mới {n}"), ward=ward) for n in range(JOINED))
    Membership.objects.bulk_create(
        Membership(member=one, unit=units[n % UNITS], valid_from=today) for n, one in enumerate(new)
    )
    staying = Membership.objects.filter(pk__in=pks[3001 : 3001 + 2 * EXEMPTED : 2])
    Exemption.objects.bulk_create(
        Exemption(member_id=one.member_id, decision="04-QĐ/ĐU", valid_from=date(2026, 4, 22)) for one in staying
    )
