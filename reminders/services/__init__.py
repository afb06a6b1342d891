"""The verbs of reminders: write a ward's plan of the day down, make the day's jobs, do those that are due.

Not here: what is planned (`planning.py`), its rows (`writing.py`), the last check (`sending.py`), the sending (`outbox`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

import audit.services as audit
from outbox.errors import WrongState
from outbox.models import OutgoingMail
from outbox.services import try_again
from reminders.choices import RunState
from reminders.models import Digest, PlanningRun
from reminders.planning import Plan, plan
from reminders.services.writing import write_down
from units.models import Unit, User
from vietnamese.dates import VIETNAM, local_day

PLANNING_TIME = time(7, 0)
"""Letters of a day are planned at the first tick from this hour on, Asia/Ho_Chi_Minh."""

MOST_DAYS_MADE_UP = 3
"""After an outage, at most so many missed days are made up; what is older, the next stage says."""

LEASE = timedelta(minutes=10)


@transaction.atomic
def plan_ward(*, ward: Unit, at: datetime, after: date | None = None, actor: Any = None) -> Plan:
    """Plan the ward's letters of the day of `at` and put them in the queue; returns what was planned now.

    All or nothing, and idempotent: what was said at a stage is not said again, and nobody gets a second letter of the
    day. `after` makes up missed days. Records `reminder.plan` when there is something to record. The text of a mail is
    written when it goes, by `sending.check_digest`.
    """
    PlanningRun.objects.bulk_create([PlanningRun(ward=ward, day=local_day(at))], ignore_conflicts=True)
    run = PlanningRun.objects.select_for_update().get(ward=ward, day=local_day(at))
    one_planner_at_a_time(ward)
    planned = write_down(planned=plan(ward=ward, at=at, after=after), at=at)
    run.state, run.lease_until, run.finished_at = RunState.DONE, None, at
    run.letters += len(planned.letters)
    run.skipped = dict(planned.skipped)
    run.save(update_fields=["state", "lease_until", "finished_at", "letters", "skipped"])
    if planned.letters:
        counts = {"day": planned.day, "letters": len(planned.letters), "skipped": dict(planned.skipped)}
        audit.record(action="reminder.plan", actor=actor or "beat", obj=run, ward_id=ward.pk, detail=counts, at=at)
    return planned


def one_planner_at_a_time(ward: Unit) -> None:
    """Until the transaction ends, whoever else plans letters of the ward waits, then sees what was written down.

    Rows that only name the ward are written meanwhile as ever.
    """
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=ward.pk)


@transaction.atomic
def insert_due_runs(*, at: datetime) -> int:
    """Make today's planning job of every ward, from `PLANNING_TIME` on; jobs that are there stay. Returns the wards."""
    local = at.astimezone(VIETNAM)
    if local.time() < PLANNING_TIME:
        return 0
    wards = list(Unit.objects.wards().values_list("pk", flat=True))
    there = PlanningRun.objects.filter(day=local.date(), ward__in=wards).values_list("ward_id", flat=True)
    missing = [PlanningRun(ward_id=ward, day=local.date()) for ward in set(wards) - set(there)]
    PlanningRun.objects.bulk_create(missing, ignore_conflicts=True)
    return len(wards)


def run_due(*, at: datetime) -> int:
    """Do the planning jobs that are due or whose worker died; returns how many were done. Each commits by itself.

    A job of an earlier day that was never done is closed without letters of that day: today's job makes its days up.
    """
    done = 0
    while run := _claim_run(at):
        plan_ward(ward=run.ward, at=at, after=made_up_after(run.ward, run.day))
        done += 1
    return done


def made_up_after(ward: Unit, day: date) -> date | None:
    """The round of `day` makes up the days after this one (exclusive) too; None: `day` alone. One query."""
    after = PlanningRun.objects.last_day_done(ward, before=day)
    return max(after, day - timedelta(days=MOST_DAYS_MADE_UP)) if after else None


def is_round_late(ward: Unit, at: datetime) -> bool:
    """Whether the hour of today's round has come and its letters are not planned yet: so it is after a first start or an
    outage, until the next tick. One query at most."""
    has_come = at.astimezone(VIETNAM).time() >= PLANNING_TIME
    return has_come and not PlanningRun.objects.filter(ward=ward, day=local_day(at), finished_at__isnull=False).exists()


@transaction.atomic
def _claim_run(at: datetime) -> PlanningRun | None:
    """Lease the next job of today; None when there is none."""
    today = local_day(at)
    PlanningRun.objects.claimable(at).filter(day__lt=today).delete()
    run = PlanningRun.objects.claimable(at).filter(day=today).select_for_update(skip_locked=True, of=("self",)).first()
    if run is None:
        return None
    run.state, run.attempts, run.lease_until = RunState.RUNNING, run.attempts + 1, at + LEASE
    run.save(update_fields=["state", "attempts", "lease_until"])
    return run


@transaction.atomic
def resend_digest(*, digest: Digest, by: User, at: datetime) -> OutgoingMail:
    """Put a letter that could not be delivered back in the queue; it is checked again as it goes.

    Recorded as `mail.resend`. Raises outbox.errors.WrongState when it was sent or cancelled.
    """
    if digest.mail is None:
        raise WrongState("chưa có thư", "gửi lại")
    mail = try_again(mail=digest.mail, at=at)
    audit.record(action="mail.resend", actor=by, obj=digest, ward_id=digest.ward_id, at=at)
    return mail
