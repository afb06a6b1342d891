"""Names of the work queues, which task modules ring which, and the beat schedule.

Pure data: imported by the settings. Not here: the tasks (each app's `tasks.py`).
"""

from typing import Any, Final

from celery.schedules import crontab


class Queue:
    """One name per kind of work, so that a long document never delays a reminder."""

    FAST: Final = "fast"
    INSPECTION: Final = "inspection"
    MAIL: Final = "mail"
    DOCUMENTS: Final = "documents"

    ALL: Final = (FAST, INSPECTION, MAIL, DOCUMENTS)


TASK_ROUTES: Final = {
    "submissions.tasks.*": {"queue": Queue.INSPECTION},
    "vault.tasks.*": {"queue": Queue.FAST},
    "outbox.tasks.*": {"queue": Queue.MAIL},
    "reminders.tasks.*": {"queue": Queue.MAIL},
    "mailbox.tasks.*": {"queue": Queue.INSPECTION},  # a mail's files are checked on the way
    "reports.tasks.*": {"queue": Queue.DOCUMENTS},
    "directives.tasks.*": {"queue": Queue.FAST},
    "units.tasks.run_roster_import": {"queue": Queue.DOCUMENTS},  # 100,000 rows take a while
    "units.tasks.*": {"queue": Queue.FAST},
    "phucloi_portal.tasks.keep_due_copies": {"queue": Queue.DOCUMENTS},  # copies many files
    "phucloi_portal.tasks.*": {"queue": Queue.FAST},
    "privacy.tasks.*": {"queue": Queue.FAST},
}

# Ticks only ring: what is due stands in the tables. Each tick expires before the next one, so that
# a worker that was away is not flooded.
BEAT_SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "drain-inspections": {
        "task": "submissions.tasks.drain_inspections",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "follow-rosters": {"task": "directives.tasks.follow_rosters", "schedule": 600.0, "options": {"expires": 590}},
    "read-long-scans": {"task": "submissions.tasks.read_scans", "schedule": 15.0, "options": {"expires": 14}},
    "settle-uploads": {"task": "submissions.tasks.settle_uploads", "schedule": 60.0, "options": {"expires": 55}},
    "forget-abandoned-uploads": {
        "task": "submissions.tasks.forget",
        "schedule": crontab(minute=10),
        "options": {"expires": 3500},
    },
    "heartbeat": {"task": "phucloi_portal.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    "open-periods": {"task": "directives.tasks.open_periods", "schedule": 600.0, "options": {"expires": 590}},
    "plan-reminders": {"task": "reminders.tasks.plan_due_reminders", "schedule": 300.0, "options": {"expires": 290}},
    "poll-mailboxes": {"task": "mailbox.tasks.poll_mailboxes", "schedule": 180.0, "options": {"expires": 170}},
    "propose-destruction": {
        "task": "privacy.tasks.propose_destruction",
        "schedule": crontab(minute=50),  # made once a day; a missed hour is caught up by the next
        "options": {"expires": 3500},
    },
    "tell-changes": {"task": "reminders.tasks.tell_due_changes", "schedule": 300.0, "options": {"expires": 290}},
    "tell-staff": {"task": "reminders.tasks.tell_staff_of_work", "schedule": 600.0, "options": {"expires": 590}},
    "scrub-vault": {
        "task": "vault.tasks.scrub_all",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 21600},
    },
    "sweep-vault": {"task": "vault.tasks.sweep", "schedule": crontab(minute=20), "options": {"expires": 3500}},
    "ring-roster-imports": {"task": "units.tasks.ring_waiting_imports", "schedule": 20.0, "options": {"expires": 18}},
    "ring-report-jobs": {"task": "reports.tasks.ring_waiting_jobs", "schedule": 20.0, "options": {"expires": 18}},
    "fold-counts": {"task": "reports.tasks.fold", "schedule": 60.0, "options": {"expires": 55}},
    "recount-counts": {
        "task": "reports.tasks.recount_counts",
        "schedule": crontab(minute=25),  # done once a night; a missed hour is caught up by the next
        "options": {"expires": 3500},
    },
    "keep-copies": {
        "task": "phucloi_portal.tasks.keep_due_copies",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "watch-audit-log": {
        "task": "phucloi_portal.tasks.watch_audit_log",
        "schedule": crontab(minute=40),
        "options": {"expires": 3500},
    },
    "send-due-mail": {"task": "outbox.tasks.send_due_mail", "schedule": 30.0, "options": {"expires": 25}},
}
