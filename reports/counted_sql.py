"""Counts kept ahead, in the words of PostgreSQL: what a change of obligations adds to `CountedWork`, and the recount.

The table is a ledger: every statement that writes obligations appends, in its own transaction and through a trigger, the
difference it makes (often a row, of a directive for a whole ward one a unit), and whoever asks adds the rows up. So a
sum is as true as the obligations themselves at every instant, no two writers wait for each other, and no verb, repair
or bulk statement can forget it. Time changes nothing here: a row keeps its deadline, and what is overdue or soon is
asked of it when it is read.
Not here: reading (`counted.py`), folding and the nightly recount (`services/counting.py`).
"""

from typing import Final

_KEY: Final = "ward_id, unit_id, requirement_id, period, due_at, certainty"
COUNTS: Final = ("assigned", "waived", "submitted", "accepted", "returned", "on_time", "late", "awaiting")
_NAMES: Final = ", ".join(COUNTS)
_INTO: Final = f"INSERT INTO reports_countedwork ({_KEY}, {_NAMES}, newest, folded)"
_HANDED: Final = "state <> 'WAIVED' AND first_submitted_at IS NOT NULL"

# The same conditions as `figures._conditions`; a test holds both to the same random campaigns.
_WHICH: Final = {
    "assigned": "true",
    "waived": "state = 'WAIVED'",
    "submitted": _HANDED,
    "accepted": f"{_HANDED} AND state = 'ACCEPTED'",
    "returned": f"{_HANDED} AND state = 'RETURNED'",
    "on_time": f"{_HANDED} AND (due_at IS NULL OR first_submitted_at < due_at)",
    "late": f"{_HANDED} AND first_submitted_at >= due_at",
    "awaiting": "state <> 'WAIVED' AND first_submitted_at IS NULL AND certainty = 'EVENT' AND held_on IS NULL",
}
_SUMS: Final = ", ".join(f"coalesce(sum(sign) FILTER (WHERE {which}), 0) AS {name}" for name, which in _WHICH.items())
_LAST_CHANGE: Final = "greatest(created_at, submitted_at, decided_at, waived_at)"
_ZEROS: Final = ", ".join("0" for _ in COUNTS)


def _difference(rows: str) -> str:
    """Appends what `rows` (obligations with a `sign`) come to, where that is anything, or where a row's last change moved."""
    return f"""
        {_INTO}
        SELECT {_KEY}, {_NAMES}, newest, false FROM (
            SELECT {_KEY}, {_SUMS}, max({_LAST_CHANGE}) AS newest,
                   max({_LAST_CHANGE}) FILTER (WHERE sign > 0) AS after, max({_LAST_CHANGE}) FILTER (WHERE sign < 0) AS before
            FROM ({rows}) touched GROUP BY {_KEY}
        ) summed
        WHERE ({_NAMES}) <> ({_ZEROS}) OR after IS DISTINCT FROM before
    """  # noqa: S608 (made of this module's own words)


_TRIGGERS: Final = {
    "insert": ("NEW TABLE AS added", "SELECT *, 1 AS sign FROM added"),
    "delete": ("OLD TABLE AS gone", "SELECT *, -1 AS sign FROM gone"),
    "update": (
        "OLD TABLE AS gone NEW TABLE AS added",
        "SELECT *, 1 AS sign FROM added UNION ALL SELECT *, -1 AS sign FROM gone",
    ),
}

_FUNCTION: Final = "CREATE OR REPLACE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NULL; END $$"
_TRIGGER: Final = (
    "CREATE TRIGGER {} AFTER {} ON directives_obligation REFERENCING {} FOR EACH STATEMENT EXECUTE FUNCTION {}"
)

INSTALL: Final = tuple(
    statement
    for event, (tables, rows) in _TRIGGERS.items()
    for statement in (
        _FUNCTION.format(f"reports_count_{event}()", _difference(rows)),
        _TRIGGER.format(f"reports_count_{event}", event.upper(), tables, f"reports_count_{event}()"),
    )
)
REMOVE: Final = tuple(
    statement
    for event in _TRIGGERS
    for statement in (
        f"DROP TRIGGER IF EXISTS reports_count_{event} ON directives_obligation",
        f"DROP FUNCTION IF EXISTS reports_count_{event}()",
    )
)


def _recount(where: str) -> str:
    """Appends what the obligations selected by `where` come to beyond what is kept, in one statement, so at one instant.

    Its row count is the number of places in which the two differed.
    """
    less = ", ".join(f"-sum({name}) AS {name}" for name in COUNTS)
    both = ", ".join(f"sum({name}) AS {name}" for name in COUNTS)
    return f"""
        {_INTO}
        SELECT {_KEY}, {_NAMES}, newest, true FROM (
            SELECT {_KEY}, {both}, max(newest) AS newest FROM (
                SELECT {_KEY}, {_SUMS}, max({_LAST_CHANGE}) AS newest
                FROM (SELECT *, 1 AS sign FROM directives_obligation {where}) there GROUP BY {_KEY}
                UNION ALL
                SELECT {_KEY}, {less}, max(newest) FROM reports_countedwork {where} GROUP BY {_KEY}
            ) sides GROUP BY {_KEY}
        ) summed
        WHERE ({_NAMES}) <> ({_ZEROS})
        ORDER BY ward_id, requirement_id, unit_id
    """  # noqa: S608 (made of this module's own words)


RECOUNT_WARD: Final = _recount("WHERE ward_id = %(ward)s")
RECOUNT_ALL: Final = _recount("")

# One row a key again where something was appended. A row that two folds want goes to the first; what it read stays true.
FOLD: Final = f"""
    WITH pairs AS (SELECT DISTINCT requirement_id, unit_id FROM reports_countedwork WHERE NOT folded),
         gone AS (
             DELETE FROM reports_countedwork c USING pairs p
             WHERE c.requirement_id = p.requirement_id AND c.unit_id = p.unit_id
             RETURNING c.*
         )
    {_INTO}
    SELECT {_KEY}, {_NAMES}, newest, true FROM (
        SELECT {_KEY}, {", ".join(f"sum({name}) AS {name}" for name in COUNTS)}, max(newest) AS newest
        FROM gone GROUP BY {_KEY}
    ) summed
    WHERE ({_NAMES}) <> ({_ZEROS})
    ORDER BY ward_id, requirement_id, unit_id
"""  # noqa: S608 (made of this module's own words)
