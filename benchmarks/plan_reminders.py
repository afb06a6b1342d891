"""Planning one day's letters for 500,000 obligations in 126 wards, against one SQL over those owing at a stage that day.

The floor fetches the same debts with the members' names and addresses in one statement. The product leaves its plan in the
database, complete: each debt with its stage, whom it is told to and who is left out, counted by reason; pages and writing
go on from there and never ask again who owes. It also finds the contacts of 12,600 units, in Python. A floor that leaves its
rows in a table as the product does, and asks its ladder as the product does, is quicker: the note tells its time.
Not here: writing the plan down, sending.
"""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from time import process_time

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from vietnamese.dates import VIETNAM

TITLE = "plan reminders for 500,000 obligations"
TARGET = 1.5
WARDS, UNITS, DEBTS = 126, 100, 3968
DAYS = 40
"""Deadlines are spread over so many days, so that about one debt in seven is at a stage; half have been handed in."""
NOW = datetime(2026, 4, 24, 7, 0, tzinfo=VIETNAM)


def run() -> Comparison:
    """Both over the same rows."""
    start_django()
    from django.db import connection  # noqa: PLC0415 (after start_django)
    from django.db.models import Q  # noqa: PLC0415

    from directives.models import Obligation  # noqa: PLC0415
    from reminders.ladders import day_rungs  # noqa: PLC0415
    from reminders.plan_steps import NO_STEP, Steps, step_of  # noqa: PLC0415
    from reminders.planning import plan_wards  # noqa: PLC0415
    from units.models import Unit  # noqa: PLC0415
    from vietnamese.dates import local_day  # noqa: PLC0415

    with fresh_database():
        _fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        wards = list(Unit.objects.wards())
        windows = day_rungs(wards, local_day(NOW)).by_ward[wards[0].pk].staged()
        debts = (
            Obligation.objects.owing(NOW)
            .with_binding_deadline()
            .filter(reduce(or_, (Q(owed_due_at__gt=start, owed_due_at__lte=end) for start, end, _ in windows)))
            .values_list("pk", "unit_id", "member_id", "owed_due_at", "member__full_name", "member__email")
        )
        sql, parameters = debts.query.sql_with_params()

        def floor() -> int:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return len(cursor.fetchall())

        def product() -> int:
            return sum(len(plan.letters) for plan in plan_wards(wards=wards, at=NOW))

        def kept() -> float:
            """Processor time of a floor that leaves the rows in a table and looks deadlines up as the product does."""
            step = step_of("owed_due_at", wards, day_rungs(wards, local_day(NOW)), Steps(), {})
            stepped = Obligation.objects.owing(NOW).with_binding_deadline().annotate(step=step).filter(step__gt=NO_STEP)
            columns = ("pk", "unit_id", "member_id", "owed_due_at", "step", "member__email")
            sql, parameters = stepped.values_list(*columns).query.sql_with_params()
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS kept")
                start = process_time()
                cursor.execute(f"CREATE TEMPORARY TABLE kept AS {sql}", parameters)
                return process_time() - start

        in_a_table = (
            f", a floor that leaves them in a table {kept() * 1000:.0f} ms" if connection.vendor == "sqlite" else ""
        )
        note = f"{floor()} debts at a stage{in_a_table}, {product()} letters"
        return compare(floor=floor, product=product, rounds=9, note=note)


def _fill() -> None:
    from directives.models import Directive, Obligation, Requirement  # noqa: PLC0415 (after start_django)
    from tests.factories.units import make_ward  # noqa: PLC0415
    from units.choices import PositionGroup, UnitKind  # noqa: PLC0415
    from units.keys import member_keys, position_keys, unit_keys  # noqa: PLC0415
    from units.models import Appointment, Member, Position, Unit  # noqa: PLC0415

    long_ago = date(2020, 1, 1)
    for number in range(WARDS):
        ward = make_ward(name=f"số {number}", code=f"P{number}")
        units = Unit.objects.bulk_create(
            [
                Unit(
                    **unit_keys(f"CB{n}", f"Chi bộ {n}"), ward=ward, kind=UnitKind.GRASSROOTS_CELL,
                    path=f"{ward.path}{n + 1:04d}", depth=ward.depth + 1,
                )
                for n in range(UNITS)
            ]
        )  # fmt: skip
        members = Member.objects.bulk_create(
            [
                Member(**member_keys(f"Nguyễn Văn An {n}"), ward=ward, email=f"m{number}.{n}@x.vn" if n % 3 else "")
                for n in range(DEBTS)
            ],
            batch_size=5000,
        )
        post = Position.objects.create(
            ward=ward, title="Bí thư", group=PositionGroup.CELL_SECRETARY, tone_key=position_keys("Bí thư")["tone_key"]
        )
        Appointment.objects.bulk_create(
            [
                Appointment(member=members[3 * n + 1], position=post, unit=unit, valid_from=long_ago)
                for n, unit in enumerate(units)
            ]
        )
        directive = Directive.objects.create(
            ward=ward, kind="CV", number=53, symbol="CV/ĐU", issuer=f"Phường {number}", subject="Học tập",
            issued_on=date(2026, 4, 1), state="ISSUED", created_at=NOW - timedelta(days=30),
        )  # fmt: skip
        asked = Requirement.objects.create(directive=directive, order=1, kind="ESSAY", title="Bài thu hoạch")
        first = datetime(2026, 4, 10, tzinfo=VIETNAM)
        Obligation.objects.bulk_create(
            [
                Obligation(
                    ward=ward, requirement=asked, unit=units[n % UNITS], member=member, created_at=NOW - timedelta(days=30),
                    due_at=first + timedelta(days=n % DAYS), state="PENDING" if n // DAYS % 2 else "ACCEPTED",
                    first_submitted_at=None if n // DAYS % 2 else NOW - timedelta(days=9),
                    submitted_at=None if n // DAYS % 2 else NOW - timedelta(days=9),
                )
                for n, member in enumerate(members)
            ],
            batch_size=5000,
        )  # fmt: skip
