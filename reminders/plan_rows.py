"""The rows of a plan, in the database: the debts at a stage that day, who answers for their units, whom each letter tells
what. As many statements whatever the number of debts, and nothing of a debt in this process.

Two temporary tables of the connection hold one plan; the next plan made on the connection takes its place. They are
no writing: nobody else sees them, and SQLite lets others write meanwhile. By these rows the pure rule of `digests.gather`
is done as sets; a test holds the two to each other.

Not here: who owes and at which stage (`planning.py`, `plan_steps.py`), letters as objects (`plan_letters.py`), how a list
or a table is written for either database (`plan_sql.py`).
"""

# ruff: noqa: S608 (own names; values travel as parameters)

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from directives.choices import ObligationState
from directives.models import Obligation
from outbox.models import BadAddress
from outbox.usual import is_unusual
from reminders.choices import Quiet, RulingKind
from reminders.digests import (
    ALREADY_MAILED,
    ALREADY_PLANNED,
    EXEMPT,
    HELD,
    LEFT,
    PROMISED,
    QUIET,
    STRUCK,
    TENTATIVE,
    Duty,
    Person,
)
from reminders.models import Digest, Reminder, Ruling
from reminders.plan_sql import as_list, in_order, instant_of, instant_type, listed_rows, make_table, run, table_of
from reminders.plan_steps import Step, Steps
from reminders.quiet import LATE_FROM, Choices
from reminders.stages import ACKNOWLEDGE, offset_of
from units.models import Member, User

LEFT_OUT: Final = ("", TENTATIVE, EXEMPT, LEFT, PROMISED)
"""Why a debt is told nobody, by the number in its row; 0: it is told."""

LETTER, QUIET_LETTER = 0, 1
FATES: Final = ("", QUIET, ALREADY_PLANNED, ALREADY_MAILED, STRUCK, HELD)
"""What becomes of telling a debt to an address, by number: it stands in the letter (0), or why not."""

COUNTED_BY_ADDRESS: Final = frozenset((ALREADY_MAILED, STRUCK, HELD))
"""Of these a letter is counted, however much it would have told; of the others every debt."""

SAID, RULED, CHOSEN = "said", "ruled", "chosen"
"""Letters were planned before; letters are struck or held; readers chose how much they want."""

OWN, CONTACT, LEAD, LEAD_WHO_ANSWERS = range(4)
"""In which role somebody is told a debt; a lead who answers is a contact of the unit too."""

_DEBT = ("ward", "obligation", "requirement", "unit", "member", "due_at", "step", "left_out", "of_leads", "address")


_DEBT_TYPES = {"step": "smallint", "left_out": "smallint", "of_leads": "smallint", "address": "text"}

_REACHES_NOBODY = (
    "CASE WHEN of_leads = 1 THEN unit NOT IN (SELECT unit FROM led) "
    "WHEN member IS NULL THEN unit IN (SELECT unit FROM silent) ELSE address IS NULL END"
)


class PlanGone(RuntimeError):
    """Another plan was made on this connection since: the rows of this one are gone."""

    def __init__(self) -> None:
        super().__init__("another plan was made on this connection; plan again")


class Counts(NamedTuple):
    """Of one ward, over its debts."""

    left_out: Mapping[str, int]
    """Reason → debts."""
    no_address: int
    """Debts of members who cannot be written to."""
    silent_units: int
    """Units that owe or whose members owe, for which nobody can be written to."""
    without_address: int
    """Debts that reach nobody who has to do them."""


class Told(NamedTuple):
    """One debt told to one address, with what a letter says of it."""

    address: str
    role: int
    """`OWN`, `CONTACT`, `LEAD` or `LEAD_WHO_ANSWERS` of the unit."""
    rank: int
    """Which of the unit's contacts (or leads) the address is; 0 of the member himself."""
    duty: Duty
    has_account: bool
    """Of the member, if it is his own."""


People = Mapping[int, tuple[Person, ...]]
"""Unit id → who is told of its work."""

_standing: WeakKeyDictionary[Any, PlanRows] = WeakKeyDictionary()
"""Whose rows stand in the tables of each connection."""


