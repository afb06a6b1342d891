"""Registration of the project package, so that its commands and checks are found.

Not here: anything that runs.
"""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Names the app for Django."""

    name = "phucloi_portal"
    verbose_name = "Cổng theo dõi chỉ đạo"
