"""Pages of the log at 10,000, 100,000 and 1,000,000 rows: how long the search's queries take, at any depth.

    DATABASE_URL=… .venv/bin/python benchmarks/audit_log.py [ROWS …]

Rows are inserted set-based with made-up hashes (nothing is verified here), in a scratch database that is emptied of
them again: run it on a migrated database without data of its own. Prints one line a query: the median of five.
Not here: proving (`verify_audit` prints its own count; time it from outside).
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")
django.setup()

from django.db import connection  # noqa: E402 (Django is set up first)

from audit import triggers  # noqa: E402
from audit.models import AuditEntry  # noqa: E402
from phucloi_portal.audit_log.search import Search, page_of  # noqa: E402

ACTIONS = ("submission.view", "submission.submit", "account.login", "submission.download", "report.export")
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT i FROM n",
    "postgresql": "SELECT i FROM generate_series(1, %s) AS n(i)",
}
MOMENT = {
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%S', '2026-01-01', '+' || (i * 20) || ' seconds')",
    "postgresql": "timestamptz '2026-01-01' + i * interval '20 seconds'",
}


def fill(rows: int) -> None:
    """One ward in two, five actions, 500 accounts, one refusal in a thousand; one row names somebody rare."""
    vendor = connection.vendor
    cases = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(ACTIONS))
    action = f"CASE i %% 5 {cases} END"
    moment = MOMENT[vendor]
    with triggers.suspended(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry")
        cursor.execute(
            "INSERT INTO audit_auditentry (seq, at, recorded_at, action, result, actor_id, actor_label, obj_type, obj_id,"
            f" obj_label, ward_id, detail, request_id, ip, search, previous_hash, entry_hash) SELECT i, {moment}, {moment},"
            f" {action}, CASE WHEN i %% 1000 = 0 THEN 'refused' ELSE 'ok' END, CAST(i %% 500 AS text), 'Nguyễn Văn An',"
            " 'submissions.submission', CAST(i %% 5000 AS text), 'Bài thu hoạch', 1 + i %% 2, '{}', '', '',"
            " CASE WHEN i = 77 THEN 'do thi hiem' ELSE 'nguyen van an bai thu hoach' END, '', CAST(i AS text)"
            f" FROM ({NUMBERS[vendor]}) AS numbers",
            [rows],
        )
        cursor.execute("ANALYZE")


def took(search: Search, asked: dict[str, str], *, ward: int | None = 1) -> float:
    """Median milliseconds of a page."""
    times = []
    for _ in range(5):
        started = perf_counter()
        entries = AuditEntry.objects.all() if ward is None else AuditEntry.objects.in_ward(ward)
        page_of(search.narrow(entries), asked)
        times.append((perf_counter() - started) * 1000)
    return median(times)


def main(sizes: list[int]) -> None:
    for rows in sizes:
        fill(rows)
        middle = str(rows // 2)
        asked = {
            "newest": (Search(), {}),
            "half way down": (Search(), {"truoc": middle}),
            "one action": (Search.read({"viec": "report.export"}), {}),
            "one group": (Search.read({"nhom": "bai-nop"}), {}),
            "refused only": (Search.read({"ket_qua": "refused"}), {}),
            "one account": (Search.read({"nguoi": "7"}), {}),
            "one object": (Search.read({"loai": "submissions.submission", "ma": "7"}), {}),
            "one day": (Search.read({"tu": "2026-01-02", "den": "2026-01-02"}), {}),
            "text, frequent": (Search.read({"q": "Văn An"}), {}),
            "text, rare": (Search.read({"q": "đỗ thị hiếm"}), {}),
            "text, nothing": (Search.read({"q": "không có ai"}), {}),
        }
        for name, (search, parameters) in asked.items():
            print(f"{connection.vendor} {rows:>9} {name:<16} {took(search, parameters):8.1f} ms")
        print(f"{connection.vendor} {rows:>9} {'whole city':<16} {took(Search(), {}, ward=None):8.1f} ms")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
