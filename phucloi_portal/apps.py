"""Registration of the project package, so that its commands and checks are found.

Not here: anything that runs.
"""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Names the app for Django."""

    name = "phucloi_portal"
    verbose_name = "Cổng theo dõi chỉ đạo"

    def ready(self) -> None:
        """Register the system checks; they need the models loaded."""
        import_module("phucloi_portal.checks")
