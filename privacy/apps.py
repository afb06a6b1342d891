"""Registration of the app.

Not here: anything that runs.
"""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Names the app for Django."""

    name = "privacy"
    verbose_name = "Dữ liệu cá nhân"
