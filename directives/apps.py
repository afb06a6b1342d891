"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    """Names the app for Django."""

    name = "directives"
    verbose_name = "Văn bản chỉ đạo"
