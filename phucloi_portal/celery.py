"""The Celery application: a doorbell, the database is the queue.

Not here: what is done (each app's `tasks.py`), which queue a task rings (`queues.py`), how it rings (`ringing.py`).
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucloi_portal.settings")

TRANSPORT_ALIASES["filesystem"] = "phucloi_portal.file_broker:Transport"

app = Celery("phucloi_portal", task_cls="phucloi_portal.ringing:RingingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
