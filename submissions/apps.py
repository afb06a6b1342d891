"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Names the app for Django."""

    name = "submissions"
    verbose_name = "Bài nộp"
