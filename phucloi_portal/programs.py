"""Which programs the portal consists of, and with which options each profile runs them.

The same command lines stand in `docker-compose.yml`, one container each; a test keeps them equal.
Not here: keeping them running (`supervisor.py`), the queues (`queues.py`).
"""

import os
import sys

from phucloi_portal.overload import THREADS
from phucloi_portal.queues import Queue
from phucloi_portal.supervisor import Program

GRACEFUL_SECONDS = 12  # below the supervisor's patience, so that an upload in flight may end


def web(*, host: str, port: int, workers: int = 2, threads: int = THREADS) -> list[str]:
    """gunicorn with threads. A slow upload holds one thread, not the process."""
    return [
        *("gunicorn", "phucloi_portal.wsgi:application"),
        *("--bind", f"{host}:{port}", "--worker-class", "phucloi_portal.web_worker.WebWorker"),
        *("--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "60", "--graceful-timeout", str(GRACEFUL_SECONDS), "--keep-alive", "5"),
        *("--max-requests", "5000", "--max-requests-jitter", "500"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def worker(*, production: bool) -> list[str]:
    """One worker for all queues: threads over the file broker, processes over Redis."""
    pool = (
        ("--pool", "prefork", "--concurrency", "2", "--max-tasks-per-child", "50")
        if production
        else ("--pool", "threads", "--concurrency", "2")
    )
    return [
        *("celery", "--quiet", "--app", "phucloi_portal", "worker", "--queues", ",".join(Queue.ALL), *pool),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
    ]


def beat(*, schedule: str = "") -> list[str]:
    """The clock. Any number of them does no harm: due rows are unique. `schedule` is the file of its own memory."""
    own_file = ["--schedule", schedule] if schedule else []
    return ["celery", "--quiet", "--app", "phucloi_portal", "beat", "--pidfile=", "--loglevel", "WARNING", *own_file]


def portal(*, host: str, port: int, production: bool) -> list[Program]:
    """The three programs of one machine, run by this Python."""
    workers = min(os.cpu_count() or 1, 4)
    lines = {
        "web": web(host=host, port=port, workers=workers),
        "worker": worker(production=production),
        "beat": beat(),
    }
    # On a trial machine people work as root; Celery's six lines about it at every start help nobody.
    environment = {"PYTHONWARNINGS": "ignore:You're running the worker"}
    return [Program(name, [sys.executable, "-m", *line], environment) for name, line in lines.items()]
