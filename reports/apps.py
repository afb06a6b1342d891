"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app for Django."""

    name = "reports"
    verbose_name = "Tổng hợp"
