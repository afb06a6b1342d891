"""Registers the outbox app.

Not here: any behaviour; see `services` and `draining`.
"""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Thư gửi đi"
    default_auto_field = "django.db.models.BigAutoField"
