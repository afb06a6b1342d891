"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Names the app for Django."""

    name = "reminders"
    verbose_name = "Nhắc việc"
