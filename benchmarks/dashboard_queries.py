"""The figures of one ward's first page and matrix among 6.5 million obligations of 126 wards, beside plain SQL.

The floor is the one GROUP BY a clerk of PostgreSQL would write over the debts that run; the product is asked as an
officer of that ward asks it, adds up the counts kept ahead, asks whether anything happened since, and fetches names of
units and requirements. PostgreSQL only: SQLite is for one ward. The note gives the other questions of the screens with
the processor time of the server's own process (which on a busy machine says more than the clock), every plan that
reads the whole table of obligations, and what keeping the counts costs. Not here: the HTML.
"""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from vietnamese.dates import VIETNAM

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet
    from units.models import Unit

TITLE = "matrix of one ward among 6.5 million obligations"
TARGET = 1.5
WARDS, UNITS, MEMBERS, PAPERS, RUNNING = 126, 100, 3968, 13, 4
LATE_PAGE = 1000
NOW = datetime(2026, 4, 24, 9, 0, tzinfo=VIETNAM)


def run() -> Comparison:
    """Both over the same rows."""
    start_django()
    from django.db import connection  # noqa: PLC0415 (after start_django)

    if connection.vendor != "postgresql":
        raise SystemExit("dashboard_queries: set DATABASE_URL to a PostgreSQL server")
    from reports.access import access_running, access_search  # noqa: PLC0415
    from reports.counted_sql import RECOUNT_WARD  # noqa: PLC0415
    from reports.drill import DrillFilter, DrillOrder, page_behind  # noqa: PLC0415
    from reports.figures import collect, collect_matrix  # noqa: PLC0415
    from reports.overview import cell_dates  # noqa: PLC0415
    from reports.services.counting import fold_counts, recount_everything  # noqa: PLC0415
    from reports.tallies import By, Figure  # noqa: PLC0415
    from tests.factories.units import make_user  # noqa: PLC0415
    from units.choices import Role  # noqa: PLC0415
    from units.models import Unit  # noqa: PLC0415

    with fresh_database():
        began = time.perf_counter()
        city = _fill()
        built = time.perf_counter() - began
        began = time.perf_counter()
        kept = recount_everything()
        counted = time.perf_counter() - began
        ward = Unit.objects.wards().order_by("pk")[WARDS // 2]
        office, council = (make_user(Role.OFFICE, one) for one in (ward, city))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

        def floor() -> int:
            with connection.cursor() as cursor:
                cursor.execute(_MATRIX, {"ward": ward.pk, "now": NOW, "soon": NOW + timedelta(days=8)})
                return len(cursor.fetchall())

        def product() -> int:
            return len(collect_matrix(at=NOW, obligations=access_running(office), live=True).cells)

        def recounted() -> None:
            with connection.cursor() as cursor:
                cursor.execute(RECOUNT_WARD, {"ward": ward.pk})
                assert cursor.rowcount == 0, "the counts are wrong"

        of_ward, of_city = access_running(office), access_running(council)

        def overdue(obligations: "ObligationQuerySet", total: int, after: tuple | None = None) -> list:
            wanted = DrillFilter(figure=Figure.OVERDUE, order=DrillOrder.DUE, after=after)
            page = page_behind(obligations, wanted, at=NOW, number="1", total=total, search=nothing)
            return list(page)

        totals = [collect(at=NOW, by=By.DIRECTIVE, obligations=one).total.overdue for one in (of_ward, of_city)]
        nothing, _ = access_search(office, "", NOW)
        late = None
        for _ in range(LATE_PAGE - 1):
            last = overdue(of_city, totals[1], late)[-1]
            late = (last.due_at, last.pk)
        asked: dict[str, Callable[[], object]] = {
            "matrix": product,
            "its nearest deadlines": lambda: cell_dates(of_ward),
            "figures by cụm": lambda: collect(at=NOW, by=By.CLUSTER, obligations=of_ward, live=True),
            "figures by khối": lambda: collect(at=NOW, by=By.BLOCK, obligations=of_ward, live=True),
            "overdue in the ward, first page": lambda: overdue(of_ward, totals[0]),
            "overdue in the city, first page": lambda: overdue(of_city, totals[1]),
            f"overdue in the city, page {LATE_PAGE:,}": lambda: overdue(of_city, totals[1], late),
            "what runs in the whole city, by khối": lambda: collect(
                at=NOW, by=By.BLOCK, obligations=of_city, live=True
            ),
            "the same by cụm": lambda: collect(at=NOW, by=By.CLUSTER, obligations=of_city, live=True),
            "nightly recount of one ward": recounted,
            "folding when nothing changed": fold_counts,
        }
        told = [
            f"{WARDS * MEMBERS * PAPERS:,} rows built in {built:.0f} s, {kept:,} counts made of them in {counted:.0f} s",
            f"the floor{_server(floor)}",
        ]
        for name, question in asked.items():
            told.append(f"{name} {_median(question) * 1000:.1f} ms{_server(question)}{_whole_reads(question)}")
        told.append(f"the counts in a change of one obligation {_trigger_time():.2f} ms")
        return compare(floor=floor, product=product, rounds=9, note="; ".join(told))


_MATRIX = """
    SELECT o.unit_id, o.requirement_id, o.period, count(*),
           count(*) FILTER (WHERE o.state = 'WAIVED'),
           count(*) FILTER (WHERE o.state <> 'WAIVED' AND o.first_submitted_at IS NOT NULL),
           count(*) FILTER (WHERE o.state = 'ACCEPTED' AND o.first_submitted_at IS NOT NULL),
           count(*) FILTER (WHERE o.state = 'RETURNED' AND o.first_submitted_at IS NOT NULL),
           count(*) FILTER (WHERE o.state <> 'WAIVED' AND o.first_submitted_at < o.due_at),
           count(*) FILTER (WHERE o.state <> 'WAIVED' AND o.first_submitted_at >= o.due_at),
           count(*) FILTER (WHERE o.state <> 'WAIVED' AND o.first_submitted_at IS NULL AND o.due_at <= %(now)s),
           count(*) FILTER (WHERE o.state <> 'WAIVED' AND o.first_submitted_at IS NULL AND o.due_at > %(now)s
                            AND o.due_at <= %(soon)s)
    FROM directives_obligation o JOIN directives_requirement r ON r.id = o.requirement_id
         JOIN directives_directive d ON d.id = r.directive_id JOIN units_unit u ON u.id = o.unit_id
    WHERE o.ward_id = %(ward)s AND d.state = 'ISSUED' AND r.kind <> 'STANDING' AND o.created_at <= %(now)s
          AND (u.closed_on IS NULL OR u.closed_on > %(now)s::date)
    GROUP BY 1, 2, 3
"""


def _median(question: Callable[[], object], rounds: int = 5) -> float:
    question()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        question()
        times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2]


