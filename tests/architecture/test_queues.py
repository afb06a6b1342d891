"""Every task rings a queue that a worker of either profile listens to, and every tick rings a task that exists.

Not here: what the tasks do.
"""

from celery.schedules import crontab, schedule
from django.conf import settings

from phucloi_portal import programs
from phucloi_portal.celery import app
from phucloi_portal.queues import Queue
from tests.architecture.source import APPS


def _our_tasks() -> list[str]:
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if name.split(".")[0] in (*APPS, "phucloi_portal"))


def _consumed(production: bool) -> set[str]:
    line = programs.worker(production=production)
    return set(line[line.index("--queues") + 1].split(","))


def test_tasks_are_found() -> None:
    assert "phucloi_portal.tasks.heartbeat" in _our_tasks()
    assert "vault.tasks.sweep" in _our_tasks()


def test_every_task_is_routed_by_its_module() -> None:
    unrouted = [name for name in _our_tasks() if f"{name.rpartition('.')[0]}.*" not in settings.CELERY_TASK_ROUTES]
    assert unrouted == []


def test_both_workers_listen_to_every_queue() -> None:
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed <= set(Queue.ALL)
    assert _consumed(production=False) == _consumed(production=True) == set(Queue.ALL)


def test_every_tick_rings_a_task_that_exists_and_expires_before_the_next() -> None:
    tasks = set(_our_tasks())
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in tasks, name
        expires = entry.get("options", {}).get("expires")
        assert expires, f"{name}: a tick without `expires` floods a worker that was away"
        if isinstance(entry["schedule"], (int, float)):
            assert expires <= entry["schedule"], name
        else:
            assert isinstance(entry["schedule"], (crontab, schedule)), name


def test_every_periodic_module_is_rung() -> None:
    """The sweepers are what makes a lost message harmless; they must stand in the schedule."""
    rung = {entry["task"].split(".")[0] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"phucloi_portal", "vault", "outbox", "submissions", "reminders", "reports"} - rung == set()
