"""A random campaign as a list of events, its rows in the database, and its figures recounted by hand.

The recount knows only the events, in plain Python; the product sees only the rows. Not here: single
objects (`units.py`, `directives.py`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from directives.choices import Certainty, DirectiveKind, DirectiveState, ObligationState, RequirementKind, Timeliness
from directives.models import Directive, Extension, Obligation, ObligationMove, ObligationSpan, Requirement, SpanKind
from submissions.choices import Door, Verdict
from submissions.models import Decision, Deposit, Submission, SubmissionVersion
from tests.factories.units import make_cluster, make_member, make_unit, make_ward
from units.choices import Block
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day

START = datetime(2026, 4, 21, 8, 0, tzinfo=VIETNAM)
DUE = datetime(2026, 4, 28, 0, 0, tzinfo=VIETNAM)
END = START + timedelta(days=20)
COUNTED = ("assigned", "waived", "required", "submitted", "accepted", "returned", "on_time", "late", "overdue", "soon")


@dataclass
class Debt:
    """One obligation and what happened to it, in order."""

    requirement: Requirement
    unit: Unit
    member: object | None
    created_at: datetime
    due_at: datetime | None
    events: list[tuple[datetime, str, object]] = field(default_factory=list)
    moves: list[tuple[datetime, Unit]] = field(default_factory=list)

    def unit_at(self, at: datetime) -> Unit:
        """The unit that answered for it at `at`: `unit`, until its member moved."""
        return ([self.unit] + [unit for moment, unit in self.moves if moment <= at])[-1]


@dataclass
class Campaign:
    """What was built, for the recount."""

    ward: Unit
    directive: Directive
    units: list[Unit]
    requirements: list[Requirement]
    debts: list[Debt]

    def instants(self) -> list[datetime]:
        """Every instant at which something happened."""
        moments = {debt.created_at for debt in self.debts} | {DUE}
        moments |= {moment for debt in self.debts for moment, _ in debt.moves}
        return sorted(moments | {moment for debt in self.debts for moment, _, _ in debt.events})

    def recount(self, at: datetime, group) -> dict[object, dict[str, int]]:
        """Figures at `at` by `group(debt, unit of then)`, from the events alone."""
        groups: dict[object, dict[str, int]] = {}
        for debt in self.debts:
            unit = debt.unit_at(at)
            closed = unit.closed_on
            if debt.created_at > at or (closed and closed <= local_day(at)):
                continue
            if debt.requirement.kind == RequirementKind.STANDING:  # nothing is ever owed for it
                continue
            counts = groups.setdefault(group(debt, unit), dict.fromkeys(COUNTED, 0))
            for name in _facts(debt, at):
                counts[name] += 1
        return groups


def _facts(debt: Debt, at: datetime) -> list[str]:
    due, waived, versions = debt.due_at, False, []
    for moment, kind, value in debt.events:
        if moment > at:
            break
        if kind == "extend":
            due = value
        elif kind == "waive":
            waived = True
        elif kind == "submit":
            versions.append({"received": moment, "verdict": None})
        elif kind == "declare":
            versions.append({"received": value, "verdict": "accept"})
        elif kind == "refuse":
            versions.pop()
        elif kind == "take_back":
            versions[-1]["verdict"] = None
        else:
            versions[-1]["verdict"] = kind
    if waived:
        return ["assigned", "waived"]
    facts = ["assigned", "required"]
    if versions:
        facts.append("submitted")
        facts.append("on_time" if due is None or versions[0]["received"] < due else "late")
        if versions[-1]["verdict"] == "accept":
            facts.append("accepted")
        if versions[-1]["verdict"] == "return":
            facts.append("returned")
    elif due is not None and debt.requirement.certainty == Certainty.CERTAIN:
        last_day = local_day(due - timedelta(microseconds=1))
        if due <= at:
            facts.append("overdue")
        elif (last_day - local_day(at)).days <= 7:
            facts.append("soon")
    return facts


def make_campaign(seed: int, *, units: int = 5, members: int = 4, taking_back: bool = False) -> Campaign:
    """A ward, an issued directive with four requirements and 20 days of random events, all in rows.

    `taking_back`: about half of the acceptances are taken back, and the story goes on.
    """
    dice = random.Random(seed)
    ward = make_ward()
    clusters = [make_cluster(ward) for _ in range(2)]
    cells = [
        make_unit(
            ward,
            block=dice.choice([Block.RESIDENTIAL, Block.SCHOOL, Block.ENTERPRISE, ""]),
            cluster=dice.choice([*clusters, None]),
            closed_on=local_day(START + timedelta(days=dice.randint(1, 15))) if dice.random() < 0.15 else None,
        )
        for _ in range(units)
    ]
    directive = Directive.objects.create(
        ward=ward, kind=DirectiveKind.CV, number=dice.randint(1, 99), symbol="CV/ĐU", issuer="Đảng ủy phường Phúc Lợi",
        issued_on=local_day(START), subject="Tiếp tục học tập Nghị quyết số 02-NQ/TW", state=DirectiveState.ISSUED,
        issued_at=START, created_at=START,
    )  # fmt: skip
    kinds = (
        (RequirementKind.ESSAY, DUE, Certainty.CERTAIN),
        (RequirementKind.ACTIVITY, DUE + timedelta(days=5), Certainty.CERTAIN),
        (RequirementKind.REPORT, DUE, Certainty.TENTATIVE),
        (RequirementKind.STANDING, None, Certainty.NONE),
    )
    requirements = [
        Requirement.objects.create(
            directive=directive, order=n, kind=kind, title=kind.label, due_at=due, certainty=certainty
        )
        for n, (kind, due, certainty) in enumerate(kinds, start=1)
    ]
    debts = []
    for unit in cells:
        for requirement in requirements:
            owners = (
                [make_member(unit) for _ in range(members)] if requirement.kind == RequirementKind.ESSAY else [None]
            )
            for owner in owners:
                created = START + timedelta(days=dice.choice([0, 0, 0, 3, 9]))
                debt = Debt(requirement, unit, owner, created, requirement.due_at)
                debt.events = _random_events(dice, debt, taking_back=taking_back)
                debts.append(debt)
    for debt in debts:
        _write_rows(debt)
    _move_some(dice, debts, [cell for cell in cells if cell.closed_on is None])
    return Campaign(ward, directive, cells, requirements, debts)


def _random_events(dice: random.Random, debt: Debt, *, taking_back: bool) -> list[tuple[datetime, str, object]]:
    events: list[tuple[datetime, str, object]] = []
    moment, due = debt.created_at, debt.due_at
    decided: list[bool] = []  # one for each version that stands
    for _ in range(dice.randint(0, 7)):
        moment += timedelta(minutes=dice.choice([1, 60, 600, 1440, 4000]))
        if moment >= END:
            break
        if decided and not decided[-1]:
            kind = dice.choice(["accept", "return", "refuse", "submit"])
            events.append((moment, kind, None))
            if kind == "accept":
                moment += timedelta(minutes=dice.choice([2, 600, 4000]) if taking_back else 0)
                if not taking_back or moment >= END or dice.random() < 0.5:
                    return events
                events.append((moment, "take_back", None))
            elif kind == "refuse":  # the version before it, if any, stands again as it stood
                decided.pop()
            elif kind == "submit":
                decided.append(False)
            else:
                decided[-1] = True
        elif dice.random() < 0.12:
            events.append((moment, "waive", None))
            return events
        elif debt.requirement.kind == RequirementKind.ACTIVITY and not decided and dice.random() < 0.5:
            held_on = local_day(moment) - timedelta(days=dice.randint(0, 2))
            events.append((moment, "declare", datetime.combine(held_on, time.min, VIETNAM)))
            return events
        elif due is not None and dice.random() < 0.2:
            due = max(due, moment) + timedelta(days=dice.randint(1, 4))
            events.append((moment, "extend", due))
        else:
            if due is not None and due > moment and dice.random() < 0.15:
                moment = due  # the first late instant
            events.append((moment, "submit", None))
            decided.append(False)
    return events


def _move_some(dice: random.Random, debts: list[Debt], cells: list[Unit]) -> None:
    """Some members go to another unit that stays open, once or twice, and their debts with them."""
    for debt in debts:
        moment = debt.created_at
        while debt.member is not None and len(cells) > 1 and dice.random() < 0.3:
            moment += timedelta(minutes=dice.choice([60, 4000, 9000]))
            left, to = debt.unit_at(moment), dice.choice(cells)
            if moment >= END or to == left or (left.closed_on and left.closed_on <= local_day(moment)):
                break
            debt.moves.append((moment, to))
            obligation = Obligation.objects.get(requirement=debt.requirement, member=debt.member)
            ObligationMove.objects.create(
                obligation=obligation,
                from_unit=left,
                to_unit=to,
                on=local_day(moment),
                reason="TRANSFER",
                moved_at=moment,
            )
            Obligation.objects.filter(pk=obligation.pk).update(unit=to)


_VERDICTS = {"accept": Verdict.ACCEPT, "return": Verdict.RETURN, "refuse": Verdict.REJECTED_BY_CHECK}
_STATES = {"accept": ObligationState.ACCEPTED, "return": ObligationState.RETURNED}


def _write_rows(debt: Debt) -> None:
    """The rows that the verbs leave after these events."""
    obligation = Obligation.objects.create(
        ward_id=debt.unit.ward_id, requirement=debt.requirement, unit=debt.unit, member=debt.member,
        due_at=debt.due_at, certainty=debt.requirement.certainty, created_at=debt.created_at,
    )  # fmt: skip
    standing: list[tuple[SubmissionVersion, str]] = []
    for moment, kind, value in debt.events:
        if kind == "extend":
            Extension.objects.create(
                obligation=obligation, old_due_at=obligation.due_at, new_due_at=value, reason="Ốm", granted_at=moment
            )
            obligation.due_at = value
        elif kind == "waive":
            obligation.state, obligation.waived_at, obligation.waiver_reason = "WAIVED", moment, "DECIDED"
        elif kind == "declare":
            obligation.state, obligation.held_on = ObligationState.ACCEPTED, local_day(value)
            obligation.first_submitted_at, obligation.submitted_at, obligation.decided_at = value, moment, moment
        else:
            if kind == "submit":
                standing.append((_new_version(obligation, moment), ObligationState.SUBMITTED))
            elif kind == "take_back":
                accepted = Decision.objects.get(version=standing[-1][0])
                ObligationSpan.objects.create(
                    obligation=obligation, kind=SpanKind.ACCEPTED, since=accepted.decided_at, until=moment
                )
                accepted.delete()
                standing[-1] = (standing[-1][0], ObligationState.SUBMITTED)
                obligation.decided_at = moment
            else:
                version, _ = standing.pop()
                Decision.objects.create(version=version, verdict=_VERDICTS[kind], decided_at=moment)
                obligation.decided_at = moment
                if kind != "refuse":
                    standing.append((version, _STATES[kind]))
            obligation.state = standing[-1][1] if standing else ObligationState.PENDING
            obligation.first_submitted_at = standing[0][0].received_at if standing else None
            obligation.submitted_at = standing[-1][0].received_at if standing else None
    obligation.save()


def _new_version(obligation: Obligation, moment: datetime) -> SubmissionVersion:
    submission, _ = Submission.objects.get_or_create(obligation=obligation)
    number = submission.versions.count() + 1
    code = f"{obligation.pk}-{number}"
    deposit = Deposit.objects.create(
        code=code, ward_id=obligation.ward_id, unit=obligation.unit, requirement=obligation.requirement,
        door=Door.BROWSER, received_at=moment, idempotency_key=code,
    )  # fmt: skip
    late = obligation.due_at is not None and moment >= obligation.due_at
    return SubmissionVersion.objects.create(
        submission=submission, number=number, deposit=deposit, received_at=moment, due_at=obligation.due_at,
        timeliness=Timeliness.LATE if late else Timeliness.ON_TIME,
    )  # fmt: skip