def _server(question: Callable[[], object], rounds: int = 7) -> str:
    """Processor time the server's process spent on the question, in words; the median of `rounds`.

    As Linux counts it, so only for a server on this machine; "" elsewhere.
    """
    from django.db import connection  # noqa: PLC0415 (after start_django)

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # all of it in the one process that is watched
        cursor.execute("SELECT pg_backend_pid()")
        spent = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not spent.exists():
        return ""
    times = []
    for _ in range(rounds):
        before = int(spent.read_text().split()[0])
        question()
        times.append((int(spent.read_text().split()[0]) - before) / 1e6)
    return f" ({sorted(times)[rounds // 2]:.1f} ms of the server's processor)"


def _trigger_time(rounds: int = 9) -> float:
    """Milliseconds that keeping the counts adds to the change of one obligation; the median of `rounds`."""
    from django.db import connection  # noqa: PLC0415 (after start_django)

    times = []
    with connection.cursor() as cursor:
        for _ in range(rounds):
            cursor.execute(
                "EXPLAIN (ANALYZE, FORMAT JSON) UPDATE directives_obligation SET state = 'SUBMITTED', "
                "first_submitted_at = now(), submitted_at = now() WHERE id = "
                "(SELECT id FROM directives_obligation WHERE state = 'PENDING' LIMIT 1)"
            )
            triggers = cursor.fetchone()[0][0]["Triggers"]
            times.append(sum(one["Time"] for one in triggers if one["Trigger Name"].startswith("reports_count")))
    return sorted(times)[rounds // 2]


def _whole_reads(question: Callable[[], object]) -> str:
    """ " (reads the whole table)" when the plan of one of its queries does."""
    from django.db import connection  # noqa: PLC0415 (after start_django)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        question()
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            if re.search(r"Seq Scan on directives_obligation\b", plan):
                return " (reads the whole table)"
    return ""


def _fill() -> "Unit":
    """Wards, units and papers by the models; members and obligations by INSERT … SELECT, indexes made afterwards.

    Returns the city above the wards.
    """
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from directives.models import Directive, Requirement  # noqa: PLC0415
    from tests.factories.units import make_city, make_cluster, make_ward  # noqa: PLC0415
    from units.choices import Block, UnitKind  # noqa: PLC0415
    from units.keys import member_keys, unit_keys  # noqa: PLC0415
    from units.models import Member, Unit  # noqa: PLC0415

    blocks, city = list(Block.values), make_city()
    for number in range(WARDS):
        ward = make_ward(name=f"số {number}", code=f"P{number}", city=city)
        clusters = [make_cluster(ward) for _ in range(5)]
        Unit.objects.bulk_create(
            [
                Unit(
                    **unit_keys(f"CB{n}", f"Chi bộ {n}"), ward=ward, kind=UnitKind.GRASSROOTS_CELL, block=blocks[n % len(blocks)],
                    cluster=clusters[n % 5], path=f"{ward.path}{n + 1:04d}", depth=ward.depth + 1,
                )
                for n in range(UNITS)
            ]
        )  # fmt: skip
        papers = Directive.objects.bulk_create(
            [
                Directive(
                    ward=ward, kind="CV", number=n + 1, symbol="CV/ĐU", issuer=f"Phường {number}", subject="Học tập",
                    issued_on=date(2026, 4, 1), state="ISSUED" if n < RUNNING else "CLOSED",
                    issued_at=NOW - timedelta(days=30), created_at=NOW - timedelta(days=30),
                )
                for n in range(PAPERS)
            ]
        )  # fmt: skip
        Requirement.objects.bulk_create(
            [Requirement(directive=paper, order=1, kind="ESSAY", title="Bài thu hoạch") for paper in papers]
        )
        Member.objects.create(**member_keys(f"Nguyễn Văn An {number}"), ward=ward)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows are right by their making
        columns = [field.column for field in Member._meta.concrete_fields if field.column != "id"]
        cursor.execute(
            f"INSERT INTO units_member ({', '.join(columns)}) "
            f"SELECT {', '.join(columns)} FROM units_member, generate_series(2, {MEMBERS})"
        )
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'directives_obligation' AND indexname NOT LIKE '%pkey'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(
            "CREATE TEMP TABLE cells AS SELECT id, ward_id, row_number() OVER (PARTITION BY ward_id ORDER BY path) - 1 AS n "
            "FROM units_unit WHERE kind = 'GRASSROOTS_CELL'"
        )
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("ANALYZE")
        cursor.execute(_OBLIGATIONS, {"now": NOW, "running": RUNNING, "units": UNITS})
        for _, definition in indexes:
            cursor.execute(definition)
        for name in ("session_replication_role", "maintenance_work_mem", "work_mem", "synchronous_commit"):
            cursor.execute(f"RESET {name}")
        cursor.execute("ANALYZE")
    return city


_OBLIGATIONS = """
    INSERT INTO directives_obligation (ward_id, requirement_id, unit_id, member_id, period, state, due_at, certainty,
        waiver_reason, waiver_note, created_at, first_submitted_at, submitted_at, decided_at, waived_at)
    SELECT ward_id, requirement_id, unit_id, member_id, '', state,
           %(now)s::timestamptz + (place - %(running)s) * interval '9 days' + interval '4 days', 'CERTAIN',
           CASE WHEN state = 'WAIVED' THEN 'EXEMPT' ELSE '' END, '', %(now)s::timestamptz - interval '30 days',
           CASE WHEN state IN ('ACCEPTED', 'SUBMITTED', 'RETURNED') THEN handed END,
           CASE WHEN state IN ('ACCEPTED', 'SUBMITTED', 'RETURNED') THEN handed END,
           CASE WHEN state IN ('ACCEPTED', 'RETURNED') THEN handed + interval '1 day' END,
           CASE WHEN state = 'WAIVED' THEN %(now)s::timestamptz - interval '30 days' END
    FROM (
        SELECT m.ward_id, r.id AS requirement_id, u.id AS unit_id, m.id AS member_id, d.number AS place,
               %(now)s::timestamptz - interval '20 days' + (m.id * 31 + r.id) %% 17 * interval '1 day' AS handed,
               CASE WHEN (m.id * 7919 + r.id * 104729) %% 100 < 3 THEN 'WAIVED'
                    WHEN (m.id * 7919 + r.id * 104729) %% 100 < CASE WHEN d.state = 'CLOSED' THEN 99 ELSE 60 END THEN 'ACCEPTED'
                    WHEN (m.id * 7919 + r.id * 104729) %% 100 < 75 THEN 'SUBMITTED'
                    WHEN (m.id * 7919 + r.id * 104729) %% 100 < 78 THEN 'RETURNED' ELSE 'PENDING' END AS state
        FROM units_member m
             JOIN directives_directive d ON d.ward_id = m.ward_id
             JOIN directives_requirement r ON r.directive_id = d.id
             JOIN cells u ON u.ward_id = m.ward_id AND u.n = m.id %% %(units)s
    ) made
"""
