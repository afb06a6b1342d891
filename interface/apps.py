"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    """Names the app for Django."""

    name = "interface"
    verbose_name = "Giao diện"
