"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Names the app for Django."""

    name = "outbox"
    verbose_name = "Thư đi"