@dataclass(frozen=True, eq=False)
class PlanRows:
    """The rows of one plan of some wards. Read while no other plan was made on the connection, else PlanGone."""

    day: date
    steps: Steps
    choices: Choices | None = None
    noted: frozenset[str] = frozenset()
    """`SAID`, `RULED`: what need not be looked for where the wards have none of it."""
    reach: tuple[str, str] = ("[]", "[]")
    """Units that have no contact, and units whose cluster is led, as the database reads them."""
    chosen: frozenset[str] | None = None
    """Only these addresses; None: all."""
    is_fixed: bool = False
    """What is told stands in a table of its own, so that it stays when the letters are written down."""

    @classmethod
    def of(cls, source: QuerySet[Obligation], columns: Sequence[str], day: date, steps: Steps) -> PlanRows:
        """The debts of a new plan: `columns` of the source, in the order of `_DEBT`. Two queries."""
        try:
            sql, params = source.order_by().values_list(*columns).query.sql_with_params()
            named = ", ".join(f"{column} AS {name}" for name, column in zip(_DEBT, columns, strict=True))
            sql = f"SELECT {named} FROM ({sql}) AS owed"
        except EmptyResultSet:
            kinds = [instant_type() if name == "due_at" else _DEBT_TYPES.get(name, "bigint") for name in _DEBT]
            nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in zip(_DEBT, kinds, strict=True))
            sql, params = f"SELECT {nothing} WHERE 1 = 0", ()
        make_table("planned_debt", sql, params, looked_up="ward, unit, member, left_out")
        return cls(day, steps)._stand()

    def _stand(self) -> PlanRows:
        _standing[connections[connection.alias]] = self
        return self

    def with_fates(self, *, choices: Choices | None, noted: Collection[str]) -> PlanRows:
        """The same rows, once it is known what may keep letters back."""
        return replace(self, choices=choices, noted=frozenset(noted))._stand()

    def only(self, addresses: Collection[str]) -> PlanRows:
        """The same rows for these addresses alone; what was made of `self` before cannot be read any more."""
        return replace(self, chosen=frozenset(addresses))._stand()

    def fixed(self, ward_id: int) -> PlanRows:
        """The same rows of this ward alone, whatever is written down of them; `self` cannot be read any more."""
        told, params = self._told(ward_id)
        self._assert_stands()
        make_table("planned_told", f"SELECT * FROM ({told}) AS told WHERE ward = %s", [*params, ward_id])
        return replace(self, is_fixed=True)._stand()

    def odd_members(self, *, some_are_bad: bool) -> list[tuple[int, str]]:
        """(id, own address) of members whose address is to be looked at in Python: spelt unusually, or (`some_are_bad`: there
        is such an address) one that mail came back from. One query."""
        members, users = table_of(Member), table_of(User)
        # "+" and CROSS: walk through the few of the indexes, not through the debts or all members
        owes = "+m.id IN (SELECT member FROM planned_debt)"
        found = (
            f"SELECT m.id, m.email FROM {members} m WHERE {is_unusual('m.email')} AND {owes} UNION "
            f"SELECT m.id, m.email FROM {users} u CROSS JOIN {members} m "
            f"WHERE {is_unusual('u.email')} AND m.id = u.member_id AND m.email = '' AND {owes}"
        )
        if some_are_bad:
            found += (
                f" UNION SELECT m.id, m.email FROM planned_debt d JOIN {members} m ON m.id = d.member "
                f"WHERE d.address IN (SELECT address FROM {table_of(BadAddress)})"
            )
        return self._run(found)

    def set_addresses(self, found: Mapping[int, str]) -> None:
        """Member id → his address; "" when he cannot be written to."""
        self._run(
            "UPDATE planned_debt SET address = NULLIF(looked.address, '') "
            f"FROM (SELECT {listed_rows(member='bigint', address='text')}) AS looked "
            "WHERE planned_debt.member = looked.member AND planned_debt.of_leads = 0",
            [as_list(found.items())],
        )

    def add_duties(self, duties: Iterable[tuple[int, Duty]]) -> None:
        """(ward id, duty of a unit): beside the debts, unless one of them is told already."""
        rows = [
            (
                ward_id,
                duty.obligation_id,
                duty.requirement_id,
                duty.unit_id,
                connection.ops.adapt_datetimefield_value(duty.due_at)
                if connection.vendor == "sqlite"
                else duty.due_at.isoformat(),
                self.steps.number(Step(duty.stage, duty.tells_unit, duty.tells_cluster)),
            )
            for ward_id, duty in duties
        ]
        if not rows:
            return
        listed = listed_rows(
            ward="bigint",
            obligation="bigint",
            requirement="bigint",
            unit="bigint",
            due_at=instant_type(),
            step="smallint",
        )
        self._run(
            "INSERT INTO planned_debt (ward, obligation, requirement, unit, due_at, step, left_out, of_leads) "
            f"SELECT ward, obligation, requirement, unit, due_at, step, 0, 0 FROM (SELECT {listed}) AS asked "
            "WHERE NOT EXISTS (SELECT 1 FROM planned_debt d WHERE d.obligation = asked.obligation AND d.left_out = 0)",
            [as_list(rows)],
        )

    def with_readers(self, contacts: People, leads: People, silent: Collection[int]) -> PlanRows:
        """The same rows, with who is told of the units' work: unit id → contacts, unit id → leads of its cluster; `silent`:
        units that have no contact."""
        rows = [
            (unit_id, CONTACT, rank, one.address, one.member_id)
            for unit_id, people in contacts.items()
            for rank, one in enumerate(people)
        ]
        for unit_id, people in leads.items():
            answering = {one.address for one in contacts.get(unit_id, ())}
            for rank, one in enumerate(people):
                role = LEAD_WHO_ANSWERS if one.address in answering else LEAD
                rows.append((unit_id, role, rank, one.address, one.member_id))
        listed = listed_rows(unit="bigint", role="smallint", rank="smallint", address="text", member="bigint")
        self._assert_stands()
        make_table("planned_reader", f"SELECT {listed}", [as_list(rows)])
        reach = as_list((pk,) for pk in silent), as_list((pk,) for pk in leads)
        return replace(self, reach=reach)._stand()

    def _reach(self) -> tuple[str, list[str]]:
        """Units without contact and units whose cluster is led, as tables; with parameters."""
        listed = listed_rows(unit="bigint")
        return f"silent AS (SELECT {listed}), led AS (SELECT {listed})", list(self.reach)

    def counts(self) -> tuple[dict[int, Counts], list[tuple[int, int, int, int]]]:
        """Ward id → counts over its debts; and (ward id, number of the fate, debts told, letters). One query.

        A ward whose debts are all told and reach those who have to do them has no counts.
        """
        (reach, units), (told, params) = self._reach(), self._told() if self._keeps_back else self._told_in_short()
        rows = self._run(
            f"WITH {reach} SELECT 0, ward, left_out, COUNT(*), "
            "SUM(CASE WHEN of_leads = 0 AND member IS NOT NULL AND address IS NULL THEN 1 ELSE 0 END), "
            "COUNT(DISTINCT CASE WHEN of_leads = 0 AND unit IN (SELECT unit FROM silent) THEN unit END), "
            f"SUM(CASE WHEN {_REACHES_NOBODY} THEN 1 ELSE 0 END) "
            "FROM planned_debt WHERE left_out <> 0 OR address IS NULL OR unit IN (SELECT unit FROM silent) "
            "GROUP BY ward, left_out UNION ALL "
            f"SELECT 1, ward, fate, COUNT(*), COUNT(DISTINCT address), 0, 0 FROM ({told}) AS told GROUP BY ward, fate",
            [*units, *params],
        )
        found: dict[int, Counts] = {}
        fates = []
        for is_told, ward_id, number, debts, *others in rows:
            before = found.get(ward_id) or Counts({}, 0, 0, 0)
            if is_told:
                fates.append((ward_id, number, debts, others[0]))
            elif number:
                found[ward_id] = before._replace(left_out={**before.left_out, LEFT_OUT[number]: debts})
            else:
                found[ward_id] = Counts(before.left_out, *others)
        return found, fates

    def addresses(self, ward_id: int, fate: int) -> list[str]:
        """The addresses of the ward's letters, in their order. One query."""
        sql, params = self._addresses(ward_id, fate)
        return [address for (address,) in self._run(sql, params)]

    def _addresses(self, ward_id: int, fate: int) -> tuple[str, list[Any]]:
        told, params = self._told(ward_id)
        sql = f"SELECT address FROM ({told}) AS letters WHERE ward = %s AND fate = %s GROUP BY address ORDER BY {in_order('address')}"
        return sql, [*params, ward_id, fate]

    def told_to(self, ward_id: int, fate: int, addresses: Collection[str]) -> list[Told]:
        """What these addresses are told; the order is that of `told`. One query."""
        return self._read_told(
            ward_id, fate, f"SELECT {listed_rows(address='text')}", [as_list((one,) for one in addresses)]
        )

    def told(self, ward_id: int, fate: int, start: int, stop: int) -> list[Told]:
        """What the letters numbered from `start` until before `stop` tell: by address; one's own first, then of units, then
        what is only watched; by unit, by number. One query."""
        among, params = self._addresses(ward_id, fate)
        return self._read_told(ward_id, fate, f"{among} LIMIT {stop - start} OFFSET {start}", params)

    def _read_told(self, ward_id: int, fate: int, among: str, addresses: Sequence[Any]) -> list[Told]:
        told, params = self._told(ward_id)
        obligations, members, users = table_of(Obligation), table_of(Member), table_of(User)
        rows = self._run(
            "SELECT t.address, t.role, t.rank, t.obligation, t.requirement, t.unit, t.member, t.due_at, t.step, "
            "t.of_leads, o.state, o.period, m.full_name, m.sort_key, m.birth_year, "
            f"CASE WHEN t.role = {OWN} THEN EXISTS "
            f"(SELECT 1 FROM {users} u WHERE u.member_id = t.member AND u.is_active) END "
            f"FROM ({told}) AS t JOIN {obligations} o ON o.id = t.obligation LEFT JOIN {members} m ON m.id = t.member "
            f"WHERE t.ward = %s AND t.fate = %s AND t.address IN (SELECT address FROM ({among}) AS page) "
            f"ORDER BY {in_order('t.address')}, t.role, t.unit, t.obligation, t.rank",
            [*params, ward_id, fate, *addresses],
        )
        return [self._read(*row) for row in rows]

    def without_address(self, ward_id: int) -> list[Duty]:
        """Debts that reach nobody who has to do them, by unit and number. One query."""
        obligations, members = table_of(Obligation), table_of(Member)
        reach, params = self._reach()
        rows = self._run(
            f"WITH {reach}, lost AS (SELECT * FROM planned_debt WHERE ward = %s AND left_out = 0 AND {_REACHES_NOBODY}) "
            f"SELECT '', {OWN}, 0, d.obligation, d.requirement, d.unit, d.member, d.due_at, d.step, d.of_leads, "
            f"o.state, o.period, m.full_name, m.sort_key, m.birth_year, 0 "
            f"FROM lost d JOIN {obligations} o ON o.id = d.obligation LEFT JOIN {members} m ON m.id = d.member "
            "ORDER BY d.unit, d.obligation",
            [*params, ward_id],
        )
        return [self._read(*row).duty for row in rows]

    def requirements(self, ward_id: int) -> RawSQL:
        """The ids of the requirements of the ward's debts, to be asked within another query."""
        self._assert_stands()
        return RawSQL("SELECT requirement FROM planned_debt WHERE ward = %s AND left_out = 0", [ward_id])

    def remind(self, ward_id: int) -> None:
        """INSERT … SELECT: a reminder for every debt in a letter of the ward, in the digests of the day, which are there.

        A debt told to an address as his own and as one of the unit's is one reminder, his own.
        """
        told, params = self._told(ward_id)
        reminders, digests = table_of(Reminder), table_of(Digest)
        stage, stages = self._stage("t.step")
        day = connection.ops.adapt_datefield_value(self.day)
        also_own, again = "t.own_address = t.address", []
        if self.choices is not None:  # his own may be told in the portal alone
            also_own += (
                f" AND EXISTS (SELECT 1 FROM ({told}) AS own WHERE own.obligation = t.obligation "
                f"AND own.role = {OWN} AND own.address = t.address AND own.fate = t.fate)"
            )
            again = params
        self._run(
            f"INSERT INTO {reminders} (obligation_id, stage, due_at, digest_id, address, unit_id, reason) "
            f"SELECT t.obligation, {stage}, t.due_at, g.id, t.address, t.told_unit, '' "
            f"FROM ({told}) AS t JOIN {digests} g ON g.ward_id = t.ward AND g.address = t.address AND g.day = %s "
            f"WHERE t.ward = %s AND t.fate = {LETTER} "
            f"AND (t.role = {OWN} OR t.own_address IS NULL OR NOT ({also_own}))",
            [*stages, *params, day, ward_id, *again],
        )

    @property
    def _keeps_back(self) -> bool:
        return self.choices is not None or bool(self.noted & {SAID, RULED})

    def _told_in_short(self) -> tuple[str, list[Any]]:
        """Of `_told` ward and address, for counting letters where nothing keeps them back: what a unit's people are told of
        many debts of one step is one row."""
        debts = (
            "(SELECT DISTINCT ward, unit, step, of_leads, CASE WHEN member IN (SELECT member FROM planned_reader) THEN member "
            "WHEN member IS NOT NULL THEN 0 END AS member FROM planned_debt WHERE left_out = 0)"
        )
        told = (
            f"SELECT ward, address, {LETTER} AS fate FROM planned_debt WHERE left_out = 0 AND address IS NOT NULL UNION ALL "
            f"SELECT d.ward, r.address, {LETTER} FROM {debts} AS d JOIN planned_reader r ON r.unit = d.unit "
            f"WHERE {self._is_reader_told()}"
        )
        return told, []

    def _is_reader_told(self) -> str:
        """Condition: the reader `r` of the unit is told the debt `d`."""
        tells_unit = self.steps.numbers(lambda step: step.tells_unit)
        tells_cluster = self.steps.numbers(lambda step: step.tells_cluster)
        return (
            "(d.member IS NULL OR r.member IS NULL OR d.member <> r.member OR d.of_leads = 1) "
            f"AND CASE WHEN d.of_leads = 1 THEN r.role >= {LEAD} "
            f"WHEN r.role = {CONTACT} THEN d.member IS NULL OR d.step IN ({tells_unit}) "
            f"ELSE r.role = {LEAD} AND d.step IN ({tells_cluster}) END"
        )

    def _told(self, ward_id: int | None = None) -> tuple[str, list[Any]]:
        """Every debt × address it is told to (of one ward), with its fate, as SQL with parameters."""
        if self.is_fixed:
            return "SELECT * FROM planned_told", []
        told_debt = "d.left_out = 0" if ward_id is None else f"d.left_out = 0 AND d.ward = {ward_id:d}"
        debt = "d.ward, d.obligation, d.requirement, d.unit, d.member, d.due_at, d.step, d.of_leads, d.address AS own_address"
        told = (
            f"SELECT {debt}, d.address, {OWN} AS role, CAST(NULL AS bigint) AS told_unit, 0 AS rank, d.member AS person "
            f"FROM planned_debt d WHERE {told_debt} AND d.address IS NOT NULL "
            "UNION ALL "
            f"SELECT {debt}, r.address, r.role, d.unit, r.rank, r.member "
            "FROM planned_debt d JOIN planned_reader r ON r.unit = d.unit "
            f"WHERE {told_debt} AND {self._is_reader_told()}"
        )
        params: list[Any] = []
        fate, joined = f"{LETTER}", ""
        whens, of_fate = self._fates()
        if self.choices is not None:
            joined, chosen = self._choices()
            late = self.steps.numbers(lambda step: offset_of(step.stage) >= LATE_FROM)
            wanted = "COALESCE(of_member.quiet, of_address.quiet)"
            whens += (
                f" WHEN {wanted} = '{Quiet.NONE.value}' OR ({wanted} = '{Quiet.LATE.value}' AND t.step NOT IN ({late})) "
                f"THEN {QUIET_LETTER}"
            )
            params += chosen
        if whens:
            fate = f"CASE{whens} ELSE {LETTER} END"
        only = ""
        params = [*of_fate, *params]
        if self.chosen is not None:
            only = f" WHERE t.address IN (SELECT {listed_rows(address='text')})"
            params.append(as_list((one,) for one in self.chosen))
        return f"SELECT t.*, {fate} AS fate FROM ({told}) AS t{joined}{only}", params

    def _fates(self) -> tuple[str, list[Any]]:
        """Reasons that are rows: said at this stage before, written to today already, struck, held."""
        whens, params = "", []
        day = connection.ops.adapt_datefield_value(self.day)
        if SAID in self.noted:
            stage, stages = self._stage("t.step")
            whens += (
                f" WHEN EXISTS (SELECT 1 FROM {table_of(Reminder)} s WHERE s.obligation_id = t.obligation "
                f"AND s.due_at = t.due_at AND s.address = t.address AND s.stage = {stage}) "
                f"THEN {FATES.index(ALREADY_PLANNED)}"
                f" WHEN EXISTS (SELECT 1 FROM {table_of(Digest)} g WHERE g.ward_id = t.ward AND g.address = t.address "
                f"AND g.day = %s) THEN {FATES.index(ALREADY_MAILED)}"
            )
            params += [*stages, day]
        if RULED in self.noted:
            for kind, reason in ((RulingKind.STRIKE, STRUCK), (RulingKind.HOLD, HELD)):
                whens += (
                    f" WHEN EXISTS (SELECT 1 FROM {table_of(Ruling)} o WHERE o.ward_id = t.ward AND o.address = t.address "
                    f"AND o.kind = %s AND o.first_day <= %s AND o.last_day >= %s) THEN {FATES.index(reason)}"
                )
                params += [kind.value, day, day]
        return whens, params

    def _choices(self) -> tuple[str, list[Any]]:
        choices = self.choices or Choices({}, {})
        of_member = as_list((pk, quiet) for pk, (quiet, _) in choices.by_member.items())
        of_address = as_list((address, quiet) for address, (quiet, _) in choices.by_address.items())
        return (
            f" LEFT JOIN (SELECT {listed_rows(member='bigint', quiet='text')}) AS of_member ON of_member.member = t.person"
            f" LEFT JOIN (SELECT {listed_rows(address='text', quiet='text')}) AS of_address ON of_address.address = t.address"
        ), [of_member, of_address]

    def _stage(self, column: str) -> tuple[str, list[str]]:
        """The stage of the step in `column`, as SQL with parameters."""
        stages = self.steps.stages()
        if not stages:
            return "''", []
        whens = "".join(f" WHEN {number} THEN %s" for number, _ in stages)
        return f"CASE {column}{whens} END", [stage for _, stage in stages]

    def _read(self, address: str, role: int, rank: int, *row: Any) -> Told:
        obligation, requirement, unit, member, due_at, step, of_leads, state, period, name, sort_key, born, account = (
            row
        )
        stage, tells_unit, tells_cluster = self.steps[step]
        confirms = stage == ACKNOWLEDGE
        duty = Duty(
            obligation_id=obligation,
            requirement_id=requirement,
            unit_id=unit,
            member_id=member,
            due_at=instant_of(due_at),
            stage=stage,
            is_returned=state == ObligationState.RETURNED and not confirms,
            member_name=name or "",
            member_sort_key=sort_key or "",
            member_birth_year=born,
            tells_unit=tells_unit,
            tells_cluster=tells_cluster,
            period="" if confirms else period,
            is_of_leads=bool(of_leads),
        )
        return Told(address, role, rank, duty, bool(account))

    def _run(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self._assert_stands()
        return run(sql, params)

    def _assert_stands(self) -> None:
        if _standing.get(connections[connection.alias]) is not self:
            raise PlanGone
