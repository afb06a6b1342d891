"""The Celery application: a doorbell, the database is the queue.

Not here: what is done (each app's `tasks.py`), which queue a task rings (`queues.py`), how it rings (`ringing.py`).
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")

TRANSPORT_ALIASES["filesystem"] = "phucloi_portal.file_broker:Transport"

app = Celery("phucloi_portal", task_cls="phucloi_portal.ringing:RingingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def stop_without_words(sender: Any, **_: Any) -> None:
    """Stopping says nothing of its own: "worker: Warm shutdown" stood between the supervisor's Vietnamese sentences."""
    from celery.apps.worker import install_worker_term_handler  # noqa: PLC0415 (in the worker alone, which has it)

    usual = sender.install_platform_tweaks

    def without_words(worker: Any) -> None:
        usual(worker)
        install_worker_term_handler(worker, verbose=False)

    sender.install_platform_tweaks = without_words
